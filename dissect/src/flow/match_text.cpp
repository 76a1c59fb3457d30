// What flows match, as ovs-ofctl of Open vSwitch 3.1 prints it.
#include <oflens/ext/nxm.hpp>
#include <oflens/flow/flow_text.hpp>

#include "ovs_field.hpp"
#include "tlv.hpp"

namespace oflens {
namespace {

using namespace flow;
using namespace nicira;

// How a masked number reads: its value as it reads without a mask, or in hexadecimal; and how many digits it
// has at least.
enum class Form : std::uint8_t {
  hex,         // 0x5/0xf, 0
  decimal,     // 5, 0x5/0xf
  octet,       // 5, 0x05/0x0f
  hex_number,  // 0x5/0xf, 0x0
  hex4,        // 0x0005/0x000f
  hex5,        // 0x00005/0x0000f
};

class MatchText {
 public:
  MatchText(TextBuffer& out, const FlowMatch& match, Version dialect)
      : out_(out), dialect_(dialect), begin_(out.size()), fields_(match.bytes()) {
    each_field(fields_, [&](const Tlv& field) {
      const std::uint32_t number = field.id() & 0x7f;
      const auto oxm_class = static_cast<OxmClass>(field.id() >> 7);
      if (field.opaque())
        others_ = true;
      else if (oxm_class == OxmClass::openflow_basic && number < basic_.size())
        basic_[number] = field.at;
      else if (oxm_class == OxmClass::nxm_1)
        nx_[number] = field.at;
      else if (field.id() == id_of(nxm_of_vlan_tci))
        vlan_tci_ = field.at;
      else
        others_ = true;
    });
  }

  // In the order in which Open vSwitch has them.
  void write(std::uint16_t priority) {
    if (priority != 0x8000) {
      out_.put("priority=");
      out_.put_decimal(priority);
      out_.put(',');
    }
    number("pkt_mark", nxm_nx_pkt_mark);
    number("recirc_id", nxm_nx_recirc_id);
    number("dp_hash", nxm_nx_dp_hash);
    number("conj_id", nxm_nx_conj_id, Form::decimal);
    value("actset_output", oxm::actset_output);
    value("ct_state", nxm_nx_ct_state);
    number("ct_zone", nxm_nx_ct_zone, Form::decimal);
    number("ct_mark", nxm_nx_ct_mark);
    value("ct_label", nxm_nx_ct_label);
    value("ct_nw_src", nxm_nx_ct_nw_src);
    value("ct_ipv6_src", nxm_nx_ct_ipv6_src);
    value("ct_nw_dst", nxm_nx_ct_nw_dst);
    value("ct_ipv6_dst", nxm_nx_ct_ipv6_dst);
    number("ct_nw_proto", nxm_nx_ct_nw_proto, Form::decimal);
    number("ct_tp_src", nxm_nx_ct_tp_src, Form::decimal);
    number("ct_tp_dst", nxm_nx_ct_tp_dst, Form::decimal);
    if (exact(oxm::packet_type) != 0u) value("packet_type", oxm::packet_type);  // (0,0) is what is meant else
    protocol();
    for (unsigned i = 0; i < 16; ++i) numbered("reg", i, nx_[i]);
    tunnel();
    number("metadata", oxm::metadata);
    value("in_port", oxm::in_port);
    vlan();
    value("dl_src", oxm::eth_src);
    value("dl_dst", oxm::eth_dst);
    if (!type_said_) number("dl_type", oxm::eth_type, Form::hex4);
    value("ipv6_src", oxm::ipv6_src);
    value("ipv6_dst", oxm::ipv6_dst);
    number("ipv6_label", oxm::ipv6_flabel, Form::hex5);
    value("arp_spa", oxm::arp_spa);
    value("arp_tpa", oxm::arp_tpa);
    if (others_) service_header();
    value("nw_src", oxm::ipv4_src);
    value("nw_dst", oxm::ipv4_dst);
    number("arp_op", oxm::arp_op, Form::decimal);
    if (!protocol_said_) number("nw_proto", oxm::ip_proto, Form::decimal);
    value("arp_sha", oxm::arp_sha);
    value("arp_tha", oxm::arp_tha);
    tos();
    number("nw_ecn", oxm::ip_ecn, Form::decimal);
    number("nw_ttl", nxm_nx_ip_ttl, Form::decimal);
    number("mpls_label", oxm::mpls_label, Form::decimal);
    number("mpls_tc", oxm::mpls_tc, Form::decimal);
    number("mpls_ttl", nxm_nx_mpls_ttl, Form::decimal);
    number("mpls_bos", oxm::mpls_bos, Form::decimal);
    value("nw_frag", nxm_nx_ip_frag);
    number("tp_src", oxm::tcp_src, Form::decimal);
    number("tp_src", oxm::udp_src, Form::decimal);
    number("tp_src", oxm::sctp_src, Form::decimal);
    number("tp_dst", oxm::tcp_dst, Form::decimal);
    number("tp_dst", oxm::udp_dst, Form::decimal);
    number("tp_dst", oxm::sctp_dst, Form::decimal);
    value("tcp_flags", oxm::tcp_flags);
    number("icmp_type", oxm::icmpv4_type, Form::decimal);
    number("icmp_code", oxm::icmpv4_code, Form::decimal);
    number("icmp_type", oxm::icmpv6_type, Form::decimal);
    number("icmp_code", oxm::icmpv6_code, Form::decimal);
    value("nd_target", oxm::ipv6_nd_target);
    value("nd_sll", oxm::ipv6_nd_sll);
    value("nd_tll", oxm::ipv6_nd_tll);
    if (others_) {
      number("nd_reserved", ericoxm_of_icmpv6_nd_reserved, Form::decimal);
      number("nd_options_type", ericoxm_of_icmpv6_nd_options_type, Form::decimal);
    }
    // Of these Open vSwitch knows nothing.
    number("in_phy_port", oxm::in_phy_port, Form::decimal);
    number("pbb_isid", oxm::pbb_isid);
    number("ipv6_exthdr", oxm::ipv6_exthdr);
    unknown();
    if (out_.size() > begin_) out_.shorten_to(out_.size() - 1);  // the last comma
  }

