// The control: what the others do, done right, compiles.
// compiles
#include <vector>

#include <oflens/frame.hpp>
#include <oflens/v13/messages.hpp>

using namespace oflens;

struct Entry {
  std::uint16_t a = 0;
  Payload data{};
  static constexpr auto wire = describe("entry", length, field<&Entry::a>, rest<&Entry::data>);
};
struct Entries {
  Seq<Entry> entries{};
  static constexpr auto wire = describe("entries", field<&Entries::entries>);
};
static_assert(wire::Layout<Entries>::varies);

Result<Frame> frame(const std::vector<std::byte>& bytes) { return Frame::at(bytes); }
Seq<v13::Instruction> instructions() {
  return {v13::ApplyActions{.actions = {v13::Output{.port = PortNo{1}}}}, v13::GotoTable{}};
}
std::size_t size(const Entries& entries) { return wire::size(entries) + entries.entries.count(); }
