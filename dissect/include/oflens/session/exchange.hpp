// What belongs together: a packet-in with the packet-outs and flow-mods that answer it, a request with its
// reply or error, what a barrier closes, how a connection was set up.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <oflens/session/session.hpp>

namespace oflens {

// Why a message is taken for an answer.
enum class Join : std::uint8_t {
  xid,      // the request's transaction id
  quote,    // an error that quotes the request, whole or cut
  buffer,   // the packet-in's buffer id
  frame,    // the same packet sent out again
  match,    // a flow-mod whose match covers the packet, soon after it
  time,     // the controller's next word to the switch after the only packet-in that waits
  barrier,  // the barrier that came after it was answered
  setup,    // a step of the connection's set-up
};
const char* name_of(Join);

enum class Certainty : std::uint8_t { certain, likely, possible };
const char* name_of(Certainty);

// A message that is kept: its bytes are its own.
struct KeptMessage {
  std::vector<std::byte> bytes;
  std::uint64_t number = 0;  // captured frame
  Timestamp time{};
  Side from{};
  bool from_switch = false;
  std::string comment{};  // on that frame

  Frame frame() const { return *Frame::at(Bytes(bytes)); }
};

struct Exchange {
  enum class Kind : std::uint8_t {
    setup,  // of a connection, from its first message to the first flow-mod
    packet_in,
    echo,
    features,
    get_config,
    multipart,  // statistics and descriptions
    barrier,
    queue_get_config,
    role,
    get_async,
    bundle,        // bundle control: open, close, commit, discard
    experimenter,  // a vendor's request
    command,       // what asks for no answer: flow_mod, set_config, packet_out ...
    error,         // an error about nothing that was seen
  };
  enum class State : std::uint8_t {
    answered,
    error,              // answered by an error
    unanswered,         // an answer was due; none, or not all of it, came
    closed_by_barrier,  // a command that a barrier confirms: there was no error
    unconfirmed,        // a command without error or barrier
    duplicate,          // the answer to a request that already had its own
    late,               // the answer to a request that was given up
    unasked,            // the answer to a request that is not in the capture
  };
  struct Answer {
    KeptMessage message;
    Join join{};
    Certainty certainty = Certainty::certain;
  };
  // What a barrier closes: the controller's messages since the barrier before it. What a bundle's control
  // is about: the messages added to it.
  struct Covered {
    std::uint64_t messages = 0;
    Xid first{}, last{};  // their transaction ids
  };

  std::uint32_t channel = 0;  // Channel::id
  Endpoint a, b;              // of the channel
  const Datapath* datapath = nullptr;
  Kind kind{};
  State state = State::unanswered;
  KeptMessage request;  // no bytes: it is not in the capture
  // In the order in which they came. Of a reply in more than ExchangeLimits::parts parts the first ones and
  // the latest.
  std::vector<Answer> answers;
  std::uint64_t parts = 0;     // of a multipart reply
  std::uint64_t elements = 0;  // in all its parts: flows, ports, tables ...
  Covered covered;             // of a barrier or bundle

  bool asked() const { return !request.bytes.empty(); }
  // From the request to its first answer, and to its last (so far); zero without.
  Duration latency() const {
    return asked() && !answers.empty() ? answers.front().message.time - request.time : Duration{};
  }
  Duration duration() const {
    return asked() && !answers.empty() ? answers.back().message.time - request.time : Duration{};
  }
};
const char* name_of(Exchange::Kind);
const char* name_of(Exchange::State);
// The type of a multipart request or reply: "OFPMP_FLOW", the same for 1.0's statistics. Empty for others.
std::string_view multipart_name(const Frame&);

// The versions that a hello offers, a bit each as in its version bitmap; without one, all up to its own. 0
// for other messages.
std::uint32_t offered_versions(const Frame&);

// Receives exchanges.
class ExchangeSink {
 public:
  // In the order of their requests; duplicate, late and unasked answers where they came.
  virtual void on_exchange(const Exchange&) = 0;
  // An answer was joined: during on_message of that message, long before the exchange is complete.
  virtual void on_answer(const Exchange&, const Exchange::Answer&) {}

 protected:
  ~ExchangeSink() = default;
};

struct ExchangeLimits {
  // How long a packet-in waits for a flow-mod that names neither its buffer nor its packet, and for one that
  // has nothing in common with it but that it comes next.
  Duration match_window = std::chrono::seconds{1};
  Duration time_window = std::chrono::milliseconds{20};
  // How long anything waits for an answer, and a connection for its first flow-mod.
  Duration answer_window = std::chrono::seconds{60};
  Duration setup_window = std::chrono::seconds{10};
  // How long a reply without a request waits for one that stands behind lost bytes.
  Duration early_window = std::chrono::seconds{2};
  // Exchanges that wait, over all channels, and the bytes of their messages. Beyond that the oldest are
  // closed as they are.
  std::size_t open = 16'384;
  std::size_t bytes = 16 << 20;
  // Parts of one reply that are kept.
  std::size_t parts = 64;
  // Commands without error are handed on, too: closed_by_barrier or unconfirmed.
  bool commands = false;
};

// Joins messages to exchanges. An exchange is handed on when it can get no more answers and those before it
// were: after its window, when its channel closes, when a barrier closes it, or at finish(). Errors are
// joined to any message of the controller. Memory: what the limits allow, and 6 KiB a channel.
class ExchangeTracker final : public SessionSink {
 public:
  explicit ExchangeTracker(ExchangeSink& sink, ExchangeLimits limits = {});
  ~ExchangeTracker();

  void on_message(const SessionMessage&) override;
  void on_close(Channel&, Datapath&) override;
  // The capture has ended.
  void finish();

  // Exchanges that waited for an answer when there were too many: what is said about them may be wrong.
  std::uint64_t cut_short() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace oflens
