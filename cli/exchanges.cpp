// oflens exchanges: what belongs together.
#include <algorithm>
#include <bit>

#include <oflens/message/dissect.hpp>
#include <oflens/session/exchange.hpp>
#include <oflens/session/port_names.hpp>

#include "commands.hpp"
#include "filter.hpp"
#include "ladder.hpp"
#include "summary.hpp"

namespace oflens::cli {
namespace {

struct Options {
  InputOptions input;
  MessageFilter filter;
  std::string form = "text";
  std::vector<std::string> types, kinds, states;  // empty: all
  std::uint64_t count = 0;                        // 0: all
  bool commands = false, names = false;
  std::uint32_t follow = 0;  // 0: none
};

template <class E>
std::vector<std::string> all_names(E last) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i <= static_cast<std::size_t>(last); ++i)
    names.push_back(oflens::name_of(static_cast<E>(i)));
  return names;
}

bool contains(const std::vector<std::string>& wanted, const char* name) {
  return name != nullptr && std::find(wanted.begin(), wanted.end(), name) != wanted.end();
}

class Writer final : public ExchangeSink {
 public:
  Writer(Options& options, const Clock& clock, const PortNames* names)
      : options_(options),
        clock_(clock),
        names_(names),
        output_(options.input.is_live()),
        colour_(output_.colour()),
        text_(options.form == "text"),
        array_(options.form == "json") {}

  void on_exchange(const Exchange& e) override {
    if (full_ || !wanted(e)) return;
    if (names_ != nullptr && text_) output_.text().name_ports(names_->of(*e.datapath));
    if (text_)
      as_text(e);
    else
      as_json(e);
    ++written_;
    full_ = options_.count != 0 && written_ == options_.count;
    output_.piece_done();
  }
  const bool& full() const { return full_; }
  void finish() {
    if (array_) output_.text().put(written_ == 0 ? "[]\n" : "\n]\n");
    output_.flush();
  }

 private:
  // The request, or what came without one.
  static const KeptMessage& beginning(const Exchange& e) {
    return e.asked() ? e.request : e.answers.front().message;
  }
  bool wanted(const Exchange& e) {
    const Frame first = beginning(e).frame();
    return (options_.types.empty() ||
            contains(options_.types, message_name(first.version(), first.type()))) &&
           (options_.kinds.empty() || contains(options_.kinds, oflens::name_of(e.kind))) &&
           (options_.states.empty() || contains(options_.states, oflens::name_of(e.state))) &&
           ((e.asked() && passes(e, e.request)) ||
            std::any_of(e.answers.begin(), e.answers.end(),
                        [&](const Exchange::Answer& a) { return passes(e, a.message); }));
  }
  bool passes(const Exchange& e, const KeptMessage& m) {
    return options_.filter.passes(place(e, m), m.from_switch, clock_, m.bytes);
  }
  static Place place(const Exchange& e, const KeptMessage& m) {
    const bool from_a = m.from == Side::a;
    return {m.number, m.time, e.channel, from_a ? e.a : e.b, from_a ? e.b : e.a, e.datapath->id, m.comment};
  }
  void message(const KeptMessage& m) {
    dissect(Catalog::standard(), m.bytes, tape_);
    put_line(output_.text(), tape_, m.bytes, colour_, Detail::brief);
    if (const std::uint32_t offered = offered_versions(m.frame()); offered != 0) {
      output_.text().put(" of ");
      put_versions(output_.text(), offered);
    }
  }

  // ---- text

  void note(std::string_view text, std::string_view colour = {}) {
    TextBuffer& out = output_.text();
    out.put("    ");
    out.put(colour);
    out.put(text);
    if (!colour.empty()) out.put(colour_.off);
    out.put('\n');
  }

  void as_text(const Exchange& e) {
    TextBuffer& out = output_.text();
    const KeptMessage& first = beginning(e);
    out.put_decimal(first.number);
    out.put(' ');
    out.put(colour_.dim);
    clock_.put(out, first.time);
    out.put(colour_.off);
    out.put(" datapath ");
    if (e.datapath->id)
      put_datapath_id(out, *e.datapath->id);
    else
      put_endpoint(out, e.datapath->switch_end);
    out.put(first.from_switch ? " switch: " : " controller: ");
    message(first);
    out.put('\n');
    if (e.asked()) answers(e);
    switch (e.state) {
      case Exchange::State::unanswered:
        note(e.answers.empty() ? "never answered" : "never answered in full", colour_.red);
        break;
      case Exchange::State::duplicate: note("once more: it had been answered", colour_.red); break;
      case Exchange::State::late: note("late: it had been given up", colour_.red); break;
      case Exchange::State::unasked: note("answers nothing in the capture", colour_.red); break;
      case Exchange::State::unconfirmed: note("no error, and no barrier after it", colour_.dim); break;
      default: break;
    }
  }

