// A packet's way through a pipeline: each action, group and miss. What is expected is what ofproto/trace of
// Open vSwitch 3.1.0 says; tests/interop/trace_test.sh asks it about many more.
#include <catch2/catch.hpp>
#include <string>

#include <oflens/flow/pipeline.hpp>
#include <oflens/v13/messages.hpp>

#include "mods.hpp"
#include "support.hpp"

using namespace oflens;
using namespace std::chrono_literals;

namespace {

struct Lab {
  DatapathState state;
  PortConditions ports;
  Version version = Version::v13;
  std::uint32_t xid = 0;

  Origin next() { return {.connection = 1, .xid = Xid{++xid}, .frame = xid, .time = Timestamp(100s)}; }
  void flow(const std::string& text) { state.apply(test::flow_mod(text, version), next()); }
  void group(std::uint32_t id, v13::GroupType type, const std::vector<v13::Bucket>& buckets) {
    v13::GroupMod m{.command = v13::GroupModCommand::add, .type = type, .group_id = v13::GroupId{id}};
    for (const v13::Bucket& b : buckets) m.buckets.push_back(b);
    test::apply(state, test::bytes_of(m), next());
  }

  PacketKey packet(const std::string& text) const {
    PacketKey key;
    key.take(test::flow_mod("delete " + text).flow.match);
    return key;
  }
  Pipeline pipeline() const {
    return {state,
            {.at = Timestamp(100s),
             .dialect = version,
             .miss_to_controller = version == Version::v10,
             .ports = &ports}};
  }
  Trace trace(const std::string& text) const { return pipeline().trace(packet(text)); }
  // "2 nw_ttl=63; CONTROLLER OFPR_ACTION"
  std::string result(const std::string& text) const { return result(packet(text), trace(text)); }
  static std::string result(const PacketKey& before, const Trace& trace) {
    if (!trace.failure.empty()) return "failure: " + trace.failure;
    TextBuffer out;
    for (const Delivery& d : trace.deliveries) {
      if (!out.empty()) out.put("; ");
      if (d.port == PortNo::controller) {
        out.put("CONTROLLER ");
        out.put(wire::labels<nicira::ControllerReason>().find(static_cast<std::uint64_t>(d.reason)));
      } else if (d.port == PortNo::normal) {
        out.put("NORMAL");
      } else if (d.port == PortNo::flood || d.port == PortNo::all) {
        out.put(d.port == PortNo::flood ? "FLOOD" : "ALL");
      } else {
        out.put_decimal(static_cast<std::uint32_t>(d.port));
      }
      TextBuffer changes;
      put_packet_changes(changes, before, d.key);
      if (!changes.empty()) out.put(' ');
      out.put(changes.view());
    }
    return out.empty() ? "drop" : std::string(out.view());
  }
  // What one flow of table 0 makes of a packet.
  static std::string of(const std::string& actions, const std::string& packet = tcp,
                        Version version = Version::v13) {
    Lab lab;
    lab.version = version;
    lab.flow("priority=5," + match_for(packet) + "actions=" + actions);
    return lab.result(packet);
  }
  // What actions ask for: tcp for tcp, so that they are consistent with the flow.
  static std::string match_for(const std::string& packet) {
    for (const std::string kind : {"tcp", "udp", "arp", "ipv6", "icmp", "mpls"})
      if (packet.find("," + kind + ",") != packet.npos)
        return kind + (packet.find("dl_vlan") != packet.npos ? ",vlan_tci=0x1000/0x1000," : ",");
    return "";
  }
  // The tables that were asked: "0 1 7-" where 7 had no flow.
  static std::string tables(const Trace& trace) {
    std::string out;
    for (const TraceStep& s : trace.steps)
      if (s.kind == TraceStep::Kind::table || s.kind == TraceStep::Kind::miss)
        out += (out.empty() ? "" : " ") + std::to_string(s.table_id) +
               (s.kind == TraceStep::Kind::miss ? "-" : "");
    return out;
  }
  static bool says(const Trace& trace, TraceStep::Kind kind, const std::string& part) {
    for (const TraceStep& s : trace.steps)
      if (s.kind == kind && s.text.find(part) != s.text.npos) return true;
    return false;
  }

