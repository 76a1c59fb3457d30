// Actions as ovs-ofctl prints and reads them: testdata/actions holds what it makes of many.
#include <catch2/catch.hpp>

#include <fstream>
#include <map>
#include <sstream>

#include <flow/action_syntax.hpp>
#include <oflens/flow/flow_text.hpp>

#include "support.hpp"

namespace oflens {
namespace {

struct Row {
  std::string match, text, hex, printed;  // hex "!": refused, and printed is the reason
  Version version{};
  bool nicira = false;
};

std::vector<Row> rows() {
  std::vector<Row> all;
  std::ifstream file(OFLENS_TESTDATA "/actions/ovs-ofctl.txt");
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream cells(line);
    Row row;
    std::string version, form;
    std::getline(cells, row.match, '\t');
    std::getline(cells, row.text, '\t');
    std::getline(cells, version, '\t');
    std::getline(cells, row.hex, '\t');
    std::getline(cells, row.printed, '\t');
    std::getline(cells, form, '\t');
    row.version = version == "1.0" ? Version::v10 : Version::v13;
    row.nicira = form == "nicira";
    if (row.hex == "-") row.hex.clear();
    all.push_back(row);
  }
  return all;
}

std::string printed(Version version, Bytes encoded, Version dialect) {
  FlowActions actions;
  actions.version = version;
  actions.encoded = SharedBytes(encoded);
  TextBuffer out;
  put_actions(out, actions, dialect);
  return std::string(out.view());
}

TEST_CASE("actions are printed as ovs-ofctl prints them") {
  std::size_t n = 0;
  for (const Row& row : rows()) {
    if (row.hex == "!" || row.printed == "-") continue;
    INFO(row.text << " in " << (row.version == Version::v10 ? "1.0" : "1.3"));
    CHECK(printed(row.version, test::hex(row.hex), row.version) == row.printed);
    ++n;
  }
  CHECK(n > 200);
}

TEST_CASE("the second form of sample has no direction, whatever its byte says") {
  const auto sample = test::hex("ffff 0020 00002320 0026 0049 000000b1 00000002 00000003 fff9 01 0000000000");
  CHECK(printed(Version::v10, sample, Version::v10) ==
        "sample(probability=73,collector_set_id=177,obs_domain_id=2,obs_point_id=3,sampling_port=TABLE)");
}

TEST_CASE("actions of 1.1 that set a field each") {
  const auto apply_actions = [](std::string_view action) {
    const std::vector<std::byte> list = test::hex(action);
    std::vector<std::byte> bytes = test::hex("0004 0000 00000000");
    store_be(bytes.data() + 2, static_cast<std::uint16_t>(8 + list.size()));
    bytes.insert(bytes.end(), list.begin(), list.end());
    return printed(Version::v13, bytes, Version::v13);
  };
  CHECK(apply_actions("0001 0008 0005 0000") == "set_vlan_vid:5");
  CHECK(apply_actions("0002 0008 03 000000") == "set_vlan_pcp:3");
  CHECK(apply_actions("0003 0010 ab1ded7ad4b4 000000000000") == "mod_dl_src:ab:1d:ed:7a:d4:b4");
  CHECK(apply_actions("0004 0010 ab1ded7ad4b4 000000000000") == "mod_dl_dst:ab:1d:ed:7a:d4:b4");
  CHECK(apply_actions("0005 0008 0a000001") == "mod_nw_src:10.0.0.1");
  CHECK(apply_actions("0006 0008 0a000002") == "mod_nw_dst:10.0.0.2");
  CHECK(apply_actions("0007 0008 20 000000") == "mod_nw_tos:32");
  CHECK(apply_actions("0008 0008 01 000000") == "mod_nw_ecn:1");
  CHECK(apply_actions("0009 0008 0050 0000") == "mod_tp_src:80");
  CHECK(apply_actions("000a 0008 0051 0000") == "mod_tp_dst:81");
  CHECK(apply_actions("000d 0008 00000003") == "set_mpls_label(3)");
  CHECK(apply_actions("000e 0008 02 000000") == "set_mpls_tc(2)");
  // Too short for an address, which in 1.3 nobody notices: they are none of its actions.
  CHECK(apply_actions("0003 0008 ab1ded7a") == "unknown(action 3:ab1ded7a)");
  CHECK(apply_actions("0004 0008 ab1ded7a") == "unknown(action 4:ab1ded7a)");
}

TEST_CASE("learn with a specification that has no destination and is no output") {
  const std::string_view learn =
      "ffff 0028 00002320 0010 0000 0000 8000 0000000000000000 0000 01 00 0000 0000";
  const auto with = [&](std::string_view specs) {
    return printed(Version::v10, test::hex(std::string(learn) + std::string(specs)), Version::v10);
  };
  CHECK(with("3010 0001 00000000") == "learn(table=1,output:0x1)");
  CHECK(with("3810 0001 00000000") == "learn(table=1,unknown:0x1)");
  CHECK(with("1820 00010004 0000") == "learn(table=1,unknown:NXM_NX_REG0[])");
}

// What the rows' matches say.
flow::FlowContext context_of(const std::string& match) {
  static const std::map<std::string, flow::FlowContext> words{
      {"ip", {.ethertype = 0x0800}},
      {"ipv6", {.ethertype = 0x86dd}},
      {"arp", {.ethertype = 0x0806}},
      {"mpls", {.ethertype = 0x8847}},
      {"dl_type=0x894f", {.ethertype = 0x894f}},
      {"tcp", {.ethertype = 0x0800, .ip_proto = 6}},
      {"udp", {.ethertype = 0x0800, .ip_proto = 17}},
      {"sctp", {.ethertype = 0x0800, .ip_proto = 132}},
      {"icmp", {.ethertype = 0x0800, .ip_proto = 1}},
      {"tcp6", {.ethertype = 0x86dd, .ip_proto = 6}},
      {"icmp6", {.ethertype = 0x86dd, .ip_proto = 58}},
      {"icmp6,icmp_type=135", {.ethertype = 0x86dd, .ip_proto = 58, .icmp_type = 135}},
      {"ip,nw_frag=later", {.ethertype = 0x0800, .later_fragment = true}},
      {"tcp,nw_frag=later", {.ethertype = 0x0800, .ip_proto = 6, .later_fragment = true}},
      {"ip,ct_state=+trk-inv", {.ethertype = 0x0800, .tracked = true}},
      {"ip,ct_state=+trk", {.ethertype = 0x0800}},
      {"ip,ct_state=+trk,ct_nw_proto=6", {.ethertype = 0x0800}},
      {"ip,in_port=1", {.ethertype = 0x0800}},
      {"vlan_tci=0x1000/0x1000", {.tagged = true}},
      {"dl_vlan=1", {.tagged = true}},
      {"dl_vlan=3", {.tagged = true}},
      {"dl_vlan=5", {.tagged = true}},
      {"table=3", {.table_known = true, .table_id = 3}},
      {"table=5", {.table_known = true, .table_id = 5}},
      {"", {}},
  };
  INFO(match);
  REQUIRE(words.contains(match));
  return words.at(match);
}

TEST_CASE("actions are read as ovs-ofctl reads them") {
  std::size_t n = 0;
  for (const Row& row : rows()) {
    INFO(row.match << " actions=" << row.text << " in " << (row.version == Version::v10 ? "1.0" : "1.3"));
    std::vector<std::byte> out;
    flow::Forms forms = flow::Forms::any;
    SyntaxError error;
    const bool ok = flow::read_actions(row.text, row.version, context_of(row.match), out, forms, error);
    if (row.hex == "!") {
      CHECK_FALSE(ok);
      // The error names a part of the text, and says why.
      const char* begin = row.text.data();
      CHECK(error.part.data() >= begin);
      CHECK(error.part.data() + error.part.size() <= begin + row.text.size());
      CHECK_FALSE(error.reason.empty());
    } else if (row.printed != "-") {  // else ovs-ofctl sends what it would not read itself
      INFO(error.part << ' ' << error.reason);
      CHECK(ok);
      CHECK(test::to_hex(out) == row.hex);
      if (row.version == Version::v10 && row.match.empty())
        CHECK(((forms & flow::Forms::v10) == flow::Forms::none) == row.nicira);
    }
    ++n;
  }
  CHECK(n > 600);
}

TEST_CASE("what is printed is read as the same") {
  for (const Row& row : rows()) {
    if (row.hex == "!" || row.printed == "-") continue;
    INFO(row.printed << " in " << (row.version == Version::v10 ? "1.0" : "1.3"));
    std::vector<std::byte> out;
    flow::Forms forms = flow::Forms::any;
    SyntaxError error;
    const bool ok = flow::read_actions(row.printed, row.version, context_of(row.match), out, forms, error);
    // Nicira's forms of resubmit and set_field may have no text of their own; what is read prints the same.
    if (ok) CHECK(printed(row.version, out, row.version) == row.printed);
  }
}

TEST_CASE("errors in actions name the place") {
  const auto error_of = [](std::string_view text, Version version = Version::v13) {
    std::vector<std::byte> out;
    flow::Forms forms = flow::Forms::any;
    SyntaxError error;
    CHECK_FALSE(flow::read_actions(text, version, {}, out, forms, error));
    return std::string(error.part) + ": " + error.reason;
  };
  CHECK(error_of("1,bogus,2") == "bogus: is not an action");
  CHECK(error_of("output:1,clone(2,group:x)") == "x: is not a number up to 4294967295");
  CHECK(error_of("set_field:5->nothing") == "nothing: is not a field");
  CHECK(error_of("goto_table:1,output:2") == "output:2: must stand before what is before it");
  CHECK(error_of("push_vlan:0x8100", Version::v10) == "push_vlan:0x8100: cannot be said in OpenFlow 1.0");
  CHECK(error_of("dec_ttl") == "dec_ttl: does not fit the match, and OpenFlow 1.3 does not allow that");
  std::string deep = "1";
  for (int i = 0; i < 1000; ++i) deep = "clone(" + deep + ")";
  CHECK(error_of(deep).find("is nested too deeply") != std::string::npos);
  CHECK(error_of(std::string(100, '(')).find("is not an action") != std::string::npos);
  // More than a message holds.
  std::string many;
  for (int i = 0; i < 10000; ++i) many += "1,";
  CHECK(error_of(many).find("too long") != std::string::npos);
  CHECK(error_of(many, Version::v10).find("does not fit into a message") != std::string::npos);
}

TEST_CASE("actions of Nicira's in the words of the other version") {
  const auto nicira10 = test::hex("ffff001000002320 0002 0000 00000003 ffff001000002320 001e 0000 00000005");
  CHECK(printed(Version::v10, nicira10, Version::v10) == "set_tunnel:0x3,set_mpls_label(5)");
  CHECK(printed(Version::v10, nicira10, Version::v13) == "set_field:0x3->tun_id,set_field:5->mpls_label");
  const auto set13 =
      test::hex("0004002800000000 00190010 80004c08 0000000000000005 00190010 0001d604 00000001 00000000");
  CHECK(printed(Version::v13, set13, Version::v10) == "load:0x5->NXM_NX_TUN_ID[],load:0x1->NXM_NX_CT_MARK[]");
}

TEST_CASE("actions that nobody describes are printed with their bytes") {
  CHECK(printed(Version::v10, test::hex("ffff0010 00002320 0063 000000000001"), Version::v10) ==
        "experimenter(0x2320:0063000000000001)");
  // Known, but too long.
  CHECK(printed(Version::v10, test::hex("ffff0018 00002320 0001 000500000000 0000000000000000"),
                Version::v10) == "experimenter(0x2320:00010005000000000000000000000000)");
  // Actions in actions in actions ...: what is too deep is shown with its bytes.
  std::vector<std::byte> deep;
  for (std::size_t i = 0; i < 4000; ++i) {
    const auto head = test::hex("ffff0000 00002320 002a 000000000000");
    deep.insert(deep.end(), head.begin(), head.end());
  }
  for (std::size_t i = 0; i < 4000; ++i)
    store_be(deep.data() + 16 * i + 2, static_cast<std::uint16_t>(deep.size() - 16 * i));
  const std::string text = printed(Version::v10, deep, Version::v10);
  CHECK(text.substr(0, 12) == "clone(clone(");
  CHECK(text.find("experimenter(0x2320:002a") != std::string::npos);
}

}  // namespace
}  // namespace oflens
