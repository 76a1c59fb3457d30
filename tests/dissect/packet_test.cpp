// Captured frames to TCP segments, and Ethernet frames to the fields that flows match: every link layer,
// tags, options and extension headers, fragments, and frames that are cut anywhere.
#include <catch2/catch.hpp>

#include <oflens/network/decapsulator.hpp>
#include <oflens/network/packet.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::hex;
using test::Tight;
using test::to_hex;
using Raw = std::vector<std::byte>;

Raw operator+(Raw a, const Raw& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}
Raw u8(unsigned v) { return {static_cast<std::byte>(v)}; }
Raw u16(unsigned v) { return u8(v >> 8) + u8(v); }

// ---- layers, from the inside out; addresses are 10.0.0.1 > 10.0.0.2 and fe80::1 > fe80::2

constexpr const char* macs = "020000000002 020000000001";

// 49152 > 6653, sequence 0x01020304, acknowledgement 0x05060708.
Raw tcp(unsigned flags, const Raw& payload, unsigned words = 5) {
  return hex("c000 19fd 01020304 05060708") + u16(words << 12 | flags) + hex("ffff 0000 0000") +
         Raw((words - 5) * 4, std::byte{1}) + payload;
}
Raw udp(unsigned src, unsigned dst, const Raw& payload = {}) {
  return u16(src) + u16(dst) + u16(static_cast<unsigned>(8 + payload.size())) + u16(0) + payload;
}

struct Ipv4 {
  unsigned protocol = 6, fragment = 0, tos = 0, words = 5;
  int total = -1;  // -1: as it is
};
Raw ipv4(const Raw& payload, Ipv4 o = {}) {
  const auto total =
      o.total < 0 ? static_cast<unsigned>(o.words * 4 + payload.size()) : static_cast<unsigned>(o.total);
  return u8(0x40 | o.words) + u8(o.tos) + u16(total) + u16(0x1234) + u16(o.fragment) + u8(64) +
         u8(o.protocol) + u16(0) + hex("0a000001 0a000002") + Raw((o.words - 5) * 4, std::byte{1}) + payload;
}
Raw ipv6(unsigned next, const Raw& payload, int length = -1) {
  return hex("6 b8 12345") +
         u16(length < 0 ? static_cast<unsigned>(payload.size()) : static_cast<unsigned>(length)) + u8(next) +
         u8(63) + hex("fe800000000000000000000000000001 fe800000000000000000000000000002") + payload;
}
Raw ethernet(unsigned type, const Raw& payload) { return hex(macs) + u16(type) + payload; }

const Raw hello = hex("0400000800000001");

// ---- find_segment

struct Found {
  bool ok = false;
  TcpSegment s{};
};
// The frame ends where its memory does.
Found find(LinkType link, const Raw& frame) {
  static std::vector<Tight> kept;  // the payload borrows
  kept.clear();
  kept.emplace_back(frame);
  CapturedFrame f{.number = 7, .time = Timestamp{Duration{42}}, .link = link, .bytes = kept.back()};
  Found found;
  found.ok = Decapsulator().find_segment(f, found.s);
  return found;
}

std::string address(const Endpoint& e) {
  return to_hex(std::as_bytes(std::span(e.address))) + ":" + std::to_string(e.port);
}
const std::string v4_source = "00000000000000000000ffff0a000001:49152",
                  v4_destination = "00000000000000000000ffff0a000002:6653",
                  v6_source = "fe800000000000000000000000000001:49152",
                  v6_destination = "fe800000000000000000000000000002:6653";

void check_segment(LinkType link, const Raw& frame, bool v6 = false) {
  const Found f = find(link, frame);
  REQUIRE(f.ok);
  CHECK(address(f.s.source) == (v6 ? v6_source : v4_source));
  CHECK(address(f.s.destination) == (v6 ? v6_destination : v4_destination));
  CHECK(f.s.source.is_ipv4() == !v6);
  CHECK(f.s.sequence == 0x01020304);
  CHECK(f.s.acknowledgement == 0x05060708);
  CHECK(to_hex(f.s.payload) == to_hex(hello));
  CHECK(f.s.cut == 0);
  CHECK(f.s.frame == 7);
  CHECK(f.s.time == Timestamp{Duration{42}});
}

