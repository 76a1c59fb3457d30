#include "saved.hpp"

#include "channel_state.hpp"
#include "connections.hpp"

namespace oflens {

// ---- fragments

template <>
struct Saved<FragmentCounters> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [fragments, reassembled, incomplete, overlapping_fragments] = x;
    a(fragments, reassembled, incomplete, overlapping_fragments);
  }
};

template <>
struct Saved<Decapsulator> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [limits, counters, waiting, done, index, charged, sequences] = x;
    not_saved(limits, done, charged);
    a(counters);
    a.each(waiting, [&](auto& d) { datagram(a, d); });
    if constexpr (A::reading)
      for (auto d = waiting.begin(); d != waiting.end(); ++d) {
        a.check(index.emplace(d->key, d).second, "a datagram twice");
        charged += d->charged;
      }
    a(sequences);
  }

 private:
  template <class A>
  static void datagram(A& a, auto& x) {
    auto& [key, first, bytes, seen, captured, length, charged] = x;
    auto& [source, destination, identification] = key;
    a(source, destination, identification, first, bytes);
    std::uint64_t last = 0;
    a.each(seen, [&](auto& range) {
      auto& [begin, end] = range;
      a(begin, end);
      a.check(begin < end && end <= x.bytes.size() && (last == 0 || begin > last),
              "parts of a datagram that do not ascend");
      last = end;
    });
    a(captured, length);
    a.size(charged);
    a.check(!seen.empty() && bytes.size() <= 0xffff && first >= Timestamp{}, "a datagram that cannot be");
  }
};

// ---- TCP

template <>
struct Saved<Connection> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [id, end_a, end_b, start_seen, first_frame, first, last, ending, user, ignore] = x;
    not_saved(user);
    a(id, end_a, end_b, start_seen, first_frame, first, last, ignore);
    a.up_to(Ending::capture_ended, ending);
  }
};

template <>
struct Saved<ReassemblyCounters> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [segments, connections, evicted, delivered_bytes, gaps, missing_bytes, cut_bytes, gave_up_bytes,
           reordered_segments, retransmitted_segments, overlapping_segments, repeated_bytes,
           conflicting_bytes, keep_alives, out_of_window_segments, buffered_bytes, peak_buffered_bytes] = x;
    not_saved(buffered_bytes);
    a(segments, connections, evicted, delivered_bytes, gaps, missing_bytes, cut_bytes, gave_up_bytes,
      reordered_segments, retransmitted_segments, overlapping_segments, repeated_bytes, conflicting_bytes,
      keep_alives, out_of_window_segments, peak_buffered_bytes);
  }
};

template <>
struct Saved<TcpStream> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [state, plain, syn_seen, fin, hinted, suspect, doubted, initial, hint, suspect_sequence,
           doubt_segments, origin, next, fin_at, acked, cut_until, doubt_until, doubt_since, buffered, held] =
        x;
    a.up_to(TcpStream::State::settled, state);
    a(plain, syn_seen, fin, hinted, suspect, doubted, initial, hint, suspect_sequence, doubt_segments, origin,
      next, fin_at, acked, cut_until, doubt_until, doubt_since);
    for (const std::uint64_t position : {origin, next, fin_at, acked, cut_until, doubt_until})
      a.check(position < farthest, too_far);
    const bool known = state != TcpStream::State::unknown, settled = state == TcpStream::State::settled;
    a.check(!known || next >= nearest, too_far);
    a.check(!settled || origin <= next, "a stream that ends before it begins");

    not_saved(buffered);
    const std::uint32_t n = a.count(held.size());
    if constexpr (A::reading) {
      std::uint64_t end = settled ? next + 1 : nearest;  // of what is held so far
      for (std::uint32_t i = 0; i < n; ++i) {
        std::uint64_t at = 0;
        a(at);
        a.check(at >= end && (held.empty() || at > held.rbegin()->first) && at < farthest,
                "segments that do not ascend");
        auto& piece = held.try_emplace(held.end(), at)->second;
        piece_members(a, piece);
        end = at + piece.bytes.size();
        buffered += piece.bytes.size() + TcpStream::piece_overhead;
      }
    } else {
      for (const auto& [at, piece] : held) {
        a(at);
        piece_members(a, piece);
      }
    }
    a.check(known || held.empty(), "segments of no stream");
    a.check(!plain || (settled && held.empty() && !fin && !suspect), "a stream that is not plain");
  }

 private:
  // Where positions lie (see TcpStream), with room for what is added to them.
  static constexpr std::uint64_t nearest = std::uint64_t{1} << 39, farthest = std::uint64_t{1} << 62;
  static constexpr const char* too_far = "a position that cannot be";

  template <class A>
  static void piece_members(A& a, auto& x) {
    auto& [bytes, cut_until, frame, time] = x;
    a(bytes, cut_until, frame, time);
    a.check(cut_until < farthest, too_far);
  }
};

