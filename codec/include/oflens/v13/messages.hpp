// Messages of OpenFlow 1.3. Those that 1.0 has with the same layout are aliases.
#pragma once

#include <oflens/v10/messages.hpp>
#include <oflens/v13/async.hpp>
#include <oflens/v13/errors.hpp>
#include <oflens/v13/hello.hpp>
#include <oflens/v13/multipart.hpp>
#include <oflens/v13/queue.hpp>

namespace oflens::v13 {

using v10::EchoReply;
using v10::EchoRequest;
using v10::FeaturesRequest;
using v10::GetConfigReply;
using v10::GetConfigRequest;
using v10::SetConfig;

// §7.4.4 ofp_error_msg. data: at least 64 bytes of the request, or text for HELLO_FAILED; may be cut. The
// layout is that of 1.0; the types are not.
struct ErrorMessage {
  static constexpr MessageId id{Version::v11, Version::v15, 1};
  ErrorType type{};
  std::uint16_t code = 0;
  Payload data{};
  static constexpr auto wire = describe("error", field<&ErrorMessage::type>,
                                        field<&ErrorMessage::code>.labelled_by_previous(error_codes),
                                        rest<&ErrorMessage::data>.message());
};

// §7.4.4 ofp_error_experimenter_msg, of 1.2 and later: an error of an experimenter's own.
struct ExperimenterErrorMessage {
  static constexpr MessageId id{Version::v12, Version::v15, 1};
  std::uint16_t exp_type = 0;
  ExperimenterId experimenter{};
  Payload data{};
  static constexpr auto wire = describe(
      "experimenter_error", tag<ErrorType::experimenter>, field<&ExperimenterErrorMessage::exp_type>,
      field<&ExperimenterErrorMessage::experimenter>.hex(), rest<&ExperimenterErrorMessage::data>.message());
};

// §7.5.4 ofp_experimenter_header
struct Experimenter {
  static constexpr MessageId id{Version::v12, Version::v15, 4};
  ExperimenterId experimenter{};
  std::uint32_t exp_type = 0;
  Payload data{};
  static constexpr auto wire = describe("experimenter", field<&Experimenter::experimenter>.hex(),
                                        field<&Experimenter::exp_type>, rest<&Experimenter::data>);
};

// §7.3.1 ofp_switch_features
struct FeaturesReply {
  static constexpr MessageId id{Version::v13, Version::v15, 6};
  DatapathId datapath_id{};
  std::uint32_t n_buffers = 0;
  std::uint8_t n_tables = 0, auxiliary_id = 0;
  Capabilities capabilities{};
  std::uint32_t reserved = 0;
  static constexpr auto wire =
      describe("features_reply", field<&FeaturesReply::datapath_id>, field<&FeaturesReply::n_buffers>,
               field<&FeaturesReply::n_tables>, field<&FeaturesReply::auxiliary_id>, pad<2>,
               field<&FeaturesReply::capabilities>, field<&FeaturesReply::reserved>.hex());
};

// §7.4.1 ofp_packet_in. total_len is the frame's length; data holds as much of it as the switch was told to
// send. The port that it came in by is in the match.
struct PacketIn {
  static constexpr MessageId id{Version::v13, Version::v13, 10};
  BufferId buffer_id = BufferId::no_buffer;
  std::uint16_t total_len = 0;
  PacketInReason reason{};
  TableId table_id{};
  std::uint64_t cookie = ~std::uint64_t{0};
  Match match{};
  Payload data{};
  static constexpr auto wire =
      describe("packet_in", field<&PacketIn::buffer_id>, field<&PacketIn::total_len>,
               field<&PacketIn::reason>, field<&PacketIn::table_id>, field<&PacketIn::cookie>,
               field<&PacketIn::match>, pad<2>, rest<&PacketIn::data>.packet());
};

// §7.4.2 ofp_flow_removed
struct FlowRemoved {
  static constexpr MessageId id{Version::v13, Version::v13, 11};
  std::uint64_t cookie = 0;
  std::uint16_t priority = 0;
  FlowRemovedReason reason{};
  TableId table_id{};
  std::uint32_t duration_sec = 0, duration_nsec = 0;
  std::uint16_t idle_timeout = 0, hard_timeout = 0;
  std::uint64_t packet_count = 0, byte_count = 0;
  Match match{};
  static constexpr auto wire = describe(
      "flow_removed", field<&FlowRemoved::cookie>, field<&FlowRemoved::priority>, field<&FlowRemoved::reason>,
      field<&FlowRemoved::table_id>, field<&FlowRemoved::duration_sec>, field<&FlowRemoved::duration_nsec>,
      field<&FlowRemoved::idle_timeout>, field<&FlowRemoved::hard_timeout>, field<&FlowRemoved::packet_count>,
      field<&FlowRemoved::byte_count>, field<&FlowRemoved::match>);
};

// §7.4.3 ofp_port_status
struct PortStatus {
  static constexpr MessageId id{Version::v13, Version::v13, 12};
  PortReason reason{};
  Port desc{};
  static constexpr auto wire =
      describe("port_status", field<&PortStatus::reason>, pad<7>, field<&PortStatus::desc>);
};

// §7.3.7 ofp_packet_out. data is the frame when there is no buffer_id.
struct PacketOut {
  static constexpr MessageId id{Version::v13, Version::v13, 13};
  BufferId buffer_id = BufferId::no_buffer;
  PortNo in_port = PortNo::controller;
  Seq<Action> actions{};
  Payload data{};
  static constexpr auto wire = describe("packet_out", field<&PacketOut::buffer_id>,
                                        field<&PacketOut::in_port>, extent<&PacketOut::actions>, pad<6>,
                                        field<&PacketOut::actions>, rest<&PacketOut::data>.packet());
};

// §7.3.4.1 ofp_flow_mod. out_port and out_group filter deletes only; cookie_mask filters modifies and
// deletes.
struct FlowMod {
  static constexpr MessageId id{Version::v13, Version::v13, 14};
  std::uint64_t cookie = 0, cookie_mask = 0;
  TableId table_id{};
  FlowModCommand command{};
  std::uint16_t idle_timeout = 0, hard_timeout = 0, priority = 0x8000;
  BufferId buffer_id = BufferId::no_buffer;
  PortNo out_port = PortNo::any;
  GroupId out_group = GroupId::any;
  FlowModFlags flags{};
  Match match{};
  Seq<Instruction> instructions{};
  static constexpr auto wire =
      describe("flow_mod", field<&FlowMod::cookie>, field<&FlowMod::cookie_mask>, field<&FlowMod::table_id>,
               field<&FlowMod::command>, field<&FlowMod::idle_timeout>, field<&FlowMod::hard_timeout>,
               field<&FlowMod::priority>, field<&FlowMod::buffer_id>, field<&FlowMod::out_port>,
               field<&FlowMod::out_group>, field<&FlowMod::flags>, pad<2>, field<&FlowMod::match>,
               field<&FlowMod::instructions>);
};

// §7.3.4.3 ofp_port_mod. mask: the bits of config that change. advertise: all zeros change nothing.
struct PortMod {
  static constexpr MessageId id{Version::v11, Version::v13, 16};
  PortNo port_no{};
  MacAddress hw_addr{};
  PortConfig config{}, mask{};
  PortFeatures advertise{};
  static constexpr auto wire =
      describe("port_mod", field<&PortMod::port_no>, pad<4>, field<&PortMod::hw_addr>, pad<2>,
               field<&PortMod::config>, field<&PortMod::mask>, field<&PortMod::advertise>, pad<4>);
};

// §7.3.3 ofp_table_mod
struct TableMod {
  static constexpr MessageId id{Version::v11, Version::v13, 17};
  TableId table_id{};
  TableConfig config{};
  static constexpr auto wire =
      describe("table_mod", field<&TableMod::table_id>, pad<3>, field<&TableMod::config>);
};

// §7.3.8
struct BarrierRequest {
  static constexpr MessageId id{Version::v11, Version::v15, 20};
  static constexpr auto wire = describe("barrier_request");
};

// §7.3.8
struct BarrierReply {
  static constexpr MessageId id{Version::v11, Version::v15, 21};
  static constexpr auto wire = describe("barrier_reply");
};

// §7.3.9 ofp_role_request
struct RoleRequest {
  static constexpr MessageId id{Version::v12, Version::v14, 24};
  ControllerRole role{};
  std::uint64_t generation_id = 0;
  static constexpr auto wire =
      describe("role_request", field<&RoleRequest::role>, pad<4>, field<&RoleRequest::generation_id>);
};

// §7.3.9 ofp_role_request
struct RoleReply {
  static constexpr MessageId id{Version::v12, Version::v14, 25};
  ControllerRole role{};
  std::uint64_t generation_id = 0;
  static constexpr auto wire =
      describe("role_reply", field<&RoleReply::role>, pad<4>, field<&RoleReply::generation_id>);
};

// All messages of 1.3 that 1.0 does not have, for the standard catalogue.
inline constexpr auto add_messages = [](auto& catalog) {
  return catalog
             .template add<Hello, ErrorMessage, ExperimenterErrorMessage, Experimenter, FeaturesReply,
                           PacketIn, FlowRemoved, PortStatus, PacketOut, FlowMod, GroupMod, PortMod, TableMod,
                           BarrierRequest, BarrierReply, QueueGetConfigRequest, QueueGetConfigReply,
                           RoleRequest, RoleReply, GetAsyncRequest, GetAsyncReply, SetAsync, MeterMod>() &&
         add_multiparts(catalog) && catalog.template add_element<Action, ExperimenterAction>() &&
         catalog.template add_element<Instruction, ExperimenterInstruction>() &&
         catalog.template add_element<QueueProperty, ExperimenterQueueProperty>() &&
         catalog.template add_element<MeterBand, ExperimenterBand>();
};

}  // namespace oflens::v13
