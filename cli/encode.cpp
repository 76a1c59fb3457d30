// oflens encode: messages from what people and programs write.
#include <fmt/format.h>

#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <optional>

#include <oflens/flow/flow_syntax.hpp>
#include <oflens/frame.hpp>
#include <oflens/message/from_json.hpp>
#include <oflens/network/capture_writer.hpp>

#include "commands.hpp"
#include "moment.hpp"
#include "records.hpp"

namespace oflens::cli {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string form = "hex", capture;
  // Flow syntax instead of records.
  std::string version = "1.3", command = "add";
  std::vector<std::string> flows, flow_files;
};

// Where and when a message was; what is not told is made up.
struct Place {
  std::optional<Timestamp> time;
  std::optional<Endpoint> from, to;
  std::uint64_t connection = 0;
  int digits = 6;  // of the time
};

// ---- where messages go

constexpr Endpoint loopback(std::uint16_t port) {
  return {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1}, port};
}

// Is it said by switches, and not by controllers? Of what both say: by neither.
bool is_of_switch(Bytes message) {
  if (message.size() < Header::size) return false;
  const char* name =
      message_name(static_cast<Version>(message[0]), std::to_integer<std::uint8_t>(message[1]));
  if (name == nullptr) return false;
  const std::string_view s = name;
  return s.ends_with("_reply") || s == "packet_in" || s == "flow_removed" || s == "error" ||
         s.ends_with("_status") || s == "requestforward";
}

// Takes the messages in order and writes them in the form that was asked for.
class Writer {
 public:
  explicit Writer(const Options& options) : binary_(options.form == "bin"), file_(options.capture) {}

  // False when nothing more can be written.
  bool message(Bytes bytes, const Place& place = {}) {
    if (!file_.empty()) return packet(bytes, place);
    TextBuffer& out = output_.text();
    if (binary_) {
      out.put(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    } else {
      out.put_bytes(bytes);
      out.put('\n');
    }
    output_.piece_done();
    return true;
  }

  int finish() {
    output_.flush();
    if (file_.empty()) return done;
    if (failed_ || (capture_ == nullptr && !open(6))) return unreadable;
    if (const std::string why = capture_->close(); !why.empty()) {
      note(file_ + ": " + why);
      return unreadable;
    }
    return done;
  }

 private:
  bool open(int digits) {
    std::string why;
    capture_ = CaptureWriter::open(file_, digits, why);
    failed_ = capture_ == nullptr;
    if (failed_) note(file_ + ": " + why);
    return !failed_;
  }

  bool packet(Bytes bytes, const Place& place) {
    if (capture_ == nullptr && !open(place.digits)) return false;
    time_ = place.time.value_or(time_ + std::chrono::milliseconds(1));
    const Endpoint controller = loopback(6653),
                   switch_ = loopback(static_cast<std::uint16_t>(49152 + place.connection % 16384));
    const bool of_switch = is_of_switch(bytes);
    capture_->write(time_, place.from.value_or(of_switch ? switch_ : controller),
                    place.to.value_or(of_switch ? controller : switch_), bytes);
    return true;
  }

  Output output_;
  bool binary_, failed_ = false;
  std::string file_;
  std::unique_ptr<CaptureWriter> capture_;
  Timestamp time_{};
};

// ---- what a record says of its capture

// "127.0.0.1:6653", "[::1]:6653".
std::optional<Endpoint> endpoint_in(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return std::nullopt;
  std::string address(text.substr(0, colon));
  const bool ipv6 = address.starts_with('[') && address.ends_with(']');
  if (ipv6) address = address.substr(1, address.size() - 2);
  Endpoint e = loopback(0);
  if (inet_pton(ipv6 ? AF_INET6 : AF_INET, address.c_str(), e.address.data() + (ipv6 ? 0 : 12)) != 1)
    return std::nullopt;
  const auto [end, error] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), e.port);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return e;
}

Place place_of(const RecordReader& reader) {
  Place place;
  place.time = time_in(reader.text("time"), place.digits);
  place.from = endpoint_in(reader.text("src"));
  place.to = endpoint_in(reader.text("dst"));
  place.connection = reader.number("connection");
  return place;
}

// ---- records

// Encodes the records in a file. One that is wrong is told, and the others are encoded.
int encode_records(std::FILE* in, const std::string& name, RecordReader& reader, Writer& writer) {
  int status = done;
  bool full = false;
  std::vector<std::byte> message;
  const auto complain = [&](std::uint64_t line, std::string_view why) {
    note(fmt::format("{}:{}: {}", name, line, why));
    status = unreadable;
  };
  RecordSplitter splitter(
      [&](std::string_view record, std::uint64_t line) {
        if (full) return;
        if (const auto error = reader.read(record, message))
          complain(line, error->text());
        else
          full = !writer.message(message, place_of(reader));
      },
      complain);
  char text[64 * 1024];
  std::size_t n = 0;
  while (!full && (n = std::fread(text, 1, sizeof text, in)) != 0) splitter.push({text, n});
  splitter.finish();
  if (std::ferror(in) != 0) {
    note(fmt::format("{}: {}", name, std::strerror(errno)));
    status = unreadable;
  }
  return full ? unreadable : status;
}

