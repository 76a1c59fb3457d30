// Multipart messages of OpenFlow 1.3 (§7.3.5). Requests share one message type, replies another; the first
// field tells them apart.
#pragma once

#include <oflens/message.hpp>
#include <oflens/v13/group.hpp>
#include <oflens/v13/instructions.hpp>
#include <oflens/v13/meter.hpp>
#include <oflens/v13/port.hpp>
#include <oflens/v13/table_features.hpp>

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

// §7.3.5.3 ofp_aggregate_stats_request
struct AggregateStatsRequest {
  static constexpr MessageId id = MultipartRequest::id;
  MultipartRequestFlags flags{};
  TableId table_id = TableId::all;
  PortNo out_port = PortNo::any;
  GroupId out_group = GroupId::any;
  std::uint64_t cookie = 0, cookie_mask = 0;
  Match match{};
  static constexpr auto wire = describe(
      "aggregate_stats_request", tag<MultipartType::aggregate>, field<&AggregateStatsRequest::flags>, pad<4>,
      field<&AggregateStatsRequest::table_id>, pad<3>, field<&AggregateStatsRequest::out_port>,
      field<&AggregateStatsRequest::out_group>, pad<4>, field<&AggregateStatsRequest::cookie>,
      field<&AggregateStatsRequest::cookie_mask>, field<&AggregateStatsRequest::match>);
};

// §7.3.5.3 ofp_aggregate_stats_reply
struct AggregateStatsReply {
  static constexpr MessageId id = MultipartReply::id;
  MultipartReplyFlags flags{};
  std::uint64_t packet_count = 0, byte_count = 0;
  std::uint32_t flow_count = 0;
  static constexpr auto wire =
      describe("aggregate_stats_reply", tag<MultipartType::aggregate>, field<&AggregateStatsReply::flags>,
               pad<4>, field<&AggregateStatsReply::packet_count>, field<&AggregateStatsReply::byte_count>,
               field<&AggregateStatsReply::flow_count>, pad<4>);
};

// §7.3.5.4
struct TableStatsRequest {
  static constexpr MessageId id = MultipartRequest::id;
  MultipartRequestFlags flags{};
  static constexpr auto wire =
      describe("table_stats_request", tag<MultipartType::table>, field<&TableStatsRequest::flags>, pad<4>);
};

// §7.3.5.4 ofp_table_stats
struct TableStats {
  TableId table_id{};
  std::uint32_t active_count = 0;
  std::uint64_t lookup_count = 0, matched_count = 0;
  static constexpr auto wire =
      describe("table_stats", field<&TableStats::table_id>, pad<3>, field<&TableStats::active_count>,
               field<&TableStats::lookup_count>, field<&TableStats::matched_count>);
};

// §7.3.5.4
struct TableStatsReply {
  static constexpr MessageId id = MultipartReply::id;
  MultipartReplyFlags flags{};
  Seq<TableStats> tables{};
  static constexpr auto wire =
      describe("table_stats_reply", tag<MultipartType::table>, field<&TableStatsReply::flags>, pad<4>,
               field<&TableStatsReply::tables>);
};

// §7.3.5.6 ofp_port_stats_request. port_no ANY: all ports.
struct PortStatsRequest {
  static constexpr MessageId id = MultipartRequest::id;
  MultipartRequestFlags flags{};
  PortNo port_no = PortNo::any;
  static constexpr auto wire =
      describe("port_stats_request", tag<MultipartType::port_stats>, field<&PortStatsRequest::flags>, pad<4>,
               field<&PortStatsRequest::port_no>, pad<4>);
};

// §7.3.5.6 ofp_port_stats. A counter of all ones is not supported.
struct PortStats {
  PortNo port_no{};
  std::uint64_t rx_packets = 0, tx_packets = 0, rx_bytes = 0, tx_bytes = 0, rx_dropped = 0, tx_dropped = 0,
                rx_errors = 0, tx_errors = 0, rx_frame_err = 0, rx_over_err = 0, rx_crc_err = 0,
                collisions = 0;
  std::uint32_t duration_sec = 0, duration_nsec = 0;
  static constexpr auto wire =
      describe("port_stats", field<&PortStats::port_no>, pad<4>, field<&PortStats::rx_packets>,
               field<&PortStats::tx_packets>, field<&PortStats::rx_bytes>, field<&PortStats::tx_bytes>,
               field<&PortStats::rx_dropped>, field<&PortStats::tx_dropped>, field<&PortStats::rx_errors>,
               field<&PortStats::tx_errors>, field<&PortStats::rx_frame_err>, field<&PortStats::rx_over_err>,
               field<&PortStats::rx_crc_err>, field<&PortStats::collisions>, field<&PortStats::duration_sec>,
               field<&PortStats::duration_nsec>);
};

