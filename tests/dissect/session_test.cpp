// Which end of a channel is the switch, which datapath it is, and which version it speaks.
#include <catch2/catch.hpp>

#include <set>

#include <oflens/session/session.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::hex;
using Raw = std::vector<std::byte>;

Endpoint end(std::uint8_t host, std::uint16_t port) {
  Endpoint e;
  e.address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, host};
  e.port = port;
  return e;
}

// A message of any type, of which only the header is looked at.
Raw bare(Version version, unsigned type) {
  return {static_cast<std::byte>(version),
          static_cast<std::byte>(type),
          std::byte{0},
          std::byte{8},
          std::byte{0},
          std::byte{0},
          std::byte{0},
          std::byte{7}};
}
Raw features_reply(Version version, std::uint8_t id) {
  Raw m = hex("0006 0020 00000007 00000000000000ff 00000100 fe 00 0000 0000004f 00000000");
  m[0] = static_cast<std::byte>(version);
  m[15] = static_cast<std::byte>(id);
  return m;
}
constexpr unsigned hello = 0, error = 1, echo_request = 2, features_request = 5, packet_in = 10,
                   flow_mod = 14;

// Sessions whose events are kept.
struct Feed final : SessionSink {
  struct Event {
    std::uint32_t datapath;
    bool from_switch;
    std::optional<DatapathId> id;
    std::optional<Version> version;
  };
  Sessions sessions{{this}};
  std::deque<Channel> channels;
  std::vector<Event> events;
  std::vector<std::uint32_t> closed, losses;  // datapaths
  std::uint64_t number = 0;

  Channel& open(Endpoint a, Endpoint b) {
    channels.push_back({static_cast<std::uint32_t>(channels.size() + 1), a, b});
    sessions.on_open(channels.back());
    return channels.back();
  }
  Event say(Channel& c, Side from, const Raw& message) {
    const auto frame = Frame::at(message);
    REQUIRE(frame);
    const std::size_t before = events.size();
    sessions.on_message({c, from, *frame, ++number, Timestamp{}});
    REQUIRE(events.size() == before + 1);
    return events.back();
  }
  Event say(Channel& c, Side from, unsigned type, Version version = Version::v13) {
    return say(c, from, bare(version, type));
  }

  void on_message(const SessionMessage& m) override {
    CHECK(m.message.number == number);
    events.push_back({m.datapath.index, m.from_switch, m.datapath.id, m.datapath.version});
  }
  void on_loss(const ChannelLoss&, Datapath& d) override { losses.push_back(d.index); }
  void on_close(Channel&, Datapath& d) override { closed.push_back(d.index); }

  const Datapath& datapath(std::size_t i) const { return sessions.datapaths().at(i); }
};

const Side sides[] = {Side::a, Side::b};
Side other(Side side) { return side == Side::a ? Side::b : Side::a; }

// Who sends what, by the specifications' names.
const std::set<std::string> from_controllers = {
    "features_request",  "get_config_request", "set_config",      "packet_out",
    "flow_mod",          "group_mod",          "port_mod",        "table_mod",
    "stats_request",     "multipart_request",  "barrier_request", "queue_get_config_request",
    "role_request",      "get_async_request",  "set_async",       "meter_mod",
    "bundle_add_message"};
const std::set<std::string> from_switches = {
    "features_reply",  "get_config_reply", "packet_in",     "flow_removed",           "port_status",
    "stats_reply",     "multipart_reply",  "barrier_reply", "queue_get_config_reply", "role_reply",
    "get_async_reply", "role_status",      "table_status",  "requestforward",         "controller_status"};
const std::set<std::string> from_either = {"hello",  "error",        "echo_request",  "echo_reply",
                                           "vendor", "experimenter", "bundle_control"};

}  // namespace

