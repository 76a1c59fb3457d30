// Nicira's and experimenters' match fields against the numbers of Open vSwitch's headers, written out here.
#include <catch2/catch.hpp>

#include <oflens/catalog.hpp>
#include <oflens/ext/nxm.hpp>
#include <oflens/v13/match.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::hex;
using test::to_hex;

struct Row {
  const char* name;
  unsigned oxm_class, experimenter, number, bytes, bits;  // bytes: 0 where the switch decides
};
const std::vector<Row> table = [] {
  std::vector<Row> rows = {
      {"nxm_of_in_port", 0, 0, 0, 2, 16},
      {"nxm_of_eth_dst", 0, 0, 1, 6, 48},
      {"nxm_of_eth_src", 0, 0, 2, 6, 48},
      {"nxm_of_eth_type", 0, 0, 3, 2, 16},
      {"nxm_of_vlan_tci", 0, 0, 4, 2, 16},
      {"nxm_of_ip_tos", 0, 0, 5, 1, 8},
      {"nxm_of_ip_proto", 0, 0, 6, 1, 8},
      {"nxm_of_ip_src", 0, 0, 7, 4, 32},
      {"nxm_of_ip_dst", 0, 0, 8, 4, 32},
      {"nxm_of_tcp_src", 0, 0, 9, 2, 16},
      {"nxm_of_tcp_dst", 0, 0, 10, 2, 16},
      {"nxm_of_udp_src", 0, 0, 11, 2, 16},
      {"nxm_of_udp_dst", 0, 0, 12, 2, 16},
      {"nxm_of_icmp_type", 0, 0, 13, 1, 8},
      {"nxm_of_icmp_code", 0, 0, 14, 1, 8},
      {"nxm_of_arp_op", 0, 0, 15, 2, 16},
      {"nxm_of_arp_spa", 0, 0, 16, 4, 32},
      {"nxm_of_arp_tpa", 0, 0, 17, 4, 32},
      {"nxm_nx_tun_id", 1, 0, 16, 8, 64},
      {"nxm_nx_arp_sha", 1, 0, 17, 6, 48},
      {"nxm_nx_arp_tha", 1, 0, 18, 6, 48},
      {"nxm_nx_ipv6_src", 1, 0, 19, 16, 128},
      {"nxm_nx_ipv6_dst", 1, 0, 20, 16, 128},
      {"nxm_nx_icmpv6_type", 1, 0, 21, 1, 8},
      {"nxm_nx_icmpv6_code", 1, 0, 22, 1, 8},
      {"nxm_nx_nd_target", 1, 0, 23, 16, 128},
      {"nxm_nx_nd_sll", 1, 0, 24, 6, 48},
      {"nxm_nx_nd_tll", 1, 0, 25, 6, 48},
      {"nxm_nx_ip_frag", 1, 0, 26, 1, 2},
      {"nxm_nx_ipv6_label", 1, 0, 27, 4, 20},
      {"nxm_nx_ip_ecn", 1, 0, 28, 1, 2},
      {"nxm_nx_ip_ttl", 1, 0, 29, 1, 8},
      {"nxm_nx_mpls_ttl", 1, 0, 30, 1, 8},
      {"nxm_nx_cookie", 1, 0, 30, 8, 64},
      {"nxm_nx_tun_ipv4_src", 1, 0, 31, 4, 32},
      {"nxm_nx_tun_ipv4_dst", 1, 0, 32, 4, 32},
      {"nxm_nx_pkt_mark", 1, 0, 33, 4, 32},
      {"nxm_nx_tcp_flags", 1, 0, 34, 2, 12},
      {"nxm_nx_dp_hash", 1, 0, 35, 4, 32},
      {"nxm_nx_recirc_id", 1, 0, 36, 4, 32},
      {"nxm_nx_conj_id", 1, 0, 37, 4, 32},
      {"nxm_nx_tun_gbp_id", 1, 0, 38, 2, 16},
      {"nxm_nx_tun_gbp_flags", 1, 0, 39, 1, 8},
      {"nxm_nx_tun_flags", 1, 0, 104, 2, 1},
      {"nxm_nx_ct_state", 1, 0, 105, 4, 32},
      {"nxm_nx_ct_zone", 1, 0, 106, 2, 16},
      {"nxm_nx_ct_mark", 1, 0, 107, 4, 32},
      {"nxm_nx_ct_label", 1, 0, 108, 16, 128},
      {"nxm_nx_tun_ipv6_src", 1, 0, 109, 16, 128},
      {"nxm_nx_tun_ipv6_dst", 1, 0, 110, 16, 128},
      {"nxm_nx_ct_nw_proto", 1, 0, 119, 1, 8},
      {"nxm_nx_ct_nw_src", 1, 0, 120, 4, 32},
      {"nxm_nx_ct_nw_dst", 1, 0, 121, 4, 32},
      {"nxm_nx_ct_ipv6_src", 1, 0, 122, 16, 128},
      {"nxm_nx_ct_ipv6_dst", 1, 0, 123, 16, 128},
      {"nxm_nx_ct_tp_src", 1, 0, 124, 2, 16},
      {"nxm_nx_ct_tp_dst", 1, 0, 125, 2, 16},
      {"nxoxm_et_dp_hash", 0xffff, 0x2320, 0, 4, 32},
      {"nxoxm_et_erspan_idx", 0xffff, 0x2320, 11, 4, 20},
      {"nxoxm_et_erspan_ver", 0xffff, 0x2320, 12, 1, 4},
      {"nxoxm_et_erspan_dir", 0xffff, 0x2320, 13, 1, 1},
      {"nxoxm_et_erspan_hwid", 0xffff, 0x2320, 14, 1, 6},
      {"nxoxm_et_gtpu_flags", 0xffff, 0x2320, 15, 1, 8},
      {"nxoxm_et_gtpu_msgtype", 0xffff, 0x2320, 16, 1, 8},
      {"onfoxm_et_tcp_flags", 0xffff, 0x4f4e4600, 42, 2, 12},
      {"onfoxm_et_actset_output", 0xffff, 0x4f4e4600, 43, 4, 32},
      {"nxoxm_nsh_flags", 0xffff, 0x5ad650, 1, 1, 8},
      {"nxoxm_nsh_mdtype", 0xffff, 0x5ad650, 2, 1, 8},
      {"nxoxm_nsh_np", 0xffff, 0x5ad650, 3, 1, 8},
      {"nxoxm_nsh_spi", 0xffff, 0x5ad650, 4, 4, 24},
      {"nxoxm_nsh_si", 0xffff, 0x5ad650, 5, 1, 8},
      {"nxoxm_nsh_ttl", 0xffff, 0x5ad650, 10, 1, 8},
      {"ericoxm_of_icmpv6_nd_reserved", 0x1000, 0, 1, 4, 32},
      {"ericoxm_of_icmpv6_nd_options_type", 0x1000, 0, 2, 1, 8},
      {"pbb_uca", 0x8000, 0, 41, 1, 1},
      {"tcp_flags", 0x8000, 0, 42, 2, 12},
      {"actset_output", 0x8000, 0, 43, 4, 32},
      {"packet_type", 0x8000, 0, 44, 4, 32},
  };
  static std::vector<std::string> names;
  names.reserve(100);
  const auto numbered = [&](const char* name, unsigned count, unsigned first, Row row, unsigned number) {
    for (unsigned i = 0; i < count; ++i) {
      row.name = names.emplace_back(name + std::to_string(first + i)).c_str();
      row.number = number + i;
      rows.push_back(row);
    }
  };
  numbered("nxm_nx_reg", 16, 0, {"", 1, 0, 0, 4, 32}, 0);
  numbered("nxm_nx_tun_metadata", 64, 0, {"", 1, 0, 0, 0, 992}, 40);
  numbered("nxm_nx_xxreg", 4, 0, {"", 1, 0, 0, 16, 128}, 111);
  numbered("nxoxm_nsh_c", 4, 1, {"", 0xffff, 0x5ad650, 0, 4, 32}, 6);
  numbered("pkt_reg", 8, 0, {"", 0x8001, 0, 0, 8, 64}, 0);
  return rows;
}();

