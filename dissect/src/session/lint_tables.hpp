// What is wrong in tables, as findings; and what is known of datapaths that judges it.
#pragma once

#include <deque>

#include <oflens/session/lint.hpp>

namespace oflens::session {

// What switches tell of themselves.
class DatapathNotes {
 public:
  explicit DatapathNotes(const LintLimits& limits) : limits_(limits) {}

  // begun: the connection's beginning was captured.
  void on_message(const SessionMessage&, bool begun);
  void on_loss(const Datapath&);
  // All that was said on its connections was captured.
  bool complete(const Datapath&) const;
  // Of a datapath, at that time.
  DatapathFacts facts(const Datapath&, Timestamp at) const;

 private:
  struct Port {
    std::optional<Timestamp> gone;  // deleted then, and not added since
  };
  struct Notes {
    bool complete = false;
    bool ports_told = false;
    std::map<std::uint32_t, Port> ports;
    std::bitset<256> table_misses;
  };
  void learn(Notes&, std::uint32_t port);

  const LintLimits& limits_;
  std::map<std::uint32_t, Notes> datapaths_;  // by Datapath::index
  std::size_t kept_ = 0;                      // ports
};

// flow_mods that modify or delete nothing.
class Futile {
 public:
  explicit Futile(FindingSink& sink) : sink_(sink) {}

  // Is it one, by the tables as they are before it?
  static bool is_futile(const SessionMessage&, const FlowMod&, const TableTracker&);
  // Then it is kept: an error may still come for what was said before. entry: what it says, as ovs-ofctl
  // writes it.
  void keep(const SessionMessage&, const FlowMod&, std::string entry);
  // The switch refused the message of that frame: what came behind it may have found what that left alone.
  void refused(const Datapath*, std::uint64_t frame);
  // Reports them.
  void finish();

 private:
  static constexpr std::size_t most = 4096;

  FindingSink& sink_;
  std::deque<Finding> kept_;
};

// False as check_tables().
bool report_tables(const TableTracker::Tables&, const DatapathFacts&, Timestamp at, const TableCheckLimits&,
                   FindingSink&);

}  // namespace oflens::session
