// Actions of experimenters (1.0: vendors), which are the same in all versions.
#pragma once

#include <oflens/wire/one_of.hpp>

namespace oflens {

// Their type: structs that begin with tag<ActionOf::experimenter> fit the actions of every version.
enum class ActionOf : std::uint16_t { experimenter = 0xffff };
constexpr auto labels_of(ActionOf) { return enumeration({{ActionOf::experimenter, "OFPAT_EXPERIMENTER"}}); }

}  // namespace oflens
