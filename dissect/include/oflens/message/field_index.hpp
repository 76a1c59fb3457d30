// What can stand in the field tree of a message, and where: what the paths of filters are checked against.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include <oflens/catalog.hpp>

namespace oflens {

// Made of all descriptions that a catalogue reaches, which must outlive it. Takes a few milliseconds.
class FieldIndex {
 public:
  explicit FieldIndex(const Catalog&);
  FieldIndex(const FieldIndex&) = delete;
  FieldIndex& operator=(const FieldIndex&) = delete;

  const Catalog& catalog() const { return catalog_; }

  static constexpr std::uint32_t no_scope = ~std::uint32_t{0};
  static constexpr std::uint16_t no_field = 0xffff;

  // Something that may stand in a tree.
  struct Entry {
    const wire::FieldDesc* desc = nullptr;
    std::uint32_t scope = no_scope;            // of what may stand below it
    std::uint16_t field = no_field;            // of a struct: which of its description
    const wire::StructDesc* body = nullptr;    // of a message, and of an element: its description
    const wire::PackedDesc* packed = nullptr;  // of a match field
    std::vector<const char*> also{};           // of a message: the names of its type

    bool is_called(std::string_view name) const;
    // Lists go by what they are a list of, too, in front of what they hold: action.output.
    bool holds(std::string_view name) const {
      return is_called(name) || (desc->family != nullptr && name == desc->family->name);
    }
  };
  // What may stand below something.
  struct Scope {
    enum class Kind : std::uint8_t {
      message,    // a header and one of the bodies
      structure,  // the fields of a struct
      tagged,     // elements of a family: these three as wire::FamilyDesc::Shape
      packed,
      plain,
      parts,   // of an element that nobody describes, and of a match field
      packet,  // layers, each in what carries it or one after the other
    };
    Kind kind{};
    const wire::StructDesc* structure = nullptr;
    const wire::FamilyDesc* family = nullptr;
    std::vector<Entry> entries{};
  };

  // By Entry::scope; 0 is that of a message.
  const Scope& operator[](std::uint32_t scope) const { return scopes_[scope]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(scopes_.size()); }

 private:
  std::uint32_t message();
  std::uint32_t structure(const wire::StructDesc&, const wire::FieldDesc* first_tag = nullptr);
  std::uint32_t family(const wire::FamilyDesc&);
  std::uint32_t match_field(const wire::PackedDesc*, bool alone);
  std::uint32_t packet();
  std::uint32_t options(const wire::FamilyDesc&);
  std::uint32_t open(Scope::Kind, const wire::StructDesc*, const wire::FamilyDesc*);

  const Catalog& catalog_;
  std::deque<Scope> scopes_;
  std::deque<wire::FieldDesc> layers_;  // of packets
  // By what is described, and what its first tag is called if not as the description says.
  std::map<std::pair<const void*, const void*>, std::uint32_t> known_;
};

}  // namespace oflens
