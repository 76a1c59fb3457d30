// Groups, meters and bundles, and what becomes of flows with them: 1.3.5 §6.7, §6.8, the ONF's bundles, and
// what ovs-vswitchd 3.1.0 does, which was asked. tests/interop/state_test.sh asks it about many more.
#include <catch2/catch.hpp>
#include <random>
#include <string>

#include <oflens/ext/nxm.hpp>
#include <oflens/ext/onf.hpp>
#include <oflens/flow/flow_text.hpp>

#include "mods.hpp"

using namespace oflens;
using namespace std::chrono_literals;
using test::bytes_of;
using test::flow_bytes;

namespace {

using Refusal = DatapathState::Refusal;

v13::GroupMod group_mod(v13::GroupModCommand command, std::uint32_t id,
                        std::initializer_list<unsigned> ports = {},
                        v13::GroupType type = v13::GroupType::all) {
  v13::GroupMod m{.command = command, .type = type, .group_id = v13::GroupId{id}};
  for (const unsigned port : ports)
    m.buckets.push_back(v13::Bucket{.actions = {v13::Output{.port = PortNo{port}}}});
  return m;
}
v13::MeterMod meter_mod(v13::MeterModCommand command, std::uint32_t id, std::uint32_t rate = 0) {
  v13::MeterMod m{.command = command, .flags = v13::MeterFlags::kbps, .meter_id = v13::MeterId{id}};
  if (rate != 0) m.bands.push_back(v13::DropBand{.rate = rate});
  return m;
}
constexpr auto add = v13::GroupModCommand::add;
constexpr auto modify = v13::GroupModCommand::modify;
constexpr auto delete_ = v13::GroupModCommand::delete_;
constexpr auto all_groups = static_cast<std::uint32_t>(v13::GroupId::all);
constexpr auto all_meters = static_cast<std::uint32_t>(v13::MeterId::all);

// A state, and short words for what is done to it.
struct Lab {
  DatapathState state;
  Timestamp now = Timestamp(100s);
  std::uint32_t xid = 0;
  std::uint64_t connection = 1;

  Origin next() { return {connection, Xid{++xid}, 0, xid, now}; }
  Change bytes(const std::vector<std::byte>& message) { return test::apply(state, message, next()); }
  Change flow(const std::string& text) { return bytes(flow_bytes(text)); }
  template <Message M>
  Change apply(const M& message) {
    return bytes(bytes_of(message));
  }
  Change control(onf::BundleControlType type, std::uint32_t id = 1) {
    const auto message = bytes_of(onf::BundleControl{.bundle_id = id, .type = type});
    const auto read = read_bundle_message(*Frame::at(message));
    REQUIRE(read);
    return state.apply(*read, next());
  }
  void bundled(const std::vector<std::byte>& inner, std::uint32_t id = 1) {
    const auto message =
        bytes_of(onf::BundleAddMessage{.bundle_id = id, .message_ = Payload::borrowed(inner)});
    const auto read = read_bundle_message(*Frame::at(message));
    REQUIRE(read);
    CHECK(state.apply(*read, next()) == Change{});
  }
  bool reject(std::uint32_t which, Refusal refusal = Refusal::message) {
    return state.reject(connection, Xid{which}, refusal);
  }
  std::string text(Version dialect = Version::v13) const {
    TextBuffer out;
    put_flows(out, state, {.dialect = dialect, .at = now});
    for (const auto& [id, entry] : state.groups()) {
      put_group(out, entry.group, dialect);
      out.put('\n');
    }
    for (const auto& [id, entry] : state.meters()) put_meter(out, entry.meter);
    return std::string(out.view());
  }
};

}  // namespace

// ---- groups and meters

