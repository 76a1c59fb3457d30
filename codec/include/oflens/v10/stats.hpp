// Statistics of OpenFlow 1.0 (§5.3.5). Requests share one message type, replies another; the first field
// tells them apart.
#pragma once

#include <oflens/message.hpp>
#include <oflens/v10/actions.hpp>
#include <oflens/v10/match.hpp>

namespace oflens::v10 {

// ofp_stats_request, of a type not described below.
struct StatsRequest {
  static constexpr MessageId id{Version::v10, Version::v10, 16};
  StatsType type{};
  StatsRequestFlags flags{};
  Payload body{};
  static constexpr auto wire = describe("stats_request", field<&StatsRequest::type>,
                                        field<&StatsRequest::flags>, rest<&StatsRequest::body>);
};

// ofp_stats_reply, of a type not described below.
struct StatsReply {
  static constexpr MessageId id{Version::v10, Version::v10, 17};
  StatsType type{};
  StatsReplyFlags flags{};
  Payload body{};
  static constexpr auto wire =
      describe("stats_reply", field<&StatsReply::type>, field<&StatsReply::flags>, rest<&StatsReply::body>);
};

struct DescStatsRequest {
  static constexpr MessageId id = StatsRequest::id;
  StatsRequestFlags flags{};
  static constexpr auto wire =
      describe("desc_stats_request", tag<StatsType::desc>, field<&DescStatsRequest::flags>);
};

// ofp_desc_stats
struct DescStatsReply {
  static constexpr MessageId id = StatsReply::id;
  StatsReplyFlags flags{};
  FixedText<256> mfr_desc{}, hw_desc{}, sw_desc{};
  FixedText<32> serial_num{};
  FixedText<256> dp_desc{};
  static constexpr auto wire = describe("desc_stats_reply", tag<StatsType::desc>,
                                        field<&DescStatsReply::flags>, field<&DescStatsReply::mfr_desc>,
                                        field<&DescStatsReply::hw_desc>, field<&DescStatsReply::sw_desc>,
                                        field<&DescStatsReply::serial_num>, field<&DescStatsReply::dp_desc>);
};

// ofp_flow_stats_request. table_id 0xff: all tables, 0xfe: emergency.
struct FlowStatsRequest {
  static constexpr MessageId id = StatsRequest::id;
  StatsRequestFlags flags{};
  Match match{};
  std::uint8_t table_id = 0xff;
  PortNo out_port = PortNo::none;
  static constexpr auto wire =
      describe("flow_stats_request", tag<StatsType::flow>, field<&FlowStatsRequest::flags>,
               field<&FlowStatsRequest::match>, field<&FlowStatsRequest::table_id>, pad<1>,
               field<&FlowStatsRequest::out_port>);
};

// ofp_flow_stats: one entry.
struct FlowStats {
  std::uint8_t table_id = 0;
  Match match{};
  std::uint32_t duration_sec = 0, duration_nsec = 0;
  std::uint16_t priority = 0, idle_timeout = 0, hard_timeout = 0;
  std::uint64_t cookie = 0, packet_count = 0, byte_count = 0;
  Seq<Action> actions{};
  static constexpr auto wire = describe(
      "flow_stats", length, field<&FlowStats::table_id>, pad<1>, field<&FlowStats::match>,
      field<&FlowStats::duration_sec>, field<&FlowStats::duration_nsec>, field<&FlowStats::priority>,
      field<&FlowStats::idle_timeout>, field<&FlowStats::hard_timeout>, pad<6>, field<&FlowStats::cookie>,
      field<&FlowStats::packet_count>, field<&FlowStats::byte_count>, field<&FlowStats::actions>);
};

struct FlowStatsReply {
  static constexpr MessageId id = StatsReply::id;
  StatsReplyFlags flags{};
  Seq<FlowStats> flows{};
  static constexpr auto wire = describe("flow_stats_reply", tag<StatsType::flow>,
                                        field<&FlowStatsReply::flags>, field<&FlowStatsReply::flows>);
};

}  // namespace oflens::v10