  void answers(const Exchange& e) {
    for (const Exchange::Answer& a : e.answers) {
      if (e.parts > 1 && a.join == Join::xid && &a != &e.answers.front()) continue;
      answer(e, a);
    }
    TextBuffer& out = output_.text();
    if (e.parts > 1) {
      out.put("    ");
      out.put_decimal(e.parts);
      out.put(" parts, ");
      out.put_decimal(e.elements);
      out.put(" elements; the last +");
      clock_.put(out, e.duration());
      out.put(" s\n");
    }
    if (e.covered.messages != 0) {
      out.put(e.kind == Exchange::Kind::bundle ? "    messages added: " : "    closes what came before: ");
      out.put_decimal(e.covered.messages);
      out.put(e.covered.messages == 1 ? " message, xid " : " messages, xid ");
      out.put_decimal(static_cast<std::uint32_t>(e.covered.first));
      if (e.covered.messages > 1) {
        out.put(" to ");
        out.put_decimal(static_cast<std::uint32_t>(e.covered.last));
      }
      out.put('\n');
    }
    if (const std::uint32_t spoken = common_versions(e); spoken != 0) {
      out.put("    both speak ");
      put_versions(out, std::bit_floor(spoken));
      out.put('\n');
    }
  }
  void answer(const Exchange& e, const Exchange::Answer& a) {
    TextBuffer& out = output_.text();
    out.put("    ");
    out.put_decimal(a.message.number);
    out.put(" +");
    clock_.put(out, a.message.time - e.request.time);
    out.put(" s ");
    if (e.kind == Exchange::Kind::setup) out.put(a.message.from_switch ? "switch: " : "controller: ");
    message(a.message);
    if ((a.join != Join::xid && a.join != Join::setup) || a.certainty != Certainty::certain) {
      out.put("  ");
      out.put(colour_.dim);
      out.put("(by ");
      out.put(oflens::name_of(a.join));
      if (a.certainty != Certainty::certain) {
        out.put(", ");
        out.put(oflens::name_of(a.certainty));
      }
      out.put(')');
      out.put(colour_.off);
    }
    out.put('\n');
  }

  // What both hellos of a set-up offer; none when there are not two.
  static std::uint32_t common_versions(const Exchange& e) {
    if (e.kind != Exchange::Kind::setup) return 0;
    for (const Exchange::Answer& a : e.answers)
      if (const std::uint32_t offered = offered_versions(a.message.frame()); offered != 0)
        return offered_versions(e.request.frame()) & offered;
    return 0;
  }

  // ---- JSON

  void record(const Exchange& e, const KeptMessage& m) {
    dissect(Catalog::standard(), m.bytes, tape_);
    const Place at = place(e, m);
    put_record_members(output_.text(), clock_, &at, tape_, m.bytes);
  }
  void member(std::string_view key, std::string_view value) {
    TextBuffer& out = output_.text();
    out.put(",\"");
    out.put(key);
    out.put("\":\"");
    out.put(value);
    out.put('"');
  }
  void number(std::string_view key, std::uint64_t value) {
    TextBuffer& out = output_.text();
    out.put(",\"");
    out.put(key);
    out.put("\":");
    out.put_decimal(value);
  }
  void seconds(std::string_view key, bool known, Duration value) {
    TextBuffer& out = output_.text();
    out.put(",\"");
    out.put(key);
    out.put("\":");
    known ? clock_.put(out, value) : out.put("null");
  }
  void as_json(const Exchange& e) {
    TextBuffer& out = output_.text();
    if (array_) out.put(written_ == 0 ? "[\n" : ",\n");
    out.put("{\"kind\":\"");
    out.put(oflens::name_of(e.kind));
    out.put('"');
    if (e.kind == Exchange::Kind::multipart)
      if (const std::string_view name = multipart_name(beginning(e).frame()); !name.empty())
        member("multipart", name);
    member("state", oflens::name_of(e.state));
    number("connection", e.channel);
    out.put(",\"datapath_id\":");
    if (e.datapath->id) {
      out.put('"');
      put_datapath_id(out, *e.datapath->id);
      out.put('"');
    } else {
      out.put("null");
    }
    out.put(",\"controller\":\"");
    const KeptMessage& first = beginning(e);
    put_controller(out, e.a, e.b, (first.from == Side::a) == first.from_switch ? Side::b : Side::a);
    out.put('"');
    const bool answered = e.asked() && !e.answers.empty();
    seconds("latency", answered, e.latency());
    seconds("duration", answered, e.duration());
    if (e.kind == Exchange::Kind::multipart) {
      number("parts", e.parts);
      number("elements", e.elements);
    }
    if (e.kind == Exchange::Kind::barrier || e.kind == Exchange::Kind::bundle) {
      out.put(",\"covers\":{\"messages\":");
      out.put_decimal(e.covered.messages);
      if (e.covered.messages != 0) {
        number("first_xid", static_cast<std::uint32_t>(e.covered.first));
        number("last_xid", static_cast<std::uint32_t>(e.covered.last));
      }
      out.put('}');
    }
    if (const std::uint32_t spoken = common_versions(e); spoken != 0) {
      out.put(",\"version\":\"");
      put_versions(out, std::bit_floor(spoken));
      out.put('"');
    }
    out.put(",\"request\":");
    if (e.asked()) {
      out.put('{');
      record(e, e.request);
      out.put('}');
    } else {
      out.put("null");
    }
    out.put(",\"answers\":[");
    for (const Exchange::Answer& a : e.answers) {
      if (&a != &e.answers.front()) out.put(',');
      out.put("{\"join\":\"");
      out.put(oflens::name_of(a.join));
      out.put('"');
      member("certainty", oflens::name_of(a.certainty));
      seconds("latency", e.asked(), a.message.time - e.request.time);
      out.put(',');
      record(e, a.message);
      out.put('}');
    }
    out.put("]}");
    if (!array_) out.put('\n');
  }

