// One message, of whatever bytes, to a field tree.
#pragma once

#include <oflens/frame.hpp>
#include <oflens/message/tape.hpp>

namespace oflens {

// What is made of the bytes that a message carries: the packet of a packet_in or packet_out, the message that
// an error quotes or a bundle holds.
enum class Inside : bool { bytes, tree };

// Fills tape (cleared first) with two trees: the header, and the body under the name of its description
// ("flow_mod"). Takes any bytes: what is wrong becomes problem nodes, what cannot be read, opaque ones. There
// is no problem if and only if the bytes are exactly one message and Frame::decode with the same catalogue
// accepts it. Messages that the catalogue does not describe have an opaque body and no problem; an unknown
// version or type is one.
//
// With Inside::tree, fields that hold a packet (packet_layers.hpp) or a message have its tree below them,
// with offsets in the outer message; messages up to three deep. What is wrong in there is no problem of the
// outer message.
void dissect(const Catalog&, Bytes message, Tape& tape, Inside inside = Inside::tree);

// Where the tree of the body begins, or the end when even the header is cut. `header`: where the message's
// tree begins, its header first; 0 for the message itself.
std::uint32_t body_of(const Tape& tape, std::uint32_t header = 0);

}  // namespace oflens
