// Nicira's statistics: flows by a match of fields, and the exporters of IPFIX.
#pragma once

#include <oflens/ext/nicira/header.hpp>

namespace oflens::nicira {

// struct nx_flow_stats_request, older nx_aggregate_stats_request: which entries to describe, or to add up.
template <StatsSubtype S>
struct FlowsRequest {
  static constexpr MessageId id = v10::StatsRequest::id;
  v10::StatsRequestFlags flags{};
  v10::PortNo out_port = v10::PortNo::none;
  std::uint8_t table_id = 0xff;
  Seq<Oxm> match{};
  static constexpr auto wire = stats10<S, &FlowsRequest::flags>(
      S == StatsSubtype::flow ? "nx_flow_stats_request" : "nx_aggregate_stats_request",
      field<&FlowsRequest::out_port>, extent<&FlowsRequest::match>, field<&FlowsRequest::table_id>, pad<3>,
      field<&FlowsRequest::match>, align<8>);
};
using FlowStatsRequest = FlowsRequest<StatsSubtype::flow>;
using AggregateStatsRequest = FlowsRequest<StatsSubtype::aggregate>;

// struct nx_flow_stats: one entry. The ages are in seconds plus one; 0 when they are not told.
struct FlowStats {
  std::uint8_t table_id = 0;
  std::uint32_t duration_sec = 0, duration_nsec = 0;
  std::uint16_t priority = 0, idle_timeout = 0, hard_timeout = 0;
  std::uint16_t idle_age = 0, hard_age = 0;
  std::uint64_t cookie = 0, packet_count = 0, byte_count = 0;
  Seq<Oxm> match{};
  Seq<v10::Action> actions{};
  static constexpr auto wire =
      describe("nx_flow_stats", length, field<&FlowStats::table_id>, pad<1>, field<&FlowStats::duration_sec>,
               field<&FlowStats::duration_nsec>, field<&FlowStats::priority>, field<&FlowStats::idle_timeout>,
               field<&FlowStats::hard_timeout>, extent<&FlowStats::match>, field<&FlowStats::idle_age>,
               field<&FlowStats::hard_age>, field<&FlowStats::cookie>, field<&FlowStats::packet_count>,
               field<&FlowStats::byte_count>, field<&FlowStats::match>, align<8>, field<&FlowStats::actions>);
};

struct FlowStatsReply {
  static constexpr MessageId id = v10::StatsReply::id;
  v10::StatsReplyFlags flags{};
  Seq<FlowStats> flows{};
  static constexpr auto wire = stats10<StatsSubtype::flow, &FlowStatsReply::flags>(
      "nx_flow_stats_reply", field<&FlowStatsReply::flows>);
};

// struct ofp_aggregate_stats_reply
struct AggregateStatsReply {
  static constexpr MessageId id = v10::StatsReply::id;
  v10::StatsReplyFlags flags{};
  std::uint64_t packet_count = 0, byte_count = 0;
  std::uint32_t flow_count = 0;
  static constexpr auto wire = stats10<StatsSubtype::aggregate, &AggregateStatsReply::flags>(
      "nx_aggregate_stats_reply", field<&AggregateStatsReply::packet_count>,
      field<&AggregateStatsReply::byte_count>, field<&AggregateStatsReply::flow_count>, pad<4>);
};

// struct nx_ipfix_stats_reply: what an exporter of IPFIX has counted.
struct IpfixStats {
  std::uint64_t total_flows = 0, current_flows = 0, pkts = 0, ipv4_pkts = 0, ipv6_pkts = 0, error_pkts = 0,
                ipv4_error_pkts = 0, ipv6_error_pkts = 0, tx_pkts = 0, tx_errors = 0;
  std::uint32_t collector_set_id = 0;
  static constexpr auto wire =
      describe("nx_ipfix_stats", field<&IpfixStats::total_flows>, field<&IpfixStats::current_flows>,
               field<&IpfixStats::pkts>, field<&IpfixStats::ipv4_pkts>, field<&IpfixStats::ipv6_pkts>,
               field<&IpfixStats::error_pkts>, field<&IpfixStats::ipv4_error_pkts>,
               field<&IpfixStats::ipv6_error_pkts>, field<&IpfixStats::tx_pkts>,
               field<&IpfixStats::tx_errors>, field<&IpfixStats::collector_set_id>, pad<4>);
};

// Of the bridge: one; of flows: one for each set of collectors. 1.0, and later with the longer header.
template <class Header>
struct IpfixBridgeRequestOf {
  static constexpr MessageId id = Header::request_id;
  typename Header::RequestFlags flags{};
  static constexpr auto wire =
      Header::template stats<StatsSubtype::ipfix_bridge, &IpfixBridgeRequestOf::flags>(
          "nx_ipfix_bridge_request");
};
template <class Header>
struct IpfixBridgeReplyOf {
  static constexpr MessageId id = Header::reply_id;
  typename Header::ReplyFlags flags{};
  IpfixStats stats{};
  static constexpr auto wire = Header::template stats<StatsSubtype::ipfix_bridge, &IpfixBridgeReplyOf::flags>(
      "nx_ipfix_bridge_reply", field<&IpfixBridgeReplyOf::stats>);
};
template <class Header>
struct IpfixFlowRequestOf {
  static constexpr MessageId id = Header::request_id;
  typename Header::RequestFlags flags{};
  static constexpr auto wire =
      Header::template stats<StatsSubtype::ipfix_flow, &IpfixFlowRequestOf::flags>("nx_ipfix_flow_request");
};
template <class Header>
struct IpfixFlowReplyOf {
  static constexpr MessageId id = Header::reply_id;
  typename Header::ReplyFlags flags{};
  Seq<IpfixStats> stats{};
  static constexpr auto wire = Header::template stats<StatsSubtype::ipfix_flow, &IpfixFlowReplyOf::flags>(
      "nx_ipfix_flow_reply", field<&IpfixFlowReplyOf::stats>);
};
using IpfixBridgeRequest = IpfixBridgeRequestOf<Stats10>;
using IpfixBridgeReply = IpfixBridgeReplyOf<Stats10>;
using IpfixFlowRequest = IpfixFlowRequestOf<Stats10>;
using IpfixFlowReply = IpfixFlowReplyOf<Stats10>;
using IpfixBridgeRequestFor11 = IpfixBridgeRequestOf<Stats11<>>;
using IpfixBridgeReplyFor11 = IpfixBridgeReplyOf<Stats11<>>;
using IpfixFlowRequestFor11 = IpfixFlowRequestOf<Stats11<>>;
using IpfixFlowReplyFor11 = IpfixFlowReplyOf<Stats11<>>;

inline constexpr auto add_stats_messages = [](auto& catalog) {
  return catalog.template add<FlowStatsRequest, FlowStatsReply, AggregateStatsRequest, AggregateStatsReply,
                              IpfixBridgeRequest, IpfixBridgeReply, IpfixFlowRequest, IpfixFlowReply,
                              IpfixBridgeRequestFor11, IpfixBridgeReplyFor11, IpfixFlowRequestFor11,
                              IpfixFlowReplyFor11>();
};

}  // namespace oflens::nicira
