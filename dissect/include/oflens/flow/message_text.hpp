// Messages as `ovs-ofctl --no-names ofp-print` of Open vSwitch 3.1 prints them.
#pragma once

#include <oflens/catalog.hpp>
#include <oflens/text_buffer.hpp>

namespace oflens {

// "OFPT_FLOW_MOD (OF1.3) (xid=0x2): ADD table:1 priority=5,ip actions=drop", and a newline.
//
// Kinds of messages that people read in this form (flows, packets, groups, meters, errors, roles, bundles,
// Nicira's) have Open vSwitch's own text, which may be several lines. Others have its heading and then the
// fields as put_fields() shows them, with a line for each element of a list. Takes any bytes: what is
// malformed gets "***decode error: OFPBRC_BAD_LEN***", where it is, and a hexadecimal dump. Where Open
// vSwitch refuses a message for its meaning, it is shown all the same.
void put_message(TextBuffer&, const Catalog&, Bytes message);

}  // namespace oflens
