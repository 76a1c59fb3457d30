// The names of ports, as switches tell them: in features_replies of 1.0, descriptions of ports, port_status.
#pragma once

#include <map>

#include <oflens/flow/port_condition.hpp>
#include <oflens/session/session.hpp>
#include <oflens/text_buffer.hpp>

namespace oflens {

// Learns from every message; what it knows is what was told up to then.
//
//   PortNames names;
//   Sessions sessions({&names, &printer});
//   text.name_ports(names.of(datapath));
class PortNames final : public SessionSink {
 public:
  // Ports beyond these are not named.
  static constexpr std::size_t most_ports = 65'536;

  void on_message(const SessionMessage&) override;

  // The names of one datapath; null when it has said nothing. Valid as long as this is.
  const PortNamer* of(const Datapath&) const;

 private:
  struct Names final : PortNamer {
    PortConditions ports;
    std::string_view name_of_port(std::uint32_t number) const override;
  };

  std::map<std::uint32_t, Names> datapaths_;  // by Datapath::index
  std::size_t ports_ = 0;
};

}  // namespace oflens
