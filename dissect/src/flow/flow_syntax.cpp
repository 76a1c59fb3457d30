#include <oflens/flow/flow_syntax.hpp>

#include <algorithm>

#include <oflens/ext/nicira.hpp>
#include <oflens/frame.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

#include "action_syntax.hpp"
#include "ovs_field.hpp"

namespace oflens {
namespace {

using namespace flow;
using Command = v13::FlowModCommand;

constexpr std::string_view blanks = " \t\r\n";

bool fail(SyntaxError& error, std::string_view part, std::string reason) {
  error = {part, std::move(reason)};
  return false;
}

// ---- what is matched

// The fields of a match as Open vSwitch keeps them: ports of all protocols are one field, and so are
// addresses of IPv4 and ARP, what is in a VLAN tag, and registers of all widths. Fields are known by the name
// of the one that stands for all.
class Match {
 public:
  struct Part {
    const OvsField* field;
    FieldValue v;
  };

  const Part* find(std::string_view name) const {
    for (const Part& p : parts_)
      if (name == p.field->name) return &p;
    return nullptr;
  }
  // A number that is matched exactly.
  std::optional<std::uint64_t> exact(std::string_view name) const {
    const Part* p = find(name);
    if (p == nullptr || !p->v.exact()) return std::nullopt;
    return load_be(p->v.value.data(), p->v.width);
  }
  std::span<const Part> parts() const { return parts_; }

  // Sets a field, in place of what it was.
  void set(const OvsField& field, const FieldValue& v) {
    const std::string_view name = field.name;
    const std::uint64_t value = v.width <= 8 ? load_be(v.value.data(), v.width) : 0,
                        mask = v.width <= 8 ? load_be(v.mask.data(), v.width) : 0;
    const bool on = !v.wildcard();
    if (name == "in_port_oxm") return number("in_port", value & 0xffff, on ? 0xffff : 0);
    if (name == "udp_src" || name == "sctp_src") return number("tcp_src", value, mask);
    if (name == "udp_dst" || name == "sctp_dst") return number("tcp_dst", value, mask);
    if (name == "icmp_type" || name == "icmpv6_type") return number("tcp_src", value, on ? 0xffff : 0);
    if (name == "icmp_code" || name == "icmpv6_code") return number("tcp_dst", value, on ? 0xffff : 0);
    if (name == "arp_spa") return number("ip_src", value, mask);
    if (name == "arp_tpa") return number("ip_dst", value, mask);
    if (name == "arp_op") return number("nw_proto", value & 0xff, on ? 0xff : 0);
    if (name == "ip_dscp") return number("nw_tos", value << 2 & 0xfc, on ? 0xff : 0);
    if (name == "nw_tos") return number(name, value & 0xfc, mask);
    if (name == "vlan_tci") return tag(0xffff, value, mask);
    if (name == "vlan_vid") return tag(0x1fff, value, mask & 0x1fff);
    if (name == "dl_vlan") {
      if (value == 0xffff) return tag(0xffff, 0, on ? 0xffff : 0);  // no tag
      return tag(on ? 0x1fff : 0x0fff, (value & 0xfff) | 0x1000, on ? 0x1fff : 0);
    }
    if (name == "dl_vlan_pcp" || name == "vlan_pcp")
      return tag(on ? 0xf000 : 0xe000, value << 13 | 0x1000, on ? 0xf000 : 0);
    if (name.substr(0, 4) == "xreg" || name.substr(0, 5) == "xxreg") return registers(name, v);
    put(field, v);
  }
  void number(std::string_view name, std::uint64_t value, std::uint64_t mask) {
    const OvsField& field = *find_field(name);
    FieldValue v;
    v.width = field.bytes;
    store_be(v.value.data(), value, v.width);
    store_be(v.mask.data(), mask, v.width);
    put(field, v);
  }

