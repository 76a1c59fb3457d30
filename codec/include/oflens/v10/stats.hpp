// Statistics of OpenFlow 1.0 (§5.3.5). Requests share one message type, replies another; the first field
// tells them apart.
#pragma once

#include <oflens/message.hpp>
#include <oflens/v10/actions.hpp>
#include <oflens/v10/match.hpp>
#include <oflens/v10/port.hpp>

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

// ofp_aggregate_stats_request. table_id as in a flow_stats_request.
struct AggregateStatsRequest {
  static constexpr MessageId id = StatsRequest::id;
  StatsRequestFlags flags{};
  Match match{};
  std::uint8_t table_id = 0xff;
  PortNo out_port = PortNo::none;
  static constexpr auto wire =
      describe("aggregate_stats_request", tag<StatsType::aggregate>, field<&AggregateStatsRequest::flags>,
               field<&AggregateStatsRequest::match>, field<&AggregateStatsRequest::table_id>, pad<1>,
               field<&AggregateStatsRequest::out_port>);
};

// ofp_aggregate_stats_reply
struct AggregateStatsReply {
  static constexpr MessageId id = StatsReply::id;
  StatsReplyFlags flags{};
  std::uint64_t packet_count = 0, byte_count = 0;
  std::uint32_t flow_count = 0;
  static constexpr auto wire =
      describe("aggregate_stats_reply", tag<StatsType::aggregate>, field<&AggregateStatsReply::flags>,
               field<&AggregateStatsReply::packet_count>, field<&AggregateStatsReply::byte_count>,
               field<&AggregateStatsReply::flow_count>, pad<4>);
};

struct TableStatsRequest {
  static constexpr MessageId id = StatsRequest::id;
  StatsRequestFlags flags{};
  static constexpr auto wire =
      describe("table_stats_request", tag<StatsType::table>, field<&TableStatsRequest::flags>);
};

// ofp_table_stats. wildcards: those that the table supports.
struct TableStats {
  std::uint8_t table_id = 0;
  FixedText<32> name{};
  Wildcards wildcards{};
  std::uint32_t max_entries = 0, active_count = 0;
  std::uint64_t lookup_count = 0, matched_count = 0;
  static constexpr auto wire = describe("table_stats", field<&TableStats::table_id>, pad<3>,
                                        field<&TableStats::name>, field<&TableStats::wildcards>,
                                        field<&TableStats::max_entries>, field<&TableStats::active_count>,
                                        field<&TableStats::lookup_count>, field<&TableStats::matched_count>);
};

struct TableStatsReply {
  static constexpr MessageId id = StatsReply::id;
  StatsReplyFlags flags{};
  Seq<TableStats> tables{};
  static constexpr auto wire = describe("table_stats_reply", tag<StatsType::table>,
                                        field<&TableStatsReply::flags>, field<&TableStatsReply::tables>);
};

// ofp_port_stats_request. port_no NONE: all ports.
struct PortStatsRequest {
  static constexpr MessageId id = StatsRequest::id;
  StatsRequestFlags flags{};
  PortNo port_no = PortNo::none;
  static constexpr auto wire =
      describe("port_stats_request", tag<StatsType::port>, field<&PortStatsRequest::flags>,
               field<&PortStatsRequest::port_no>, pad<6>);
};

// ofp_port_stats. A counter of all ones is not supported.
struct PortStats {
  PortNo port_no{};
  std::uint64_t rx_packets = 0, tx_packets = 0, rx_bytes = 0, tx_bytes = 0, rx_dropped = 0, tx_dropped = 0,
                rx_errors = 0, tx_errors = 0, rx_frame_err = 0, rx_over_err = 0, rx_crc_err = 0,
                collisions = 0;
  static constexpr auto wire =
      describe("port_stats", field<&PortStats::port_no>, pad<6>, field<&PortStats::rx_packets>,
               field<&PortStats::tx_packets>, field<&PortStats::rx_bytes>, field<&PortStats::tx_bytes>,
               field<&PortStats::rx_dropped>, field<&PortStats::tx_dropped>, field<&PortStats::rx_errors>,
               field<&PortStats::tx_errors>, field<&PortStats::rx_frame_err>, field<&PortStats::rx_over_err>,
               field<&PortStats::rx_crc_err>, field<&PortStats::collisions>);
};

