#include <oflens/flow/flow_text.hpp>

#include <algorithm>

#include <oflens/v10/actions.hpp>

#include "tlv.hpp"

namespace oflens {
namespace {

using namespace flow;

// ---- numbers, addresses, ports

// As C's "%#x": no prefix for 0.
void put_hex_or_0(TextBuffer& out, std::uint64_t v) {
  if (v == 0)
    out.put('0');
  else
    out.put_hex(v);
}

template <class Address>
Address address_at(const std::byte* p) {
  Address a;
  wire::load(a, p);
  return a;
}

// Ports have 16 bits in Open vSwitch, and the reserved ones names.
void put_port(TextBuffer& out, PortNo port) {
  switch (port) {
    case PortNo::in_port: return out.put("IN_PORT");
    case PortNo::table: return out.put("TABLE");
    case PortNo::normal: return out.put("NORMAL");
    case PortNo::flood: return out.put("FLOOD");
    case PortNo::all: return out.put("ALL");
    case PortNo::controller: return out.put("CONTROLLER");
    case PortNo::local: return out.put("LOCAL");
    case PortNo::any: return out.put("ANY");
    default: {
      const auto number = static_cast<std::uint32_t>(port);
      return out.put_decimal(number >= static_cast<std::uint32_t>(PortNo::max) ? number & 0xffff : number);
    }
  }
}

// The length of the prefix that a mask is; none when it has holes.
std::optional<unsigned> prefix_of(const std::byte* mask, std::size_t width) {
  unsigned length = 0;
  std::size_t i = 0;
  while (i < width && mask[i] == std::byte{0xff}) ++i;
  length = static_cast<unsigned>(8 * i);
  if (i < width) {
    const auto b = std::to_integer<std::uint8_t>(mask[i]);
    const auto leading = static_cast<unsigned>(std::countl_one(b));
    if (static_cast<std::uint8_t>(b << leading) != 0) return std::nullopt;
    length += leading;
    while (++i < width)
      if (mask[i] != std::byte{0}) return std::nullopt;
  }
  return length;
}

// ---- what Open vSwitch calls the fields

enum class Shape : std::uint8_t { decimal, hex, port, mac, ipv4, ipv6 };

struct Naming {
  const char* match;  // in a match
  const char* set;    // in set_field
  const char* load;   // in load, which is what 1.0 has instead
  Shape shape;
};

// Row i is field i of OPENFLOW_BASIC. Open vSwitch does not have in_phy_port, pbb_isid and ipv6_exthdr.
constexpr std::array<Naming, 40> basic_names{{
    {"in_port", "in_port", "OXM_OF_IN_PORT", Shape::port},
    {"in_phy_port", "in_phy_port", "OXM_OF_IN_PHY_PORT", Shape::port},
    {"metadata", "metadata", "OXM_OF_METADATA", Shape::hex},
    {"dl_dst", "eth_dst", "NXM_OF_ETH_DST", Shape::mac},
    {"dl_src", "eth_src", "NXM_OF_ETH_SRC", Shape::mac},
    {"dl_type", "eth_type", "NXM_OF_ETH_TYPE", Shape::hex},
    {"vlan_vid", "vlan_vid", "OXM_OF_VLAN_VID", Shape::decimal},
    {"vlan_pcp", "vlan_pcp", "OXM_OF_VLAN_PCP", Shape::decimal},
    {"ip_dscp", "ip_dscp", "OXM_OF_IP_DSCP", Shape::decimal},
    {"nw_ecn", "nw_ecn", "NXM_NX_IP_ECN", Shape::decimal},
    {"nw_proto", "nw_proto", "NXM_OF_IP_PROTO", Shape::decimal},
    {"nw_src", "ip_src", "NXM_OF_IP_SRC", Shape::ipv4},
    {"nw_dst", "ip_dst", "NXM_OF_IP_DST", Shape::ipv4},
    {"tp_src", "tcp_src", "NXM_OF_TCP_SRC", Shape::decimal},
    {"tp_dst", "tcp_dst", "NXM_OF_TCP_DST", Shape::decimal},
    {"tp_src", "udp_src", "NXM_OF_UDP_SRC", Shape::decimal},
    {"tp_dst", "udp_dst", "NXM_OF_UDP_DST", Shape::decimal},
    {"tp_src", "sctp_src", "OXM_OF_SCTP_SRC", Shape::decimal},
    {"tp_dst", "sctp_dst", "OXM_OF_SCTP_DST", Shape::decimal},
    {"icmp_type", "icmp_type", "NXM_OF_ICMP_TYPE", Shape::decimal},
    {"icmp_code", "icmp_code", "NXM_OF_ICMP_CODE", Shape::decimal},
    {"arp_op", "arp_op", "NXM_OF_ARP_OP", Shape::decimal},
    {"arp_spa", "arp_spa", "NXM_OF_ARP_SPA", Shape::ipv4},
    {"arp_tpa", "arp_tpa", "NXM_OF_ARP_TPA", Shape::ipv4},
    {"arp_sha", "arp_sha", "NXM_NX_ARP_SHA", Shape::mac},
    {"arp_tha", "arp_tha", "NXM_NX_ARP_THA", Shape::mac},
    {"ipv6_src", "ipv6_src", "NXM_NX_IPV6_SRC", Shape::ipv6},
    {"ipv6_dst", "ipv6_dst", "NXM_NX_IPV6_DST", Shape::ipv6},
    {"ipv6_label", "ipv6_label", "NXM_NX_IPV6_LABEL", Shape::hex},
    {"icmp_type", "icmpv6_type", "NXM_NX_ICMPV6_TYPE", Shape::decimal},
    {"icmp_code", "icmpv6_code", "NXM_NX_ICMPV6_CODE", Shape::decimal},
    {"nd_target", "nd_target", "NXM_NX_ND_TARGET", Shape::ipv6},
    {"nd_sll", "nd_sll", "NXM_NX_ND_SLL", Shape::mac},
    {"nd_tll", "nd_tll", "NXM_NX_ND_TLL", Shape::mac},
    {"mpls_label", "mpls_label", "OXM_OF_MPLS_LABEL", Shape::decimal},
    {"mpls_tc", "mpls_tc", "OXM_OF_MPLS_TC", Shape::decimal},
    {"mpls_bos", "mpls_bos", "OXM_OF_MPLS_BOS", Shape::decimal},
    {"pbb_isid", "pbb_isid", "OXM_OF_PBB_ISID", Shape::hex},
    {"tun_id", "tun_id", "NXM_NX_TUN_ID", Shape::hex},
    {"ipv6_exthdr", "ipv6_exthdr", "OXM_OF_IPV6_EXTHDR", Shape::hex},
}};

void put_value(TextBuffer& out, Shape shape, const std::byte* value, std::size_t width) {
  switch (shape) {
    case Shape::mac: return out.put(address_at<MacAddress>(value));
    case Shape::ipv4: return out.put(address_at<Ipv4Address>(value));
    case Shape::ipv6: return out.put(address_at<Ipv6Address>(value));
    case Shape::port: return put_port(out, static_cast<PortNo>(load_be(value, width)));
    case Shape::decimal: return out.put_decimal(load_be(value, width));
    case Shape::hex: return put_hex_or_0(out, load_be(value, width));
  }
}

// A field that nobody has described here: class, number and all its bytes.
void put_unknown_field(TextBuffer& out, Bytes field) {
  out.put("oxm(0x");
  out.put_bytes(field.first(4));
  out.put(':');
  out.put_bytes(field.subspan(4));
  out.put(')');
}

// ---- matches

class MatchText {
 public:
  MatchText(TextBuffer& out, const FlowMatch& match, Version dialect)
      : out_(out), dialect_(dialect), begin_(out.size()) {
    each_field(match.bytes(), [&](const Tlv& field) {
      if (field.id() >> 7 == 0x8000 && (field.id() & 0x7f) < basic_.size())
        basic_[field.id() & 0x7f] = field.at;
      else if (field.id() == id_of(nxm_vlan_tci))
        vlan_tci_ = field.at;
      else if (rest_ == nullptr)
        rest_ = field.at;
      end_ = field.end();
    });
  }

