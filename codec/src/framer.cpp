#include <oflens/framer.hpp>

#include <algorithm>

namespace oflens {

// One place after the other is judged by the messages that would follow from there:
//   no    a header that cannot be, or a body that is not well-formed
//   yes   enough messages in a row, or one that begins and ends with segments
//   wait  too few bytes to tell
// A place that says yes wins over earlier ones that wait: random bytes look like the header of a long message
// far more often than like two messages in a row.
Framer::Verdict Framer::judge(Candidate candidate, bool last) const {
  constexpr int sure = 3, likely = 2;
  const Bytes window = window_;
  int messages = 0;
  for (std::size_t p = candidate.at;;) {
    const Bytes left = window.subspan(p);
    if (left.empty())  // a lone message is too easily met by chance, unless segments are just that
      return messages >= likely || (messages == 1 && (candidate.begins_segment || last)) ? Verdict::yes
                                                                                         : Verdict::wait;
    const auto version = std::to_integer<std::uint8_t>(left[0]);
    if (version_ != 0 ? version != version_ : version < 1 || version > 6) return Verdict::no;
    if (left.size() < Header::size)
      return messages >= likely ? Verdict::yes : last ? Verdict::no : Verdict::wait;
    const auto type = std::to_integer<std::uint8_t>(left[1]);
    const std::size_t length = load_be<std::uint16_t>(left.data() + 2);
    if (length < Header::size || message_name(static_cast<Version>(version), type) == nullptr)
      return Verdict::no;
    const wire::StructDesc* body = nullptr;
    if (left.size() >= length) body = catalog_->find(left.first(length));
    if (left.size() < length) return messages >= likely ? Verdict::yes : last ? Verdict::no : Verdict::wait;
    const std::byte* end = left.data() + length;
    if (body != nullptr && body->check(left.data(), end, {catalog_}) != end) return Verdict::no;
    if (++messages == sure) return Verdict::yes;
    p += length;
  }
}

bool Framer::begins_cut_message(Bytes bytes) const {
  bool found = false;
  while (bytes.size() >= Header::size) {
    const auto version = std::to_integer<std::uint8_t>(bytes[0]),
               type = std::to_integer<std::uint8_t>(bytes[1]);
    const std::size_t length = load_be<std::uint16_t>(bytes.data() + 2);
    if (version != version_ || length < Header::size ||
        message_name(static_cast<Version>(version), type) == nullptr)
      return false;
    if (length > bytes.size()) return true;
    const wire::StructDesc* body = catalog_->find(bytes.first(length));
    const std::byte* end = bytes.data() + length;
    if (body != nullptr && body->check(bytes.data(), end, {catalog_}) != end) return false;
    bytes = bytes.subspan(length);
    found = true;
  }
  return found;
}

Framer::Found Framer::search(bool last) {
  constexpr std::size_t max_candidates = 32;
  // The ones that wait, again; then the bytes not looked at before.
  std::size_t kept = 0;
  for (const Candidate c : candidates_) {
    const Verdict verdict = judge(c, last);
    if (verdict == Verdict::yes) return {c.at, true};
    if (verdict == Verdict::wait) candidates_[kept++] = c;
  }
  candidates_.resize(kept);
  for (; scanned_ < window_.size(); ++scanned_) {
    const Candidate c{static_cast<std::uint32_t>(scanned_), scanned_ == segment_};
    const Verdict verdict = judge(c, last);
    if (verdict == Verdict::yes) return {c.at, true};
    if (verdict == Verdict::wait && candidates_.size() < max_candidates) candidates_.push_back(c);
  }
  // Give up what lies before the first that waits, and the oldest of those when the window is full.
  while (!candidates_.empty() && window_.size() - candidates_.front().at > max_window)
    candidates_.erase(candidates_.begin());
  if (last) candidates_.clear();
  return {candidates_.empty() ? window_.size() : candidates_.front().at, false};
}

}  // namespace oflens