int encode_files(const std::vector<std::string>& files, Writer& writer) {
  int status = done;
  RecordReader reader(Catalog::standard());
  for (const std::string& file : files) {
    if (file == "-") {
      status = std::max(status, encode_records(stdin, "standard input", reader, writer));
      continue;
    }
    const std::string error = why_unreadable(file);
    std::FILE* in = error.empty() ? std::fopen(file.c_str(), "rb") : nullptr;
    if (in == nullptr) {
      note(file + ": " + (error.empty() ? std::strerror(errno) : error));
      status = unreadable;
      continue;
    }
    status = std::max(status, encode_records(in, file, reader, writer));
    std::fclose(in);
  }
  return status;
}

// ---- flow syntax

class FlowEncoder {
 public:
  FlowEncoder(const Options& options, Writer& writer) : writer_(writer) {
    syntax_.version = options.version == "1.0" ? Version::v10 : Version::v13;
    read_flow_command(options.command, syntax_.command);
  }

  // False when nothing more can be written.
  bool flow(std::string_view text, const std::string& where) {
    SyntaxError error;
    if (!read_flow(text, syntax_, Xid{++xid_}, message_, error)) {
      complain_of(where, text, error);
      status_ = wrong_usage;
      return true;
    }
    return writer_.message(message_);
  }
  // One flow a line, perhaps with a command in front; blank lines and comments are skipped.
  bool file(const std::string& name) {
    syntax_.command_in_text = true;
    const std::string error = name == "-" ? "" : why_unreadable(name);
    std::FILE* in = name == "-" ? stdin : error.empty() ? std::fopen(name.c_str(), "rb") : nullptr;
    if (in == nullptr) {
      note(name + ": " + (error.empty() ? std::strerror(errno) : error));
      status_ = std::max<int>(status_, unreadable);
      return true;
    }
    char* line = nullptr;
    std::size_t room = 0;
    bool more = true;
    for (std::uint64_t number = 1; more; ++number) {
      const ssize_t n = getline(&line, &room, in);
      if (n < 0) break;
      std::string_view text(line, static_cast<std::size_t>(n));
      text = text.substr(0, text.find('#'));
      const std::size_t last = text.find_last_not_of(" \t\r\n");
      if (last == text.npos) continue;
      more = flow(text.substr(0, last + 1), fmt::format("{}:{}", name, number));
    }
    std::free(line);
    if (in != stdin) std::fclose(in);
    return more;
  }
  int status() const { return status_; }

 private:
  Writer& writer_;
  FlowSyntax syntax_;
  std::uint32_t xid_ = 0;
  std::vector<std::byte> message_;
  int status_ = done;
};

int encode_flows(const Options& options, Writer& writer) {
  FlowEncoder encoder(options, writer);
  bool more = true;
  for (const std::string& text : options.flows) more = more && encoder.flow(text, "--flow");
  for (const std::string& file : options.flow_files) more = more && encoder.file(file);
  return more ? encoder.status() : unreadable;
}

int run(const Options& options) {
  Writer writer(options);
  const bool flows = !options.flows.empty() || !options.flow_files.empty();
  const int status = flows ? encode_flows(options, writer) : encode_files(options.files, writer);
  return std::max(status, writer.finish());
}

}  // namespace

void add_encode(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* sub =
      app.add_subcommand("encode", "Messages from JSON records, or from flows as ovs-ofctl reads them");
  sub->add_option("FILE", options->files,
                  "records as `decode -T ndjson` or `-T json` writes them, - for standard input")
      ->type_name("FILE")
      ->default_val(std::vector<std::string>{"-"});
  sub->add_option("-o", options->form, "form: hex (a message a line) or bin (one message after the other)")
      ->type_name("FORM")
      ->check(CLI::IsMember({"hex", "bin"}));
  sub->add_option("-w", options->capture, "write a capture (pcap) to FILE instead, of TCP connections")
      ->type_name("FILE");
  sub->add_option("--flow", options->flows, "the flow_mod for a flow in ovs-ofctl's syntax; repeatable")
      ->type_name("TEXT")
      ->allow_extra_args(false);
  sub->add_option("--flows", options->flow_files,
                  "the same for the lines of a file, which may begin with a command")
      ->type_name("FILE")
      ->allow_extra_args(false);
  sub->add_option("-O", options->version, "of flows: the version, 1.0 or 1.3")
      ->type_name("VERSION")
      ->check(CLI::IsMember({"1.0", "1.3"}));
  sub->add_option("--command", options->command, "of flows: what the flow_mod does")
      ->type_name("COMMAND")
      ->check(CLI::IsMember({"add", "modify", "modify_strict", "delete", "delete_strict"}));
  sub->footer(
      "A record that is wrong is told on standard error, by file, line and the way into the record; the\n"
      "others are encoded, and the exit status is 1. A flow that is wrong is shown with a mark under the "
      "part\n"
      "that is, and the exit status is 2.\n\n"
      "Examples:\n"
      "  oflens decode -T ndjson trace.pcap | oflens encode                  the messages in hexadecimal\n"
      "  oflens encode -O 1.0 --flow 'tcp,tp_dst=80,actions=mod_tp_dst:25,normal'\n"
      "  oflens decode -T ndjson a.pcap | jq -c '.body.table_id=9' | oflens encode -w b.pcap\n"
      "  echo '{\"version\":\"1.3\",\"type\":\"echo_request\",\"body\":{\"data\":\"01ff\"}}' | oflens "
      "encode");
  sub->callback([options, &status] { status = run(*options); });
}

}  // namespace oflens::cli
