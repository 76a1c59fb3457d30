// What flows match, as ovs-ofctl of Open vSwitch 3.1 prints it.
#include <algorithm>
#include <bit>

#include <oflens/ext/nxm.hpp>
#include <oflens/flow/flow_text.hpp>

#include "../put.hpp"
#include "ovs_field.hpp"
#include "tlv.hpp"

namespace oflens {
namespace {

using namespace flow;
using namespace nicira;

// How a field is written. A masked number has its value as it reads without a mask, or in hexadecimal; some
// have so many digits at least.
enum class How : std::uint8_t {
  value,  // as it reads everywhere
  packet_type,
  protocol,  // "tcp": says ETH_TYPE, and IP_PROTO perhaps
  vlan,
  tunnel_flags,
  tunnel_option,
  mac,
  ipv4,
  port,
  hex,         // 0x5/0xf, 0; this and what follows are numbers
  decimal,     // 5, 0x5/0xf
  octet,       // 5, 0x05/0x0f
  hex_number,  // 0x5/0xf, 0x0
  hex5,        // 0x00005/0x0000f
  eth_type,    // what "tcp" has not said
  ip_proto,
  tos,
};
template <class T>
inline constexpr How how_of = std::is_same_v<T, MacAddress>    ? How::mac
                              : std::is_same_v<T, Ipv4Address> ? How::ipv4
                              : std::is_same_v<T, PortNo>      ? How::port
                                                               : How::value;

struct Row {
  std::array<char, 16> name{};  // "in_port=", "reg3=", "tun_metadata3"
  std::uint8_t name_size = 0;
  How how{};
  bool any_width = false;
  std::size_t width = 0;
  std::uint32_t id = 0, experimenter = 0;
};

// The fields that the canonical form can have, in the order in which Open vSwitch writes them.
struct Table {
  std::array<Row, 192> rows{};
  std::size_t size = 0;

