// What is taken for the answer to what: every join, what comes before what, limits, ends.
#include <catch2/catch.hpp>

#include <oflens/ext/nicira.hpp>
#include <oflens/ext/nxm.hpp>
#include <oflens/ext/onf.hpp>
#include <oflens/session/exchange.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using namespace std::chrono_literals;
using test::encoded;
using test::Heap;
using test::hex;
using Raw = std::vector<std::byte>;

constexpr bool controller = false, datapath = true;

// A tracker, fed with messages; each takes a millisecond unless it says when it comes.
struct Feed final : ExchangeSink {
  Datapath switch_;
  std::vector<Channel> channels{{1, {}, {}}, {2, {}, {}}};
  ExchangeTracker tracker;
  std::vector<Exchange> got;
  std::uint64_t number = 0;
  Timestamp now{};

  explicit Feed(ExchangeLimits limits = {}) : tracker(*this, limits) {}
  void on_exchange(const Exchange& e) override { got.push_back(e); }

  std::uint64_t say(bool from_switch, const Raw& bytes, Duration after = 1ms, std::size_t channel = 0) {
    now += after;
    Raw copy = bytes;  // gone after the call
    const auto frame = Frame::at(copy);
    REQUIRE(frame);
    const ChannelMessage m{channels[channel], from_switch ? Side::a : Side::b, *frame, ++number, now};
    tracker.on_message({m, switch_, from_switch});
    std::fill(copy.begin(), copy.end(), std::byte{0xee});
    return number;
  }
  const std::vector<Exchange>& finish() {
    tracker.finish();
    return got;
  }
};

// "1: 2 xid, 3 match likely = answered": the request's and the answers' numbers.
std::string text(const Exchange& e) {
  std::string s = (e.asked() ? std::to_string(e.request.number) : "nothing") + ":";
  for (const auto& a : e.answers) {
    s += &a == &e.answers.front() ? " " : ", ";
    s += std::to_string(a.message.number) + " " + name_of(a.join);
    if (a.certainty != Certainty::certain) s += std::string(" ") + name_of(a.certainty);
  }
  return s + " = " + name_of(e.state);
}
std::vector<std::string> texts(const std::vector<Exchange>& exchanges) {
  std::vector<std::string> out;
  for (const Exchange& e : exchanges) out.push_back(text(e));
  return out;
}
using Lines = std::vector<std::string>;

// ---- messages

template <class M>
Raw make(const M& m, std::uint32_t xid, Version version = M::id.first) {
  return encoded(m, Xid{xid}, version);
}
Raw echo_request(std::uint32_t xid) { return make(v13::EchoRequest{}, xid, Version::v13); }
Raw echo_reply(std::uint32_t xid) { return make(v13::EchoReply{}, xid, Version::v13); }
Raw error(std::uint32_t xid, Version version = Version::v13) {
  return make(v13::ErrorMessage{}, xid, version);
}
Raw barrier_request(std::uint32_t xid) { return make(v13::BarrierRequest{}, xid, Version::v13); }
Raw barrier_reply(std::uint32_t xid) { return make(v13::BarrierReply{}, xid, Version::v13); }

// An Ethernet frame between two hosts, with a byte of its own.
Raw packet(std::uint8_t destination, std::uint8_t content = 0) {
  Raw p = hex("020000000002 020000000001 88b5 0000000000000000000000000000");
  p[5] = static_cast<std::byte>(destination);
  p[14] = static_cast<std::byte>(content);
  return p;
}
MacAddress mac(std::uint8_t last) { return {{2, 0, 0, 0, 0, last}}; }

Raw packet_in(const Raw& data, std::uint32_t buffer = 0xffffffff, std::uint32_t port = 1,
              std::uint32_t xid = 0) {
  v13::PacketIn m;
  m.buffer_id = BufferId{buffer};
  m.match = {oxm::in_port(PortNo{port})};
  m.data = Payload::borrowed(data);
  return make(m, xid);
}
Raw packet_in_10(const Raw& data, std::uint32_t buffer = 0xffffffff) {
  v10::PacketIn m;
  m.buffer_id = BufferId{buffer};
  m.in_port = v10::PortNo{1};
  m.data = Payload::borrowed(data);
  return make(m, 0);
}
Raw packet_out(const Raw& data, std::uint32_t buffer = 0xffffffff, std::uint32_t xid = 500,
               std::uint32_t port = 1) {
  v13::PacketOut m;
  m.buffer_id = BufferId{buffer};
  m.in_port = PortNo{port};
  m.data = Payload::borrowed(data);
  return make(m, xid);
}
v13::FlowMod to(std::uint8_t destination) {
  v13::FlowMod m;
  m.match = {oxm::eth_dst(mac(destination))};
  return m;
}
Raw flow_mod(std::uint8_t destination, std::uint32_t buffer = 0xffffffff, std::uint32_t xid = 600,
             v13::FlowModCommand command = v13::FlowModCommand::add) {
  v13::FlowMod m = to(destination);
  m.buffer_id = BufferId{buffer};
  m.command = command;
  return make(m, xid);
}
Raw multipart_reply(std::uint32_t xid, bool more) {
  v13::PortDescReply m;
  m.flags = static_cast<v13::MultipartReplyFlags>(more ? 1 : 0);
  return make(m, xid);
}

}  // namespace

