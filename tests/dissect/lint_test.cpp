// What is wrong in what was said: every kind of finding, and what is none.
#include <catch2/catch.hpp>
#include <set>

#include <oflens/ext/nicira.hpp>
#include <oflens/session/lint.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

#include "mods.hpp"
#include "support.hpp"

namespace oflens {
namespace {

using namespace std::chrono_literals;
using test::encoded;
using test::hex;
using Raw = std::vector<std::byte>;
using Lines = std::vector<std::string>;

constexpr bool controller = false, datapath = true;

template <class M>
Raw make(const M& m, std::uint32_t xid = 0, Version version = M::id.first) {
  return encoded(m, Xid{xid}, version);
}
Raw hello(Version version) {
  return version == Version::v10 ? make(v10::Hello{}, 1) : make(v13::Hello{}, 1, version);
}
Raw barrier_request(std::uint32_t xid) { return make(v13::BarrierRequest{}, xid, Version::v13); }
Raw barrier_reply(std::uint32_t xid) { return make(v13::BarrierReply{}, xid, Version::v13); }
Raw echo_request(std::uint32_t xid) { return make(v13::EchoRequest{}, xid, Version::v13); }
Raw echo_reply(std::uint32_t xid) { return make(v13::EchoReply{}, xid, Version::v13); }
Raw error(std::uint32_t xid, v13::ErrorType type, std::uint16_t code, const Raw& about) {
  v13::ErrorMessage m{.type = type, .code = code};
  m.data = Payload::borrowed(about);
  return make(m, xid, Version::v13);
}
v13::FlowMod flow_of_port(std::uint32_t port) { return {.match = {oxm::in_port(PortNo{port})}}; }
Raw packet_in(std::uint32_t buffer = 0xffffffff, std::uint8_t source = 1) {
  Raw packet =
      hex("020000000002 020000000001 0800 4500001c0000000040110000 0a000001 0a000002 0001 0035 0008 0000");
  packet[11] = static_cast<std::byte>(source);
  v13::PacketIn m{.buffer_id = BufferId{buffer}, .match = {oxm::in_port(PortNo{1})}};
  m.data = Payload::borrowed(packet);
  return make(m);
}
Raw packet_out(std::uint32_t buffer, std::uint32_t xid) {
  return make(v13::PacketOut{.buffer_id = BufferId{buffer}}, xid);
}

// A switch, its controllers, and what is found; a message takes a millisecond unless it says when it comes.
struct Feed {
  FindingList list;
  Datapath switch_;
  std::vector<Channel> channels{{1, {}, {}}, {2, {}, {}}};
  Lint lint;
  TableTracker tables;
  std::uint64_t number = 0;
  Timestamp now{};

  explicit Feed(const LintLimits& limits = {}) : lint(list, limits) { lint.look_into(tables); }

