#include "input.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "summary.hpp"

namespace oflens::cli {
namespace {

// "  42 %  310 MB/s  3 s left", redrawn a few times a second, and only once the work has taken a while.
class Progress {
 public:
  Progress() : shown_(isatty(STDERR_FILENO) != 0) {}
  ~Progress() { clear(); }

  void update(std::uint64_t bytes, std::uint64_t size) {
    if (!shown_ || ++calls_ % 4096 != 0) return;
    const auto now = Clock::now();
    if (now - started_ < std::chrono::seconds(1) || now - drawn_ < std::chrono::milliseconds(200)) return;
    drawn_ = now;
    const double seconds = std::chrono::duration<double>(now - started_).count();
    const double rate = static_cast<double>(bytes) / seconds;
    std::string line = fmt::format("\r{:.0f} MB  {:.0f} MB/s", static_cast<double>(bytes) / 1e6, rate / 1e6);
    if (size > bytes && rate > 0)
      line = fmt::format("\r{:3.0f} %  {:.0f} MB/s  {:.0f} s left",
                         100.0 * static_cast<double>(bytes) / static_cast<double>(size), rate / 1e6,
                         static_cast<double>(size - bytes) / rate);
    std::fputs((line + "\33[K").c_str(), stderr);
    visible_ = true;
  }
  void clear() {
    if (visible_) std::fputs("\r\33[K", stderr);
    visible_ = false;
  }

 private:
  using Clock = std::chrono::steady_clock;
  bool shown_, visible_ = false;
  std::uint64_t calls_ = 0;
  Clock::time_point started_ = Clock::now(), drawn_{};
};

// The files as one.
class FileSource {
 public:
  explicit FileSource(const std::vector<std::string>& files) : capture_(MergedCapture::open(files)) {}
  bool next(CapturedFrame& frame) {
    progress_.update(capture_.bytes_read(), capture_.size());
    return capture_.next(frame);
  }
  TimeResolution resolution() const { return capture_.resolution(); }
  // Says what could not be read; an exit status.
  int finish() {
    progress_.clear();
    for (const std::string& error : capture_.errors()) note(error);
    return capture_.errors().empty() ? done : unreadable;
  }

 private:
  MergedCapture capture_;
  Progress progress_;
};

// An interface, until somebody interrupts.
class LiveSource {
 public:
  explicit LiveSource(const LiveOptions& options) : capture_(LiveCapture::open(options)) {
    interrupted_ = &capture_;
    struct sigaction action {};
    action.sa_handler = [](int) {
      if (interrupted_ != nullptr) interrupted_->stop();
    };
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    if (capture_.error().empty()) note("capturing on " + options.interface + "; end with Ctrl-C");
  }
  LiveSource(const LiveSource&) = delete;
  LiveSource& operator=(const LiveSource&) = delete;
  // Signals stay caught: a second one would come in the way of the results.
  ~LiveSource() { interrupted_ = nullptr; }
  bool next(CapturedFrame& frame) { return capture_.next(frame); }
  TimeResolution resolution() const { return capture_.resolution(); }
  int finish() {
    if (!capture_.error().empty()) note(capture_.error());
    if (const std::uint64_t n = capture_.dropped(); n != 0)
      note(fmt::format("{} packets came too fast and were not captured", n));
    return capture_.bad_filter() ? wrong_usage : capture_.error().empty() ? done : unreadable;
  }

