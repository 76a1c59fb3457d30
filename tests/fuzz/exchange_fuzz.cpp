// Drives the trackers of exchanges, port names and latencies with messages of the input, on a few channels,
// from both sides, with transaction ids that collide; small limits are reached all the time.
#include <cstddef>
#include <cstdint>

#include <oflens/session/latency.hpp>
#include <oflens/session/port_names.hpp>

#include "conversation.hpp"

using namespace oflens;
using fuzz::require;

namespace {

struct Sink final : ExchangeSink {
  static constexpr std::size_t parts = 4;
  LatencyStats latencies;
  std::uint64_t messages = 0, answers = 0, told = 0;

  void on_exchange(const Exchange& e) override {
    using State = Exchange::State;
    require(e.datapath != nullptr, "an exchange has a datapath");
    require(e.asked() || (e.state == State::unasked && e.answers.size() == 1), "who is answered has asked");
    require(e.asked() != (e.state == State::unasked), "who is unasked was not asked");
    require(e.answers.size() <= parts || e.kind == Exchange::Kind::packet_in ||
                e.kind == Exchange::Kind::setup || e.state == State::error ||
                e.state == State::closed_by_barrier,
            "no more parts are kept than the limit");
    const bool complete = e.state != State::unanswered && e.state != State::unconfirmed;
    require(!complete || !e.answers.empty(), "what is answered has an answer");
    for (const Exchange::Answer& a : e.answers)
      require(a.message.number <= messages, "answers come from the input");
    require(!e.asked() || e.request.frame().bytes().size() == e.request.bytes.size(),
            "a request is a message");
    latencies.on_exchange(e);
  }
  void on_answer(const Exchange& e, const Exchange::Answer& a) override {
    ++told;
    require(&e.answers.back() == &a, "the answer is the latest");
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Sink sink;
  ExchangeLimits limits;
  limits.open = 16;
  limits.bytes = 4096;
  limits.parts = Sink::parts;
  limits.commands = size % 2 == 0;
  ExchangeTracker tracker(sink, limits);
  PortNames names;
  fuzz::Conversation talk;
  talk.play(
      std::as_bytes(std::span(data, size)),
      [&](const SessionMessage& m) {
        sink.messages = talk.messages;
        names.on_message(m);
        tracker.on_message(m);
      },
      [&](unsigned step, Channel& channel) {
        talk.now += std::chrono::milliseconds(step & 0x3f) * ((step & 0x40) != 0 ? 1000 : 1);
        if ((step & 0x80) != 0) tracker.on_close(channel, talk.datapath);
      });
  tracker.finish();
  names.of(talk.datapath);
  for (const auto& [kind, count] : sink.latencies.all())
    require(count.latencies.count() == 0 || count.latencies.quantile(0.5) <= count.latencies.max(),
            "quantiles are ordered");
  return 0;
}