 private:
  void put(const OvsField& field, FieldValue v) {
    // Bits beyond the field's do not exist; what the mask leaves out is zero.
    const bool is_exact = v.exact();
    for (std::size_t i = 0; i < v.width; ++i) {
      const std::size_t bit = 8 * (v.width - 1 - i);
      const unsigned there = bit >= field.bits       ? 0u
                             : field.bits - bit >= 8 ? 0xffu
                                                     : (1u << (field.bits - bit)) - 1;
      v.value[i] &= v.mask[i] & static_cast<std::byte>(there);
      if (!is_exact) v.mask[i] &= static_cast<std::byte>(there);
    }
    const auto at =
        std::find_if(parts_.begin(), parts_.end(), [&](const Part& p) { return p.field == &field; });
    // That an option is there, whatever its value, is something to match.
    const bool gone = v.wildcard() && !field.any_width;
    if (at == parts_.end()) {
      if (!gone) parts_.push_back({&field, v});
    } else if (gone) {
      parts_.erase(at);
    } else {
      at->v = v;
    }
  }
  // Some bits of the tag; the others stay as they are.
  void tag(std::uint64_t which, std::uint64_t value, std::uint64_t mask) {
    const OvsField& field = *find_field("vlan_tci");
    std::uint64_t v = 0, m = 0;
    if (const Part* p = find(field.name)) {
      v = load_be(p->v.value.data(), 2);
      m = load_be(p->v.mask.data(), 2);
    }
    m = (m & ~which) | mask;
    v = ((v & ~which) | (value & mask)) & m;
    number(field.name, v, m);
  }
  void registers(std::string_view name, const FieldValue& v) {
    const auto first = static_cast<std::size_t>(name.back() - '0') * v.width / 4;
    for (std::size_t i = 0; i < v.width / 4; ++i)
      number("reg" + std::to_string(first + i), load_be(v.value.data() + 4 * i, 4),
             load_be(v.mask.data() + 4 * i, 4));
  }

  std::vector<Part> parts_;
};

// ---- whether plain 1.0 can say it

bool is_prefix(const FieldValue& v) { return prefix_of(v.mask_bytes()).has_value(); }

bool fits_v10(const OvsField& field, const FieldValue& v) {
  if (v.wildcard() && !field.any_width) return true;  // as good as not said
  const auto is_one_of = [&](std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), field.name) != names.end();
  };
  if (is_one_of({"ip_src", "ip_dst", "arp_spa", "arp_tpa"})) return is_prefix(v);
  return v.exact() &&
         is_one_of({"in_port", "eth_src", "eth_dst", "eth_type", "vlan_tci", "dl_vlan", "vlan_vid",
                    "dl_vlan_pcp", "vlan_pcp", "nw_proto", "nw_tos", "ip_dscp", "arp_op", "tcp_src",
                    "tcp_dst", "udp_src", "udp_dst", "icmp_type", "icmp_code"});
}

// ---- from the match to what is sent

// The protocol of the packets that are matched; 0 when that is not told.
std::uint16_t ethertype_of(const Match& match) {
  if (const auto packet = match.exact("packet_type"); packet && *packet >> 16 == 1)
    return static_cast<std::uint16_t>(*packet);
  return static_cast<std::uint16_t>(match.exact("eth_type").value_or(0));
}

// The match as fields of NXM (for 1.0) or OXM, in an order in which every field comes after those that it
// asks for.
class Fields {
 public:
  Fields(const Match& match, Version version, std::vector<std::byte>& out)
      : match_(match), version_(version), out_(out) {}

  void write() {
    const std::uint16_t type = ethertype_of(match_);
    const bool ipv4 = type == 0x0800, ipv6 = type == 0x86dd, ip = ipv4 || ipv6;
    const bool arp = type == 0x0806 || type == 0x8035, mpls = type == 0x8847 || type == 0x8848;
    if (const auto packet = match_.exact("packet_type"); packet && *packet != 0)
      put("packet_type");
    else if (packet)
      said_.push_back(find_field("packet_type"));  // Ethernet is what is meant anyway
    in_port();
    for (const char* name : {"eth_dst", "eth_src", "eth_type"}) put(name);
    vlan();
    if (mpls)
      for (const char* name : {"mpls_tc", "mpls_bos", "mpls_ttl", "mpls_label"}) put(name);
    if (ip) {
      for (const char* name : {"ip_frag", "nw_ecn", "nw_ttl", "nw_proto"}) put(name);
      tos();
      if (ipv4) {
        put("ip_src");
        put("ip_dst");
      } else {
        for (const char* name : {"ipv6_src", "ipv6_dst", "ipv6_label"}) put(name);
      }
      transport(ipv4);
    } else if (arp) {
      put("nw_proto", "arp_op");
      put("ip_src", "arp_spa");
      put("ip_dst", "arp_tpa");
      put("arp_sha");
      put("arp_tha");
    }
    // The rest asks for nothing but, some, for a service header.
    for (const Match::Part& p : match_.parts()) {
      if (std::find(said_.begin(), said_.end(), p.field) != said_.end()) continue;
      const Prerequisite asks = p.field->prerequisite;
      if (asks == Prerequisite::none || asks == Prerequisite::ct ||
          (asks == Prerequisite::nsh && type == 0x894f))
        put(p.field->name);
    }
  }

