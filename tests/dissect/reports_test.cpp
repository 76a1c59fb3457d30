// What a switch says it holds, against what it was told: listings of flows, groups and meters, updates of
// flow monitors. tests/interop/state_test.sh asks a real switch.
#include <catch2/catch.hpp>
#include <string>

#include <oflens/ext/nicira.hpp>
#include <oflens/ext/onf.hpp>
#include <oflens/flow/flow_text.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

#include "mods.hpp"

using namespace oflens;
using namespace std::chrono_literals;
using test::bytes_of;
using test::flow_mod;

namespace {

// A switch that is asked and tells, with a state that listens.
struct Lab {
  DatapathState state;
  Timestamp now = Timestamp(100s);
  std::uint32_t xid = 0;
  std::uint64_t connection = 1;

  Lab() { state.begins(now); }
  Origin origin(std::uint32_t id) const {
    return {.connection = connection, .xid = Xid{id}, .frame = id, .time = now};
  }

  void flow(const std::string& text) { state.apply(flow_mod(text), origin(++xid)); }
  // The entry that a switch lists for that flow.
  v13::FlowStats entry(const std::string& text, Duration age = 1s, std::uint64_t packets = 0) const {
    const Flow f = flow_mod(text).flow;
    v13::FlowStats e{.table_id = v13::TableId{f.table_id}, .priority = f.priority};
    e.duration_sec = static_cast<std::uint32_t>(age / 1s);
    e.duration_nsec = static_cast<std::uint32_t>((age % 1s).count());
    e.idle_timeout = f.idle_timeout;
    e.hard_timeout = f.hard_timeout;
    e.flags = f.flags;
    e.cookie = f.cookie;
    e.packet_count = packets;
    for (const auto oxm : f.match.fields()) e.match.oxm.push_back(oxm);
    Seq<v13::Instruction> all;
    all.borrow(f.actions.encoded.bytes());
    e.instructions = all;
    return e;
  }
  template <Message M>
  std::uint32_t ask(const M& request) {
    const auto bytes = bytes_of(request);
    const auto query = read_state_query(*Frame::at(bytes));
    REQUIRE(query);
    state.asked(*query, origin(++xid));
    return xid;
  }
  template <Message M>
  void tell(std::uint32_t asked, const M& reply) {
    const auto bytes = bytes_of(reply);
    const auto report = read_state_report(*Frame::at(bytes));
    REQUIRE(report);
    state.told(*report, origin(asked));
  }
  void tell_flows(std::uint32_t asked, std::initializer_list<v13::FlowStats> flows, bool more = false) {
    v13::FlowStatsReply reply{.flags =
                                  more ? v13::MultipartReplyFlags::more : v13::MultipartReplyFlags::none};
    for (const auto& f : flows) reply.flows.push_back(f);
    tell(asked, reply);
  }
  void lists(std::initializer_list<v13::FlowStats> flows) { tell_flows(ask(v13::FlowStatsRequest{}), flows); }
  std::string text() const {
    TextBuffer out;
    put_flows(out, state, {.dialect = Version::v13, .at = now});
    for (const auto& [id, e] : state.groups()) {
      put_group(out, e.group, Version::v13);
      out.put('\n');
    }
    for (const auto& [id, e] : state.meters()) put_meter(out, e.meter);
    return std::string(out.view());
  }
  // "missing extra different ...": of what it disagreed about.
  std::string said() const {
    std::string all;
    for (const Disagreement& d : state.disagreements())
      std::visit(
          [&](const auto& what) {
            all += !all.empty() ? " " : "";
            all += !what.told ? "missing" : !what.held ? "extra" : "different";
          },
          d.what);
    CHECK(state.verified().disagreed == state.disagreements().size());
    return all;
  }
};

}  // namespace