// §7.3.5.6
struct PortStatsReply {
  static constexpr MessageId id = MultipartReply::id;
  MultipartReplyFlags flags{};
  Seq<PortStats> ports{};
  static constexpr auto wire = describe("port_stats_reply", tag<MultipartType::port_stats>,
                                        field<&PortStatsReply::flags>, pad<4>, field<&PortStatsReply::ports>);
};

// §7.3.5.8 ofp_queue_stats_request. port_no ANY: all ports.
struct QueueStatsRequest {
  static constexpr MessageId id = MultipartRequest::id;
  MultipartRequestFlags flags{};
  PortNo port_no = PortNo::any;
  QueueId queue_id = QueueId::all;
  static constexpr auto wire =
      describe("queue_stats_request", tag<MultipartType::queue>, field<&QueueStatsRequest::flags>, pad<4>,
               field<&QueueStatsRequest::port_no>, field<&QueueStatsRequest::queue_id>);
};

// §7.3.5.8 ofp_queue_stats
struct QueueStats {
  PortNo port_no{};
  QueueId queue_id{};
  std::uint64_t tx_bytes = 0, tx_packets = 0, tx_errors = 0;
  std::uint32_t duration_sec = 0, duration_nsec = 0;
  static constexpr auto wire =
      describe("queue_stats", field<&QueueStats::port_no>, field<&QueueStats::queue_id>,
               field<&QueueStats::tx_bytes>, field<&QueueStats::tx_packets>, field<&QueueStats::tx_errors>,
               field<&QueueStats::duration_sec>, field<&QueueStats::duration_nsec>);
};

// §7.3.5.8
struct QueueStatsReply {
  static constexpr MessageId id = MultipartReply::id;
  MultipartReplyFlags flags{};
  Seq<QueueStats> queues{};
  static constexpr auto wire =
      describe("queue_stats_reply", tag<MultipartType::queue>, field<&QueueStatsReply::flags>, pad<4>,
               field<&QueueStatsReply::queues>);
};

// §7.3.5.9 ofp_group_stats_request
struct GroupStatsRequest {
  static constexpr MessageId id = MultipartRequest::id;
  MultipartRequestFlags flags{};
  GroupId group_id = GroupId::all;
  static constexpr auto wire =
      describe("group_stats_request", tag<MultipartType::group>, field<&GroupStatsRequest::flags>, pad<4>,
               field<&GroupStatsRequest::group_id>, pad<4>);
};

// §7.3.5.9 ofp_bucket_counter
struct BucketCounter {
  std::uint64_t packet_count = 0, byte_count = 0;
  static constexpr auto wire =
      describe("bucket_counter", field<&BucketCounter::packet_count>, field<&BucketCounter::byte_count>);
};

// §7.3.5.9 ofp_group_stats: one group.
struct GroupStats {
  GroupId group_id{};
  std::uint32_t ref_count = 0;
  std::uint64_t packet_count = 0, byte_count = 0;
  std::uint32_t duration_sec = 0, duration_nsec = 0;
  Seq<BucketCounter> bucket_stats{};
  static constexpr auto wire = describe(
      "group_stats", length, pad<2>, field<&GroupStats::group_id>, field<&GroupStats::ref_count>, pad<4>,
      field<&GroupStats::packet_count>, field<&GroupStats::byte_count>, field<&GroupStats::duration_sec>,
      field<&GroupStats::duration_nsec>, field<&GroupStats::bucket_stats>);
};

// §7.3.5.9
struct GroupStatsReply {
  static constexpr MessageId id = MultipartReply::id;
  MultipartReplyFlags flags{};
  Seq<GroupStats> groups{};
  static constexpr auto wire =
      describe("group_stats_reply", tag<MultipartType::group>, field<&GroupStatsReply::flags>, pad<4>,
               field<&GroupStatsReply::groups>);
};

// §7.3.5.10
struct GroupDescRequest {
  static constexpr MessageId id = MultipartRequest::id;
  MultipartRequestFlags flags{};
  static constexpr auto wire =
      describe("group_desc_request", tag<MultipartType::group_desc>, field<&GroupDescRequest::flags>, pad<4>);
};

// §7.3.5.10 ofp_group_desc: one group. (Called ofp_group_desc_stats until 1.3.3.)
struct GroupDesc {
  GroupType type{};
  GroupId group_id{};
  Seq<Bucket> buckets{};
  static constexpr auto wire = describe("group_desc", length, field<&GroupDesc::type>, pad<1>,
                                        field<&GroupDesc::group_id>, field<&GroupDesc::buckets>);
};

