// A TCP segment as it was captured, and the two ends it went between.
#pragma once

#include <array>
#include <compare>
#include <cstdint>

#include <oflens/bytes.hpp>
#include <oflens/timestamp.hpp>

namespace oflens {

// An address and TCP port. IPv4 addresses are held IPv4-mapped (::ffff:a.b.c.d), so that one comparison serves both.
struct Endpoint {
  std::array<std::uint8_t, 16> address{};
  std::uint16_t port = 0;

  constexpr bool is_ipv4() const {
    for (std::size_t i = 0; i < 10; ++i)
      if (address[i] != 0) return false;
    return address[10] == 0xff && address[11] == 0xff;
  }
  friend constexpr auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

// One TCP segment (RFC 9293 §3.1). `payload` borrows the captured frame and is valid as long as that is.
struct TcpSegment {
  Endpoint source, destination;
  std::uint32_t sequence = 0;         // of the first payload byte, or of the SYN
  std::uint32_t acknowledgement = 0;  // meaningful if `ack`
  bool syn = false, ack = false, fin = false, rst = false;
  Bytes payload;               // what was captured of it
  std::uint32_t cut = 0;       // payload bytes that were on the wire and not captured (snap length); they follow `payload`
  std::uint64_t frame = 0;     // number of the captured frame, from 1
  Timestamp time{};
};

}  // namespace oflens
