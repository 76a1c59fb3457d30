// The tables of all datapaths at moments of a capture, for the subcommands that ask what was there.
#pragma once

#include <memory>
#include <optional>

#include <oflens/session/tables.hpp>

#include "input.hpp"
#include "moment.hpp"

namespace oflens::cli {

// --at TIME|frame:N
CLI::Option* add_moment_option(CLI::App&, const std::string& name, std::string& moment,
                               const std::string& what);
// --dpid ID
CLI::Option* add_datapath_option(CLI::App&, std::string& id);

// The tables at one moment, or at the end of the capture.
class TablesAt {
 public:
  // `moment` as add_moment_option() takes it; empty for the end. `option`: its name, for what is said of it.
  TablesAt(std::string option, const std::string& moment);
  explicit TablesAt(const std::string& moment = {}) : TablesAt("--at", moment) {}
  TablesAt(TablesAt&&) noexcept;
  ~TablesAt();

  // What happens to flows up to then is told to that history, which is to be among the `also` of
  // read_tables().
  void report_to(History& history) { tracker_->report_to(history); }

  // All of them, for who looks at them while they are read; ask for it before.
  const TableTracker& tracker() {
    tracker_->read_at_once();
    return *tracker_;
  }

  // When: once they are read. Where the capture does not come as far as the moment, its end.
  Timestamp time() const { return time_; }
  // Where the tables after a captured frame were asked for, that.
  std::optional<std::uint64_t> frame() const { return moment_ ? moment_->frame() : std::nullopt; }
  // "at 2026-11-20T09:36:27.500000Z"; "after frame 120 (2026-11-20T09:36:27.500000Z)" where that was asked.
  void put(TextBuffer&, const Clock&) const;
  // Was a moment asked for?
  bool asked() const { return !text_.empty(); }
  // Was one, and did the capture come as far?
  bool before_end() const { return moment_.has_value(); }

  // The datapaths that are there: with that id (as add_datapath_option() takes it), or all. Says so when
  // there is none of that id, unless told to be quiet.
  enum class Say : std::uint8_t { missing, nothing };
  std::vector<const TableTracker::Tables*> datapaths(const std::string& id = {}, Say = Say::missing) const;

 private:
  friend ReadResult read_tables(const InputOptions&, Clock&, const std::vector<TablesAt*>&,
                                const std::vector<SessionSink*>&);
  class Until;

  std::string option_, text_;
  std::optional<Moment> moment_;
  Timestamp time_{};
  TableTracker* tracker_;
  std::unique_ptr<Until> until_;
  std::shared_ptr<Sessions> sessions_;  // whose datapaths the tables are of
};

// Reads the captures, once for all of the moments, and no further than they need. `also` get every event,
// before the tables do; where there are any, all is read.
ReadResult read_tables(const InputOptions&, Clock&, const std::vector<TablesAt*>&,
                       const std::vector<SessionSink*>& also = {});

}  // namespace oflens::cli
