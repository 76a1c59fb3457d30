// What a switch tells about its ports that matters to packets.
#pragma once

#include <map>

#include <oflens/frame.hpp>
#include <oflens/types.hpp>
#include <oflens/v10/enums.hpp>

namespace oflens {

struct PortCondition {
  v10::PortConfig config{};  // the bits of 1.3 are the same
  bool link_down = false;
};
using PortConditions = std::map<PortNo, PortCondition>;

// Takes in what a message of the switch tells: a features_reply of 1.0, descriptions of ports, a port_status.
// Other messages tell nothing. Keeps at most 65,536 ports.
void learn_ports(PortConditions&, const Frame&);

}  // namespace oflens
