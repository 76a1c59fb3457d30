// Nicira's extensions, by the names of Open vSwitch's headers: those that change flow tables of OpenFlow 1.0.
#pragma once

#include <oflens/oxm.hpp>
#include <oflens/v10/messages.hpp>

namespace oflens::nicira {

// NXT_*: what tells Nicira's messages apart.
enum class Subtype : std::uint32_t { flow_mod = 13, flow_removed = 14, flow_mod_table_id = 15 };
constexpr auto labels_of(Subtype) {
  return enumeration({{Subtype::flow_mod, "NXT_FLOW_MOD"},
                      {Subtype::flow_removed, "NXT_FLOW_REMOVED"},
                      {Subtype::flow_mod_table_id, "NXT_FLOW_MOD_TABLE_ID"}});
}

// Describes a message of Nicira's: what follows vendor and subtype.
template <Subtype S, class... Items>
constexpr auto message(const char* name, Items... items) {
  return describe(name, tag<ExperimenterId::nicira>.named("vendor"), tag<S>.named("subtype"), items...);
}

// nx_flow_mod: 1.0's flow_mod with a match of fields, which may be of NXM and OXM.
struct FlowMod {
  static constexpr MessageId id = v10::Vendor::id;
  std::uint64_t cookie = 0;
  v10::FlowModCommand command{};  // after flow_mod_table_id: the table in the high byte
  std::uint16_t idle_timeout = 0, hard_timeout = 0, priority = 0x8000;
  BufferId buffer_id = BufferId::no_buffer;
  v10::PortNo out_port = v10::PortNo::none;
  v10::FlowModFlags flags{};
  Seq<Oxm> match{};
  Seq<v10::Action> actions{};
  static constexpr auto wire = message<Subtype::flow_mod>(
      "nx_flow_mod", field<&FlowMod::cookie>, field<&FlowMod::command>, field<&FlowMod::idle_timeout>,
      field<&FlowMod::hard_timeout>, field<&FlowMod::priority>, field<&FlowMod::buffer_id>,
      field<&FlowMod::out_port>, field<&FlowMod::flags>, extent<&FlowMod::match>, pad<6>,
      field<&FlowMod::match>, align<8>, field<&FlowMod::actions>);
};

// nx_flow_removed. table_id: the table's number plus one; 0 when it is not told.
struct FlowRemoved {
  static constexpr MessageId id = v10::Vendor::id;
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

// nx_flow_mod_table_id: from now on the command of flow_mods has the table in its high byte, or not.
struct FlowModTableId {
  static constexpr MessageId id = v10::Vendor::id;
  std::uint8_t set = 0;
  static constexpr auto wire =
      message<Subtype::flow_mod_table_id>("nx_flow_mod_table_id", field<&FlowModTableId::set>, pad<7>);
};

inline constexpr auto add_messages = [](auto& catalog) {
  return catalog.template add<FlowMod, FlowRemoved, FlowModTableId>();
};

}  // namespace oflens::nicira