  // In the order in which Open vSwitch has them.
  void write(std::uint16_t priority) {
    if (priority != 0x8000) {
      out_.put("priority=");
      out_.put_decimal(priority);
      out_.put(',');
    }
    protocol();
    registers();
    for (const std::size_t i : {38u, 2u, 0u}) field(i);
    vlan();
    for (const std::size_t i : {4u, 3u}) field(i);
    if (!type_said_) type();
    for (const std::size_t i : {26u, 27u}) field(i);
    if (basic_[28] != nullptr) label();
    for (const std::size_t i : {22u, 23u, 11u, 12u, 21u}) field(i);
    if (!protocol_said_) field(10);
    for (const std::size_t i : {24u, 25u}) field(i);
    tos();
    for (const std::size_t i :
         {9u, 34u, 35u, 36u, 13u, 15u, 17u, 14u, 16u, 18u, 19u, 20u, 29u, 30u, 31u, 32u, 33u, 1u, 37u, 39u})
      field(i);
    unknown();
    if (out_.size() > begin_) out_.shorten_to(out_.size() - 1);  // the last comma
  }

 private:
  std::optional<std::uint64_t> exact(std::size_t i) const {
    if (basic_[i] == nullptr) return std::nullopt;
    const Tlv f(basic_[i]);
    if (f.masked()) return std::nullopt;
    return load_be(f.value(), f.width());
  }

