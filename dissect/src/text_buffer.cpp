#include <oflens/text_buffer.hpp>

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "put.hpp"

namespace oflens {
namespace {

constexpr char digits_of[] = "0123456789abcdef";

// "00" to "99".
constexpr auto two_digits = [] {
  std::array<std::array<char, 2>, 100> all{};
  for (unsigned i = 0; i < 100; ++i) all[i] = {digits_of[i / 10], digits_of[i % 10]};
  return all;
}();

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

// So many digits of a second, of which that many nanoseconds have passed.
char* put_fraction(char* p, std::uint32_t ns, int digits) {
  char all[10];  // a place more, so that there are pairs
  for (int i = 8; i >= 0; i -= 2, ns /= 100) std::memcpy(all + i, two_digits[ns % 100].data(), 2);
  return std::copy_n(all + 1, digits, p);
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

void TextBuffer::put_digits(std::uint64_t v) {
  append(20 + put::slack, [v](char* p) { return put::decimal(p, v); });
}

void TextBuffer::put_hex(std::uint64_t v, int min_digits) {
  const unsigned size = std::max(put::hex_size(v), static_cast<unsigned>(min_digits));
  append(2 + std::max(size, 16u) + put::slack, [&](char* p) { return put::hex_digits(p, v, size); });
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
  append(17 + put::slack, [&](char* p) { return put::mac(p, std::as_bytes(std::span(a.octets)).data()); });
}

void TextBuffer::put(const Ipv4Address& a) {
  append(15 + put::slack, [&](char* p) { return put::ipv4(p, std::as_bytes(std::span(a.octets)).data()); });
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
  // Most times are of the same second as the one before.
  if (const auto second = floor<seconds>(t); second != second_) {
    second_ = second;
    const auto day = floor<days>(t);
    const year_month_day date(day);
    const hh_mm_ss time(second - day);
    char* p = second_text_;
    const auto two = [&p](auto number, char after) {
      const std::array<char, 2>& digits_of_it = two_digits[static_cast<unsigned>(number) % 100];
      p = std::copy(digits_of_it.begin(), digits_of_it.end(), p);
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
  }
  constexpr std::size_t second_size = sizeof "2026-11-20T09:36:27" - 1;
  char* p = room(32);
  std::memcpy(p, second_text_, second_size);
  p += second_size;
  if (digits > 0) *p++ = '.';
  p = put_fraction(p, static_cast<std::uint32_t>((t - second_).count()), digits);
  *p++ = 'Z';
  end_at(p);
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
  end_at(put_fraction(room(9), static_cast<std::uint32_t>(ns % 1'000'000'000), digits));
}

}  // namespace oflens