 private:
  static inline LiveCapture* volatile interrupted_ = nullptr;
  LiveCapture capture_;
};

template <class Source>
ReadResult read_from(Source source, const InputOptions& options, Clock& clock, Sessions& sessions,
                     const bool* stop, const std::function<void(const CapturedFrame&)>& each,
                     Continuation* continuation) {
  ReadResult result;
  ReadingPoint point;
  ChannelReader reader(Catalog::standard(), {.ports = options.ports});
  if (continuation != nullptr) result.status = continuation->begin(point, reader);
  result.begun = result.status == done;
  if (!result.begun) return result;
  const std::uint64_t frames_before = point.frames;
  const auto start = [&](Timestamp first) {
    clock.start(options, point.resolution);
    clock.first(first);
  };
  if (frames_before != 0) start(point.first);
  CapturedFrame frame;
  while ((stop == nullptr || !*stop) && source.next(frame)) {
    frame.number += frames_before;
    if (point.frames == frames_before) {
      point.resolution = std::max(point.resolution, source.resolution());
      if (frames_before == 0) point.first = frame.time;
      start(point.first);
    }
    ++point.frames;
    point.latest = frame.time;
    point.last = std::max(point.last, frame.time);
    point.bytes += frame.bytes.size();
    if (each) each(frame);
    reader.push(frame, sessions);
  }
  int saved = done;
  if (continuation != nullptr) saved = continuation->end(point, reader);
  if (stop == nullptr || !*stop) reader.finish(sessions);
  result.first = point.first;
  result.last = point.last;
  result.bytes = point.bytes;
  result.counters = reader.counters();
  result.reassembly = reader.reassembly();
  result.fragments = reader.fragments();
  result.status = std::max(source.finish(), saved);
  return result;
}

}  // namespace

void add_input_options(CLI::App& app, InputOptions& options) {
  CLI::Option* files =
      app.add_option("FILE,-r,--read", options.files,
                     "capture to read: pcap or pcapng, - for standard input; several are one")
          ->type_name("FILE");
  CLI::Option* interface = app.add_option("-i,--interface", options.live.interface,
                                          "capture on this interface instead; any: on all")
                               ->type_name("IFACE")
                               ->excludes(files);
  app.add_option("-f", options.live.filter, "with -i: only packets that pass this filter (pcap-filter(7))")
      ->type_name("FILTER")
      ->needs(interface);
  app.add_option("-w", options.live.save, "with -i: write what is captured to a pcap file, too")
      ->type_name("FILE")
      ->needs(interface);
  app.parse_complete_callback([&app, &options, files, interface] {
    if (files->empty() && interface->empty() && options.state.empty() && app.get_help_ptr()->empty())
      throw CLI::RequiredError("FILE");
  });
  app.add_option("--port", options.ports, "only TCP connections with this port at one end (may be repeated)")
      ->type_name("N")
      ->allow_extra_args(false);
  app.add_flag("--relative", options.relative, "times in seconds since the first packet");
}

void add_count_option(CLI::App& app, std::uint64_t& count, const std::string& what) {
  app.add_option("-c", count, "stop after so many " + what)
      ->type_name("N")
      ->check([](const std::string& text) {
        const bool digits =
            !text.empty() && text.size() < 20 && text.find_first_not_of("0123456789") == std::string::npos;
        const bool good = digits && text.find_first_not_of('0') != std::string::npos;
        return good ? "" : "'" + text + "' is no number of at least 1";
      });
}

ReadResult read_capture(const InputOptions& options, Clock& clock, Sessions& sessions, const bool* stop,
                        const std::function<void(const CapturedFrame&)>& each, Continuation* continuation) {
  if (options.is_live())
    return read_from<LiveSource>(LiveSource(options.live), options, clock, sessions, stop, each,
                                 continuation);
  return read_from<FileSource>(FileSource(options.files), options, clock, sessions, stop, each, continuation);
}

void note_loss(const ChannelLoss& loss) {
  TextBuffer text;
  const bool from_a = loss.from == Side::a;
  text.put("connection ");
  text.put_decimal(loss.channel.id);
  text.put(", ");
  put_endpoint(text, from_a ? loss.channel.a : loss.channel.b);
  text.put(" > ");
  put_endpoint(text, from_a ? loss.channel.b : loss.channel.a);
  text.put(": ");
  text.put_decimal(loss.bytes);
  text.put(loss.bytes == 1 ? " byte" : " bytes");
  text.put(" from offset ");
  text.put_decimal(loss.offset);
  text.put(loss.kind == ChannelLoss::Kind::missing ? " are not in the capture"
                                                   : " are part of no whole message");
  text.put(" (noticed at frame ");
  text.put_decimal(loss.number);
  text.put(")");
  note(text.view());
}

std::string tls_version_text(std::uint16_t version) {
  return version == 0x0300 ? "SSL 3.0" : fmt::format("TLS 1.{}", static_cast<int>(version & 0xff) - 1);
}

void note_tls(const TlsConnection& tls) {
  TextBuffer text;
  put_endpoint(text, tls.a);
  text.put(" > ");
  put_endpoint(text, tls.b);
  text.put(": ");
  text.put(tls_version_text(tls.version));
  if (!tls.server_name.empty()) {
    text.put(" to ");
    text.put(tls.server_name);
  }
  text.put(", encrypted: what it says is not shown (frame ");
  text.put_decimal(tls.number);
  text.put(")");
  note(text.view());
}

std::string why_unreadable(const std::string& file) {
  struct stat info {};
  if (stat(file.c_str(), &info) != 0) return std::strerror(errno);
  if (S_ISDIR(info.st_mode)) return "is a directory";
  if (access(file.c_str(), R_OK) != 0) return std::strerror(errno);
  return {};
}

}  // namespace oflens::cli
