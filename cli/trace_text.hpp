// A packet's way through a pipeline, for people and for programs.
#pragma once

#include <oflens/flow/packet_message.hpp>
#include <oflens/flow/pipeline.hpp>

#include "input.hpp"

namespace oflens::cli {

// In the layout of ofproto/trace: the packet, a step a line, what became of it. A line at its end.
void put_trace(TextBuffer&, const Clock&, const PacketKey& packet, const Trace&, Version);
// The same as members of a JSON object: "flow", "steps", "final_flow", "result", "failure", "assumes".
void put_trace_members(TextBuffer&, const Clock&, const PacketKey& packet, const Trace&, Version);

// Where a flow is from: "frame 9, 2026-11-20T09:36:27.123456Z"; "told by the switch in frame 9, .." where no
// message that installed it is known.
void put_installed(TextBuffer&, const Clock&, const FlowEntry&);

// What a packet-in says of itself, and whether a trace leads to it.
struct Explanation {
  const Delivery* delivery = nullptr;  // to the controller: the one that agrees, or else the first
  bool agrees = false;
};
Explanation explain(const PacketInMessage&, const Trace&);
// "OFPR_ACTION, table 0, cookie 0x1": as the message has it.
void put_said(TextBuffer&, const PacketInMessage&);
// The same as a trace would have it.
void put_said(TextBuffer&, const PacketInMessage&, const Delivery&);
// Why it comes to the controller: "table 1 has no flow for it".
void put_why(TextBuffer&, const Clock&, const Delivery&);

}  // namespace oflens::cli
