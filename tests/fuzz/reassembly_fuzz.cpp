// Drives the TCP reassembler with segments made from the input, and checks what must hold of any capture:
// each stream comes out once and without holes but the reported ones, with the bytes of the segment it names,
// within the limits.
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include <oflens/network/reassembly.hpp>

#include "require.hpp"

using namespace oflens;
using fuzz::require;

namespace {

// The byte that belongs to a sequence number, so that a delivered byte shows where it comes from.
std::byte byte_at(std::uint32_t sequence) { return static_cast<std::byte>(sequence * 2654435761U >> 24); }

struct Sent {
  Endpoint source;
  std::uint32_t sequence;  // of the first payload byte
  std::size_t size;
};

struct Checker {
  struct Stream {
    std::uint64_t next = 0;
    bool placed = false;       // whether `origin` is known
    std::uint32_t origin = 0;  // sequence number of offset 0
  };
  std::map<std::pair<std::uint64_t, Side>, Stream> streams;
  std::map<std::uint64_t, const Connection*> open;
  std::vector<Sent> sent;  // by frame - 1
  std::uint64_t delivered = 0, missing = 0, gaps = 0, last_id = 0;
  unsigned ignore_every = 0;

  void on_open(Connection& c) {
    require(c.id == ++last_id, "ids count from 1");
    open[c.id] = &c;
  }
  void on_data(const StreamData& d) {
    require(open.at(d.connection.id) == &d.connection, "data only of open connections");
    require(!d.connection.ignore, "no data of ignored connections");
    require(!d.bytes.empty(), "data has bytes");
    auto& stream = streams[{d.connection.id, d.from}];
    require(d.offset == stream.next, "data continues the stream");
    stream.next += d.bytes.size();
    delivered += d.bytes.size();

    require(d.frame >= 1 && d.frame <= sent.size(), "data comes from a frame");
    const auto& segment = sent[static_cast<std::size_t>(d.frame - 1)];
    require(segment.source == d.connection.end(d.from), "data comes from its end");
    require(d.bytes.size() <= segment.size, "data fits its segment");
    unsigned places = 0;
    std::uint32_t place = 0;
    for (std::size_t skip = 0; skip + d.bytes.size() <= segment.size; ++skip) {
      const auto at = segment.sequence + static_cast<std::uint32_t>(skip);
      if (stream.placed && at != stream.origin + static_cast<std::uint32_t>(d.offset)) continue;
      bool same = true;
      for (std::size_t i = 0; same && i < d.bytes.size(); ++i)
        same = d.bytes[i] == byte_at(at + static_cast<std::uint32_t>(i));
      if (same) place = at, ++places;
    }
    require(places != 0, "data is what its segment has at its place");
    if (places == 1 && !stream.placed) {
      stream.placed = true;
      stream.origin = place - static_cast<std::uint32_t>(d.offset);
    }
    if (ignore_every != 0 && delivered % ignore_every == 0) d.connection.ignore = true;
  }
  void on_gap(const StreamGap& g) {
    require(open.at(g.connection.id) == &g.connection, "gaps only of open connections");
    require(!g.connection.ignore, "no gaps of ignored connections");
    require(g.bytes != 0, "gaps miss bytes");
    auto& stream = streams[{g.connection.id, g.from}];
    require(g.offset == stream.next, "a gap continues the stream");
    stream.next += g.bytes;
    missing += g.bytes;
    ++gaps;
    if (ignore_every != 0 && gaps % ignore_every == 0) g.connection.ignore = true;
  }
  void on_close(Connection& c) {
    require(c.ending != Ending::open, "a closed connection has an ending");
    require(open.erase(c.id) == 1, "only open connections close, once");
  }
};

struct Input {
  const std::uint8_t* data;
  std::size_t size;
  std::uint8_t u8() {
    if (size == 0) return 0;
    --size;
    return *data++;
  }
  std::uint16_t u16() {
    const auto high = u8();
    return static_cast<std::uint16_t>(high << 8 | u8());
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in{data, size};
  Checker checker;
  ReassemblyLimits limits;
  const auto options = in.u8();
  limits.buffered_per_direction = options & 1 ? 2000 : 20'000;
  limits.buffered = options & 2 ? 3000 : 50'000;
  limits.connections = options & 4 ? 2 : 100;
  limits.patience_segments = options & 8 ? 0 : 4;
  limits.patience = std::chrono::milliseconds{options & 16 ? 0 : 100};
  limits.window = options & 32 ? 1000 : 100'000;
  if (options & 64) checker.ignore_every = 5;

  TcpReassembler tcp(limits);
  std::int64_t now = 0;
  // Where each end of each connection is, so that most segments are about right.
  std::uint32_t position[4][2] = {{0, 1000}, {0xffffff00, 0x7fffff00}, {5, 5}, {1U << 31, 77}};
  std::vector<std::byte> payload;
  while (in.size != 0) {
    const auto what = in.u8(), flags = in.u8();
    const std::size_t connection = what & 3, side = what >> 2 & 1;
    const std::size_t length = what & 8 ? in.u8() : what >> 4 & 7;
    auto& at = position[connection][side];
    TcpSegment s;
    s.source.port = static_cast<std::uint16_t>(connection);
    s.destination.port = static_cast<std::uint16_t>(connection);
    (side == 0 ? s.source : s.destination).address[0] = 1;
    s.syn = flags & 1;
    s.fin = flags & 2;
    s.rst = (flags & 0x0c) == 0x0c;
    s.ack = flags & 0x10;
    s.cut = (flags & 0x60) == 0x60 ? in.u8() : 0;
    s.sequence = at;
    if (what & 0x80) s.sequence += static_cast<std::uint32_t>(static_cast<std::int8_t>(in.u8()));
    if (flags & 0x80) {
      const auto jump = in.u16();
      s.sequence += std::uint32_t{jump} << (jump & 0x1f);
    }
    s.acknowledgement = position[connection][1 - side];
    if (flags & 4) s.acknowledgement += static_cast<std::uint32_t>(static_cast<std::int8_t>(in.u8()));
    if (flags & 8) {
      const auto wait = in.u8();
      now += wait == 255 ? INT64_MAX / 3 : wait == 254 ? INT64_MIN / 3 : std::int64_t{wait} * 1'000'000;
      now %= INT64_MAX / 2;
    }
    const auto first = s.sequence + (s.syn ? 1U : 0U);
    payload.resize(length);
    for (std::size_t i = 0; i < length; ++i) payload[i] = byte_at(first + static_cast<std::uint32_t>(i));
    s.payload = payload;
    s.time = Timestamp{Duration{now}};
    checker.sent.push_back({s.source, first, length});
    s.frame = checker.sent.size();
    at = first + static_cast<std::uint32_t>(length) + s.cut + (s.fin ? 1U : 0U);

    tcp.push(s, checker);
    const auto& c = tcp.counters();
    require(c.buffered_bytes <= limits.buffered, "what waits is bounded");
    require(checker.open.size() <= limits.connections, "connections are bounded");
    require(c.delivered_bytes == checker.delivered, "delivered bytes are counted");
    require(c.missing_bytes == checker.missing && c.gaps == checker.gaps, "gaps are counted");
  }
  tcp.finish(checker);
  require(tcp.counters().buffered_bytes == 0, "nothing waits after the end");
  require(checker.open.empty(), "all connections close");
  return 0;
}
