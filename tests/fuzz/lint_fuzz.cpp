// Drives what looks for faults with messages of the input, on a few channels, from both sides, with losses
// and ends; small limits are reached all the time. Whatever comes, findings are about what came, and are
// bounded.
#include <oflens/session/lint.hpp>

#include "conversation.hpp"

using namespace oflens;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  LintLimits limits;
  limits.storm_packets = 3;
  limits.buffers = limits.packets = limits.ports = 4;
  limits.tables.steps = size % 2 == 0 ? 50 : 50'000;
  const FindingList::Limits room{.each = 2, .places = 8};
  FindingList list(room);
  Lint lint(list, limits);
  TableTracker tables;
  lint.look_into(tables);
  fuzz::Conversation talk;
  talk.play(
      std::as_bytes(std::span(data, size)),
      [&](const SessionMessage& m) {
        lint.on_message(m);
        tables.on_message(m);
      },
      [&](unsigned step, Channel& channel) {
        talk.now += std::chrono::milliseconds(step & 0x1f) * ((step & 0x20) != 0 ? 1000 : 1);
        if ((step & 0x40) != 0) {
          const auto kind = (step & 4) != 0 ? ChannelLoss::Kind::missing : ChannelLoss::Kind::skipped;
          lint.on_loss({channel, (step & 2) != 0 ? Side::a : Side::b, kind, talk.messages, step,
                        ++talk.messages, talk.now, talk.now},
                       talk.datapath);
        }
        if ((step & 0x80) != 0) {
          channel.ending = static_cast<Ending>(step % 6);
          channel.last = talk.now;
          lint.on_close(channel, talk.datapath);
          tables.on_close(channel, talk.datapath);
        }
      });
  lint.finish();
  for (const auto& [index, t] : tables.tables()) lint.check(t, talk.now);

  const std::vector<const Finding*> findings = list.sorted();
  require(findings.size() <= room.each * room.places, "findings are bounded");
  std::uint64_t shown = list.left_out(), counted = 0;
  for (const Finding* f : findings) {
    require(f->frame <= talk.messages && f->last_frame <= talk.messages, "findings are about what came");
    require(!f->reason.empty(), "findings have reasons");
    shown += f->count + f->more;
  }
  for (const Severity s : {Severity::info, Severity::warning, Severity::error}) counted += list.count(s);
  require(shown == counted, "all that was found is counted");
  return 0;
}
