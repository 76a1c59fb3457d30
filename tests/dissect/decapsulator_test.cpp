// OpenFlow through everything that may be around it, as another program wrote it; and datagrams in fragments:
// in any order, repeated, overlapping, cut, incomplete, too many.
#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <random>

#include <oflens/network/channel.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::hex;
using test::to_hex;
using Raw = std::vector<std::byte>;

const std::filesystem::path directory = std::filesystem::path(OFLENS_TESTDATA) / "encapsulations";

// "switch 04..." for each message: who sent it, and its bytes.
class Messages final : public ChannelSink {
 public:
  void on_message(const ChannelMessage& m) override {
    const Endpoint& to = m.from == Side::a ? m.channel.b : m.channel.a;
    const bool from_switch = to.port == 6653 || to.port == 16653;
    lines.push_back((from_switch ? "switch " : "controller ") + to_hex(m.frame.bytes()));
  }
  void on_loss(const ChannelLoss& l) override { lost += l.bytes; }
  std::vector<std::string> lines;
  std::uint64_t lost = 0;
};

std::vector<std::string> expected() {
  std::ifstream file(directory / "messages.txt");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  std::sort(lines.begin(), lines.end());
  return lines;
}

// ---- fragments

Raw number(std::uint64_t v, std::size_t width) {
  Raw out;
  for (std::size_t i = width; i-- > 0;) out.push_back(static_cast<std::byte>(v >> 8 * i));
  return out;
}
Raw operator+(Raw a, Bytes b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// A segment from port 49152 to 6653.
Raw tcp(Bytes payload) { return hex("c000 19fd 01020304 05060708 5018 ffff 0000 0000") + payload; }
Raw counting(std::size_t n) {
  Raw out(n);
  for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<std::byte>(i * 7);
  return out;
}

struct Piece {
  std::size_t offset = 0, length = 0;
  bool more = true;
  std::uint16_t id = 1;
  std::size_t captured = 0xffff;
  std::int64_t second = 0;
};

class Fragments {
 public:
  explicit Fragments(Raw datagram, bool v6 = false, FragmentLimits limits = {})
      : datagram_(std::move(datagram)), v6_(v6), decapsulator_(limits) {}

  // Whether the piece made a segment.
  bool push(const Piece& p) {
    Raw part(datagram_.begin() + static_cast<std::ptrdiff_t>(p.offset),
             datagram_.begin() + static_cast<std::ptrdiff_t>(p.offset + p.length));
    frame_ = v6_ ? hex("60000000") + number(part.size() + 8, 2) + hex("2c 40") + hex("fd00 00*13 01") +
                       hex("fd00 00*13 02") + hex("06 00") + number(p.offset | (p.more ? 1 : 0), 2) +
                       number(p.id, 4)
                 : hex("4500") + number(20 + part.size(), 2) + number(p.id, 2) +
                       number(p.offset / 8 | (p.more ? 0x2000 : 0), 2) + hex("40 06 0000 0a000001 0a000002");
    const std::size_t headers = frame_.size();
    frame_ = frame_ + part;
    const test::Tight tight(Bytes(frame_).first(std::min(frame_.size(), headers + p.captured)));
    ++number_;
    const bool found =
        decapsulator_.find_segment({.number = number_,
                                    .time = Timestamp{std::chrono::seconds{100 + p.second}},
                                    .link = LinkType::raw,
                                    .bytes = tight,
                                    .original_length = static_cast<std::uint32_t>(frame_.size())},
                                   segment);
    if (found) payload.assign(segment.payload.begin(), segment.payload.end());
    return found;
  }
  const FragmentCounters& counters() const { return decapsulator_.fragments(); }

  TcpSegment segment;
  Raw payload;

 private:
  Raw datagram_, frame_;
  bool v6_;
  Decapsulator decapsulator_;
  std::uint64_t number_ = 0;
};

}  // namespace

TEST_CASE("the same messages through every encapsulation", "[decapsulator]") {
  const std::vector<std::string> messages = expected();
  REQUIRE(messages.size() == 20);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() != ".pcap") continue;
    ++files;
    INFO(entry.path());
    Capture capture = Capture::open(entry.path());
    ChannelReader reader(Catalog::standard());
    Messages found;
    CapturedFrame frame;
    while (capture.next(frame)) reader.push(frame, found);
    reader.finish(found);
    CHECK(capture.error().empty());
    std::sort(found.lines.begin(), found.lines.end());
    CHECK(found.lines == messages);
    CHECK(found.lost == 0);
    CHECK(reader.fragments().incomplete == 0);
    CHECK((reader.fragments().reassembled != 0) ==
          (entry.path().stem().string().find("fragments") != std::string::npos));
  }
  CHECK(files == 29);
}

