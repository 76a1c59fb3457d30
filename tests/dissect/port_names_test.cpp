// Ports get their names from what switches tell, each datapath its own.
#include <catch2/catch.hpp>

#include <oflens/flow/message_text.hpp>
#include <oflens/flow/port_condition.hpp>
#include <oflens/message/dissect.hpp>
#include <oflens/message/text.hpp>
#include <oflens/session/port_names.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::encoded;

struct Feed {
  PortNames names;
  Datapath one, two;
  Channel channel{1, {}, {}};

  Feed() { two.index = 1; }
  void say(Datapath& d, const std::vector<std::byte>& m, bool from_switch = true) {
    names.on_message({{channel, Side::a, *Frame::at(m), 1, {}}, d, from_switch});
  }
  std::string name(const Datapath& d, std::uint32_t number) const {
    const PortNamer* namer = names.of(d);
    return namer == nullptr ? "-" : std::string(namer->name_of_port(number));
  }
};

template <class Port>
Port port(std::uint32_t number, std::string_view name) {
  Port p;
  p.port_no = static_cast<decltype(p.port_no)>(number);
  p.name = wire::FixedText<16>(name);
  return p;
}

}  // namespace

TEST_CASE("switches tell the names of their ports", "[names]") {
  Feed f;
  CHECK(f.name(f.one, 1) == "-");
  SECTION("1.0's features") {
    v10::FeaturesReply m;
    m.ports = {port<v10::Port>(1, "eth1"), port<v10::Port>(0xfffe, "br0")};
    f.say(f.one, encoded(m));
    CHECK(f.name(f.one, 0xfffffffe) == "br0");
  }
  SECTION("1.0's descriptions") {
    v10::PortDescStatsReply m;
    m.ports = {port<v10::Port>(1, "eth1")};
    f.say(f.one, encoded(m));
  }
  SECTION("1.3's descriptions") {
    v13::PortDescReply m;
    m.ports = {port<v13::Port>(1, "eth1"), port<v13::Port>(2, "eth2")};
    f.say(f.one, encoded(m));
    CHECK(f.name(f.one, 2) == "eth2");
  }
  SECTION("1.0's port_status") { f.say(f.one, encoded(v10::PortStatus{.desc = port<v10::Port>(1, "eth1")})); }
  SECTION("1.3's port_status") {
    f.say(f.one, encoded(v13::PortStatus{.desc = port<v13::Port>(1, "old")}));
    f.say(f.one,
          encoded(v13::PortStatus{.reason = v13::PortReason::modify, .desc = port<v13::Port>(1, "eth1")}));
    f.say(f.one, encoded(v13::PortStatus{.desc = port<v13::Port>(7, "eth7")}));
    f.say(f.one,
          encoded(v13::PortStatus{.reason = v13::PortReason::delete_, .desc = port<v13::Port>(7, "eth7")}));
    CHECK(f.name(f.one, 7).empty());
  }
  CHECK(f.name(f.one, 1) == "eth1");
  CHECK(f.name(f.one, 9).empty());
  CHECK(f.name(f.two, 1) == "-");
}

TEST_CASE("a controller tells no names", "[names]") {
  Feed f;
  f.say(f.one, encoded(v13::PortStatus{.desc = port<v13::Port>(1, "eth1")}), false);
  CHECK(f.name(f.one, 1) == "-");
}

TEST_CASE("only so many ports are named", "[names]") {
  Feed f;
  for (std::uint32_t n = 1; n <= PortNames::most_ports + 1; ++n)
    f.say(f.one, encoded(v13::PortStatus{.desc = port<v13::Port>(n, "x")}));
  CHECK(f.name(f.one, PortNames::most_ports) == "x");
  CHECK(f.name(f.one, PortNames::most_ports + 1).empty());
  f.say(f.one, encoded(v13::PortStatus{.reason = v13::PortReason::delete_, .desc = port<v13::Port>(1, "x")}));
  f.say(f.two, encoded(v13::PortStatus{.desc = port<v13::Port>(5, "y")}));
  CHECK(f.name(f.two, 5) == "y");
}

