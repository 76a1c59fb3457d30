// The codec by itself: make a message, read it back, keep a copy.
#include <cstdio>
#include <oflens/frame.hpp>
#include <oflens/v13/messages.hpp>
#include <vector>

using namespace oflens;

int main() {
  // A message is a plain aggregate; lists are encoded as they are made.
  const v13::FlowMod mod{
      .table_id = v13::TableId{0},
      .priority = 100,
      .match = {oxm::in_port(PortNo{1}), oxm::eth_type(0x0800)},
      .instructions = {v13::ApplyActions{.actions = {v13::DecNwTtl{}, v13::Output{.port = PortNo{2}}}}},
  };
  std::vector<std::byte> buffer(encoded_size(mod));
  const auto bytes = encode(mod, Xid{7}, buffer);
  if (!bytes) return 1;
  std::printf("%zu bytes\n", bytes->size());

  // Reading allocates nothing: what is decoded borrows the buffer. A copy owns its bytes.
  const auto frame = Frame::at(*bytes);
  v13::FlowMod kept;
  const auto handled = dispatch(*frame, [&](const v13::FlowMod& m) {
    kept = m;
    for (const Oxm field : m.match.oxm)
      if (const auto port = field.get(oxm::in_port))
        std::printf("in_port %u\n", static_cast<unsigned>(*port));
    for (const auto instruction : m.instructions)
      if (const auto apply = instruction.get<v13::ApplyActions>())
        for (const auto action : apply->actions)
          if (const auto output = action.get<v13::Output>())
            std::printf("output %u\n", static_cast<unsigned>(output->port));
  });
  if (!handled || !*handled) return 1;

  // What is malformed says where, and what to answer.
  buffer[55] = std::byte{5};  // the length of a match field
  if (const auto broken = frame->decode<v13::FlowMod>(); !broken) {
    const OpenFlowError answer = broken.error().to_openflow(frame->version());
    std::printf("%s (type %u, code %u)\n", broken.error().text().c_str(), answer.type, answer.code);
  }
}
