// oflens stats: decodes everything, prints counts.
#include <fmt/format.h>

#include <map>

#include <oflens/message/dissect.hpp>
#include <oflens/message/json.hpp>
#include <oflens/session/latency.hpp>

#include "commands.hpp"
#include "filter.hpp"
#include "summary.hpp"

namespace oflens::cli {
namespace {

struct Options {
  InputOptions input;
  MessageFilter filter;
  std::string form = "text";
  bool latency = false, histogram = false;
};

struct Count {
  std::uint64_t messages = 0, bytes = 0;
  void add(std::size_t size) {
    ++messages;
    bytes += size;
  }
};

std::string type_name(std::uint8_t version, std::uint8_t type) {
  const char* name = message_name(static_cast<Version>(version), type);
  return name != nullptr ? name : std::to_string(type);
}
std::string version_name(std::uint8_t version) {
  TextBuffer text;
  put_version(text, version);
  return std::string(text.view());
}

class Counter final : public SessionSink {
 public:
  Counter(MessageFilter& filter, const Clock& clock) : filter_(filter), clock_(clock) {}

  struct Connection {
    std::uint32_t id;
    Endpoint a, b;
    Datapath* datapath = nullptr;
    std::array<Count, 2> sent{};  // by Side
    std::uint64_t skipped = 0, missing = 0;
    Side controller = Side::b;
  };
  struct Loss {
    std::uint32_t connection;
    Endpoint source, destination;
    ChannelLoss::Kind kind;
    std::uint64_t offset, bytes, number;
    Timestamp time, since;
  };
  // Losses (and encrypted connections) beyond this are counted and not listed.
  static constexpr std::size_t max_losses = 100'000;

  void on_message(const SessionMessage& m) override {
    if (!filter_.passes(m, clock_)) return;
    const Bytes bytes = m.frame().bytes();
    total.add(bytes.size());
    by_type_[static_cast<std::size_t>(m.frame().version())][m.frame().type()].add(bytes.size());
    Connection& c = connection(m.message.channel);
    c.datapath = &m.datapath;
    c.controller = (m.message.from == Side::a) == m.from_switch ? Side::b : Side::a;
    c.sent[static_cast<std::size_t>(m.message.from)].add(bytes.size());
    first_ = total.messages == 1 ? m.message.time : std::min(first_, m.message.time);
    last_ = std::max(last_, m.message.time);

    // Decoded in full by the typed reading; only what it refuses is looked at more closely.
    const wire::StructDesc* body = Catalog::standard().find(bytes);
    const std::byte* end = bytes.data() + bytes.size();
    if (body != nullptr && body->check(bytes.data(), end, {&Catalog::standard()}) == end) return;
    dissect(Catalog::standard(), bytes, tape_, Inside::bytes);
    for (const Node& node : tape_)
      if (node.is_problem()) ++problems[name_of(node.code())];
  }
  void on_loss(const ChannelLoss& loss, Datapath&) override {
    Connection& c = connection(loss.channel);
    (loss.kind == ChannelLoss::Kind::missing ? c.missing : c.skipped) += loss.bytes;
    const bool from_a = loss.from == Side::a;
    if (losses.size() < max_losses)
      losses.push_back({loss.channel.id, from_a ? loss.channel.a : loss.channel.b,
                        from_a ? loss.channel.b : loss.channel.a, loss.kind, loss.offset, loss.bytes,
                        loss.number, loss.time, loss.since});
  }
  // Of a message that the capture cut, the header is there.
  void on_cut(const ChannelCut& cut, Datapath& datapath, bool from_switch) override {
    if (!filter_.passes(place_of(cut, datapath), from_switch, clock_, cut.bytes)) return;
    const auto version = std::to_integer<std::size_t>(cut.bytes[0]),
               type = std::to_integer<std::size_t>(cut.bytes[1]);
    total.add(cut.bytes.size());
    by_type_[version][type].add(cut.bytes.size());
    Connection& c = connection(cut.channel);
    c.datapath = &datapath;
    c.sent[static_cast<std::size_t>(cut.from)].add(cut.bytes.size());
    first_ = total.messages == 1 ? cut.time : std::min(first_, cut.time);
    last_ = std::max(last_, cut.time);
  }
  void on_tls(const TlsConnection& t) override {
    if (tls.size() < max_losses) tls.push_back(t);
  }

