// Types and codes of error messages in OpenFlow 1.0 (§5.4.4).
#pragma once

#include <oflens/wire/labels.hpp>

namespace oflens::v10 {

enum class ErrorType : std::uint16_t {
  hello_failed = 0,
  bad_request = 1,
  bad_action = 2,
  flow_mod_failed = 3,
  port_mod_failed = 4,
  queue_op_failed = 5,
};
constexpr auto labels_of(ErrorType) {
  return enumeration({{ErrorType::hello_failed, "OFPET_HELLO_FAILED"},
                      {ErrorType::bad_request, "OFPET_BAD_REQUEST"},
                      {ErrorType::bad_action, "OFPET_BAD_ACTION"},
                      {ErrorType::flow_mod_failed, "OFPET_FLOW_MOD_FAILED"},
                      {ErrorType::port_mod_failed, "OFPET_PORT_MOD_FAILED"},
                      {ErrorType::queue_op_failed, "OFPET_QUEUE_OP_FAILED"}});
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
                      {2u, "OFPBRC_BAD_STAT"},
                      {3u, "OFPBRC_BAD_VENDOR"},
                      {4u, "OFPBRC_BAD_SUBTYPE"},
                      {5u, "OFPBRC_EPERM"},
                      {6u, "OFPBRC_BAD_LEN"},
                      {7u, "OFPBRC_BUFFER_EMPTY"},
                      {8u, "OFPBRC_BUFFER_UNKNOWN"}});
}
enum class BadActionCode : std::uint16_t {};
constexpr auto labels_of(BadActionCode) {
  return enumeration({{0u, "OFPBAC_BAD_TYPE"},
                      {1u, "OFPBAC_BAD_LEN"},
                      {2u, "OFPBAC_BAD_VENDOR"},
                      {3u, "OFPBAC_BAD_VENDOR_TYPE"},
                      {4u, "OFPBAC_BAD_OUT_PORT"},
                      {5u, "OFPBAC_BAD_ARGUMENT"},
                      {6u, "OFPBAC_EPERM"},
                      {7u, "OFPBAC_TOO_MANY"},
                      {8u, "OFPBAC_BAD_QUEUE"}});
}
enum class FlowModFailedCode : std::uint16_t {};
constexpr auto labels_of(FlowModFailedCode) {
  return enumeration({{0u, "OFPFMFC_ALL_TABLES_FULL"},
                      {1u, "OFPFMFC_OVERLAP"},
                      {2u, "OFPFMFC_EPERM"},
                      {3u, "OFPFMFC_BAD_EMERG_TIMEOUT"},
                      {4u, "OFPFMFC_BAD_COMMAND"},
                      {5u, "OFPFMFC_UNSUPPORTED"}});
}
enum class PortModFailedCode : std::uint16_t {};
constexpr auto labels_of(PortModFailedCode) {
  return enumeration({{0u, "OFPPMFC_BAD_PORT"}, {1u, "OFPPMFC_BAD_HW_ADDR"}});
}
enum class QueueOpFailedCode : std::uint16_t {};
constexpr auto labels_of(QueueOpFailedCode) {
  return enumeration({{0u, "OFPQOFC_BAD_PORT"}, {1u, "OFPQOFC_BAD_QUEUE"}, {2u, "OFPQOFC_EPERM"}});
}

constexpr wire::Labels error_codes(std::uint64_t type) {
  switch (static_cast<ErrorType>(type)) {
    case ErrorType::hello_failed: return wire::labels<HelloFailedCode>();
    case ErrorType::bad_request: return wire::labels<BadRequestCode>();
    case ErrorType::bad_action: return wire::labels<BadActionCode>();
    case ErrorType::flow_mod_failed: return wire::labels<FlowModFailedCode>();
    case ErrorType::port_mod_failed: return wire::labels<PortModFailedCode>();
    case ErrorType::queue_op_failed: return wire::labels<QueueOpFailedCode>();
    default: return {};
  }
}

}  // namespace oflens::v10