 private:
  // A field, under the name that it is sent by.
  void put(std::string_view name, std::string_view sent = {}) {
    const Match::Part* p = match_.find(name);
    if (p == nullptr) return;
    said_.push_back(p->field);
    const OvsField& field = sent.empty() ? *p->field : *find_field(sent);
    if (field.id_count == 0) return;
    FieldValue v = p->v;
    if (field.any_width) {
      // As many bytes as the value needs, or the mask.
      const bool masked = !v.exact();
      std::size_t zeros = 0;
      while (zeros < v.width && v.value[zeros] == std::byte{0} && (!masked || v.mask[zeros] == std::byte{0}))
        ++zeros;
      const std::size_t at = out_.size();
      append_field(field.id_for(version_), v.value_bytes().subspan(zeros), v.mask_bytes().subspan(zeros),
                   out_);
      if (masked) out_[at + 2] |= std::byte{1};  // even a mask of no bytes: the option is there
    } else {
      std::array<std::byte, 16> mask = load_tail(v.mask, v.width, field.bytes);
      if (v.exact()) mask.fill(std::byte{0xff});
      number(field, load_tail(v.value, v.width, field.bytes), mask);
    }
  }
  // A number of one width as one of another.
  static std::array<std::byte, 16> load_tail(const std::array<std::byte, 124>& from, std::size_t width,
                                             std::size_t wanted) {
    std::array<std::byte, 16> to{};
    for (std::size_t i = 0; i < std::min(width, wanted); ++i) to[wanted - 1 - i] = from[width - 1 - i];
    return to;
  }
  void number(const OvsField& field, std::array<std::byte, 16> value, std::array<std::byte, 16> mask) {
    // All bits that there are is as good as no mask.
    bool all = true;
    for (std::size_t bit = 0; bit < field.bits; ++bit)
      all =
          all && std::to_integer<unsigned>(mask[field.bytes - 1u - bit / 8] >> (bit % 8) & std::byte{1}) != 0;
    if (all && field.shape != Shape::tunnel_flags) mask.fill(std::byte{0xff});
    append_field(field.id_for(version_), {value.data(), field.bytes}, {mask.data(), field.bytes}, out_);
  }
  void small(const char* name, std::uint64_t value, std::uint64_t mask) {
    const OvsField& field = *find_field(name);
    FieldValue v;
    v.width = field.bytes;
    store_be(v.value.data(), value, v.width);
    store_be(v.mask.data(), mask, v.width);
    append_field(field.id_for(version_), v.value_bytes(), v.mask_bytes(), out_);
  }

  void in_port() {
    const auto port = match_.exact("in_port");
    if (!port) return;
    said_.push_back(find_field("in_port"));
    if (version_ == Version::v10)
      put("in_port");
    else
      small("in_port_oxm", static_cast<std::uint32_t>(port_of(static_cast<v10::PortNo>(*port))), 0xffffffff);
  }
  static PortNo port_of(v10::PortNo port) {
    const auto number = static_cast<std::uint32_t>(port);
    return static_cast<PortNo>(number >= 0xff00 ? 0xffff0000 | number : number);
  }
  void vlan() {
    const Match::Part* p = match_.find("vlan_tci");
    if (p == nullptr) return;
    said_.push_back(p->field);
    const auto tci = load_be<std::uint16_t>(p->v.value.data()),
               mask = load_be<std::uint16_t>(p->v.mask.data());
    if (version_ == Version::v10) return small("vlan_tci", tci, mask);
    const unsigned vid_mask = mask & 0x1fffu;
    if (vid_mask != 0) small("vlan_vid", tci & 0x1fffu, vid_mask == 0x1fff ? 0xffff : vid_mask);
    if ((tci & 0x1fff) != 0 && mask >> 13 != 0) small("vlan_pcp", tci >> 13, 0xff);
  }
  void tos() {
    const Match::Part* p = match_.find("nw_tos");
    if (p == nullptr) return;
    said_.push_back(p->field);
    const auto value = std::to_integer<std::uint64_t>(p->v.value[0]);
    if (version_ == Version::v10)
      small("nw_tos", value, 0xff);
    else
      small("ip_dscp", value >> 2, 0xff);
  }
  void transport(bool ipv4) {
    const auto proto = match_.exact("nw_proto");
    if (!proto) return;
    const auto ports = [&](const char* src, const char* dst) {
      put("tcp_src", src);
      put("tcp_dst", dst);
    };
    if (*proto == 6) {
      ports("tcp_src", "tcp_dst");
      put("tcp_flags");
    } else if (*proto == 17) {
      ports("udp_src", "udp_dst");
    } else if (*proto == 132) {
      ports("sctp_src", "sctp_dst");
    } else if (*proto == 1 && ipv4) {
      ports("icmp_type", "icmp_code");
    } else if (*proto == 58 && !ipv4) {
      ports("icmpv6_type", "icmpv6_code");
      const auto type = match_.exact("tcp_src");
      const auto code = match_.exact("tcp_dst");
      if (code.value_or(0) != 0 || (type != 135u && type != 136u)) return;
      put("nd_target");
      put("nd_reserved");
      put("nd_options_type");
      put(type == 135u ? "nd_sll" : "nd_tll");
    }
  }