  static constexpr const char* tcp =
      "in_port=1,tcp,dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_"
      "ttl=64,"
      "tp_src=1000,tp_dst=80";
};

v13::Bucket bucket(std::initializer_list<PortNo> ports, PortNo watch = PortNo::any,
                   std::uint16_t weight = 0) {
  v13::Bucket b{.weight = weight, .watch_port = watch};
  for (const PortNo p : ports) b.actions.push_back(v13::Output{.port = p});
  return b;
}

const std::string tagged = "in_port=1,tcp,dl_vlan=5,dl_vlan_pcp=3,nw_ttl=64,tp_dst=80";

}  // namespace

TEST_CASE("outputs: ports, the input port, the controller") {
  CHECK(Lab::of("output:2,output:3") == "2; 3");
  CHECK(Lab::of("output:1,in_port") == "1");  // to the input port only when asked for
  CHECK(Lab::of("CONTROLLER:64") == "CONTROLLER OFPR_ACTION");
  CHECK(Lab::of("controller(reason=no_match,id=3)") == "CONTROLLER OFPR_NO_MATCH");
  CHECK(Lab::of("load:3->NXM_NX_REG0[0..15],output:NXM_NX_REG0[0..15]") == "3");
  CHECK(Lab::of("drop") == "drop");
  CHECK(Lab::of("normal") == "NORMAL");
  CHECK(Lab::of("output(port=2,max_len=100)") == "2");
}

TEST_CASE("flood and all go to the ports that are known") {
  Lab lab;
  lab.flow("priority=1,in_port=1,actions=flood");
  lab.flow("priority=1,in_port=2,actions=all");
  CHECK(lab.result("in_port=1") == "FLOOD");
  CHECK(lab.trace("in_port=1").assumes);
  const v10::PortConfig no_flood{1 << 4}, no_fwd{1 << 5};
  lab.ports = {{PortNo{1}, PortCondition{}},
               {PortNo{2}, PortCondition{}},
               {PortNo{3}, {.config = no_flood}},
               {PortNo{4}, {.config = no_fwd}},
               {PortNo{5}, PortCondition{}}};
  CHECK(lab.result("in_port=1") == "2; 5");
  CHECK(lab.result("in_port=2") == "1; 3; 5");
  CHECK_FALSE(lab.trace("in_port=1").assumes);
  lab.flow("priority=2,in_port=1,actions=output:4,output:9,output:5");
  CHECK(lab.result("in_port=1") == "5");
  CHECK(Lab::says(lab.trace("in_port=1"), TraceStep::Kind::problem, "Nonexistent output port"));
}

TEST_CASE("fields are set") {
  CHECK(Lab::of("set_field:80->tcp_src,set_field:02:00:00:00:00:09->eth_dst,output:2") ==
        "2 dl_dst=02:00:00:00:00:09,tp_src=80");
  CHECK(Lab::of("mod_nw_src:10.9.9.9,mod_nw_tos:184,output:2") == "2 nw_src=10.9.9.9,nw_tos=184");
  CHECK(Lab::of("set_field:10.9.0.0/0.255.0.0->ip_dst,output:2") == "2 nw_dst=10.9.0.2");
  CHECK(Lab::of("load:0x5->NXM_OF_IP_DST[0..7],output:2") == "2 nw_dst=10.0.0.5");
  CHECK(Lab::of("move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[],output:2") == "2 dl_dst=02:00:00:00:00:01");
  CHECK(Lab::of("move:NXM_OF_IP_SRC[0..15]->NXM_OF_IP_DST[16..31],output:2") == "2 nw_dst=0.1.0.2");
  CHECK(Lab::of("push:NXM_OF_IP_SRC[],pop:NXM_OF_IP_DST[],pop:NXM_OF_IP_SRC[],output:2") ==
        "2 nw_dst=10.0.0.1");
  // Only where the packet has them.
  CHECK(Lab::of("resubmit(,1)", "in_port=1,arp,arp_op=1") == "drop");
  Lab lab;
  lab.flow("table=0,actions=set_field:7->reg0,resubmit(,1)");
  lab.flow("table=1,reg0=7,tcp,actions=set_field:25->tcp_dst,output:2");
  lab.flow("table=1,reg0=7,arp,actions=load:2->NXM_OF_ARP_OP[],output:2");
  CHECK(lab.result(Lab::tcp) == "2 tp_dst=25");
  CHECK(lab.result("in_port=1,arp,arp_op=1,arp_spa=10.0.0.1") == "2 arp_op=2");
  CHECK(lab.result("in_port=1,udp,udp_dst=5") == "drop");
}

