// What DatapathState holds, and how it is done: in state_*.cpp by topic.
#pragma once

#include <oflens/flow/datapath_state.hpp>

#include "flow_table.hpp"
#include "journal.hpp"

namespace oflens {
namespace flow {

// A switch's clock ticks coarsely: it may expire a flow by this much before our reckoning.
inline constexpr Duration early = std::chrono::milliseconds(50);

// What a flow_mod has for a cookie that leaves that of a flow which is there: so Open vSwitch.
inline constexpr std::uint64_t no_cookie = ~std::uint64_t{0};

inline bool has(v13::FlowModFlags flags, v13::FlowModFlags flag) {
  return (static_cast<unsigned>(flags) & static_cast<unsigned>(flag)) != 0;
}

// The table that a flow_mod adds to.
inline std::uint8_t added_to(const Flow& f) { return f.table_id == all_tables ? 0 : f.table_id; }

// Who asks for a change, and which operation it is part of.
struct Asked {
  const Origin& origin;
  std::uint64_t position;
  Operation& op;
};

}  // namespace flow

struct DatapathState::State {
  using Asked = flow::Asked;
  using Operation = flow::Operation;
  template <class Id, class Entry>
  using Was = flow::Was<Id, Entry>;

  explicit State(const Limits& l) : limits(l), flows(l.hash_seed) {}

  Limits limits;
  flow::FlowTable flows;
  std::map<v13::GroupId, GroupEntry> groups;
  std::map<v13::MeterId, MeterEntry> meters;
  std::map<flow::BundleKey, flow::Bundle> bundles;
  flow::TableFacts tables;
  flow::Journal journal;
  std::unordered_map<std::uint64_t, flow::ExpectedRemovals> expected;
  struct Told {
    Timestamp time{};
    std::uint32_t removals = 0;                               // alike, and about that time
    std::vector<std::pair<std::uint64_t, std::uint32_t>> by;  // how many of them each connection told
  };
  std::unordered_map<std::uint64_t, Told> told, told_before;  // lately; and earlier
  std::uint64_t refused = 0;
  std::size_t size_after_sweep = 0, bundled = 0;
  bool frozen = false;

  // What a switch was asked for, and what it told of that so far.
  struct Listing {
    StateQuery query;
    Origin asked;
    std::uint64_t mark = 0;          // the position of what came after it was asked
    bool whole = true;               // it tells what is not there, too
    std::vector<bool> flows;         // by id, those that were told
    std::vector<std::uint32_t> ids;  // of groups or meters that were told
    // Flows whose match 1.0 cannot tell, once it matters; how often they were looked through.
    std::optional<std::vector<std::uint32_t>> unfit{};
    std::size_t searched = 0;
  };
  using ListingKey = std::pair<std::uint64_t, Xid>;  // connection
  std::map<ListingKey, Listing> listings;
  bool beyond_v10 = false;  // there was a match that 1.0's struct cannot tell
  void note_match(const FlowMatch& match) { beyond_v10 = beyond_v10 || !match.fits_v10(); }
  std::optional<Timestamp> monitored{};  // since when changes were kept for updates to be compared with
  std::vector<Disagreement> disagreements;
  Verified verified;
  Timestamp begins = Timestamp::min();
  struct Counted {  // of a flow with an idle timeout, when the switch told of it last
    Timestamp created, time;
    std::uint64_t packets;
  };
  std::unordered_map<std::uint32_t, Counted> counted;  // by id

  struct Interval {
    Timestamp from, to;
  };
  std::vector<Interval> blind;  // while flow_removeds did not reach us; the last one may be open
  static constexpr Timestamp never = Timestamp::max();

  // ---- time

  // Since when flow_removeds may have been missed in the life of an entry; never if they were not.
  Timestamp blind_since(const FlowEntry&) const;
  Expiry expiry(const FlowEntry&, Timestamp at) const;
  bool gone(const FlowEntry& e, Timestamp at) const { return expiry(e, at).state == Expiry::State::gone; }

