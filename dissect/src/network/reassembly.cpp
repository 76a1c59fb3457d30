#include "connections.hpp"

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

namespace oflens {
namespace {

// How long a closed connection is remembered, so that late copies of its segments do not open another one: a
// minute covers the retransmissions of a FIN whose acknowledgement was lost.
constexpr std::uint64_t remembered_ns = 60'000'000'000;

// Deadlines are looked at by the segments that pass; each looks at a few, so that none pays for many.
constexpr int deadlines_per_segment = 2;

// Spreads every bit of x over all of the result (the finalizer known as rrmxmx, in its short form).
constexpr std::uint64_t mix(std::uint64_t x) {
  constexpr std::uint64_t odd = 0xd6e8feb86659fd93;
  x = (x ^ x >> 32) * odd;
  x = (x ^ x >> 32) * odd;
  return x ^ x >> 32;
}

constexpr Side other(Side side) { return side == Side::a ? Side::b : Side::a; }

}  // namespace

TcpReassembler::Connections::Connections(ReassemblyLimits limits) : limits_(limits) {
  std::random_device random;
  for (auto& s : seed_) s = (std::uint64_t{random()} << 32 | random()) | 1;
}

// Keyed, so that nobody can prepare a capture whose connections all fall together.
std::uint64_t TcpReassembler::Connections::hash(const Endpoint& e) const {
  const auto high = load_be<std::uint64_t>(reinterpret_cast<const std::byte*>(e.address.data()));
  const auto low = load_be<std::uint64_t>(reinterpret_cast<const std::byte*>(e.address.data() + 8));
  return mix(mix(low ^ seed_[0]) ^ high ^ e.port * seed_[1]);
}

TcpReassembler::Connections::Flow* TcpReassembler::Connections::find(const TcpSegment& segment, Side& from) {
  const auto matches = [&](const Connection& c) {
    if (c.a == segment.source && c.b == segment.destination) return from = Side::a, true;
    if (c.b == segment.source && c.a == segment.destination) return from = Side::b, true;
    return false;
  };
  if (last_ != nullptr && matches(last_->connection)) return last_;
  const auto [begin, end] = index_.equal_range(hash(segment));
  for (auto it = begin; it != end; ++it)
    if (matches(it->second->connection)) return last_ = it->second;
  return nullptr;
}

TcpReassembler::Connections::Flow& TcpReassembler::Connections::open(const TcpSegment& segment, Side& from,
                                                                     Sink& sink) {
  while (open_.size() + closed_.size() >= std::max<std::size_t>(limits_.connections, 1)) {
    if (!closed_.empty()) {
      forget(closed_.front());
      continue;
    }
    ++counters.evicted;
    close(open_.back(), Ending::evicted, segment.frame, segment.time, sink);
    forget(open_.back());
  }
  Flow& flow = open_.emplace_front();
  flow.place = open_.begin();
  flow.hash = hash(segment);
  index_.emplace(flow.hash, &flow);
  last_ = &flow;
  // A SYN with an acknowledgement answers the initiator's.
  from = segment.syn && segment.ack ? Side::b : Side::a;
  flow.connection = {.id = ++counters.connections,
                     .a = from == Side::a ? segment.source : segment.destination,
                     .b = from == Side::a ? segment.destination : segment.source,
                     .first_frame = segment.frame,
                     .first = segment.time,
                     .last = segment.time};
  sink.on_open(flow.connection);
  return flow;
}

// Whether a segment between the endpoints of a connection is of a later connection between them.
bool TcpReassembler::Connections::begins_another(Flow& flow, Side from, const TcpSegment& segment) const {
  const auto& stream = flow.stream(from);
  const auto& reverse = flow.stream(other(from));
  if (!segment.syn) {
    // After the end, only copies of what was sent before are expected. Data that is none is of a connection
    // whose SYN the capture missed.
    return flow.closed && (!segment.payload.empty() || segment.cut != 0) && !segment.rst &&
           !stream.is_past(segment.sequence, limits_.window);
  }
  if (stream.syn_seen()) return !stream.begins_with(segment.sequence);
  if (flow.closed) return true;
  // The stream was picked up in the middle: is this its SYN, captured late?
  if (stream.known()) return !stream.can_begin_at(segment.sequence + 1, limits_.window);
  if (segment.ack) return !reverse.is_answered_by(segment.acknowledgement);
  return (reverse.known() || flow.connection.ignore) && !stream.expects(segment.sequence + 1);
}

void TcpReassembler::Connections::push(const TcpSegment& segment, Sink& sink) {
  ++counters.segments;
  last_frame_ = segment.frame;
  last_time_ = segment.time;
  if (!waiting_.empty() || !closed_.empty()) pass_time(segment, sink);

  Side from{};
  Flow* flow = find(segment, from);
  if (flow != nullptr && (flow->closed || segment.syn)) {
    if (begins_another(*flow, from, segment)) {
      if (!flow->closed) close(*flow, Ending::replaced, segment.frame, segment.time, sink);
      forget(*flow);
      flow = nullptr;
    } else if (flow->closed) {
      return;
    }
  }
  if (flow == nullptr) {
    if (segment.rst || (!segment.syn && segment.payload.empty() && segment.cut == 0)) return;
    flow = &open(segment, from, sink);
  }
  if (open_.begin() != flow->place) open_.splice(open_.begin(), open_, flow->place);
  flow->connection.last = segment.time;
  if (flow->connection.ignore) return skip(*flow, from, segment, sink);

  // The common case: the next bytes of a stream that lacks nothing, acknowledging nothing that was not seen.
  auto& stream = flow->stream(from);
  if (stream.is_next(segment.sequence) && !segment.syn && !segment.fin && !segment.rst && segment.cut == 0 &&
      !(segment.ack && flow->stream(other(from)).is_beyond(segment.acknowledgement))) {
    if (!segment.payload.empty()) {
      auto c = context(*flow, from, segment.frame, segment.time, sink);
      stream.deliver(segment.payload, c);
    }
    return;
  }
  take(*flow, from, segment, sink);
}

void TcpReassembler::Connections::take(Flow& flow, Side from, const TcpSegment& segment, Sink& sink) {
  auto there = context(flow, from, segment.frame, segment.time, sink);
  if (segment.ack && !segment.rst) {
    // First, because what it confirms was sent before this segment.
    auto back = context(flow, other(from), segment.frame, segment.time, sink);
    flow.stream(other(from)).acknowledge(segment.acknowledgement, back);
  }
  if (segment.rst) {
    // Not the end yet: what was sent before it may be captured after it. pass_time() ends it.
    if (!flow.reset) flow.reset_at = segment.time;
    flow.reset = true;
    flow.stream(from).take_reset(segment, there);
  } else {
    flow.stream(from).take(segment, there);
  }
  if (flow.connection.ignore) {
    for (auto& stream : flow.streams) stream.drop(counters);
  } else {
    enforce_limits(flow, from, segment, sink);
  }
  if (flow.finished()) {
    close(flow, Ending::finished, segment.frame, segment.time, sink);
    return remember(flow, segment.time);
  }
  update_waiting(flow, segment.time);
}

// An ignored connection is only watched for its end, and for another beginning in its place.
void TcpReassembler::Connections::skip(Flow& flow, Side from, const TcpSegment& segment, Sink& sink) {
  if (flow.waiting) {
    for (auto& stream : flow.streams) stream.drop(counters);
    update_waiting(flow, segment.time);
  }
  if (segment.syn) flow.stream(from).note_syn(segment.sequence, flow.connection, from);
  if (segment.fin) flow.fin[static_cast<std::size_t>(from)] = true;
  if (!segment.rst && !(flow.fin[0] && flow.fin[1])) return;
  close(flow, segment.rst ? Ending::reset : Ending::finished, segment.frame, segment.time, sink);
  remember(flow, segment.time);
}

void TcpReassembler::Connections::enforce_limits(Flow& flow, Side from, const TcpSegment& segment,
                                                 Sink& sink) {
  auto& stream = flow.stream(from);
  auto c = context(flow, from, segment.frame, segment.time, sink);
  while (stream.buffered() > limits_.buffered_per_direction) stream.give_up_first(GapCause::gave_up, c);
  if (counters.buffered_bytes <= limits_.buffered) return;
  // In total, those that have waited longest give way: what they wait for is the least likely to come.
  update_waiting(flow, segment.time);
  while (counters.buffered_bytes > limits_.buffered) {
    Flow& oldest = *waiting_.front();
    for (const auto side : {Side::a, Side::b}) {
      auto o = context(oldest, side, segment.frame, segment.time, sink);
      while (oldest.stream(side).waiting()) oldest.stream(side).give_up_first(GapCause::gave_up, o);
    }
    waiting_.splice(waiting_.end(), waiting_, oldest.waiting_place);
    oldest.waiting_since = segment.time;
  }
}

void TcpReassembler::Connections::update_waiting(Flow& flow, Timestamp now) {
  const bool waits = !flow.closed && (flow.streams[0].waiting() || flow.streams[1].waiting() ||
                                      (flow.reset && !flow.connection.ignore));
  if (waits && !flow.waiting) {
    flow.waiting_place = waiting_.insert(waiting_.end(), &flow);
    flow.waiting_since = now;
  } else if (!waits && flow.waiting) {
    waiting_.erase(flow.waiting_place);
  }
  flow.waiting = waits;
}

// Ends waits that have lasted long enough, on connections that may themselves have fallen silent.
void TcpReassembler::Connections::pass_time(const TcpSegment& segment, Sink& sink) {
  const auto patience = static_cast<std::uint64_t>(limits_.patience.count());
  for (int i = 0; i < deadlines_per_segment && !waiting_.empty(); ++i) {
    Flow& flow = *waiting_.front();
    if (elapsed(flow.waiting_since, segment.time) < patience) break;
    for (const auto side : {Side::a, Side::b}) {
      auto c = context(flow, side, segment.frame, segment.time, sink);
      flow.stream(side).tick(c);
    }
    if (flow.finished() || (flow.reset && elapsed(flow.reset_at, segment.time) >= patience)) {
      close(flow, Ending::reset, segment.frame, segment.time, sink);
      remember(flow, segment.time);
      continue;
    }
    flow.waiting_since = segment.time;
    waiting_.splice(waiting_.end(), waiting_, flow.waiting_place);
    update_waiting(flow, segment.time);
  }
  for (int i = 0; i < deadlines_per_segment && !closed_.empty(); ++i) {
    if (elapsed(closed_.front().closed_at, segment.time) < remembered_ns) break;
    forget(closed_.front());
  }
}

void TcpReassembler::Connections::close(Flow& flow, Ending ending, std::uint64_t frame, Timestamp time,
                                        Sink& sink) {
  for (const auto side : {Side::a, Side::b}) {
    auto c = context(flow, side, frame, time, sink);
    flow.stream(side).flush(c);
    flow.stream(side).drop(counters);
  }
  flow.closed = true;
  update_waiting(flow, time);
  // What kept a connection open may just have been given up.
  if (flow.finished())
    ending = Ending::finished;
  else if (flow.reset)
    ending = Ending::reset;
  flow.connection.ending = ending;
  sink.on_close(flow.connection);
}

void TcpReassembler::Connections::remember(Flow& flow, Timestamp now) {
  flow.closed_at = now;
  flow.remembered = true;
  closed_.splice(closed_.end(), open_, flow.place);
}

void TcpReassembler::Connections::forget(Flow& flow) {
  const auto [begin, end] = index_.equal_range(flow.hash);
  index_.erase(std::find_if(begin, end, [&](const auto& entry) { return entry.second == &flow; }));
  if (last_ == &flow) last_ = nullptr;
  (flow.remembered ? closed_ : open_).erase(flow.place);
}

void TcpReassembler::Connections::finish(Sink& sink) {
  std::vector<Flow*> flows;
  flows.reserve(open_.size());
  for (auto& flow : open_) flows.push_back(&flow);
  std::sort(flows.begin(), flows.end(),
            [](const Flow* a, const Flow* b) { return a->connection.id < b->connection.id; });
  for (Flow* flow : flows) close(*flow, Ending::capture_ended, last_frame_, last_time_, sink);
  index_.clear();
  open_.clear();
  closed_.clear();
  last_ = nullptr;
}

TcpReassembler::TcpReassembler(ReassemblyLimits limits)
    : connections_(std::make_unique<Connections>(limits)) {}
TcpReassembler::TcpReassembler(TcpReassembler&&) noexcept = default;
TcpReassembler& TcpReassembler::operator=(TcpReassembler&&) noexcept = default;
TcpReassembler::~TcpReassembler() = default;

void TcpReassembler::push_to(const TcpSegment& segment, Sink& sink) { connections_->push(segment, sink); }
void TcpReassembler::finish_to(Sink& sink) { connections_->finish(sink); }
const ReassemblyCounters& TcpReassembler::counters() const { return connections_->counters; }

}  // namespace oflens