TEST_CASE("actions of 1.0") {
  CHECK(Lab::of("mod_vlan_vid:5,output:2,strip_vlan,output:3", Lab::tcp, Version::v10) ==
        "2 dl_vlan=5,dl_vlan_pcp=0; 3");
  CHECK(Lab::of("mod_nw_dst:10.9.9.9,mod_tp_dst:81,output:2", Lab::tcp, Version::v10) ==
        "2 nw_dst=10.9.9.9,tp_dst=81");
  CHECK(Lab::of("enqueue:2:7", Lab::tcp, Version::v10) == "2");
  // 1.0 sets what the packet has, and nothing else.
  Lab lab;
  lab.version = Version::v10;
  lab.flow("actions=mod_nw_src:10.9.9.9,mod_tp_dst:81,mod_nw_tos:184,output:2");
  CHECK(lab.result("in_port=1,arp,arp_op=1") == "2");
  CHECK(lab.result("in_port=1,dl_type=0x88cc") == "2");
}

TEST_CASE("tags") {
  CHECK(Lab::of("push_vlan:0x8100,set_field:4102->vlan_vid,output:2,pop_vlan,output:3") ==
        "2 dl_vlan=6,dl_vlan_pcp=0; 3");
  CHECK(Lab::of("pop_vlan,output:2", tagged) == "2 vlan_tci=0x0000");
  CHECK(Lab::of("push_vlan:0x88a8,output:2", tagged) == "2 dl_vlan=0,dl_vlan_pcp=0,vlan_tci1=0x7005");
  CHECK(Lab::of("load:0x1006->NXM_OF_VLAN_TCI[],output:2") == "2 dl_vlan=6,dl_vlan_pcp=0");
}

TEST_CASE("labels") {
  const std::string mpls = "in_port=1,mpls,mpls_label=7,mpls_tc=1,mpls_ttl=2,mpls_bos=1";
  CHECK(Lab::of("push_mpls:0x8847,output:2") == "2 mpls,mpls_label=0,mpls_tc=0,mpls_ttl=64,mpls_bos=1");
  // What was hidden is found again.
  CHECK(Lab::of("push_mpls:0x8847,set_field:9->mpls_label,pop_mpls:0x0800,dec_ttl,output:2") ==
        "2 nw_ttl=63");
  CHECK(Lab::of("push_mpls:0x8847,output:2", mpls) == "2 mpls_bos=0,mpls_lse1=29442");
  CHECK(Lab::of("dec_mpls_ttl,output:2", mpls) == "2 mpls_ttl=1");
  CHECK(Lab::of("dec_mpls_ttl,dec_mpls_ttl,output:2", mpls) == "CONTROLLER OFPR_INVALID_TTL mpls_ttl=1");
  CHECK(Lab::of("push_mpls:0x8847,push_mpls:0x8847,push_mpls:0x8847,output:2", mpls).find("failure") == 0);
  CHECK(Lab::of("set_mpls_ttl(9),output:2", mpls) == "2 mpls_ttl=9");
}

TEST_CASE("the time to live") {
  CHECK(Lab::of("dec_ttl,output:2") == "2 nw_ttl=63");
  CHECK(Lab::of("output:2,dec_ttl,output:3", "in_port=1,tcp,nw_ttl=1") == "2; CONTROLLER OFPR_INVALID_TTL");
  CHECK(Lab::of("dec_ttl(1,2)", "in_port=1,tcp,nw_ttl=0") ==
        "CONTROLLER OFPR_INVALID_TTL; CONTROLLER OFPR_INVALID_TTL");
  // It ends the list that it is in, no other, and the action set is carried out.
  Lab lab;
  lab.flow("table=0,actions=resubmit(,1),output:3,write_actions(output:4)");
  lab.flow("table=1,ip,actions=dec_ttl,output:2,exit");
  CHECK(lab.result("in_port=1,tcp,nw_ttl=1") == "CONTROLLER OFPR_INVALID_TTL; 3; 4");
  CHECK(lab.result("in_port=1,tcp,nw_ttl=2") == "2 nw_ttl=1");
}

TEST_CASE("tables, registers and metadata") {
  Lab lab;
  lab.flow("table=0,priority=5,tcp,actions=set_field:7->reg1,write_metadata:0x12/0xff,goto_table:2");
  lab.flow("table=2,reg1=7,metadata=0x12,actions=resubmit(9,4),resubmit(,5),output:3,goto_table:7");
  lab.flow("table=4,in_port=9,actions=output:9,in_port");  // looked up as if from 9, and that is all
  const Trace trace = lab.trace(Lab::tcp);
  CHECK(Lab::tables(trace) == "0 2 4 5- 7-");
  CHECK(Lab::result(lab.packet(Lab::tcp), trace) == "9; 1; 3");
}