  // ---- flows (state_flows.cpp). Each operation notes what was there before.

  // Calls f(id) for the flows that a modification or deletion is about.
  template <class F>
  void each_target(const FlowMod& mod, F&& f) {
    const bool strict = mod.command == v13::FlowModCommand::modify_strict ||
                        mod.command == v13::FlowModCommand::delete_strict;
    const auto filter = [&](std::uint32_t id) {
      if (((flows[id].entry.flow.cookie ^ mod.cookie_wanted) & mod.cookie_mask) == 0) f(id);
    };
    if (strict)
      flows.each_named(mod.flow.table_id, mod.flow.priority, mod.flow.match, filter);
    else
      flows.each_covered(mod.flow.table_id, mod.flow.match, filter);
  }
  Change add(const FlowMod&, std::uint32_t hash, const Asked&);
  Change modify(const FlowMod&, std::uint32_t hash, const Asked&);
  Change remove(const FlowMod&, const Asked&);
  // Removes the flows, which the switch announces if it was asked to.
  std::uint32_t remove_all(const std::vector<std::uint32_t>& ids, const Asked&);
  // Is a non-strict operation about all flows of its tables?
  static bool wants_all(const FlowMod&);
  // Is it among those of that out_port and out_group?
  static bool goes_out(const FlowActions&, const FlowMod&);
  bool does_nothing(const FlowMod&, Timestamp at);
  Change perform(const FlowMod&, const Asked&);
  Change perform(const FlowRemoved&, const Asked&);
  Change perform(const flow::Sweep&, const Asked&);

  // ---- tables as a whole

  void set_tables(const flow::TableFacts& now, Operation&);
  void learn(const FlowActions&, Operation&);
  void learn(const flow::Reference&, Operation&);
  // The table was emptied; what learns into it may be there still.
  void emptied(std::uint8_t table, Operation&);

  // ---- flow_removeds

  // A deletion that is announced: its flow_removed must not be taken for that of a flow added meanwhile.
  std::uint64_t removal_key(std::uint16_t priority, std::uint64_t cookie, const FlowMatch&) const;
  std::uint64_t removal_key(const FlowEntry& e) const {
    return removal_key(e.flow.priority, e.flow.cookie, e.flow.match);
  }
  // False when nobody will hear of it.
  bool expect(const FlowEntry&, Timestamp);
  bool take_expected(std::uint64_t key, Timestamp);
  // Every controller is told of a removal: is this what another one has been told already? What one is told
  // twice were two flows, in two tables perhaps, of which 1.0 does not tell. What is told alike much later
  // was another flow, of the same lifetime: many switches tell whole seconds.
  bool is_copy(const FlowRemoved&, const Origin&);

  // ---- groups, meters, bundles (state_groups.cpp)

  // Puts, replaces or (with nothing) takes away what has that id.
  template <class Id, class Entry>
  void put(std::map<Id, Entry>& all, Id id, std::optional<Entry> entry, Operation&);
  // Takes away that one, or all; and the flows that refer to it.
  static bool& all_known(flow::TableFacts& t, v13::GroupId) { return t.all_groups; }
  static bool& all_known(flow::TableFacts& t, v13::MeterId) { return t.all_meters; }
  template <class Id, class Entry>
  Change take_away(std::map<Id, Entry>& all, Id id, const Asked&);
  Change perform(const GroupMod&, const Asked&);
  Change perform(const MeterMod&, const Asked&);
  void put(const flow::BundleKey&, std::optional<flow::Bundle>, Operation&);
  std::optional<flow::Bundle> set(const flow::BundleKey&, std::optional<flow::Bundle>);
  Change perform(const BundleMessage&, const Asked&);
  Change perform(const flow::ConnectionEnd&, const Asked&);
  Change perform(std::monostate, const Asked&) { return {}; }

