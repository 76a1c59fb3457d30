// Sends a packet made from the input through a pipeline made from it: whatever they are, the trace ends
// within its limits, and tells the same twice.
#include <cstddef>
#include <cstdint>
#include <vector>

#include <oflens/catalog.hpp>
#include <oflens/v13/messages.hpp>

#include <oflens/flow/packet_message.hpp>
#include <oflens/flow/pipeline.hpp>
#include <oflens/message/generate.hpp>

#include "require.hpp"

using namespace oflens;
using fuzz::require;

namespace {

// Random messages that make pipelines, of which random ones of all kinds seldom are.
void append_generated(std::vector<std::byte>& to, std::uint64_t seed) {
  const Catalog& catalog = Catalog::standard();
  Generator generate(seed);
  std::vector<std::byte> message;
  for (int n = 0; n < 16;) {
    const auto kind = generate.below(catalog.size());
    const auto type = catalog[kind].type;
    if (catalog[kind].version != Version::v10 && catalog[kind].version != Version::v13) continue;
    if (type != v13::FlowMod::id.type && type != v13::GroupMod::id.type && type != v13::PacketIn::id.type)
      continue;
    generate.message(catalog, kind, message);
    to.insert(to.end(), message.begin(), message.end());
    ++n;
  }
}

}  // namespace

// Messages as they stand on the wire: what adds flows and groups does so, others carry packets. The last byte
// says how.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 16) return 0;
  const unsigned how = data[size - 1];
  const Bytes given = std::as_bytes(std::span(data, size - 1));
  std::vector<std::byte> input;
  if ((how & 32) != 0) append_generated(input, load_be<std::uint64_t>(given.data() + 8));
  input.insert(input.end(), given.begin(), given.end());
  Bytes rest = input;
  DatapathState state;
  PortConditions ports;
  std::vector<PacketKey> packets;
  std::vector<PacketOutMessage> outs;
  std::uint32_t xid = 0;
  while (const auto frame = Frame::at(rest)) {
    rest = rest.subspan(frame->bytes().size());
    const Origin origin{1, Xid{++xid}, xid, {}};
    if (auto mod = read_flow_mod(*frame)) {
      // So that flows meet packets and each other: few tables, and matches that are for anything.
      mod->command = v13::FlowModCommand::add;
      mod->flow.table_id &= 7;
      if ((how & 1) != 0) mod->flow.match = {};
      state.apply(*std::move(mod), origin);
    } else if (auto group = read_group_mod(*frame)) {
      group->command = GroupMod::Command::add_or_modify;
      group->group.id = v13::GroupId{static_cast<std::uint32_t>(group->group.id) & 3};
      state.apply(*std::move(group), origin);
    } else if (const auto in = packet_in_of(*frame)) {
      PacketKey key = PacketKey::of(in->data.bytes(), (how & 2) != 0);
      key.take(in->fields);
      packets.push_back(key);
    } else if (auto out = packet_out_of(*frame)) {
      outs.push_back(*std::move(out));
    } else {
      learn_ports(ports, *frame);
    }
  }
  packets.push_back(PacketKey::of(rest));

  Pipeline::Limits limits;
  limits.lookups = 256;
  limits.nested = 64;
  limits.steps = 4096;
  const Pipeline pipeline(state,
                          {.dialect = (how & 4) != 0 ? Version::v10 : Version::v13,
                           .miss_to_controller = (how & 8) != 0,
                           .ports = (how & 16) != 0 ? &ports : nullptr},
                          limits);
  const auto check = [&](const PacketKey& key, const Trace& trace, const Trace& again) {
    require(trace.steps.size() <= limits.steps + 64, "the limit of steps holds");
    require(trace.steps.size() == again.steps.size() && trace.deliveries.size() == again.deliveries.size(),
            "a trace tells the same twice");
    TextBuffer text;
    put_packet_key(text, key);
    for (const Delivery& d : trace.deliveries) put_packet_changes(text, key, d.key);
    require(key.match().covers(key.match()), "a packet is covered by all that it has");
  };
  for (const PacketKey& key : packets) check(key, pipeline.trace(key), pipeline.trace(key));
  for (const PacketOutMessage& m : outs) {
    const PacketKey key = PacketKey::of(m.data.bytes());
    check(key, pipeline.trace(key, m.actions.bytes(), m.version),
          pipeline.trace(key, m.actions.bytes(), m.version));
  }
  return 0;
}
