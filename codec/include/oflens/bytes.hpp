// Bytes on the wire: spans, and big-endian loads and stores. OpenFlow and the protocols below it are
// big-endian.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace oflens {

// Bytes that somebody else owns; read only.
using Bytes = std::span<const std::byte>;

// Reads a T in network byte order from p, which need not be aligned. Reads exactly sizeof(T) bytes.
template <std::unsigned_integral T>
[[nodiscard]] inline T load_be(const std::byte* p) noexcept {
  T v;
  std::memcpy(&v, p, sizeof v);
  if constexpr (std::endian::native == std::endian::big || sizeof(T) == 1)
    return v;
  else if constexpr (sizeof(T) == 2)
    return __builtin_bswap16(v);
  else if constexpr (sizeof(T) == 4)
    return __builtin_bswap32(v);
  else
    return __builtin_bswap64(v);
}

// Reads an unsigned number of `width` bytes (1 to 8) in network byte order, for widths known only at run
// time.
[[nodiscard]] inline std::uint64_t load_be(const std::byte* p, std::size_t width) noexcept {
  // The first and the last bytes, which may be the same ones.
  const auto both_ends = [&]<class Part>(Part) {
    const std::size_t behind = width - sizeof(Part);
    return std::uint64_t{load_be<Part>(p)} << 8 * behind | load_be<Part>(p + behind);
  };
  if (width >= 4) return both_ends(std::uint32_t{});
  return width >= 2 ? both_ends(std::uint16_t{}) : load_be<std::uint8_t>(p);
}

// Writes v in network byte order to p. Writes exactly sizeof(T) bytes.
template <std::unsigned_integral T>
inline void store_be(std::byte* p, T v) noexcept {
  if constexpr (std::endian::native == std::endian::big || sizeof(T) == 1) {
  } else if constexpr (sizeof(T) == 2)
    v = __builtin_bswap16(v);
  else if constexpr (sizeof(T) == 4)
    v = __builtin_bswap32(v);
  else
    v = __builtin_bswap64(v);
  std::memcpy(p, &v, sizeof v);
}

// Writes the low `width` bytes (1 to 8) of v in network byte order, for widths known only at run time.
inline void store_be(std::byte* p, std::uint64_t v, std::size_t width) noexcept {
  for (std::size_t i = width; i-- > 0; v >>= 8) p[i] = static_cast<std::byte>(v);
}

}  // namespace oflens
