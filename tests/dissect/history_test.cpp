// What is told of the lives of flows: only what is certain, and what an error undid as refused.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <random>
#include <string>

#include <oflens/ext/onf.hpp>
#include <oflens/flow/flow_text.hpp>
#include <oflens/session/history.hpp>

#include "mods.hpp"

using namespace oflens;
using namespace std::chrono_literals;
using test::bytes_of;
using test::flow_bytes;

namespace {

using What = FlowEvent::What;
using Lines = std::vector<std::string>;
using Control = onf::BundleControlType;

// Events as lines: "added 1 priority=5,ip actions=output:1".
struct Told final : FlowEventSink {
  void on_event(FlowEvent e) override {
    TextBuffer out;
    out.put(name_of(e.what));
    out.put(' ');
    out.put_decimal(static_cast<std::uint32_t>(e.by.xid));
    if (e.commit != 0) {
      out.put(" in ");
      out.put_decimal(e.commit);
    }
    if (e.number != 0) {
      out.put(" number ");
      out.put_decimal(e.number);
    }
    if (e.error) {
      out.put(' ');
      out.put(e.error->label);
    }
    put_flow(out, e.flow, Version::v13);
    lines.emplace_back(out.view());
    events.push_back(std::move(e));
  }
  Lines take() { return std::exchange(lines, {}); }

  Lines lines;
  std::vector<FlowEvent> events;
};

// A state that tells, and short words for what is done to it. Frames have the numbers of transactions.
struct Lab {
  Told told;
  DatapathState state;
  Timestamp now = Timestamp(100s);
  std::uint32_t xid = 0;
  std::uint64_t connection = 1;

  explicit Lab(const DatapathState::Limits& limits = {}) : state(limits) { state.report_to(told); }

  Origin next() { return {connection, Xid{++xid}, 0, xid, now}; }
  void bytes(const std::vector<std::byte>& message) { test::apply(state, message, next()); }
  void flow(const std::string& text, Version version = Version::v13) { bytes(flow_bytes(text, version)); }
  void group(v13::GroupModCommand command, std::uint32_t id) {
    bytes(bytes_of(v13::GroupMod{.command = command, .group_id = v13::GroupId{id}}));
  }
  void control(Control type) {
    const auto message = bytes_of(onf::BundleControl{.bundle_id = 1, .type = type});
    state.apply(*read_bundle_message(*Frame::at(message)), next());
  }
  void bundled(const std::string& text) {
    const auto inner = flow_bytes(text);
    const auto message =
        bytes_of(onf::BundleAddMessage{.bundle_id = 1, .message_ = Payload::borrowed(inner)});
    state.apply(*read_bundle_message(*Frame::at(message)), next());
  }
  void reject(std::uint32_t which) {
    CHECK(state.reject(connection, Xid{which}, DatapathState::Refusal::message,
                       SwitchError{.label = "OFPFMFC_OVERLAP", .type = 5, .code = 2, .by = {.frame = 99}}));
  }
  void removed(const std::string& text, v13::FlowRemovedReason reason, Duration lifetime,
               std::optional<std::uint8_t> table = 0) {
    const Flow flow = test::flow_mod(text + " actions=drop").flow;
    state.removed({.version = Version::v13,
                   .reason = reason,
                   .table_id = table,
                   .priority = flow.priority,
                   .cookie = flow.cookie,
                   .lifetime = lifetime,
                   .packets = 7,
                   .bytes = 700,
                   .match = flow.match},
                  next());
  }
  // All that is told when nothing more comes.
  Lines all() {
    state.finish();
    return told.take();
  }
};

}  // namespace