 private:
  // The field where it stands, if it is there and as wide as it should be.
  template <class T>
  const std::byte* find(const OxmField<T>& f) const {
    const std::byte* at = nullptr;
    if (f.oxm_class == OxmClass::openflow_basic) {
      at = basic_[f.number];
    } else if (f.oxm_class == OxmClass::nxm_1) {
      at = nx_[f.number];
    } else if (others_) {
      each_field(fields_, [&](const Tlv& field) {
        if (field.id() == id_of(f) && field.experimenter() == static_cast<std::uint32_t>(f.experimenter) &&
            !field.opaque())
          at = field.at;
      });
    }
    return at != nullptr && (f.any_width || Tlv(at).width() == f.width) ? at : nullptr;
  }
  template <class T>
  std::optional<std::uint64_t> exact(const OxmField<T>& field) const {
    const std::byte* at = find(field);
    if (at == nullptr || Tlv(at).masked()) return std::nullopt;
    return load_be(Tlv(at).value(), Tlv(at).width());
  }

  void name(const char* text) {
    out_.put(text);
    out_.put('=');
  }
  static Bytes value_of(const Tlv& f) { return {f.value(), f.width()}; }
  static Bytes mask_of(const Tlv& f) { return f.masked() ? Bytes{f.mask(), f.width()} : Bytes{}; }

  // What reads as it does everywhere.
  template <class T>
  void value(const char* text, const OxmField<T>& field) {
    const std::byte* at = find(field);
    if (at == nullptr) return;
    name(text);
    const Tlv f(at);
    put_field_value(out_, *find_field(field.oxm_class, field.number, field.experimenter), value_of(f),
                    mask_of(f));
    out_.put(',');
  }

  void put(Form form, std::uint64_t v, bool masked) {
    switch (form) {
      case Form::hex: return put_hex_or_0(out_, v);
      case Form::decimal: return masked ? out_.put_hex(v) : out_.put_decimal(v);
      case Form::octet: return masked ? out_.put_hex(v, 2) : out_.put_decimal(v);
      case Form::hex_number: return out_.put_hex(v);
      case Form::hex4: return out_.put_hex(v, 4);
      case Form::hex5: return out_.put_hex(v, 5);
    }
  }
  void numbers(const std::byte* at, Form form) {
    const Tlv f(at);
    put(form, load_be(f.value(), f.width()), f.masked());
    if (f.masked()) {
      out_.put('/');
      put(form, load_be(f.mask(), f.width()), true);
    }
    out_.put(',');
  }
  template <class T>
  void number(const char* text, const OxmField<T>& field, Form form = Form::hex) {
    const std::byte* at = find(field);
    if (at == nullptr) return;
    name(text);
    numbers(at, form);
  }
  void numbered(const char* text, unsigned i, const std::byte* at) {
    if (at == nullptr || Tlv(at).width() != 4) return;
    out_.put(text);
    out_.put_decimal(i);
    out_.put('=');
    numbers(at, Form::hex);
  }

