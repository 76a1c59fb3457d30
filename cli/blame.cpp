// oflens blame: who made the flows that are there, and because of which packet; or all that happened to them.
#include <fmt/format.h>

#include <algorithm>

#include <oflens/flow/flow_difference.hpp>
#include <oflens/message/json.hpp>
#include <oflens/session/history.hpp>

#include "commands.hpp"
#include "flow_choice.hpp"
#include "flow_record.hpp"
#include "summary.hpp"
#include "tables_at.hpp"

namespace oflens::cli {
namespace {

using What = FlowEvent::What;

struct Options {
  InputOptions input;
  FlowChoice choice;
  std::string form = "text", dialect, datapath, at;
  bool history = false;
};

constexpr auto unknown_table = static_cast<std::uint8_t>(v13::TableId::all);

// "ADD"
std::string_view word_for(v13::FlowModCommand command) {
  const std::string_view constant =
      wire::labels<v13::FlowModCommand>().find(static_cast<std::uint64_t>(command));
  return constant.substr(constant.find('_') + 1);
}
// "idle timeout"
std::string word_for(v13::FlowRemovedReason reason) {
  switch (reason) {
    case v13::FlowRemovedReason::idle_timeout: return "idle timeout";
    case v13::FlowRemovedReason::hard_timeout: return "hard timeout";
    case v13::FlowRemovedReason::delete_: return "deleted";
    case v13::FlowRemovedReason::group_delete: return "group deleted";
  }
  return fmt::format("reason {}", static_cast<unsigned>(reason));
}
// Is the command told beside what happened?
bool tells_command(What what) {
  switch (what) {
    case What::added:
    case What::replaced:
    case What::modified:
    case What::deleted: return true;
    default: return false;
  }
}
bool was_said_by_switch(What what) {
  switch (what) {
    case What::reported:
    case What::reported_gone:
    case What::removed:
    case What::announced: return true;
    default: return false;
  }
}
bool has_flow_after(What what) {
  return what == What::added || what == What::replaced || what == What::modified || what == What::reported;
}

// What is shown of a flow: its entry, if it is there, and what happened.
struct Shown {
  const FlowEntry* entry = nullptr;
  Expiry expiry;
  std::vector<const FlowEvent*> events;
};

class Writer {
 public:
  Writer(const Options& options, const Clock& clock, const TablesAt& at, const History& history)
      : options_(options), clock_(clock), at_(at), history_(history), records_(options.form == "json") {}

  void datapath(const TableTracker::Tables& t) {
    tables_ = &t;
    dialect_ = dialect_for(options_.dialect, *t.datapath);
    const FlowLives lives(history_.events(*t.datapath));
    options_.history ? whole_lives(lives) : present_flows(lives);
  }
  void finish() {
    if (!as_text()) records_.finish(output_.text());
    output_.flush();
  }

 private:
  bool as_text() const { return options_.form == "text"; }

  // ---- which flows

  void present_flows(const FlowLives& lives) {
    TextBuffer text;
    const std::vector<FlowLine> lines = list_flows(
        text, tables_->state, {.dialect = dialect_, .at = at_.time(), .only = std::cref(options_.choice)});
    heading(lines.size());
    for (const FlowLine& line : lines) {
      const PresentLife life = present_life(lives.of(line.entry->flow));
      Shown shown{line.entry, line.expiry, {}};
      for (const FlowEvent* event : {life.made, life.changed})
        if (event != nullptr) shown.events.push_back(event);
      if (as_text()) {
        output_.text().put(line.text);
        put_remark(output_.text(), line.expiry);
        output_.text().put('\n');
      }
      show(shown);
    }
  }

