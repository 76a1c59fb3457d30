// oflens flows: the flow tables at the end of the capture, groups and meters.
#include <fmt/format.h>

#include <oflens/flow/flow_text.hpp>
#include <oflens/message/json.hpp>
#include <oflens/session/tables.hpp>

#include "commands.hpp"
#include "summary.hpp"

namespace oflens::cli {
namespace {

struct Options {
  InputOptions input;
  std::string form = "text", dialect, datapath;
  bool no_stats = false, certain = false, groups = false, meters = false;
};

const char* name_of(Expiry::Cause cause) { return cause == Expiry::Cause::idle ? "idle" : "hard"; }

class Writer {
 public:
  Writer(const Options& options, const Clock& clock, Timestamp at)
      : options_(options), clock_(clock), at_(at) {}

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
    const std::vector<FlowLine> lines =
        list_flows(text_, tables_->state, {.dialect = dialect_, .at = at_, .certain = options_.certain});
    heading(lines.size(), "flow");
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
  void heading(std::size_t count, const char* what) {
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
    out.put_decimal(count);
    out.put(' ');
    out.put(what);
    if (count != 1) out.put('s');
    if (tables_->lost_bytes != 0) {
      out.put("; incomplete: ");
      out.put_decimal(tables_->lost_bytes);
      out.put(" bytes of its connections are lost");
    }
    const auto& learnt = tables_->state.learnt_tables();
    if (*what == 'f' && learnt.any()) {
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
  const Clock& clock_;
  const TableTracker::Tables* tables_ = nullptr;
  Version dialect_ = Version::v13;
  Timestamp at_;
  Output output_;
  TextBuffer text_;
  std::uint64_t written_ = 0;
};

// "0x1", "1", "0000000000000001": all hexadecimal, as Open vSwitch writes datapath ids.
std::string check_datapath_id(const std::string& text) {
  const std::string digits = text.rfind("0x", 0) == 0 ? text.substr(2) : text;
  const bool good = !digits.empty() && digits.size() <= 16 &&
                    digits.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  return good ? "" : "'" + text + "' is no datapath id: up to 16 hexadecimal digits";
}

int run(const Options& options) {
  Clock clock;
  // Never taken apart: with a million flows that takes as long as to print them.
  static TableTracker& tracker = *new TableTracker;
  Sessions sessions({&tracker});
  const ReadResult read = read_capture(options.input, clock, sessions);
  Writer writer(options, clock, read.last);
  bool found = false;
  for (const auto& [index, tables] : tracker.tables()) {
    if (!options.datapath.empty() &&
        (!tables.datapath->id ||
         static_cast<std::uint64_t>(*tables.datapath->id) != std::stoull(options.datapath, nullptr, 16)))
      continue;
    // A connection of which it turned out that it is of another datapath.
    if (tables.datapath->channels == 0 && tables.state.empty()) continue;
    found = true;
    writer.datapath(tables);
  }
  writer.finish();
  if (!found && !options.datapath.empty()) note("no datapath " + options.datapath + " in the capture");
  return read.status;
}

}  // namespace

void add_flows(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* sub = app.add_subcommand("flows", "The flow tables at the end of the capture; groups and meters");
  add_input_options(*sub, options->input);
  sub->add_flag("--no-stats", options->no_stats,
                "print exactly as 'ovs-ofctl dump-flows --no-stats' (statistics are not known from the "
                "messages that change flows, so this is also the default)");
  sub->add_option("-O", options->dialect,
                  "print as ovs-ofctl does in this version (default: the connection's)")
      ->type_name("1.0|1.3")
      ->check(CLI::IsMember({"1.0", "1.3"}));
  sub->add_option("--dpid", options->datapath, "only this datapath")
      ->type_name("ID")
      ->check(check_datapath_id);
  sub->add_flag("--groups", options->groups, "the groups instead, as 'ovs-ofctl dump-groups'");
  sub->add_flag("--meters", options->meters, "the meters instead, as 'ovs-ofctl dump-meters'");
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
      "  oflens flows --groups --meters trace.pcap");
  sub->callback([options, &status] { status = run(*options); });
}

}  // namespace oflens::cli
