#include <oflens/error.hpp>

#include <algorithm>

namespace oflens {

const char* name_of(Errc code) {
  switch (code) {
    case Errc::truncated: return "truncated";
    case Errc::bad_length: return "bad_length";
    case Errc::too_long: return "too_long";
    case Errc::bad_alignment: return "bad_alignment";
    case Errc::excess: return "excess";
    case Errc::bad_type: return "bad_type";
    case Errc::bad_value: return "bad_value";
    case Errc::bad_version: return "bad_version";
    case Errc::too_deep: return "too_deep";
  }
  return "unknown";
}

std::string Path::text() const {
  std::string s;
  for (std::size_t i = 0; i < std::min<std::size_t>(depth_, steps_.size()); ++i) {
    if (steps_[i].name != nullptr) {
      if (!s.empty()) s += '.';
      s += steps_[i].name;
    }
    if (steps_[i].index >= 0) s += '[' + std::to_string(steps_[i].index) + ']';
  }
  return s;
}

std::string Error::reason() const {
  const std::string a = std::to_string(actual), l = std::to_string(limit);
  switch (code) {
    case Errc::truncated: return a + (actual == 1 ? " byte" : " bytes") + " left, needs " + l;
    case Errc::bad_length: return "length is " + a + ", needs " + l;
    case Errc::too_long: return "length is " + a + ", at most " + l;
    case Errc::bad_alignment: return "length is " + a + ", not a multiple of " + l;
    case Errc::excess: return a + (actual == 1 ? " byte that belongs" : " bytes that belong") + " to nothing";
    case Errc::bad_type:
      return "type is " + a + (limit == unknown_type ? ", which is unknown" : ", not " + l);
    case Errc::bad_value: return "value is " + a + ", which is unknown";
    case Errc::bad_version: return "version is " + a + ", expected up to " + l;
    case Errc::too_deep: return "nested " + a + " deep, at most " + l;
  }
  return {};
}

std::string Error::text() const { return path.text() + " @" + std::to_string(offset) + ": " + reason(); }

OpenFlowError Error::to_openflow(Version version) const {
  // Types and codes: 1.0 §5.4.4 has no errors for instructions and matches of their own; 1.3.5 §7.4.4.
  enum : std::uint16_t {
    hello_failed = 0,
    bad_request = 1,
    bad_action = 2,
    bad_instruction = 3,
    bad_match = 4
  };
  if (code == Errc::bad_version)
    return domain == Domain::hello ? OpenFlowError{hello_failed, 0} : OpenFlowError{bad_request, 0};
  const bool has_later_types = version != Version::v10;
  switch (domain) {
    case Domain::set_field:
      if (has_later_types) return {bad_action, static_cast<std::uint16_t>(code == Errc::bad_type ? 13 : 14)};
      break;
    case Domain::action: return {bad_action, static_cast<std::uint16_t>(code == Errc::bad_type ? 0 : 1)};
    case Domain::instruction:
      if (has_later_types)
        return {bad_instruction, static_cast<std::uint16_t>(code == Errc::bad_type ? 0 : 7)};
      break;
    case Domain::match:
      if (has_later_types) return {bad_match, static_cast<std::uint16_t>(code == Errc::bad_type ? 0 : 1)};
      break;
    default: break;
  }
  return {bad_request, static_cast<std::uint16_t>(code == Errc::bad_type ? 1 : 6)};
}

}  // namespace oflens
