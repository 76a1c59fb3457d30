// Strong types for what OpenFlow carries: addresses, datapath ids, transaction ids, versions.
#pragma once

#include <array>
#include <compare>
#include <cstdint>

#include <oflens/wire/labels.hpp>

namespace oflens {

// The version byte of the OpenFlow header.
enum class Version : std::uint8_t { v10 = 1, v11 = 2, v12 = 3, v13 = 4, v14 = 5, v15 = 6 };

// Transaction id of the OpenFlow header: replies carry the id of their request.
enum class Xid : std::uint32_t {};

// 64-bit datapath id; the specification suggests the low 48 bits be a MAC address.
enum class DatapathId : std::uint64_t {};

// Who defined an experimenter's (1.0: a vendor's) message, action or field. An IEEE OUI, or a number given by
// the ONF.
enum class ExperimenterId : std::uint32_t {
  hp = 0x000004ea,
  broadcom = 0x00001018,  // OF-DPA
  netronome_compat = 0x00001540,  // what Open vSwitch 2.4 took for Netronome's
  netronome = 0x0000154d,
  nicira = 0x00002320,
  openflow = 0x000026e1,  // the reference implementation of 1.0
  huawei = 0x00004877,
  intel = 0x0000aa01,
  nsh = 0x005ad650,
  big_switch = 0x005c16c7,
  ericsson = 0x00d0f0db,
  onf = 0x4f4e4600,
};
constexpr auto labels_of(ExperimenterId) {
  return enumeration({{ExperimenterId::hp, "HPL_VENDOR_ID"},
                      {ExperimenterId::broadcom, "OFDPA_EXPERIMENTER_ID"},
                      {ExperimenterId::netronome_compat, "NTR_COMPAT_VENDOR_ID"},
                      {ExperimenterId::netronome, "NTR_VENDOR_ID"},
                      {ExperimenterId::nicira, "NX_VENDOR_ID"},
                      {ExperimenterId::openflow, "OPENFLOW_VENDOR_ID"},
                      {ExperimenterId::huawei, "HUAWEI_EXPERIMENTER_ID"},
                      {ExperimenterId::intel, "INTEL_VENDOR_ID"},
                      {ExperimenterId::nsh, "NSH_VENDOR_ID"},
                      {ExperimenterId::big_switch, "BSN_VENDOR_ID"},
                      {ExperimenterId::ericsson, "ERICSSON_EXPERIMENTER_ID"},
                      {ExperimenterId::onf, "ONF_VENDOR_ID"}});
}

// A packet held by the switch until the controller says what to do with it; no_buffer: it is in the message.
enum class BufferId : std::uint32_t { no_buffer = 0xffffffff };
constexpr auto labels_of(BufferId) { return enumeration({{BufferId::no_buffer, "OFP_NO_BUFFER"}}); }

// Port numbers of OpenFlow 1.1 and later (1.3.5 §7.2.1 ofp_port_no); those of 1.0 have 16 bits, see
// v10/enums.hpp.
enum class PortNo : std::uint32_t {
  max = 0xffffff00,
  in_port = 0xfffffff8,
  table = 0xfffffff9,
  normal = 0xfffffffa,
  flood = 0xfffffffb,
  all = 0xfffffffc,
  controller = 0xfffffffd,
  local = 0xfffffffe,
  any = 0xffffffff,
};
constexpr auto labels_of(PortNo) {
  return enumeration({{PortNo::max, "OFPP_MAX"},
                      {PortNo::in_port, "OFPP_IN_PORT"},
                      {PortNo::table, "OFPP_TABLE"},
                      {PortNo::normal, "OFPP_NORMAL"},
                      {PortNo::flood, "OFPP_FLOOD"},
                      {PortNo::all, "OFPP_ALL"},
                      {PortNo::controller, "OFPP_CONTROLLER"},
                      {PortNo::local, "OFPP_LOCAL"},
                      {PortNo::any, "OFPP_ANY"}});
}

// Octets in the order of the wire.
struct MacAddress {
  std::array<std::uint8_t, 6> octets{};
  friend constexpr auto operator<=>(const MacAddress&, const MacAddress&) = default;
};

struct Ipv4Address {
  std::array<std::uint8_t, 4> octets{};
  friend constexpr auto operator<=>(const Ipv4Address&, const Ipv4Address&) = default;
};

struct Ipv6Address {
  std::array<std::uint8_t, 16> octets{};
  friend constexpr auto operator<=>(const Ipv6Address&, const Ipv6Address&) = default;
};

}  // namespace oflens