template <>
struct Saved<TcpReassembler> {
  template <class A>
  static void members(A& a, auto& reassembler) {
    auto& x = *reassembler.connections_;
    auto& [counters, limits, seed, open, closed, waiting, index, last, last_frame, last_time] = x;
    not_saved(limits, seed, index, last);
    a(counters, last_frame, last_time);
    flows(a, x, open, false);
    flows(a, x, closed, true);
    if constexpr (A::reading) {
      read_waiting(a, x);
    } else {
      std::unordered_map<const void*, std::uint32_t> places;
      for (const auto& flow : open) places.emplace(&flow, static_cast<std::uint32_t>(places.size()));
      a.count(waiting.size());
      for (const auto* flow : waiting) a(places.find(flow)->second, flow->waiting_since);
    }
  }

  // The connections that are not closed, the latest first.
  static auto& open(auto& reassembler) { return reassembler.connections_->open_; }

 private:
  template <class A>
  static void flows(A& a, auto& x, auto& list, bool are_closed) {
    a.each(list, [&](auto& flow) {
      if constexpr (A::reading) {
        flow.place = std::prev(list.end());
        flow.closed = flow.remembered = are_closed;
      }
      flow_members(a, flow);
      if constexpr (A::reading) {
        flow.hash = x.hash(flow.connection.a) + x.hash(flow.connection.b);
        x.index_.emplace(flow.hash, &flow);
        a.check(flow.connection.id <= x.counters.connections, "a connection that was never opened");
        for (const auto& stream : flow.streams) x.counters.buffered_bytes += stream.buffered();
      }
    });
  }
  template <class A>
  static void flow_members(A& a, auto& x) {
    auto& [connection, streams, fin, closed, remembered, reset, waiting, closed_at, reset_at, waiting_since,
           hash, place, waiting_place] = x;
    not_saved(closed, remembered, waiting, waiting_since, hash, place, waiting_place);
    a(connection, streams, fin, reset, closed_at, reset_at);
    a.check(!closed || (!streams[0].waiting() && !streams[1].waiting()), "a closed connection that waits");
  }
  static void read_waiting(ArchiveReader& a, auto& x) {
    std::vector<decltype(x.last_)> flows;
    for (auto& flow : x.open_) flows.push_back(&flow);
    const std::uint32_t n = a.count(0);
    for (std::uint32_t i = 0; i < n; ++i) {
      std::uint32_t which = 0;
      a(which);
      a.check(which < flows.size() && !flows[which]->waiting, "a connection that is not there");
      auto& flow = *flows[which];
      a(flow.waiting_since);
      flow.waiting = true;
      flow.waiting_place = x.waiting_.insert(x.waiting_.end(), &flow);
    }
    for (const auto* flow : flows)
      a.check(flow->waiting || (!flow->streams[0].waiting() && !flow->streams[1].waiting()),
              "a connection that does not wait");
  }
};

// ---- messages

