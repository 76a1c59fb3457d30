// From captured frames to the OpenFlow messages in them, connection by connection.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <oflens/framer.hpp>
#include <oflens/network/decapsulator.hpp>
#include <oflens/network/reassembly.hpp>

namespace oflens {

// A TCP connection that carries OpenFlow.
struct Channel {
  std::uint32_t id = 0;             // from 1, in the order in which they were recognised
  Endpoint a, b;                    // as in Connection
  Ending ending = Ending::open;     // when it is closed
  std::uint32_t user = 0xffffffff;  // the caller's
  Timestamp last{};                 // of its segments, when it is closed
};

struct ChannelMessage {
  Channel& channel;
  Side from;
  const Frame& frame;
  std::uint64_t number;        // of the captured frame that completed the message
  Timestamp time;              // of that frame
  std::string_view comment{};  // on that frame (pcapng)
};

// A message of which the capture kept only the beginning (snap length). Its bytes are told as a loss, too.
struct ChannelCut {
  Channel& channel;
  Side from;
  Bytes bytes;           // at least a header, which says how long the message is
  std::uint64_t number;  // of the captured frame
  Timestamp time;
  std::string_view comment{};  // on that frame (pcapng)
};

// A connection that is encrypted: TLS, as its first bytes say.
struct TlsConnection {
  Endpoint a, b;            // as in Connection
  bool expected = false;    // at a port of OpenFlow's, or one of ChannelOptions::ports
  std::uint16_t version{};  // 0x0303 is TLS 1.2: the highest that the client offers, or what the server chose
  std::string server_name;  // that the client asks for (SNI), if it does
  std::uint64_t number = 0;
  Timestamp time{};
};

// Bytes of a channel that did not become messages.
struct ChannelLoss {
  enum class Kind : std::uint8_t {
    missing,  // not in the capture
    skipped,  // in the capture, and part of no message that is whole
  };
  Channel& channel;
  Side from;
  Kind kind;
  std::uint64_t offset;  // in the stream of that direction
  std::uint64_t bytes;
  std::uint64_t number;  // captured frame in which it became known
  Timestamp time;
  Timestamp
      since;  // of what came before them in that direction; of the connection's beginning if nothing did
};

// Receives what a ChannelReader finds. References are valid during the call; a Channel until its on_close
// returns.
class ChannelSink {
 public:
  virtual void on_open(Channel&) {}
  virtual void on_message(const ChannelMessage&) = 0;
  virtual void on_loss(const ChannelLoss&) {}
  virtual void on_cut(const ChannelCut&) {}
  virtual void on_tls(const TlsConnection&) {}  // of no channel
  virtual void on_close(Channel&) {}

 protected:
  ~ChannelSink() = default;
};

struct ChannelOptions {
  // Only connections with one of these ports at either end; empty: any port.
  std::vector<std::uint16_t> ports;
  // Bytes of a direction of a connection that are looked at, when its beginning was not captured, before it
  // is taken for something else than OpenFlow. Connections at a port of OpenFlow's own (6653, 6633) or of
  // `ports` are not given up.
  std::size_t patience = 256 * 1024;
  ReassemblyLimits reassembly{};
};

// Recognises OpenFlow by content. A connection whose beginning was captured is OpenFlow when one side begins
// with a well-formed hello of a known version, or with two other messages, and the other side does not begin
// with something else (at a port of OpenFlow's it may: one hello is enough there). One whose beginning was
// not captured is, when messages are found in it that follow each other. Nothing silences a channel: after
// lost bytes the next message is looked for. Memory is bounded by the options and 400 KiB a direction while a
// message is incomplete. 50 ns a frame.
class ChannelReader : private TcpReassembler::Sink {
 public:
  // catalog must outlive the reader.
  explicit ChannelReader(const Catalog& catalog, ChannelOptions options = {});
  ~ChannelReader();

  // The next captured frame, in the order of the capture.
  void push(const CapturedFrame& frame, ChannelSink& sink);
  // The capture has ended: what waits is delivered, what is incomplete is skipped, all channels are closed.
  void finish(ChannelSink& sink);

  struct Counters {
    std::uint64_t frames = 0;    // captured
    std::uint64_t channels = 0;  // recognised
    std::uint64_t other_connections = 0;
    std::uint64_t tls_connections = 0;  // of those
    std::uint64_t cut_messages = 0;
    std::uint64_t skipped_bytes = 0, missing_bytes = 0;  // of channels
  };
  const Counters& counters() const { return counters_; }
  const ReassemblyCounters& reassembly() const { return reassembler_.counters(); }
  const FragmentCounters& fragments() const { return decapsulator_.fragments(); }

 private:
  friend struct Saved<ChannelReader>;

  struct State;
  struct Found;

  void on_open(Connection&) override;
  void on_data(const StreamData&) override;
  void on_gap(const StreamGap&) override;
  void on_close(Connection&) override;

  State& state(const Connection& c) { return *states_[c.user]; }
  void recognise(State&, Side from);
  bool read_tls(State&, const StreamData&, Bytes beginning);

  const Catalog& catalog_;
  ChannelOptions options_;
  Decapsulator decapsulator_;
  TcpReassembler reassembler_;
  std::vector<std::unique_ptr<State>> states_;  // by Connection::user
  std::vector<std::uint32_t> free_;
  Counters counters_;
  ChannelSink* sink_ = nullptr;
  const CapturedFrame* frame_ = nullptr;  // while it is being pushed
};

}  // namespace oflens