  const Match& match_;
  const Version version_;
  std::vector<std::byte>& out_;
  std::vector<const OvsField*> said_;
};

// The struct of 1.0: what is matched, whether it makes sense together or not.
v10::Match v10_match(const Match& match) {
  v10::Match m;
  auto wild = static_cast<std::uint32_t>(v10::Wildcards::all);
  const auto exact = [&](const char* name, v10::Wildcards bit, auto& to) {
    const auto v = match.exact(name);
    if (!v) return;
    to = static_cast<std::remove_reference_t<decltype(to)>>(*v);
    wild &= ~static_cast<std::uint32_t>(bit);
  };
  const auto mac = [&](const char* name, v10::Wildcards bit, MacAddress& to) {
    const Match::Part* p = match.find(name);
    if (p == nullptr) return;
    wire::load(to, p->v.value.data());
    wild &= ~static_cast<std::uint32_t>(bit);
  };
  const auto address = [&](const char* name, unsigned shift, Ipv4Address& to) {
    wild &= ~(0x3fu << shift);
    const Match::Part* p = match.find(name);
    if (p == nullptr) {
      wild |= 32u << shift;
      return;
    }
    wire::load(to, p->v.value.data());
    wild |= (32 - prefix_of(p->v.mask_bytes()).value_or(32)) << shift;
  };
  exact("in_port", v10::Wildcards::in_port, m.in_port);
  mac("eth_src", v10::Wildcards::dl_src, m.dl_src);
  mac("eth_dst", v10::Wildcards::dl_dst, m.dl_dst);
  exact("eth_type", v10::Wildcards::dl_type, m.dl_type);
  exact("nw_proto", v10::Wildcards::nw_proto, m.nw_proto);
  exact("nw_tos", v10::Wildcards::nw_tos, m.nw_tos);
  exact("tcp_src", v10::Wildcards::tp_src, m.tp_src);
  exact("tcp_dst", v10::Wildcards::tp_dst, m.tp_dst);
  address("ip_src", 8, m.nw_src);
  address("ip_dst", 14, m.nw_dst);
  if (const Match::Part* p = match.find("vlan_tci")) {
    const auto tci = load_be<std::uint16_t>(p->v.value.data()),
               mask = load_be<std::uint16_t>(p->v.mask.data());
    if ((mask & 0x1000) != 0 && (tci & 0x1000) == 0) {
      m.dl_vlan = 0xffff;
      wild &= ~static_cast<std::uint32_t>(v10::Wildcards::dl_vlan) &
              ~static_cast<std::uint32_t>(v10::Wildcards::dl_vlan_pcp);
    } else {
      if ((mask & 0x0fff) != 0) {
        m.dl_vlan = tci & 0x0fff;
        wild &= ~static_cast<std::uint32_t>(v10::Wildcards::dl_vlan);
      }
      if ((mask & 0xe000) != 0) {
        m.dl_vlan_pcp = static_cast<std::uint8_t>(tci >> 13);
        wild &= ~static_cast<std::uint32_t>(v10::Wildcards::dl_vlan_pcp);
      }
    }
  }
  m.wildcards = static_cast<v10::Wildcards>(wild);
  return m;
}

// ---- the text

