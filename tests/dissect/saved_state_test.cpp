// A reading that is saved and restored goes on as if it had never stopped: after every single frame, for
// every capture, and for random ones that are lossy, fragmented and out of order.
#include <catch2/catch.hpp>

#include <filesystem>
#include <numeric>

#include <oflens/flow/flow_text.hpp>
#include <oflens/message/generate.hpp>
#include <oflens/session/saved_state.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using Raw = std::vector<std::byte>;

struct Captured {
  CapturedFrame frame;
  Raw bytes;
};
using Frames = std::vector<Captured>;

// All that a reading tells, a line each.
class Log final : public SessionSink {
 public:
  std::vector<std::string> lines;

  void on_message(const SessionMessage& m) override {
    line("message", m.message.channel, m.datapath,
         {m.message.number, count(m.message.time), m.from_switch, static_cast<std::uint64_t>(m.message.from),
          m.frame().type(), static_cast<std::uint64_t>(m.frame().xid()), m.frame().bytes().size()});
  }
  void on_loss(const ChannelLoss& l, Datapath& d) override {
    line("loss", l.channel, d,
         {l.number, count(l.time), count(l.since), static_cast<std::uint64_t>(l.kind),
          static_cast<std::uint64_t>(l.from), l.offset, l.bytes});
  }
  void on_cut(const ChannelCut& c, Datapath& d, bool from_switch) override {
    line("cut", c.channel, d, {c.number, count(c.time), from_switch, c.bytes.size()});
  }
  void on_tls(const TlsConnection& t) override {
    lines.push_back("tls " + std::to_string(t.number) + t.server_name);
  }
  void on_close(Channel& c, Datapath& d) override {
    line("close", c, d, {static_cast<std::uint64_t>(c.ending)});
  }

 private:
  static std::uint64_t count(Timestamp t) { return static_cast<std::uint64_t>(t.time_since_epoch().count()); }
  void line(const char* what, const Channel& c, const Datapath& d,
            std::initializer_list<std::uint64_t> more) {
    std::string text = what;
    for (const std::uint64_t n :
         {std::uint64_t{c.id}, std::uint64_t{c.a.port}, std::uint64_t{c.b.port}, std::uint64_t{d.index},
          std::uint64_t{d.channels}, d.id ? static_cast<std::uint64_t>(*d.id) : 0})
      text += " " + std::to_string(n);
    for (const std::uint64_t n : more) text += " " + std::to_string(n);
    lines.push_back(std::move(text));
  }
};

// What reads, and the past that it has.
struct Reading {
  explicit Reading(Log& log) : sessions({&log, &tables}), reader(Catalog::standard()) {}

  void push(const Captured& c) {
    if (point.frames++ == 0) point.first = c.frame.time;
    point.latest = c.frame.time;
    point.last = std::max(point.last, c.frame.time);
    CapturedFrame frame = c.frame;
    frame.bytes = c.bytes;
    reader.push(frame, sessions);
  }
  Raw save() const {
    Raw file;
    CHECK(save_state(point, reader, sessions, tables, [&](Bytes piece) {
      file.insert(file.end(), piece.begin(), piece.end());
      return true;
    }));
    return file;
  }
  std::string load(Bytes file) {
    TableTracker* const all[] = {&tables};
    return load_state(file, point, reader, sessions, all);
  }

  ReadingPoint point;
  TableTracker tables;
  Sessions sessions;
  ChannelReader reader;
};

// What it comes to.
struct Result {
  std::vector<std::string> told, tables;
  std::vector<std::uint64_t> counters;
};

