// oflens trace: a packet through the pipeline of a switch, as it stood at a moment.
#include <fmt/format.h>

#include <unordered_map>

#include <oflens/flow/flow_syntax.hpp>
#include <oflens/flow/packet_message.hpp>
#include <oflens/flow/pipeline.hpp>

#include "commands.hpp"
#include "flow_record.hpp"
#include "tables_at.hpp"
#include "trace_text.hpp"

namespace oflens::cli {
namespace {

struct Options {
  InputOptions input;
  std::uint64_t frame = 0;
  std::string packet, flow, at, datapath, form = "text";
  std::optional<std::uint32_t> in_port;
};

// What is to be traced, and where.
struct Subject {
  const Datapath* datapath = nullptr;  // null: every one
  Timestamp time{};
  std::optional<PacketInMessage> packet_in{};
  std::optional<PacketOutMessage> packet_out{};
  bool buffered = false;  // of the packet_out: the packet is that of an earlier packet_in
  PacketKey key{};
};

PacketKey key_of(Bytes data, std::size_t total_len) { return PacketKey::of(data, data.size() >= total_len); }

// Looks for the packets in one frame's messages; and remembers which packets a switch holds.
class Finder final : public SessionSink {
 public:
  explicit Finder(std::uint64_t frame) : frame_(frame) {}

  void on_message(const SessionMessage& m) override {
    if (m.message.number > frame_) return;
    if (m.from_switch) {
      auto in = packet_in_of(m.frame());
      if (!in) return;
      if (in->buffer_id != BufferId::no_buffer) keep(m.datapath, *in);
      if (m.message.number != frame_) return;
      Subject s{.datapath = &m.datapath, .time = m.message.time};
      s.key = key_of(in->data.bytes(), in->total_len);
      s.key.take(in->fields);
      s.packet_in = std::move(in);
      found.push_back(std::move(s));
    } else if (m.message.number == frame_) {
      auto out = packet_out_of(m.frame());
      if (!out) return;
      Subject s{.datapath = &m.datapath, .time = m.message.time};
      Bytes data = out->data.bytes();
      std::size_t total = data.size();
      if (const PacketInMessage* held = kept(m.datapath, out->buffer_id); data.empty() && held != nullptr) {
        data = held->data.bytes();
        total = held->total_len;
        s.buffered = true;
      }
      s.key = key_of(data, total);
      s.key.set_port(out->in_port);
      s.packet_out = std::move(out);
      found.push_back(std::move(s));
    }
  }

  std::vector<Subject> found;

 private:
  static constexpr std::size_t most_kept = 4096;

  static std::uint64_t id_of(const Datapath& d, BufferId id) {
    return std::uint64_t{d.index} << 32 | static_cast<std::uint32_t>(id);
  }
  void keep(const Datapath& d, const PacketInMessage& in) {
    if (buffers_.size() >= most_kept) buffers_.clear();
    buffers_.insert_or_assign(id_of(d, in.buffer_id), in);
  }
  const PacketInMessage* kept(const Datapath& d, BufferId id) const {
    const auto it = buffers_.find(id_of(d, id));
    return it == buffers_.end() ? nullptr : &it->second;
  }

  std::uint64_t frame_;
  std::unordered_map<std::uint64_t, PacketInMessage> buffers_;
};

// Without what packets have only after a lookup: what they come in with.
PacketKey at_the_entry(const PacketKey& key) {
  PacketKey k = key;
  k.metadata = {};
  k.registers = {};
  k.actset_output = k.conj_id = {};
  return k;
}

class Writer {
 public:
  Writer(const Options& options, const Clock& clock, const TablesAt& at)
      : options_(options), clock_(clock), at_(at), records_(options.form == "json") {}

  void trace(const Subject& s, const TableTracker::Tables& t) {
    const Datapath& d = *t.datapath;
    version_ = d.version.value_or(Version::v13);
    const Pipeline pipeline(t.state, {.at = s.datapath != nullptr ? s.time : at_.time(),
                                      .dialect = version_,
                                      .miss_to_controller = version_ < Version::v13,
                                      .ports = &t.ports});
    if (as_text()) {
      if (written_ != 0) output_.text().put('\n');
      heading(s, t);
    }
    if (s.packet_out) {
      put(s, t, s.key, pipeline.trace(s.key, s.packet_out->actions.bytes(), s.packet_out->version), 0);
    } else {
      const PacketKey first = s.packet_in ? at_the_entry(s.key) : s.key;
      Trace trace = pipeline.trace(first);
      const bool explained = !s.packet_in || explain(*s.packet_in, trace).agrees;
      put(s, t, first, trace, 0);
      // What the switch sent may be changed on the way; from the table that it names on, it is as it was.
      const std::uint8_t table = s.packet_in ? s.packet_in->table_id.value_or(0) : std::uint8_t{0};
      if (!explained && table != 0) {
        if (as_text())
          output_.text().put(
              fmt::format("\nFrom table {} on, with what the message tells beside the packet:\n", table));
        put(s, t, s.key, pipeline.trace(s.key, table), table);
      }
    }
    output_.piece_done();
  }
  void finish() {
    if (!as_text()) records_.finish(output_.text());
    output_.flush();
  }