struct Protocol {
  std::string_view word;
  std::uint16_t type;
  std::uint8_t proto;  // 0: any
};
constexpr Protocol protocols[] = {
    {"ip", 0x0800, 0},    {"ipv4", 0x0800, 0},    {"ip4", 0x0800, 0},    {"arp", 0x0806, 0},
    {"icmp", 0x0800, 1},  {"tcp", 0x0800, 6},     {"udp", 0x0800, 17},   {"sctp", 0x0800, 132},
    {"ipv6", 0x86dd, 0},  {"ip6", 0x86dd, 0},     {"icmp6", 0x86dd, 58}, {"tcp6", 0x86dd, 6},
    {"udp6", 0x86dd, 17}, {"sctp6", 0x86dd, 132}, {"rarp", 0x8035, 0},   {"mpls", 0x8847, 0},
    {"mplsm", 0x8848, 0},
};
constexpr std::string_view commands[] = {"add", "modify", "modify_strict", "delete", "delete_strict"};

// One "key=value" of a text: between commas and blanks, where those in parentheses do not count.
struct Item {
  std::string_view key, value;
  bool has_value = false;
};
std::optional<Item> take_item(std::string_view& text) {
  const std::size_t begin = text.find_first_not_of(", \t\r\n");
  if (begin == text.npos) return std::nullopt;
  text.remove_prefix(begin);
  Item item;
  const std::size_t key_end = std::min(text.find_first_of(":=(, \t\r\n"), text.size());
  item.key = text.substr(0, key_end);
  const char delimiter = key_end < text.size() ? text[key_end] : ',';
  text.remove_prefix(std::min(key_end + 1, text.size()));
  if (delimiter != ':' && delimiter != '=' && delimiter != '(') return item;
  item.has_value = true;
  std::size_t end = 0;
  for (int depth = 0; end < text.size(); ++end) {
    const char c = text[end];
    if (depth == 0 && (delimiter == '(' ? c == ')' : c == ',' || blanks.find(c) != blanks.npos)) break;
    if (c == '(') ++depth;
    if (c == ')' && depth > 0) --depth;
  }
  item.value = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return item;
}

class Reader {
 public:
  Reader(const FlowSyntax& syntax, SyntaxError& error)
      : syntax_(syntax), command_(syntax.command), error_(error) {}

  bool read(std::string_view text) {
    if (syntax_.command_in_text) leading_command(text);
    const bool is_delete = command_ == Command::delete_ || command_ == Command::delete_strict;
    std::string_view actions;
    bool has_actions = false;
    if (!is_delete) {
      const std::size_t at = text.find("action"), equals = at == text.npos ? at : text.find('=', at + 1);
      if (equals == text.npos) return fail(error_, text, "has no actions");
      actions = text.substr(equals + 1);
      text = text.substr(0, at);
      has_actions = true;
    }
    while (const auto i = take_item(text))
      if (!item(*i)) return false;
    const std::uint16_t type = ethertype_of(match_);
    if (type == 0x86dd && deep_) forms_ = forms_ & (Forms::nicira | Forms::v13);
    if (has_actions && !read_actions(actions, syntax_.version, context(type), actions_, forms_, error_))
      return false;
    return true;
  }

  bool write(std::string_view text, Xid xid, std::vector<std::byte>& out) {
    if (syntax_.version != Version::v10) {
      if ((forms_ & Forms::v13) == Forms::none) return fail(error_, text, "cannot be said in OpenFlow 1.3");
      return v13_flow_mod(text, xid, out);
    }
    if ((forms_ & Forms::v10) != Forms::none) return v10_flow_mod(text, xid, out);
    if ((forms_ & Forms::nicira) == Forms::none) return fail(error_, text, "cannot be said in OpenFlow 1.0");
    return nicira_flow_mod(text, xid, out);
  }

 private:
  void leading_command(std::string_view& text) {
    std::string_view rest = text.substr(std::min(text.find_first_not_of(blanks), text.size()));
    const std::string_view word = rest.substr(0, rest.find_first_of(", \t\r\n"));
    if (read_flow_command(word, command_)) text = rest.substr(word.size());
  }

  bool item(const Item& i) {
    for (const Protocol& p : protocols)
      if (i.key == p.word) {
        match_.number("eth_type", p.type, 0xffff);
        if (p.proto != 0) protocol_field("nw_proto", p.proto);
        ethernet();
        return true;
      }
    if (i.key == "eth") {
      match_.number("packet_type", 0, 0xffffffff);
      forms_ = forms_ & (Forms::nicira | Forms::v13 | Forms::v10);
      return true;
    }
    if (flags_allowed() && flag(i.key)) return true;
    if (i.key == "no_readonly_table" || i.key == "allow_hidden_fields") return true;
    if (i.key.find('[') != i.key.npos) return subfield(i);
    if (const OvsField* field = is_name(i.key)) return match_field(*field, i);
    return keyword(i);
  }