  // In the order of a listing.
  void whole_lives(const FlowLives& lives) {
    struct Named {
      Shown shown;
      std::string match;
    };
    std::vector<Named> all;
    lives.each([&](const FlowLives::Life& life) {
      const Flow& flow = flow_of(life);
      TextBuffer match;
      put_match(match, flow.match, dialect_, flow.priority);
      Named& named = all.emplace_back();
      named.match = match.view();
      Shown& shown = named.shown;
      shown.events = life;
      shown.entry = tables_->state.find(flow.table_id, flow.priority, flow.match);
      if (shown.entry != nullptr) shown.expiry = tables_->state.expiry(*shown.entry, at_.time());
    });
    const auto order = [](const Named& named) {
      const Flow& f = flow_of(named.shown.events);
      return std::tuple(f.table_id, -int{f.priority}, std::string_view(named.match));
    };
    std::ranges::sort(all, {}, order);
    heading(all.size());
    for (const Named& named : all) {
      if (as_text()) name(flow_of(named.shown.events), named.match);
      show(named.shown);
    }
  }
  // One that tells its table, if there is one.
  static const Flow& flow_of(const FlowLives::Life& life) {
    const auto it =
        std::ranges::find_if(life, [](const FlowEvent* e) { return e->flow.table_id != unknown_table; });
    return it == life.end() ? life.front()->flow : (*it)->flow;
  }

  void heading(std::size_t count) {
    if (as_text()) put_heading(output_.text(), *tables_, at_, clock_, count, Entries::flows, options_.choice);
  }
  // " table=2, priority=5,tcp"
  void name(const Flow& flow, std::string_view match) {
    TextBuffer& out = output_.text();
    out.put(' ');
    if (flow.table_id == unknown_table) {
      out.put("any table, ");
    } else if (flow.table_id != 0) {
      out.put("table=");
      out.put_decimal(flow.table_id);
      out.put(", ");
    }
    out.put(match.empty() ? "every packet" : match);
    out.put('\n');
  }

  void show(const Shown& shown) {
    as_text() ? as_lines(shown) : as_record(shown);
    output_.piece_done();
  }

  // ---- text

  void as_lines(const Shown& shown) {
    if (shown.events.empty()) output_.text().put("    made at a time of which nothing is kept\n");
    const Flow* before = nullptr;
    for (const FlowEvent* event : shown.events) {
      line(*event, before);
      if (has_flow_after(event->what)) before = &event->flow;
    }
    if (options_.history && shown.entry != nullptr) fate(shown.expiry);
  }

