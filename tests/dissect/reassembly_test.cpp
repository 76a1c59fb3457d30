// What a capture can do to a TCP stream, and what must come out nevertheless.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <oflens/network/reassembly.hpp>

using namespace oflens;
using namespace std::chrono_literals;

namespace {

using Log = std::vector<std::string>;

Bytes bytes_of(std::string_view text) { return std::as_bytes(std::span(text.data(), text.size())); }
std::string text_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// Writes down what happens: "open 1", "1a@0 text #2" (from which end, offset, bytes, frame), "gap 1a@4+3
// lost".
struct Recorder {
  Log log;
  bool ignore_all = false;
  std::string ignore_after;  // these bytes

  static std::string place(const Connection& c, Side from, std::uint64_t offset) {
    return std::to_string(c.id) + (from == Side::a ? "a@" : "b@") + std::to_string(offset);
  }
  void on_open(Connection& c) {
    log.push_back("open " + std::to_string(c.id));
    c.user = static_cast<std::uint32_t>(c.id * 10);
    if (ignore_all) c.ignore = true;
  }
  void on_data(const StreamData& d) {
    CHECK(d.connection.user == d.connection.id * 10);
    log.push_back(place(d.connection, d.from, d.offset) + " " + text_of(d.bytes) + " #" +
                  std::to_string(d.frame));
    if (!ignore_after.empty() && text_of(d.bytes) == ignore_after) d.connection.ignore = true;
  }
  void on_gap(const StreamGap& g) {
    static constexpr const char* causes[] = {"lost", "cut", "gave_up"};
    log.push_back("gap " + place(g.connection, g.from, g.offset) + "+" + std::to_string(g.bytes) + " " +
                  causes[static_cast<int>(g.cause)]);
  }
  void on_close(Connection& c) {
    static constexpr const char* endings[] = {"open",     "finished", "reset",
                                              "replaced", "evicted",  "capture_ended"};
    log.push_back("close " + std::to_string(c.id) + " " + endings[static_cast<int>(c.ending)]);
  }
};

struct Flags {
  bool syn = false, fin = false, rst = false;
  std::uint32_t cut = 0;
};

// A capture being made, segment by segment. Sequence numbers are given as they are on the wire.
struct Wire {
  explicit Wire(ReassemblyLimits limits = {}) : tcp(limits) {}

  TcpReassembler tcp;
  Recorder seen;
  std::uint64_t frame = 0;
  Timestamp now{1000s};
  std::uint16_t port = 50000;  // of a; b listens on 6653

  void send(Side from, std::uint32_t sequence, Bytes payload, std::int64_t acknowledgement = -1,
            Flags flags = {}) {
    Endpoint a{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1}, port};
    Endpoint b{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 2}, 6653};
    TcpSegment s;
    s.source = from == Side::a ? a : b;
    s.destination = from == Side::a ? b : a;
    s.sequence = sequence;
    s.ack = acknowledgement >= 0;
    if (s.ack) s.acknowledgement = static_cast<std::uint32_t>(acknowledgement);
    s.syn = flags.syn;
    s.fin = flags.fin;
    s.rst = flags.rst;
    s.cut = flags.cut;
    s.payload = payload;
    s.frame = ++frame;
    s.time = now;
    tcp.push(s, seen);
  }
  void a(std::uint32_t sequence, std::string_view text, std::int64_t acknowledgement = -1, Flags flags = {}) {
    send(Side::a, sequence, bytes_of(text), acknowledgement, flags);
  }
  void b(std::uint32_t sequence, std::string_view text, std::int64_t acknowledgement = -1, Flags flags = {}) {
    send(Side::b, sequence, bytes_of(text), acknowledgement, flags);
  }
  // The first data byte of a has sequence number 1 more than its SYN, that of b likewise.
  void handshake(std::uint32_t syn_a = 100, std::uint32_t syn_b = 900) {
    a(syn_a, "", -1, {.syn = true});
    b(syn_b, "", std::int64_t{syn_a + 1}, {.syn = true});
    a(syn_a + 1, "", std::int64_t{syn_b + 1});
  }
  Log finish() {
    tcp.finish(seen);
    return take();
  }
  Log take() { return std::exchange(seen.log, {}); }
  const ReassemblyCounters& counters() const { return tcp.counters(); }
};

}  // namespace

TEST_CASE("segments in order are delivered at once, without a copy", "[reassembly]") {
  Wire w;
  w.handshake();
  CHECK(w.take() == Log{"open 1"});
  w.a(101, "hello", 901);
  w.b(901, "HELLO", 106);
  w.a(106, "features", 906);
  CHECK(w.take() == Log{"1a@0 hello #4", "1b@0 HELLO #5", "1a@5 features #6"});

  struct Pointer {
    const std::byte* data = nullptr;
    bool syn_a = false, syn_b = false;
    void on_open(Connection&) {}
    void on_data(const StreamData& d) {
      data = d.bytes.data();
      syn_a = d.connection.start_seen[0];
      syn_b = d.connection.start_seen[1];
    }
    void on_gap(const StreamGap&) {}
    void on_close(Connection&) {}
  } pointer;
  TcpSegment s;
  s.source.port = 50000;
  s.source.address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1};
  s.destination.port = 6653;
  s.destination.address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 2};
  s.sequence = 114;
  s.payload = bytes_of("zero copy");
  w.tcp.push(s, pointer);
  CHECK(pointer.data == s.payload.data());
  CHECK(pointer.syn_a);
  CHECK(pointer.syn_b);
  CHECK(w.counters().peak_buffered_bytes == 0);
}

