// Queues of OpenFlow 1.0 (§5.2.2).
#pragma once

#include <oflens/message.hpp>
#include <oflens/v10/enums.hpp>

namespace oflens::v10 {

struct NoQueueProperty {  // ofp_queue_prop_header
  static constexpr auto wire =
      describe("none", tag<QueuePropertyType::none>.named("property"), length.named("len"), pad<4>);
};

struct MinRate {  // ofp_queue_prop_min_rate
  QueueRate rate{};
  static constexpr auto wire = describe("min_rate", tag<QueuePropertyType::min_rate>.named("property"),
                                        length.named("len"), pad<4>, field<&MinRate::rate>, pad<6>);
};

struct QueuePropertyRules {
  using Type = QueuePropertyType;
  static constexpr const char* name = "queue_property";
  static constexpr const char* type_name = "property";
  static constexpr const char* length_name = "len";
  static constexpr std::size_t minimum = 8, multiple = 8;
  static constexpr bool padded = false;
  static constexpr Domain domain = Domain::request;
};
using QueueProperty = OneOf<QueuePropertyRules, NoQueueProperty, MinRate>;

// ofp_packet_queue
struct PacketQueue {
  QueueId queue_id{};
  Seq<QueueProperty> properties{};
  static constexpr auto wire = describe("packet_queue", field<&PacketQueue::queue_id>, length.named("len"),
                                        pad<2>, field<&PacketQueue::properties>);
};

// §5.3.4 ofp_queue_get_config_request
struct QueueGetConfigRequest {
  static constexpr MessageId id{Version::v10, Version::v10, 20};
  PortNo port{};
  static constexpr auto wire =
      describe("queue_get_config_request", field<&QueueGetConfigRequest::port>, pad<2>);
};

// §5.3.4 ofp_queue_get_config_reply
struct QueueGetConfigReply {
  static constexpr MessageId id{Version::v10, Version::v10, 21};
  PortNo port{};
  Seq<PacketQueue> queues{};
  static constexpr auto wire = describe("queue_get_config_reply", field<&QueueGetConfigReply::port>, pad<6>,
                                        field<&QueueGetConfigReply::queues>);
};

}  // namespace oflens::v10
