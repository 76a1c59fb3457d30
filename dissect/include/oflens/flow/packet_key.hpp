// What a switch knows of a packet while it looks for flows and carries out their actions: the fields that
// flows match, the packet's own and those beside it.
#pragma once

#include <oflens/flow/flow.hpp>
#include <oflens/text_buffer.hpp>

namespace oflens {

// Each as it stands on the wire; 0 where the packet has none. As in Open vSwitch, fields that no packet has
// together share a place: ARP's addresses and opcode are in ipv4_src, ipv4_dst and ip_proto, ICMP's type and
// code in tp_src and tp_dst, neighbour discovery's link-layer addresses in arp_sha and arp_tha.
struct PacketKey {
  template <std::size_t N>
  using Octets = std::array<std::byte, N>;

  // Beside the packet.
  Octets<4> in_port{};
  Octets<8> metadata{};
  Octets<64> registers{};  // 16 of 32 bits
  Octets<8> tun_id{};
  Octets<4> tun_src{}, tun_dst{};
  Octets<16> tun_ipv6_src{}, tun_ipv6_dst{};
  Octets<2> tun_flags{}, tun_gbp_id{};
  Octets<1> tun_gbp_flags{};
  Octets<4> pkt_mark{}, dp_hash{}, recirc_id{}, conj_id{}, actset_output{};
  Octets<4> ct_state{}, ct_mark{};
  Octets<2> ct_zone{};
  Octets<16> ct_label{};
  Octets<1> ct_nw_proto{};
  Octets<4> ct_nw_src{}, ct_nw_dst{};
  Octets<16> ct_ipv6_src{}, ct_ipv6_dst{};
  Octets<2> ct_tp_src{}, ct_tp_dst{};
  // Of the packet.
  Octets<6> eth_dst{}, eth_src{};
  Octets<2> eth_type{};  // of what the tags that are known are around
  struct Vlan {
    Octets<2> tpid{}, tci{};  // bit 12 of tci: there is a tag
  };
  std::array<Vlan, 2> vlans{};
  std::array<Octets<4>, 3> mpls{};  // labels, the outermost first
  // What IP and ARP have, and what IP carries.
  struct Inner {
    Octets<4> ipv4_src{}, ipv4_dst{};
    Octets<16> ipv6_src{}, ipv6_dst{};
    Octets<4> ipv6_label{};
    Octets<1> ip_proto{}, ip_tos{}, ip_ttl{};
    Octets<1> ip_frag{};  // bit 0: a fragment, bit 1: not the first
    Octets<6> arp_sha{}, arp_tha{};
    Octets<16> nd_target{};
    Octets<2> tp_src{}, tp_dst{}, tcp_flags{};

    friend bool operator==(const Inner&, const Inner&) = default;
  } inner;
  // The same of an IP packet that labels were pushed onto: behind them a switch does not see it.
  Inner behind_labels;

  // What Open vSwitch makes of a frame, by default: of several VLAN tags it looks at the first alone, and the
  // type behind that is the frame's. whole_ip: see parse_packet(). Beside the packet, all is 0.
  static PacketKey of(Bytes ethernet_frame, bool whole_ip = false);

  // Takes the fields of a match over, without their masks. Fields that there are none of here are left out.
  void take(const FlowMatch&);

  // All that the packet has, exactly; what flows of the same fields match it is what covers() this. Whether a
  // field is there is asked as in a match: a later fragment of TCP has ports, which are 0.
  FlowMatch match() const;
  // The same to be shown: without what is beside the packet and 0.
  FlowMatch shown() const;
  // What became of the packet itself since `before`: the fields that are new or have another value.
  FlowMatch changes_since(const PacketKey& before) const;

  unsigned vlan_count() const;
  unsigned mpls_count() const;
  bool is_ip() const;  // IPv4 or IPv6
  bool is_fragment() const { return (inner.ip_frag[0] & std::byte{1}) != std::byte{0}; }
  PortNo port() const { return static_cast<PortNo>(load_be<std::uint32_t>(in_port.data())); }
  void set_port(PortNo);
};

// As ofproto/trace writes a flow: "tcp,in_port=1,vlan_tci=0x0000,dl_src=..".
void put_packet_key(TextBuffer&, const PacketKey&);
// In the same words, what became of the packet: "dl_vlan=5,nw_ttl=63,vlan_tci1=0x1007".
void put_packet_changes(TextBuffer&, const PacketKey& before, const PacketKey& after);

}  // namespace oflens
