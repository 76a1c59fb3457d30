// The match fields as Open vSwitch 3.1 knows them: the one table of their names, numbers and texts, by which
// flows, actions and matches are written and read.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include <oflens/flow/syntax_error.hpp>
#include <oflens/oxm.hpp>
#include <oflens/text_buffer.hpp>

#include "ovs_words.hpp"

namespace oflens::flow {

// How a value reads.
enum class Shape : std::uint8_t {
  decimal,
  hex,
  mac,
  ipv4,
  ipv6,
  port,
  frag,          // no, yes, first, later, not_later
  tcp_flags,     // +syn-ack, syn|ack
  ct_state,      // +trk-new
  tunnel_flags,  // +oam
  packet_type,   // (1,0x894f)
};

// What else must be matched.
enum class Prerequisite : std::uint8_t {
  none,
  ethernet,
  arp,
  vlan,
  ipv4,
  ipv6,
  ip,
  mpls,
  ct,
  nsh,
  tcp,
  udp,
  sctp,
  icmp,
  icmp6,
  nd,
  nd_solicit,
  nd_advert,
};

// One of the numbers that a field has.
struct OvsFieldId {
  const char* name;  // of the OxmField
  OxmClass oxm_class;
  std::uint8_t number;
  ExperimenterId experimenter;
  Version since;  // the first version in which it is sent; 0 for NXM

  std::size_t header_size() const { return oxm_class == OxmClass::experimenter ? 8 : 4; }
};

struct OvsField {
  const char* name;    // "ip_src": in set_field, and where fields are named
  const char* extra;   // "nw_src": read, too, and mostly what matches print; null without
  std::uint8_t bytes;  // of the value; of tun_metadata the most, 124
  std::uint16_t bits;
  Shape shape;
  Prerequisite prerequisite;
  bool maskable, writable;
  bool any_width;         // tun_metadata
  std::uint8_t id_count;  // 0: not on the wire (dl_vlan)
  std::array<OvsFieldId, 3> ids;

  // The number that ovs-ofctl uses in a version; that of 1.0 is NXM's. There must be one.
  const OvsFieldId& id_for(Version) const;
  // What NXM_NX_REG0[] is called: the first that NXM has, or OXM.
  const OvsFieldId& constant() const { return id_for(Version{}); }
};

// All of them. Pointers to fields stay valid for ever.
std::span<const OvsField> ovs_fields();
// By name, other name, or constant (NXM_OF_IP_SRC, OXM_OF_IPV4_SRC); null when there is none.
const OvsField* find_field(std::string_view name);
// By number; null when Open vSwitch does not know it.
const OvsField* find_field(OxmClass, std::uint8_t number, ExperimenterId = {});
// Of an encoded field or its header alone, which must be whole (8 bytes of an experimenter's).
const OvsField* find_field(Bytes header);

// "NXM_OF_IP_SRC".
void put_constant(TextBuffer&, const OvsFieldId&);

// ---- values

// Room for a value and its mask, both right-aligned in nothing: they begin at [0] and have `width` bytes.
struct FieldValue {
  std::array<std::byte, 124> value{}, mask{};
  std::size_t width = 0;

  Bytes value_bytes() const { return {value.data(), width}; }
  Bytes mask_bytes() const { return {mask.data(), width}; }
  bool exact() const;     // the mask is all ones
  bool wildcard() const;  // it is all zeros
};

// As set_field and others print them, with "/mask" unless the mask is empty or all ones; "ANY" when it is all
// zeros.
void put_field_value(TextBuffer&, const OvsField&, Bytes value, Bytes mask = {});
// What stands behind "field=" in a match and before "->field" in set_field: value[/mask], or "*". The value
// keeps bits outside of the mask. False, with an error, for other text, a mask on a field that has none, and
// values that are too large.
bool read_field_value(std::string_view text, const OvsField&, FieldValue&, SyntaxError&);

// The encoded field: header, value, and mask unless all ones. Appends at most 4 + 4 + 248 bytes to `out`.
void append_field(const OvsFieldId&, Bytes value, Bytes mask, std::vector<std::byte>& out);

// ---- parts of fields

struct Subfield {
  const OvsField* field = nullptr;
  unsigned first = 0, bits = 0;  // first: counted from the lowest bit

  bool whole() const { return first == 0 && bits == field->bits; }
};

// "[]", "[3]", "[0..15]".
void put_range(TextBuffer&, unsigned first, unsigned bits, unsigned of);
// "NXM_NX_REG0[0..15]".
void put_subfield(TextBuffer&, const Subfield&);
// Takes a subfield from the begin of a text: a name or constant, and then a range or nothing for all of it.
bool take_subfield(std::string_view& text, Subfield&, SyntaxError&);
// The text is a subfield and nothing else.
bool read_subfield(std::string_view text, Subfield&, SyntaxError&);

}  // namespace oflens::flow