TEST_CASE("flows are made, changed and deleted", "[history]") {
  Lab lab;
  lab.flow("cookie=1,priority=5,ip actions=output:1");
  lab.flow("cookie=2,idle_timeout=9,priority=5,ip actions=output:2");
  lab.flow("modify ip actions=output:3");
  lab.flow("modify_strict priority=6,ip actions=output:4");  // there is none
  lab.flow("delete out_port=3");
  lab.flow("delete ip");
  CHECK(lab.all() == Lines{"added 1 cookie=0x1, priority=5,ip actions=output:1",
                           "replaced 2 cookie=0x2, idle_timeout=9, priority=5,ip actions=output:2",
                           "modified 3 cookie=0x2, idle_timeout=9, priority=5,ip actions=output:3",
                           "deleted 5 cookie=0x2, idle_timeout=9, priority=5,ip actions=output:3"});
  CHECK(lab.told.events[2].command == v13::FlowModCommand::modify);
  CHECK(lab.told.events[3].by.frame == 5);
}

TEST_CASE("1.0 modifies cookies, and adds where nothing is", "[history]") {
  Lab lab;
  lab.flow("modify cookie=1,ip actions=output:1", Version::v10);
  lab.flow("modify cookie=2,ip actions=output:2", Version::v10);
  CHECK(lab.all() ==
        Lines{"added 1 cookie=0x1, ip actions=output:1", "modified 2 cookie=0x2, ip actions=output:2"});
  CHECK(lab.told.events[0].command == v13::FlowModCommand::modify);
}

TEST_CASE("a cookie of all ones leaves the one that was there", "[history]") {
  Lab lab;
  lab.flow("cookie=1,ip actions=output:1");
  lab.flow("cookie=-1,ip actions=output:2");
  CHECK(lab.all()[1] == "replaced 2 cookie=0x1, ip actions=output:2");
}

TEST_CASE("nothing is told before it is certain", "[history]") {
  Lab lab;
  lab.flow("ip actions=output:1");
  const std::uint64_t mark = lab.state.mark();
  lab.flow("arp actions=output:1");
  CHECK(lab.told.take().empty());
  lab.state.confirm(1, mark);
  CHECK(lab.told.take() == Lines{"added 1 ip actions=output:1"});
  lab.now += 61s;  // longer no error is waited for
  lab.flow("icmp actions=output:1");
  CHECK(lab.told.take() == Lines{"added 2 arp actions=output:1"});
}

TEST_CASE("what an error undid is told as refused, however late it comes", "[history]") {
  Lab lab;
  lab.flow("priority=5,ip actions=output:1");  // refused
  lab.flow("modify ip actions=output:2");      // found it, or so it seemed
  lab.flow("priority=5,ip actions=output:3");  // replaced it, or so it seemed
  lab.flow("priority=6,arp actions=output:1");
  for (int i = 0; i < 20; ++i) lab.flow("priority=7,arp actions=output:" + std::to_string(i + 1));
  lab.reject(1);
  lab.flow("delete arp");  // refused
  lab.reject(25);
  const Lines told = lab.all();
  REQUIRE(told.size() == 24);
  CHECK(told[0] == "refused 1 OFPFMFC_OVERLAP priority=5,ip actions=output:1");
  CHECK(told[1] == "added 3 priority=5,ip actions=output:3");
  CHECK(told[2] == "added 4 priority=6,arp actions=output:1");
  CHECK(told[23].starts_with("refused 25 OFPFMFC_OVERLAP table=255, arp"));
  CHECK(lab.told.events[0].error->by.frame == 99);
  CHECK(lab.told.events[0].error->code == 2);
}

