// Moments of a capture, as people write them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <oflens/network/capture.hpp>

namespace oflens::cli {

// "2026-11-20T09:36:27.123456Z", or seconds: "2.250000". digits, of the second: 6, or 9 where there are more.
std::optional<Timestamp> time_in(std::string_view text, int& digits);

// After a captured frame, or at a time, with all that the capture has of that time.
class Moment {
 public:
  // "frame:12"; a time as above, of which seconds count from the first frame. Empty for another text.
  static std::optional<Moment> read(std::string_view text);

  // What is read begins behind so many frames, the first of them, the last of them and the latest of these
  // times. False when the moment is before that.
  bool begin_behind(std::uint64_t frames, Timestamp first, Timestamp last, Timestamp latest);
  // The next captured frame. Not until the first is it known when seconds from it are.
  void on_frame(const CapturedFrame&);
  // Is what was complete with this frame, of that time, after it?
  bool is_past(std::uint64_t frame, Timestamp time) const { return frame_ ? frame > *frame_ : time > time_; }

  std::optional<std::uint64_t> frame() const { return frame_; }
  // Of the frame: once it was seen.
  Timestamp time() const { return time_; }
  // Has the capture come as far as that? Frames that come may still be of that time.
  bool reached() const { return reached_; }
  // It is before the first frame.
  bool before_capture() const { return before_; }

 private:
  std::optional<std::uint64_t> frame_;
  Timestamp time_{};  // while since_first_ and not started_: how much later than the first
  bool since_first_ = false, started_ = false, reached_ = false, before_ = false;
};

}  // namespace oflens::cli
