// oflens diff: what is different between the tables at two moments, in two captures, or in a capture and a
// dump of a switch.
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <oflens/flow/flow_difference.hpp>
#include <oflens/flow/flow_dump.hpp>
#include <oflens/message/json.hpp>

#include "commands.hpp"
#include "flow_choice.hpp"
#include "flow_record.hpp"
#include "tables_at.hpp"

namespace oflens::cli {
namespace {

struct Options {
  InputOptions input;
  FlowChoice choice;
  std::string form = "text", dialect, datapath, from, to, against;
  bool certain = false, groups = false, meters = false, exit_code = false;
};

// The tables of a datapath on one side of the comparison.
struct Side {
  const DatapathState& state;
  Timestamp time;
  const TableTracker::Tables* tables = nullptr;  // null: it is not there, or from a dump
  FlowsAt flows() const { return {state, time}; }
};

char sign_of(FlowDifference::Kind kind) {
  static constexpr char signs[] = {'+', '-', '~'};
  return signs[static_cast<std::size_t>(kind)];
}

class Writer {
 public:
  // moments: writes which they are, as "at 9:00 and at 9:05".
  Writer(const Options& options, const Clock& clock, const Clock& second_clock,
         std::function<void(TextBuffer&)> moments)
      : options_(options),
        clock_(clock),
        second_clock_(second_clock),
        moments_(std::move(moments)),
        records_(options.form == "json") {}

  void datapath(const Datapath& datapath, Version dialect, const Side& before, const Side& after) {
    datapath_ = &datapath;
    dialect_ = dialect;
    if (options_.groups) entries(Entries::groups, before, after, before.state.groups(), after.state.groups());
    if (options_.meters) entries(Entries::meters, before, after, before.state.meters(), after.state.meters());
    if (!options_.groups && !options_.meters) flows(before, after);
  }
  void finish() {
    if (!as_text()) records_.finish(output_.text());
    output_.flush();
  }
  bool any() const { return any_; }

 private:
  using Kind = FlowDifference::Kind;
  using Counts = std::array<std::size_t, 3>;  // by Kind

  bool as_text() const { return options_.form == "text"; }

  // "# datapath 0x0000000000000001, OpenFlow 1.3, switch 10.0.0.1:36752, flows at .. and at ..: 1 added, ..."
  void heading(Entries what, const Side& before, const Side& after, const Counts& counts) {
    if (!as_text()) return;
    TextBuffer& out = output_.text();
    out.put("# ");
    put_datapath(out, *datapath_);
    out.put(fmt::format(", {}s ", name_of(what)));
    moments_(out);
    out.put(fmt::format(": {} added, {} removed, {} changed", counts[0], counts[1], counts[2]));
    for (const Side* side : {&before, &after}) {
      const bool same_later = side == &before && after.tables != nullptr && side->tables != nullptr &&
                              side->tables->datapath == after.tables->datapath;
      if (side->tables == nullptr || same_later) continue;
      put_doubts(out, *side->tables, what, options_.choice);
    }
    out.put('\n');
  }
  template <class F>
  void record(Kind kind, F&& members) {
    TextBuffer& out = output_.text();
    records_.begin(out);
    put_datapath_member(out, *datapath_);
    out.put(fmt::format(",\"change\":\"{}\"", name_of(kind)));
    members(out);
    records_.end(out);
    output_.piece_done();
  }
  // "before":{...}, or null: what put() writes of it.
  template <class Entry, class F>
  void member(const char* name, const Entry* entry, F&& put) {
    TextBuffer& out = output_.text();
    out.put(fmt::format(",\"{}\":{}", name, entry == nullptr ? "null" : "{"));
    if (entry == nullptr) return;
    put(*entry);
    out.put('}');
  }

  // ---- flows

