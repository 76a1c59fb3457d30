// pcapng (draft-ietf-opsawg-pcapng) to frames. libpcap reads it, too, but gives up where the interfaces of a
// file differ in link type, or its sections in byte order, as they do in what mergecap and Wireshark write.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <oflens/network/capture.hpp>

#include "byte_source.hpp"

namespace oflens::network {

// The link type of a number that pcap and pcapng files have (LINKTYPE_...) or that libpcap gives (DLT_...).
std::optional<LinkType> link_type_of(int number);
// "link type USB_LINUX (189) is not among those that are read".
std::string unknown_link_type(int number);

// The first four bytes of every section.
constexpr std::uint32_t pcapng_section = 0x0a0d0d0a;

// Blocks are read where they lie in a buffer of 256 KiB, which grows for a packet that does not fit; kinds
// that are not needed are passed over without being kept. Packets of interfaces whose link type is not known
// are passed over, too, and then named in error(). A packet without a time (Simple Packet Block) has that of
// the one before it.
class PcapngReader {
 public:
  explicit PcapngReader(ByteSource& source) : source_(source) {}

  // Reads the first section's header. False: see error().
  bool open();
  // As Capture::next(), without the number.
  bool next(CapturedFrame&);

  // What was wrong, without the file's name.
  const std::string& error() const { return error_; }
  // The finest of the interfaces so far.
  TimeResolution resolution() const { return resolution_; }

 private:
  struct Interface {
    std::optional<LinkType> link;
    std::uint16_t number = 0;          // of the link type
    std::uint32_t snap_length = 0;     // 0: none
    std::uint8_t time_resolution = 6;  // as the option has it
    std::int64_t time_offset = 0;      // seconds
  };
  struct Block;

  bool more(std::size_t n);
  bool pass_over(std::uint64_t n);
  bool cut_off();
  bool fail(const std::string& what);
  bool section(std::uint32_t& length);
  bool add_interface(const Block&);
  bool packet(const Block&, CapturedFrame&, bool& found);
  template <class F>
  void each_option(Bytes options, F&& f) const;
  std::string where() const;
  std::uint16_t u16(const std::byte*) const;
  std::uint32_t u32(const std::byte*) const;

  ByteSource& source_;
  std::vector<std::byte> buffer_;
  std::size_t at_ = 0, end_ = 0;  // what of the buffer is still to be read
  std::uint64_t position_ = 0;    // of at_ in the capture, decompressed
  std::size_t taken_ = 0;         // bytes of the block whose packet was delivered last
  bool big_endian_ = false;
  std::vector<Interface> interfaces_;  // of the section
  TimeResolution resolution_ = TimeResolution::microseconds;
  Timestamp last_{};
  std::uint64_t frames_ = 0;
  std::uint64_t unknown_ = 0;  // packets passed over because of their link type, and the first such
  int unknown_link_ = 0;
  std::string error_;
};

}  // namespace oflens::network
