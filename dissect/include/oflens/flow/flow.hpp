// Flows without regard to the version that they were sent in: matches in one canonical form, flow_mods and
// flow_removeds of every version as one struct.
#pragma once

#include <optional>

#include <oflens/flow/shared_bytes.hpp>
#include <oflens/frame.hpp>
#include <oflens/network/packet.hpp>
#include <oflens/timestamp.hpp>
#include <oflens/v10/match.hpp>
#include <oflens/v13/instructions.hpp>

namespace oflens {

template <class T>
struct Saved;  // writes and reads what a T has of the past (dissect/src/archive.hpp)

// What packets a flow is for. Two matches are equal when they say the same, however they were written:
// 1.0's struct or match fields in any order, with masks that leave out everything or nothing, with bits set
// that the mask leaves out.
//
// The canonical form is a list of encoded match fields, ascending by class and number, each once. Fields of
// NXM and of experimenters that the class OPENFLOW_BASIC has, too (of 1.5, for some), appear as those.
// VLAN_VID and VLAN_PCP become one NXM_OF_VLAN_TCI (bit 12: there is a tag), because 1.0 and Nicira match
// what lies across the two; registers of 64 and 128 bits become those of 32. Fields that the table of fields
// does not have are kept as they came.
//
// 8 bytes; a copy shares the list.
class FlowMatch {
 public:
  // Matches every packet.
  FlowMatch() noexcept = default;
  // 1.0 §3.4, as Open vSwitch reads it: fields whose prerequisite is not matched are as good as wildcards.
  static FlowMatch of(const v10::Match&);
  // The same with those fields, for showing what was said. Ports of no protocol are in TCP's fields.
  static FlowMatch as_written(const v10::Match&);
  // 1.3.5 §7.2.3. Of a field that is there twice the first counts (a switch refuses it). Prerequisites are
  // not asked for.
  static FlowMatch of(const Seq<Oxm>&);
  // Nicira's flow_mods and requests for statistics: the same without NXM_NX_COOKIE, which is not of the
  // packet.
  static FlowMatch of_nicira(const Seq<Oxm>&);

  // The fields in canonical form; borrows.
  Seq<Oxm> fields() const;
  Bytes bytes() const { return bytes_.bytes(); }
  bool empty() const { return bytes_.bytes().empty(); }

  // Does 1.0's struct have all of these fields, with such masks? Whether their prerequisites are there is not
  // asked. O(fields).
  bool fits_v10() const;
  // Does every packet that `other` matches match this, as far as fields, values and masks tell: the test of a
  // non-strict modify or delete (1.0 §4.6, 1.3.5 §6.4). O(fields).
  bool covers(const FlowMatch& other) const;
  // Can a packet match both, as far as fields, values and masks tell? O(fields).
  bool overlaps(const FlowMatch& other) const;
  // Would this packet, which came in by this port, match? False when a field is matched that the packet does
  // not have or that cannot be told from a packet (metadata, tunnels, MPLS, registers). O(fields).
  bool covers(const Packet&, PortNo in_port) const;

  void prefetch() const { bytes_.prefetch(); }
  void prefetch_bytes() const { bytes_.prefetch_bytes(88); }  // as many as most have

  // Equal matches have equal hashes; with a seed that nobody knows, nobody can choose collisions with ease.
  std::uint64_t hash(std::uint64_t seed) const;
  friend bool operator==(const FlowMatch&, const FlowMatch&) noexcept = default;

 private:
  friend struct Saved<FlowMatch>;

  explicit FlowMatch(Bytes canonical) : bytes_(canonical) {}
  SharedBytes bytes_;
};

// What a flow does, as the message said it: nothing is lost, and nothing is decoded before somebody looks.
struct FlowActions {
  SharedBytes encoded;             // 1.0: actions; later: instructions. Well-formed.
  Version version = Version::v13;  // of the encoding
  // What actions of 1.0 mean in 1.3 depends on the match of the flow_mod that had them: whether it asks for a
  // VLAN tag, and for which protocol. Not set for other versions.
  bool after_tag = false;
  std::uint8_t after_ip_proto = 0;

  // Of a flow with that match. The list is well-formed.
  static FlowActions of(Bytes encoded, Version, const FlowMatch&);

  bool empty() const { return encoded.bytes().empty(); }
  // Is there an output (1.0: or enqueue) to that port; the action to go to that group; a meter instruction?
  // Looks into apply_actions, write_actions and Nicira's clones, not into groups. What cuts packets short or
  // takes the port from a field is no output, as in Open vSwitch. O(actions).
  bool outputs_to(PortNo) const;
  bool uses(v13::GroupId) const;
  bool uses(v13::MeterId) const;

  friend bool operator==(const FlowActions&, const FlowActions&) noexcept = default;
};

// A flow as a switch holds it. Flags are those of 1.3 whatever the version.
struct Flow {
  std::uint8_t table_id = 0;
  std::uint16_t priority = 0x8000;
  std::uint16_t idle_timeout = 0, hard_timeout = 0;  // seconds; 0: none
  v13::FlowModFlags flags{};
  std::uint64_t cookie = 0;
  FlowMatch match;
  FlowActions actions;
};

// A flow_mod of any version. From 1.0 and Nicira: table_id is OFPTT_ALL (or in the command), out_group any.
// From 1.0: cookie_mask 0, and an add has the flag reset_counts, which 1.0 implies.
struct FlowMod {
  Version version{};  // 1.0, or 1.3 for all later ones
  v13::FlowModCommand command{};
  bool emergency = false;                    // 1.0's OFPFF_EMERG: not for the tables that packets meet
  BufferId buffer_id = BufferId::no_buffer;  // of a packet that waits in the switch for this flow
  Flow flow;
  // Modifies and deletes only flows whose cookie is this one under this mask. 1.3 has the same field for it
  // as for the cookie of a flow that is added; Nicira does not.
  std::uint64_t cookie_wanted = 0, cookie_mask = 0;
  // 1.0 and Nicira: flows that are modified get the cookie, too.
  bool modifies_cookie = false;
  PortNo out_port = PortNo::any;
  v13::GroupId out_group = v13::GroupId::any;
};

// A flow_removed of any version. From 1.0: the table is not known.
struct FlowRemoved {
  Version version{};
  v13::FlowRemovedReason reason{};
  std::optional<std::uint8_t> table_id;
  std::uint16_t priority = 0;
  std::uint64_t cookie = 0;
  Duration lifetime{};  // from the flow's creation to its end
  std::uint64_t packets = 0, bytes = 0;
  FlowMatch match;
};

// The flow_mod or flow_removed in a frame of 1.0 or 1.3, or Nicira's (NXT_FLOW_MOD, NXT_FLOW_REMOVED) of any
// version. Empty for another message, another version, or a malformed one. The result owns its
// bytes. Costs a validation and at most two allocations. table_in_command: see below.
std::optional<FlowMod> read_flow_mod(const Frame&, bool table_in_command = false);
std::optional<FlowRemoved> read_flow_removed(const Frame&);

// Nicira's NXT_FLOW_MOD_TABLE_ID: whether from now on the commands in this connection's flow_mods of 1.0 have
// the table in their high byte. Empty for other messages.
std::optional<bool> read_flow_mod_table_id(const Frame&);

// 1.0's ports have 16 bits; the reserved ones are the last of either range.
constexpr PortNo port_of(v10::PortNo port) {
  const auto number = static_cast<std::uint32_t>(port);
  return static_cast<PortNo>(number >= 0xff00 ? 0xffff0000 | number : number);
}

}  // namespace oflens
