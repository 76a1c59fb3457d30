#include "tcp_stream.hpp"

#include <algorithm>
#include <utility>

namespace oflens {
namespace {

std::uint64_t count_differences(Bytes a, Bytes b) {
  std::uint64_t n = 0;
  for (std::size_t i = 0; i < a.size(); ++i) n += a[i] != b[i];
  return n;
}

}  // namespace

void TcpStream::begin(std::uint32_t sequence, State state) {
  state_ = state;
  // The low 32 bits are the sequence number; see the class.
  next_ = origin_ = (std::uint64_t{1} << 40) + sequence;
  update_plain();
}

// Starts the stream with the first segment of it. False if that says only where the stream will begin.
bool TcpStream::begin_with(const TcpSegment& segment, std::uint32_t sequence,
                           const ReassemblyLimits& limits) {
  if (segment.syn) {
    begin(sequence, State::settled);
    return true;
  }
  const bool has_data = !segment.payload.empty() || segment.cut != 0;
  if (!has_data && !segment.fin) {
    hint_ = sequence;
    hinted_ = true;
    return false;
  }
  if (hinted_) {
    const auto ahead = sequence - hint_;
    // A keep-alive probe repeats the last byte of before the capture.
    if (ahead == ~std::uint32_t{0} && segment.payload.size() <= 1 && segment.cut == 0) return false;
    if (ahead <= limits.window) {
      begin(hint_, State::settled);
      return true;
    }
  }
  begin(sequence, has_data ? State::guessed : State::settled);
  return true;
}

// Ends the guessing: the first byte seen is the first byte.
void TcpStream::settle(StreamContext& context) {
  if (state_ != State::guessed) return;
  state_ = State::settled;
  if (!held_.empty()) next_ = held_.begin()->first;
  origin_ = next_;
  drain(context);
}

bool TcpStream::plausible(std::uint32_t sequence, std::uint32_t window) const {
  const auto ahead = sequence - static_cast<std::uint32_t>(next_);
  return ahead <= window || std::uint32_t{0} - ahead <= window;
}

bool TcpStream::can_begin_at(std::uint32_t sequence, std::uint32_t window) const {
  if (state_ == State::settled) return static_cast<std::uint32_t>(origin_) == sequence;
  return state_ == State::guessed && static_cast<std::uint32_t>(next_) - sequence <= window;
}

void TcpStream::take(const TcpSegment& segment, StreamContext& context) {
  const auto sequence = segment.sequence + (segment.syn ? 1U : 0U);
  const bool has_data = !segment.payload.empty() || segment.cut != 0;
  if (segment.syn && state_ == State::guessed) {
    // The SYN was captured after data that follows it: now the beginning is known.
    state_ = State::settled;
    next_ = origin_ = next_ - (static_cast<std::uint32_t>(next_) - sequence);
  }
  bool first = false;
  if (state_ == State::unknown) {
    if (!begin_with(segment, sequence, context.limits)) return;
    first = true;
  }
  if (segment.syn) note_syn(segment.sequence, context.connection, context.from);
  if (!plausible(sequence, context.limits.window)) {
    if (!has_data || !resume_at(segment, sequence, context)) return;
  }
  if (has_data) suspect_ = false;

  const auto at = next_ + static_cast<std::uint64_t>(static_cast<std::int64_t>(
                              static_cast<std::int32_t>(sequence - static_cast<std::uint32_t>(next_))));
  const auto end = at + segment.payload.size() + segment.cut;
  if (has_data) {
    if (fin_ && end > fin_at_) fin_ = false;  // a FIN that the stream goes on after was not the stream's
    if (state_ == State::guessed)
      hold(at, segment, context);
    else
      take_data(at, segment, context);
  }
  if (segment.fin && end >= next_) {
    fin_ = true;
    fin_at_ = end;
    if (end > next_) mark(end, context);
  }
  // Two segments are enough of a sign: it covers two that were swapped, and does not delay more than one.
  if (!first) settle(context);
  drain(context);
  judge(true, context);
}

void TcpStream::take_reset(const TcpSegment& segment, StreamContext& context) {
  if (state_ != State::settled) return;
  const auto ahead = segment.sequence - static_cast<std::uint32_t>(next_);
  if (ahead > 0 && ahead <= context.limits.window) mark(next_ + ahead, context);
  update_plain();
}

// A segment far from where the stream is. Sequence numbers alone cannot tell a stray from a stream of which
// the capture missed a lot, so one such segment is dropped; if the next one continues it, the stream goes on
// there.
bool TcpStream::resume_at(const TcpSegment& segment, std::uint32_t sequence, StreamContext& context) {
  if (!suspect_ || suspect_sequence_ != sequence) {
    suspect_ = true;
    plain_ = false;  // the next segment must be looked at
    suspect_sequence_ = sequence + static_cast<std::uint32_t>(segment.payload.size()) + segment.cut;
    ++context.counters.out_of_window_segments;
    return false;
  }
  settle(context);
  while (!held_.empty()) give_up_first(GapCause::lost, context);
  // Where it seems to be behind, it has come round: positions only grow.
  if (!plausible(sequence, context.limits.window))
    gap_until(next_ + (sequence - static_cast<std::uint32_t>(next_)), GapCause::lost, context);
  return true;
}

void TcpStream::take_data(std::uint64_t at, const TcpSegment& segment, StreamContext& context) {
  if (at > next_) {
    ++context.counters.reordered_segments;
    return hold(at, segment, context);
  }
  const auto size = segment.payload.size();
  const auto known = std::min<std::uint64_t>(next_ - at, size);
  if (segment.cut != 0) cut_until_ = std::max(cut_until_, at + size + segment.cut);
  if (known < size) {
    if (known != 0) {
      ++context.counters.overlapping_segments;
      context.counters.repeated_bytes += known;
    }
    deliver(segment.payload.subspan(static_cast<std::size_t>(known)), context);
  } else if (size == 1 && at + 1 == next_) {
    ++context.counters.keep_alives;
  } else if (size != 0) {
    ++context.counters.retransmitted_segments;
    context.counters.repeated_bytes += known;
  }
}

void TcpStream::deliver(Bytes bytes, StreamContext& context) {
  // What waits was seen first, so it wins over the same bytes here.
  while (!bytes.empty() && !context.connection.ignore) {
    auto fresh = bytes.size();
    if (!held_.empty())
      fresh = static_cast<std::size_t>(std::min<std::uint64_t>(fresh, held_.begin()->first - next_));
    if (fresh != 0) {
      emit(bytes.first(fresh), context.frame, context.time, context);
    } else {
      const Bytes first = held_.begin()->second.bytes;
      fresh = std::min(first.size(), bytes.size());
      context.counters.repeated_bytes += fresh;
      context.counters.conflicting_bytes += count_differences(first.first(fresh), bytes.first(fresh));
      deliver_held(context);
    }
    bytes = bytes.subspan(fresh);
  }
}

// Keeps a segment for later; of bytes that are kept already, the first copy.
void TcpStream::hold(std::uint64_t at, const TcpSegment& segment, StreamContext& context) {
  auto bytes = segment.payload;
  std::uint64_t known = 0;
  auto it = held_.upper_bound(at);
  if (it != held_.begin() && std::prev(it)->first + std::prev(it)->second.bytes.size() > at) --it;
  while (!bytes.empty()) {
    if (it == held_.end() || it->first >= at + bytes.size()) {
      hold_piece(at, bytes, context);
      at += bytes.size();
      break;
    }
    if (it->first > at) {
      const auto before = static_cast<std::size_t>(it->first - at);
      hold_piece(at, bytes.first(before), context);
      at += before;
      bytes = bytes.subspan(before);
    }
    const auto there = Bytes(it->second.bytes).subspan(static_cast<std::size_t>(at - it->first));
    const auto both = std::min(there.size(), bytes.size());
    known += both;
    context.counters.conflicting_bytes += count_differences(there.first(both), bytes.first(both));
    at += both;
    bytes = bytes.subspan(both);
    ++it;
  }
  context.counters.repeated_bytes += known;
  if (known != 0)
    ++(known < segment.payload.size() ? context.counters.overlapping_segments
                                      : context.counters.retransmitted_segments);
  if (segment.cut != 0) {
    auto& end = mark(at, context);
    end.cut_until = std::max(end.cut_until, at + segment.cut);
  }
}

void TcpStream::hold_piece(std::uint64_t at, Bytes bytes, StreamContext& context) {
  auto& held = mark(at, context);
  held.bytes.assign(bytes.begin(), bytes.end());
  held.frame = context.frame;
  held.time = context.time;
  buffered_ += bytes.size();
  context.counters.buffered_bytes += bytes.size();
  context.counters.peak_buffered_bytes =
      std::max(context.counters.peak_buffered_bytes, context.counters.buffered_bytes);
}

// What is held at a position, or a new mark there.
TcpStream::Held& TcpStream::mark(std::uint64_t at, StreamContext& context) {
  const auto after = held_.upper_bound(at);
  if (after != held_.begin()) {
    const auto before = std::prev(after);
    if (before->first == at || before->first + before->second.bytes.size() > at) return before->second;
  }
  buffered_ += piece_overhead;
  context.counters.buffered_bytes += piece_overhead;
  plain_ = false;
  return held_.try_emplace(after, at)->second;
}

void TcpStream::emit(Bytes bytes, std::uint64_t frame, Timestamp time, StreamContext& context) {
  const StreamData data{context.connection, context.from, next_ - origin_, bytes, frame, time};
  next_ += bytes.size();
  context.counters.delivered_bytes += bytes.size();
  context.sink.on_data(data);
}

void TcpStream::gap_until(std::uint64_t end, GapCause cause, StreamContext& context) {
  const auto missing = end - next_;
  if (missing == 0 || context.connection.ignore) return;
  const StreamGap gap{context.connection, context.from, next_ - origin_, missing, cause,
                      context.frame,      context.time};
  next_ = end;
  ++context.counters.gaps;
  context.counters.missing_bytes += missing;
  if (cause == GapCause::cut) context.counters.cut_bytes += missing;
  if (cause == GapCause::gave_up) context.counters.gave_up_bytes += missing;
  context.sink.on_gap(gap);
}

// Delivers the first of what waits, which must be next.
void TcpStream::deliver_held(StreamContext& context) {
  const auto node = held_.extract(held_.begin());
  const Held& held = node.mapped();
  buffered_ -= held.bytes.size() + piece_overhead;
  context.counters.buffered_bytes -= held.bytes.size() + piece_overhead;
  cut_until_ = std::max(cut_until_, held.cut_until);
  if (!held.bytes.empty()) emit(held.bytes, held.frame, held.time, context);
}

// Delivers what waits and has become next, and reports what comes next and was cut off by the capture.
void TcpStream::drain(StreamContext& context) {
  if (state_ != State::settled) return;
  while (!context.connection.ignore) {
    if (!held_.empty() && held_.begin()->first == next_) {
      deliver_held(context);
    } else if (next_ < cut_until_) {
      gap_until(held_.empty() ? cut_until_ : std::min(cut_until_, held_.begin()->first), GapCause::cut,
                context);
    } else {
      break;
    }
  }
  if (context.connection.ignore) drop(context.counters);
  update_plain();
}

void TcpStream::give_up_first(GapCause cause, StreamContext& context) {
  if (state_ == State::guessed) return settle(context);
  if (held_.empty()) return;
  // The hole ends where something waits: drain() delivers at least that, so callers' loops end.
  gap_until(held_.begin()->first, cause, context);
  drain(context);
}

void TcpStream::acknowledge(std::uint32_t acknowledgement, StreamContext& context) {
  if (state_ == State::unknown) {
    hint_ = acknowledgement;
    hinted_ = true;
    return;
  }
  const auto from = std::max(next_, acked_);
  const auto ahead = acknowledgement - static_cast<std::uint32_t>(from);
  if (ahead == 0 || ahead > context.limits.window)
    return judge(false, context);  // old, or not of this stream
  acked_ = from + ahead;
  if (state_ == State::guessed && !held_.empty() && acked_ > held_.begin()->first) settle(context);
  judge(false, context);
}

// Decides whether the bytes missing before what waits will still come. They will not if the receiver has them
// and the capture has had time to show them; see ReassemblyLimits::patience. The doubt begins with the
// acknowledgement, and covers what that one acknowledged; later acknowledgements begin a new one.
void TcpStream::judge(bool one_more, StreamContext& context) {
  if (doubted_ && (held_.empty() || held_.begin()->first > doubt_until_)) doubted_ = false;
  if (state_ != State::settled || held_.empty() || held_.begin()->first > acked_) return;
  if (!doubted_) {
    doubted_ = true;
    doubt_until_ = acked_;
    doubt_since_ = context.time;
    doubt_segments_ = 0;
  } else if (one_more) {
    ++doubt_segments_;
  }
  if (doubt_segments_ < context.limits.patience_segments &&
      elapsed(doubt_since_, context.time) < static_cast<std::uint64_t>(context.limits.patience.count()))
    return;
  while (!held_.empty() && held_.begin()->first <= doubt_until_) give_up_first(GapCause::lost, context);
  doubted_ = false;
}

void TcpStream::tick(StreamContext& context) {
  settle(context);
  judge(false, context);
}

void TcpStream::flush(StreamContext& context) {
  settle(context);
  while (!held_.empty()) give_up_first(GapCause::lost, context);
  if (state_ != State::settled || context.connection.ignore) return;
  // The receiver had more than the capture shows. If that is a single byte, it may be the FIN, which counts
  // as one.
  const auto end = fin_ ? std::min(acked_, fin_at_) : acked_;
  if (end > next_ + (fin_ ? 0 : 1)) gap_until(end, GapCause::lost, context);
}

void TcpStream::drop(ReassemblyCounters& counters) {
  held_.clear();
  counters.buffered_bytes -= buffered_;
  buffered_ = 0;
}

}  // namespace oflens