const Raw v4 = ipv4(tcp(0x18, hello)), v6 = ipv6(6, tcp(0x18, hello));

// A frame of each link layer that holds the hello, and how many of its bytes stand before the payload.
struct Sample {
  const char* name;
  LinkType link;
  Raw frame;
  bool v6;
};
std::vector<Sample> samples() {
  const Raw sll = hex("0004 0001 0006 020000000001 0000"),
            sll2 = hex("0000 00000003 0001 04 06 020000000001 0000");
  return {
      {"Ethernet, IPv4", LinkType::ethernet, ethernet(0x0800, v4), false},
      {"Ethernet, IPv6", LinkType::ethernet, ethernet(0x86dd, v6), true},
      {"802.1Q", LinkType::ethernet, ethernet(0x8100, hex("6005 0800") + v4), false},
      {"802.1ad", LinkType::ethernet, ethernet(0x88a8, hex("0064 8100 0005 86dd") + v6), true},
      {"two of 802.1Q", LinkType::ethernet, ethernet(0x8100, hex("0064 8100 0005 0800") + v4), false},
      {"0x9100", LinkType::ethernet, ethernet(0x9100, hex("0064 8100 0005 0800") + v4), false},
      {"SLL", LinkType::linux_sll, sll + u16(0x0800) + v4, false},
      {"SLL, IPv6", LinkType::linux_sll, sll + u16(0x86dd) + v6, true},
      {"SLL, tagged", LinkType::linux_sll, sll + u16(0x8100) + hex("0005 0800") + v4, false},
      {"SLL2", LinkType::linux_sll2, u16(0x0800) + sll2 + v4, false},
      {"SLL2, IPv6", LinkType::linux_sll2, u16(0x86dd) + sll2 + v6, true},
      {"raw IPv4", LinkType::raw, v4, false},
      {"raw IPv6", LinkType::raw, v6, true},
      {"NULL, little-endian", LinkType::null, hex("02000000") + v4, false},
      {"NULL, big-endian", LinkType::null, hex("00000002") + v4, false},
      {"NULL, IPv6 of Linux", LinkType::null, hex("0a000000") + v6, true},
      {"NULL, IPv6 of macOS", LinkType::null, hex("1e000000") + v6, true},
      {"LOOP", LinkType::loop, hex("00000002") + v4, false},
      {"LOOP, IPv6", LinkType::loop, hex("00000018") + v6, true},
      {"IPv4 options", LinkType::raw, ipv4(tcp(0x18, hello), {.words = 15}), false},
      {"TCP options", LinkType::raw, ipv4(tcp(0x18, hello, 15)), false},
      {"IPv6 hop-by-hop", LinkType::raw, ipv6(0, hex("06 00 010400000000") + tcp(0x18, hello)), true},
      {"IPv6 hop-by-hop, routing, destination options", LinkType::raw,
       ipv6(0, hex("2b 00 010400000000  3c 01 0000000000000000000000000000  06 00 010400000000") +
                   tcp(0x18, hello)),
       true},
      // A fragment header of a datagram that is all there (an "atomic fragment", RFC 6946).
      {"IPv6 atomic fragment", LinkType::raw, ipv6(44, hex("06 07 0000 00000001") + tcp(0x18, hello)), true},
  };
}

// ---- parse_packet

std::string text(const MacAddress& a) { return to_hex(std::as_bytes(std::span(a.octets))); }
std::string text(const Ipv4Address& a) { return to_hex(std::as_bytes(std::span(a.octets))); }
std::string text(const Ipv6Address& a) { return to_hex(std::as_bytes(std::span(a.octets))); }

Packet parse(const Raw& frame) {
  const Tight tight(frame);
  return parse_packet(tight);
}
std::string summary(const Raw& frame) {
  const Tight tight(frame);
  return summary_of_packet(tight);
}

