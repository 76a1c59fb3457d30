// Field trees as JSON records.
#pragma once

#include <oflens/message/tape.hpp>
#include <oflens/text_buffer.hpp>

namespace oflens {

// Appends the keys of a record that a message by itself has: "version", "type", "xid", "length", "body" and
// "problems", without braces around them. Names are the specification's; enumerations are its constants, or
// the number when unknown; flags are lists; numbers of 64 bits are strings in hexadecimal; addresses are
// text, bytes hexadecimal. Lengths are left out where they follow from the rest, padding where it is zero.
void put_json_members(TextBuffer&, const Tape&, Bytes message);

// Appends the field at `at` as its record has it.
void put_json_value(TextBuffer&, const Tape&, std::uint32_t at, Bytes message);

// The name for a version byte: "1.3", or the number for one that is none.
void put_version(TextBuffer&, std::uint8_t version);

}  // namespace oflens