// A field with a value of zeros, and as many for a mask.
std::vector<std::byte> field_of(const Row& row, std::size_t bytes, bool masked) {
  std::vector<std::byte> f(row.oxm_class == 0xffff ? 8 : 4);
  store_be(f.data(), static_cast<std::uint16_t>(row.oxm_class));
  if (f.size() == 8) store_be(f.data() + 4, row.experimenter);
  f[2] = static_cast<std::byte>(row.number << 1 | (masked ? 1 : 0));
  for (std::size_t n = bytes * (masked ? 2 : 1); n > 0; --n) f.push_back(std::byte{0});
  f[3] = static_cast<std::byte>(f.size() - 4);
  return f;
}

TEST_CASE("nxm: the standard catalogue has every field, as Open vSwitch numbers it") {
  const Catalog& catalog = Catalog::standard();
  CHECK(catalog.oxm_count() == table.size());
  for (const Row& row : table) {
    INFO(row.name);
    const wire::PackedDesc* found = catalog.find_oxm(field_of(row, row.bytes, false));
    REQUIRE(found != nullptr);
    CHECK(found->name == std::string(row.name));
    CHECK(found->width == row.bytes);
    CHECK(found->bits == row.bits);
    CHECK(catalog.find_oxm(field_of(row, row.bytes, true)) == found);
  }
}

