#include <oflens/flow/report.hpp>

#include <oflens/ext/nicira.hpp>
#include <oflens/ext/onf.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

#include "mod_parts.hpp"

namespace oflens {
namespace {

// ---- requests

FlowMod query_of(Version version, std::uint8_t table, PortNo out_port, FlowMatch match) {
  FlowMod query;
  query.version = version;
  query.command = v13::FlowModCommand::delete_;
  query.flow.table_id = table;
  query.flow.match = std::move(match);
  query.out_port = out_port;
  return query;
}
PortNo filter_of(v10::PortNo port) { return port == v10::PortNo::none ? PortNo::any : port_of(port); }

// 1.0 §5.3.5: the table of emergency flows.
constexpr std::uint8_t emergency_table = 0xfe;

// ---- replies

template <class M>
bool has_more(const M& m) {
  return (static_cast<unsigned>(m.flags) & 1u) != 0;  // in all versions
}

// What the entries of all versions have.
template <class Entry>
FlowReport report_of(const Entry& e, FlowMatch match) {
  FlowReport r;
  r.flow.table_id = static_cast<std::uint8_t>(e.table_id);
  r.flow.priority = e.priority;
  r.flow.idle_timeout = e.idle_timeout;
  r.flow.hard_timeout = e.hard_timeout;
  r.flow.cookie = e.cookie;
  r.flow.match = std::move(match);
  r.age = std::chrono::seconds(e.duration_sec) + std::chrono::nanoseconds(e.duration_nsec);
  r.packets = e.packet_count;
  return r;
}
FlowReport read(const v13::FlowStats& e) {
  FlowReport r = report_of(e, FlowMatch::of(e.match.oxm));
  r.flow.flags = e.flags;
  r.flow.actions = FlowActions::of(e.instructions.bytes(), Version::v13, r.flow.match);
  return r;
}
FlowReport read(const v10::FlowStats& e) {
  FlowReport r = report_of(e, FlowMatch::of(e.match));
  r.flow.actions = FlowActions::of(e.actions.bytes(), Version::v10, r.flow.match);
  r.tells_flags = r.tells_match = false;
  return r;
}
// The ages are seconds plus one; 0 when they are not told.
FlowReport read(const nicira::FlowStats& e) {
  FlowReport r = report_of(e, FlowMatch::of_nicira(e.match));
  r.flow.actions = FlowActions::of(e.actions.bytes(), Version::v10, r.flow.match);
  r.tells_flags = false;
  if (e.idle_age != 0) r.idle = std::chrono::seconds(e.idle_age - 1);
  if (e.hard_age != 0) r.unchanged = std::chrono::seconds(e.hard_age - 1);
  return r;
}

template <class M>
StateReport flows_of(const M& m) {
  StateReport report{.more = has_more(m), .held = {}};
  auto& flows = report.held.emplace<std::vector<FlowReport>>();
  for (const auto entry : m.flows) {
    if constexpr (std::is_same_v<M, v10::FlowStatsReply>)
      if (entry.table_id == emergency_table) continue;
    flows.push_back(read(entry));
  }
  return report;
}

StateReport read(const v13::GroupDescReply& m) {
  StateReport report{.more = has_more(m), .held = {}};
  auto& groups = report.held.emplace<std::vector<Group>>();
  for (const v13::GroupDesc entry : m.groups) {
    Group& group = groups.emplace_back();
    group.id = entry.group_id;
    group.type = entry.type;
    flow::take_buckets(group, entry.buckets);
  }
  return report;
}
StateReport read(const nicira::GroupDescReply& m) {
  StateReport report{.more = has_more(m), .held = {}};
  auto& groups = report.held.emplace<std::vector<Group>>();
  for (const nicira::GroupDesc entry : m.groups) {
    Group& group = groups.emplace_back();
    group.id = entry.group_id;
    group.type = entry.type;
    group.version = Version::v10;
    flow::take_buckets(group, entry.buckets, entry.properties);
  }
  return report;
}
StateReport read(const v13::MeterConfigReply& m) {
  StateReport report{.more = has_more(m), .held = {}};
  auto& meters = report.held.emplace<std::vector<Meter>>();
  for (const v13::MeterConfig entry : m.meters)
    meters.push_back({entry.meter_id, entry.flags, SharedBytes(entry.bands.bytes())});
  return report;
}

// ---- flow monitors

FlowMatch match_of(const Seq<Oxm>& fields) { return FlowMatch::of_nicira(fields); }
FlowMatch match_of(const v13::Match& match) { return FlowMatch::of(match.oxm); }

template <class U>
FlowUpdate update_of(const U& u, FlowUpdate::Event event, Version version) {
  FlowUpdate result;
  result.event = event;
  Flow& f = result.flow;
  f.table_id = static_cast<std::uint8_t>(u.table_id);
  f.priority = u.priority;
  f.idle_timeout = u.idle_timeout;
  f.hard_timeout = u.hard_timeout;
  f.cookie = u.cookie;
  f.match = match_of(u.match);
  Bytes actions;
  if constexpr (requires { u.instructions; })
    actions = u.instructions.bytes();
  else
    actions = u.actions.bytes();
  // Without actions, it does not say whether they were left out.
  result.tells_actions = !actions.empty();
  f.actions = FlowActions::of(actions, version, f.match);
  return result;
}

template <class Added, class Deleted, class Modified, class M>
std::vector<FlowUpdate> updates_of(const M& m, Version version) {
  using Event = FlowUpdate::Event;
  std::vector<FlowUpdate> all;
  for (const auto u : m.updates) {
    if (const auto added = u.template get<Added>())
      all.push_back(update_of(*added, Event::added, version));
    else if (const auto deleted = u.template get<Deleted>())
      all.push_back(update_of(*deleted, Event::deleted, version));
    else if (const auto modified = u.template get<Modified>())
      all.push_back(update_of(*modified, Event::modified, version));
  }
  return all;
}

}  // namespace

std::optional<StateQuery> read_state_query(const Frame& frame) {
  std::optional<StateQuery> result;
  static_cast<void>(dispatch(
      frame,
      [&](const v13::FlowStatsRequest& m) {
        FlowMod query = query_of(Version::v13, static_cast<std::uint8_t>(m.table_id), m.out_port,
                                 FlowMatch::of(m.match.oxm));
        query.out_group = m.out_group;
        query.cookie_wanted = m.cookie;
        query.cookie_mask = m.cookie_mask;
        result = std::move(query);
      },
      [&](const v10::FlowStatsRequest& m) {
        if (m.table_id != emergency_table)
          result = query_of(Version::v10, m.table_id, filter_of(m.out_port), FlowMatch::of(m.match));
      },
      [&](const nicira::FlowStatsRequest& m) {
        FlowMod query =
            query_of(Version::v10, m.table_id, filter_of(m.out_port), FlowMatch::of_nicira(m.match));
        flow::take_cookie(query, m.match);
        result = std::move(query);
      },
      [&](const v13::GroupDescRequest&) { result = v13::GroupId::all; },
      [&](const nicira::GroupDescRequest& m) { result = m.group_id; },
      [&](const v13::MeterConfigRequest& m) { result = m.meter_id; }));
  return result;
}

std::optional<StateReport> read_state_report(const Frame& frame) {
  std::optional<StateReport> result;
  static_cast<void>(dispatch(
      frame, [&](const v13::FlowStatsReply& m) { result = flows_of(m); },
      [&](const v10::FlowStatsReply& m) { result = flows_of(m); },
      [&](const nicira::FlowStatsReply& m) { result = flows_of(m); },
      [&](const v13::GroupDescReply& m) { result = read(m); },
      [&](const v13::MeterConfigReply& m) { result = read(m); }));
  if (frame.is<nicira::GroupDescReply>())
    if (const auto m = frame.decode<nicira::GroupDescReply>(&Catalog::standard())) result = read(*m);
  return result;
}

bool is_flow_monitor_request(const Frame& frame) {
  return frame.is<nicira::FlowMonitorRequest>() || frame.is<onf::FlowMonitorRequest>();
}

std::optional<std::vector<FlowUpdate>> read_flow_updates(const Frame& frame) {
  std::optional<std::vector<FlowUpdate>> result;
  using NiciraEvent = nicira::FlowUpdateEvent;
  using OnfEvent = onf::FlowUpdateEvent;
  const auto nicira = [&]<class Action>(const auto& m, const Action*, Version version) {
    result = updates_of<nicira::FlowUpdateFull<NiciraEvent::added, Action>,
                        nicira::FlowUpdateFull<NiciraEvent::deleted, Action>,
                        nicira::FlowUpdateFull<NiciraEvent::modified, Action>>(m, version);
  };
  static_cast<void>(dispatch(
      frame,
      [&](const nicira::FlowMonitorReply& m) {
        nicira(m, static_cast<const v10::Action*>(nullptr), Version::v10);
      },
      [&](const onf::FlowMonitorReply& m) {
        result = updates_of<onf::FlowUpdateFull<OnfEvent::added>, onf::FlowUpdateFull<OnfEvent::deleted>,
                            onf::FlowUpdateFull<OnfEvent::modified>>(m, Version::v13);
      }));
  return result;
}

}  // namespace oflens