TEST_CASE("who sends a message of each type", "[session]") {
  for (unsigned v = 1; v <= 6; ++v)
    for (unsigned type = 0; type < 64; ++type) {
      const auto version = static_cast<Version>(v);
      const char* const name = message_name(version, static_cast<std::uint8_t>(type));
      if (name == nullptr) continue;
      const bool controller = from_controllers.count(name) != 0, datapath = from_switches.count(name) != 0;
      INFO(name << " of version " << v);
      REQUIRE(controller + datapath + static_cast<int>(from_either.count(name)) == 1);
      for (const Side from : sides) {
        Feed f;
        Channel& c = f.open(end(1, 50000), end(2, 6653));
        const Raw m =
            name == std::string("features_reply") ? features_reply(version, 1) : bare(version, type);
        const bool from_switch = f.say(c, from, m).from_switch;
        CHECK(from_switch == (controller ? false : datapath ? true : from == Side::a));
        // And so is the next, from either side.
        CHECK(f.say(c, from, echo_request).from_switch == from_switch);
        CHECK(f.say(c, other(from), echo_request).from_switch != from_switch);
        REQUIRE(f.sessions.datapaths().size() == 1);
        CHECK(f.datapath(0).switch_end == (from_switch == (from == Side::a) ? c.a : c.b));
        CHECK(f.datapath(0).channels == 1);
      }
    }
}

TEST_CASE("the switch is the end that opened the connection until a message tells", "[session]") {
  for (const bool listening : {false, true}) {
    INFO((listening ? "the switch listens" : "the switch calls"));
    Feed f;
    Channel& c = f.open(end(1, 50000), end(2, 6653));
    const Side datapath = listening ? Side::b : Side::a;
    CHECK(f.say(c, Side::a, hello).from_switch);
    CHECK_FALSE(f.say(c, Side::b, hello).from_switch);
    CHECK(f.say(c, Side::a, error).from_switch);
    CHECK_FALSE(f.say(c, other(datapath), features_request).from_switch);
    CHECK(f.say(c, datapath, hello).from_switch);
    CHECK(f.say(c, datapath, features_reply(Version::v13, 5)).from_switch);
    // What a switch does not send does not change it any more.
    CHECK(f.say(c, datapath, flow_mod).from_switch);
    CHECK_FALSE(f.say(c, other(datapath), packet_in).from_switch);
    REQUIRE(f.sessions.datapaths().size() == 1);
    CHECK(f.datapath(0).switch_end == c.*(listening ? &Channel::b : &Channel::a));
    CHECK(f.datapath(0).id == DatapathId{5});
    for (const auto& e : f.events) CHECK(e.datapath == 0);
  }
}

TEST_CASE("the datapath id of every version", "[session]") {
  for (unsigned v = 1; v <= 6; ++v) {
    Feed f;
    Channel& c = f.open(end(1, 50000), end(2, 6653));
    f.say(c, Side::b, features_request, static_cast<Version>(v));
    CHECK(f.say(c, Side::a, features_reply(static_cast<Version>(v), 9)).id == DatapathId{9});
    CHECK(f.datapath(0).version == static_cast<Version>(v));
  }
  Feed f;
  Channel& c = f.open(end(1, 50000), end(2, 6653));
  CHECK(f.say(c, Side::a, hex("0406 000f 00000001 01020304050607")).id == std::nullopt);  // cut
  CHECK(f.say(c, Side::a, hex("0406 0010 00000001 0102030405060708")).id == DatapathId{0x0102030405060708});
}

TEST_CASE("the version is that of the latest message but hello", "[session]") {
  Feed f;
  Channel& c = f.open(end(1, 50000), end(2, 6653));
  CHECK(f.say(c, Side::a, hello, Version::v15).version == std::nullopt);
  CHECK(f.say(c, Side::b, hello, Version::v13).version == std::nullopt);
  CHECK(f.say(c, Side::b, features_request, Version::v13).version == Version::v13);
  CHECK(f.say(c, Side::a, hello, Version::v15).version == Version::v13);
  CHECK(f.say(c, Side::a, packet_in, Version::v10).version == Version::v10);
}

