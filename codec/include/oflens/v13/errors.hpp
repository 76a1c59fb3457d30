// Types and codes of error messages in OpenFlow 1.3 (1.3.5 §7.4.4); those of 1.1 and 1.2 are a part of them.
#pragma once

#include <oflens/wire/labels.hpp>

namespace oflens::v13 {

enum class ErrorType : std::uint16_t {
  hello_failed = 0,
  bad_request = 1,
  bad_action = 2,
  bad_instruction = 3,
  bad_match = 4,
  flow_mod_failed = 5,
  group_mod_failed = 6,
  port_mod_failed = 7,
  table_mod_failed = 8,
  queue_op_failed = 9,
  switch_config_failed = 10,
  role_request_failed = 11,
  meter_mod_failed = 12,
  table_features_failed = 13,
  experimenter = 0xffff,
};
constexpr auto labels_of(ErrorType) {
  return enumeration({{ErrorType::hello_failed, "OFPET_HELLO_FAILED"},
                      {ErrorType::bad_request, "OFPET_BAD_REQUEST"},
                      {ErrorType::bad_action, "OFPET_BAD_ACTION"},
                      {ErrorType::bad_instruction, "OFPET_BAD_INSTRUCTION"},
                      {ErrorType::bad_match, "OFPET_BAD_MATCH"},
                      {ErrorType::flow_mod_failed, "OFPET_FLOW_MOD_FAILED"},
                      {ErrorType::group_mod_failed, "OFPET_GROUP_MOD_FAILED"},
                      {ErrorType::port_mod_failed, "OFPET_PORT_MOD_FAILED"},
                      {ErrorType::table_mod_failed, "OFPET_TABLE_MOD_FAILED"},
                      {ErrorType::queue_op_failed, "OFPET_QUEUE_OP_FAILED"},
                      {ErrorType::switch_config_failed, "OFPET_SWITCH_CONFIG_FAILED"},
                      {ErrorType::role_request_failed, "OFPET_ROLE_REQUEST_FAILED"},
                      {ErrorType::meter_mod_failed, "OFPET_METER_MOD_FAILED"},
                      {ErrorType::table_features_failed, "OFPET_TABLE_FEATURES_FAILED"},
                      {ErrorType::experimenter, "OFPET_EXPERIMENTER"}});
}

// The codes of each type.
enum class HelloFailedCode : std::uint16_t {};
constexpr auto labels_of(HelloFailedCode) {
  return enumeration({{0u, "OFPHFC_INCOMPATIBLE"}, {1u, "OFPHFC_EPERM"}});
}
enum class BadRequestCode : std::uint16_t {};
constexpr auto labels_of(BadRequestCode) {
  return enumeration({{0u, "OFPBRC_BAD_VERSION"},
                      {1u, "OFPBRC_BAD_TYPE"},
                      {2u, "OFPBRC_BAD_MULTIPART"},
                      {3u, "OFPBRC_BAD_EXPERIMENTER"},
                      {4u, "OFPBRC_BAD_EXP_TYPE"},
                      {5u, "OFPBRC_EPERM"},
                      {6u, "OFPBRC_BAD_LEN"},
                      {7u, "OFPBRC_BUFFER_EMPTY"},
                      {8u, "OFPBRC_BUFFER_UNKNOWN"},
                      {9u, "OFPBRC_BAD_TABLE_ID"},
                      {10u, "OFPBRC_IS_SLAVE"},
                      {11u, "OFPBRC_BAD_PORT"},
                      {12u, "OFPBRC_BAD_PACKET"},
                      {13u, "OFPBRC_MULTIPART_BUFFER_OVERFLOW"}});
}
enum class BadActionCode : std::uint16_t {};
constexpr auto labels_of(BadActionCode) {
  return enumeration({{0u, "OFPBAC_BAD_TYPE"},
                      {1u, "OFPBAC_BAD_LEN"},
                      {2u, "OFPBAC_BAD_EXPERIMENTER"},
                      {3u, "OFPBAC_BAD_EXP_TYPE"},
                      {4u, "OFPBAC_BAD_OUT_PORT"},
                      {5u, "OFPBAC_BAD_ARGUMENT"},
                      {6u, "OFPBAC_EPERM"},
                      {7u, "OFPBAC_TOO_MANY"},
                      {8u, "OFPBAC_BAD_QUEUE"},
                      {9u, "OFPBAC_BAD_OUT_GROUP"},
                      {10u, "OFPBAC_MATCH_INCONSISTENT"},
                      {11u, "OFPBAC_UNSUPPORTED_ORDER"},
                      {12u, "OFPBAC_BAD_TAG"},
                      {13u, "OFPBAC_BAD_SET_TYPE"},
                      {14u, "OFPBAC_BAD_SET_LEN"},
                      {15u, "OFPBAC_BAD_SET_ARGUMENT"}});
}
enum class BadInstructionCode : std::uint16_t {};
constexpr auto labels_of(BadInstructionCode) {
  return enumeration({{0u, "OFPBIC_UNKNOWN_INST"},
                      {1u, "OFPBIC_UNSUP_INST"},
                      {2u, "OFPBIC_BAD_TABLE_ID"},
                      {3u, "OFPBIC_UNSUP_METADATA"},
                      {4u, "OFPBIC_UNSUP_METADATA_MASK"},
                      {5u, "OFPBIC_BAD_EXPERIMENTER"},
                      {6u, "OFPBIC_BAD_EXP_TYPE"},
                      {7u, "OFPBIC_BAD_LEN"},
                      {8u, "OFPBIC_EPERM"}});
}
enum class BadMatchCode : std::uint16_t {};
constexpr auto labels_of(BadMatchCode) {
  return enumeration({{0u, "OFPBMC_BAD_TYPE"},
                      {1u, "OFPBMC_BAD_LEN"},
                      {2u, "OFPBMC_BAD_TAG"},
                      {3u, "OFPBMC_BAD_DL_ADDR_MASK"},
                      {4u, "OFPBMC_BAD_NW_ADDR_MASK"},
                      {5u, "OFPBMC_BAD_WILDCARDS"},
                      {6u, "OFPBMC_BAD_FIELD"},
                      {7u, "OFPBMC_BAD_VALUE"},
                      {8u, "OFPBMC_BAD_MASK"},
                      {9u, "OFPBMC_BAD_PREREQ"},
                      {10u, "OFPBMC_DUP_FIELD"},
                      {11u, "OFPBMC_EPERM"}});
}
enum class FlowModFailedCode : std::uint16_t {};
constexpr auto labels_of(FlowModFailedCode) {
  return enumeration({{0u, "OFPFMFC_UNKNOWN"},
                      {1u, "OFPFMFC_TABLE_FULL"},
                      {2u, "OFPFMFC_BAD_TABLE_ID"},
                      {3u, "OFPFMFC_OVERLAP"},
                      {4u, "OFPFMFC_EPERM"},
                      {5u, "OFPFMFC_BAD_TIMEOUT"},
                      {6u, "OFPFMFC_BAD_COMMAND"},
                      {7u, "OFPFMFC_BAD_FLAGS"}});
}
enum class GroupModFailedCode : std::uint16_t {};
constexpr auto labels_of(GroupModFailedCode) {
  return enumeration({{0u, "OFPGMFC_GROUP_EXISTS"},
                      {1u, "OFPGMFC_INVALID_GROUP"},
                      {2u, "OFPGMFC_WEIGHT_UNSUPPORTED"},
                      {3u, "OFPGMFC_OUT_OF_GROUPS"},
                      {4u, "OFPGMFC_OUT_OF_BUCKETS"},
                      {5u, "OFPGMFC_CHAINING_UNSUPPORTED"},
                      {6u, "OFPGMFC_WATCH_UNSUPPORTED"},
                      {7u, "OFPGMFC_LOOP"},
                      {8u, "OFPGMFC_UNKNOWN_GROUP"},
                      {9u, "OFPGMFC_CHAINED_GROUP"},
                      {10u, "OFPGMFC_BAD_TYPE"},
                      {11u, "OFPGMFC_BAD_COMMAND"},
                      {12u, "OFPGMFC_BAD_BUCKET"},
                      {13u, "OFPGMFC_BAD_WATCH"},
                      {14u, "OFPGMFC_EPERM"}});
}
enum class PortModFailedCode : std::uint16_t {};
constexpr auto labels_of(PortModFailedCode) {
  return enumeration({{0u, "OFPPMFC_BAD_PORT"},
                      {1u, "OFPPMFC_BAD_HW_ADDR"},
                      {2u, "OFPPMFC_BAD_CONFIG"},
                      {3u, "OFPPMFC_BAD_ADVERTISE"},
                      {4u, "OFPPMFC_EPERM"}});
}
enum class TableModFailedCode : std::uint16_t {};
constexpr auto labels_of(TableModFailedCode) {
  return enumeration({{0u, "OFPTMFC_BAD_TABLE"}, {1u, "OFPTMFC_BAD_CONFIG"}, {2u, "OFPTMFC_EPERM"}});
}
enum class QueueOpFailedCode : std::uint16_t {};
constexpr auto labels_of(QueueOpFailedCode) {
  return enumeration({{0u, "OFPQOFC_BAD_PORT"}, {1u, "OFPQOFC_BAD_QUEUE"}, {2u, "OFPQOFC_EPERM"}});
}
enum class SwitchConfigFailedCode : std::uint16_t {};
constexpr auto labels_of(SwitchConfigFailedCode) {
  return enumeration({{0u, "OFPSCFC_BAD_FLAGS"}, {1u, "OFPSCFC_BAD_LEN"}, {2u, "OFPSCFC_EPERM"}});
}
enum class RoleRequestFailedCode : std::uint16_t {};
constexpr auto labels_of(RoleRequestFailedCode) {
  return enumeration({{0u, "OFPRRFC_STALE"}, {1u, "OFPRRFC_UNSUP"}, {2u, "OFPRRFC_BAD_ROLE"}});
}
enum class MeterModFailedCode : std::uint16_t {};
constexpr auto labels_of(MeterModFailedCode) {
  return enumeration({{0u, "OFPMMFC_UNKNOWN"},
                      {1u, "OFPMMFC_METER_EXISTS"},
                      {2u, "OFPMMFC_INVALID_METER"},
                      {3u, "OFPMMFC_UNKNOWN_METER"},
                      {4u, "OFPMMFC_BAD_COMMAND"},
                      {5u, "OFPMMFC_BAD_FLAGS"},
                      {6u, "OFPMMFC_BAD_RATE"},
                      {7u, "OFPMMFC_BAD_BURST"},
                      {8u, "OFPMMFC_BAD_BAND"},
                      {9u, "OFPMMFC_BAD_BAND_DETAIL"},
                      {10u, "OFPMMFC_OUT_OF_METERS"},
                      {11u, "OFPMMFC_OUT_OF_BANDS"}});
}
enum class TableFeaturesFailedCode : std::uint16_t {};
constexpr auto labels_of(TableFeaturesFailedCode) {
  return enumeration({{0u, "OFPTFFC_BAD_TABLE"},
                      {1u, "OFPTFFC_BAD_METADATA"},
                      {2u, "OFPTFFC_BAD_TYPE"},
                      {3u, "OFPTFFC_BAD_LEN"},
                      {4u, "OFPTFFC_BAD_ARGUMENT"},
                      {5u, "OFPTFFC_EPERM"}});
}

constexpr wire::Labels error_codes(std::uint64_t type) {
  switch (static_cast<ErrorType>(type)) {
    case ErrorType::hello_failed: return wire::labels<HelloFailedCode>();
    case ErrorType::bad_request: return wire::labels<BadRequestCode>();
    case ErrorType::bad_action: return wire::labels<BadActionCode>();
    case ErrorType::bad_instruction: return wire::labels<BadInstructionCode>();
    case ErrorType::bad_match: return wire::labels<BadMatchCode>();
    case ErrorType::flow_mod_failed: return wire::labels<FlowModFailedCode>();
    case ErrorType::group_mod_failed: return wire::labels<GroupModFailedCode>();
    case ErrorType::port_mod_failed: return wire::labels<PortModFailedCode>();
    case ErrorType::table_mod_failed: return wire::labels<TableModFailedCode>();
    case ErrorType::queue_op_failed: return wire::labels<QueueOpFailedCode>();
    case ErrorType::switch_config_failed: return wire::labels<SwitchConfigFailedCode>();
    case ErrorType::role_request_failed: return wire::labels<RoleRequestFailedCode>();
    case ErrorType::meter_mod_failed: return wire::labels<MeterModFailedCode>();
    case ErrorType::table_features_failed: return wire::labels<TableFeaturesFailedCode>();
    default: return {};
  }
}

}  // namespace oflens::v13
