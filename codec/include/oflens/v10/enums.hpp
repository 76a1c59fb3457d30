// Constants of OpenFlow 1.0, by the sections of openflow-spec-v1.0.0.
#pragma once

#include <oflens/types.hpp>

namespace oflens::v10 {

// §5.2.1 ofp_port. Ports of 1.0 have 16 bits.
enum class PortNo : std::uint16_t {
  max = 0xff00,
  in_port = 0xfff8,
  table = 0xfff9,
  normal = 0xfffa,
  flood = 0xfffb,
  all = 0xfffc,
  controller = 0xfffd,
  local = 0xfffe,
  none = 0xffff,
};
constexpr auto labels_of(PortNo) {
  return enumeration({{PortNo::max, "OFPP_MAX"},
                      {PortNo::in_port, "OFPP_IN_PORT"},
                      {PortNo::table, "OFPP_TABLE"},
                      {PortNo::normal, "OFPP_NORMAL"},
                      {PortNo::flood, "OFPP_FLOOD"},
                      {PortNo::all, "OFPP_ALL"},
                      {PortNo::controller, "OFPP_CONTROLLER"},
                      {PortNo::local, "OFPP_LOCAL"},
                      {PortNo::none, "OFPP_NONE"}});
}

// §5.2.1 ofp_port_config
enum class PortConfig : std::uint32_t {};
constexpr auto labels_of(PortConfig) {
  return flags({{1u << 0, "OFPPC_PORT_DOWN"},
                {1u << 1, "OFPPC_NO_STP"},
                {1u << 2, "OFPPC_NO_RECV"},
                {1u << 3, "OFPPC_NO_RECV_STP"},
                {1u << 4, "OFPPC_NO_FLOOD"},
                {1u << 5, "OFPPC_NO_FWD"},
                {1u << 6, "OFPPC_NO_PACKET_IN"}});
}

// §5.2.1 ofp_port_state: one bit, and the state of the spanning tree in bits 8 and 9 (0: OFPPS_STP_LISTEN).
enum class PortState : std::uint32_t {};
constexpr auto labels_of(PortState) {
  return flags({{3u << 8, "OFPPS_STP_BLOCK"},
                {2u << 8, "OFPPS_STP_FORWARD"},
                {1u << 8, "OFPPS_STP_LEARN"},
                {1u << 0, "OFPPS_LINK_DOWN"}});
}

// §5.2.1 ofp_port_features
enum class PortFeatures : std::uint32_t {};
constexpr auto labels_of(PortFeatures) {
  return flags({{1u << 0, "OFPPF_10MB_HD"},
                {1u << 1, "OFPPF_10MB_FD"},
                {1u << 2, "OFPPF_100MB_HD"},
                {1u << 3, "OFPPF_100MB_FD"},
                {1u << 4, "OFPPF_1GB_HD"},
                {1u << 5, "OFPPF_1GB_FD"},
                {1u << 6, "OFPPF_10GB_FD"},
                {1u << 7, "OFPPF_COPPER"},
                {1u << 8, "OFPPF_FIBER"},
                {1u << 9, "OFPPF_AUTONEG"},
                {1u << 10, "OFPPF_PAUSE"},
                {1u << 11, "OFPPF_PAUSE_ASYM"}});
}

// §5.3.1 ofp_capabilities
enum class Capabilities : std::uint32_t {};
constexpr auto labels_of(Capabilities) {
  return flags({{1u << 0, "OFPC_FLOW_STATS"},
                {1u << 1, "OFPC_TABLE_STATS"},
                {1u << 2, "OFPC_PORT_STATS"},
                {1u << 3, "OFPC_STP"},
                {1u << 4, "OFPC_RESERVED"},
                {1u << 5, "OFPC_IP_REASM"},
                {1u << 6, "OFPC_QUEUE_STATS"},
                {1u << 7, "OFPC_ARP_MATCH_IP"}});
}

// §5.2.4 ofp_action_type, as the set of actions that a switch supports (bit n: action n).
enum class SupportedActions : std::uint32_t {};
constexpr auto labels_of(SupportedActions) {
  return flags({{1u << 0, "OFPAT_OUTPUT"},
                {1u << 1, "OFPAT_SET_VLAN_VID"},
                {1u << 2, "OFPAT_SET_VLAN_PCP"},
                {1u << 3, "OFPAT_STRIP_VLAN"},
                {1u << 4, "OFPAT_SET_DL_SRC"},
                {1u << 5, "OFPAT_SET_DL_DST"},
                {1u << 6, "OFPAT_SET_NW_SRC"},
                {1u << 7, "OFPAT_SET_NW_DST"},
                {1u << 8, "OFPAT_SET_NW_TOS"},
                {1u << 9, "OFPAT_SET_TP_SRC"},
                {1u << 10, "OFPAT_SET_TP_DST"},
                {1u << 11, "OFPAT_ENQUEUE"}});
}

// §5.3.2 ofp_config_flags
enum class ConfigFlags : std::uint16_t {};
constexpr auto labels_of(ConfigFlags) {
  return flags({{3u, "OFPC_FRAG_MASK"}, {1u, "OFPC_FRAG_DROP"}, {2u, "OFPC_FRAG_REASM"}});
}

// §5.4.1 ofp_packet_in_reason
enum class PacketInReason : std::uint8_t { no_match = 0, action = 1 };
constexpr auto labels_of(PacketInReason) {
  return enumeration({{PacketInReason::no_match, "OFPR_NO_MATCH"}, {PacketInReason::action, "OFPR_ACTION"}});
}

// §5.4.2 ofp_flow_removed_reason
enum class FlowRemovedReason : std::uint8_t { idle_timeout = 0, hard_timeout = 1, delete_ = 2 };
constexpr auto labels_of(FlowRemovedReason) {
  return enumeration({{FlowRemovedReason::idle_timeout, "OFPRR_IDLE_TIMEOUT"},
                      {FlowRemovedReason::hard_timeout, "OFPRR_HARD_TIMEOUT"},
                      {FlowRemovedReason::delete_, "OFPRR_DELETE"}});
}

// §5.4.3 ofp_port_reason
enum class PortReason : std::uint8_t { add = 0, delete_ = 1, modify = 2 };
constexpr auto labels_of(PortReason) {
  return enumeration({{PortReason::add, "OFPPR_ADD"},
                      {PortReason::delete_, "OFPPR_DELETE"},
                      {PortReason::modify, "OFPPR_MODIFY"}});
}

// §5.3.3 ofp_flow_mod_command
enum class FlowModCommand : std::uint16_t {
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

// §5.3.3 ofp_flow_mod_flags
enum class FlowModFlags : std::uint16_t { none = 0, send_flow_rem = 1, check_overlap = 2, emerg = 4 };
constexpr auto labels_of(FlowModFlags) {
  return flags({{FlowModFlags::send_flow_rem, "OFPFF_SEND_FLOW_REM"},
                {FlowModFlags::check_overlap, "OFPFF_CHECK_OVERLAP"},
                {FlowModFlags::emerg, "OFPFF_EMERG"}});
}

// §5.2.3 ofp_flow_wildcards: a set bit says that the field is not matched; two fields of six bits say how
// many low bits of an address are not.
enum class Wildcards : std::uint32_t {
  none = 0,
  in_port = 1u << 0,
  dl_vlan = 1u << 1,
  dl_src = 1u << 2,
  dl_dst = 1u << 3,
  dl_type = 1u << 4,
  nw_proto = 1u << 5,
  tp_src = 1u << 6,
  tp_dst = 1u << 7,
  nw_src_all = 32u << 8,
  nw_dst_all = 32u << 14,
  dl_vlan_pcp = 1u << 20,
  nw_tos = 1u << 21,
  all = (1u << 22) - 1,
};
constexpr auto labels_of(Wildcards) {
  return flags({{Wildcards::all, "OFPFW_ALL"},
                {Wildcards::in_port, "OFPFW_IN_PORT"},
                {Wildcards::dl_vlan, "OFPFW_DL_VLAN"},
                {Wildcards::dl_src, "OFPFW_DL_SRC"},
                {Wildcards::dl_dst, "OFPFW_DL_DST"},
                {Wildcards::dl_type, "OFPFW_DL_TYPE"},
                {Wildcards::nw_proto, "OFPFW_NW_PROTO"},
                {Wildcards::tp_src, "OFPFW_TP_SRC"},
                {Wildcards::tp_dst, "OFPFW_TP_DST"},
                {Wildcards::nw_src_all, "OFPFW_NW_SRC_ALL"},
                {Wildcards::nw_dst_all, "OFPFW_NW_DST_ALL"},
                {Wildcards::dl_vlan_pcp, "OFPFW_DL_VLAN_PCP"},
                {Wildcards::nw_tos, "OFPFW_NW_TOS"}});
}
constexpr bool has(Wildcards set, Wildcards bit) {
  return (static_cast<std::uint32_t>(set) & static_cast<std::uint32_t>(bit)) != 0;
}

// §5.2.4 ofp_action_type
enum class ActionType : std::uint16_t {
  output = 0,
  set_vlan_vid = 1,
  set_vlan_pcp = 2,
  strip_vlan = 3,
  set_dl_src = 4,
  set_dl_dst = 5,
  set_nw_src = 6,
  set_nw_dst = 7,
  set_nw_tos = 8,
  set_tp_src = 9,
  set_tp_dst = 10,
  enqueue = 11,
  vendor = 0xffff,
};
constexpr auto labels_of(ActionType) {
  return enumeration({{ActionType::output, "OFPAT_OUTPUT"},
                      {ActionType::set_vlan_vid, "OFPAT_SET_VLAN_VID"},
                      {ActionType::set_vlan_pcp, "OFPAT_SET_VLAN_PCP"},
                      {ActionType::strip_vlan, "OFPAT_STRIP_VLAN"},
                      {ActionType::set_dl_src, "OFPAT_SET_DL_SRC"},
                      {ActionType::set_dl_dst, "OFPAT_SET_DL_DST"},
                      {ActionType::set_nw_src, "OFPAT_SET_NW_SRC"},
                      {ActionType::set_nw_dst, "OFPAT_SET_NW_DST"},
                      {ActionType::set_nw_tos, "OFPAT_SET_NW_TOS"},
                      {ActionType::set_tp_src, "OFPAT_SET_TP_SRC"},
                      {ActionType::set_tp_dst, "OFPAT_SET_TP_DST"},
                      {ActionType::enqueue, "OFPAT_ENQUEUE"},
                      {ActionType::vendor, "OFPAT_VENDOR"}});
}

// §5.3.5 ofp_stats_types
enum class StatsType : std::uint16_t {
  desc = 0,
  flow = 1,
  aggregate = 2,
  table = 3,
  port = 4,
  queue = 5,
  port_desc = 13,  // of 1.3; Open vSwitch answers it on 1.0, too
  vendor = 0xffff
};
constexpr auto labels_of(StatsType) {
  return enumeration({{StatsType::desc, "OFPST_DESC"},
                      {StatsType::flow, "OFPST_FLOW"},
                      {StatsType::aggregate, "OFPST_AGGREGATE"},
                      {StatsType::table, "OFPST_TABLE"},
                      {StatsType::port, "OFPST_PORT"},
                      {StatsType::queue, "OFPST_QUEUE"},
                      {StatsType::port_desc, "OFPST_PORT_DESC"},
                      {StatsType::vendor, "OFPST_VENDOR"}});
}

// §5.3.5: no flags are defined for requests.
enum class StatsRequestFlags : std::uint16_t {};
constexpr auto labels_of(StatsRequestFlags) { return flags({{1u << 0, "OFPSF_REQ_MORE"}}); }
enum class StatsReplyFlags : std::uint16_t { none = 0, more = 1 };
constexpr auto labels_of(StatsReplyFlags) { return flags({{StatsReplyFlags::more, "OFPSF_REPLY_MORE"}}); }

// §5.3.5.6 OFPQ_ALL
enum class QueueId : std::uint32_t { all = 0xffffffff };
constexpr auto labels_of(QueueId) { return enumeration({{QueueId::all, "OFPQ_ALL"}}); }

// §5.2.2 ofp_queue_properties
enum class QueuePropertyType : std::uint16_t { none = 0, min_rate = 1 };
constexpr auto labels_of(QueuePropertyType) {
  return enumeration(
      {{QueuePropertyType::none, "OFPQT_NONE"}, {QueuePropertyType::min_rate, "OFPQT_MIN_RATE"}});
}

// §5.2.2 ofp_queue_prop_min_rate: a rate in tenths of a percent; above 1000 it is disabled.
enum class QueueRate : std::uint16_t { unconfigured = 0xffff };
constexpr auto labels_of(QueueRate) {
  return enumeration({{QueueRate::unconfigured, "OFPQ_MIN_RATE_UNCFG"}});
}

}  // namespace oflens::v10
