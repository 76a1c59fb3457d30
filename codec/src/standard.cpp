// The standard catalogue, and the names of all message types.
#include <oflens/catalog.hpp>
#include <oflens/ext/nicira.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

namespace oflens {

const Catalog& Catalog::standard() {
  static const Catalog catalog = [] {
    Catalog c;
    v10::add_messages(c);
    v13::add_messages(c);
    nicira::add_messages(c);
    return c;
  }();
  return catalog;
}

namespace {

// OFPT_ of each version. Types 0 to 14 are alike in all of them but for 4.
constexpr const char* v10_names[] = {"hello",
                                     "error",
                                     "echo_request",
                                     "echo_reply",
                                     "vendor",
                                     "features_request",
                                     "features_reply",
                                     "get_config_request",
                                     "get_config_reply",
                                     "set_config",
                                     "packet_in",
                                     "flow_removed",
                                     "port_status",
                                     "packet_out",
                                     "flow_mod",
                                     "port_mod",
                                     "stats_request",
                                     "stats_reply",
                                     "barrier_request",
                                     "barrier_reply",
                                     "queue_get_config_request",
                                     "queue_get_config_reply"};
constexpr const char* v11_names[] = {"hello",
                                     "error",
                                     "echo_request",
                                     "echo_reply",
                                     "experimenter",
                                     "features_request",
                                     "features_reply",
                                     "get_config_request",
                                     "get_config_reply",
                                     "set_config",
                                     "packet_in",
                                     "flow_removed",
                                     "port_status",
                                     "packet_out",
                                     "flow_mod",
                                     "group_mod",
                                     "port_mod",
                                     "table_mod",
                                     "stats_request",
                                     "stats_reply",
                                     "barrier_request",
                                     "barrier_reply",
                                     "queue_get_config_request",
                                     "queue_get_config_reply",
                                     "role_request",
                                     "role_reply"};
constexpr const char* v13_names[] = {"hello",
                                     "error",
                                     "echo_request",
                                     "echo_reply",
                                     "experimenter",
                                     "features_request",
                                     "features_reply",
                                     "get_config_request",
                                     "get_config_reply",
                                     "set_config",
                                     "packet_in",
                                     "flow_removed",
                                     "port_status",
                                     "packet_out",
                                     "flow_mod",
                                     "group_mod",
                                     "port_mod",
                                     "table_mod",
                                     "multipart_request",
                                     "multipart_reply",
                                     "barrier_request",
                                     "barrier_reply",
                                     "queue_get_config_request",
                                     "queue_get_config_reply",
                                     "role_request",
                                     "role_reply",
                                     "get_async_request",
                                     "get_async_reply",
                                     "set_async",
                                     "meter_mod",
                                     "role_status",
                                     "table_status",
                                     "requestforward",
                                     "bundle_control",
                                     "bundle_add_message",
                                     "controller_status"};

}  // namespace

const char* message_name(Version version, std::uint8_t type) {
  const auto at = [type](const auto& names, std::size_t count) {
    return type < count ? names[type] : nullptr;
  };
  switch (version) {
    case Version::v10: return at(v10_names, 22);
    case Version::v11: return at(v11_names, 24);  // without roles
    case Version::v12: return at(v11_names, 26);
    case Version::v13: return at(v13_names, 30);
    case Version::v14: return type == 22 || type == 23 ? nullptr : at(v13_names, 35);
    case Version::v15: return type == 22 || type == 23 ? nullptr : at(v13_names, 36);
  }
  return nullptr;
}

}  // namespace oflens
