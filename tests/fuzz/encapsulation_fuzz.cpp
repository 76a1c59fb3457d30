// The input is a number of frames, each with a link type and a length before it; they go into one
// decapsulator. A segment lies in what was captured or reassembled, claims no more bytes than its length
// fields can, and fragments stay within their limit.
#include <algorithm>
#include <cstdint>

#include <oflens/network/decapsulator.hpp>

#include "require.hpp"

using namespace oflens;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes rest = std::as_bytes(std::span(data, size));
  Decapsulator decapsulator({.bytes = 64 * 1024});
  std::uint64_t number = 0;
  unsigned sum = 0;
  while (rest.size() >= 2) {
    const auto kind = std::to_integer<unsigned>(rest[0]);
    const std::size_t length =
        std::min<std::size_t>(std::to_integer<std::size_t>(rest[1]) + 1, rest.size() - 2);
    const Bytes bytes = rest.subspan(2, length);
    rest = rest.subspan(2 + length);
    TcpSegment segment;
    const bool found = decapsulator.find_segment(
        {.number = ++number,
         .time = Timestamp{std::chrono::seconds{kind >> 4}},
         .link = static_cast<LinkType>(kind % (static_cast<unsigned>(LinkType::openflow) + 1)),
         .bytes = bytes,
         .original_length = static_cast<std::uint32_t>(length)},
        segment);
    if (!found) continue;
    require(segment.frame == number, "a segment has the frame's number");
    require(segment.payload.size() <= 0xffff && segment.cut <= 0xffff, "a segment fits a datagram");
    for (const std::byte b : segment.payload) sum += std::to_integer<unsigned>(b);
  }
  const FragmentCounters& c = decapsulator.fragments();
  require(c.reassembled + c.incomplete <= c.fragments, "a datagram needs a fragment");
  return sum == 0xffffffff ? 1 : 0;  // so that the payload is read
}