const Raw arp_request =
    ethernet(0x0806, hex("0001 0800 06 04 0001 020000000001 0a000001 000000000000 0a000002"));
Raw neighbour(unsigned type) {
  return ethernet(0x86dd, ipv6(58, u8(type) + hex("00 0000 00000000 fe800000000000000000000000000009")));
}

}  // namespace

TEST_CASE("a segment is found through every link layer", "[packet]") {
  for (const Sample& s : samples()) {
    INFO(s.name);
    check_segment(s.link, s.frame, s.v6);
  }
}

TEST_CASE("what is behind the datagram on Ethernet is padding", "[packet]") {
  for (const Sample& s : samples()) {
    INFO(s.name);
    check_segment(s.link, s.frame + Raw(13, std::byte{0}), s.v6);
  }
  // A lone acknowledgement is padded to 60 bytes and carries nothing.
  const Found f = find(LinkType::ethernet, ethernet(0x0800, ipv4(tcp(0x10, {}))) + Raw(6, std::byte{0}));
  REQUIRE(f.ok);
  CHECK(f.s.payload.empty());
  CHECK(f.s.cut == 0);
}

TEST_CASE("a frame that is cut at any byte loses the payload first, and then is none", "[packet]") {
  for (const Sample& s : samples()) {
    INFO(s.name);
    const std::size_t headers = s.frame.size() - hello.size();
    // TCP options can be cut: the 20 bytes before them say all that matters.
    const std::size_t options = std::string(s.name) == "TCP options" ? 40 : 0;
    for (std::size_t n = 0; n < s.frame.size(); ++n) {
      INFO("cut to " << n << " bytes");
      const Found f = find(s.link, Raw(s.frame.begin(), s.frame.begin() + static_cast<std::ptrdiff_t>(n)));
      REQUIRE(f.ok == (n >= headers - options));
      if (!f.ok) continue;
      CHECK(f.s.payload.size() == (n < headers ? 0 : n - headers));
      CHECK(f.s.cut == hello.size() - f.s.payload.size());
      CHECK(f.s.sequence == 0x01020304);
    }
  }
}

TEST_CASE("TCP flags", "[packet]") {
  for (unsigned flags = 0; flags < 0x200; ++flags) {
    const Found f = find(LinkType::raw, ipv4(tcp(flags, {})));
    REQUIRE(f.ok);
    CHECK(f.s.fin == ((flags & 1) != 0));
    CHECK(f.s.syn == ((flags & 2) != 0));
    CHECK(f.s.rst == ((flags & 4) != 0));
    CHECK(f.s.ack == ((flags & 16) != 0));
  }
}

TEST_CASE("a segment that is reused keeps nothing of the one before", "[packet]") {
  TcpSegment s;
  s.cut = 9;
  s.syn = s.fin = s.rst = true;
  s.source.address.fill(0xee);
  s.destination.address.fill(0xee);
  const Tight frame(v4);
  REQUIRE(Decapsulator().find_segment({.number = 1, .link = LinkType::raw, .bytes = frame}, s));
  CHECK(s.cut == 0);
  CHECK_FALSE((s.syn || s.fin || s.rst));
  CHECK(address(s.source) == v4_source);
  CHECK(address(s.destination) == v4_destination);
}

TEST_CASE("lengths that segmentation left to the network card", "[packet]") {
  check_segment(LinkType::raw, ipv4(tcp(0x18, hello), {.total = 0}));
  check_segment(LinkType::raw, ipv6(6, tcp(0x18, hello), 0), true);
}

