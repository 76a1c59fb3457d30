// Drives what looks for faults with messages of the input, on a few channels, from both sides, with losses
// and ends; small limits are reached all the time. Whatever comes, findings are about what came, and are
// bounded.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <oflens/session/lint.hpp>

using namespace oflens;

namespace {

void require(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "violated: %s\n", what);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes rest = std::as_bytes(std::span(data, size));
  LintLimits limits;
  limits.storm_packets = 3;
  limits.buffers = limits.packets = limits.ports = 4;
  limits.tables.steps = size % 2 == 0 ? 50 : 50'000;
  const FindingList::Limits room{.each = 2, .places = 8};
  FindingList list(room);
  Lint lint(list, limits);
  TableTracker tables;
  Datapath datapath;
  std::vector<Channel> channels(3);
  for (std::uint32_t i = 0; i < channels.size(); ++i) channels[i].id = i + 1;
  Timestamp now{};
  std::uint64_t number = 0;
  std::vector<std::byte> message;

  const auto say = [&](std::size_t channel, bool from_switch) {
    const auto frame = Frame::at(message);
    require(static_cast<bool>(frame), "the copy of a message is a message");
    const ChannelMessage m{channels[channel], from_switch ? Side::a : Side::b, *frame, ++number, now};
    const SessionMessage s{m, datapath, from_switch};
    datapath.version = frame->version();
    lint.on_message(s);
    tables.on_message(s);
  };
  while (!rest.empty()) {
    const auto frame = Frame::at(rest);
    if (!frame) {
      const auto step = std::to_integer<unsigned>(rest[0]);
      rest = rest.subspan(1);
      now += std::chrono::milliseconds(step & 0x1f) * ((step & 0x20) != 0 ? 1000 : 1);
      Channel& channel = channels[step % 3];
      if ((step & 0x40) != 0) {
        const auto kind = (step & 4) != 0 ? ChannelLoss::Kind::missing : ChannelLoss::Kind::skipped;
        lint.on_loss({channel, (step & 2) != 0 ? Side::a : Side::b, kind, number, step, ++number, now, now},
                     datapath);
      }
      if ((step & 0x80) != 0) {
        channel.ending = static_cast<Ending>(step % 6);
        channel.last = now;
        lint.on_close(channel, datapath);
        tables.on_close(channel, datapath);
      }
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
  lint.finish();
  for (const auto& [index, t] : tables.tables()) lint.check(t, now);

  const std::vector<const Finding*> findings = list.sorted();
  require(findings.size() <= room.each * room.places, "findings are bounded");
  std::uint64_t shown = list.left_out(), counted = 0;
  for (const Finding* f : findings) {
    require(f->frame <= number && f->last_frame <= number, "findings are about what came");
    require(!f->reason.empty(), "findings have reasons");
    shown += f->count + f->more;
  }
  for (const Severity s : {Severity::info, Severity::warning, Severity::error}) counted += list.count(s);
  require(shown == counted, "all that was found is counted");
  return 0;
}