  void protocol() {
    const auto type = exact(oxm::eth_type);
    if (!type) return;
    const auto proto = exact(oxm::ip_proto);
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

  void tunnel() {
    number("tun_id", oxm::tunnel_id);
    value("tun_src", nxm_nx_tun_ipv4_src);
    value("tun_dst", nxm_nx_tun_ipv4_dst);
    value("tun_ipv6_src", nxm_nx_tun_ipv6_src);
    value("tun_ipv6_dst", nxm_nx_tun_ipv6_dst);
    number("tun_gbp_id", nxm_nx_tun_gbp_id, Form::decimal);
    number("tun_gbp_flags", nxm_nx_tun_gbp_flags);
    if (others_) {
      number("tun_erspan_ver", nxoxm_et_erspan_ver, Form::decimal);
      number("tun_erspan_idx", nxoxm_et_erspan_idx);
      number("tun_erspan_dir", nxoxm_et_erspan_dir, Form::decimal);
      number("tun_erspan_hwid", nxoxm_et_erspan_hwid);
      number("gtpu_flags", nxoxm_et_gtpu_flags);
      number("gtpu_msgtype", nxoxm_et_gtpu_msgtype, Form::decimal);
    }
    if (const std::byte* at = find(nxm_nx_tun_flags)) {
      // There is but one flag to match, and it is never written as a number.
      const Tlv f(at);
      const std::uint64_t known = f.masked() ? load_be(f.mask(), 2) & 1 : 1;
      const std::array<std::byte, 2> mask{std::byte{0}, static_cast<std::byte>(known)};
      name("tun_flags");
      put_field_value(out_, *find_field(OxmClass::nxm_1, nxm_nx_tun_flags.number), value_of(f), mask);
      out_.put(',');
    }
    for (unsigned i = 0; i < 64; ++i) option(i, nx_[nxm_nx_tun_metadata<0>.number + i]);
  }
  // An option of which only the presence is matched has no value.
  void option(unsigned i, const std::byte* at) {
    if (at == nullptr) return;
    const Tlv f(at);
    out_.put("tun_metadata");
    out_.put_decimal(i);
    if (f.width() != 0 || !f.masked()) {
      out_.put('=');
      put_hex_or_0(out_, value_of(f));
      if (f.masked()) {
        out_.put('/');
        put_hex_or_0(out_, mask_of(f));
      }
    }
    out_.put(',');
  }

  void service_header() {
    number("nsh_flags", nxoxm_nsh_flags, Form::octet);
    number("nsh_ttl", nxoxm_nsh_ttl, Form::octet);
    number("nsh_mdtype", nxoxm_nsh_mdtype, Form::octet);
    number("nsh_np", nxoxm_nsh_np, Form::octet);
    number("nsh_spi", nxoxm_nsh_spi, Form::hex_number);
    number("nsh_si", nxoxm_nsh_si, Form::octet);
    number("nsh_c1", nxoxm_nsh_c<1>, Form::hex_number);
    number("nsh_c2", nxoxm_nsh_c<2>, Form::hex_number);
    number("nsh_c3", nxoxm_nsh_c<3>, Form::hex_number);
    number("nsh_c4", nxoxm_nsh_c<4>, Form::hex_number);
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

  void tos() {
    const std::byte* at = find(oxm::ip_dscp);
    if (at == nullptr) return;
    const Tlv f(at);
    name("nw_tos");
    out_.put_decimal(load_be(f.value(), 1) << 2);
    if (f.masked()) {
      out_.put('/');
      out_.put_hex(load_be(f.mask(), 1) << 2);
    }
    out_.put(',');
  }

  // A field that has no name here: all its bytes.
  void unknown() {
    each_field(fields_, [&](const Tlv& f) {
      if (f.id() == id_of(nxm_of_vlan_tci) || named(f)) return;
      out_.put("oxm(0x");
      out_.put_bytes({f.at, 4});
      out_.put(':');
      out_.put_bytes({f.at + 4, f.length()});
      out_.put("),");
    });
  }
  static bool named(const Tlv& f) {
    if (f.opaque()) return false;
    const auto oxm_class = static_cast<OxmClass>(f.id() >> 7);
    const auto number = static_cast<std::uint8_t>(f.id() & 0x7f);
    // The specification's widths were checked when the match was read.
    if (oxm_class == OxmClass::openflow_basic && number < oxm_basic.size()) return true;
    const OvsField* field = find_field(oxm_class, number, static_cast<ExperimenterId>(f.experimenter()));
    return field != nullptr && (field->any_width || field->bytes == f.width());
  }

  TextBuffer& out_;
  const Version dialect_;
  const std::size_t begin_;
  const Bytes fields_;
  std::array<const std::byte*, 48> basic_{};
  std::array<const std::byte*, 128> nx_{};
  const std::byte* vlan_tci_ = nullptr;
  bool others_ = false;  // fields of other classes
  bool type_said_ = false, protocol_said_ = false;
};

}  // namespace

void put_match(TextBuffer& out, const FlowMatch& match, Version dialect, std::uint16_t priority) {
  MatchText(out, match, dialect).write(priority);
}

}  // namespace oflens
