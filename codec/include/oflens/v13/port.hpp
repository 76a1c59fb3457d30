// Ports of OpenFlow 1.3.
#pragma once

#include <oflens/v13/enums.hpp>
#include <oflens/wire/table.hpp>

namespace oflens::v13 {

// §7.2.1 ofp_port, 64 bytes. Speeds are in kbit/s.
struct Port {
  PortNo port_no{};
  MacAddress hw_addr{};
  FixedText<16> name{};
  PortConfig config{};
  PortState state{};
  PortFeatures curr{}, advertised{}, supported{}, peer{};
  std::uint32_t curr_speed = 0, max_speed = 0;
  static constexpr auto wire = describe(
      "port", field<&Port::port_no>, pad<4>, field<&Port::hw_addr>, pad<2>, field<&Port::name>,
      field<&Port::config>, field<&Port::state>, field<&Port::curr>, field<&Port::advertised>,
      field<&Port::supported>, field<&Port::peer>, field<&Port::curr_speed>, field<&Port::max_speed>);
};

}  // namespace oflens::v13
