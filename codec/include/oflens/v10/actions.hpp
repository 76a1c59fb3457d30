// Actions of OpenFlow 1.0 (§5.2.4).
#pragma once

#include <oflens/action.hpp>
#include <oflens/v10/enums.hpp>
#include <oflens/wire/one_of.hpp>

namespace oflens::v10 {

struct Output {  // ofp_action_output; max_len: bytes to send when the port is CONTROLLER
  PortNo port{};
  std::uint16_t max_len = 0;
  static constexpr auto wire =
      element<ActionType::output>("output", field<&Output::port>, field<&Output::max_len>);
};

struct SetVlanVid {  // ofp_action_vlan_vid
  std::uint16_t vlan_vid = 0;
  static constexpr auto wire =
      element<ActionType::set_vlan_vid>("set_vlan_vid", field<&SetVlanVid::vlan_vid>, pad<2>);
};

struct SetVlanPcp {  // ofp_action_vlan_pcp
  std::uint8_t vlan_pcp = 0;
  static constexpr auto wire =
      element<ActionType::set_vlan_pcp>("set_vlan_pcp", field<&SetVlanPcp::vlan_pcp>, pad<3>);
};

struct StripVlan {  // ofp_action_header
  static constexpr auto wire = element<ActionType::strip_vlan>("strip_vlan", pad<4>);
};

struct SetDlSrc {  // ofp_action_dl_addr
  MacAddress dl_addr{};
  static constexpr auto wire =
      element<ActionType::set_dl_src>("set_dl_src", field<&SetDlSrc::dl_addr>, pad<6>);
};

struct SetDlDst {  // ofp_action_dl_addr
  MacAddress dl_addr{};
  static constexpr auto wire =
      element<ActionType::set_dl_dst>("set_dl_dst", field<&SetDlDst::dl_addr>, pad<6>);
};

struct SetNwSrc {  // ofp_action_nw_addr
  Ipv4Address nw_addr{};
  static constexpr auto wire = element<ActionType::set_nw_src>("set_nw_src", field<&SetNwSrc::nw_addr>);
};

struct SetNwDst {  // ofp_action_nw_addr
  Ipv4Address nw_addr{};
  static constexpr auto wire = element<ActionType::set_nw_dst>("set_nw_dst", field<&SetNwDst::nw_addr>);
};

struct SetNwTos {  // ofp_action_nw_tos: the six bits of DSCP, in place
  std::uint8_t nw_tos = 0;
  static constexpr auto wire =
      element<ActionType::set_nw_tos>("set_nw_tos", field<&SetNwTos::nw_tos>, pad<3>);
};

struct SetTpSrc {  // ofp_action_tp_port
  std::uint16_t tp_port = 0;
  static constexpr auto wire =
      element<ActionType::set_tp_src>("set_tp_src", field<&SetTpSrc::tp_port>, pad<2>);
};

struct SetTpDst {  // ofp_action_tp_port
  std::uint16_t tp_port = 0;
  static constexpr auto wire =
      element<ActionType::set_tp_dst>("set_tp_dst", field<&SetTpDst::tp_port>, pad<2>);
};

struct Enqueue {  // ofp_action_enqueue
  PortNo port{};
  std::uint32_t queue_id = 0;
  static constexpr auto wire =
      element<ActionType::enqueue>("enqueue", field<&Enqueue::port>, pad<6>, field<&Enqueue::queue_id>);
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
using Action = OneOf<ActionRules, Output, SetVlanVid, SetVlanPcp, StripVlan, SetDlSrc, SetDlDst, SetNwSrc,
                     SetNwDst, SetNwTos, SetTpSrc, SetTpDst, Enqueue>;

// ofp_action_vendor_header: what is shown of a vendor's action that the catalogue does not describe.
struct VendorAction {
  ExperimenterId vendor{};
  Payload data{};
  static constexpr auto wire =
      element<ActionType::vendor>("vendor", field<&VendorAction::vendor>.hex(), rest<&VendorAction::data>);
};

}  // namespace oflens::v10