TEST_CASE("requests and replies share a transaction id", "[exchange]") {
  struct Pair {
    const char* name;
    Raw request, reply;
  };
  const auto bare = [](const char* header) { return hex(header); };
  const std::vector<Pair> pairs = {
      {"echo 1.0", bare("0102000800000001"), bare("0103000800000001")},
      {"features 1.0", bare("0105000800000001"), bare("0106000800000001")},
      {"get_config 1.0", bare("0107000800000001"), bare("0108000800000001")},
      {"stats 1.0", bare("0110000c0000000100000000"), bare("0111000c0000000100000000")},
      {"barrier 1.0", bare("0112000800000001"), bare("0113000800000001")},
      {"queue_get_config 1.0", bare("0114000800000001"), bare("0115000800000001")},
      {"echo 1.3", bare("0402000800000001"), bare("0403000800000001")},
      {"features 1.3", bare("0405000800000001"), bare("0406000800000001")},
      {"get_config 1.3", bare("0407000800000001"), bare("0408000800000001")},
      {"multipart 1.3", bare("041200100000000100000000 00000000"), bare("041300100000000100000000 00000000")},
      {"barrier 1.3", bare("0414000800000001"), bare("0415000800000001")},
      {"queue_get_config 1.3", bare("0416000800000001"), bare("0417000800000001")},
      {"role 1.3", bare("0418000800000001"), bare("0419000800000001")},
      {"get_async 1.3", bare("041a000800000001"), bare("041b000800000001")},
  };
  for (const Pair& p : pairs)
    for (const Pair& q : pairs) {
      if (p.request[0] != q.request[0]) continue;
      INFO(p.name << ", and the reply of " << q.name);
      Feed f;
      f.say(controller, p.request);
      f.say(datapath, q.reply);
      REQUIRE(f.finish().size() == (&p == &q ? 1 : 2));  // else the reply is unasked
      CHECK(text(f.got[0]) == (&p == &q ? "1: 2 xid = answered" : "1: = unanswered"));
    }
}

TEST_CASE("what an exchange holds", "[exchange]") {
  Feed f;
  f.channels[0].a.port = 1111;
  f.channels[0].b.port = 2222;
  f.say(controller, echo_request(0x01020304), 5s);
  f.say(datapath, echo_reply(0x01020304), 250ms);
  const Exchange& e = f.finish().at(0);
  CHECK(e.channel == 1);
  CHECK(e.a.port == 1111);
  CHECK(e.b.port == 2222);
  CHECK(e.datapath == &f.switch_);
  CHECK(e.request.bytes == echo_request(0x01020304));
  CHECK(e.request.number == 1);
  CHECK(e.request.time == Timestamp{5s});
  CHECK(e.request.from == Side::b);
  CHECK_FALSE(e.request.from_switch);
  CHECK(e.answers.at(0).message.bytes == echo_reply(0x01020304));
  CHECK(e.answers[0].message.from == Side::a);
  CHECK(e.answers[0].message.from_switch);
  CHECK(e.answers[0].message.time == Timestamp{5250ms});
  CHECK(e.latency() == 250ms);
}

TEST_CASE("a reply with another transaction id, from the same side or on another channel is none",
          "[exchange]") {
  Feed f;
  f.say(controller, echo_request(1));
  f.say(datapath, echo_reply(2));
  f.say(controller, echo_reply(1));
  f.say(datapath, echo_reply(1), 1ms, 1);
  CHECK(texts(f.finish()) == Lines{"1: = unanswered", "nothing: 2 xid = unasked", "nothing: 3 xid = unasked",
                                   "nothing: 4 xid = unasked"});
  CHECK(f.got[0].latency() == 0ns);
  CHECK(f.got[1].kind == Exchange::Kind::echo);
  CHECK_FALSE(f.got[1].asked());
}

TEST_CASE("echoes in both directions with the same transaction id", "[exchange]") {
  Feed f;
  f.say(controller, echo_request(0));
  f.say(datapath, echo_request(0));
  f.say(controller, echo_reply(0));
  f.say(datapath, echo_reply(0));
  CHECK(texts(f.finish()) == Lines{"1: 4 xid = answered", "2: 3 xid = answered"});
}

TEST_CASE("transaction ids that are used again", "[exchange]") {
  Feed f;
  f.say(controller, barrier_request(7));
  f.say(datapath, barrier_reply(7));
  f.say(datapath, barrier_reply(7));  // one too many
  f.say(controller, barrier_request(7));
  f.say(controller, echo_request(7));  // before the answer
  f.say(datapath, echo_reply(7));
  f.say(controller, echo_request(8));
  f.say(controller, echo_request(8));
  f.say(datapath, echo_reply(8));
  CHECK(texts(f.finish()) == Lines{"1: 2 xid = answered", "1: 3 xid = duplicate", "4: = unanswered",
                                   "5: 6 xid = answered", "7: = unanswered", "8: 9 xid = answered"});
}

TEST_CASE("errors are joined to what they are about", "[exchange]") {
  SECTION("a flow_mod, which otherwise is no exchange") {
    Feed f;
    f.say(controller, flow_mod(1, 0xffffffff, 10));
    f.say(controller, flow_mod(1, 0xffffffff, 11));
    f.say(controller, flow_mod(1, 0xffffffff, 12));
    f.say(datapath, error(11), 7ms);
    CHECK(texts(f.finish()) == Lines{"2: 4 xid likely = error"});
    CHECK(f.got[0].latency() == 8ms);
  }
  SECTION("a request") {
    Feed f;
    f.say(controller, barrier_request(1));
    f.say(datapath, error(1));
    f.say(datapath, barrier_reply(1));  // it had its answer
    CHECK(texts(f.finish()) == Lines{"1: 2 xid likely = error", "1: 3 xid = duplicate"});
  }
  SECTION("any message of the controller, in 1.0 and 1.3") {
    for (const char* const m :
         {"0409000c0000000100000080", "040f000800000001", "0411000800000001", "041d000800000001",
          "040d000800000001", "041c000800000001", "0404000800000001", "0409000c0000000100000080"}) {
      Feed f;
      f.say(controller, hex(m));
      f.say(datapath, error(1));
      CHECK(texts(f.finish()) == Lines{"1: 2 xid likely = error"});
    }
    Feed f;
    f.say(controller, make(v10::FlowMod{}, 1));
    f.say(datapath, make(v10::ErrorMessage{}, 1));
    CHECK(texts(f.finish()) == Lines{"1: 2 xid likely = error"});
  }
  SECTION("errors with nothing to be about") {
    Feed f;
    f.say(datapath, error(1));
    f.say(controller, error(1));
    CHECK(texts(f.finish()) == Lines{"nothing: 1 quote = unasked", "nothing: 2 quote = unasked"});
    CHECK(f.got[0].kind == Exchange::Kind::error);
  }
}

