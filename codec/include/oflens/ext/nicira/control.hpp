// Nicira's messages that set up a connection: the controller's role and number, the forms of flow_mod and
// packet_in, and what the switch is to tell unasked.
#pragma once

#include <oflens/ext/nicira/header.hpp>

namespace oflens::nicira {

// enum nx_role. Those of 1.2 and later are one higher.
enum class Role : std::uint32_t { other = 0, master = 1, slave = 2 };
constexpr auto labels_of(Role) {
  return enumeration(
      {{Role::other, "NX_ROLE_OTHER"}, {Role::master, "NX_ROLE_MASTER"}, {Role::slave, "NX_ROLE_SLAVE"}});
}

// struct nx_role_request
struct RoleRequest {
  static constexpr MessageId id = message_id(Version::v10, Version::v15);
  Role role{};
  static constexpr auto wire = message<Subtype::role_request>("nx_role_request", field<&RoleRequest::role>);
};

// struct nx_role_request
struct RoleReply {
  static constexpr MessageId id = message_id(Version::v10, Version::v15);
  Role role{};
  static constexpr auto wire = message<Subtype::role_reply>("nx_role_reply", field<&RoleReply::role>);
};

// enum nx_flow_format
enum class FlowFormat : std::uint32_t { openflow10 = 0, nxm = 2 };
constexpr auto labels_of(FlowFormat) {
  return enumeration({{FlowFormat::openflow10, "NXFF_OPENFLOW10"}, {FlowFormat::nxm, "NXFF_NXM"}});
}

// struct nx_set_flow_format: in which form flow_removeds come and flow_mods are wanted.
struct SetFlowFormat {
  static constexpr MessageId id = message_id(Version::v10, Version::v10);
  FlowFormat format{};
  static constexpr auto wire =
      message<Subtype::set_flow_format>("nx_set_flow_format", field<&SetFlowFormat::format>);
};

// struct nx_flow_mod_table_id: from now on the command of flow_mods has the table in its high byte, or not.
struct FlowModTableId {
  static constexpr MessageId id = message_id(Version::v10, Version::v15);
  std::uint8_t set = 0;
  static constexpr auto wire =
      message<Subtype::flow_mod_table_id>("nx_flow_mod_table_id", field<&FlowModTableId::set>, pad<7>);
};

// enum ofputil_packet_in_format
enum class PacketInFormat : std::uint32_t { standard = 0, nxt_packet_in = 1, nxt_packet_in2 = 2 };
constexpr auto labels_of(PacketInFormat) {
  return enumeration({{PacketInFormat::standard, "NXPIF_STANDARD"},
                      {PacketInFormat::nxt_packet_in, "NXPIF_NXT_PACKET_IN"},
                      {PacketInFormat::nxt_packet_in2, "NXPIF_NXT_PACKET_IN2"}});
}

// struct nx_set_packet_in_format
struct SetPacketInFormat {
  static constexpr MessageId id = message_id(Version::v10, Version::v15);
  PacketInFormat format{};
  static constexpr auto wire =
      message<Subtype::set_packet_in_format>("nx_set_packet_in_format", field<&SetPacketInFormat::format>);
};

// Asks that flow statistics tell idle_age and hard_age. A switch that knows it answers nothing.
struct FlowAge {
  static constexpr MessageId id = message_id(Version::v10, Version::v15);
  static constexpr auto wire = message<Subtype::flow_age>("nx_flow_age");
};

// struct nx_controller_id: the number by which the action controller() finds this connection.
struct SetControllerId {
  static constexpr MessageId id = message_id(Version::v10, Version::v15);
  std::uint16_t controller_id = 0;
  static constexpr auto wire =
      message<Subtype::set_controller_id>("nx_controller_id", pad<6>, field<&SetControllerId::controller_id>);
};

// ---- what the switch tells unasked: bit n of a mask is the reason n

enum class PacketInMask : std::uint32_t { none = 0 };
constexpr auto labels_of(PacketInMask) {
  return flags({{1u << 0, "OFPR_NO_MATCH"},
                {1u << 1, "OFPR_ACTION"},
                {1u << 2, "OFPR_INVALID_TTL"},
                {1u << 3, "OFPR_ACTION_SET"},
                {1u << 4, "OFPR_GROUP"},
                {1u << 5, "OFPR_PACKET_OUT"}});
}
enum class PortStatusMask : std::uint32_t { none = 0 };
constexpr auto labels_of(PortStatusMask) {
  return flags({{1u << 0, "OFPPR_ADD"}, {1u << 1, "OFPPR_DELETE"}, {1u << 2, "OFPPR_MODIFY"}});
}
enum class FlowRemovedMask : std::uint32_t { none = 0 };
constexpr auto labels_of(FlowRemovedMask) {
  return flags({{1u << 0, "OFPRR_IDLE_TIMEOUT"},
                {1u << 1, "OFPRR_HARD_TIMEOUT"},
                {1u << 2, "OFPRR_DELETE"},
                {1u << 3, "OFPRR_GROUP_DELETE"},
                {1u << 4, "OFPRR_METER_DELETE"},
                {1u << 5, "OFPRR_EVICTION"}});
}
enum class RoleStatusMask : std::uint32_t { none = 0 };
constexpr auto labels_of(RoleStatusMask) {
  return flags(
      {{1u << 0, "OFPCRR_MASTER_REQUEST"}, {1u << 1, "OFPCRR_CONFIG"}, {1u << 2, "OFPCRR_EXPERIMENTER"}});
}
enum class TableStatusMask : std::uint32_t { none = 0 };
constexpr auto labels_of(TableStatusMask) {
  return flags({{1u << 3, "OFPTR_VACANCY_DOWN"}, {1u << 4, "OFPTR_VACANCY_UP"}});
}
enum class RequestForwardMask : std::uint32_t { none = 0 };
constexpr auto labels_of(RequestForwardMask) {
  return flags({{1u << 0, "OFPRFR_GROUP_MOD"}, {1u << 1, "OFPRFR_METER_MOD"}});
}

// struct nx_async_config. A controller in the role slave gets what the second mask of each kind has, any
// other what the first has.
struct SetAsyncConfig {
  static constexpr MessageId id = message_id(Version::v10, Version::v15);
  PacketInMask packet_in_mask{}, packet_in_mask_slave{};
  PortStatusMask port_status_mask{}, port_status_mask_slave{};
  FlowRemovedMask flow_removed_mask{}, flow_removed_mask_slave{};
  static constexpr auto wire = message<Subtype::set_async_config>(
      "nx_async_config", field<&SetAsyncConfig::packet_in_mask>, field<&SetAsyncConfig::packet_in_mask_slave>,
      field<&SetAsyncConfig::port_status_mask>, field<&SetAsyncConfig::port_status_mask_slave>,
      field<&SetAsyncConfig::flow_removed_mask>, field<&SetAsyncConfig::flow_removed_mask_slave>);
};

// enum ofp14_async_config_prop_type: those of 1.4's set_async.
enum class AsyncConfigPropertyType : std::uint16_t {
  packet_in_slave = 0,
  packet_in_master = 1,
  port_status_slave = 2,
  port_status_master = 3,
  flow_removed_slave = 4,
  flow_removed_master = 5,
  role_status_slave = 6,
  role_status_master = 7,
  table_status_slave = 8,
  table_status_master = 9,
  requestforward_slave = 10,
  requestforward_master = 11,
  experimenter_slave = 0xfffe,
  experimenter_master = 0xffff,
};
constexpr auto labels_of(AsyncConfigPropertyType) {
  using T = AsyncConfigPropertyType;
  return enumeration({{T::packet_in_slave, "OFPACPT_PACKET_IN_SLAVE"},
                      {T::packet_in_master, "OFPACPT_PACKET_IN_MASTER"},
                      {T::port_status_slave, "OFPACPT_PORT_STATUS_SLAVE"},
                      {T::port_status_master, "OFPACPT_PORT_STATUS_MASTER"},
                      {T::flow_removed_slave, "OFPACPT_FLOW_REMOVED_SLAVE"},
                      {T::flow_removed_master, "OFPACPT_FLOW_REMOVED_MASTER"},
                      {T::role_status_slave, "OFPACPT_ROLE_STATUS_SLAVE"},
                      {T::role_status_master, "OFPACPT_ROLE_STATUS_MASTER"},
                      {T::table_status_slave, "OFPACPT_TABLE_STATUS_SLAVE"},
                      {T::table_status_master, "OFPACPT_TABLE_STATUS_MASTER"},
                      {T::requestforward_slave, "OFPACPT_REQUESTFORWARD_SLAVE"},
                      {T::requestforward_master, "OFPACPT_REQUESTFORWARD_MASTER"},
                      {T::experimenter_slave, "OFPACPT_EXPERIMENTER_SLAVE"},
                      {T::experimenter_master, "OFPACPT_EXPERIMENTER_MASTER"}});
}

// One mask for one role.
template <AsyncConfigPropertyType Type, class Mask>
struct AsyncReasons {
  Mask mask{};
  static constexpr auto wire = property<Type>("async_reasons", field<&AsyncReasons::mask>);
};

struct AsyncConfigPropertyRules : PropertyRules {
  using Type = AsyncConfigPropertyType;
  static constexpr const char* name = "async_config_property";
};
using AsyncConfigProperty =
    OneOf<AsyncConfigPropertyRules, AsyncReasons<AsyncConfigPropertyType::packet_in_slave, PacketInMask>,
          AsyncReasons<AsyncConfigPropertyType::packet_in_master, PacketInMask>,
          AsyncReasons<AsyncConfigPropertyType::port_status_slave, PortStatusMask>,
          AsyncReasons<AsyncConfigPropertyType::port_status_master, PortStatusMask>,
          AsyncReasons<AsyncConfigPropertyType::flow_removed_slave, FlowRemovedMask>,
          AsyncReasons<AsyncConfigPropertyType::flow_removed_master, FlowRemovedMask>,
          AsyncReasons<AsyncConfigPropertyType::role_status_slave, RoleStatusMask>,
          AsyncReasons<AsyncConfigPropertyType::role_status_master, RoleStatusMask>,
          AsyncReasons<AsyncConfigPropertyType::table_status_slave, TableStatusMask>,
          AsyncReasons<AsyncConfigPropertyType::table_status_master, TableStatusMask>,
          AsyncReasons<AsyncConfigPropertyType::requestforward_slave, RequestForwardMask>,
          AsyncReasons<AsyncConfigPropertyType::requestforward_master, RequestForwardMask>>;

// 1.4's set_async brought to older versions; what has no property stays as it is.
struct SetAsyncConfig2 {
  static constexpr MessageId id = message_id(Version::v10, Version::v13);
  Seq<AsyncConfigProperty> properties{};
  static constexpr auto wire =
      message<Subtype::set_async_config2>("nx_set_async_config2", field<&SetAsyncConfig2::properties>);
};

inline constexpr auto add_control_messages = [](auto& catalog) {
  return catalog.template add<RoleRequest, RoleReply, SetFlowFormat, FlowModTableId, SetPacketInFormat,
                              FlowAge, SetControllerId, SetAsyncConfig, SetAsyncConfig2>();
};

}  // namespace oflens::nicira
