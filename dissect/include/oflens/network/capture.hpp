// Capture files to frames: pcap and pcapng, every timestamp resolution, both byte orders, also compressed
// with gzip or zstd, from a file or a pipe.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <oflens/bytes.hpp>
#include <oflens/timestamp.hpp>

namespace oflens {

// What a frame begins with. `raw` is an IPv4 or IPv6 header; `null` and `loop` are the 4-byte BSD loopback
// headers, in the byte order of the capturing machine and of the network; `openflow` is DLT_OPENFLOW, in
// which OpenBSD captures messages that went over no network.
enum class LinkType : std::uint8_t {
  ethernet,
  linux_sll,
  linux_sll2,
  raw,
  null,
  loop,
  ppp,
  pppoe,
  ieee802_11,
  radiotap,
  openflow
};

// The digits a capture has after the second. Times are held in nanoseconds whatever it is.
enum class TimeResolution : std::uint8_t { microseconds, nanoseconds };

// One captured frame. `bytes` borrows the reader's buffer and is valid until its next next().
struct CapturedFrame {
  std::uint64_t number = 0;  // from 1
  Timestamp time{};
  LinkType link{};
  Bytes bytes;
  std::uint32_t original_length = 0;  // on the wire; more than bytes.size() if the capture cut the frame
  std::string_view comment{};  // what somebody wrote about it (pcapng, the first of several); borrowed, too
};

// One capture file, read once from the front. Never throws for what is in the file: what can be read is
// delivered, and then error() says in one line, beginning with the file's name, what was wrong. pcap is read
// by libpcap, which costs two copies a frame; of pcapng one is saved. No allocation a frame. Not thread-safe;
// several captures are independent.
class Capture {
 public:
  // Opens the file at `path`, or standard input if it is "-". Waits for the file header, so that error() is
  // known.
  [[nodiscard]] static Capture open(const std::string& path);

  Capture(Capture&&) noexcept;
  Capture& operator=(Capture&&) noexcept;
  ~Capture();

  // Reads the next frame, of up to 262,144 bytes. False, and `frame` untouched, at the end of the file or of
  // what can be read of it.
  bool next(CapturedFrame& frame);

  // Empty as long as all is well. May become set when open() or next() fails; stays set.
  const std::string& error() const;

  // pcapng says it per interface, and interfaces may come late: the finest of those so far.
  TimeResolution resolution() const;

  // For a progress bar: bytes taken from the file so far (runs ahead of the frames by up to 256 KiB of
  // it), and the
  // file's size, 0 when unknown (pipes).
  std::uint64_t bytes_read() const;
  std::uint64_t size() const;

 private:
  struct State;
  explicit Capture(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

// Several captures as one, in the order of time; frames of the same time in the order of the files, and the
// frames of one file always in the order of the file. Frames are numbered through. A file that cannot be
// read, or not to its end, does not stop the others. Keeps all files open at once. Cost beyond the captures':
// O(log files) a frame, nothing for a single file.
class MergedCapture {
 public:
  [[nodiscard]] static MergedCapture open(std::span<const std::string> paths);

  // As Capture::next().
  bool next(CapturedFrame& frame);

  // One line for each file that could not be read, or not to its end; in the order of the files.
  std::vector<std::string> errors() const;

  // The finest of the files'.
  TimeResolution resolution() const;

  // Sums; the size is 0 if that of any file is unknown.
  std::uint64_t bytes_read() const;
  std::uint64_t size() const;

 private:
  std::vector<Capture> captures_;
  std::vector<CapturedFrame> pending_;  // the next frame of each capture, while it has one
  std::vector<std::size_t> order_;      // heap of the captures that have one, the earliest at the front
  std::uint64_t count_ = 0;
  bool started_ = false;
};

}  // namespace oflens