TEST_CASE("what is no TCP segment", "[packet]") {
  const auto none = [](LinkType link, const Raw& frame) { return !find(link, frame).ok; };
  CHECK(none(LinkType::ethernet, {}));
  CHECK(none(LinkType::ethernet, arp_request));
  CHECK(none(LinkType::ethernet, ethernet(0x88cc, v4)));
  CHECK(none(LinkType::ethernet, ethernet(0x0026, v4)));
  CHECK(none(LinkType::linux_sll, hex("0004 0001 0006 0200000000010000 0806") + v4));
  CHECK(none(LinkType::raw, ipv4(tcp(0x18, hello), {.protocol = 17})));
  CHECK(none(LinkType::raw, ipv6(17, tcp(0x18, hello))));
  CHECK(none(LinkType::raw, ipv6(59, tcp(0x18, hello))));
  CHECK(none(LinkType::raw, hex("50") + v4));
  // Fragments: the first, one in the middle, the last.
  CHECK(none(LinkType::raw, ipv4(tcp(0x18, hello), {.fragment = 0x2000})));
  CHECK(none(LinkType::raw, ipv4(tcp(0x18, hello), {.fragment = 0x2001})));
  CHECK(none(LinkType::raw, ipv4(tcp(0x18, hello), {.fragment = 0x0001})));
  CHECK(none(LinkType::raw, ipv4(tcp(0x18, hello), {.fragment = 0x1000})));
  check_segment(LinkType::raw, ipv4(tcp(0x18, hello), {.fragment = 0x4000}));  // only: do not fragment
  CHECK(none(LinkType::raw, ipv6(44, hex("06 00 0001 00000001") + tcp(0x18, hello))));
  CHECK(none(LinkType::raw, ipv6(44, hex("06 00 0009 00000001") + tcp(0x18, hello))));
  CHECK(none(LinkType::raw, ipv6(44, hex("06 00 0008 00000001") + tcp(0x18, hello))));
  // Lengths that cannot be.
  CHECK(none(LinkType::raw, ipv4(tcp(0x18, hello), {.total = 19})));
  CHECK(none(LinkType::raw, ipv4(tcp(0x18, hello), {.total = 39})));  // less than both headers
  check_segment(LinkType::raw, ipv4(tcp(0x18, hello), {.total = 48}));
  CHECK(none(LinkType::raw, u8(0x44) + Raw(v4.begin() + 1, v4.end())));
  CHECK(none(LinkType::raw, ipv4(hex("c000 19fd 01020304 05060708 4018 ffff 0000 0000") + hello)));
  CHECK(none(LinkType::raw, ipv4(hex("c000 19fd 01020304 05060708 f018 ffff 0000 0000") + hello)));
  CHECK(none(LinkType::raw, ipv6(6, tcp(0x18, hello), 19)));
  CHECK(
      none(LinkType::raw, ipv6(0, hex("06 ff 010400000000") + tcp(0x18, hello))));  // runs beyond the packet
  // Extension headers without end.
  Raw endless;
  for (int i = 0; i < 100; ++i) endless = endless + hex("00 00 010400000000");
  CHECK(none(LinkType::raw, ipv6(0, endless)));
}

TEST_CASE("a segment that the snap length cut says what it lacks", "[packet]") {
  const Raw frame = ethernet(0x0800, ipv4(tcp(0x18, Raw(1000, std::byte{7}))));
  const Found f = find(LinkType::ethernet, Raw(frame.begin(), frame.begin() + 96));
  REQUIRE(f.ok);
  CHECK(f.s.payload.size() == 96 - 54);
  CHECK(f.s.cut == 1000 - (96 - 54));
}

TEST_CASE("fields of an ARP packet", "[packet]") {
  const Packet p = parse(arp_request);
  CHECK(p.whole_ethernet);
  CHECK(text(p.eth_dst) == "020000000002");
  CHECK(text(p.eth_src) == "020000000001");
  CHECK(p.eth_type == 0x0806);
  CHECK_FALSE(p.has_vlan);
  CHECK(p.has_ip);
  CHECK(p.arp_op == 1);
  CHECK(text(p.ipv4_src) == "0a000001");
  CHECK(text(p.ipv4_dst) == "0a000002");
  CHECK(text(p.arp_sha) == "020000000001");
  CHECK(text(p.arp_tha) == "000000000000");
  CHECK_FALSE((p.has_ports || p.has_icmp || p.later_fragment));
}