  std::uint64_t say(bool from_switch, const Raw& bytes, Duration after = 1ms, std::size_t channel = 0) {
    now += after;
    Raw copy = bytes;  // gone after the call
    const auto frame = Frame::at(copy);
    REQUIRE(frame);
    if (bytes[1] != std::byte{0}) switch_.version = frame->version();
    const ChannelMessage m{channels[channel], from_switch ? Side::a : Side::b, *frame, ++number, now};
    const SessionMessage s{m, switch_, from_switch};
    lint.on_message(s);
    tables.on_message(s);
    std::fill(copy.begin(), copy.end(), std::byte{0xee});
    return number;
  }
  void greet(Version version = Version::v13, std::size_t channel = 0) {
    say(datapath, hello(version), 1ms, channel);
    say(controller, hello(version), 1ms, channel);
  }
  void lose(ChannelLoss::Kind kind, std::uint64_t bytes, bool from_switch = datapath) {
    const ChannelLoss loss{channels[0], from_switch ? Side::a : Side::b, kind, 100, bytes, ++number, now,
                           now};
    lint.on_loss(loss, switch_);
    tables.on_loss(loss, switch_);
  }
  void close(Duration after, Ending ending = Ending::finished, std::size_t channel = 0) {
    now += after;
    channels[channel].ending = ending;
    channels[channel].last = now;
    lint.on_close(channels[channel], switch_);
    tables.on_close(channels[channel], switch_);
  }
  // "refused_command 3: the switch refused ... (4 times) +2 more"
  Lines finish() {
    lint.finish();
    for (const auto& [index, t] : tables.tables()) lint.check(t, now);
    Lines lines;
    for (const Finding* f : list.sorted()) {
      std::string line = name_of(f->kind);
      if (f->frame != 0) line += " " + std::to_string(f->frame);
      line += ": " + f->reason;
      if (f->count > 1) line += " (" + std::to_string(f->count) + " times)";
      if (f->more != 0) line += " +" + std::to_string(f->more) + " more";
      lines.push_back(line);
    }
    return lines;
  }
};

const auto bad_action = v13::ErrorType::bad_action, bad_request = v13::ErrorType::bad_request;

}  // namespace

TEST_CASE("what a switch refuses", "[lint]") {
  Feed feed;
  feed.greet();
  SECTION("a flow_mod, with the flow") {
    v13::FlowMod mod = flow_of_port(1);
    mod.table_id = v13::TableId{3};
    mod.instructions.push_back(v13::ApplyActions{.actions = {v13::Group{.group_id = v13::GroupId{9}}}});
    const Raw bytes = make(mod, 7);
    feed.say(controller, bytes);
    feed.say(datapath, error(7, bad_action, 9, bytes));
    CHECK(feed.finish() ==
          Lines{"refused_command 3: the switch refused this flow_mod ADD: OFPBAC_BAD_OUT_GROUP"});
    const Finding& f = *feed.list.sorted().front();
    CHECK(f.entry == "table=3, in_port=1 actions=group:9");
    CHECK(f.table == std::uint8_t{3});
    CHECK(f.connection == 1);
    CHECK(f.datapath == &feed.switch_);
  }
  SECTION("a group_mod") {
    const Raw bytes = make(v13::GroupMod{.group_id = v13::GroupId{5}}, 7, Version::v13);
    feed.say(controller, bytes);
    feed.say(datapath, error(7, v13::ErrorType::group_mod_failed, 0, bytes));
    CHECK(feed.finish() ==
          Lines{"refused_command 3: the switch refused this group_mod: OFPGMFC_GROUP_EXISTS"});
    CHECK(feed.list.sorted().front()->entry == "group_id=5,type=all");
  }
  SECTION("a request") {
    const Raw bytes = make(v13::GroupDescRequest{}, 7, Version::v13);
    feed.say(controller, bytes);
    feed.say(datapath, error(7, bad_request, 2, bytes));
    CHECK(feed.finish() ==
          Lines{"refused_request 3: the switch refused this multipart_request OFPMP_GROUP_DESC: "
                "OFPBRC_BAD_MULTIPART"});
  }
  SECTION("codes without a name; what is not there") {
    feed.say(datapath, error(7, bad_request, 999, {}));
    CHECK(feed.finish() ==
          Lines{"refused_command 3: the switch refused a message that is not in the capture: "
                "error type 1, code 999"});
  }
  SECTION("nothing") {
    feed.say(controller, make(flow_of_port(1), 7));
    feed.say(controller, barrier_request(8));
    feed.say(datapath, barrier_reply(8));
    CHECK(feed.finish() ==
          Lines{"no_table_miss: table 0 has no flow that matches everything: what matches nothing "
                "is dropped"});
  }
}

TEST_CASE("requests that are never answered", "[lint]") {
  Feed feed;
  feed.greet();
  feed.say(controller, make(v13::GetConfigRequest{}, 7, Version::v13));
  const Lines missed{"unanswered_request 3: the switch never answered this get_config_request"};
  SECTION("while the connection goes on") {
    feed.say(datapath, echo_request(1), 2s);
    feed.say(controller, echo_reply(1));
    CHECK(feed.finish() == missed);
  }
  SECTION("until it ends") {
    feed.close(2s);
    CHECK(feed.finish() == missed);
  }
  SECTION("though a barrier behind it was answered") {
    feed.say(controller, barrier_request(8));
    feed.say(datapath, barrier_reply(8));
    CHECK(feed.finish() == missed);
  }
  SECTION("or only in part") {
    feed.say(datapath, make(v13::GetConfigReply{}, 7, Version::v13));
    feed.say(controller, make(v13::PortDescRequest{}, 8, Version::v13));
    feed.say(datapath,
             make(v13::PortDescReply{.flags = static_cast<v13::MultipartReplyFlags>(1)}, 8, Version::v13));
    feed.close(2s);
    CHECK(feed.finish() ==
          Lines{"unanswered_request 5: the switch did not answer all of this multipart_request "
                "OFPMP_PORT_DESC"});
  }
  SECTION("answered") {
    feed.say(datapath, make(v13::GetConfigReply{}, 7, Version::v13));
    feed.close(2s);
    CHECK(feed.finish() == Lines{});
  }
  SECTION("the capture or the connection ended before the answer was due") {
    feed.close(10ms, GENERATE(Ending::finished, Ending::capture_ended));
    CHECK(feed.finish() == Lines{});
  }
  SECTION("the answer may be among what is lost") {
    feed.now += 2s;
    feed.lose(ChannelLoss::Kind::missing, 12);
    feed.close(2s);
    CHECK(feed.finish() == Lines{"incomplete_capture 4: the capture lacks 12 bytes of this connection, the "
                                 "first before this frame"});
  }
}

TEST_CASE("nothing is missed of a side that was not captured", "[lint]") {
  Feed feed;
  feed.say(controller, hello(Version::v13));
  feed.say(controller, make(v13::GetConfigRequest{}, 7, Version::v13));
  feed.close(10s);
  CHECK(feed.finish() == Lines{});
}

TEST_CASE("echo timeouts", "[lint]") {
  Feed feed;
  feed.greet();
  feed.say(controller, echo_request(5), 5s);
  SECTION("silence, then the end") {
    feed.close(5s, Ending::reset);
    CHECK(feed.finish() ==
          Lines{"echo_timeout 3: the switch did not answer this echo_request, nor say anything more, "
                "until the connection ended"});
  }
  SECTION("it still spoke of other things") {
    feed.say(datapath, packet_in());
    feed.close(5s, Ending::reset);
    CHECK(feed.finish() == Lines{"unanswered_request 3: the switch never answered this echo_request"});
  }
  SECTION("the end was too soon") {
    feed.close(1ms, Ending::reset);
    CHECK(feed.finish() == Lines{});
  }
  SECTION("answered, by the other side too") {
    feed.say(datapath, echo_reply(5));
    feed.say(datapath, echo_request(6));
    feed.say(controller, echo_reply(6));
    feed.close(5s);
    CHECK(feed.finish() == Lines{});
  }
}

TEST_CASE("buffers", "[lint]") {
  Feed feed;
  feed.greet();
  feed.say(datapath, packet_in(17));
  SECTION("used once, given again, used again") {
    feed.say(controller, packet_out(17, 7));
    feed.say(datapath, packet_in(17));
    v13::FlowMod mod = flow_of_port(1);
    mod.buffer_id = BufferId{17};
    feed.say(controller, make(mod, 8));
    feed.say(controller, packet_out(0xffffffff, 9));
    mod.command = v13::FlowModCommand::delete_;
    mod.buffer_id = BufferId{99};  // has no meaning
    feed.say(controller, make(mod, 10));
    CHECK(feed.finish() == Lines{});
  }
  SECTION("used twice") {
    feed.say(controller, packet_out(17, 7));
    feed.say(controller, packet_out(17, 8));
    CHECK(feed.finish() == Lines{"misused_buffer 5: buffer 0x11 was used already, in frame 4"});
  }
  SECTION("used twice, and the switch says so") {
    feed.say(controller, packet_out(17, 7));
    const Raw again = packet_out(17, 8);
    feed.say(controller, again);
    feed.say(datapath, error(8, bad_request, 7, again));
    CHECK(feed.finish() ==
          Lines{"refused_buffer 5: the switch answered OFPBRC_BUFFER_EMPTY: buffer 0x11 was used "
                "already, in frame 4"});
  }
  SECTION("never given") {
    feed.say(controller, packet_out(18, 7));
    CHECK(feed.finish() == Lines{"misused_buffer 4: no packet_in gave buffer 0x12"});
  }
  SECTION("given on another connection") {
    feed.greet(Version::v13, 1);
    feed.say(controller, packet_out(17, 7), 1ms, 1);
    CHECK(feed.finish() == Lines{});
  }
  SECTION("given in what is lost") {
    feed.lose(ChannelLoss::Kind::missing, 1);
    feed.say(controller, packet_out(18, 7));
    feed.close(1ms);
    CHECK(feed.finish() ==
          Lines{"incomplete_capture 4: the capture lacks 1 byte of this connection, the first "
                "before this frame"});
  }
  SECTION("expired") {
    const Raw out = packet_out(17, 7);
    feed.say(controller, out, 10s);
    feed.say(datapath, error(7, bad_request, 8, out));
    CHECK(feed.finish() ==
          Lines{"refused_buffer 4: the switch answered OFPBRC_BUFFER_UNKNOWN: buffer 0x11, which the "
                "packet_in of frame 3 gave, is no more"});
  }
}

TEST_CASE("fields without what they need", "[lint]") {
  Feed feed;
  SECTION("1.0 ignores them") {
    feed.greet(Version::v10);
    v10::FlowMod mod;
    mod.match.wildcards = static_cast<v10::Wildcards>(static_cast<std::uint32_t>(v10::Wildcards::all) &
                                                      ~static_cast<std::uint32_t>(v10::Wildcards::tp_dst));
    mod.match.tp_dst = 80;
    feed.say(controller, make(mod, 7));
    CHECK(feed.finish() ==
          Lines{"missing_prerequisite 3: the switch ignores tp_dst=80: the match does not ask for "
                "the protocol that has it"});
  }
  SECTION("1.0: what is 0 in an exact match says nothing") {
    feed.greet(Version::v10);
    v10::FlowMod mod;
    mod.match = {};
    mod.match.wildcards = {};
    mod.match.dl_type = 0x88cc;
    feed.say(controller, make(mod, 7));
    CHECK(feed.finish() == Lines{});
  }
  SECTION("1.3") {
    feed.greet();
    v13::FlowMod mod;
    mod.match = {oxm::eth_type(0x0800), oxm::tcp_dst(80)};
    feed.say(controller, make(mod, 7));
    CHECK(feed.finish() ==
          Lines{"no_table_miss: table 0 has no flow that matches everything: what matches nothing is dropped",
                "missing_prerequisite 3: tcp_dst stands in the match without what it needs before it"});
  }
  SECTION("all is there") {
    feed.greet();
    v13::FlowMod mod{.command = v13::FlowModCommand::delete_};
    mod.match = {oxm::eth_type(0x0800), oxm::ip_proto(6), oxm::tcp_dst(80)};
    feed.say(controller, make(mod, 7));
    CHECK(feed.finish() == Lines{});
  }
}

TEST_CASE("storms of packet_ins", "[lint]") {
  Feed feed;
  feed.greet();
  const auto storm = [&](std::uint32_t packets, Duration each) {
    for (std::uint32_t i = 0; i < packets; ++i) feed.say(datapath, packet_in(), each);
  };
  SECTION("many and soon") {
    storm(50, 1ms);
    CHECK(feed.finish() ==
          Lines{"packet_in_storm 52: 50 packet_ins within 1 s of the same packets, and no flow was "
                "added for them: port 1, udp 10.0.0.1:1 > 10.0.0.2:53"});
  }
  SECTION("too few") {
    storm(49, 1ms);
    CHECK(feed.finish() == Lines{});
  }
  SECTION("not soon") {
    storm(200, 21ms);
    CHECK(feed.finish() == Lines{});
  }
  SECTION("different ones") {
    for (std::uint8_t i = 0; i < 200; ++i) feed.say(datapath, packet_in(0xffffffff, i));
    CHECK(feed.finish() == Lines{});
  }
  SECTION("a flow was added meanwhile") {
    storm(10, 1ms);
    v13::FlowMod mod{.command = GENERATE(v13::FlowModCommand::add, v13::FlowModCommand::delete_)};
    mod.match = {oxm::in_port(PortNo{1})};
    feed.say(controller, make(mod, 7));
    storm(60, 1ms);
    const bool added = mod.command == v13::FlowModCommand::add;
    CHECK((feed.list.count(Severity::warning) == 0) == added);
  }
}

TEST_CASE("roles that change hands", "[lint]") {
  const auto primary = make(v13::RoleReply{.role = v13::ControllerRole::master}, 1, Version::v13);
  const auto secondary = make(v13::RoleReply{.role = v13::ControllerRole::slave}, 1, Version::v13);
  Feed feed;
  feed.greet();
  feed.greet(Version::v13, 1);
  const auto change = [&](int times, Duration each) {
    for (int i = 0; i < times; ++i) {
      const auto channel = static_cast<std::size_t>(i % 2);
      feed.say(controller, make(v13::RoleRequest{}, 1, Version::v13), each, channel);
      feed.say(datapath, primary, 1ms, channel);
    }
  };
  SECTION("often") {
    change(4, 5s);
    CHECK(feed.finish() == Lines{"role_flap 12: the primary changed 3 times within 60 s"});
  }
  SECTION("once or twice") {
    change(3, 5s);
    CHECK(feed.finish() == Lines{});
  }
  SECTION("seldom") {
    change(10, 40s);
    CHECK(feed.finish() == Lines{});
  }
  SECTION("not at all") {
    for (int i = 0; i < 10; ++i) {
      feed.say(controller, make(v13::RoleRequest{}, 1, Version::v13));
      feed.say(datapath, primary);
      feed.say(controller, make(v13::RoleRequest{}, 1, Version::v13), 1ms, 1);
      feed.say(datapath, secondary, 1ms, 1);
    }
    CHECK(feed.finish() == Lines{});
  }
  SECTION("Nicira's") {
    for (int i = 0; i < 4; ++i) {
      const auto channel = static_cast<std::size_t>(i % 2);
      feed.say(controller, make(nicira::RoleRequest{.role = nicira::Role::master}, 1, Version::v13), 1ms,
               channel);
      feed.say(datapath, make(nicira::RoleReply{.role = nicira::Role::master}, 1, Version::v13), 1ms,
               channel);
    }
    CHECK(feed.finish() == Lines{"role_flap 12: the primary changed 3 times within 60 s"});
  }
}

TEST_CASE("versions", "[lint]") {
  Feed feed;
  SECTION("agreed on by hellos") {
    feed.say(datapath, hello(Version::v15));
    feed.say(controller, hello(Version::v13));
    feed.say(controller, make(v10::FeaturesRequest{}, 7, Version::v10));
    feed.say(controller, echo_request(8));
    feed.say(datapath, echo_reply(8));
    CHECK(feed.finish() == Lines{"wrong_version 3: the controller sent a message of 1.0 (features_request), "
                                 "where 1.3 was agreed on"});
  }
  SECTION("of a connection whose beginning was not captured") {
    feed.say(controller, echo_request(8));
    feed.say(datapath, make(v13::EchoReply{}, 8, Version::v10));
    CHECK(feed.finish() ==
          Lines{"wrong_version 2: the switch sent a message of 1.0 (echo_reply), where 1.3 was agreed on"});
  }
  SECTION("none in common") {
    v13::Hello only_15;
    only_15.elements.push_back(v13::VersionBitmap{.bitmaps = {std::uint32_t{1} << 6}});
    feed.say(datapath, make(only_15, 1, Version::v15));
    const Raw from_controller = hello(Version::v10);
    feed.say(controller, from_controller);
    feed.say(datapath, error(1, v13::ErrorType::hello_failed, 0, from_controller));
    CHECK(feed.finish() ==
          Lines{"hello_failed 2: the hellos of controller and switch have no version in common"});
  }
  SECTION("one side refuses") {
    feed.say(datapath, hello(Version::v13));
    const Raw from_controller = hello(Version::v13);
    feed.say(controller, from_controller);
    feed.say(datapath, error(1, v13::ErrorType::hello_failed, 1, from_controller));
    CHECK(feed.finish() == Lines{"hello_failed 3: the switch refused the connection: OFPHFC_EPERM"});
  }
}

TEST_CASE("messages and bytes that are not as they should be", "[lint]") {
  Feed feed;
  feed.greet();
  SECTION("malformed") {
    feed.say(controller, hex("040e000a 00000007 0000"));
    CHECK(feed.finish() ==
          Lines{"malformed_message 3: the controller sent flow_mod.cookie @8: 2 bytes left, needs 8"});
  }
  SECTION("bytes between messages") {
    feed.lose(ChannelLoss::Kind::skipped, 5, controller);
    feed.say(controller, barrier_request(8));
    feed.say(datapath, barrier_reply(8));
    CHECK(feed.finish() == Lines{"stray_bytes 3: 5 bytes at offset 100 of the stream belong to no message"});
  }
  SECTION("a message that does not end") {
    feed.lose(ChannelLoss::Kind::skipped, 5, controller);
    feed.close(1ms);
    CHECK(feed.finish() == Lines{"cut_off_message 3: the connection ended 5 bytes into a message"});
  }
  SECTION("that the capture ended in") {
    feed.lose(ChannelLoss::Kind::skipped, 5, controller);
    feed.close(1ms, Ending::capture_ended);
    CHECK(feed.finish() == Lines{});
  }
  SECTION("the rest of what is lost") {
    feed.lose(ChannelLoss::Kind::missing, 7, controller);
    feed.lose(ChannelLoss::Kind::skipped, 5, controller);
    feed.say(controller, barrier_request(8));
    feed.say(datapath, barrier_reply(8));
    feed.close(1ms);
    CHECK(feed.finish() ==
          Lines{"incomplete_capture 3: the capture lacks 7 bytes of this connection, the first "
                "before this frame"});
  }
}

TEST_CASE("what is known of a switch judges its tables", "[lint]") {
  Feed feed;
  const auto add = [&](const v13::FlowMod& mod) { feed.say(controller, make(mod, 7)); };
  const auto to_port = [](std::uint32_t port) {
    v13::FlowMod mod{.priority = 0};
    mod.instructions.push_back(v13::ApplyActions{.actions = {v13::Output{.port = PortNo{port}}}});
    return mod;
  };
  const auto ports = [&](std::initializer_list<unsigned> numbers) {
    v13::PortDescReply reply;
    for (const unsigned number : numbers) reply.ports.push_back(v13::Port{.port_no = PortNo{number}});
    feed.say(controller, make(v13::PortDescRequest{}, 5, Version::v13));
    feed.say(datapath, make(reply, 5, Version::v13));
  };
  const auto status = [&](v13::PortReason reason, unsigned number) {
    feed.say(datapath, make(v13::PortStatus{.reason = reason, .desc = {.port_no = PortNo{number}}}));
  };
  feed.greet();
  SECTION("ports") {
    ports({1, 2});
    add(to_port(3));
    CHECK(feed.finish() == Lines{"unknown_port 5: names port 3, which the switch does not have"});
  }
  SECTION("a port that came") {
    ports({1, 2});
    status(v13::PortReason::add, 3);
    add(to_port(3));
    CHECK(feed.finish() == Lines{});
  }
  SECTION("a port that went") {
    ports({1, 2});
    add(to_port(2));
    status(v13::PortReason::delete_, 2);
    CHECK(feed.finish() == Lines{"unknown_port 5: names port 2, which the switch does not have"});
  }
  SECTION("packets that came by a table-miss flow") {
    add(flow_of_port(1));
    feed.say(datapath, packet_in());
    CHECK(feed.finish() == Lines{});
  }
  SECTION("groups that it tells of") {
    v13::FlowMod mod{.priority = 0};
    mod.instructions.push_back(v13::ApplyActions{.actions = {v13::Group{.group_id = v13::GroupId{4}}}});
    add(mod);
    const bool told = GENERATE(true, false);
    if (told) {
      v13::GroupDescReply reply;
      reply.groups.push_back(v13::GroupDesc{.group_id = v13::GroupId{4}});
      feed.say(controller, make(v13::GroupDescRequest{}, 5, Version::v13));
      feed.say(datapath, make(reply, 5, Version::v13));
    }
    CHECK(feed.finish() == (told ? Lines{} : Lines{"unknown_group 3: goes to group 4, which there is not"}));
  }
}

TEST_CASE("findings are counted, not repeated without end", "[lint]") {
  FindingList list({.each = 2, .places = 2});
  Datapath one, other;
  other.index = 1;
  const auto find = [&](const Datapath& d, const char* reason, std::uint64_t frame,
                        FindingKind kind = FindingKind::refused_command) {
    list.on_finding(
        {.kind = kind, .frame = frame, .time = Timestamp(frame * 1s), .datapath = &d, .reason = reason});
  };
  find(one, "a", 1);
  find(one, "b", 2);
  find(one, "a", 3);
  find(one, "c", 4);
  find(one, "d", 5);
  find(other, "a", 6, FindingKind::role_flap);
  find(other, "b", 7, FindingKind::incomplete_capture);
  const auto sorted = list.sorted();
  REQUIRE(sorted.size() == 3);
  CHECK(sorted[0]->reason == "a");
  CHECK(sorted[0]->count == 2);
  CHECK(sorted[0]->last_frame == 3);
  CHECK(sorted[0]->last == Timestamp(3s));
  CHECK(sorted[0]->more == 0);
  CHECK(sorted[1]->reason == "b");
  CHECK(sorted[1]->more == 2);
  CHECK(sorted[2]->kind == FindingKind::role_flap);
  CHECK(list.left_out() == 1);
  CHECK(list.count(Severity::error) == 5);
  CHECK(list.count(Severity::warning) == 1);
  CHECK(list.count(Severity::info) == 1);
}

TEST_CASE("flow_mods that do nothing, where all is known that the tables hold", "[lint]") {
  Feed feed;
  feed.greet();
  std::uint32_t xid = 100;
  const auto say = [&](const char* text, Version version = Version::v13) {
    Raw bytes = test::flow_bytes(text, version);
    store_be(bytes.data() + 4, ++xid);
    return feed.say(controller, bytes);
  };
  const auto futile = [&] {
    Lines lines = feed.finish();
    std::erase_if(lines, [](const std::string& line) { return !line.starts_with("futile_flow_mod"); });
    return lines;
  };
  SECTION("not before") {
    say("delete table=0,tcp");
    say("modify table=0,tcp,actions=drop");
    CHECK(futile().empty());
  }
  SECTION("nor what empties tables, or adds") {
    say("delete table=255");
    say("delete table=255");
    say("delete table=3");
    say("priority=0,actions=drop");
    CHECK(futile().empty());
  }
  SECTION("deletions and modifications") {
    say("delete");
    say("priority=0,actions=drop");
    say("table=1,priority=5,tcp,actions=output:1");
    const auto first = say("delete table=2,tcp");
    const auto second = say("delete_strict table=1,priority=6,tcp");
    const auto third = say("modify table=1,udp,actions=drop");
    const auto fourth = say("delete table=1,tcp,out_port=2");
    say("modify_strict table=1,priority=5,tcp,actions=output:2");
    say("delete table=1,ip");
    const auto at = [](std::uint64_t frame, const char* what) {
      return "futile_flow_mod " + std::to_string(frame) + ": there is no such flow to " + what;
    };
    CHECK(futile() ==
          Lines{at(first, "delete"), at(second, "delete"), at(third, "modify"), at(fourth, "delete")});
    CHECK(feed.list.sorted()[1]->entry == "table=1, priority=6,tcp actions=drop");
    CHECK(feed.list.sorted()[1]->table == std::uint8_t{1});
  }
  SECTION("not of 1.0, where a modification adds") {
    say("delete", Version::v10);
    say("modify tcp,actions=drop", Version::v10);
    say("delete tcp", Version::v10);
    CHECK(futile().empty());
  }
  SECTION("not when what was said before is refused") {
    say("delete");
    say("tcp,actions=output:1");
    say("delete tcp");
    say("modify tcp,actions=drop");
    feed.say(datapath, error(xid - 1, v13::ErrorType::flow_mod_failed, 4, {}));
    CHECK(futile().empty());
  }
  SECTION("nor behind lost bytes") {
    say("delete");
    feed.lose(ChannelLoss::Kind::missing, 7);
    say("delete tcp");
    CHECK(futile().empty());
  }
}

TEST_CASE("kinds of findings have names of their own", "[lint]") {
  std::set<std::string> names;
  for (const FindingInfo& k : finding_kinds()) {
    CHECK(names.insert(k.name).second);
    CHECK(std::string_view(k.advice).ends_with('.'));
    CHECK(severity_of(name_of(k.severity)) == k.severity);
  }
  CHECK_FALSE(severity_of("fatal"));
}

}  // namespace oflens
