// A packet's way through a datapath: which flows it meets, what they do with it, where it goes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <oflens/ext/nicira/actions/output.hpp>
#include <oflens/flow/datapath_state.hpp>
#include <oflens/flow/packet_key.hpp>
#include <oflens/flow/port_condition.hpp>

namespace oflens {

// A step of a packet's way. Steps follow each other as they happen; one is part of the last before it that
// has a smaller depth.
struct TraceStep {
  enum class Kind : std::uint8_t {
    table,       // a table was asked, and had the flow `entry`
    miss,        // it had none
    action,      // as ovs-ofctl writes it
    bucket,      // of the group in the action before
    action_set,  // the action set is carried out now
    packet_out,  // the actions of a packet_out are carried out now
    resume,      // a copy of the packet comes back from connection tracking
    note,        // what came of the action or the lookup before
    problem,     // why something was not done
    assumption,  // what a capture cannot tell, and what is taken for it
  };
  Kind kind{};
  unsigned depth = 0;
  std::uint8_t table_id = 0;  // in which it happened
  std::string text{};         // of table and miss, what follows "N. "
  std::optional<FlowEntry> entry{};
  Expiry expiry{};             // of the entry: it may have been gone
  bool may_be_learnt = false;  // the table may hold flows that no message told of
};

// A copy of the packet that leaves the pipeline.
struct Delivery {
  PortNo port{};  // FLOOD and ALL only where the ports are not known; or NORMAL
  PacketKey key;  // the packet as it leaves
  std::optional<std::uint32_t> queue{}, max_len{};  // max_len: the packet is cut to that
  // Of what goes to the controller; as the switch puts it into the packet_in.
  nicira::ControllerReason reason{};
  bool table_miss_flow = false;  // by the flow of priority 0 that matches everything: 1.3 calls that NO_MATCH
  std::uint8_t table_id = 0;
  std::optional<FlowEntry> flow{};  // whose action it was; none of a miss or a packet_out
  std::uint16_t controller_id = 0;
};

struct Trace {
  std::vector<TraceStep> steps;
  std::vector<Delivery> deliveries;  // in order; none: the packet is dropped
  PacketKey final_key;               // after all actions
  // Not empty: the switch gives up, and drops the packet whatever was done with it. Copies that came back
  // from connection tracking are packets of their own.
  std::string failure{};
  // Something on the way cannot be known from a capture: there are steps of the kind assumption.
  bool assumes = false;
};

// The pipeline of one datapath at one time.
class Pipeline {
 public:
  struct Options {
    Timestamp at{};
    Version dialect = Version::v13;  // of the texts
    // What a table does with a packet for which it has no flow: 1.0 sends it to the controller, 1.3 drops it.
    // Open vSwitch does as 1.0 says while a controller is connected that speaks a version before 1.3.
    bool miss_to_controller = false;
    const PortConditions* ports = nullptr;  // null, or empty: not known
  };
  struct Limits {
    // As in Open vSwitch. Depth grows with every lookup in the same table or one before, and with groups.
    unsigned depth = 64, lookups = 4096;
    // Lookups inside of actions inside of lookups, for which the program's stack must have room. Open vSwitch
    // has no such limit.
    unsigned nested = 512;
    std::size_t steps = 65'536;  // of a trace that goes on and on: it ends there, as a failure
  };
  // State and ports must outlive it.
  Pipeline(const DatapathState& state, const Options& options, const Limits& limits)
      : state_(state), options_(options), limits_(limits) {}
  Pipeline(const DatapathState& state, const Options& options) : Pipeline(state, options, Limits{}) {}

  // A packet that comes in; or is looked up from a later table on, with what is beside it.
  //
  // What is done is what Open vSwitch 3.1 does (1.3.5 §5.1 to §5.10 where it says). What only the switch
  // knows is assumed, and said: which bucket of a select group a hash chooses, that connection tracking finds
  // a new connection, that meters let the packet through, where NORMAL sends it.
  Trace trace(const PacketKey&, std::uint8_t table_id = 0) const;
  // A packet_out's: actions encoded in 1.0 or, for all others, 1.3. The list is well-formed.
  Trace trace(const PacketKey&, Bytes actions, Version encoded) const;

 private:
  const DatapathState& state_;
  Options options_;
  Limits limits_;
};

}  // namespace oflens
