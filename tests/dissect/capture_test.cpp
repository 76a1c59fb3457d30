// Capture files of every kind, whole and broken. The files are made here, byte by byte, so that they are what
// the formats say and not what some library writes.
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <oflens/network/capture.hpp>

using namespace oflens;
using namespace std::chrono_literals;

#include <zlib.h>
#include <zstd.h>

namespace {

// A file that goes away with the test.
class TempFile {
 public:
  explicit TempFile(const std::string& content = {}) {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("oflens-capture-" + std::to_string(::getpid()) + "-" + std::to_string(++count) + ".pcap");
    std::ofstream(path_, std::ios::binary) << content;
  }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  ~TempFile() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

// Numbers in the byte order of the machine that wrote the file.
struct Writer {
  bool big_endian = false;
  std::string out{};

  void number(std::uint64_t v, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i)
      out += static_cast<char>(v >> 8 * (big_endian ? width - 1 - i : i));
  }
  void u16(std::uint64_t v) { number(v, 2); }
  void u32(std::uint64_t v) { number(v, 4); }
  void padded(const std::string& bytes) {
    out += bytes;
    out.append((4 - bytes.size() % 4) % 4, '\0');
  }

  void pcap_header(std::uint32_t magic = 0xa1b2c3d4, std::uint32_t link_type = 1,
                   std::uint32_t snap = 262144) {
    u32(magic);
    u16(2), u16(4);
    u32(0), u32(0);
    u32(snap);
    u32(link_type);
  }
  void pcap_packet(std::uint32_t seconds, std::uint32_t fraction, const std::string& bytes,
                   std::uint32_t original = 0) {
    u32(seconds), u32(fraction);
    u32(bytes.size());
    u32(original != 0 ? original : bytes.size());
    out += bytes;
  }

