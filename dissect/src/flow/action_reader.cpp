// What all actions are read with: their parts, and what packets they may meet.
#include "action_reader.hpp"

namespace oflens::flow {

namespace {
constexpr std::string_view blank = ", \t\r\n";
}  // namespace

std::string_view trimmed(std::string_view s) {
  constexpr std::string_view spaces = " \t\r\n";
  s.remove_prefix(std::min(s.find_first_not_of(spaces), s.size()));
  return s.substr(0, s.find_last_not_of(spaces) + 1);
}

std::size_t end_of_value(std::string_view s, std::string_view ends) {
  int level = 0;
  std::size_t i = 0;
  for (; i < s.size(); ++i) {
    if (level == 0 && ends.find(s[i]) != ends.npos) break;
    if (s[i] == '(') ++level;
    if (s[i] == ')') --level;
  }
  return i;
}

bool take_pair(std::string_view& text, Pair& pair) {
  text.remove_prefix(std::min(text.find_first_not_of(blank), text.size()));
  if (text.empty()) return false;
  const std::string_view begin = text;
  pair.key = text.substr(0, text.find_first_of(":=(, \t\r\n"));
  text.remove_prefix(pair.key.size());
  pair.value = text.substr(0, 0);
  pair.after = {};
  if (!text.empty() && text[0] == '(') {
    text.remove_prefix(1);
    pair.value = text.substr(0, end_of_value(text, ")"));
    text.remove_prefix(std::min(pair.value.size() + 1, text.size()));
    if (text.substr(0, 2) == "->") {
      pair.after = text.substr(0, end_of_value(text, blank));
      text.remove_prefix(pair.after.size());
    }
  } else if (!text.empty() && (text[0] == ':' || text[0] == '=')) {
    text.remove_prefix(1);
    pair.value = text.substr(0, end_of_value(text, blank));
    text.remove_prefix(pair.value.size());
  }
  pair.whole = begin.substr(0, begin.size() - text.size());
  return true;
}

std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

OxmHeader header_of(const OvsField& field) {
  std::vector<std::byte> encoded;
  const std::array<std::byte, 124> zeros{};
  append_field(field.constant(), Bytes(zeros).first(field.bytes), {}, encoded);
  OxmHeader header;
  header.size = field.constant().header_size();
  std::copy_n(encoded.begin(), header.size, header.bytes.begin());
  return header;
}

bool has_id(const OvsField& field, OxmClass oxm_class, int number) {
  for (std::size_t i = 0; i < field.id_count; ++i)
    if (field.ids[i].oxm_class == oxm_class && (number < 0 || field.ids[i].number == number)) return true;
  return false;
}

bool is_of_connections(const OvsField& field) {
  const std::string_view name = field.name;
  return name == "ct_mark" || name == "ct_label";
}

// ---- errors
bool ActionReader::fail(std::string_view part, std::string reason) {
  error_ = {part, std::move(reason)};
  return false;
}

bool ActionReader::keep(Forms forms, std::string_view part, const char* reason) {
  forms_ = forms_ & forms;
  const Forms wanted = forms_ & (old_ ? Forms::v10 | Forms::nicira : Forms::v13);
  return wanted != Forms::none || fail(part, reason);
}

bool ActionReader::needs(bool met, std::string_view part) {
  if (where_ == Where::write_actions) return true;  // who knows what packets are then
  return met || keep(Forms::v10 | Forms::nicira, part,
                     "does not fit the match, and OpenFlow 1.3 does not allow that");
}

// ---- what packets are
bool ActionReader::transport(std::uint8_t proto) const {
  return ip() && context_.ip_proto == proto && !context_.later_fragment;
}

bool ActionReader::allows(const FlowContext& c, Prerequisite p) {
  const bool v4 = c.ethertype == 0x0800, v6 = c.ethertype == 0x86dd, first = !c.later_fragment;
  switch (p) {
    case Prerequisite::none:
    case Prerequisite::ethernet: return true;
    case Prerequisite::arp: return c.ethertype == 0x0806 || c.ethertype == 0x8035;
    case Prerequisite::vlan: return c.tagged;
    case Prerequisite::ipv4: return v4;
    case Prerequisite::ipv6: return v6;
    case Prerequisite::ip: return v4 || v6;
    case Prerequisite::mpls: return c.ethertype == 0x8847 || c.ethertype == 0x8848;
    case Prerequisite::ct: return c.tracked;
    case Prerequisite::nsh: return c.ethertype == 0x894f;
    case Prerequisite::tcp: return (v4 || v6) && first && c.ip_proto == 6;
    case Prerequisite::udp: return (v4 || v6) && first && c.ip_proto == 17;
    case Prerequisite::sctp: return (v4 || v6) && first && c.ip_proto == 132;
    case Prerequisite::icmp: return v4 && first && c.ip_proto == 1;
    case Prerequisite::icmp6: return v6 && first && c.ip_proto == 58;
    case Prerequisite::nd:
      return v6 && first && c.ip_proto == 58 && (c.icmp_type == 135 || c.icmp_type == 136);
    case Prerequisite::nd_solicit: return v6 && first && c.ip_proto == 58 && c.icmp_type == 135;
    case Prerequisite::nd_advert: return v6 && first && c.ip_proto == 58 && c.icmp_type == 136;
  }
  return false;
}

bool ActionReader::readable(const OvsField& field, std::string_view part) {
  return allows(context_, field.prerequisite) ||
         fail(part, std::string("reads ") + field.name + ", which the match does not allow");
}

bool ActionReader::writable(const OvsField& field, std::string_view part) {
  if (!field.writable) return fail(part, std::string(field.name) + " cannot be written");
  if (field.id_count == 0) return fail(part, std::string(field.name) + " has no number");
  if (is_of_connections(field) != (where_ == Where::ct))
    return fail(part, where_ == Where::ct ? std::string("ct cannot write ") + field.name
                                          : std::string(field.name) + " can only be written by ct's actions");
  // What may be matched without a tag cannot be written without one.
  const bool tag_missing = is_basic(field, 6) && !context_.tagged;
  return (!tag_missing && allows(context_, field.prerequisite)) ||
         fail(part, std::string("writes ") + field.name + ", which the match does not allow");
}

// ---- parts
std::uint64_t ActionReader::leading_number(std::string_view text) {
  std::uint64_t v = 0;
  for (const char c : trimmed(text)) {
    if (c < '0' || c > '9') break;
    v = std::min<std::uint64_t>(v * 10 + static_cast<unsigned>(c - '0'), 0xffffffff);
  }
  return v;
}

bool ActionReader::port(std::string_view text, PortNo& out) {
  const auto p = read_port(text);
  if (!p) return fail(text, "is not a port");
  out = *p;
  return true;
}

bool ActionReader::is_destination(PortNo p) const {
  const auto n = static_cast<std::uint32_t>(p);
  return n < 0xff00 || (p >= PortNo::in_port && p != PortNo::any);
}

bool ActionReader::arrow(std::string_view text, std::string_view& left, std::string_view& right) {
  const std::size_t at = text.find("->");
  if (at == text.npos) return fail(text, "lacks \"->\"");
  left = text.substr(0, at);
  right = text.substr(at + 2);
  return true;
}

bool ActionReader::octets(std::string_view text, std::vector<std::byte>& out) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '.') {
      ++i;
      continue;
    }
    const int high = digit(text[i]), low = i + 1 < text.size() ? digit(text[i + 1]) : -1;
    if (high < 0 || low < 0) return fail(text.substr(i, 2), "is not two hexadecimal digits");
    out.push_back(static_cast<std::byte>(high * 16 + low));
    i += 2;
  }
  return true;
}

}  // namespace oflens::flow
