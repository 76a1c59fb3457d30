// oflens decode: messages, one by one.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>

#include <oflens/session/port_names.hpp>

#include "commands.hpp"
#include "filter.hpp"
#include "form.hpp"
#include "workers.hpp"

namespace oflens::cli {
namespace {

struct Options {
  InputOptions input;
  MessageFilter filter;
  Columns columns;
  bool tree = false, bytes = false, from_hex = false, names = false;
  std::string form = "text";
  std::uint64_t count = 0;  // 0: all
};

Form form_of(const Options& options) {
  return options.tree               ? Form::tree
         : options.form == "json"   ? Form::json
         : options.form == "ndjson" ? Form::ndjson
         : options.form == "pdml"   ? Form::pdml
         : options.form == "fields" ? Form::fields
         : options.form == "ovs"    ? Form::ovs
         : options.form == "hex"    ? Form::hex
                                    : Form::text;
}

// Messages on their way to text, which is made for many at a time.
struct Batch {
  struct Entry {
    Piece piece;         // its bytes are those at
    std::size_t offset;  // of the batch's
    const PortNamer* names;
  };
  std::vector<std::byte> bytes;
  std::vector<Entry> entries;
};

// Writes each message in the form that was asked for.
class Writer {
 public:
  Writer(const Options& options, const Clock& clock)
      : output_(options.input.is_live()),
        // What names are known changes from message to message.
        at_once_(output_.at_once() || options.names),
        count_(options.count),
        formatters_(formatters(options, clock, output_.colour(), at_once_)),
        workers_(
            static_cast<unsigned>(formatters_.size() - 1),
            [this](unsigned worker, Batch& batch, TextBuffer& out) { put(formatters_[worker], batch, out); },
            [this](std::string_view text) { output_.write(text); }) {
    formatters_.front().begin(output_.text());
  }

  // cut: the capture does not have all of it.
  void message(const Place* place, Bytes bytes, bool cut = false) {
    add({.place = place != nullptr ? std::optional(*place) : std::nullopt, .bytes = bytes, .cut = cut});
  }
  // A line of input that holds no bytes at all still gets its record.
  void unreadable(std::size_t offset, std::string_view why) {
    add({.bytes = std::as_bytes(std::span(why)), .unreadable_at = offset});
  }
  void finish() {
    workers_.submit();
    workers_.finish();
    formatters_.front().finish(output_.text(), written_ != 0);
    output_.flush();
  }

  const bool& full() const { return full_; }
  void name_ports(const PortNamer* names) { names_ = names; }

 private:
  static std::vector<Formatter> formatters(const Options& options, const Clock& clock, bool colour,
                                           bool at_once) {
    const Form form = form_of(options);
    // A document has one author.
    const bool alone = at_once || form == Form::pdml;
    // To read takes a fifth to a tenth of what it takes to write.
    std::vector<Formatter> all;
    for (unsigned n = alone ? 1 : threads_to_use(); n != 0; --n)
      all.emplace_back(Formatter::Settings{form, options.bytes, options.columns, clock, Colours(colour)});
    return all;
  }

  void add(Piece piece) {
    if (full_) return;
    Batch& batch = workers_.batch();
    piece.first = written_++ == 0;
    batch.entries.push_back({piece, batch.bytes.size(), names_});
    batch.bytes.insert(batch.bytes.end(), piece.bytes.begin(), piece.bytes.end());
    full_ = count_ != 0 && written_ == count_;
    constexpr std::size_t enough_bytes = 32 * 1024, enough_entries = 256;
    if (at_once_ || batch.bytes.size() >= enough_bytes || batch.entries.size() == enough_entries)
      workers_.submit();
  }
  static void put(Formatter& formatter, Batch& batch, TextBuffer& out) {
    for (Batch::Entry& e : batch.entries) {
      e.piece.bytes = Bytes(batch.bytes).subspan(e.offset, e.piece.bytes.size());
      out.name_ports(e.names);
      formatter.put(out, e.piece);
    }
    batch.entries.clear();
    batch.bytes.clear();
  }

  Output output_;
  bool at_once_, full_ = false;
  std::uint64_t count_, written_ = 0;
  const PortNamer* names_ = nullptr;
  std::vector<Formatter> formatters_;  // one a worker
  Workers<Batch> workers_;
};

class Printer final : public SessionSink {
 public:
  // names: null for numbers.
  Printer(Writer& writer, MessageFilter& filter, const Clock& clock, const PortNames* names)
      : writer_(writer), filter_(filter), clock_(clock), names_(names) {}
  void on_message(const SessionMessage& m) override {
    if (!filter_.passes(m, clock_)) return;
    if (names_ != nullptr) writer_.name_ports(names_->of(m.datapath));
    const Place place = place_of(m);
    writer_.message(&place, m.frame().bytes());
  }
  void on_cut(const ChannelCut& cut, Datapath& datapath, bool from_switch) override {
    const Place place = place_of(cut, datapath);
    if (!filter_.passes(place, from_switch, clock_, cut.bytes)) return;
    if (names_ != nullptr) writer_.name_ports(names_->of(datapath));
    writer_.message(&place, cut.bytes, true);
  }
  void on_loss(const ChannelLoss& loss, Datapath&) override {
    if (++losses_ <= most_losses) note_loss(loss);
  }
  void on_tls(const TlsConnection& tls) override {
    if (tls.expected)
      note_tls(tls);
    else if (elsewhere_.size() < most_elsewhere)
      elsewhere_.push_back(tls);
  }
  // When there was nothing else, encrypted connections at any port may be what was looked for.
  void finish(const ReadResult& read) const {
    if (losses_ > most_losses)
      note(fmt::format("{} more places where bytes are missing or skipped; 'oflens stats' lists them all",
                       losses_ - most_losses));
    if (read.counters.channels != 0) return;
    for (const TlsConnection& tls : elsewhere_) note_tls(tls);
  }

