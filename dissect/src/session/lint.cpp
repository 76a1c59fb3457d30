#include <oflens/session/lint.hpp>

#include <fmt/format.h>

#include <oflens/flow/flow_text.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

#include "exchange_parts.hpp"
#include "lint_channels.hpp"
#include "lint_packets.hpp"
#include "lint_tables.hpp"

namespace oflens {

using namespace session;

namespace {

using Kind = Exchange::Kind;
constexpr auto bad_request = static_cast<std::uint16_t>(v13::ErrorType::bad_request);
constexpr std::uint16_t buffer_empty = 7, buffer_unknown = 8;  // OFPBRC_BUFFER_*, in all versions

std::string text_of(const FlowMod& mod, Version dialect) {
  TextBuffer text;
  Flow flow = mod.flow;
  if (mod.version == Version::v10 && flow.table_id == static_cast<std::uint8_t>(v13::TableId::all))
    flow.table_id = 0;  // it names none
  put_flow(text, flow, dialect);
  return std::string(text.view().substr(1));
}
// The flow or group that a message is about; empty for others.
std::string entry_of(const Frame& frame) {
  if (const auto mod = read_flow_mod(frame)) return text_of(*mod, frame.version());
  const auto mod = read_group_mod(frame);
  if (!mod) return {};
  TextBuffer text;
  put_group(text, mod->group, frame.version());
  return std::string(text.view().substr(1));
}

bool says_buffer(const Frame& error) {
  if (error.body().size() < 4 || load_be<std::uint16_t>(error.body().data()) != bad_request) return false;
  const auto code = load_be<std::uint16_t>(error.body().data() + 2);
  return code == buffer_empty || code == buffer_unknown;
}
BufferId buffer_of(const Frame& frame) {
  if (is_flow_mod(frame)) return buffer_of_flow_mod(frame);
  const auto out = read_packet_out(frame);
  return out ? out->buffer : BufferId::no_buffer;
}

// The fields of 1.0's match that do not count, for want of what they need. A field of value 0 is what packets
// without it have, and no sign of a mistake.
std::string ignored_fields(const v10::Match& match) {
  const FlowMatch written = FlowMatch::as_written(match), counts = FlowMatch::of(match);
  if (written == counts) return {};
  Seq<Oxm> ignored;
  for (const Oxm field : written.fields()) {
    const auto same = [&](const Oxm& other) {
      return other.oxm_class() == field.oxm_class() && other.number() == field.number();
    };
    bool counted = false, zero = true;
    for (const Oxm other : counts.fields()) counted = counted || same(other);
    for (const std::byte b : field.value()) zero = zero && b == std::byte{0};
    if (!counted && !zero) ignored.push_back(field);
  }
  if (ignored.empty()) return {};
  TextBuffer text;
  put_match(text, FlowMatch::of(ignored), Version::v10);
  return std::string(text.view());
}

}  // namespace

struct Lint::State final : ExchangeSink {
  State(FindingSink& s, const LintLimits& l)
      : sink(s),
        limits(l),
        tracker(*this),
        channels(s),
        datapaths(limits),
        buffers(limits, s),
        storms(limits, s),
        roles(limits, s),
        futile(s) {}

  FindingSink& sink;
  LintLimits limits;
  ExchangeTracker tracker;
  ChannelNotes channels;
  DatapathNotes datapaths;
  Buffers buffers;
  Storms storms;
  Roles roles;
  Futile futile;
  const TableTracker* tables = nullptr;
  Timestamp now{};

  void on_message(const SessionMessage& m) {
    now = m.message.time;
    const ChannelNotes::Notes& channel = channels.on_message(m);
    datapaths.on_message(m, channel.begun);
    roles.on_message(m);
    if (m.from_switch) {
      if (const auto in = read_packet_in(m.frame())) {
        buffers.on_packet_in(m, in->buffer);
        storms.on_packet_in(m, *in);
      }
    } else if (is_flow_mod(m.frame())) {
      on_flow_mod(m);
    } else if (is_packet_out(m.frame())) {
      buffers.on_use(m, buffer_of(m.frame()), datapaths.complete(m.datapath), {});
    }
    tracker.on_message(m);
  }

  void on_flow_mod(const SessionMessage& m) {
    const auto mod = read_flow_mod(m.frame());
    if (!mod) return;
    storms.on_flow_mod(m, *mod);
    // Of a deletion the buffer has no meaning.
    if (mod->command < v13::FlowModCommand::delete_ && mod->buffer_id != BufferId::no_buffer)
      buffers.on_use(m, mod->buffer_id, datapaths.complete(m.datapath), text_of(*mod, m.frame().version()));

    if (tables != nullptr && Futile::is_futile(m, *mod, *tables))
      futile.keep(m, *mod, text_of(*mod, m.frame().version()));

    std::string why;
    if (const auto v10 = m.frame().decode<v10::FlowMod>()) {
      if (const std::string fields = ignored_fields(v10->match); !fields.empty())
        why =
            fmt::format("the switch ignores {}: the match does not ask for the protocol that has it", fields);
    } else if (const auto v13 = m.frame().decode<v13::FlowMod>()) {
      if (const wire::PackedDesc* field = unmet_prerequisite(v13->match.oxm))
        why = fmt::format("{} stands in the match without what it needs before it", field->name);
    }
    if (why.empty()) return;
    Finding f = finding_at(FindingKind::missing_prerequisite, m, std::move(why));
    f.entry = text_of(*mod, m.frame().version());
    if (mod->version != Version::v10) f.table = mod->flow.table_id;
    sink.on_finding(std::move(f));
  }

