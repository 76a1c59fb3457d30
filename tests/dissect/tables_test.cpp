// The flow tables rebuilt from captures are those that the switch had.
#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <random>
#include <set>

#include <oflens/ext/nicira.hpp>
#include <oflens/flow/flow_text.hpp>
#include <oflens/session/tables.hpp>
#include <oflens/v13/messages.hpp>

#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>
#include "support.hpp"

#include "support.hpp"

namespace oflens {
namespace {

using test::encoded;

using namespace std::chrono_literals;

struct Lines {
  std::set<std::string> certain, doubtful, groups;
};

// What the capture tells about the datapath's flows and groups at its end.
Lines rebuilt(const std::string& path, DatapathId id) {
  Capture capture = Capture::open(path);
  TableTracker tracker;
  Sessions sessions({&tracker});
  ChannelReader reader(Catalog::standard());
  CapturedFrame frame;
  Timestamp end{};
  while (capture.next(frame)) {
    end = std::max(end, frame.time);
    reader.push(frame, sessions);
  }
  reader.finish(sessions);
  INFO(path);
  REQUIRE(capture.error().empty());

  Lines lines;
  for (const auto& [index, tables] : tracker.tables()) {
    if (tables.datapath->id != id) continue;
    CHECK(tables.lost_bytes == 0);
    TextBuffer text;
    for (const FlowLine& line : list_flows(text, tables.state, {.dialect = Version::v13, .at = end}))
      (line.expiry.state == Expiry::State::present ? lines.certain : lines.doubtful)
          .insert(std::string(line.text));
    for (const auto& [group_id, entry] : tables.state.groups()) {
      TextBuffer line;
      put_group(line, entry.group, Version::v13);
      lines.groups.insert(std::string(line.view()));
    }
  }
  return lines;
}

std::set<std::string> truth(const std::string& path) {
  std::ifstream in(path);
  INFO(path);
  REQUIRE(in);
  std::set<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.insert(line);
  return lines;
}

// Everything that the switch had was found; what it did not have was found only in doubt.
void compare(const std::string& name, int bridge) {
  const std::string base = std::string(OFLENS_TESTDATA) + "/captures/" + name.substr(0, name.find('.'));
  const Lines lines = rebuilt(std::string(OFLENS_TESTDATA) + "/captures/" + name, DatapathId(bridge + 1));
  const std::set<std::string> had = truth(base + ".br" + std::to_string(bridge) + ".flows.txt");
  std::set<std::string> missing, extra;
  for (const std::string& line : had)
    if (!lines.certain.contains(line) && !lines.doubtful.contains(line)) missing.insert(line);
  for (const std::string& line : lines.certain)
    if (!had.contains(line)) extra.insert(line);
  INFO(name << " br" << bridge);
  CHECK(missing == std::set<std::string>{});
  CHECK(extra == std::set<std::string>{});
}

TEST_CASE("the tables of a learning switch are rebuilt") {
  const std::string name = GENERATE(as<std::string>(), "learning-of10.pcap", "learning-of10-osken.pcap",
                                    "learning-of13.pcap", "ipv6-of13.pcapng");
  compare(name, 0);
  compare(name, 1);
}

TEST_CASE("flows expire, announced or in silence") { compare("expiry-of13.pcap", 0); }

TEST_CASE("refused flow_mods leave no trace, and flows fall with their group or meter") {
  compare("errors-of13.pcap", 0);
  const std::string base = std::string(OFLENS_TESTDATA) + "/captures/errors-of13.";
  CHECK(rebuilt(base + "pcap", DatapathId{1}).groups == truth(base + "br0.groups.txt"));
}

TEST_CASE("modifying and deleting in 1.0, with Nicira's flow_mods") { compare("flowmods-of10.pcap", 0); }

// Some channels of some datapaths, one of which turns out to be another's, and what is said there: more than
// waits at a time. Tables, as text.
std::string told(TableTracker& tracker, unsigned seed) {
  std::mt19937 random(seed);
  const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  std::vector<Datapath> datapaths(4);
  for (std::uint32_t i = 0; i < datapaths.size(); ++i) datapaths[i].index = i;
  std::vector<Channel> channels(6);
  for (std::uint32_t i = 0; i < channels.size(); ++i) channels[i].id = i + 1;
  std::uint64_t number = 0;
  Timestamp now{};
  const auto datapath_of = [&](unsigned channel) -> Datapath& {
    return datapaths[channel == 0 && number > 30'000 ? 3 : channel % 4];
  };
  const auto say = [&](unsigned channel, bool from_switch, Bytes bytes) {
    const Frame frame = *Frame::at(bytes);
    Datapath& datapath = datapath_of(channel);
    now = Timestamp(std::chrono::microseconds(++number * 100));
    const ChannelMessage m{channels[channel], from_switch ? Side::a : Side::b, frame, number, now};
    tracker.on_message({m, datapath, from_switch});
  };
  const auto flow_mod = [&] {
    v13::FlowMod mod{.cookie = number, .priority = static_cast<std::uint16_t>(below(8))};
    mod.table_id = v13::TableId{static_cast<std::uint8_t>(below(3))};
    const bool adds = below(12) != 0;
    if (!adds) mod.command = v13::FlowModCommand{static_cast<std::uint8_t>(1 + below(4))};
    mod.flags = v13::FlowModFlags::send_flow_rem;
    mod.hard_timeout = static_cast<std::uint16_t>(below(3));
    mod.match.oxm.push_back(oxm::eth_type(0x0800));
    if (adds || below(2) == 0)
      mod.match.oxm.push_back(oxm::ipv4_dst(
          Ipv4Address{{10, 0, static_cast<std::uint8_t>(below(8)), static_cast<std::uint8_t>(below(100))}}));
    return mod;
  };
  while (number < 60'000) {
    const unsigned channel = below(6);
    const Xid xid{below(64)};
    const unsigned what = below(24'000);  // some things have all that waits read at once
    if (what < 3) {
      say(channel, false,
          encoded(v13::SetConfig{.miss_send_len = static_cast<std::uint16_t>(below(2))}, xid));
    } else if (what == 3) {
      tracker.on_loss({.channel = channels[channel],
                       .from = Side::a,
                       .kind = ChannelLoss::Kind::missing,
                       .offset = 0,
                       .bytes = 100,
                       .number = number,
                       .time = now,
                       .since = now},
                      datapath_of(channel));
    } else if (what < 12) {  // another connection follows
      tracker.on_close(channels[channel], datapath_of(channel));
    } else if (what < 1000) {
      say(channel, false, encoded(v13::BarrierRequest{}, xid));
    } else if (what < 2000) {
      say(channel, true, encoded(v13::BarrierReply{}, xid));
    } else if (what < 3000) {
      say(channel, true, encoded(v13::ErrorMessage{.type = v13::ErrorType::flow_mod_failed}, xid));
    } else {
      say(channel, false, encoded(flow_mod(), xid));
    }
  }
  tracker.finish();
  TextBuffer text;
  for (const auto& [index, tables] : tracker.tables()) {
    put_flows(text, tables.state, {.dialect = Version::v13, .at = now});
    text.put_decimal(tables.lost_bytes);
    text.put('\n');
  }
  return std::string(text.view());
}

TEST_CASE("several threads read what one reads") {
  const unsigned seed = GENERATE(1u, 2u);
  TableTracker one, three(3);
  const std::string expected = told(one, seed);
  CHECK(expected.size() > 10'000);
  CHECK((told(three, seed) == expected));
}

TEST_CASE("a capture that lost segments says so") {
  Capture capture = Capture::open(std::string(OFLENS_TESTDATA) + "/captures/lossy-of13.pcap");
  TableTracker tracker;
  Sessions sessions({&tracker});
  ChannelReader reader(Catalog::standard());
  CapturedFrame frame;
  while (capture.next(frame)) reader.push(frame, sessions);
  reader.finish(sessions);
  REQUIRE(tracker.tables().size() == 2);
  CHECK(tracker.tables().at(0).lost_bytes > 0);
  CHECK(tracker.tables().at(1).lost_bytes == 0);
}

// Two controllers of a switch that listens.
struct Talk {
  TableTracker tracker;
  Sessions sessions{{&tracker}};
  Channel channels[2] = {{1, {{}, 40001}, {{}, 6653}}, {2, {{}, 40002}, {{}, 6653}}};
  Timestamp now = Timestamp(100s);

  Talk() {
    for (Channel& c : channels) {
      sessions.on_open(c);
      say(c, Side::a, v13::BarrierRequest{});
    }
  }
  template <Message M>
  void say(Channel& c, Side from, const M& message, Version version = Version::v13) {
    const auto bytes = test::encoded(message, Xid{1}, version);
    sessions.on_message({c, from, *Frame::at(bytes), 1, now});
  }
  // Is it known when a flow expires that is added now?
  bool watched() {
    v13::FlowMod add{.idle_timeout = 1, .flags = v13::FlowModFlags::send_flow_rem};
    say(channels[0], Side::a, add);
    const DatapathState& state = tracker.tables().at(0).state;
    const auto expiry = state.expiry(*state.find(0, add.priority, {}), now + 2s);
    now += 5s;
    return expiry.state == Expiry::State::present;
  }
};

TEST_CASE("flow_removeds are not missed while a controller is told of them") {
  using Role = v13::ControllerRole;
  Talk talk;
  Channel& first = talk.channels[0];
  Channel& second = talk.channels[1];
  const auto both = v13::FlowRemovedReasons{3};
  CHECK_FALSE(talk.watched());
  talk.say(first, Side::a, v10::SetConfig{.miss_send_len = 128});
  CHECK(talk.watched());
  SECTION("not any more, where no packets are asked for") {
    talk.say(first, Side::a, v10::SetConfig{});
    CHECK_FALSE(talk.watched());
    talk.say(second, Side::a, v10::SetConfig{.miss_send_len = 128});
    CHECK(talk.watched());
  }
  SECTION("a secondary is told when it asked for that") {
    talk.say(first, Side::b, v13::RoleReply{.role = Role::slave});
    CHECK_FALSE(talk.watched());
    talk.say(first, Side::a, v13::SetAsync{.flow_removed_mask = {.slave = both}});
    CHECK(talk.watched());
    talk.say(first, Side::b, v13::RoleReply{.role = Role::equal});
    CHECK_FALSE(talk.watched());
  }
  SECTION("a new primary makes the one before a secondary") {
    talk.say(first, Side::b, v13::RoleReply{.role = Role::master});
    CHECK(talk.watched());
    talk.say(second, Side::b, v13::RoleReply{.role = Role::master});
    CHECK_FALSE(talk.watched());
  }
  SECTION("of one timeout, and not of the other") {
    talk.say(first, Side::a, v13::SetAsync{.flow_removed_mask = {.master = v13::FlowRemovedReasons{1}}});
    CHECK_FALSE(talk.watched());
  }
  SECTION("the same in Nicira's words") {
    talk.say(first, Side::b, nicira::RoleReply{.role = nicira::Role::slave});
    CHECK_FALSE(talk.watched());
    talk.say(first, Side::a, nicira::SetAsyncConfig{.flow_removed_mask_slave = nicira::FlowRemovedMask{3}});
    CHECK(talk.watched());
  }
}

}  // namespace
}  // namespace oflens
