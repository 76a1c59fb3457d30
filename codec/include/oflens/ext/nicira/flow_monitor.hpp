// Nicira's flow monitor: a controller asks to be told of changes to flow tables.
#pragma once

#include <oflens/ext/nicira/header.hpp>

namespace oflens::nicira {

// enum nx_flow_monitor_flags
enum class FlowMonitorFlags : std::uint16_t { none = 0 };
constexpr auto labels_of(FlowMonitorFlags) {
  return flags({{1u << 0, "NXFMF_INITIAL"},
                {1u << 1, "NXFMF_ADD"},
                {1u << 2, "NXFMF_DELETE"},
                {1u << 3, "NXFMF_MODIFY"},
                {1u << 4, "NXFMF_ACTIONS"},
                {1u << 5, "NXFMF_OWN"}});
}

// struct nx_flow_monitor_request: one monitor. id is the controller's, to cancel it by.
struct FlowMonitor {
  std::uint32_t id_ = 0;
  FlowMonitorFlags flags{};
  v10::PortNo out_port = v10::PortNo::none;
  std::uint8_t table_id = 0xff;
  Seq<Oxm> match{};
  static constexpr auto wire =
      describe("nx_flow_monitor", field<&FlowMonitor::id_>, field<&FlowMonitor::flags>,
               field<&FlowMonitor::out_port>, extent<&FlowMonitor::match>, field<&FlowMonitor::table_id>,
               pad<5>, field<&FlowMonitor::match>, align<8>);
};

// enum nx_flow_update_event
enum class FlowUpdateEvent : std::uint16_t { added = 0, deleted = 1, modified = 2, abbrev = 3 };
constexpr auto labels_of(FlowUpdateEvent) {
  return enumeration({{FlowUpdateEvent::added, "NXFME_ADDED"},
                      {FlowUpdateEvent::deleted, "NXFME_DELETED"},
                      {FlowUpdateEvent::modified, "NXFME_MODIFIED"},
                      {FlowUpdateEvent::abbrev, "NXFME_ABBREV"}});
}

// The reason of an update: of why a flow was removed, in 16 bits.
enum class FlowUpdateReason : std::uint16_t { delete_ = 2 };
constexpr auto labels_of(FlowUpdateReason) { return labels_of(v13::FlowRemovedReason{}); }

// Describes an update: what follows its length and event.
template <auto Event, class... Items>
constexpr auto flow_update(const char* name, Items... items) {
  return describe(name, length, tag<Event>.named("event"), items...);
}

// The same of a whole flow: how long its match is, the match, and what it does.
template <auto Event, class M, class MatchLength, class... Items>
constexpr auto flow_update_full(const char* name, MatchLength match_length, Items... items) {
  return flow_update<Event>(name, field<&M::reason>, field<&M::priority>, field<&M::idle_timeout>,
                            field<&M::hard_timeout>, match_length, field<&M::table_id>, pad<1>,
                            field<&M::cookie>, items...);
}

// struct nx_flow_update_full. reason means something where the flow was deleted. The actions, when they were
// asked for, are those of the message's version.
template <FlowUpdateEvent Event, class Action>
struct FlowUpdateFull {
  FlowUpdateReason reason{};
  std::uint16_t priority = 0, idle_timeout = 0, hard_timeout = 0;
  std::uint8_t table_id = 0;
  std::uint64_t cookie = 0;
  Seq<Oxm> match{};
  Seq<Action> actions{};
  static constexpr auto wire = flow_update_full<Event, FlowUpdateFull>(
      "nx_flow_update_full", extent<&FlowUpdateFull::match>, field<&FlowUpdateFull::match>, align<8>,
      field<&FlowUpdateFull::actions>);
};

// struct nx_flow_update_abbrev: a change that this controller made itself, by the xid of what it sent.
struct FlowUpdateAbbrev {
  std::uint32_t xid = 0;
  static constexpr auto wire =
      flow_update<FlowUpdateEvent::abbrev>("nx_flow_update_abbrev", field<&FlowUpdateAbbrev::xid>);
};

struct FlowUpdateRules {
  using Type = FlowUpdateEvent;
  static constexpr const char* name = "nx_flow_update";
  static constexpr const char* type_name = "event";
  static constexpr const char* length_name = "length";
  static constexpr bool length_first = true;
  static constexpr std::size_t minimum = 8, multiple = 8;
  static constexpr bool padded = false;
  static constexpr Domain domain = Domain::request;
};
template <class Action>
using FlowUpdate = OneOf<FlowUpdateRules, FlowUpdateFull<FlowUpdateEvent::added, Action>,
                         FlowUpdateFull<FlowUpdateEvent::deleted, Action>,
                         FlowUpdateFull<FlowUpdateEvent::modified, Action>, FlowUpdateAbbrev>;

template <class Header>
struct FlowMonitorRequestOf {
  static constexpr MessageId id = Header::request_id;
  typename Header::RequestFlags flags{};
  Seq<FlowMonitor> monitors{};
  static constexpr auto wire =
      Header::template stats<StatsSubtype::flow_monitor, &FlowMonitorRequestOf::flags>(
          "nx_flow_monitor_request", field<&FlowMonitorRequestOf::monitors>);
};

// The reply to the request, and later with xid 0 what has changed.
template <class Header, class Action>
struct FlowMonitorReplyOf {
  static constexpr MessageId id = Header::reply_id;
  typename Header::ReplyFlags flags{};
  Seq<FlowUpdate<Action>> updates{};
  static constexpr auto wire = Header::template stats<StatsSubtype::flow_monitor, &FlowMonitorReplyOf::flags>(
      "nx_flow_monitor_reply", field<&FlowMonitorReplyOf::updates>);
};

// From 1.3 on it is the ONF's.
using FlowMonitorRequest = FlowMonitorRequestOf<Stats10>;
using FlowMonitorReply = FlowMonitorReplyOf<Stats10, v10::Action>;
using FlowMonitorRequestFor11 = FlowMonitorRequestOf<Stats11<Version::v12>>;
using FlowMonitorReplyFor11 = FlowMonitorReplyOf<Stats11<Version::v12>, v13::Action>;

// struct nx_flow_monitor_cancel
struct FlowMonitorCancel {
  static constexpr MessageId id = message_id(Version::v10, Version::v12);
  std::uint32_t id_ = 0;
  static constexpr auto wire =
      message<Subtype::flow_monitor_cancel>("nx_flow_monitor_cancel", field<&FlowMonitorCancel::id_>);
};

// The switch has more updates than it can keep, and says no more until resumed.
struct FlowMonitorPaused {
  static constexpr MessageId id = message_id(Version::v10, Version::v12);
  static constexpr auto wire = message<Subtype::flow_monitor_paused>("nx_flow_monitor_paused");
};
struct FlowMonitorResumed {
  static constexpr MessageId id = message_id(Version::v10, Version::v12);
  static constexpr auto wire = message<Subtype::flow_monitor_resumed>("nx_flow_monitor_resumed");
};

inline constexpr auto add_flow_monitor_messages = [](auto& catalog) {
  return catalog
      .template add<FlowMonitorRequest, FlowMonitorReply, FlowMonitorRequestFor11, FlowMonitorReplyFor11,
                    FlowMonitorCancel, FlowMonitorPaused, FlowMonitorResumed>();
};

}  // namespace oflens::nicira