// Reads all, and saves and restores after every frame for which that is asked.
template <class When>
Result read(const Frames& frames, When&& when) {
  Log log;
  auto reading = std::make_unique<Reading>(log);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    reading->push(frames[i]);
    if (!when(i)) continue;
    const Raw file = reading->save();
    auto restored = std::make_unique<Reading>(log);
    INFO("after frame " << i + 1);
    REQUIRE(restored->load(test::Tight(file)) == "");
    reading = std::move(restored);
  }
  reading->reader.finish(reading->sessions);

  Result result{.told = log.lines, .tables = {}, .counters = {}};
  for (const auto& [index, t] : reading->tables.tables()) {
    result.tables.push_back("datapath " + std::to_string(t.datapath->index) + " lost " +
                            std::to_string(t.lost_bytes) + " refused " + std::to_string(t.state.refused()) +
                            " learnt " + t.state.learnt_tables().to_string());
    TextBuffer text;
    for (const FlowLine& line :
         list_flows(text, t.state, {.dialect = Version::v13, .at = reading->point.last}))
      result.tables.push_back(std::string(line.text) + " frame " + std::to_string(line.entry->origin.frame) +
                              " created " + std::to_string(line.entry->created.time_since_epoch().count()) +
                              " modified " + std::to_string(line.entry->modified.time_since_epoch().count()) +
                              " expiry " + std::to_string(static_cast<int>(line.expiry.state)));
    for (const auto& [id, entry] : t.state.groups()) {
      TextBuffer line;
      put_group(line, entry.group, Version::v13);
      result.tables.push_back(std::string(line.view()));
    }
    for (const auto& [id, entry] : t.state.meters()) {
      TextBuffer line;
      put_meter(line, entry.meter);
      result.tables.push_back(std::string(line.view()));
    }
  }
  std::ranges::sort(result.tables);  // those of equal text stand in no order
  const auto& c = reading->reader.counters();
  const auto& r = reading->reader.reassembly();
  const auto& f = reading->reader.fragments();
  result.counters = {c.frames,
                     c.channels,
                     c.other_connections,
                     c.tls_connections,
                     c.cut_messages,
                     c.skipped_bytes,
                     c.missing_bytes,
                     r.segments,
                     r.connections,
                     r.evicted,
                     r.delivered_bytes,
                     r.gaps,
                     r.missing_bytes,
                     r.cut_bytes,
                     r.gave_up_bytes,
                     r.reordered_segments,
                     r.retransmitted_segments,
                     r.overlapping_segments,
                     r.repeated_bytes,
                     r.conflicting_bytes,
                     r.keep_alives,
                     r.out_of_window_segments,
                     r.buffered_bytes,
                     r.peak_buffered_bytes,
                     f.fragments,
                     f.reassembled,
                     f.incomplete,
                     f.overlapping_fragments,
                     reading->point.frames,
                     static_cast<std::uint64_t>(reading->point.first.time_since_epoch().count())};
  return result;
}

void compare(const Frames& frames) {
  const Result whole = read(frames, [](std::size_t) { return false; });
  const Result pieces = read(frames, [](std::size_t) { return true; });
  CHECK(pieces.told == whole.told);
  CHECK(pieces.tables == whole.tables);
  CHECK(pieces.counters == whole.counters);
}

Frames frames_of(const std::string& path) {
  Frames frames;
  Capture capture = Capture::open(path);
  CapturedFrame frame;
  while (capture.next(frame)) frames.push_back({frame, {frame.bytes.begin(), frame.bytes.end()}});
  for (Captured& c : frames) c.frame.comment = {};
  REQUIRE(!frames.empty());
  return frames;
}

const std::string captures = std::string(OFLENS_TESTDATA) + "/captures/";

TEST_CASE("captures are read in pieces of a frame as they are read as a whole") {
  const std::string name =
      GENERATE("errors-of13.pcap", "expiry-of13.pcap", "flowmods-of10.pcap", "ipv6-of13.pcapng",
               "learning-of10-osken.pcap", "learning-of10.pcap", "learning-of13.pcap", "lossy-of13.pcap");
  INFO(name);
  compare(frames_of(captures + name));
}

// ---- random captures

class Script {
 public:
  explicit Script(std::uint64_t seed) : generate_(seed) {
    Raw m;
    for (std::size_t i = 0; i < Catalog::standard().size(); ++i) {
      generate_.message(Catalog::standard(), i, m);
      kinds_[std::to_integer<std::size_t>(m[0]) << 8 | std::to_integer<std::size_t>(m[1])].push_back(i);
    }
  }

  Frames make() {
    for (int i = 0; i < 6; ++i) connection();
    disturb();
    return std::move(frames_);
  }

 private:
  bool chance(std::uint64_t percent) { return generate_.below(100) < percent; }

