// What is wrong in tables: every kind of fault, and what is none.
#include <catch2/catch.hpp>
#include <set>

#include <oflens/flow/flow_text.hpp>
#include <oflens/flow/table_check.hpp>
#include <oflens/v13/messages.hpp>

#include "mods.hpp"
#include "support.hpp"

using namespace oflens;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

// A switch, and short words for what it is told.
struct Lab {
  DatapathState state;
  DatapathFacts facts{.complete = true, .lossless = true};
  Timestamp now = Timestamp(100s);
  std::uint32_t xid = 0;

  Origin next() { return {.connection = 1, .xid = Xid{++xid}, .frame = xid, .time = now}; }
  // Frames count from 1.
  void flow(const std::string& text, Version version = Version::v13) {
    state.apply(test::flow_mod(text, version), next());
  }
  void group(std::uint32_t id, Seq<v13::Action> actions, PortNo watch = PortNo::any) {
    v13::GroupMod m{.command = v13::GroupModCommand::add, .group_id = v13::GroupId{id}};
    m.buckets.push_back(v13::Bucket{.watch_port = watch, .actions = std::move(actions)});
    test::apply(state, test::bytes_of(m), next());
  }
  void meter(std::uint32_t id) {
    const v13::MeterMod m{.command = v13::MeterModCommand::add, .meter_id = v13::MeterId{id}};
    test::apply(state, test::bytes_of(m), next());
  }
  bool complete = true;  // all was compared, the last time

  // "shadowed_flow 2 by 1", "goto_backwards 1 to 0", "unknown_port group 1 to 7", "no_table_miss 0"; sorted.
  Lines faults(const TableCheckLimits& limits = {}) {
    Lines lines;
    complete = check_tables(
        state, facts, now,
        [&](const TableFault& f) {
          std::string line = name_of(f.kind);
          if (f.flow != nullptr) line += " " + std::to_string(f.flow->origin.frame);
          if (f.group != nullptr)
            line += " group " + std::to_string(static_cast<unsigned>(f.group->group.id));
          if (f.other != nullptr)
            line += " by " + std::to_string(f.other->origin.frame);
          else if (!f.loop.empty())
            for (const v13::GroupId id : f.loop) line += " > " + std::to_string(static_cast<unsigned>(id));
          else
            line += (f.flow == nullptr && f.group == nullptr ? " " : " to ") + std::to_string(f.number);
          lines.push_back(line);
        },
        limits);
    std::sort(lines.begin(), lines.end());
    return lines;
  }
};

}  // namespace

TEST_CASE("a flow is shadowed by one of higher priority that matches all that it does", "[lint]") {
  Lab lab;
  lab.flow("priority=0,actions=drop");
  lab.flow("priority=100,ip,actions=drop");
  SECTION("narrower") {
    lab.flow("priority=50,tcp,tp_dst=80,actions=output:1");
    CHECK(lab.faults() == Lines{"shadowed_flow 3 by 2"});
  }
  SECTION("the same match") {
    lab.flow("priority=50,ip,actions=output:1");
    CHECK(lab.faults() == Lines{"shadowed_flow 3 by 2"});
  }
  SECTION("the highest of several is named") {
    lab.flow("priority=200,ip,actions=output:2");
    lab.flow("priority=50,udp,actions=output:1");
    CHECK(lab.faults() == Lines{"shadowed_flow 2 by 3", "shadowed_flow 4 by 3"});
  }
  SECTION("under masks") {
    lab.flow("priority=90,ipv6,ipv6_dst=2001:db8::/32,actions=output:1");
    lab.flow("priority=80,ipv6,ipv6_dst=2001:db8:1::/48,actions=output:2");
    lab.flow("priority=70,ipv6,ipv6_dst=2001:db9:1::/48,actions=output:2");
    CHECK(lab.faults() == Lines{"shadowed_flow 4 by 3"});
  }
  SECTION("not of higher priority than the other, nor in another table, nor of another kind of packet") {
    lab.flow("priority=200,tcp,actions=output:1");
    lab.flow("table=1,priority=50,tcp,actions=output:1");
    lab.flow("table=1,priority=0,actions=output:1");
    lab.flow("priority=50,arp,actions=output:1");
    CHECK(lab.faults().empty());
  }
  SECTION("not by what will go, or may have gone") {
    lab.flow("priority=60,idle_timeout=5,arp,actions=output:2");
    lab.flow("priority=60,hard_timeout=5,ipv6,actions=output:2");
    lab.flow("priority=50,arp,arp_op=1,actions=output:1");
    lab.flow("priority=50,icmp6,actions=output:1");
    CHECK(lab.faults().empty());
  }
}

