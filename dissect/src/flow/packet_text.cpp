#include <oflens/flow/packet_text.hpp>

#include <oflens/network/packet.hpp>

namespace oflens {
namespace {

class PacketText {
 public:
  PacketText(TextBuffer& out, const Packet& packet) : out_(out), p_(packet), begin_(out.size()) {}

  void write() {
    const auto type = static_cast<EtherType>(p_.eth_type);
    const bool arp = type == EtherType::arp || type == EtherType::rarp, v6 = type == EtherType::ipv6,
               ip = type == EtherType::ipv4 || v6,
               mpls = type == EtherType::mpls || type == EtherType::mpls_multicast;
    if (ip)
      out_.put(protocol(v6));
    else if (arp)
      out_.put(type == EtherType::arp ? "arp" : "rarp");
    else if (mpls)
      out_.put(type == EtherType::mpls ? "mpls" : "mplsm");
    vlan();
    name("dl_src").put(p_.eth_src);
    name("dl_dst").put(p_.eth_dst);
    if (ip)
      internet(v6);
    else if (arp)
      resolution();
    else if (mpls)
      labels();
    else
      name("dl_type").put_hex(p_.eth_type, 4);
  }

 private:
  TextBuffer& name(const char* text) {
    if (out_.size() != begin_) out_.put(',');
    out_.put(text);
    out_.put('=');
    return out_;
  }
  void number(const char* text, std::uint64_t v) { name(text).put_decimal(v); }

  const char* protocol(bool v6) {
    const char* word = nullptr;
    switch (static_cast<IpProtocol>(p_.ip_proto)) {
      case IpProtocol::tcp: word = v6 ? "tcp6" : "tcp"; break;
      case IpProtocol::udp: word = v6 ? "udp6" : "udp"; break;
      case IpProtocol::sctp: word = v6 ? "sctp6" : "sctp"; break;
      case IpProtocol::icmp: word = v6 ? nullptr : "icmp"; break;
      case IpProtocol::icmpv6: word = v6 ? "icmp6" : nullptr; break;
      default: break;
    }
    protocol_said_ = word != nullptr;
    if (protocol_said_) return word;
    return v6 ? "ipv6" : "ip";
  }

  void tag(const char* id, const char* priority, std::uint16_t tci) {
    number(id, tci & 0x0fffu);
    number(priority, tci >> 13);
  }
  void vlan() {
    if (!p_.has_vlan) return name("vlan_tci").put("0x0000");
    tag("dl_vlan", "dl_vlan_pcp", p_.vlan_tci);
    if (!p_.has_inner_vlan) return name("vlan_tci1").put("0x0000");
    tag("dl_vlan1", "dl_vlan_pcp1", p_.inner_vlan_tci);
  }

  void resolution() {
    name("arp_spa").put(p_.ipv4_src);
    name("arp_tpa").put(p_.ipv4_dst);
    number("arp_op", p_.arp_op <= 0xff ? p_.arp_op : 0);  // all that the switch matches of it
    name("arp_sha").put(p_.arp_sha);
    name("arp_tha").put(p_.arp_tha);
  }

  void labels() {
    number("mpls_label", p_.mpls[0] >> 12);
    number("mpls_tc", p_.mpls[0] >> 9 & 7);
    number("mpls_ttl", p_.mpls[0] & 0xff);
    number("mpls_bos", p_.mpls[0] >> 8 & 1);
    const auto bottom = [&](unsigned i) { return (p_.mpls[i] & 0x100) != 0; };
    if (bottom(0)) return;
    number("mpls_lse1", p_.mpls[1]);
    if (!bottom(1)) number("mpls_lse2", p_.mpls[2]);
  }

  void internet(bool v6) {
    if (v6) {
      name("ipv6_src").put(p_.ipv6_src);
      name("ipv6_dst").put(p_.ipv6_dst);
      name("ipv6_label").put_hex(p_.ipv6_flabel, 5);
    } else {
      name("nw_src").put(p_.ipv4_src);
      name("nw_dst").put(p_.ipv4_dst);
    }
    if (!protocol_said_) number("nw_proto", p_.ip_proto);
    number("nw_tos", p_.ip_tos & 0xfcu);
    number("nw_ecn", p_.ip_tos & 3u);
    number("nw_ttl", p_.ip_ttl);
    name("nw_frag").put(p_.later_fragment ? "later" : p_.fragment ? "first" : "no");
    if (!p_.later_fragment) transport(v6);
  }

  void transport(bool v6) {
    switch (static_cast<IpProtocol>(p_.ip_proto)) {
      case IpProtocol::tcp:
        ports();
        tcp_flags();
        return checksum("tcp");
      case IpProtocol::udp: ports(); return checksum("udp");
      case IpProtocol::sctp: ports(); return checksum("sctp");
      case IpProtocol::icmp: return v6 ? void() : icmp("icmp");
      case IpProtocol::icmpv6: return v6 ? icmp("icmp6") : void();
      case IpProtocol::igmp:
        if (v6) return;
        number("tp_src", p_.icmp_type);
        return number("tp_dst", p_.icmp_code);
      default: return;
    }
  }
  // Of a header that is cut, nothing counts.
  void ports() {
    number("tp_src", p_.has_checksum ? p_.src_port : 0);
    number("tp_dst", p_.has_checksum ? p_.dst_port : 0);
  }
  void tcp_flags() {
    static constexpr const char* names[] = {"fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns"};
    name("tcp_flags");
    if (p_.tcp_flags == 0) out_.put('0');
    const std::size_t before = out_.size();
    for (unsigned bit = 0; bit < 12; ++bit) {
      if ((p_.tcp_flags >> bit & 1) == 0) continue;
      if (out_.size() != before) out_.put('|');
      if (bit < std::size(names)) {
        out_.put(names[bit]);
      } else {
        static constexpr const char* unnamed[] = {"[200]", "[400]", "[800]"};
        out_.put(unnamed[bit - std::size(names)]);
      }
    }
  }
  void icmp(const char* which) {
    number("icmp_type", p_.icmp_type);
    number("icmp_code", p_.icmp_code);
    if (which[4] == '6' && (p_.icmp_type == 135 || p_.icmp_type == 136) && p_.icmp_code == 0) {
      name("nd_target").put(p_.nd_target);
      name("nd_sll").put(p_.nd_sll);
      name("nd_tll").put(p_.nd_tll);
    }
    checksum(which);
  }
  void checksum(const char* which) {
    if (!p_.has_checksum) return;
    out_.put(' ');
    out_.put(which);
    out_.put("_csum:");
    TextBuffer digits;
    digits.put_hex(p_.checksum);
    out_.put(digits.view().substr(2));
  }

  TextBuffer& out_;
  const Packet& p_;
  const std::size_t begin_;
  bool protocol_said_ = false;
};

}  // namespace

void put_packet(TextBuffer& out, Bytes frame) { PacketText(out, parse_packet(frame, true)).write(); }

}  // namespace oflens