  void flows(const Side& before, const Side& after) {
    const FlowDifferences found =
        compare_flows(before.flows(), after.flows(),
                      {.dialect = dialect_, .certain = options_.certain, .only = std::cref(options_.choice)});
    Counts counts{};
    for (const FlowDifference& d : found.all) ++counts[static_cast<std::size_t>(d.kind)];
    any_ = any_ || !found.all.empty();
    heading(Entries::flows, before, after, counts);
    for (const FlowDifference& d : found.all) as_text() ? text(d) : record(d);
  }
  void text(const FlowDifference& d) {
    TextBuffer& out = output_.text();
    out.put(sign_of(d.kind));
    out.put(d.line.text);
    put_remark(out, d.line.expiry);
    if (d.kind == Kind::changed) {
      const Flow& was = d.before->flow;
      out.put(" # was ");
      put_flow_parts(out, was, different_parts(was, d.line.entry->flow, dialect_), dialect_);
    }
    out.put('\n');
    output_.piece_done();
  }
  void record(const FlowDifference& d) {
    record(d.kind, [&](TextBuffer& out) {
      const bool removed = d.kind == Kind::removed;
      TextBuffer text;
      FlowLine was{d.before, {}, {}};
      if (d.before != nullptr) {
        put_flow(text, d.before->flow, dialect_);
        was.text = text.view();
        parts(out, different_parts(d.before->flow, d.line.entry->flow, dialect_));
      }
      const FlowLine *before = removed               ? &d.line
                               : d.before != nullptr ? &was
                                                     : nullptr,
                     *after = removed ? nullptr : &d.line;
      member("before", before, [&](const FlowLine& l) { put_flow_members(out, clock_, l, dialect_); });
      member("after", after, [&](const FlowLine& l) { put_flow_members(out, second_clock_, l, dialect_); });
    });
  }
  static void parts(TextBuffer& out, const FlowParts& parts) {
    out.put(",\"different\":[");
    bool separate = false;
    for (const auto& [is, name] :
         {std::pair(parts.cookie, "cookie"), std::pair(parts.idle_timeout, "idle_timeout"),
          std::pair(parts.hard_timeout, "hard_timeout"), std::pair(parts.flags, "flags"),
          std::pair(parts.actions, "actions")}) {
      if (!is) continue;
      if (std::exchange(separate, true)) out.put(',');
      out.put_json(name);
    }
    out.put(']');
  }

  // ---- groups and meters

  // On one line: " group_id=1,type=all,bucket=actions=output:1", " meter=1 kbps bands= type=drop rate=1000".
  std::string text_of(const GroupEntry& e) const {
    TextBuffer text;
    put_group(text, e.group, dialect_);
    return std::string(text.view());
  }
  std::string text_of(const MeterEntry& e) const {
    TextBuffer text;
    put_meter(text, e.meter);
    std::string line = " " + std::string(text.view());
    while (line.ends_with('\n')) line.pop_back();
    std::ranges::replace(line, '\n', ' ');
    return line;
  }
  void put_members(TextBuffer& out, const Clock& clock, const GroupEntry& e) const {
    put_group_members(out, clock, e, dialect_);
  }
  void put_members(TextBuffer& out, const Clock& clock, const MeterEntry& e) const {
    put_meter_members(out, clock, e);
  }

  template <class Id, class Entry>
  void entries(Entries what, const Side& before, const Side& after, const std::map<Id, Entry>& then,
               const std::map<Id, Entry>& now) {
    struct Difference {
      const Entry *before, *after;
    };
    std::map<Id, Difference> all;
    for (const auto& [id, entry] : then) all[id] = {&entry, nullptr};
    for (const auto& [id, entry] : now) all[id].after = &entry;
    std::erase_if(all, [&](const auto& x) {
      const Difference& d = x.second;
      return d.before != nullptr && d.after != nullptr && text_of(*d.before) == text_of(*d.after);
    });
    const auto kind_of = [](const Difference& d) {
      return d.before == nullptr ? Kind::added : d.after == nullptr ? Kind::removed : Kind::changed;
    };
    Counts counts{};
    for (const auto& [id, d] : all) ++counts[static_cast<std::size_t>(kind_of(d))];
    any_ = any_ || !all.empty();
    heading(what, before, after, counts);
    for (const auto& item : all) {
      const Difference& d = item.second;
      const Kind kind = kind_of(d);
      if (!as_text()) {
        record(kind, [&](TextBuffer& out) {
          member("before", d.before, [&](const Entry& e) { put_members(out, clock_, e); });
          member("after", d.after, [&](const Entry& e) { put_members(out, second_clock_, e); });
        });
        continue;
      }
      TextBuffer& out = output_.text();
      out.put(sign_of(kind));
      out.put(text_of(d.after != nullptr ? *d.after : *d.before));
      if (kind == Kind::changed) {
        out.put(" # was");
        out.put(text_of(*d.before));
      }
      out.put('\n');
      output_.piece_done();
    }
  }