TEST_CASE("errors quote what they are about, even if the quote is cut", "[exchange]") {
  const auto error_with = [](std::uint32_t xid, Bytes quoted) {
    v13::ErrorMessage m;
    m.data = Payload::borrowed(quoted);
    return make(m, xid, Version::v13);
  };
  // A controller that uses one transaction id for all: the quote tells which is meant.
  const Raw first = flow_mod(1, 0xffffffff, 9), second = flow_mod(2, 0xffffffff, 9);
  Feed f;
  f.say(controller, first);
  f.say(controller, second);
  SECTION("whole") {
    f.say(datapath, error_with(9, first));
    CHECK(texts(f.finish()) == Lines{"1: 3 quote = error"});
  }
  SECTION("64 bytes") {
    f.say(datapath, error_with(9, Bytes(first).first(64)));
    CHECK(texts(f.finish()) == Lines{"1: 3 quote = error"});
  }
  SECTION("the header") {
    f.say(datapath, error_with(9, Bytes(second).first(8)));
    CHECK(texts(f.finish()) == Lines{"2: 3 quote = error"});
  }
  SECTION("less than that") {
    f.say(datapath, error_with(9, Bytes(second).first(4)));
    CHECK(texts(f.finish()) == Lines{"2: 3 quote = error"});
  }
  SECTION("the quote has the right transaction id, the error has not") {
    f.say(datapath, error_with(77, Bytes(first).first(64)));
    CHECK(texts(f.finish()) == Lines{"1: 3 quote = error"});
  }
  SECTION("not quite what was sent") {
    Raw other = first;
    other[20] = std::byte{0x55};
    f.say(datapath, error_with(9, other));
    CHECK(texts(f.finish()) == Lines{"2: 3 quote likely = error"});
  }
  SECTION("another type") {
    Raw other = first;
    other[1] = std::byte{16};
    f.say(datapath, error_with(9, other));
    CHECK(texts(f.finish()) == Lines{"2: 3 xid possible = error"});
  }
  SECTION("nothing") {
    f.say(datapath, error_with(9, {}));
    CHECK(texts(f.finish()) == Lines{"2: 3 xid likely = error"});
  }
}

TEST_CASE("a barrier closes what came before it", "[exchange]") {
  Feed f({.commands = true});
  f.say(controller, flow_mod(1, 0xffffffff, 1));
  f.say(controller, flow_mod(2, 0xffffffff, 2));
  f.say(controller, echo_request(3));
  f.say(controller, barrier_request(4));
  f.say(controller, flow_mod(3, 0xffffffff, 5));
  f.say(datapath, error(2));
  f.say(datapath, barrier_reply(4));
  f.say(controller, barrier_request(6));
  f.say(datapath, barrier_reply(6));
  f.say(controller, flow_mod(3, 0xffffffff, 7));
  CHECK(texts(f.finish()) == Lines{"1: 7 barrier = closed_by_barrier", "2: 6 xid likely = error",
                                   "3: = unanswered", "4: 7 xid = answered",
                                   "5: 9 barrier = closed_by_barrier", "8: 9 xid = answered",
                                   "10: = unconfirmed"});
  const Exchange &one = f.got[3], &two = f.got[5];
  CHECK(one.kind == Exchange::Kind::barrier);
  CHECK(one.covered.messages == 3);
  CHECK(one.covered.first == Xid{1});
  CHECK(one.covered.last == Xid{3});
  CHECK(two.covered.messages == 1);
  CHECK(two.covered.first == Xid{5});
}

TEST_CASE("what a barrier gave up is late when it comes", "[exchange]") {
  Feed f;
  f.say(controller, make(v13::PortDescRequest{}, 1));
  f.say(controller, barrier_request(2));
  f.say(datapath, barrier_reply(2));
  f.say(datapath, multipart_reply(1, false));
  CHECK(texts(f.finish()) == Lines{"1: = unanswered", "2: 3 xid = answered", "1: 4 xid = late"});
  CHECK(f.got[2].request.bytes == f.got[0].request.bytes);
}

TEST_CASE("a reply that comes before its request, which stood behind a gap", "[exchange]") {
  Feed f;
  f.say(controller, flow_mod(1, 0xffffffff, 1));
  f.say(datapath, barrier_reply(7));
  f.say(datapath, multipart_reply(8, false));
  f.say(datapath, echo_reply(9));
  CHECK(f.got.empty());
  const std::uint64_t last = f.number;
  f.number = 0;  // what follows was captured before
  f.say(controller, barrier_request(7), -5ms);
  f.say(controller, make(v13::PortDescRequest{}, 8));
  f.number = last;
  f.say(controller, echo_request(9));  // but this one was not
  f.finish();
  CHECK(texts(f.got) ==
        Lines{"1: 2 xid = answered", "2: 3 xid = answered", "nothing: 4 xid = unasked", "5: = unanswered"});
  CHECK(f.got[0].kind == Exchange::Kind::barrier);
  CHECK(f.got[0].covered.messages == 1);
  CHECK(f.got[1].parts == 1);
}

