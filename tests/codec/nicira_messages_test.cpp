// Nicira's messages, where more is to be said of them than that they are read as their fixtures say.
#include <catch2/catch.hpp>

#include <oflens/ext/nicira.hpp>
#include <oflens/message/dissect.hpp>

#include "support.hpp"

namespace oflens::test {
namespace {

using namespace nicira;

template <class M>
struct Decoded {
  std::vector<std::byte> bytes;
  M message;
};
template <Message M>
Decoded<M> decoded(const std::string& name) {
  Decoded<M> d{fixture("nicira/" + name), {}};
  auto m = Frame::at(d.bytes)->template decode<M>(&Catalog::standard());
  if (!m) FAIL(m.error().text());
  d.message = *m;
  return d;
}

}  // namespace

TEST_CASE("nicira: the forms of a connection") {
  CHECK(decoded<RoleRequest>("role_request-1.0").message.role == Role::master);
  CHECK(decoded<SetFlowFormat>("set_flow_format-1.0").message.format == FlowFormat::nxm);
  CHECK(decoded<SetPacketInFormat>("set_packet_in_format-1.3").message.format ==
        PacketInFormat::nxt_packet_in2);
  CHECK(decoded<SetControllerId>("set_controller_id-1.0").message.controller_id == 5);
}

TEST_CASE("nicira: a packet_in2 with all that its pipeline held") {
  const auto [bytes, m] = decoded<PacketIn2For11>("packet_in2-1.3");
  REQUIRE(m.properties.count() == 7);
  std::vector<PacketInProperty<v13::Action>> p(m.properties.begin(), m.properties.end());
  CHECK(p[0].get<packet_in::Packet>()->packet.size() == 14);
  CHECK(p[2].get<packet_in::Cookie>()->cookie == 0x1234);
  CHECK(p[6].get<packet_in::Userdata>()->userdata.size() == 5);
  const auto c = p[5].get<packet_in::Continuation<v13::Action>>();
  REQUIRE(c);
  REQUIRE(c->properties.count() == 7);
  std::vector<ContinuationProperty<v13::Action>> q(c->properties.begin(), c->properties.end());
  CHECK(q[1].get<continuation::Stack>()->value.size() == 4);
  const auto actions = q[5].get<continuation::Actions<v13::Action>>();
  REQUIRE(actions);
  CHECK((*actions->actions.begin()).get<v13::Output>()->port == PortNo{2});
}

TEST_CASE("nicira: a packet_in2 is made of properties") {
  PacketIn2 m;
  m.properties = {packet_in::Packet{.packet = Payload::copied(hex("01020304 05"))},
                  packet_in::FullLen{.full_len = 9},
                  packet_in::Reason{.reason = v13::PacketInReason::action}};
  CHECK(to_hex(encoded(m)) ==
        "010400300000000100002320"
        "0000001e"
        "000000090102030405000000"
        "00000000"
        "0001000800000009"
        "0005000501000000");
}

TEST_CASE("nicira: groups of 1.0") {
  const auto [bytes, m] = decoded<GroupStatsReply>("group_stats_reply-1.0");
  CHECK((*m.groups.begin()).bucket_stats.count() == 2);
}

TEST_CASE("nicira: what changed in a flow table") {
  const auto [bytes, m] = decoded<FlowMonitorReply>("flow_monitor_reply-1.0");
  REQUIRE(m.updates.count() == 3);
  std::vector<FlowUpdate<v10::Action>> u(m.updates.begin(), m.updates.end());
  CHECK(u[0].type() == FlowUpdateEvent::modified);
  CHECK(u[0].get<FlowUpdateFull<FlowUpdateEvent::modified, v10::Action>>()->cookie == 0x1234);
  CHECK(u[1].get<FlowUpdateAbbrev>()->xid == 0x21);
  const auto request = decoded<FlowMonitorRequest>("flow_monitor_request-1.0");
  REQUIRE(request.message.monitors.count() == 2);  // monitors tell where they end by their match
  auto second = ++request.message.monitors.begin();
  CHECK((*second).table_id == 2);
}

TEST_CASE("nicira: what cannot be is a problem, and ends") {
  const auto problem_of = [](const char* annotated) {
    const auto bytes = hex(annotated);
    Tape tape;
    dissect(Catalog::standard(), bytes, tape);
    for (std::uint32_t i = 0; i < tape.size(); ++i)
      if (tape[i].is_problem()) return tape.error_at(i).text();
    return std::string();
  };
  // Properties and updates of length zero.
  CHECK(problem_of("01 04 0018 00000002 00002320 0000001b 0000 0000 00000000") ==
        "nx_set_async_config2.properties[0].length @18: length is 0, needs 4");
  CHECK(problem_of("01 04 0018 00000002 00002320 0000001e 0000 0000 00000000") ==
        "nx_packet_in2.properties[0].length @18: length is 0, needs 4");
  CHECK(problem_of("01 11 0020 00000002 ffff 0000 00002320 00000002 00000000 0000 0003 00000000") ==
        "nx_flow_monitor_reply.updates[0].length @24: length is 0, needs 8");
  CHECK(problem_of("01 04 0020 00000002 00002320 0000001f 0000 01 00 00000001 0008 0000 ffffffff")
            .find("nx_group_mod.") == 0);
  // A monitor whose match reaches beyond it, and one that is cut.
  CHECK(problem_of(
            "01 10 0028 00000002 ffff 0000 00002320 00000002 00000000 00000000 003f ffff 0008 ff 0000000000")
            .find("nx_flow_monitor_request.monitors[0]") == 0);
  CHECK(problem_of("01 10 0020 00000002 ffff 0000 00002320 00000002 00000000 00000000 003f ffff")
            .find("nx_flow_monitor_request.monitors[0]") == 0);
  // A forwarded request whose header is too long for what holds it.
  CHECK(problem_of("01 04 0018 00000000 00002320 00000084 01 04 0020 00000007").find("nx_requestforward.") ==
        0);
}

}  // namespace oflens::test
