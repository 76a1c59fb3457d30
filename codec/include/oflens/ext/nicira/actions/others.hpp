// Nicira's actions that sample packets, clone them, or do nothing.
#pragma once

#include <oflens/ext/nicira/actions/header.hpp>

namespace oflens::nicira {

// ---- samples

struct Sample {  // nx_action_sample
  std::uint16_t probability = 0;
  std::uint32_t collector_set_id = 0, obs_domain_id = 0, obs_point_id = 0;
  static constexpr auto wire = action<ActionSubtype::sample>(
      "nx_sample", field<&Sample::probability>, field<&Sample::collector_set_id>,
      field<&Sample::obs_domain_id>, field<&Sample::obs_point_id>);
};

enum class SampleDirection : std::uint8_t { default_ = 0, ingress = 1, egress = 2 };
constexpr auto labels_of(SampleDirection) {
  return enumeration({{SampleDirection::default_, "NX_ACTION_SAMPLE_DEFAULT"},
                      {SampleDirection::ingress, "NX_ACTION_SAMPLE_INGRESS"},
                      {SampleDirection::egress, "NX_ACTION_SAMPLE_EGRESS"}});
}

struct Sample2 {  // nx_action_sample2: with the port that the sample is from
  std::uint16_t probability = 0;
  std::uint32_t collector_set_id = 0, obs_domain_id = 0, obs_point_id = 0;
  v10::PortNo sampling_port = v10::PortNo::none;
  SampleDirection direction{};
  static constexpr auto wire = action<ActionSubtype::sample2>(
      "nx_sample2", field<&Sample2::probability>, field<&Sample2::collector_set_id>,
      field<&Sample2::obs_domain_id>, field<&Sample2::obs_point_id>, field<&Sample2::sampling_port>,
      field<&Sample2::direction>, pad<5>);
};

struct Sample3 {  // nx_action_sample2: and with the direction
  std::uint16_t probability = 0;
  std::uint32_t collector_set_id = 0, obs_domain_id = 0, obs_point_id = 0;
  v10::PortNo sampling_port = v10::PortNo::none;
  SampleDirection direction{};
  static constexpr auto wire = action<ActionSubtype::sample3>(
      "nx_sample3", field<&Sample3::probability>, field<&Sample3::collector_set_id>,
      field<&Sample3::obs_domain_id>, field<&Sample3::obs_point_id>, field<&Sample3::sampling_port>,
      field<&Sample3::direction>, pad<5>);
};

// nx_action_sample4 (Open vSwitch 3.4). obs_domain, obs_point: numbers where the header before them is 0,
// else which bits (OfsNbits, in the upper 16) of the field with that header.
struct Sample4 {
  std::uint16_t probability = 0;
  std::uint32_t collector_set_id = 0, obs_domain_src = 0, obs_domain = 0, obs_point_src = 0, obs_point = 0;
  v10::PortNo sampling_port = v10::PortNo::none;
  SampleDirection direction{};
  static constexpr auto wire = action<ActionSubtype::sample4>(
      "nx_sample4", field<&Sample4::probability>, field<&Sample4::collector_set_id>,
      field<&Sample4::obs_domain_src>.hex(), field<&Sample4::obs_domain>,
      field<&Sample4::obs_point_src>.hex(), field<&Sample4::obs_point>, field<&Sample4::sampling_port>,
      field<&Sample4::direction>, pad<5>);
};

// ---- others

struct Note {  // nx_action_note: does nothing
  Payload note{};
  static constexpr auto wire = action<ActionSubtype::note>("nx_note", rest<&Note::note>, align<8>);
};

template <class Action>
struct Clone {  // carries out actions, and goes on with the packet as it was
  Seq<Action> actions{};
  static constexpr auto wire = action<ActionSubtype::clone>("nx_clone", pad<6>, field<&Clone::actions>);
};

struct DebugSlow {
  static constexpr auto wire = action<ActionSubtype::debug_slow>("nx_debug_slow", pad<6>);
};

struct DebugRecirc {
  static constexpr auto wire = action<ActionSubtype::debug_recirc>("nx_debug_recirc", pad<6>);
};

}  // namespace oflens::nicira
