// oflens flows: the flow tables at the end of the capture.
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
  bool no_stats = false, certain = false;
};

const char* name_of(Expiry::Cause cause) { return cause == Expiry::Cause::idle ? "idle" : "hard"; }

class Writer {
 public:
  Writer(const Options& options, const Clock& clock, Timestamp at)
      : options_(options), clock_(clock), at_(at) {}

  void datapath(const TableTracker::Tables& t) {
    const Version version = t.datapath->version.value_or(Version::v13);
    FlowListOptions listing{.dialect = version, .at = at_, .certain = options_.certain};
    if (!options_.dialect.empty()) listing.dialect = options_.dialect == "1.0" ? Version::v10 : Version::v13;
    text_.clear();
    const std::vector<FlowLine> lines = list_flows(text_, t.flows, listing);
    if (options_.form != "text") {
      for (const FlowLine& line : lines) record(*t.datapath, line);
      return;
    }
    TextBuffer& out = output_.text();
    out.put("# datapath ");
    if (t.datapath->id)
      put_datapath_id(out, *t.datapath->id);
    else
      out.put("unknown");
    out.put(", OpenFlow ");
    put_version(out, static_cast<std::uint8_t>(version));
    out.put(", switch ");
    put_endpoint(out, t.datapath->switch_end);
    out.put(", ");
    out.put_decimal(lines.size());
    out.put(lines.size() == 1 ? " flow" : " flows");
    if (t.lost_bytes != 0) {
      out.put("; incomplete: ");
      out.put_decimal(t.lost_bytes);
      out.put(" bytes of its connections are lost");
    }
    out.put('\n');
    for (const FlowLine& line : lines) {
      out.put(line.text);
      put_remark(out, line.expiry);
      out.put('\n');
      output_.piece_done();
    }
  }
  void finish() {
    if (options_.form == "json") output_.text().put(written_ == 0 ? "[]\n" : "\n]\n");
    output_.flush();
  }

 private:
  void record(const Datapath& d, const FlowLine& line) {
    TextBuffer& out = output_.text();
    const FlowEntry& e = *line.entry;
    if (options_.form == "json") out.put(written_ == 0 ? "[\n" : ",\n");
    ++written_;
    out.put("{\"datapath_id\":");
    if (d.id) {
      out.put('"');
      put_datapath_id(out, *d.id);
      out.put('"');
    } else {
      out.put("null");
    }
    out.put(fmt::format(
        ",\"table_id\":{},\"priority\":{},\"cookie\":\"0x{:x}\",\"idle_timeout\":{},\"hard_timeout\":{},"
        "\"match\":",
        e.flow.table_id, e.flow.priority, e.flow.cookie, e.flow.idle_timeout, e.flow.hard_timeout));
    TextBuffer part;
    const Version dialect = options_.dialect == "1.0"   ? Version::v10
                            : options_.dialect == "1.3" ? Version::v13
                                                        : d.version.value_or(Version::v13);
    put_match(part, e.flow.match, dialect);
    out.put_json(part.view());
    part.clear();
    put_actions(part, e.flow.actions, dialect);
    out.put(",\"actions\":");
    out.put_json(part.view());
    out.put(",\"flow\":");
    out.put_json(line.text.substr(std::min(line.text.find_first_not_of(' '), line.text.size())));
    out.put(",\"installed\":{\"frame\":");
    out.put_decimal(e.origin.frame);
    out.put(",\"time\":");
    time(out, e.origin.time);
    out.put("},\"may_have_expired\":");
    if (line.expiry.state == Expiry::State::doubtful) {
      out.put("{\"since\":");
      time(out, line.expiry.since);
      out.put(
          fmt::format(",\"cause\":\"{}\",\"seconds\":{}}}", name_of(line.expiry.cause), line.expiry.seconds));
    } else {
      out.put("null");
    }
    out.put('}');
    if (options_.form == "ndjson") out.put('\n');
    output_.piece_done();
  }
  void time(TextBuffer& out, Timestamp t) {
    if (!clock_.relative()) out.put('"');
    clock_.put(out, t);
    if (!clock_.relative()) out.put('"');
  }

  const Options& options_;
  const Clock& clock_;
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
    if (tables.datapath->channels == 0 && tables.flows.size() == 0) continue;
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
  CLI::App* sub = app.add_subcommand("flows", "The flow tables at the end of the capture");
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
  sub->add_flag("--certain", options->certain, "leave out flows that may have expired unseen");
  sub->add_option("-T", options->form, "form: text, json or ndjson (a flow a line)")
      ->type_name("FORM")
      ->check(CLI::IsMember({"text", "json", "ndjson"}));
  sub->footer(
      "A flow with a timeout can expire without a message; where the capture cannot tell, the line ends with "
      "a remark.\n\n"
      "Examples:\n"
      "  oflens flows trace.pcap\n"
      "  oflens flows --no-stats --certain -O 1.3 --dpid 1 trace.pcap");
  sub->callback([options, &status] { status = run(*options); });
}

}  // namespace oflens::cli
