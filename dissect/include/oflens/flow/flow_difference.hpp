// What is different between the flows of two tables, or of one at two moments.
#pragma once

#include <oflens/flow/flow_text.hpp>

namespace oflens {

// Parts of a flow beside its table, priority and match, by which it is known.
struct FlowParts {
  bool cookie = false, idle_timeout = false, hard_timeout = false, flags = false, actions = false;

  bool any() const { return cookie || idle_timeout || hard_timeout || flags || actions; }
};
// What is not the same in flows of one table, priority and match, as they are printed in that dialect: 1.0
// does not tell flags, and actions that are written differently may mean the same.
FlowParts different_parts(const Flow&, const Flow&, Version dialect);
// "cookie=0x1, idle_timeout=5, flags=send_flow_rem, actions=output:1": those parts of the flow.
void put_flow_parts(TextBuffer&, const Flow&, const FlowParts&, Version dialect);

struct FlowDifference {
  enum class Kind : std::uint8_t { added, removed, changed };
  Kind kind{};
  FlowLine line;                      // of what is changed: as it is afterwards
  const FlowEntry* before = nullptr;  // of what is changed
};
const char* name_of(FlowDifference::Kind);

// In the order of list_flows(). Valid until the tables change.
struct FlowDifferences {
  std::vector<FlowDifference> all;
  TextBuffer before, after;  // the lines' texts
};

struct FlowsAt {
  const DatapathState& state;
  Timestamp time;
};

// Flows are known by table, priority and match, as they are printed in the options' dialect: 1.3 does not
// tell all that a match of 1.0 or Nicira says. The options (but for the time) hold for both: a flow that they
// leave out is not there. What may have expired is there, unless only certain flows are asked for. O(flows),
// and writing what is different.
FlowDifferences compare_flows(const FlowsAt& before, const FlowsAt& after, const FlowListOptions&);

}  // namespace oflens