TEST_CASE("bundles know what was added to them", "[exchange]") {
  const auto control = [](std::uint32_t xid, std::uint32_t bundle, onf::BundleControlType type) {
    return make(onf::BundleControl{.bundle_id = bundle, .type = type}, xid);
  };
  const auto add = [](std::uint32_t xid, std::uint32_t bundle) {
    const Raw inner = flow_mod(1, 0xffffffff, xid);
    onf::BundleAddMessage m{.bundle_id = bundle};
    m.message_ = Payload::borrowed(inner);
    return make(m, xid);
  };
  using Type = onf::BundleControlType;
  Feed f;
  f.say(controller, control(1, 5, Type::open_request));
  f.say(datapath, control(1, 5, Type::open_reply));
  for (std::uint32_t xid = 2; xid < 5; ++xid) f.say(controller, add(xid, 5));
  f.say(controller, add(5, 6));  // to another
  f.say(controller, control(6, 5, Type::close_request));
  f.say(datapath, control(6, 5, Type::close_reply));
  f.say(controller, control(7, 5, Type::commit_request));
  f.say(datapath, control(7, 5, Type::commit_reply));
  f.say(controller, control(8, 5, Type::open_request));
  f.say(controller, control(9, 5, Type::discard_request));
  CHECK(texts(f.finish()) == Lines{"1: 2 xid = answered", "7: 8 xid = answered", "9: 10 xid = answered",
                                   "11: = unanswered", "12: = unanswered"});
  for (const std::size_t i : {1u, 2u}) {
    CHECK(f.got[i].kind == Exchange::Kind::bundle);
    CHECK(f.got[i].covered.messages == 3);
    CHECK(f.got[i].covered.first == Xid{2});
    CHECK(f.got[i].covered.last == Xid{4});
  }
  CHECK(f.got[0].covered.messages == 0);
  CHECK(f.got[4].covered.messages == 0);
}

TEST_CASE("multipart replies are counted", "[exchange]") {
  const auto part = [](std::size_t ports, bool more) {
    v13::PortDescReply m;
    for (std::size_t i = 0; i < ports; ++i) m.ports.push_back(v13::Port{});
    m.flags = static_cast<v13::MultipartReplyFlags>(more ? 1 : 0);
    return make(m, 4);
  };
  Feed f({.parts = 3});
  f.say(controller, make(v13::PortDescRequest{}, 4));
  for (int i = 0; i < 5; ++i) f.say(datapath, part(2, true));
  f.say(datapath, make(v13::DescReply{}, 4));  // of another type: no part of it
  f.say(datapath, part(1, false));
  const Exchange& e = f.finish().at(0);
  CHECK(text(e) == "1: 2 xid, 3 xid, 8 xid = answered");  // the first ones and the last
  CHECK(e.kind == Exchange::Kind::multipart);
  CHECK(std::string(multipart_name(e.request.frame())) == "OFPMP_PORT_DESC");
  CHECK(e.parts == 6);
  CHECK(e.elements == 11);
  CHECK(e.latency() == 1ms);
  CHECK(e.duration() == 7ms);
}

TEST_CASE("how a connection was set up", "[exchange]") {
  const Raw ours = hex("0400000800000001"), theirs = hex("06000010000000020001000800000012");
  Feed f;
  f.say(controller, ours);
  SECTION("up to the first flow_mod") {
    f.say(datapath, theirs);
    f.say(datapath, theirs);  // once is enough
    f.say(controller, make(v13::FeaturesRequest{}, 3, Version::v13));
    f.say(datapath, make(v13::FeaturesReply{}, 3, Version::v13));
    f.say(controller, echo_request(4));
    f.say(controller, make(v13::PortDescRequest{}, 5));
    f.say(datapath, multipart_reply(5, false));
    f.say(controller, make(v13::SetConfig{}, 6, Version::v13));
    f.say(controller, flow_mod(1, 0xffffffff, 7));
    f.say(controller, flow_mod(1, 0xffffffff, 8));
    const Exchange& e = f.finish().at(0);
    CHECK(text(e) == "1: 2 setup, 4 setup, 5 setup, 7 setup, 8 setup, 9 setup, 10 setup = answered");
    CHECK(e.kind == Exchange::Kind::setup);
    CHECK(e.duration() == 9ms);
    CHECK(offered_versions(e.request.frame()) == 0b11110);
    CHECK(offered_versions(e.answers[0].message.frame()) == 0b10010);  // 1.0 and 1.3, says its bitmap
    CHECK(offered_versions(e.answers[1].message.frame()) == 0);
  }
  SECTION("nobody answers") { CHECK(texts(f.finish()) == Lines{"1: = unanswered"}); }
  SECTION("versions do not agree") {
    f.say(datapath, theirs);
    f.say(controller, make(v13::ErrorMessage{.type = v13::ErrorType::hello_failed}, 9, Version::v13));
    CHECK(texts(f.finish()) == Lines{"1: 2 setup, 3 setup = error"});
  }
  SECTION("no flow_mod comes") {
    f.say(datapath, theirs);
    f.say(controller, echo_request(1), 11s);
    REQUIRE(texts(f.got) == Lines{"1: 2 setup = answered"});
    f.say(controller, flow_mod(1));
    CHECK(texts(f.finish()) == Lines{"1: 2 setup = answered", "3: = unanswered"});
  }
}

TEST_CASE("what the controller says next may be the answer", "[exchange]") {
  Feed f;
  SECTION("a packet of its own, or a flow that the packet does not match") {
    f.say(datapath, packet_in(packet(1)));
    f.say(controller, packet_out(packet(2)));
    f.say(controller, flow_mod(3));
    CHECK(texts(f.finish()) == Lines{"1: 2 time possible, 3 time possible = answered"});
  }
  SECTION("but not much later") {
    f.say(datapath, packet_in(packet(1)));
    f.say(controller, packet_out(packet(2)), 21ms);
    CHECK(texts(f.finish()) == Lines{"1: = unanswered"});
  }
  SECTION("nor when two wait: to which of them?") {
    f.say(datapath, packet_in(packet(1)));
    f.say(datapath, packet_in(packet(2)));
    f.say(controller, packet_out(packet(3)));
    CHECK(texts(f.finish()) == Lines{"1: = unanswered", "2: = unanswered"});
  }
  SECTION("nor is a probe of the topology") {
    Raw lldp = packet(3);
    lldp[12] = std::byte{0x88};
    lldp[13] = std::byte{0xcc};
    f.say(datapath, packet_in(packet(1)));
    f.say(controller, packet_out(lldp));
    CHECK(texts(f.finish()) == Lines{"1: = unanswered"});
  }
}