// §7.3.5.10
struct GroupDescReply {
  static constexpr MessageId id = MultipartReply::id;
  MultipartReplyFlags flags{};
  Seq<GroupDesc> groups{};
  static constexpr auto wire =
      describe("group_desc_reply", tag<MultipartType::group_desc>, field<&GroupDescReply::flags>, pad<4>,
               field<&GroupDescReply::groups>);
};

// §7.3.5.11
struct GroupFeaturesRequest {
  static constexpr MessageId id = MultipartRequest::id;
  MultipartRequestFlags flags{};
  static constexpr auto wire = describe("group_features_request", tag<MultipartType::group_features>,
                                        field<&GroupFeaturesRequest::flags>, pad<4>);
};

// An array with an item for each type of group.
template <class T>
struct PerGroupType {
  T all{}, select{}, indirect{}, ff{};
  static constexpr auto wire =
      describe("per_group_type", field<&PerGroupType<T>::all>, field<&PerGroupType<T>::select>,
               field<&PerGroupType<T>::indirect>, field<&PerGroupType<T>::ff>);
};

// §7.3.5.11 ofp_group_features
struct GroupFeaturesReply {
  static constexpr MessageId id = MultipartReply::id;
  MultipartReplyFlags flags{};
  GroupTypes types{};
  GroupCapabilities capabilities{};
  PerGroupType<std::uint32_t> max_groups{};
  PerGroupType<SupportedActions> actions{};
  static constexpr auto wire =
      describe("group_features_reply", tag<MultipartType::group_features>, field<&GroupFeaturesReply::flags>,
               pad<4>, field<&GroupFeaturesReply::types>, field<&GroupFeaturesReply::capabilities>,
               field<&GroupFeaturesReply::max_groups>, field<&GroupFeaturesReply::actions>);
};

// §7.3.5.12 ofp_meter_multipart_request
struct MeterStatsRequest {
  static constexpr MessageId id = MultipartRequest::id;
  MultipartRequestFlags flags{};
  MeterId meter_id = MeterId::all;
  static constexpr auto wire =
      describe("meter_stats_request", tag<MultipartType::meter>, field<&MeterStatsRequest::flags>, pad<4>,
               field<&MeterStatsRequest::meter_id>, pad<4>);
};

// §7.3.5.12 ofp_meter_band_stats
struct MeterBandStats {
  std::uint64_t packet_band_count = 0, byte_band_count = 0;
  static constexpr auto wire = describe("meter_band_stats", field<&MeterBandStats::packet_band_count>,
                                        field<&MeterBandStats::byte_band_count>);
};

// §7.3.5.12 ofp_meter_stats: one meter.
struct MeterStats {
  MeterId meter_id{};
  std::uint32_t flow_count = 0;
  std::uint64_t packet_in_count = 0, byte_in_count = 0;
  std::uint32_t duration_sec = 0, duration_nsec = 0;
  Seq<MeterBandStats> band_stats{};
  static constexpr auto wire = describe(
      "meter_stats", field<&MeterStats::meter_id>, length.named("len"), pad<6>,
      field<&MeterStats::flow_count>, field<&MeterStats::packet_in_count>, field<&MeterStats::byte_in_count>,
      field<&MeterStats::duration_sec>, field<&MeterStats::duration_nsec>, field<&MeterStats::band_stats>);
};

// §7.3.5.12
struct MeterStatsReply {
  static constexpr MessageId id = MultipartReply::id;
  MultipartReplyFlags flags{};
  Seq<MeterStats> meters{};
  static constexpr auto wire =
      describe("meter_stats_reply", tag<MultipartType::meter>, field<&MeterStatsReply::flags>, pad<4>,
               field<&MeterStatsReply::meters>);
};

// §7.3.5.13 ofp_meter_multipart_request
struct MeterConfigRequest {
  static constexpr MessageId id = MultipartRequest::id;
  MultipartRequestFlags flags{};
  MeterId meter_id = MeterId::all;
  static constexpr auto wire =
      describe("meter_config_request", tag<MultipartType::meter_config>, field<&MeterConfigRequest::flags>,
               pad<4>, field<&MeterConfigRequest::meter_id>, pad<4>);
};

// §7.3.5.13 ofp_meter_config: one meter.
struct MeterConfig {
  MeterFlags flags{};
  MeterId meter_id{};
  Seq<MeterBand> bands{};
  static constexpr auto wire = describe("meter_config", length, field<&MeterConfig::flags>,
                                        field<&MeterConfig::meter_id>, field<&MeterConfig::bands>);
};

// §7.3.5.13
struct MeterConfigReply {
  static constexpr MessageId id = MultipartReply::id;
  MultipartReplyFlags flags{};
  Seq<MeterConfig> meters{};
  static constexpr auto wire =
      describe("meter_config_reply", tag<MultipartType::meter_config>, field<&MeterConfigReply::flags>,
               pad<4>, field<&MeterConfigReply::meters>);
};

