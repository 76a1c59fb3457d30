// oflens lint: what is wrong in what controllers and switches said.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include <oflens/nearest.hpp>
#include <oflens/session/lint.hpp>

#include "commands.hpp"
#include "moment.hpp"
#include "summary.hpp"
#include "tables_at.hpp"

namespace oflens::cli {
namespace {

struct Options {
  InputOptions input;
  std::string form = "text", fail_on = "error", datapath, at;
  std::vector<std::string> only, skip;
  LintLimits limits;
};

bool contains(const std::vector<std::string>& names, const char* name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::optional<Duration> seconds_in(std::string_view text) {
  int digits = 0;
  const auto time = text.find('T') == text.npos ? time_in(text, digits) : std::nullopt;
  if (!time || *time == Timestamp{}) return std::nullopt;
  return time->time_since_epoch();
}
// "50/1": so many within so many seconds.
bool read_rate(std::string_view text, std::uint32_t& count, Duration& window) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto [end, error] = std::from_chars(text.data(), text.data() + slash, count);
  if (error != std::errc() || end != text.data() + slash || count == 0 || slash == text.size()) return false;
  const auto seconds = seconds_in(text.substr(slash + 1));
  if (seconds) window = *seconds;
  return seconds.has_value();
}

std::string check_kind(const std::string& name) {
  Nearest nearest(name);
  for (const FindingInfo& k : finding_kinds()) {
    if (name == k.name) return {};
    nearest.consider(k.name);
  }
  const std::string meant = nearest.best();
  return meant.empty() ? fmt::format("'{}' is no kind of finding; '--help' lists them", name)
                       : fmt::format("'{}' is no kind of finding; did you mean '{}'?", name, meant);
}

// Passes on what is asked for.
class Chosen final : public FindingSink {
 public:
  Chosen(const Options& options, FindingSink& to) : options_(options), to_(to) {}
  void on_finding(Finding f) override {
    const char* name = oflens::name_of(f.kind);
    const std::optional<DatapathId> id = f.datapath == nullptr ? std::nullopt : f.datapath->id;
    const bool here = options_.datapath.empty() ||
                      (id && static_cast<std::uint64_t>(*id) == std::stoull(options_.datapath, nullptr, 16));
    if (here && (options_.only.empty() || contains(options_.only, name)) && !contains(options_.skip, name))
      to_.on_finding(std::move(f));
  }

 private:
  const Options& options_;
  FindingSink& to_;
};

class Writer {
 public:
  Writer(const Options& options, const Clock& clock)
      : options_(options), clock_(clock), colour_(output_.colour()) {}

  void write(const FindingList& list) {
    const std::vector<const Finding*> findings = list.sorted();
    if (options_.form == "text") {
      for (const Finding* f : findings) as_text(*f);
      counts(list);
    } else {
      for (const Finding* f : findings) as_json(*f);
      if (options_.form == "json") output_.text().put(written_ == 0 ? "[]\n" : "\n]\n");
    }
    output_.flush();
  }

 private:
  // ---- text

