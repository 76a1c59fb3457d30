#include <oflens/session/port_names.hpp>

#include <oflens/flow/flow.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

namespace oflens {
namespace {

std::uint32_t number_of(const v10::Port& port) { return static_cast<std::uint32_t>(port_of(port.port_no)); }
std::uint32_t number_of(const v13::Port& port) { return static_cast<std::uint32_t>(port.port_no); }

}  // namespace

std::string_view PortNames::Names::name_of_port(std::uint32_t number) const {
  const auto known = by_number.find(number);
  return known == by_number.end() ? std::string_view() : known->second;
}

const PortNamer* PortNames::of(const Datapath& datapath) const {
  const auto known = datapaths_.find(datapath.index);
  return known == datapaths_.end() ? nullptr : &known->second;
}

void PortNames::learn(Names& names, std::uint32_t number, std::string_view name) {
  const auto known = names.by_number.find(number);
  if (known != names.by_number.end()) {
    known->second = name;
  } else if (ports_ < most_ports) {
    names.by_number.emplace(number, name);
    ++ports_;
  }
}

void PortNames::on_message(const SessionMessage& m) {
  const std::uint8_t type = m.frame().type();
  if (!m.from_switch || type < v10::FeaturesReply::id.type) return;
  const auto all = [&](const auto& ports) {
    for (const auto& port : ports) learn(datapaths_[m.datapath.index], number_of(port), port.name.view());
  };
  const auto one = [&](const auto& status) {
    Names& names = datapaths_[m.datapath.index];
    const std::uint32_t number = number_of(status.desc);
    if (static_cast<std::uint8_t>(status.reason) != static_cast<std::uint8_t>(v13::PortReason::delete_))
      return learn(names, number, status.desc.name.view());
    ports_ -= names.by_number.erase(number);
  };
  static_cast<void>(dispatch(
      m.frame(), [&](const v10::FeaturesReply& r) { all(r.ports); },
      [&](const v10::PortDescStatsReply& r) { all(r.ports); },
      [&](const v13::PortDescReply& r) { all(r.ports); }, [&](const v10::PortStatus& s) { one(s); },
      [&](const v13::PortStatus& s) { one(s); }));
}

}  // namespace oflens