  void connection() {
    client_ = static_cast<std::uint16_t>(40'000 + generate_.below(3));
    server_ = chance(80) ? 6653 : 80;
    sequence_ = {static_cast<std::uint32_t>(generate_.below(std::uint64_t{1} << 32)), 0xffffff00};
    version_ = chance(50) ? std::byte{1} : std::byte{4};
    if (chance(80)) {
      send(0, {}, 2);
      send(1, {}, 0x12);
    }
    for (const int from : {0, 1})
      say(from, {version_, std::byte{0}, std::byte{0}, std::byte{8}, {}, {}, {}, {}});
    for (std::uint64_t n = 5 + generate_.below(25); n > 0; --n) {
      const int from = chance(70) ? 1 : 0;  // 0 is the switch
      say(from, message(from));
    }
    if (chance(50)) send(0, {}, 0x11);
    if (chance(50)) send(1, {}, chance(50) ? 0x11 : 4);
  }

  // One that changes tables, or answers what does; of few transaction ids, so that answers find something.
  Raw message(int from) {
    Raw m;
    if (from == 1 && !mods_.empty() && chance(60)) {
      m = mods_[generate_.below(mods_.size())];
      const std::size_t command = m[0] == std::byte{1} ? 57 : 25;
      if (m[1] == std::byte{14}) m[command] = static_cast<std::byte>(generate_.below(5));
    } else {
      const bool old = version_ == std::byte{1};
      static constexpr int asks[] = {14, 14, 15, 29, 4, 9, 18}, answers[] = {1, 1, 11, 4, 6, 19};
      int type = from == 1 ? asks[generate_.below(7)] : answers[generate_.below(6)];
      if (old && (type == 15 || type == 29)) type = 14;
      if (old && type >= 18) type -= 2;
      if (chance(15)) type = (old ? 19 : 21) - from;  // barrier_reply, barrier_request
      const auto& kinds =
          kinds_[std::to_integer<std::size_t>(version_) << 8 | static_cast<std::size_t>(type)];
      generate_.message(Catalog::standard(), kinds[generate_.below(kinds.size())], m);
      if (from == 1 && m.size() > 60) mods_.push_back(m);
    }
    store_be(m.data() + 4, static_cast<std::uint32_t>(generate_.below(8)));
    return m;
  }

  void say(int from, const Raw& m) {
    pending_.insert(pending_.end(), m.begin(), m.end());
    if (chance(30)) return flush(from);
    while (!pending_.empty()) {
      const std::size_t n = 1 + generate_.below(pending_.size());
      send(from, Bytes(pending_).first(n), 0x10);
      pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(n));
    }
  }
  void flush(int from) {
    send(from, pending_, 0x10);
    pending_.clear();
  }

  // IPv4 and TCP without checksums, in fragments now and then.
  void send(int from, Bytes payload, unsigned flags) {
    const auto side = static_cast<std::size_t>(from);
    Raw tcp(20);
    store_be(tcp.data(), from == 0 ? client_ : server_);
    store_be(tcp.data() + 2, from == 0 ? server_ : client_);
    store_be(tcp.data() + 4, sequence_[side]);
    store_be(tcp.data() + 8, sequence_[1 - side]);
    tcp[12] = std::byte{0x50};
    tcp[13] = static_cast<std::byte>(flags);
    tcp.insert(tcp.end(), payload.begin(), payload.end());
    sequence_[side] += static_cast<std::uint32_t>(payload.size()) + ((flags & 3) != 0 ? 1 : 0);
    const std::size_t first = tcp.size() > 32 && chance(15) ? 24 : tcp.size();
    ++identification_;
    packet(from, Bytes(tcp).first(first), 0, first != tcp.size());
    if (first != tcp.size()) packet(from, Bytes(tcp).subspan(first), first, false);
  }
  void packet(int from, Bytes payload, std::size_t offset, bool more) {
    Raw ip(20);
    ip[0] = std::byte{0x45};
    store_be(ip.data() + 2, static_cast<std::uint16_t>(20 + payload.size()));
    store_be(ip.data() + 4, identification_);
    store_be(ip.data() + 6, static_cast<std::uint16_t>(offset / 8 | (more ? 0x2000 : 0)));
    ip[9] = std::byte{6};
    ip[15] = static_cast<std::byte>(1 + from);
    ip[19] = static_cast<std::byte>(2 - from);
    ip.insert(ip.end(), payload.begin(), payload.end());
    frames_.push_back({{}, std::move(ip)});
  }