struct PortStatsReply {
  static constexpr MessageId id = StatsReply::id;
  StatsReplyFlags flags{};
  Seq<PortStats> ports{};
  static constexpr auto wire = describe("port_stats_reply", tag<StatsType::port>,
                                        field<&PortStatsReply::flags>, field<&PortStatsReply::ports>);
};

// ofp_queue_stats_request. port_no ALL: all ports.
struct QueueStatsRequest {
  static constexpr MessageId id = StatsRequest::id;
  StatsRequestFlags flags{};
  PortNo port_no = PortNo::all;
  QueueId queue_id = QueueId::all;
  static constexpr auto wire =
      describe("queue_stats_request", tag<StatsType::queue>, field<&QueueStatsRequest::flags>,
               field<&QueueStatsRequest::port_no>, pad<2>, field<&QueueStatsRequest::queue_id>);
};

// ofp_queue_stats
struct QueueStats {
  PortNo port_no{};
  QueueId queue_id{};
  std::uint64_t tx_bytes = 0, tx_packets = 0, tx_errors = 0;
  static constexpr auto wire =
      describe("queue_stats", field<&QueueStats::port_no>, pad<2>, field<&QueueStats::queue_id>,
               field<&QueueStats::tx_bytes>, field<&QueueStats::tx_packets>, field<&QueueStats::tx_errors>);
};

struct QueueStatsReply {
  static constexpr MessageId id = StatsReply::id;
  StatsReplyFlags flags{};
  Seq<QueueStats> queues{};
  static constexpr auto wire = describe("queue_stats_reply", tag<StatsType::queue>,
                                        field<&QueueStatsReply::flags>, field<&QueueStatsReply::queues>);
};

// Not in the specification of 1.0: Open vSwitch's, after 1.3's port_desc.
struct PortDescStatsRequest {
  static constexpr MessageId id = StatsRequest::id;
  StatsRequestFlags flags{};
  static constexpr auto wire =
      describe("port_desc_stats_request", tag<StatsType::port_desc>, field<&PortDescStatsRequest::flags>);
};

struct PortDescStatsReply {
  static constexpr MessageId id = StatsReply::id;
  StatsReplyFlags flags{};
  Seq<Port> ports{};
  static constexpr auto wire = describe("port_desc_stats_reply", tag<StatsType::port_desc>,
                                        field<&PortDescStatsReply::flags>, field<&PortDescStatsReply::ports>);
};

// ofp_vendor_stats_header before what only the vendor knows.
struct VendorStatsRequest {
  static constexpr MessageId id = StatsRequest::id;
  StatsRequestFlags flags{};
  ExperimenterId vendor{};
  Payload body{};
  static constexpr auto wire =
      describe("vendor_stats_request", tag<StatsType::vendor>, field<&VendorStatsRequest::flags>,
               field<&VendorStatsRequest::vendor>.hex(), rest<&VendorStatsRequest::body>);
};

struct VendorStatsReply {
  static constexpr MessageId id = StatsReply::id;
  StatsReplyFlags flags{};
  ExperimenterId vendor{};
  Payload body{};
  static constexpr auto wire =
      describe("vendor_stats_reply", tag<StatsType::vendor>, field<&VendorStatsReply::flags>,
               field<&VendorStatsReply::vendor>.hex(), rest<&VendorStatsReply::body>);
};

// All statistics of 1.0, for the standard catalogue.
inline constexpr auto add_stats = [](auto& catalog) {
  return catalog
      .template add<StatsRequest, StatsReply, DescStatsRequest, DescStatsReply, FlowStatsRequest,
                    FlowStatsReply, AggregateStatsRequest, AggregateStatsReply, TableStatsRequest,
                    TableStatsReply, PortStatsRequest, PortStatsReply, QueueStatsRequest, QueueStatsReply,
                    PortDescStatsRequest, PortDescStatsReply, VendorStatsRequest, VendorStatsReply>();
};

}  // namespace oflens::v10
