// --state FILE, --save FILE: reading goes on where another reading ended.
#pragma once

#include "input.hpp"

namespace oflens::cli {

// Both options, in InputOptions; call it after add_input_options(). Returns --save.
CLI::Option* add_state_options(CLI::App&, InputOptions&);

// What these options ask for, when tables are read.
class StateFile final : public Continuation {
 public:
  // All of `tables` are restored, and the one in `saved` is saved. All must outlive it.
  StateFile(const InputOptions& options, Sessions& sessions, std::vector<TableTracker*> tables,
            TableTracker* saved)
      : options_(options), sessions_(sessions), tables_(std::move(tables)), saved_(saved) {}

  // Say what is wrong on standard error.
  int begin(ReadingPoint&, ChannelReader&) override;
  int end(const ReadingPoint&, const ChannelReader&) override;

  // Asked for when the state is restored; an exit status.
  std::function<int(const ReadingPoint&)> restored;

 private:
  const InputOptions& options_;
  Sessions& sessions_;
  std::vector<TableTracker*> tables_;
  TableTracker* saved_;
  ReadingPoint before_;  // where the state that was restored ends
};

}  // namespace oflens::cli