  // In a match fields go by their names, not by their constants.
  static const OvsField* is_name(std::string_view word) {
    const OvsField* field = find_field(word);
    if (field == nullptr || (word != field->name && (field->extra == nullptr || word != field->extra)))
      return nullptr;
    return field;
  }

  // Matching what is of Ethernet frames is matching Ethernet frames.
  void ethernet() {
    if (match_.find("packet_type") == nullptr) match_.number("packet_type", 0, 0xffffffff);
  }
  void protocol_field(const char* name, std::uint64_t v) {
    match_.number(name, v, 0xff);
    deep_ = true;
  }

  bool match_field(const OvsField& field, const Item& i) {
    FieldValue v;
    if (!read_field_value(i.value.empty()
                              ? (field.shape == Shape::decimal || field.shape == Shape::hex ? "0/0" : "*")
                              : i.value,
                          field, v, error_)) {
      if (error_.part.empty()) error_.part = i.key;
      return false;
    }
    return set(field, v, i.key);
  }
  bool set(const OvsField& field, const FieldValue& v, std::string_view part) {
    const std::string_view name = field.name;
    if (field.id_count == 0 && name.substr(0, 7) != "dl_vlan")
      return fail(error_, part, "is known to the switch alone and cannot be matched");
    if (field.prerequisite == Prerequisite::ethernet || field.prerequisite == Prerequisite::vlan) ethernet();
    if (!fits_v10(field, v)) forms_ = forms_ & (Forms::nicira | Forms::v13);
    switch (field.prerequisite) {
      case Prerequisite::none:
      case Prerequisite::ethernet:
      case Prerequisite::vlan: break;
      default: deep_ = true;
    }
    if (field.any_width && !option(field, v, part)) return false;
    match_.set(field, v);
    return true;
  }
  // Options have 256 bytes in all, in words of four.
  bool option(const OvsField& field, const FieldValue& v, std::string_view part) {
    if (match_.find(field.name) != nullptr) return fail(error_, part, "is said twice");
    std::size_t zeros = 0;
    while (zeros < v.width && v.value[zeros] == std::byte{0}) ++zeros;
    option_bytes_ += (v.width - zeros + 3) / 4 * 4;
    return option_bytes_ <= 256 ||
           fail(error_, part, "is more than there is room for: options have 256 bytes in all");
  }

  // reg0[0..15]=5
  bool subfield(const Item& i) {
    Subfield part;
    if (!read_subfield(i.key, part, error_)) return false;
    const OvsField& field = *part.field;
    std::string_view rest = i.value;
    FieldValue v;
    v.width = field.bytes;
    std::array<std::byte, 124> number{};
    if (take_number(rest, std::span(number).first(v.width)) != NumberError::none || !rest.empty())
      return fail(error_, i.value.empty() ? i.key : i.value,
                  "is not a number that " + std::string(field.name) + " could hold");
    const auto bit = [](std::array<std::byte, 124>& of, std::size_t width,
                        std::size_t n) -> std::pair<std::byte&, std::byte> {
      return {of[width - 1 - n / 8], std::byte{1} << (n % 8)};
    };
    if (const Match::Part* p = match_.find(field.name)) v = p->v;
    for (std::size_t n = 0; n < 8 * v.width; ++n) {
      const auto [from, one] = bit(number, v.width, n);
      const bool is_set = (from & one) != std::byte{0};
      if (n >= part.bits) {
        if (is_set) return fail(error_, i.value, "does not fit into " + std::to_string(part.bits) + " bits");
        continue;
      }
      const auto [value, there] = bit(v.value, v.width, part.first + n);
      value = is_set ? value | there : value & ~there;
      bit(v.mask, v.width, part.first + n).first |= there;
    }
    return set(field, v, i.key);
  }

  bool flags_allowed() const { return command_ != Command::delete_ && command_ != Command::delete_strict; }
  bool flag(std::string_view word) {
    using F = v13::FlowModFlags;
    struct Named {
      std::string_view name;
      F flag;
    };
    static constexpr Named names[] = {{"send_flow_rem", F::send_flow_rem},
                                      {"check_overlap", F::check_overlap},
                                      {"reset_counts", F::reset_counts},
                                      {"no_packet_counts", F::no_pkt_counts},
                                      {"no_byte_counts", F::no_byt_counts}};
    for (const Named& n : names)
      if (word == n.name) {
        flags_ |= static_cast<unsigned>(n.flag);
        // 1.0 has the first two.
        if (n.flag > F::check_overlap) forms_ = forms_ & Forms::v13;
        return true;
      }
    return false;
  }