TEST_CASE("fields of IPv4 packets", "[packet]") {
  Packet p = parse(ethernet(0x0800, ipv4(tcp(0x112, {}), {.tos = 0xb9})));
  CHECK(p.has_ip);
  CHECK(p.eth_type == 0x0800);
  CHECK(p.ip_tos == 0xb9);
  CHECK(p.ip_ttl == 64);
  CHECK(p.ip_proto == 6);
  CHECK(text(p.ipv4_src) == "0a000001");
  CHECK(text(p.ipv4_dst) == "0a000002");
  CHECK(p.has_ports);
  CHECK(p.src_port == 49152);
  CHECK(p.dst_port == 6653);
  CHECK(p.tcp_flags == 0x112);
  CHECK_FALSE((p.later_fragment || p.has_icmp || p.has_nd_target));

  p = parse(ethernet(0x0800, ipv4(udp(53, 5353), {.protocol = 17, .words = 15})));
  CHECK(p.has_ports);
  CHECK(p.ip_proto == 17);
  CHECK(p.src_port == 53);
  CHECK(p.dst_port == 5353);
  CHECK(p.tcp_flags == 0);

  p = parse(ethernet(0x0800, ipv4(hex("0001 0002 00000000 00000000"), {.protocol = 132})));
  CHECK(p.has_ports);
  CHECK(p.src_port == 1);
  CHECK(p.dst_port == 2);

  p = parse(ethernet(0x0800, ipv4(hex("03 0d 0000 00000000"), {.protocol = 1})));
  CHECK(p.has_icmp);
  CHECK(p.icmp_type == 3);
  CHECK(p.icmp_code == 13);
  CHECK_FALSE(p.has_ports);

  p = parse(ethernet(0x0800, ipv4(hex("0000 0000 0800 0000"), {.protocol = 47})));
  CHECK(p.has_ip);
  CHECK(p.ip_proto == 47);
  CHECK_FALSE((p.has_ports || p.has_icmp));
}

TEST_CASE("fields of IPv6 packets", "[packet]") {
  Packet p = parse(ethernet(0x86dd, ipv6(6, tcp(0x02, {}))));
  CHECK(p.has_ip);
  CHECK(p.eth_type == 0x86dd);
  CHECK(p.ip_tos == 0xb8);
  CHECK(p.ipv6_flabel == 0x12345);
  CHECK(p.ip_ttl == 63);
  CHECK(p.ip_proto == 6);
  CHECK(text(p.ipv6_src) == "fe800000000000000000000000000001");
  CHECK(text(p.ipv6_dst) == "fe800000000000000000000000000002");
  CHECK(text(p.ipv4_src) == "00000000");
  CHECK(p.src_port == 49152);
  CHECK(p.dst_port == 6653);
  CHECK(p.tcp_flags == 2);

  p = parse(ethernet(0x86dd, ipv6(0, hex("11 00 010400000000") + udp(546, 547))));
  CHECK(p.ip_proto == 17);
  CHECK(p.src_port == 546);
  CHECK(p.dst_port == 547);

  for (const unsigned type : {135u, 136u}) {
    p = parse(neighbour(type));
    CHECK(p.has_icmp);
    CHECK(p.ip_proto == 58);
    CHECK(p.icmp_type == type);
    CHECK(p.icmp_code == 0);
    CHECK(p.has_nd_target);
    CHECK(text(p.nd_target) == "fe800000000000000000000000000009");
  }
  p = parse(neighbour(128));
  CHECK(p.has_icmp);
  CHECK_FALSE(p.has_nd_target);
}

TEST_CASE("ICMP of the other IP is none", "[packet]") {
  const Packet a = parse(ethernet(0x0800, ipv4(hex("87 00 0000 00000000") + Raw(16), {.protocol = 58})));
  CHECK(a.ip_proto == 58);
  CHECK_FALSE((a.has_icmp || a.has_nd_target));
  const Packet b = parse(ethernet(0x86dd, ipv6(1, hex("08 00 0000"))));
  CHECK(b.ip_proto == 1);
  CHECK_FALSE(b.has_icmp);
  CHECK(summary(ethernet(0x0800, ipv4(hex("80 00 0000"), {.protocol = 58}))) ==
        "ip proto 58 10.0.0.1 > 10.0.0.2");
  CHECK(summary(ethernet(0x86dd, ipv6(1, hex("08 00 0000")))) == "ipv6 proto 1 fe80::1 > fe80::2");
}

