// Match fields by Open vSwitch's names, and their values as text, both ways.
#include <catch2/catch.hpp>

#include <flow/ovs_field.hpp>
#include <oflens/catalog.hpp>

#include "support.hpp"

namespace oflens::flow {
namespace {

using test::hex;
using test::to_hex;

std::string constant(const OvsFieldId& id) {
  TextBuffer out;
  put_constant(out, id);
  return std::string(out.view());
}

// The value as it is printed, or what is wrong with it.
std::string again(std::string_view field, std::string_view text) {
  const OvsField* f = find_field(field);
  if (f == nullptr) return "no such field";
  FieldValue value;
  SyntaxError error;
  if (!read_field_value(text, *f, value, error)) {
    CHECK(error.part.data() >= text.data());
    CHECK(error.part.data() + error.part.size() <= text.data() + text.size());
    return "\"" + std::string(error.part) + "\" " + error.reason;
  }
  TextBuffer out;
  put_field_value(out, *f, value.value_bytes(), value.mask_bytes());
  return std::string(out.view());
}

TEST_CASE("fields: every number is of one field, and the library describes it as Open vSwitch does") {
  const Catalog& catalog = Catalog::standard();
  for (const OvsField& f : ovs_fields()) {
    INFO(f.name);
    CHECK(find_field(f.name) == &f);
    if (f.extra != nullptr) CHECK(find_field(f.extra) == &f);
    for (std::size_t i = 0; i < f.id_count; ++i) {
      const OvsFieldId& id = f.ids[i];
      CHECK(find_field(id.oxm_class, id.number, id.experimenter) == &f);
      CHECK(find_field(constant(id)) == &f);
      std::vector<std::byte> encoded;
      append_field(id, std::vector<std::byte>(f.bytes), {}, encoded);
      CHECK(find_field(encoded) == &f);
      const wire::PackedDesc* d = wire::find_oxm(&catalog, encoded);
      REQUIRE(d != nullptr);
      CHECK(d->name == std::string(id.name));
      CHECK((d->width == f.bytes || f.any_width));
    }
  }
  CHECK(find_field("nonsense") == nullptr);
  CHECK(find_field("") == nullptr);
  CHECK(find_field("nxm_of_ip_src") == nullptr);
  CHECK(find_field(OxmClass::openflow_basic, 1) == nullptr);  // in_phy_port
  CHECK(find_field(OxmClass::experimenter, 42, ExperimenterId::nicira) == nullptr);
  CHECK(find_field(hex("ffff 0004")) == nullptr);
}

TEST_CASE("fields: names, constants, and which number is sent") {
  const auto names = [](std::string_view name) {
    const OvsField* f = find_field(name);
    REQUIRE(f != nullptr);
    return std::string(f->name) + " " + constant(f->constant()) + " " + constant(f->id_for(Version::v10)) +
           " " + constant(f->id_for(Version::v13));
  };
  CHECK(names("nw_src") == "ip_src NXM_OF_IP_SRC NXM_OF_IP_SRC OXM_OF_IPV4_SRC");
  CHECK(names("OXM_OF_IPV4_SRC") == "ip_src NXM_OF_IP_SRC NXM_OF_IP_SRC OXM_OF_IPV4_SRC");
  CHECK(names("reg15") == "reg15 NXM_NX_REG15 NXM_NX_REG15 NXM_NX_REG15");
  CHECK(names("xreg7") == "xreg7 OXM_OF_PKT_REG7 OXM_OF_PKT_REG7 OXM_OF_PKT_REG7");
  CHECK(names("xxreg3") == "xxreg3 NXM_NX_XXREG3 NXM_NX_XXREG3 NXM_NX_XXREG3");
  CHECK(names("tun_metadata63").substr(0, 36) == "tun_metadata63 NXM_NX_TUN_METADATA63");
  CHECK(names("tcp_flags") == "tcp_flags NXM_NX_TCP_FLAGS NXM_NX_TCP_FLAGS ONFOXM_ET_TCP_FLAGS");
  CHECK(names("dp_hash") == "dp_hash NXM_NX_DP_HASH NXM_NX_DP_HASH NXM_NX_DP_HASH");
  CHECK(names("actset_output")
            .find("ONFOXM_ET_ACTSET_OUTPUT ONFOXM_ET_ACTSET_OUTPUT ONFOXM_ET_ACTSET_OUTPUT") !=
        std::string::npos);
  CHECK(names("nsh_c4").find("NXOXM_NSH_C4") != std::string::npos);
  CHECK(names("nshc4").substr(0, 6) == "nsh_c4");
  CHECK(names("packet_type").find("OXM_OF_PACKET_TYPE") != std::string::npos);
}

TEST_CASE("fields: values are printed as they were read") {
  struct Row {
    const char *field, *text, *printed;  // null: the text
  };
  const Row rows[] = {
      {"reg0", "5", "0x5"},
      {"reg0", "0x5/0xf", nullptr},
      {"reg0", "010", "0x8"},
      {"reg0", "+7", "0x7"},
      {"reg0", "0", nullptr},
      {"reg0", "5/0xffffffff", "0x5"},
      {"reg0", "*", "ANY"},
      {"reg0", "5/0", "ANY"},
      {"metadata", "0xffffffffffffffff", nullptr},
      {"metadata", "18446744073709551615", "0xffffffffffffffff"},
      {"ct_label", "0x123456789abcdef0123456789", nullptr},
      {"ct_label", "0x1/0xf00000000000000000000000000000f0", nullptr},
      {"ct_label", "5", "0x5"},
      {"xxreg0", "0xffffffffffffffffffffffffffffffff", nullptr},
      {"tun_metadata0", "0x00001234", "0x1234"},
      {"tcp_src", "80", nullptr},
      {"tcp_src", "0x50/0xfff0", "80/0xfff0"},
      {"tun_gbp_id", "5/0xff", "5/0xff"},
      {"eth_src", "1:2:3:A:B:C", "01:02:03:0a:0b:0c"},
      {"eth_src", "01:00:00:00:00:00/01:00:00:00:00:00", nullptr},
      {"eth_src", "01:02:03:04:05:06/ff:ff:ff:ff:ff:ff", "01:02:03:04:05:06"},
      {"ip_src", "10.0.0.1", nullptr},
      {"ip_src", "10.0.0.0/8", nullptr},
      {"ip_src", "10.0.0.0/255.0.0.0", "10.0.0.0/8"},
      {"ip_src", "10.0.0.0/255.0.255.0", nullptr},
      {"ip_src", "10.0.0.0/0", "ANY"},
      {"ip_src", "10.0.0.1/32", "10.0.0.1"},
      {"ipv6_src", "::", nullptr},
      {"ipv6_src", "::1", nullptr},
      {"ipv6_src", "fe80::/10", nullptr},
      {"ipv6_src", "2001:db8::1/ffff::ff", "2001:db8::1/ffff::ff"},
      {"ipv6_src", "1:2:3:4:5:6:7:8", nullptr},
      {"ipv6_src", "1::8", nullptr},
      {"ipv6_src", "::ffff:10.0.0.1", "::ffff:10.0.0.1"},
      {"in_port", "5", nullptr},
      {"in_port", "local", "LOCAL"},
      {"in_port", "65534", "LOCAL"},
      {"in_port", "None", "ANY"},
      {"in_port_oxm", "0xfffffffe", "LOCAL"},
      {"in_port", "unset", "UNSET"},
      {"in_port", "*", "ANY"},
      {"ip_frag", "no", nullptr},
      {"ip_frag", "yes", nullptr},
      {"ip_frag", "first", nullptr},
      {"ip_frag", "later", nullptr},
      {"ip_frag", "not_later", nullptr},
      {"tcp_flags", "+syn-ack", nullptr},
      {"tcp_flags", "syn|ack", nullptr},
      {"tcp_flags", "0x012", "syn|ack"},
      {"tcp_flags", "0", nullptr},
      {"tcp_flags", "0x12/0x13", "-fin+syn+ack"},
      {"tcp_flags", "+[200]", nullptr},
      {"ct_state", "+trk+est-inv", "+est-inv+trk"},
      {"ct_state", "trk|new", "new|trk"},
      {"ct_state", "0x21/0x21", "+new+trk"},
      {"tun_flags", "+oam", nullptr},
      {"tun_flags", "oam", nullptr},
      {"packet_type", "(1,0x894f)", nullptr},
      {"packet_type", "(1,2048)", "(1,0x800)"},
      {"nsh_flags", "1/1", "1/0x1"},
  };
  for (const Row& row : rows) {
    INFO(row.field);
    CHECK(again(row.field, row.text) == (row.printed != nullptr ? row.printed : row.text));
  }
}

TEST_CASE("fields: what cannot be a value is refused, and where it is wrong is told") {
  CHECK(again("tcp_dst", "99999") == "\"99999\" does not fit into the 16 bits of tcp_dst");
  CHECK(again("tcp_dst", "1/99999") == "\"99999\" does not fit into the 16 bits of tcp_dst");
  CHECK(again("reg0", "-1") == "\"-1\" is not a number");
  CHECK(again("reg0", "0x") == "\"0x\" is not a number");
  CHECK(again("reg0", "0x100000000") == "\"0x100000000\" does not fit into the 32 bits of reg0");
  CHECK(again("reg0", "5/") == "\"5/\" is not a number");
  CHECK(again("reg0", "5x") == "\"5x\" is not a number");
  CHECK(again("metadata", "18446744073709551616") ==
        "\"18446744073709551616\" does not fit into the 64 bits of metadata");
  CHECK(again("xxreg0", "0x1ffffffffffffffffffffffffffffffff").find("128 bits of xxreg0") !=
        std::string::npos);
  CHECK(again("ct_zone", "5/1") == "\"5/1\" has a mask, and ct_zone takes none");
  CHECK(again("eth_src", "01:02:03:04:05") == "\"01:02:03:04:05\" is not an Ethernet address");
  CHECK(again("eth_src", "01:02:03:04:05:06/8") == "\"8\" is not an Ethernet address");
  CHECK(again("ip_src", "10.0.0.0/33") == "\"33\" is more than the 32 bits there are");
  CHECK(again("ip_src", "10.0.0") == "\"10.0.0\" is not an IPv4 address");
  CHECK(again("ip_src", "10.0.0.256") == "\"10.0.0.256\" is not an IPv4 address");
  CHECK(again("ip_src", "10.0.0.0/x") == "\"x\" is neither a mask nor the length of a prefix");
  for (const char* wrong : {"", ":", ":::", "1:", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3",
                            "12345::", "1:2:3:4:5:6:7::8", "::10.0.0", "g::"}) {
    INFO(wrong);
    CHECK(again("ipv6_src", wrong) == "\"" + std::string(wrong) + "\" is not an IPv6 address");
  }
  CHECK(again("in_port", "70000") == "\"70000\" is not a port");
  CHECK(again("in_port", "eth0") == "\"eth0\" is not a port");
  CHECK(again("ip_frag", "3") == "\"3\" is none of no, yes, first, later, not_later");
  CHECK(again("tcp_flags", "0x1000") == "\"0x1000\" there is no such TCP flag");
  CHECK(again("tcp_flags", "+syn+syn") == "\"syn\" is said twice");
  CHECK(again("tcp_flags", "+foo") == "\"foo\" there is no such TCP flag");
  CHECK(again("tcp_flags", "+syn-") == "\"-\" there is no such TCP flag");
  CHECK(again("ct_state", "new|foo") == "\"foo\" there is no such ct_state flag");
  CHECK(again("tun_flags", "df") == "\"df\" there is no such tunnel flag");
  CHECK(again("packet_type", "1") == "\"1\" is not a packet type as in (1,0x800)");
}

TEST_CASE("fields: parts of fields") {
  const auto part = [](std::string_view text) {
    Subfield s;
    SyntaxError error;
    if (!read_subfield(text, s, error)) return "\"" + std::string(error.part) + "\" " + error.reason;
    TextBuffer out;
    put_subfield(out, s);
    return std::string(out.view());
  };
  CHECK(part("reg0") == "NXM_NX_REG0[]");
  CHECK(part("reg0[]") == "NXM_NX_REG0[]");
  CHECK(part("NXM_NX_REG0[0..31]") == "NXM_NX_REG0[]");
  CHECK(part("NXM_NX_REG0[3]") == "NXM_NX_REG0[3]");
  CHECK(part("eth_src[0..15]") == "NXM_OF_ETH_SRC[0..15]");
  CHECK(part("OXM_OF_METADATA[8..63]") == "OXM_OF_METADATA[8..63]");
  CHECK(part("vlan_vid[]") == "OXM_OF_VLAN_VID[]");
  CHECK(part("vlan_vid[12]") == "\"[12]\" reaches too far: vlan_vid is 12 bits wide");
  CHECK(part("tun_metadata0[0..991]") == "NXM_NX_TUN_METADATA0[]");
  CHECK(part("reg0[32]") == "\"[32]\" reaches too far: reg0 is 32 bits wide");
  CHECK(part("reg0[5..3]") == "\"[5..3]\" ends before it begins");
  CHECK(part("reg0[x]") == "\"[x]\" is neither [], [BIT] nor [FIRST..LAST]");
  CHECK(part("reg0[3") == "\"[3\" is neither [], [BIT] nor [FIRST..LAST]");
  CHECK(part("reg0[") == "\"[\" is neither [], [BIT] nor [FIRST..LAST]");
  CHECK(part("reg99[]") == "\"reg99\" is not a field");
  CHECK(part("[]") == "\"[]\" is not a field");
  CHECK(part("reg0[]x") == "\"x\" is too much after a field");
  // What stands behind it stays.
  std::string_view text = "reg1[0..7]->reg2[]";
  Subfield s;
  SyntaxError error;
  REQUIRE(take_subfield(text, s, error));
  CHECK(text == "->reg2[]");
  CHECK(s.first == 0);
  CHECK(s.bits == 8);
  CHECK_FALSE(s.whole());
}

TEST_CASE("fields: encoded with a mask and without") {
  const auto encoded = [](std::string_view name, Version version, std::string_view text) {
    const OvsField* f = find_field(name);
    FieldValue value;
    SyntaxError error;
    REQUIRE(read_field_value(text, *f, value, error));
    std::vector<std::byte> out;
    append_field(f->id_for(version), value.value_bytes(), value.mask_bytes(), out);
    return to_hex(out);
  };
  CHECK(encoded("nw_src", Version::v10, "10.0.0.1") == "00000e040a000001");
  CHECK(encoded("nw_src", Version::v13, "10.0.0.0/8") == "800017080a000000ff000000");
  CHECK(encoded("tcp_flags", Version::v13, "+syn") == "ffff55084f4e460000020002");
  CHECK(encoded("in_port", Version::v10, "local") == "00000002fffe");
  CHECK(encoded("nsh_c1", Version::v10, "5/7") == "ffff0d0c005ad6500000000500000007");
}

}  // namespace
}  // namespace oflens::flow