TEST_CASE("what a bundle did is told of its messages", "[history]") {
  Lab lab;
  lab.flow("ip actions=output:1");
  lab.control(Control::open_request);
  lab.bundled("ip actions=output:2");
  lab.bundled("arp actions=output:1");
  lab.bundled("icmp actions=output:1");  // refused
  lab.bundled("delete ip");
  lab.now += 5s;
  SECTION("committed") {
    lab.reject(5);
    lab.control(Control::commit_request);
    CHECK(lab.all() == Lines{"added 1 ip actions=output:1", "refused 5 OFPFMFC_OVERLAP icmp actions=output:1",
                             "replaced 3 in 7 ip actions=output:2", "added 4 in 7 arp actions=output:1",
                             "deleted 6 in 7 ip actions=output:2"});
    CHECK(lab.told.events[2].by.time == lab.now);  // when it took effect
  }
  SECTION("refused") {
    lab.control(Control::commit_request);
    lab.flow("ip actions=output:9");
    lab.reject(7);
    CHECK(lab.all() == Lines{"added 1 ip actions=output:1", "refused 3 OFPFMFC_OVERLAP ip actions=output:2",
                             "refused 4 OFPFMFC_OVERLAP arp actions=output:1",
                             "refused 5 OFPFMFC_OVERLAP icmp actions=output:1",
                             "refused 6 OFPFMFC_OVERLAP table=255, ip actions=drop",
                             "replaced 8 ip actions=output:9"});
  }
  SECTION("discarded") {
    lab.control(Control::discard_request);
    CHECK(lab.all() == Lines{"added 1 ip actions=output:1", "discarded 3 ip actions=output:2",
                             "discarded 4 arp actions=output:1", "discarded 5 icmp actions=output:1",
                             "discarded 6 table=255, ip actions=drop"});
  }
  SECTION("gone with its connection") {
    lab.state.close(lab.next());
    CHECK(lab.all().at(2) == "discarded 4 arp actions=output:1");
  }
}

TEST_CASE("flows fall with groups and meters", "[history]") {
  Lab lab;
  lab.group(v13::GroupModCommand::add, 1);
  lab.group(v13::GroupModCommand::add, 2);
  lab.flow("ip actions=group:1");
  lab.flow("arp actions=group:2");
  lab.flow("icmp actions=group:2");
  lab.flow("tcp actions=meter:3,output:1");
  SECTION("one") {
    lab.group(v13::GroupModCommand::delete_, 1);
    CHECK(lab.all()[4] == "fell_with_group 7 number 1 ip actions=group:1");
  }
  SECTION("all") {
    lab.group(v13::GroupModCommand::delete_, static_cast<std::uint32_t>(v13::GroupId::all));
    const Lines told = lab.all();
    CHECK(Lines(told.begin() + 4, told.end()) == Lines{"fell_with_group 7 number 1 ip actions=group:1",
                                                       "fell_with_group 7 number 2 arp actions=group:2",
                                                       "fell_with_group 7 number 2 icmp actions=group:2"});
  }
  SECTION("not, when that is refused") {
    lab.group(v13::GroupModCommand::delete_, 1);
    lab.reject(7);
    CHECK(lab.all().size() == 4);
  }
  SECTION("meter") {
    lab.bytes(bytes_of(v13::MeterMod{.command = v13::MeterModCommand::delete_, .meter_id = v13::MeterId{3}}));
    CHECK(lab.all()[4] == "fell_with_meter 7 number 3 tcp actions=meter:3,output:1");
  }
}

TEST_CASE("what has expired is told as that, whoever meets it", "[history]") {
  Lab lab;
  lab.flow("hard_timeout=10,ip actions=output:1");
  lab.now += 20s;
  const std::string expired = "expired 0 hard_timeout=10, ip actions=output:1";
  SECTION("an add") {
    lab.flow("ip actions=output:2");
    CHECK(lab.all() ==
          Lines{"added 1 hard_timeout=10, ip actions=output:1", expired, "added 2 ip actions=output:2"});
  }
  SECTION("a modification") {
    lab.flow("modify ip actions=output:2");
    CHECK(lab.all() == Lines{"added 1 hard_timeout=10, ip actions=output:1", expired});
  }
  SECTION("a deletion") {
    lab.flow("delete ip");
    CHECK(lab.all() == Lines{"added 1 hard_timeout=10, ip actions=output:1", expired});
  }
  CHECK(lab.told.events[1].by.time == Timestamp(110s));
  CHECK(lab.told.events[1].by.frame == 0);
}

