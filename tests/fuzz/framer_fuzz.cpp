// The input is a stream of bytes, and at its end how it is chopped and where it has gaps. Every byte of the
// stream is accounted for, once and in order; memory is bounded; what stands whole in a stream without gaps
// is delivered.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include <oflens/framer.hpp>

#include "require.hpp"

using namespace oflens;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  // The last byte says how many bytes before it are the script.
  const std::size_t steps = std::min<std::size_t>(data[size - 1] % 32, size - 1);
  const std::size_t length = size - 1 - steps;
  const std::uint8_t* script = data + length;
  const Bytes stream = std::as_bytes(std::span(data, length));
  const bool at_boundary = steps == 0 || script[0] % 4 != 0;

  Framer framer(Catalog::standard(), at_boundary);
  std::uint64_t position = 0, fed = 0, frames = 0;
  bool gaps = !at_boundary;
  struct Checker {
    Bytes stream;
    std::uint64_t& position;
    std::uint64_t& frames;
    void operator()(const Frame& frame) const {
      const Bytes bytes = frame.bytes();
      require(bytes.size() >= Header::size && frame.header().length == bytes.size(), "a frame is a message");
      require(position + bytes.size() <= stream.size(), "a frame lies in the stream");
      require(std::memcmp(bytes.data(), stream.data() + position, bytes.size()) == 0,
              "a frame is what the stream has there");
      position += bytes.size();
      ++frames;
    }
    void operator()(Skipped s) const {
      require(s.offset == position && s.bytes != 0, "skipped bytes continue what was told");
      position += s.bytes;
    }
  };
  Checker check{stream, position, frames};
  std::vector<std::byte> buffer;
  for (std::size_t i = 0; fed < length; ++i) {
    const std::uint8_t step = steps == 0 ? 255 : script[i % steps];
    std::size_t n = step < 128 ? step % 64 + 1u : (step - 127u) * 32u;
    n = std::min<std::size_t>(n, length - fed);
    if (step % 16 == 7 && i != 0) {
      gaps = true;
      framer.gap(n, check);
      position += n;
    } else {
      buffer.assign(stream.begin() + static_cast<std::ptrdiff_t>(fed),
                    stream.begin() + static_cast<std::ptrdiff_t>(fed + n));
      framer.push(buffer, check);
      std::fill(buffer.begin(), buffer.end(), std::byte{0xee});
    }
    fed += n;
    require(framer.offset() == position, "the framer's offset is where its telling ended");
    require(position <= fed, "nothing is told of bytes to come");
    require(fed - position <= 256 * 1024, "what waits is bounded");
  }
  framer.finish(check);
  require(position == length, "every byte is accounted for");

  // Without gaps and up to the first impossible header, frames are what the lengths say.
  if (gaps) return 0;
  std::uint64_t expected = 0;
  for (std::size_t at = 0; at + Header::size <= length;) {
    const std::size_t n = load_be<std::uint16_t>(stream.data() + at + 2);
    const auto version = std::to_integer<unsigned>(stream[at]);
    if (n < Header::size || n > length - at || version == 0 || version >= 0x80) break;
    ++expected;
    at += n;
  }
  require(frames >= expected, "whole messages are delivered");
  return 0;
}