TEST_CASE("VLAN tags", "[packet]") {
  Packet p = parse(ethernet(0x8100, hex("b005 0806") + Raw(arp_request.begin() + 14, arp_request.end())));
  CHECK(p.has_vlan);
  CHECK(p.vlan_tci == 0xb005);
  CHECK(p.eth_type == 0x0806);
  CHECK(p.arp_op == 1);
  p = parse(ethernet(0x88a8, hex("0064 8100 0005 0800") + v4));
  CHECK(p.vlan_tci == 0x0064);  // the outermost
  CHECK(p.eth_type == 0x0800);
  CHECK(p.dst_port == 6653);
  // Priority only.
  p = parse(ethernet(0x8100, hex("e000 0800") + v4));
  CHECK(p.has_vlan);
  CHECK(p.vlan_tci == 0xe000);
}

TEST_CASE("frames of IEEE 802.3", "[packet]") {
  CHECK(parse(ethernet(0x0026, hex("424203") + Raw(35))).eth_type == 0x05ff);
  CHECK(parse(ethernet(0x05ff, {})).eth_type == 0x05ff);
  CHECK(parse(ethernet(0x0600, {})).eth_type == 0x0600);
  // SNAP says the type; a type that is none does not.
  const Packet p = parse(ethernet(0x0030, hex("aaaa03 000000 0800") + v4));
  CHECK(p.eth_type == 0x0800);
  CHECK(p.has_ip);
  CHECK(p.dst_port == 6653);
  CHECK(parse(ethernet(0x0030, hex("aaaa03 00000c 2000"))).eth_type == 0x05ff);
  CHECK(parse(ethernet(0x0030, hex("aaab03 000000 0800") + v4)).eth_type == 0x05ff);
  CHECK(parse(ethernet(0x0030, hex("aaaa03 000000 0026"))).eth_type == 0x05ff);
  CHECK(parse(ethernet(0x0030, hex("aaaa03 000000 08"))).eth_type == 0x05ff);
}

TEST_CASE("fragments have ports only in the first", "[packet]") {
  const Raw payload = udp(1, 2);
  Packet p = parse(ethernet(0x0800, ipv4(payload, {.protocol = 17, .fragment = 0x2000})));
  CHECK_FALSE(p.later_fragment);
  CHECK(p.has_ports);
  p = parse(ethernet(0x0800, ipv4(payload, {.protocol = 17, .fragment = 0x2001})));
  CHECK(p.later_fragment);
  CHECK_FALSE(p.has_ports);
  CHECK(p.has_ip);
  CHECK(p.ip_proto == 17);
  p = parse(ethernet(0x0800, ipv4(hex("0800 0000"), {.protocol = 1, .fragment = 0x00ff})));
  CHECK(p.later_fragment);
  CHECK_FALSE(p.has_icmp);
  p = parse(ethernet(0x86dd, ipv6(44, hex("11 00 0001 00000001") + payload)));
  CHECK_FALSE(p.later_fragment);
  CHECK(p.ip_proto == 17);
  CHECK(p.has_ports);
  p = parse(ethernet(0x86dd, ipv6(44, hex("11 00 0009 00000001") + payload)));
  CHECK(p.later_fragment);
  CHECK(p.ip_proto == 17);
  CHECK_FALSE(p.has_ports);
  CHECK(text(p.ipv6_dst) == "fe800000000000000000000000000002");
}