TEST_CASE("groups are added, modified, deleted", "[state]") {
  Lab lab;
  lab.apply(group_mod(add, 1, {1}));
  lab.now += 1s;
  lab.apply(group_mod(add, 2, {2, 3}, v13::GroupType::select));
  lab.apply(group_mod(modify, 1, {4}, v13::GroupType::indirect));
  CHECK(lab.text() ==
        " group_id=1,type=indirect,bucket=actions=output:4\n"
        " group_id=2,type=select,bucket=weight:0,actions=output:2,bucket=weight:0,actions=output:3\n");
  CHECK(lab.state.groups().at(v13::GroupId{1}).created == Timestamp(100s));
  CHECK(lab.state.groups().at(v13::GroupId{1}).modified == Timestamp(101s));
  CHECK(lab.state.groups().at(v13::GroupId{1}).origin.xid == Xid{1});
  lab.apply(group_mod(delete_, 7));
  lab.apply(group_mod(delete_, 1));
  CHECK(lab.state.groups().size() == 1);
  lab.apply(group_mod(add, 3));
  lab.apply(group_mod(add, all_groups));  // which is none
  CHECK(lab.state.groups().size() == 2);
  lab.apply(group_mod(delete_, all_groups));
  CHECK(lab.text().empty());
}

TEST_CASE("meters are added, modified, deleted", "[state]") {
  using Command = v13::MeterModCommand;
  Lab lab;
  lab.apply(meter_mod(Command::add, 1, 100));
  lab.apply(meter_mod(Command::add, 2, 200));
  lab.apply(meter_mod(Command::modify, 1, 300));
  CHECK(lab.text() == "meter=1 kbps bands=\ntype=drop rate=300\nmeter=2 kbps bands=\ntype=drop rate=200\n");
  lab.apply(meter_mod(Command::delete_, 1));
  CHECK(lab.text() == "meter=2 kbps bands=\ntype=drop rate=200\n");
  lab.apply(meter_mod(Command::add, 1, 100));
  lab.apply(meter_mod(Command::add, all_meters));  // which is none
  CHECK(lab.state.meters().size() == 2);
  lab.apply(meter_mod(Command::delete_, all_meters));
  CHECK(lab.text().empty());
}

TEST_CASE("flows fall with the group or meter that they refer to", "[state]") {
  Lab lab;
  lab.apply(group_mod(add, 1, {1}));
  lab.apply(group_mod(add, 2, {2}));
  lab.apply(meter_mod(v13::MeterModCommand::add, 1, 100));
  lab.flow("add priority=1,actions=group:1");
  lab.flow("add priority=2,actions=write_actions(group:1)");
  lab.flow("add priority=3,actions=clone(group:1),2");
  lab.flow("add priority=4,actions=group:2");
  lab.flow("add priority=5,actions=meter:1,output:3");
  lab.flow("add priority=6,actions=output:3");
  SECTION("that group") {
    CHECK(lab.apply(group_mod(delete_, 1)) == Change{.removed = 3});
    CHECK(lab.state.size() == 3);
  }
  SECTION("all groups") {
    CHECK(lab.apply(group_mod(delete_, all_groups)) == Change{.removed = 4});
    CHECK(lab.state.size() == 2);
  }
  SECTION("that meter") {
    CHECK(lab.apply(meter_mod(v13::MeterModCommand::delete_, 1)) == Change{.removed = 1});
    CHECK(lab.state.size() == 5);
  }
  SECTION("all meters") {
    CHECK(lab.apply(meter_mod(v13::MeterModCommand::delete_, all_meters)) == Change{.removed = 1});
  }
  SECTION("not where the flow was modified, replaced or deleted before") {
    lab.flow("modify_strict priority=1,actions=output:1");
    lab.flow("add priority=2,actions=output:1");
    lab.flow("delete_strict priority=3");
    CHECK(lab.apply(group_mod(delete_, 1)) == Change{});
  }
  SECTION("also where it was modified to") {
    lab.flow("modify_strict priority=6,actions=group:1");
    CHECK(lab.apply(group_mod(delete_, 1)) == Change{.removed = 4});
  }
  SECTION("groups that refer to groups stay") {
    v13::GroupMod chained = group_mod(add, 3);
    chained.buckets.push_back(v13::Bucket{.actions = {v13::Group{.group_id = v13::GroupId{1}}}});
    lab.apply(chained);
    lab.flow("add priority=7,actions=group:3");
    CHECK(lab.apply(group_mod(delete_, 1)) == Change{.removed = 3});
    CHECK(lab.text().find("group_id=3,type=all,bucket=actions=group:1\n") != std::string::npos);
  }
}

