// TCP segments to byte streams, per connection and direction (RFC 9293 §3.10.7.4), from what a capture saw of
// them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

#include <oflens/bytes.hpp>
#include <oflens/network/segment.hpp>
#include <oflens/timestamp.hpp>

namespace oflens {

template <class T>
struct Saved;  // writes and reads what a T has of the past (dissect/src/archive.hpp)

// One end of a connection: Connection::a or Connection::b.
enum class Side : std::uint8_t { a, b };

// Why a connection was closed. `replaced`: another connection began between the same addresses and ports.
// `evicted`: ReassemblyLimits::connections was reached. `capture_ended`: it was still open then.
enum class Ending : std::uint8_t { open, finished, reset, replaced, evicted, capture_ended };

// A TCP connection. References to it are valid from its on_open to the end of its on_close.
struct Connection {
  std::uint64_t id = 0;  // from 1, in the order of opening
  Endpoint a, b;         // a is the initiator if a SYN was seen, else who was seen sending first
  std::array<bool, 2>
      start_seen{};  // by Side: whether the SYN was, so that stream offset 0 is the first byte sent
  std::uint64_t first_frame = 0;
  Timestamp first{}, last{};  // of its segments
  Ending ending = Ending::open;

  // The caller's: his state's place, found without a look-up of his own.
  std::uint32_t user = 0xffffffff;
  // The caller's: set it, in a callback or between, when the bytes do not matter. They are then neither
  // buffered nor delivered, and gaps not reported; on_close still comes.
  bool ignore = false;

  const Endpoint& end(Side side) const { return side == Side::a ? a : b; }
};

// Bytes of a stream. Each is delivered once, in order; together with the gaps they leave nothing out.
struct StreamData {
  Connection& connection;
  Side from;
  std::uint64_t
      offset;   // in the stream, of the first byte; 0 is the first byte sent, or seen if the SYN was not
  Bytes bytes;  // never empty; valid during the callback
  std::uint64_t
      frame;       // the captured frame they came in, and its time: earlier than others' already delivered
  Timestamp time;  // if they had to wait for something before them
};

// `lost`: the receiver acknowledged the bytes or the connection ended, and the capture does not have them.
// `cut`: the capture kept only the beginning of the segment (snap length). `gave_up`: a limit was reached
// while waiting for them.
enum class GapCause : std::uint8_t { lost, cut, gave_up };

// Bytes of a stream that will not come.
struct StreamGap {
  Connection& connection;
  Side from;
  std::uint64_t offset;  // in the stream, of the first missing byte
  std::uint64_t bytes;   // how many, from the sequence numbers: after a hole of over 4 GiB, modulo 4 GiB
  GapCause cause;
  std::uint64_t frame;  // where it became certain
  Timestamp time;
};

// What a reassembler may hold. Reaching a limit costs completeness (reported as gaps, counted), never
// correctness. Buffered bytes are those that wait for missing ones; each buffered piece is charged 128 bytes
// on top, for its bookkeeping, so that many tiny segments count for what they cost. A push may exceed the
// limits until it returns.
struct ReassemblyLimits {
  std::size_t buffered_per_direction = std::size_t{1} << 20;
  std::size_t buffered = std::size_t{16} << 20;
  std::size_t connections = 65'536;  // when reached, that idle for longest is closed; about 600 bytes each

  // Bytes that the receiver acknowledged and the capture lacks will not be sent again; but a capture may
  // itself be out of order (several queues, interfaces or files), so an acknowledgement can be seen before
  // what it acknowledges. They count as lost once this many more segments of that direction were seen, or
  // this much time has passed.
  std::uint32_t patience_segments = 64;
  Duration patience = std::chrono::seconds{1};

