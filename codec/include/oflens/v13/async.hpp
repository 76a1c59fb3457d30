// Which asynchronous messages a controller wants, in OpenFlow 1.3 (§7.3.10).
#pragma once

#include <oflens/message.hpp>
#include <oflens/v13/enums.hpp>

namespace oflens::v13 {

// A mask for each role: master (and equal), and slave.
template <class Reasons>
struct AsyncMask {
  Reasons master{}, slave{};
  static constexpr auto wire =
      describe("mask", field<&AsyncMask<Reasons>::master>, field<&AsyncMask<Reasons>::slave>);
};

struct GetAsyncRequest {
  static constexpr MessageId id{Version::v13, Version::v15, 26};
  static constexpr auto wire = describe("get_async_request");
};

// ofp_async_config
struct GetAsyncReply {
  static constexpr MessageId id{Version::v13, Version::v13, 27};
  AsyncMask<PacketInReasons> packet_in_mask{};
  AsyncMask<PortReasons> port_status_mask{};
  AsyncMask<FlowRemovedReasons> flow_removed_mask{};
  static constexpr auto wire =
      describe("get_async_reply", field<&GetAsyncReply::packet_in_mask>,
               field<&GetAsyncReply::port_status_mask>, field<&GetAsyncReply::flow_removed_mask>);
};

// ofp_async_config
struct SetAsync {
  static constexpr MessageId id{Version::v13, Version::v13, 28};
  AsyncMask<PacketInReasons> packet_in_mask{};
  AsyncMask<PortReasons> port_status_mask{};
  AsyncMask<FlowRemovedReasons> flow_removed_mask{};
  static constexpr auto wire =
      describe("set_async", field<&SetAsync::packet_in_mask>, field<&SetAsync::port_status_mask>,
               field<&SetAsync::flow_removed_mask>);
};

}  // namespace oflens::v13
