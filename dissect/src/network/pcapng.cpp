#include "pcapng.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <system_error>

#include <oflens/bytes.hpp>

namespace oflens::network {
namespace {

constexpr std::size_t buffer_size = std::size_t{256} << 10;
constexpr std::uint32_t longest_packet = 262'144, longest_block = std::uint32_t{1} << 20;
constexpr std::size_t most_interfaces = 65'536;
constexpr std::uint32_t byte_order = 0x1a2b3c4d;

enum BlockType : std::uint32_t {
  interface_description = 1,
  packet_block = 2,
  simple_packet = 3,
  enhanced_packet = 6
};
enum Option : std::uint16_t { end_of_options = 0, comment = 1, time_resolution = 9, time_offset = 14 };

constexpr std::uint32_t padded(std::uint32_t n) { return (n + 3) & ~std::uint32_t{3}; }

// Units of time since the epoch to nanoseconds: a resolution is the exponent of a negative power of 10, or,
// with the high bit set, of 2. What 64 bits do not hold is the end of time.
Timestamp timestamp_of(std::uint64_t units, std::uint8_t resolution, std::int64_t offset) {
  __extension__ using Wide = unsigned __int128;
  __extension__ using Signed = __int128;
  const unsigned exponent = resolution & 0x7fu;
  Wide ns = Wide{units} * 1'000'000'000;
  if ((resolution & 0x80) != 0)
    ns = ns >> exponent;
  else
    for (unsigned i = 0; i < exponent && ns != 0; ++i) ns /= 10;
  const Signed all = static_cast<Signed>(ns) + Signed{offset} * 1'000'000'000;
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  return Timestamp{Duration{all < 0 ? 0 : all > most ? most : static_cast<std::int64_t>(all)}};
}

}  // namespace

// A block that lies in the buffer: its body, without type and lengths.
struct PcapngReader::Block {
  std::uint32_t type;
  Bytes body;
};

std::uint16_t PcapngReader::u16(const std::byte* p) const {
  const auto v = load_be<std::uint16_t>(p);
  return big_endian_ ? v : __builtin_bswap16(v);
}
std::uint32_t PcapngReader::u32(const std::byte* p) const {
  const auto v = load_be<std::uint32_t>(p);
  return big_endian_ ? v : __builtin_bswap32(v);
}

std::string PcapngReader::where() const {
  return "after " + std::to_string(frames_) + (frames_ == 1 ? " packet," : " packets,") + " at byte " +
         std::to_string(position_);
}

bool PcapngReader::fail(const std::string& what) {
  error_ = what;
  return false;
}

// The file ended inside a block, or could not be read.
bool PcapngReader::cut_off() {
  if (!error_.empty()) return false;
  position_ += end_ - at_;
  return fail("cut off in the middle of a packet " + where());
}

// Whether n bytes are in the buffer, from at_ on. False: the capture has no more, or cannot be read.
bool PcapngReader::more(std::size_t n) {
  if (end_ - at_ >= n) return true;
  if (at_ != end_) std::memmove(buffer_.data(), buffer_.data() + at_, end_ - at_);
  end_ -= at_;
  at_ = 0;
  if (buffer_.size() < std::max(n, buffer_size)) buffer_.resize(std::max(n, buffer_size));
  while (end_ < n) {
    const ssize_t got = source_.read(reinterpret_cast<char*>(buffer_.data() + end_), buffer_.size() - end_);
    if (got < 0) {
      const std::string why =
          source_.error().empty() ? std::generic_category().message(errno) : source_.error();
      position_ += end_;
      return fail(why + ", " + where());
    }
    if (got == 0) return false;
    end_ += static_cast<std::size_t>(got);
  }
  return true;
}

bool PcapngReader::pass_over(std::uint64_t n) {
  while (n != 0) {
    if (!more(1)) return cut_off();
    const auto part = std::min<std::uint64_t>(n, end_ - at_);
    at_ += static_cast<std::size_t>(part);
    position_ += part;
    n -= part;
  }
  return true;
}

bool PcapngReader::open() {
  std::uint32_t length = 0;
  if (!more(12))
    return error_.empty() && fail("cut off in the file header, at byte " + std::to_string(end_ - at_));
  if (!section(length)) return false;
  if (more(length)) return true;
  return error_.empty() && fail("cut off in the file header, at byte " + std::to_string(end_ - at_));
}

// A section's header, of which 12 bytes are there: its byte order holds from its own length on.
bool PcapngReader::section(std::uint32_t& length) {
  const std::byte* p = buffer_.data() + at_;
  const auto magic = load_be<std::uint32_t>(p + 8);
  if (magic != byte_order && __builtin_bswap32(magic) != byte_order)
    return fail("unreadable " + where() + ": a section without a byte order");
  big_endian_ = magic == byte_order;
  length = u32(p + 4);
  if (length < 28 || length % 4 != 0 || length > longest_block)
    return fail("unreadable " + where() + ": a section header of " + std::to_string(length) + " bytes");
  interfaces_.clear();
  return true;
}

bool PcapngReader::next(CapturedFrame& frame) {
  at_ += taken_;
  position_ += taken_;
  taken_ = 0;
  if (!error_.empty()) return false;
  for (;;) {
    if (!more(8)) {
      if (at_ != end_ || !error_.empty()) return cut_off();
      if (unknown_ != 0)
        fail(std::to_string(unknown_) + (unknown_ == 1 ? " packet was" : " packets were") +
             " passed over: " + unknown_link_type(unknown_link_));
      return false;
    }
    const auto type = u32(buffer_.data() + at_);
    std::uint32_t length = 0;
    if (type == pcapng_section) {
      if (!more(12)) return cut_off();
      if (!section(length)) return false;
    } else {
      length = u32(buffer_.data() + at_ + 4);
    }
    if (length < 12 || length % 4 != 0)
      return fail("unreadable " + where() + ": a block of " + std::to_string(length) + " bytes");
    const bool packet_type = type == enhanced_packet || type == simple_packet || type == packet_block;
    if (!packet_type && type != interface_description && type != pcapng_section) {
      if (!pass_over(length)) return false;
      continue;
    }
    if (length > longest_block)
      return fail("unreadable " + where() + ": a block of " + std::to_string(length) + " bytes");
    if (!more(length)) return cut_off();
    const std::byte* p = buffer_.data() + at_;
    if (u32(p + length - 4) != length)
      return fail("unreadable " + where() + ": a block has the lengths " + std::to_string(length) + " and " +
                  std::to_string(u32(p + length - 4)));
    const Block block{type, Bytes(p + 8, length - 12)};
    bool found = false;
    if (type == interface_description && !add_interface(block)) return false;
    if (packet_type && !packet(block, frame, found)) return false;
    if (found) {
      taken_ = length;  // borrowed until the next call
      return true;
    }
    at_ += length;
    position_ += length;
  }
}

// Calls f with the code and the value of each; false ends it.
template <class F>
void PcapngReader::each_option(Bytes options, F&& f) const {
  while (options.size() >= 4) {
    const auto code = u16(options.data()), length = u16(options.data() + 2);
    const Bytes value = options.subspan(4);
    if (code == end_of_options || padded(length) > value.size() || !f(code, value.first(length))) return;
    options = value.subspan(padded(length));
  }
}

bool PcapngReader::add_interface(const Block& block) {
  if (block.body.size() < 8)
    return fail("unreadable " + where() + ": an interface description that is too short");
  if (interfaces_.size() == most_interfaces) return fail("unreadable " + where() + ": too many interfaces");
  const std::byte* p = block.body.data();
  Interface& interface = interfaces_.emplace_back();
  interface.number = u16(p);
  interface.link = link_type_of(interface.number);
  interface.snap_length = u32(p + 4);
  each_option(block.body.subspan(8), [&](std::uint16_t code, Bytes value) {
    if (code == time_resolution && value.size() == 1)
      interface.time_resolution = std::to_integer<std::uint8_t>(value[0]);
    if (code == time_offset && value.size() == 8) {
      const std::uint64_t first = u32(value.data()), second = u32(value.data() + 4);
      interface.time_offset =
          static_cast<std::int64_t>(big_endian_ ? first << 32 | second : second << 32 | first);
    }
    return true;
  });
  const unsigned exponent = interface.time_resolution & 0x7fu;
  if ((interface.time_resolution & 0x80) != 0 ? exponent > 19 : exponent > 6)
    resolution_ = TimeResolution::nanoseconds;
  return true;
}

bool PcapngReader::packet(const Block& block, CapturedFrame& frame, bool& found) {
  const std::byte* p = block.body.data();
  const std::size_t header = block.type == simple_packet ? 4 : 20;
  if (block.body.size() < header) return fail("unreadable " + where() + ": a packet block that is too short");
  // Enhanced: interface, time, captured and original length; the older one has a count of drops in the
  // interface.
  const std::uint32_t index = block.type == simple_packet ? 0 : block.type == packet_block ? u16(p) : u32(p);
  if (index >= interfaces_.size())
    return fail("unreadable " + where() + ": interface " + std::to_string(index) + " is not described");
  const Interface& interface = interfaces_[index];
  const std::uint32_t original = u32(p + header - 4);
  std::uint32_t captured = original;
  if (block.type != simple_packet) {
    captured = u32(p + 12);
    last_ = timestamp_of(std::uint64_t{u32(p + 4)} << 32 | u32(p + 8), interface.time_resolution,
                         interface.time_offset);
  } else if (interface.snap_length != 0) {
    captured = std::min(captured, interface.snap_length);
  }
  if (captured > block.body.size() - header || captured > longest_packet)
    return fail("unreadable " + where() + ": a packet of " + std::to_string(captured) +
                " bytes in a block of " + std::to_string(block.body.size() + 12));
  ++frames_;
  if (!interface.link) {
    if (unknown_++ == 0) unknown_link_ = interface.number;
    return true;
  }
  found = true;
  frame = {.number = frames_,
           .time = last_,
           .link = *interface.link,
           .bytes = block.body.subspan(header, captured),
           .original_length = original};
  if (const std::size_t end = header + padded(captured);
      block.type != simple_packet && end < block.body.size())
    each_option(block.body.subspan(end), [&](std::uint16_t code, Bytes value) {
      if (code != comment) return true;
      frame.comment = {reinterpret_cast<const char*>(value.data()), value.size()};
      return false;
    });
  return true;
}

}  // namespace oflens::network