TEST_CASE("misses") {
  Lab lab;
  CHECK(lab.result("in_port=1") == "drop");
  lab.version = Version::v10;
  CHECK(lab.result("in_port=1") == "CONTROLLER OFPR_NO_MATCH");
  CHECK_FALSE(lab.trace("in_port=1").deliveries[0].flow);
  lab.ports = {{PortNo{1}, {.config = v10::PortConfig{1 << 6}}},
               {PortNo{2}, {.config = v10::PortConfig{1 << 2}}}};
  CHECK(lab.result("in_port=1") == "drop");  // OFPPC_NO_PACKET_IN
  lab.flow("actions=output:1");
  CHECK(lab.result("in_port=2") == "drop");  // OFPPC_NO_RECV
  lab.flow("actions=resubmit(,3),output:4");
  lab.ports.clear();
  CHECK(lab.result("in_port=1") == "4");
  // 1.3's flow for misses.
  Lab later;
  later.flow("priority=0,actions=CONTROLLER:128");
  CHECK(later.trace("in_port=1").deliveries.at(0).table_miss_flow);
  later.flow("priority=1,actions=CONTROLLER:128");
  CHECK_FALSE(later.trace("in_port=1").deliveries.at(0).table_miss_flow);
}

TEST_CASE("action sets have an order of their own") {
  Lab lab;
  lab.flow("table=0,ip,actions=write_actions(output:2,set_field:9->ip_dscp,dec_ttl,output:3),goto_table:1");
  lab.flow("table=1,priority=1,tcp,actions=output:5,write_actions(push_vlan:0x8100)");
  lab.flow("table=1,priority=1,udp,actions=clear_actions");
  lab.flow("table=1,priority=1,sctp,actions=write_actions(group:4)");
  lab.group(4, v13::GroupType::indirect, {bucket({PortNo{7}})});
  CHECK(lab.result(Lab::tcp) == "5; 3 dl_vlan=0,dl_vlan_pcp=0,nw_tos=36,nw_ttl=63");
  CHECK(lab.result("in_port=1,udp,nw_ttl=9") == "drop");
  CHECK(lab.result("in_port=1,sctp,nw_ttl=9") == "7 nw_tos=36,nw_ttl=8");  // the group, not the output
  lab.flow("table=0,ip,actions=write_actions(set_field:9->ip_dscp)");
  CHECK(lab.result(Lab::tcp) == "drop");
  lab.flow("table=0,ip,actions=write_actions(CONTROLLER:9)");
  CHECK(lab.result(Lab::tcp) == "CONTROLLER OFPR_ACTION_SET");
}

