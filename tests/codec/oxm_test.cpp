// Match fields against the tables of the specification, written out here from its text.
#include <catch2/catch.hpp>

#include <oflens/v13/messages.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::hex;
using test::to_hex;

// OpenFlow 1.3.5 §7.2.3.7, table 12: field, bits, bytes, maskable, prerequisite.
struct Row {
  int number;
  const char* name;
  int bits, bytes;
  bool mask;
  int asks_field;           // -1: nothing
  std::vector<int> values;  // empty: any
};
const std::vector<Row> table = {
    {0, "in_port", 32, 4, false, -1, {}},
    {1, "in_phy_port", 32, 4, false, 0, {}},
    {2, "metadata", 64, 8, true, -1, {}},
    {3, "eth_dst", 48, 6, true, -1, {}},
    {4, "eth_src", 48, 6, true, -1, {}},
    {5, "eth_type", 16, 2, false, -1, {}},
    {6, "vlan_vid", 13, 2, true, -1, {}},
    {7, "vlan_pcp", 3, 1, false, 6, {}},
    {8, "ip_dscp", 6, 1, false, 5, {0x0800, 0x86dd}},
    {9, "ip_ecn", 2, 1, false, 5, {0x0800, 0x86dd}},
    {10, "ip_proto", 8, 1, false, 5, {0x0800, 0x86dd}},
    {11, "ipv4_src", 32, 4, true, 5, {0x0800}},
    {12, "ipv4_dst", 32, 4, true, 5, {0x0800}},
    {13, "tcp_src", 16, 2, false, 10, {6}},
    {14, "tcp_dst", 16, 2, false, 10, {6}},
    {15, "udp_src", 16, 2, false, 10, {17}},
    {16, "udp_dst", 16, 2, false, 10, {17}},
    {17, "sctp_src", 16, 2, false, 10, {132}},
    {18, "sctp_dst", 16, 2, false, 10, {132}},
    {19, "icmpv4_type", 8, 1, false, 10, {1}},
    {20, "icmpv4_code", 8, 1, false, 10, {1}},
    {21, "arp_op", 16, 2, false, 5, {0x0806}},
    {22, "arp_spa", 32, 4, true, 5, {0x0806}},
    {23, "arp_tpa", 32, 4, true, 5, {0x0806}},
    {24, "arp_sha", 48, 6, true, 5, {0x0806}},
    {25, "arp_tha", 48, 6, true, 5, {0x0806}},
    {26, "ipv6_src", 128, 16, true, 5, {0x86dd}},
    {27, "ipv6_dst", 128, 16, true, 5, {0x86dd}},
    {28, "ipv6_flabel", 20, 4, true, 5, {0x86dd}},
    {29, "icmpv6_type", 8, 1, false, 10, {58}},
    {30, "icmpv6_code", 8, 1, false, 10, {58}},
    {31, "ipv6_nd_target", 128, 16, false, 29, {135, 136}},
    {32, "ipv6_nd_sll", 48, 6, false, 29, {135}},
    {33, "ipv6_nd_tll", 48, 6, false, 29, {136}},
    {34, "mpls_label", 20, 4, false, 5, {0x8847, 0x8848}},
    {35, "mpls_tc", 3, 1, false, 5, {0x8847, 0x8848}},
    {36, "mpls_bos", 1, 1, false, 5, {0x8847, 0x8848}},
    {37, "pbb_isid", 24, 3, true, 5, {0x88e7}},
    {38, "tunnel_id", 64, 8, true, -1, {}},
    {39, "ipv6_exthdr", 9, 2, true, 5, {0x86dd}},
};

// A list of fields given as bytes.
Seq<Oxm> fields(std::string_view annotated) {
  Seq<Oxm> list;
  list.assign(hex(annotated));
  return list;
}