  bool number(const Item& i, std::uint64_t most, std::uint64_t& to) {
    const auto v = read_number(i.value);
    if (!v) return fail(error_, i.value, "is not a number");
    if (*v > most) return fail(error_, i.value, "is more than " + std::to_string(most));
    to = *v;
    return true;
  }
  bool number(const Item& i, std::uint16_t& to) {
    std::uint64_t v = 0;
    if (!number(i, 0xffff, v)) return false;
    to = static_cast<std::uint16_t>(v);
    return true;
  }

  bool keyword(const Item& i) {
    const bool add = command_ == Command::add,
               modify = command_ == Command::modify || command_ == Command::modify_strict;
    const bool strict_delete = command_ == Command::delete_strict,
               del = strict_delete || command_ == Command::delete_;
    if (i.value.empty()) return fail(error_, i.key, "is nothing to match, or has no value");
    if (i.key == "table") {
      if (const auto v = read_number(i.value, 254)) {
        table_ = static_cast<std::uint8_t>(*v);
      } else if (i.value == "255" || same_word(i.value, "all")) {
        table_ = 0xff;
      } else {
        return fail(error_, i.value, "is not a table");
      }
      return true;
    }
    if (i.key == "out_port" && del) {
      const auto port = read_port(i.value);
      if (!port) return fail(error_, i.value, "is not a port");
      out_port_ = *port;
      return true;
    }
    if (i.key == "out_group" && del) {
      forms_ = forms_ & Forms::v13;
      if (same_word(i.value, "any") || same_word(i.value, "all")) {
        out_group_ = same_word(i.value, "any") ? 0xffffffff : 0xfffffffc;
        return true;
      }
      return number(i, 0xffffffff, out_group_);
    }
    if (i.key == "priority" && command_ != Command::delete_) return number(i, priority_);
    if (i.key == "idle_timeout" && (add || modify)) return number(i, idle_timeout_);
    if (i.key == "hard_timeout" && (add || modify)) return number(i, hard_timeout_);
    std::uint16_t importance = 0;  // of 1.4
    if (i.key == "importance" && add) return number(i, importance);
    if (i.key == "cookie") return cookie(i);
    // What dump-flows says of a flow's life is of no use here.
    for (const std::string_view ignored : {"duration", "n_packets", "n_bytes", "idle_age", "hard_age"})
      if (i.key == ignored) return true;
    return fail(error_, i.key, "is not known here");
  }

  bool cookie(const Item& i) {
    const std::size_t slash = i.value.find('/');
    const auto number_of = [&](std::string_view text, std::uint64_t& to) {
      const bool negative = text.substr(0, 1) == "-";
      const auto v = read_number(text.substr(negative ? 1 : 0));
      if (!v) return fail(error_, text, "is not a number");
      to = negative ? 0 - *v : *v;
      return true;
    };
    if (slash == i.value.npos) {
      if (!flags_allowed()) return fail(error_, i.value, "needs a mask: it chooses flows, as in cookie=1/-1");
      cookie_is_set_ = true;
      return number_of(i.value, cookie_);
    }
    if (command_ == Command::add)
      return fail(error_, i.value, "has a mask, which adding a flow does not take");
    if (!number_of(i.value.substr(0, slash), wanted_) || !number_of(i.value.substr(slash + 1), wanted_mask_))
      return false;
    if (wanted_mask_ != 0) forms_ = forms_ & (Forms::nicira | Forms::v13);
    return true;
  }

  FlowContext context(std::uint16_t type) const {
    FlowContext c;
    c.ethertype = type;
    c.ip_proto = static_cast<std::uint8_t>(match_.exact("nw_proto").value_or(0));
    c.icmp_type = static_cast<std::uint8_t>(match_.exact("tcp_src").value_or(0));
    if (const Match::Part* p = match_.find("vlan_tci"))
      c.tagged = (load_be<std::uint16_t>(p->v.value.data()) & 0x1000) != 0;
    if (const Match::Part* p = match_.find("ip_frag"))
      c.later_fragment = (p->v.value[0] & std::byte{2}) != std::byte{0};
    if (const Match::Part* p = match_.find("ct_state"))
      c.tracked = (load_be<std::uint32_t>(p->v.value.data()) & 0x20) != 0;
    c.table_known = table_ != 0xff;
    c.table_id = table_;
    return c;
  }

