// What belongs together: a packet-in with the packet-outs and flow-mods that answer it, a request with its
// reply or error.
#pragma once

#include <memory>
#include <vector>

#include <oflens/session/session.hpp>

namespace oflens {

// Why a message is taken for an answer, the surest first.
enum class Join : std::uint8_t {
  xid,     // the request's transaction id
  buffer,  // the packet-in's buffer id
  frame,   // the same packet sent out again
  match,   // a flow-mod whose match covers the packet, soon after it
};
const char* name_of(Join);

// A message that is kept: its bytes are its own.
struct KeptMessage {
  std::vector<std::byte> bytes;
  std::uint64_t number = 0;  // captured frame
  Timestamp time{};
  Side from{};
  bool from_switch = false;

  Frame frame() const { return *Frame::at(Bytes(bytes)); }
};

struct Exchange {
  enum class Outcome : std::uint8_t {
    answered,
    failed,      // by an error
    unanswered,  // an answer was due; none, or not the end of it, came while the connection lasted or within
                 // the limits
    one_way,     // none was due: a flow-mod that met an error is failed, others are no exchange
  };
  struct Answer {
    KeptMessage message;
    Join join;
  };

  std::uint32_t channel = 0;  // Channel::id
  Endpoint a, b;              // of the channel
  const Datapath* datapath = nullptr;
  KeptMessage request;
  std::vector<Answer> answers;  // in the order in which they came
  Outcome outcome = Outcome::unanswered;
  // From the request to its first answer; zero without one.
  Duration latency() const {
    return answers.empty() ? Duration{} : answers.front().message.time - request.time;
  }
};

// Receives exchanges in the order of their requests.
class ExchangeSink {
 public:
  virtual void on_exchange(const Exchange&) = 0;

 protected:
  ~ExchangeSink() = default;
};

struct ExchangeLimits {
  // How long a packet-in waits for a flow-mod that names neither its buffer nor its packet.
  Duration match_window = std::chrono::seconds{1};
  // How long anything waits for an answer.
  Duration answer_window = std::chrono::seconds{60};
  // Exchanges that wait, over all channels. The oldest are closed as they are beyond it.
  std::size_t open = 65'536;
};

// Joins messages to exchanges. An exchange is handed on when it can get no more answers and those before it
// were: after its window, or when its channel closes, or at finish(). Errors are joined to any message of the
// controller. Memory: the bytes of the messages that wait.
class ExchangeTracker final : public SessionSink {
 public:
  explicit ExchangeTracker(ExchangeSink& sink, ExchangeLimits limits = {});
  ~ExchangeTracker();

  void on_message(const SessionMessage&) override;
  void on_close(Channel&, Datapath&) override;
  // The capture has ended.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace oflens
