// Field trees as PDML, the XML in which packet analysers hand each other dissected packets.
#pragma once

#include <oflens/message/tape.hpp>
#include <oflens/text_buffer.hpp>

namespace oflens {

// Appends a proto element "openflow" with the tree of the message: a field element a node, with name (the
// path, as display filters have it), showname, size, pos (both in bytes of the message), show and value;
// problems are fields "problem". What XML cannot hold is replaced.
void put_pdml_proto(TextBuffer&, const Tape&, Bytes message);

// Appends the text as an XML attribute's value: & < > " escaped, control characters and what is not UTF-8 as
// "?".
void put_xml(TextBuffer&, std::string_view text);

}  // namespace oflens