  void name(const char* text) {
    out_.put(text);
    out_.put('=');
  }

  void field(std::size_t i) {
    if (basic_[i] == nullptr) return;
    const Tlv f(basic_[i]);
    const Shape shape = basic_names[i].shape;
    name(basic_names[i].match);
    if (!f.masked()) {
      put_value(out_, shape, f.value(), f.width());
    } else if (shape == Shape::ipv4 || shape == Shape::ipv6) {
      put_value(out_, shape, f.value(), f.width());
      out_.put('/');
      if (const auto length = prefix_of(f.mask(), f.width()))
        out_.put_decimal(*length);
      else
        put_value(out_, shape, f.mask(), f.width());
    } else if (shape == Shape::mac || shape == Shape::hex) {
      put_value(out_, shape, f.value(), f.width());
      out_.put('/');
      put_value(out_, shape, f.mask(), f.width());
    } else {
      out_.put_hex(load_be(f.value(), f.width()));
      out_.put('/');
      out_.put_hex(load_be(f.mask(), f.width()));
    }
    out_.put(',');
  }

  void protocol() {
    const auto type = exact(5);
    if (!type) return;
    const auto proto = exact(10);
    const bool ipv6 = *type == 0x86dd;
    const char* word = nullptr;
    if (*type == 0x0800 || ipv6) {
      protocol_said_ = true;
      if (proto == 6u)
        word = ipv6 ? "tcp6," : "tcp,";
      else if (proto == 17u)
        word = ipv6 ? "udp6," : "udp,";
      else if (proto == 132u)
        word = ipv6 ? "sctp6," : "sctp,";
      else if (proto == 1u && !ipv6)
        word = "icmp,";
      else if (proto == 58u && ipv6)
        word = "icmp6,";
      else {
        word = ipv6 ? "ipv6," : "ip,";
        protocol_said_ = false;
      }
    } else if (*type == 0x0806) {
      word = "arp,";
    } else if (*type == 0x8035) {
      word = "rarp,";
    } else if (*type == 0x8847) {
      word = "mpls,";
    } else if (*type == 0x8848) {
      word = "mplsm,";
    }
    if (word == nullptr) return;
    type_said_ = true;
    out_.put(word);
  }

  void type() {
    if (basic_[5] == nullptr) return;
    const Tlv f(basic_[5]);
    name("dl_type");
    out_.put_hex(load_be(f.value(), 2), 4);
    if (f.masked()) {
      out_.put('/');
      out_.put_hex(load_be(f.mask(), 2), 4);
    }
    out_.put(',');
  }

