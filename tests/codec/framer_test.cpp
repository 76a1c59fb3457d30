// From byte streams to messages: whole, chopped, with bytes missing, with garbage in them.
#include <catch2/catch.hpp>

#include <numeric>
#include <random>

#include <oflens/framer.hpp>
#include <oflens/message/generate.hpp>
#include <oflens/v13/messages.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::Heap;
using test::hex;
using test::Tight;
using test::to_hex;
using Message = std::vector<std::byte>;
using Messages = std::vector<Message>;

const Catalog& catalog = Catalog::standard();

// Keeps what a framer tells, and checks that it accounts for every byte in order.
struct Recorder {
  Messages frames;
  std::vector<Skipped> skipped;
  std::uint64_t position = 0;
  bool contiguous = true;

  void operator()(const Frame& frame) {
    frames.emplace_back(frame.bytes().begin(), frame.bytes().end());
    position += frame.bytes().size();
  }
  void operator()(Skipped s) {
    contiguous = contiguous && s.offset == position && s.bytes != 0;
    skipped.push_back(s);
    position += s.bytes;
  }
  std::uint64_t total_skipped() const {
    return std::accumulate(skipped.begin(), skipped.end(), std::uint64_t{0},
                           [](std::uint64_t n, const Skipped& s) { return n + s.bytes; });
  }
};

// A framer and what it told. Pushed bytes are copied to a buffer of their own that is gone afterwards.
struct Reader {
  Framer framer;
  Recorder got;

  explicit Reader(bool at_boundary = true) : framer(catalog, at_boundary) {}
  void push(Bytes bytes) {
    Tight tight(bytes);
    framer.push(tight.bytes(), got);
    tight.destroy();
    check();
  }
  void gap(std::uint64_t missing) {
    framer.gap(missing, got);
    got.position += missing;
    check();
  }
  void finish() {
    framer.finish(got);
    check();
  }
  void check() const {
    if (got.contiguous && framer.offset() == got.position) return;
    INFO("offset " << framer.offset() << ", accounted for " << got.position);
    REQUIRE(false);
  }
};

// Messages of one version, of any kind.
Messages generated(std::uint64_t seed, std::size_t count, Version version = Version::v13) {
  Generator generate(seed);
  Messages out;
  while (out.size() < count) {
    const std::size_t kind = generate.below(catalog.size());
    if (catalog[kind].version != version) continue;
    // After a gap, a message within another looks like one by itself.
    const auto& fields = catalog[kind].body->fields;
    if (std::any_of(fields.begin(), fields.end(), [](const auto& f) { return f.whole_message; })) continue;
    generate.message(catalog, kind, out.emplace_back());
  }
  return out;
}

Message joined(const Messages& messages) {
  Message out;
  for (const Message& m : messages) out.insert(out.end(), m.begin(), m.end());
  return out;
}

Message echo(std::uint32_t xid, std::size_t data) {
  Message payload(data, std::byte{0x5a});
  return test::encoded(v13::EchoRequest{.data = Payload::borrowed(payload)}, Xid{xid}, Version::v13);
}
Message barrier(std::uint32_t xid) { return test::encoded(v13::BarrierRequest{}, Xid{xid}, Version::v13); }

Message random_bytes(std::mt19937_64& random, std::size_t n) {
  Message out(n);
  for (std::byte& b : out) b = static_cast<std::byte>(random());
  return out;
}

TEST_CASE("framer: a stream however chopped gives the same messages") {
  std::mt19937_64 random(1);
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const Messages messages = generated(seed, 20, seed % 2 != 0 ? Version::v13 : Version::v10);
    const Message stream = joined(messages);
    const std::size_t most = seed % 3 == 0 ? 3 : seed % 3 == 1 ? 100 : 5000;
    Reader reader;
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t n = std::min(stream.size() - at, 1 + random() % most);
      reader.push(Bytes(stream).subspan(at, n));
      at += n;
    }
    reader.finish();
    REQUIRE(reader.got.frames == messages);
    REQUIRE(reader.got.skipped.empty());
    REQUIRE(reader.framer.version() == (seed % 2 != 0 ? 4 : 1));
  }
}

TEST_CASE("framer: two pieces, cut at every place") {
  const Messages messages = generated(7, 3);
  const Message stream = joined(messages);
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    Reader reader;
    reader.push(Bytes(stream).first(cut));
    reader.push(Bytes(stream).subspan(cut));
    REQUIRE(reader.got.frames == messages);
  }
}

