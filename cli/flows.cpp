// oflens flows: the flow tables at the end of the capture or at a moment before, groups and meters.
#include <fmt/format.h>

#include <oflens/flow/flow_syntax.hpp>
#include <oflens/flow/flow_text.hpp>
#include <oflens/message/json.hpp>

#include "commands.hpp"
#include "summary.hpp"
#include "tables_at.hpp"

namespace oflens::cli {
namespace {

struct Options {
  InputOptions input;
  std::string form = "text", dialect, datapath, at, cookie, match;
  std::optional<std::uint8_t> table;
  bool no_stats = false, certain = false, groups = false, meters = false;
};

// Which flows are asked for, as a deletion would say it.
struct Wanted {
  std::uint8_t table = static_cast<std::uint8_t>(v13::TableId::all);
  FlowMod cookie, flow;

  bool operator()(const Flow& f) const {
    return of_table(f.table_id) && of_cookie(cookie, f) && of_cookie(flow, f) &&
           (flow.out_port == PortNo::any || f.actions.outputs_to(flow.out_port)) &&
           (flow.out_group == v13::GroupId::any || f.actions.uses(flow.out_group)) &&
           flow.flow.match.overlaps(f.match);
  }
  bool of_table(std::uint8_t id) const { return is(table, id) && is(flow.flow.table_id, id); }

 private:
  static bool is(std::uint8_t wanted, std::uint8_t id) {
    return wanted == static_cast<std::uint8_t>(v13::TableId::all) || wanted == id;
  }
  static bool of_cookie(const FlowMod& mod, const Flow& f) {
    return ((f.cookie ^ mod.cookie_wanted) & mod.cookie_mask) == 0;
  }
};

// The deletion of what the text names.
bool read_wanted(const std::string& text, FlowMod& mod, SyntaxError& error) {
  std::vector<std::byte> message;
  const FlowSyntax deletion{.version = Version::v13, .command = v13::FlowModCommand::delete_};
  if (!read_flow(text, deletion, Xid{}, message, error)) return false;
  const auto frame = Frame::at(message);
  auto read = frame ? read_flow_mod(*frame) : std::nullopt;
  if (!read) return false;
  mod = *std::move(read);
  return true;
}

// "0x1", "0x10/0xf0", "1/-1".
bool read_cookie(const std::string& text, FlowMod& mod) {
  SyntaxError error;
  const bool exact = text.find('/') == std::string::npos;
  return text.find_first_not_of("0123456789abcdefABCDEFxX/-") == std::string::npos &&
         read_wanted("cookie=" + text + (exact ? "/-1" : ""), mod, error);
}

const char* name_of(Expiry::Cause cause) { return cause == Expiry::Cause::idle ? "idle" : "hard"; }

class Writer {
 public:
  Writer(const Options& options, const Wanted& wanted, const Clock& clock, const TablesAt& at)
      : options_(options), wanted_(wanted), clock_(clock), at_(at) {}

  void datapath(const TableTracker::Tables& t) {
    tables_ = &t;
    dialect_ = t.datapath->version.value_or(Version::v13);
    if (!options_.dialect.empty()) dialect_ = options_.dialect == "1.0" ? Version::v10 : Version::v13;
    if (options_.groups) groups();
    if (options_.meters) meters();
    if (!options_.groups && !options_.meters) flows();
  }
  void finish() {
    if (options_.form == "json") output_.text().put(written_ == 0 ? "[]\n" : "\n]\n");
    output_.flush();
  }

 private:
  bool as_text() const { return options_.form == "text"; }

  void flows() {
    text_.clear();
    const std::vector<FlowLine> lines = list_flows(
        text_, tables_->state,
        {.dialect = dialect_, .at = at_.time(), .certain = options_.certain, .only = std::cref(wanted_)});
    std::bitset<256> learnt = tables_->state.learnt_tables();
    for (unsigned table = 0; table < learnt.size(); ++table)
      if (!wanted_.of_table(static_cast<std::uint8_t>(table))) learnt.reset(table);
    heading(lines.size(), "flow", learnt);
    for (const FlowLine& line : lines) as_text() ? text(line) : record(line);
  }
  void groups() {
    heading(tables_->state.groups().size(), "group");
    for (const auto& [id, entry] : tables_->state.groups()) as_text() ? text(entry) : record(entry);
  }
  void meters() {
    heading(tables_->state.meters().size(), "meter");
    bool separate = false;
    for (const auto& [id, entry] : tables_->state.meters()) {
      if (!as_text()) {
        record(entry);
        continue;
      }
      if (std::exchange(separate, true)) output_.text().put('\n');  // as ovs-ofctl does
      put_meter(output_.text(), entry.meter);
      output_.piece_done();
    }
  }

