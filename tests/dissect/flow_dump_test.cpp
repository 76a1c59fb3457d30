// Dumps of ovs-ofctl as tables, and what is different between tables.
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include <oflens/flow/flow_difference.hpp>
#include <oflens/flow/flow_dump.hpp>

using namespace oflens;
using namespace std::chrono_literals;

namespace {

constexpr Timestamp now = Timestamp(100s);

FlowDump dump(const std::string& text, Version version = Version::v13) {
  FlowDump result;
  FlowDumpError error;
  INFO(text);
  const bool good = read_flow_dump(text, version, now, result, error);
  INFO(error.number << ": " << error.error.reason);
  REQUIRE(good);
  return result;
}
std::string text(const DatapathState& state, Version dialect = Version::v13) {
  TextBuffer out;
  put_flows(out, state, {.dialect = dialect, .at = now});
  return std::string(out.view());
}
// "+ ip actions=drop\n~ arp actions=output:1 # was actions=drop\n"
std::string difference(const DatapathState& before, const DatapathState& after,
                       FlowListOptions options = {}) {
  TextBuffer out;
  for (const FlowDifference& d : compare_flows({before, now}, {after, now}, options).all) {
    out.put("+-~"[static_cast<std::size_t>(d.kind)]);
    out.put(d.line.text);
    if (d.before != nullptr) {
      out.put(" # was ");
      put_flow_parts(out, d.before->flow,
                     different_parts(d.before->flow, d.line.entry->flow, options.dialect), options.dialect);
    }
    out.put('\n');
  }
  return std::string(out.view());
}
std::string difference(const std::string& before, const std::string& after, FlowListOptions options = {}) {
  return difference(dump(before, options.dialect).state, dump(after, options.dialect).state, options);
}

}  // namespace

TEST_CASE("dumps with statistics and without", "[flow_dump]") {
  const std::string flows =
      " cookie=0x1, table=2, idle_timeout=5, send_flow_rem priority=3,ip actions=output:1\n"
      " priority=0 actions=NORMAL\n";
  const std::string sorted =
      " priority=0 actions=NORMAL\n"
      " cookie=0x1, table=2, idle_timeout=5, send_flow_rem priority=3,ip actions=output:1\n";
  CHECK(text(dump(flows).state) == sorted);
  const FlowDump told = dump(
      "OFPST_FLOW reply (OF1.3) (xid=0x2):\n"
      " cookie=0x1, duration=12.345s, table=2, n_packets=3, n_bytes=294, idle_timeout=5, idle_age=2, "
      "hard_age=9, "
      "send_flow_rem priority=3,ip actions=output:1\n"
      "\n"
      "# a comment\n"
      " cookie=0x0, duration=1s, table=0, n_packets=0, n_bytes=0, priority=0 actions=NORMAL # behind it\r\n");
  CHECK(text(told.state) == sorted);
  CHECK(told.dialect == Version::v13);
  CHECK(dump("NXST_FLOW reply (xid=0x4):\n").dialect == Version::v10);
  CHECK(dump("NXST_FLOW reply (xid=0x4): flags=[more]\n").state.empty());
  CHECK_FALSE(dump(flows).dialect);
  CHECK(dump("").state.empty());
  // A timeout does not pass: nothing is known of the flow's age.
  CHECK(dump("hard_timeout=1,ip actions=drop").state.present(now).size() == 1);
}

TEST_CASE("what one version cannot say is read as the other", "[flow_dump]") {
  CHECK(text(dump("ip actions=meter:1,output:1", Version::v10).state) == " ip actions=meter:1,output:1\n");
  CHECK(text(dump("tcp actions=mod_tp_dst:80", Version::v10).state, Version::v10) ==
        " tcp actions=mod_tp_dst:80\n");
}

TEST_CASE("a dump that is wrong is told by line and place", "[flow_dump]") {
  FlowDump result;
  FlowDumpError error;
  const std::string wrong = "ip actions=drop\n\n  tcp,tp_dst=x actions=drop\n";
  REQUIRE_FALSE(read_flow_dump(wrong, Version::v13, now, result, error));
  CHECK(error.number == 3);
  CHECK(error.line == "tcp,tp_dst=x actions=drop");
  CHECK(error.error.part == "x");
  CHECK(error.error.part.data() == error.line.data() + 11);
  CHECK(error.error.reason == "is not a number");
  for (const char* text : {"ip", "in_port=\"eth0\" actions=drop", "\x01", "ovs-ofctl: br0 is not a bridge"}) {
    INFO(text);
    CHECK_FALSE(read_flow_dump(text, Version::v13, now, result, error));
    CHECK_FALSE(error.error.reason.empty());
  }
}

