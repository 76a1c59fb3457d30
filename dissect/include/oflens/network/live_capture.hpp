// Frames from a network interface, as they come.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <oflens/network/capture.hpp>

namespace oflens {

struct LiveOptions {
  std::string interface;  // "any": all of them
  std::string filter;     // in the language of pcap-filter(7); empty: everything
  std::string save;       // a pcap file to be written with what is captured; empty: none
};

// Frames are delivered within a hundredth of a second, whole up to 262,144 bytes, with nanoseconds where the
// system has them. Never throws. Not thread-safe, but for stop().
class LiveCapture {
 public:
  // Begins to capture. See failure().
  [[nodiscard]] static LiveCapture open(const LiveOptions&);

  LiveCapture(LiveCapture&&) noexcept;
  LiveCapture& operator=(LiveCapture&&) noexcept;
  ~LiveCapture();

  // Waits for the next frame. False after stop(), or when no more can be captured or saved: see error().
  bool next(CapturedFrame& frame);
  // Ends the waiting, and all to come. May be called by a signal handler.
  void stop();

  // What was wrong, in one line; empty as long as all is well. `bad_filter` when it was that.
  const std::string& error() const;
  bool bad_filter() const;

  // As Capture's.
  TimeResolution resolution() const;
  // Frames that came faster than they were taken, and are lost.
  std::uint64_t dropped() const;

 private:
  struct State;
  explicit LiveCapture(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

}  // namespace oflens