 private:
  static constexpr std::size_t most_elsewhere = 16, most_losses = 20;
  Writer& writer_;
  MessageFilter& filter_;
  const Clock& clock_;
  const PortNames* names_;
  std::vector<TlsConnection> elsewhere_;
  std::size_t losses_ = 0;
};

// ---- --hex

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The bytes of a line: hexadecimal digits, with spaces, colons or "0x" between or before them as they please.
// False: at which character, and what is wrong there.
bool read_hex(std::string_view line, std::vector<std::byte>& out, std::size_t& at, std::string& why) {
  out.clear();
  int high = -1;
  for (at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (c == '#') break;
    if (c == ' ' || c == '\t' || c == ':' || c == '\r') continue;
    if (c == '0' && high < 0 && at + 1 < line.size() && (line[at + 1] == 'x' || line[at + 1] == 'X')) {
      ++at;
      continue;
    }
    const int d = digit(c);
    if (d < 0) {
      why = fmt::format("'{}' is no hexadecimal digit", c >= ' ' && c < 0x7f ? std::string(1, c) : "?");
      return false;
    }
    if (high >= 0) out.push_back(static_cast<std::byte>(high << 4 | d));
    high = high < 0 ? d : -1;
  }
  if (high >= 0) why = "an odd number of hexadecimal digits";
  return high < 0;
}

bool says_nothing(std::string_view line) {
  const std::size_t at = line.find_first_not_of(" \t\r");
  return at == std::string_view::npos || line[at] == '#';
}

int decode_hex(std::istream& in, const std::string& name, MessageFilter& filter, Writer& writer) {
  int status = done;
  std::string line, why;
  std::vector<std::byte> bytes;
  std::size_t number = 0, at = 0;
  while (!writer.full() && std::getline(in, line)) {
    ++number;
    if (says_nothing(line)) continue;
    if (read_hex(line, bytes, at, why)) {
      if (filter.passes(bytes)) writer.message(nullptr, bytes);
    } else {
      note(fmt::format("{}:{}:{}: {}", name, number, at + 1, why));
      writer.unreadable(at, why);
      status = unreadable;
    }
  }
  if (in.bad()) {
    note(fmt::format("{}: cannot be read after line {}", name, number));
    status = unreadable;
  }
  return status;
}

int decode_hex_files(const std::vector<std::string>& files, MessageFilter& filter, Writer& writer) {
  int status = done;
  for (const std::string& file : files) {
    if (file == "-") {
      std::ios::sync_with_stdio(false);
      status = std::max(status, decode_hex(std::cin, "standard input", filter, writer));
      continue;
    }
    if (const std::string error = why_unreadable(file); !error.empty()) {
      note(file + ": " + error);
      status = unreadable;
      continue;
    }
    std::ifstream in(file, std::ios::binary);
    status = std::max(status, decode_hex(in, file, filter, writer));
  }
  return status;
}

int run(Options& options) {
  if (const int status = options.filter.compile(); status != done) return status;
  if (const int status = options.columns.compile(options.form == "fields"); status != done) return status;
  Clock clock;
  Writer writer(options, clock);
  int status = done;
  if (options.from_hex) {
    status = decode_hex_files(options.input.files, options.filter, writer);
  } else {
    PortNames names;
    Printer printer(writer, options.filter, clock, options.names ? &names : nullptr);
    Sessions sessions = options.names ? Sessions({&names, &printer}) : Sessions({&printer});
    const ReadResult read = read_capture(options.input, clock, sessions, &writer.full());
    printer.finish(read);
    status = read.status;
  }
  writer.finish();
  return status;
}

}  // namespace

void add_decode(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* sub = app.add_subcommand("decode", "Messages, one by one");
  add_input_options(*sub, options->input);
  sub->add_flag("-V", options->tree, "the whole tree of fields, with the offset of each");
  sub->add_flag("-x", options->bytes,
                "the bytes, with the fields that begin among them; with -V beside the fields");
  sub->add_option("-T", options->form,
                  "form: text, json, ndjson (a record a line), pdml (Wireshark's XML), fields (columns "
                  "chosen with -e), ovs (as ovs-ofctl ofp-print) or hex")
      ->type_name("FORM")
      ->check(CLI::IsMember({"text", "json", "ndjson", "pdml", "fields", "ovs", "hex"}));
  options->columns.add_options(*sub);
  options->filter.add_option(*sub, "messages that match");
  sub->add_flag("--names", options->names, "ports by their names, where the capture told them; not in JSON");
  add_count_option(*sub, options->count, "messages");
  sub->add_flag("--hex", options->from_hex,
                "FILE holds messages in hexadecimal, one a line, instead of packets");
  sub->footer(
      "Examples:\n"
      "  oflens decode trace.pcap                     one line a message\n"
      "  oflens decode -V -c 1 trace.pcap             the first message in full\n"
      "  oflens decode -T ndjson trace.pcap | jq 'select(.type == \"flow_mod\").body.match'\n"
      "  oflens decode -Y 'packet_in && arp' -T fields -e time -e arp.spa -e arp.tpa trace.pcap\n"
      "  echo 0400000800000001 | oflens decode --hex -");
  sub->callback([options, &status] { status = run(*options); });
}

}  // namespace oflens::cli
