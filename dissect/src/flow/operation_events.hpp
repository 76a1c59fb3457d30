// Operations that are final, as what happened to flows.
#pragma once

#include <oflens/flow/flow_event.hpp>

#include "journal.hpp"

namespace oflens::flow {

void report(const Operation&, FlowEventSink&);

}  // namespace oflens::flow