  void pcapng_block(std::uint32_t type, const std::string& body) {
    u32(type), u32(body.size() + 12);
    out += body;
    u32(body.size() + 12);
  }
  Writer part() const { return {big_endian}; }
  void pcapng_section() {
    auto body = part();
    body.u32(0x1a2b3c4d);
    body.u16(1), body.u16(0);
    body.number(~std::uint64_t{0}, 8);
    pcapng_block(0x0a0d0d0a, body.out);
  }
  // `resolution` is if_tsresol; none if negative.
  void pcapng_interface(int resolution, std::uint32_t link_type = 1) {
    auto body = part();
    body.u16(link_type), body.u16(0);
    body.u32(262144);
    body.u16(2), body.u16(5), body.padded("veth0");  // if_name
    if (resolution >= 0) {
      body.u16(9), body.u16(1), body.padded(std::string(1, static_cast<char>(resolution)));
      body.u16(0), body.u16(0);
    }
    pcapng_block(1, body.out);
  }
  void pcapng_packet(std::uint64_t units, const std::string& bytes, std::uint32_t interface = 0,
                     const std::string& options = {}) {
    auto body = part();
    body.u32(interface);
    body.u32(units >> 32), body.u32(units & 0xffffffff);
    body.u32(bytes.size()), body.u32(bytes.size());
    body.padded(bytes);
    body.out += options;
    pcapng_block(6, body.out);
  }
};

std::string gzipped(const std::string& content) {
  z_stream z{};
  REQUIRE(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string in = content, out(deflateBound(&z, in.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(in.data());
  z.avail_in = static_cast<uInt>(in.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&z, Z_FINISH) == Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}
std::string zstandard(const std::string& content) {
  std::string out(ZSTD_compressBound(content.size()), '\0');
  ZSTD_CCtx* z = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1);
  out.resize(ZSTD_compress2(z, out.data(), out.size(), content.data(), content.size()));
  ZSTD_freeCCtx(z);
  return out;
}

std::string text_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

Timestamp at(std::int64_t seconds, std::int64_t nanoseconds) {
  return Timestamp{std::chrono::seconds{seconds} + Duration{nanoseconds}};
}

struct Kept {
  std::uint64_t number;
  Timestamp time;
  std::string bytes;
  LinkType link;
  std::uint32_t original_length;
};

template <class Reader>
std::vector<Kept> read_all(Reader& reader) {
  std::vector<Kept> frames;
  for (CapturedFrame f; reader.next(f);)
    frames.push_back({f.number, f.time, text_of(f.bytes), f.link, f.original_length});
  return frames;
}

std::string error_of(const std::string& content) {
  const TempFile file(content);
  auto capture = Capture::open(file.path());
  read_all(capture);
  const auto name = file.path() + ": ";
  if (capture.error().empty()) return {};
  REQUIRE(capture.error().substr(0, name.size()) == name);
  return capture.error().substr(name.size());
}

TEST_CASE("compressed captures read like others", "[capture]") {
  // Enough of it that compressed files come in several pieces.
  Writer w;
  w.pcap_header();
  std::uint32_t noise = 1;
  std::string bytes(1000, '\0');
  for (std::uint32_t i = 0; i < 2000; ++i) {
    for (char& c : bytes) c = static_cast<char>('a' + ((noise = noise * 1664525 + 1013904223) >> 29));
    w.pcap_packet(i, 0, bytes);
  }
  const TempFile plain(w.out);
  auto whole = Capture::open(plain.path());
  const auto expected = read_all(whole);
  REQUIRE(expected.size() == 2000);

  for (const auto compress : {gzipped, zstandard}) {
    const std::string packed = compress(w.out);
    // As one, and as two compressed files in a row, which these formats allow.
    for (const std::string& content :
         {packed, compress(w.out.substr(0, 5000)) + compress(w.out.substr(5000))}) {
      const TempFile file(content);
      auto capture = Capture::open(file.path());
      const auto frames = read_all(capture);
      CHECK(capture.error() == "");
      REQUIRE(frames.size() == expected.size());
      CHECK(frames.back().bytes == expected.back().bytes);
      CHECK(capture.bytes_read() == content.size());
      CHECK(capture.size() == content.size());
    }
    // Cut anywhere: what could be decompressed is read, and then it is said.
    for (const std::size_t cut : {std::size_t{5}, packed.size() / 2, packed.size() - 1}) {
      const TempFile file(packed.substr(0, cut));
      auto capture = Capture::open(file.path());
      const auto frames = read_all(capture);
      CHECK(capture.error().find("data is cut off at byte " + std::to_string(cut)) != std::string::npos);
      if (cut > packed.size() / 3) CHECK(frames.size() > 100);
      CHECK(frames.size() <= expected.size());
    }
    // Damage that only the sum at the end tells. zstd keeps back the block in which it finds it.
    std::string damaged = packed;
    damaged[damaged.size() - (compress == gzipped ? 6 : 1)] ^= 1;
    const TempFile file(damaged);
    auto capture = Capture::open(file.path());
    CHECK(read_all(capture).size() >= (compress == gzipped ? 2000u : 1800u));
    CHECK(capture.error().find("data is damaged before byte ") != std::string::npos);
    // What is compressed need not be a capture.
    CHECK(error_of(compress("notes about notes about notes")).find("not a capture file") !=
          std::string::npos);
  }
}

}  // namespace

TEST_CASE("pcap in both byte orders and both resolutions", "[capture]") {
  const bool big_endian = GENERATE(false, true), nanoseconds = GENERATE(false, true);
  Writer w{big_endian};
  w.pcap_header(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4);
  w.pcap_packet(1'700'000'000, nanoseconds ? 123'456'789 : 123'456, "first");
  w.pcap_packet(4'000'000'000, 1, "second", 1500);  // after 2038
  const TempFile file(w.out);
  auto capture = Capture::open(file.path());
  CHECK(capture.error().empty());
  CHECK(capture.size() == w.out.size());
  CapturedFrame f;
  REQUIRE(capture.next(f));
  CHECK(f.number == 1);
  CHECK(f.time == at(1'700'000'000, nanoseconds ? 123'456'789 : 123'456'000));
  CHECK(f.link == LinkType::ethernet);
  CHECK(text_of(f.bytes) == "first");
  CHECK(f.original_length == 5);
  REQUIRE(capture.next(f));
  CHECK(f.number == 2);
  CHECK(f.time == at(4'000'000'000, nanoseconds ? 1 : 1000));
  CHECK(text_of(f.bytes) == "second");
  CHECK(f.original_length == 1500);
  CHECK_FALSE(capture.next(f));
  CHECK_FALSE(capture.next(f));
  CHECK(f.number == 2);
  CHECK(capture.error().empty());
  CHECK(capture.bytes_read() == w.out.size());
  CHECK(capture.resolution() == (nanoseconds ? TimeResolution::nanoseconds : TimeResolution::microseconds));
}

TEST_CASE("pcapng in both byte orders and any resolution", "[capture]") {
  const bool big_endian = GENERATE(false, true);
  struct Case {
    int resolution;
    std::uint64_t units;
    Timestamp time;
    TimeResolution digits;
  };
  const auto c = GENERATE(
      Case{-1, 1'700'000'000'123'456, at(1'700'000'000, 123'456'000), TimeResolution::microseconds},
      Case{6, 1'700'000'000'123'456, at(1'700'000'000, 123'456'000), TimeResolution::microseconds},
      Case{3, 1'700'000'000'123, at(1'700'000'000, 123'000'000), TimeResolution::microseconds},
      Case{9, 1'700'000'000'123'456'789, at(1'700'000'000, 123'456'789), TimeResolution::nanoseconds},
      Case{0x80 | 1, std::uint64_t{1'700'000'000} * 2 + 1, at(1'700'000'000, 500'000'000),
           TimeResolution::microseconds},
      Case{0x80 | 20, (std::uint64_t{1'700'000'000} << 20) + 1, at(1'700'000'000, 953),
           TimeResolution::nanoseconds});
  CAPTURE(big_endian, c.resolution);
  Writer w{big_endian};
  w.pcapng_section();
  w.pcapng_interface(c.resolution);
  w.pcapng_packet(c.units, "packet");
  const TempFile file(w.out);
  auto capture = Capture::open(file.path());
  CapturedFrame f;
  REQUIRE(capture.next(f));
  CHECK(f.time == c.time);
  CHECK(text_of(f.bytes) == "packet");
  CHECK(capture.resolution() == c.digits);
  CHECK_FALSE(capture.next(f));
  CHECK(capture.error().empty());
}

TEST_CASE("the finest of several interfaces gives the digits", "[capture]") {
  Writer w;
  w.pcapng_section();
  w.pcapng_interface(6);
  w.pcapng_packet(1'000'000, "micro");
  w.pcapng_interface(9);
  w.pcapng_packet(1'000'000'001, "nano", 1);
  const TempFile file(w.out);
  auto capture = Capture::open(file.path());
  const auto frames = read_all(capture);
  REQUIRE(frames.size() == 2);
  CHECK(frames[0].time == at(1, 0));
  CHECK(frames[1].time == at(1, 1));
  CHECK(capture.resolution() == TimeResolution::nanoseconds);
}

TEST_CASE("comments on packets of pcapng", "[capture]") {
  const bool big_endian = GENERATE(false, true);
  Writer w{big_endian};
  const auto option = [&](std::uint16_t code, const std::string& value) {
    auto o = w.part();
    o.u16(code), o.u16(static_cast<std::uint16_t>(value.size())), o.padded(value);
    return o.out;
  };
  w.pcapng_section();
  w.pcapng_interface(6);
  w.pcapng_packet(1, "plain");
  w.pcapng_packet(2, "odd", 0,
                  option(2, "flag") + option(1, "lost one?") + option(1, "the second") + option(0, ""));
  w.pcapng_packet(3, "even", 0, option(1, ""));
  w.pcapng_packet(4, "ends before it", 0, option(0, "") + option(1, "not an option any more"));
  w.pcapng_packet(5, "cut", 0, option(1, "longer than the block").substr(0, 12));
  const TempFile file(w.out);
  auto capture = Capture::open(file.path());
  CapturedFrame f;
  for (const char* comment : {"", "lost one?", "", "", ""}) {
    REQUIRE(capture.next(f));
    CHECK(f.comment == comment);
  }
  CHECK_FALSE(capture.next(f));
  CHECK(capture.error().empty());
}

TEST_CASE("link types", "[capture]") {
  const auto [number, link] = GENERATE(table<std::uint32_t, LinkType>({{0, LinkType::null},
                                                                       {1, LinkType::ethernet},
                                                                       {12, LinkType::raw},
                                                                       {101, LinkType::raw},
                                                                       {228, LinkType::raw},
                                                                       {229, LinkType::raw},
                                                                       {108, LinkType::loop},
                                                                       {113, LinkType::linux_sll},
                                                                       {276, LinkType::linux_sll2}}));
  CAPTURE(number);
  Writer w;
  w.pcap_header(0xa1b2c3d4, number);
  w.pcap_packet(1, 2, "x");
  const TempFile file(w.out);
  auto capture = Capture::open(file.path());
  CapturedFrame f;
  REQUIRE(capture.next(f));
  CHECK(f.link == link);
}

TEST_CASE("frames of 262,144 bytes", "[capture]") {
  const std::string big(262'144, 'x');
  Writer w;
  w.pcap_header();
  w.pcap_packet(1, 2, "small");
  w.pcap_packet(1, 3, big);
  w.pcap_packet(1, 4, "small");
  const TempFile file(w.out);
  auto capture = Capture::open(file.path());
  const auto frames = read_all(capture);
  CHECK(capture.error().empty());
  REQUIRE(frames.size() == 3);
  CHECK(frames[1].bytes == big);
}

TEST_CASE("times beyond what 64 bits of nanoseconds hold", "[capture]") {
  Writer w;
  w.pcapng_section();
  w.pcapng_interface(0);  // whole seconds
  w.pcapng_packet(~std::uint64_t{0} >> 1, "far");
  w.pcapng_packet(std::uint64_t{1} << 63, "before");
  const TempFile file(w.out);
  auto capture = Capture::open(file.path());
  const auto frames = read_all(capture);
  REQUIRE(frames.size() == 2);
  CHECK(frames[0].time == Timestamp::max());
  CHECK(frames[1].time >= Timestamp{});
}

TEST_CASE("what is wrong with a capture is said in one line", "[capture]") {
  Writer w;
  SECTION("no such file") {
    auto capture = Capture::open("/nonexistent/trace.pcap");
    CHECK(capture.error() == "/nonexistent/trace.pcap: No such file or directory");
    CapturedFrame f;
    CHECK_FALSE(capture.next(f));
    CHECK(capture.bytes_read() == 0);
    CHECK(capture.size() == 0);
    CHECK(capture.resolution() == TimeResolution::microseconds);
  }
  SECTION("a directory") { CHECK(Capture::open("/tmp").error() == "/tmp: is a directory"); }
  SECTION("no permission") {
    if (::geteuid() == 0) return;  // root reads everything
    const TempFile file("x");
    ::chmod(file.path().c_str(), 0);
    CHECK(Capture::open(file.path()).error() == file.path() + ": Permission denied");
  }
  SECTION("empty") { CHECK(error_of("") == "is empty"); }
  SECTION("something else") {
    CHECK(error_of("x") == "not a capture file (pcap or pcapng)");
    CHECK(error_of("# a text about captures\n") == "not a capture file (pcap or pcapng)");
    CHECK(error_of(std::string(1000, '\0')) == "not a capture file (pcap or pcapng)");
  }
  SECTION("a link type that cannot be handled") {
    w.pcap_header(0xa1b2c3d4, 187);
    CHECK(error_of(w.out) == "link type BLUETOOTH_HCI_H4 (187) is not among those that are read");
    w = {};
    w.pcap_header(0xa1b2c3d4, 9999);
    CHECK(error_of(w.out) == "link type 9999 is not among those that are read");
  }
  SECTION("cut off in the file header") {
    w.pcap_header();
    CHECK(error_of(w.out.substr(0, 10)) == "cut off in the file header, at byte 10");
    w = {};
    w.pcapng_section();
    CHECK(error_of(w.out.substr(0, 20)) == "cut off in the file header, at byte 20");
  }
  SECTION("no packets are no error") {
    w.pcap_header();
    CHECK(error_of(w.out).empty());
    w = {};
    w.pcapng_section();
    w.pcapng_interface(6);
    CHECK(error_of(w.out).empty());
  }
  SECTION("damaged") {
    w.pcap_header();
    w.pcap_packet(1, 2, "whole");
    w.u32(1), w.u32(3), w.u32(0x7fffffff), w.u32(0x7fffffff);
    w.out.append(100, 'x');
    CHECK(error_of(w.out).substr(0, 48) == "unreadable after 1 packet, at byte 61: invalid p");
  }
}

TEST_CASE("interfaces of different link types and resolutions", "[capture][pcapng]") {
  Writer w;
  w.pcapng_section();
  w.pcapng_interface(6, 1);
  w.pcapng_interface(9, 113);
  w.pcapng_packet(1'000'001, "ethernet");
  w.pcapng_packet(1'000'002'000, "cooked", 1);
  w.pcapng_interface(3, 101);
  w.pcapng_packet(1'003, "raw", 2);
  const TempFile file(w.out);
  auto capture = Capture::open(file.path());
  const auto frames = read_all(capture);
  CHECK(capture.error().empty());
  REQUIRE(frames.size() == 3);
  CHECK(frames[0].time == at(1, 1'000));
  CHECK(frames[0].link == LinkType::ethernet);
  CHECK(frames[1].time == at(1, 2'000));
  CHECK(frames[1].link == LinkType::linux_sll);
  CHECK(frames[2].time == at(1, 3'000'000));
  CHECK(frames[2].link == LinkType::raw);
}

TEST_CASE("sections of different byte order", "[capture][pcapng]") {
  Writer little, big{true};
  little.pcapng_section();
  little.pcapng_interface(6, 1);
  little.pcapng_packet(1, "little");
  big.pcapng_section();
  big.pcapng_interface(9, 113);
  big.pcapng_packet(2, "big");
  const TempFile file(little.out + big.out + little.out);
  auto capture = Capture::open(file.path());
  const auto frames = read_all(capture);
  CHECK(capture.error().empty());
  REQUIRE(frames.size() == 3);
  CHECK(frames[0].bytes == "little");
  CHECK(frames[1].bytes == "big");
  CHECK(frames[1].link == LinkType::linux_sll);
  CHECK(frames[1].time == at(0, 2));
  CHECK(frames[2].bytes == "little");
  CHECK(frames[2].time == at(0, 1'000));
}

TEST_CASE("other blocks and packets of other kinds", "[capture][pcapng]") {
  const bool big_endian = GENERATE(false, true);
  Writer w{big_endian};
  w.pcapng_section();
  Writer body{big_endian};
  body.u16(1), body.u16(0), body.u32(4);  // Ethernet, four bytes of a packet
  body.u16(1), body.u16(3), body.padded("why");
  body.u16(14), body.u16(8), body.number(1000, 8);  // seconds to add
  body.u16(0), body.u16(0);
  w.pcapng_block(1, body.out);
  w.pcapng_packet(5'000'000, "one");
  w.pcapng_block(0x0bad, std::string(3'000'000, 'x'));  // unknown, and long
  body = Writer{big_endian};
  body.u32(6), body.padded("simp");
  w.pcapng_block(3, body.out);
  body = Writer{big_endian};
  body.u16(0), body.u16(7), body.u32(0), body.u32(6'000'000), body.u32(3), body.u32(9), body.padded("old");
  w.pcapng_block(2, body.out);
  w.pcapng_block(5, std::string(12, '\0'));  // statistics
  const TempFile file(w.out);
  auto capture = Capture::open(file.path());
  const auto frames = read_all(capture);
  CHECK(capture.error().empty());
  REQUIRE(frames.size() == 3);
  CHECK(frames[0].time == at(1005, 0));
  CHECK(frames[1].bytes == "simp");
  CHECK(frames[1].original_length == 6);
  CHECK(frames[1].time == at(1005, 0));  // has none of its own
  CHECK(frames[2].bytes == "old");
  CHECK(frames[2].original_length == 9);
  CHECK(frames[2].time == at(1006, 0));
  CHECK(frames[2].number == 3);
}

TEST_CASE("packets of an unknown link type are passed over, and named", "[capture][pcapng]") {
  Writer w;
  w.pcapng_section();
  w.pcapng_interface(6, 1);
  w.pcapng_interface(6, 187);
  w.pcapng_packet(1, "other", 1);
  w.pcapng_packet(2, "ethernet");
  w.pcapng_packet(3, "other", 1);
  const TempFile file(w.out);
  auto capture = Capture::open(file.path());
  const auto frames = read_all(capture);
  REQUIRE(frames.size() == 1);
  CHECK(frames[0].number == 2);
  CHECK(capture.error() ==
        file.path() +
            ": 2 packets were passed over: link type BLUETOOTH_HCI_H4 (187) is not among those "
            "that are read");
}

TEST_CASE("what is wrong with a pcapng file is said with its place", "[capture][pcapng]") {
  Writer w;
  w.pcapng_section();
  w.pcapng_interface(6);
  w.pcapng_packet(1, "good");
  const std::string at = " after 1 packet, at byte " + std::to_string(w.out.size()) + ": ";
  SECTION("a length that is no multiple of four") {
    w.u32(6), w.u32(33), w.out.append(40, 'x');
    CHECK(error_of(w.out) == "unreadable" + at + "a block of 33 bytes");
  }
  SECTION("a length that is too short") {
    w.u32(99), w.u32(8), w.out.append(40, 'x');
    CHECK(error_of(w.out) == "unreadable" + at + "a block of 8 bytes");
  }
  SECTION("a length that is too long") {
    w.u32(6), w.u32(0x7ffffffc), w.out.append(40, 'x');
    CHECK(error_of(w.out) == "unreadable" + at + "a block of 2147483644 bytes");
  }
  SECTION("two lengths") {
    w.pcapng_packet(2, "bad");
    w.out[w.out.size() - 4] = 40;
    CHECK(error_of(w.out) == "unreadable" + at + "a block has the lengths 36 and 40");
  }
  SECTION("no such interface") {
    w.pcapng_packet(2, "bad", 1);
    CHECK(error_of(w.out) == "unreadable" + at + "interface 1 is not described");
  }
  SECTION("a packet longer than its block") {
    Writer body;
    body.u32(0), body.u32(0), body.u32(1), body.u32(5), body.u32(5), body.out += "four";
    w.pcapng_block(6, body.out);
    CHECK(error_of(w.out) == "unreadable" + at + "a packet of 5 bytes in a block of 36");
  }
  SECTION("blocks too short for what they are") {
    w.pcapng_block(6, "four");
    CHECK(error_of(w.out) == "unreadable" + at + "a packet block that is too short");
  }
  SECTION("an interface too short for what it is") {
    w.pcapng_block(1, "four");
    CHECK(error_of(w.out) == "unreadable" + at + "an interface description that is too short");
  }
  SECTION("a section without byte order") {
    w.pcapng_block(0x0a0d0d0a, std::string(16, 'x'));
    CHECK(error_of(w.out) == "unreadable" + at + "a section without a byte order");
  }
  SECTION("cut off in a block that is passed over") {
    w.u32(99), w.u32(1000), w.out.append(40, 'x');
    CHECK(error_of(w.out) ==
          "cut off in the middle of a packet after 1 packet, at byte " + std::to_string(w.out.size()));
  }
}

TEST_CASE("what is there of a capture that was cut off is delivered", "[capture]") {
  const bool pcapng = GENERATE(false, true);
  Writer w;
  std::vector<std::size_t> ends;  // of the packets
  if (pcapng)
    w.pcapng_section(), w.pcapng_interface(6);
  else
    w.pcap_header();
  ends.push_back(w.out.size());
  for (std::uint32_t i = 0; i < 3; ++i) {
    if (pcapng)
      w.pcapng_packet(i, "packet");
    else
      w.pcap_packet(i, 0, "packet");
    ends.push_back(w.out.size());
  }
  for (std::size_t n = ends[0]; n <= w.out.size(); ++n) {
    CAPTURE(pcapng, n);
    const TempFile file(w.out.substr(0, n));
    auto capture = Capture::open(file.path());
    REQUIRE(capture.error().empty());
    std::size_t whole = 0;
    while (whole + 1 < ends.size() && ends[whole + 1] <= n) ++whole;
    CHECK(read_all(capture).size() == whole);
    const auto expected = n == ends[whole]
                              ? ""
                              : file.path() + ": cut off in the middle of a packet after " +
                                    std::to_string(whole) + (whole == 1 ? " packet" : " packets") +
                                    ", at byte " + std::to_string(n);
    CHECK(capture.error() == expected);
  }
}

TEST_CASE("standard input", "[capture]") {
  Writer w;
  w.pcap_header(0xa1b23c4d);
  w.pcap_packet(1, 2, "piped");
  w.pcap_packet(1, 3, "cut");
  w.out.pop_back();
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  REQUIRE(::write(ends[1], w.out.data(), w.out.size()) == static_cast<ssize_t>(w.out.size()));
  ::close(ends[1]);
  const int saved = ::dup(STDIN_FILENO);
  ::dup2(ends[0], STDIN_FILENO);
  ::close(ends[0]);
  {
    auto capture = Capture::open("-");
    const auto frames = read_all(capture);
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].bytes == "piped");
    CHECK(capture.size() == 0);
    CHECK(capture.bytes_read() == w.out.size());
    CHECK(capture.resolution() == TimeResolution::nanoseconds);
    CHECK(capture.error() == "standard input: cut off in the middle of a packet after 1 packet, at byte " +
                                 std::to_string(w.out.size()));
  }
  CHECK(::fcntl(STDIN_FILENO, F_GETFD) != -1);  // not ours to close
  ::dup2(saved, STDIN_FILENO);
  ::close(saved);
}

TEST_CASE("packets from a pipe are delivered as they come", "[capture]") {
  const TempFile fifo;
  std::filesystem::remove(fifo.path());
  REQUIRE(::mkfifo(fifo.path().c_str(), 0600) == 0);
  const int out = ::open(fifo.path().c_str(), O_RDWR);
  Writer w;
  w.pcap_header();
  w.pcap_packet(1, 2, "first");
  REQUIRE(::write(out, w.out.data(), w.out.size()) == static_cast<ssize_t>(w.out.size()));
  auto capture = Capture::open(fifo.path());
  CapturedFrame f;
  REQUIRE(capture.next(f));  // would wait for ever if it wanted more than the packet
  CHECK(text_of(f.bytes) == "first");
  ::close(out);
}

TEST_CASE("a capture can be moved", "[capture]") {
  Writer w;
  w.pcap_header();
  w.pcap_packet(1, 2, "x");
  const TempFile file(w.out);
  auto first = Capture::open(file.path());
  auto second = std::move(first);
  CHECK(read_all(second).size() == 1);
  second = Capture::open(file.path());
  CHECK(read_all(second).size() == 1);
}

TEST_CASE("several captures are one, in the order of time", "[capture]") {
  const auto file_of = [](std::vector<std::pair<std::uint32_t, std::string>> packets) {
    Writer w;
    w.pcap_header();
    for (const auto& [seconds, text] : packets) w.pcap_packet(seconds, 0, text);
    return w.out;
  };
  const TempFile a(file_of({{1, "a1"}, {4, "a4"}, {3, "a3"}, {9, "a9"}}));
  const TempFile b(file_of({{2, "b2"}, {4, "b4"}, {5, "b5"}}));
  const TempFile none(file_of({}));
  SECTION("with running numbers") {
    const std::vector<std::string> paths{b.path(), a.path(), none.path()};
    auto merged = MergedCapture::open(paths);
    std::string order;
    std::uint64_t number = 0;
    for (CapturedFrame f; merged.next(f);) {
      CHECK(f.number == ++number);
      order += text_of(f.bytes) + " ";
    }
    // Files of the same time in their order; a file's own order stays.
    CHECK(order == "a1 b2 b4 a4 a3 b5 a9 ");
    CHECK(merged.errors().empty());
    CHECK(merged.size() == merged.bytes_read());
    CapturedFrame f;
    CHECK_FALSE(merged.next(f));
  }
  SECTION("of one") {
    const std::vector<std::string> paths{a.path()};
    auto merged = MergedCapture::open(paths);
    CHECK(read_all(merged).size() == 4);
  }
  SECTION("of none") {
    auto merged = MergedCapture::open({});
    CHECK(read_all(merged).empty());
  }
  SECTION("a bad one does not stop the others") {
    const auto whole = file_of({{1, "c1"}, {6, "c6"}});
    const TempFile cut(whole.substr(0, whole.size() - 1));
    const std::vector<std::string> paths{"/nonexistent", cut.path(), b.path()};
    auto merged = MergedCapture::open(paths);
    CHECK(merged.errors() == std::vector<std::string>{"/nonexistent: No such file or directory"});
    CHECK(read_all(merged).size() == 4);
    CHECK(merged.errors() == std::vector<std::string>{
                                 "/nonexistent: No such file or directory",
                                 cut.path() + ": cut off in the middle of a packet after 1 packet, at byte " +
                                     std::to_string(whole.size() - 1)});
  }
  SECTION("the finest digits") {
    Writer w;
    w.pcap_header(0xa1b23c4d);
    const TempFile fine(w.out);
    const std::vector<std::string> paths{a.path(), fine.path()};
    auto merged = MergedCapture::open(paths);
    CHECK(merged.resolution() == TimeResolution::nanoseconds);
  }
}