  constexpr void name(Row& row, std::string_view text) {
    for (const char c : text) row.name[row.name_size++] = c;
  }
  template <class T>
  constexpr void add(std::string_view text, const OxmField<T>& f, How how = how_of<T>) {
    Row& row = rows[size++];
    name(row, text);
    row.how = how;
    row.any_width = f.any_width;
    row.width = f.width;
    row.id = id_of(f);
    row.experimenter = static_cast<std::uint32_t>(f.experimenter);
  }
  // So many fields, of which this is the first.
  template <class T>
  constexpr void add_all(std::string_view text, int count, const OxmField<T>& first, How how) {
    for (int i = 0; i < count; ++i) {
      add(text, first, how);
      Row& row = rows[size - 1];
      if (i >= 10) name(row, {&"0123456789"[i / 10], 1});
      name(row, {&"0123456789"[i % 10], 1});
      if (how != How::tunnel_option) name(row, "=");
      row.id += static_cast<std::uint32_t>(i);
    }
  }
};
constexpr Table table = [] {
  Table t;
  t.add("pkt_mark=", nxm_nx_pkt_mark, How::hex);
  t.add("recirc_id=", nxm_nx_recirc_id, How::hex);
  t.add("dp_hash=", nxm_nx_dp_hash, How::hex);
  t.add("conj_id=", nxm_nx_conj_id, How::decimal);
  t.add("actset_output=", oxm::actset_output);
  t.add("ct_state=", nxm_nx_ct_state);
  t.add("ct_zone=", nxm_nx_ct_zone, How::decimal);
  t.add("ct_mark=", nxm_nx_ct_mark, How::hex);
  t.add("ct_label=", nxm_nx_ct_label);
  t.add("ct_nw_src=", nxm_nx_ct_nw_src);
  t.add("ct_ipv6_src=", nxm_nx_ct_ipv6_src);
  t.add("ct_nw_dst=", nxm_nx_ct_nw_dst);
  t.add("ct_ipv6_dst=", nxm_nx_ct_ipv6_dst);
  t.add("ct_nw_proto=", nxm_nx_ct_nw_proto, How::decimal);
  t.add("ct_tp_src=", nxm_nx_ct_tp_src, How::decimal);
  t.add("ct_tp_dst=", nxm_nx_ct_tp_dst, How::decimal);
  t.add("packet_type=", oxm::packet_type, How::packet_type);
  t.rows[t.size++].how = How::protocol;
  t.add_all("reg", 16, nxm_nx_reg<0>, How::hex);
  t.add("tun_id=", oxm::tunnel_id, How::hex);
  t.add("tun_src=", nxm_nx_tun_ipv4_src);
  t.add("tun_dst=", nxm_nx_tun_ipv4_dst);
  t.add("tun_ipv6_src=", nxm_nx_tun_ipv6_src);
  t.add("tun_ipv6_dst=", nxm_nx_tun_ipv6_dst);
  t.add("tun_gbp_id=", nxm_nx_tun_gbp_id, How::decimal);
  t.add("tun_gbp_flags=", nxm_nx_tun_gbp_flags, How::hex);
  t.add("tun_erspan_ver=", nxoxm_et_erspan_ver, How::decimal);
  t.add("tun_erspan_idx=", nxoxm_et_erspan_idx, How::hex);
  t.add("tun_erspan_dir=", nxoxm_et_erspan_dir, How::decimal);
  t.add("tun_erspan_hwid=", nxoxm_et_erspan_hwid, How::hex);
  t.add("gtpu_flags=", nxoxm_et_gtpu_flags, How::hex);
  t.add("gtpu_msgtype=", nxoxm_et_gtpu_msgtype, How::decimal);
  t.add("tun_flags=", nxm_nx_tun_flags, How::tunnel_flags);
  t.add_all("tun_metadata", 64, nxm_nx_tun_metadata<0>, How::tunnel_option);
  t.add("metadata=", oxm::metadata, How::hex);
  t.add("in_port=", oxm::in_port);
  t.add("", nxm_of_vlan_tci, How::vlan);
  t.add("dl_src=", oxm::eth_src);
  t.add("dl_dst=", oxm::eth_dst);
  t.add("dl_type=", oxm::eth_type, How::eth_type);
  t.add("ipv6_src=", oxm::ipv6_src);
  t.add("ipv6_dst=", oxm::ipv6_dst);
  t.add("ipv6_label=", oxm::ipv6_flabel, How::hex5);
  t.add("arp_spa=", oxm::arp_spa);
  t.add("arp_tpa=", oxm::arp_tpa);
  t.add("nsh_flags=", nxoxm_nsh_flags, How::octet);
  t.add("nsh_ttl=", nxoxm_nsh_ttl, How::octet);
  t.add("nsh_mdtype=", nxoxm_nsh_mdtype, How::octet);
  t.add("nsh_np=", nxoxm_nsh_np, How::octet);
  t.add("nsh_spi=", nxoxm_nsh_spi, How::hex_number);
  t.add("nsh_si=", nxoxm_nsh_si, How::octet);
  t.add("nsh_c1=", nxoxm_nsh_c<1>, How::hex_number);
  t.add("nsh_c2=", nxoxm_nsh_c<2>, How::hex_number);
  t.add("nsh_c3=", nxoxm_nsh_c<3>, How::hex_number);
  t.add("nsh_c4=", nxoxm_nsh_c<4>, How::hex_number);
  t.add("nw_src=", oxm::ipv4_src);
  t.add("nw_dst=", oxm::ipv4_dst);
  t.add("arp_op=", oxm::arp_op, How::decimal);
  t.add("nw_proto=", oxm::ip_proto, How::ip_proto);
  t.add("arp_sha=", oxm::arp_sha);
  t.add("arp_tha=", oxm::arp_tha);
  t.add("nw_tos=", oxm::ip_dscp, How::tos);
  t.add("nw_ecn=", oxm::ip_ecn, How::decimal);
  t.add("nw_ttl=", nxm_nx_ip_ttl, How::decimal);
  t.add("mpls_label=", oxm::mpls_label, How::decimal);
  t.add("mpls_tc=", oxm::mpls_tc, How::decimal);
  t.add("mpls_ttl=", nxm_nx_mpls_ttl, How::decimal);
  t.add("mpls_bos=", oxm::mpls_bos, How::decimal);
  t.add("nw_frag=", nxm_nx_ip_frag);
  t.add("tp_src=", oxm::tcp_src, How::decimal);
  t.add("tp_src=", oxm::udp_src, How::decimal);
  t.add("tp_src=", oxm::sctp_src, How::decimal);
  t.add("tp_dst=", oxm::tcp_dst, How::decimal);
  t.add("tp_dst=", oxm::udp_dst, How::decimal);
  t.add("tp_dst=", oxm::sctp_dst, How::decimal);
  t.add("tcp_flags=", oxm::tcp_flags);
  t.add("icmp_type=", oxm::icmpv4_type, How::decimal);
  t.add("icmp_code=", oxm::icmpv4_code, How::decimal);
  t.add("icmp_type=", oxm::icmpv6_type, How::decimal);
  t.add("icmp_code=", oxm::icmpv6_code, How::decimal);
  t.add("nd_target=", oxm::ipv6_nd_target);
  t.add("nd_sll=", oxm::ipv6_nd_sll);
  t.add("nd_tll=", oxm::ipv6_nd_tll);
  t.add("nd_reserved=", ericoxm_of_icmpv6_nd_reserved, How::decimal);
  t.add("nd_options_type=", ericoxm_of_icmpv6_nd_options_type, How::decimal);
  // Of these Open vSwitch knows nothing.
  t.add("in_phy_port=", oxm::in_phy_port, How::decimal);
  t.add("pbb_isid=", oxm::pbb_isid, How::hex);
  t.add("ipv6_exthdr=", oxm::ipv6_exthdr, How::hex);
  return t;
}();

// Numbers of rows.
constexpr std::uint8_t no_row = 0xff;
static_assert(table.size < no_row);
constexpr std::uint8_t row_of(std::uint32_t id, std::uint32_t experimenter = 0) {
  for (std::size_t i = 0; i < table.size; ++i) {
    const Row& r = table.rows[i];
    if (r.how != How::protocol && r.id == id && r.experimenter == experimenter)
      return static_cast<std::uint8_t>(i);
  }
  return no_row;
}
constexpr std::array<std::uint8_t, 128> rows_of(OxmClass oxm_class) {
  std::array<std::uint8_t, 128> rows{};
  for (std::uint32_t number = 0; number < rows.size(); ++number)
    rows[number] = row_of(static_cast<std::uint32_t>(oxm_class) << 7 | number);
  return rows;
}
constexpr auto basic_rows = rows_of(OxmClass::openflow_basic), nx_rows = rows_of(OxmClass::nxm_1);
constexpr std::uint8_t eth_type_row = row_of(id_of(oxm::eth_type)),
                       ip_proto_row = row_of(id_of(oxm::ip_proto)), vlan_row = row_of(id_of(nxm_of_vlan_tci)),
                       protocol_row = [] {
                         std::uint8_t row = 0;
                         while (table.rows[row].how != How::protocol) ++row;
                         return row;
                       }();

inline std::uint8_t row_of(const Tlv& f) {
  std::uint8_t number = vlan_row;
  switch (static_cast<OxmClass>(f.id() >> 7)) {
    case OxmClass::openflow_basic: number = basic_rows[f.id() & 0x7f]; break;
    case OxmClass::nxm_1: number = nx_rows[f.id() & 0x7f]; break;
    default:
      if (f.id() != id_of(nxm_of_vlan_tci)) number = row_of(f.id(), f.experimenter());
  }
  if (number == no_row) return no_row;
  const Row& row = table.rows[number];
  const bool fits =
      row.any_width ? !f.opaque() : f.length() == f.skip() + (row.width << (f.masked() ? 1 : 0));
  return fits ? number : no_row;
}

class MatchText {
 public:
  MatchText(TextBuffer& out, const FlowMatch& match, Version dialect)
      : out_(out), dialect_(dialect), fields_(match.bytes()) {}

