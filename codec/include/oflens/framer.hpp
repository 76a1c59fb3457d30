// From a stream of bytes to messages.
#pragma once

#include <vector>

#include <oflens/frame.hpp>

namespace oflens {

template <class T>
struct Saved;  // writes and reads what a T has of the past; the dissector's

// Bytes of a stream that belong to no message that could be delivered: part of a message that lost other
// bytes, or what was passed over to find the next message.
struct Skipped {
  std::uint64_t offset = 0;  // in the stream
  std::uint64_t bytes = 0;
};

// The beginning of a message, at least its header, whose rest was there and not captured.
struct CutMessage {
  std::uint64_t offset = 0;  // in the stream
  Bytes bytes;
};

// Cuts one direction of one connection into messages. Messages that lie whole in what is pushed are not
// copied; one that straddles pushes is. After a gap, or when a header cannot be one, it looks for the next
// place where messages follow each other (headers that are possible, bodies that are well-formed), so nothing
// silences it for long. Memory: less than 400 KiB while a message is incomplete or a search goes on, 4 KiB
// otherwise.
//
// The callback f takes a const Frame&, whose bytes are valid during the call only; if it also takes a
// Skipped, it is told about those, and if it takes a CutMessage, about those, whose bytes are skipped next.
class Framer {
 public:
  // catalog serves the search and must outlive the framer. at_boundary: the first byte pushed begins a
  // message; if not, the search begins there. offset: of the first byte pushed in the stream.
  explicit Framer(const Catalog& catalog, bool at_boundary = true, std::uint64_t offset = 0)
      : catalog_(&catalog), state_(at_boundary ? State::aligned : State::searching), offset_(offset) {}

  // The next bytes of the stream.
  template <class F>
  void push(Bytes bytes, F&& f) {
    while (!bytes.empty()) {
      switch (state_) {
        case State::aligned: bytes = aligned(bytes, f); break;
        case State::passing: bytes = passing(bytes, f); break;
        case State::searching: {
          const Bytes part = bytes.first(std::min(bytes.size(), max_window));
          segment_ = window_.size();
          window_.insert(window_.end(), part.begin(), part.end());
          bytes = bytes.subspan(part.size());
          look(false, f);
          break;
        }
      }
    }
  }

  // The next `missing` bytes of the stream are lost. A message's end that is known from its header is where
  // reading goes on; otherwise it is looked for. cut: they are the rest of the segment that was pushed last,
  // left out by the capture.
  template <class F>
  void gap(std::uint64_t missing, F&& f, bool cut = false) {
    if (missing == 0) return;
    if (state_ == State::searching) {
      if (cut && segment_ < window_.size() && begins_cut_message(Bytes(window_).subspan(segment_))) {
        const std::vector<std::byte> segment(window_.begin() + static_cast<std::ptrdiff_t>(segment_),
                                             window_.end());
        drop(segment_, f);
        forget();
        state_ = State::aligned;
        push(segment, f);
      } else {
        look(true, f);
      }
    }
    if (cut && state_ == State::aligned && window_.size() >= Header::size) {
      version_ = std::to_integer<std::uint8_t>(window_[0]);
      if constexpr (std::invocable<F&, CutMessage>) f(CutMessage{offset_, window_});
    }
    std::uint64_t rest = 0;  // of the message that the gap falls into
    if (state_ == State::passing)
      rest = passing_;
    else if (state_ == State::aligned && window_.size() >= Header::size)
      rest = needed() - window_.size();
    const bool end_known = rest >= missing && rest != 0;
    drop(window_.size(), f);
    forget();
    offset_ += missing;
    passing_ = end_known ? rest - missing : 0;
    state_ = !end_known ? State::searching : passing_ == 0 ? State::aligned : State::passing;
  }

  // The stream has ended: an incomplete message is skipped.
  template <class F>
  void finish(F&& f) {
    if (state_ == State::searching) look(true, f);
    drop(window_.size(), f);
    forget();
  }

  // The version of the last message delivered, 0 before the first.
  std::uint8_t version() const { return version_; }
  // Restricts what the search takes for a message: to the other direction's version, for instance.
  void expect(std::uint8_t version) { version_ = version; }
  bool searching() const { return state_ == State::searching; }
  // Offset of the first byte that was neither delivered nor skipped.
  std::uint64_t offset() const { return offset_; }

 private:
  friend struct Saved<Framer>;

  enum class State : std::uint8_t { aligned, passing, searching };
  static constexpr std::size_t max_window = 128 * 1024, max_idle = 4096;