TEST_CASE("buckets are inserted and removed", "[state]") {
  Lab lab;
  const auto mod = [](nicira::GroupModCommand command, nicira::BucketId where,
                      std::initializer_list<std::uint32_t> ids) {
    nicira::GroupMod m{.command = command, .type = v13::GroupType::all, .group_id = v13::GroupId{1}};
    m.command_bucket_id = where;
    for (const std::uint32_t id : ids)
      m.buckets.push_back(nicira::Bucket{.bucket_id = nicira::BucketId{id},
                                         .actions = {v10::Output{.port = static_cast<v10::PortNo>(id)}}});
    return m;
  };
  using Command = nicira::GroupModCommand;
  using Id = nicira::BucketId;
  const auto order = [&] {
    std::string ids;
    for (const Bucket& b : lab.state.groups().at(v13::GroupId{1}).group.buckets)
      ids += std::to_string(b.id) + ' ';
    return ids;
  };
  lab.apply(mod(Command::insert_bucket, Id::first, {9}));  // there is no group yet
  CHECK(lab.state.groups().empty());
  lab.apply(mod(Command::add, Id::all, {5, 6}));
  CHECK(lab.text(Version::v10) ==
        " group_id=1,type=all,bucket=bucket_id:5,actions=output:5,bucket=bucket_id:6,actions=output:6\n");
  CHECK(lab.text() == " group_id=1,type=all,bucket=actions=output:5,bucket=actions=output:6\n");
  lab.apply(mod(Command::insert_bucket, Id::first, {1, 2}));
  CHECK(order() == "1 2 5 6 ");
  lab.apply(mod(Command::insert_bucket, Id::last, {8}));
  CHECK(order() == "1 2 5 6 8 ");
  lab.apply(mod(Command::insert_bucket, Id{5}, {7, 4}));
  CHECK(order() == "1 2 5 7 4 6 8 ");
  lab.apply(mod(Command::insert_bucket, Id{77}, {10}));        // refused: no such bucket
  lab.apply(mod(Command::insert_bucket, Id::first, {10, 4}));  // refused: is there
  CHECK(order() == "1 2 5 7 4 6 8 ");
  lab.apply(mod(Command::remove_bucket, Id::first, {}));
  lab.apply(mod(Command::remove_bucket, Id::last, {}));
  lab.apply(mod(Command::remove_bucket, Id{7}, {}));
  lab.apply(mod(Command::remove_bucket, Id{77}, {}));  // refused
  CHECK(order() == "2 5 4 6 ");
  CHECK(lab.reject(lab.xid - 1));
  CHECK(order() == "2 5 7 4 6 ");  // bucket 7 was not removed
  lab.apply(mod(Command::remove_bucket, Id::all, {}));
  CHECK(order().empty());
  CHECK(lab.reject(lab.xid));
  CHECK(order() == "2 5 7 4 6 ");
}

TEST_CASE("flows that fell with a group are announced, and not taken for others", "[state]") {
  Lab lab;
  lab.apply(group_mod(add, 1, {1}));
  lab.flow("add send_flow_rem,priority=5,actions=group:1");
  lab.apply(group_mod(delete_, 1));
  lab.flow("add send_flow_rem,priority=5,actions=output:1");
  FlowRemoved removed;
  removed.reason = v13::FlowRemovedReason::group_delete;
  removed.priority = 5;
  removed.table_id = 0;
  CHECK(lab.state.removed(removed, lab.next()) == Change{});
  CHECK(lab.state.size() == 1);
  CHECK(lab.state.removed(removed, lab.next()) == Change{.removed = 1});
}

TEST_CASE("a bucket of 1.0 in the words of 1.3: each action that sets a tag adds one", "[state]") {
  Lab lab;
  nicira::GroupMod m{.command = nicira::GroupModCommand::add, .group_id = v13::GroupId{1}};
  const v10::SetVlanVid set{.vlan_vid = 5};
  m.buckets.push_back(nicira::Bucket{.actions = {set, set}});
  lab.apply(m);
  CHECK(lab.text() ==
        " group_id=1,type=all,bucket=actions=push_vlan:0x8100,set_field:4101->vlan_vid,"
        "push_vlan:0x8100,set_field:4101->vlan_vid\n");
}