  const Options& options_;
  const Clock &clock_, &second_clock_;
  std::function<void(TextBuffer&)> moments_;
  const Datapath* datapath_ = nullptr;
  Version dialect_ = Version::v13;
  Output output_;
  RecordList records_;
  bool any_ = false;
};

// ---- what is compared

using AllTables = std::vector<const TableTracker::Tables*>;

// The datapaths that belong together: the same one, of that id or, when it is not known, listening there. If
// there is just one on either side, those two.
bool belong_together(const Datapath& a, const Datapath& b) {
  return &a == &b || (a.id && b.id ? a.id == b.id : a.switch_end == b.switch_end);
}
std::vector<std::pair<const TableTracker::Tables*, const TableTracker::Tables*>> pairs_of(
    const AllTables& before, const AllTables& after) {
  std::vector<std::pair<const TableTracker::Tables*, const TableTracker::Tables*>> pairs;
  if (before.size() == 1 && after.size() == 1) return {{before[0], after[0]}};
  AllTables left = after;
  for (const TableTracker::Tables* t : before) {
    const auto it = std::ranges::find_if(
        left, [&](const auto* other) { return belong_together(*t->datapath, *other->datapath); });
    pairs.emplace_back(t, it == left.end() ? nullptr : *it);
    if (it != left.end()) left.erase(it);
  }
  for (const TableTracker::Tables* t : left) pairs.emplace_back(nullptr, t);
  return pairs;
}

void compare(const Options& options, Writer& writer, const TablesAt& from, const TablesAt& to) {
  const DatapathState nothing;
  const auto side = [&](const TableTracker::Tables* t, const TablesAt& at) {
    return t == nullptr ? Side{nothing, at.time()} : Side{t->state, at.time(), t};
  };
  const AllTables then = from.datapaths(options.datapath, TablesAt::Say::nothing),
                  now = to.datapaths(options.datapath,
                                     then.empty() ? TablesAt::Say::missing : TablesAt::Say::nothing);
  for (const auto& [before, after] : pairs_of(then, now)) {
    const Datapath& datapath = *(after != nullptr ? after : before)->datapath;
    writer.datapath(datapath, dialect_for(options.dialect, datapath), side(before, from), side(after, to));
  }
}

int status_of(const Options& options, const Writer& writer, int read) {
  return read == done && options.exit_code && writer.any() ? answer_is_no : read;
}

int compare_moments(const Options& options) {
  Clock clock;
  TablesAt from("--from", options.from), to("--to", options.to);
  const ReadResult read = read_tables(options.input, clock, {&from, &to});
  Writer writer(options, clock, clock, [&](TextBuffer& out) {
    from.put(out, clock);
    out.put(" and ");
    to.put(out, clock);
  });
  compare(options, writer, from, to);
  writer.finish();
  return status_of(options, writer, read.status);
}

int compare_captures(const Options& options) {
  Clock clock, second_clock;
  TablesAt from("--from", options.from), to("--to", options.to);
  const ReadResult first = read_tables(options.input, clock, {&from});
  InputOptions second = options.input;
  second.files = {options.against};
  const ReadResult other = read_tables(second, second_clock, {&to});
  Writer writer(options, clock, second_clock, [&](TextBuffer& out) {
    from.put(out, clock);
    out.put(" and ");
    to.put(out, second_clock);
    out.put(" in ");
    out.put(options.against);
  });
  compare(options, writer, from, to);
  writer.finish();
  return status_of(options, writer, std::max(first.status, other.status));
}

// ---- dumps

// All of a file, or of standard input. False, with a note, when it cannot be read.
bool read_all(const std::string& file, std::string& text) {
  std::string why = file == "-" ? "" : why_unreadable(file);
  std::FILE* in = !why.empty() ? nullptr : file == "-" ? stdin : std::fopen(file.c_str(), "rb");
  if (in != nullptr) {
    char part[64 * 1024];
    while (const std::size_t n = std::fread(part, 1, sizeof part, in)) text.append(part, n);
    if (std::ferror(in) != 0) why = std::strerror(errno);
    if (in != stdin) std::fclose(in);
  } else if (why.empty()) {
    why = std::strerror(errno);
  }
  if (!why.empty()) note(file + ": " + why);
  return why.empty();
}

// A capture begins with a number or, pcapng, with line ends; what does not may be a dump.
bool is_text(const std::string& file) {
  std::FILE* in = std::fopen(file.c_str(), "rb");
  if (in == nullptr) return true;  // and cannot be read, which will be told
  char first[4] = {};
  const std::size_t n = std::fread(first, 1, sizeof first, in);
  std::fclose(in);
  return std::all_of(first, first + n, [](unsigned char c) { return c >= ' ' && c < 0x7f; }) ||
         (n > 1 && first[0] == '\n' && first[1] != '\r');
}

int compare_with_dump(const Options& options) {
  std::string text;
  if (!read_all(options.against, text)) return unreadable;
  Clock clock;
  TablesAt from("--from", options.from);
  const ReadResult read = read_tables(options.input, clock, {&from});
  const AllTables all = from.datapaths(options.datapath);
  if (all.size() != 1) {
    note(fmt::format("the capture has {} datapaths{}", all.empty() ? "no" : std::to_string(all.size()),
                     all.empty() ? "" : "; --dpid ID says which of them the dump is of"));
    return all.empty() ? unreadable : wrong_usage;
  }
  const TableTracker::Tables& tables = *all.front();
  const std::string name = options.against == "-" ? "standard input" : options.against;
  FlowDump dump;
  FlowDumpError error;
  if (!read_flow_dump(text, dialect_for(options.dialect, *tables.datapath), from.time(), dump, error)) {
    complain_of(fmt::format("{}:{}", name, error.number), error.line, error.error);
    return unreadable;
  }
  Writer writer(options, clock, clock, [&](TextBuffer& out) {
    from.put(out, clock);
    out.put(" and in ");
    out.put(name);
  });
  const Version dialect = options.dialect.empty() ? dump.dialect.value_or(dialect_for({}, *tables.datapath))
                                                  : dialect_for(options.dialect, *tables.datapath);
  writer.datapath(*tables.datapath, dialect, {tables.state, from.time(), &tables}, {dump.state, from.time()});
  writer.finish();
  return status_of(options, writer, read.status);
}

int run(Options& options) {
  if (const int status = options.choice.read(); status != done) return status;
  if (options.against.empty()) {
    if (!options.from.empty()) return compare_moments(options);
    note("--from is needed, or --against: what the tables are compared with");
    return wrong_usage;
  }
  if (options.against != "-" && !is_text(options.against)) return compare_captures(options);
  if (options.to.empty() && !options.groups && !options.meters) return compare_with_dump(options);
  note(options.against + " is no capture: a dump has flows alone, and no time for --to");
  return wrong_usage;
}

}  // namespace

void add_diff(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* sub = app.add_subcommand(
      "diff", "What is different in the flow tables: at two moments, in two captures, on the switch itself");
  add_input_options(*sub, options->input);
  add_moment_option(*sub, "--from", options->from, "the tables before (default with --against: the end)");
  add_moment_option(*sub, "--to", options->to, "the tables after (default: the end)");
  sub->add_option("--against", options->against,
                  "the tables after are those of another capture, or those that 'ovs-ofctl dump-flows' "
                  "printed into this file; -: into standard input")
      ->type_name("FILE");
  add_datapath_option(*sub, options->datapath);
  const std::vector<CLI::Option*> choosing = options->choice.add_options(*sub);
  for (const auto& [name, instead, what] : {std::tuple("--groups", &options->groups, "the groups instead"),
                                            std::tuple("--meters", &options->meters, "the meters instead")})
    for (auto flag = sub->add_flag(name, *instead, what); const auto option : choosing)
      flag->excludes(option);
  sub->add_flag("--certain", options->certain, "flows that may have expired unseen are not there");
  add_dialect_option(*sub, options->dialect);
  sub->add_flag("--exit-code", options->exit_code, "exit with status 3 when there is a difference");
  sub->add_option("-T", options->form, "form: text, json or ndjson (a difference a line)")
      ->type_name("FORM")
      ->check(CLI::IsMember({"text", "json", "ndjson"}));
  sub->footer(
      "A line for each flow that was added (+), removed (-) or changed (~), with what it was before. Flows "
      "are known by table, priority and match.\n\n"
      "Examples:\n"
      "  oflens diff --from frame:120 trace.pcap\n"
      "  oflens diff --from 2026-11-20T09:36:27.5Z --to 2026-11-20T09:40:00Z --table 0 trace.pcap\n"
      "  oflens diff --against tomorrow.pcap --exit-code today.pcap\n"
      "  ovs-ofctl --no-names -O OpenFlow13 dump-flows br0 | oflens diff --against - --dpid 1 trace.pcap");
  sub->callback([options, &status] { status = run(*options); });
}

}  // namespace oflens::cli