TEST_CASE("a features_reply that comes late", "[session]") {
  Feed f;
  Channel& c = f.open(end(1, 50000), end(2, 6653));
  for (int i = 0; i < 5; ++i) CHECK(f.say(c, Side::a, packet_in).id == std::nullopt);
  CHECK(f.say(c, Side::a, features_reply(Version::v13, 3)).id == DatapathId{3});
  CHECK(f.sessions.datapaths().size() == 1);  // what was said before is its, too
  CHECK(f.datapath(0).id == DatapathId{3});
}

TEST_CASE("a features_reply of the controller says nothing", "[session]") {
  Feed f;
  Channel& c = f.open(end(1, 50000), end(2, 6653));
  f.say(c, Side::a, packet_in);
  CHECK(f.say(c, Side::b, features_reply(Version::v13, 3)).id == std::nullopt);
}

TEST_CASE("connections of one datapath to several controllers", "[session]") {
  Feed f;
  Channel& one = f.open(end(1, 50000), end(2, 6653));
  Channel& two = f.open(end(1, 50001), end(3, 6653));
  Channel& stranger = f.open(end(4, 50000), end(2, 6653));
  f.say(one, Side::a, features_reply(Version::v13, 7));
  f.say(stranger, Side::a, features_reply(Version::v13, 8));
  const auto before = f.say(two, Side::a, packet_in);
  CHECK(before.id == std::nullopt);
  const auto after = f.say(two, Side::a, features_reply(Version::v13, 7));
  CHECK(after.datapath == 0);
  CHECK(f.datapath(0).channels == 2);
  CHECK(f.say(one, Side::a, packet_in).datapath == 0);
  CHECK(f.say(stranger, Side::a, packet_in).id == DatapathId{8});
  CHECK(f.datapath(before.datapath).channels == 0);  // it turned out to be another
  CHECK_FALSE(f.datapath(before.datapath).id);
}

TEST_CASE("a switch that comes back is the same datapath", "[session]") {
  Feed f;
  for (std::uint16_t port = 50000; port < 50003; ++port) {
    Channel& c = f.open(end(1, port), end(2, 6653));
    f.say(c, Side::a, hello);
    f.say(c, Side::b, features_request);
    CHECK(f.say(c, Side::a, features_reply(Version::v13, 7)).datapath == 0);
    f.sessions.on_close(c);
  }
  CHECK(f.closed == std::vector<std::uint32_t>{0, 0, 0});
  CHECK(f.datapath(0).channels == 3);
}

TEST_CASE("an id that changes on a connection is another datapath", "[session]") {
  Feed f;
  Channel& c = f.open(end(1, 50000), end(2, 6653));
  f.say(c, Side::a, features_reply(Version::v13, 1));
  const auto second = f.say(c, Side::a, features_reply(Version::v13, 2));
  CHECK(second.datapath == 1);
  CHECK(second.id == DatapathId{2});
  CHECK(f.datapath(0).id == DatapathId{1});
  CHECK(f.datapath(0).channels == 0);
  CHECK(f.datapath(1).channels == 1);
}