TEST_CASE("every controller is told of a removal, and that is one removal", "[state]") {
  Lab lab;
  FlowRemoved removed;
  removed.priority = 5;
  removed.lifetime = 7us;
  removed.reason = v13::FlowRemovedReason::delete_;
  const auto told = [&](std::uint64_t connection) {
    lab.connection = connection;
    return lab.state.removed(removed, lab.next());
  };
  lab.flow("add table=1,send_flow_rem,priority=5,actions=drop");
  lab.flow("add table=2,send_flow_rem,priority=5,actions=drop");
  lab.flow("delete table=1");
  lab.flow("delete table=2");
  CHECK(told(1) == Change{});
  CHECK(told(1) == Change{});
  lab.flow("add table=1,send_flow_rem,priority=5,actions=drop");
  CHECK(told(2) == Change{});
  CHECK(told(2) == Change{});
  CHECK(told(3) == Change{});
  CHECK(lab.state.size() == 1);
  CHECK(told(2) == Change{.removed = 1});
  CHECK(told(1) == Change{});
}

TEST_CASE("a flow that lived as long as the one before is removed like that", "[state]") {
  Lab lab;
  FlowRemoved removed;
  removed.priority = 5;
  removed.lifetime = 10s;
  removed.reason = v13::FlowRemovedReason::hard_timeout;
  for (const std::uint64_t connection : {1u, 2u}) {  // the controller comes back on another one
    lab.connection = connection;
    lab.flow("add hard_timeout=10,send_flow_rem,priority=5,actions=drop");
    lab.now += 10s;
    CHECK(lab.state.removed(removed, lab.next()) == Change{.removed = 1});
  }
  lab.connection = 1;
  CHECK(lab.state.removed(removed, lab.next()) == Change{});
}

TEST_CASE("what Open vSwitch makes of odd flow_mods", "[state]") {
  Lab lab;
  v10::FlowMod arp;  // whose operation stands where the protocol does
  arp.match.wildcards = static_cast<v10::Wildcards>(0x3820ff & ~0x30u);
  arp.match.dl_type = 0x0806;
  arp.match.nw_proto = 6;
  arp.actions = {v10::SetTpDst{.tp_port = 80}};
  lab.apply(arp);
  CHECK(lab.text() == " reset_counts arp,arp_op=6 actions=set_field:80->tcp_dst\n");
  lab.flow("delete");
  v13::FlowMod tracked;  // with a bit that it does not have
  tracked.match = {oxm::eth_type(0x0800), nicira::nxm_nx_ct_state(0x20, 0x120)};
  lab.apply(tracked);
  CHECK(lab.text() == " ct_state=+trk,ip actions=drop\n");
}

// ---- errors

TEST_CASE("an error brings back a group or meter, and the flows that fell with it", "[state]") {
  Lab lab;
  lab.apply(group_mod(add, 1, {1}));
  lab.apply(meter_mod(v13::MeterModCommand::add, 1, 100));
  lab.flow("add priority=1,actions=group:1");
  lab.flow("add priority=2,actions=meter:1,output:1");
  const std::string before = lab.text();
  const auto twenty_more = [&] {
    for (unsigned i = 0; i < 20; ++i)
      lab.flow("add table=1,priority=" + std::to_string(i % 7) + ",actions=output:" + std::to_string(i));
  };
  SECTION("deleted") {
    lab.apply(group_mod(delete_, 1));
    const std::uint32_t deletion = lab.xid;
    CHECK(lab.text() != before);
    twenty_more();
    CHECK(lab.reject(deletion));
  }
  SECTION("modified") {
    lab.apply(group_mod(modify, 1, {7}));
    const std::uint32_t modification = lab.xid;
    twenty_more();
    CHECK(lab.reject(modification));
  }
  SECTION("a meter") {
    lab.apply(meter_mod(v13::MeterModCommand::delete_, all_meters));
    const std::uint32_t deletion = lab.xid;
    twenty_more();
    CHECK(lab.reject(deletion));
  }
  SECTION("added") {
    lab.apply(group_mod(add, 2, {2}));
    const std::uint32_t addition = lab.xid;
    twenty_more();
    lab.apply(group_mod(modify, 2, {3}));
    CHECK(lab.reject(addition));
    CHECK(lab.reject(lab.xid));
  }
  lab.flow("delete table=1");
  CHECK(lab.text() == before);
}