TEST_CASE("what is added, removed and changed, in the order of a listing", "[flow_difference]") {
  CHECK(difference("priority=5,ip actions=output:1\n"
                   "priority=4,arp actions=output:1\n"
                   "table=1,cookie=0x1,idle_timeout=5,hard_timeout=6,send_flow_rem,tcp actions=output:1\n"
                   "table=2,ip actions=output:1\n",
                   "priority=6,ip actions=output:1\n"
                   "priority=4,arp actions=output:1\n"
                   "table=1,cookie=0x2,idle_timeout=7,hard_timeout=8,tcp actions=output:2\n"
                   "table=2,ip actions=output:2\n") ==
        "+ priority=6,ip actions=output:1\n"
        "- priority=5,ip actions=output:1\n"
        "~ cookie=0x2, table=1, idle_timeout=7, hard_timeout=8, tcp actions=output:2 # was cookie=0x1, "
        "idle_timeout=5, hard_timeout=6, flags=send_flow_rem, actions=output:1\n"
        "~ table=2, ip actions=output:2 # was actions=output:1\n");
  CHECK(difference("ip actions=drop", "ip actions=drop").empty());
  CHECK(difference("ip actions=drop", "send_flow_rem,ip actions=drop") ==
        "~ send_flow_rem ip actions=drop # was flags=none\n");
  // 1.0 tells no flags.
  CHECK(difference("ip actions=drop", "send_flow_rem,ip actions=drop", {.dialect = Version::v10}).empty());
}

TEST_CASE("flows are compared as they are printed", "[flow_difference]") {
  // 1.3 tells less of a VLAN tag, and other words for actions.
  const FlowDump v10 =
      dump("tcp,vlan_tci=0x0000 actions=mod_tp_dst:80\narp,vlan_tci=0x0000 actions=drop", Version::v10);
  const FlowDump v13 = dump(
      "tcp,vlan_tci=0x0000/0x1fff actions=set_field:80->tcp_dst\n"
      "arp,vlan_tci=0x0000/0x1fff actions=output:1");
  CHECK(difference(v10.state, v13.state) ==
        "~ arp,vlan_tci=0x0000/0x1fff actions=output:1 # was actions=drop\n");
  CHECK(difference(v13.state, v10.state) ==
        "~ arp,vlan_tci=0x0000/0x1fff actions=drop # was actions=output:1\n");
}

TEST_CASE("only some flows are compared", "[flow_difference]") {
  const auto of_cookie_1 = [](const Flow& f) { return f.cookie == 1; };
  CHECK(difference("cookie=1,ip actions=drop\ncookie=2,arp actions=drop", "cookie=2,ip actions=drop",
                   {.only = of_cookie_1}) == "- cookie=0x1, ip actions=drop\n");
}

TEST_CASE("what may have expired is there, unless only the certain is asked for", "[flow_difference]") {
  const DatapathState with = dump("idle_timeout=5,ip actions=drop").state, without;
  const auto compare = [&](Duration later, bool certain) {
    return compare_flows({without, now}, {with, now + later}, {.certain = certain}).all;
  };
  CHECK(compare(1s, true).size() == 1);
  CHECK(compare(10s, false).size() == 1);
  CHECK(compare(10s, false)[0].line.expiry.state == Expiry::State::doubtful);
  CHECK(compare(10s, true).empty());
}

TEST_CASE("dumps of Open vSwitch are read as what they are", "[flow_dump]") {
  for (const char* name : {"errors-of13.br0", "flowmods-of10.br0", "learning-of10.br1", "ipv6-of13.br0"}) {
    INFO(name);
    std::ifstream file(std::string(OFLENS_TESTDATA "/captures/") + name + ".flows.txt");
    std::stringstream whole;
    whole << file.rdbuf();
    std::vector<std::string> lines, printed;
    for (std::string line; std::getline(whole, line);) lines.push_back(line);
    REQUIRE(!lines.empty());
    std::istringstream again(text(dump(whole.str()).state));
    for (std::string line; std::getline(again, line);) printed.push_back(line);
    std::sort(lines.begin(), lines.end());
    std::sort(printed.begin(), printed.end());
    CHECK(printed == lines);
  }
}