  std::string_view colour_of(Severity severity) const {
    return severity == Severity::error     ? colour_.red
           : severity == Severity::warning ? colour_.cyan
                                           : colour_.dim;
  }
  void as_text(const Finding& f) {
    const FindingInfo& kind = info_of(f.kind);
    TextBuffer& out = output_.text();
    out.put(colour_of(kind.severity));
    out.put(oflens::name_of(kind.severity));
    out.put(colour_.off);
    out.put(' ');
    out.put(colour_.bold);
    out.put(kind.name);
    out.put(colour_.off);
    if (f.frame != 0) {
      out.put(" frame ");
      out.put_decimal(f.frame);
      out.put(' ');
      out.put(colour_.dim);
      clock_.put(out, f.time);
      out.put(colour_.off);
    }
    place(f);
    out.put("\n    ");
    out.put(f.reason);
    out.put('\n');
    if (!f.entry.empty()) {
      out.put("    ");
      out.put(f.entry);
      out.put('\n');
    }
    if (f.count > 1) {
      out.put(fmt::format("    {} times, the last in frame {}\n", f.count, f.last_frame));
    }
    out.put("    ");
    out.put(colour_.dim);
    out.put(kind.advice);
    out.put(colour_.off);
    out.put('\n');
    if (f.more != 0) out.put(fmt::format("    ... and {} more of this kind here\n", f.more));
    output_.piece_done();
  }
  void place(const Finding& f) {
    TextBuffer& out = output_.text();
    if (f.connection != 0) out.put(fmt::format(" connection {}", f.connection));
    if (f.datapath != nullptr) {
      out.put(" datapath ");
      if (f.datapath->id)
        put_datapath_id(out, *f.datapath->id);
      else
        put_endpoint(out, f.datapath->switch_end);
    }
    if (f.table) out.put(fmt::format(" table {}", *f.table));
  }
  // "2 errors, 1 warning", "nothing wrong was found".
  void counts(const FindingList& list) {
    TextBuffer& out = output_.text();
    bool any = false;
    for (const auto& [severity, one, many] : {std::tuple(Severity::error, "error", "errors"),
                                              std::tuple(Severity::warning, "warning", "warnings"),
                                              std::tuple(Severity::info, "remark", "remarks")}) {
      const std::uint64_t n = list.count(severity);
      if (n == 0) continue;
      out.put(fmt::format("{}{} {}", any ? ", " : "", n, n == 1 ? one : many));
      any = true;
    }
    out.put(any ? "\n" : "nothing wrong was found\n");
  }

  // ---- JSON

  void as_json(const Finding& f) {
    const FindingInfo& kind = info_of(f.kind);
    TextBuffer& out = output_.text();
    if (options_.form == "json") out.put(written_ == 0 ? "[\n" : ",\n");
    ++written_;
    out.put(fmt::format("{{\"kind\":\"{}\",\"severity\":\"{}\"", kind.name, oflens::name_of(kind.severity)));
    number("frame", f.frame != 0, f.frame);
    time("time", f.frame != 0, f.time);
    number("connection", f.connection != 0, f.connection);
    out.put(",\"datapath_id\":");
    if (f.datapath != nullptr && f.datapath->id) {
      out.put('"');
      put_datapath_id(out, *f.datapath->id);
      out.put('"');
    } else {
      out.put("null");
    }
    number("table_id", f.table.has_value(), f.table.value_or(0));
    out.put(",\"reason\":");
    out.put_json(f.reason);
    out.put(",\"entry\":");
    if (f.entry.empty())
      out.put("null");
    else
      out.put_json(f.entry);
    number("count", true, f.count);
    number("last_frame", f.frame != 0, f.last_frame);
    time("last_time", f.frame != 0, f.last);
    number("more", true, f.more);
    out.put(",\"advice\":");
    out.put_json(kind.advice);
    out.put(",\"section\":");
    out.put_json(kind.section);
    out.put('}');
    if (options_.form == "ndjson") out.put('\n');
    output_.piece_done();
  }
  void number(const char* key, bool known, std::uint64_t value) {
    output_.text().put(known ? fmt::format(",\"{}\":{}", key, value) : fmt::format(",\"{}\":null", key));
  }
  void time(const char* key, bool known, Timestamp t) {
    TextBuffer& out = output_.text();
    out.put(fmt::format(",\"{}\":", key));
    if (!known) return out.put("null");
    if (!clock_.relative()) out.put('"');
    clock_.put(out, t);
    if (!clock_.relative()) out.put('"');
  }

