// Lists of actions and instructions as ovs-ofctl of Open vSwitch 3.1 prints them.
#pragma once

#include <oflens/text_buffer.hpp>
#include <oflens/types.hpp>

namespace oflens::flow {

// How a list is to be shown.
struct ActionDialect {
  Version version = Version::v13;  // in whose words: 1.0's, or for all others 1.3's
  // Of actions of 1.0 that are shown in the words of 1.3: does the match ask for a VLAN tag, and for which
  // protocol?
  bool tagged = false;
  std::uint8_t ip_proto = 0;
  // Of a group's bucket, in which no action counts on what those before it have done.
  bool of_bucket = false;
};

// A list of actions, encoded in a version (1.0, or any other for 1.3's): "set_field:80->tcp_dst,output:1";
// "drop" when it is empty. The list must be well-formed.
void put_action_list(TextBuffer&, Bytes list, Version encoded, const ActionDialect&);
// A list of instructions of 1.3, in the order in which they are carried out.
void put_instruction_list(TextBuffer&, Bytes list, const ActionDialect&);

}  // namespace oflens::flow
