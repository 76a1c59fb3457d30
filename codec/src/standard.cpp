// The standard catalogue, and the names of all message types.
#include <iterator>

#include <oflens/catalog.hpp>
#include <oflens/standard.hpp>

namespace oflens {

const Catalog& Catalog::standard() {
  static const Catalog catalog = [] {
    Catalog c;
    add_standard(c);
    return c;
  }();
  return catalog;
}

namespace {

// OFPT_*. The first fifteen are those of all versions, but for the name of one.
constexpr const char* common_names[] = {"hello",
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
                                        "flow_mod"};
constexpr const char* v10_names[] = {"port_mod",
                                     "stats_request",
                                     "stats_reply",
                                     "barrier_request",
                                     "barrier_reply",
                                     "queue_get_config_request",
                                     "queue_get_config_reply"};
constexpr const char* v11_names[] = {"group_mod",
                                     "port_mod",
                                     "table_mod",
                                     "stats_request",
                                     "stats_reply",
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
constexpr std::uint8_t common = std::size(common_names);

// How many types a version has.
constexpr std::uint8_t type_count(Version version) {
  switch (version) {
    case Version::v10: return 22;
    case Version::v11: return 24;
    case Version::v12: return 26;
    case Version::v13: return 30;
    case Version::v14: return 35;
    case Version::v15: return 36;
  }
  return 0;
}

}  // namespace

const char* message_name(Version version, std::uint8_t type) {
  if (type >= type_count(version)) return nullptr;
  if (version == Version::v10) {
    if (type == v10::Vendor::id.type) return "vendor";
    return type < common ? common_names[type] : v10_names[type - common];
  }
  if (type < common) return common_names[type];
  // 1.3 gave statistics another name, and 1.4 took away what asked for queues.
  if (version >= Version::v13 && type == v13::MultipartRequest::id.type) return "multipart_request";
  if (version >= Version::v13 && type == v13::MultipartReply::id.type) return "multipart_reply";
  if (version >= Version::v14 && (type == 22 || type == 23)) return nullptr;
  return v11_names[type - common];
}

}  // namespace oflens