// §7.3.5.14
struct MeterFeaturesRequest {
  static constexpr MessageId id = MultipartRequest::id;
  MultipartRequestFlags flags{};
  static constexpr auto wire = describe("meter_features_request", tag<MultipartType::meter_features>,
                                        field<&MeterFeaturesRequest::flags>, pad<4>);
};

// §7.3.5.14 ofp_meter_features
struct MeterFeaturesReply {
  static constexpr MessageId id = MultipartReply::id;
  MultipartReplyFlags flags{};
  std::uint32_t max_meter = 0;
  MeterBandTypes band_types{};
  MeterCapabilities capabilities{};
  std::uint8_t max_bands = 0, max_color = 0;
  static constexpr auto wire =
      describe("meter_features_reply", tag<MultipartType::meter_features>, field<&MeterFeaturesReply::flags>,
               pad<4>, field<&MeterFeaturesReply::max_meter>, field<&MeterFeaturesReply::band_types>,
               field<&MeterFeaturesReply::capabilities>, field<&MeterFeaturesReply::max_bands>,
               field<&MeterFeaturesReply::max_color>, pad<2>);
};

// §7.3.5.5. Without tables: which there are; with tables: a change of all.
struct TableFeaturesRequest {
  static constexpr MessageId id = MultipartRequest::id;
  MultipartRequestFlags flags{};
  Seq<TableFeatures> tables{};
  static constexpr auto wire =
      describe("table_features_request", tag<MultipartType::table_features>,
               field<&TableFeaturesRequest::flags>, pad<4>, field<&TableFeaturesRequest::tables>);
};

// §7.3.5.5
struct TableFeaturesReply {
  static constexpr MessageId id = MultipartReply::id;
  MultipartReplyFlags flags{};
  Seq<TableFeatures> tables{};
  static constexpr auto wire =
      describe("table_features_reply", tag<MultipartType::table_features>, field<&TableFeaturesReply::flags>,
               pad<4>, field<&TableFeaturesReply::tables>);
};

// §7.3.5.15 ofp_experimenter_multipart_header, before what only the experimenter knows.
struct ExperimenterMultipartRequest {
  static constexpr MessageId id = MultipartRequest::id;
  MultipartRequestFlags flags{};
  ExperimenterId experimenter{};
  std::uint32_t exp_type = 0;
  Payload body{};
  static constexpr auto wire =
      describe("experimenter_multipart_request", tag<MultipartType::experimenter>,
               field<&ExperimenterMultipartRequest::flags>, pad<4>,
               field<&ExperimenterMultipartRequest::experimenter>.hex(),
               field<&ExperimenterMultipartRequest::exp_type>, rest<&ExperimenterMultipartRequest::body>);
};

// §7.3.5.15
struct ExperimenterMultipartReply {
  static constexpr MessageId id = MultipartReply::id;
  MultipartReplyFlags flags{};
  ExperimenterId experimenter{};
  std::uint32_t exp_type = 0;
  Payload body{};
  static constexpr auto wire =
      describe("experimenter_multipart_reply", tag<MultipartType::experimenter>,
               field<&ExperimenterMultipartReply::flags>, pad<4>,
               field<&ExperimenterMultipartReply::experimenter>.hex(),
               field<&ExperimenterMultipartReply::exp_type>, rest<&ExperimenterMultipartReply::body>);
};

// All multipart messages of 1.3, for the standard catalogue.
inline constexpr auto add_multiparts = [](auto& catalog) {
  return catalog.template add<MultipartRequest, MultipartReply, DescRequest, DescReply, FlowStatsRequest,
                              FlowStatsReply, AggregateStatsRequest, AggregateStatsReply, TableStatsRequest,
                              TableStatsReply, PortStatsRequest, PortStatsReply, QueueStatsRequest,
                              QueueStatsReply, GroupStatsRequest, GroupStatsReply, GroupDescRequest,
                              GroupDescReply, GroupFeaturesRequest, GroupFeaturesReply, MeterStatsRequest,
                              MeterStatsReply, MeterConfigRequest, MeterConfigReply, MeterFeaturesRequest,
                              MeterFeaturesReply, TableFeaturesRequest, TableFeaturesReply, PortDescRequest,
                              PortDescReply, ExperimenterMultipartRequest, ExperimenterMultipartReply>() &&
         catalog.template add_element<TableFeatureProperty, ExperimenterFeature>() &&
         catalog.template add_element<TableFeatureProperty, ExperimenterMissFeature>();
};

}  // namespace oflens::v13
