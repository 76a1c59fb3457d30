// Words of Nicira's actions, the same both ways.
#pragma once

#include <string_view>

namespace oflens::flow {

// The word of number i of an enumeration is words[i].
inline constexpr std::string_view hash_words[] = {
    "eth_src", "symmetric_l4", "symmetric_l3l4", "symmetric_l3l4+udp", "nw_src", "nw_dst", "symmetric_l3"};
inline constexpr std::string_view multipath_words[] = {"modulo_n", "hash_threshold", "hrw", "iter_hash"};
inline constexpr std::string_view bundle_words[] = {"active_backup", "hrw"};
inline constexpr std::string_view reason_words[] = {"no_match",   "action", "invalid_ttl",
                                                    "action_set", "group",  "packet_out"};

// Packets' types, as encap names them.
struct PacketTypeWord {
  std::string_view word;
  unsigned type;
};
inline constexpr PacketTypeWord packet_type_words[] = {
    {"ethernet", 0x00000000}, {"nsh", 0x0001894f}, {"mpls", 0x00018847}, {"mpls_mc", 0x00018848}};

}  // namespace oflens::flow