  // "# datapath 0x0000000000000001, OpenFlow 1.3, switch 10.0.0.1:36752, 9 flows"
  void heading(std::size_t count, const char* what, const std::bitset<256>& learnt = {}) {
    if (!as_text()) return;
    const Datapath& d = *tables_->datapath;
    TextBuffer& out = output_.text();
    out.put("# datapath ");
    if (d.id)
      put_datapath_id(out, *d.id);
    else
      out.put("unknown");
    out.put(", OpenFlow ");
    put_version(out, static_cast<std::uint8_t>(d.version.value_or(Version::v13)));
    out.put(", switch ");
    put_endpoint(out, d.switch_end);
    out.put(", ");
    if (!options_.at.empty()) moment();
    out.put_decimal(count);
    out.put(' ');
    out.put(what);
    if (count != 1) out.put('s');
    if (tables_->lost_bytes != 0) {
      out.put("; incomplete: ");
      out.put_decimal(tables_->lost_bytes);
      out.put(" bytes of its connections are lost");
    }
    if (learnt.any()) {
      out.put(learnt.count() == 1 ? "; table" : "; tables");
      for (unsigned table = 0; table < learnt.size(); ++table) {
        if (!learnt.test(table)) continue;
        out.put(' ');
        out.put_decimal(table);
      }
      out.put(" may hold flows that the switch learnt");
    }
    out.put('\n');
  }

  // "after frame 120 (2026-11-20T09:36:27.500000Z), ", "at 2026-11-20T09:36:27.500000Z, "
  void moment() {
    TextBuffer& out = output_.text();
    const auto frame = at_.frame();
    out.put(frame ? "after frame " : "at ");
    if (frame) out.put_decimal(*frame);
    if (frame) out.put(" (");
    clock_.put(out, at_.time());
    out.put(frame ? "), " : ", ");
  }

  void text(const FlowLine& line) {
    TextBuffer& out = output_.text();
    out.put(line.text);
    put_remark(out, line.expiry);
    out.put('\n');
    output_.piece_done();
  }
  void text(const GroupEntry& entry) {
    put_group(output_.text(), entry.group, dialect_);
    output_.text().put('\n');
    output_.piece_done();
  }

  // What every record begins with, up to and with the comma.
  TextBuffer& begin_record() {
    TextBuffer& out = output_.text();
    if (options_.form == "json") out.put(written_ == 0 ? "[\n" : ",\n");
    ++written_;
    out.put("{\"datapath_id\":");
    if (const auto id = tables_->datapath->id) {
      out.put('"');
      put_datapath_id(out, *id);
      out.put('"');
    } else {
      out.put("null");
    }
    out.put(',');
    return out;
  }
  void end_record() {
    output_.text().put('}');
    if (options_.form == "ndjson") output_.text().put('\n');
    output_.piece_done();
  }
  void installed(const Origin& origin) {
    TextBuffer& out = output_.text();
    out.put(",\"installed\":{\"frame\":");
    out.put_decimal(origin.frame);
    out.put(",\"time\":");
    time(out, origin.time);
    out.put('}');
  }
  // What f(buffer) writes, as a string.
  template <class F>
  void quoted(const char* key, F&& f) {
    TextBuffer part;
    f(part);
    output_.text().put(key);
    output_.text().put_json(part.view());
  }

  void record(const FlowLine& line) {
    TextBuffer& out = begin_record();
    const FlowEntry& e = *line.entry;
    out.put(fmt::format(
        "\"table_id\":{},\"priority\":{},\"cookie\":\"0x{:x}\",\"idle_timeout\":{},"
        "\"hard_timeout\":{}",
        e.flow.table_id, e.flow.priority, e.flow.cookie, e.flow.idle_timeout, e.flow.hard_timeout));
    quoted(",\"match\":", [&](TextBuffer& part) { put_match(part, e.flow.match, dialect_); });
    quoted(",\"actions\":", [&](TextBuffer& part) { put_actions(part, e.flow.actions, dialect_); });
    out.put(",\"flow\":");
    out.put_json(line.text.substr(std::min(line.text.find_first_not_of(' '), line.text.size())));
    installed(e.origin);
    out.put(",\"may_have_expired\":");
    if (line.expiry.state == Expiry::State::doubtful) {
      out.put("{\"since\":");
      time(out, line.expiry.since);
      out.put(
          fmt::format(",\"cause\":\"{}\",\"seconds\":{}}}", name_of(line.expiry.cause), line.expiry.seconds));
    } else {
      out.put("null");
    }
    end_record();
  }
  void record(const GroupEntry& entry) {
    TextBuffer& out = begin_record();
    out.put(fmt::format("\"group_id\":{}", static_cast<std::uint32_t>(entry.group.id)));
    quoted(",\"group\":", [&](TextBuffer& part) {
      TextBuffer line;
      put_group(line, entry.group, dialect_);
      part.put(line.view().substr(1));
    });
    installed(entry.origin);
    end_record();
  }
  void record(const MeterEntry& entry) {
    TextBuffer& out = begin_record();
    out.put(fmt::format("\"meter_id\":{}", static_cast<std::uint32_t>(entry.meter.id)));
    quoted(",\"meter\":", [&](TextBuffer& part) { put_meter(part, entry.meter); });
    installed(entry.origin);
    end_record();
  }
  void time(TextBuffer& out, Timestamp t) {
    if (!clock_.relative()) out.put('"');
    clock_.put(out, t);
    if (!clock_.relative()) out.put('"');
  }