TEST_CASE("kinds", "[exchange]") {
  using Kind = Exchange::Kind;
  const auto kind = [](bool from_switch, const Raw& m) {
    Feed f({.commands = true});
    f.say(from_switch, m);
    return f.finish().empty() ? std::string("none") : std::string(name_of(f.got[0].kind));
  };
  CHECK(kind(controller, echo_request(1)) == name_of(Kind::echo));
  CHECK(kind(controller, make(v13::FeaturesRequest{}, 1, Version::v13)) == name_of(Kind::features));
  CHECK(kind(controller, make(v13::GetConfigRequest{}, 1, Version::v13)) == name_of(Kind::get_config));
  CHECK(kind(controller, make(v13::RoleRequest{}, 1, Version::v13)) == name_of(Kind::role));
  CHECK(kind(controller, make(nicira::RoleRequest{}, 1)) == name_of(Kind::role));
  CHECK(kind(controller, make(v13::GetAsyncRequest{}, 1, Version::v13)) == name_of(Kind::get_async));
  CHECK(kind(controller, make(v13::QueueGetConfigRequest{}, 1, Version::v13)) ==
        name_of(Kind::queue_get_config));
  CHECK(kind(controller, make(nicira::TlvTableRequest{}, 1)) == name_of(Kind::experimenter));
  CHECK(kind(controller, packet_out(packet(1))) == name_of(Kind::command));
  CHECK(kind(datapath, packet_in(packet(1))) == name_of(Kind::packet_in));
  CHECK(kind(datapath, make(v13::PortStatus{}, 1)) == "none");
}

TEST_CASE("an experimenter's message is answered by another", "[exchange]") {
  for (const bool answered : {false, true}) {
    Feed f;
    f.say(controller, make(v13::Experimenter{}, 3, Version::v13));
    f.say(datapath, make(v13::Experimenter{}, answered ? 3 : 4, Version::v13));
    CHECK(texts(f.finish()) == (answered ? Lines{"1: 2 xid = answered"} : Lines{}));
  }
}

TEST_CASE("vendors' requests, and what no answer is due to", "[exchange]") {
  SECTION("a request that is not answered") {
    Feed f;
    f.say(controller, make(nicira::RoleRequest{}, 1));
    f.say(controller, make(nicira::TlvTableRequest{}, 2));
    f.say(controller,
          make(onf::BundleControl{.bundle_id = 1, .type = onf::BundleControlType::open_request}, 3));
    f.say(controller, make(nicira::FlowAge{}, 4));
    f.say(datapath, make(nicira::TlvTableReply{}, 2));
    f.say(datapath, make(onf::BundleControl{.bundle_id = 1, .type = onf::BundleControlType::open_reply}, 3));
    CHECK(texts(f.finish()) == Lines{"1: = unanswered", "2: 5 xid = answered", "3: 6 xid = answered"});
  }
  SECTION("what a switch tells unasked is no answer") {
    Feed f;
    f.say(controller, make(nicira::SetPacketInFormat{}, 0));
    nicira::PacketIn in;
    in.data = Payload::copied(packet(1));
    f.say(datapath, make(in, 0));
    f.say(datapath, make(nicira::FlowRemoved{}, 0));
    f.say(datapath, make(onf::RoleStatus{}, 0));
    CHECK(texts(f.finish()) == Lines{"2: = unanswered"});  // the packet-in
  }
}

TEST_CASE("Nicira's packet-ins are answered as others are", "[exchange]") {
  const Raw data = packet(1);
  nicira::PacketIn in;
  in.match = {nicira::nxm_of_in_port(v10::PortNo{1})};
  in.data = Payload::borrowed(data);
  nicira::PacketIn2 in2;
  in2.properties = {nicira::packet_in::Packet{.packet = Payload::borrowed(data)},
                    nicira::packet_in::Metadata{.metadata = {oxm::in_port(PortNo{1})}}};
  nicira::Resume resume;
  resume.properties = in2.properties;
  v10::PacketOut out;
  out.in_port = v10::PortNo{1};
  out.data = Payload::borrowed(data);
  nicira::FlowMod mod;
  mod.match = {nicira::nxm_of_eth_dst(mac(1))};
  SECTION("by a packet-out") {
    Feed f;
    f.say(datapath, make(in, 0));
    f.say(controller, make(out, 7));
    CHECK(texts(f.finish()) == Lines{"1: 2 frame = answered"});
  }
  SECTION("resumed") {
    Feed f;
    f.say(datapath, make(in2, 0));
    f.say(controller, make(resume, 7));
    CHECK(texts(f.finish()) == Lines{"1: 2 frame = answered"});
  }
  SECTION("by a flow") {
    Feed f;
    f.say(datapath, make(in2, 0));
    f.say(controller, make(mod, 7));
    CHECK(texts(f.finish()) == Lines{"1: 2 match likely = answered"});
  }
}

