// Reads the input as a dump of flows: whatever it is, nothing breaks; an error points into its line; what is
// read is not different from itself.
#include <cstdint>

#include <oflens/flow/flow_difference.hpp>
#include <oflens/flow/flow_dump.hpp>

#include "require.hpp"

using namespace oflens;
using fuzz::require;

namespace {

bool within(std::string_view whole, std::string_view part) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

void check(std::string_view text, Version version) {
  const Timestamp now(std::chrono::seconds(100));
  FlowDump dump, again;
  FlowDumpError error;
  if (!read_flow_dump(text, version, now, dump, error)) {
    require(error.number != 0 && !error.error.reason.empty(), "an error has a line and a reason");
    require(within(text, error.line), "the line is of the text");
    require(error.error.part.empty() || within(error.line, error.error.part), "the place is of the line");
    return;
  }
  const FlowDifferences none = compare_flows({dump.state, now}, {dump.state, now}, {.dialect = version});
  require(none.all.empty(), "what is the same is not different");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const Version version : {Version::v10, Version::v13}) check(text, version);
  // What a flow_mod is printed as, and that cut in two.
  const auto frame = Frame::at(Bytes(reinterpret_cast<const std::byte*>(data), size));
  const auto mod = frame ? read_flow_mod(*frame) : std::nullopt;
  if (!mod) return 0;
  TextBuffer line;
  put_flow(line, mod->flow, frame->version());
  check(line.view(), frame->version());
  check(line.view().substr(line.size() / 2), frame->version());
  return 0;
}
