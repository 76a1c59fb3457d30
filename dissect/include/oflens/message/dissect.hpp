// One message, of whatever bytes, to a field tree.
#pragma once

#include <oflens/frame.hpp>
#include <oflens/message/tape.hpp>

namespace oflens {

// Fills tape (cleared first) with two trees: the header, and the body under the name of its description
// ("flow_mod"). Takes any bytes: what is wrong becomes problem nodes, what cannot be read, opaque ones. There
// is no problem if and only if the bytes are exactly one message and Frame::decode with the same catalogue
// accepts it. Messages that the catalogue does not describe have an opaque body and no problem; an unknown
// version or type is one.
void dissect(const Catalog&, Bytes message, Tape& tape);

// Where the tree of the body begins, or tape.size() when even the header is cut.
std::uint32_t body_of(const Tape& tape);

}  // namespace oflens
