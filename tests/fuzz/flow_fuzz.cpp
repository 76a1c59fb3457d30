// Drives a flow table with messages, errors and barriers made from the input, and checks what must hold: what
// is rejected leaves no trace, what is printed is one line an entry, what is canonical stays so.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <oflens/flow/flow_text.hpp>

using namespace oflens;

namespace {

void require(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "violated: %s\n", what);
  std::abort();
}

std::string print(const FlowTable& table, Timestamp at, Version dialect) {
  TextBuffer text;
  put_flows(text, table, {.dialect = dialect, .at = at});
  return std::string(text.view());
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
  FlowTable::Limits limits;
  limits.journal = 64;
  limits.entries = 256;
  FlowTable table(limits);
  Timestamp now{};
  std::uint32_t xid = 0;
  const auto take = [&]() -> unsigned {
    if (rest.empty()) return 0;
    const auto b = std::to_integer<unsigned>(rest[0]);
    rest = rest.subspan(1);
    return b;
  };
  const auto origin = [&](unsigned step) { return Origin{step >> 7, Xid{++xid}, 0, now}; };

  while (!rest.empty()) {
    const unsigned step = take();
    switch (step & 7) {
      case 0: now += std::chrono::milliseconds(take() * 100); break;
      case 1: table.confirm(step >> 7); break;
      case 2: table.reject(step >> 7, Xid{xid - take() % 16}); break;
      case 3: table.set_watched((step & 8) != 0, now); break;
      default: {
        const auto frame = Frame::at(rest);
        if (!frame) break;
        rest = rest.subspan(frame->bytes().size());
        if (auto mod = read_flow_mod(*frame)) {
          check(mod->flow.match);
          check(FlowMatch::of(mod->flow.match.fields()));
          if ((step & 8) != 0) {
            // Asked for and refused: nothing may have changed.
            const std::string before = print(table, now, Version::v13);
            const Origin o = origin(step);
            table.apply(*mod, o);
            require(table.reject(o.connection, o.xid), "what was just done can be rejected");
            require(table.refused() != 0 || print(table, now, Version::v13) == before,
                    "what is rejected leaves no trace");
          } else {
            table.apply(std::move(*mod), origin(step));
          }
        } else if (auto removed = read_flow_removed(*frame)) {
          check(removed->match);
          table.removed(std::move(*removed), origin(step));
        }
      }
    }
  }

  const std::vector<FlowTable::Present> entries = table.present(now);
  require(entries.size() <= table.size(), "no more is shown than there is");
  std::size_t lines = 0;
  for (const char c : print(table, now, Version::v13))
    if (c == '\n') ++lines;
  require(lines == entries.size(), "one line an entry");
  print(table, now, Version::v10);
  for (const FlowTable::Present& p : entries) {
    const Flow& flow = p.entry->flow;
    require(table.find(flow.table_id, flow.priority, flow.match) == p.entry, "every entry is found");
  }
  return 0;
}