TEST_CASE("both directions close with FIN", "[reassembly]") {
  Wire w;
  w.handshake();
  w.a(101, "bye", 901, {.fin = true});
  w.b(901, "BYE", 105, {.fin = true});
  w.a(105, "", 905);
  CHECK(w.take() == Log{"open 1", "1a@0 bye #4", "1b@0 BYE #5", "close 1 finished"});
  CHECK(w.finish().empty());
}

TEST_CASE("out of order segments wait and keep their frame", "[reassembly]") {
  Wire w;
  w.handshake();
  w.take();
  w.a(107, "three");
  w.a(104, "two");
  CHECK(w.take().empty());
  CHECK(w.counters().buffered_bytes > 0);
  w.a(101, "one");
  CHECK(w.take() == Log{"1a@0 one #6", "1a@3 two #5", "1a@6 three #4"});
  CHECK(w.counters().buffered_bytes == 0);
  CHECK(w.counters().reordered_segments == 2);
}

TEST_CASE("retransmitted and overlapping bytes come once, the first copy wins", "[reassembly]") {
  Wire w;
  w.handshake();
  w.take();
  SECTION("of delivered bytes") {
    w.a(101, "abcdef");
    w.a(101, "abcdef");
    w.a(103, "cd");
    w.a(105, "efgh");
    CHECK(w.take() == Log{"1a@0 abcdef #4", "1a@6 gh #7"});
    CHECK(w.counters().retransmitted_segments == 2);
    CHECK(w.counters().overlapping_segments == 1);
    CHECK(w.counters().repeated_bytes == 6 + 2 + 2);
  }
  SECTION("of waiting bytes") {
    w.a(103, "CD");
    w.a(106, "F");
    w.a(102, "bcdefg");
    CHECK(w.take().empty());
    w.a(101, "a");
    CHECK(w.take() == Log{"1a@0 a #7", "1a@1 b #6", "1a@2 CD #4", "1a@4 e #6", "1a@5 F #5", "1a@6 g #6"});
    CHECK(w.counters().conflicting_bytes == 3);
    CHECK(w.counters().overlapping_segments == 1);
  }
  SECTION("by a segment in order over waiting bytes") {
    w.a(103, "CD");
    w.a(106, "FGH");
    w.a(101, "abcdefg");
    CHECK(w.take() == Log{"1a@0 ab #6", "1a@2 CD #4", "1a@4 e #6", "1a@5 FGH #5"});
    CHECK(w.counters().conflicting_bytes == 4);
  }
  SECTION("exactly the waiting bytes again") {
    w.a(103, "cd");
    w.a(103, "cd");
    CHECK(w.counters().retransmitted_segments == 1);
    CHECK(w.counters().conflicting_bytes == 0);
  }
}

TEST_CASE("sequence numbers wrap around", "[reassembly]") {
  Wire w;
  w.handshake(0xfffffffd, 0xffffffff);
  w.take();
  w.a(0x00000002, "efg");
  w.a(0xfffffffe, "abcd", 0);
  w.b(0, "B", 2);
  CHECK(w.take() == Log{"1a@0 abcd #5", "1a@4 efg #4", "1b@0 B #6"});
  CHECK(w.counters().gaps == 0);
}

TEST_CASE("offsets go on beyond 4 GiB", "[reassembly]") {
  const std::string block(1 << 16, 'x');
  struct Last {
    std::uint64_t end = 0;
    void on_open(Connection&) {}
    void on_data(const StreamData& d) { end = d.offset + d.bytes.size(); }
    void on_gap(const StreamGap&) { FAIL("no gap"); }
    void on_close(Connection&) {}
  } last;
  TcpSegment s;
  s.source.port = 1;
  s.destination.port = 2;
  s.syn = true;
  TcpReassembler tcp;
  tcp.push(s, last);
  s.syn = false;
  s.payload = bytes_of(block);
  s.sequence = 1;
  for (int i = 0; i < (1 << 16) + 3; ++i, s.sequence += 1 << 16) tcp.push(s, last);
  CHECK(last.end == (std::uint64_t{1} << 32) + (3 << 16));
}

TEST_CASE("a FIN before missing data waits for it", "[reassembly]") {
  Wire w;
  w.handshake();
  w.take();
  w.b(901, "", -1, {.fin = true});
  w.a(104, "two", 902, {.fin = true});
  CHECK(w.take().empty());
  w.a(101, "one", 902);
  CHECK(w.take() == Log{"1a@0 one #6", "1a@3 two #5", "close 1 finished"});
}

TEST_CASE("a FIN alone shows that bytes before it are missing", "[reassembly]") {
  Wire w;
  w.handshake();
  w.a(101, "one");
  w.a(109, "", -1, {.fin = true});
  w.b(901, "", -1, {.fin = true});
  w.take();
  CHECK(w.finish() == Log{"gap 1a@3+5 lost", "close 1 finished"});
}

TEST_CASE("a FIN that the stream goes on after does not end it", "[reassembly]") {
  Wire w;
  w.handshake();
  w.take();
  w.a(101, "one", 901, {.fin = true});
  w.a(104, "two", 901);
  w.b(901, "", -1, {.fin = true});
  w.a(107, "three", 902);
  CHECK(w.take() == Log{"1a@0 one #4", "1a@3 two #5", "1a@6 three #7"});
}

TEST_CASE("data captured after a reset is delivered, then the connection closes", "[reassembly]") {
  Wire w;
  w.handshake();
  w.take();
  w.a(104, "two");
  w.b(901, "", -1, {.rst = true});
  w.a(101, "one");
  w.b(901, "late");
  CHECK(w.take() == Log{"1a@0 one #6", "1a@3 two #4", "1b@0 late #7"});
  SECTION("by time, which any segment brings") {
    w.now += 2s;
    w.port = 50001;
    w.a(5, "", -1, {.syn = true});
    CHECK(w.take() == Log{"close 1 reset", "open 2"});
  }
  SECTION("by the end of the capture") { CHECK(w.finish() == Log{"close 1 reset"}); }
}