  void write(std::uint16_t priority) {
    const std::size_t begin = out_.size();
    if (priority != 0x8000) labelled("priority=", priority);
    bool unknown = false;
    each_field(fields_, [&](const Tlv& f) {
      const std::uint8_t row = row_of(f);
      if (row == no_row) {
        unknown = true;
        return;
      }
      at_[row] = f.at;
      mark(row);
    });
    if (present(eth_type_row)) mark(protocol_row);
    for (unsigned word = 0; word < std::size(present_); ++word)
      for (std::uint64_t bits = present_[word]; bits != 0; bits &= bits - 1)
        field(64 * word + static_cast<unsigned>(std::countr_zero(bits)));
    if (unknown) each_field(fields_, [&](const Tlv& f) { raw(f); });
    if (out_.size() > begin) out_.shorten_to(out_.size() - 1);  // the last comma
  }

 private:
  void mark(unsigned row) { present_[row / 64] |= std::uint64_t{1} << row % 64; }
  bool present(unsigned row) const { return (present_[row / 64] >> row % 64 & 1) != 0; }
  std::optional<std::uint64_t> exact(unsigned row) const {
    if (!present(row) || Tlv(at_[row]).masked()) return std::nullopt;
    return load_be(Tlv(at_[row]).value(), Tlv(at_[row]).width());
  }
  template <std::size_t N>
  void labelled(const char (&label)[N], std::uint64_t v) {
    out_.append(N + 20 + put::slack, [&](char* p) {
      p = put::decimal(put::text(p, label), v);
      *p++ = ',';
      return p;
    });
  }
  static Bytes value_of(const Tlv& f) { return {f.value(), f.width()}; }
  static Bytes mask_of(const Tlv& f) { return f.masked() ? Bytes{f.mask(), f.width()} : Bytes{}; }

