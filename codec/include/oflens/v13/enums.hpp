// Constants of OpenFlow 1.3, by the sections of openflow-switch-v1.3.5.
#pragma once

#include <oflens/v10/enums.hpp>

namespace oflens::v13 {

using oflens::BufferId;
using oflens::PortNo;
using v10::PortReason;
using v10::QueueId;

// §7.3.1 ofp_capabilities
enum class Capabilities : std::uint32_t {};
constexpr auto labels_of(Capabilities) {
  return flags({{1u << 0, "OFPC_FLOW_STATS"},
                {1u << 1, "OFPC_TABLE_STATS"},
                {1u << 2, "OFPC_PORT_STATS"},
                {1u << 3, "OFPC_GROUP_STATS"},
                {1u << 5, "OFPC_IP_REASM"},
                {1u << 6, "OFPC_QUEUE_STATS"},
                {1u << 8, "OFPC_PORT_BLOCKED"}});
}

// §7.2.1 ofp_port_config
enum class PortConfig : std::uint32_t {};
constexpr auto labels_of(PortConfig) {
  return flags({{1u << 0, "OFPPC_PORT_DOWN"},
                {1u << 2, "OFPPC_NO_RECV"},
                {1u << 5, "OFPPC_NO_FWD"},
                {1u << 6, "OFPPC_NO_PACKET_IN"}});
}

// §7.2.1 ofp_port_state
enum class PortState : std::uint32_t {};
constexpr auto labels_of(PortState) {
  return flags({{1u << 0, "OFPPS_LINK_DOWN"}, {1u << 1, "OFPPS_BLOCKED"}, {1u << 2, "OFPPS_LIVE"}});
}

// §7.2.1 ofp_port_features
enum class PortFeatures : std::uint32_t {};
constexpr auto labels_of(PortFeatures) {
  return flags({{1u << 0, "OFPPF_10MB_HD"},
                {1u << 1, "OFPPF_10MB_FD"},
                {1u << 2, "OFPPF_100MB_HD"},
                {1u << 3, "OFPPF_100MB_FD"},
                {1u << 4, "OFPPF_1GB_HD"},
                {1u << 5, "OFPPF_1GB_FD"},
                {1u << 6, "OFPPF_10GB_FD"},
                {1u << 7, "OFPPF_40GB_FD"},
                {1u << 8, "OFPPF_100GB_FD"},
                {1u << 9, "OFPPF_1TB_FD"},
                {1u << 10, "OFPPF_OTHER"},
                {1u << 11, "OFPPF_COPPER"},
                {1u << 12, "OFPPF_FIBER"},
                {1u << 13, "OFPPF_AUTONEG"},
                {1u << 14, "OFPPF_PAUSE"},
                {1u << 15, "OFPPF_PAUSE_ASYM"}});
}

// §7.3.4.1 ofp_table
enum class TableId : std::uint8_t { max = 0xfe, all = 0xff };
constexpr auto labels_of(TableId) {
  return enumeration({{TableId::max, "OFPTT_MAX"}, {TableId::all, "OFPTT_ALL"}});
}

// §7.3.4.2 ofp_group
enum class GroupId : std::uint32_t { max = 0xffffff00, all = 0xfffffffc, any = 0xffffffff };
constexpr auto labels_of(GroupId) {
  return enumeration({{GroupId::max, "OFPG_MAX"}, {GroupId::all, "OFPG_ALL"}, {GroupId::any, "OFPG_ANY"}});
}

// §7.3.4.4 ofp_meter
enum class MeterId : std::uint32_t {
  max = 0xffff0000,
  slowpath = 0xfffffffd,
  controller = 0xfffffffe,
  all = 0xffffffff
};
constexpr auto labels_of(MeterId) {
  return enumeration({{MeterId::max, "OFPM_MAX"},
                      {MeterId::slowpath, "OFPM_SLOWPATH"},
                      {MeterId::controller, "OFPM_CONTROLLER"},
                      {MeterId::all, "OFPM_ALL"}});
}

// §7.3.4.1 ofp_flow_mod_command
enum class FlowModCommand : std::uint8_t {
  add = 0,
  modify = 1,
  modify_strict = 2,
  delete_ = 3,
  delete_strict = 4
};
constexpr auto labels_of(FlowModCommand) {
  return enumeration({{FlowModCommand::add, "OFPFC_ADD"},
                      {FlowModCommand::modify, "OFPFC_MODIFY"},
                      {FlowModCommand::modify_strict, "OFPFC_MODIFY_STRICT"},
                      {FlowModCommand::delete_, "OFPFC_DELETE"},
                      {FlowModCommand::delete_strict, "OFPFC_DELETE_STRICT"}});
}

// §7.3.4.1 ofp_flow_mod_flags
enum class FlowModFlags : std::uint16_t {
  none = 0,
  send_flow_rem = 1,
  check_overlap = 2,
  reset_counts = 4,
  no_pkt_counts = 8,
  no_byt_counts = 16,
};
constexpr auto labels_of(FlowModFlags) {
  return flags({{FlowModFlags::send_flow_rem, "OFPFF_SEND_FLOW_REM"},
                {FlowModFlags::check_overlap, "OFPFF_CHECK_OVERLAP"},
                {FlowModFlags::reset_counts, "OFPFF_RESET_COUNTS"},
                {FlowModFlags::no_pkt_counts, "OFPFF_NO_PKT_COUNTS"},
                {FlowModFlags::no_byt_counts, "OFPFF_NO_BYT_COUNTS"}});
}

// §7.4.1 ofp_packet_in_reason
enum class PacketInReason : std::uint8_t { no_match = 0, action = 1, invalid_ttl = 2 };
constexpr auto labels_of(PacketInReason) {
  return enumeration({{PacketInReason::no_match, "OFPR_NO_MATCH"},
                      {PacketInReason::action, "OFPR_ACTION"},
                      {PacketInReason::invalid_ttl, "OFPR_INVALID_TTL"}});
}

// §7.4.2 ofp_flow_removed_reason
enum class FlowRemovedReason : std::uint8_t {
  idle_timeout = 0,
  hard_timeout = 1,
  delete_ = 2,
  group_delete = 3
};
constexpr auto labels_of(FlowRemovedReason) {
  return enumeration({{FlowRemovedReason::idle_timeout, "OFPRR_IDLE_TIMEOUT"},
                      {FlowRemovedReason::hard_timeout, "OFPRR_HARD_TIMEOUT"},
                      {FlowRemovedReason::delete_, "OFPRR_DELETE"},
                      {FlowRemovedReason::group_delete, "OFPRR_GROUP_DELETE"}});
}

// §7.3.9 ofp_controller_role
enum class ControllerRole : std::uint32_t { nochange = 0, equal = 1, master = 2, slave = 3 };
constexpr auto labels_of(ControllerRole) {
  return enumeration({{ControllerRole::nochange, "OFPCR_ROLE_NOCHANGE"},
                      {ControllerRole::equal, "OFPCR_ROLE_EQUAL"},
                      {ControllerRole::master, "OFPCR_ROLE_MASTER"},
                      {ControllerRole::slave, "OFPCR_ROLE_SLAVE"}});
}

// §7.2.5 ofp_controller_max_len
enum class MaxLen : std::uint16_t { max = 0xffe5, no_buffer = 0xffff };
constexpr auto labels_of(MaxLen) {
  return enumeration({{MaxLen::max, "OFPCML_MAX"}, {MaxLen::no_buffer, "OFPCML_NO_BUFFER"}});
}

// §7.2.3.1 ofp_match_type
enum class MatchType : std::uint16_t { standard = 0, oxm = 1 };
constexpr auto labels_of(MatchType) {
  return enumeration({{MatchType::standard, "OFPMT_STANDARD"}, {MatchType::oxm, "OFPMT_OXM"}});
}

// §7.2.4 ofp_instruction_type
enum class InstructionType : std::uint16_t {
  goto_table = 1,
  write_metadata = 2,
  write_actions = 3,
  apply_actions = 4,
  clear_actions = 5,
  meter = 6,
  experimenter = 0xffff,
};
constexpr auto labels_of(InstructionType) {
  return enumeration({{InstructionType::goto_table, "OFPIT_GOTO_TABLE"},
                      {InstructionType::write_metadata, "OFPIT_WRITE_METADATA"},
                      {InstructionType::write_actions, "OFPIT_WRITE_ACTIONS"},
                      {InstructionType::apply_actions, "OFPIT_APPLY_ACTIONS"},
                      {InstructionType::clear_actions, "OFPIT_CLEAR_ACTIONS"},
                      {InstructionType::meter, "OFPIT_METER"},
                      {InstructionType::experimenter, "OFPIT_EXPERIMENTER"}});
}

// §7.2.5 ofp_action_type. 1 to 14, but for two, are 1.1's; see v11/actions.hpp.
enum class ActionType : std::uint16_t {
  output = 0,
  set_vlan_vid = 1,
  set_vlan_pcp = 2,
  set_dl_src = 3,
  set_dl_dst = 4,
  set_nw_src = 5,
  set_nw_dst = 6,
  set_nw_tos = 7,
  set_nw_ecn = 8,
  set_tp_src = 9,
  set_tp_dst = 10,
  copy_ttl_out = 11,
  copy_ttl_in = 12,
  set_mpls_label = 13,
  set_mpls_tc = 14,
  set_mpls_ttl = 15,
  dec_mpls_ttl = 16,
  push_vlan = 17,
  pop_vlan = 18,
  push_mpls = 19,
  pop_mpls = 20,
  set_queue = 21,
  group = 22,
  set_nw_ttl = 23,
  dec_nw_ttl = 24,
  set_field = 25,
  push_pbb = 26,
  pop_pbb = 27,
  experimenter = 0xffff,
};
constexpr auto labels_of(ActionType) {
  return enumeration({{ActionType::output, "OFPAT_OUTPUT"},
                      {ActionType::set_vlan_vid, "OFPAT_SET_VLAN_VID"},
                      {ActionType::set_vlan_pcp, "OFPAT_SET_VLAN_PCP"},
                      {ActionType::set_dl_src, "OFPAT_SET_DL_SRC"},
                      {ActionType::set_dl_dst, "OFPAT_SET_DL_DST"},
                      {ActionType::set_nw_src, "OFPAT_SET_NW_SRC"},
                      {ActionType::set_nw_dst, "OFPAT_SET_NW_DST"},
                      {ActionType::set_nw_tos, "OFPAT_SET_NW_TOS"},
                      {ActionType::set_nw_ecn, "OFPAT_SET_NW_ECN"},
                      {ActionType::set_tp_src, "OFPAT_SET_TP_SRC"},
                      {ActionType::set_tp_dst, "OFPAT_SET_TP_DST"},
                      {ActionType::copy_ttl_out, "OFPAT_COPY_TTL_OUT"},
                      {ActionType::copy_ttl_in, "OFPAT_COPY_TTL_IN"},
                      {ActionType::set_mpls_label, "OFPAT_SET_MPLS_LABEL"},
                      {ActionType::set_mpls_tc, "OFPAT_SET_MPLS_TC"},
                      {ActionType::set_mpls_ttl, "OFPAT_SET_MPLS_TTL"},
                      {ActionType::dec_mpls_ttl, "OFPAT_DEC_MPLS_TTL"},
                      {ActionType::push_vlan, "OFPAT_PUSH_VLAN"},
                      {ActionType::pop_vlan, "OFPAT_POP_VLAN"},
                      {ActionType::push_mpls, "OFPAT_PUSH_MPLS"},
                      {ActionType::pop_mpls, "OFPAT_POP_MPLS"},
                      {ActionType::set_queue, "OFPAT_SET_QUEUE"},
                      {ActionType::group, "OFPAT_GROUP"},
                      {ActionType::set_nw_ttl, "OFPAT_SET_NW_TTL"},
                      {ActionType::dec_nw_ttl, "OFPAT_DEC_NW_TTL"},
                      {ActionType::set_field, "OFPAT_SET_FIELD"},
                      {ActionType::push_pbb, "OFPAT_PUSH_PBB"},
                      {ActionType::pop_pbb, "OFPAT_POP_PBB"},
                      {ActionType::experimenter, "OFPAT_EXPERIMENTER"}});
}

// §7.3.5 ofp_multipart_type
enum class MultipartType : std::uint16_t {
  desc = 0,
  flow = 1,
  aggregate = 2,
  table = 3,
  port_stats = 4,
  queue = 5,
  group = 6,
  group_desc = 7,
  group_features = 8,
  meter = 9,
  meter_config = 10,
  meter_features = 11,
  table_features = 12,
  port_desc = 13,
  experimenter = 0xffff,
};
constexpr auto labels_of(MultipartType) {
  return enumeration({{MultipartType::desc, "OFPMP_DESC"},
                      {MultipartType::flow, "OFPMP_FLOW"},
                      {MultipartType::aggregate, "OFPMP_AGGREGATE"},
                      {MultipartType::table, "OFPMP_TABLE"},
                      {MultipartType::port_stats, "OFPMP_PORT_STATS"},
                      {MultipartType::queue, "OFPMP_QUEUE"},
                      {MultipartType::group, "OFPMP_GROUP"},
                      {MultipartType::group_desc, "OFPMP_GROUP_DESC"},
                      {MultipartType::group_features, "OFPMP_GROUP_FEATURES"},
                      {MultipartType::meter, "OFPMP_METER"},
                      {MultipartType::meter_config, "OFPMP_METER_CONFIG"},
                      {MultipartType::meter_features, "OFPMP_METER_FEATURES"},
                      {MultipartType::table_features, "OFPMP_TABLE_FEATURES"},
                      {MultipartType::port_desc, "OFPMP_PORT_DESC"},
                      {MultipartType::experimenter, "OFPMP_EXPERIMENTER"}});
}

// §7.3.5 ofp_multipart_request_flags, ofp_multipart_reply_flags
enum class MultipartRequestFlags : std::uint16_t { none = 0, more = 1 };
constexpr auto labels_of(MultipartRequestFlags) {
  return flags({{MultipartRequestFlags::more, "OFPMPF_REQ_MORE"}});
}
enum class MultipartReplyFlags : std::uint16_t { none = 0, more = 1 };
constexpr auto labels_of(MultipartReplyFlags) {
  return flags({{MultipartReplyFlags::more, "OFPMPF_REPLY_MORE"}});
}

// §7.3.3 ofp_table_config: nothing in 1.3; two bits that 1.1 and 1.2 had.
enum class TableConfig : std::uint32_t {};
constexpr auto labels_of(TableConfig) { return flags({{3u, "OFPTC_DEPRECATED_MASK"}}); }

// §7.2.2 ofp_queue_properties
enum class QueuePropertyType : std::uint16_t { min_rate = 1, max_rate = 2, experimenter = 0xffff };
constexpr auto labels_of(QueuePropertyType) {
  return enumeration({{QueuePropertyType::min_rate, "OFPQT_MIN_RATE"},
                      {QueuePropertyType::max_rate, "OFPQT_MAX_RATE"},
                      {QueuePropertyType::experimenter, "OFPQT_EXPERIMENTER"}});
}

// §7.2.2 Rates of queues are in tenths of a percent; above 1000 they are disabled.
enum class QueueMinRate : std::uint16_t { unconfigured = 0xffff };
constexpr auto labels_of(QueueMinRate) {
  return enumeration({{QueueMinRate::unconfigured, "OFPQ_MIN_RATE_UNCFG"}});
}
enum class QueueMaxRate : std::uint16_t { unconfigured = 0xffff };
constexpr auto labels_of(QueueMaxRate) {
  return enumeration({{QueueMaxRate::unconfigured, "OFPQ_MAX_RATE_UNCFG"}});
}

// §7.3.4.2 ofp_group_mod_command
enum class GroupModCommand : std::uint16_t { add = 0, modify = 1, delete_ = 2 };
constexpr auto labels_of(GroupModCommand) {
  return enumeration({{GroupModCommand::add, "OFPGC_ADD"},
                      {GroupModCommand::modify, "OFPGC_MODIFY"},
                      {GroupModCommand::delete_, "OFPGC_DELETE"}});
}

// §7.3.4.2 ofp_group_type
enum class GroupType : std::uint8_t { all = 0, select = 1, indirect = 2, ff = 3 };
constexpr auto labels_of(GroupType) {
  return enumeration({{GroupType::all, "OFPGT_ALL"},
                      {GroupType::select, "OFPGT_SELECT"},
                      {GroupType::indirect, "OFPGT_INDIRECT"},
                      {GroupType::ff, "OFPGT_FF"}});
}

// ofp_group_type, as the set of types that a switch supports (bit n: type n).
enum class GroupTypes : std::uint32_t {};
constexpr auto labels_of(GroupTypes) {
  return flags({{1u << 0, "OFPGT_ALL"},
                {1u << 1, "OFPGT_SELECT"},
                {1u << 2, "OFPGT_INDIRECT"},
                {1u << 3, "OFPGT_FF"}});
}

// §7.3.5.9 ofp_group_capabilities
enum class GroupCapabilities : std::uint32_t {};
constexpr auto labels_of(GroupCapabilities) {
  return flags({{1u << 0, "OFPGFC_SELECT_WEIGHT"},
                {1u << 1, "OFPGFC_SELECT_LIVENESS"},
                {1u << 2, "OFPGFC_CHAINING"},
                {1u << 3, "OFPGFC_CHAINING_CHECKS"}});
}

// ofp_action_type, as the set of actions that a switch supports (bit n: action n), with those that only 1.1
// has.
enum class SupportedActions : std::uint32_t {};
constexpr auto labels_of(SupportedActions) {
  return flags(
      {{1u << 0, "OFPAT_OUTPUT"},        {1u << 1, "OFPAT_SET_VLAN_VID"},    {1u << 2, "OFPAT_SET_VLAN_PCP"},
       {1u << 3, "OFPAT_SET_DL_SRC"},    {1u << 4, "OFPAT_SET_DL_DST"},      {1u << 5, "OFPAT_SET_NW_SRC"},
       {1u << 6, "OFPAT_SET_NW_DST"},    {1u << 7, "OFPAT_SET_NW_TOS"},      {1u << 8, "OFPAT_SET_NW_ECN"},
       {1u << 9, "OFPAT_SET_TP_SRC"},    {1u << 10, "OFPAT_SET_TP_DST"},     {1u << 11, "OFPAT_COPY_TTL_OUT"},
       {1u << 12, "OFPAT_COPY_TTL_IN"},  {1u << 13, "OFPAT_SET_MPLS_LABEL"}, {1u << 14, "OFPAT_SET_MPLS_TC"},
       {1u << 15, "OFPAT_SET_MPLS_TTL"}, {1u << 16, "OFPAT_DEC_MPLS_TTL"},   {1u << 17, "OFPAT_PUSH_VLAN"},
       {1u << 18, "OFPAT_POP_VLAN"},     {1u << 19, "OFPAT_PUSH_MPLS"},      {1u << 20, "OFPAT_POP_MPLS"},
       {1u << 21, "OFPAT_SET_QUEUE"},    {1u << 22, "OFPAT_GROUP"},          {1u << 23, "OFPAT_SET_NW_TTL"},
       {1u << 24, "OFPAT_DEC_NW_TTL"},   {1u << 25, "OFPAT_SET_FIELD"},      {1u << 26, "OFPAT_PUSH_PBB"},
       {1u << 27, "OFPAT_POP_PBB"}});
}

// §7.3.4.4 ofp_meter_mod_command
enum class MeterModCommand : std::uint16_t { add = 0, modify = 1, delete_ = 2 };
constexpr auto labels_of(MeterModCommand) {
  return enumeration({{MeterModCommand::add, "OFPMC_ADD"},
                      {MeterModCommand::modify, "OFPMC_MODIFY"},
                      {MeterModCommand::delete_, "OFPMC_DELETE"}});
}

// §7.3.4.4 ofp_meter_flags: 16 bits in a meter, 32 where a switch says which it supports.
enum class MeterFlags : std::uint16_t { kbps = 1, pktps = 2, burst = 4, stats = 8 };
constexpr auto labels_of(MeterFlags) {
  return flags({{MeterFlags::kbps, "OFPMF_KBPS"},
                {MeterFlags::pktps, "OFPMF_PKTPS"},
                {MeterFlags::burst, "OFPMF_BURST"},
                {MeterFlags::stats, "OFPMF_STATS"}});
}
enum class MeterCapabilities : std::uint32_t {};
constexpr auto labels_of(MeterCapabilities) { return labels_of(MeterFlags{}); }

// §7.3.4.4 ofp_meter_band_type
enum class MeterBandType : std::uint16_t { drop = 1, dscp_remark = 2, experimenter = 0xffff };
constexpr auto labels_of(MeterBandType) {
  return enumeration({{MeterBandType::drop, "OFPMBT_DROP"},
                      {MeterBandType::dscp_remark, "OFPMBT_DSCP_REMARK"},
                      {MeterBandType::experimenter, "OFPMBT_EXPERIMENTER"}});
}

// ofp_meter_band_type, as the set of types that a switch supports (bit n: type n).
enum class MeterBandTypes : std::uint32_t {};
constexpr auto labels_of(MeterBandTypes) {
  return flags({{1u << 1, "OFPMBT_DROP"}, {1u << 2, "OFPMBT_DSCP_REMARK"}});
}

// §7.3.10: the reasons of which a controller wants to hear (bit n: reason n).
enum class PacketInReasons : std::uint32_t {};
constexpr auto labels_of(PacketInReasons) {
  return flags({{1u << 0, "OFPR_NO_MATCH"}, {1u << 1, "OFPR_ACTION"}, {1u << 2, "OFPR_INVALID_TTL"}});
}
enum class PortReasons : std::uint32_t {};
constexpr auto labels_of(PortReasons) {
  return flags({{1u << 0, "OFPPR_ADD"}, {1u << 1, "OFPPR_DELETE"}, {1u << 2, "OFPPR_MODIFY"}});
}
enum class FlowRemovedReasons : std::uint32_t {};
constexpr auto labels_of(FlowRemovedReasons) {
  return flags({{1u << 0, "OFPRR_IDLE_TIMEOUT"},
                {1u << 1, "OFPRR_HARD_TIMEOUT"},
                {1u << 2, "OFPRR_DELETE"},
                {1u << 3, "OFPRR_GROUP_DELETE"}});
}

// §7.3.5.5.2 ofp_table_feature_prop_type. _miss: of the table-miss flow entry, where it differs.
enum class TableFeaturePropertyType : std::uint16_t {
  instructions = 0,
  instructions_miss = 1,
  next_tables = 2,
  next_tables_miss = 3,
  write_actions = 4,
  write_actions_miss = 5,
  apply_actions = 6,
  apply_actions_miss = 7,
  match = 8,
  wildcards = 10,
  write_setfield = 12,
  write_setfield_miss = 13,
  apply_setfield = 14,
  apply_setfield_miss = 15,
  experimenter = 0xfffe,
  experimenter_miss = 0xffff,
};
constexpr auto labels_of(TableFeaturePropertyType) {
  using T = TableFeaturePropertyType;
  return enumeration({{T::instructions, "OFPTFPT_INSTRUCTIONS"},
                      {T::instructions_miss, "OFPTFPT_INSTRUCTIONS_MISS"},
                      {T::next_tables, "OFPTFPT_NEXT_TABLES"},
                      {T::next_tables_miss, "OFPTFPT_NEXT_TABLES_MISS"},
                      {T::write_actions, "OFPTFPT_WRITE_ACTIONS"},
                      {T::write_actions_miss, "OFPTFPT_WRITE_ACTIONS_MISS"},
                      {T::apply_actions, "OFPTFPT_APPLY_ACTIONS"},
                      {T::apply_actions_miss, "OFPTFPT_APPLY_ACTIONS_MISS"},
                      {T::match, "OFPTFPT_MATCH"},
                      {T::wildcards, "OFPTFPT_WILDCARDS"},
                      {T::write_setfield, "OFPTFPT_WRITE_SETFIELD"},
                      {T::write_setfield_miss, "OFPTFPT_WRITE_SETFIELD_MISS"},
                      {T::apply_setfield, "OFPTFPT_APPLY_SETFIELD"},
                      {T::apply_setfield_miss, "OFPTFPT_APPLY_SETFIELD_MISS"},
                      {T::experimenter, "OFPTFPT_EXPERIMENTER"},
                      {T::experimenter_miss, "OFPTFPT_EXPERIMENTER_MISS"}});
}

}  // namespace oflens::v13
