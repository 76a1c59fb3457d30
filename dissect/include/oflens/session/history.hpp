// The lives of flows: who made, changed and ended them, and because of which packet.
#pragma once

#include <deque>
#include <functional>
#include <unordered_map>

#include <oflens/flow/flow_event.hpp>
#include <oflens/session/exchange.hpp>

namespace oflens {

// Why a flow_mod was sent: the packet-in that it answers, and why it is taken for the answer.
struct Cause {
  std::uint64_t frame = 0;
  Timestamp time{};
  PortNo in_port{};
  std::string packet;  // as summary_of_packet() has it
  Join join{};
  Certainty certainty{};
};

// A controller, by its connection.
struct ControllerEnd {
  Endpoint a, b;  // of the connection
  Side side{};    // the controller's
};

struct HistoryLimits {
  // Events of all datapaths, about 200 bytes each; and causes. The oldest of more are forgotten.
  std::size_t events = 1'048'576, causes = 1'048'576;
};

// Keeps what happened to flows, told by a TableTracker that reports to it.
class History final : public SessionSink, private ExchangeSink {
 public:
  enum class Keep : std::uint8_t {
    all,
    present,  // of flows that are there: how they were made, and how they were changed last
  };
  // only: events of these flows; without it, of all.
  explicit History(Keep keep = Keep::all, std::function<bool(const Flow&)> only = {},
                   HistoryLimits limits = {});
  ~History();

  void on_message(const SessionMessage&) override;
  void on_close(Channel&, Datapath&) override;

  // For the TableTracker: a number for what led to the latest message, 0 if nothing is known; and where to
  // tell what happens to a datapath's flows.
  std::uint32_t cause_of_latest() const { return cause_; }
  FlowEventSink& events_of(const Datapath&);

  // What happened, in order. Empty for a datapath of which nothing is kept.
  const std::deque<FlowEvent>& events(const Datapath&) const;
  // Null when nothing is known, or no longer.
  const Cause* cause(const Origin&) const;
  const ControllerEnd* controller(const Origin&) const;
  // How many events had to be forgotten.
  std::uint64_t forgotten() const { return forgotten_; }

 private:
  class Events;
  void on_exchange(const Exchange&) override {}
  void on_answer(const Exchange&, const Exchange::Answer&) override;

  Keep keep_;
  std::function<bool(const Flow&)> only_;
  HistoryLimits limits_;
  ExchangeTracker exchanges_;
  std::unordered_map<std::uint32_t, std::unique_ptr<Events>> events_;  // by Datapath::index
  std::unordered_map<std::uint64_t, ControllerEnd> controllers_;       // by Origin::connection
  std::deque<Cause> causes_;
  std::uint64_t first_cause_ = 1;  // number of the first that is kept
  std::uint32_t cause_ = 0;
  std::uint64_t kept_ = 0, forgotten_ = 0;
};

// Events put together by the flow that they are about: those of one table, priority and match. Borrows the
// events, which must not change. Costs O(n log n), and 16 bytes an event.
class FlowLives {
 public:
  // In order; also what was said of a flow without telling its table.
  using Life = std::vector<const FlowEvent*>;

  explicit FlowLives(const std::deque<FlowEvent>&);

  Life of(const Flow&) const;
  // Calls f(life) for each flow, in no particular order.
  void each(const std::function<void(const Life&)>& f) const;

 private:
  struct Place {
    std::uint64_t hash;  // of priority and match
    std::uint32_t event;
  };
  using Run = std::span<const Place>;  // events of one priority and match
  bool alike(const Place&, const Flow&) const;
  Life of_table(Run, std::uint8_t table) const;

  const std::deque<FlowEvent>& events_;
  std::vector<Place> order_;
};

// Of what happened to a flow, how the flow that is there was made, and how it was changed last. Null when it
// is not there, or that is not known; when it was not changed since.
struct PresentLife {
  const FlowEvent *made = nullptr, *changed = nullptr;
};
PresentLife present_life(const FlowLives::Life&);

}  // namespace oflens
