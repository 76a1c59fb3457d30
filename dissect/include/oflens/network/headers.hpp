// Headers of the protocols around and inside OpenFlow, in the same vocabulary as its messages.
#pragma once

#include <oflens/wire/table.hpp>

namespace oflens {

// IEEE 802 numbers; teb is an Ethernet frame inside a tunnel.
enum class EtherType : std::uint16_t {
  ipv4 = 0x0800,
  arp = 0x0806,
  teb = 0x6558,
  rarp = 0x8035,
  vlan = 0x8100,
  ipv6 = 0x86dd,
  mpls = 0x8847,
  mpls_multicast = 0x8848,
  qinq = 0x88a8,
  pppoe_session = 0x8864,
  lldp = 0x88cc,
  nsh = 0x894f,
};
constexpr auto labels_of(EtherType) {
  return wire::enumeration({{EtherType::ipv4, "ipv4"},
                            {EtherType::arp, "arp"},
                            {EtherType::teb, "teb"},
                            {EtherType::rarp, "rarp"},
                            {EtherType::vlan, "vlan"},
                            {EtherType::ipv6, "ipv6"},
                            {EtherType::mpls, "mpls"},
                            {EtherType::mpls_multicast, "mpls_multicast"},
                            {EtherType::qinq, "qinq"},
                            {EtherType::pppoe_session, "pppoe_session"},
                            {EtherType::lldp, "lldp"},
                            {EtherType::nsh, "nsh"}});
}

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
  esp = 50,
  ah = 51,
  icmpv6 = 58,
  no_next = 59,
  destination_options = 60,
  sctp = 132,
  mpls = 137,
};
constexpr auto labels_of(IpProtocol) {
  return wire::enumeration({{IpProtocol::hop_by_hop, "hop_by_hop"},
                            {IpProtocol::icmp, "icmp"},
                            {IpProtocol::igmp, "igmp"},
                            {IpProtocol::ipv4, "ipv4"},
                            {IpProtocol::tcp, "tcp"},
                            {IpProtocol::udp, "udp"},
                            {IpProtocol::ipv6, "ipv6"},
                            {IpProtocol::routing, "routing"},
                            {IpProtocol::fragment, "fragment"},
                            {IpProtocol::gre, "gre"},
                            {IpProtocol::esp, "esp"},
                            {IpProtocol::ah, "ah"},
                            {IpProtocol::icmpv6, "icmpv6"},
                            {IpProtocol::no_next, "no_next"},
                            {IpProtocol::destination_options, "destination_options"},
                            {IpProtocol::sctp, "sctp"},
                            {IpProtocol::mpls, "mpls"}});
}

// IEEE 802.3 §3.1.1
struct EthernetHeader {
  MacAddress dst, src;
  EtherType type{};
  static constexpr auto wire = describe("ethernet", field<&EthernetHeader::dst>, field<&EthernetHeader::src>,
                                        field<&EthernetHeader::type>.hex());
};

inline constexpr wire::FieldDesc vlan_tci_bits[] = {
    wire::bit_field("pcp", 3, 13), wire::bit_field("dei", 1, 12), wire::bit_field("vid", 12, 0)};
