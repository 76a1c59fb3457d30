// Queues of OpenFlow 1.3 (§7.2.2).
#pragma once

#include <oflens/message.hpp>
#include <oflens/v13/enums.hpp>

namespace oflens::v13 {

// Describes a property of a queue: what follows ofp_queue_prop_header.
template <QueuePropertyType Type, class... Items>
constexpr auto queue_property(const char* name, Items... items) {
  return describe(name, tag<Type>.named("property"), length.named("len"), pad<4>, items...);
}

struct MinRate {  // ofp_queue_prop_min_rate
  QueueMinRate rate{};
  static constexpr auto wire =
      queue_property<QueuePropertyType::min_rate>("min_rate", field<&MinRate::rate>, pad<6>);
};

struct MaxRate {  // ofp_queue_prop_max_rate
  QueueMaxRate rate{};
  static constexpr auto wire =
      queue_property<QueuePropertyType::max_rate>("max_rate", field<&MaxRate::rate>, pad<6>);
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
using QueueProperty = OneOf<QueuePropertyRules, MinRate, MaxRate>;

// ofp_queue_prop_experimenter: what is shown of one that the catalogue does not describe.
struct ExperimenterQueueProperty {
  ExperimenterId experimenter{};
  Payload data{};
  static constexpr auto wire = queue_property<QueuePropertyType::experimenter>(
      "experimenter", field<&ExperimenterQueueProperty::experimenter>.hex(), pad<4>,
      rest<&ExperimenterQueueProperty::data>);
};

// ofp_packet_queue
struct PacketQueue {
  QueueId queue_id{};
  PortNo port{};
  Seq<QueueProperty> properties{};
  static constexpr auto wire =
      describe("packet_queue", field<&PacketQueue::queue_id>, field<&PacketQueue::port>, length.named("len"),
               pad<6>, field<&PacketQueue::properties>);
};

// §7.3.6 ofp_queue_get_config_request. port ANY: all ports.
struct QueueGetConfigRequest {
  static constexpr MessageId id{Version::v11, Version::v13, 22};
  PortNo port = PortNo::any;
  static constexpr auto wire =
      describe("queue_get_config_request", field<&QueueGetConfigRequest::port>, pad<4>);
};

// §7.3.6 ofp_queue_get_config_reply
struct QueueGetConfigReply {
  static constexpr MessageId id{Version::v12, Version::v13, 23};
  PortNo port{};
  Seq<PacketQueue> queues{};
  static constexpr auto wire = describe("queue_get_config_reply", field<&QueueGetConfigReply::port>, pad<4>,
                                        field<&QueueGetConfigReply::queues>);
};

}  // namespace oflens::v13
