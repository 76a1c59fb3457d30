#include "moment.hpp"

#include <charconv>
#include <utility>

namespace oflens::cli {
namespace {

// Digits at the front of text, which loses them.
std::optional<std::uint64_t> take_number(std::string_view& text, std::size_t most_digits) {
  std::uint64_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + std::min(text.size(), most_digits), n);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return n;
}

}  // namespace

std::optional<Timestamp> time_in(std::string_view text, int& digits) {
  using namespace std::chrono;
  Timestamp time{};
  if (text.size() >= 20 && text[4] == '-' && text[7] == '-' && text[10] == 'T' && text[13] == ':' &&
      text[16] == ':' && text.back() == 'Z') {
    std::uint64_t n[6] = {};
    const std::size_t at[] = {0, 5, 8, 11, 14, 17};
    for (std::size_t i = 0; i < 6; ++i) {
      std::string_view part = text.substr(at[i], i == 0 ? 4 : 2);
      const auto number = take_number(part, 4);
      if (!number || !part.empty()) return std::nullopt;
      n[i] = *number;
    }
    const year_month_day date{year(static_cast<int>(n[0])), month(static_cast<unsigned>(n[1])),
                              day(static_cast<unsigned>(n[2]))};
    // What 64 bits of nanoseconds can say.
    if (n[0] < 1970 || n[0] > 2261) return std::nullopt;
    if (!date.ok() || n[3] > 23 || n[4] > 59 || n[5] > 60) return std::nullopt;
    time = sys_days(date) + hours(n[3]) + minutes(n[4]) + seconds(n[5]);
    text = text.substr(19, text.size() - 20);
  } else {
    const auto whole = take_number(text, 9);
    if (!whole) return std::nullopt;
    time += seconds(*whole);
  }
  if (text.empty()) return time;
  if (text[0] != '.') return std::nullopt;
  text.remove_prefix(1);
  const std::size_t places = text.size();
  auto fraction = take_number(text, 9);
  if (!fraction || !text.empty()) return std::nullopt;
  for (std::size_t i = places; i < 9; ++i) *fraction *= 10;
  digits = places > 6 ? 9 : 6;
  return time + nanoseconds(*fraction);
}

std::optional<Moment> Moment::read(std::string_view text) {
  Moment moment;
  constexpr std::string_view frame = "frame:";
  if (text.starts_with(frame)) {
    text.remove_prefix(frame.size());
    moment.frame_ = take_number(text, 19);
    if (moment.frame_.value_or(0) == 0 || !text.empty()) return std::nullopt;
    return moment;
  }
  int digits = 0;
  const auto time = time_in(text, digits);
  if (!time) return std::nullopt;
  moment.time_ = *time;
  moment.since_first_ = text.find('T') == text.npos;
  return moment;
}

bool Moment::begin_behind(std::uint64_t frames, Timestamp first, Timestamp last, Timestamp latest) {
  if (frames == 0) return true;
  started_ = true;
  if (since_first_) time_ += first.time_since_epoch();
  if (frame_ == frames) time_ = last;
  reached_ = frame_ ? *frame_ <= frames : time_ <= latest;
  return frame_ ? *frame_ >= frames : time_ >= latest;
}

void Moment::on_frame(const CapturedFrame& frame) {
  if (!std::exchange(started_, true)) {
    if (since_first_) time_ += frame.time.time_since_epoch();
    before_ = !frame_ && frame.time > time_;
  }
  if (frame_ && frame.number == *frame_) time_ = frame.time;
  reached_ = reached_ || (frame_ ? frame.number >= *frame_ : frame.time >= time_);
}

}  // namespace oflens::cli