 private:
  bool as_text() const { return options_.form == "text"; }

  void put(const Subject& s, const TableTracker::Tables& t, const PacketKey& key, const Trace& trace,
           std::uint8_t from_table) {
    TextBuffer& out = output_.text();
    ++written_;
    if (as_text()) {
      put_trace(out, clock_, key, trace, version_);
      if (s.packet_in) why(*s.packet_in, trace);
      return;
    }
    records_.begin(out);
    put_datapath_member(out, *t.datapath);
    if (s.datapath != nullptr) out.put(fmt::format(",\"frame\":{}", options_.frame));
    out.put(fmt::format(",\"from_table\":{},\"from\":\"{}\",", from_table,
                        s.packet_in    ? "packet_in"
                        : s.packet_out ? "packet_out"
                                       : "packet"));
    put_trace_members(out, clock_, key, trace, version_);
    if (s.packet_in) {
      const Explanation e = explain(*s.packet_in, trace);
      TextBuffer said;
      put_said(said, *s.packet_in);
      out.put(",\"packet_in\":{\"says\":");
      out.put_json(said.view());
      out.put(",\"why\":");
      if (e.delivery != nullptr) {
        TextBuffer reason;
        put_why(reason, clock_, *e.delivery);
        out.put_json(reason.view());
      } else {
        out.put("null");
      }
      out.put(e.agrees ? ",\"agrees\":true}" : ",\"agrees\":false}");
    }
    records_.end(out);
  }

  // "# datapath 0x0000000000000001, OpenFlow 1.3, switch 10.0.0.1:36752, after frame 12 (2026-...): a table
  // ..."
  void heading(const Subject& s, const TableTracker::Tables& t) {
    TextBuffer& out = output_.text();
    out.put("# ");
    put_datapath(out, *t.datapath);
    out.put(", tables at ");
    clock_.put(out, at_.time());
    put_doubts(out, t, Entries::flows, {});
    out.put('\n');
    if (s.packet_in) {
      out.put(fmt::format("# packet_in of frame {}: ", options_.frame));
      put_said(out, *s.packet_in);
      part(s.packet_in->data.bytes().size(), s.packet_in->total_len);
      out.put('\n');
    } else if (s.packet_out) {
      out.put(fmt::format("# packet_out of frame {}", options_.frame));
      if (s.buffered)
        out.put(fmt::format(", for the packet of buffer {}",
                            static_cast<std::uint32_t>(s.packet_out->buffer_id)));
      else if (s.packet_out->data.bytes().empty())
        out.put(", for a packet that the capture does not have: its fields are taken to be 0");
      out.put('\n');
    }
  }
  void part(std::size_t have, std::size_t total) {
    if (have < total) output_.text().put(fmt::format("; {} of {} bytes", have, total));
  }

  void why(const PacketInMessage& m, const Trace& trace) {
    TextBuffer& out = output_.text();
    const Explanation e = explain(m, trace);
    if (e.delivery == nullptr) {
      out.put("Why: by these tables it does not come to the controller");
      hint(trace, m);
      out.put('\n');
      return;
    }
    out.put("Why: ");
    put_why(out, clock_, *e.delivery);
    out.put('\n');
    out.put(e.agrees ? "The message agrees: " : "The message says otherwise: ");
    put_said(out, m);
    if (!e.agrees) {
      out.put("; by the tables it were ");
      put_said(out, m, *e.delivery);
    }
    out.put('\n');
  }
  // What was installed lately may have come too late for the packet.
  void hint(const Trace& trace, const PacketInMessage&) {
    const TraceStep* latest = nullptr;
    for (const TraceStep& s : trace.steps)
      if (s.entry && (latest == nullptr || s.entry->origin.time > latest->entry->origin.time)) latest = &s;
    if (latest == nullptr) return;
    output_.text().put("; the latest of the flows it meets is of ");
    put_installed(output_.text(), clock_, *latest->entry);
    output_.text().put(", and may not have been there yet when the packet came");
  }

