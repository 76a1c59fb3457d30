// All connections of a TcpReassembler. Private to reassembly.cpp, and to what saves them.
#pragma once

#include <list>
#include <unordered_map>

#include "tcp_stream.hpp"

namespace oflens {

// All connections. The open ones are in a list in the order of use, the closed ones in the order of closing.
class TcpReassembler::Connections {
 public:
  explicit Connections(ReassemblyLimits limits);

  void push(const TcpSegment& segment, Sink& sink);
  void finish(Sink& sink);

  ReassemblyCounters counters;

 private:
  friend struct Saved<TcpReassembler>;

  struct Flow {
    Connection connection;
    std::array<TcpStream, 2> streams;  // by Side
    std::array<bool, 2> fin{};  // by Side; kept only for ignored connections, whose streams are not followed
    bool closed = false, remembered = false, reset = false, waiting = false;
    Timestamp closed_at{}, reset_at{}, waiting_since{};
    std::uint64_t hash = 0;
    std::list<Flow>::iterator place;
    std::list<Flow*>::iterator waiting_place;

    TcpStream& stream(Side side) { return streams[static_cast<std::size_t>(side)]; }
    bool finished() const { return streams[0].finished() && streams[1].finished(); }
  };

  std::uint64_t hash(const Endpoint& e) const;
  std::uint64_t hash(const TcpSegment& s) const { return hash(s.source) + hash(s.destination); }
  Flow* find(const TcpSegment& segment, Side& from);
  Flow& open(const TcpSegment& segment, Side& from, Sink& sink);
  bool begins_another(Flow& flow, Side from, const TcpSegment& segment) const;
  void take(Flow& flow, Side from, const TcpSegment& segment, Sink& sink);
  void skip(Flow& flow, Side from, const TcpSegment& segment, Sink& sink);
  void enforce_limits(Flow& flow, Side from, const TcpSegment& segment, Sink& sink);
  void update_waiting(Flow& flow, Timestamp now);
  void pass_time(const TcpSegment& segment, Sink& sink);
  void close(Flow& flow, Ending ending, std::uint64_t frame, Timestamp time, Sink& sink);
  void remember(Flow& flow, Timestamp now);
  void forget(Flow& flow);

  StreamContext context(Flow& flow, Side from, std::uint64_t frame, Timestamp time, Sink& sink) {
    return {sink, flow.connection, limits_, counters, from, frame, time};
  }

  ReassemblyLimits limits_;
  std::array<std::uint64_t, 2> seed_{};
  std::list<Flow> open_, closed_;
  // Those that hold bytes, or were reset and wait for what comes late; in the order of waiting_since.
  std::list<Flow*> waiting_;
  std::unordered_multimap<std::uint64_t, Flow*> index_;
  Flow* last_ = nullptr;
  std::uint64_t last_frame_ = 0;
  Timestamp last_time_{};
};

}  // namespace oflens
