#include <oflens/text_buffer.hpp>

#include <arpa/inet.h>

#include <algorithm>
#include <chrono>

namespace oflens {
namespace {

constexpr char digits_of[] = "0123456789abcdef";

// Length of the UTF-8 sequence at the front of s, 0 when it is none (RFC 3629).
std::size_t utf8_length(std::string_view s) {
  const auto byte = [s](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const auto follows = [&](std::size_t i) { return i < s.size() && (byte(i) & 0xc0) == 0x80; };
  const unsigned char c = byte(0);
  if (c < 0x80) return 1;
  if (c >= 0xc2 && c <= 0xdf) return follows(1) ? 2 : 0;
  if (c >= 0xe0 && c <= 0xef) {
    if (!follows(1) || !follows(2)) return 0;
    const bool overlong = c == 0xe0 && byte(1) < 0xa0, surrogate = c == 0xed && byte(1) > 0x9f;
    return overlong || surrogate ? 0 : 3;
  }
  if (c >= 0xf0 && c <= 0xf4) {
    if (!follows(1) || !follows(2) || !follows(3)) return 0;
    const bool overlong = c == 0xf0 && byte(1) < 0x90, too_high = c == 0xf4 && byte(1) > 0x8f;
    return overlong || too_high ? 0 : 4;
  }
  return 0;
}

}  // namespace

bool is_utf8(std::string_view s) {
  for (std::size_t n; !s.empty(); s.remove_prefix(n))
    if ((n = utf8_length(s)) == 0) return false;
  return true;
}

void TextBuffer::grow(std::size_t more) {
  const std::size_t capacity = std::max(capacity_ * 2, std::max<std::size_t>(size_ + more, 256));
  auto data = std::make_unique_for_overwrite<char[]>(capacity);
  if (size_ != 0) std::memcpy(data.get(), data_.get(), size_);
  data_ = std::move(data);
  capacity_ = capacity;
}

void TextBuffer::put_decimal(std::uint64_t v) {
  if (v < 10) return put(digits_of[v]);
  char* const start = room(20);
  std::size_t n = 2;
  for (std::uint64_t power = 100; n < 20 && v >= power; ++n) power *= 10;
  for (std::size_t i = n; i-- > 0; v /= 10) start[i] = digits_of[v % 10];
  size_ += n;
}

void TextBuffer::put_hex(std::uint64_t v, int min_digits) {
  char text[18];
  char* p = text + sizeof text;
  do *--p = digits_of[v & 15];
  while ((v >>= 4) != 0 || text + sizeof text - p < min_digits);
  *--p = 'x';
  *--p = '0';
  put(std::string_view(p, text + sizeof text));
}

void TextBuffer::put_bytes(Bytes bytes) {
  char* const p = room(bytes.size() * 2);
  // Arithmetic instead of a table, so that compilers make it work on many bytes at once.
  const auto digit = [](std::uint8_t n) {
    return static_cast<char>(static_cast<std::uint8_t>(n + '0' + (n > 9 ? 'a' - '0' - 10 : 0)));
  };
  const auto* octets = reinterpret_cast<const std::uint8_t*>(bytes.data());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    p[2 * i] = digit(octets[i] >> 4);
    p[2 * i + 1] = digit(octets[i] & 15);
  }
  size_ += bytes.size() * 2;
}

void TextBuffer::put(const MacAddress& a) {
  char* const start = room(18);
  char* p = start;
  for (const std::uint8_t o : a.octets) {
    *p++ = digits_of[o >> 4];
    *p++ = digits_of[o & 15];
    *p++ = ':';
  }
  size_ += 17;  // without the last colon
}

void TextBuffer::put(const Ipv4Address& a) {
  char* const start = room(16);
  char* p = start;
  for (const std::uint8_t o : a.octets) {
    if (o >= 100) *p++ = digits_of[o / 100];
    if (o >= 10) *p++ = digits_of[o / 10 % 10];
    *p++ = digits_of[o % 10];
    *p++ = '.';
  }
  size_ += static_cast<std::size_t>(p - start) - 1;  // without the last dot
}

void TextBuffer::put(const Ipv6Address& a) {
  char text[INET6_ADDRSTRLEN];
  put(std::string_view(inet_ntop(AF_INET6, a.octets.data(), text, sizeof text)));
}

void TextBuffer::put_json(std::string_view s) {
  put('"');
  while (!s.empty()) {
    const char c = s[0];
    std::size_t n = 1;
    if (c == '"' || c == '\\') {
      put('\\');
      put(c);
    } else if (c == '\n') {
      put("\\n");
    } else if (c == '\t') {
      put("\\t");
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      const auto u = static_cast<unsigned char>(c);
      put("\\u00");
      put(digits_of[u >> 4]);
      put(digits_of[u & 15]);
    } else if ((n = utf8_length(s)) != 0) {
      put(s.substr(0, n));
    } else {
      n = 1;
      put("\\ufffd");
    }
    s.remove_prefix(n);
  }
  put('"');
}

void TextBuffer::put_time(Timestamp t, int digits) {
  using namespace std::chrono;
  const auto day = floor<days>(t);
  const year_month_day date(day);
  const hh_mm_ss time(floor<seconds>(t - day));
  char* const start = room(32);
  char* p = start;
  const auto two = [&p](auto number, char after) {
    const auto v = static_cast<unsigned>(number);
    *p++ = digits_of[v / 10 % 10];
    *p++ = digits_of[v % 10];
    if (after != 0) *p++ = after;
  };
  const int year = static_cast<int>(date.year());
  two(year / 100, 0);
  two(year % 100, '-');
  two(static_cast<unsigned>(date.month()), '-');
  two(static_cast<unsigned>(date.day()), 'T');
  two(time.hours().count(), ':');
  two(time.minutes().count(), ':');
  two(time.seconds().count(), 0);
  auto fraction = static_cast<std::uint32_t>((t - floor<seconds>(t)).count());
  if (digits > 0) *p++ = '.';
  std::uint32_t unit = 100'000'000;
  for (int i = 0; i < digits; ++i, unit /= 10) {
    *p++ = digits_of[fraction / unit];
    fraction %= unit;
  }
  *p++ = 'Z';
  size_ += static_cast<std::size_t>(p - start);
}

bool TextBuffer::put_port_name(std::uint32_t number) {
  const std::string_view name = namer_ == nullptr ? std::string_view() : namer_->name_of_port(number);
  if (name.empty()) return false;
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const bool plain = letter(name.front()) && std::all_of(name.begin(), name.end(), [&](char c) {
                       return letter(c) || (c >= '0' && c <= '9');
                     });
  plain ? put(name) : put_json(name);
  return true;
}

void TextBuffer::put_seconds(Duration d, int digits) {
  if (d.count() < 0) put('-');
  std::uint64_t ns = static_cast<std::uint64_t>(d.count() < 0 ? -d.count() : d.count());
  put_decimal(ns / 1'000'000'000);
  if (digits > 0) put('.');
  for (int i = 0; i < digits; ++i) {
    ns = ns % 1'000'000'000 * 10;
    put(digits_of[ns / 1'000'000'000]);
  }
}

}  // namespace oflens