  // By version, then type.
  template <class F>
  void each_type(F&& f) const {
    for (std::size_t v = 0; v < by_type_.size(); ++v)
      for (std::size_t t = 0; t < by_type_[v].size(); ++t)
        if (by_type_[v][t].messages != 0)
          f(static_cast<std::uint8_t>(v), static_cast<std::uint8_t>(t), by_type_[v][t]);
  }
  std::map<std::uint32_t, const Datapath*> datapaths() const {
    std::map<std::uint32_t, const Datapath*> all;
    for (const Connection& c : connections)
      if (c.datapath != nullptr) all[c.datapath->index] = c.datapath;
    return all;
  }
  // By address, as put_controller writes it.
  struct Controller {
    std::uint64_t connections = 0, messages = 0;
    std::map<std::uint32_t, const Datapath*> datapaths;  // by index
  };
  std::map<std::string, Controller> controllers() const {
    std::map<std::string, Controller> all;
    for (const Connection& c : connections) {
      if (c.datapath == nullptr) continue;
      TextBuffer name;
      put_controller(name, c.a, c.b, c.controller);
      Controller& k = all[std::string(name.view())];
      ++k.connections;
      k.messages += c.sent[0].messages + c.sent[1].messages;
      k.datapaths[c.datapath->index] = c.datapath;
    }
    return all;
  }
  double seconds() const { return std::chrono::duration<double>(last_ - first_).count(); }
  Timestamp first() const { return first_; }
  Timestamp last() const { return last_; }

  Count total;
  std::deque<Connection> connections;  // by id
  std::map<std::string, std::uint64_t> problems;
  std::vector<Loss> losses;
  std::vector<TlsConnection> tls;

 private:
  Connection& connection(const Channel& c) {
    while (connections.size() < c.id)
      connections.push_back({static_cast<std::uint32_t>(connections.size() + 1), {}, {}});
    Connection& known = connections[c.id - 1];
    known.a = c.a;
    known.b = c.b;
    return known;
  }

