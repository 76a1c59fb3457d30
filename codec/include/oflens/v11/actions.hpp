// Actions of OpenFlow 1.1 (§4.9) that set a field each. 1.2 put set_field in their place, but Open vSwitch
// takes them in later versions, too.
#pragma once

#include <oflens/v13/actions.hpp>

namespace oflens::v11 {

struct SetVlanVid {  // ofp_action_vlan_vid
  std::uint16_t vlan_vid = 0;
  static constexpr auto wire =
      element<v13::ActionType::set_vlan_vid>("set_vlan_vid", field<&SetVlanVid::vlan_vid>, pad<2>);
};

struct SetVlanPcp {  // ofp_action_vlan_pcp
  std::uint8_t vlan_pcp = 0;
  static constexpr auto wire =
      element<v13::ActionType::set_vlan_pcp>("set_vlan_pcp", field<&SetVlanPcp::vlan_pcp>, pad<3>);
};

struct SetDlSrc {  // ofp_action_dl_addr
  MacAddress dl_addr{};
  static constexpr auto wire =
      element<v13::ActionType::set_dl_src>("set_dl_src", field<&SetDlSrc::dl_addr>, pad<6>);
};

struct SetDlDst {  // ofp_action_dl_addr
  MacAddress dl_addr{};
  static constexpr auto wire =
      element<v13::ActionType::set_dl_dst>("set_dl_dst", field<&SetDlDst::dl_addr>, pad<6>);
};

struct SetNwSrc {  // ofp_action_nw_addr
  Ipv4Address nw_addr{};
  static constexpr auto wire = element<v13::ActionType::set_nw_src>("set_nw_src", field<&SetNwSrc::nw_addr>);
};

struct SetNwDst {  // ofp_action_nw_addr
  Ipv4Address nw_addr{};
  static constexpr auto wire = element<v13::ActionType::set_nw_dst>("set_nw_dst", field<&SetNwDst::nw_addr>);
};

struct SetNwTos {  // ofp_action_nw_tos: the six bits of DSCP, in place
  std::uint8_t nw_tos = 0;
  static constexpr auto wire =
      element<v13::ActionType::set_nw_tos>("set_nw_tos", field<&SetNwTos::nw_tos>, pad<3>);
};

struct SetNwEcn {  // ofp_action_nw_ecn
  std::uint8_t nw_ecn = 0;
  static constexpr auto wire =
      element<v13::ActionType::set_nw_ecn>("set_nw_ecn", field<&SetNwEcn::nw_ecn>, pad<3>);
};

struct SetTpSrc {  // ofp_action_tp_port
  std::uint16_t tp_port = 0;
  static constexpr auto wire =
      element<v13::ActionType::set_tp_src>("set_tp_src", field<&SetTpSrc::tp_port>, pad<2>);
};

struct SetTpDst {  // ofp_action_tp_port
  std::uint16_t tp_port = 0;
  static constexpr auto wire =
      element<v13::ActionType::set_tp_dst>("set_tp_dst", field<&SetTpDst::tp_port>, pad<2>);
};

struct SetMplsLabel {  // ofp_action_mpls_label
  std::uint32_t mpls_label = 0;
  static constexpr auto wire =
      element<v13::ActionType::set_mpls_label>("set_mpls_label", field<&SetMplsLabel::mpls_label>);
};

struct SetMplsTc {  // ofp_action_mpls_tc
  std::uint8_t mpls_tc = 0;
  static constexpr auto wire =
      element<v13::ActionType::set_mpls_tc>("set_mpls_tc", field<&SetMplsTc::mpls_tc>, pad<3>);
};

// For the standard catalogue: among the actions of later versions.
inline constexpr auto add_actions = [](auto& catalog) {
  return catalog.template add_element<v13::Action, SetVlanVid>() &&
         catalog.template add_element<v13::Action, SetVlanPcp>() &&
         catalog.template add_element<v13::Action, SetDlSrc>() &&
         catalog.template add_element<v13::Action, SetDlDst>() &&
         catalog.template add_element<v13::Action, SetNwSrc>() &&
         catalog.template add_element<v13::Action, SetNwDst>() &&
         catalog.template add_element<v13::Action, SetNwTos>() &&
         catalog.template add_element<v13::Action, SetNwEcn>() &&
         catalog.template add_element<v13::Action, SetTpSrc>() &&
         catalog.template add_element<v13::Action, SetTpDst>() &&
         catalog.template add_element<v13::Action, SetMplsLabel>() &&
         catalog.template add_element<v13::Action, SetMplsTc>();
};

}  // namespace oflens::v11