  void vlan() {
    if (vlan_tci_ == nullptr) return;
    const Tlv f(vlan_tci_);
    unsigned tci = load_be<std::uint16_t>(f.value());
    unsigned mask = f.masked() ? load_be<std::uint16_t>(f.mask()) : 0xffff;
    if (dialect_ != Version::v10) {
      // 1.3 has two fields: the id with the bit that says that there is a tag, maskable, and the priority,
      // all of it, where there is a tag.
      const bool with_priority = (mask & 0xe000) != 0 && (tci & 0x1fff) != 0;
      const unsigned vid = tci & mask & 0x1fff, vid_mask = mask & 0x1fff;
      tci = vid | (with_priority ? (tci & 0xe000) | 0x1000 : 0);
      mask = vid_mask | (with_priority ? 0xf000 : 0);
    }
    const unsigned vid_mask = mask & 0x0fff, pcp_mask = mask & 0xe000;
    if ((mask & 0x1000) != 0 && (tci & 0x1000) != 0 && (vid_mask == 0 || vid_mask == 0x0fff) &&
        (pcp_mask == 0 || pcp_mask == 0xe000) && (vid_mask | pcp_mask) != 0) {
      if (vid_mask != 0) {
        name("dl_vlan");
        out_.put_decimal(tci & 0x0fff);
        out_.put(',');
      }
      if (pcp_mask != 0) {
        name("dl_vlan_pcp");
        out_.put_decimal(tci >> 13);
        out_.put(',');
      }
    } else if (mask != 0) {
      name("vlan_tci");
      out_.put_hex(tci, 4);
      if (mask != 0xffff) {
        out_.put('/');
        out_.put_hex(mask, 4);
      }
      out_.put(',');
    }
  }

  void label() {
    const Tlv f(basic_[28]);
    name("ipv6_label");
    out_.put_hex(load_be(f.value(), f.width()), 5);
    if (f.masked()) {
      out_.put('/');
      out_.put_hex(load_be(f.mask(), f.width()), 5);
    }
    out_.put(',');
  }

  void tos() {
    if (basic_[8] == nullptr) return;
    const Tlv f(basic_[8]);
    name("nw_tos");
    out_.put_decimal(load_be(f.value(), 1) << 2);
    if (f.masked()) {
      out_.put('/');
      out_.put_hex(load_be(f.mask(), 1) << 2);
    }
    out_.put(',');
  }

  static bool is_register(const Tlv& f) {
    return f.id() >> 7 == static_cast<unsigned>(OxmClass::nxm_1) && (f.id() & 0x7f) < 16 && f.width() == 4;
  }
  template <class F>
  void each_other(F&& f) {
    if (rest_ == nullptr) return;
    each_field({rest_, end_}, [&](const Tlv& field) {
      const bool known = field.id() >> 7 == 0x8000 && (field.id() & 0x7f) < basic_.size();
      if (!known && field.id() != id_of(nxm_vlan_tci)) f(field);
    });
  }
  void registers() {
    each_other([&](const Tlv& f) {
      if (!is_register(f)) return;
      out_.put("reg");
      out_.put_decimal(f.id() & 0x7f);
      out_.put('=');
      put_hex_or_0(out_, load_be(f.value(), 4));
      if (f.masked()) {
        out_.put('/');
        put_hex_or_0(out_, load_be(f.mask(), 4));
      }
      out_.put(',');
    });
  }
  void unknown() {
    each_other([&](const Tlv& f) {
      if (is_register(f)) return;
      put_unknown_field(out_, {f.at, f.end()});
      out_.put(',');
    });
  }

  TextBuffer& out_;
  const Version dialect_;
  const std::size_t begin_;
  std::array<const std::byte*, basic_names.size()> basic_{};
  const std::byte *vlan_tci_ = nullptr, *rest_ = nullptr, *end_ = nullptr;
  bool type_said_ = false, protocol_said_ = false;
};

// ---- actions

class ActionText {
 public:
  ActionText(TextBuffer& out, const FlowActions& actions, Version dialect)
      : out_(out),
        begin_(out.size()),
        old_(dialect == Version::v10),
        tagged_(actions.after_tag),
        ip_proto_(actions.after_ip_proto) {}

  void finish() {
    if (out_.size() == begin_) out_.put("drop");
  }

  // What 1.0 says.
  void v10_actions(Bytes list) {
    each_element(list, [&](std::uint16_t type, Bytes element) { v10_action(type, element); });
  }

