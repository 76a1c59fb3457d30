// Drives the trackers of exchanges, port names and latencies with messages of the input, on a few channels,
// from both sides, with transaction ids that collide; small limits are reached all the time.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <oflens/session/latency.hpp>
#include <oflens/session/port_names.hpp>

using namespace oflens;

namespace {

void require(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "violated: %s\n", what);
  std::abort();
}

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
  Bytes rest = std::as_bytes(std::span(data, size));
  Sink sink;
  ExchangeLimits limits;
  limits.open = 16;
  limits.bytes = 4096;
  limits.parts = Sink::parts;
  limits.commands = size % 2 == 0;
  ExchangeTracker tracker(sink, limits);
  PortNames names;
  Datapath datapath;
  std::vector<Channel> channels(3);
  for (std::uint32_t i = 0; i < channels.size(); ++i) channels[i].id = i + 1;
  Timestamp now{};
  std::vector<std::byte> message;

  const auto say = [&](std::size_t channel, bool from_switch) {
    const auto frame = Frame::at(message);
    require(static_cast<bool>(frame), "the copy of a message is a message");
    const ChannelMessage m{channels[channel], from_switch ? Side::a : Side::b, *frame, ++sink.messages, now};
    const SessionMessage s{m, datapath, from_switch};
    names.on_message(s);
    tracker.on_message(s);
  };
  while (!rest.empty()) {
    const auto frame = Frame::at(rest);
    if (!frame) {
      const auto step = std::to_integer<unsigned>(rest[0]);
      rest = rest.subspan(1);
      now += std::chrono::milliseconds(step & 0x3f) * ((step & 0x40) != 0 ? 1000 : 1);
      if ((step & 0x80) != 0) tracker.on_close(channels[step % 3], datapath);
      continue;
    }
    message.assign(frame->bytes().begin(), frame->bytes().end());
    rest = rest.subspan(message.size());
    const auto xid = static_cast<std::uint32_t>(frame->xid());
    const std::size_t channel = xid % channels.size();
    store_be(message.data() + 4, xid & 3);
    say(channel, (xid & 16) != 0);
    if ((xid & 32) == 0) continue;
    message[1] = static_cast<std::byte>(std::to_integer<unsigned>(message[1]) + 1);  // what may be its reply
    say(channel, (xid & 16) == 0);
  }
  tracker.finish();
  names.of(datapath);
  for (const auto& [kind, count] : sink.latencies.all())
    require(count.latencies.count() == 0 || count.latencies.quantile(0.5) <= count.latencies.max(),
            "quantiles are ordered");
  return 0;
}