TEST_CASE("a flow_mod of a secondary controller is refused, and leaves nothing", "[state]") {
  Lab lab;
  lab.flow("add priority=1,actions=output:1");
  const std::string before = lab.text();
  lab.connection = 2;  // whose role is secondary: OFPBRC_IS_SLAVE
  lab.flow("delete_strict priority=1");
  lab.flow("add priority=2,actions=output:1");
  CHECK(lab.reject(2));
  CHECK(lab.reject(3));
  CHECK(lab.text() == before);
}

TEST_CASE("a frozen state learns what became of what was asked for before", "[state]") {
  Lab lab;
  lab.flow("add priority=1,idle_timeout=5,send_flow_rem,actions=output:1");
  lab.flow("add priority=2,actions=output:2");
  const std::string before = lab.text();
  lab.flow("delete");
  const std::uint64_t mark = lab.state.mark();
  const Timestamp moment = lab.now;
  lab.state.freeze(true);
  SECTION("nothing that is asked for is done") {
    lab.flow("add priority=3,actions=output:3");
    lab.apply(group_mod(add, 1, {1}));
    CHECK(lab.text().empty());
  }
  SECTION("the deletion was refused") {
    lab.flow("add priority=2,actions=output:9");
    lab.now += 10s;
    lab.state.set_watched(false, lab.now);
    CHECK(lab.reject(3));
    lab.now = moment;
    CHECK(lab.text() == before);
  }
  SECTION("an error that names what was asked for later is not for what was before") {
    lab.xid = 2;
    lab.flow("add priority=3,actions=output:3");  // of the deletion's xid
    CHECK(lab.reject(3));
    CHECK(lab.text().empty());
    CHECK(lab.reject(3));
    CHECK(lab.text() == before);
  }
  SECTION("a barrier made it final") {
    lab.state.confirm(1, mark);
    CHECK_FALSE(lab.reject(3));
    CHECK(lab.text().empty());
  }
}

// ---- bundles

TEST_CASE("a bundle is carried out when it is committed", "[state]") {
  using Type = onf::BundleControlType;
  Lab lab;
  lab.flow("add priority=9,actions=output:9");
  const std::string before = lab.text();
  lab.control(Type::open_request);
  lab.bundled(bytes_of(group_mod(add, 1, {1})));
  lab.bundled(flow_bytes("add priority=1,actions=group:1"));
  lab.bundled(flow_bytes("delete_strict priority=9"));
  lab.bundled(bytes_of(v13::EchoRequest{}));  // which no bundle can hold
  CHECK(lab.text() == before);
  SECTION("committed") {
    lab.control(Type::close_request);
    lab.now += 5s;
    CHECK(lab.control(Type::commit_request) == Change{.added = 1, .removed = 1});
    CHECK(lab.text() == " priority=1 actions=group:1\n group_id=1,type=all,bucket=actions=output:1\n");
    const FlowEntry* e = lab.state.find(0, 1, {});
    REQUIRE(e != nullptr);
    CHECK(e->created == lab.now);
    CHECK(e->origin.xid == Xid{4});                        // the message in the bundle
    CHECK(lab.control(Type::commit_request) == Change{});  // there is none any more
    SECTION("and refused: nothing of it stays, nor can it be committed again") {
      lab.flow("add priority=10,actions=output:1");
      CHECK(lab.reject(8));
      lab.flow("delete_strict priority=10");
      CHECK(lab.text() == before);
      CHECK(lab.control(Type::commit_request) == Change{});
    }
    SECTION("one of its messages was refused when it came") {
      CHECK(lab.reject(3));
      CHECK(lab.text() == " priority=1 actions=group:1\n");
    }
    SECTION("when it was closed, because of other flags") {
      CHECK(lab.reject(7, Refusal::bundle));
      CHECK(lab.text() == before);
    }
  }
  SECTION("without being closed") {
    CHECK(lab.control(Type::commit_request) == Change{.added = 1, .removed = 1});
  }
  SECTION("discarded") {
    lab.control(Type::discard_request);
    CHECK(lab.control(Type::commit_request) == Change{});
    CHECK(lab.text() == before);
  }
  SECTION("another bundle, another connection") {
    CHECK(lab.control(Type::commit_request, 2) == Change{});
    lab.connection = 2;
    CHECK(lab.control(Type::commit_request) == Change{});
    CHECK(lab.text() == before);
  }
  SECTION("opened again: what it held is gone") {
    lab.control(Type::open_request);
    CHECK(lab.control(Type::commit_request) == Change{});
  }
  SECTION("its connection ends") {
    lab.state.close(lab.next());
    CHECK(lab.control(Type::commit_request) == Change{});
    CHECK(lab.text() == before);
  }
}