  // ---- writing

  template <class M>
  void common(M& m) const {
    m.idle_timeout = idle_timeout_;
    m.hard_timeout = hard_timeout_;
    m.priority = priority_;
  }
  template <class M>
  bool message(const M& m, std::string_view text, Xid xid, std::vector<std::byte>& out) {
    const std::size_t size = encoded_size(m);
    if (size > 0xffff) return fail(error_, text, "does not fit into one message");
    out.resize(size);
    return encode(m, xid, std::span(out)) ? true : fail(error_, text, "does not fit into one message");
  }
  // A flow that is modified without a new cookie keeps its own.
  std::uint64_t new_cookie() const {
    const bool modify = command_ == Command::modify || command_ == Command::modify_strict;
    return modify && !cookie_is_set_ && wanted_mask_ != 0 ? ~std::uint64_t{0} : cookie_;
  }
  template <class M>
  void v10_common(M& m) const {
    common(m);
    m.cookie = new_cookie();
    m.command =
        static_cast<v10::FlowModCommand>((table_ == 0xff ? 0 : table_ << 8) | static_cast<int>(command_));
    const auto port = static_cast<std::uint32_t>(out_port_);
    m.out_port = static_cast<v10::PortNo>(port & 0xffff);
    m.flags = static_cast<v10::FlowModFlags>(flags_);
  }
  bool v10_flow_mod(std::string_view text, Xid xid, std::vector<std::byte>& out) {
    v10::FlowMod m;
    v10_common(m);
    m.match = v10_match(match_);
    m.actions.assign(actions_);
    return message(m, text, xid, out);
  }
  bool nicira_flow_mod(std::string_view text, Xid xid, std::vector<std::byte>& out) {
    nicira::FlowMod m;
    v10_common(m);
    std::vector<std::byte> fields;
    Fields(match_, Version::v10, fields).write();
    if (wanted_mask_ != 0) {
      std::byte value[8], mask[8];
      store_be(value, wanted_ & wanted_mask_);
      store_be(mask, wanted_mask_);
      append_field({"nxm_nx_cookie", OxmClass::nxm_1, 30, {}, {}}, value, mask, fields);
    }
    m.match.assign(fields);
    m.actions.assign(actions_);
    return message(m, text, xid, out);
  }
  bool v13_flow_mod(std::string_view text, Xid xid, std::vector<std::byte>& out) {
    v13::FlowMod m;
    common(m);
    const bool del = !flags_allowed();
    m.cookie = command_ == Command::add ? cookie_ : wanted_ & wanted_mask_;
    m.cookie_mask = wanted_mask_;
    m.table_id = static_cast<decltype(m.table_id)>(table_ == 0xff && !del ? 0 : table_);
    m.command = command_;
    m.out_port = out_port_;
    m.out_group = static_cast<v13::GroupId>(out_group_);
    m.flags = static_cast<v13::FlowModFlags>(flags_);
    std::vector<std::byte> fields;
    Fields(match_, Version::v13, fields).write();
    m.match.oxm.assign(fields);
    m.instructions.assign(actions_);
    return message(m, text, xid, out);
  }

  const FlowSyntax& syntax_;
  Command command_;
  SyntaxError& error_;
  Match match_;
  bool deep_ = false;  // something is matched that lies in the packet behind the Ethernet type
  std::size_t option_bytes_ = 0;
  Forms forms_ = Forms::any;
  std::uint8_t table_ = 0xff;
  std::uint16_t priority_ = 0x8000, idle_timeout_ = 0, hard_timeout_ = 0;
  unsigned flags_ = 0;
  std::uint64_t cookie_ = 0, wanted_ = 0, wanted_mask_ = 0, out_group_ = 0xffffffff;
  bool cookie_is_set_ = false;
  PortNo out_port_ = PortNo::any;
  std::vector<std::byte> actions_;
};

}  // namespace

bool read_flow_command(std::string_view word, Command& command) {
  for (std::size_t i = 0; i < std::size(commands); ++i)
    if (word == commands[i]) {
      command = static_cast<Command>(i);
      return true;
    }
  return false;
}

bool read_flow(std::string_view text, const FlowSyntax& syntax, Xid xid, std::vector<std::byte>& message,
               SyntaxError& error) {
  message.clear();
  Reader reader(syntax, error);
  return reader.read(text) && reader.write(text, xid, message);
}

}  // namespace oflens
