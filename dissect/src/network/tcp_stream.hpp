// One direction of a TCP connection: its place in sequence space, and what waits for missing bytes before it.
// Private to reassembly.cpp, which knows connections; this knows only sequence numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include <oflens/network/reassembly.hpp>

namespace oflens {

// Time from one moment to a later one; 0 if it is not later. Captures hold any times in any order, and a
// plain difference could overflow.
inline std::uint64_t elapsed(Timestamp from, Timestamp to) {
  if (to <= from) return 0;
  return static_cast<std::uint64_t>(to.time_since_epoch().count()) -
         static_cast<std::uint64_t>(from.time_since_epoch().count());
}

// What a stream needs from outside while it works on one segment.
struct StreamContext {
  TcpReassembler::Sink& sink;
  Connection& connection;
  const ReassemblyLimits& limits;
  ReassemblyCounters& counters;
  Side from;
  std::uint64_t frame;  // of the segment at hand
  Timestamp time;
};

// Positions are 64 bits wide and count the bytes of the stream from an arbitrary large number, chosen so that
// the low 32 bits of a position are the sequence number. So they never wrap and never get negative, even
// where data comes before what was taken for the beginning.
class TcpStream {
 public:
  bool known() const { return state_ != State::unknown; }
  bool syn_seen() const { return syn_seen_; }
  bool begins_with(std::uint32_t syn_sequence) const { return syn_seen_ && initial_ == syn_sequence; }
  // Whether a SYN of the other end answers the SYN of this one, as far as that is known. It acknowledges the
  // SYN, and maybe data on it: no more than fits a segment.
  bool is_answered_by(std::uint32_t acknowledgement) const {
    return !syn_seen_ || acknowledgement - initial_ - 1 <= 0xffff;
  }
  bool finished() const { return fin_ && next_ >= fin_at_; }
  bool waiting() const { return !held_.empty(); }

  // Whether everything so far was delivered and `sequence` continues it: then deliver() is all there is to
  // do.
  bool is_next(std::uint32_t sequence) const {
    return plain_ && sequence == static_cast<std::uint32_t>(next_);
  }
  // Whether an acknowledgement of this stream tells something new.
  bool is_beyond(std::uint32_t acknowledgement) const {
    return !plain_ || static_cast<std::int32_t>(acknowledgement - static_cast<std::uint32_t>(next_)) > 0;
  }
  // Whether a segment can be a copy of one that was delivered.
  bool is_past(std::uint32_t sequence, std::uint32_t window) const {
    const auto distance = static_cast<std::uint32_t>(next_) - sequence;
    return known() && distance > 0 && distance <= window;
  }
  // Whether a SYN of the other end, or of this one seen late, belongs to this stream.
  bool can_begin_at(std::uint32_t sequence, std::uint32_t window) const;
  bool expects(std::uint32_t sequence) const { return hinted_ && hint_ == sequence; }

  // Delivers bytes that continue the stream, then what waited for them.
  void deliver(Bytes bytes, StreamContext& context);
  // Takes what identifies a SYN.
  void note_syn(std::uint32_t sequence, Connection& connection, Side from) {
    if (syn_seen_) return;
    syn_seen_ = true;
    initial_ = sequence;
    connection.start_seen[static_cast<std::size_t>(from)] = true;
  }
  // Takes any segment of this direction.
  void take(const TcpSegment& segment, StreamContext& context);
  // Takes the position that a reset claims: bytes before it exist.
  void take_reset(const TcpSegment& segment, StreamContext& context);
  // Takes an acknowledgement by the other end.
  void acknowledge(std::uint32_t acknowledgement, StreamContext& context);
  // Looks again, because time has passed.
  void tick(StreamContext& context);
  // Stops waiting for the first missing bytes; delivers what follows them.
  void give_up_first(GapCause cause, StreamContext& context);
  // The end: delivers all, with the gaps.
  void flush(StreamContext& context);
  // Forgets what waits.
  void drop(ReassemblyCounters& counters);

  std::size_t buffered() const { return buffered_; }

 private:
  friend struct Saved<TcpStream>;

  // `guessed`: data was seen, but not what is before it. It waits for one more sign that nothing is.
  enum class State : std::uint8_t { unknown, guessed, settled };

  // Something that was seen at a position beyond the next one. Without bytes it is a mark: the stream reaches
  // at least so far (FIN, RST, or a segment of which nothing was captured).
  struct Held {
    std::vector<std::byte> bytes;
    std::uint64_t cut_until =
        0;  // the bytes from the segment's captured end to here exist but were not captured
    std::uint64_t frame = 0;
    Timestamp time{};
  };

  void begin(std::uint32_t sequence, State state);
  bool begin_with(const TcpSegment& segment, std::uint32_t sequence, const ReassemblyLimits& limits);
  void settle(StreamContext& context);
  bool plausible(std::uint32_t sequence, std::uint32_t window) const;
  bool resume_at(const TcpSegment& segment, std::uint32_t sequence, StreamContext& context);
  void take_data(std::uint64_t at, const TcpSegment& segment, StreamContext& context);
  void hold(std::uint64_t at, const TcpSegment& segment, StreamContext& context);
  void hold_piece(std::uint64_t at, Bytes bytes, StreamContext& context);
  Held& mark(std::uint64_t at, StreamContext& context);
  void emit(Bytes bytes, std::uint64_t frame, Timestamp time, StreamContext& context);
  void gap_until(std::uint64_t end, GapCause cause, StreamContext& context);
  void deliver_held(StreamContext& context);
  void drain(StreamContext& context);
  void judge(bool one_more, StreamContext& context);
  // What a piece in held_ costs beside its bytes: a tree node and two allocations' overhead.
  static constexpr std::size_t piece_overhead = 128;

  void update_plain() { plain_ = state_ == State::settled && held_.empty() && !fin_ && !suspect_; }

  State state_ = State::unknown;
  bool plain_ = false;  // settled, nothing waits, no FIN, no suspect: the common case, in one bit
  bool syn_seen_ = false, fin_ = false, hinted_ = false, suspect_ = false, doubted_ = false;
  std::uint32_t initial_ = 0;           // sequence number of the SYN
  std::uint32_t hint_ = 0;              // while unknown: what the other end expects, or this end will send
  std::uint32_t suspect_sequence_ = 0;  // what would continue the last implausible segment
  std::uint32_t doubt_segments_ = 0;    // seen since doubt_since_
  std::uint64_t origin_ = 0;            // position of stream offset 0
  std::uint64_t next_ = 0;              // position of the next byte to deliver
  std::uint64_t fin_at_ = 0;
  std::uint64_t acked_ = 0;      // the furthest acknowledged position beyond next_ that was seen
  std::uint64_t cut_until_ = 0;  // bytes before this that do not wait in held_ were not captured
  std::uint64_t doubt_until_ = 0;
  Timestamp doubt_since_{};
  std::size_t buffered_ = 0;
  std::map<std::uint64_t, Held> held_;  // disjoint, all beyond next_
};

}  // namespace oflens
