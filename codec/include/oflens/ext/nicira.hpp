// Nicira's extensions, which Open vSwitch speaks. Each topic has its file in ext/nicira/.
#pragma once

#include <oflens/ext/nicira/conntrack.hpp>
#include <oflens/ext/nicira/control.hpp>
#include <oflens/ext/nicira/errors.hpp>
#include <oflens/ext/nicira/flow.hpp>
#include <oflens/ext/nicira/flow_monitor.hpp>
#include <oflens/ext/nicira/group.hpp>
#include <oflens/ext/nicira/packet_in.hpp>
#include <oflens/ext/nicira/stats.hpp>
#include <oflens/ext/nicira/tlv_table.hpp>

namespace oflens::nicira {

inline constexpr auto add_messages = [](auto& catalog) {
  return add_control_messages(catalog) && add_flow_messages(catalog) && add_packet_in_messages(catalog) &&
         add_tlv_table_messages(catalog) && add_conntrack_messages(catalog) && add_group_messages(catalog) &&
         add_stats_messages(catalog) && add_flow_monitor_messages(catalog) && add_errors(catalog);
};

}  // namespace oflens::nicira