  Options& options_;
  const Clock& clock_;
  const PortNames* names_;
  Output output_;
  Colours colour_;
  std::uint64_t written_ = 0;
  bool text_, array_, full_ = false;
  Tape tape_;
};

int run(Options& options) {
  if (const int status = options.filter.compile(); status != done) return status;
  Clock clock;
  PortNames names;
  ReadResult read;
  std::uint64_t cut_short = 0;
  const ExchangeLimits limits{.commands = options.commands};
  if (options.follow != 0) {
    Ladder ladder(options.follow, clock, options.names ? &names : nullptr, options.input.is_live());
    ExchangeTracker tracker(ladder, limits);
    Sessions sessions({&names, &tracker, &ladder});
    read = read_capture(options.input, clock, sessions);
    if (!ladder.finish()) {
      note("there is no connection " + std::to_string(options.follow) + "; 'oflens stats' lists them");
      return wrong_usage;
    }
  } else {
    Writer writer(options, clock, options.names ? &names : nullptr);
    ExchangeTracker tracker(writer, limits);
    Sessions sessions({&names, &tracker});
    read = read_capture(options.input, clock, sessions, &writer.full());
    tracker.finish();
    writer.finish();
    cut_short = tracker.cut_short();
  }
  if (cut_short != 0)
    note(std::to_string(cut_short) +
         " exchanges were given up early, because too many waited for answers; they may have been answered");
  return read.status;
}

}  // namespace

void add_exchanges(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* sub = app.add_subcommand("exchanges", "Packet-ins with what answers them, requests with replies");
  add_input_options(*sub, options->input);
  CLI::Option* form = sub->add_option("-T", options->form, "form: text, json or ndjson (an exchange a line)")
                          ->type_name("FORM")
                          ->check(CLI::IsMember({"text", "json", "ndjson"}));
  sub->add_option("--type", options->types,
                  "only exchanges that begin with such a message: packet_in, echo_request ...")
      ->type_name("TYPE")
      ->allow_extra_args(false);
  sub->add_option("--kind", options->kinds, "only exchanges of this kind (may be repeated)")
      ->type_name("KIND")
      ->allow_extra_args(false)
      ->check(CLI::IsMember(all_names(Exchange::Kind::error)));
  sub->add_option("--state", options->states, "only exchanges that came to this (may be repeated)")
      ->type_name("STATE")
      ->allow_extra_args(false)
      ->check(CLI::IsMember(all_names(Exchange::State::unasked)));
  sub->add_flag("--commands", options->commands,
                "also flow-mods and others that ask for no answer: confirmed by a barrier, or not");
  sub->add_option("--follow", options->follow, "one connection as a ladder of arrows, message by message")
      ->type_name("CONNECTION")
      ->check(CLI::Validator(CLI::PositiveNumber).description(""))
      ->excludes(form);
  sub->add_flag("--names", options->names, "ports by their names, where the capture told them");
  options->filter.add_option(*sub, "exchanges with a message that matches")->excludes("--follow");
  add_count_option(*sub, options->count, "exchanges");
  sub->footer(
      "A packet-in is answered by packet-outs and flow-mods that name its buffer, by packet-outs with the "
      "same packet, by\n"
      "flow-mods that soon follow and match the packet, and perhaps by what comes next. Requests and replies "
      "share a\n"
      "transaction id. docs/exchanges.md tells all joins and states.\n\n"
      "Examples:\n"
      "  oflens exchanges trace.pcap\n"
      "  oflens exchanges --state unanswered --state error trace.pcap\n"
      "  oflens exchanges --follow 1 trace.pcap\n"
      "  oflens exchanges -T ndjson trace.pcap | jq -r 'select(.state == \"unanswered\").request.type'");
  sub->callback([options, &status] { status = run(*options); });
}

}  // namespace oflens::cli