TEST_CASE("what has long expired is thrown out, and told", "[history]") {
  Lab lab;
  constexpr unsigned many = 65'536;  // so many are worth it
  for (unsigned i = 0; i < many; ++i)
    lab.flow("table=1,hard_timeout=10,reg0=" + std::to_string(i) + " actions=drop");
  lab.now += 20s;
  lab.flow("ip actions=output:1");
  const Lines told = lab.all();
  CHECK(told.size() == 2 * many + 1);
  CHECK(told[many].starts_with("expired 0 table=1, hard_timeout=10, reg0="));
  CHECK(told.back() == "added 65537 ip actions=output:1");
}

TEST_CASE("what the switch says of the end of a flow", "[history]") {
  using Reason = v13::FlowRemovedReason;
  Lab lab;
  lab.flow("cookie=1,send_flow_rem,idle_timeout=5,ip actions=output:1");
  lab.now += 6s;
  SECTION("removed") {
    lab.removed("cookie=1,ip", Reason::idle_timeout, 6s);
    CHECK(lab.all()[1] == "removed 2 cookie=0x1, idle_timeout=5, send_flow_rem ip actions=output:1");
    const FlowRemoved& removed = *lab.told.events[1].removed;
    CHECK(removed.reason == Reason::idle_timeout);
    CHECK(removed.packets == 7);
    CHECK(removed.bytes == 700);
  }
  SECTION("announced after a deletion") {
    lab.flow("delete ip");
    lab.removed("cookie=1,ip", Reason::delete_, 6s);
    const Lines told = lab.all();
    REQUIRE(told.size() == 3);
    CHECK(told[1].starts_with("deleted 2 "));
    CHECK(told[2] == "announced 3 cookie=0x1, ip actions=drop");
  }
  SECTION("of a flow that was there before the capture") {
    lab.removed("cookie=9,arp", Reason::idle_timeout, 60s, std::nullopt);
    CHECK(lab.all()[1] == "removed 2 cookie=0x9, table=255, arp actions=drop");
  }
}

TEST_CASE("what is said after the moment that is asked for is not told", "[history]") {
  Lab lab;
  lab.flow("ip actions=output:1");
  lab.flow("arp actions=output:1");
  lab.state.freeze(true);
  lab.flow("ip actions=output:2");
  lab.reject(2);
  lab.reject(3);
  CHECK(lab.all() == Lines{"added 1 ip actions=output:1", "refused 2 OFPFMFC_OVERLAP arp actions=output:1"});
}

namespace {

// The flows that there are, from events alone.
struct Replay final : FlowEventSink {
  void on_event(FlowEvent e) override {
    const auto it = std::find_if(flows.begin(), flows.end(), [&](const Flow& f) {
      return f.table_id == e.flow.table_id && f.priority == e.flow.priority && f.match == e.flow.match;
    });
    const bool there = it != flows.end();
    ++count[static_cast<std::size_t>(e.what)];
    switch (e.what) {
      case What::added:
        CHECK_FALSE(there);
        flows.push_back(e.flow);
        break;
      case What::replaced:
      case What::modified:
        REQUIRE(there);
        *it = e.flow;
        break;
      case What::refused:
      case What::discarded:
      case What::announced: break;
      default: REQUIRE(there); flows.erase(it);
    }
  }
  std::string text() const {
    Lines lines;
    for (const Flow& f : flows) {
      TextBuffer out;
      put_flow(out, f, Version::v13);
      lines.emplace_back(out.view());
    }
    std::sort(lines.begin(), lines.end());
    std::string all;
    for (const std::string& line : lines) all += line + "\n";
    return all;
  }

  std::vector<Flow> flows;
  std::array<std::size_t, 16> count{};
};

}  // namespace