TEST_CASE("fragments in any order make the datagram", "[decapsulator]") {
  const Raw payload = counting(500);
  for (const bool v6 : {false, true}) {
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
      const Raw datagram = tcp(payload);
      Fragments f(datagram, v6);
      std::vector<Piece> pieces;
      for (std::size_t at = 0; at < datagram.size();) {
        const std::size_t n = std::min<std::size_t>(8 * (1 + random() % 12), datagram.size() - at);
        pieces.push_back({.offset = at, .length = n, .more = at + n < datagram.size()});
        at += n;
      }
      std::shuffle(pieces.begin(), pieces.end(), random);
      const Piece last = pieces.back();
      pieces.pop_back();
      for (const Piece& p : pieces) REQUIRE_FALSE(f.push(p));
      if (!pieces.empty()) REQUIRE_FALSE(f.push(pieces[random() % pieces.size()]));  // one comes twice
      REQUIRE(f.push(last));
      CHECK(f.payload == payload);
      CHECK(f.segment.cut == 0);
      CHECK(f.segment.source.port == 49152);
      CHECK(f.segment.sequence == 0x01020304);
      CHECK(f.counters().reassembled == 1);
    }
  }
}

TEST_CASE("of fragments that overlap the first copy wins", "[decapsulator]") {
  Fragments f(tcp(counting(100)));
  CHECK_FALSE(f.push({.offset = 0, .length = 64}));
  CHECK_FALSE(f.push({.offset = 32, .length = 64}));
  CHECK(f.push({.offset = 80, .length = 40, .more = false}));
  CHECK(f.payload == counting(100));
  CHECK(f.counters().overlapping_fragments == 2);
  CHECK(f.counters().fragments == 3);
}

TEST_CASE("datagrams are told apart by their identification", "[decapsulator]") {
  Fragments f(tcp(counting(100)));
  CHECK_FALSE(f.push({.offset = 0, .length = 64, .id = 1}));
  CHECK_FALSE(f.push({.offset = 64, .length = 56, .more = false, .id = 2}));
  CHECK(f.push({.offset = 64, .length = 56, .more = false, .id = 1}));
  CHECK(f.push({.offset = 0, .length = 64, .id = 2}));
}

TEST_CASE("a fragment that the capture cut makes a segment that is cut there", "[decapsulator]") {
  for (const bool v6 : {false, true}) {
    Fragments f(tcp(counting(100)), v6);
    CHECK_FALSE(f.push({.offset = 0, .length = 64, .captured = 50}));
    CHECK(f.push({.offset = 64, .length = 56, .more = false}));
    Raw there = counting(100);
    there.resize(30);
    CHECK(f.payload == there);
    CHECK(f.segment.cut == 70);
  }
}

TEST_CASE("fragments wait for the others only so long", "[decapsulator]") {
  Fragments f(tcp(counting(100)));
  CHECK_FALSE(f.push({.offset = 0, .length = 64}));
  CHECK_FALSE(f.push({.offset = 64, .length = 56, .more = false, .second = 31}));
  CHECK(f.counters().incomplete == 1);
  CHECK(f.push({.offset = 0, .length = 64, .second = 32}));
}

TEST_CASE("what fragments hold is bounded", "[decapsulator]") {
  const std::size_t before = test::Heap::live;
  Fragments f(tcp(counting(60'000)), false, {.bytes = 1 << 20});
  test::Heap::peak = test::Heap::live;
  for (std::uint16_t id = 0; id < 5000; ++id)
    CHECK_FALSE(f.push({.offset = 59'992, .length = 28, .more = false, .id = id}));
  CHECK(test::Heap::peak - before < (std::size_t{3} << 20));
  CHECK(f.counters().incomplete > 4900);
  // Those that came last are still there.
  CHECK(f.push({.offset = 0, .length = 59'992, .id = 4999}));
  CHECK(f.payload.size() == 60'000);
}

TEST_CASE("tunnels inside each other come to an end", "[decapsulator]") {
  Raw packet = hex("4500 0030 0001 0000 40 06 0000 0a000001 0a000002") + tcp(hex("0400000800000001"));
  Decapsulator decapsulator;
  TcpSegment segment;
  for (int depth = 0; depth < 20; ++depth) {
    INFO(depth);
    CHECK(decapsulator.find_segment({.number = 1, .link = LinkType::raw, .bytes = packet}, segment) ==
          (depth <= 8));
    packet =
        hex("4500") + number(packet.size() + 20, 2) + hex("0001 0000 40 04 0000 0a000001 0a000002") + packet;
  }
}

}  // namespace oflens