  // Instructions, in the order in which they are carried out.
  void instructions(Bytes list) {
    using Type = v13::InstructionType;
    for (const Type wanted : {Type::meter, Type::apply_actions, Type::clear_actions, Type::write_actions,
                              Type::write_metadata, Type::goto_table})
      each_element(list, [&](std::uint16_t type, Bytes element) {
        if (static_cast<Type>(type) == wanted) instruction(wanted, element);
      });
    each_element(list, [&](std::uint16_t type, Bytes element) {
      const auto known = static_cast<Type>(type);
      if (known < Type::goto_table || known > Type::meter)
        foreign("instruction", known == Type::experimenter, type, element);
    });
  }

 private:
  static std::uint16_t u16(Bytes element) { return load_be<std::uint16_t>(element.data() + 4); }
  static std::uint32_t u32(Bytes element) { return load_be<std::uint32_t>(element.data() + 4); }

  TextBuffer& next() {
    if (out_.size() != begin_) out_.put(',');
    return out_;
  }
  void word(const char* text) { next().put(text); }
  void number(const char* name, std::uint64_t v) {
    next().put(name);
    out_.put(':');
    out_.put_decimal(v);
  }
  void ethertype(const char* name, std::uint16_t v) {
    next().put(name);
    out_.put(':');
    out_.put_hex(v, 4);
  }

  // set_field:V->name, or what 1.0 calls it.
  void set(const char* v10_name, const char* v13_name, Shape shape, const std::byte* value,
           std::size_t width) {
    if (old_) {
      next().put(v10_name);
      out_.put(':');
      put_value(out_, shape, value, width);
    } else {
      next().put("set_field:");
      put_value(out_, shape, value, width);
      out_.put("->");
      out_.put(v13_name);
    }
  }
  void set(const char* v10_name, const char* v13_name, std::uint16_t v) {
    std::byte bytes[2];
    store_be(bytes, v);
    set(v10_name, v13_name, Shape::decimal, bytes, 2);
  }
  // load:0x5->NAME[]: at most 64 bits at a time.
  void load(const char* name, const std::byte* value, std::size_t width) {
    const auto part = [&](std::uint64_t v, const char* range) {
      next().put("load:");
      put_hex_or_0(out_, v);
      out_.put("->");
      out_.put(name);
      out_.put(range);
    };
    if (width <= 8) return part(load_be(value, width), "[]");
    part(load_be(value + 8, 8), "[0..63]");
    part(load_be(value, 8), "[64..127]");
  }

  void output(PortNo port, std::uint16_t max_len) {
    next();
    const auto number = static_cast<std::uint32_t>(port);
    if (number < static_cast<std::uint32_t>(PortNo::max)) out_.put("output:");
    put_port(out_, port);
    if (port == PortNo::controller) {
      out_.put(':');
      out_.put_decimal(max_len);
    }
  }

  // The actions of 1.0 add a tag where there is none; 1.3 does that in two steps.
  void tag_first() {
    if (!tagged_ && !old_) ethertype("push_vlan", 0x8100);
    tagged_ = true;
  }
  void set_vlan_vid(std::uint16_t vid) {
    set("mod_vlan_vid", "vlan_vid", static_cast<std::uint16_t>(old_ ? vid & 0xfff : vid | 0x1000));
  }
  void set_vlan_pcp(std::uint8_t pcp) { set("mod_vlan_pcp", "vlan_pcp", pcp); }
  void pop_vlan() {
    word(old_ ? "strip_vlan" : "pop_vlan");
    tagged_ = false;
  }
  void set_dscp(std::uint8_t dscp) {
    set("mod_nw_tos", "ip_dscp", static_cast<std::uint16_t>(old_ ? dscp << 2 : dscp));
  }
  // 1.3 must know which protocol's port it is.
  void set_port(bool source, std::uint16_t port) {
    const char* name = nullptr;
    if (ip_proto_ == 6) name = source ? "tcp_src" : "tcp_dst";
    if (ip_proto_ == 17) name = source ? "udp_src" : "udp_dst";
    if (ip_proto_ == 132) name = source ? "sctp_src" : "sctp_dst";
    const char* old_name = source ? "mod_tp_src" : "mod_tp_dst";
    if (name != nullptr)
      set(old_name, name, port);
    else
      number(old_name, port);
  }