TEST_CASE("flows of equal priority overlap when one packet can match both", "[lint]") {
  Lab lab;
  lab.flow("priority=0,actions=drop");
  lab.flow("priority=100,tcp,tp_dst=80,actions=output:1");
  SECTION("with other actions") {
    lab.flow("priority=100,ip,nw_src=10.0.0.0/8,actions=output:2");
    CHECK(lab.faults().size() == 1);
    CHECK(lab.faults().front().starts_with("overlapping_flows"));
  }
  SECTION("some bits of a field are asked for by both") {
    lab.flow("priority=60,ip,nw_src=10.0.0.0/8,actions=output:2");
    lab.flow("priority=60,ip,nw_src=10.1.0.0/16,actions=output:3");
    lab.flow("priority=60,ip,nw_src=11.1.0.0/16,actions=output:3");
    CHECK(lab.faults().size() == 1);
  }
  SECTION("one of many that would be the same to it has other actions") {
    lab.flow("priority=60,in_port=1,tcp,tp_src=1,actions=output:3");
    lab.flow("priority=60,in_port=1,tcp,tp_src=2,actions=output:4");
    lab.flow("priority=60,in_port=1,ip,nw_dst=10.0.0.1,actions=output:3");
    lab.flow("priority=60,in_port=1,ip,nw_dst=10.0.0.2,actions=output:3");
    lab.flow("priority=60,in_port=2,ip,nw_dst=10.0.0.2,actions=output:3");
    CHECK(lab.faults().size() == 2);
  }
  SECTION("not with the same actions, nor another priority, nor disjoint") {
    lab.flow("priority=100,ip,nw_src=10.0.0.0/8,actions=output:1");
    lab.flow("priority=101,tcp,in_port=3,tp_dst=80,actions=output:2");
    lab.flow("priority=100,arp,actions=output:2");
    lab.flow("priority=60,tcp,tp_dst=90,actions=output:1");
    lab.flow("priority=60,tcp,tp_dst=91,in_port=1,actions=output:2");
    CHECK(lab.faults().empty());
  }
  SECTION("not the parts of a conjunction") {
    lab.flow("priority=60,ip,nw_src=10.0.0.1,actions=conjunction(1,1/2)");
    lab.flow("priority=60,ip,nw_dst=10.0.0.1,actions=conjunction(1,2/2)");
    CHECK(lab.faults().empty());
  }
}

TEST_CASE("a table of 1.3 needs a flow for what matches no other", "[lint]") {
  Lab lab;
  lab.flow("priority=5,tcp,actions=goto_table:2");
  lab.flow("table=2,priority=5,udp,actions=output:1");
  lab.flow("table=3,priority=5,udp,actions=output:1");  // nobody goes there
  CHECK(lab.faults() == Lines{"no_table_miss 0", "no_table_miss 2"});
  SECTION("there is one") {
    lab.flow("priority=0,actions=drop");
    lab.flow("table=2,priority=0,actions=CONTROLLER:65535");
    CHECK(lab.faults().empty());
  }
  SECTION("packets came by it") {
    lab.facts.table_misses.set(0);
    CHECK(lab.faults() == Lines{"no_table_miss 2"});
  }
  SECTION("in 1.0 packets go to the controller") {
    lab.facts.version = Version::v10;
    CHECK(lab.faults().empty());
  }
  SECTION("the capture may lack it") {
    lab.facts.complete = lab.facts.lossless = false;
    CHECK(lab.faults().empty());
  }
  SECTION("but not a table that was emptied meanwhile") {
    lab.facts.complete = false;
    lab.facts.lossless = true;
    const auto all =
        test::encoded(v13::FlowMod{.table_id = v13::TableId::all, .command = v13::FlowModCommand::delete_},
                      Xid{1}, Version::v13);
    lab.state.apply(*read_flow_mod(*Frame::at(all)), lab.next());
    lab.flow("priority=5,tcp,actions=goto_table:2");
    CHECK(lab.faults() == Lines{"goto_empty_table 5 to 2", "no_table_miss 0"});
    lab.facts.lossless = false;
    CHECK(lab.faults().empty());
  }
  SECTION("the switch may have learnt it") {
    lab.flow("table=4,priority=0,actions=learn(table=2,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[])");
    CHECK(lab.faults() == Lines{"no_table_miss 0"});
  }
}

