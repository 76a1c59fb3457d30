// The match of OpenFlow 1.0.
#pragma once

#include <oflens/v10/enums.hpp>
#include <oflens/wire/table.hpp>

namespace oflens::v10 {

// §5.2.3 ofp_match, 40 bytes. dl_vlan 0xffff (OFP_VLAN_NONE) is a frame without a tag. nw_proto is the opcode
// in ARP, and tp_src and tp_dst are type and code in ICMP.
struct Match {
  static constexpr Domain domain = Domain::match;
  Wildcards wildcards = Wildcards::all;
  PortNo in_port{};
  MacAddress dl_src{}, dl_dst{};
  std::uint16_t dl_vlan = 0;
  std::uint8_t dl_vlan_pcp = 0;
  std::uint16_t dl_type = 0;
  std::uint8_t nw_tos = 0, nw_proto = 0;
  Ipv4Address nw_src{}, nw_dst{};
  std::uint16_t tp_src = 0, tp_dst = 0;
  static constexpr auto wire =
      describe("match", field<&Match::wildcards>, field<&Match::in_port>, field<&Match::dl_src>,
               field<&Match::dl_dst>, field<&Match::dl_vlan>, field<&Match::dl_vlan_pcp>, pad<1>,
               field<&Match::dl_type>.hex(), field<&Match::nw_tos>, field<&Match::nw_proto>, pad<2>,
               field<&Match::nw_src>, field<&Match::nw_dst>, field<&Match::tp_src>, field<&Match::tp_dst>);

  // Low bits of the address that are not compared: 0 to 32.
  constexpr unsigned nw_src_wild() const { return wild_bits(8); }
  constexpr unsigned nw_dst_wild() const { return wild_bits(14); }

 private:
  constexpr unsigned wild_bits(unsigned shift) const {
    const unsigned n = static_cast<std::uint32_t>(wildcards) >> shift & 0x3f;
    return n < 32 ? n : 32;
  }
};

}  // namespace oflens::v10