  // A segment further than this from what is expected, either way, is not of this stream (a stray, an old
  // connection, an attack), until a second one continues it: then the capture missed much, and the stream
  // goes on from there.
  std::uint32_t window = std::uint32_t{16} << 20;
};

struct ReassemblyCounters {
  std::uint64_t segments = 0;  // pushed
  std::uint64_t connections = 0, evicted = 0;
  std::uint64_t delivered_bytes = 0;
  std::uint64_t gaps = 0, missing_bytes = 0;  // all causes
  std::uint64_t cut_bytes = 0;                // of missing_bytes, by the snap length
  std::uint64_t gave_up_bytes = 0;            // of missing_bytes, because of a limit
  std::uint64_t reordered_segments = 0;       // came after later ones or after a loss, and had to wait
  std::uint64_t retransmitted_segments = 0;   // brought nothing new
  std::uint64_t overlapping_segments = 0;     // brought something new and something known
  std::uint64_t repeated_bytes = 0;           // what these two brought that was known
  std::uint64_t conflicting_bytes = 0;  // of repeated_bytes, different from the first copy, which wins; known
                                        // only while that is buffered
  std::uint64_t keep_alives = 0;
  std::uint64_t out_of_window_segments = 0;  // see ReassemblyLimits::window; dropped
  std::uint64_t buffered_bytes = 0;          // now, as charged
  std::uint64_t peak_buffered_bytes = 0;
};

// Takes segments in the order of the capture and calls a handler with the streams in them:
//
//   void on_open(Connection&);         a SYN or the first data between two endpoints
//   void on_data(const StreamData&);
//   void on_gap(const StreamGap&);
//   void on_close(Connection&);        both ends finished or one reset, or see Ending; then it is forgotten
//
// The handler must not call the reassembler. Segments in order are delivered without a copy or an allocation,
// in constant time; others are copied and wait, in O(log n). Segments of a connection that neither open it
// nor carry data are not held against it: acknowledgements, probes and resets alone open nothing. Where the
// SYN was not captured, the first data of a direction waits until the next segment of it (or an
// acknowledgement, or `patience`) shows that nothing belongs before it. Never fails; hostile input costs
// bounded memory and no more than O(log n + its length) a segment.
class TcpReassembler {
 public:
  explicit TcpReassembler(ReassemblyLimits limits = {});
  TcpReassembler(TcpReassembler&&) noexcept;
  TcpReassembler& operator=(TcpReassembler&&) noexcept;
  ~TcpReassembler();

  template <class Handler>
  void push(const TcpSegment& segment, Handler&& handler) {
    Forward<std::remove_reference_t<Handler>> sink(handler);
    push_to(segment, sink);
  }

  // The capture ended: delivers what waits, reports what is missing, closes what is open, in the order of the
  // ids.
  template <class Handler>
  void finish(Handler&& handler) {
    Forward<std::remove_reference_t<Handler>> sink(handler);
    finish_to(sink);
  }

  const ReassemblyCounters& counters() const;

  // What a handler is inside: a virtual call a delivery (about 2 ns) keeps the machinery out of this header.
  class Sink {
   public:
    virtual void on_open(Connection&) = 0;
    virtual void on_data(const StreamData&) = 0;
    virtual void on_gap(const StreamGap&) = 0;
    virtual void on_close(Connection&) = 0;

   protected:
    ~Sink() = default;
  };

 private:
  friend struct Saved<TcpReassembler>;

  template <class Handler>
  class Forward final : public Sink {
   public:
    explicit Forward(Handler& handler) : handler_(handler) {}
    void on_open(Connection& c) override { handler_.on_open(c); }
    void on_data(const StreamData& d) override { handler_.on_data(d); }
    void on_gap(const StreamGap& g) override { handler_.on_gap(g); }
    void on_close(Connection& c) override { handler_.on_close(c); }

   private:
    Handler& handler_;
  };

  void push_to(const TcpSegment& segment, Sink& sink);
  void finish_to(Sink& sink);

  class Connections;
  std::unique_ptr<Connections> connections_;
};

}  // namespace oflens