  const Options& options_;
  const Wanted& wanted_;
  const Clock& clock_;
  const TablesAt& at_;
  const TableTracker::Tables* tables_ = nullptr;
  Version dialect_ = Version::v13;
  Output output_;
  TextBuffer text_;
  std::uint64_t written_ = 0;
};

std::string check_cookie(const std::string& text) {
  FlowMod mod;
  return read_cookie(text, mod) ? "" : "'" + text + "' is no cookie: VALUE or VALUE/MASK, 64 bits each";
}

int run(const Options& options) {
  Wanted wanted;
  SyntaxError error;
  if (!read_wanted(options.match, wanted.flow, error)) {
    complain_of("--match", options.match, error);
    return wrong_usage;
  }
  if (!options.cookie.empty()) read_cookie(options.cookie, wanted.cookie);
  if (options.table) wanted.table = *options.table;

  Clock clock;
  TablesAt tables(options.at);
  const ReadResult read = read_tables(options.input, clock, {&tables});
  Writer writer(options, wanted, clock, tables);
  for (const TableTracker::Tables* t : tables.datapaths(options.datapath)) writer.datapath(*t);
  writer.finish();
  return read.status;
}

}  // namespace

void add_flows(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* sub = app.add_subcommand(
      "flows", "The flow tables at the end of the capture, or at a moment before; groups and meters");
  add_input_options(*sub, options->input);
  sub->add_flag("--no-stats", options->no_stats,
                "print exactly as 'ovs-ofctl dump-flows --no-stats' (statistics are not known from the "
                "messages that change flows, so this is also the default)");
  sub->add_option("-O", options->dialect,
                  "print as ovs-ofctl does in this version (default: the connection's)")
      ->type_name("1.0|1.3")
      ->check(CLI::IsMember({"1.0", "1.3"}));
  add_datapath_option(*sub, options->datapath);
  add_moment_option(*sub, "--at", options->at, "the tables as they were then");
  CLI::Option* table = sub->add_option("--table", options->table, "only flows of this table")
                           ->type_name("N")
                           ->check(CLI::Range(0, 254).description(""));
  CLI::Option* cookie = sub->add_option("--cookie", options->cookie, "only flows with this cookie")
                            ->type_name("VALUE[/MASK]")
                            ->check(check_cookie);
  CLI::Option* match =
      sub->add_option(
             "--match", options->match,
             "only flows that a packet of this match can meet; in ovs-ofctl's syntax, without actions")
          ->type_name("FLOW");
  for (const auto& [name, instead, what] :
       {std::tuple("--groups", &options->groups, "the groups instead, as 'ovs-ofctl dump-groups'"),
        std::tuple("--meters", &options->meters, "the meters instead, as 'ovs-ofctl dump-meters'")})
    sub->add_flag(name, *instead, what)->excludes(table)->excludes(cookie)->excludes(match);
  sub->add_flag("--certain", options->certain, "leave out flows that may have expired unseen");
  sub->add_option("-T", options->form, "form: text, json or ndjson (a flow, group or meter a line)")
      ->type_name("FORM")
      ->check(CLI::IsMember({"text", "json", "ndjson"}));
  sub->footer(
      "A flow with a timeout can expire without a message; where the capture cannot tell, the line ends with "
      "a remark. Errors of the switch are heeded: what it refused is not there.\n\n"
      "Examples:\n"
      "  oflens flows trace.pcap\n"
      "  oflens flows --no-stats --certain -O 1.3 --dpid 1 trace.pcap\n"
      "  oflens flows --at 2026-11-20T09:36:27.5Z trace.pcap\n"
      "  oflens flows --at frame:120 --table 0 --match tcp,nw_dst=10.0.0.2,tp_dst=80 trace.pcap\n"
      "  oflens flows --groups --meters trace.pcap");
  sub->callback([options, &status] { status = run(*options); });
}

}  // namespace oflens::cli
