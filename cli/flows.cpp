// oflens flows: the flow tables at the end of the capture or at a moment before; groups, meters, ports.
#include <future>

#include "commands.hpp"
#include "flow_choice.hpp"
#include "flow_record.hpp"
#include "state_file.hpp"
#include "tables_at.hpp"
#include "verify.hpp"
#include "workers.hpp"

namespace oflens::cli {
namespace {

struct Options {
  InputOptions input;
  FlowChoice choice;
  FlowOrder order;
  std::string form = "text", dialect, datapath, at;
  bool no_stats = false, certain = false, groups = false, meters = false, ports = false, verify = false;
};

// Flows of a datapath on their way to text.
struct Batch {
  std::string heading;
  const Datapath* datapath = nullptr;
  Version dialect = Version::v13;
  std::vector<DatapathState::Present> flows;
  RecordList records{false};
};

class Writer {
 public:
  Writer(const Options& options, const Clock& clock, const TablesAt& at)
      : options_(options),
        clock_(clock),
        at_(at),
        records_(options.form == "json"),
        texts_(threads_to_use()),
        workers_(
            static_cast<unsigned>(texts_.size() - 1),
            [this](unsigned worker, Batch& batch, TextBuffer& out) { put(texts_[worker], batch, out); },
            [this](std::string_view text) { output_.write(text); }) {}

  void datapaths(const std::vector<const TableTracker::Tables*>& all) {
    const bool lists_flows = !options_.groups && !options_.meters && !options_.ports;
    std::future<Flows> next;
    for (std::size_t i = 0; i < all.size(); ++i) {
      tables_ = all[i];
      dialect_ = dialect_for(options_.dialect, *tables_->datapath);
      if (options_.groups) groups();
      if (options_.meters) meters();
      if (options_.ports) ports();
      if (!lists_flows) continue;
      const Flows now = i == 0 ? list(*all[0]) : next.get();
      // Those of the next datapath are looked for while these are written.
      if (i + 1 < all.size())
        next = std::async(texts_.size() > 1 ? std::launch::async : std::launch::deferred,
                          [this, t = all[i + 1]] { return list(*t); });
      flows(now);
    }
  }
  void finish() {
    workers_.finish();
    if (!as_text()) records_.finish(output_.text());
    output_.flush();
  }

 private:
  bool as_text() const { return options_.form == "text"; }

  using Flows = std::vector<DatapathState::Present>;

