// The input is a capture file, or, when it begins with an odd byte, the blocks of a pcapng file: type, length
// and body of each, to which the right header and lengths are added, so that it is deep inside at once.
// Frames lie in memory that is there; what is wrong is said in one line; reading ends.
#include <algorithm>
#include <cstdint>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include <oflens/network/capture.hpp>

#include "require.hpp"

using namespace oflens;
using fuzz::require;

namespace {

void put32(std::string& out, std::uint32_t v) {
  for (int i = 0; i < 4; ++i) out += static_cast<char>(v >> 8 * i);
}
void put_block(std::string& out, std::uint32_t type, std::string body) {
  body.resize((body.size() + 3) / 4 * 4);
  put32(out, type);
  put32(out, static_cast<std::uint32_t>(body.size() + 12));
  out += body;
  put32(out, static_cast<std::uint32_t>(body.size() + 12));
}

std::string blocks_of(Bytes input) {
  std::string out, body;
  put32(body, 0x1a2b3c4d);
  put32(body, 1);
  body.append(8, '\xff');
  put_block(out, 0x0a0d0d0a, body);
  put_block(out, 1, std::string("\1\0\0\0\0\0\0\0", 8));
  while (input.size() >= 2) {
    const auto type = std::to_integer<std::uint32_t>(input[0]);
    const std::size_t n = std::min<std::size_t>(std::to_integer<std::size_t>(input[1]), input.size() - 2);
    body.clear();
    if ((type & 7) == 6) {  // a packet on the first interface that is as long as it says
      put32(body, type >> 7);
      put32(body, 0x60000);
      put32(body, 0);
      put32(body, static_cast<std::uint32_t>(n));
      put32(body, static_cast<std::uint32_t>(n));
    }
    body.append(reinterpret_cast<const char*>(input.data() + 2), n);
    put_block(out, (type & 7) == 0 ? 0x0a0d0d0a : type & 7, body);
    input = input.subspan(2 + n);
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string file = size != 0 && (data[0] & 1) != 0
                               ? blocks_of(std::as_bytes(std::span(data + 1, size - 1)))
                               : std::string(reinterpret_cast<const char*>(data), size);
  const int memory = memfd_create("capture", 0);
  require(memory >= 0 && ::write(memory, file.data(), file.size()) == static_cast<ssize_t>(file.size()),
          "there is memory");
  ::lseek(memory, 0, SEEK_SET);
  Capture capture = Capture::open("/proc/self/fd/" + std::to_string(memory));
  CapturedFrame frame;
  std::uint64_t number = 0;
  unsigned sum = 0;
  while (capture.next(frame)) {
    require(frame.number > number, "frames are numbered upwards");
    number = frame.number;
    require(frame.time >= Timestamp{}, "no time is before the epoch");
    require(frame.bytes.size() <= 262'144, "frames are not longer than the longest");
    for (const std::byte b : frame.bytes) sum += std::to_integer<unsigned>(b);
  }
  require(capture.error().find('\n') == std::string::npos, "an error is one line");
  ::close(memory);
  return sum == 0xffffffff ? 1 : 0;  // so that the bytes are read
}