  // The length of the message whose header is in the window.
  std::size_t needed() const { return load_be<std::uint16_t>(window_.data() + 2); }
  // Can a message in the flow of messages begin like this? Anything with a length is given a chance there.
  static bool acceptable(const std::byte* header) {
    return load_be<std::uint16_t>(header + 2) >= Header::size && header[0] != std::byte{0} &&
           header[0] < std::byte{0x80};
  }

  template <class F>
  void deliver(Bytes bytes, F& f) {
    version_ = std::to_integer<std::uint8_t>(bytes[0]);
    f(*Frame::at(bytes));
    offset_ += bytes.size();
  }
  template <class F>
  void drop(std::uint64_t n, F& f) {
    if (n == 0) return;
    if constexpr (std::invocable<F&, Skipped>) f(Skipped{offset_, n});
    offset_ += n;
  }

  template <class F>
  Bytes aligned(Bytes bytes, F& f) {
    if (window_.empty()) {
      while (bytes.size() >= Header::size && acceptable(bytes.data())) {
        const std::size_t n = load_be<std::uint16_t>(bytes.data() + 2);
        if (n > bytes.size()) break;
        deliver(bytes.first(n), f);
        bytes = bytes.subspan(n);
      }
      if (bytes.size() >= Header::size && !acceptable(bytes.data())) {
        state_ = State::searching;
        return bytes;
      }
    }
    // A message that straddles: gather its header, then its body.
    while (!bytes.empty()) {
      const std::size_t target = window_.size() < Header::size ? Header::size : needed();
      const std::size_t n = std::min(target - window_.size(), bytes.size());
      window_.insert(window_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n));
      bytes = bytes.subspan(n);
      if (window_.size() < Header::size) break;
      if (window_.size() == Header::size && !acceptable(window_.data())) {
        state_ = State::searching;
        segment_ = window_.size();
        look(false, f);
        break;
      }
      if (window_.size() == needed()) {
        deliver(window_, f);
        forget();
        break;
      }
    }
    return bytes;
  }

  template <class F>
  Bytes passing(Bytes bytes, F& f) {
    const std::size_t n = std::min<std::uint64_t>(passing_, bytes.size());
    drop(n, f);
    passing_ -= n;
    if (passing_ == 0) state_ = State::aligned;
    return bytes.subspan(n);
  }

  void forget() {
    if (window_.capacity() > max_idle)
      window_ = std::vector<std::byte>();
    else
      window_.clear();
    candidates_.clear();
    scanned_ = 0;
  }

  // Searches the window, and delivers what is found there, until nothing more is. Keeps what may yet become a
  // message.
  template <class F>
  void look(bool last, F& f) {
    std::size_t done = 0;  // of the window: delivered or passed over
    for (;;) {
      const Found found = search(last);
      drop(found.at - done, f);
      done = found.at;
      if (!found.message) break;
      while (window_.size() - done >= Header::size && acceptable(window_.data() + done)) {
        const std::size_t n = load_be<std::uint16_t>(window_.data() + done + 2);
        if (n > window_.size() - done) break;
        deliver(Bytes(window_).subspan(done, n), f);
        done += n;
      }
      candidates_.clear();
      scanned_ = done;
      if (window_.size() - done < Header::size || acceptable(window_.data() + done)) {
        state_ = State::aligned;
        break;
      }
    }
    if (done == window_.size()) return forget();
    window_.erase(window_.begin(), window_.begin() + static_cast<std::ptrdiff_t>(done));
    for (Candidate& c : candidates_) c.at -= static_cast<std::uint32_t>(done);
    scanned_ -= done;
    segment_ = segment_ >= done ? segment_ - done : window_.size();
  }

  // Where in the window a message begins, or the first byte that may yet begin one.
  struct Found {
    std::size_t at = 0;
    bool message = false;
  };
  Found search(bool last);
  // Whether messages of the known version follow each other from the front, up to one that goes on beyond the
  // bytes.
  bool begins_cut_message(Bytes bytes) const;
  enum class Verdict : std::uint8_t { no, wait, yes };
  // A place that could begin a message.
  struct Candidate {
    std::uint32_t at = 0;
    bool begins_segment = false;  // it is where a push began
  };
  Verdict judge(Candidate, bool last) const;

  const Catalog* catalog_;
  State state_;
  std::uint8_t version_ = 0;
  std::uint64_t offset_;               // of the first byte of the window, or of what is pushed next
  std::uint64_t passing_ = 0;          // bytes to pass over up to a known boundary
  std::vector<std::byte> window_;      // aligned: the message so far; searching: bytes not yet given up
  std::size_t segment_ = 0;            // where in the window the last push began; its end if that is gone
  std::size_t scanned_ = 0;            // searching: no candidate before this but those that wait
  std::vector<Candidate> candidates_;  // those that wait for more bytes
};

}  // namespace oflens