TEST_CASE("a listing fills what was there before the capture, and nothing disagrees", "[state]") {
  Lab lab;
  lab.flow("table=1,priority=2,in_port=1,actions=output:2");
  CHECK_FALSE(lab.state.complete(1));
  lab.now += 5s;
  lab.lists({lab.entry("table=1,priority=2,in_port=1,actions=output:2", 5s),
             lab.entry("cookie=7,priority=9,tcp,actions=drop", 60s)});
  CHECK(lab.text() ==
        " cookie=0x7, priority=9,tcp actions=drop\n"
        " table=1, priority=2,in_port=1 actions=output:2\n");
  CHECK(lab.said().empty());
  CHECK(lab.state.verified().found == 1);
  CHECK(lab.state.verified().agreed == 1);
  CHECK(lab.state.complete(1));
  const FlowEntry* e = lab.state.find(0, 9, flow_mod("tcp,actions=drop").flow.match);
  REQUIRE(e != nullptr);
  CHECK(e->reported);
  CHECK(e->created == lab.now - 60s);
  CHECK(e->origin.frame == 2);
}

TEST_CASE("a flow that nobody was seen to add is missing: added since the capture began, or behind a listing",
          "[state]") {
  Lab lab;
  lab.now += 60s;
  lab.lists({lab.entry("priority=1,actions=drop", 10s)});
  CHECK(lab.said() == "missing");
  CHECK(lab.text() == " priority=1 actions=drop\n");
  // It was not listed a while ago, though it says that it is older.
  lab.lists({lab.entry("priority=1,actions=drop", 10s), lab.entry("priority=2,actions=drop", 1000s)});
  CHECK(lab.said() == "missing missing");
}

TEST_CASE("a flow that is not listed is not there", "[state]") {
  Lab lab;
  lab.flow("priority=1,actions=drop");
  lab.flow("priority=2,actions=drop");
  lab.now += 5s;
  SECTION("of those that were asked for") {
    lab.tell_flows(lab.ask(v13::FlowStatsRequest{.table_id = v13::TableId{1}}), {});
    CHECK(lab.said().empty());
    CHECK(lab.state.complete(1));
    CHECK_FALSE(lab.state.complete(0));
    lab.lists({lab.entry("priority=2,actions=drop", 5s)});
    CHECK(lab.said() == "extra");
    CHECK(lab.text() == " priority=2 actions=drop\n");
  }
  SECTION("after the last part") {
    const auto asked = lab.ask(v13::FlowStatsRequest{});
    lab.tell_flows(asked, {lab.entry("priority=2,actions=drop", 5s)}, true);
    CHECK(lab.said().empty());
    lab.tell_flows(asked, {lab.entry("priority=1,actions=drop", 5s)});
    CHECK(lab.said().empty());
    CHECK(lab.state.verified().listings == 1);
  }
  SECTION("but not when nobody was seen to ask, or bytes are lost") {
    lab.tell_flows(77, {lab.entry("priority=2,actions=drop", 5s)});
    const auto asked = lab.ask(v13::FlowStatsRequest{});
    lab.state.lost(lab.connection);
    lab.tell_flows(asked, {lab.entry("priority=2,actions=drop", 5s)});
    CHECK(lab.said().empty());
    CHECK(lab.text() == " priority=2 actions=drop\n priority=1 actions=drop\n");
  }
  SECTION("nor when a timeout may have ended it") {
    lab.flow("priority=3,idle_timeout=4,actions=drop");
    lab.now += 5s;
    lab.lists({lab.entry("priority=2,actions=drop", 5s), lab.entry("priority=1,actions=drop", 5s)});
    CHECK(lab.said().empty());
    CHECK(lab.text() == " priority=2 actions=drop\n priority=1 actions=drop\n");
  }
}

TEST_CASE("a flow that is listed otherwise becomes what is listed", "[state]") {
  Lab lab;
  const char* held = GENERATE("cookie=1,priority=1,actions=output:1", "cookie=2,priority=1,actions=output:2",
                              "cookie=1,priority=1,idle_timeout=9,actions=output:2",
                              "cookie=1,priority=1,send_flow_rem,actions=output:2");
  lab.flow("cookie=1,priority=1,actions=output:2");
  lab.now += 5s;
  lab.lists({lab.entry(held, 5s)});
  CHECK(lab.said() == "different");
  Lab other;
  other.flow(held);
  CHECK(lab.text() == other.text());
  lab.lists({lab.entry(held, 5s)});
  CHECK(lab.said() == "different");
}

