// Ports of OpenFlow 1.0.
#pragma once

#include <oflens/v10/enums.hpp>
#include <oflens/wire/table.hpp>

namespace oflens::v10 {

// §5.2.1 ofp_phy_port, 48 bytes.
struct Port {
  PortNo port_no{};
  MacAddress hw_addr{};
  FixedText<16> name{};
  PortConfig config{};
  PortState state{};
  PortFeatures curr{}, advertised{}, supported{}, peer{};
  static constexpr auto wire =
      describe("port", field<&Port::port_no>, field<&Port::hw_addr>, field<&Port::name>, field<&Port::config>,
               field<&Port::state>, field<&Port::curr>, field<&Port::advertised>, field<&Port::supported>,
               field<&Port::peer>);
};

}  // namespace oflens::v10