TEST_CASE("groups") {
  Lab lab;
  lab.flow("ip,actions=group:1,output:9");
  v13::Bucket changes = bucket({PortNo{2}, PortNo{3}});
  changes.actions.push_back(v13::DecNwTtl{});
  SECTION("all: each with the packet as it was") {
    lab.group(1, v13::GroupType::all, {changes, bucket({PortNo{4}}), bucket({PortNo::controller})});
    CHECK(lab.result("in_port=1,tcp,nw_ttl=9") == "3 nw_ttl=8; 4; CONTROLLER OFPR_GROUP; 9");
  }
  SECTION("indirect") {
    lab.group(1, v13::GroupType::indirect, {changes});
    CHECK(lab.result("in_port=1,tcp,nw_ttl=9") == "3 nw_ttl=8; 9");
  }
  SECTION("select: one of them, and it is said that it is not known which") {
    lab.group(1, v13::GroupType::select,
              {bucket({PortNo{2}}, PortNo::any, 0), bucket({PortNo{3}}, PortNo::any, 1),
               bucket({PortNo{4}}, PortNo::any, 1)});
    CHECK(lab.result("in_port=1,tcp") == "3; 9");
    CHECK(Lab::says(lab.trace("in_port=1,tcp"), TraceStep::Kind::assumption, "one of 2"));
  }
  SECTION("select of one is certain") {
    lab.group(1, v13::GroupType::select, {bucket({PortNo{3}}, PortNo::any, 1)});
    CHECK(lab.result("in_port=1,tcp") == "3; 9");
    CHECK_FALSE(lab.trace("in_port=1,tcp").assumes);
  }
  SECTION("fast failover: the first that is live") {
    lab.group(1, v13::GroupType::ff, {bucket({PortNo{2}}, PortNo{2}), bucket({PortNo{3}}, PortNo{3})});
    CHECK(lab.result("in_port=1,tcp") == "2; 9");
    CHECK(lab.trace("in_port=1,tcp").assumes);
    lab.ports = {
        {PortNo{2}, PortCondition{.state = 1}}, {PortNo{3}, PortCondition{}}, {PortNo{9}, PortCondition{}}};
    CHECK(lab.result("in_port=1,tcp") == "3; 9");
    CHECK_FALSE(lab.trace("in_port=1,tcp").assumes);
    lab.ports[PortNo{3}].config = v10::PortConfig{1};
    CHECK(lab.result("in_port=1,tcp") == "9");
  }
  SECTION("fast failover by a group") {
    v13::Bucket watching = bucket({PortNo{2}});
    watching.watch_group = v13::GroupId{2};
    lab.group(2, v13::GroupType::ff, {bucket({PortNo{5}}, PortNo{5})});
    lab.group(1, v13::GroupType::ff, {watching, bucket({PortNo{3}}, PortNo{3})});
    lab.ports = {{PortNo{2}, PortCondition{}},
                 {PortNo{3}, PortCondition{}},
                 {PortNo{5}, PortCondition{.state = 1}},
                 {PortNo{9}, PortCondition{}}};
    CHECK(lab.result("in_port=1,tcp") == "3; 9");
  }
  SECTION("chained, for ever") {
    v13::Bucket again;
    again.actions.push_back(v13::Group{.group_id = v13::GroupId{1}});
    lab.group(1, v13::GroupType::all, {again, again});
    CHECK(lab.result("in_port=1,tcp").find("failure: over 64 lookups deep") == 0);
  }
  SECTION("none: the list ends") { CHECK(lab.result("in_port=1,tcp") == "drop"); }
}

TEST_CASE("clones, exits, bundles") {
  CHECK(Lab::of("clone(mod_nw_ttl:5,output:2,exit),output:3") == "2 nw_ttl=5; 3");
  CHECK(Lab::of("output:2,exit,output:3") == "2");
  CHECK(Lab::of("bundle(eth_src,0,active_backup,ofport,members:4,3)") == "4");
  CHECK(Lab::of("multipath(eth_src,0,modulo_n,4,0,NXM_NX_REG0[]),output:NXM_NX_REG0[]") == "0");
  Lab lab;
  lab.flow("table=0,actions=write_actions(output:4),goto_table:1");
  lab.flow("table=1,actions=clone(output:2),output:3");
  CHECK(lab.result("in_port=1,tcp") == "2; 4; 3; 4");  // a clone is a packet of its own
  lab.ports = {{PortNo{3}, PortCondition{}}, {PortNo{4}, PortCondition{.state = 1}}};
  lab.flow("table=1,actions=bundle(eth_src,0,active_backup,ofport,members:4,3)");
  CHECK(lab.result("in_port=1,tcp") == "3; 4");
}

TEST_CASE("connection tracking hands a copy back") {
  Lab lab;
  lab.flow("table=0,priority=1,ip,ct_state=-trk,actions=ct(table=2,zone=5),output:2");
  lab.flow("table=2,ip,ct_state=+trk+new,ct_zone=5,actions=output:3");
  const Trace trace = lab.trace("in_port=1,tcp");
  CHECK(Lab::tables(trace) == "0 2");
  CHECK(Lab::result(lab.packet("in_port=1,tcp"), trace) == "2; 3");
  CHECK(trace.assumes);
  lab.flow("table=2,ip,ct_state=+trk+new,ct_zone=5,actions=resubmit(,2)");
  CHECK(lab.trace("in_port=1,tcp").deliveries.size() == 1);  // the copy alone is given up
}

TEST_CASE("conjunctions") {
  Lab lab;
  lab.flow("priority=5,ip,nw_src=10.0.0.1,actions=conjunction(7,1/2)");
  lab.flow("priority=5,tcp,tp_dst=80,actions=conjunction(7,2/2)");
  lab.flow("priority=5,conj_id=7,ip,actions=output:7");
  lab.flow("priority=1,actions=output:2");
  CHECK(lab.result(Lab::tcp) == "7");
  CHECK(lab.result("in_port=1,tcp,nw_src=10.0.0.1,tp_dst=81") == "2");
  lab.flow("priority=6,tcp,actions=output:6");
  CHECK(lab.result(Lab::tcp) == "6");
}

