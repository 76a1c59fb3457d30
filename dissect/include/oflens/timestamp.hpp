// The time of a packet: nanoseconds since 1970-01-01T00:00:00 UTC.
#pragma once

#include <chrono>

namespace oflens {

using Duration = std::chrono::nanoseconds;
using Timestamp = std::chrono::sys_time<Duration>;

}  // namespace oflens
