// Flows as people write them for ovs-ofctl, to the flow_mods that ovs-ofctl of Open vSwitch 3.1 would send:
// "table=0,priority=5,tcp,tp_dst=80,actions=mod_tp_dst:25,normal".
#pragma once

#include <string_view>
#include <vector>

#include <oflens/bytes.hpp>
#include <oflens/flow/syntax_error.hpp>
#include <oflens/types.hpp>
#include <oflens/v13/enums.hpp>

namespace oflens {

struct FlowSyntax {
  Version version = Version::v13;  // or 1.0
  v13::FlowModCommand command = v13::FlowModCommand::add;
  // The text may begin with another command ("add", "modify", "delete_strict" ...), as a line of a file may.
  bool command_in_text = false;
};

// Writes the whole flow_mod, header included, to `message` (cleared first). For 1.0 it is the plain one when
// that can say it, else Nicira's NXT_FLOW_MOD; a table is in the high byte of the command, as it is meant
// after NXT_FLOW_MOD_TABLE_ID. Fields whose prerequisites are not matched are left out, and bits that a field
// does not have, as ovs-ofctl does it.
//
// False, with an error that points into the text, when it is no flow, or that version cannot say it. Linear
// in the text.
bool read_flow(std::string_view text, const FlowSyntax&, Xid, std::vector<std::byte>& message, SyntaxError&);

// A command by its name; false when there is none of that name.
bool read_flow_command(std::string_view word, v13::FlowModCommand&);

}  // namespace oflens