  // "    24 2026-11-20T11:02:33.021987Z added by 127.0.0.1:6653 (ADD, xid 7): actions=output:2"
  void line(const FlowEvent& e, const Flow* before) {
    TextBuffer& out = output_.text();
    out.put("    ");
    if (e.by.frame != 0) {
      out.put_decimal(e.by.frame);
      out.put(' ');
    }
    clock_.put(out, e.by.time);
    out.put(' ');
    switch (e.what) {
      case What::added:
      case What::replaced:
      case What::modified:
      case What::reported: made(e, before); break;
      case What::reported_gone: out.put("gone: the switch says so"); break;
      case What::deleted: by(e, "deleted"); break;
      case What::fell_with_group:
      case What::fell_with_meter:
        by(e, e.what == What::fell_with_group ? fmt::format("fell with group {}, deleted", e.number)
                                              : fmt::format("fell with meter {}, deleted", e.number));
        break;
      case What::removed:
      case What::announced: removed(e); break;
      case What::expired: out.put(fmt::format("expired: hard timeout of {} s", e.flow.hard_timeout)); break;
      case What::refused:
      case What::discarded: undone(e); break;
    }
    out.put('\n');
    cause(e);
  }
  // "added by 127.0.0.1:6653 (ADD, xid 7, its bundle committed in 31)"
  void by(const FlowEvent& e, std::string_view what) {
    TextBuffer& out = output_.text();
    out.put(what);
    out.put(" by ");
    controller(e.by);
    out.put(" (");
    if (tells_command(e.what)) {
      out.put(word_for(e.command));
      out.put(", ");
    }
    out.put("xid ");
    out.put_decimal(static_cast<std::uint32_t>(e.by.xid));
    if (e.commit != 0) {
      out.put(", its bundle committed in ");
      out.put_decimal(e.commit);
    }
    out.put(')');
  }
  void controller(const Origin& origin) {
    if (const ControllerEnd* end = history_.controller(origin))
      put_controller(output_.text(), end->a, end->b, end->side);
    else
      output_.text().put('?');
  }
  // With what it has then, or what is different; without history, as it was made.
  void made(const FlowEvent& e, const Flow* before) {
    switch (e.what) {
      case What::added: by(e, "added"); break;
      case What::replaced: by(e, "added in place of the one before"); break;
      case What::reported: output_.text().put("there: the switch says so"); break;
      default: by(e, "modified");
    }
    if (before == nullptr || e.what == What::added) {
      if (options_.history) asked_for(e.flow);
      return;
    }
    TextBuffer& out = output_.text();
    const FlowParts parts = different_parts(*before, e.flow, dialect_);
    if (!parts.any()) return out.put(options_.history ? ": as it was" : ": as it was made");
    if (options_.history) {
      out.put(": ");
      put_flow_parts(out, e.flow, parts, dialect_);
    }
    out.put(options_.history ? "; was " : "; made with ");
    put_flow_parts(out, *before, parts, dialect_);
  }
  // What is not the default; actions always.
  void asked_for(const Flow& flow) {
    FlowParts parts = different_parts(Flow{}, flow, dialect_);
    parts.actions = true;
    output_.text().put(": ");
    put_flow_parts(output_.text(), flow, parts, dialect_);
  }
  // "removed: idle timeout, after 10.004 s, 12 packets, 980 bytes"
  void removed(const FlowEvent& e) {
    const FlowRemoved& r = *e.removed;
    TextBuffer& out = output_.text();
    out.put(e.what == What::removed ? "removed: " : "the switch confirms: ");
    out.put(fmt::format("{}, after ", word_for(r.reason)));
    clock_.put(out, r.lifetime);
    out.put(" s, ");
    put_count(out, r.packets, "packet");
    out.put(", ");
    put_count(out, r.bytes, "byte");
  }
  // "ADD by 127.0.0.1:6653 (xid 7): actions=output:1; refused in 8, 0.000123 s later: OFPFMFC_OVERLAP"
  void undone(const FlowEvent& e) {
    TextBuffer& out = output_.text();
    by(e, word_for(e.command));
    if (e.command < v13::FlowModCommand::delete_) asked_for(e.flow);
    if (!e.error) return out.put("; discarded with its bundle");
    out.put("; refused in ");
    out.put_decimal(e.error->by.frame);
    out.put(", ");
    clock_.put(out, e.error->by.time - e.by.time);
    out.put(" s later: ");
    put_error(*e.error);
  }
  void put_error(const SwitchError& error) {
    TextBuffer& out = output_.text();
    if (!error.label.empty()) return out.put(error.label);
    out.put(fmt::format("error type {} code {}", error.type, error.code));
  }
  void cause(const FlowEvent& e) {
    const Cause* c = was_said_by_switch(e.what) ? nullptr : history_.cause(e.by);
    if (c == nullptr) return;
    TextBuffer& out = output_.text();
    out.put("      because of packet-in ");
    out.put_decimal(c->frame);
    out.put(", ");
    clock_.put(out, e.by.time - c->time);
    out.put(" s before: port ");
    port(out, c->in_port);
    out.put(", ");
    out.put(c->packet);
    out.put(fmt::format(" (by {}", oflens::name_of(c->join)));
    if (c->certainty != Certainty::certain) out.put(fmt::format(", {}", oflens::name_of(c->certainty)));
    out.put(")\n");
  }
  static void port(TextBuffer& out, PortNo number) {
    const std::string_view constant = wire::labels<PortNo>().find(static_cast<std::uint64_t>(number));
    constant.empty() ? out.put_decimal(static_cast<std::uint32_t>(number))
                     : out.put(constant.substr(constant.find('_') + 1));
  }
  // What the clock says of a flow of which no message told the end.
  void fate(const Expiry& expiry) {
    if (expiry.state == Expiry::State::present) return;
    TextBuffer& out = output_.text();
    out.put("    ");
    clock_.put(out, expiry.since);
    out.put(expiry.state == Expiry::State::gone ? " expired: " : " may have expired since: ");
    out.put(fmt::format("{} timeout of {} s\n", expiry.cause == Expiry::Cause::idle ? "idle" : "hard",
                        expiry.seconds));
  }