TEST_CASE("framer: messages that are whole are not copied, and cost no allocation") {
  const Message stream = joined(generated(3, 50));
  const std::size_t cut = stream.size() / 2;
  Framer framer(catalog);
  std::size_t whole = 0, straddling = 0;
  for (const Bytes piece : {Bytes(stream).first(cut), Bytes(stream).subspan(cut)})
    framer.push(piece, [&](const Frame& frame) {
      const std::byte* p = frame.bytes().data();
      const bool inside = p >= piece.data() && p + frame.bytes().size() <= piece.data() + piece.size();
      ++(inside ? whole : straddling);
    });
  CHECK(whole >= 49);
  CHECK(straddling <= 1);
  CHECK(whole + straddling == 50);

  Framer again(catalog);
  std::size_t count = 0;
  const std::size_t before = Heap::allocations;
  again.push(stream, [&](const Frame&) { ++count; });
  CHECK(Heap::allocations == before);
  CHECK(count == 50);
}

TEST_CASE("framer: an incomplete message is skipped at the end") {
  const Message message = echo(1, 20);
  for (std::size_t n = 1; n < message.size(); ++n) {
    Reader reader;
    reader.push(Bytes(message).first(n));
    CHECK(reader.got.frames.empty());
    CHECK(reader.got.skipped.empty());
    reader.finish();
    REQUIRE(reader.got.skipped.size() == 1);
    CHECK(reader.got.skipped[0].offset == 0);
    CHECK(reader.got.skipped[0].bytes == n);
  }
}

TEST_CASE("framer: a gap inside a message whose end is known: exactly the next one follows") {
  const Messages messages = {echo(1, 4), echo(2, 30), echo(3, 9), barrier(4)};
  const Message stream = joined(messages);
  const std::size_t begin = messages[0].size(), length = messages[1].size();
  for (std::size_t read = Header::size; read < length; ++read)
    for (std::size_t missing = 1; missing <= length - read; ++missing) {
      Reader reader;
      reader.push(Bytes(stream).first(begin + read));
      reader.gap(missing);
      CHECK_FALSE(reader.framer.searching());
      reader.push(Bytes(stream).subspan(begin + read + missing));
      reader.finish();
      REQUIRE(reader.got.frames == Messages{messages[0], messages[2], messages[3]});
      REQUIRE(reader.got.total_skipped() == length - missing);
    }
}

TEST_CASE("framer: two gaps inside one message") {
  const Messages messages = {echo(1, 40), echo(2, 9)};
  const Message stream = joined(messages);
  Reader reader;
  reader.push(Bytes(stream).first(10));
  reader.gap(5);
  reader.push(Bytes(stream).subspan(15, 3));
  reader.gap(20);
  CHECK_FALSE(reader.framer.searching());
  reader.push(Bytes(stream).subspan(38));
  CHECK(reader.got.frames == Messages{messages[1]});
  CHECK(reader.got.total_skipped() == 13 + 10);
}

TEST_CASE("framer: a gap in a header, at a boundary, over a boundary: the next message is found") {
  const Messages messages = {echo(1, 4), echo(2, 30), echo(3, 9), echo(4, 17), barrier(5)};
  const Message stream = joined(messages);
  const std::size_t first = messages[0].size(), second = first + messages[1].size();
  const auto lost = [&](std::size_t from, std::size_t to) {
    Reader reader;
    reader.push(Bytes(stream).first(from));
    reader.gap(to - from);
    CHECK(reader.framer.searching());
    reader.push(Bytes(stream).subspan(to));
    reader.finish();
    return reader.got.frames;
  };
  // The header of the second is cut off.
  for (std::size_t read = 0; read < Header::size; ++read)
    CHECK(lost(first + read, second - 3) == Messages{messages[0], messages[2], messages[3], messages[4]});
  // Exactly one message is lost: this must not be noticed as anything else.
  CHECK(lost(first, second) == Messages{messages[0], messages[2], messages[3], messages[4]});
  // From inside the second to inside the third.
  CHECK(lost(first + 12, second + 2) == Messages{messages[0], messages[3], messages[4]});
  // At the very beginning.
  CHECK(lost(0, 5) == Messages{messages[1], messages[2], messages[3], messages[4]});
}

TEST_CASE("framer: a gap of nothing is none") {
  const Messages messages = {echo(1, 4), echo(2, 30)};
  const Message stream = joined(messages);
  Reader reader;
  reader.gap(0);
  reader.push(Bytes(stream).first(20));
  reader.gap(0);
  reader.push(Bytes(stream).subspan(20));
  CHECK(reader.got.frames == messages);
}