TEST_CASE("names are written as Open vSwitch writes them", "[names]") {
  Feed f;
  f.say(f.one, encoded(v13::PortStatus{.desc = port<v13::Port>(1, "eth1")}));
  f.say(f.one, encoded(v13::PortStatus{.desc = port<v13::Port>(2, "s1-eth2")}));
  f.say(f.one, encoded(v13::PortStatus{.desc = port<v13::Port>(3, "3com")}));
  v13::FlowMod mod;
  mod.match = {oxm::in_port(PortNo{1})};
  mod.instructions = {
      v13::ApplyActions{.actions = {v13::Output{.port = PortNo{2}}, v13::Output{.port = PortNo{3}},
                                    v13::Output{.port = PortNo{4}}, v13::Output{.port = PortNo::local}}}};
  const auto bytes = encoded(mod);
  TextBuffer text;
  text.name_ports(f.names.of(f.one));
  put_message(text, Catalog::standard(), bytes);
  CHECK(text.view() ==
        "OFPT_FLOW_MOD (OF1.3) (xid=0x1): ADD in_port=eth1 "
        "actions=output:\"s1-eth2\",output:\"3com\",output:4,LOCAL\n");

  Tape tape;
  v13::PortMod port_mod;
  port_mod.port_no = PortNo{2};
  const auto other = encoded(port_mod);
  dissect(Catalog::standard(), other, tape);
  text.clear();
  put_fields(text, tape, other);
  CHECK(text.view() == "port_no=\"s1-eth2\"");
  text.name_ports(nullptr);
  text.clear();
  put_fields(text, tape, other);
  CHECK(text.view() == "port_no=2");
}

TEST_CASE("the ports that a switch told of, as ovs-ofctl prints them") {
  PortConditions ports;
  const auto learn = [&](const auto& message) {
    const auto bytes = encoded(message);
    return learn_ports(ports, *Frame::at(bytes));
  };
  const auto text = [&] {
    TextBuffer out;
    for (const auto& [number, p] : ports) put_port(out, number, p);
    return std::string(out.view());
  };
  SECTION("1.0") {
    v10::FeaturesReply features;
    v10::Port p = port<v10::Port>(1, "s-h1");
    p.hw_addr = MacAddress{{2, 0, 0, 0, 0xfd, 1}};
    p.config = v10::PortConfig{0x11};
    p.state = v10::PortState{0x201};
    features.ports.push_back(p);
    features.ports.push_back(port<v10::Port>(0xfffe, "br1\x1b[2J"));
    CHECK(learn(features));
    CHECK(text() ==
          " 1(s-h1): addr:02:00:00:00:fd:01\n"
          "     config:     PORT_DOWN NO_FLOOD\n"
          "     state:      LINK_DOWN STP_FORWARD\n"
          " LOCAL(br1): addr:00:00:00:00:00:00\n"
          "     config:     0\n"
          "     state:      0\n");
    CHECK(ports.at(PortNo{1}).link_down());
    v10::PortStatus status{.reason = v10::PortReason::delete_};
    status.desc = p;
    CHECK_FALSE(learn(status));
    CHECK(ports.size() == 1);
  }
  SECTION("1.3, in parts") {
    v13::PortDescReply part{.flags = v13::MultipartReplyFlags{1}};
    part.ports.push_back(port<v13::Port>(1, "a"));
    CHECK_FALSE(learn(part));
    v13::PortDescReply last;
    v13::Port p = port<v13::Port>(2, "b");
    p.config = v13::PortConfig{0x80};
    p.state = v13::PortState{4};
    last.ports.push_back(p);
    CHECK(learn(last));
    CHECK(text() ==
          " 1(a): addr:00:00:00:00:00:00\n"
          "     config:     0\n"
          "     state:      0\n"
          " 2(b): addr:00:00:00:00:00:00\n"
          "     config:     0x80\n"
          "     state:      LIVE\n");
  }
}

}  // namespace oflens