  void field(unsigned number) {
    const Row& row = table.rows[number];
    if (row.how == How::protocol) return protocol();
    const Tlv f(at_[number]);
    switch (row.how) {
      case How::vlan: return vlan(f);
      case How::eth_type:
        if (type_said_) return;
        break;
      case How::ip_proto:
        if (protocol_said_) return;
        break;
      case How::packet_type:
        if (exact(number) == 0u) return;  // (0,0) is what is meant else
        break;
      default: break;
    }
    if (is_short(row.how, f)) {
      constexpr std::size_t most = 64;
      return out_.append(most + put::slack, [&](char* p) {
        p = put::text(p, row.name.data(), row.name_size);
        p = short_value(p, row, f);
        *p++ = ',';
        return p;
      });
    }
    out_.put(std::string_view(row.name.data(), row.name_size));
    row.how == How::tunnel_option ? option(f) : long_value(row, f);
    out_.put(',');
  }

  // Most are of a few characters.
  bool is_short(How how, const Tlv& f) const {
    if (how >= How::hex) return true;
    if (how < How::mac || f.masked()) return false;
    return how != How::port || (load_be<std::uint32_t>(f.value()) < static_cast<std::uint32_t>(PortNo::max) &&
                                !out_.names_ports());
  }
  static char* short_value(char* p, const Row& row, const Tlv& f) {
    const How how = row.how;
    switch (how) {
      case How::mac: return put::mac(p, f.value());
      case How::ipv4: return put::ipv4(p, f.value());
      case How::port: return put::decimal(p, load_be<std::uint32_t>(f.value()));
      default: break;
    }
    const unsigned shift = how == How::tos ? 2 : 0;  // as 1.0 has it, with ECN's bits
    const bool masked = f.masked();
    p = number(p, how, load_be(f.value(), row.width) << shift, masked);
    if (!masked) return p;
    *p++ = '/';
    return number(p, how == How::tos ? How::hex_number : how,
                  load_be(f.value() + row.width, row.width) << shift, masked);
  }
  static char* number(char* p, How how, std::uint64_t v, bool masked) {
    const auto at_least = [&](unsigned digits) {
      return put::hex_digits(p, v, std::max(digits, put::hex_size(v)));
    };
    switch (how) {
      case How::octet: return masked ? at_least(2) : put::decimal(p, v);
      case How::hex_number: return put::hex(p, v);
      case How::eth_type: return at_least(4);
      case How::hex5: return at_least(5);
      case How::hex: return put::hex_or_0(p, v);
      case How::tos: return put::decimal(p, v);
      default: return masked ? put::hex(p, v) : put::decimal(p, v);
    }
  }
  void long_value(const Row& row, const Tlv& f) {
    std::array<std::byte, 2> flag{};
    Bytes mask = mask_of(f);
    if (row.how == How::tunnel_flags) {
      // There is but one flag to match, and it is never written as a number.
      flag[1] = static_cast<std::byte>(f.masked() ? load_be(f.mask(), 2) & 1 : 1);
      mask = flag;
    }
    put_field_value(out_, *find_field(static_cast<OxmClass>(row.id >> 7), row.id & 0x7f), value_of(f), mask);
  }
  // An option of which only the presence is matched has no value.
  void option(const Tlv& f) {
    if (f.width() == 0 && f.masked()) return;
    out_.put('=');
    put_hex_or_0(out_, value_of(f));
    if (f.masked()) {
      out_.put('/');
      put_hex_or_0(out_, mask_of(f));
    }
  }

  void protocol() {
    const auto type = exact(eth_type_row);
    if (!type) return;
    const auto proto = exact(ip_proto_row);
    const bool ipv6 = *type == 0x86dd;
    std::string_view word;
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
    if (word.empty()) return;
    type_said_ = true;
    out_.put(word);
  }

  void vlan(const Tlv& f) {
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
      if (vid_mask != 0) labelled("dl_vlan=", tci & 0x0fff);
      if (pcp_mask != 0) labelled("dl_vlan_pcp=", tci >> 13);
    } else if (mask != 0) {
      out_.put("vlan_tci=");
      out_.put_hex(tci, 4);
      if (mask != 0xffff) {
        out_.put('/');
        out_.put_hex(mask, 4);
      }
      out_.put(',');
    }
  }

  // A field that has no name here: all its bytes.
  void raw(const Tlv& f) {
    if (row_of(f) != no_row) return;
    out_.put("oxm(0x");
    out_.put_bytes({f.at, 4});
    out_.put(':');
    out_.put_bytes({f.at + 4, f.length()});
    out_.put("),");
  }

  TextBuffer& out_;
  const Version dialect_;
  const Bytes fields_;
  std::array<std::uint64_t, 3> present_{};       // by row
  std::array<const std::byte*, table.size> at_;  // the fields that are present
  bool type_said_ = false, protocol_said_ = false;
};

}  // namespace

void put_match(TextBuffer& out, const FlowMatch& match, Version dialect, std::uint16_t priority) {
  MatchText(out, match, dialect).write(priority);
}

}  // namespace oflens