// IEEE 802.1Q §9.6: what follows the type 0x8100 or 0x88a8. tci: 3 bits priority, 1 bit DEI, 12 bits VLAN id.
struct VlanTag {
  std::uint16_t tci = 0;
  EtherType type{};
  static constexpr auto wire =
      describe("vlan", field<&VlanTag::tci>.of_bits(vlan_tci_bits), field<&VlanTag::type>.hex());
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

enum class ArpOp : std::uint16_t { request = 1, reply = 2, rarp_request = 3, rarp_reply = 4 };
constexpr auto labels_of(ArpOp) {
  return wire::enumeration({{ArpOp::request, "request"},
                            {ArpOp::reply, "reply"},
                            {ArpOp::rarp_request, "rarp_request"},
                            {ArpOp::rarp_reply, "rarp_reply"}});
}
// RFC 826, for Ethernet and IPv4.
struct ArpHeader {
  std::uint16_t hardware = 1;
  EtherType protocol = EtherType::ipv4;
  std::uint8_t hardware_length = 6, protocol_length = 4;
  ArpOp op{};
  MacAddress sha;
  Ipv4Address spa;
  MacAddress tha;
  Ipv4Address tpa;
  static constexpr auto wire = describe(
      "arp", field<&ArpHeader::hardware>, field<&ArpHeader::protocol>.hex(),
      field<&ArpHeader::hardware_length>, field<&ArpHeader::protocol_length>, field<&ArpHeader::op>,
      field<&ArpHeader::sha>, field<&ArpHeader::spa>, field<&ArpHeader::tha>, field<&ArpHeader::tpa>);
};

enum class Ipv4Flags : std::uint16_t { more_fragments = 1, dont_fragment = 2 };
constexpr auto labels_of(Ipv4Flags) {
  return wire::flags(
      {{Ipv4Flags::more_fragments, "more_fragments"}, {Ipv4Flags::dont_fragment, "dont_fragment"}});
}
inline constexpr wire::FieldDesc ipv4_version_bits[] = {wire::bit_field("version", 4, 4),
                                                        wire::bit_field("ihl", 4, 0)};
inline constexpr wire::FieldDesc ip_tos_bits[] = {wire::bit_field("dscp", 6, 2),
                                                  wire::bit_field("ecn", 2, 0)};
inline constexpr wire::FieldDesc ipv4_fragment_bits[] = {
    wire::bit_field("flags", 3, 13, wire::Format::hex, wire::labels<Ipv4Flags>()),
    wire::bit_field("fragment_offset", 13, 0)};
// RFC 791 §3.1, without options.
struct Ipv4Header {
  std::uint8_t version_ihl = 0x45, tos = 0;
  std::uint16_t total_length = 0, identification = 0,
                fragment = 0;  // fragment: 3 bits of flags, 13 of offset
  std::uint8_t ttl = 0;
  IpProtocol protocol{};
  std::uint16_t checksum = 0;
  Ipv4Address src, dst;
  static constexpr auto wire = describe(
      "ip", field<&Ipv4Header::version_ihl>.of_bits(ipv4_version_bits),
      field<&Ipv4Header::tos>.of_bits(ip_tos_bits), field<&Ipv4Header::total_length>,
      field<&Ipv4Header::identification>.hex(), field<&Ipv4Header::fragment>.of_bits(ipv4_fragment_bits),
      field<&Ipv4Header::ttl>, field<&Ipv4Header::protocol>, field<&Ipv4Header::checksum>.hex(),
      field<&Ipv4Header::src>, field<&Ipv4Header::dst>);
};

inline constexpr wire::FieldDesc ipv6_first_bits[] = {
    wire::bit_field("version", 4, 28), wire::bit_field("dscp", 6, 22), wire::bit_field("ecn", 2, 20),
    wire::bit_field("flow_label", 20, 0, wire::Format::hex)};
// RFC 8200 §3
struct Ipv6Header {
  std::uint32_t version_class_flow = 0x60000000;  // 4, 8 and 20 bits
  std::uint16_t payload_length = 0;
  IpProtocol next_header{};
  std::uint8_t hop_limit = 0;
  Ipv6Address src, dst;
  static constexpr auto wire =
      describe("ipv6", field<&Ipv6Header::version_class_flow>.of_bits(ipv6_first_bits),
               field<&Ipv6Header::payload_length>, field<&Ipv6Header::next_header>,
               field<&Ipv6Header::hop_limit>, field<&Ipv6Header::src>, field<&Ipv6Header::dst>);
};

enum class TcpFlags : std::uint16_t {
  fin = 1,
  syn = 2,
  rst = 4,
  psh = 8,
  ack = 16,
  urg = 32,
  ece = 64,
  cwr = 128,
  ae = 256
};
constexpr auto labels_of(TcpFlags) {
  return wire::flags({{TcpFlags::fin, "fin"},
                      {TcpFlags::syn, "syn"},
                      {TcpFlags::rst, "rst"},
                      {TcpFlags::psh, "psh"},
                      {TcpFlags::ack, "ack"},
                      {TcpFlags::urg, "urg"},
                      {TcpFlags::ece, "ece"},
                      {TcpFlags::cwr, "cwr"},
                      {TcpFlags::ae, "ae"}});
}
inline constexpr wire::FieldDesc tcp_offset_bits[] = {
    wire::bit_field("data_offset", 4, 12),
    wire::bit_field("flags", 12, 0, wire::Format::hex, wire::labels<TcpFlags>())};
// RFC 9293 §3.1, without options.
struct TcpHeader {
  std::uint16_t src = 0, dst = 0;
  std::uint32_t sequence = 0, acknowledgement = 0;
  std::uint16_t offset_flags = 0;  // 4 bits of header length in words, 12 of flags
  std::uint16_t window = 0, checksum = 0, urgent = 0;
  static constexpr auto wire =
      describe("tcp", field<&TcpHeader::src>, field<&TcpHeader::dst>, field<&TcpHeader::sequence>,
               field<&TcpHeader::acknowledgement>, field<&TcpHeader::offset_flags>.of_bits(tcp_offset_bits),
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
// RFC 792
enum class IcmpType : std::uint8_t {
  echo_reply = 0,
  unreachable = 3,
  redirect = 5,
  echo_request = 8,
  router_advertisement = 9,
  router_solicitation = 10,
  time_exceeded = 11,
  parameter_problem = 12,
  timestamp_request = 13,
  timestamp_reply = 14
};
constexpr auto labels_of(IcmpType) {
  return wire::enumeration({{IcmpType::echo_reply, "echo_reply"},
                            {IcmpType::unreachable, "unreachable"},
                            {IcmpType::redirect, "redirect"},
                            {IcmpType::echo_request, "echo_request"},
                            {IcmpType::router_advertisement, "router_advertisement"},
                            {IcmpType::router_solicitation, "router_solicitation"},
                            {IcmpType::time_exceeded, "time_exceeded"},
                            {IcmpType::parameter_problem, "parameter_problem"},
                            {IcmpType::timestamp_request, "timestamp_request"},
                            {IcmpType::timestamp_reply, "timestamp_reply"}});
}
struct IcmpHeader {
  IcmpType type{};
  std::uint8_t code = 0;
  std::uint16_t checksum = 0;
  static constexpr auto wire = describe("icmp", field<&IcmpHeader::type>, field<&IcmpHeader::code>,
                                        field<&IcmpHeader::checksum>.hex());
};
// RFC 4443 §2.1, RFC 4861 §4, RFC 3810 §5
enum class Icmpv6Type : std::uint8_t {
  unreachable = 1,
  packet_too_big = 2,
  time_exceeded = 3,
  parameter_problem = 4,
  echo_request = 128,
  echo_reply = 129,
  multicast_listener_query = 130,
  multicast_listener_report = 131,
  multicast_listener_done = 132,
  router_solicitation = 133,
  router_advertisement = 134,
  neighbour_solicitation = 135,
  neighbour_advertisement = 136,
  redirect = 137,
  multicast_listener_report_v2 = 143
};
constexpr auto labels_of(Icmpv6Type) {
  return wire::enumeration({{Icmpv6Type::unreachable, "unreachable"},
                            {Icmpv6Type::packet_too_big, "packet_too_big"},
                            {Icmpv6Type::time_exceeded, "time_exceeded"},
                            {Icmpv6Type::parameter_problem, "parameter_problem"},
                            {Icmpv6Type::echo_request, "echo_request"},
                            {Icmpv6Type::echo_reply, "echo_reply"},
                            {Icmpv6Type::multicast_listener_query, "multicast_listener_query"},
                            {Icmpv6Type::multicast_listener_report, "multicast_listener_report"},
                            {Icmpv6Type::multicast_listener_done, "multicast_listener_done"},
                            {Icmpv6Type::router_solicitation, "router_solicitation"},
                            {Icmpv6Type::router_advertisement, "router_advertisement"},
                            {Icmpv6Type::neighbour_solicitation, "neighbour_solicitation"},
                            {Icmpv6Type::neighbour_advertisement, "neighbour_advertisement"},
                            {Icmpv6Type::redirect, "redirect"},
                            {Icmpv6Type::multicast_listener_report_v2, "multicast_listener_report_v2"}});
}
struct Icmpv6Header {
  Icmpv6Type type{};
  std::uint8_t code = 0;
  std::uint16_t checksum = 0;
  static constexpr auto wire = describe("icmpv6", field<&Icmpv6Header::type>, field<&Icmpv6Header::code>,
                                        field<&Icmpv6Header::checksum>.hex());
};
enum class IgmpType : std::uint8_t {
  query = 0x11,
  report_v1 = 0x12,
  report_v2 = 0x16,
  leave = 0x17,
  report_v3 = 0x22
};
constexpr auto labels_of(IgmpType) {
  return wire::enumeration({{IgmpType::query, "query"},
                            {IgmpType::report_v1, "report_v1"},
                            {IgmpType::report_v2, "report_v2"},
                            {IgmpType::leave, "leave"},
                            {IgmpType::report_v3, "report_v3"}});
}
// RFC 2236 §2, RFC 3376 §4
struct IgmpHeader {
  IgmpType type{};
  std::uint8_t code = 0;
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

// RFC 3032 §2.1
inline constexpr wire::FieldDesc mpls_bits[] = {wire::bit_field("label", 20, 12), wire::bit_field("tc", 3, 9),
                                                wire::bit_field("bos", 1, 8), wire::bit_field("ttl", 8, 0)};
struct MplsEntry {
  std::uint32_t entry = 0;
  static constexpr auto wire = describe("entry", field<&MplsEntry::entry>.of_bits(mpls_bits));
};

// RFC 2784 §2.1, RFC 2890 §2: which of the later fields are there, the flags say.
enum class GreFlags : std::uint16_t { sequence = 0x1000, key = 0x2000, routing = 0x4000, checksum = 0x8000 };
constexpr auto labels_of(GreFlags) {
  return wire::flags({{GreFlags::checksum, "checksum"},
                      {GreFlags::routing, "routing"},
                      {GreFlags::key, "key"},
                      {GreFlags::sequence, "sequence"}});
}
struct GreHeader {
  GreFlags flags{};
  EtherType protocol{};
  std::uint16_t checksum = 0, offset = 0;
  std::uint32_t key = 0, sequence = 0;
  static constexpr auto wire =
      describe("gre", field<&GreHeader::flags>.hex(), field<&GreHeader::protocol>.hex(),
               when<&GreHeader::flags>(GreFlags::checksum, field<&GreHeader::checksum>.hex()),
               when<&GreHeader::flags>(GreFlags::checksum, field<&GreHeader::offset>),
               when<&GreHeader::flags>(GreFlags::key, field<&GreHeader::key>.hex()),
               when<&GreHeader::flags>(GreFlags::sequence, field<&GreHeader::sequence>));
};

// RFC 7348 §5; the last 8 bits of the first word are VXLAN-GPE's.
inline constexpr wire::FieldDesc vxlan_first_bits[] = {wire::bit_field("flags", 8, 24, wire::Format::hex),
                                                       wire::bit_field("next_protocol", 8, 0)};
inline constexpr wire::FieldDesc vni_bits[] = {wire::bit_field("vni", 24, 8)};
struct VxlanHeader {
  std::uint32_t first = 0x08000000, vni = 0;
  static constexpr auto wire = describe("vxlan", field<&VxlanHeader::first>.of_bits(vxlan_first_bits),
                                        field<&VxlanHeader::vni>.of_bits(vni_bits));
};

// RFC 8926 §3.4, without options; opt_len counts them in words of 4 bytes.
inline constexpr wire::FieldDesc geneve_first_bits[] = {
    wire::bit_field("version", 2, 14), wire::bit_field("opt_len", 6, 8), wire::bit_field("oam", 1, 7),
    wire::bit_field("critical", 1, 6)};
struct GeneveHeader {
  std::uint16_t first = 0;
  EtherType protocol{};
  std::uint32_t vni = 0;
  static constexpr auto wire =
      describe("geneve", field<&GeneveHeader::first>.of_bits(geneve_first_bits),
               field<&GeneveHeader::protocol>.hex(), field<&GeneveHeader::vni>.of_bits(vni_bits));
};

}  // namespace oflens
