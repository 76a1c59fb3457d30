// What a flow_mod costs in tables of 1,000 to 1,000,000 flows, and how much memory a flow takes there.
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string_view>
#include <vector>

#include <oflens/flow/datapath_state.hpp>
#include <oflens/v13/messages.hpp>

namespace bench {
namespace {

using namespace oflens;

// Of flow number i, whose addresses nobody else has.
FlowMod flow_mod(std::uint32_t i, v13::FlowModCommand command, bool narrow = false) {
  v13::FlowMod m{.cookie = i, .command = command, .priority = 100};
  m.match.oxm.push_back(oxm::eth_type(0x0800));
  if (!narrow) m.match.oxm.push_back(oxm::ip_proto(6));
  const auto octet = [i](int shift) { return static_cast<std::uint8_t>(i >> shift); };
  if (!narrow) m.match.oxm.push_back(oxm::ipv4_src(Ipv4Address{{10, octet(0), octet(8), octet(16)}}));
  m.match.oxm.push_back(oxm::ipv4_dst(Ipv4Address{{10, octet(16), octet(8), octet(0)}}));
  if (!narrow) m.match.oxm.push_back(oxm::tcp_dst(std::uint16_t{80}));
  v13::ApplyActions apply;
  apply.actions.push_back(v13::Output{.port = PortNo{1 + i % 48}});
  m.instructions.push_back(apply);
  std::vector<std::byte> bytes(encoded_size(m));
  if (!encode(m, Xid{i}, bytes)) std::abort();
  return *read_flow_mod(*Frame::at(bytes));
}

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Row {
  std::uint32_t flows;
  double add, replace, strict, modify, remove;  // ns a flow_mod
  double bytes;                                 // a flow, beyond its match and actions
};

Row measure(std::uint32_t flows) {
  using Command = v13::FlowModCommand;
  const std::uint32_t asked = std::min<std::uint32_t>(flows, 100'000);  // of the flows, at random
  std::vector<std::uint32_t> which(flows);
  for (std::uint32_t i = 0; i < flows; ++i) which[i] = i;
  std::shuffle(which.begin(), which.end(), std::mt19937(1));
  which.resize(asked);

  std::uint64_t number = 0;
  const auto origin = [&] {
    ++number;
    return Origin{.connection = 1,
                  .xid = Xid{static_cast<std::uint32_t>(number)},
                  .frame = number,
                  .time = Timestamp(std::chrono::microseconds(number))};
  };
  Row row{.flows = flows, .add = 0, .replace = 0, .strict = 0, .modify = 0, .remove = 0, .bytes = 0};

  const std::size_t before = mallinfo2().uordblks;
  std::size_t own = 0;
  DatapathState state;
  // Made a piece at a time: what is not yet in the table should not be in its way.
  for (std::uint32_t i = 0; i < flows;) {
    std::vector<FlowMod> mods;
    std::vector<Origin> origins;
    for (const std::uint32_t end = std::min(flows, i + 1'000); i < end; ++i) {
      mods.push_back(flow_mod(i, Command::add));
      origins.push_back(origin());
    }
    for (const FlowMod& m : mods) own += m.flow.match.bytes().size() + m.flow.actions.encoded.bytes().size();
    const double begin = seconds();
    state.apply(mods, origins);
    row.add += seconds() - begin;
  }
  row.add *= 1e9 / flows;
  state.confirm(1, state.mark());
  row.bytes = (static_cast<double>(mallinfo2().uordblks - before) - static_cast<double>(own)) / flows;

  const int rounds = static_cast<int>(200'000 / asked);
  // Nanoseconds for each of these, of flow_mods that touch a flow each: a thousand at a time, as fresh from
  // their messages as they are when a capture is read.
  const auto time_of = [&](auto&& make, bool add_again) {
    constexpr std::size_t some = 1000;
    std::vector<FlowMod> mods, again;
    std::vector<Origin> origins;
    double total = 0;
    for (int round = -1; round < rounds;
         ++round)  // once to warm up: indexes are made when they are asked for
      for (std::size_t from = 0; from < which.size(); from += some) {
        mods.clear();
        again.clear();
        origins.clear();
        for (std::size_t i = from; i < std::min(from + some, which.size()); ++i) {
          mods.push_back(make(which[i]));
          origins.push_back(origin());
          if (add_again) again.push_back(flow_mod(which[i], Command::add));
        }
        if (round < 0) {
          for (std::size_t i = 0; i < mods.size(); ++i) {
            const Change c = state.apply(mods[i], origins[i]);
            if (c.added + c.modified + c.removed == 0) std::abort();
          }
        } else {
          const double begin = seconds();
          state.apply(mods, origins);
          total += seconds() - begin;
        }
        for (const FlowMod& m : again) state.apply(m, origin());
      }
    if (state.size() != flows) std::abort();
    return total * 1e9 / (double{1} * rounds * asked);
  };
  row.replace = time_of([](std::uint32_t i) { return flow_mod(i, Command::add); }, false);
  row.strict = time_of([](std::uint32_t i) { return flow_mod(i, Command::delete_strict); }, true);
  row.modify = time_of([](std::uint32_t i) { return flow_mod(i, Command::modify, true); }, false);
  row.remove = time_of([](std::uint32_t i) { return flow_mod(i, Command::delete_, true); }, true);
  return row;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  const bool quick = argc > 1 && std::string_view(argv[1]) == "--quick";
  std::printf(
      "\nns a flow_mod; narrow: ETH_TYPE and one of the other four fields; bytes: beyond match and "
      "actions\n\n"
      "| flows | add | add again | delete strict | modify, narrow | delete, narrow | bytes a flow |\n"
      "|--:|--:|--:|--:|--:|--:|--:|\n");
  for (const std::uint32_t flows : {1'000u, 10'000u, 100'000u, 1'000'000u}) {
    if (quick && flows > 1'000) break;
    const bench::Row r = bench::measure(flows);
    std::printf("| %u | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f |\n", r.flows, r.add, r.replace, r.strict,
                r.modify, r.remove, r.bytes);
  }
}