TEST_CASE("what is told of random changes, replayed, gives the tables", "[history]") {
  std::array<std::size_t, 16> seen{};
  for (unsigned seed = 1; seed <= 30; ++seed) {
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    Lab lab;
    Replay replay;
    lab.state.report_to(replay);
    std::vector<std::pair<std::uint64_t, std::uint32_t>> said;
    const auto flow_text = [&] {
      static constexpr const char* matches[] = {"ip", "tcp", "in_port=1", "tcp,in_port=1", "arp"};
      return "priority=" + std::to_string(below(3)) + "," + matches[below(5)];
    };
    const auto actions = [&] {
      const std::string n = std::to_string(1 + below(3));
      static constexpr const char* kinds[] = {"output:", "group:", "meter:"};
      return " actions=" + (kinds[below(3)] + n);
    };
    const auto mod = [&]() -> std::string {
      const std::string cookie = "cookie=" + std::to_string(below(3)) + ",";
      switch (below(6)) {
        case 0: return "modify " + flow_text().substr(11) + actions();
        case 1: return "modify_strict " + flow_text() + actions();
        case 2: return "delete " + flow_text().substr(11);
        case 3: return "delete_strict " + flow_text();
        case 4:
          return "hard_timeout=" + std::to_string(1 + below(4)) + "," + cookie + flow_text() + actions();
        default: return cookie + flow_text() + actions();
      }
    };
    for (int i = 0; i < 600; ++i) {
      lab.connection = 1 + below(2);
      switch (below(12)) {
        case 0: lab.now += std::chrono::milliseconds(below(1500)); break;
        case 1:
          if (below(4) == 0) lab.state.confirm(lab.connection);
          break;
        case 2:
        case 3:
          if (!said.empty()) {
            const auto [connection, xid] =
                said[said.size() - 1 - below(static_cast<unsigned>(std::min<std::size_t>(40, said.size())))];
            lab.state.reject(connection, Xid{xid}, DatapathState::Refusal::message,
                             SwitchError{.label = "E", .by = {}});
          }
          break;
        case 4:
          lab.group(below(2) == 0 ? v13::GroupModCommand::add : v13::GroupModCommand::delete_, 1 + below(3));
          break;
        case 5:
          lab.bytes(bytes_of(v13::MeterMod{
              .command = below(2) == 0 ? v13::MeterModCommand::add : v13::MeterModCommand::delete_,
              .meter_id = v13::MeterId{1 + below(3)}}));
          break;
        case 6:
          lab.control(Control::open_request);
          for (unsigned n = below(4); n > 0; --n) lab.bundled(mod());
          if (below(3) == 0) said.emplace_back(lab.connection, lab.xid);
          lab.control(below(4) == 0 ? Control::discard_request : Control::commit_request);
          break;
        default: lab.flow(mod());
      }
      said.emplace_back(lab.connection, lab.xid);
    }
    lab.state.finish();
    TextBuffer out;
    Lines lines;  // also of what has expired since, and nothing met
    for (const FlowLine& line : list_flows(out, lab.state, {.at = Timestamp::min()}))
      lines.emplace_back(line.text);
    std::sort(lines.begin(), lines.end());
    std::string all;
    for (const std::string& line : lines) all += line + "\n";
    CHECK(replay.text() == all);
    for (std::size_t i = 0; i < seen.size(); ++i) seen[i] += replay.count[i];
  }
  for (const What what : {What::added, What::replaced, What::modified, What::deleted, What::fell_with_group,
                          What::fell_with_meter, What::expired, What::refused, What::discarded}) {
    INFO(name_of(what));
    CHECK(seen[static_cast<std::size_t>(what)] > 20);
  }
}

// ---- what is kept

