// Extensions of the ONF for OpenFlow 1.3, which 1.4 took over: bundles (EXT-230), flow monitor (EXT-187),
// role status (EXT-191), forwarded requests (EXT-192). Names are those of the extensions, where they give
// one.
#pragma once

#include <oflens/action.hpp>
#include <oflens/ext/nicira/flow_monitor.hpp>
#include <oflens/oxm_id.hpp>
#include <oflens/v13/messages.hpp>

namespace oflens::onf {

// exp_type of messages and of multiparts.
enum class Type : std::uint32_t {
  flow_monitor_cancel = 1870,
  flow_monitor_paused = 1871,
  flow_monitor_resumed = 1872,
  role_status = 1911,
  bundle_control = 2300,
  bundle_add_message = 2301,
  requestforward = 2350,
};
constexpr auto labels_of(Type) {
  return enumeration({{Type::flow_monitor_cancel, "ONFT_FLOW_MONITOR_CANCEL"},
                      {Type::flow_monitor_paused, "ONFT_FLOW_MONITOR_PAUSED"},
                      {Type::flow_monitor_resumed, "ONFT_FLOW_MONITOR_RESUMED"},
                      {Type::role_status, "ONFT_ROLE_STATUS"},
                      {Type::bundle_control, "ONFT_BUNDLE_CONTROL"},
                      {Type::bundle_add_message, "ONFT_BUNDLE_ADD_MESSAGE"},
                      {Type::requestforward, "ONFT_REQUESTFORWARD"}});
}
enum class MultipartType : std::uint32_t { flow_monitor = 1870 };
constexpr auto labels_of(MultipartType) {
  return enumeration({{MultipartType::flow_monitor, "ONFMP_FLOW_MONITOR"}});
}

inline constexpr MessageId message_id{Version::v13, Version::v13, v13::Experimenter::id.type};

// Describes a message of the ONF's: what follows experimenter and exp_type.
template <Type T, class... Items>
constexpr auto message(const char* name, Items... items) {
  return describe(name, tag<ExperimenterId::onf>.named("experimenter"), tag<T>.named("exp_type"), items...);
}

// ---- bundles

enum class BundleControlType : std::uint16_t {
  open_request = 0,
  open_reply = 1,
  close_request = 2,
  close_reply = 3,
  commit_request = 4,
  commit_reply = 5,
  discard_request = 6,
  discard_reply = 7,
};
constexpr auto labels_of(BundleControlType) {
  using T = BundleControlType;
  return enumeration({{T::open_request, "ONF_BCT_OPEN_REQUEST"},
                      {T::open_reply, "ONF_BCT_OPEN_REPLY"},
                      {T::close_request, "ONF_BCT_CLOSE_REQUEST"},
                      {T::close_reply, "ONF_BCT_CLOSE_REPLY"},
                      {T::commit_request, "ONF_BCT_COMMIT_REQUEST"},
                      {T::commit_reply, "ONF_BCT_COMMIT_REPLY"},
                      {T::discard_request, "ONF_BCT_DISCARD_REQUEST"},
                      {T::discard_reply, "ONF_BCT_DISCARD_REPLY"}});
}
enum class BundleFlags : std::uint16_t { none = 0 };
constexpr auto labels_of(BundleFlags) {
  return flags({{1u << 0, "ONF_BF_ATOMIC"}, {1u << 1, "ONF_BF_ORDERED"}});
}

// Type of a property of which only the experimenters' is known.
enum class PropertyType : std::uint16_t { experimenter = 0xffff };
constexpr auto labels_of(PropertyType) {
  return enumeration({{PropertyType::experimenter, "OFPPT_EXPERIMENTER"}});
}
struct ExperimenterProperty {
  ExperimenterId experimenter{};
  std::uint32_t exp_type = 0;
  Payload data{};
  static constexpr auto wire = nicira::property<PropertyType::experimenter>(
      "experimenter", field<&ExperimenterProperty::experimenter>.hex(),
      field<&ExperimenterProperty::exp_type>, rest<&ExperimenterProperty::data>);
};
struct PropertyRules : nicira::PropertyRules {
  using Type = PropertyType;
  static constexpr const char* name = "property";
};
using Property = OneOf<PropertyRules, ExperimenterProperty>;

// onf_bundle_ctrl_msg
struct BundleControl {
  static constexpr MessageId id = message_id;
  std::uint32_t bundle_id = 0;
  BundleControlType type{};
  BundleFlags flags{};
  Seq<Property> properties{};
  static constexpr auto wire = message<Type::bundle_control>(
      "onf_bundle_control", field<&BundleControl::bundle_id>, field<&BundleControl::type>,
      field<&BundleControl::flags>, field<&BundleControl::properties>);
};

// onf_bundle_add_msg. message is a whole message with the xid of this one. Properties stand right after it:
// the padding that a message of odd length should have before them is not described.
struct BundleAddMessage {
  static constexpr MessageId id = message_id;
  std::uint32_t bundle_id = 0;
  BundleFlags flags{};
  Payload message_{};
  Seq<Property> properties{};
  static constexpr auto wire = message<Type::bundle_add_message>(
      "onf_bundle_add_message", field<&BundleAddMessage::bundle_id>, pad<2>, field<&BundleAddMessage::flags>,
      inner<&BundleAddMessage::message_>, field<&BundleAddMessage::properties>);
};

// ---- roles and requests of other controllers

enum class RoleReason : std::uint8_t { master_request = 0, config = 1, experimenter = 2 };
constexpr auto labels_of(RoleReason) {
  return enumeration({{RoleReason::master_request, "ONFCRR_MASTER_REQUEST"},
                      {RoleReason::config, "ONFCRR_CONFIG"},
                      {RoleReason::experimenter, "ONFCRR_EXPERIMENTER"}});
}

// 1.4.1 §7.4.4 ofp_role_status: this controller's role was changed.
struct RoleStatus {
  static constexpr MessageId id = message_id;
  v13::ControllerRole role{};
  RoleReason reason{};
  std::uint64_t generation_id = 0;
  Seq<Property> properties{};
  static constexpr auto wire =
      message<Type::role_status>("onf_role_status", field<&RoleStatus::role>, field<&RoleStatus::reason>,
                                 pad<3>, field<&RoleStatus::generation_id>, field<&RoleStatus::properties>);
};

// 1.4.1 §7.4.6 ofp_requestforward_header: a group_mod or meter_mod of another controller's.
struct RequestForward {
  static constexpr MessageId id = message_id;
  Payload request{};
  static constexpr auto wire =
      message<Type::requestforward>("onf_requestforward", inner<&RequestForward::request>);
};

// ---- flow monitor

enum class FlowMonitorFlags : std::uint16_t { none = 0 };
constexpr auto labels_of(FlowMonitorFlags) {
  return flags({{1u << 0, "ONFFMF_INITIAL"},
                {1u << 1, "ONFFMF_ADD"},
                {1u << 2, "ONFFMF_DELETE"},
                {1u << 3, "ONFFMF_MODIFY"},
                {1u << 4, "ONFFMF_ACTIONS"},
                {1u << 5, "ONFFMF_OWN"}});
}

// onf_flow_monitor_request: one monitor. match_len is the length that the match itself has, too.
struct FlowMonitor {
  std::uint32_t id_ = 0;
  FlowMonitorFlags flags{};
  std::uint16_t match_len = 4;
  PortNo out_port = PortNo::any;
  v13::TableId table_id = v13::TableId::all;
  v13::Match match{};
  static constexpr auto wire =
      describe("onf_flow_monitor", field<&FlowMonitor::id_>, field<&FlowMonitor::flags>,
               field<&FlowMonitor::match_len>, field<&FlowMonitor::out_port>, field<&FlowMonitor::table_id>,
               pad<3>, field<&FlowMonitor::match>);
};

enum class FlowUpdateEvent : std::uint16_t { added = 0, deleted = 1, modified = 2, abbrev = 3 };
constexpr auto labels_of(FlowUpdateEvent) {
  return enumeration({{FlowUpdateEvent::added, "ONFFME_ADDED"},
                      {FlowUpdateEvent::deleted, "ONFFME_DELETED"},
                      {FlowUpdateEvent::modified, "ONFFME_MODIFIED"},
                      {FlowUpdateEvent::abbrev, "ONFFME_ABBREV"}});
}
using nicira::FlowUpdateReason;

// onf_flow_update_full. reason means something where the flow was deleted; instructions are there when
// actions were asked for.
template <FlowUpdateEvent Event>
struct FlowUpdateFull {
  FlowUpdateReason reason{};
  std::uint16_t priority = 0, idle_timeout = 0, hard_timeout = 0, match_len = 4;
  v13::TableId table_id{};
  std::uint64_t cookie = 0;
  v13::Match match{};
  Seq<v13::Instruction> instructions{};
  static constexpr auto wire = nicira::flow_update_full<Event, FlowUpdateFull>(
      "onf_flow_update_full", field<&FlowUpdateFull::match_len>, field<&FlowUpdateFull::match>,
      field<&FlowUpdateFull::instructions>);
};

// onf_flow_update_abbrev: a change that this controller made itself, by the xid of what it sent.
struct FlowUpdateAbbrev {
  std::uint32_t xid = 0;
  static constexpr auto wire =
      nicira::flow_update<FlowUpdateEvent::abbrev>("onf_flow_update_abbrev", field<&FlowUpdateAbbrev::xid>);
};

struct FlowUpdateRules : nicira::FlowUpdateRules {
  using Type = FlowUpdateEvent;
  static constexpr const char* name = "onf_flow_update";
};
using FlowUpdate =
    OneOf<FlowUpdateRules, FlowUpdateFull<FlowUpdateEvent::added>, FlowUpdateFull<FlowUpdateEvent::deleted>,
          FlowUpdateFull<FlowUpdateEvent::modified>, FlowUpdateAbbrev>;

struct FlowMonitorRequest {
  static constexpr MessageId id = v13::MultipartRequest::id;
  v13::MultipartRequestFlags flags{};
  Seq<FlowMonitor> monitors{};
  static constexpr auto wire =
      describe("onf_flow_monitor_request", tag<v13::MultipartType::experimenter>,
               field<&FlowMonitorRequest::flags>, pad<4>, tag<ExperimenterId::onf>.named("experimenter"),
               tag<MultipartType::flow_monitor>.named("exp_type"), field<&FlowMonitorRequest::monitors>);
};

// The reply to the request, and later with xid 0 what has changed.
struct FlowMonitorReply {
  static constexpr MessageId id = v13::MultipartReply::id;
  v13::MultipartReplyFlags flags{};
  Seq<FlowUpdate> updates{};
  static constexpr auto wire =
      describe("onf_flow_monitor_reply", tag<v13::MultipartType::experimenter>,
               field<&FlowMonitorReply::flags>, pad<4>, tag<ExperimenterId::onf>.named("experimenter"),
               tag<MultipartType::flow_monitor>.named("exp_type"), field<&FlowMonitorReply::updates>);
};

struct FlowMonitorCancel {
  static constexpr MessageId id = message_id;
  std::uint32_t id_ = 0;
  static constexpr auto wire =
      message<Type::flow_monitor_cancel>("onf_flow_monitor_cancel", field<&FlowMonitorCancel::id_>);
};

// The switch has more updates than it can keep, and says no more until resumed.
struct FlowMonitorPaused {
  static constexpr MessageId id = message_id;
  static constexpr auto wire = message<Type::flow_monitor_paused>("onf_flow_monitor_paused");
};
struct FlowMonitorResumed {
  static constexpr MessageId id = message_id;
  static constexpr auto wire = message<Type::flow_monitor_resumed>("onf_flow_monitor_resumed");
};

// ---- errors

// exp_type of an error. The last seven are those that Open vSwitch sends for errors of 1.4, with their names.
enum class ErrorType : std::uint16_t {
  unknown = 2300,
  eperm = 2301,
  bad_id = 2302,
  bundle_exist = 2303,
  bundle_closed = 2304,
  out_of_bundles = 2305,
  bad_type = 2306,
  bad_flags = 2307,
  msg_bad_len = 2308,
  msg_bad_xid = 2309,
  msg_unsup = 2310,
  msg_conflict = 2311,
  msg_too_many = 2312,
  failed = 2313,
  timeout = 2314,
  bundle_in_progress = 2315,
  cant_sync = 2320,
  bad_priority = 2360,
  async_invalid = 2370,
  async_unsupported = 2371,
  async_eperm = 2372,
  dup_instruction = 2600,
  mpart_request_timeout = 2640,
  mpart_reply_timeout = 2641,
  bac_bad_set_mask = 4250,
  bpc_too_many = 4443,
  bpc_dup_type = 4444,
  bpc_bad_experimenter = 4445,
  bpc_bad_exp_type = 4446,
  bpc_bad_exp_value = 4447,
  bpc_eperm = 4448,
};
constexpr auto labels_of(ErrorType) {
  using T = ErrorType;
  return enumeration({{T::unknown, "ONFERR_ET_UNKNOWN"},
                      {T::eperm, "ONFERR_ET_EPERM"},
                      {T::bad_id, "ONFERR_ET_BAD_ID"},
                      {T::bundle_exist, "ONFERR_ET_BUNDLE_EXIST"},
                      {T::bundle_closed, "ONFERR_ET_BUNDLE_CLOSED"},
                      {T::out_of_bundles, "ONFERR_ET_OUT_OF_BUNDLES"},
                      {T::bad_type, "ONFERR_ET_BAD_TYPE"},
                      {T::bad_flags, "ONFERR_ET_BAD_FLAGS"},
                      {T::msg_bad_len, "ONFERR_ET_MSG_BAD_LEN"},
                      {T::msg_bad_xid, "ONFERR_ET_MSG_BAD_XID"},
                      {T::msg_unsup, "ONFERR_ET_MSG_UNSUP"},
                      {T::msg_conflict, "ONFERR_ET_MSG_CONFLICT"},
                      {T::msg_too_many, "ONFERR_ET_MSG_TOO_MANY"},
                      {T::failed, "ONFERR_ET_FAILED"},
                      {T::timeout, "ONFERR_ET_TIMEOUT"},
                      {T::bundle_in_progress, "ONFERR_ET_BUNDLE_IN_PROGRESS"},
                      {T::cant_sync, "ONFERR_ET_CANT_SYNC"},
                      {T::bad_priority, "ONFERR_ET_BAD_PRIORITY"},
                      {T::async_invalid, "ONFERR_ET_ASYNC_INVALID"},
                      {T::async_unsupported, "ONFERR_ET_ASYNC_UNSUPPORTED"},
                      {T::async_eperm, "ONFERR_ET_ASYNC_EPERM"},
                      {T::dup_instruction, "ONFERR_DUP_INSTRUCTION"},
                      {T::mpart_request_timeout, "ONFERR_ET_MPART_REQUEST_TIMEOUT"},
                      {T::mpart_reply_timeout, "ONFERR_ET_MPART_REPLY_TIMEOUT"},
                      {T::bac_bad_set_mask, "OFPBAC_BAD_SET_MASK"},
                      {T::bpc_too_many, "OFPBPC_TOO_MANY"},
                      {T::bpc_dup_type, "OFPBPC_DUP_TYPE"},
                      {T::bpc_bad_experimenter, "OFPBPC_BAD_EXPERIMENTER"},
                      {T::bpc_bad_exp_type, "OFPBPC_BAD_EXP_TYPE"},
                      {T::bpc_bad_exp_value, "OFPBPC_BAD_EXP_VALUE"},
                      {T::bpc_eperm, "OFPBPC_EPERM"}});
}

// ofp_error_experimenter_msg of the ONF's
struct ErrorMessage {
  static constexpr MessageId id{Version::v12, Version::v14, v13::ErrorMessage::id.type};
  ErrorType exp_type{};
  Payload data{};
  static constexpr auto wire =
      describe("onf_error", tag<v13::ErrorType::experimenter>, field<&ErrorMessage::exp_type>,
               tag<ExperimenterId::onf>.named("experimenter"), rest<&ErrorMessage::data>.message());
};

// onf_action_copy_field: copies bits from one field to another (EXT-320).
struct CopyField {
  std::uint16_t n_bits = 0, src_offset = 0, dst_offset = 0;
  One<OxmId> src{}, dst{};
  static constexpr auto wire = element<ActionOf::experimenter>(
      "onf_copy_field", tag<ExperimenterId::onf>.named("experimenter"),
      tag<std::uint16_t{3200}>.named("exp_type"), pad<2>, field<&CopyField::n_bits>,
      field<&CopyField::src_offset>, field<&CopyField::dst_offset>, pad<2>, field<&CopyField::src>,
      field<&CopyField::dst>, align<8>);
};

inline constexpr auto add_messages = [](auto& catalog) {
  return catalog.template add<BundleControl, BundleAddMessage, RoleStatus, RequestForward, FlowMonitorRequest,
                              FlowMonitorReply, FlowMonitorCancel, FlowMonitorPaused, FlowMonitorResumed,
                              ErrorMessage>() &&
         catalog.template add_element<v13::Action, CopyField>();
};

}  // namespace oflens::onf
