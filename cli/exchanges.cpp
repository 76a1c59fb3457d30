// oflens exchanges: what belongs together.
#include <algorithm>

#include <oflens/message/dissect.hpp>
#include <oflens/session/exchange.hpp>

#include "commands.hpp"
#include "summary.hpp"

namespace oflens::cli {
namespace {

struct Options {
  InputOptions input;
  std::string form = "text";
  std::vector<std::string> types;  // empty: all
  std::uint64_t count = 0;         // 0: all
};

const char* name_of(Exchange::Outcome outcome) {
  switch (outcome) {
    case Exchange::Outcome::answered: return "answered";
    case Exchange::Outcome::failed: return "failed";
    case Exchange::Outcome::unanswered: return "unanswered";
    case Exchange::Outcome::one_way: return "one_way";
  }
  return "unknown";
}

class Writer final : public ExchangeSink {
 public:
  Writer(const Options& options, const Clock& clock)
      : clock_(clock),
        output_(options.input.is_live()),
        colour_(output_.colour()),
        types_(options.types),
        count_(options.count),
        text_(options.form == "text"),
        array_(options.form == "json") {}

  void on_exchange(const Exchange& e) override {
    if (full_ || !wanted(e.request.frame())) return;
    if (text_)
      as_text(e);
    else
      as_json(e);
    ++written_;
    full_ = count_ != 0 && written_ == count_;
    output_.piece_done();
  }
  const bool& full() const { return full_; }
  void finish() {
    if (array_) output_.text().put(written_ == 0 ? "[]\n" : "\n]\n");
    output_.flush();
  }

 private:
  bool wanted(const Frame& request) const {
    const char* name = message_name(request.version(), request.type());
    return types_.empty() ||
           (name != nullptr && std::find(types_.begin(), types_.end(), name) != types_.end());
  }
  static Place place(const Exchange& e, const KeptMessage& m) {
    const bool from_a = m.from == Side::a;
    return {m.number, m.time, e.channel, from_a ? e.a : e.b, from_a ? e.b : e.a, e.datapath->id};
  }

  void message(const KeptMessage& m) {
    dissect(Catalog::standard(), m.bytes, tape_);
    put_line(output_.text(), tape_, m.bytes, colour_, Detail::brief);
  }

  void as_text(const Exchange& e) {
    TextBuffer& out = output_.text();
    const Place at = place(e, e.request);
    out.put_decimal(at.number);
    out.put(' ');
    out.put(colour_.dim);
    clock_.put(out, at.time);
    out.put(colour_.off);
    out.put(" datapath ");
    if (at.datapath_id)
      put_datapath_id(out, *at.datapath_id);
    else
      put_endpoint(out, e.datapath->switch_end);
    out.put(e.request.from_switch ? " switch: " : " controller: ");
    message(e.request);
    out.put('\n');
    for (const Exchange::Answer& a : e.answers) {
      out.put("    ");
      out.put_decimal(a.message.number);
      out.put(" +");
      clock_.put(out, a.message.time - e.request.time);
      out.put(" s ");
      message(a.message);
      if (a.join != Join::xid) {
        out.put("  ");
        out.put(colour_.dim);
        out.put("(by ");
        out.put(oflens::name_of(a.join));
        out.put(')');
        out.put(colour_.off);
      }
      out.put('\n');
    }
    if (e.outcome != Exchange::Outcome::unanswered) return;
    out.put("    ");
    out.put(colour_.red);
    out.put(e.answers.empty() ? "never answered" : "never answered in full");
    out.put(colour_.off);
    out.put('\n');
  }

  void record(const Exchange& e, const KeptMessage& m) {
    dissect(Catalog::standard(), m.bytes, tape_);
    const Place at = place(e, m);
    put_record(output_.text(), clock_, &at, tape_, m.bytes);
  }

  void as_json(const Exchange& e) {
    TextBuffer& out = output_.text();
    if (array_) out.put(written_ == 0 ? "[\n" : ",\n");
    out.put("{\"outcome\":\"");
    out.put(name_of(e.outcome));
    out.put("\",\"connection\":");
    out.put_decimal(e.channel);
    out.put(",\"datapath_id\":");
    if (e.datapath->id) {
      out.put('"');
      put_datapath_id(out, *e.datapath->id);
      out.put('"');
    } else {
      out.put("null");
    }
    out.put(",\"latency\":");
    if (e.answers.empty())
      out.put("null");
    else
      clock_.put(out, e.latency());
    out.put(",\"request\":");
    record(e, e.request);
    out.put(",\"answers\":[");
    bool more = false;
    for (const Exchange::Answer& a : e.answers) {
      out.put(more ? ",{\"join\":\"" : "{\"join\":\"");
      out.put(oflens::name_of(a.join));
      out.put("\",\"latency\":");
      clock_.put(out, a.message.time - e.request.time);
      out.put(",\"message\":");
      record(e, a.message);
      out.put('}');
      more = true;
    }
    out.put("]}");
    if (!array_) out.put('\n');
  }

  const Clock& clock_;
  Output output_;
  Colours colour_;
  const std::vector<std::string>& types_;
  std::uint64_t count_, written_ = 0;
  bool text_, array_, full_ = false;
  Tape tape_;
};

int run(const Options& options) {
  Clock clock;
  Writer writer(options, clock);
  ExchangeTracker tracker(writer);
  Sessions sessions({&tracker});
  const ReadResult read = read_capture(options.input, clock, sessions, &writer.full());
  tracker.finish();
  writer.finish();
  return read.status;
}

}  // namespace

void add_exchanges(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* sub = app.add_subcommand("exchanges", "Packet-ins with what answers them, requests with replies");
  add_input_options(*sub, options->input);
  sub->add_option("-T", options->form, "form: text, json or ndjson (an exchange a line)")
      ->type_name("FORM")
      ->check(CLI::IsMember({"text", "json", "ndjson"}));
  sub->add_option("--type", options->types,
                  "only exchanges that begin with such a message: packet_in, echo_request ...")
      ->type_name("TYPE")
      ->allow_extra_args(false);
  add_count_option(*sub, options->count, "exchanges");
  sub->footer(
      "A packet-in is answered by packet-outs and flow-mods that name its buffer, by packet-outs with the "
      "same packet, and\n"
      "by flow-mods that soon follow and match the packet. Requests and replies share a transaction id.\n\n"
      "Examples:\n"
      "  oflens exchanges trace.pcap\n"
      "  oflens exchanges -T ndjson trace.pcap | jq -r 'select(.outcome == \"unanswered\").request.type'");
  sub->callback([options, &status] { status = run(*options); });
}

}  // namespace oflens::cli
