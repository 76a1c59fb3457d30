// What happens to flows, told once it is certain.
#pragma once

#include <oflens/flow/datapath_state.hpp>

namespace oflens {

// An error with which a switch refused a message.
struct SwitchError {
  std::string_view label;  // as ErrorLabel has it; lives for ever
  std::uint16_t type = 0, code = 0;
  Origin by;
};

struct FlowEvent {
  enum class What : std::uint8_t {
    added,     // where none of that table, priority and match was
    replaced,  // added in place of one that was
    modified,
    deleted,  // by a flow_mod
    fell_with_group,
    fell_with_meter,
    reported,  // by the switch, in a listing or to a monitor: it is there, although nobody was seen to add
               // it so
    reported_gone,  // in the same way: it is not there
    removed,        // the switch said so: a flow_removed, perhaps of a flow of which nothing else is known
    announced,      // the flow_removed of a flow of which is known already why it is gone
    expired,        // its hard timeout passed: by the clock, without a message
    refused,        // the flow_mod, by an error
    discarded,      // the flow_mod, with the bundle that it was in
  };
  What what{};
  // The message. Of a bundle's, its own, but the time is that of the commit. Of what expired nothing but the
  // time.
  Origin by;
  std::uint64_t commit = 0;  // the frame of the bundle's commit; 0: in no bundle
  // As it is afterwards; as it was, when it is gone; as the flow_mod has it, when that was refused or
  // discarded. Of a flow_removed alone only what that tells, and a table of OFPTT_ALL when it tells none.
  Flow flow;
  v13::FlowModCommand command{};           // of a flow_mod
  std::uint32_t number = 0;                // of the group or meter
  std::unique_ptr<FlowRemoved> removed{};  // of a flow_removed
  std::unique_ptr<SwitchError> error{};    // of what was refused
};
const char* name_of(FlowEvent::What);

// Receives what happens to the flows of one datapath.
class FlowEventSink {
 public:
  // In the order in which it was said; only when no error can undo it any more.
  virtual void on_event(FlowEvent) = 0;

 protected:
  ~FlowEventSink() = default;
};

}  // namespace oflens