TEST_CASE("goto_table leads to a later table that has flows", "[lint]") {
  Lab lab;
  lab.flow("table=0,priority=0,actions=goto_table:1");
  lab.flow("table=1,priority=0,actions=drop");
  CHECK(lab.faults().empty());
  SECTION("empty") {
    lab.flow("table=1,priority=1,ip,actions=goto_table:9");
    CHECK(lab.faults() == Lines{"goto_empty_table 3 to 9"});
    lab.facts.complete = lab.facts.lossless = false;
    CHECK(lab.faults().empty());
  }
  SECTION("backwards, and to itself") {
    // The way there is shut: this is what no text makes.
    for (const std::uint8_t to : {std::uint8_t{0}, std::uint8_t{1}}) {
      v13::FlowMod m{.table_id = v13::TableId{1}, .priority = static_cast<std::uint16_t>(7 + to)};
      m.match = {oxm::in_port(PortNo{static_cast<std::uint32_t>(1 + to)})};
      m.instructions.push_back(v13::GotoTable{.table_id = v13::TableId{to}});
      const auto bytes = test::encoded(m, Xid{1}, Version::v13);
      lab.state.apply(*read_flow_mod(*Frame::at(bytes)), lab.next());
    }
    CHECK(lab.faults() == Lines{"goto_backwards 3 to 0", "goto_backwards 4 to 1"});
  }
}

TEST_CASE("what flows and groups refer to is there", "[lint]") {
  Lab lab;
  lab.flow("priority=0,actions=drop");
  lab.group(1, {v13::Output{.port = PortNo{1}}});
  lab.meter(1);
  lab.flow("priority=3,ip,actions=meter:1,group:1");
  CHECK(lab.faults().empty());
  SECTION("groups and meters") {
    lab.flow("priority=1,arp,actions=meter:2,group:3");
    lab.group(2, {v13::Group{.group_id = v13::GroupId{4}}});
    CHECK(lab.faults() ==
          Lines{"unknown_group 5 to 3", "unknown_group group 2 to 4", "unknown_meter 5 to 2"});
    lab.facts.complete = lab.facts.lossless = false;
    CHECK(lab.faults().empty());
  }
  SECTION("ports, once the switch told them") {
    lab.flow("priority=1,arp,actions=output:7");
    lab.flow("priority=1,ipv6,in_port=8,actions=output:1");
    lab.flow("priority=1,dl_type=0x88cc,actions=LOCAL,CONTROLLER:65535,FLOOD,IN_PORT,output:1");
    lab.flow("priority=4,udp,actions=enqueue:9:1", Version::v10);
    lab.group(2, {v13::Output{.port = PortNo{10}}});
    lab.group(3, {v13::Output{.port = PortNo{1}}}, PortNo{11});
    CHECK(lab.faults() == Lines{});
    lab.facts.ports = {1};
    CHECK(lab.faults() == Lines{"unknown_port 5 to 7", "unknown_port 6 to 8", "unknown_port 8 to 9",
                                "unknown_port group 2 to 10", "unknown_port group 3 to 11"});
  }
}

