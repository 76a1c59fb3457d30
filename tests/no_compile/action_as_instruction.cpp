// Actions stand in instructions, not beside them.
// error: (PartOf|no matching|could not convert|no viable)
#include <oflens/v13/messages.hpp>

using namespace oflens;

Seq<v13::Instruction> instructions() { return {v13::Output{.port = PortNo{1}}}; }
