// Headers of the protocols around and inside OpenFlow, in the same vocabulary as its messages.
#pragma once

#include <oflens/wire/table.hpp>

namespace oflens {

enum class EtherType : std::uint16_t {
  ipv4 = 0x0800,
  arp = 0x0806,
  teb = 0x6558,  // an Ethernet frame inside a tunnel
  vlan = 0x8100,
  ipv6 = 0x86dd,
  mpls = 0x8847,
  mpls_multicast = 0x8848,
  qinq = 0x88a8,
  pppoe_session = 0x8864,
  lldp = 0x88cc,
  rarp = 0x8035,
};

enum class IpProtocol : std::uint8_t {
  hop_by_hop = 0,
  icmp = 1,
  igmp = 2,
  ipv4 = 4,
  tcp = 6,
  udp = 17,
  ipv6 = 41,
  routing = 43,
  fragment = 44,
  gre = 47,
  ah = 51,
  icmpv6 = 58,
  destination_options = 60,
  sctp = 132,
  mpls = 137,
};

// IEEE 802.3 §3.1.1
struct EthernetHeader {
  MacAddress dst, src;
  EtherType type{};
  static constexpr auto wire = describe("ethernet", field<&EthernetHeader::dst>, field<&EthernetHeader::src>,
                                        field<&EthernetHeader::type>.hex());
};

// IEEE 802.1Q §9.6: what follows the type 0x8100 or 0x88a8. tci: 3 bits priority, 1 bit DEI, 12 bits VLAN id.
struct VlanTag {
  std::uint16_t tci = 0;
  EtherType type{};
  static constexpr auto wire = describe("vlan", field<&VlanTag::tci>.hex(), field<&VlanTag::type>.hex());
};

// LINKTYPE_LINUX_SLL
struct SllHeader {
  std::uint16_t packet_type = 0, arphrd_type = 0, address_length = 0;
  std::uint64_t address = 0;
  EtherType protocol{};
  static constexpr auto wire = describe("sll", field<&SllHeader::packet_type>, field<&SllHeader::arphrd_type>,
                                        field<&SllHeader::address_length>, field<&SllHeader::address>,
                                        field<&SllHeader::protocol>.hex());
};

// LINKTYPE_LINUX_SLL2
struct Sll2Header {
  EtherType protocol{};
  std::uint32_t interface_index = 0;
  std::uint16_t arphrd_type = 0;
  std::uint8_t packet_type = 0, address_length = 0;
  std::uint64_t address = 0;
  static constexpr auto wire =
      describe("sll2", field<&Sll2Header::protocol>.hex(), pad<2>, field<&Sll2Header::interface_index>,
               field<&Sll2Header::arphrd_type>, field<&Sll2Header::packet_type>,
               field<&Sll2Header::address_length>, field<&Sll2Header::address>);
};

// RFC 826, for Ethernet and IPv4.
struct ArpHeader {
  std::uint16_t hardware = 1;
  EtherType protocol = EtherType::ipv4;
  std::uint8_t hardware_length = 6, protocol_length = 4;
  std::uint16_t op = 0;
  MacAddress sha;
  Ipv4Address spa;
  MacAddress tha;
  Ipv4Address tpa;
  static constexpr auto wire = describe(
      "arp", field<&ArpHeader::hardware>, field<&ArpHeader::protocol>.hex(),
      field<&ArpHeader::hardware_length>, field<&ArpHeader::protocol_length>, field<&ArpHeader::op>,
      field<&ArpHeader::sha>, field<&ArpHeader::spa>, field<&ArpHeader::tha>, field<&ArpHeader::tpa>);
};

// RFC 791 §3.1, without options.
struct Ipv4Header {
  std::uint8_t version_ihl = 0x45, tos = 0;
  std::uint16_t total_length = 0, identification = 0,
                fragment = 0;  // fragment: 3 bits of flags, 13 of offset
  std::uint8_t ttl = 0;
  IpProtocol protocol{};
  std::uint16_t checksum = 0;
  Ipv4Address src, dst;
  static constexpr auto wire =
      describe("ip", field<&Ipv4Header::version_ihl>.hex(), field<&Ipv4Header::tos>.hex(),
               field<&Ipv4Header::total_length>, field<&Ipv4Header::identification>.hex(),
               field<&Ipv4Header::fragment>.hex(), field<&Ipv4Header::ttl>, field<&Ipv4Header::protocol>,
               field<&Ipv4Header::checksum>.hex(), field<&Ipv4Header::src>, field<&Ipv4Header::dst>);
};

// RFC 8200 §3
struct Ipv6Header {
  std::uint32_t version_class_flow = 0x60000000;  // 4, 8 and 20 bits
  std::uint16_t payload_length = 0;
  IpProtocol next_header{};
  std::uint8_t hop_limit = 0;
  Ipv6Address src, dst;
  static constexpr auto wire =
      describe("ipv6", field<&Ipv6Header::version_class_flow>.hex(), field<&Ipv6Header::payload_length>,
               field<&Ipv6Header::next_header>, field<&Ipv6Header::hop_limit>, field<&Ipv6Header::src>,
               field<&Ipv6Header::dst>);
};

// RFC 9293 §3.1, without options.
struct TcpHeader {
  std::uint16_t src = 0, dst = 0;
  std::uint32_t sequence = 0, acknowledgement = 0;
  std::uint16_t offset_flags = 0;  // 4 bits of header length in words, 12 of flags
  std::uint16_t window = 0, checksum = 0, urgent = 0;
  static constexpr auto wire =
      describe("tcp", field<&TcpHeader::src>, field<&TcpHeader::dst>, field<&TcpHeader::sequence>,
               field<&TcpHeader::acknowledgement>, field<&TcpHeader::offset_flags>.hex(),
               field<&TcpHeader::window>, field<&TcpHeader::checksum>.hex(), field<&TcpHeader::urgent>);
};

// The ports with which TCP, UDP and SCTP begin; ICMP has its type and code there.
struct PortsHeader {
  std::uint16_t src = 0, dst = 0;
  static constexpr auto wire = describe("ports", field<&PortsHeader::src>, field<&PortsHeader::dst>);
};
// RFC 768
struct UdpHeader {
  std::uint16_t src = 0, dst = 0, length = 0, checksum = 0;
  static constexpr auto wire = describe("udp", field<&UdpHeader::src>, field<&UdpHeader::dst>,
                                        field<&UdpHeader::length>, field<&UdpHeader::checksum>.hex());
};
// RFC 9260 §3.1
struct SctpHeader {
  std::uint16_t src = 0, dst = 0;
  std::uint32_t verification_tag = 0, checksum = 0;
  static constexpr auto wire =
      describe("sctp", field<&SctpHeader::src>, field<&SctpHeader::dst>,
               field<&SctpHeader::verification_tag>.hex(), field<&SctpHeader::checksum>.hex());
};
struct IcmpHeader {
  std::uint8_t type = 0, code = 0;
  std::uint16_t checksum = 0;
  static constexpr auto wire = describe("icmp", field<&IcmpHeader::type>, field<&IcmpHeader::code>,
                                        field<&IcmpHeader::checksum>.hex());
};
// RFC 2236 §2, RFC 3376 §4
struct IgmpHeader {
  std::uint8_t type = 0, code = 0;
  std::uint16_t checksum = 0;
  Ipv4Address group;
  static constexpr auto wire = describe("igmp", field<&IgmpHeader::type>, field<&IgmpHeader::code>,
                                        field<&IgmpHeader::checksum>.hex(), field<&IgmpHeader::group>);
};

// RFC 4861 §4.3, §4.4: what follows the ICMPv6 header of a neighbour solicitation or advertisement.
struct NeighbourHeader {
  std::uint32_t reserved = 0;
  Ipv6Address target;
  static constexpr auto wire =
      describe("nd", field<&NeighbourHeader::reserved>, field<&NeighbourHeader::target>);
};

}  // namespace oflens
