// What a switch tells about its ports: what they are called, and whether packets pass.
#pragma once

#include <map>
#include <string>

#include <oflens/frame.hpp>
#include <oflens/text_buffer.hpp>
#include <oflens/types.hpp>
#include <oflens/v10/enums.hpp>

namespace oflens {

struct PortCondition {
  std::string name{};
  MacAddress hw_addr{};
  v10::PortConfig config{};  // the bits of 1.3 are the same
  // The bits of 1.3; in 8 and 9, which it has no use for, 1.0's of the spanning tree.
  std::uint32_t state = 0;
  bool link_down() const { return (state & 1) != 0; }
};
using PortConditions = std::map<PortNo, PortCondition>;

// Takes in what a message of the switch tells: a features_reply of 1.0, descriptions of ports, a port_status.
// Other messages tell nothing. Keeps at most so many ports. True when the message ends what tells of all
// ports.
bool learn_ports(PortConditions&, const Frame&, std::size_t most = 65'536);

// As ovs-ofctl show and dump-ports-desc print it, without features and speeds: three lines. The name ends
// before the first character that cannot be printed.
void put_port(TextBuffer&, PortNo, const PortCondition&);

}  // namespace oflens
