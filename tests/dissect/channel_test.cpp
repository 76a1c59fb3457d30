// Captured frames to messages: what is OpenFlow and what is not, chopped, swapped, lost and repeated
// segments, connections that come and go.
#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>

#include <oflens/message/generate.hpp>
#include <oflens/network/channel.hpp>
#include <oflens/v13/messages.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::Heap;
using test::hex;
using test::Tight;
using test::to_hex;
using Raw = std::vector<std::byte>;
struct Messages : std::vector<Raw> {
  using std::vector<Raw>::vector;
};
using Ports = std::vector<std::uint16_t>;

const Catalog& catalog = Catalog::standard();

Raw operator+(Raw a, Bytes b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}
Raw number(std::uint64_t v, std::size_t width) {
  Raw out;
  for (std::size_t i = width; i-- > 0;) out.push_back(static_cast<std::byte>(v >> 8 * i));
  return out;
}
Raw joined(const Messages& messages) {
  return std::accumulate(messages.begin(), messages.end(), Raw{},
                         [](Raw all, const Raw& m) { return std::move(all) + m; });
}
Raw text(std::string_view s) {
  const auto bytes = std::as_bytes(std::span(s));
  return {bytes.begin(), bytes.end()};
}

// ---- building captures

struct Captured {
  Raw bytes;
  std::size_t original = 0;  // 0: all was captured
  Timestamp time{};
};

constexpr unsigned fin = 1, syn = 2, rst = 4, ack = 16;

// One TCP connection, whose frames are appended to a capture. a is the initiator.
class Tcp {
 public:
  struct Options {
    std::uint16_t client = 49152, server = 6653;
    bool v6 = false;
    std::array<std::uint32_t, 2> sequence{0xfffffff0, 0x10203040};  // a's comes round
  };
  explicit Tcp(std::vector<Captured>& out) : Tcp(out, Options{}) {}
  Tcp(std::vector<Captured>& out, Options o) : out_(out), o_(o), next_(o.sequence) {}

  // The next segment of that side. Returns its index in the capture.
  std::size_t send(Side from, Bytes payload, unsigned flags = ack) {
    const auto i = static_cast<std::size_t>(from);
    const std::size_t at = frame(from, next_[i], payload, flags);
    next_[i] += static_cast<std::uint32_t>(payload.size()) + ((flags & (syn | fin)) != 0 ? 1 : 0);
    return at;
  }
  // Bytes that were sent already, `back` bytes before the next.
  void again(Side from, std::uint32_t back, Bytes payload) {
    frame(from, next_[static_cast<std::size_t>(from)] - back, payload, ack);
  }
  void open() {
    send(Side::a, {}, syn);
    send(Side::b, {}, syn | ack);
    send(Side::a, {});
  }
  void close() {
    send(Side::a, {}, fin | ack);
    send(Side::b, {}, fin | ack);
    send(Side::a, {});
  }
  // In segments of so many bytes.
  void chopped(Side from, Bytes bytes, std::size_t size) {
    for (; !bytes.empty(); bytes = bytes.subspan(std::min(size, bytes.size())))
      send(from, bytes.first(std::min(size, bytes.size())));
  }

 private:
  std::size_t frame(Side from, std::uint32_t sequence, Bytes payload, unsigned flags) {
    const bool from_a = from == Side::a;
    const Raw tcp = number(from_a ? o_.client : o_.server, 2) + number(from_a ? o_.server : o_.client, 2) +
                    number(sequence, 4) + number((flags & ack) != 0 ? next_[from_a ? 1 : 0] : 0, 4) +
                    number(0x5000 | flags, 2) + hex("ffff 0000 0000") + payload;
    Raw bytes = hex("020000000002 020000000001");
    if (o_.v6) {
      const Raw one = hex("fd000000000000000000000000000001"), two = hex("fd000000000000000000000000000002");
      bytes = bytes + hex("86dd 60000000") + number(tcp.size(), 2) + hex("06 40") + (from_a ? one : two) +
              (from_a ? two : one);
    } else {
      bytes = bytes + hex("0800 4500") + number(20 + tcp.size(), 2) + hex("0000 4000 40 06 0000") +
              hex(from_a ? "0a000001 0a000002" : "0a000002 0a000001");
    }
    out_.push_back({bytes + tcp, 0, {}});
    return out_.size() - 1;
  }

  std::vector<Captured>& out_;
  Options o_;
  std::array<std::uint32_t, 2> next_;
};

// ---- reading them

// Keeps what a reader tells, and checks that messages and losses leave out no byte of a stream.
class Recorder : public ChannelSink {
 public:
  struct Loss {
    Side from;
    ChannelLoss::Kind kind;
    std::uint64_t offset, bytes, number;
    bool operator==(const Loss&) const = default;
  };
  struct Seen {
    Channel channel;
    std::array<Messages, 2> messages;
    std::array<std::vector<std::uint64_t>, 2> numbers;
    std::vector<Loss> losses;
    Messages cut;
    std::array<std::uint64_t, 2> position{};
    bool open = true;
  };
  std::vector<Seen> channels;
  std::size_t open = 0;