TEST_CASE("a reply in parts", "[exchange]") {
  const Raw request = make(v13::PortDescRequest{}, 4);
  SECTION("whole") {
    Feed f;
    f.say(controller, request);
    f.say(datapath, multipart_reply(4, true), 10ms);
    f.say(datapath, barrier_reply(4));
    f.say(datapath, multipart_reply(4, true));
    f.say(datapath, multipart_reply(4, false));
    f.say(datapath, multipart_reply(4, false));  // after the last
    CHECK(texts(f.finish()) ==
          Lines{"1: 2 xid, 4 xid, 5 xid = answered", "nothing: 3 xid = unasked", "1: 6 xid = duplicate"});
    CHECK(f.got[0].latency() == 10ms);
  }
  SECTION("whose end never came: it is not answered") {
    Feed f;
    f.say(controller, request);
    f.say(datapath, multipart_reply(4, true));
    f.say(datapath, multipart_reply(4, true));
    CHECK(texts(f.finish()) == Lines{"1: 2 xid, 3 xid = unanswered"});
  }
  SECTION("that ends with an error") {
    Feed f;
    f.say(controller, request);
    f.say(datapath, multipart_reply(4, true));
    f.say(datapath, error(4));
    CHECK(texts(f.finish()) == Lines{"1: 2 xid, 3 xid likely = error"});
  }
  SECTION("of 1.0") {
    Feed f;
    f.say(controller, hex("0110000c 00000004 0003 0000"));
    f.say(datapath, hex("0111000c 00000004 0003 0001"));
    f.say(datapath, hex("0111000c 00000004 0003 0000"));
    CHECK(texts(f.finish()) == Lines{"1: 2 xid, 3 xid = answered"});
  }
}

TEST_CASE("a packet-in is answered by what names its buffer", "[exchange]") {
  SECTION("1.3") {
    Feed f;
    f.say(datapath, packet_in(packet(1), 100));
    f.say(datapath, packet_in(packet(2), 101));
    f.say(controller, flow_mod(2, 100));  // its match covers the other's packet: the buffer is surer
    f.say(controller, packet_out({}, 101));
    f.say(controller, packet_out({}, 102));  // nobody's
    CHECK(texts(f.finish()) == Lines{"1: 3 buffer = answered", "2: 4 buffer = answered"});
  }
  SECTION("1.0") {
    Feed f;
    f.say(datapath, packet_in_10(packet(1), 0));
    v10::FlowMod mod;
    mod.buffer_id = BufferId{0};
    f.say(controller, make(mod, 1));  // a match of everything: what it says of the buffer counts
    v10::PacketOut out;
    out.buffer_id = BufferId{0};
    f.say(controller, make(out, 2));
    CHECK(texts(f.finish()) == Lines{"1: 2 buffer, 3 buffer = answered"});
  }
  SECTION("used again: the latest is meant") {
    Feed f;
    f.say(datapath, packet_in(packet(1), 100));
    f.say(controller, packet_out({}, 100));
    f.say(datapath, packet_in(packet(2), 100));
    f.say(controller, packet_out({}, 100));
    CHECK(texts(f.finish()) == Lines{"1: 2 buffer = answered", "3: 4 buffer = answered"});
  }
  SECTION("of another channel") {
    Feed f;
    f.say(datapath, packet_in(packet(1), 100));
    f.say(controller, packet_out({}, 100), 1ms, 1);
    CHECK(texts(f.finish()) == Lines{"1: = unanswered"});
  }
}

TEST_CASE("a packet-in is answered by the same packet", "[exchange]") {
  Feed f;
  f.say(datapath, packet_in(packet(1, 1)));
  f.say(datapath, packet_in(packet(1, 2)));
  f.say(datapath, packet_in_10(packet(1, 3)));
  f.say(controller, packet_out(packet(1, 2)), 30s);  // however late
  f.say(controller, packet_out(packet(1, 1)));
  f.say(controller, packet_out(packet(1, 9)));  // a packet of its own
  f.say(controller, packet_out({}));
  v10::PacketOut out;
  const Raw third = packet(1, 3);
  out.data = Payload::borrowed(third);
  f.say(controller, make(out, 2));
  CHECK(texts(f.finish()) ==
        Lines{"1: 5 frame = answered", "2: 4 frame = answered", "3: 8 frame likely = answered"});
}

TEST_CASE("the packet's port tells packet-ins of one packet apart", "[exchange]") {
  Feed f;
  f.say(datapath, packet_in(packet(1), 0xffffffff, 1));
  f.say(datapath, packet_in(packet(1), 0xffffffff, 2));
  f.say(controller, packet_out(packet(1), 0xffffffff, 1, 1));
  f.say(controller, packet_out(packet(1), 0xffffffff, 2, 2));
  CHECK(texts(f.finish()) == Lines{"1: 3 frame = answered", "2: 4 frame = answered"});
}

TEST_CASE("a packet that is sent out as if from elsewhere is the same packet", "[exchange]") {
  for (const std::uint32_t port : {9u, 0xfffffffdu, 0xffffffffu}) {
    Feed f;
    f.say(datapath, packet_in(packet(1), 0xffffffff, 1));
    f.say(controller, packet_out(packet(1), 0xffffffff, 1, port));
    CHECK(texts(f.finish()) == Lines{"1: 2 frame likely = answered"});
  }
}

