// What is wrong in tables, as findings; and what is known of datapaths that judges it.
#pragma once

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

// False as check_tables().
bool report_tables(const TableTracker::Tables&, const DatapathFacts&, Timestamp at, const TableCheckLimits&,
                   FindingSink&);

}  // namespace oflens::session
