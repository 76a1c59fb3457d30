#include "lint_channels.hpp"

#include <fmt/format.h>

#include <bit>

#include <oflens/message/dissect.hpp>
#include <oflens/message/json.hpp>
#include <oflens/message/text.hpp>
#include <oflens/message/value.hpp>
#include <oflens/v10/messages.hpp>

#include "exchange_parts.hpp"

namespace oflens::session {
namespace {

std::string version_text(std::uint8_t version) {
  TextBuffer text;
  put_version(text, version);
  return std::string(text.view());
}
// "1 byte", "12 bytes".
std::string bytes_text(std::uint64_t n) { return fmt::format("{} byte{}", n, n == 1 ? "" : "s"); }

}  // namespace

std::string name_of_message(const Frame& frame) {
  const char* name = message_name(frame.version(), frame.type());
  return name != nullptr ? name : fmt::format("message of type {}", frame.type());
}

std::string name_of_error(const Frame& error) {
  Tape tape;
  dissect(Catalog::standard(), error.bytes(), tape, Inside::bytes);
  // The last number of the body that has names is the code; what experimenters have instead, too.
  std::string name;
  for (std::uint32_t i = body_of(tape); i < tape.size(); ++i) {
    if (tape[i].is_problem() || tape[i].desc->kind == wire::Kind::tag) continue;
    const std::string_view label = labels_of(tape[i], error.bytes()).find(tape[i].value);
    if (!label.empty()) name = label;
  }
  if (!name.empty() && !name.starts_with("OFPET_")) return name;
  if (error.body().size() < 4) return "an error without type and code";
  return fmt::format("error type {}, code {}", load_be<std::uint16_t>(error.body().data()),
                     load_be<std::uint16_t>(error.body().data() + 2));
}

Finding finding_at(FindingKind kind, const SessionMessage& m, std::string reason) {
  return {.kind = kind,
          .frame = m.message.number,
          .time = m.message.time,
          .connection = m.message.channel.id,
          .datapath = &m.datapath,
          .reason = std::move(reason)};
}

const ChannelNotes::Notes& ChannelNotes::on_message(const SessionMessage& m) {
  Notes& n = channels_[m.message.channel.id];
  const Frame& frame = m.frame();
  if (n.said[0] + n.said[1] == 0) n.begun = frame.type() == v10::Hello::id.type;
  judge_skipped(n, m.message.channel, m.message.from, m.datapath, true);
  versions(n, m);
  dissect(Catalog::standard(), frame.bytes(), tape_, Inside::bytes);
  if (tape_.problems() != 0)
    sink_.on_finding(finding_at(
        FindingKind::malformed_message, m,
        fmt::format("the {} sent {}", m.from_switch ? "switch" : "controller", tape_.first_error().text())));
  ++n.said[m.from_switch];
  n.last_said[m.from_switch] = m.message.time;
  return n;
}

// 1.3.5 §6.3.1: the highest version that both sides have. Where no hello was seen, the first that is spoken.
void ChannelNotes::versions(Notes& n, const SessionMessage& m) {
  const Frame& frame = m.frame();
  const char* who = m.from_switch ? "switch" : "controller";
  if (const std::uint32_t offered = offered_versions(frame); offered != 0) {
    if (n.hello[m.from_switch] != 0) return;  // the first one counts
    n.hello[m.from_switch] = offered;
    if (n.hello[0] == 0 || n.hello[1] == 0) return;
    const std::uint32_t common = n.hello[0] & n.hello[1];
    if (common != 0) {
      n.version = static_cast<Version>(std::bit_width(common) - 1);
    } else if (!std::exchange(n.failed, true)) {
      sink_.on_finding(finding_at(FindingKind::hello_failed, m,
                                  "the hellos of controller and switch have no version in common"));
    }
    return;
  }
  if (is_hello_failed(frame)) {
    if (!std::exchange(n.failed, true))
      sink_.on_finding(
          finding_at(FindingKind::hello_failed, m,
                     fmt::format("the {} refused the connection: {}", who, name_of_error(frame))));
    return;
  }
  if (frame.type() == v10::Hello::id.type || n.failed) return;
  if (!n.version && (n.hello[0] == 0) == (n.hello[1] == 0)) n.version = frame.version();
  if (n.version && *n.version != frame.version())
    sink_.on_finding(
        finding_at(FindingKind::wrong_version, m,
                   fmt::format("the {} sent a message of {} ({}), where {} was agreed on", who,
                               version_text(static_cast<std::uint8_t>(frame.version())),
                               name_of_message(frame), version_text(static_cast<std::uint8_t>(*n.version)))));
}

void ChannelNotes::on_loss(const ChannelLoss& loss, const Datapath& datapath) {
  Notes& n = channels_[loss.channel.id];
  const auto side = static_cast<std::size_t>(loss.from);
  if (loss.kind == ChannelLoss::Kind::missing) {
    n.missing[side] = true;
    n.lost = loss.time;
    if (n.missing_bytes == 0) {
      n.lost_frame = loss.number;
      n.lost_first = loss.time;
    }
    n.missing_bytes += loss.bytes;
    return;
  }
  if (n.missing[side] ||
      (!n.begun && loss.offset == 0)) {  // what is left of messages whose other part is lost
    n.lost = loss.time;
    return;
  }
  judge_skipped(n, loss.channel, loss.from, datapath, true);
  n.skipped[side] = Skipped{loss.offset, loss.bytes, loss.number, loss.time};
}

void ChannelNotes::judge_skipped(Notes& n, const Channel& channel, Side side, const Datapath& datapath,
                                 bool goes_on) {
  std::optional<Skipped>& loss = n.skipped[static_cast<std::size_t>(side)];
  if (!loss) return;
  sink_.on_finding(
      {.kind = goes_on ? FindingKind::stray_bytes : FindingKind::cut_off_message,
       .frame = loss->frame,
       .time = loss->time,
       .connection = channel.id,
       .datapath = &datapath,
       .reason = goes_on ? fmt::format("{} at offset {} of the stream belong to no message",
                                       bytes_text(loss->bytes), loss->offset)
                         : fmt::format("the connection ended {} into a message", bytes_text(loss->bytes))});
  loss.reset();
}

void ChannelNotes::on_close(const Channel& channel, const Datapath& datapath) {
  Notes& n = channels_[channel.id];
  const bool ended = channel.ending == Ending::finished || channel.ending == Ending::reset;
  if (ended) n.closed = channel.last;
  for (const Side side : {Side::a, Side::b})
    if (ended) judge_skipped(n, channel, side, datapath, false);
  n.skipped = {};
  if (n.missing_bytes != 0)
    sink_.on_finding(
        {.kind = FindingKind::incomplete_capture,
         .frame = n.lost_frame,
         .time = *n.lost_first,
         .connection = channel.id,
         .datapath = &datapath,
         .reason = fmt::format("the capture lacks {} of this connection, the first before this frame",
                               bytes_text(n.missing_bytes))});
}

}  // namespace oflens::session