  // Not of the standard: whose, and all its bytes.
  void foreign(const char* what, bool experimenter, std::uint16_t type, Bytes element) {
    next();
    if (experimenter && element.size() >= 8) {
      out_.put("experimenter(");
      out_.put_hex(load_be<std::uint32_t>(element.data() + 4));
      out_.put(':');
      out_.put_bytes(element.subspan(8));
    } else {
      out_.put("unknown(");
      out_.put(what);
      out_.put(' ');
      out_.put_decimal(type);
      out_.put(':');
      out_.put_bytes(element.subspan(4));
    }
    out_.put(')');
  }

  void v10_action(std::uint16_t type, Bytes e) {
    using Type = v10::ActionType;
    const std::byte* const value = e.data() + 4;
    const auto port = [&] { return port_of(static_cast<v10::PortNo>(u16(e))); };
    switch (static_cast<Type>(type)) {
      case Type::output: return output(port(), load_be<std::uint16_t>(e.data() + 6));
      case Type::set_vlan_vid: tag_first(); return set_vlan_vid(u16(e));
      case Type::set_vlan_pcp: tag_first(); return set_vlan_pcp(std::to_integer<std::uint8_t>(*value));
      case Type::strip_vlan: return pop_vlan();
      case Type::set_dl_src: return set("mod_dl_src", "eth_src", Shape::mac, value, 6);
      case Type::set_dl_dst: return set("mod_dl_dst", "eth_dst", Shape::mac, value, 6);
      case Type::set_nw_src: return set("mod_nw_src", "ip_src", Shape::ipv4, value, 4);
      case Type::set_nw_dst: return set("mod_nw_dst", "ip_dst", Shape::ipv4, value, 4);
      case Type::set_nw_tos:
        return set_dscp(static_cast<std::uint8_t>(std::to_integer<unsigned>(*value) >> 2));
      case Type::set_tp_src: return set_port(true, u16(e));
      case Type::set_tp_dst: return set_port(false, u16(e));
      case Type::enqueue: return enqueue(port(), load_be<std::uint32_t>(e.data() + 12));
      default: return foreign("action", static_cast<Type>(type) == Type::vendor, type, e);
    }
  }

  void enqueue(PortNo port, std::uint32_t queue) {
    if (!old_) {
      number("set_queue", queue);
      output(port, 0xffff);
      return word("pop_queue");
    }
    next().put("enqueue:");
    put_port(out_, port);
    out_.put(':');
    out_.put_decimal(queue);
  }

  void v13_action(std::uint16_t type, Bytes e) {
    using Type = v13::ActionType;
    const std::uint8_t first = std::to_integer<std::uint8_t>(e[4]);
    switch (static_cast<Type>(type)) {
      case Type::output: return output(static_cast<PortNo>(u32(e)), load_be<std::uint16_t>(e.data() + 8));
      case Type::copy_ttl_out: return word("copy_ttl_out");
      case Type::copy_ttl_in: return word("copy_ttl_in");
      case Type::set_mpls_ttl:
        next().put("set_mpls_ttl(");
        out_.put_decimal(first);
        return out_.put(')');
      case Type::dec_mpls_ttl: return word("dec_mpls_ttl");
      case Type::push_vlan:
        tagged_ = true;
        // In 1.0 that is part of the action which sets the tag.
        return old_ ? void() : ethertype("push_vlan", u16(e));
      case Type::pop_vlan: return pop_vlan();
      case Type::push_mpls: return ethertype("push_mpls", u16(e));
      case Type::pop_mpls: return ethertype("pop_mpls", u16(e));
      case Type::set_queue: return number("set_queue", u32(e));
      case Type::group: return number("group", u32(e));
      case Type::set_nw_ttl:
        return old_ ? load("NXM_NX_IP_TTL", e.data() + 4, 1) : number("mod_nw_ttl", first);
      case Type::dec_nw_ttl: return word("dec_ttl");
      case Type::set_field: return set_field(Tlv(e.data() + 4));
      case Type::push_pbb: return ethertype("push_pbb", u16(e));
      case Type::pop_pbb: return word("pop_pbb");
      default: return foreign("action", static_cast<Type>(type) == Type::experimenter, type, e);
    }
  }

