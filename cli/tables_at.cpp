#include "tables_at.hpp"

#include "state_file.hpp"
#include "workers.hpp"

namespace oflens::cli {
namespace {

// "0x1", "1", "0000000000000001": all hexadecimal, as Open vSwitch writes datapath ids.
std::string check_datapath_id(const std::string& text) {
  const std::string digits = text.rfind("0x", 0) == 0 ? text.substr(2) : text;
  const bool good = !digits.empty() && digits.size() <= 16 &&
                    digits.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  return good ? "" : "'" + text + "' is no datapath id: up to 16 hexadecimal digits";
}

std::string check_moment(const std::string& text) {
  return Moment::read(text) ? ""
                            : "'" + text +
                                  "' is no moment: 2026-11-20T09:36:27.5Z, seconds since the first packet, "
                                  "or frame:N";
}

// Says it when the capture does not have the moment.
void note_missing(const std::string& option, const std::string& at, const Moment& moment,
                  const ReadResult& read, const Clock& clock) {
  TextBuffer text;
  text.put(option);
  text.put(' ');
  text.put(at);
  text.put(": the capture ");
  if (read.counters.frames == 0) {
    text.put("is empty");
  } else if (moment.before_capture()) {
    text.put("begins at ");
    clock.put(text, read.first);
    text.put(", what was before is not known");
  } else if (moment.frame()) {
    text.put("has only ");
    text.put_decimal(read.counters.frames);
    text.put(" frames, these are the tables at its end");
  } else {
    text.put("ends at ");
    clock.put(text, read.last);
    text.put(", these are the tables at its end");
  }
  note(text.view());
}

// Says that the moment is before what was saved.
int refuse(const std::string& option, const std::string& at, const std::string& file,
           const ReadingPoint& saved, Clock& clock) {
  TextBuffer text;
  text.put(option);
  text.put(' ');
  text.put(at);
  text.put(": ");
  text.put(file);
  text.put(" was saved after frame ");
  text.put_decimal(saved.frames);
  text.put(", at ");
  clock.put(text, saved.last);
  text.put("; the tables of before are not in it");
  note(text.view());
  return wrong_usage;
}

}  // namespace

// The tables as they were: what comes after the moment only tells what became of what came before it.
class TablesAt::Until final : public SessionSink {
 public:
  Until(Moment& moment, TableTracker& tracker) : moment_(moment), tracker_(tracker) {}

  // Whether all is known that matters. What is older than the journal keeps it is not undone.
  bool done() const { return done_; }
  void on_frame(const CapturedFrame& frame) {
    moment_.on_frame(frame);
    past_ = moment_.is_past(frame.number, frame.time);
    done_ = past_ &&
            (moment_.before_capture() || frame.time > moment_.time() + DatapathState::Limits{}.journal_age);
    tracker_.freeze(past_);
  }
  // Messages may be found later than they were complete: a connection is not always recognised at once.
  void on_message(const SessionMessage& m) override {
    tracker_.freeze(moment_.is_past(m.message.number, m.message.time));
  }
  void on_loss(const ChannelLoss& loss, Datapath&) override {
    tracker_.freeze(moment_.is_past(loss.number, loss.time));
  }
  void on_close(Channel&, Datapath&) override { tracker_.freeze(past_); }

 private:
  Moment& moment_;
  TableTracker& tracker_;
  bool past_ = false, done_ = false;
};

CLI::Option* add_moment_option(CLI::App& app, const std::string& name, std::string& moment,
                               const std::string& what) {
  return app
      .add_option(
          name, moment,
          what + ": a time, as printed or in seconds since the first packet; or after a captured frame")
      ->type_name("TIME|frame:N")
      ->check(check_moment);
}

CLI::Option* add_datapath_option(CLI::App& app, std::string& id) {
  return app.add_option("--dpid", id, "only this datapath")->type_name("ID")->check(check_datapath_id);
}

namespace {

// The tables are never taken apart: with a million flows that takes as long as to print them. They stay
// known, so that what looks for lost memory does not find them.
TableTracker* new_tracker() {
  static auto& all = *new std::vector<TableTracker*>;
  return all.emplace_back(new TableTracker(threads_to_use()));
}

}  // namespace

TablesAt::TablesAt(std::string option, const std::string& moment)
    : option_(std::move(option)), text_(moment), tracker_(new_tracker()) {
  if (!text_.empty()) moment_ = Moment::read(text_);
}
TablesAt::TablesAt(TablesAt&&) noexcept = default;
TablesAt::~TablesAt() = default;

void TablesAt::put(TextBuffer& out, const Clock& clock) const {
  const auto frame = this->frame();
  out.put(frame ? "after frame " : "at ");
  if (frame) out.put_decimal(*frame);
  if (frame) out.put(" (");
  clock.put(out, time_);
  if (frame) out.put(')');
}

std::vector<const TableTracker::Tables*> TablesAt::datapaths(const std::string& id, Say say) const {
  std::vector<const TableTracker::Tables*> found;
  for (const auto& [index, tables] : tracker_->tables()) {
    const auto& known = tables.datapath->id;
    if (!id.empty() && (!known || static_cast<std::uint64_t>(*known) != std::stoull(id, nullptr, 16)))
      continue;
    // A connection of which it turned out that it is of another datapath.
    if (tables.datapath->channels == 0 && tables.state.empty()) continue;
    found.push_back(&tables);
  }
  if (found.empty() && !id.empty() && say == Say::missing) note("no datapath " + id + " in the capture");
  return found;
}

ReadResult read_tables(const InputOptions& input, Clock& clock, const std::vector<TablesAt*>& all,
                       const std::vector<SessionSink*>& also) {
  std::vector<SessionSink*> sinks = also;
  std::vector<TablesAt::Until*> untils;
  for (TablesAt* t : all) {
    if (t->moment_) {
      t->until_ = std::make_unique<TablesAt::Until>(*t->moment_, *t->tracker_);
      untils.push_back(t->until_.get());
      sinks.push_back(untils.back());
    }
    sinks.push_back(t->tracker_);
  }
  bool done = false;
  std::function<void(const CapturedFrame&)> each;
  if (!untils.empty())
    each = [&](const CapturedFrame& frame) {
      bool all_done = also.empty() && untils.size() == all.size();
      for (TablesAt::Until* u : untils) {
        u->on_frame(frame);
        all_done = all_done && u->done();
      }
      done = all_done;
    };
  const auto sessions = std::make_shared<Sessions>(sinks);
  std::vector<TableTracker*> trackers;
  for (TablesAt* t : all) trackers.push_back(t->tracker_);
  StateFile state(input, *sessions, trackers, trackers.front());
  state.restored = [&](const ReadingPoint& point) {
    clock.start(input, point.resolution);
    clock.first(point.first);
    for (TablesAt* t : all)
      if (t->moment_ && !t->moment_->begin_behind(point.frames, point.first, point.latest, point.last))
        return refuse(t->option_, t->text_, input.state, point, clock);
    return static_cast<int>(oflens::cli::done);
  };
  const ReadResult read = read_capture(input, clock, *sessions, &done, each, &state);
  for (TablesAt* t : all) {
    t->until_.reset();
    t->tracker_->finish();
    t->sessions_ = sessions;
    if (t->moment_ && (t->moment_->before_capture() || !t->moment_->reached()))
      note_missing(t->option_, t->text_, *t->moment_, read, clock);
    if (t->moment_ && !t->moment_->reached()) t->moment_.reset();  // what is shown is the end
    t->time_ = t->moment_ ? t->moment_->time() : read.last;
  }
  return read;
}

}  // namespace oflens::cli
