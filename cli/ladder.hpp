// One connection as a ladder: two uprights, and an arrow for each message.
#pragma once

#include <oflens/session/exchange.hpp>
#include <oflens/session/port_names.hpp>

#include "summary.hpp"

namespace oflens::cli {

// Draws what it is told of the connection, as it comes. The tracker that it is the sink of must hear of
// messages before it does: so it knows what each of them answers.
class Ladder final : public SessionSink, public ExchangeSink {
 public:
  // names: null for numbers. live: each line is written at once.
  Ladder(std::uint32_t connection, const Clock&, const PortNames* names, bool live);

  void on_exchange(const Exchange&) override {}
  void on_answer(const Exchange&, const Exchange::Answer&) override;
  void on_message(const SessionMessage&) override;
  void on_loss(const ChannelLoss&, Datapath&) override;
  void on_close(Channel&, Datapath&) override;
  // False when there was no such connection.
  bool finish();

 private:
  void begin(const Channel&, const Datapath&, Side controller);
  void time(Timestamp);
  void remark(std::string_view text);

  std::uint32_t connection_;
  const Clock& clock_;
  const PortNames* names_;
  Output output_;
  Colours colour_;
  std::size_t width_;  // between the uprights
  bool begun_ = false;
  Timestamp first_{}, last_{};
  TextBuffer answers_;  // what the next message answers
  TextBuffer words_;
  Tape tape_;
};

}  // namespace oflens::cli