TEST_CASE("what has no end ends") {
  Lab lab;
  lab.flow("table=0,actions=output:2,resubmit(,0)");
  CHECK(lab.result("in_port=1").find("failure: over 64 lookups deep") == 0);
  lab.flow("table=0,actions=resubmit(,1),resubmit(,1),resubmit(,1),resubmit(,1)");
  for (unsigned t = 1; t < 9; ++t) {
    const std::string next = "resubmit(," + std::to_string(t + 1) + ")";
    lab.flow("table=" + std::to_string(t) + ",actions=" + next + "," + next + "," + next + "," + next);
  }
  CHECK(lab.result("in_port=1").find("failure: over 4096 lookups") == 0);
}

TEST_CASE("packet_outs") {
  Lab lab;
  lab.flow("table=0,priority=0,actions=CONTROLLER:9");
  lab.flow("table=0,in_port=4,actions=output:2");
  Seq<v13::Action> list;
  list.push_back(v13::Output{.port = PortNo{3}});
  list.push_back(v13::Output{.port = PortNo::table});
  PacketKey key = lab.packet("in_port=4,tcp");
  CHECK(Lab::result(key, lab.pipeline().trace(key, list.bytes(), Version::v13)) == "3; 2");
  key.set_port(PortNo::controller);
  CHECK(Lab::result(key, lab.pipeline().trace(key, list.bytes(), Version::v13)) ==
        "3; CONTROLLER OFPR_PACKET_OUT");
}

TEST_CASE("fragments have no ports to flows") {
  Lab lab;
  lab.flow("priority=5,udp,tp_dst=0,actions=output:2");
  lab.flow("priority=5,udp,tp_dst=53,actions=output:3");
  CHECK(lab.result("in_port=1,udp,tp_dst=53") == "3");
  CHECK(lab.result("in_port=1,udp,nw_frag=first,tp_dst=53") == "2");
  CHECK(lab.result("in_port=1,udp,nw_frag=later") == "2");
}

TEST_CASE("many flows of a kind are looked up, not gone through") {
  Lab lab;
  for (unsigned i = 0; i < 500; ++i)
    lab.flow("priority=" + std::to_string(1 + i % 3) + ",ip,nw_dst=10.0." + std::to_string(i / 256) + "." +
             std::to_string(i % 256) + ",actions=output:" + std::to_string(100 + i));
  lab.flow("priority=2,ip,nw_dst=10.0.0.0/31,actions=output:2");
  for (int again = 0; again < 2; ++again) {
    CHECK(lab.result("in_port=1,tcp,nw_dst=10.0.1.4") == "360");
    CHECK(lab.result("in_port=1,tcp,nw_dst=10.0.0.0") == "2");  // 1 against 2
    CHECK(lab.result("in_port=1,tcp,nw_dst=10.0.9.9") == "drop");
  }
}

TEST_CASE("what may have expired is marked where it is met") {
  Lab lab;
  lab.flow("idle_timeout=5,actions=output:2");
  Pipeline later(lab.state, {.at = Timestamp(110s)});
  const Trace trace = later.trace(lab.packet("in_port=1"));
  REQUIRE(trace.steps.size() == 2);
  CHECK(trace.steps[0].expiry.state == Expiry::State::doubtful);
  CHECK(trace.steps[0].entry->origin.frame == 1);
}

TEST_CASE("packets from bytes") {
  // Two tags: Open vSwitch looks at the first alone.
  const auto twice = test::hex(
      "020000000001 020000000002 8100 0005 8100 0006 0800 4500001c 00000000 4011 0000 0a000001 0a000002"
      "0035 0050 0008 0000");
  TextBuffer text;
  put_packet_key(text, PacketKey::of(twice, true));
  CHECK(text.view() ==
        "in_port=0,dl_vlan=5,dl_vlan_pcp=0,dl_src=02:00:00:00:00:02,dl_dst=02:00:00:00:00:01,dl_type=0x8100");
  const auto udp = test::hex(
      "020000000001 020000000002 0800 4500001c 00000000 4011 0000 0a000001 0a000002 0035 0050 0008 0000");
  text.clear();
  put_packet_key(text, PacketKey::of(udp, true));
  CHECK(text.view() ==
        "udp,in_port=0,vlan_tci=0x0000,dl_src=02:00:00:00:00:02,dl_dst=02:00:00:00:00:01,nw_src=10.0.0.1,"
        "nw_dst=10.0.0.2,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,tp_src=53,tp_dst=80");
}
