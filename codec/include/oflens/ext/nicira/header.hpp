// What Nicira's messages begin with, and how one is described. Names are those of Open vSwitch's
// include/openflow/nicira-ext.h; the versions are those in which Open vSwitch sends or takes the message.
#pragma once

#include <oflens/oxm.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/multipart.hpp>

namespace oflens::nicira {

// NXT_*: what tells Nicira's messages apart.
enum class Subtype : std::uint32_t {
  role_request = 10,
  role_reply = 11,
  set_flow_format = 12,
  flow_mod = 13,
  flow_removed = 14,
  flow_mod_table_id = 15,
  set_packet_in_format = 16,
  packet_in = 17,
  flow_age = 18,
  set_async_config = 19,
  set_controller_id = 20,
  flow_monitor_cancel = 21,
  flow_monitor_paused = 22,
  flow_monitor_resumed = 23,
  tlv_table_mod = 24,
  tlv_table_request = 25,
  tlv_table_reply = 26,
  set_async_config2 = 27,
  resume = 28,
  ct_flush_zone = 29,
  packet_in2 = 30,
  group_mod = 31,
  ct_flush = 32,
  requestforward = 132,
};
constexpr auto labels_of(Subtype) {
  return enumeration({{Subtype::role_request, "NXT_ROLE_REQUEST"},
                      {Subtype::role_reply, "NXT_ROLE_REPLY"},
                      {Subtype::set_flow_format, "NXT_SET_FLOW_FORMAT"},
                      {Subtype::flow_mod, "NXT_FLOW_MOD"},
                      {Subtype::flow_removed, "NXT_FLOW_REMOVED"},
                      {Subtype::flow_mod_table_id, "NXT_FLOW_MOD_TABLE_ID"},
                      {Subtype::set_packet_in_format, "NXT_SET_PACKET_IN_FORMAT"},
                      {Subtype::packet_in, "NXT_PACKET_IN"},
                      {Subtype::flow_age, "NXT_FLOW_AGE"},
                      {Subtype::set_async_config, "NXT_SET_ASYNC_CONFIG"},
                      {Subtype::set_controller_id, "NXT_SET_CONTROLLER_ID"},
                      {Subtype::flow_monitor_cancel, "NXT_FLOW_MONITOR_CANCEL"},
                      {Subtype::flow_monitor_paused, "NXT_FLOW_MONITOR_PAUSED"},
                      {Subtype::flow_monitor_resumed, "NXT_FLOW_MONITOR_RESUMED"},
                      {Subtype::tlv_table_mod, "NXT_TLV_TABLE_MOD"},
                      {Subtype::tlv_table_request, "NXT_TLV_TABLE_REQUEST"},
                      {Subtype::tlv_table_reply, "NXT_TLV_TABLE_REPLY"},
                      {Subtype::set_async_config2, "NXT_SET_ASYNC_CONFIG2"},
                      {Subtype::resume, "NXT_RESUME"},
                      {Subtype::ct_flush_zone, "NXT_CT_FLUSH_ZONE"},
                      {Subtype::packet_in2, "NXT_PACKET_IN2"},
                      {Subtype::group_mod, "NXT_GROUP_MOD"},
                      {Subtype::ct_flush, "NXT_CT_FLUSH"},
                      {Subtype::requestforward, "NXT_REQUESTFORWARD"}});
}

// NXST_*: what tells Nicira's statistics apart.
enum class StatsSubtype : std::uint32_t {
  flow = 0,
  aggregate = 1,
  flow_monitor = 2,
  ipfix_bridge = 3,
  ipfix_flow = 4,
  group = 7,
  group_desc = 8,
  group_features = 9,
};
constexpr auto labels_of(StatsSubtype) {
  return enumeration({{StatsSubtype::flow, "NXST_FLOW"},
                      {StatsSubtype::aggregate, "NXST_AGGREGATE"},
                      {StatsSubtype::flow_monitor, "NXST_FLOW_MONITOR"},
                      {StatsSubtype::ipfix_bridge, "NXST_IPFIX_BRIDGE"},
                      {StatsSubtype::ipfix_flow, "NXST_IPFIX_FLOW"},
                      {StatsSubtype::group, "NXST_GROUP"},
                      {StatsSubtype::group_desc, "NXST_GROUP_DESC"},
                      {StatsSubtype::group_features, "NXST_GROUP_FEATURES"}});
}

// A message of Nicira's has the type of a vendor's, which later versions call an experimenter's.
constexpr MessageId message_id(Version first, Version last) { return {first, last, v10::Vendor::id.type}; }

// Describes a message of Nicira's (struct nicira_header): what follows vendor and subtype.
template <Subtype S, class... Items>
constexpr auto message(const char* name, Items... items) {
  return describe(name, tag<ExperimenterId::nicira>.named("vendor"), tag<S>.named("subtype"), items...);
}

// Describes vendor statistics of 1.0 (struct nicira10_stats_msg): what follows the header of 24 bytes. Flags
// is the member that holds the flags.
template <StatsSubtype S, auto Flags, class... Items>
constexpr auto stats10(const char* name, Items... items) {
  return describe(name, tag<v10::StatsType::vendor>, field<Flags>,
                  tag<ExperimenterId::nicira>.named("vendor"), tag<S>.named("subtype"), pad<4>, items...);
}

// The same from 1.1 on (struct nicira11_stats_msg), where the padding comes earlier.
template <StatsSubtype S, auto Flags, class... Items>
constexpr auto stats11(const char* name, Items... items) {
  return describe(name, tag<v13::MultipartType::experimenter>, field<Flags>, pad<4>,
                  tag<ExperimenterId::nicira>.named("vendor"), tag<S>.named("subtype"), items...);
}

// Statistics that 1.0 and later versions have with the same body are one template over their header, which is
// one of these. Last is the last version that has them.
struct Stats10 {
  static constexpr MessageId request_id = v10::StatsRequest::id, reply_id = v10::StatsReply::id;
  using RequestFlags = v10::StatsRequestFlags;
  using ReplyFlags = v10::StatsReplyFlags;
  template <StatsSubtype S, auto Flags, class... Items>
  static constexpr auto stats(const char* name, Items... items) {
    return stats10<S, Flags>(name, items...);
  }
};
template <Version Last = Version::v15>
struct Stats11 {
  static constexpr MessageId request_id{Version::v11, Last, v13::MultipartRequest::id.type},
      reply_id{Version::v11, Last, v13::MultipartReply::id.type};
  using RequestFlags = v13::MultipartRequestFlags;
  using ReplyFlags = v13::MultipartReplyFlags;
  template <StatsSubtype S, auto Flags, class... Items>
  static constexpr auto stats(const char* name, Items... items) {
    return stats11<S, Flags>(name, items...);
  }
};

// What properties have in common (struct ofp_prop_header): a length that leaves out the padding to 8 bytes
// after them.
struct PropertyRules {
  static constexpr const char* length_name = "length";
  static constexpr std::size_t minimum = 4, multiple = 1;
  static constexpr bool padded = true;
  static constexpr Domain domain = Domain::property;
};

// Describes a property: what follows its type and length.
template <auto Type, class... Items>
constexpr auto property(const char* name, Items... items) {
  return describe(name, tag<Type>, length.without_padding(), items..., align<8>);
}

}  // namespace oflens::nicira