// A field that is said to be there was read from bytes that were: what a longer frame has in it is the same.
TEST_CASE("packets that are cut at any byte have what is left of them", "[packet]") {
  const std::vector<Raw> frames = {
      arp_request,
      ethernet(0x0800, ipv4(tcp(0x02, hello))),
      ethernet(0x0800, ipv4(udp(1, 2, hello), {.protocol = 17, .words = 7})),
      ethernet(0x0800, ipv4(hex("08 00 0000 00010001"), {.protocol = 1})),
      ethernet(0x8100, hex("b005 88a8 0001 86dd") + ipv6(0, hex("06 00 010400000000") + tcp(0x18, hello))),
      ethernet(0x86dd, ipv6(44, hex("11 00 0009 00000001") + udp(1, 2))),
      ethernet(0x0030, hex("aaaa03 000000 0800") + v4),
      neighbour(135),
  };
  for (const Raw& frame : frames) {
    INFO(to_hex(frame));
    const Packet whole = parse(frame);
    bool had_ip = false, had_ports = false, had_icmp = false, had_target = false;
    for (std::size_t n = 0; n <= frame.size(); ++n) {
      INFO("cut to " << n << " bytes");
      const Raw part(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(n));
      const Packet p = parse(part);
      CHECK_FALSE(summary(part).empty());
      CHECK(p.whole_ethernet == (n >= 14));
      if (n < 14) CHECK(summary(part) == std::to_string(n) + " bytes");
      if (p.whole_ethernet) CHECK(text(p.eth_src) == text(whole.eth_src));
      if (p.has_vlan) CHECK(p.vlan_tci == whole.vlan_tci);
      if (p.has_ip) {
        CHECK(p.eth_type == whole.eth_type);
        CHECK(p.ip_proto == whole.ip_proto);
        CHECK(text(p.ipv4_dst) == text(whole.ipv4_dst));
        CHECK(text(p.ipv6_dst) == text(whole.ipv6_dst));
        CHECK(p.arp_op == whole.arp_op);
        CHECK(p.later_fragment == whole.later_fragment);
      }
      if (p.has_ports) CHECK((p.src_port == whole.src_port && p.dst_port == whole.dst_port));
      if (p.has_icmp) CHECK((p.icmp_type == whole.icmp_type && p.icmp_code == whole.icmp_code));
      if (p.has_nd_target) CHECK(text(p.nd_target) == text(whole.nd_target));
      // What is there stays there in longer frames.
      CHECK(p.has_ip >= had_ip);
      CHECK(p.has_ports >= had_ports);
      CHECK(p.has_icmp >= had_icmp);
      CHECK(p.has_nd_target >= had_target);
      had_ip = p.has_ip, had_ports = p.has_ports, had_icmp = p.has_icmp, had_target = p.has_nd_target;
    }
    CHECK((had_ip && whole.has_ip));
  }
}

TEST_CASE("padding is not read as ports", "[packet]") {
  const Packet p = parse(ethernet(0x0800, ipv4(hex("0001"), {.protocol = 17})) + Raw(40, std::byte{0xff}));
  CHECK(p.has_ip);
  CHECK_FALSE(p.has_ports);
}

