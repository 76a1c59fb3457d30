// Headers that only occur in packets within messages; those that may be around OpenFlow are in
// network/headers.hpp.
#pragma once

#include <oflens/network/headers.hpp>

namespace oflens::protocols {

// IEEE 802.2 §3.2, and the SNAP header of IEEE 802 §9.2.
struct LlcHeader {
  std::uint8_t dsap = 0, ssap = 0, control = 0;
  static constexpr auto wire = describe("llc", field<&LlcHeader::dsap>.hex(), field<&LlcHeader::ssap>.hex(),
                                        field<&LlcHeader::control>.hex());
};
struct Oui {
  std::array<std::uint8_t, 3> octets{};
  friend constexpr auto operator<=>(const Oui&, const Oui&) = default;
};
struct SnapHeader {
  Oui oui;
  EtherType type{};
  static constexpr auto wire = describe("snap", field<&SnapHeader::oui>, field<&SnapHeader::type>.hex());
};

// RFC 8200 §4: what all extension headers but the fragment's begin with. length counts units of 8 bytes after
// the first.
struct ExtensionHeader {
  IpProtocol next_header{};
  std::uint8_t length = 0;
  static constexpr auto wire = describe("extension", field<&ExtensionHeader::next_header>,
                                        field<&ExtensionHeader::length>.named("hdr_ext_len"));
};
inline constexpr wire::FieldDesc ipv6_fragment_bits[] = {wire::bit_field("fragment_offset", 13, 3),
                                                         wire::bit_field("more_fragments", 1, 0)};
struct FragmentHeader {
  IpProtocol next_header{};
  std::uint8_t reserved = 0;
  std::uint16_t offset = 0;
  std::uint32_t identification = 0;
  static constexpr auto wire =
      describe("fragment", field<&FragmentHeader::next_header>, field<&FragmentHeader::reserved>,
               field<&FragmentHeader::offset>.of_bits(ipv6_fragment_bits),
               field<&FragmentHeader::identification>.hex());
};

// What follows the headers of ICMP and ICMPv6.
struct Echo {  // RFC 792, RFC 4443 §4
  std::uint16_t identifier = 0, sequence = 0;
  static constexpr auto wire = describe("echo", field<&Echo::identifier>, field<&Echo::sequence>);
};
struct Solicitation {  // RFC 4861 §4.3
  Ipv6Address target;
  static constexpr auto wire = describe("neighbour_solicitation", pad<4>, field<&Solicitation::target>);
};
inline constexpr wire::FieldDesc advertisement_bits[] = {wire::bit_field("router", 1, 31),
                                                         wire::bit_field("solicited", 1, 30),
                                                         wire::bit_field("override", 1, 29)};
struct Advertisement {  // RFC 4861 §4.4
  std::uint32_t flags = 0;
  Ipv6Address target;
  static constexpr auto wire =
      describe("neighbour_advertisement", field<&Advertisement::flags>.of_bits(advertisement_bits),
               field<&Advertisement::target>);
};
struct RouterSolicitation {  // RFC 4861 §4.1
  static constexpr auto wire = describe("router_solicitation", pad<4>);
};
inline constexpr wire::FieldDesc router_bits[] = {wire::bit_field("managed", 1, 7),
                                                  wire::bit_field("other", 1, 6)};
struct RouterAdvertisement {  // RFC 4861 §4.2; times in seconds and milliseconds
  std::uint8_t hop_limit = 0, flags = 0;
  std::uint16_t lifetime = 0;
  std::uint32_t reachable_time = 0, retrans_timer = 0;
  static constexpr auto wire =
      describe("router_advertisement", field<&RouterAdvertisement::hop_limit>,
               field<&RouterAdvertisement::flags>.of_bits(router_bits), field<&RouterAdvertisement::lifetime>,
               field<&RouterAdvertisement::reachable_time>, field<&RouterAdvertisement::retrans_timer>);
};
struct NdAddress {  // RFC 4861 §4.6.1
  MacAddress address;
  static constexpr auto wire = describe("address", field<&NdAddress::address>);
};
struct NdPrefix {  // RFC 4861 §4.6.2
  std::uint8_t prefix_length = 0, flags = 0;
  std::uint32_t valid_lifetime = 0, preferred_lifetime = 0;
  Ipv6Address prefix;
  static constexpr auto wire =
      describe("prefix", field<&NdPrefix::prefix_length>, field<&NdPrefix::flags>.hex(),
               field<&NdPrefix::valid_lifetime>, field<&NdPrefix::preferred_lifetime>, pad<4>,
               field<&NdPrefix::prefix>);
};
struct NdMtu {  // RFC 4861 §4.6.4
  std::uint32_t mtu = 0;
  static constexpr auto wire = describe("mtu", pad<2>, field<&NdMtu::mtu>);
};

// RFC 9293 §3.2, RFC 7323 §2 and §3, RFC 2018 §3
struct TcpMss {
  std::uint16_t value = 0;
  static constexpr auto wire = describe("mss", field<&TcpMss::value>);
};
struct TcpWindowScale {
  std::uint8_t shift = 0;
  static constexpr auto wire = describe("window_scale", field<&TcpWindowScale::shift>);
};
struct TcpTimestamps {
  std::uint32_t value = 0, echo_reply = 0;
  static constexpr auto wire =
      describe("timestamps", field<&TcpTimestamps::value>, field<&TcpTimestamps::echo_reply>);
};

// RFC 8300 §2.2, §2.3. length counts words of 4 bytes, these two included.
inline constexpr wire::FieldDesc nsh_first_bits[] = {
    wire::bit_field("version", 2, 30), wire::bit_field("oam", 1, 29),
    wire::bit_field("ttl", 6, 22),     wire::bit_field("length", 6, 16),
    wire::bit_field("md_type", 4, 8),  wire::bit_field("next_protocol", 8, 0)};
inline constexpr wire::FieldDesc nsh_path_bits[] = {wire::bit_field("spi", 24, 8),
                                                    wire::bit_field("si", 8, 0)};
struct NshHeader {
  std::uint32_t first = 0, path = 0;
  static constexpr auto wire = describe("nsh", field<&NshHeader::first>.of_bits(nsh_first_bits),
                                        field<&NshHeader::path>.of_bits(nsh_path_bits));
};

// RFC 4303 §2, RFC 4302 §2: the length of AH counts words of 4 bytes, less two.
struct EspHeader {
  std::uint32_t spi = 0, sequence = 0;
  static constexpr auto wire = describe("esp", field<&EspHeader::spi>.hex(), field<&EspHeader::sequence>);
};
struct AhHeader {
  IpProtocol next_header{};
  std::uint8_t length = 0;
  std::uint32_t spi = 0, sequence = 0;
  static constexpr auto wire =
      describe("ah", field<&AhHeader::next_header>, field<&AhHeader::length>.named("payload_len"), pad<2>,
               field<&AhHeader::spi>.hex(), field<&AhHeader::sequence>);
};

// RFC 2131 §2, up to the magic cookie before the options.
enum class DhcpOp : std::uint8_t { request = 1, reply = 2 };
constexpr auto labels_of(DhcpOp) {
  return wire::enumeration({{DhcpOp::request, "request"}, {DhcpOp::reply, "reply"}});
}
struct DhcpHeader {
  DhcpOp op{};
  std::uint8_t htype = 1, hlen = 6, hops = 0;
  std::uint32_t xid = 0;
  std::uint16_t secs = 0, flags = 0;
  Ipv4Address ciaddr, yiaddr, siaddr, giaddr;
  MacAddress chaddr;
  wire::FixedText<64> sname;
  wire::FixedText<128> file;
  std::uint32_t cookie = 0x63825363;
  static constexpr auto wire =
      describe("dhcp", field<&DhcpHeader::op>, field<&DhcpHeader::htype>, field<&DhcpHeader::hlen>,
               field<&DhcpHeader::hops>, field<&DhcpHeader::xid>.hex(), field<&DhcpHeader::secs>,
               field<&DhcpHeader::flags>.hex(), field<&DhcpHeader::ciaddr>, field<&DhcpHeader::yiaddr>,
               field<&DhcpHeader::siaddr>, field<&DhcpHeader::giaddr>, field<&DhcpHeader::chaddr>, pad<10>,
               field<&DhcpHeader::sname>, field<&DhcpHeader::file>, field<&DhcpHeader::cookie>.hex());
};
// RFC 2132
enum class DhcpMessage : std::uint8_t {
  discover = 1,
  offer = 2,
  request = 3,
  decline = 4,
  ack = 5,
  nak = 6,
  release = 7,
  inform = 8
};
constexpr auto labels_of(DhcpMessage) {
  return wire::enumeration({{DhcpMessage::discover, "discover"},
                            {DhcpMessage::offer, "offer"},
                            {DhcpMessage::request, "request"},
                            {DhcpMessage::decline, "decline"},
                            {DhcpMessage::ack, "ack"},
                            {DhcpMessage::nak, "nak"},
                            {DhcpMessage::release, "release"},
                            {DhcpMessage::inform, "inform"}});
}
struct DhcpMessageType {
  DhcpMessage value{};
  static constexpr auto wire = describe("message_type", field<&DhcpMessageType::value>);
};
struct DhcpAddress {
  Ipv4Address value;
  static constexpr auto wire = describe("address", field<&DhcpAddress::value>);
};
struct DhcpSeconds {
  std::uint32_t value = 0;
  static constexpr auto wire = describe("seconds", field<&DhcpSeconds::value>);
};

// RFC 1035 §4.1.1
inline constexpr wire::FieldDesc dns_flag_bits[] = {
    wire::bit_field("response", 1, 15),      wire::bit_field("opcode", 4, 11),
    wire::bit_field("authoritative", 1, 10), wire::bit_field("truncated", 1, 9),
    wire::bit_field("recursion", 1, 8),      wire::bit_field("rcode", 4, 0)};
struct DnsHeader {
  std::uint16_t id_ = 0, flags = 0, questions = 0, answers = 0, authorities = 0, additionals = 0;
  static constexpr auto wire =
      describe("dns", field<&DnsHeader::id_>.hex(), field<&DnsHeader::flags>.of_bits(dns_flag_bits),
               field<&DnsHeader::questions>, field<&DnsHeader::answers>, field<&DnsHeader::authorities>,
               field<&DnsHeader::additionals>);
};
enum class DnsType : std::uint16_t {
  a = 1,
  ns = 2,
  cname = 5,
  soa = 6,
  ptr = 12,
  mx = 15,
  txt = 16,
  aaaa = 28,
  srv = 33,
  any = 255
};
constexpr auto labels_of(DnsType) {
  return wire::enumeration({{DnsType::a, "a"},
                            {DnsType::ns, "ns"},
                            {DnsType::cname, "cname"},
                            {DnsType::soa, "soa"},
                            {DnsType::ptr, "ptr"},
                            {DnsType::mx, "mx"},
                            {DnsType::txt, "txt"},
                            {DnsType::aaaa, "aaaa"},
                            {DnsType::srv, "srv"},
                            {DnsType::any, "any"}});
}
// What follows the name of a question.
struct DnsQuestion {
  DnsType type{};
  std::uint16_t class_ = 0;
  static constexpr auto wire = describe("question", field<&DnsQuestion::type>, field<&DnsQuestion::class_>);
};

// sFlow version 5 specification, §5: what a datagram begins with; the agent's address is of either kind.
enum class SflowAddress : std::uint32_t { ipv4 = 1, ipv6 = 2 };
constexpr auto labels_of(SflowAddress) {
  return wire::enumeration({{SflowAddress::ipv4, "ipv4"}, {SflowAddress::ipv6, "ipv6"}});
}
struct SflowHeader {
  std::uint32_t version = 5;
  SflowAddress address_type{};
  Ipv4Address agent4;
  Ipv6Address agent6;
  std::uint32_t sub_agent = 0, sequence = 0, uptime = 0, samples = 0;
  static constexpr auto wire =
      describe("sflow", field<&SflowHeader::version>, field<&SflowHeader::address_type>,
               when<&SflowHeader::address_type>(std::uint32_t{3}, std::uint32_t{1},
                                                field<&SflowHeader::agent4>.named("agent")),
               when<&SflowHeader::address_type>(std::uint32_t{3}, std::uint32_t{2},
                                                field<&SflowHeader::agent6>.named("agent")),
               field<&SflowHeader::sub_agent>, field<&SflowHeader::sequence>, field<&SflowHeader::uptime>,
               field<&SflowHeader::samples>);
};

// NetFlow 5 and 9 (RFC 3954 §5.1) count records, IPFIX (RFC 7011 §3.1) bytes.
struct NetflowHeader {
  std::uint16_t version = 0, count = 0;
  std::uint32_t uptime = 0, seconds = 0, sequence = 0, source_id = 0;
  static constexpr auto wire = describe(
      "netflow", field<&NetflowHeader::version>, field<&NetflowHeader::count>, field<&NetflowHeader::uptime>,
      field<&NetflowHeader::seconds>, field<&NetflowHeader::sequence>, field<&NetflowHeader::source_id>);
};
struct IpfixHeader {
  std::uint16_t version = 10, length = 0;
  std::uint32_t export_time = 0, sequence = 0, observation_domain = 0;
  static constexpr auto wire = describe("ipfix", field<&IpfixHeader::version>, field<&IpfixHeader::length>,
                                        field<&IpfixHeader::export_time>, field<&IpfixHeader::sequence>,
                                        field<&IpfixHeader::observation_domain>);
};

}  // namespace oflens::protocols
