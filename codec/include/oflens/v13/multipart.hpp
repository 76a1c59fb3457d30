// Multipart messages of OpenFlow 1.3 (§7.3.5). Requests share one message type, replies another; the first
// field tells them apart.
#pragma once

#include <oflens/message.hpp>
#include <oflens/v13/instructions.hpp>
#include <oflens/v13/port.hpp>

namespace oflens::v13 {

// ofp_multipart_request, of a type not described below.
struct MultipartRequest {
  static constexpr MessageId id{Version::v13, Version::v13, 18};
  MultipartType type{};
  MultipartRequestFlags flags{};
  Payload body{};
  static constexpr auto wire =
      describe("multipart_request", field<&MultipartRequest::type>, field<&MultipartRequest::flags>, pad<4>,
               rest<&MultipartRequest::body>);
};

// ofp_multipart_reply, of a type not described below.
struct MultipartReply {
  static constexpr MessageId id{Version::v13, Version::v13, 19};
  MultipartType type{};
  MultipartReplyFlags flags{};
  Payload body{};
  static constexpr auto wire = describe("multipart_reply", field<&MultipartReply::type>,
                                        field<&MultipartReply::flags>, pad<4>, rest<&MultipartReply::body>);
};

// §7.3.5.1
struct DescRequest {
  static constexpr MessageId id = MultipartRequest::id;
  MultipartRequestFlags flags{};
  static constexpr auto wire =
      describe("desc_request", tag<MultipartType::desc>, field<&DescRequest::flags>, pad<4>);
};

// §7.3.5.1 ofp_desc
struct DescReply {
  static constexpr MessageId id = MultipartReply::id;
  MultipartReplyFlags flags{};
  FixedText<256> mfr_desc{}, hw_desc{}, sw_desc{};
  FixedText<32> serial_num{};
  FixedText<256> dp_desc{};
  static constexpr auto wire =
      describe("desc_reply", tag<MultipartType::desc>, field<&DescReply::flags>, pad<4>,
               field<&DescReply::mfr_desc>, field<&DescReply::hw_desc>, field<&DescReply::sw_desc>,
               field<&DescReply::serial_num>, field<&DescReply::dp_desc>);
};

// §7.3.5.2 ofp_flow_stats_request
struct FlowStatsRequest {
  static constexpr MessageId id = MultipartRequest::id;
  MultipartRequestFlags flags{};
  TableId table_id = TableId::all;
  PortNo out_port = PortNo::any;
  GroupId out_group = GroupId::any;
  std::uint64_t cookie = 0, cookie_mask = 0;
  Match match{};
  static constexpr auto wire =
      describe("flow_stats_request", tag<MultipartType::flow>, field<&FlowStatsRequest::flags>, pad<4>,
               field<&FlowStatsRequest::table_id>, pad<3>, field<&FlowStatsRequest::out_port>,
               field<&FlowStatsRequest::out_group>, pad<4>, field<&FlowStatsRequest::cookie>,
               field<&FlowStatsRequest::cookie_mask>, field<&FlowStatsRequest::match>);
};

// §7.3.5.2 ofp_flow_stats: one entry.
struct FlowStats {
  TableId table_id{};
  std::uint32_t duration_sec = 0, duration_nsec = 0;
  std::uint16_t priority = 0, idle_timeout = 0, hard_timeout = 0;
  FlowModFlags flags{};
  std::uint64_t cookie = 0, packet_count = 0, byte_count = 0;
  Match match{};
  Seq<Instruction> instructions{};
  static constexpr auto wire =
      describe("flow_stats", length, field<&FlowStats::table_id>, pad<1>, field<&FlowStats::duration_sec>,
               field<&FlowStats::duration_nsec>, field<&FlowStats::priority>, field<&FlowStats::idle_timeout>,
               field<&FlowStats::hard_timeout>, field<&FlowStats::flags>, pad<4>, field<&FlowStats::cookie>,
               field<&FlowStats::packet_count>, field<&FlowStats::byte_count>, field<&FlowStats::match>,
               field<&FlowStats::instructions>);
};

// §7.3.5.2
struct FlowStatsReply {
  static constexpr MessageId id = MultipartReply::id;
  MultipartReplyFlags flags{};
  Seq<FlowStats> flows{};
  static constexpr auto wire = describe("flow_stats_reply", tag<MultipartType::flow>,
                                        field<&FlowStatsReply::flags>, pad<4>, field<&FlowStatsReply::flows>);
};

// §7.3.5.7
struct PortDescRequest {
  static constexpr MessageId id = MultipartRequest::id;
  MultipartRequestFlags flags{};
  static constexpr auto wire =
      describe("port_desc_request", tag<MultipartType::port_desc>, field<&PortDescRequest::flags>, pad<4>);
};

// §7.3.5.7
struct PortDescReply {
  static constexpr MessageId id = MultipartReply::id;
  MultipartReplyFlags flags{};
  Seq<Port> ports{};
  static constexpr auto wire = describe("port_desc_reply", tag<MultipartType::port_desc>,
                                        field<&PortDescReply::flags>, pad<4>, field<&PortDescReply::ports>);
};

}  // namespace oflens::v13
