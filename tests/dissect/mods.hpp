// Messages that change a datapath's state, as tests write them.
#pragma once

#include <catch2/catch.hpp>

#include <oflens/flow/bundle.hpp>
#include <oflens/flow/datapath_state.hpp>
#include <oflens/flow/flow_syntax.hpp>

#include "support.hpp"

namespace oflens::test {

// In 1.3, where that version has it.
template <Message M>
std::vector<std::byte> bytes_of(const M& message) {
  auto bytes = encoded(message, Xid{1}, M::id.covers(Version::v13) ? Version::v13 : M::id.first);
  REQUIRE_FALSE(bytes.empty());
  return bytes;
}

// A flow_mod in ovs-ofctl's syntax, with the command in front unless it is add.
inline std::vector<std::byte> flow_bytes(const std::string& text, Version version = Version::v13) {
  std::vector<std::byte> bytes;
  SyntaxError error;
  INFO(text);
  const bool ok = read_flow(text, {.version = version, .command_in_text = true}, Xid{1}, bytes, error);
  INFO(error.reason);
  REQUIRE(ok);
  return bytes;
}
inline FlowMod flow_mod(const std::string& text, Version version = Version::v13) {
  const auto bytes = flow_bytes(text, version);
  return *read_flow_mod(*Frame::at(bytes), version == Version::v10);
}

// Says a flow_mod, group_mod or meter_mod to a state.
inline Change apply(DatapathState& state, Bytes message, const Origin& origin) {
  return std::visit(
      [&](const auto& mod) {
        if constexpr (std::is_same_v<decltype(mod), const std::monostate&>) {
          FAIL("no mod");
          return Change{};
        } else {
          return state.apply(mod, origin);
        }
      },
      read_state_mod(*Frame::at(message)));
}

}  // namespace oflens::test