namespace {

FlowEvent event(What what, const std::string& text, std::uint64_t frame) {
  const auto message = flow_bytes(text);
  return {.what = what, .by = {.frame = frame}, .flow = read_flow_mod(*Frame::at(message), true)->flow};
}
std::vector<std::uint64_t> frames(const FlowLives::Life& life) {
  std::vector<std::uint64_t> all;
  for (const FlowEvent* e : life) all.push_back(e->by.frame);
  return all;
}
using Frames = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("events are put together by flow", "[history]") {
  History history;
  const Datapath datapath;
  FlowEventSink& sink = history.events_of(datapath);
  const std::string a = "priority=5,ip actions=drop", b = "priority=6,ip actions=drop",
                    c = "table=1,priority=5,ip actions=drop";
  sink.on_event(event(What::added, a, 1));
  sink.on_event(event(What::added, b, 2));
  sink.on_event(event(What::added, c, 3));
  sink.on_event(event(What::modified, a, 4));
  sink.on_event(event(What::deleted, a, 5));
  sink.on_event(event(What::refused, a, 6));
  sink.on_event(event(What::modified, b, 7));
  const FlowLives lives(history.events(datapath));
  CHECK(frames(lives.of(event(What::added, a, 0).flow)) == Frames{1, 4, 5, 6});
  CHECK(frames(lives.of(event(What::added, b, 0).flow)) == Frames{2, 7});
  CHECK(frames(lives.of(event(What::added, c, 0).flow)) == Frames{3});
  CHECK(lives.of(event(What::added, "arp actions=drop", 0).flow).empty());
  std::size_t flows = 0, events = 0;
  lives.each([&](const FlowLives::Life& life) {
    ++flows;
    events += life.size();
  });
  CHECK(flows == 3);
  CHECK(events == 7);

  CHECK(present_life(lives.of(event(What::added, a, 0).flow)).made == nullptr);
  const PresentLife of_b = present_life(lives.of(event(What::added, b, 0).flow));
  CHECK(of_b.made->by.frame == 2);
  CHECK(of_b.changed->by.frame == 7);
}

TEST_CASE("what was said without a table is told of the flow of that match", "[history]") {
  History history;
  const Datapath datapath;
  FlowEventSink& sink = history.events_of(datapath);
  sink.on_event(event(What::added, "table=2,ip actions=drop", 1));
  FlowEvent end = event(What::announced, "ip actions=drop", 2);
  end.flow.table_id = static_cast<std::uint8_t>(v13::TableId::all);
  sink.on_event(std::move(end));
  const FlowLives lives(history.events(datapath));
  std::vector<Frames> all;
  lives.each([&](const FlowLives::Life& life) { all.push_back(frames(life)); });
  CHECK(all == std::vector<Frames>{{1, 2}});
}

TEST_CASE("the oldest events are forgotten when there are too many", "[history]") {
  History history(History::Keep::all, {}, {.events = 3});
  const Datapath datapath;
  for (std::uint64_t i = 1; i <= 5; ++i)
    history.events_of(datapath).on_event(event(What::modified, "ip actions=drop", i));
  CHECK(history.forgotten() == 2);
  REQUIRE(history.events(datapath).size() == 3);
  CHECK(history.events(datapath).front().by.frame == 3);
}

TEST_CASE("for flows that are there no more is kept than is needed", "[history]") {
  History history(History::Keep::present, {}, {.events = 4});
  const Datapath datapath;
  FlowEventSink& sink = history.events_of(datapath);
  const std::string kept = "ip actions=drop";
  sink.on_event(event(What::added, kept, 1));
  for (std::uint64_t i = 2; i < 100; i += 3) {
    sink.on_event(event(What::added, "arp actions=drop", i));
    sink.on_event(event(What::deleted, "arp actions=drop", i + 1));
    sink.on_event(event(What::modified, kept, i + 2));
  }
  CHECK(history.forgotten() == 0);
  const FlowLives lives(history.events(datapath));
  const PresentLife life = present_life(lives.of(event(What::added, kept, 0).flow));
  REQUIRE(life.made);
  CHECK(life.made->by.frame == 1);
  CHECK(life.changed->by.frame == 100);
}

TEST_CASE("only what is asked for is kept", "[history]") {
  History history(History::Keep::all, [](const Flow& f) { return f.cookie == 1; });
  const Datapath datapath;
  history.events_of(datapath).on_event(event(What::added, "cookie=1,ip actions=drop", 1));
  history.events_of(datapath).on_event(event(What::added, "cookie=2,ip actions=drop", 2));
  CHECK(history.events(datapath).size() == 1);
}