TEST_CASE("a line about a frame", "[packet]") {
  CHECK(summary({}) == "0 bytes");
  CHECK(summary(arp_request) == "arp who-has 10.0.0.2 tell 10.0.0.1");
  const auto arp = [](const char* op) {
    return ethernet(0x0806,
                    hex("0001 0800 06 04") + hex(op) + hex("020000000001 0a000001 020000000002 0a000002"));
  };
  CHECK(summary(arp("0002")) == "arp 10.0.0.1 is-at 02:00:00:00:00:01");
  CHECK(summary(arp("0003")) == "arp op 3 10.0.0.1 > 10.0.0.2");
  const auto icmp = [](const char* header) {
    return summary(ethernet(0x0800, ipv4(hex(header), {.protocol = 1})));
  };
  CHECK(icmp("0800 0000") == "icmp echo request 10.0.0.1 > 10.0.0.2");
  CHECK(icmp("0000 0000") == "icmp echo reply 10.0.0.1 > 10.0.0.2");
  CHECK(icmp("0301 0000") == "icmp unreachable code 1 10.0.0.1 > 10.0.0.2");
  CHECK(icmp("0b00 0000") == "icmp type 11 code 0 10.0.0.1 > 10.0.0.2");
  const auto segment = [](unsigned flags) { return summary(ethernet(0x0800, ipv4(tcp(flags, {})))); };
  CHECK(segment(0x02) == "tcp 10.0.0.1:49152 > 10.0.0.2:6653 syn");
  CHECK(segment(0x12) == "tcp 10.0.0.1:49152 > 10.0.0.2:6653 syn ack");
  CHECK(segment(0x10) == "tcp 10.0.0.1:49152 > 10.0.0.2:6653");
  CHECK(segment(0x18) == "tcp 10.0.0.1:49152 > 10.0.0.2:6653");
  CHECK(segment(0x11) == "tcp 10.0.0.1:49152 > 10.0.0.2:6653 fin");
  CHECK(segment(0x14) == "tcp 10.0.0.1:49152 > 10.0.0.2:6653 rst");
  CHECK(summary(ethernet(0x86dd, ipv6(6, tcp(0x02, {})))) == "tcp [fe80::1]:49152 > [fe80::2]:6653 syn");
  CHECK(summary(ethernet(0x0800, ipv4(udp(68, 67), {.protocol = 17}))) == "udp 10.0.0.1:68 > 10.0.0.2:67");
  CHECK(summary(ethernet(0x0800, ipv4(hex("00010002 00000000"), {.protocol = 132}))) ==
        "sctp 10.0.0.1:1 > 10.0.0.2:2");
  CHECK(summary(ethernet(0x0800, ipv4(udp(1, 2), {.protocol = 17, .fragment = 1}))) ==
        "fragment proto 17 10.0.0.1 > 10.0.0.2");
  CHECK(summary(ethernet(0x0800, ipv4({}, {.protocol = 47}))) == "ip proto 47 10.0.0.1 > 10.0.0.2");
  CHECK(summary(ethernet(0x86dd, ipv6(47, {}))) == "ipv6 proto 47 fe80::1 > fe80::2");
  const auto icmp6 = [](const char* header) { return summary(ethernet(0x86dd, ipv6(58, hex(header)))); };
  CHECK(icmp6("8000 0000") == "icmp6 echo request fe80::1 > fe80::2");
  CHECK(icmp6("8100 0000") == "icmp6 echo reply fe80::1 > fe80::2");
  CHECK(icmp6("8500 0000") == "icmp6 router solicitation fe80::1 > fe80::2");
  CHECK(icmp6("8600 0000") == "icmp6 router advertisement fe80::1 > fe80::2");
  CHECK(icmp6("8f00 0000") == "icmp6 type 143 code 0 fe80::1 > fe80::2");
  CHECK(summary(neighbour(135)) == "icmp6 neighbor solicitation fe80::1 > fe80::2 for fe80::9");
  CHECK(summary(neighbour(136)) == "icmp6 neighbor advertisement fe80::1 > fe80::2 of fe80::9");
  // The target is cut: it is not said to be "::".
  CHECK(icmp6("8700 0000 00000000 fe80") == "icmp6 neighbor solicitation fe80::1 > fe80::2");
  CHECK(icmp6("8800 0000 00000000 fe80") == "icmp6 neighbor advertisement fe80::1 > fe80::2");
  CHECK(summary(ethernet(0x8100, hex("6005 0800") + v4)) == "vlan 5 tcp 10.0.0.1:49152 > 10.0.0.2:6653");
  const std::string between = "02:00:00:00:00:01 > 02:00:00:00:00:02";
  CHECK(summary(ethernet(0x88cc, {})) == "lldp " + between);
  CHECK(summary(ethernet(0x8847, {})) == "mpls " + between);
  CHECK(summary(ethernet(0x0806, {})) == "arp, cut, " + between);
  CHECK(summary(ethernet(0x0800, {})) == "ipv4, cut, " + between);
  CHECK(summary(ethernet(0x86dd, {})) == "ipv6, cut, " + between);
  CHECK(summary(ethernet(0x88f7, {})) == "type 0x88f7 " + between);
  CHECK(summary(ethernet(0x0026, {})) == "802.3 " + between);
}

}  // namespace oflens
