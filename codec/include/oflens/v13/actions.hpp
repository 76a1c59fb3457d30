// Actions of OpenFlow 1.3 (§7.2.5).
#pragma once

#include <oflens/action.hpp>
#include <oflens/v13/match.hpp>

namespace oflens::v13 {

struct Output {  // ofp_action_output; max_len: bytes to send when the port is CONTROLLER
  PortNo port{};
  MaxLen max_len{};
  static constexpr auto wire =
      element<ActionType::output>("output", field<&Output::port>, field<&Output::max_len>, pad<6>);
};

struct CopyTtlOut {  // ofp_action_header
  static constexpr auto wire = element<ActionType::copy_ttl_out>("copy_ttl_out", pad<4>);
};

struct CopyTtlIn {  // ofp_action_header
  static constexpr auto wire = element<ActionType::copy_ttl_in>("copy_ttl_in", pad<4>);
};

struct SetMplsTtl {  // ofp_action_mpls_ttl
  std::uint8_t mpls_ttl = 0;
  static constexpr auto wire =
      element<ActionType::set_mpls_ttl>("set_mpls_ttl", field<&SetMplsTtl::mpls_ttl>, pad<3>);
};

struct DecMplsTtl {  // ofp_action_header
  static constexpr auto wire = element<ActionType::dec_mpls_ttl>("dec_mpls_ttl", pad<4>);
};

struct PushVlan {  // ofp_action_push
  std::uint16_t ethertype = 0;
  static constexpr auto wire =
      element<ActionType::push_vlan>("push_vlan", field<&PushVlan::ethertype>.hex(), pad<2>);
};

struct PopVlan {  // ofp_action_header
  static constexpr auto wire = element<ActionType::pop_vlan>("pop_vlan", pad<4>);
};

struct PushMpls {  // ofp_action_push
  std::uint16_t ethertype = 0;
  static constexpr auto wire =
      element<ActionType::push_mpls>("push_mpls", field<&PushMpls::ethertype>.hex(), pad<2>);
};

struct PopMpls {  // ofp_action_pop_mpls: the ethertype of what is left
  std::uint16_t ethertype = 0;
  static constexpr auto wire =
      element<ActionType::pop_mpls>("pop_mpls", field<&PopMpls::ethertype>.hex(), pad<2>);
};

struct SetQueue {  // ofp_action_set_queue
  std::uint32_t queue_id = 0;
  static constexpr auto wire = element<ActionType::set_queue>("set_queue", field<&SetQueue::queue_id>);
};

struct Group {  // ofp_action_group
  GroupId group_id{};
  static constexpr auto wire = element<ActionType::group>("group", field<&Group::group_id>);
};

struct SetNwTtl {  // ofp_action_nw_ttl
  std::uint8_t nw_ttl = 0;
  static constexpr auto wire =
      element<ActionType::set_nw_ttl>("set_nw_ttl", field<&SetNwTtl::nw_ttl>, pad<3>);
};

struct DecNwTtl {  // ofp_action_header
  static constexpr auto wire = element<ActionType::dec_nw_ttl>("dec_nw_ttl", pad<4>);
};

struct SetField {  // ofp_action_set_field: one match field without a mask
  One<Oxm> field_{};
  static constexpr auto wire =
      element<ActionType::set_field>("set_field", field<&SetField::field_>, align<8>);
};

struct PushPbb {  // ofp_action_push
  std::uint16_t ethertype = 0;
  static constexpr auto wire =
      element<ActionType::push_pbb>("push_pbb", field<&PushPbb::ethertype>.hex(), pad<2>);
};

struct PopPbb {  // ofp_action_header
  static constexpr auto wire = element<ActionType::pop_pbb>("pop_pbb", pad<4>);
};

struct ActionRules {
  using Type = ActionType;
  using Foreign = ActionOf;
  static constexpr const char* name = "action";
  static constexpr const char* length_name = "len";
  static constexpr std::size_t minimum = 8, multiple = 8;
  static constexpr bool padded = false;
  static constexpr Domain domain = Domain::action;
};
using Action = OneOf<ActionRules, Output, CopyTtlOut, CopyTtlIn, SetMplsTtl, DecMplsTtl, PushVlan, PopVlan,
                     PushMpls, PopMpls, SetQueue, Group, SetNwTtl, DecNwTtl, SetField, PushPbb, PopPbb>;

// ofp_action_experimenter_header: what is shown of an experimenter's action that the catalogue does not
// describe.
struct ExperimenterAction {
  ExperimenterId experimenter{};
  Payload data{};
  static constexpr auto wire = element<ActionType::experimenter>(
      "experimenter", field<&ExperimenterAction::experimenter>.hex(), rest<&ExperimenterAction::data>);
};

}  // namespace oflens::v13
