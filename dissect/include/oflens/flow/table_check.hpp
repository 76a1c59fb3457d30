// What is wrong with the tables of one datapath, as they are at a moment.
#pragma once

#include <bitset>
#include <functional>
#include <unordered_set>

#include <oflens/flow/datapath_state.hpp>
#include <oflens/flow/finding_kind.hpp>

namespace oflens {

struct TableFault {
  FindingKind kind{};
  const FlowEntry* flow = nullptr;    // which it is about, or
  const GroupEntry* group = nullptr;  // which group, or neither: `number` is a table
  const FlowEntry* other = nullptr;   // by which it is shadowed, which it overlaps
  std::uint32_t number = 0;           // the table, group, meter or port that is not as it should be
  std::vector<v13::GroupId> loop{};   // the groups on the way, the first once more at the end
};

// What is known of a datapath that its tables do not tell.
struct DatapathFacts {
  Version version = Version::v13;
  // The capture has all that it was told, from the beginning: what is not in the tables is not there.
  bool complete = false;
  // Nothing that it was told since is lost: this goes for tables that are complete by now, too.
  bool lossless = false;
  // Its ports, when it told of all of them.
  std::optional<std::unordered_set<std::uint32_t>> ports{};
  // Tables that have a table-miss flow, as packets tell that came by it.
  std::bitset<256> table_misses{};
};

struct TableCheckLimits {
  // Steps in comparing flows with flows: a look-up of one flow among others is one. 10 million a second.
  std::uint64_t steps = 50'000'000;
};

// Calls `report` for all faults of the tables at that time; references are valid during the call. Only flows
// that are certainly there count against others. A flow is called shadowed or overlapping once, by one other
// flow: several that cover it only together are not looked for, and neither is the overlap of flows with
// Nicira's conjunction. A flow with timeouts shadows none: it will go.
//
// Costs, for each table, a step a flow for each other combination of fields and masks in the table with which
// it could meet. False when the limit was reached: then not all flows were compared.
bool check_tables(const DatapathState&, const DatapathFacts&, Timestamp at,
                  const std::function<void(const TableFault&)>& report, const TableCheckLimits& = {});

}  // namespace oflens
