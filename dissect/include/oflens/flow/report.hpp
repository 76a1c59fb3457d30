// What a switch says that it holds: replies to requests for statistics of flows, and for descriptions of
// groups and meters; updates of flow monitors.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include <oflens/flow/group.hpp>

namespace oflens {

// A request for flows, as the non-strict deletion that would delete what it asks for (1.0 §5.3.5, 1.3.5
// §7.3.5.2, Nicira's NXST_FLOW); for groups or meters: all, or the one with that id.
using StateQuery = std::variant<FlowMod, v13::GroupId, v13::MeterId>;

// A flow as a switch tells it.
struct FlowReport {
  Flow flow;
  // 1.0 and Nicira: flags are not told.
  bool tells_flags = true;
  // 1.0: the match has only the fields that it knows; the flow may have more.
  bool tells_match = true;
  Duration age{};                       // since it was added
  std::optional<Duration> idle{};       // since it last met a packet, in whole seconds
  std::optional<Duration> unchanged{};  // since it was modified last, in whole seconds
  std::uint64_t packets = 0;
};

// One message of a reply.
struct StateReport {
  bool more = false;  // comes: this is not all that was asked for
  std::variant<std::vector<FlowReport>, std::vector<Group>, std::vector<Meter>> held;
};

// Something that a flow monitor tells (Nicira's NXST_FLOW_MONITOR, the ONF's for 1.3).
struct FlowUpdate {
  enum class Event : std::uint8_t { added, deleted, modified };
  Event event{};
  // deleted: table, priority, match and cookie. Flags are not told, actions not always.
  Flow flow;
  bool tells_actions = false;
};

// Empty for other messages, other versions, and malformed ones. The results own their bytes. Emergency flows
// of 1.0 are left out, updates of the controller's own changes in short form (OWN not asked for), too.
std::optional<StateQuery> read_state_query(const Frame&);
std::optional<StateReport> read_state_report(const Frame&);
std::optional<std::vector<FlowUpdate>> read_flow_updates(const Frame&);

// Does the controller ask to be told of changes?
bool is_flow_monitor_request(const Frame&);

}  // namespace oflens
