// From the packets inside OpenFlow messages to the fields that flows match.
#pragma once

#include <oflens/network/headers.hpp>
#include <string>

namespace oflens {

// The header fields of an Ethernet frame, as far as it goes: a frame may be cut anywhere. Each is present or
// not.
struct Packet {
  MacAddress eth_dst, eth_src;
  std::uint16_t eth_type = 0;  // of the innermost header; 0x05ff for a frame of IEEE 802.3 (1.0 §3.4)
  bool has_vlan = false;
  std::uint16_t vlan_tci = 0;  // of the outermost tag
  bool has_inner_vlan = false;
  std::uint16_t inner_vlan_tci = 0;  // of the next
  std::uint8_t mpls_labels = 0;  // how many of the label stack are in mpls: those to the bottom, or the first
  std::array<std::uint32_t, 3> mpls{};
  bool has_ip = false;  // IPv4, IPv6, or ARP's addresses and opcode in the same places
  std::uint8_t ip_tos = 0, ip_ttl = 0, ip_proto = 0;
  std::uint16_t arp_op = 0;
  Ipv4Address ipv4_src, ipv4_dst;  // ARP: sender and target
  MacAddress arp_sha, arp_tha;
  Ipv6Address ipv6_src, ipv6_dst;
  std::uint32_t ipv6_flabel = 0;
  bool fragment = false;        // not the whole datagram
  bool later_fragment = false;  // has no ports, and matches as if they were 0
  bool has_ports = false;
  std::uint16_t src_port = 0, dst_port = 0;  // TCP, UDP, SCTP
  bool has_icmp = false;
  std::uint8_t icmp_type = 0, icmp_code = 0;  // IGMP's, too
  bool has_nd_target = false;
  Ipv6Address nd_target;
  MacAddress nd_sll, nd_tll;  // of a neighbour message's options, 0 without
  std::uint16_t tcp_flags = 0;
  bool has_checksum = false;  // the whole header of TCP, UDP, SCTP or ICMP was there
  std::uint32_t checksum = 0;
  bool whole_ethernet = false;  // at least the Ethernet header was there
};
// whole_ip: as a switch does it, an IP packet of which the frame does not hold all is not looked at.
Packet parse_packet(Bytes ethernet_frame, bool whole_ip = false);

// One line about a frame, as tcpdump would begin: "arp who-has 10.0.0.2 tell 10.0.0.1",
// "icmp echo request 10.0.0.1 > 10.0.0.2", "tcp 10.0.0.1:49152 > 10.0.0.2:80 syn". No newline.
std::string summary_of_packet(Bytes ethernet_frame);

}  // namespace oflens