// Is a match of just this field accepted, by both readings?
bool accepted(Bytes field) {
  std::vector<std::byte> match = hex("0001 0000");
  match.insert(match.end(), field.begin(), field.end());
  store_be(match.data() + 2, static_cast<std::uint16_t>(match.size()));
  match.resize((match.size() + 7) / 8 * 8);
  const auto readings = test::read_both(wire::struct_desc<v13::Match>, match, &Catalog::standard());
  CHECK(readings.agree());
  return readings.ok();
}

TEST_CASE("nxm: every field is checked for its length") {
  for (const Row& row : table)
    for (std::size_t bytes = 0; bytes <= 20; ++bytes)
      for (const bool masked : {false, true}) {
        INFO(row.name << " of " << bytes << (masked ? ", masked" : ""));
        const bool cookie = row.number == 30 && row.oxm_class == 1;  // two of this number
        const bool fits = bytes == row.bytes || row.bytes == 0 || (cookie && (bytes == 1 || bytes == 8));
        // A cookie of one byte with a mask is a TTL of two bytes, and so on.
        CHECK(accepted(field_of(row, bytes, masked)) == fits);
      }
  // Too short for the experimenter.
  CHECK_FALSE(accepted(hex("ffff 00 03 002320")));
  CHECK(accepted(hex("ffff fe 04 00002320")));  // nobody knows how long that is
}

TEST_CASE("nxm: fields of all kinds are made and read") {
  const std::array<std::byte, 3> option{std::byte{1}, std::byte{2}, std::byte{3}};
  const Seq<Oxm> list = {nicira::nxm_of_in_port(v10::PortNo::local),
                         nicira::nxm_nx_reg<5>(7, 0xff),
                         nicira::nxm_nx_tun_metadata<9>(option),
                         nicira::nxm_nx_tun_metadata<0>(option, option),
                         nicira::nxoxm_nsh_spi(0x123456),
                         nicira::onfoxm_et_tcp_flags(2, 0x12),
                         nicira::nxm_nx_ct_label(Uint128{{1}}),
                         oxm::pkt_reg<3>(1)};
  CHECK(to_hex(list.bytes()) ==
        "00000002fffe"
        "00010b0800000007000000ff"
        "00016203010203"
        "00015106010203010203"
        "ffff0808005ad65000123456"
        "ffff55084f4e460000020012"
        "0001d81001000000000000000000000000000000"
        "800106080000000000000001");
  auto it = list.begin();
  CHECK((*it).get(nicira::nxm_of_in_port) == v10::PortNo::local);
  CHECK_FALSE((*it).is(oxm::in_port));
  ++it;
  CHECK((*it).get(nicira::nxm_nx_reg<5>) == 7u);
  CHECK((*it).get_mask(nicira::nxm_nx_reg<5>) == 0xffu);
  ++it;
  CHECK(to_hex((*it).get(nicira::nxm_nx_tun_metadata<9>).value()) == "010203");
  ++it;
  CHECK(to_hex((*it).get_mask(nicira::nxm_nx_tun_metadata<0>).value()) == "010203");
  ++it;
  CHECK((*it).experimenter() == ExperimenterId::nsh);
  CHECK((*it).get(nicira::nxoxm_nsh_spi) == 0x123456u);
  CHECK(to_hex((*it).value()) == "00123456");
  ++it;
  CHECK((*it).experimenter() == ExperimenterId::onf);
  CHECK((*it).get_mask(nicira::onfoxm_et_tcp_flags) == 0x12);
  CHECK(to_hex((*it).mask()) == "0012");
  // The same number, another experimenter's.
  CHECK_FALSE((*it).is(OxmField<std::uint16_t>{
      OxmClass::experimenter, 42, 12, true, wire::Format::hex, {}, ExperimenterId::nicira}));
}

}  // namespace
}  // namespace oflens
