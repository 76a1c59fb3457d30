// Field trees for people.
#pragma once

#include <oflens/message/tape.hpp>
#include <oflens/text_buffer.hpp>

namespace oflens {

// Appends the fields of the body on one line: "reason=PORT_ADD desc={port_no=1 name=eth1}". What says nothing
// is left out: zeros, "none" and "any", lengths, padding. Constants lose their prefix. Lists of structs show
// their number only.
void put_fields(TextBuffer&, const Tape&, Bytes message);

// The same, without what tells the message from others of its type; then each element of the body's lists of
// structs, on a line of its own that begins with a space: "flags=0 ports=1\n port_no=1 name=eth1".
void put_field_lines(TextBuffer&, const Tape&, Bytes message);

// What stands around parts of a tree, such as escape sequences of a terminal.
struct TreeStyle {
  std::string_view name, problem, off;
  bool bytes = false;  // a column with the first bytes of each field
};

// Appends the whole tree, a line a node, indented: offset, name, value, what the value means. Problems stand
// where they are, marked with "!".
void put_tree(TextBuffer&, const Tape&, Bytes message, const TreeStyle& = {});

// Appends the bytes, sixteen a line, in hexadecimal and as characters; under each line the fields that begin
// in it, with the last two digits of their offsets.
void put_annotated_bytes(TextBuffer&, const Tape&, Bytes message);

// Appends what the tree shows of the field at `at`: "10 (packet_in)", "10.0.0.1", "00ff (2 bytes)".
void put_field_value(TextBuffer&, const Tape&, std::uint32_t at, Bytes message);

}  // namespace oflens