TEST_CASE("what is changed while the switch is asked may be listed or not", "[state]") {
  Lab lab;
  lab.flow("priority=1,actions=output:1");
  lab.now += 5s;
  SECTION("after the question") {
    const auto asked = lab.ask(v13::FlowStatsRequest{});
    lab.flow("delete_strict,priority=1");
    lab.flow("priority=2,actions=drop");
    lab.state.confirm(lab.connection);
    lab.tell_flows(asked, {lab.entry("priority=1,actions=output:1", 5s)});
    CHECK(lab.said().empty());
    CHECK(lab.text() == " priority=2 actions=drop\n");
  }
  SECTION("by another controller, a moment before") {
    lab.connection = 2;
    lab.flow("modify_strict,priority=1,actions=output:7");
    lab.connection = 1;
    lab.lists({lab.entry("priority=1,actions=output:1", 5s)});
    CHECK(lab.said().empty());
    CHECK(lab.text() == " priority=1 actions=output:7\n");
  }
  SECTION("but not when a barrier has confirmed it") {
    lab.connection = 2;
    lab.flow("modify_strict,priority=1,actions=output:7");
    lab.state.confirm(2);
    lab.connection = 1;
    lab.lists({lab.entry("priority=1,actions=output:1", 5s)});
    CHECK(lab.said() == "different");
  }
}

TEST_CASE("a late error undoes what it refuses, whatever was listed since", "[state]") {
  Lab lab;
  lab.flow("priority=1,actions=output:1");
  const std::uint32_t refused = lab.xid;
  lab.now += 5s;
  lab.lists({lab.entry("priority=2,actions=drop", 60s), lab.entry("priority=1,actions=output:9", 5s)});
  CHECK(lab.said() == "different");
  CHECK(lab.state.reject(lab.connection, Xid{refused}));
  CHECK(lab.text() == " priority=2 actions=drop\n priority=1 actions=output:9\n");
}

TEST_CASE("to be listed, or to have met packets since, pushes an idle timeout back", "[state]") {
  Lab lab;
  const char* flow = "priority=1,idle_timeout=10,actions=drop";
  lab.flow(flow);
  const auto doubtful_at = [&](Duration later) {
    return lab.state.expiry(*lab.state.find(0, 1, {}), lab.now + later).state == Expiry::State::doubtful;
  };
  CHECK(doubtful_at(11s));
  lab.now += 8s;
  lab.lists({lab.entry(flow, 8s, 5)});
  CHECK(doubtful_at(3s));
  lab.now += 1s;
  lab.lists({lab.entry(flow, 9s, 6)});  // a packet, a second ago, and half a second for it to count
  CHECK_FALSE(doubtful_at(8s));
  CHECK(doubtful_at(8500ms));
}

TEST_CASE("to be listed says nothing about packets where there is no idle timeout", "[state]") {
  Lab lab;
  lab.flow("priority=1,actions=drop");
  lab.now += 8s;
  lab.lists({lab.entry("priority=1,actions=drop", 8s)});
  lab.flow("priority=1,idle_timeout=5,actions=drop");  // as idle as it was
  CHECK(lab.state.expiry(*lab.state.find(0, 1, {}), lab.now).state == Expiry::State::doubtful);
}

TEST_CASE("a match that 1.0 cannot tell is found by the rest", "[state]") {
  Lab lab;
  const std::string flow = "priority=1,tcp,tp_dst=0x50/0xfff0,reg0=7,actions=output:2";
  lab.state.apply(flow_mod(flow, Version::v10), lab.origin(++lab.xid));
  const std::string before = lab.text();
  lab.now += 5s;
  v10::FlowStatsRequest request;
  request.match.wildcards = v10::Wildcards::all;
  v10::FlowStats entry{.duration_sec = 5, .priority = 1};
  entry.match = v10::Match{.dl_type = 0x0800, .nw_proto = 6, .tp_dst = 80};
  entry.match.wildcards = static_cast<v10::Wildcards>(0x003820ef & ~(0x10u | 0x20u | 0x80u) & ~0x80u);
  entry.actions.push_back(v10::Output{.port = v10::PortNo{2}});
  v10::FlowStatsReply reply;
  reply.flows.push_back(entry);
  lab.tell(lab.ask(request), reply);
  CHECK(lab.said().empty());
  CHECK(lab.state.verified().agreed == 1);
  CHECK(lab.text() == before);
}