// The bytes of a field of the basic class with this value.
std::string field_bytes(int number, int bytes, std::uint64_t value) {
  std::vector<std::byte> out = {std::byte{0x80}, std::byte{0}, static_cast<std::byte>(number << 1),
                                static_cast<std::byte>(bytes)};
  out.resize(4 + static_cast<std::size_t>(bytes));
  for (std::size_t i = out.size(); i > 4 && value != 0; value >>= 8) out[--i] = static_cast<std::byte>(value);
  return to_hex(out);
}

std::string unmet(std::string_view annotated) {
  const wire::PackedDesc* d = unmet_prerequisite(fields(annotated));
  return d == nullptr ? "" : d->name;
}

TEST_CASE("oxm: all fields of the basic class are as the specification's table says") {
  REQUIRE(table.size() == 40);
  REQUIRE(oxm_basic.size() == 40);
  for (const Row& row : table) {
    INFO(row.name);
    const wire::OxmRow& ours = oxm_basic[static_cast<std::size_t>(row.number)];
    CHECK(std::string(ours.packed.name) == row.name);
    CHECK(ours.packed.id_class == 0x8000);
    CHECK(ours.packed.id_field == row.number);
    CHECK(ours.packed.width == row.bytes);
    CHECK(ours.packed.bits == row.bits);
    CHECK(ours.packed.maskable == row.mask);
    CHECK(ours.packed.value.bits == (row.bits == row.bytes * 8 ? 0 : row.bits));
    CHECK(ours.packed.value.width == row.bytes);
    CHECK(std::string(ours.packed.value.name) == "value");
    CHECK(std::string(ours.packed.mask.name) == "mask");
  }
}

TEST_CASE("oxm: prerequisites are those of the specification's table") {
  for (const Row& row : table) {
    const std::string self = field_bytes(row.number, row.bytes, 0);
    INFO(row.name);
    if (row.asks_field < 0) {
      CHECK(unmet(self).empty());
      continue;
    }
    const int bytes = table[static_cast<std::size_t>(row.asks_field)].bytes;
    // What the asked field asks for itself.
    std::string before;
    if (row.asks_field == 29) before = field_bytes(5, 2, 0x86dd) + field_bytes(10, 1, 58);
    if (row.asks_field == 10)
      before = field_bytes(5, 2, row.number == 29 || row.number == 30 ? 0x86dd : 0x0800);
    CHECK(unmet(before + self) == row.name);
    // Every value that the table lists, and nothing else.
    for (std::uint64_t v :
         {std::uint64_t{0x0800}, std::uint64_t{0x86dd}, std::uint64_t{0x0806}, std::uint64_t{0x8847},
          std::uint64_t{0x8848}, std::uint64_t{0x88e7}, std::uint64_t{1}, std::uint64_t{6}, std::uint64_t{17},
          std::uint64_t{58}, std::uint64_t{132}, std::uint64_t{135}, std::uint64_t{136},
          std::uint64_t{0x1001}}) {
      if (v >> (8 * bytes) != 0) continue;
      const bool any = row.values.empty();
      const bool meets = any ? row.asks_field != 6 || (v & 0x1000) != 0
                             : std::count(row.values.begin(), row.values.end(), static_cast<int>(v)) != 0;
      INFO("value " << v);
      CHECK(unmet(before + field_bytes(row.asks_field, bytes, v) + self) == (meets ? "" : row.name));
    }
    // The order counts: what is asked for comes before.
    const std::uint64_t good = row.values.empty() ? 0x1001 : static_cast<std::uint64_t>(row.values[0]);
    const std::string asked = field_bytes(row.asks_field, bytes, good);
    CHECK(unmet(before + self + asked) == row.name);
  }
}

