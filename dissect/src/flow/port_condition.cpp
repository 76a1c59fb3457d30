#include <oflens/flow/port_condition.hpp>

#include <algorithm>

#include <oflens/flow/flow.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

#include "ovs_words.hpp"

namespace oflens {
namespace {

PortNo number_of(const v10::Port& port) { return port_of(port.port_no); }
PortNo number_of(const v13::Port& port) { return port.port_no; }

template <class Port>
void learn(PortConditions& ports, const Port& port, std::size_t most) {
  if (ports.size() >= most && !ports.contains(number_of(port))) return;
  ports[number_of(port)] = {std::string(port.name.view()), port.hw_addr,
                            static_cast<v10::PortConfig>(port.config),
                            static_cast<std::uint32_t>(port.state)};
}

// The names of the bits that are set, from the lowest; 0 when there are none.
void put_bits(TextBuffer& out, std::uint32_t bits, std::span<const std::string_view> names) {
  if (bits == 0) return out.put('0');
  bool separate = false;
  for (std::uint32_t i = 0; i < names.size(); ++i) {
    if ((bits >> i & 1) == 0 || names[i].empty()) continue;
    if (std::exchange(separate, true)) out.put(' ');
    out.put(names[i]);
    bits &= ~(1u << i);
  }
  if (bits == 0) return;
  if (separate) out.put(' ');
  out.put_hex(bits);
}

}  // namespace

bool learn_ports(PortConditions& ports, const Frame& frame, std::size_t most) {
  if (frame.type() < v10::FeaturesReply::id.type) return false;
  bool all_told = false;
  const auto all = [&](const auto& list, bool more) {
    for (const auto& port : list) learn(ports, port, most);
    all_told = !more;
  };
  const auto one = [&](const auto& status) {
    if (static_cast<std::uint8_t>(status.reason) == static_cast<std::uint8_t>(v13::PortReason::delete_))
      ports.erase(number_of(status.desc));
    else
      learn(ports, status.desc, most);
  };
  static_cast<void>(dispatch(
      frame, [&](const v10::FeaturesReply& r) { all(r.ports, false); },
      [&](const v10::PortDescStatsReply& r) { all(r.ports, r.flags != v10::StatsReplyFlags{}); },
      [&](const v13::PortDescReply& r) { all(r.ports, r.flags != v13::MultipartReplyFlags{}); },
      [&](const v10::PortStatus& s) { one(s); }, [&](const v13::PortStatus& s) { one(s); }));
  return all_told;
}

void put_port(TextBuffer& out, PortNo number, const PortCondition& port) {
  static constexpr std::string_view config[] = {"PORT_DOWN", "NO_STP", "NO_RECV",     "NO_RECV_STP",
                                                "NO_FLOOD",  "NO_FWD", "NO_PACKET_IN"};
  static constexpr std::string_view state[] = {"LINK_DOWN", "BLOCKED", "LIVE", "",          "",
                                               "",          "",        "",     "STP_LEARN", "STP_FORWARD"};
  out.put(' ');
  flow::put_port(out, number);
  out.put('(');
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  out.put(std::string_view(port.name.begin(), std::ranges::find_if_not(port.name, printable)));
  out.put("): addr:");
  out.put(port.hw_addr);
  out.put("\n     config:     ");
  put_bits(out, static_cast<std::uint32_t>(port.config), config);
  out.put("\n     state:      ");
  put_bits(out, port.state, state);
  out.put('\n');
}

}  // namespace oflens