template <>
struct Saved<Framer> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [catalog, state, version, offset, passing, window, segment, scanned, candidates] = x;
    not_saved(catalog);
    a.up_to(Framer::State::searching, state);
    a(version, offset, passing, window);
    a.size(segment);
    a.size(scanned);
    std::uint64_t least = 0;
    a.each(candidates, [&](auto& candidate) {
      auto& [at, begins_segment] = candidate;
      a(at, begins_segment);
      a.check(at >= least && at < x.window_.size(), "places that do not ascend");
      least = std::uint64_t{at} + 1;
    });
    a.check(offset < farthest && passing < farthest, "an offset that cannot be");
    const bool aligned = state == Framer::State::aligned, searching = state == Framer::State::searching;
    a.check(searching || candidates.empty(), "places, but no search");
    a.check(searching || aligned || window.empty(), "bytes of no message");
    a.check(!aligned || window.size() < Header::size ||
                (Framer::acceptable(window.data()) && window.size() < x.needed()),
            "a beginning of no message");
    a.check(window.size() <= Framer::max_window, "a message that is too long");
    a.check(!searching || scanned <= window.size(), "a place behind the end");
  }

 private:
  static constexpr std::uint64_t farthest = std::uint64_t{1} << 62;
};

template <>
struct Saved<Channel> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [id, end_a, end_b, ending, user, last] = x;
    a(id, end_a, end_b, user, last);
    a.up_to(Ending::capture_ended, ending);
  }
};

template <>
struct Saved<ChannelReader::Counters> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [frames, channels, other_connections, tls_connections, cut_messages, skipped_bytes, missing_bytes] =
        x;
    a(frames, channels, other_connections, tls_connections, cut_messages, skipped_bytes, missing_bytes);
  }
};

template <class A>
void Saved<ChannelReader>::loss(A& a, auto& x) {
  auto& [kind, offset, bytes, number, time, since] = x;
  a.up_to(ChannelLoss::Kind::skipped, kind);
  a(offset, bytes, number, time, since);
}

template <class A>
void Saved<ChannelReader>::half(A& a, auto& x, const Catalog& catalog) {
  auto& [framer, prefix, losses, searched, number, time, since] = x;
  bool framed = framer.has_value();
  a(framed);
  if constexpr (A::reading)
    if (framed) framer.emplace(catalog);
  if (framed) a(*framer);
  a(prefix);
  a.each(losses, [&](auto& l) { loss(a, l); });
  a(searched, number, time, since);
}

template <class A>
void Saved<ChannelReader>::state(A& a, auto& x, const Catalog& catalog) {
  auto& [connection, channel, recognised, expected, version, halves] = x;
  not_saved(connection);
  a(channel, recognised, expected, version);
  for (auto& h : halves) half(a, h, catalog);
}

template <class A>
void Saved<ChannelReader>::all(A& a, auto& x) {
  auto& [catalog, options, decapsulator, reassembler, states, free, counters, sink, frame] = x;
  not_saved(states, free, sink, frame);
  auto& [ports, patience, limits] = options;
  not_saved(patience, limits);
  a(ports, counters);
  a.part("fragments", decapsulator);
  a.part("connections", reassembler);
  // Connection::user is anew in the order of the connections.
  for (auto& flow : Saved<TcpReassembler>::open(reassembler)) {
    auto& connection = flow.connection;
    if constexpr (A::reading) {
      connection.user = static_cast<std::uint32_t>(states.size());
      states.push_back(std::make_unique<ChannelReader::State>(connection));
    }
    auto& s = *states[connection.user];
    state(a, s, catalog);
    a.check(!s.recognised || (s.channel.id >= 1 && s.channel.id <= counters.channels),
            "a channel that was never opened");
  }
}

void Saved<ChannelReader>::members(ArchiveWriter& a, const ChannelReader& x) { all(a, x); }
void Saved<ChannelReader>::members(ArchiveReader& a, ChannelReader& x) { all(a, x); }

std::vector<const Channel*> Saved<ChannelReader>::channels(const ChannelReader& x) {
  std::vector<const Channel*> open;
  for (const auto& s : x.states_)
    if (s && s->recognised) open.push_back(&s->channel);
  return open;
}

}  // namespace oflens
