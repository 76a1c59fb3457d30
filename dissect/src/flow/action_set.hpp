// The order in which an action set, or a group's bucket, is carried out.
#pragma once

#include <vector>

#include <oflens/types.hpp>

#include "action_walk.hpp"

namespace oflens::flow {

// One action of a list, with the version it is encoded in.
struct EncodedAction {
  Bytes bytes;
  Version version{};

  std::uint16_t type() const { return load_be<std::uint16_t>(bytes.data()); }
};

// What is left of the actions that were written, in the order of 1.3.5 §5.10: of each kind the last; all that
// set fields, as they came; a group, or else an output. Nothing where there is neither. What does not belong
// into an action set is left out.
std::vector<EncodedAction> ordered_action_set(const std::vector<EncodedAction>& written);

}  // namespace oflens::flow
