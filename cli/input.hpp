// The captures a subcommand reads, and what all subcommands have in common in reading them.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include <oflens/network/live_capture.hpp>
#include <oflens/session/saved_state.hpp>

#include "output.hpp"

namespace oflens::cli {

// Exit statuses, as documented.
enum : int { done = 0, unreadable = 1, wrong_usage = 2, answer_is_no = 3 };

// FILE..., -r FILE; or -i INTERFACE, -f FILTER, -w FILE; --port N, --relative.
struct InputOptions {
  std::vector<std::string> files;
  LiveOptions live;
  std::vector<std::uint16_t> ports;
  bool relative = false;
  std::string state, save;  // files: where to go on from, and where to go on later; see state_file.hpp

  bool is_live() const { return !live.interface.empty(); }
};
void add_input_options(CLI::App&, InputOptions&);
// -c N: stop after so many of `what`.
void add_count_option(CLI::App&, std::uint64_t& count, const std::string& what);

// How times of a capture are written.
class Clock {
 public:
  void start(const InputOptions& options, TimeResolution resolution) {
    relative_ = options.relative;
    digits_ = resolution == TimeResolution::nanoseconds ? 9 : 6;
  }
  // The first frame's time counts for --relative.
  void first(Timestamp t) {
    if (!started_) first_ = t;
    started_ = true;
  }
  void put(TextBuffer& out, Timestamp t) const {
    if (relative_)
      out.put_seconds(t - first_, digits_);
    else
      out.put_time(t, digits_);
  }
  void put(TextBuffer& out, Duration d) const { out.put_seconds(d, digits_); }
  bool relative() const { return relative_; }
  Timestamp first() const { return first_; }

 private:
  bool relative_ = false, started_ = false;
  int digits_ = 6;
  Timestamp first_{};
};

// What reading left to say.
struct ReadResult {
  int status = done;
  ChannelReader::Counters counters;
  ReassemblyCounters reassembly;
  FragmentCounters fragments;
  Timestamp first{}, last{};  // of the captured frames
  std::uint64_t bytes = 0;    // captured
  bool begun = true;          // false: a Continuation stopped it before it began
};

// A reading that goes on where another ended, or that will be gone on with.
class Continuation {
 public:
  // Before the first frame, to restore what was before. An exit status: `done` if all is well.
  virtual int begin(ReadingPoint&, ChannelReader&) = 0;
  // After the last frame, before the reader is told that it was the last.
  virtual int end(const ReadingPoint&, const ChannelReader&) = 0;

 protected:
  ~Continuation() = default;
};

// Reads all files as one capture, in the order of time; shows progress on standard error when that is a
// terminal and it takes long; says there what could not be read. Or captures, until it is interrupted
// (SIGINT, SIGTERM). `stop`, when given, ends the reading early; `each` sees every captured frame first. With
// a continuation, frames, times and counters go on from what was before.
ReadResult read_capture(const InputOptions&, Clock&, Sessions&, const bool* stop = nullptr,
                        const std::function<void(const CapturedFrame&)>& each = {}, Continuation* = nullptr);

// Says on standard error which bytes of which connection did not become messages.
void note_loss(const ChannelLoss&);

// Says on standard error that a connection is encrypted: "TLS 1.3 to controller.example.net".
void note_tls(const TlsConnection&);
// "TLS 1.3".
std::string tls_version_text(std::uint16_t version);

// Why a file cannot be opened for reading, empty when it can: "no such file", "is a directory" ...
std::string why_unreadable(const std::string& file);

}  // namespace oflens::cli
