// Nicira's messages that drop entries of the connection tracker.
#pragma once

#include <oflens/ext/nicira/header.hpp>

namespace oflens::nicira {

// struct nx_zone_id
struct CtFlushZone {
  static constexpr MessageId id = message_id(Version::v10, Version::v15);
  std::uint16_t zone_id = 0;
  static constexpr auto wire =
      message<Subtype::ct_flush_zone>("nx_ct_flush_zone", pad<6>, field<&CtFlushZone::zone_id>);
};

// enum nx_ct_flush_tuple_tlv_type
enum class CtTuplePropertyType : std::uint16_t {
  src = 0,
  dst = 1,
  src_port = 2,
  dst_port = 3,
  icmp_id = 4,
  icmp_type = 5,
  icmp_code = 6,
};
constexpr auto labels_of(CtTuplePropertyType) {
  return enumeration({{CtTuplePropertyType::src, "NXT_CT_TUPLE_SRC"},
                      {CtTuplePropertyType::dst, "NXT_CT_TUPLE_DST"},
                      {CtTuplePropertyType::src_port, "NXT_CT_TUPLE_SRC_PORT"},
                      {CtTuplePropertyType::dst_port, "NXT_CT_TUPLE_DST_PORT"},
                      {CtTuplePropertyType::icmp_id, "NXT_CT_TUPLE_ICMP_ID"},
                      {CtTuplePropertyType::icmp_type, "NXT_CT_TUPLE_ICMP_TYPE"},
                      {CtTuplePropertyType::icmp_code, "NXT_CT_TUPLE_ICMP_CODE"}});
}

// One number or address of a connection. Addresses of IPv4 are written as those of IPv6 (::ffff:192.0.2.1).
// The length of 16-bit numbers counts the padding after them; that of others does not.
template <CtTuplePropertyType Type>
struct CtTuplePort {
  std::uint16_t value = 0;
  static constexpr auto wire = property<Type>("ct_tuple_port", field<&CtTuplePort::value>, pad<2>);
};
template <CtTuplePropertyType Type, class Value>
struct CtTupleValue {
  Value value{};
  static constexpr auto wire = property<Type>("ct_tuple_value", field<&CtTupleValue::value>);
};

struct CtTuplePropertyRules : PropertyRules {
  using Type = CtTuplePropertyType;
  static constexpr const char* name = "ct_tuple_property";
};
using CtTupleProperty =
    OneOf<CtTuplePropertyRules, CtTupleValue<CtTuplePropertyType::src, Ipv6Address>,
          CtTupleValue<CtTuplePropertyType::dst, Ipv6Address>, CtTuplePort<CtTuplePropertyType::src_port>,
          CtTuplePort<CtTuplePropertyType::dst_port>, CtTuplePort<CtTuplePropertyType::icmp_id>,
          CtTupleValue<CtTuplePropertyType::icmp_type, std::uint8_t>,
          CtTupleValue<CtTuplePropertyType::icmp_code, std::uint8_t>>;

// enum nx_ct_flush_tlv_type
enum class CtFlushPropertyType : std::uint16_t {
  orig_tuple = 0,
  reply_tuple = 1,
  zone_id = 2,
  mark = 3,
  mark_mask = 4,
  labels = 5,
  labels_mask = 6,
};
constexpr auto labels_of(CtFlushPropertyType) {
  return enumeration({{CtFlushPropertyType::orig_tuple, "NXT_CT_ORIG_TUPLE"},
                      {CtFlushPropertyType::reply_tuple, "NXT_CT_REPLY_TUPLE"},
                      {CtFlushPropertyType::zone_id, "NXT_CT_ZONE_ID"},
                      {CtFlushPropertyType::mark, "NXT_CT_MARK"},
                      {CtFlushPropertyType::mark_mask, "NXT_CT_MARK_MASK"},
                      {CtFlushPropertyType::labels, "NXT_CT_LABELS"},
                      {CtFlushPropertyType::labels_mask, "NXT_CT_LABELS_MASK"}});
}

template <CtFlushPropertyType Type>
struct CtFlushTuple {
  Seq<CtTupleProperty> tuple{};
  static constexpr auto wire = property<Type>("ct_flush_tuple", pad<4>, field<&CtFlushTuple::tuple>);
};

struct CtFlushZoneId {
  std::uint16_t zone_id = 0;
  static constexpr auto wire =
      property<CtFlushPropertyType::zone_id>("ct_flush_zone_id", field<&CtFlushZoneId::zone_id>, pad<2>);
};

template <CtFlushPropertyType Type>
struct CtFlushMark {
  std::uint32_t mark = 0;
  static constexpr auto wire = property<Type>("ct_flush_mark", field<&CtFlushMark::mark>.hex());
};

// 128 bits of labels.
struct CtLabels {
  std::array<std::uint8_t, 16> octets{};
  friend constexpr auto operator<=>(const CtLabels&, const CtLabels&) = default;
};
template <CtFlushPropertyType Type>
struct CtFlushLabels {
  CtLabels labels{};
  static constexpr auto wire = property<Type>("ct_flush_labels", field<&CtFlushLabels::labels>);
};

struct CtFlushPropertyRules : PropertyRules {
  using Type = CtFlushPropertyType;
  static constexpr const char* name = "ct_flush_property";
};
using CtFlushProperty =
    OneOf<CtFlushPropertyRules, CtFlushTuple<CtFlushPropertyType::orig_tuple>,
          CtFlushTuple<CtFlushPropertyType::reply_tuple>, CtFlushZoneId,
          CtFlushMark<CtFlushPropertyType::mark>, CtFlushMark<CtFlushPropertyType::mark_mask>,
          CtFlushLabels<CtFlushPropertyType::labels>, CtFlushLabels<CtFlushPropertyType::labels_mask>>;

// struct nx_ct_flush: the connections that have what the properties say; all without one.
struct CtFlush {
  static constexpr MessageId id = message_id(Version::v10, Version::v15);
  std::uint8_t ip_proto = 0;
  Seq<CtFlushProperty> properties{};
  static constexpr auto wire = message<Subtype::ct_flush>("nx_ct_flush", field<&CtFlush::ip_proto>, pad<7>,
                                                          field<&CtFlush::properties>);
};

inline constexpr auto add_conntrack_messages = [](auto& catalog) {
  return catalog.template add<CtFlushZone, CtFlush>();
};

}  // namespace oflens::nicira