  // ---- what the switch says (state_reports.cpp)

  // Keys of recent changes: of flows, FlowTable::key_hash; of groups and meters, above those.
  static std::uint64_t recent_key(v13::GroupId id) {
    return std::uint64_t{1} << 32 | static_cast<std::uint32_t>(id);
  }
  static std::uint64_t recent_key(v13::MeterId id) {
    return std::uint64_t{2} << 32 | static_cast<std::uint32_t>(id);
  }
  // May the switch have told of it before, or only after, it was changed last?
  bool in_flight(std::uint64_t key, const Listing&) const;
  bool may_have_ended(const FlowEntry&, Timestamp at) const;
  void keep_recent();
  Listing begin_listing(StateQuery, const Origin&);
  void tell(Listing&, const std::vector<FlowReport>&, const Origin&);
  template <class Entry, class T>
  void tell(Listing&, const std::vector<T>&, const Origin&);
  void finish(Listing&, const Origin&);
  struct Found {
    std::uint32_t id = flow::nobody;
    bool unclear = false;  // it may be any of those that are marked as told now
  };
  Found find_reported(Listing&, const FlowReport&, std::uint32_t hash);
  void confirm(std::uint32_t id, const FlowReport&, const Origin& asked);
  template <class Entry>
  void disagree(Difference<Entry>, const Origin&);
  void correct(std::vector<flow::Before>, const Origin&);
  void ask(StateQuery, const Origin&);
  void tell(const StateReport&, const Origin&);
  void tell(const std::vector<FlowUpdate>&, const Origin&);
  void forget_listings(std::uint64_t connection);
  Change perform(const flow::Correction&, const Asked&);

  // ---- what was done, and undoing it: all is as before the operation, after which nothing was done

  // Of the flow that it would add.
  std::uint32_t key_hash(const FlowMod& mod) const {
    return flows.key_hash(flow::added_to(mod.flow), mod.flow.priority, mod.flow.match);
  }
  // Of a flow_mod with its key_hash().
  template <class What>
  Change record(What&& what, const Origin& origin, std::uint32_t hash = 0) {
    const std::uint64_t position = journal.end();
    Operation& op = journal.append(std::forward<What>(what), origin);
    op.hash = hash;
    op.later = frozen;
    const Change change = perform(position, op);
    journal.trim(limits.journal, origin.time - limits.journal_age);
    return change;
  }
  Change perform(std::uint64_t position, Operation&);
  bool reject(std::uint64_t connection, Xid, Refusal, const SwitchError&);
  // What came after it found the flow it added, and left it alone; then it would have left alone its absence.
  // Of one that learns that cannot be said.
  bool undo_untouched(std::uint64_t position, Operation&);
  void undo(Operation&);
  void take_out(std::uint32_t hash, std::uint8_t table, std::uint16_t priority, const FlowMatch&);
  void undo(flow::FlowWas&, const Operation&);
  void undo(const flow::NoFlow&, const Operation&);
  void undo(const flow::Announced&, const Operation&);
  void undo(Was<v13::GroupId, GroupEntry>& was, const Operation&) { put_back(groups, was); }
  void undo(Was<v13::MeterId, MeterEntry>& was, const Operation&) { put_back(meters, was); }
  template <class Id, class Entry>
  void put_back(std::map<Id, Entry>& all, Was<Id, Entry>& was) {
    flows.recent.note(recent_key(was.id));
    if (was.entry)
      all.insert_or_assign(was.id, *std::move(was.entry));
    else
      all.erase(was.id);
  }
  void undo(flow::BundleWas&, const Operation&);
  void undo(const flow::BundleGrew&, const Operation&);
  void undo(const flow::TableFacts& was, const Operation&);
  void undo(const flow::BundledBegins&, const Operation&) {}

  void maybe_sweep(const Origin&);
};

}  // namespace oflens
