// Decodes a flow_mod, changes it and encodes it again, with nothing but the installed codec.
#include <cstdio>
#include <vector>

#include <oflens/frame.hpp>
#include <oflens/framer.hpp>
#include <oflens/v13/messages.hpp>

using namespace oflens;

int main() {
  v13::FlowMod made;
  made.priority = 100;
  made.match = {oxm::in_port(PortNo{1}), oxm::eth_type(0x0800)};
  made.instructions = {v13::ApplyActions{.actions = {v13::Output{.port = PortNo{2}}}}};
  std::vector<std::byte> buffer(1024);
  const auto first = encode(made, Xid{7}, buffer);
  if (!first) return std::puts(first.error().text().c_str()), 1;

  int messages = 0;
  v13::FlowMod keep;
  Framer framer(Catalog::standard());
  framer.push(*first, [&](const Frame& frame) {
    const auto read = frame.decode<v13::FlowMod>(&Catalog::standard());
    if (!read) return;
    ++messages;
    const v13::FlowMod& borrowed = *read;
    keep = borrowed;
  });
  const std::size_t before = first->size();
  buffer.assign(buffer.size(), std::byte{0});
  keep.instructions.push_back(v13::GotoTable{.table_id = v13::TableId{3}});
  const auto second = encode(keep, Xid{8}, buffer);
  const bool ok = messages == 1 && keep.priority == 100 && keep.match.oxm.count() == 2 && second &&
                  second->size() == before + 8 && unmet_prerequisite(keep.match.oxm) == nullptr;
  std::puts(ok ? "consumer: ok" : "consumer: wrong");
  return ok ? 0 : 1;
}