  void on_open(Channel& c) override {
    CHECK(c.id == channels.size() + 1);
    c.user = c.id;
    channels.push_back({c, {}, {}, {}, {}, {}});
    ++open;
  }
  void on_message(const ChannelMessage& m) override {
    Seen& seen = find(m.channel);
    const auto i = static_cast<std::size_t>(m.from);
    seen.messages[i].emplace_back(m.frame.bytes().begin(), m.frame.bytes().end());
    seen.numbers[i].push_back(m.number);
    seen.position[i] += m.frame.bytes().size();
    CHECK(m.time == time_of(m.number));
  }
  void on_loss(const ChannelLoss& l) override {
    Seen& seen = find(l.channel);
    const auto i = static_cast<std::size_t>(l.from);
    CHECK(l.offset == seen.position[i]);
    CHECK(l.bytes != 0);
    seen.position[i] = l.offset + l.bytes;
    seen.losses.push_back({l.from, l.kind, l.offset, l.bytes, l.number});
    CHECK(l.time == time_of(l.number));
    CHECK(l.since <= l.time);
  }
  void on_cut(const ChannelCut& c) override {
    find(c.channel).cut.emplace_back(c.bytes.begin(), c.bytes.end());
    CHECK(c.time == time_of(c.number));
  }
  void on_tls(const TlsConnection& t) override { tls.push_back(t); }
  void on_close(Channel& c) override {
    find(c).open = false;
    --open;
  }

  std::vector<Timestamp> times;
  std::vector<TlsConnection> tls;

 private:
  Timestamp time_of(std::uint64_t number) const { return times.at(number - 1); }
  Seen& find(const Channel& c) {
    REQUIRE((c.id >= 1 && c.id <= channels.size()));
    CHECK(c.user == c.id);
    Seen& seen = channels[c.id - 1];
    REQUIRE(seen.open);
    return seen;
  }
};

struct Reading : Recorder {
  ChannelReader reader;

  explicit Reading(ChannelOptions options = {}) : reader(catalog, std::move(options)) {}
  explicit Reading(const std::vector<Captured>& frames, ChannelOptions options = {})
      : Reading(std::move(options)) {
    for (const Captured& f : frames) push(f);
    finish();
  }
  void push(const Captured& f) {
    const std::uint64_t n = times.size() + 1;
    times.push_back(f.time != Timestamp{} ? f.time : Timestamp{std::chrono::milliseconds(n)});
    Tight tight(f.bytes);
    reader.push({.number = n,
                 .time = times.back(),
                 .link = LinkType::ethernet,
                 .bytes = tight,
                 .original_length = static_cast<std::uint32_t>(f.original)},
                *this);
    tight.destroy();
  }
  void finish() {
    reader.finish(*this);
    CHECK(open == 0);
    CHECK(reader.counters().frames == times.size());
    CHECK(reader.counters().channels == channels.size());
    std::uint64_t missing = 0, skipped = 0;
    for (const Seen& c : channels)
      for (const Loss& l : c.losses) (l.kind == ChannelLoss::Kind::missing ? missing : skipped) += l.bytes;
    CHECK(reader.counters().missing_bytes == missing);
    CHECK(reader.counters().skipped_bytes == skipped);
  }
  const Messages& of(Side side, std::size_t channel = 0) const {
    static const Messages none;
    return channel < channels.size() ? channels[channel].messages[static_cast<std::size_t>(side)] : none;
  }
  std::vector<Loss> losses(std::size_t channel = 0) const {
    return channel < channels.size() ? channels[channel].losses : std::vector<Loss>{};
  }
};

using Kind = ChannelLoss::Kind;

// ---- what is said

Raw hello(Version version = Version::v13) {
  return version == Version::v10 ? hex("0100000800000001")
                                 : number(static_cast<unsigned>(version), 1) + hex("00000800000001");
}
// A hello and messages of any kind after it.
Messages talk(std::uint64_t seed, std::size_t count, Version version = Version::v13) {
  Generator generate(seed);
  Messages out{hello(version)};
  while (out.size() < count) {
    const std::size_t kind = generate.below(catalog.size());
    if (catalog[kind].version != version || catalog[kind].type == 0) continue;
    generate.message(catalog, kind, out.emplace_back());
  }
  return out;
}
Messages without(Messages messages, std::size_t i) {
  messages.erase(messages.begin() + static_cast<std::ptrdiff_t>(i));
  return messages;
}
Messages from(const Messages& messages, std::size_t i) {
  return {messages.begin() + static_cast<std::ptrdiff_t>(i), messages.end()};
}

Raw random_bytes(std::mt19937_64& random, std::size_t n) {
  Raw out(n);
  for (std::byte& b : out) b = static_cast<std::byte>(random());
  return out;
}

}  // namespace
}  // namespace oflens

// What a failed check prints of messages: type and length of each.
template <>
struct Catch::StringMaker<oflens::Messages> {
  static std::string convert(const oflens::Messages& messages) {
    std::string s = std::to_string(messages.size()) + " messages:";
    for (const auto& m : messages)
      s +=
          ' ' + (m.size() > 1 ? std::to_string(static_cast<int>(m[1])) : "") + '/' + std::to_string(m.size());
    return s;
  }
};