TEST_CASE("framer: random gaps lose no more than what they touch and the search needs") {
  std::mt19937_64 random(5);
  for (std::uint64_t seed = 100; seed < 140; ++seed) {
    const Messages messages = generated(seed, 60);
    const Message stream = joined(messages);
    Reader reader;
    for (std::size_t at = 0; at < stream.size();) {
      std::size_t n = std::min(stream.size() - at, 1 + random() % 1448);
      if (random() % 8 == 0 && at != 0)
        reader.gap(n);
      else
        reader.push(Bytes(stream).subspan(at, n));
      at += n;
    }
    reader.finish();
    // Every frame is one that was sent, in order.
    std::size_t next = 0;
    for (const Message& frame : reader.got.frames) {
      while (next < messages.size() && messages[next] != frame) ++next;
      INFO("seed " << seed << ": " << to_hex(frame));
      REQUIRE(next < messages.size());
      ++next;
    }
    REQUIRE(reader.got.frames.size() > messages.size() / 8);
  }
}

TEST_CASE("framer: garbage between messages is skipped exactly") {
  std::mt19937_64 random(6);
  for (std::uint64_t seed = 200; seed < 240; ++seed) {
    const Messages messages = generated(seed, 24);
    Message stream;
    std::vector<Skipped> garbage;
    for (std::size_t i = 0; i < messages.size(); ++i) {
      if (i != 0 && i % 4 == 0) {
        Message noise = random_bytes(random, 8 + random() % 60);
        noise[0] = std::byte{0};  // no version: not taken for a message
        garbage.push_back({stream.size(), noise.size()});
        stream.insert(stream.end(), noise.begin(), noise.end());
      }
      stream.insert(stream.end(), messages[i].begin(), messages[i].end());
    }
    for (const std::size_t piece : {stream.size(), std::size_t{700}, std::size_t{31}}) {
      Reader reader;
      for (std::size_t at = 0; at < stream.size(); at += piece)
        reader.push(Bytes(stream).subspan(at, std::min(piece, stream.size() - at)));
      reader.finish();
      INFO("seed " << seed << " in pieces of " << piece);
      REQUIRE(reader.got.frames == messages);
      std::uint64_t expected = 0;
      for (const Skipped& g : garbage) expected += g.bytes;
      REQUIRE(reader.got.total_skipped() == expected);
      REQUIRE(reader.got.skipped.front().offset == garbage.front().offset);
    }
  }
}

TEST_CASE("framer: a length that cannot be starts a search") {
  for (const char* bad :
       {"04 0a 0007 00000000", "04 0a 0000 00000000", "00 0a 0008 00000000", "80 0a 0008 00000000"}) {
    const Messages after = {echo(1, 10), echo(2, 11), echo(3, 12)};
    for (const bool split : {false, true}) {
      Message stream = hex(bad);
      const Message rest = joined(after);
      stream.insert(stream.end(), rest.begin(), rest.end());
      Reader reader;
      if (split) {
        reader.push(Bytes(stream).first(5));
        reader.push(Bytes(stream).subspan(5));
      } else {
        reader.push(stream);
      }
      reader.finish();
      INFO(bad << (split ? " split" : ""));
      CHECK(reader.got.frames == after);
      CHECK(reader.got.total_skipped() == 8);
    }
  }
}

TEST_CASE("framer: a stream whose beginning is not there") {
  const Messages messages = generated(11, 12);
  const Message stream = joined(messages);
  for (std::size_t from = 1; from < messages[0].size(); ++from) {
    Reader reader(false);
    CHECK(reader.framer.searching());
    reader.push(Bytes(stream).subspan(from));
    reader.finish();
    INFO("from " << from);
    REQUIRE(reader.got.frames == Messages(messages.begin() + 1, messages.end()));
    REQUIRE(reader.got.total_skipped() == messages[0].size() - from);
  }
  // It may begin at a boundary all the same.
  Reader reader(false);
  reader.push(stream);
  CHECK(reader.got.frames == messages);
}

TEST_CASE(
    "framer: a search takes a segment that is exactly one message, and a last one when all else fails") {
  Reader whole(false);
  whole.push(barrier(1));
  CHECK(whole.got.frames == Messages{barrier(1)});

  Message stream = hex("ffffff");
  const Message lone = barrier(2);
  stream.insert(stream.end(), lone.begin(), lone.end());
  Reader at_end(false), at_gap(false);
  at_end.push(stream);
  at_gap.push(stream);
  CHECK(at_end.got.frames.empty());
  at_end.finish();
  CHECK(at_end.got.frames == Messages{lone});
  at_gap.gap(10);
  CHECK(at_gap.got.frames == Messages{lone});
}