  // Losses, copies, cut and swapped frames; times, that run backwards now and then.
  void disturb() {
    Frames all;
    for (Captured& c : frames_) {
      if (chance(3)) continue;
      c.frame.original_length = static_cast<std::uint32_t>(c.bytes.size());
      if (chance(3)) all.push_back(c);
      if (chance(3)) c.bytes.resize(std::min<std::size_t>(c.bytes.size(), 60));
      all.push_back(std::move(c));
      if (chance(8) && all.size() > 4) std::swap(all.back(), all[all.size() - 2 - generate_.below(3)]);
    }
    auto time = std::int64_t{1'700'000'000'000};
    for (std::size_t i = 0; i < all.size(); ++i) {
      time += chance(2) ? 61'000 : chance(5) ? 1'200 : static_cast<std::int64_t>(generate_.below(300)) - 20;
      all[i].frame.number = i + 1;
      all[i].frame.time = Timestamp{std::chrono::milliseconds(time)};
      all[i].frame.link = LinkType::raw;
    }
    frames_ = std::move(all);
  }

  Generator generate_;
  Frames frames_;
  std::uint16_t client_ = 0, server_ = 0, identification_ = 0;
  std::array<std::uint32_t, 2> sequence_{};
  std::byte version_{};
  Raw pending_;
  std::vector<Raw> mods_;
  std::map<std::size_t, std::vector<std::size_t>> kinds_;  // of messages, by version and type
};

TEST_CASE("random captures are read in pieces as they are read as a whole") {
  const auto seed = GENERATE(range(0, 40));
  INFO(seed);
  compare(Script(static_cast<std::uint64_t>(seed)).make());
}

TEST_CASE("random captures have what is to be saved") {
  std::uint64_t flows = 0, fragments = 0, reordered = 0, lost = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Result r = read(Script(seed).make(), [](std::size_t) { return false; });
    flows += r.tables.size();
    fragments += r.counters[25];
    reordered += r.counters[15];
    lost += r.counters[12];
  }
  CHECK(flows > 100);
  CHECK(fragments > 100);
  CHECK(reordered > 100);
  CHECK(lost > 1000);
}

// ---- files that are damaged, or none

std::string why_not(Bytes file) {
  Log log;
  Reading reading(log);
  return reading.load(test::Tight(file));
}

TEST_CASE("what is no saved state is refused, and why is said") {
  Log log;
  Reading reading(log);
  const Frames frames = frames_of(captures + "learning-of13.pcap");
  for (std::size_t i = 0; i < 60; ++i) reading.push(frames[i]);
  const Raw file = reading.save();
  REQUIRE(why_not(file) == "");

  CHECK(why_not({}) == "not a saved state of oflens");
  CHECK(why_not(test::hex("d4c3b2a1 02000400 00000000 00000000")) == "not a saved state of oflens");
  for (std::size_t n = 1; n < file.size(); ++n)
    if (const std::string why = why_not(Bytes(file).first(n));
        why != "cut off: it ends at byte " + std::to_string(n) + ", without its end mark")
      FAIL("cut at " << n << ": " << why);
  for (std::size_t at = 0; at < file.size(); ++at)
    for (const std::byte change : {std::byte{1}, std::byte{0x80}, std::byte{0xff}}) {
      Raw damaged = file;
      damaged[at] ^= change;
      if (why_not(damaged).empty()) FAIL("changed at " << at);
    }
  Raw other = file;
  other[11] = std::byte{99};
  CHECK_THAT(why_not(other),
             Catch::StartsWith("saved by oflens 0.") && Catch::Contains(" in format 99; this is oflens 0."));
  Raw longer = file;
  longer.insert(longer.end() - 24, std::byte{});
  CHECK(why_not(longer) == "damaged: its checksum is not that of its contents");
}

TEST_CASE("a state that cannot be written says so") {
  Log log;
  const Reading reading(log);
  CHECK_FALSE(save_state(reading.point, reading.reader, reading.sessions, reading.tables,
                         [](Bytes) { return false; }));
}

}  // namespace
}  // namespace oflens
