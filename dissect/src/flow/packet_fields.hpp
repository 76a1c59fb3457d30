// A packet's fields by the numbers that match fields and actions have for them.
#pragma once

#include <oflens/flow/packet_key.hpp>

#include "ovs_field.hpp"

namespace oflens::flow {

// Does the packet have such fields? In actions, a later fragment has no ports.
bool meets(const PacketKey&, Prerequisite);

// The value, right-aligned in field.bytes octets; 0 where the packet has none. False when no packet here can
// have such a field (tun_metadata, NSH): then all of it is 0.
bool read_field(const PacketKey&, const OvsField&, std::span<std::byte> out);
// Changes the bits under the mask (of the same size; empty: all). What belongs together stays so: who sets
// the VLAN's id or priority makes a tag. False as above, and nothing is done.
bool write_field(PacketKey&, const OvsField&, Bytes value, Bytes mask);

// Up to 64 bits of a field.
std::uint64_t read_bits(const PacketKey&, const Subfield&);

// ---- headers

void push_vlan(PacketKey&, std::uint16_t tpid);
void pop_vlan(PacketKey&);
// Makes a tag where there is none.
void set_vlan(PacketKey&, std::uint16_t tci, std::uint16_t mask);

// The number in octets.
template <std::size_t N>
std::uint64_t number(const std::array<std::byte, N>& octets) {
  return load_be(octets.data(), N);
}
template <std::size_t N>
void set(std::array<std::byte, N>& octets, std::uint64_t v) {
  store_be(octets.data(), v, N);
}
inline EtherType type_of(const PacketKey& key) { return static_cast<EtherType>(number(key.eth_type)); }
inline bool is_mpls(EtherType type) { return type == EtherType::mpls || type == EtherType::mpls_multicast; }

}  // namespace oflens::flow