TEST_CASE("what a reset ends is waited for from the reset on", "[reassembly]") {
  Wire w;
  w.handshake();
  w.a(104, "two");
  w.now += 900ms;
  w.b(901, "", -1, {.rst = true});
  w.now += 200ms;
  w.port = 50001;
  w.a(5, "", -1, {.syn = true});
  CHECK(w.take() == Log{"open 1", "open 2"});
  w.now += 1s;
  w.a(5, "", -1, {.syn = true});
  CHECK(w.take() == Log{"gap 1a@0+3 lost", "1a@3 two #4", "close 1 reset"});
}

TEST_CASE("a reset shows that bytes before it are missing", "[reassembly]") {
  Wire w;
  w.handshake();
  w.a(101, "one");
  w.take();
  w.a(108, "", -1, {.rst = true});
  CHECK(w.finish() == Log{"gap 1a@3+4 lost", "close 1 reset"});
}

TEST_CASE("a new SYN between the same ends is another connection", "[reassembly]") {
  Wire w;
  w.handshake(100, 900);
  w.a(101, "first");
  w.a(108, "waits");
  w.a(100, "", -1, {.syn = true});  // a retransmitted one is not
  CHECK(w.take() == Log{"open 1", "1a@0 first #4"});
  w.handshake(7000, 8000);
  w.a(7001, "second");
  CHECK(w.take() == Log{"gap 1a@5+2 lost", "1a@7 waits #5", "close 1 replaced", "open 2", "2a@0 second #10"});
  w.b(8000, "", 7001, {.syn = true});
  CHECK(w.take().empty());
}

