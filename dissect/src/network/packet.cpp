#include <oflens/network/packet.hpp>

#include <fmt/format.h>

#include <oflens/text_buffer.hpp>

#include "ip.hpp"

namespace oflens {
namespace {

using network::IpPayload;
using network::is_vlan;
using network::read_ipv4;
using network::read_ipv6;
using network::size_of;
using network::take;
using wire::peek;

// The label stack down to its bottom, or as much of it as there is room for.
void read_labels(Bytes left, Packet& packet) {
  for (std::uint32_t& label : packet.mpls) {
    if (left.size() < 4) return;
    label = load_be<std::uint32_t>(left.data());
    left = left.subspan(4);
    ++packet.mpls_labels;
    if ((label & 0x100) != 0) return;  // the bottom
  }
}

// RFC 4861 §4.6.1: link-layer addresses, in units of 8 bytes. A frame that does not hold what they say has
// none.
void read_options(Bytes left, Packet& packet) {
  MacAddress addresses[2];
  bool seen[2] = {};
  while (left.size() >= 8) {
    const auto type = std::to_integer<unsigned>(left[0]);
    const std::size_t size = std::to_integer<std::size_t>(left[1]) * 8;
    if (size == 0 || size > left.size()) return;
    if (size == 8 && (type == 1 || type == 2)) {
      if (seen[type - 1]) return;
      seen[type - 1] = true;
      wire::load(addresses[type - 1], left.data() + 2);
    }
    left = left.subspan(size);
  }
  packet.nd_sll = addresses[0];
  packet.nd_tll = addresses[1];
}

}  // namespace

Packet parse_packet(Bytes left, bool whole_ip) {
  Packet packet;
  const std::byte* p = take<EthernetHeader>(left);
  if (p == nullptr) return packet;
  packet.whole_ethernet = true;
  packet.eth_dst = peek<&EthernetHeader::dst>(p);
  packet.eth_src = peek<&EthernetHeader::src>(p);
  EtherType type = peek<&EthernetHeader::type>(p);
  while (is_vlan(type)) {
    const std::byte* tag = take<VlanTag>(left);
    if (tag == nullptr) break;
    if (!packet.has_vlan) {
      packet.has_vlan = true;
      packet.vlan_tci = peek<&VlanTag::tci>(tag);
    } else if (!packet.has_inner_vlan) {
      packet.has_inner_vlan = true;
      packet.inner_vlan_tci = peek<&VlanTag::tci>(tag);
    }
    type = peek<&VlanTag::type>(tag);
  }
  packet.eth_type = static_cast<std::uint16_t>(type);
  if (packet.eth_type < 0x0600) {
    // IEEE 802.3: a length. With SNAP and the zero OUI an EtherType follows; anything else is 0x05ff to
    // flows.
    packet.eth_type = 0x05ff;
    if (left.size() >= 8 && load_be<std::uint16_t>(left.data()) == 0xaaaa &&
        load_be<std::uint32_t>(left.data() + 2) == 0x03000000) {
      type = static_cast<EtherType>(load_be<std::uint16_t>(left.data() + 6));
      if (static_cast<std::uint16_t>(type) >= 0x0600) packet.eth_type = static_cast<std::uint16_t>(type);
      left = left.subspan(8);
    }
  }

  IpPayload ip;
  if (type == EtherType::arp || type == EtherType::rarp) {
    const std::byte* arp = take<ArpHeader>(left);
    if (arp == nullptr || peek<&ArpHeader::hardware>(arp) != 1 ||
        peek<&ArpHeader::protocol>(arp) != EtherType::ipv4 || peek<&ArpHeader::hardware_length>(arp) != 6 ||
        peek<&ArpHeader::protocol_length>(arp) != 4)
      return packet;
    packet.has_ip = true;
    packet.arp_op = static_cast<std::uint16_t>(peek<&ArpHeader::op>(arp));
    packet.ipv4_src = peek<&ArpHeader::spa>(arp);
    packet.ipv4_dst = peek<&ArpHeader::tpa>(arp);
    packet.arp_sha = peek<&ArpHeader::sha>(arp);
    packet.arp_tha = peek<&ArpHeader::tha>(arp);
    return packet;
  }
  if (type == EtherType::mpls || type == EtherType::mpls_multicast) {
    read_labels(left, packet);
    return packet;
  }
  if (type == EtherType::ipv4) {
    if (!read_ipv4(left, ip)) return packet;
    const std::size_t total = peek<&Ipv4Header::total_length>(left.data());
    if (whole_ip && (total == 0 || total > left.size())) return packet;
    packet.ip_tos = peek<&Ipv4Header::tos>(left.data());
    packet.ip_ttl = peek<&Ipv4Header::ttl>(left.data());
    packet.ipv4_src = peek<&Ipv4Header::src>(left.data());
    packet.ipv4_dst = peek<&Ipv4Header::dst>(left.data());
  } else if (type == EtherType::ipv6) {
    if (!read_ipv6(left, ip)) return packet;
    const std::size_t total = size_of<Ipv6Header> + peek<&Ipv6Header::payload_length>(left.data());
    if (whole_ip && total > left.size()) return packet;
    const std::uint32_t first = peek<&Ipv6Header::version_class_flow>(left.data());
    packet.ip_tos = static_cast<std::uint8_t>(first >> 20);
    packet.ipv6_flabel = first & 0xfffff;
    packet.ip_ttl = peek<&Ipv6Header::hop_limit>(left.data());
    packet.ipv6_src = peek<&Ipv6Header::src>(left.data());
    packet.ipv6_dst = peek<&Ipv6Header::dst>(left.data());
  } else {
    return packet;
  }
  packet.has_ip = true;
  packet.ip_proto = static_cast<std::uint8_t>(ip.protocol);
  packet.fragment = ip.fragment;
  packet.later_fragment = !ip.first;
  if (packet.later_fragment) return packet;

  switch (ip.protocol) {
    case IpProtocol::tcp:
    case IpProtocol::udp:
    case IpProtocol::sctp:
      if (ip.bytes.size() < size_of<PortsHeader>) break;
      packet.has_ports = true;
      packet.src_port = peek<&PortsHeader::src>(ip.bytes.data());
      packet.dst_port = peek<&PortsHeader::dst>(ip.bytes.data());
      if (ip.protocol == IpProtocol::tcp) {
        packet.has_checksum = ip.bytes.size() >= size_of<TcpHeader>;
        if (!packet.has_checksum) break;
        packet.tcp_flags = peek<&TcpHeader::offset_flags>(ip.bytes.data()) & 0x0fff;
        packet.checksum = peek<&TcpHeader::checksum>(ip.bytes.data());
      } else if (ip.protocol == IpProtocol::udp) {
        packet.has_checksum = ip.bytes.size() >= size_of<UdpHeader>;
        if (packet.has_checksum) packet.checksum = peek<&UdpHeader::checksum>(ip.bytes.data());
      } else {
        packet.has_checksum = ip.bytes.size() >= size_of<SctpHeader>;
        if (packet.has_checksum) packet.checksum = peek<&SctpHeader::checksum>(ip.bytes.data());
      }
      break;
    case IpProtocol::igmp:
      if (type != EtherType::ipv4 || ip.bytes.size() < size_of<IgmpHeader>) break;
      packet.icmp_type = static_cast<std::uint8_t>(peek<&IgmpHeader::type>(ip.bytes.data()));
      packet.icmp_code = peek<&IgmpHeader::code>(ip.bytes.data());
      break;
    case IpProtocol::icmp:
    case IpProtocol::icmpv6:
      // Each belongs to one IP; in the other it is a protocol like any.
      if ((ip.protocol == IpProtocol::icmpv6) != (type == EtherType::ipv6)) break;
      if (ip.bytes.size() < size_of<IcmpHeader>) break;
      packet.has_icmp = true;
      packet.icmp_type = static_cast<std::uint8_t>(peek<&IcmpHeader::type>(ip.bytes.data()));
      packet.icmp_code = peek<&IcmpHeader::code>(ip.bytes.data());
      packet.has_checksum = true;
      packet.checksum = peek<&IcmpHeader::checksum>(ip.bytes.data());
      if (ip.protocol == IpProtocol::icmpv6 && (packet.icmp_type == 135 || packet.icmp_type == 136) &&
          ip.bytes.size() >= size_of<IcmpHeader> + size_of<NeighbourHeader>) {
        packet.has_nd_target = true;
        packet.nd_target = peek<&NeighbourHeader::target>(ip.bytes.data() + size_of<IcmpHeader>);
        read_options(ip.bytes.subspan(size_of<IcmpHeader> + size_of<NeighbourHeader>), packet);
      }
      break;
    default: break;
  }
  return packet;
}

std::string summary_of_packet(Bytes frame) {
  const Packet p = parse_packet(frame);
  const auto text = [](const auto& address) {
    TextBuffer t;
    t.put(address);
    return std::string(t.view());
  };
  if (!p.whole_ethernet) return fmt::format("{} bytes", frame.size());
  std::string s;
  if (p.has_vlan) s = fmt::format("vlan {} ", p.vlan_tci & 0x0fff);
  const auto type = static_cast<EtherType>(p.eth_type);
  if (type == EtherType::arp && p.has_ip) {
    if (p.arp_op == 1) return s + fmt::format("arp who-has {} tell {}", text(p.ipv4_dst), text(p.ipv4_src));
    if (p.arp_op == 2) return s + fmt::format("arp {} is-at {}", text(p.ipv4_src), text(p.arp_sha));
    return s + fmt::format("arp op {} {} > {}", p.arp_op, text(p.ipv4_src), text(p.ipv4_dst));
  }
  if (!p.has_ip) {
    const std::string between = fmt::format("{} > {}", text(p.eth_src), text(p.eth_dst));
    switch (type) {
      case EtherType::lldp: return s + "lldp " + between;
      case EtherType::arp: return s + "arp, cut, " + between;
      case EtherType::ipv4: return s + "ipv4, cut, " + between;
      case EtherType::ipv6: return s + "ipv6, cut, " + between;
      case EtherType::mpls: return s + "mpls " + between;
      default: break;
    }
    return s +
           (p.eth_type == 0x05ff ? "802.3 " + between : fmt::format("type 0x{:04x} {}", p.eth_type, between));
  }
  const bool v6 = type == EtherType::ipv6;
  const std::string src = v6 ? text(p.ipv6_src) : text(p.ipv4_src),
                    dst = v6 ? text(p.ipv6_dst) : text(p.ipv4_dst);
  if (p.later_fragment) return s + fmt::format("fragment proto {} {} > {}", p.ip_proto, src, dst);
  if (p.has_ports) {
    const char* name = p.ip_proto == 6 ? "tcp" : p.ip_proto == 17 ? "udp" : "sctp";
    const char* form = v6 ? "{} [{}]:{} > [{}]:{}" : "{} {}:{} > {}:{}";
    s += fmt::format(fmt::runtime(form), name, src, p.src_port, dst, p.dst_port);
    if (p.ip_proto == 6) {
      constexpr const char* flags[] = {"fin", "syn", "rst", "psh", "ack"};
      for (int bit = 0; bit < 5; ++bit)
        if ((p.tcp_flags >> bit & 1) != 0 && bit != 3 && (bit != 4 || (p.tcp_flags & 0x07) == 0x02))
          s += fmt::format(" {}", flags[bit]);
    }
    return s;
  }
  if (p.has_icmp && v6) {
    switch (p.icmp_type) {
      case 128: return s + fmt::format("icmp6 echo request {} > {}", src, dst);
      case 129: return s + fmt::format("icmp6 echo reply {} > {}", src, dst);
      case 133: return s + fmt::format("icmp6 router solicitation {} > {}", src, dst);
      case 134: return s + fmt::format("icmp6 router advertisement {} > {}", src, dst);
      case 135:
        s += fmt::format("icmp6 neighbor solicitation {} > {}", src, dst);
        return p.has_nd_target ? s + " for " + text(p.nd_target) : s;
      case 136:
        s += fmt::format("icmp6 neighbor advertisement {} > {}", src, dst);
        return p.has_nd_target ? s + " of " + text(p.nd_target) : s;
      default: return s + fmt::format("icmp6 type {} code {} {} > {}", p.icmp_type, p.icmp_code, src, dst);
    }
  }
  if (p.has_icmp) {
    switch (p.icmp_type) {
      case 0: return s + fmt::format("icmp echo reply {} > {}", src, dst);
      case 8: return s + fmt::format("icmp echo request {} > {}", src, dst);
      case 3: return s + fmt::format("icmp unreachable code {} {} > {}", p.icmp_code, src, dst);
      default: return s + fmt::format("icmp type {} code {} {} > {}", p.icmp_type, p.icmp_code, src, dst);
    }
  }
  return s + fmt::format("{} proto {} {} > {}", v6 ? "ipv6" : "ip", p.ip_proto, src, dst);
}

}  // namespace oflens
