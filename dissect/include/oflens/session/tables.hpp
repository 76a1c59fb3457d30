// What all datapaths of a capture have been told to hold.
#pragma once

#include <map>
#include <memory>

#include <oflens/flow/datapath_state.hpp>
#include <oflens/flow/port_condition.hpp>
#include <oflens/session/session.hpp>
#include <oflens/v13/enums.hpp>

namespace oflens {

class History;  // history.hpp

// Feeds each datapath's state with what is said on its channels: flow_mods, group_mods, meter_mods, bundles
// of these, flow_removeds, errors, barriers, statistics and descriptions, updates of flow monitors.
class TableTracker final : public SessionSink {
 public:
  struct Tables {
    const Datapath* datapath = nullptr;
    DatapathState state;
    PortConditions ports;          // empty: the capture does not tell
    bool all_ports = false;        // it told of all of them
    std::uint64_t lost_bytes = 0;  // of its channels: the state may not be what it seems
    // A channel was under way when it was met first: the datapath was told things that nobody saw. Tables
    // that are complete by now (DatapathState::complete) are what they seem all the same.
    bool partial = false;
  };

  // threads: how many may read at a time, each the messages of other datapaths, which wait until it pays: up
  // to 1 MiB of them gather while as many are read. With 1 they are read as they come. What is read is the
  // same.
  explicit TableTracker(unsigned threads = 1);
  ~TableTracker();

  void on_message(const SessionMessage&) override;
  void on_loss(const ChannelLoss&, Datapath&) override;
  void on_close(Channel&, Datapath&) override;

  // From the first message on, the history is told what happens to flows. It must get every message before
  // this does, and outlive this.
  void report_to(History& history) {
    history_ = &history;
    read_at_once();
  }
  // Reads what waits: before anybody looks at the tables, or saves them.
  void catch_up();
  // From now on nothing waits: for who looks at the tables all the time.
  void read_at_once();
  // The capture has ended: what was said is final.
  void finish();

  // While it is frozen, what is said changes the tables only as far as it tells what became of what was said
  // before (DatapathState::freeze).
  void freeze(bool frozen) {
    if (frozen == frozen_) return;
    catch_up();
    frozen_ = frozen;
  }

  // By Datapath::index. Datapaths that said nothing but hello have none.
  const std::map<std::uint32_t, Tables>& tables() const { return tables_; }

 private:
  friend struct Saved<TableTracker>;

  struct Barrier {
    Xid xid;
    std::uint64_t mark;
  };
  struct State {
    std::vector<Barrier> barriers;  // asked for, not answered
    std::uint32_t datapath = 0;     // its index
    bool met = false;               // it said more than hello
    bool from_start = false;        // it began with a hello
    bool called = false;            // by the switch
    bool asks = false;              // the switch tells it what it tells unasked
    v13::ControllerRole role = v13::ControllerRole::equal;
    bool told_of_timeouts[2] = {true, false};  // by flow_removeds: as primary or equal, as secondary
    bool watching = false;                     // flow_removeds of the datapath come this way
    bool table_in_command = false;             // of flow_mods of 1.0, by agreement (NXT_FLOW_MOD_TABLE_ID)
    const Tables* tables = nullptr;            // those that its messages were read into lately
  };
  class Waiting;
  Tables& tables_of(Datapath&, Timestamp now);
  void watch(State&, Datapath&);
  void take_role(State&, Datapath&, v13::ControllerRole);
  bool hear_who_is_told(const SessionMessage&, State&);
  void read(const Frame&, bool from_switch, State&, Tables&, const Origin&) const;
  static void from_controller(const Frame&, State&, Tables&, const Origin&);
  void from_switch(const Frame&, State&, Tables&, const Origin&) const;

  std::map<std::uint32_t, Tables> tables_;
  std::map<std::uint32_t, std::uint32_t> watchers_;    // by Datapath::index
  std::unordered_map<std::uint32_t, State> channels_;  // by Channel::id
  History* history_ = nullptr;
  Timestamp now_{};
  bool frozen_ = false;
  std::unique_ptr<Waiting> waiting_;  // null: nothing waits
};

}  // namespace oflens
