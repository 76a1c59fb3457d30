// Random messages from their descriptions: for fuzzing switches and controllers, and for this library's own
// tests.
#pragma once

#include <random>
#include <vector>

#include <oflens/catalog.hpp>

namespace oflens {

// Well-formed in structure (lengths, padding, types), random in content: values prefer the specification's
// constants and small numbers, lists hold up to max_elements, some elements are of types that nobody
// describes. The same seed makes the same messages on every machine.
class Generator {
 public:
  explicit Generator(std::uint64_t seed, std::size_t max_elements = 3)
      : random_(seed), max_elements_(max_elements) {}

  // Writes a message of the catalogue's kind i, header included, to out (cleared first).
  void message(const Catalog&, std::size_t i, std::vector<std::byte>& out);
  // One of any kind in the catalogue, which must hold some.
  void message(const Catalog&, std::vector<std::byte>& out);

  // Changes a few bytes, cuts, or lengthens: what is left is mostly malformed in one place.
  void mutate(std::vector<std::byte>& message);

  // A number below n; n is not 0.
  std::uint64_t below(std::uint64_t n) { return random_() % n; }

 private:
  void structure(const wire::StructDesc&, std::vector<std::byte>& out, std::size_t start);
  void number(const wire::FieldDesc&, std::vector<std::byte>& out);
  void list(const wire::FamilyDesc&, std::vector<std::byte>& out, bool zero_ended);
  void element(const wire::FamilyDesc&, std::vector<std::byte>& out);
  void match_field(std::vector<std::byte>& out, bool alone);  // alone: without value
  void bytes(std::size_t n, std::vector<std::byte>& out);

  const wire::StructDesc* choose(const wire::FamilyDesc&);

  const Catalog* catalog_ = nullptr;           // of the message under construction
  static constexpr std::size_t max_depth = 4;  // of elements in elements
  std::mt19937_64 random_;
  std::size_t depth_ = 0;
  std::size_t max_elements_;
};

}  // namespace oflens