  // ---- JSON

  void as_record(const Shown& shown) {
    TextBuffer& out = output_.text();
    records_.begin(out);
    put_datapath_member(out, *tables_->datapath);
    out.put(',');
    put_moment_member(out, clock_, at_);
    out.put(',');
    const bool there = shown.entry != nullptr && shown.expiry.state != Expiry::State::gone;
    if (options_.history) {
      const Flow& flow = flow_of(shown.events);
      out.put(flow.table_id == unknown_table ? "\"table_id\":null"
                                             : fmt::format("\"table_id\":{}", flow.table_id));
      out.put(fmt::format(",\"priority\":{},\"match\":", flow.priority));
      TextBuffer match;
      put_match(match, flow.match, dialect_);
      out.put_json(match.view());
      out.put(",\"present\":");
    }
    if (options_.history && !there) {
      out.put("null");
    } else {
      if (options_.history) out.put('{');
      TextBuffer text;
      put_flow(text, shown.entry->flow, dialect_);
      put_flow_members(out, clock_, {shown.entry, shown.expiry, text.view()}, dialect_);
      if (options_.history) out.put('}');
    }
    out.put(",\"events\":[");
    bool separate = false;
    for (const FlowEvent* e : shown.events) {
      if (std::exchange(separate, true)) out.put(',');
      event(*e);
    }
    if (options_.history && shown.entry != nullptr && !there) {
      if (separate) out.put(',');
      out.put("{\"what\":\"expired\",\"time\":");
      put_json_time(out, clock_, shown.expiry.since);
      out.put('}');
    }
    out.put(']');
    records_.end(out);
  }
  void event(const FlowEvent& e) {
    TextBuffer& out = output_.text();
    out.put(fmt::format("{{\"what\":\"{}\",\"time\":", name_of(e.what)));
    put_json_time(out, clock_, e.by.time);
    if (e.what != What::expired) out.put(fmt::format(",\"frame\":{}", e.by.frame));
    if (e.what != What::expired && !was_said_by_switch(e.what)) {
      out.put(",\"controller\":\"");
      controller(e.by);
      out.put(fmt::format("\",\"xid\":{}", static_cast<std::uint32_t>(e.by.xid)));
    }
    if (e.what == What::fell_with_group || e.what == What::fell_with_meter) {
      out.put(fmt::format(",\"{}\":{}", e.what == What::fell_with_group ? "group_id" : "meter_id", e.number));
    } else if (e.what != What::expired && !was_said_by_switch(e.what)) {
      out.put(fmt::format(",\"command\":\"OFPFC_{}\"", word_for(e.command)));
    }
    if (e.commit != 0) out.put(fmt::format(",\"commit\":{}", e.commit));
    if (has_flow_after(e.what) || e.what == What::refused || e.what == What::discarded) {
      TextBuffer flow;
      put_flow(flow, e.flow, dialect_);
      out.put(",\"flow\":");
      out.put_json(flow.view().substr(std::min(flow.view().find_first_not_of(' '), flow.size())));
    }
    if (e.removed) {
      out.put(fmt::format(",\"reason\":\"{}\",\"duration\":", word_for(e.removed->reason)));
      clock_.put(out, e.removed->lifetime);
      out.put(fmt::format(",\"packet_count\":{},\"byte_count\":{}", e.removed->packets, e.removed->bytes));
    }
    if (e.error) {
      out.put(",\"error\":{\"code\":\"");
      put_error(*e.error);
      out.put(fmt::format("\",\"frame\":{},\"time\":", e.error->by.frame));
      put_json_time(out, clock_, e.error->by.time);
      out.put('}');
    }
    if (!was_said_by_switch(e.what) && e.what != What::expired) cause_member(e.by);
    out.put('}');
  }
  void cause_member(const Origin& origin) {
    TextBuffer& out = output_.text();
    const Cause* c = history_.cause(origin);
    if (c == nullptr) return out.put(",\"cause\":null");
    out.put(fmt::format(",\"cause\":{{\"frame\":{},\"time\":", c->frame));
    put_json_time(out, clock_, c->time);
    out.put(",\"in_port\":");
    const std::string_view constant = wire::labels<PortNo>().find(static_cast<std::uint64_t>(c->in_port));
    constant.empty() ? out.put_decimal(static_cast<std::uint32_t>(c->in_port)) : out.put_json(constant);
    out.put(",\"packet\":");
    out.put_json(c->packet);
    out.put(fmt::format(",\"join\":\"{}\",\"certainty\":\"{}\"}}", oflens::name_of(c->join),
                        oflens::name_of(c->certainty)));
  }