  void set_field(const Tlv& field) {
    const std::uint32_t number = field.id() & 0x7f;
    const bool basic = field.id() >> 7 == 0x8000 && number < basic_names.size();
    const bool reg = field.id() >> 7 == 1 && number < 16 && field.width() == 4;
    if (!basic && !reg) {
      next().put("set_field:");
      return put_unknown_field(out_, {field.at, field.end()});
    }
    if (old_) return set_field_in_v10(field, basic);
    next().put("set_field:");
    if (reg) {
      put_hex_or_0(out_, load_be(field.value(), 4));
    } else {
      put_value(out_, basic_names[number].shape, field.value(), field.width());
      if (field.masked()) {
        out_.put('/');
        put_value(out_, basic_names[number].shape, field.mask(), field.width());
      }
    }
    out_.put("->");
    if (reg) {
      out_.put("reg");
      out_.put_decimal(number);
    } else {
      out_.put(basic_names[number].set);
    }
  }

  void set_field_in_v10(const Tlv& field, bool basic) {
    const std::byte* const value = field.value();
    const std::uint32_t number = field.id() & 0x7f;
    if (!basic) {
      char name[] = "NXM_NX_REG0\0";
      if (number >= 10) name[10] = '1';
      name[number >= 10 ? 11 : 10] = static_cast<char>('0' + number % 10);
      return load(name, value, 4);
    }
    const auto u8 = [&] { return std::to_integer<std::uint8_t>(*value); };
    switch (number) {
      case 3: return set("mod_dl_dst", "", Shape::mac, value, 6);
      case 4: return set("mod_dl_src", "", Shape::mac, value, 6);
      case 6: return set_vlan_vid(load_be<std::uint16_t>(value));
      case 7: return set_vlan_pcp(u8());
      case 8: return set_dscp(u8());
      case 11: return set("mod_nw_src", "", Shape::ipv4, value, 4);
      case 12: return set("mod_nw_dst", "", Shape::ipv4, value, 4);
      case 13:
      case 15: return set("mod_tp_src", "", load_be<std::uint16_t>(value));
      case 14:
      case 16: return set("mod_tp_dst", "", load_be<std::uint16_t>(value));
      default: return load(basic_names[number].load, value, field.width());
    }
  }

  void v13_actions(Bytes list) {
    each_element(list, [&](std::uint16_t type, Bytes element) { v13_action(type, element); });
  }

  void instruction(v13::InstructionType type, Bytes e) {
    using Type = v13::InstructionType;
    const auto u64 = [&](std::size_t offset) { return load_be<std::uint64_t>(e.data() + offset); };
    switch (type) {
      case Type::apply_actions: return v13_actions(e.subspan(8));
      case Type::write_metadata: {
        next().put("write_metadata:");
        put_hex_or_0(out_, u64(8));
        if (u64(16) != ~std::uint64_t{0}) {
          out_.put('/');
          put_hex_or_0(out_, u64(16));
        }
        return;
      }
      case Type::goto_table:
        next().put(old_ ? "resubmit(," : "goto_table:");
        out_.put_decimal(std::to_integer<std::uint8_t>(e[4]));
        return old_ ? out_.put(')') : void();
      // 1.0 has no words for the rest, nor had Nicira.
      case Type::meter: return old_ ? void() : number("meter", u32(e));
      case Type::clear_actions: return old_ ? void() : word("clear_actions");
      case Type::write_actions: {
        if (old_ || e.size() == 8) return;
        next().put("write_actions(");
        const std::size_t outer = begin_;
        begin_ = out_.size();
        v13_actions(e.subspan(8));
        begin_ = outer;
        return out_.put(')');
      }
      case Type::experimenter: return;
    }
  }