TEST_CASE("bundles have limits", "[state]") {
  DatapathState::Limits limits;
  limits.bundled = 3;
  limits.groups = limits.meters = 2;
  Lab lab{.state = DatapathState(limits)};
  for (unsigned i = 0; i < 5; ++i)
    lab.bundled(flow_bytes("add priority=" + std::to_string(i) + ",actions=drop"), i);
  CHECK(lab.state.refused() == 2);
  CHECK(lab.control(onf::BundleControlType::commit_request, 0) == Change{.added = 1});
  lab.bundled(flow_bytes("add priority=9,actions=drop"));
  CHECK(lab.state.refused() == 2);
  for (unsigned i = 0; i < 3; ++i) lab.apply(group_mod(add, i));
  for (unsigned i = 1; i < 4; ++i) lab.apply(meter_mod(v13::MeterModCommand::add, i));
  CHECK(lab.state.refused() == 4);
  CHECK(lab.state.groups().size() == 2);
  CHECK(lab.state.meters().size() == 2);
}

// ---- tables that learn

TEST_CASE("a table that a flow learns into may hold more than was said", "[state]") {
  Lab lab;
  const auto learnt = [&] { return lab.state.learnt_tables().count(); };
  lab.flow("add priority=1,actions=learn(table=10,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[]),output:1");
  CHECK(lab.state.learnt_tables().test(10));
  CHECK(learnt() == 1);
  SECTION("refused") {
    CHECK(lab.reject(1));
    CHECK(learnt() == 0);
  }
  SECTION("the flow is gone, what it learnt may be there still; until the table is emptied") {
    lab.flow("delete table=10");
    CHECK(learnt() == 1);  // it learns on
    lab.flow("delete_strict priority=1");
    CHECK(learnt() == 1);
    lab.flow("delete table=10,tcp");
    CHECK(learnt() == 1);
    lab.flow("delete table=10");
    CHECK(learnt() == 0);
    CHECK(lab.reject(lab.xid));
    CHECK(learnt() == 1);
  }
  SECTION("by what a flow is modified to") {
    lab.flow("modify actions=learn(table=11,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[])");
    CHECK(learnt() == 2);
  }
}

// ---- any operations with any errors

namespace {

// Writes down what can be done to a state, to do it again.
class Script {
 public:
  struct Step {
    std::variant<FlowMod, FlowRemoved, GroupMod, MeterMod, BundleMessage> what;
    Origin origin;
    bool answered = false, left_out = false;
  };

  explicit Script(unsigned seed) : random_(seed) {}
  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }

  Step step(std::uint32_t xid, Timestamp now) {
    Step s;
    s.origin = {1 + below(2), Xid{xid}, 0, xid, now};
    if (below(4) == 0) {
      using What = BundleMessage::What;
      static constexpr What kinds[] = {What::add,   What::add,    What::add,    What::open,
                                       What::close, What::commit, What::commit, What::discard};
      BundleMessage m{kinds[below(8)], below(2), nullptr};
      if (m.what == What::add) m.mod = std::make_shared<const StateMod>(mod());
      s.what = m;
    } else if (below(20) == 0) {
      FlowRemoved r;
      r.reason = static_cast<v13::FlowRemovedReason>(below(4));
      r.priority = static_cast<std::uint16_t>(below(4));
      r.table_id = static_cast<std::uint8_t>(below(2));
      s.what = r;
    } else {
      std::visit(
          [&](auto&& m) {
            if constexpr (!std::is_same_v<std::remove_cvref_t<decltype(m)>, std::monostate>)
              s.what = std::move(m);
          },
          mod());
    }
    return s;
  }

