// Numbers and addresses as text at p, where there must be room; each returns where its text ends. What comes
// behind that may be written, too: up to `slack` characters.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <oflens/bytes.hpp>
#include <oflens/types.hpp>

namespace oflens::put {

inline constexpr std::size_t slack = 16;

// "000" to "999", each with how many zeros it begins with (at most two).
inline constexpr auto three_digits = [] {
  std::array<char, 4 * 1000 + 4> all{};
  for (unsigned i = 0; i < 1000; ++i) {
    char* const entry = all.data() + 4 * i;
    entry[0] = static_cast<char>('0' + i / 100);
    entry[1] = static_cast<char>('0' + i / 10 % 10);
    entry[2] = static_cast<char>('0' + i % 10);
    entry[3] = i < 10 ? 2 : i < 100 ? 1 : 0;
  }
  return all;
}();

// "00:" to "ff:".
inline constexpr auto octets = [] {
  std::array<char, 4 * 256> all{};
  for (unsigned i = 0; i < 256; ++i) {
    all[4 * i] = "0123456789abcdef"[i / 16];
    all[4 * i + 1] = "0123456789abcdef"[i % 16];
    all[4 * i + 2] = ':';
  }
  return all;
}();

// A text whose size is known at compile time, or known to be small: most / 8 stores, whatever the size.
template <std::size_t most = 16>
inline char* text(char* p, const char* from, std::size_t size) {
  static_assert(most <= slack);
  std::memcpy(p, from, most);
  return p + size;
}
template <std::size_t N>
inline char* text(char* p, const char (&literal)[N]) {
  std::memcpy(p, literal, N - 1);
  return p + (N - 1);
}

// At most 999.
inline char* small_decimal(char* p, std::size_t v) {
  const char* const entry = three_digits.data() + 4 * v;
  const auto zeros = static_cast<std::size_t>(entry[3]);
  std::memcpy(p, entry + zeros, 4);
  return p + 3 - zeros;
}
// At most 20 digits.
inline char* decimal(char* p, std::uint64_t v) {
  if (v < 1000) return small_decimal(p, v);
  p = v < 1'000'000 ? small_decimal(p, v / 1000) : decimal(p, v / 1000);
  std::memcpy(p, three_digits.data() + 4 * (v % 1000), 4);
  return p + 3;
}

// So many digits, which must be enough; "0x" goes before them.
inline char* hex_digits(char* p, std::uint64_t v, unsigned digits) {
  p = text(p, "0x");
  char* const end = p + digits;
  for (char* at = end; at > p; v >>= 8) {
    at -= 2;  // of an odd number of digits the first pair begins in the "x", which is put back
    std::memcpy(at, octets.data() + 4 * (v & 0xff), 2);
  }
  p[-1] = 'x';
  return end;
}
inline unsigned hex_size(std::uint64_t v) { return (static_cast<unsigned>(std::bit_width(v | 1)) + 3) / 4; }
inline char* hex(char* p, std::uint64_t v) { return hex_digits(p, v, hex_size(v)); }
// As C's "%#x": no prefix for 0.
inline char* hex_or_0(char* p, std::uint64_t v) {
  if (v != 0) return hex(p, v);
  *p = '0';
  return p + 1;
}

// The six bytes of a MAC address; the four of one of IPv4.
inline char* mac(char* p, const std::byte* address) {
  for (std::size_t i = 0; i < 6; ++i)
    std::memcpy(p + 3 * i, octets.data() + 4 * std::to_integer<std::size_t>(address[i]), 4);
  return p + 17;  // without the last colon
}
inline char* ipv4(char* p, const std::byte* address) {
  for (std::size_t i = 0; i < 4; ++i) {
    p = small_decimal(p, std::to_integer<std::size_t>(address[i]));
    *p++ = '.';
  }
  return p - 1;  // without the last dot
}

}  // namespace oflens::put