TEST_CASE("a packet-in is answered by a flow_mod whose match covers it", "[exchange]") {
  SECTION("the latest of those that it covers") {
    Feed f;
    f.say(datapath, packet_in(packet(1)));
    f.say(datapath, packet_in(packet(2)));
    f.say(datapath, packet_in(packet(2)));
    f.say(datapath, packet_in(packet(3)));
    f.say(controller, flow_mod(2));
    f.say(controller, flow_mod(4));
    CHECK(texts(f.finish()) == Lines{"1: = unanswered", "2: = unanswered", "3: 5 match possible = answered",
                                     "4: 6 time possible = answered"});
  }
  SECTION("the port it came in by is part of it") {
    for (const std::uint32_t port : {1u, 2u}) {
      Feed f;
      f.say(datapath, packet_in(packet(1), 0xffffffff, 2));
      v13::FlowMod m;
      m.match = {oxm::in_port(PortNo{port})};
      f.say(controller, make(m, 1), 500ms);
      CHECK(texts(f.finish()) ==
            (port == 2 ? Lines{"1: 2 match likely = answered"} : Lines{"1: = unanswered"}));
    }
  }
  SECTION("1.0") {
    Feed f;
    f.say(datapath, packet_in_10(packet(1)));
    v10::FlowMod m;
    m.match.wildcards = static_cast<v10::Wildcards>(0x003fffff & ~(1u << 0) & ~(1u << 3));
    m.match.in_port = v10::PortNo{1};
    m.match.dl_dst = mac(1);
    f.say(controller, make(m, 1));
    CHECK(texts(f.finish()) == Lines{"1: 2 match likely = answered"});
  }
  SECTION("soon after it") {
    for (const bool late : {false, true}) {
      Feed f({.match_window = 100ms});
      f.say(datapath, packet_in(packet(1)));
      f.say(controller, flow_mod(1), late ? 101ms : 100ms);
      CHECK(texts(f.finish()) == (late ? Lines{"1: = unanswered"} : Lines{"1: 2 match likely = answered"}));
    }
  }
  SECTION("a flow for everything is no answer, and neither is a delete") {
    Feed f;
    f.say(datapath, packet_in(packet(1)));
    f.say(controller, make(v13::FlowMod{}, 1));  // a table-miss flow
    f.say(controller, make(v10::FlowMod{}, 1));
    f.say(controller, flow_mod(1, 0xffffffff, 1, v13::FlowModCommand::delete_));
    f.say(controller, flow_mod(1, 0xffffffff, 1, v13::FlowModCommand::delete_strict));
    CHECK(texts(f.finish()) == Lines{"1: = unanswered"});
    f.got.clear();
    f.say(datapath, packet_in(packet(1)));
    f.say(controller, flow_mod(1, 0xffffffff, 1, v13::FlowModCommand::modify));
    CHECK(texts(f.finish()) == Lines{"6: 7 match likely = answered"});
  }
  SECTION("a buffer that nobody has") {
    Feed f;
    f.say(datapath, packet_in(packet(1), 5));
    f.say(controller, flow_mod(1, 6));
    CHECK(texts(f.finish()) == Lines{"1: 2 match likely = answered"});
  }
  SECTION("only the latest packet-ins are looked at") {
    for (const int others : {15, 16}) {
      Feed f;
      f.say(datapath, packet_in(packet(1)));
      for (int i = 0; i < others; ++i) f.say(datapath, packet_in(packet(9)));
      f.say(controller, flow_mod(1));
      CHECK(f.finish().at(0).answers.size() == (others == 15 ? 1 : 0));
    }
  }
}

TEST_CASE("several answers to one packet-in, in the order in which they came", "[exchange]") {
  Feed f;
  f.say(datapath, packet_in(packet(1), 3), 1s);
  f.say(controller, flow_mod(1), 5ms);
  f.say(controller, packet_out({}, 3), 5ms);
  f.say(controller, packet_out(packet(1)), 5ms);
  CHECK(texts(f.finish()) == Lines{"1: 2 match likely, 3 buffer, 4 frame = answered"});
  CHECK(f.got[0].latency() == 5ms);
  // An answer that the switch refuses is an exchange of its own.
  f.got.clear();
  f.say(datapath, packet_in(packet(1), 3));
  f.say(controller, packet_out({}, 3, 77));
  f.say(datapath, error(77));
  CHECK(texts(f.finish()) == Lines{"5: 6 buffer = answered", "6: 7 xid likely = error"});
}

TEST_CASE("packet-ins that were never answered", "[exchange]") {
  Feed f;
  f.say(datapath, packet_in({}));
  f.say(datapath, packet_in(packet(1)));
  CHECK(texts(f.finish()) == Lines{"1: = unanswered", "2: = unanswered"});
}

TEST_CASE("messages that ask for nothing are no exchange", "[exchange]") {
  Feed f;
  f.say(controller, hex("0409000c0000000100000080"));
  f.say(datapath, make(v13::PortStatus{}, 1));
  f.say(datapath, make(v13::FlowRemoved{}, 1));
  f.say(controller, flow_mod(1));
  f.say(controller, packet_out(packet(1)));
  f.say(datapath, hex("040a000900000000ff"));  // malformed
  CHECK(f.finish().empty());
}

TEST_CASE("exchanges are handed on in the order of their requests", "[exchange]") {
  Feed f;
  f.say(controller, echo_request(1));
  f.say(controller, echo_request(2));
  f.say(datapath, echo_reply(2));
  CHECK(f.got.empty());            // the first may yet be answered
  f.say(datapath, echo_reply(2));  // one too many, while the exchange waits to be handed on
  f.say(datapath, echo_reply(1));
  CHECK(texts(f.got) == Lines{"1: 5 xid = answered", "2: 3 xid = answered", "2: 4 xid = duplicate"});
}

TEST_CASE("nothing waits longer than its window", "[exchange]") {
  Feed f({.answer_window = 10s});
  f.say(controller, echo_request(1));
  f.say(controller, echo_request(2));
  f.say(datapath, echo_reply(2));
  f.say(controller, echo_request(3), 9997ms);  // 9999 ms after the first
  CHECK(f.got.empty());
  f.say(controller, echo_request(4), 1ms);
  CHECK(texts(f.got) == Lines{"1: = unanswered", "2: 3 xid = answered"});
  f.say(datapath, echo_reply(1));  // too late
  CHECK(texts(f.finish()) == Lines{"1: = unanswered", "2: 3 xid = answered", "4: = unanswered",
                                   "5: = unanswered", "1: 6 xid = late"});
}

TEST_CASE("what ends with its window takes nothing of its successor along", "[exchange]") {
  Feed f({.answer_window = 10s});
  f.say(controller, barrier_request(7));
  f.say(datapath, packet_in(packet(1), 9));
  f.say(controller, barrier_request(7), 6s);
  f.say(datapath, packet_in(packet(1), 9));
  f.say(controller, echo_request(1), 5s);
  REQUIRE(f.got.size() == 2);  // the first of each
  f.say(datapath, barrier_reply(7));
  f.say(controller, packet_out({}, 9));
  f.say(controller, packet_out(packet(1)));
  CHECK(texts(f.finish()) == Lines{"1: = unanswered", "2: = unanswered", "3: 6 xid = answered",
                                   "4: 7 buffer, 8 frame = answered", "5: = unanswered"});
}

