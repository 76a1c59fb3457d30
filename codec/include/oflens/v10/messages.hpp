// Messages of OpenFlow 1.0. Those whose layout later versions kept say so in their id.
#pragma once

#include <oflens/v10/actions.hpp>
#include <oflens/v10/errors.hpp>
#include <oflens/v10/match.hpp>
#include <oflens/v10/port.hpp>
#include <oflens/v10/queue.hpp>
#include <oflens/v10/stats.hpp>

namespace oflens::v10 {

// §5.5.1. What follows the header is to be ignored.
struct Hello {
  static constexpr MessageId id{Version::v10, Version::v10, 0};
  Payload data{};
  static constexpr auto wire = describe("hello", rest<&Hello::data>);
};

// §5.4.4 ofp_error_msg. data: at least 64 bytes of the request, or text for HELLO_FAILED; may be cut. A code
// that its type does not have is malformed, as Open vSwitch says: 1.0 has no more, and vendors have types of
// their own.
struct ErrorMessage {
  static constexpr MessageId id{Version::v10, Version::v10, 1};
  ErrorType type{};
  std::uint16_t code = 0;
  Payload data{};
  static constexpr auto wire =
      describe("error", field<&ErrorMessage::type>,
               field<&ErrorMessage::code>.labelled_by_previous(error_codes).only_labelled(),
               rest<&ErrorMessage::data>.message());
};

// §5.5.2
struct EchoRequest {
  static constexpr MessageId id{Version::v10, Version::v15, 2};
  Payload data{};
  static constexpr auto wire = describe("echo_request", rest<&EchoRequest::data>);
};

// §5.5.3
struct EchoReply {
  static constexpr MessageId id{Version::v10, Version::v15, 3};
  Payload data{};
  static constexpr auto wire = describe("echo_reply", rest<&EchoReply::data>);
};

// §5.5.4 ofp_vendor_header
struct Vendor {
  static constexpr MessageId id{Version::v10, Version::v10, 4};
  ExperimenterId vendor{};
  Payload data{};
  static constexpr auto wire = describe("vendor", field<&Vendor::vendor>.hex(), rest<&Vendor::data>);
};

// §5.3.1
struct FeaturesRequest {
  static constexpr MessageId id{Version::v10, Version::v15, 5};
  static constexpr auto wire = describe("features_request");
};

// §5.3.1 ofp_switch_features
struct FeaturesReply {
  static constexpr MessageId id{Version::v10, Version::v10, 6};
  DatapathId datapath_id{};
  std::uint32_t n_buffers = 0;
  std::uint8_t n_tables = 0;
  Capabilities capabilities{};
  SupportedActions actions{};
  Seq<Port> ports{};
  static constexpr auto wire =
      describe("features_reply", field<&FeaturesReply::datapath_id>, field<&FeaturesReply::n_buffers>,
               field<&FeaturesReply::n_tables>, pad<3>, field<&FeaturesReply::capabilities>,
               field<&FeaturesReply::actions>, field<&FeaturesReply::ports>);
};

// §5.3.2
struct GetConfigRequest {
  static constexpr MessageId id{Version::v10, Version::v15, 7};
  static constexpr auto wire = describe("get_config_request");
};

// §5.3.2 ofp_switch_config
struct GetConfigReply {
  static constexpr MessageId id{Version::v10, Version::v15, 8};
  ConfigFlags flags{};
  std::uint16_t miss_send_len = 0;
  static constexpr auto wire =
      describe("get_config_reply", field<&GetConfigReply::flags>, field<&GetConfigReply::miss_send_len>);
};

// §5.3.2 ofp_switch_config
struct SetConfig {
  static constexpr MessageId id{Version::v10, Version::v15, 9};
  ConfigFlags flags{};
  std::uint16_t miss_send_len = 0;
  static constexpr auto wire =
      describe("set_config", field<&SetConfig::flags>, field<&SetConfig::miss_send_len>);
};

// §5.4.1 ofp_packet_in. total_len is the frame's length; data holds as much of it as the switch was told to
// send.
struct PacketIn {
  static constexpr MessageId id{Version::v10, Version::v10, 10};
  BufferId buffer_id = BufferId::no_buffer;
  std::uint16_t total_len = 0;
  PortNo in_port{};
  PacketInReason reason{};
  Payload data{};
  static constexpr auto wire =
      describe("packet_in", field<&PacketIn::buffer_id>, field<&PacketIn::total_len>,
               field<&PacketIn::in_port>, field<&PacketIn::reason>, pad<1>, rest<&PacketIn::data>.packet());
};

// §5.4.2 ofp_flow_removed
struct FlowRemoved {
  static constexpr MessageId id{Version::v10, Version::v10, 11};
  Match match{};
  std::uint64_t cookie = 0;
  std::uint16_t priority = 0;
  FlowRemovedReason reason{};
  std::uint32_t duration_sec = 0, duration_nsec = 0;
  std::uint16_t idle_timeout = 0;
  std::uint64_t packet_count = 0, byte_count = 0;
  static constexpr auto wire = describe(
      "flow_removed", field<&FlowRemoved::match>, field<&FlowRemoved::cookie>, field<&FlowRemoved::priority>,
      field<&FlowRemoved::reason>, pad<1>, field<&FlowRemoved::duration_sec>,
      field<&FlowRemoved::duration_nsec>, field<&FlowRemoved::idle_timeout>, pad<2>,
      field<&FlowRemoved::packet_count>, field<&FlowRemoved::byte_count>);
};

// §5.4.3 ofp_port_status
struct PortStatus {
  static constexpr MessageId id{Version::v10, Version::v10, 12};
  PortReason reason{};
  Port desc{};
  static constexpr auto wire =
      describe("port_status", field<&PortStatus::reason>, pad<7>, field<&PortStatus::desc>);
};

// §5.3.6 ofp_packet_out. data is the frame when there is no buffer_id.
struct PacketOut {
  static constexpr MessageId id{Version::v10, Version::v10, 13};
  BufferId buffer_id = BufferId::no_buffer;
  PortNo in_port = PortNo::none;
  Seq<Action> actions{};
  Payload data{};
  static constexpr auto wire =
      describe("packet_out", field<&PacketOut::buffer_id>, field<&PacketOut::in_port>,
               extent<&PacketOut::actions>, field<&PacketOut::actions>, rest<&PacketOut::data>.packet());
};

// §5.3.3 ofp_flow_mod. out_port filters deletes only.
struct FlowMod {
  static constexpr MessageId id{Version::v10, Version::v10, 14};
  Match match{};
  std::uint64_t cookie = 0;
  FlowModCommand command{};
  std::uint16_t idle_timeout = 0, hard_timeout = 0, priority = 0x8000;
  BufferId buffer_id = BufferId::no_buffer;
  PortNo out_port = PortNo::none;
  FlowModFlags flags{};
  Seq<Action> actions{};
  static constexpr auto wire =
      describe("flow_mod", field<&FlowMod::match>, field<&FlowMod::cookie>, field<&FlowMod::command>,
               field<&FlowMod::idle_timeout>, field<&FlowMod::hard_timeout>, field<&FlowMod::priority>,
               field<&FlowMod::buffer_id>, field<&FlowMod::out_port>, field<&FlowMod::flags>,
               field<&FlowMod::actions>);
};

// §5.3.3 ofp_port_mod. mask: the bits of config that change. advertise: all zeros change nothing.
struct PortMod {
  static constexpr MessageId id{Version::v10, Version::v10, 15};
  PortNo port_no{};
  MacAddress hw_addr{};
  PortConfig config{}, mask{};
  PortFeatures advertise{};
  static constexpr auto wire =
      describe("port_mod", field<&PortMod::port_no>, field<&PortMod::hw_addr>, field<&PortMod::config>,
               field<&PortMod::mask>, field<&PortMod::advertise>, pad<4>);
};

// §5.3.7
struct BarrierRequest {
  static constexpr MessageId id{Version::v10, Version::v10, 18};
  static constexpr auto wire = describe("barrier_request");
};

// §5.3.7
struct BarrierReply {
  static constexpr MessageId id{Version::v10, Version::v10, 19};
  static constexpr auto wire = describe("barrier_reply");
};

// All messages of 1.0, for the standard catalogue.
inline constexpr auto add_messages = [](auto& catalog) {
  return catalog.template add<Hello, ErrorMessage, EchoRequest, EchoReply, Vendor, FeaturesRequest,
                              FeaturesReply, GetConfigRequest, GetConfigReply, SetConfig, PacketIn,
                              FlowRemoved, PortStatus, PacketOut, FlowMod, PortMod, BarrierRequest,
                              BarrierReply, QueueGetConfigRequest, QueueGetConfigReply>() &&
         add_stats(catalog) && catalog.template add_element<Action, VendorAction>();
};

}  // namespace oflens::v10