TEST_CASE("oxm: masks and prerequisites") {
  CHECK(unmet("80000a02 0800 80001804 0a000001").empty());
  CHECK(unmet("80000b04 0800ffff 80001804 0a000001") == "ipv4_dst");  // a masked eth_type says nothing
  CHECK(unmet("80000d04 10001000 80000e01 03").empty());              // any VLAN
  CHECK(unmet("80000c02 0000 80000e01 03") == "vlan_pcp");            // no VLAN
  // The first of several; unknown classes and fields ask nothing.
  CHECK(unmet("80001a02 0050 80000e01 03") == "tcp_src");
  CHECK(unmet("0001 0004 00000001 8000c804 00000000 ffff0008 00002320 00000000").empty());
  CHECK(unmet("00000a02 0800 80001804 0a000001") == "ipv4_dst");  // eth_type of another class
}

TEST_CASE("oxm: making fields, with and without a mask") {
  const auto bytes = [](const auto&... parts) { return to_hex(Seq<Oxm>(parts...).bytes()); };
  CHECK(bytes(oxm::in_port(PortNo{1})) == "8000000400000001");
  CHECK(bytes(oxm::in_port(PortNo::local)) == "80000004fffffffe");
  CHECK(bytes(oxm::metadata(1, 0xff)) ==
        "800005100000000000000001"
        "00000000000000ff");
  CHECK(bytes(oxm::eth_dst(MacAddress{{1, 2, 3, 4, 5, 6}})) == "80000606010203040506");
  CHECK(bytes(oxm::eth_src(MacAddress{{1}}, MacAddress{{0xff}})) ==
        "8000090c"
        "010000000000"
        "ff0000000000");
  CHECK(bytes(oxm::vlan_vid(0x1005)) == "80000c021005");
  CHECK(bytes(oxm::vlan_pcp(7)) == "80000e0107");
  CHECK(bytes(oxm::ipv4_src(Ipv4Address{{10, 0, 0, 0}}, Ipv4Address{{255, 0, 0, 0}})) ==
        "80001708"
        "0a000000"
        "ff000000");
  CHECK(bytes(oxm::pbb_isid(Uint<3>{0x123456})) == "80004a03123456");
  CHECK(bytes(oxm::pbb_isid(Uint<3>{0x123456}, Uint<3>{0xffff00})) == "80004b06123456ffff00");
  CHECK(bytes(oxm::ipv6_exthdr(0x1ff)) == "80004e0201ff");
  CHECK(bytes(oxm::ipv6_src(Ipv6Address{{0x20, 1}})) == "8000341020010000000000000000000000000000");
  // Several in one go, in order.
  CHECK(bytes(oxm::eth_type(0x0800), oxm::ip_proto(6)) ==
        "80000a020800"
        "8000140106");
}

TEST_CASE("oxm: reading fields") {
  const Seq<Oxm> list = {oxm::in_port(PortNo{7}), oxm::vlan_vid(0x1000, 0x1000),
                         oxm::pbb_isid(Uint<3>{0x010203}),
                         oxm::eth_dst(MacAddress{{1, 2, 3, 4, 5, 6}}, MacAddress{{0xff}})};
  REQUIRE(list.count() == 4);
  auto it = list.begin();
  Oxm field = *it;
  CHECK(field.oxm_class() == OxmClass::openflow_basic);
  CHECK(field.number() == 0);
  CHECK_FALSE(field.has_mask());
  CHECK(field.get(oxm::in_port) == PortNo{7});
  CHECK_FALSE(field.get_mask(oxm::in_port));
  CHECK_FALSE(field.get(oxm::in_phy_port));
  CHECK(to_hex(field.value()) == "00000007");
  CHECK(field.mask().empty());
  field = *++it;
  CHECK(field.has_mask());
  CHECK(field.get(oxm::vlan_vid) == 0x1000);
  CHECK(field.get_mask(oxm::vlan_vid) == 0x1000);
  CHECK(to_hex(field.bytes()) == "80000d0410001000");
  field = *++it;
  CHECK(field.get(oxm::pbb_isid)->value == 0x010203);
  field = *++it;
  CHECK(field.get(oxm::eth_dst) == MacAddress{{1, 2, 3, 4, 5, 6}});
  CHECK(to_hex(field.mask()) == "ff0000000000");
  CHECK_FALSE(field.get_mask(oxm::eth_src));
}

