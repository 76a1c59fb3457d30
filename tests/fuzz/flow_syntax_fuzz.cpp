// Reads the input as a flow in ovs-ofctl's syntax: whatever it is, nothing breaks; what is a flow is a
// message that both readings take, and what is printed of its match is read again as the same match.
#include <cstdint>
#include <string>

#include <oflens/flow/flow_syntax.hpp>
#include <oflens/flow/flow_text.hpp>
#include <oflens/message/dissect.hpp>

#include "require.hpp"

using namespace oflens;
using fuzz::require;

namespace {

void check(std::string_view text, const FlowSyntax& syntax) {
  std::vector<std::byte> message, again;
  SyntaxError error;
  if (!read_flow(text, syntax, Xid{1}, message, error)) {
    require(!error.reason.empty(), "what is refused has a reason");
    return;
  }
  Tape tape;
  dissect(Catalog::standard(), message, tape);
  require(tape.problems() == 0, "what is written can be read");
  const auto frame = Frame::at(message);
  const auto mod = frame ? read_flow_mod(*frame, true) : std::nullopt;
  require(mod.has_value(), "what is written is a flow_mod");
  TextBuffer print;
  put_match(print, mod->flow.match, syntax.version, mod->flow.priority);
  print.put(" actions=drop");
  require(read_flow(print.view(), {.version = syntax.version}, Xid{1}, again, error),
          "what is printed is a flow");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const Version version : {Version::v10, Version::v13}) {
    check(text, {.version = version, .command_in_text = true});
    check(text, {.version = version, .command = v13::FlowModCommand::delete_});
  }
  return 0;
}
