// Bundles: changes that are gathered, and then made all at once or not at all.
#pragma once

#include <variant>

#include <oflens/flow/group.hpp>

namespace oflens {

// What a bundle may hold that changes flows, groups or meters; nothing for any other message.
using StateMod = std::variant<std::monostate, FlowMod, GroupMod, MeterMod>;

// A message of the ONF's bundle extension to 1.3 (EXT-230).
struct BundleMessage {
  enum class What : std::uint8_t { open, add, close, commit, discard };
  What what{};
  std::uint32_t bundle = 0;             // its id, unique in a connection
  std::shared_ptr<const StateMod> mod;  // of add
};

// The flow_mod, group_mod or meter_mod in a frame. table_in_command: as for read_flow_mod().
StateMod read_state_mod(const Frame&, bool table_in_command = false);
// Empty for other messages, malformed ones, and replies.
std::optional<BundleMessage> read_bundle_message(const Frame&, bool table_in_command = false);

}  // namespace oflens