namespace oflens {

TEST_CASE("OpenFlow on any port, over IPv4 and IPv6", "[channel]") {
  const Messages ours = talk(1, 20), theirs = talk(2, 20, Version::v10);
  for (const bool v6 : {false, true})
    for (const std::uint16_t port : Ports{6653, 6633, 80, 443, 22, 50000}) {
      INFO("port " << port << ", IPv6 " << v6);
      std::vector<Captured> frames;
      Tcp tcp(frames, {.server = port, .v6 = v6});
      tcp.open();
      std::vector<std::uint64_t> numbers;
      for (std::size_t i = 0; i < ours.size(); ++i) {
        numbers.push_back(tcp.send(Side::a, ours[i]) + 1);
        tcp.send(Side::b, theirs[i]);
      }
      tcp.close();
      const Reading r(frames);
      REQUIRE(r.channels.size() == 1);
      CHECK(r.of(Side::a) == ours);
      CHECK(r.of(Side::b) == theirs);
      CHECK(r.losses().empty());
      CHECK(r.channels[0].numbers[0] == numbers);
      CHECK(r.channels[0].channel.a.port == 49152);
      CHECK(r.channels[0].channel.b.port == port);
      CHECK(r.channels[0].channel.a.is_ipv4() == !v6);
      CHECK(r.reader.counters().other_connections == 0);
    }
}

TEST_CASE("the number of a message is that of the frame that completed it", "[channel]") {
  std::vector<Captured> frames;
  Tcp tcp(frames);
  tcp.open();
  const Raw m = hello() + hex("0405000800000002");
  tcp.send(Side::a, Bytes(m).first(5));       // frame 4
  tcp.send(Side::a, Bytes(m).subspan(5, 5));  // frame 5: the hello is whole
  tcp.send(Side::b, hello());                 // frame 6
  tcp.send(Side::a, Bytes(m).subspan(10));    // frame 7
  const Reading r(frames);
  REQUIRE(r.channels.size() == 1);
  CHECK(r.channels[0].numbers[0] == std::vector<std::uint64_t>{5, 7});
  CHECK(r.channels[0].numbers[1] == std::vector<std::uint64_t>{6});
}

TEST_CASE("at a port of OpenFlow's, one side may begin with what is malformed", "[channel]") {
  for (const std::uint16_t port : Ports{6653, 8080}) {
    std::vector<Captured> frames;
    Tcp tcp(frames, {.server = port});
    tcp.open();
    tcp.send(Side::a, hex("0400000c00000001 00010003"));  // a hello with an element that is too short
    tcp.send(Side::b, hello());
    tcp.send(Side::a, hex("0405000800000002"));
    const Reading r(frames);
    INFO(port);
    REQUIRE(r.channels.size() == (port == 6653 ? 1 : 0));
    if (port != 6653) continue;
    CHECK(r.channels[0].numbers[0].size() == 2);
    CHECK(r.channels[0].numbers[1].size() == 1);
    CHECK(r.reader.counters().skipped_bytes == 0);
  }
}

TEST_CASE("a stream that begins without hello needs two messages", "[channel]") {
  for (const int messages : {1, 2}) {
    std::vector<Captured> frames;
    Tcp tcp(frames, {.server = 8080});
    tcp.open();
    for (int i = 0; i < messages; ++i) tcp.send(Side::a, hex("0402000800000001"));
    const Reading r(frames);
    REQUIRE(r.channels.size() == (messages == 2 ? 1 : 0));
    if (messages == 2) CHECK(r.channels[0].numbers[0].size() == 2);
  }
}

TEST_CASE("other protocols are not OpenFlow", "[channel]") {
  struct Protocol {
    const char* name;
    std::vector<std::pair<Side, Raw>> said;
  };
  const Raw http = text("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n");
  const std::vector<Protocol> protocols = {
      {"HTTP",
       {{Side::a, http}, {Side::b, text("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n") + hex("040000")}}},
      {"SSH", {{Side::b, text("SSH-2.0-OpenSSH_9.2\r\n")}, {Side::a, text("SSH-2.0-OpenSSH_9.2\r\n")}}},
      {"TLS",
       {{Side::a, hex("16 0301 0031 01 00002d 0303") + Raw(32, std::byte{4}) + hex("00 0002 1301 0100 0000")},
        {Side::b, hex("16 0303 002c 02 000028 0303") + Raw(32, std::byte{1}) + hex("00 1301 00")}}},
      // TPKT (RFC 1006) looks like a hello of OpenFlow 1.2 at first.
      {"TPKT, a connect request of RDP",
       {{Side::a, hex("03000013 0ee00000000000 0100080003000000")},
        {Side::b, hex("03000013 0ed00000123400 0200080002000000")}}},
      {"TPKT, S7",
       {{Side::a, hex("03000016 11e00000000100 c1020100 c2020102 c0010a")},
        {Side::b, hex("03000016 11d00001000100 c0010a c1020100 c2020102")},
        {Side::a, hex("03000019 02f080 32 01 0000 0400 0008 0000 f0 00 0001 0001 01e0")}}},
      {"TPKT, the shortest",
       {{Side::a, hex("0300000b 06e00000000000")}, {Side::b, hex("0300000b 06d00000123400")}}},
      {"SOCKS 5",
       {{Side::a, hex("050100")},
        {Side::b, hex("0500")},
        {Side::a, hex("05010001 7f000001 0050")},
        {Side::b, hex("05000001 00000000 0000")},
        {Side::a, http}}},
      {"SOCKS 4",
       {{Side::a, hex("0401 0050 7f000001 00")}, {Side::b, hex("005a 0000 00000000")}, {Side::a, http}}},
      {"DNS",
       {{Side::a, hex("001d 1234 0100 0001 0000 0000 0000 07") + text("example") + hex("03") + text("org") +
                      hex("00 0001 0001")}}},
      {"BGP", {{Side::a, Raw(16, std::byte{0xff}) + hex("001d 01 04 fde8 00b4 0a000001 00")}}},
      {"MQTT",
       {{Side::a, hex("100c 0004") + text("MQTT") + hex("0402003c 0000")}, {Side::b, hex("20020000")}}},
      {"zeros", {{Side::a, Raw(3000)}, {Side::b, Raw(3000)}}},
  };
  for (const bool beginning : {true, false})
    for (const std::uint16_t port : Ports{6653, 8080})
      for (const Protocol& p : protocols) {
        INFO(p.name << ", port " << port << (beginning ? "" : ", from the middle"));
        std::vector<Captured> frames;
        Tcp tcp(frames, {.server = port});
        if (beginning) tcp.open();
        for (int i = 0; i < 5; ++i)
          for (const auto& [side, bytes] : p.said) tcp.send(side, bytes);
        tcp.close();
        const Reading r(frames);
        CHECK(r.channels.empty());
        CHECK(r.reader.counters().other_connections == 1);
        CHECK(r.reader.counters().skipped_bytes == 0);
      }
}

TEST_CASE("nothing is found in random bytes", "[channel]") {
  std::mt19937_64 random(20);
  for (const bool beginning : {true, false}) {
    std::vector<Captured> frames;
    constexpr int connections = 400;
    for (int i = 0; i < connections; ++i) {
      Tcp tcp(frames, {.client = static_cast<std::uint16_t>(20000 + i),
                       .server = i % 2 != 0 ? std::uint16_t{6653} : std::uint16_t{9}});
      if (beginning) tcp.open();
      for (int k = 0; k < 6; ++k)
        tcp.send(k % 3 == 2 ? Side::b : Side::a, random_bytes(random, 1 + random() % 1400));
    }
    const Reading r(frames);
    CHECK(r.channels.empty());
    CHECK(r.reader.counters().other_connections == connections);
  }
}

TEST_CASE("a protocol that is not OpenFlow is given up after `patience` bytes", "[channel]") {
  const Messages m = talk(3, 20);
  for (const std::uint16_t port : Ports{6653, 8080, 7777})
    for (const std::size_t noise : {2000u, 6000u}) {
      INFO("port " << port << ", " << noise << " bytes before");
      std::vector<Captured> frames;
      Tcp tcp(frames, {.server = port});
      tcp.chopped(Side::a, Raw(noise, std::byte{0xee}), 1000);
      for (const Raw& one : m) tcp.send(Side::a, one);
      Reading plain(frames, {.ports = {}, .patience = 4000});
      CHECK(plain.of(Side::a).size() == (port == 6653 || noise == 2000 ? m.size() : 0));
      // A port that was asked for is not given up.
      Reading asked(frames, {.ports = {7777, 6653}, .patience = 4000});
      CHECK(asked.of(Side::a).size() == (port == 8080 ? 0 : m.size()));
    }
}

TEST_CASE("twenty messages in segments of any size", "[channel]") {
  const Messages ours = talk(4, 20), theirs = talk(5, 20);
  for (const std::size_t size : {1u, 2u, 7u, 8u, 9u, 100u, 1448u, 60000u}) {
    INFO("segments of " << size);
    for (const bool v6 : {false, true}) {
      std::vector<Captured> frames;
      Tcp tcp(frames, {.v6 = v6});
      tcp.open();
      tcp.chopped(Side::a, joined(ours), size);
      tcp.chopped(Side::b, joined(theirs), size);
      const Reading r(frames);
      CHECK(r.of(Side::a) == ours);
      CHECK(r.of(Side::b) == theirs);
      CHECK(r.losses().empty());
    }
  }
}

TEST_CASE("swapped and repeated segments change nothing", "[channel]") {
  const Messages m = talk(6, 20);
  const Raw stream = joined(m);
  const std::size_t size = stream.size() / 13;
  for (const bool beginning : {true, false}) {
    for (std::size_t swapped = 0; swapped < 12; ++swapped) {
      INFO("swapped " << swapped << ", beginning " << beginning);
      std::vector<Captured> frames;
      Tcp tcp(frames);
      if (beginning) tcp.open();
      const std::size_t first = frames.size();
      tcp.chopped(Side::a, stream, size);
      std::swap(frames[first + swapped], frames[first + swapped + 1]);
      const Reading r(frames);
      CHECK(r.of(Side::a) == m);
      CHECK(r.losses().empty());
    }
    for (const std::size_t back : {1u, 30u, 200u}) {
      INFO("repeated from " << back << " bytes before, beginning " << beginning);
      std::vector<Captured> frames;
      Tcp tcp(frames);
      if (beginning) tcp.open();
      for (std::size_t at = 0; at < stream.size(); at += size) {
        const std::size_t n = std::min(size, stream.size() - at);
        tcp.send(Side::a, Bytes(stream).subspan(at, n));
        const std::size_t again = std::min(at + n, back + n / 2);
        tcp.again(Side::a, static_cast<std::uint32_t>(again), Bytes(stream).subspan(at + n - again, again));
      }
      const Reading r(frames);
      CHECK(r.of(Side::a) == m);
      CHECK(r.losses().empty());
    }
  }
}

TEST_CASE("a lost segment costs the messages that it was part of and no other", "[channel]") {
  const Messages m = talk(7, 20), theirs = talk(8, 20);
  SECTION("of one message, each once") {
    for (std::size_t lost = 1; lost < m.size(); ++lost) {
      INFO("message " << lost << " of " << m[lost].size() << " bytes");
      std::vector<Captured> frames;
      Tcp tcp(frames);
      tcp.open();
      std::size_t gone = 0, offset = 0;
      for (std::size_t i = 0; i < m.size(); ++i) {
        const std::size_t at = tcp.send(Side::a, m[i]);
        if (i == lost) gone = at;
        if (i < lost) offset += m[i].size();
        tcp.send(Side::b, theirs[i]);
      }
      tcp.close();
      frames.erase(frames.begin() + static_cast<std::ptrdiff_t>(gone));
      const Reading r(frames);
      CHECK(r.of(Side::a) == without(m, lost));
      CHECK(r.of(Side::b) == theirs);
      REQUIRE(r.losses().size() == 1);
      CHECK(r.losses()[0].from == Side::a);
      CHECK(r.losses()[0].kind == Kind::missing);
      CHECK(r.losses()[0].offset == offset);
      CHECK(r.losses()[0].bytes == m[lost].size());
    }
  }
  SECTION("of part of a message") {
    // A long one in three segments, one of which is lost.
    Messages all = m;
    const std::size_t where = 11;
    all[where] = test::encoded(v13::EchoRequest{.data = Payload::borrowed(Raw(900, std::byte{4}))}, Xid{9},
                               Version::v13);
    std::size_t offset = 0;
    for (std::size_t i = 0; i < where; ++i) offset += all[i].size();
    for (std::size_t lost = 0; lost < 3; ++lost) {
      INFO("part " << lost);
      std::vector<Captured> frames;
      Tcp tcp(frames);
      tcp.open();
      std::size_t gone = 0;
      for (std::size_t i = 0; i < all.size(); ++i) {
        if (i == where) {
          gone = frames.size() + lost;
          tcp.chopped(Side::a, all[i], 303);
        } else {
          tcp.send(Side::a, all[i]);
        }
      }
      tcp.close();
      frames.erase(frames.begin() + static_cast<std::ptrdiff_t>(gone));
      const Reading r(frames);
      CHECK(r.of(Side::a) == without(all, where));
      std::uint64_t missing = 0, skipped = 0;
      for (const auto& l : r.losses()) {
        (l.kind == Kind::missing ? missing : skipped) += l.bytes;
        CHECK((l.offset >= offset && l.offset + l.bytes <= offset + 908));
        if (l.kind == Kind::missing) CHECK(l.offset == offset + 303 * lost);
      }
      CHECK(missing == (lost == 2 ? 302 : 303));
      CHECK(missing + skipped == 908);
    }
  }
}

TEST_CASE("a segment that the capture cut is a loss in its place", "[channel]") {
  const Messages m = talk(9, 20);
  std::vector<Captured> frames;
  Tcp tcp(frames);
  tcp.open();
  for (const Raw& one : m) tcp.send(Side::a, one);
  Captured& cut = frames[3 + 5];
  cut.original = cut.bytes.size();
  cut.bytes.resize(cut.bytes.size() - 3);
  const Reading r(frames);
  CHECK(r.of(Side::a) == without(m, 5));
  std::uint64_t missing = 0, skipped = 0;
  for (const auto& l : r.losses()) (l.kind == Kind::missing ? missing : skipped) += l.bytes;
  CHECK(missing == 3);
  CHECK(skipped == m[5].size() - 3);
}

TEST_CASE("the beginning of one side is told once, when the end of the other shows a channel", "[channel]") {
  std::vector<Captured> frames;
  Tcp tcp(frames);
  tcp.send(Side::a, {}, syn);
  tcp.send(Side::a, hex("04 02 000a 00000001 0102  04"));  // a message and a half: not enough
  tcp.send(Side::b, hex("04 03 0008 00000001"));
  const Reading r(frames);
  REQUIRE(r.channels.size() == 1);
  CHECK(r.of(Side::a) == Messages{hex("04 02 000a 00000001 0102")});
  CHECK(r.of(Side::b) == Messages{hex("04 03 0008 00000001")});
  CHECK(r.losses() == std::vector<Recorder::Loss>{{Side::a, Kind::skipped, 10, 1, 2}});
}

TEST_CASE("of messages that the capture cut, what is there is told", "[channel]") {
  // Of each segment 30 bytes are captured; each has one message, or a short one before another.
  const std::size_t per_segment = GENERATE(std::size_t{1}, std::size_t{2});
  const Messages m = talk(12, 60);
  std::vector<Captured> frames;
  Tcp tcp(frames);
  tcp.open();
  Messages whole, cut;
  tcp.send(Side::b, hello());
  for (std::size_t i = 0; i < m.size(); i += per_segment) {
    Raw payload;
    bool lost = false;
    for (std::size_t k = i; k < std::min(m.size(), i + per_segment); ++k) {
      const std::size_t before = payload.size();
      payload = payload + m[k];
      if (lost || before + 8 > 30) continue;
      lost = payload.size() > 30;
      if (!lost)
        whole.push_back(m[k]);
      else
        cut.emplace_back(payload.begin() + static_cast<std::ptrdiff_t>(before), payload.begin() + 30);
    }
    Captured& frame = frames[tcp.send(Side::a, payload)];
    if (payload.size() <= 30) continue;
    frame.original = frame.bytes.size();
    frame.bytes.resize(frame.bytes.size() - payload.size() + 30);
  }
  const Reading r(frames);
  CHECK(r.of(Side::a) == whole);
  REQUIRE(r.channels.size() == 1);
  CHECK(r.channels[0].cut == cut);
  CHECK(cut.size() > 10);
  CHECK(r.reader.counters().cut_messages == cut.size());
}

// A ClientHello that offers TLS 1.2 and 1.3 and asks for of.example.
Raw client_hello() {
  const Raw name = text("of.example");
  const Raw sni = hex("0000 000f 000d 00 000a") + name,
            versions = hex("002b 0007 06 0a0a 0304 0303");  // the first is none (RFC 8701)
  const Raw body = hex("0303") + Raw(32, std::byte{7}) + hex("00 0004 1301 1302 01 00") +
                   number(sni.size() + versions.size(), 2) + sni + versions;
  return hex("16 0301") + number(body.size() + 4, 2) + hex("01") + number(body.size(), 3) + body;
}

TEST_CASE("TLS is named", "[channel][tls]") {
  const std::size_t chop = GENERATE(std::size_t{1000}, std::size_t{40}, std::size_t{7});
  for (const std::uint16_t port : {std::uint16_t{6653}, std::uint16_t{443}}) {
    std::vector<Captured> frames;
    Tcp tcp(frames, {.server = port});
    tcp.open();
    tcp.chopped(Side::a, client_hello(), chop);
    tcp.send(Side::b, hex("16 0303 0004 02 000000"));
    tcp.send(Side::a, joined(talk(3, 20)));  // as encrypted bytes may look
    tcp.close();
    const Reading r(frames);
    CHECK(r.channels.empty());
    REQUIRE(r.tls.size() == 1);
    CHECK(r.tls[0].version == 0x0304);
    CHECK(r.tls[0].server_name == "of.example");
    CHECK(r.tls[0].expected == (port == 6653));
    CHECK(r.tls[0].b.port == port);
    CHECK(r.reader.counters().tls_connections == 1);
  }
}

TEST_CASE("of TLS one side is enough, and a hello without extensions", "[channel][tls]") {
  std::vector<Captured> frames;
  Tcp tcp(frames);
  tcp.open();
  const Raw body = hex("0302") + Raw(32, std::byte{7}) + hex("00 c013 00");
  tcp.send(Side::b, hex("16 0302") + number(body.size() + 4, 2) + hex("02") + number(body.size(), 3) + body);
  const Reading r(frames);
  REQUIRE(r.tls.size() == 1);
  CHECK(r.tls[0].version == 0x0302);
  CHECK(r.tls[0].server_name.empty());
}

TEST_CASE("damaged TLS hellos are read as far as they go", "[channel][tls]") {
  const Raw good = client_hello();
  std::mt19937 random(5);
  for (int round = 0; round < 20'000; ++round) {
    Raw bad = good;
    for (int i = 0; i < 3; ++i) bad[6 + random() % (bad.size() - 6)] = static_cast<std::byte>(random());
    if (round % 3 == 0) bad.resize(6 + random() % (bad.size() - 6));
    std::vector<Captured> frames;
    Tcp tcp(frames);
    tcp.open();
    tcp.send(Side::a, bad);
    const Reading r(frames);
    REQUIRE(r.channels.empty());
    for (const TlsConnection& t : r.tls)
      for (const char c : t.server_name) REQUIRE((c > ' ' && c < 0x7f));
  }
}

TEST_CASE("the first segment of a stream is lost", "[channel]") {
  const Messages m = talk(10, 20), theirs = talk(11, 20);
  for (const bool only : {true, false}) {
    INFO((only ? "one direction" : "both directions"));
    std::vector<Captured> frames;
    Tcp tcp(frames);
    tcp.open();
    for (std::size_t i = 0; i < m.size(); ++i) {
      tcp.send(Side::a, m[i]);
      if (!only) tcp.send(Side::b, theirs[i]);
    }
    tcp.close();
    frames.erase(frames.begin() + 3);
    const Reading r(frames);
    REQUIRE(r.channels.size() == 1);
    CHECK(r.of(Side::a) == without(m, 0));
    if (!only) CHECK(r.of(Side::b) == theirs);
    REQUIRE(r.losses().size() == 1);
    CHECK(r.losses()[0].kind == Kind::missing);
    CHECK(r.losses()[0].offset == 0);
    CHECK(r.losses()[0].bytes == m[0].size());
  }
}

TEST_CASE("a capture that begins in the middle of a message", "[channel]") {
  const Messages m = talk(12, 20);
  for (std::size_t skip = 1; skip < m[0].size() + m[1].size(); ++skip) {
    const std::size_t whole = skip <= m[0].size() ? 1 : 2;
    const std::size_t rest = (whole == 1 ? m[0].size() : m[0].size() + m[1].size()) - skip;
    INFO("without the first " << skip << " bytes");
    std::vector<Captured> frames;
    Tcp tcp(frames);
    const Raw stream = joined(m);
    tcp.chopped(Side::a, Bytes(stream).subspan(skip), 200);
    const Reading r(frames);
    CHECK(r.of(Side::a) == from(m, whole));
    if (rest == 0) {
      CHECK(r.losses().empty());
    } else {
      REQUIRE(r.losses().size() == 1);
      CHECK(r.losses()[0].kind == Kind::skipped);
      CHECK(r.losses()[0].offset == 0);
      CHECK(r.losses()[0].bytes == rest);
    }
  }
}

TEST_CASE("one direction is not in the capture", "[channel]") {
  const Messages m = talk(13, 20), theirs = talk(14, 20);
  for (const Side gone : {Side::a, Side::b})
    for (const bool beginning : {true, false}) {
      INFO("without " << (gone == Side::a ? "a" : "b") << ", beginning " << beginning);
      std::vector<Captured> all, frames;
      Tcp tcp(all);
      std::vector<Side> sides;
      const auto send = [&](Side side, Bytes bytes, unsigned flags = ack) {
        tcp.send(side, bytes, flags);
        if (side != gone) frames.push_back(all.back());
      };
      if (beginning) {
        send(Side::a, {}, syn);
        send(Side::b, {}, syn | ack);
        send(Side::a, {});
      }
      for (std::size_t i = 0; i < m.size(); ++i) {
        send(Side::a, m[i]);
        send(Side::b, theirs[i]);
      }
      const Reading r(frames);
      REQUIRE(r.channels.size() == 1);
      // Without its SYN who sends first is a.
      const Side kept = !beginning ? Side::a : gone == Side::a ? Side::b : Side::a;
      CHECK(r.of(kept) == (gone == Side::a ? theirs : m));
      CHECK(r.of(kept == Side::a ? Side::b : Side::a).empty());
      for (const auto& l : r.losses()) CHECK((l.from != kept && l.kind == Kind::missing));
    }
}

// The switch greets in 1.5 and the controller chooses 1.3: the hello's version says nothing of what follows.
TEST_CASE("a hello of another version does not hide what follows", "[channel]") {
  Messages a = talk(15, 20), b = talk(16, 20);
  a[0] = hello(Version::v15);
  SECTION("in this direction, after a loss right behind it") {
    std::vector<Captured> frames;
    Tcp tcp(frames);
    tcp.open();
    for (std::size_t i = 0; i < a.size(); ++i) {
      tcp.send(Side::a, a[i]);
      tcp.send(Side::b, b[i]);
    }
    tcp.close();
    frames.erase(frames.begin() + 5);  // a[1]
    const Reading r(frames);
    CHECK(r.of(Side::a) == without(a, 1));
    CHECK(r.of(Side::b) == b);
  }
  SECTION("in the other direction, whose SYN was not captured") {
    std::vector<Captured> frames;
    Tcp tcp(frames);
    tcp.open();
    tcp.send(Side::a, a[0]);
    for (std::size_t i = 0; i < b.size(); ++i) tcp.send(Side::b, b[i]);
    frames.erase(frames.begin() + 1);
    const Reading r(frames);
    REQUIRE(r.channels.size() == 1);
    CHECK(r.of(Side::a) == Messages{a[0]});
    CHECK(r.of(Side::b) == b);
  }
}

TEST_CASE("bytes that came to nothing are told when the connection ends", "[channel]") {
  std::vector<Captured> frames;
  Tcp tcp(frames);
  tcp.open();
  tcp.send(Side::a, hello());
  SECTION("part of a first message") {
    tcp.send(Side::b, Bytes(hello()).first(5));
    tcp.close();
    const Reading r(frames);
    REQUIRE(r.losses().size() == 1);
    CHECK(r.losses()[0] == Recorder::Loss{Side::b, Kind::skipped, 0, 5, 5});
  }
  SECTION("part of a first message, before it was known to be OpenFlow") {
    frames.clear();
    Tcp other(frames);
    other.open();
    other.send(Side::b, Bytes(hello()).first(5));
    other.send(Side::a, hello());
    const Reading r(frames);
    REQUIRE(r.losses().size() == 1);
    CHECK(r.losses()[0] == Recorder::Loss{Side::b, Kind::skipped, 0, 5, 4});
  }
  SECTION("part of a later one") {
    tcp.send(Side::b, hello());
    tcp.send(Side::b, hex("0405000800"));
    const Reading r(frames);
    REQUIRE(r.losses().size() == 1);
    CHECK(r.losses()[0] == Recorder::Loss{Side::b, Kind::skipped, 8, 5, 6});
  }
}

TEST_CASE("malformed messages of a channel are messages", "[channel]") {
  std::vector<Captured> frames;
  Tcp tcp(frames);
  tcp.open();
  const Messages m{hello(), hex("040e001000000002ffffffffffffffff"), hex("63ff000900000003aa"),
                   hex("0405000800000004")};
  tcp.chopped(Side::a, joined(m), 11);
  const Reading r(frames);
  CHECK(r.of(Side::a) == m);
}

TEST_CASE("the same addresses and ports again", "[channel]") {
  const Messages m = talk(17, 5);
  for (const char* const ending : {"fin", "rst", "none"}) {
    INFO(ending);
    std::vector<Captured> frames;
    for (int i = 0; i < 3; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      Tcp tcp(frames, {.sequence = {1000000 * n, 77777777 * n}});
      tcp.open();
      for (const Raw& one : m) tcp.send(Side::a, one);
      tcp.send(Side::b, m[0]);
      if (ending == std::string("fin")) tcp.close();
      if (ending == std::string("rst")) tcp.send(Side::b, {}, rst);
    }
    const Reading r(frames);
    REQUIRE(r.channels.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(r.of(Side::a, i) == m);
      CHECK(r.of(Side::b, i) == Messages{m[0]});
      CHECK(r.losses(i).empty());
    }
  }
}

TEST_CASE("another protocol where OpenFlow was, and the other way round", "[channel]") {
  std::vector<Captured> frames;
  Tcp one(frames, {.sequence = {1, 1}});
  one.open();
  one.send(Side::a, text("GET / HTTP/1.1\r\n\r\n"));
  one.close();
  Tcp two(frames, {.sequence = {5000000, 6000000}});
  two.open();
  two.send(Side::a, hello());
  two.close();
  Tcp three(frames, {.sequence = {50000000, 60000000}});
  three.open();
  three.send(Side::a, text("GET / HTTP/1.1\r\n\r\n"));
  const Reading r(frames);
  REQUIRE(r.channels.size() == 1);
  CHECK(r.of(Side::a) == Messages{hello()});
  CHECK(r.reader.counters().other_connections == 2);
}

TEST_CASE("only the ports that are asked for", "[channel]") {
  std::vector<Captured> frames;
  std::vector<Tcp> connections;
  for (const std::uint16_t server : Ports{6653, 6654, 6655})
    connections.push_back(
        Tcp(frames, {.client = static_cast<std::uint16_t>(server + 1000), .server = server}));
  for (Tcp& c : connections) c.open();
  for (Tcp& c : connections) c.send(Side::a, hello());
  const auto servers = [&](std::vector<std::uint16_t> ports) {
    const Reading r(frames, {.ports = std::move(ports)});
    std::vector<std::uint16_t> out;
    for (const auto& c : r.channels) out.push_back(c.channel.b.port);
    return out;
  };
  CHECK(servers({}) == Ports{6653, 6654, 6655});
  CHECK(servers({6654}) == Ports{6654});
  CHECK(servers({6655, 6653}) == Ports{6653, 6655});
  CHECK(servers({7654}) == Ports{6654});  // the other end's
  CHECK(servers({1}) == Ports{});
}

TEST_CASE("many connections at once", "[channel]") {
  constexpr std::size_t count = 50;
  std::vector<Captured> frames;
  std::vector<Tcp> connections;
  std::vector<Messages> talks;
  for (std::size_t i = 0; i < count; ++i) {
    connections.push_back(Tcp(frames, {.client = static_cast<std::uint16_t>(30000 + i), .v6 = i % 3 == 0}));
    talks.push_back(talk(100 + i, 10));
  }
  for (Tcp& c : connections) c.open();
  for (std::size_t k = 0; k < 10; ++k)
    for (std::size_t i = 0; i < count; ++i) connections[i].chopped(Side::a, talks[i][k], 50);
  const Reading r(frames);
  REQUIRE(r.channels.size() == count);
  for (std::size_t i = 0; i < count; ++i) CHECK(r.of(Side::a, i) == talks[i]);
}

TEST_CASE("channels that closed leave nothing behind", "[channel]") {
  struct Quiet : ChannelSink {
    std::size_t messages = 0;
    void on_message(const ChannelMessage&) override { ++messages; }
  } sink;
  ChannelReader reader(catalog);
  std::uint64_t n = 0;
  const Raw half = hex("040a 0400 00000002") + Raw(500);  // a message that never comes to its end
  const auto run = [&](int connections) {
    for (int i = 0; i < connections; ++i) {
      std::vector<Captured> frames;
      Tcp tcp(frames, {.client = static_cast<std::uint16_t>(1024 + i % 60000)});
      tcp.open();
      tcp.send(Side::a, i % 2 == 0 ? hello() : text("GET /"));
      tcp.send(Side::b, half);
      tcp.close();
      for (const Captured& f : frames)
        reader.push({.number = ++n, .time = Timestamp{std::chrono::seconds(n * 20)}, .bytes = f.bytes}, sink);
    }
  };
  run(200);
  const std::size_t before = Heap::live;
  run(2000);
  CHECK(Heap::live < before + 4096);
  CHECK(reader.counters().channels == 1100);
  CHECK(sink.messages == 1100);
}

TEST_CASE("frames that are no TCP are passed over", "[channel]") {
  const Raw arp =
      hex("020000000002 020000000001 0806 0001 0800 06 04 0001 020000000001 0a000001 000000000000 0a000002");
  std::vector<Captured> frames;
  Tcp tcp(frames);
  tcp.open();
  frames.push_back({arp, 0, {}});
  frames.push_back({{}, 0, {}});
  tcp.send(Side::a, hello());
  const Reading r(frames);
  CHECK(r.of(Side::a) == Messages{hello()});
  CHECK(r.channels[0].numbers[0] == std::vector<std::uint64_t>{6});
}

TEST_CASE("an empty capture", "[channel]") {
  const Reading r(std::vector<Captured>{});
  CHECK(r.channels.empty());
  CHECK(r.reader.counters().other_connections == 0);
}

}  // namespace oflens
