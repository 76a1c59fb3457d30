// What is wrong with bytes that are not a well-formed message, and where.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include <oflens/types.hpp>

namespace oflens {

// The codes are a small, stable set: they appear as `code` in JSON records.
enum class Errc : std::uint8_t {
  truncated,      // bytes end before the field does; actual: bytes left, limit: bytes needed
  bad_length,     // a length that cannot be; actual: the length, limit: the one needed, or the least
  too_long,       // a length that reaches beyond what holds it; actual: the length, limit: the room there is
  bad_alignment,  // a length that is not a multiple; actual: the length, limit: of what it must be a multiple
  excess,         // bytes left over that belong to nothing; actual: how many, limit: 0
  bad_type,       // a type that cannot be; actual: the type, limit: the one needed, or unknown_type
  bad_value,      // a value that the version does not have; actual: the value, limit: 0
  bad_version,    // a version that cannot be; actual: the version, limit: the highest that can
  too_deep,       // nested deeper than the budget; actual: the depth, limit: the budget
};

// An Error's limit when no type at all has that number.
inline constexpr std::uint32_t unknown_type = 0xffffffff;

// The code as it appears in JSON records: "bad_length".
const char* name_of(Errc);

// The part of the protocol an error lies in; decides the type of the OFPT_ERROR to answer with.
enum class Domain : std::uint8_t { request, hello, action, instruction, match, set_field, property };

// Type and code of an OFPT_ERROR (OpenFlow 1.0 §5.4.4, 1.3.5 §7.4.4).
struct OpenFlowError {
  std::uint16_t type = 0, code = 0;
  friend constexpr bool operator==(const OpenFlowError&, const OpenFlowError&) = default;
};

// The way from the message to a field: flow_mod.match.oxm[3].length. Names have static storage. Steps beyond
// twelve are left out.
class Path {
 public:
  struct Step {
    const char* name = nullptr;  // null for an element of a list
    std::int32_t index = -1;     // of the element, from 0
  };
  void push(Step step) {
    if (depth_ < steps_.size()) steps_[depth_] = step;
    ++depth_;
  }
  void pop() { --depth_; }
  std::string text() const;

 private:
  std::array<Step, 12> steps_{};
  std::uint32_t depth_ = 0;
};

// The first thing wrong with a message. Costs nothing until something is wrong.
struct Error {
  Errc code{};
  Domain domain{};
  std::uint32_t offset = 0;  // in bytes from the first byte of the message
  std::uint32_t actual = 0, limit = 0;
  Path path{};

  // "length is 7, needs 8".
  std::string reason() const;
  // "flow_mod.match.oxm[3].length @81: length is 7, needs 8". Allocates.
  std::string text() const;
  // The error message that a switch of this version should send for it.
  OpenFlowError to_openflow(Version) const;
};

}  // namespace oflens
