// Which flows stand in each other's way.
#pragma once

#include <oflens/flow/table_check.hpp>

namespace oflens::flow {

// Shadowed and overlapping flows among those given, which must be there. False when it took more than
// `steps`.
bool compare_flows(std::span<const FlowEntry* const>, std::uint64_t steps,
                   const std::function<void(const TableFault&)>& report);

}  // namespace oflens::flow