 private:
  std::string number(unsigned n) { return std::to_string(below(n)); }
  StateMod mod() {
    using Command = v13::MeterModCommand;
    switch (below(4)) {
      case 0: {
        const unsigned command = below(4);
        const std::uint32_t id = command == 2 && below(4) == 0 ? all_groups : 1 + below(3);
        v13::GroupMod m = group_mod(static_cast<v13::GroupModCommand>(command % 3), id);
        if (command != 2)
          for (unsigned i = below(3); i > 0; --i)
            m.buckets.push_back(v13::Bucket{.actions = {v13::Group{.group_id = v13::GroupId{1 + below(3)}}}});
        return *read_group_mod(*Frame::at(keep(bytes_of(m))));
      }
      case 1: {
        const unsigned command = below(3);
        const std::uint32_t id = command == 2 && below(4) == 0 ? all_meters : 1 + below(3);
        return *read_meter_mod(
            *Frame::at(keep(bytes_of(meter_mod(static_cast<Command>(command), id, below(3))))));
      }
      default: break;
    }
    static const char* const commands[] = {"add",           "add",    "add",          "modify",
                                           "modify_strict", "delete", "delete_strict"};
    const std::string command = commands[below(7)];
    std::string text = command + " table=" + number(2) + ",priority=" + number(4);
    if (command == "modify" || command == "delete") text = command + " table=" + number(2);
    if (below(3) == 0) text += ",in_port=" + number(3);
    if (command == "add" && below(3) == 0) text += ",send_flow_rem";
    if (command == "delete" && below(2) == 0) text += ",out_group=" + std::to_string(1 + below(3));
    if (command[0] != 'd') {
      static const char* const actions[] = {
          "output:1",        "group:1",
          "group:2,group:3", "write_actions(group:2)",
          "clone(group:3)",  "meter:1,output:1",
          "meter:2,group:1", "learn(table=1,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[])"};
      text += std::string(",actions=") + actions[below(8)];
    }
    return test::flow_mod(text);
  }
  const std::vector<std::byte>& keep(std::vector<std::byte> bytes) { return bytes_ = std::move(bytes); }

  std::mt19937 random_;
  std::vector<std::byte> bytes_;
};

void do_step(Lab& lab, const Script::Step& s) {
  std::visit(
      [&](const auto& what) {
        if constexpr (std::is_same_v<decltype(what), const FlowRemoved&>)
          lab.state.removed(what, s.origin);
        else
          lab.state.apply(what, s.origin);
      },
      s.what);
}

}  // namespace

TEST_CASE("any operations with any errors leave the state of those that were accepted", "[state]") {
  std::size_t rejected = 0, most_flows = 0, most_groups = 0;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    INFO("seed " << seed);
    Script script(seed);
    Lab lab;
    std::vector<Script::Step> history;
    const std::uint32_t length = 40 + seed % 80;
    // From there on nothing is done any more, and errors still come.
    const std::uint32_t frozen = seed % 3 == 0 ? length / 2 : length;
    for (std::uint32_t xid = 0; xid < length; ++xid) {
      lab.now += std::chrono::milliseconds(script.below(40));
      history.push_back(script.step(xid, lab.now));
      if (xid == frozen) lab.state.freeze(true);
      do_step(lab, history.back());
      while (script.below(6) == 0) {
        Script::Step& victim = history[script.below(xid + 1)];
        const auto refusal = script.below(2) == 0 ? Refusal::message : Refusal::bundle;
        const bool possible = !victim.answered && !std::holds_alternative<FlowRemoved>(victim.what);
        REQUIRE(lab.state.reject(victim.origin.connection, victim.origin.xid, refusal) == possible);
        if (!possible) continue;
        ++rejected;
        victim.answered = true;
        auto* bundle = std::get_if<BundleMessage>(&victim.what);
        if (bundle != nullptr && (refusal == Refusal::bundle || bundle->what == BundleMessage::What::commit))
          *bundle = {BundleMessage::What::discard, bundle->bundle, nullptr};
        else
          victim.left_out = true;
        Lab plain;
        plain.now = lab.now;
        for (const Script::Step& s : history)
          if (!s.left_out && static_cast<std::uint32_t>(s.origin.xid) < frozen) do_step(plain, s);
        REQUIRE(lab.text() == plain.text());
        REQUIRE(lab.state.learnt_tables() == plain.state.learnt_tables());
      }
    }
    most_flows = std::max(most_flows, lab.state.size());
    most_groups = std::max(most_groups, lab.state.groups().size());
  }
  CHECK(rejected > 1000);  // the test is about something
  CHECK(most_flows > 5);
  CHECK(most_groups == 3);
}