  TextBuffer& out_;
  std::size_t begin_;
  const bool old_;  // the dialect of 1.0
  bool tagged_;
  const std::uint8_t ip_proto_;
};

void put_flags(TextBuffer& out, v13::FlowModFlags flags) {
  static constexpr const char* names[] = {"send_flow_rem ", "check_overlap ", "reset_counts ",
                                          "no_packet_counts ", "no_byte_counts "};
  for (unsigned bit = 0; bit < std::size(names); ++bit)
    if ((static_cast<unsigned>(flags) >> bit & 1) != 0) out.put(names[bit]);
}

void put_timeout(TextBuffer& out, const char* name, std::uint16_t seconds) {
  if (seconds == 0) return;
  out.put(name);
  out.put_decimal(seconds);
  out.put(", ");
}

}  // namespace

void put_match(TextBuffer& out, const FlowMatch& match, Version dialect, std::uint16_t priority) {
  MatchText(out, match, dialect).write(priority);
}

void put_actions(TextBuffer& out, const FlowActions& actions, Version dialect) {
  ActionText text(out, actions, dialect);
  if (actions.version == Version::v10)
    text.v10_actions(actions.encoded.bytes());
  else
    text.instructions(actions.encoded.bytes());
  text.finish();
}

void put_flow(TextBuffer& out, const Flow& flow, Version dialect) {
  out.put(' ');
  if (flow.cookie != 0) {
    out.put("cookie=");
    out.put_hex(flow.cookie);
    out.put(", ");
  }
  if (flow.table_id != 0) {
    out.put("table=");
    out.put_decimal(flow.table_id);
    out.put(", ");
  }
  put_timeout(out, "idle_timeout=", flow.idle_timeout);
  put_timeout(out, "hard_timeout=", flow.hard_timeout);
  if (dialect != Version::v10) put_flags(out, flow.flags);
  const std::size_t before = out.size();
  put_match(out, flow.match, dialect, flow.priority);
  if (out.size() != before) out.put(' ');
  out.put("actions=");
  put_actions(out, flow.actions, dialect);
}

void put_remark(TextBuffer& out, const Expiry& expiry) {
  if (expiry.state != Expiry::State::doubtful) return;
  TextBuffer time;
  time.put_time(expiry.since, 1);  // 2026-11-20T09:36:31.4Z
  out.put(" # may have expired since ");
  const std::size_t of_day = time.view().find('T') + 1;
  out.put(time.view().substr(of_day, time.size() - of_day - 1));
  out.put(expiry.cause == Expiry::Cause::idle ? " (idle " : " (hard ");
  out.put_decimal(expiry.seconds);
  out.put(" s)");
}

std::vector<FlowLine> list_flows(TextBuffer& out, const FlowTable& table, const FlowListOptions& options) {
  // Written in the order of memory; then only numbers are sorted: table, priority downwards, and which line.
  std::vector<FlowLine> lines;
  std::vector<std::uint64_t> order;
  std::vector<std::size_t> ends;
  const std::size_t begin = out.size();
  for (const FlowTable::Present& p : table.present(options.at)) {
    if (options.certain && p.expiry.state != Expiry::State::present) continue;
    const Flow& flow = p.entry->flow;
    put_flow(out, flow, options.dialect);
    order.push_back(std::uint64_t{flow.table_id} << 48 | std::uint64_t{0xffffu - flow.priority} << 32 |
                    lines.size());
    lines.push_back({p.entry, p.expiry, {}});
    ends.push_back(out.size());
  }
  // The buffer may have moved while it grew.
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t from = i == 0 ? begin : ends[i - 1];
    lines[i].text = out.view().substr(from, ends[i] - from);
  }
  std::sort(order.begin(), order.end());
  std::vector<FlowLine> sorted;
  sorted.reserve(lines.size());
  const auto by_text = [](const FlowLine& a, const FlowLine& b) { return a.text < b.text; };
  std::size_t run = 0;  // where those of this table and priority begin
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (order[i] >> 32 != order[run] >> 32) {
      std::sort(sorted.begin() + static_cast<std::ptrdiff_t>(run), sorted.end(), by_text);
      run = i;
    }
    sorted.push_back(lines[order[i] & 0xffffffff]);
  }
  std::sort(sorted.begin() + static_cast<std::ptrdiff_t>(run), sorted.end(), by_text);
  return sorted;
}

void put_flows(TextBuffer& out, const FlowTable& table, const FlowListOptions& options) {
  TextBuffer texts;
  for (const FlowLine& line : list_flows(texts, table, options)) {
    out.put(line.text);
    put_remark(out, line.expiry);
    out.put('\n');
  }
}

}  // namespace oflens