  std::vector<std::array<Count, 256>> by_type_{256};
  MessageFilter& filter_;
  const Clock& clock_;
  Timestamp first_{}, last_{};
  Tape tape_;
};

std::string endpoint_text(const Endpoint& e) {
  TextBuffer text;
  put_endpoint(text, e);
  return std::string(text.view());
}
std::string datapath_text(const Datapath& d) {
  if (!d.id) return "unknown";
  TextBuffer text;
  put_datapath_id(text, *d.id);
  return std::string(text.view());
}

// ---- latencies

// "405 us", "1.25 ms": what fits a column.
std::string duration_text(Duration d) {
  const auto ns = static_cast<double>(d.count());
  if (ns < 1e3) return fmt::format("{} ns", d.count());
  if (ns < 1e6) return fmt::format("{:.3g} us", ns / 1e3);
  if (ns < 1e9) return fmt::format("{:.3g} ms", ns / 1e6);
  return fmt::format("{:.{}f} s", ns / 1e9, ns < 1e10 ? 2 : 1);
}

// Bars of a histogram, three for each power of ten: from 1, 2 and 5 on.
void put_bars(TextBuffer& out, const LatencyHistogram& latencies) {
  std::map<std::int64_t, std::pair<std::int64_t, std::uint64_t>> bars;  // by where they begin
  latencies.each_bucket([&](Duration from, Duration, std::uint64_t n) {
    std::int64_t power = 1;
    while (power * 10 <= from.count()) power *= 10;
    const std::int64_t digit = from.count() / power;
    const std::int64_t begin = digit < 2   ? digit
                               : digit < 5 ? 2
                                           : 5,
                       end = digit < 2   ? 2
                             : digit < 5 ? 5
                                         : 10;
    auto& bar = bars[begin * power];
    bar.first = end * power;
    bar.second += n;
  });
  std::uint64_t most = 1;
  for (const auto& [begin, bar] : bars) most = std::max(most, bar.second);
  constexpr std::uint64_t width = 50;
  for (const auto& [begin, bar] : bars)
    out.put(fmt::format("      {:>7} to {:>7}  {:50} {}\n", duration_text(Duration{begin}),
                        duration_text(Duration{bar.first}),
                        std::string(std::max<std::uint64_t>(1, bar.second * width / most), '#'), bar.second));
}

void put_latencies(TextBuffer& out, const LatencyStats::Kinds& kinds, bool bars) {
  for (const auto& [kind, c] : kinds) {
    const LatencyHistogram& l = c.latencies;
    out.put(fmt::format("    {:27} {:>8}", kind, l.count()));
    if (l.count() != 0)
      for (const Duration d : {l.min(), l.quantile(0.5), l.quantile(0.9), l.quantile(0.99), l.max()})
        out.put(fmt::format(" {:>9}", duration_text(d)));
    const std::pair<const char*, std::uint64_t> others[] = {{"unanswered", c.unanswered},
                                                            {"errors", c.errors},
                                                            {"duplicate", c.duplicates},
                                                            {"late", c.late},
                                                            {"unasked", c.unasked}};
    for (const auto& [what, n] : others)
      if (n != 0) out.put(fmt::format("  {} {}", n, what));
    out.put('\n');
    if (bars && l.count() != 0) put_bars(out, l);
  }
}

void put_latencies_json(TextBuffer& out, const LatencyStats::Kinds& kinds) {
  const auto seconds = [](Duration d) { return static_cast<double>(d.count()) / 1e9; };
  out.put('{');
  bool more = false;
  for (const auto& [kind, c] : kinds) {
    const LatencyHistogram& l = c.latencies;
    out.put(fmt::format(
        "{}\"{}\":{{\"answered\":{},\"unanswered\":{},\"errors\":{},\"duplicate\":{},"
        "\"late\":{},\"unasked\":{}",
        more ? "," : "", kind, l.count(), c.unanswered, c.errors, c.duplicates, c.late, c.unasked));
    more = true;
    if (l.count() != 0) {
      out.put(
          fmt::format(",\"min\":{:.9f},\"p50\":{:.9f},\"p90\":{:.9f},\"p99\":{:.9f},\"max\":{:.9f},"
                      "\"histogram\":[",
                      seconds(l.min()), seconds(l.quantile(0.5)), seconds(l.quantile(0.9)),
                      seconds(l.quantile(0.99)), seconds(l.max())));
      bool separate = false;
      l.each_bucket([&](Duration from, Duration to, std::uint64_t n) {
        out.put(fmt::format("{}{{\"from\":{:.9f},\"to\":{:.9f},\"count\":{}}}", separate ? "," : "",
                            seconds(from), seconds(to), n));
        separate = true;
      });
      out.put(']');
    }
    out.put('}');
  }
  out.put('}');
}

// What TCP and IP had to put right or could not, as names and numbers; also the keys in JSON.
std::vector<std::pair<const char*, std::uint64_t>> stream_counters(const ReadResult& read) {
  const ReassemblyCounters& t = read.reassembly;
  const FragmentCounters& f = read.fragments;
  return {{"cut_messages", read.counters.cut_messages},
          {"gaps", t.gaps},
          {"reordered_segments", t.reordered_segments},
          {"retransmitted_segments", t.retransmitted_segments},
          {"overlapping_segments", t.overlapping_segments},
          {"repeated_bytes", t.repeated_bytes},
          {"conflicting_bytes", t.conflicting_bytes},
          {"keep_alives", t.keep_alives},
          {"out_of_window_segments", t.out_of_window_segments},
          {"gave_up_bytes", t.gave_up_bytes},
          {"evicted_connections", t.evicted},
          {"ip_fragments", f.fragments},
          {"incomplete_datagrams", f.incomplete},
          {"overlapping_fragments", f.overlapping_fragments}};
}

template <class Title>
void print_stream_counters(TextBuffer& out, const Title& title, const ReadResult& read) {
  bool any = false;
  for (const auto& [name, n] : stream_counters(read)) {
    if (n == 0) continue;
    if (!any) title("streams");
    any = true;
    std::string words = name;
    std::replace(words.begin(), words.end(), '_', ' ');
    out.put(fmt::format("  {:26} {:>10}\n", words, n));
  }
}

// latencies: null when nobody asked for them.
void print_text(const Counter& c, const ReadResult& read, const Clock& clock, const LatencyStats* latencies,
                bool histogram) {
  Output output;
  TextBuffer& out = output.text();
  const Colours colour(output.colour());
  const auto title = [&](std::string_view text) {
    out.put('\n');
    out.put(colour.bold);
    out.put(text);
    out.put(colour.off);
    out.put('\n');
  };
  out.put(fmt::format("{} messages, {} bytes, in {} connections of {} datapaths; {} captured frames\n",
                      c.total.messages, c.total.bytes, c.connections.size(), c.datapaths().size(),
                      read.counters.frames));
  if (c.total.messages != 0) {
    clock.put(out, c.first());
    out.put(" to ");
    clock.put(out, c.last());
    const double s = c.seconds();
    out.put(fmt::format(", {:.3f} s", s));
    if (s > 0)
      out.put(fmt::format(", {:.1f} messages/s, {:.1f} kB/s", static_cast<double>(c.total.messages) / s,
                          static_cast<double>(c.total.bytes) / s / 1e3));
    out.put('\n');
    title("by version and type");
    c.each_type([&](std::uint8_t v, std::uint8_t t, const Count& n) {
      out.put(fmt::format("  {:4} {:26} {:>10} {:>14} bytes\n", version_name(v), type_name(v, t), n.messages,
                          n.bytes));
    });
    title("by datapath and connection");
    for (const auto& [index, d] : c.datapaths()) {
      out.put(fmt::format("  datapath {}\n", datapath_text(*d)));
      for (const Counter::Connection& k : c.connections) {
        if (k.datapath != d) continue;
        out.put(fmt::format("    {:>4}  {} > {}: {} messages, {} back", k.id, endpoint_text(k.a),
                            endpoint_text(k.b), k.sent[0].messages, k.sent[1].messages));
        if (k.missing + k.skipped != 0)
          out.put(fmt::format("; {} bytes missing, {} skipped", k.missing, k.skipped));
        out.put('\n');
      }
    }
    title("by controller");
    for (const auto& [name, k] : c.controllers()) {
      out.put(fmt::format("  controller {}: {} messages in {} connections, with datapath", name, k.messages,
                          k.connections));
      for (const auto& [index, d] : k.datapaths) out.put(" " + datapath_text(*d));
      out.put('\n');
    }
  }
  if (latencies != nullptr) {
    title(fmt::format("{:31} {:>8} {:>9} {:>9} {:>9} {:>9} {:>9}", "latency", "answered", "least", "median",
                      "90 %", "99 %", "most"));
    out.put("  all datapaths\n");
    put_latencies(out, latencies->all(), histogram);
    for (const auto& [index, kinds] : latencies->by_datapath()) {
      out.put(fmt::format("  datapath {}\n", datapath_text(*c.datapaths().at(index))));
      put_latencies(out, kinds, false);
    }
  }
  if (!c.problems.empty()) {
    title("problems");
    for (const auto& [code, n] : c.problems) out.put(fmt::format("  {:26} {:>10}\n", code, n));
  }
  if (!c.tls.empty()) {
    title("tls connections");
    constexpr std::size_t shown = 20;
    for (std::size_t i = 0; i < std::min(shown, c.tls.size()); ++i)
      out.put(fmt::format("  {} > {}: {}{}{}\n", endpoint_text(c.tls[i].a), endpoint_text(c.tls[i].b),
                          tls_version_text(c.tls[i].version), c.tls[i].server_name.empty() ? "" : " to ",
                          c.tls[i].server_name));
    if (c.tls.size() > shown)
      out.put(fmt::format("  and {} more; -T json lists all\n", c.tls.size() - shown));
  }
  print_stream_counters(out, title, read);
  if (read.counters.skipped_bytes + read.counters.missing_bytes != 0) {
    title("bytes that did not become messages");
    out.put(fmt::format("  {} not in the capture, {} in it but part of no whole message\n",
                        read.counters.missing_bytes, read.counters.skipped_bytes));
    constexpr std::size_t shown = 20;
    for (std::size_t i = 0; i < std::min(shown, c.losses.size()); ++i) {
      const Counter::Loss& l = c.losses[i];
      out.put(fmt::format("  connection {}, {} > {}: {} from offset {} to {}, frame {}\n", l.connection,
                          endpoint_text(l.source), endpoint_text(l.destination),
                          l.kind == ChannelLoss::Kind::missing ? "missing" : "skipped", l.offset,
                          l.offset + l.bytes, l.number));
    }
    if (c.losses.size() > shown)
      out.put(fmt::format("  and {} more; -T json lists all\n", c.losses.size() - shown));
  }
}

void print_json(const Counter& c, const ReadResult& read, const Clock& clock, const LatencyStats* latencies) {
  Output output;
  TextBuffer& out = output.text();
  const auto time = [&](Timestamp t) {
    if (!clock.relative()) out.put('"');
    clock.put(out, t);
    if (!clock.relative()) out.put('"');
  };
  out.put(fmt::format("{{\"messages\":{},\"bytes\":{},\"frames\":{},\"by_type\":{{", c.total.messages,
                      c.total.bytes, read.counters.frames));
  int version = -1;
  c.each_type([&](std::uint8_t v, std::uint8_t t, const Count& n) {
    if (v != version)
      out.put(fmt::format("{}\"{}\":{{", version < 0 ? "" : "},", version_name(v)));
    else
      out.put(',');
    version = v;
    out.put(fmt::format("\"{}\":{}", type_name(v, t), n.messages));
  });
  out.put(version < 0 ? "},\"connections\":[" : "}},\"connections\":[");
  bool more = false;
  for (const Counter::Connection& k : c.connections) {
    out.put(fmt::format("{}{{\"connection\":{},\"a\":\"{}\",\"b\":\"{}\",\"datapath_id\":", more ? "," : "",
                        k.id, endpoint_text(k.a), endpoint_text(k.b)));
    out.put(k.datapath != nullptr && k.datapath->id ? fmt::format("\"{}\"", datapath_text(*k.datapath))
                                                    : "null");
    out.put(
        fmt::format(",\"messages\":{},\"messages_from_a\":{},\"messages_from_b\":{},\"bytes\":{},"
                    "\"skipped_bytes\":{},\"missing_bytes\":{}}}",
                    k.sent[0].messages + k.sent[1].messages, k.sent[0].messages, k.sent[1].messages,
                    k.sent[0].bytes + k.sent[1].bytes, k.skipped, k.missing));
    more = true;
  }
  out.put("],\"datapaths\":[");
  more = false;
  for (const auto& [index, d] : c.datapaths()) {
    Count n;
    std::uint64_t connections = 0;
    for (const Counter::Connection& k : c.connections) {
      if (k.datapath != d) continue;
      ++connections;
      for (const Count& sent : k.sent) {
        n.messages += sent.messages;
        n.bytes += sent.bytes;
      }
    }
    out.put(more ? ",{\"datapath_id\":" : "{\"datapath_id\":");
    out.put(d->id ? fmt::format("\"{}\"", datapath_text(*d)) : "null");
    out.put(
        fmt::format(",\"connections\":{},\"messages\":{},\"bytes\":{}}}", connections, n.messages, n.bytes));
    more = true;
  }
  out.put("],\"controllers\":[");
  more = false;
  for (const auto& [name, k] : c.controllers()) {
    out.put(fmt::format("{}{{\"controller\":\"{}\",\"connections\":{},\"messages\":{},\"datapath_ids\":[",
                        more ? "," : "", name, k.connections, k.messages));
    more = true;
    bool separate = false;
    for (const auto& [index, d] : k.datapaths) {
      if (!d->id) continue;
      out.put(fmt::format("{}\"{}\"", separate ? "," : "", datapath_text(*d)));
      separate = true;
    }
    out.put("]}");
  }
  out.put(']');
  if (latencies != nullptr) {
    out.put(",\"latency\":{\"all\":");
    put_latencies_json(out, latencies->all());
    out.put(",\"datapaths\":[");
    more = false;
    for (const auto& [index, kinds] : latencies->by_datapath()) {
      const Datapath& d = *c.datapaths().at(index);
      out.put(more ? ",{\"datapath_id\":" : "{\"datapath_id\":");
      more = true;
      out.put(d.id ? fmt::format("\"{}\"", datapath_text(d)) : "null");
      out.put(",\"kinds\":");
      put_latencies_json(out, kinds);
      out.put('}');
    }
    out.put("]}");
  }
  out.put(",\"problems\":{");
  more = false;
  for (const auto& [code, n] : c.problems) {
    out.put(fmt::format("{}\"{}\":{}", more ? "," : "", code, n));
    more = true;
  }
  out.put(fmt::format("}},\"skipped_bytes\":{},\"missing_bytes\":{},\"losses\":[",
                      read.counters.skipped_bytes, read.counters.missing_bytes));
  more = false;
  for (const Counter::Loss& l : c.losses) {
    out.put(fmt::format(
        "{}{{\"connection\":{},\"src\":\"{}\",\"dst\":\"{}\",\"kind\":\"{}\",\"offset\":{},\"bytes\":{},"
        "\"frame\":{},\"time\":",
        more ? "," : "", l.connection, endpoint_text(l.source), endpoint_text(l.destination),
        l.kind == ChannelLoss::Kind::missing ? "missing" : "skipped", l.offset, l.bytes, l.number));
    time(l.time);
    out.put(",\"since\":");
    time(l.since);
    out.put('}');
    more = true;
  }
  out.put("],\"streams\":{");
  more = false;
  for (const auto& [name, n] : stream_counters(read)) {
    out.put(fmt::format("{}\"{}\":{}", more ? "," : "", name, n));
    more = true;
  }
  out.put("},\"tls_connections\":[");
  more = false;
  for (const TlsConnection& t : c.tls) {
    out.put(fmt::format("{}{{\"a\":\"{}\",\"b\":\"{}\",\"version\":\"{}\",\"server_name\":", more ? "," : "",
                        endpoint_text(t.a), endpoint_text(t.b), tls_version_text(t.version)));
    out.put_json(t.server_name);
    out.put(fmt::format(",\"frame\":{},\"time\":", t.number));
    time(t.time);
    out.put('}');
    more = true;
  }
  out.put("],\"first\":");
  if (c.total.messages != 0) {
    time(c.first());
    out.put(",\"last\":");
    time(c.last());
    const double s = c.seconds();
    out.put(fmt::format(",\"seconds\":{:.9f},\"messages_per_second\":{:.1f}", s,
                        s > 0 ? static_cast<double>(c.total.messages) / s : 0.0));
  } else {
    out.put("null,\"last\":null,\"seconds\":0,\"messages_per_second\":0");
  }
  out.put("}\n");
}

int run(Options& options) {
  if (const int status = options.filter.compile(); status != done) return status;
  Clock clock;
  Counter counter(options.filter, clock);
  LatencyStats latencies;
  ExchangeTracker tracker(latencies);
  const bool wanted = options.latency || options.histogram;
  Sessions sessions = wanted ? Sessions({&counter, &tracker}) : Sessions({&counter});
  const ReadResult read = read_capture(options.input, clock, sessions);
  if (read.status == wrong_usage) return read.status;  // nothing was read
  tracker.finish();
  if (options.form == "json")
    print_json(counter, read, clock, wanted ? &latencies : nullptr);
  else
    print_text(counter, read, clock, wanted ? &latencies : nullptr, options.histogram);
  if (tracker.cut_short() != 0)
    note(fmt::format("{} exchanges were given up early, because too many waited for answers",
                     tracker.cut_short()));
  return read.status;
}

}  // namespace

void add_stats(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* sub =
      app.add_subcommand("stats", "Counts by type, connection and datapath; problems; lost bytes");
  add_input_options(*sub, options->input);
  options->filter.add_option(*sub, "messages that match count");
  sub->add_option("-T", options->form, "form: text or json (one object)")
      ->type_name("FORM")
      ->check(CLI::IsMember({"text", "json"}));
  sub->add_flag("--latency", options->latency,
                "also how long answers took, by kind and datapath, and how many never came");
  sub->add_flag("--histogram", options->histogram, "the same with a histogram of each kind");
  sub->footer(
      "Every message is decoded in full.\n\n"
      "Examples:\n"
      "  oflens stats trace.pcap\n"
      "  oflens stats --latency trace.pcap            several times slower: joins requests and answers\n"
      "  oflens stats -T json trace.pcap | jq .by_type");
  sub->callback([options, &status] { status = run(*options); });
}

}  // namespace oflens::cli