TEST_CASE("a listing of 1.0 whose request is not in the capture fills what was there before", "[state]") {
  Lab lab;
  v10::FlowStatsReply reply;
  for (std::uint16_t port = 1; port <= 2; ++port) {
    v10::FlowStats entry{.duration_sec = 60, .priority = port};
    entry.match.wildcards = v10::Wildcards::all;
    entry.actions.push_back(v10::Output{.port = v10::PortNo{port}});
    reply.flows.push_back(entry);
  }
  lab.tell(77, reply);
  CHECK(lab.text() == " priority=2 actions=output:2\n priority=1 actions=output:1\n");
  CHECK(lab.state.verified().found == 2);
  CHECK(lab.said().empty());
}

TEST_CASE("groups and meters that are described", "[state]") {
  Lab lab;
  v13::GroupMod add{.group_id = v13::GroupId{1}};
  add.buckets.push_back(v13::Bucket{.actions = {v13::Output{.port = PortNo{1}}}});
  const auto added = bytes_of(add);
  lab.state.apply(*read_group_mod(*Frame::at(added)), lab.origin(++lab.xid));
  v13::MeterMod meter{.flags = v13::MeterFlags::kbps, .meter_id = v13::MeterId{1}};
  meter.bands.push_back(v13::DropBand{.rate = 100});
  const auto metered = bytes_of(meter);
  lab.state.apply(*read_meter_mod(*Frame::at(metered)), lab.origin(++lab.xid));

  v13::GroupDesc first{.group_id = v13::GroupId{1}, .buckets = add.buckets},
      second{.type = v13::GroupType::ff, .group_id = v13::GroupId{2}};
  v13::GroupDescReply both;
  both.groups.push_back(first);
  both.groups.push_back(second);
  lab.tell(lab.ask(v13::GroupDescRequest{}), both);
  CHECK(lab.said().empty());
  CHECK(lab.state.verified().found == 1);
  CHECK(lab.state.groups().size() == 2);
  v13::GroupDescReply changed;
  first.type = v13::GroupType::select;
  changed.groups.push_back(first);
  lab.tell(lab.ask(v13::GroupDescRequest{}), changed);
  CHECK(lab.said() == "different extra");
  CHECK(lab.state.groups().size() == 1);

  lab.tell(lab.ask(v13::MeterConfigRequest{}), v13::MeterConfigReply{});
  CHECK(lab.said() == "different extra extra");
  CHECK(lab.state.meters().empty());
}

TEST_CASE("a flow monitor tells of changes that nobody was seen to make", "[state]") {
  Lab lab;
  lab.flow("priority=1,actions=output:1");
  lab.state.monitored(lab.origin(++lab.xid));
  const auto update = [&](FlowUpdate::Event event, const std::string& text, std::uint32_t id = 0) {
    lab.state.told({{event, flow_mod(text).flow, text.find("actions") != text.npos}}, lab.origin(id));
  };
  using Event = FlowUpdate::Event;
  // Late news of what is known.
  lab.flow("modify_strict,priority=1,actions=output:2");
  update(Event::modified, "priority=1,actions=output:1");
  CHECK(lab.said().empty());
  lab.now += 5s;
  update(Event::modified, "priority=1,actions=output:2");
  CHECK(lab.state.verified().agreed == 1);
  update(Event::added, "priority=2,actions=drop", 99);  // it was there: in answer to the request
  CHECK(lab.state.verified().found == 1);
  update(Event::added, "priority=3,actions=drop");
  CHECK(lab.said() == "missing");
  lab.now += 5s;
  update(Event::modified, "priority=3,actions=output:3");
  CHECK(lab.said() == "missing different");
  lab.now += 5s;
  update(Event::deleted, "delete_strict,table=0,priority=1");
  CHECK(lab.said() == "missing different extra");
  CHECK(lab.text() == " priority=3 actions=output:3\n priority=2 actions=drop\n");
}

TEST_CASE("what is listed while the state is frozen is not heeded", "[state]") {
  Lab lab;
  lab.flow("priority=1,actions=output:1");
  lab.now += 5s;
  const auto asked = lab.ask(v13::FlowStatsRequest{});
  lab.state.freeze(true);
  lab.tell_flows(asked, {});
  CHECK(lab.text() == " priority=1 actions=output:1\n");
  CHECK(lab.said().empty());
}
