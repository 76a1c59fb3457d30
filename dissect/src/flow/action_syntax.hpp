// Actions as people write them for ovs-ofctl:
// "set_field:80->tcp_dst,ct(commit,exec(load:1->NXM_NX_CT_MARK[])),2".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <oflens/flow/syntax_error.hpp>
#include <oflens/types.hpp>

namespace oflens::flow {

// Which flow_mods can say what a text says: 1.0's own, Nicira's for 1.0 (NXT_FLOW_MOD), 1.3's.
enum class Forms : std::uint8_t { none = 0, v10 = 1, nicira = 2, v13 = 4, any = 7 };
constexpr Forms operator&(Forms a, Forms b) {
  return static_cast<Forms>(static_cast<unsigned>(a) & static_cast<unsigned>(b));
}
constexpr Forms operator|(Forms a, Forms b) {
  return static_cast<Forms>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

// What a flow's match says of the packets that its actions will meet. 0 and false: nothing.
struct FlowContext {
  std::uint16_t ethertype = 0;
  std::uint8_t ip_proto = 0;
  std::uint8_t icmp_type = 0;
  bool tagged = false;          // there is a VLAN tag
  bool later_fragment = false;  // not the first of an IP packet: no ports
  bool tracked = false;         // ct_state has trk
  bool table_known = false;
  std::uint8_t table_id = 0;
};

// Reads a list of actions and appends it to `out` as that version has it: actions of 1.0, instructions
// of 1.3. `forms` loses those flow_mods that cannot say it. False, with an error, for what ovs-ofctl refuses.
bool read_actions(std::string_view text, Version, const FlowContext&, std::vector<std::byte>& out,
                  Forms& forms, SyntaxError&);

}  // namespace oflens::flow