TEST_CASE("no more exchanges wait than the limit", "[exchange]") {
  Feed f({.open = 3});
  for (std::uint32_t i = 1; i <= 5; ++i) f.say(controller, echo_request(i));
  CHECK(texts(f.got) == Lines{"1: = unanswered", "2: = unanswered"});
  f.say(datapath, echo_reply(3));
  f.say(datapath, echo_reply(2));  // too late
  CHECK(texts(f.finish()) == Lines{"1: = unanswered", "2: = unanswered", "3: 6 xid = answered",
                                   "4: = unanswered", "5: = unanswered", "2: 7 xid = late"});
  CHECK(f.tracker.cut_short() == 2);
}

TEST_CASE("what was handed on gets no more answers", "[exchange]") {
  Feed f({.open = 1});
  f.say(datapath, packet_in(packet(1), 7));
  f.say(controller, barrier_request(1));
  REQUIRE(f.got.size() == 1);
  f.say(controller, packet_out({}, 7));
  f.say(controller, packet_out(packet(1)));
  f.say(controller, flow_mod(1));
  CHECK(texts(f.finish()) == Lines{"1: = unanswered", "2: = unanswered"});
}

TEST_CASE("the end of a channel ends its exchanges and no others", "[exchange]") {
  Feed f;
  f.say(controller, barrier_request(1), 1ms, 1);
  f.say(controller, barrier_request(1), 1ms, 0);
  f.say(controller, barrier_request(2), 1ms, 0);
  f.tracker.on_close(f.channels[0], f.switch_);
  CHECK(f.got.empty());  // the first is before them
  f.say(datapath, barrier_reply(1), 1ms, 1);
  CHECK(texts(f.got) == Lines{"1: 4 xid = answered", "2: = unanswered", "3: = unanswered"});
  f.say(controller, barrier_request(3), 1ms, 1);
  f.tracker.on_close(f.channels[1], f.switch_);
  CHECK(texts(f.got).back() == "5: = unanswered");
  CHECK(f.finish().size() == 4);
}

TEST_CASE("what is kept does not grow with the capture", "[exchange]") {
  struct Count final : ExchangeSink {
    std::size_t n = 0;
    void on_exchange(const Exchange&) override { ++n; }
  } count;
  ExchangeTracker tracker(count, {.answer_window = 1s});
  Datapath d;
  Channel c{1, {}, {}};
  std::uint64_t number = 0;
  const auto say = [&](bool from_switch, const Raw& bytes) {
    const auto frame = Frame::at(bytes);
    const ChannelMessage m{c, Side::a, *frame, ++number, Timestamp{std::chrono::milliseconds(number * 10)}};
    tracker.on_message({m, d, from_switch});
  };
  const auto run = [&](std::uint32_t n) {
    for (std::uint32_t i = 0; i < n; ++i) {
      Raw p = packet(1);
      p.resize(1000);
      store_be(p.data() + 20, static_cast<std::uint32_t>(number));
      say(datapath, packet_in(p, static_cast<std::uint32_t>(number)));
      say(controller, barrier_request(static_cast<std::uint32_t>(number)));
      say(controller, flow_mod(9, 0xffffffff, static_cast<std::uint32_t>(number)));
      say(datapath, make(v13::Experimenter{}, static_cast<std::uint32_t>(number), Version::v13));
    }
  };
  run(2000);
  const std::size_t before = Heap::live;
  run(20000);
  CHECK(Heap::live < before + 64 * 1024);
  tracker.finish();
  CHECK(count.n == 2 * 22000);
}

TEST_CASE("channels that closed leave nothing in the tracker", "[exchange]") {
  struct Count final : ExchangeSink {
    std::size_t n = 0;
    void on_exchange(const Exchange&) override { ++n; }
  } count;
  ExchangeTracker tracker(count);
  Datapath d;
  const auto run = [&](std::uint32_t from, std::uint32_t to) {
    for (std::uint32_t id = from; id < to; ++id) {
      Channel c{id, {}, {}};
      const Raw m = packet_in(packet(1), id);
      tracker.on_message({{c, Side::a, *Frame::at(m), id, Timestamp{}}, d, datapath});
      tracker.on_close(c, d);
    }
  };
  run(1, 100);
  const std::size_t before = Heap::live;
  run(100, 3000);
  CHECK(Heap::live < before + 4096);
  CHECK(count.n == 2999);
}

TEST_CASE("a sink hears of an answer when it comes", "[exchange]") {
  struct Sink final : ExchangeSink {
    std::string heard;
    void on_exchange(const Exchange&) override { heard += "exchange "; }
    void on_answer(const Exchange& e, const Exchange::Answer& a) override {
      heard += std::to_string(e.request.number) + "<" + std::to_string(a.message.number) + " ";
    }
  } sink;
  ExchangeTracker tracker(sink);
  Datapath d;
  Channel c{1, {}, {}};
  std::uint64_t number = 0;
  const auto say = [&](bool from_switch, const Raw& m) {
    tracker.on_message({{c, Side::a, *Frame::at(m), ++number, Timestamp{}}, d, from_switch});
  };
  say(controller, echo_request(1));
  say(controller, echo_request(2));
  say(datapath, echo_reply(2));
  say(datapath, echo_reply(1));
  CHECK(sink.heard == "2<3 1<4 exchange exchange ");
}

TEST_CASE("joins have names", "[exchange]") {
  CHECK(std::string(name_of(Join::xid)) == "xid");
  CHECK(std::string(name_of(Join::buffer)) == "buffer");
  CHECK(std::string(name_of(Join::frame)) == "frame");
  CHECK(std::string(name_of(Join::match)) == "match");
}

}  // namespace oflens