TEST_CASE("connections to a switch that listens are one datapath", "[session]") {
  Feed f;
  const Endpoint listening = end(1, 6654);
  Channel& first = f.open(end(2, 40000), listening);
  f.say(first, Side::a, flow_mod);
  CHECK(f.datapath(0).switch_end == listening);
  SECTION("its id is known to those that come later") {
    f.say(first, Side::b, features_reply(Version::v13, 4));
    f.sessions.on_close(first);
    Channel& later = f.open(end(2, 40001), listening);
    SECTION("by what a controller sends") { CHECK(f.say(later, Side::a, flow_mod).id == DatapathId{4}); }
    SECTION("at once") {
      const auto event = f.say(later, Side::a, hello);
      CHECK(event.id == DatapathId{4});
      CHECK_FALSE(event.from_switch);
      CHECK(f.say(later, Side::b, hello).from_switch);
    }
    CHECK(f.sessions.datapaths().size() == 1);
    CHECK(f.datapath(0).channels == 2);
  }
  SECTION("its id is told on a later one") {
    Channel& later = f.open(end(3, 40001), listening);
    f.say(later, Side::a, features_request);
    f.say(later, Side::b, features_reply(Version::v13, 4));
    CHECK(f.say(first, Side::a, flow_mod).id == DatapathId{4});
    CHECK(f.datapath(0).channels == 2);
  }
  SECTION("it calls a controller, too") {
    Channel& called = f.open(end(1, 33333), end(9, 6653));
    f.say(called, Side::a, features_reply(Version::v13, 4));
    f.say(first, Side::b, features_reply(Version::v13, 4));
    const auto event = f.say(f.open(end(2, 40002), listening), Side::a, flow_mod);
    CHECK(event.id == DatapathId{4});
    CHECK(event.datapath == f.say(called, Side::a, packet_in).datapath);
  }
  SECTION("another port is another switch") {
    Channel& elsewhere = f.open(end(2, 40001), end(1, 6655));
    f.say(elsewhere, Side::a, flow_mod);
    CHECK(f.events.back().datapath == 1);
  }
  SECTION("where now a controller listens, another switch calls") {
    Channel& later = f.open(end(5, 40001), listening);
    f.say(later, Side::a, hello);
    const auto event = f.say(later, Side::a, features_reply(Version::v13, 6));
    CHECK(event.from_switch);
    CHECK(event.id == DatapathId{6});
    CHECK(f.say(first, Side::a, flow_mod).id == std::nullopt);
    CHECK(f.datapath(event.datapath).switch_end == later.a);
    CHECK(f.datapath(0).channels == 1);
    CHECK(f.datapath(event.datapath).channels == 1);
  }
}

TEST_CASE("losses and ends are told with the datapath", "[session]") {
  Feed f;
  Channel& silent = f.open(end(1, 50000), end(2, 6653));
  f.sessions.on_loss({silent, Side::a, ChannelLoss::Kind::missing, 0, 5, 1, {}, {}});
  CHECK(f.losses == std::vector<std::uint32_t>{0});
  Channel& c = f.open(end(1, 50001), end(2, 6653));
  f.say(c, Side::a, packet_in);
  f.sessions.on_loss({c, Side::a, ChannelLoss::Kind::skipped, 8, 5, 1, {}, {}});
  CHECK(f.losses == std::vector<std::uint32_t>{0, 1});
  f.sessions.on_close(c);
  f.sessions.on_close(silent);
  CHECK(f.closed == std::vector<std::uint32_t>{1, 0});
}

TEST_CASE("a channel's place is used again, and nothing of it is left", "[session]") {
  Feed f;
  Channel& one = f.open(end(1, 50000), end(2, 6653));
  f.say(one, Side::b, packet_in);  // a switch that listens
  f.say(one, Side::b, features_reply(Version::v13, 1));
  f.sessions.on_close(one);
  Channel& two = f.open(end(3, 50000), end(4, 6653));
  CHECK(two.user == one.user);
  const auto event = f.say(two, Side::a, hello);
  CHECK(event.from_switch);
  CHECK(event.datapath == 1);
  CHECK(event.id == std::nullopt);
}

TEST_CASE("every sink gets every event, in the order given", "[session]") {
  struct Noting final : SessionSink {
    Noting(int n, std::vector<int>& out) : n(n), out(out) {}
    void on_message(const SessionMessage&) override { out.push_back(n); }
    int n;
    std::vector<int>& out;
  };
  std::vector<int> order;
  Noting one(1, order), two(2, order);
  Sessions sessions({&one, &two});
  Channel c{1, end(1, 1), end(2, 2)};
  sessions.on_open(c);
  const Raw m = bare(Version::v13, hello);
  sessions.on_message({c, Side::a, *Frame::at(m), 1, {}});
  CHECK(order == std::vector<int>{1, 2});
}

}  // namespace oflens