  // ---- exchanges

  void on_answer(const Exchange& e, const Exchange::Answer&) override {
    if (e.kind == Kind::barrier && !e.request.from_switch)
      channels.of(e.channel).confirmed = e.request.number;
  }
  void on_exchange(const Exchange& e) override {
    if (e.kind == Kind::setup || e.kind == Kind::packet_in) return;
    if (e.state == Exchange::State::error || e.kind == Kind::error)
      refused(e);
    else if (e.state == Exchange::State::unanswered)
      unanswered(e);
  }

  static Finding about(FindingKind kind, const Exchange& e, const KeptMessage& m, std::string reason) {
    return {.kind = kind,
            .frame = m.number,
            .time = m.time,
            .connection = e.channel,
            .datapath = e.datapath,
            .reason = std::move(reason)};
  }

  void refused(const Exchange& e) {
    const KeptMessage& answer = e.answers.back().message;
    const Frame error = answer.frame();
    if (is_hello_failed(error)) return;  // is told where versions are
    const std::string name = name_of_error(error);
    futile.refused(e.datapath, e.asked() ? e.request.number : 0);
    const char* who = answer.from_switch ? "switch" : "controller";
    if (!e.asked()) {
      sink.on_finding(
          about(FindingKind::refused_command, e, answer,
                fmt::format("the {} refused a message that is not in the capture: {}", who, name)));
      return;
    }
    const Frame request = e.request.frame();
    const bool command = e.kind == Kind::command || e.kind == Kind::bundle;
    Finding f =
        about(command ? FindingKind::refused_command : FindingKind::refused_request, e, e.request, {});
    if (says_buffer(error)) {
      f.kind = FindingKind::refused_buffer;
      f.reason = fmt::format("the {} answered {}: {}", who, name,
                             buffers.refused(e.channel, e.request.number, buffer_of(request)));
    } else {
      f.reason = fmt::format("the {} refused this {}: {}", who, what_is(request), name);
    }
    f.entry = entry_of(request);
    if (const auto mod = read_flow_mod(request); mod && mod->version != Version::v10)
      f.table = mod->flow.table_id;
    sink.on_finding(std::move(f));
  }
  // "flow_mod ADD", "multipart_request OFPMP_TABLE".
  static std::string what_is(const Frame& frame) {
    if (const auto mod = read_flow_mod(frame)) {
      constexpr std::string_view prefix = "OFPFC_";
      const auto command = wire::labels<v13::FlowModCommand>().find(static_cast<std::uint64_t>(mod->command));
      return fmt::format("flow_mod {}", command.substr(prefix.size()));
    }
    const std::string name = name_of_message(frame);
    const std::string_view multipart = multipart_name(frame);
    return multipart.empty() ? name : fmt::format("{} {}", name, multipart);
  }

  void unanswered(const Exchange& e) {
    const ChannelNotes::Notes& n = channels.of(e.channel);
    const bool of_switch = !e.request.from_switch;  // whose answer is missing
    // It may be in what was not captured.
    if (n.said[of_switch] == 0 || (n.lost && *n.lost >= e.request.time)) return;
    const Timestamp end = n.closed.value_or(now);
    const bool waited = end - e.request.time >= limits.patience;
    const char* who = of_switch ? "switch" : "controller";
    if (e.kind == Kind::echo && waited && n.closed && n.last_said[of_switch] < e.request.time) {
      sink.on_finding(about(
          FindingKind::echo_timeout, e, e.request,
          fmt::format("the {} did not answer this echo_request, nor say anything more, until the connection "
                      "ended",
                      who)));
      return;
    }
    if (!waited && e.request.number >= n.confirmed) return;
    sink.on_finding(about(
        FindingKind::unanswered_request, e, e.request,
        fmt::format("the {} {} this {}", who, e.answers.empty() ? "never answered" : "did not answer all of",
                    what_is(e.request.frame()))));
  }
};

Lint::Lint(FindingSink& sink, const LintLimits& limits) : state_(std::make_unique<State>(sink, limits)) {}
Lint::~Lint() = default;

void Lint::look_into(const TableTracker& tables) { state_->tables = &tables; }

void Lint::on_message(const SessionMessage& m) { state_->on_message(m); }

void Lint::on_loss(const ChannelLoss& loss, Datapath& datapath) {
  state_->channels.on_loss(loss, datapath);
  state_->datapaths.on_loss(datapath);
}

void Lint::on_close(Channel& channel, Datapath& datapath) {
  State& s = *state_;
  s.now = std::max(s.now, channel.last);
  s.channels.on_close(channel, datapath);
  s.tracker.on_close(channel, datapath);
}

void Lint::finish() {
  state_->tracker.finish();
  state_->buffers.finish();
  state_->futile.finish();
}

bool Lint::check(const TableTracker::Tables& tables, Timestamp at) const {
  DatapathFacts facts = state_->datapaths.facts(*tables.datapath, at);
  facts.complete = facts.complete && !tables.partial;
  facts.lossless = tables.lost_bytes == 0;
  return report_tables(tables, facts, at, state_->limits.tables, state_->sink);
}

}  // namespace oflens
