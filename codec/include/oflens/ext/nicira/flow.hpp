// Nicira's flow_mod and flow_removed: those of 1.0 with a match of fields, which may be of NXM and OXM.
#pragma once

#include <oflens/ext/nicira/header.hpp>

namespace oflens::nicira {

// struct nx_flow_mod. What it does is said as the message's version says it: by actions in 1.0 (FlowMod), by
// instructions from 1.1 on (FlowModFor11).
template <class Flags, class Does, Version First, Version Last>
struct FlowModOf {
  static constexpr MessageId id = message_id(First, Last);
  std::uint64_t cookie = 0;
  v10::FlowModCommand command{};  // after flow_mod_table_id: the table in the high byte
  std::uint16_t idle_timeout = 0, hard_timeout = 0, priority = 0x8000;
  BufferId buffer_id = BufferId::no_buffer;
  v10::PortNo out_port = v10::PortNo::none;
  Flags flags{};
  Seq<Oxm> match{};
  Seq<Does> actions{};
  static constexpr auto wire = message<Subtype::flow_mod>(
      "nx_flow_mod", field<&FlowModOf::cookie>, field<&FlowModOf::command>, field<&FlowModOf::idle_timeout>,
      field<&FlowModOf::hard_timeout>, field<&FlowModOf::priority>, field<&FlowModOf::buffer_id>,
      field<&FlowModOf::out_port>, field<&FlowModOf::flags>, extent<&FlowModOf::match>, pad<6>,
      field<&FlowModOf::match>, align<8>,
      field<&FlowModOf::actions>.named(First == Version::v10 ? "actions" : "instructions"));
};
using FlowMod = FlowModOf<v10::FlowModFlags, v10::Action, Version::v10, Version::v10>;
using FlowModFor11 = FlowModOf<v13::FlowModFlags, v13::Instruction, Version::v11, Version::v15>;

// struct nx_flow_removed. table_id: the table's number plus one; 0 when it is not told.
struct FlowRemoved {
  static constexpr MessageId id = message_id(Version::v10, Version::v15);
  std::uint64_t cookie = 0;
  std::uint16_t priority = 0;
  v10::FlowRemovedReason reason{};
  std::uint8_t table_id = 0;
  std::uint32_t duration_sec = 0, duration_nsec = 0;
  std::uint16_t idle_timeout = 0;
  std::uint64_t packet_count = 0, byte_count = 0;
  Seq<Oxm> match{};
  static constexpr auto wire = message<Subtype::flow_removed>(
      "nx_flow_removed", field<&FlowRemoved::cookie>, field<&FlowRemoved::priority>,
      field<&FlowRemoved::reason>, field<&FlowRemoved::table_id>, field<&FlowRemoved::duration_sec>,
      field<&FlowRemoved::duration_nsec>, field<&FlowRemoved::idle_timeout>, extent<&FlowRemoved::match>,
      field<&FlowRemoved::packet_count>, field<&FlowRemoved::byte_count>, field<&FlowRemoved::match>,
      align<8>);
};

inline constexpr auto add_flow_messages = [](auto& catalog) {
  return catalog.template add<FlowMod, FlowModFor11, FlowRemoved>();
};

}  // namespace oflens::nicira