  const Options& options_;
  const Clock& clock_;
  const TablesAt& at_;
  Version version_ = Version::v13;
  Output output_;
  RecordList records_;
  std::uint64_t written_ = 0;
};

// The packet of --flow: a flow without actions whose fields are all exact. Of a VLAN tag a part may be given.
bool read_key(const std::string& text, PacketKey& key, SyntaxError& error) {
  std::vector<std::byte> message;
  const FlowSyntax deletion{.version = Version::v13, .command = v13::FlowModCommand::delete_};
  if (!read_flow(text, deletion, Xid{}, message, error)) return false;
  const auto frame = Frame::at(message);
  const auto mod = frame ? read_flow_mod(*frame) : std::nullopt;
  if (!mod) return false;
  for (const Oxm field : mod->flow.match.fields()) {
    if (!field.has_mask() || field.oxm_class() == OxmClass::nxm_0) continue;
    error = {text, "a packet has one value for each field: none can have a mask"};
    return false;
  }
  key.take(mod->flow.match);
  return true;
}

std::optional<std::vector<std::byte>> read_hex(const std::string& text) {
  std::vector<std::byte> bytes;
  int high = -1;
  for (const char c : text) {
    if (c == ' ' || c == ':') continue;
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return std::nullopt;
    if (high < 0) {
      high = digit;
    } else {
      bytes.push_back(static_cast<std::byte>(high << 4 | digit));
      high = -1;
    }
  }
  if (high >= 0 || bytes.size() < 14) return std::nullopt;
  return bytes;
}
std::string check_packet(const std::string& text) {
  return read_hex(text) ? "" : "'" + text + "' is no Ethernet frame: hexadecimal, 14 bytes at least";
}

int run(const Options& options) {
  Subject given;
  if (!options.packet.empty()) given.key = PacketKey::of(*read_hex(options.packet), true);
  SyntaxError error;
  if (!options.flow.empty() && !read_key(options.flow, given.key, error)) {
    complain_of("--flow", options.flow, error);
    return wrong_usage;
  }
  if (options.in_port) given.key.set_port(port_of(static_cast<v10::PortNo>(*options.in_port)));
  if (options.frame == 0 && options.packet.empty() && options.flow.empty()) {
    note("one of --frame, --packet and --flow is needed: which packet?");
    note("see 'oflens trace --help'");
    return wrong_usage;
  }

  Clock clock;
  TablesAt tables(options.at.empty() && options.frame != 0 ? fmt::format("frame:{}", options.frame)
                                                           : options.at);
  Finder finder(options.frame);
  const ReadResult read = options.frame != 0 ? read_tables(options.input, clock, {&tables}, {&finder})
                                             : read_tables(options.input, clock, {&tables});
  Writer writer(options, clock, tables);
  if (options.frame != 0 && finder.found.empty())
    note(fmt::format("frame {} has neither a packet_in nor a packet_out", options.frame));
  if (options.frame == 0) finder.found.push_back(given);
  for (const TableTracker::Tables* t : tables.datapaths(options.datapath))
    for (const Subject& s : finder.found)
      if (s.datapath == nullptr || s.datapath == t->datapath) writer.trace(s, *t);
  writer.finish();
  return read.status != done ? read.status : finder.found.empty() ? int{unreadable} : int{done};
}

}  // namespace

void add_trace(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* sub = app.add_subcommand(
      "trace", "A packet's way through a switch: which flows it meets, what they do, why it goes where");
  add_input_options(*sub, options->input);
  CLI::Option* frame =
      sub->add_option("--frame", options->frame,
                      "the packets of the packet_ins and packet_outs in this captured frame, "
                      "with the tables as they were then")
          ->type_name("N")
          ->check(CLI::PositiveNumber.description(""));
  CLI::Option* packet = sub->add_option("--packet", options->packet, "this packet, an Ethernet frame")
                            ->type_name("HEX")
                            ->check(check_packet)
                            ->excludes(frame);
  CLI::Option* flow = sub->add_option("--flow", options->flow,
                                      "a packet of these fields, in ovs-ofctl's syntax; others are 0")
                          ->type_name("FLOW")
                          ->excludes(frame)
                          ->excludes(packet);
  CLI::Option* in_port = sub->add_option("--in-port", options->in_port, "the port by which --packet comes in")
                             ->type_name("N")
                             ->check(CLI::Range(0, 0xffff).description(""))
                             ->excludes(frame)
                             ->excludes(flow);
  packet->needs(in_port);
  add_moment_option(*sub, "--at", options->at, "the tables as they were then");
  add_datapath_option(*sub, options->datapath);
  sub->add_option("-T", options->form, "form: text, json or ndjson (a trace a line)")
      ->type_name("FORM")
      ->check(CLI::IsMember({"text", "json", "ndjson"}));
  sub->footer(
      "Told as 'ovs-appctl ofproto/trace' tells it. What only the switch knows is assumed, and said.\n\n"
      "Examples:\n"
      "  oflens trace --frame 12 trace.pcap\n"
      "  oflens trace --flow in_port=1,tcp,nw_dst=10.0.0.2,tp_dst=80,nw_ttl=64 trace.pcap\n"
      "  oflens trace --packet 0200000000010200000000020806... --in-port 1 --at frame:120 trace.pcap");
  sub->callback([options, &status] { status = run(*options); });
}

}  // namespace oflens::cli