TEST_CASE("so is an answer to another SYN", "[reassembly]") {
  Wire w;
  w.a(100, "", -1, {.syn = true});
  w.b(900, "", 777'001, {.syn = true});
  w.a(777'001, "one");
  CHECK(w.take() == Log{"open 1", "close 1 replaced", "open 2", "2a@0 one #3"});
}

TEST_CASE("a SYN and its answer may be swapped", "[reassembly]") {
  Wire w;
  w.b(900, "", 101, {.syn = true});
  w.a(100, "", -1, {.syn = true});
  w.a(101, "one", 901);
  CHECK(w.take() == Log{"open 1", "1a@0 one #3"});
}

TEST_CASE("after the end", "[reassembly]") {
  Wire w;
  w.handshake();
  w.a(101, "bye", 901, {.fin = true});
  w.b(901, "BYE", 105, {.fin = true});
  w.take();
  SECTION("copies of old segments open nothing") {
    w.a(101, "bye", 901, {.fin = true});
    w.b(901, "BYE", 105, {.fin = true});
    w.b(903, "E", 105, {.fin = true});
    w.a(105, "", 905);
    w.a(100, "", -1, {.syn = true});
    w.a(105, "", -1, {.rst = true});
    CHECK(w.take().empty());
  }
  SECTION("a SYN opens another connection") {
    w.a(5000, "", -1, {.syn = true});
    CHECK(w.take() == Log{"open 2"});
  }
  SECTION("so does data that is no copy: the capture missed the SYN") {
    w.a(70'000, "x");
    w.a(70'001, "y");
    CHECK(w.take() == Log{"open 2", "2a@0 x #6", "2a@1 y #7"});
  }
  SECTION("and it is forgotten after a minute") {
    w.now += 2min;
    w.port = 50001;
    w.a(5, "", -1, {.syn = true});
    w.port = 50000;
    w.a(101, "bye", 901);
    CHECK(w.take() == Log{"open 2", "open 3"});
  }
}

TEST_CASE("acknowledgements, probes and resets alone open nothing", "[reassembly]") {
  Wire w;
  w.a(100, "", 900);
  w.b(900, "", -1, {.rst = true});
  w.b(900, "why", -1, {.rst = true});
  w.a(101, "", 900, {.fin = true});
  CHECK(w.finish().empty());
}

TEST_CASE("a is the initiator", "[reassembly]") {
  Wire w;
  w.b(900, "", 101, {.syn = true});  // answers a SYN that was not captured
  w.a(101, "one", 901);              // which is known to begin here
  CHECK(w.take() == Log{"open 1", "1a@0 one #2"});
  SECTION("a SYN captured late changes nothing") {
    w.a(100, "", -1, {.syn = true});
    CHECK(w.take().empty());
    w.a(104, "two", 901);
    CHECK(w.take() == Log{"1a@3 two #4"});
  }
}

TEST_CASE("a connection from its middle", "[reassembly]") {
  Wire w;
  SECTION("starts with the first two segments, whichever came first") {
    w.a(503, "two");
    CHECK(w.take() == Log{"open 1"});
    w.a(500, "one");
    CHECK(w.take() == Log{"1a@0 one #2", "1a@3 two #1"});
    w.a(506, "three");
    w.a(490, "too late..");
    CHECK(w.take() == Log{"1a@6 three #3"});
    CHECK(w.counters().retransmitted_segments == 1);
  }
  SECTION("or in order") {
    w.a(500, "one");
    w.a(503, "two");
    CHECK(w.take() == Log{"open 1", "1a@0 one #1", "1a@3 two #2"});
  }
  SECTION("or with a loss, which is not beyond recovery") {
    w.a(500, "one");
    w.a(506, "three");
    CHECK(w.take() == Log{"open 1", "1a@0 one #1"});
    w.a(503, "two");
    CHECK(w.take() == Log{"1a@3 two #3", "1a@6 three #2"});
  }
  SECTION("or when the other end acknowledges it") {
    w.a(500, "request", 800);
    w.b(800, "reply", 507);
    w.a(507, "", 805);
    CHECK(w.take() == Log{"open 1", "1a@0 request #1", "1b@0 reply #2"});
  }
  SECTION("or after a while") {
    w.a(500, "only");
    w.now += 2s;
    w.port = 50001;
    w.a(5, "", -1, {.syn = true});
    CHECK(w.take() == Log{"open 1", "1a@0 only #1", "open 2"});
  }
  SECTION("or at the end") {
    w.a(500, "only");
    CHECK(w.finish() == Log{"open 1", "1a@0 only #1", "close 1 capture_ended"});
  }
  SECTION("where an earlier acknowledgement said") {
    w.a(500, "one", 800);
    w.b(800, "two", 503);
    CHECK(w.take() == Log{"open 1", "1a@0 one #1", "1b@0 two #2"});
    w.port = 50001;
    w.a(500, "one", 800);
    w.b(803, "behind a loss", 503);
    CHECK(w.take() == Log{"open 2", "2a@0 one #3"});
    w.b(800, "two", 503);
    CHECK(w.take() == Log{"2b@0 two #5", "2b@3 behind a loss #4"});
  }
  SECTION("but not with a keep-alive probe") {
    w.a(500, "one", 800);
    w.b(799, "?", 503);
    w.b(800, "two", 503);
    CHECK(w.take() == Log{"open 1", "1a@0 one #1", "1b@0 two #3"});
  }
  SECTION("and a SYN captured late tells the beginning") {
    w.a(501, "one");
    w.a(500, "", -1, {.syn = true});
    CHECK(w.take() == Log{"open 1", "1a@0 one #1"});
    w.a(500, "", -1, {.syn = true});
    w.a(504, "two");
    CHECK(w.take() == Log{"1a@3 two #4"});
  }
  SECTION("unless it begins another") {
    w.a(501, "one");
    w.a(504, "two");
    w.a(9000, "", -1, {.syn = true});
    CHECK(w.take() == Log{"open 1", "1a@0 one #1", "1a@3 two #2", "close 1 replaced", "open 2"});
  }
}

TEST_CASE("keep-alive and zero-window probes add nothing", "[reassembly]") {
  Wire w;
  w.handshake();
  w.a(101, "one", 901);
  w.take();
  w.a(103, "e", 901);
  w.a(103, "", 901);
  w.b(901, "", 104);
  CHECK(w.counters().keep_alives == 1);
  CHECK(w.counters().retransmitted_segments == 0);
  w.a(104, "t", 901);    // the byte of a zero-window probe is new...
  w.a(104, "two", 901);  // ...and sent again when the window opens
  CHECK(w.take() == Log{"1a@3 t #8", "1a@4 wo #9"});
}

TEST_CASE("data on a SYN", "[reassembly]") {
  Wire w;
  w.a(100, "early", -1, {.syn = true});
  w.b(900, "", 106, {.syn = true});
  w.a(100, "early", -1, {.syn = true});
  w.a(106, "more");
  CHECK(w.take() == Log{"open 1", "1a@0 early #1", "1a@5 more #4"});
}

TEST_CASE("one direction alone", "[reassembly]") {
  Wire w;
  w.a(100, "", -1, {.syn = true});
  w.a(101, "one", 901);
  w.a(107, "three", 950);
  CHECK(w.take() == Log{"open 1", "1a@0 one #2"});
  CHECK(w.finish() == Log{"gap 1a@3+3 lost", "1a@6 three #3", "close 1 capture_ended"});
}

TEST_CASE("bytes that were acknowledged and not captured are lost", "[reassembly]") {
  Wire w({.patience_segments = 3, .patience = 1s});
  w.handshake();
  w.a(101, "one", 901);
  w.a(107, "three", 901);
  w.take();
  SECTION("not while they are not acknowledged") {
    for (std::uint32_t i = 0; i < 100; ++i, w.now += 1s) w.a(112 + i, ".", 901);
    w.b(901, "", 104);
    w.b(901, "", 106);
    CHECK(w.take().empty());
    w.a(104, "two", 901);
    CHECK(w.take().size() == 102);
    CHECK(w.counters().gaps == 0);
  }
  SECTION("not at once: they may be captured after their acknowledgement") {
    w.b(901, "", 112);
    w.a(112, "four", 901);
    w.a(116, "five", 901);
    CHECK(w.take().empty());
    w.a(104, "two", 901);
    CHECK(w.take() == Log{"1a@3 two #9", "1a@6 three #5", "1a@11 four #7", "1a@15 five #8"});
  }
  SECTION("after some more segments of that direction") {
    w.b(901, "", 112);
    w.a(112, "four", 901);
    w.a(116, "five", 901);
    w.b(901, "B", 120);
    CHECK(w.take() == Log{"1b@0 B #9"});
    w.a(120, "six", 902);
    CHECK(w.take() ==
          Log{"gap 1a@3+3 lost", "1a@6 three #5", "1a@11 four #7", "1a@15 five #8", "1a@19 six #10"});
    w.a(104, "two", 902);
    CHECK(w.take().empty());
  }
  SECTION("and each loss is waited for by itself") {
    w.b(901, "", 112);
    w.a(112, "four", 901);
    w.a(104, "two", 901);
    w.take();
    w.a(120, "six", 901);
    w.b(901, "", 123);
    w.a(123, ".", 901);
    w.a(124, ".", 901);
    CHECK(w.take().empty());
    w.a(125, ".", 901);
    CHECK(w.take() == Log{"gap 1a@15+4 lost", "1a@19 six #9", "1a@22 . #11", "1a@23 . #12", "1a@24 . #13"});
  }
  SECTION("after some time") {
    w.b(901, "", 112);
    w.now += 999ms;
    w.b(901, "", 112);
    CHECK(w.take().empty());
    w.now += 1ms;
    w.b(901, "", 112);
    CHECK(w.take() == Log{"gap 1a@3+3 lost", "1a@6 three #5"});
  }
  SECTION("after some time, though the connection fell silent") {
    w.b(901, "", 112);
    w.now += 1s;
    w.port = 50001;
    w.a(5, "", -1, {.syn = true});
    CHECK(w.take() == Log{"gap 1a@3+3 lost", "1a@6 three #5", "open 2"});
  }
  SECTION("only those that were acknowledged when the waiting began") {
    w.a(114, "five", 901);
    w.b(901, "", 112);
    w.a(118, ".", 901);
    w.a(119, ".", 901);
    w.b(901, "", 119);
    w.a(120, ".", 901);
    CHECK(w.take() == Log{"gap 1a@3+3 lost", "1a@6 three #5"});
    w.a(112, "4!", 901);
    CHECK(w.take() == Log{"1a@11 4! #12", "1a@13 five #6", "1a@17 . #8", "1a@18 . #9", "1a@19 . #11"});
  }
  SECTION("anew, if what was acknowledged then came after all") {
    w.a(114, "five", 901);
    w.b(901, "", 112);
    w.a(118, ".", 901);
    w.a(104, "two", 901);
    w.take();
    w.b(901, "", 119);
    w.a(119, ".", 901);
    w.a(120, ".", 901);
    CHECK(w.take().empty());
    w.a(121, ".", 901);
    CHECK(w.take().front() == "gap 1a@11+2 lost");
  }
  SECTION("so that the end is found though the connection fell silent") {
    w.b(901, "", 113, {.fin = true});
    w.a(112, "", 902, {.fin = true});
    w.now += 1s;
    w.port = 50001;
    w.a(5, "", -1, {.syn = true});
    CHECK(w.take() == Log{"gap 1a@3+3 lost", "1a@6 three #5", "close 1 finished", "open 2"});
  }
  SECTION("at the end, also those after the last that was captured") {
    w.a(104, "two", 901);
    w.take();
    w.b(901, "", 120);
    CHECK(w.finish() == Log{"gap 1a@11+8 lost", "close 1 capture_ended"});
  }
  SECTION("but a FIN that was not captured is no byte") {
    w.a(104, "two", 901);
    w.take();
    w.b(901, "", 113);
    CHECK(w.finish() == Log{"close 1 capture_ended"});
  }
  SECTION("nor is an absurd acknowledgement believed") {
    w.b(901, "", 0x80000000);
    for (std::uint32_t i = 0; i < 10; ++i) w.a(112 + i, ".", 901);
    CHECK(w.take().empty());
  }
}

TEST_CASE("what waits is bounded", "[reassembly]") {
  const std::string block(1000, 'x');
  SECTION("per direction") {
    Wire w({.buffered_per_direction = 4000});
    w.handshake();
    w.take();
    for (std::uint32_t i = 0; i < 3; ++i) w.a(200 + 2000 * i, block);
    CHECK(w.take().empty());
    w.a(6200, block);
    CHECK(w.take() == Log{"gap 1a@0+99 gave_up", "1a@99 " + block + " #4"});
    CHECK(w.counters().gave_up_bytes == 99);
    CHECK(w.counters().buffered_bytes <= 4000);
  }
  SECTION("with an allowance for each piece") {
    Wire w({.buffered_per_direction = 4000});
    w.handshake();
    for (std::uint32_t i = 0; i < 1000; ++i) w.a(5000 - 2 * i, "x");
    CHECK(w.counters().buffered_bytes <= 4000);
    CHECK(w.counters().peak_buffered_bytes <= 4000 + 129);
  }
  SECTION("in total: those that waited longest give way") {
    Wire w({.buffered = 4000});
    for (std::uint16_t i = 0; i < 4; ++i) {
      w.port = static_cast<std::uint16_t>(50000 + i);
      w.handshake();
      w.a(111, block);
    }
    const auto log = w.take();
    CHECK(log[4] == "gap 1a@0+10 gave_up");
    CHECK(log[5] == "1a@10 " + block + " #4");
    CHECK(log.size() == 6);
    CHECK(w.counters().buffered_bytes <= 4000);
    w.finish();
    CHECK(w.counters().buffered_bytes == 0);
  }
  SECTION("to nothing at all") {
    Wire w({.buffered_per_direction = 0, .buffered = 0});
    w.handshake();
    w.take();
    w.a(104, "two");
    w.a(101, "one");
    CHECK(w.take() == Log{"gap 1a@0+3 gave_up", "1a@3 two #4"});
  }
}

TEST_CASE("bytes cut off by the snap length are a gap", "[reassembly]") {
  Wire w;
  w.handshake();
  w.take();
  SECTION("at once") {
    w.a(101, "one", 901, {.cut = 7});
    w.a(111, "two", 901, {.cut = 1});
    CHECK(w.take() == Log{"1a@0 one #4", "gap 1a@3+7 cut", "1a@10 two #5", "gap 1a@13+1 cut"});
    CHECK(w.counters().cut_bytes == 8);
  }
  SECTION("whole segments") {
    w.a(101, "", 901, {.cut = 10});
    w.a(111, "", 901, {.fin = true, .cut = 5});
    w.b(901, "", 117, {.fin = true});
    CHECK(w.take() == Log{"gap 1a@0+10 cut", "gap 1a@10+5 cut", "close 1 finished"});
  }
  SECTION("unless another segment had them") {
    w.a(106, "fghi");
    w.a(101, "ab", 901, {.cut = 20});
    CHECK(w.take() == Log{"1a@0 ab #5", "gap 1a@2+3 cut", "1a@5 fghi #4", "gap 1a@9+13 cut"});
  }
  SECTION("when their turn comes") {
    w.a(111, "klm", 901, {.cut = 7});
    w.a(121, "uvw", 901, {.cut = 7});
    w.a(115, "op");  // within the first one's cut bytes
    CHECK(w.take().empty());
    w.a(101, "abcdefghij");
    CHECK(w.take() == Log{"1a@0 abcdefghij #7", "1a@10 klm #4", "gap 1a@13+1 cut", "1a@14 op #6",
                          "gap 1a@16+4 cut", "1a@20 uvw #5", "gap 1a@23+7 cut"});
  }
  SECTION("and a segment that comes again, cut within what waits") {
    w.a(104, "defghi");
    w.a(104, "de", 901, {.cut = 8});
    w.a(104, "", 901, {.cut = 9});
    w.a(101, "abc");
    CHECK(w.take() == Log{"1a@0 abc #7", "1a@3 defghi #4", "gap 1a@9+4 cut"});
  }
}

TEST_CASE("a stray segment does not move the stream, a stream that jumped goes on", "[reassembly]") {
  const std::uint32_t jump = GENERATE(1U << 30, 0xc0000000U, 0x80000000U);
  Wire w;
  w.handshake();
  w.a(101, "one");
  w.take();
  w.a(101 + jump, "stray");
  w.a(101 + jump, "", -1, {.fin = true});
  w.a(104, "two");
  CHECK(w.take() == Log{"1a@3 two #7"});
  CHECK(w.counters().out_of_window_segments == 1);
  w.a(107 + jump, "dropped");
  w.a(114 + jump, "there");
  w.a(119 + jump, "more");
  CHECK(w.take() == Log{"gap 1a@6+" + std::to_string(jump + 7) + " lost",
                        "1a@" + std::to_string(jump + 13) + " there #9",
                        "1a@" + std::to_string(jump + 18) + " more #10"});
}

TEST_CASE("stray segments that continue each other count only in a row", "[reassembly]") {
  Wire w;
  w.handshake();
  w.take();
  w.a(1'000'000'000, "stray");
  w.a(101, "one");
  w.a(1'000'000'005, "stray");
  w.a(104, "two");
  CHECK(w.take() == Log{"1a@0 one #5", "1a@3 two #7"});
  CHECK(w.counters().out_of_window_segments == 2);
  w.a(1'000'000'000, "stray");
  w.a(2'000'000'000, "another");
  w.a(107, "three");
  CHECK(w.take() == Log{"1a@6 three #10"});
}

TEST_CASE("an ignored connection costs nothing more", "[reassembly]") {
  Wire w;
  SECTION("from the beginning") {
    w.seen.ignore_all = true;
    w.handshake();
    w.a(104, "two");
    w.a(101, "one");
    w.a(190'000'000, "anything");
    CHECK(w.take() == Log{"open 1"});
    CHECK(w.counters().peak_buffered_bytes == 0);
    w.a(107, "", -1, {.fin = true});
    w.b(901, "", -1, {.fin = true});
    CHECK(w.take() == Log{"close 1 finished"});
  }
  SECTION("from some bytes on") {
    w.seen.ignore_after = "boring";
    w.handshake();
    w.a(110, "waits");
    w.a(101, "boring");
    CHECK(w.counters().buffered_bytes == 0);
    w.a(107, "now");
    CHECK(w.finish() == Log{"open 1", "1a@0 boring #5", "close 1 capture_ended"});
  }
  SECTION("from bytes on that waited themselves") {
    w.seen.ignore_after = "boring";
    w.handshake();
    w.a(104, "boring");
    w.a(110, "waits");
    w.a(101, "one");
    CHECK(w.counters().buffered_bytes == 0);
    CHECK(w.finish() == Log{"open 1", "1a@0 one #6", "1a@3 boring #4", "close 1 capture_ended"});
  }
  SECTION("from bytes on in the middle of an overlapping segment") {
    w.seen.ignore_after = "BORING";
    w.handshake();
    w.a(104, "BORING");
    w.a(101, "oneboringmore");
    CHECK(w.counters().buffered_bytes == 0);
    CHECK(w.finish() == Log{"open 1", "1a@0 one #5", "1a@3 BORING #4", "close 1 capture_ended"});
  }
  SECTION("from bytes on that waited until a limit was reached") {
    Wire tight({.buffered_per_direction = 300});
    tight.seen.ignore_after = "boring";
    tight.handshake();
    tight.a(104, "boring");
    tight.a(120, "waits");
    tight.a(130, "waits");
    CHECK(tight.counters().buffered_bytes == 0);
    CHECK(tight.finish() == Log{"open 1", "gap 1a@0+3 gave_up", "1a@3 boring #4", "close 1 capture_ended"});
  }
  SECTION("from bytes on that waited on another connection, until a limit was reached") {
    Wire tight({.buffered = 400});
    tight.seen.ignore_after = "boring";
    tight.handshake();
    tight.a(104, "boring");
    tight.a(120, "waits");
    tight.port = 50001;
    tight.handshake();
    tight.a(104, "two");
    tight.a(120, "waits");
    CHECK(tight.take() == Log{"open 1", "open 2", "gap 1a@0+3 gave_up", "1a@3 boring #4"});
  }
  SECTION("from a moment between segments on") {
    struct Keep {
      Connection* connection = nullptr;
      void on_open(Connection& c) { connection = &c; }
      void on_data(const StreamData&) { FAIL(); }
      void on_gap(const StreamGap&) { FAIL(); }
      void on_close(Connection&) {}
    } keep;
    TcpSegment s;
    s.syn = true;
    w.tcp.push(s, keep);
    s.syn = false;
    s.sequence = 10;
    s.payload = bytes_of("waits");
    w.tcp.push(s, keep);
    keep.connection->ignore = true;
    SECTION("till the next segment") {
      w.tcp.push(s, keep);
      CHECK(w.counters().buffered_bytes == 0);
    }
    SECTION("till the end") { w.tcp.finish(keep); }
  }
  SECTION("but can be replaced") {
    w.seen.ignore_all = true;
    w.handshake();
    w.seen.ignore_all = false;
    w.handshake();  // retransmitted
    w.handshake(5000, 6000);
    w.a(5001, "new");
    CHECK(w.take() == Log{"open 1", "close 1 replaced", "open 2", "2a@0 new #10"});
  }
  SECTION("though its own beginning was not captured") {
    w.seen.ignore_all = true;
    w.a(500, "one", 800);
    w.seen.ignore_all = false;
    w.handshake();
    CHECK(w.take() == Log{"open 1", "close 1 replaced", "open 2"});
  }
}

TEST_CASE("connections are bounded: closed ones go first, then the longest idle", "[reassembly]") {
  Wire w({.connections = 3});
  const auto on = [&](std::uint16_t port) -> Wire& { return w.port = port, w; };
  for (std::uint16_t port = 1; port <= 3; ++port) on(port).handshake();
  on(2).a(101, "", 901, {.fin = true});
  w.b(901, "", 102, {.fin = true});
  on(1).a(101, "x", 901);
  w.take();
  on(4).handshake();
  CHECK(w.take() == Log{"open 4"});
  on(5).handshake();
  CHECK(w.take() == Log{"close 3 evicted", "open 5"});
  CHECK(w.counters().evicted == 1);
  on(1).a(102, "y", 901);
  CHECK(w.take() == Log{"1a@1 y #" + std::to_string(w.frame)});
}

TEST_CASE("connections are told apart by all four of their addresses and ports", "[reassembly]") {
  struct Count {
    std::uint64_t opened = 0, closed = 0;
    void on_open(Connection& c) { opened = c.id; }
    void on_data(const StreamData& d) { CHECK(text_of(d.bytes) == std::to_string(d.connection.id)); }
    void on_gap(const StreamGap&) {}
    void on_close(Connection& c) { CHECK(c.id == ++closed); }
  } count;
  TcpReassembler tcp;
  for (const bool data : {false, true}) {
    std::uint64_t id = 0;
    for (unsigned i = 0; i < 10'000; ++i) {
      TcpSegment s;
      s.source.address[15] = static_cast<std::uint8_t>(i % 10);
      s.destination.address[0] = static_cast<std::uint8_t>(0x20 + i / 10 % 10);
      s.source.port = static_cast<std::uint16_t>(i / 100 % 10);
      s.destination.port = static_cast<std::uint16_t>(i / 1000);
      s.syn = !data;
      s.sequence = data ? 1 : 0;
      const auto text = std::to_string(++id);
      if (data) s.payload = bytes_of(text);
      tcp.push(s, count);
    }
  }
  CHECK(count.opened == 10'000);
  tcp.finish(count);  // in the order of the ids, which on_close checks
  CHECK(count.closed == 10'000);
}

TEST_CASE("hostile captures stay bounded", "[reassembly]") {
  SECTION("a flood of SYNs") {
    Wire w({.connections = 1000});
    for (std::uint32_t i = 0; i < 100'000; ++i) {
      w.port = static_cast<std::uint16_t>(i);
      w.a(i * 7919, "", -1, {.syn = true});
      w.seen.log.clear();
    }
    CHECK(w.counters().connections == 100'000);
    CHECK(w.finish().size() == 1000);
  }
  SECTION("a flood of first data") {
    Wire w({.buffered = 10'000});
    for (std::uint32_t i = 0; i < 60'000; ++i) {
      w.port = static_cast<std::uint16_t>(i);
      w.a(i * 7919, "x");
    }
    CHECK(w.counters().peak_buffered_bytes <= 10'200);
    w.finish();
    CHECK(w.counters().delivered_bytes == 60'000);
  }
  SECTION("single bytes backwards") {
    Wire w;
    w.handshake();
    for (std::uint32_t i = 200'000; i > 0; --i) w.a(101 + i, "x");
    CHECK(w.counters().peak_buffered_bytes <= (1U << 20) + 129);
    w.finish();
    CHECK(w.counters().delivered_bytes + w.counters().repeated_bytes == 200'000);
  }
  SECTION("times from nowhere") {
    Wire w;
    std::mt19937_64 random(1);
    w.handshake();
    for (std::uint32_t i = 0; i < 10'000; ++i) {
      w.now = Timestamp{Duration{static_cast<std::int64_t>(random())}};
      w.port = static_cast<std::uint16_t>(random() % 50);
      w.a(static_cast<std::uint32_t>(101 + random() % 100), "x", 901);
    }
    w.finish();
    CHECK(w.counters().buffered_bytes == 0);
  }
}

namespace {

// A stream and what a network and a capture did to it.
struct Piece {
  std::size_t begin, end;  // in the stream
};

std::string random_text(std::mt19937& random, std::size_t n) {
  std::string text(n, 0);
  for (auto& c : text) c = static_cast<char>(random());
  return text;
}

std::size_t below(std::mt19937& random, std::size_t n) { return random() % n; }

// The stream in random segments: each byte at least once, some twice, in different cuts.
std::vector<Piece> random_cuts(std::mt19937& random, std::size_t size, std::size_t most) {
  std::vector<Piece> pieces;
  for (std::size_t at = 0; at < size;) {
    const auto end = std::min(size, at + 1 + below(random, most));
    pieces.push_back({at, end});
    if (below(random, 5) == 0) {
      const auto begin = at - std::min(at, below(random, most));
      pieces.push_back({begin, std::min(size, begin + 1 + below(random, 2 * most))});
    }
    at = end;
  }
  return pieces;
}

// Moves each by less than `distance` places.
void reorder(std::mt19937& random, std::vector<Piece>& pieces, std::size_t distance) {
  std::vector<std::pair<std::size_t, Piece>> keyed;
  for (std::size_t i = 0; i < pieces.size(); ++i) keyed.emplace_back(i + below(random, distance), pieces[i]);
  std::stable_sort(keyed.begin(), keyed.end(), [](auto& x, auto& y) { return x.first < y.first; });
  for (std::size_t i = 0; i < pieces.size(); ++i) pieces[i] = keyed[i].second;
}

// Puts a stream together again, with '?' for what was reported missing, and checks all that must hold on the
// way.
struct Collector {
  std::string stream;
  std::vector<std::pair<std::size_t, std::size_t>> gaps;
  std::map<std::uint64_t, Piece> sent;  // by frame
  void on_open(Connection&) {}
  void on_data(const StreamData& d) {
    REQUIRE(d.offset == stream.size());
    REQUIRE(!d.bytes.empty());
    const auto& piece = sent.at(d.frame);
    REQUIRE(piece.begin <= d.offset);
    REQUIRE(d.offset + d.bytes.size() <= piece.end);
    stream += text_of(d.bytes);
  }
  void on_gap(const StreamGap& g) {
    REQUIRE(g.offset == stream.size());
    gaps.emplace_back(g.offset, g.bytes);
    stream.append(g.bytes, '?');
  }
  void on_close(Connection&) {}
};

TcpSegment segment_of(const std::string& text, const Piece& piece, std::uint32_t initial,
                      std::uint64_t frame) {
  TcpSegment s;
  s.source.port = 1;
  s.destination.port = 2;
  s.sequence = initial + 1 + static_cast<std::uint32_t>(piece.begin);
  s.payload = bytes_of(std::string_view(text).substr(piece.begin, piece.end - piece.begin));
  s.frame = frame;
  return s;
}

TcpSegment syn(std::uint32_t initial) {
  TcpSegment s;
  s.source.port = 1;
  s.destination.port = 2;
  s.sequence = initial;
  s.syn = true;
  return s;
}

}  // namespace

TEST_CASE("property: whatever the order and the cuts, the same stream comes out", "[reassembly][property]") {
  for (unsigned seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto text = random_text(random, 1 + below(random, 30'000));
    const auto initial =
        static_cast<std::uint32_t>(0) - static_cast<std::uint32_t>(below(random, text.size() + 1));
    auto pieces = random_cuts(random, text.size(), 1 + below(random, 200));
    reorder(random, pieces, 1 + below(random, 100));
    TcpReassembler tcp;
    Collector out;
    tcp.push(syn(initial), out);
    std::uint64_t frame = 0;
    for (const auto& piece : pieces) {
      out.sent[++frame] = piece;
      tcp.push(segment_of(text, piece, initial, frame), out);
    }
    CHECK(out.stream == text);
    CHECK(tcp.counters().buffered_bytes == 0);
    tcp.finish(out);
    CHECK(out.gaps.empty());
    std::size_t sent = 0;
    for (const auto& piece : pieces) sent += piece.end - piece.begin;
    CHECK(tcp.counters().delivered_bytes == text.size());
    CHECK(tcp.counters().repeated_bytes + tcp.counters().keep_alives == sent - text.size());
    CHECK(tcp.counters().conflicting_bytes == 0);
  }
}

TEST_CASE("property: of a stream with losses, all the rest comes out, and the gaps are the losses",
          "[reassembly][property]") {
  for (unsigned seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto text = random_text(random, 1000 + below(random, 30'000));
    const auto initial =
        static_cast<std::uint32_t>(0) - static_cast<std::uint32_t>(below(random, text.size() + 1));
    const auto most = 1 + below(random, 200);

    // The losses, apart from each other and not at the end, where nobody could know.
    std::vector<std::pair<std::size_t, std::size_t>> lost;
    std::string expected = text;
    for (std::size_t at = below(random, 3000); at + 3 * most < text.size(); at += 1 + below(random, 3000)) {
      const auto n = 1 + below(random, 2 * most);
      lost.emplace_back(at, n);
      std::fill_n(expected.begin() + static_cast<std::ptrdiff_t>(at), n, '?');
      at += n;
    }
    // No segment has any byte of them.
    std::vector<Piece> pieces;
    for (auto piece : random_cuts(random, text.size(), most)) {
      for (const auto& [at, n] : lost) {
        if (piece.begin < at && piece.end > at) pieces.push_back({piece.begin, at});
        if (piece.begin < at + n && piece.end > at) piece.begin = std::min(at + n, piece.end);
      }
      if (piece.begin < piece.end) pieces.push_back(piece);
    }
    constexpr std::size_t distance = 30;  // less than ReassemblyLimits::patience_segments
    reorder(random, pieces, distance);

    TcpReassembler tcp;
    Collector out;
    tcp.push(syn(initial), out);
    std::uint64_t frame = 0;
    std::size_t reached = 0;
    for (const auto& piece : pieces) {
      out.sent[++frame] = piece;
      tcp.push(segment_of(text, piece, initial, frame), out);
      reached = std::max(reached, piece.end);
      if (below(random, 3) != 0) continue;
      // The receiver has everything that was sent, however late the capture shows it.
      TcpSegment ack;
      ack.source.port = 2;
      ack.destination.port = 1;
      ack.ack = true;
      ack.acknowledgement = initial + 1 + static_cast<std::uint32_t>(reached);
      tcp.push(ack, out);
    }
    tcp.finish(out);
    CHECK(out.stream == expected);
    CHECK(out.gaps == lost);
  }
}
