// Nicira's actions on tracked connections: ct, nat.
#pragma once

#include <oflens/ext/nicira/actions/header.hpp>

namespace oflens::nicira {

enum class CtFlags : std::uint16_t { none = 0, commit = 1, force = 2 };
constexpr auto labels_of(CtFlags) {
  return flags({{CtFlags::commit, "NX_CT_F_COMMIT"}, {CtFlags::force, "NX_CT_F_FORCE"}});
}

// nx_action_conntrack. zone: a number when zone_src is 0, else which bits (OfsNbits) of the field with that
// header. recirc_table 255: none.
template <class Action>
struct Ct {
  CtFlags flags{};
  std::uint32_t zone_src = 0;
  std::uint16_t zone = 0;
  std::uint8_t recirc_table = 0xff;
  std::uint16_t alg = 0;
  Seq<Action> actions{};
  static constexpr auto wire =
      action<ActionSubtype::ct>("nx_ct", field<&Ct::flags>, field<&Ct::zone_src>.hex(), field<&Ct::zone>,
                                field<&Ct::recirc_table>, pad<3>, field<&Ct::alg>, field<&Ct::actions>);
};

struct CtClear {
  static constexpr auto wire = action<ActionSubtype::ct_clear>("nx_ct_clear", pad<6>);
};

enum class NatFlags : std::uint16_t {
  none = 0,
  src = 1,
  dst = 2,
  persistent = 4,
  proto_hash = 8,
  proto_random = 16
};
constexpr auto labels_of(NatFlags) {
  return flags({{NatFlags::src, "NX_NAT_F_SRC"},
                {NatFlags::dst, "NX_NAT_F_DST"},
                {NatFlags::persistent, "NX_NAT_F_PERSISTENT"},
                {NatFlags::proto_hash, "NX_NAT_F_PROTO_HASH"},
                {NatFlags::proto_random, "NX_NAT_F_PROTO_RANDOM"}});
}
enum class NatRange : std::uint16_t {
  none = 0,
  ipv4_min = 1,
  ipv4_max = 2,
  ipv6_min = 4,
  ipv6_max = 8,
  proto_min = 16,
  proto_max = 32
};
constexpr auto labels_of(NatRange) {
  return flags({{NatRange::ipv4_min, "NX_NAT_RANGE_IPV4_MIN"},
                {NatRange::ipv4_max, "NX_NAT_RANGE_IPV4_MAX"},
                {NatRange::ipv6_min, "NX_NAT_RANGE_IPV6_MIN"},
                {NatRange::ipv6_max, "NX_NAT_RANGE_IPV6_MAX"},
                {NatRange::proto_min, "NX_NAT_RANGE_PROTO_MIN"},
                {NatRange::proto_max, "NX_NAT_RANGE_PROTO_MAX"}});
}

struct Nat {  // nx_action_nat, inside of ct. range_present tells which of the others there are
  NatFlags flags{};
  NatRange range_present{};
  Ipv4Address ipv4_min{}, ipv4_max{};
  Ipv6Address ipv6_min{}, ipv6_max{};
  std::uint16_t proto_min = 0, proto_max = 0;
  static constexpr auto wire = action<ActionSubtype::nat>(
      "nx_nat", pad<2>, field<&Nat::flags>, field<&Nat::range_present>,
      when<&Nat::range_present>(NatRange::ipv4_min, field<&Nat::ipv4_min>),
      when<&Nat::range_present>(NatRange::ipv4_max, field<&Nat::ipv4_max>),
      when<&Nat::range_present>(NatRange::ipv6_min, field<&Nat::ipv6_min>),
      when<&Nat::range_present>(NatRange::ipv6_max, field<&Nat::ipv6_max>),
      when<&Nat::range_present>(NatRange::proto_min, field<&Nat::proto_min>),
      when<&Nat::range_present>(NatRange::proto_max, field<&Nat::proto_max>), align<8>);
};

}  // namespace oflens::nicira
