// Drives a datapath's state with messages, errors and barriers made from the input, and checks what must
// hold: what is rejected leaves no trace, what is printed is one line an entry, what is canonical stays so.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <oflens/flow/flow_text.hpp>

#include "require.hpp"

using namespace oflens;
using fuzz::require;

namespace {

std::string print(const DatapathState& state, Timestamp at, Version dialect) {
  TextBuffer text;
  put_flows(text, state, {.dialect = dialect, .at = at});
  return std::string(text.view());
}
std::string print_all(const DatapathState& state, Timestamp at) {
  TextBuffer text;
  for (const auto& [id, entry] : state.groups()) {
    put_group(text, entry.group, Version::v10);
    put_group(text, entry.group, Version::v13);
  }
  for (const auto& [id, entry] : state.meters()) put_meter(text, entry.meter);
  text.put(state.learnt_tables().to_string());
  return print(state, at, Version::v13) + std::string(text.view());
}

void check(const FlowMatch& match) {
  require(FlowMatch::of(match.fields()) == match, "the canonical form of the canonical form is itself");
  require(match.covers(match), "a match covers itself");
  require(FlowMatch().covers(match), "everything covers a match");
  require(match.empty() || !match.covers(FlowMatch()), "a match does not cover everything");
}

}  // namespace

// The first byte of each step says what is done; a message follows as it stands on the wire.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes rest = std::as_bytes(std::span(data, size));
  DatapathState::Limits limits;
  limits.journal = 64;
  limits.entries = 256;
  limits.groups = limits.meters = limits.bundled = 16;
  DatapathState state(limits);
  Timestamp now{};
  std::uint32_t xid = 0;
  const auto take = [&]() -> unsigned {
    if (rest.empty()) return 0;
    const auto b = std::to_integer<unsigned>(rest[0]);
    rest = rest.subspan(1);
    return b;
  };
  const auto origin = [&](unsigned step) { return Origin{step >> 7, Xid{++xid}, 0, 0, now}; };

  while (!rest.empty()) {
    const unsigned step = take();
    switch (step & 7) {
      case 0: now += std::chrono::milliseconds(take() * 100); break;
      case 1: state.confirm(step >> 7); break;
      case 2: state.reject(step >> 7, Xid{xid - take() % 16}); break;
      case 3:
        if (take() % 2 == 0)
          state.close(origin(step));
        else
          state.set_watched((step & 8) != 0, now);
        break;
      default: {
        const auto frame = Frame::at(rest);
        if (!frame) break;
        rest = rest.subspan(frame->bytes().size());
        // Asked for and refused: nothing may have changed.
        const auto apply = [&](const auto& what) {
          const Origin o = origin(step);
          if ((step & 8) == 0) {
            state.apply(what, o);
            return;
          }
          const std::string before = print_all(state, now);
          state.apply(what, o);
          require(state.reject(o.connection, o.xid), "what was just done can be rejected");
          require(state.refused() != 0 || print_all(state, now) == before,
                  "what is rejected leaves no trace");
        };
        if (const auto mod = read_flow_mod(*frame)) {
          check(mod->flow.match);
          check(FlowMatch::of(mod->flow.match.fields()));
          apply(*mod);
        } else if (const auto group = read_group_mod(*frame)) {
          apply(*group);
        } else if (const auto meter = read_meter_mod(*frame)) {
          apply(*meter);
        } else if (auto bundle = read_bundle_message(*frame)) {
          bundle->bundle %= 2;  // so that messages meet
          apply(*bundle);
        } else if (auto removed = read_flow_removed(*frame)) {
          check(removed->match);
          state.removed(std::move(*removed), origin(step));
        } else if (auto query = read_state_query(*frame)) {
          if (is_flow_monitor_request(*frame)) state.monitored(origin(step));
          state.asked(std::move(*query), origin(step));
          xid -= take() % 2;  // so that an answer meets it
        } else if (const auto report = read_state_report(*frame)) {
          if (const auto* flows = std::get_if<std::vector<FlowReport>>(&report->held))
            for (const FlowReport& r : *flows) check(r.flow.match);
          state.told(*report, origin(step));
        } else if (const auto updates = read_flow_updates(*frame)) {
          state.told(*updates, origin(step));
        }
      }
    }
  }

  const DatapathState::Verified& verified = state.verified();
  require(state.disagreements().size() <= verified.disagreed,
          "no more disagreements are kept than there are");
  const std::vector<DatapathState::Present> entries = state.present(now);
  require(entries.size() <= state.size(), "no more is shown than there is");
  std::size_t lines = 0;
  for (const char c : print(state, now, Version::v13))
    if (c == '\n') ++lines;
  require(lines == entries.size(), "one line an entry");
  print(state, now, Version::v10);
  for (const DatapathState::Present& p : entries) {
    const Flow& flow = p.entry->flow;
    require(state.find(flow.table_id, flow.priority, flow.match) == p.entry, "every entry is found");
  }
  return 0;
}