TEST_CASE("groups do not lead back to themselves", "[lint]") {
  Lab lab;
  const auto to = [](std::uint32_t id) { return v13::Group{.group_id = v13::GroupId{id}}; };
  lab.group(1, {to(2), to(3)});
  lab.group(2, {to(3)});
  lab.group(3, {v13::Output{.port = PortNo{1}}});
  CHECK(lab.faults().empty());
  lab.group(4, {to(4)});
  lab.group(5, {to(6)});
  lab.group(6, {to(7), to(1)});
  lab.group(7, {to(5)});
  CHECK(lab.faults() == Lines{"group_loop group 4 > 4 > 4", "group_loop group 5 > 5 > 6 > 7 > 5"});
  SECTION("a chain of very many is no loop, and no deep recursion") {
    Lab other;
    for (std::uint32_t id = 1; id < 100'000; ++id) other.group(id, {to(id + 1)});
    other.group(100'000, {});
    CHECK(other.faults().empty());
  }
}

TEST_CASE("comparing many flows with each other ends", "[lint]") {
  Lab lab;
  lab.flow("priority=0,actions=drop");
  // Every flow has masks of its own.
  for (unsigned i = 0; i < 2000; ++i) {
    char text[100];
    std::snprintf(text, sizeof text, "priority=%u,ip,nw_src=%u.%u.0.0/255.%u.%u.0,actions=output:1",
                  1 + i % 7, i % 256, i / 256, i % 256, i / 256);
    lab.flow(text);
  }
  lab.faults();
  CHECK(lab.complete);
  lab.faults({.steps = 10'000});
  CHECK_FALSE(lab.complete);
}

TEST_CASE("faults are those that comparing every flow with every other finds", "[lint]") {
  std::uint32_t random = 1;
  const auto roll = [&](std::uint32_t n) {
    random = random * 1664525 + 1013904223;
    return (random >> 16) % n;
  };
  for (int round = 0; round < 20; ++round) {
    Lab lab;
    lab.facts.complete = false;
    for (int i = 0; i < 60; ++i) {
      std::string text = "table=" + std::to_string(roll(2)) + ",priority=" + std::to_string(1 + roll(4));
      if (roll(3) == 0) text += ",idle_timeout=60";
      if (roll(2) == 0) text += ",in_port=" + std::to_string(1 + roll(2));
      if (roll(3) != 0)
        text += roll(2) == 0 ? ",tcp" : ",ip";
      else if (roll(2) == 0)
        text += ",dl_vlan=" + std::to_string(roll(2));
      if (text.find("tcp") != text.npos && roll(2) == 0)
        text += ",tp_dst=0x50/0xfff" + std::to_string(8 * roll(2));
      if (text.find("p,") != text.npos || text.ends_with("p"))
        if (roll(2) == 0)
          text += ",nw_dst=10.0." + std::to_string(roll(2)) + ".0/" + std::to_string(16 + 8 * roll(2));
      lab.flow(text + ",actions=output:" + std::to_string(1 + roll(2)));
    }
    std::set<std::uint64_t> shadowed, overlapping, told_shadowed;
    const auto flows = lab.state.present(lab.now);
    for (const auto& a : flows)
      for (const auto& b : flows) {
        const Flow &x = a.entry->flow, &y = b.entry->flow;
        if (x.table_id != y.table_id || a.entry == b.entry) continue;
        if (y.priority > x.priority && y.idle_timeout == 0 && y.match.covers(x.match))
          shadowed.insert(a.entry->origin.frame);
        if (y.priority == x.priority && y.match.overlaps(x.match) && x.actions != y.actions)
          overlapping.insert(a.entry->origin.frame);
      }
    std::set<std::uint64_t> told_overlapping;
    check_tables(lab.state, lab.facts, lab.now, [&](const TableFault& f) {
      if (f.kind == FindingKind::shadowed_flow) {
        told_shadowed.insert(f.flow->origin.frame);
        CHECK(f.other->flow.match.covers(f.flow->flow.match));
      } else if (f.kind == FindingKind::overlapping_flows) {
        told_overlapping.insert(f.flow->origin.frame);
        told_overlapping.insert(f.other->origin.frame);
      }
    });
    CHECK(told_shadowed == shadowed);
    // Of each pair one is told, with one of those that it overlaps.
    CHECK(std::includes(overlapping.begin(), overlapping.end(), told_overlapping.begin(),
                        told_overlapping.end()));
    CHECK(told_overlapping.empty() == overlapping.empty());
  }
}
