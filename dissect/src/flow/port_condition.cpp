#include <oflens/flow/port_condition.hpp>

#include <oflens/flow/flow.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

namespace oflens {
namespace {

constexpr std::size_t most_ports = 65'536;
constexpr std::uint32_t link_down = 1;  // OFPPS_LINK_DOWN

PortNo number_of(const v10::Port& port) { return port_of(port.port_no); }
PortNo number_of(const v13::Port& port) { return port.port_no; }

template <class Port>
void learn(PortConditions& ports, const Port& port) {
  if (ports.size() >= most_ports && !ports.contains(number_of(port))) return;
  ports[number_of(port)] = {static_cast<v10::PortConfig>(port.config),
                            (static_cast<std::uint32_t>(port.state) & link_down) != 0};
}

}  // namespace

void learn_ports(PortConditions& ports, const Frame& frame) {
  if (frame.type() < v10::FeaturesReply::id.type) return;
  const auto all = [&](const auto& list) {
    for (const auto& port : list) learn(ports, port);
  };
  const auto one = [&](const auto& status) {
    if (static_cast<std::uint8_t>(status.reason) == static_cast<std::uint8_t>(v13::PortReason::delete_))
      ports.erase(number_of(status.desc));
    else
      learn(ports, status.desc);
  };
  static_cast<void>(dispatch(
      frame, [&](const v10::FeaturesReply& r) { all(r.ports); },
      [&](const v10::PortDescStatsReply& r) { all(r.ports); },
      [&](const v13::PortDescReply& r) { all(r.ports); }, [&](const v10::PortStatus& s) { one(s); },
      [&](const v13::PortStatus& s) { one(s); }));
}

}  // namespace oflens