  const Options& options_;
  const Clock& clock_;
  Output output_;
  Colours colour_;
  std::uint64_t written_ = 0;
};

int run(const Options& options) {
  Clock clock;
  FindingList list;
  Chosen chosen(options, list);
  Lint lint(chosen, options.limits);
  TablesAt tables(options.at);
  lint.look_into(tables.tracker());
  const ReadResult read = read_tables(options.input, clock, {&tables}, {&lint});
  lint.finish();
  for (const TableTracker::Tables* t : tables.datapaths(options.datapath))
    if (!lint.check(*t, tables.time()))
      note("a datapath has so many different flows that not all were compared with each other");
  Writer(options, clock).write(list);
  if (list.left_out() != 0)
    note(fmt::format("{} findings are counted but not shown: there are too many connections",
                     list.left_out()));
  if (read.status != done) return read.status;
  for (Severity s = *severity_of(options.fail_on); s <= Severity::error;
       s = static_cast<Severity>(static_cast<int>(s) + 1))
    if (list.count(s) != 0) return answer_is_no;
  return done;
}

std::string kinds_text() {
  std::string text = "Kinds of findings, with severity and the specification's section:\n";
  for (const FindingInfo& k : finding_kinds())
    text += fmt::format("  {:22}{:9}{}{}\n", k.name, oflens::name_of(k.severity), k.what,
                        *k.section == '\0' ? "" : fmt::format(" ({})", k.section));
  return text;
}

}  // namespace

void add_lint(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* sub = app.add_subcommand("lint", "What is wrong in what controllers and switches said");
  add_input_options(*sub, options->input);
  sub->add_option("--fail-on", options->fail_on,
                  "the least severity for which the exit status is 3: info, warning or error")
      ->type_name("SEVERITY")
      ->check(CLI::IsMember({"info", "warning", "error"}).description(""))
      ->capture_default_str();
  sub->add_option("-T", options->form, "form: text, json or ndjson (a finding a line)")
      ->type_name("FORM")
      ->check(CLI::IsMember({"text", "json", "ndjson"}));
  for (const auto& [name, kinds, what] :
       {std::tuple("--only", &options->only, "only findings of these kinds"),
        std::tuple("--skip", &options->skip, "no findings of these kinds")})
    sub->add_option(name, *kinds, what)
        ->type_name("KIND,...")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->check(CLI::Validator(check_kind, ""));
  LintLimits& limits = options->limits;
  sub->add_option_function<std::string>(
         "--patience", [&limits](const std::string& text) { limits.patience = *seconds_in(text); },
         "how long an answer may take: unanswered_request, echo_timeout")
      ->type_name("SECONDS")
      ->check([](const std::string& text) {
        return seconds_in(text) ? "" : "'" + text + "' is no number of seconds";
      })
      ->default_str("1");
  for (const auto& [name, count, window, usual, what] :
       {std::tuple("--storm", &limits.storm_packets, &limits.storm_window, "50/1",
                   "how many packet_ins of the same packets in how long are a packet_in_storm"),
        std::tuple("--flap", &limits.role_changes, &limits.role_window, "3/60",
                   "how many changes of the primary in how long are a role_flap")})
    sub->add_option_function<std::string>(
           name,
           [count = count, window = window](const std::string& text) { read_rate(text, *count, *window); },
           what)
        ->type_name("N/SECONDS")
        ->check([](const std::string& text) {
          std::uint32_t n = 0;
          Duration seconds{};
          return read_rate(text, n, seconds) ? "" : "'" + text + "' is no N/SECONDS, as 50/1 is";
        })
        ->default_str(usual);
  add_datapath_option(*sub, options->datapath);
  add_moment_option(*sub, "--at", options->at, "the tables as they were then, instead of at the end");
  sub->footer(kinds_text() +
              "\nExit status: 3 when there is a finding of the severity of --fail-on or above.\n\n"
              "Examples:\n"
              "  oflens lint trace.pcap\n"
              "  oflens lint --fail-on warning --skip no_table_miss trace.pcap\n"
              "  oflens lint --only shadowed_flow,overlapping_flows --at frame:120 trace.pcap\n"
              "  oflens lint --storm 10/0.5 --patience 5 trace.pcap\n"
              "  oflens lint -T ndjson trace.pcap | jq -r .kind | sort | uniq -c");
  sub->callback([options, &status] { status = run(*options); });
}

}  // namespace oflens::cli