TEST_CASE("framer: the expected version restricts the search") {
  Message stream = hex("ff");
  const Messages other = {echo(1, 9), echo(2, 9), echo(3, 9)};
  Messages wanted = other;
  for (Message& m : wanted) m[0] = std::byte{1};
  for (const Messages& part : {other, wanted}) {
    const Message bytes = joined(part);
    stream.insert(stream.end(), bytes.begin(), bytes.end());
  }
  Reader reader(false);
  reader.framer.expect(1);
  reader.push(stream);
  CHECK(reader.got.frames == wanted);
}

TEST_CASE("framer: a malformed body is not where a search ends") {
  // A flow_mod whose match is broken, then good messages.
  v13::FlowMod flow_mod;
  flow_mod.match = {oxm::in_port(PortNo{1})};
  Message broken = test::encoded(flow_mod);
  broken[51] = std::byte{0xff};
  const Messages good = {echo(1, 9), echo(2, 9), echo(3, 9)};
  Message stream = hex("ff");
  for (const Message& m : {broken, joined(good)}) stream.insert(stream.end(), m.begin(), m.end());
  Reader reader(false);
  reader.push(stream);
  CHECK(reader.got.frames == good);
  // In the flow of messages it is delivered: what is wrong with it is for the decoder to say.
  Reader aligned;
  aligned.push(broken);
  CHECK(aligned.got.frames == Messages{broken});
}

TEST_CASE("framer: nothing is invented in random bytes") {
  std::mt19937_64 random(8);
  for (int stream = 0; stream < 8; ++stream) {
    Reader reader(false);
    std::size_t total = 0;
    for (int i = 0; i < 100; ++i) {
      const Message noise = random_bytes(random, 1 + random() % 1448);
      reader.push(noise);
      total += noise.size();
      if (i % 10 == 9) reader.gap(100);
    }
    reader.finish();
    INFO((reader.got.frames.empty() ? "" : to_hex(reader.got.frames[0])));
    CHECK(reader.got.frames.empty());
    CHECK(reader.got.total_skipped() == total);
  }
}

// The most that a framer holds while bytes go through it, in bytes of the heap.
template <class Feed>
std::size_t peak_of(bool at_boundary, Feed feed) {
  Framer framer(catalog, at_boundary);
  const std::size_t before = Heap::live;
  Heap::peak = before;
  feed(framer);
  const std::size_t peak = Heap::peak - before;
  framer.finish([](const Frame&) {});
  CHECK(Heap::live - before < 8 * 1024);  // when nothing is incomplete
  return peak;
}

TEST_CASE("framer: memory is bounded, whatever comes") {
  constexpr std::size_t most = 400 * 1024;
  const auto ignore = [](const Frame&) {};
  constexpr std::size_t size = 4 * 1024 * 1024;

  // The longest message there is, byte by byte.
  const Message longest = hex("04 02 ffff 00000001");
  CHECK(peak_of(true, [&](Framer& f) {
          f.push(longest, ignore);
          const std::byte one[1] = {};
          for (int i = 0; i < 0xffff - 9; ++i) f.push(one, ignore);
        }) < 256 * 1024);

  // Headers of long messages everywhere, so that every place may be one.
  Message hopeful(size);
  for (std::size_t i = 0; i < size; ++i) hopeful[i] = i % 2 == 0 ? std::byte{4} : std::byte{0xff};
  for (std::size_t i = 0; i + 8 < size; i += 8)
    std::copy_n(longest.begin(), 8, hopeful.begin() + static_cast<std::ptrdiff_t>(i));
  CHECK(peak_of(false, [&](Framer& f) {
          for (std::size_t at = 0; at < size; at += 1024) f.push(Bytes(hopeful).subspan(at, 1024), ignore);
        }) < most);
  CHECK(peak_of(false, [&](Framer& f) { f.push(hopeful, ignore); }) < most);

  // Messages and garbage in turn, in one piece: each garbage starts a search, each search ends.
  Message turns;
  const Message few = joined({barrier(1), barrier(2), barrier(3)});
  while (turns.size() < size) {
    turns.insert(turns.end(), few.begin(), few.end());
    turns.insert(turns.end(), 9, std::byte{0});
  }
  std::size_t frames = 0;
  CHECK(peak_of(true, [&](Framer& f) { f.push(turns, [&](const Frame&) { ++frames; }); }) < most);
  CHECK(frames == turns.size() / (few.size() + 9) * 3);

  // Noise.
  std::mt19937_64 random(9);
  const Message noise = random_bytes(random, size);
  CHECK(peak_of(false, [&](Framer& f) { f.push(noise, ignore); }) < most);
}

}  // namespace
}  // namespace oflens