  const Options& options_;
  const Clock& clock_;
  const TablesAt& at_;
  const History& history_;
  const TableTracker::Tables* tables_ = nullptr;
  Version dialect_ = Version::v13;
  Output output_;
  RecordList records_;
};

int run(Options& options) {
  if (const int status = options.choice.read(); status != done) return status;
  Clock clock;
  // Of flows that are there the cookie they were made with need not be the one asked for, nor the actions.
  History history = options.history ? History(History::Keep::all, std::cref(options.choice))
                                    : History(History::Keep::present);
  TablesAt tables(options.at);
  tables.report_to(history);
  const ReadResult read = read_tables(options.input, clock, {&tables}, {&history});
  Writer writer(options, clock, tables, history);
  for (const TableTracker::Tables* t : tables.datapaths(options.datapath)) writer.datapath(*t);
  writer.finish();
  if (history.forgotten() != 0)
    note(fmt::format("{} events are forgotten, the oldest: no more than {} are kept", history.forgotten(),
                     HistoryLimits{}.events));
  return read.status;
}

}  // namespace

void add_blame(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* sub = app.add_subcommand(
      "blame", "Who made the flows that are there, and because of which packet; or their whole history");
  add_input_options(*sub, options->input);
  sub->add_flag(
      "--history", options->history,
      "all that happened to the flows, also to those that are gone: made, changed, refused, removed");
  add_moment_option(*sub, "--at", options->at, "the flows as they were then, and what happened up to then");
  add_datapath_option(*sub, options->datapath);
  options->choice.add_options(*sub);
  add_dialect_option(*sub, options->dialect);
  sub->add_option("-T", options->form, "form: text, json or ndjson (a flow a line)")
      ->type_name("FORM")
      ->check(CLI::IsMember({"text", "json", "ndjson"}));
  sub->footer(
      "Below each flow: the frame and time in which it was made, by which controller, and the packet-in that "
      "the controller answered with it; and the same of its last change. What an error refused did not "
      "happen, and is told only as refused.\n\n"
      "Examples:\n"
      "  oflens blame trace.pcap\n"
      "  oflens blame --at frame:120 --table 0 --match tcp,nw_dst=10.0.0.2,tp_dst=80 trace.pcap\n"
      "  oflens blame --history --cookie 0x2a trace.pcap\n"
      "  oflens blame -T ndjson trace.pcap | jq -r '.events[].cause.frame'");
  sub->callback([options, &status] { status = run(*options); });
}

}  // namespace oflens::cli