  Flows list(const TableTracker::Tables& t) const {
    FlowListOptions options{
        .dialect = dialect_for(options_.dialect, *t.datapath), .at = at_.time(), .certain = options_.certain};
    if (!options_.choice.all()) options.only = std::cref(options_.choice);
    return flows_to_list(t.state, options);
  }
  void flows(const Flows& flows) {
    TextBuffer head;
    heading(head, flows.size(), Entries::flows);
    std::size_t from = 0;
    do {
      constexpr std::size_t enough = 2048;
      // Another order is one of all.
      const std::size_t to = options_.order.asked() ? flows.size() : end_of_part(flows, from, enough);
      Batch& batch = workers_.batch();
      batch.heading = from == 0 ? head.view() : "";
      batch.datapath = tables_->datapath;
      batch.dialect = dialect_;
      batch.flows.assign(flows.begin() + static_cast<std::ptrdiff_t>(from),
                         flows.begin() + static_cast<std::ptrdiff_t>(to));
      batch.records = records_.part(to - from);
      workers_.submit();
      from = to;
    } while (from != flows.size());
  }
  // On any thread.
  void put(TextBuffer& texts, Batch& batch, TextBuffer& out) const {
    out.put(batch.heading);
    if (as_text() && !options_.order.asked()) return put_flows(out, batch.flows, batch.dialect);
    texts.clear();
    std::vector<FlowLine> lines = list_flows(texts, batch.flows, batch.dialect);
    options_.order.sort(lines);
    for (const FlowLine& line : lines) {
      if (as_text()) {
        out.put(line.text);
        put_remark(out, line.expiry);
        out.put('\n');
      } else {
        write_record(out, batch.records, *batch.datapath,
                     [&] { put_flow_members(out, clock_, line, batch.dialect); });
      }
    }
  }
  void groups() {
    heading(output_.text(), tables_->state.groups().size(), Entries::groups);
    for (const auto& [id, entry] : tables_->state.groups()) as_text() ? text(entry) : record(entry);
  }
  void meters() {
    heading(output_.text(), tables_->state.meters().size(), Entries::meters);
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

  void ports() {
    heading(output_.text(), tables_->ports.size(), Entries::ports);
    for (const auto& [number, port] : tables_->ports) {
      if (as_text())
        put_port(output_.text(), number, port);
      else
        write_record(output_.text(), records_, *tables_->datapath,
                     [this, n = number, &p = port] { put_port_members(output_.text(), n, p); });
      output_.piece_done();
    }
  }

  void heading(TextBuffer& out, std::size_t count, Entries what) const {
    if (as_text()) put_heading(out, *tables_, at_, clock_, count, what, options_.choice);
  }

  void text(const GroupEntry& entry) {
    put_group(output_.text(), entry.group, dialect_);
    output_.text().put('\n');
    output_.piece_done();
  }

  void record(const GroupEntry& entry) {
    TextBuffer& out = output_.text();
    write_record(out, records_, *tables_->datapath, [&] { put_group_members(out, clock_, entry, dialect_); });
    output_.piece_done();
  }
  void record(const MeterEntry& entry) {
    TextBuffer& out = output_.text();
    write_record(out, records_, *tables_->datapath, [&] { put_meter_members(out, clock_, entry); });
    output_.piece_done();
  }
  template <class F>
  void write_record(TextBuffer& out, RecordList& records, const Datapath& datapath, F&& members) const {
    records.begin(out);
    put_datapath_member(out, datapath);
    out.put(',');
    put_moment_member(out, clock_, at_);
    out.put(',');
    members();
    records.end(out);
  }

  const Options& options_;
  const Clock& clock_;
  const TablesAt& at_;
  const TableTracker::Tables* tables_ = nullptr;
  Version dialect_ = Version::v13;
  Output output_;
  RecordList records_;
  std::vector<TextBuffer> texts_;  // one a thread
  Workers<Batch> workers_;
};

int run(Options& options) {
  if (const int status = options.choice.read(); status != done) return status;
  Clock clock;
  TablesAt tables(options.at);
  const ReadResult read = read_tables(options.input, clock, {&tables});
  if (!read.begun) return read.status;
  if (options.verify) {
    VerifyWriter writer(options.choice, clock, options.form, options.dialect);
    for (const TableTracker::Tables* t : tables.datapaths(options.datapath)) writer.datapath(*t);
    const int answer = writer.finish();
    return read.status != done ? read.status : answer;
  }
  Writer writer(options, clock, tables);
  writer.datapaths(tables.datapaths(options.datapath));
  writer.finish();
  return read.status;
}

}  // namespace

void add_flows(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* sub = app.add_subcommand(
      "flows", "The flow tables at the end of the capture, or at a moment before; groups, meters, ports");
  add_input_options(*sub, options->input);
  sub->add_flag("--no-stats", options->no_stats,
                "print exactly as 'ovs-ofctl dump-flows --no-stats' (statistics are not known from the "
                "messages that change flows, so this is also the default)");
  add_dialect_option(*sub, options->dialect);
  add_datapath_option(*sub, options->datapath);
  CLI::Option* at = add_moment_option(*sub, "--at", options->at, "the tables as they were then");
  add_state_options(*sub, options->input)->excludes(at);
  std::vector<CLI::Option*> of_flows = options->choice.add_options(*sub);
  const std::vector<CLI::Option*> sorting = options->order.add_options(*sub);
  of_flows.insert(of_flows.end(), sorting.begin(), sorting.end());
  for (const auto& [name, instead, what] :
       {std::tuple("--groups", &options->groups, "the groups instead, as 'ovs-ofctl dump-groups'"),
        std::tuple("--meters", &options->meters, "the meters instead, as 'ovs-ofctl dump-meters'"),
        std::tuple("--ports", &options->ports, "the ports instead, as far as the switch told of them")})
    for (auto flag = sub->add_flag(name, *instead, what); const auto option : of_flows)
      flag->excludes(option);
  sub->add_flag("--verify", options->verify,
                "instead, what switches said that they hold and had not been told to, and the other way "
                "round; exit status 3 when there is any")
      ->excludes("--groups")
      ->excludes("--meters")
      ->excludes("--ports")
      ->excludes("--sort")
      ->excludes("--rsort");
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
      "  oflens flows --rsort duration trace.pcap\n"
      "  oflens flows --verify trace.pcap\n"
      "  oflens flows --groups --meters --ports trace.pcap\n"
      "  oflens flows --save state trace.pcap0; oflens flows --state state trace.pcap1");
  sub->callback([options, &status] { status = run(*options); });
}

}  // namespace oflens::cli
