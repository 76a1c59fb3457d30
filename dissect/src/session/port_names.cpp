#include <oflens/session/port_names.hpp>

namespace oflens {

std::string_view PortNames::Names::name_of_port(std::uint32_t number) const {
  const auto known = ports.find(PortNo{number});
  return known == ports.end() ? std::string_view() : known->second.name;
}

const PortNamer* PortNames::of(const Datapath& datapath) const {
  const auto known = datapaths_.find(datapath.index);
  return known == datapaths_.end() ? nullptr : &known->second;
}

void PortNames::on_message(const SessionMessage& m) {
  if (!m.from_switch) return;
  PortConditions& ports = datapaths_[m.datapath.index].ports;
  const std::size_t others = ports_ - ports.size();
  learn_ports(ports, m.frame(), most_ports - others);
  ports_ = others + ports.size();
}

}  // namespace oflens