// Is a match of just this field accepted, by both readings?
bool accepted(std::string_view annotated, const Catalog* catalog = nullptr) {
  const auto field = hex(annotated);
  std::vector<std::byte> match = hex("0001 0000");
  match.insert(match.end(), field.begin(), field.end());
  store_be(match.data() + 2, static_cast<std::uint16_t>(match.size()));
  match.resize((match.size() + 7) / 8 * 8);
  const auto readings = test::read_both(wire::struct_desc<v13::Match>, match, catalog);
  INFO(annotated);
  CHECK(readings.agree());
  return readings.ok();
}

TEST_CASE("oxm: every field is checked for its length, with a mask and without") {
  for (const Row& row : table)
    for (int bytes = 0; bytes <= 40; ++bytes) {
      std::string plain = field_bytes(row.number, bytes, 0), masked = plain;
      masked[5] = "0123456789abcdef"[(row.number << 1 & 15) | 1];
      INFO(row.name << " of " << bytes);
      CHECK(accepted(plain) == (bytes == row.bytes));
      // Masks are taken where the specification has none: switches allow more.
      CHECK(accepted(masked) == (bytes == 2 * row.bytes));
    }
}

TEST_CASE("oxm: fields nobody knows are taken as they are, unless they are cut") {
  CHECK(accepted("8000fe05 0102030405"));  // basic, 127
  CHECK(accepted("80005000"));             // basic, 40, empty
  CHECK(accepted("00010004 00000001"));    // NXM
  CHECK(accepted("80010008 0000000000000000"));
  CHECK(accepted("12340103 010203"));  // an odd number of bytes with a mask
  CHECK(accepted("ffff0004 00002320"));
  CHECK(accepted("ffff0007 00002320 010203"));
  CHECK_FALSE(accepted("ffff0003 000023"));  // no room for the experimenter
  CHECK_FALSE(accepted("ffff0000"));
  CHECK_FALSE(accepted("00010005 00000001"));
  CHECK_FALSE(accepted("000100"));
}

// A field outside the library: packet register 3, and one of the basic class that 1.3 does not have.
constexpr OxmField<std::uint64_t> xreg3{OxmClass::packet_regs, 3, 64, true, wire::Format::hex};
constexpr OxmField<std::uint8_t> pbb_uca{OxmClass::openflow_basic, 41, 1, false};

TEST_CASE("oxm: fields outside the library are checked when the catalogue knows them") {
  CHECK(accepted("80010605 0000000001"));
  CHECK(accepted("80005202 0001"));
  Catalog catalog;
  REQUIRE(catalog.add_oxm<xreg3, pbb_uca>());
  CHECK(accepted("80010608 0000000000000001", &catalog));
  CHECK(accepted("80010710 0000000000000001 00000000000000ff", &catalog));
  CHECK_FALSE(accepted("80010605 0000000001", &catalog));
  CHECK(accepted("80005201 01", &catalog));
  CHECK_FALSE(accepted("80005202 0001", &catalog));
  CHECK(accepted("80010805 0000000001", &catalog));  // register 4
}

TEST_CASE("oxm: a field that was not checked is not read beyond its end") {
  const auto bytes = hex("80010602 0102");
  const test::Tight tight(bytes);
  Seq<Oxm> list;
  list.borrow(tight);
  const Oxm field = *list.begin();
  CHECK(field.is(xreg3));
  CHECK_FALSE(field.get(xreg3));
  const test::Tight masked(hex("80010703 010203"));
  list.borrow(masked);
  CHECK_FALSE((*list.begin()).get(xreg3));
  CHECK_FALSE((*list.begin()).get_mask(xreg3));
  CHECK(to_hex((*list.begin()).value()) == "01");
  CHECK(to_hex((*list.begin()).mask()) == "02");
}

}  // namespace
}  // namespace oflens
