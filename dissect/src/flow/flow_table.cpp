#include <oflens/flow/flow_table.hpp>

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <variant>

#include "flow_index.hpp"

namespace oflens {
namespace {

using namespace flow;

constexpr std::uint8_t all_tables = static_cast<std::uint8_t>(v13::TableId::all);

// A switch's clock ticks coarsely: it may expire a flow by this much before our reckoning.
constexpr Duration early = std::chrono::milliseconds(50);

bool has(v13::FlowModFlags flags, v13::FlowModFlags flag) {
  return (static_cast<unsigned>(flags) & static_cast<unsigned>(flag)) != 0;
}

// An entry, and the operation that made it what it is.
struct Record {
  FlowEntry entry;
  std::uint64_t changed_by = 0;
};

// An entry in its place.
struct Slot {
  Record record;
  std::uint32_t hash = 0;        // of its key: table, priority, match
  std::uint32_t group = nobody;  // which, and where in it
  std::uint32_t place = 0;
};

// Entries with ids that stay, in blocks that do not move.
class Slots {
 public:
  Slot& operator[](std::uint32_t id) { return blocks_[id / block_size][id % block_size]; }
  const Slot& operator[](std::uint32_t id) const { return blocks_[id / block_size][id % block_size]; }

  std::uint32_t take() {
    if (!free_.empty()) {
      const std::uint32_t id = free_.back();
      free_.pop_back();
      return id;
    }
    if (end_ == blocks_.size() * block_size) blocks_.push_back(std::make_unique<Slot[]>(block_size));
    return end_++;
  }
  void give_back(std::uint32_t id) {
    (*this)[id] = Slot{};
    free_.push_back(id);
  }
  std::size_t size() const { return end_ - free_.size(); }
  template <class F>
  void each(F&& f) const {
    for (const auto& block : blocks_)
      for (std::uint32_t i = 0; i < block_size; ++i)
        if (block[i].group != nobody) f(block[i]);
  }

 private:
  static constexpr std::uint32_t block_size = 64;
  std::vector<std::unique_ptr<Slot[]>> blocks_;
  std::vector<std::uint32_t> free_;
  std::uint32_t end_ = 0;
};

// The entries of one table whose matches have the same signature.
struct Group {
  std::uint8_t table = 0;
  std::uint64_t hash = 0;
  std::uint32_t next_of_hash = nobody;
  FlowMatch signature;  // that of a member
  std::vector<std::uint32_t> members;
  std::vector<Projection> projections;
};
constexpr std::size_t most_projections = 4, too_few_to_index = 16;

struct Sweep {};  // throws out what has long expired

// Something that changed the tables, so that it can be taken back.
struct Operation {
  std::variant<Sweep, FlowMod, FlowRemoved> what;
  Origin origin;
  std::vector<Record> before;          // what it changed or removed
  bool added = false;                  // a flow that was not there
  bool expected = false;               // a flow_removed that a deletion had announced
  bool left_out = false;               // rejected
  std::uint32_t hash = 0;              // of the key of the flow that it would add
  std::uint64_t previous_of_hash = 0;  // position + 1 of the last one before whose xid has this hash
};

struct ExpectedRemovals {
  std::uint32_t count = 0;
  Timestamp last{};
};

}  // namespace

struct FlowTable::State {
  explicit State(const Limits& l) : limits(l) {}

  Limits limits;
  Slots slots;
  HashIndex index;
  std::vector<Group> groups;
  std::vector<std::uint32_t> free_groups;
  std::uint32_t last_group = nobody;
  std::unordered_map<std::uint64_t, std::uint32_t> group_of_hash;
  std::array<std::uint32_t, 256> count_of_table{};
  std::uint64_t refused = 0, questions = 0;
  std::size_t size_after_sweep = 0;

  std::deque<Operation> journal;
  std::uint64_t journal_begin = 0;    // position of its first operation
  std::vector<std::uint64_t> by_xid;  // position + 1 of the last operation of each hash of connection and xid
  std::unordered_map<std::uint64_t, std::uint64_t> confirmed;  // by connection, up to which position
  std::unordered_map<std::uint64_t, ExpectedRemovals> expected;

  struct Interval {
    Timestamp from, to;
  };
  std::vector<Interval> blind;  // while flow_removeds did not reach us; the last one may be open
  static constexpr Timestamp never = Timestamp::max();

  // ---- entries

  std::uint32_t key_hash(std::uint8_t table, std::uint16_t priority, const FlowMatch& match) const {
    return static_cast<std::uint32_t>(match.hash(limits.hash_seed + (std::uint64_t{table} << 16 | priority)));
  }
  std::uint32_t find(std::uint32_t hash, std::uint8_t table, std::uint16_t priority,
                     const FlowMatch& match) const {
    return index.find(hash, [&](std::uint32_t id) {
      const Flow& f = slots[id].record.entry.flow;
      return f.table_id == table && f.priority == priority && f.match == match;
    });
  }
  // Nothing of that key may be there.
  std::uint32_t insert(Record&& record, std::uint32_t hash) {
    const std::uint32_t id = slots.take();
    Slot& slot = slots[id];
    slot.record = std::move(record);
    slot.hash = hash;
    const Flow& f = slot.record.entry.flow;
    index.insert(hash, id);
    ++count_of_table[f.table_id];
    slot.group = group_for(f);
    Group& group = groups[slot.group];
    slot.place = static_cast<std::uint32_t>(group.members.size());
    group.members.push_back(id);
    for (Projection& p : group.projections)
      if (p.built()) p.append(f.match);
    return id;
  }

  Record erase(std::uint32_t id) {
    Slot& slot = slots[id];
    Group& group = groups[slot.group];
    for (Projection& p : group.projections)
      if (p.built()) p.remove(slot.place);
    const std::uint32_t last = group.members.back();
    group.members[slot.place] = last;
    slots[last].place = slot.place;
    group.members.pop_back();
    if (group.members.empty()) free_group(slot.group);
    --count_of_table[slot.record.entry.flow.table_id];
    index.erase(slot.hash, id);
    Record record = std::move(slot.record);
    slots.give_back(id);
    return record;
  }

  std::uint32_t group_for(const Flow& f) {
    const auto fits = [&](std::uint32_t g) {
      return groups[g].table == f.table_id && same_signature(groups[g].signature.bytes(), f.match.bytes());
    };
    // Flows come in kinds.
    if (last_group < groups.size() && !groups[last_group].members.empty() && fits(last_group))
      return last_group;
    return last_group = look_up_group(f, fits);
  }
  template <class Fits>
  std::uint32_t look_up_group(const Flow& f, Fits&& fits) {
    const std::uint64_t hash = signature_hash(f.match.bytes(), limits.hash_seed + f.table_id);
    const auto [it, fresh] = group_of_hash.try_emplace(hash, nobody);
    for (std::uint32_t g = it->second; g != nobody; g = groups[g].next_of_hash)
      if (fits(g)) return g;
    std::uint32_t g = static_cast<std::uint32_t>(groups.size());
    if (free_groups.empty()) {
      groups.emplace_back();
    } else {
      g = free_groups.back();
      free_groups.pop_back();
    }
    groups[g].table = f.table_id;
    groups[g].hash = hash;
    groups[g].next_of_hash = std::exchange(it->second, g);
    groups[g].signature = f.match;
    return g;
  }
  void free_group(std::uint32_t g) {
    const auto it = group_of_hash.find(groups[g].hash);
    std::uint32_t* link = &it->second;
    while (*link != g) link = &groups[*link].next_of_hash;
    *link = groups[g].next_of_hash;
    if (it->second == nobody) group_of_hash.erase(it);
    groups[g] = Group{};
    free_groups.push_back(g);
  }

  // ---- time

  // Since when flow_removeds may have been missed in the life of an entry; never if they were not.
  Timestamp blind_since(const FlowEntry& e) const {
    const auto it = std::ranges::upper_bound(blind, e.created, {}, [](const Interval& i) { return i.to; });
    return it == blind.end() ? never : std::max(it->from, e.created);
  }

  Expiry expiry(const FlowEntry& e, Timestamp at) const {
    const bool announces = has(e.flow.flags, v13::FlowModFlags::send_flow_rem);
    const Timestamp missed = announces ? blind_since(e) : Timestamp::min();
    const bool witnessed = missed >= at;
    Expiry result = e.doubt;
    const auto doubt = [&](Timestamp since, Expiry::Cause cause, std::uint16_t seconds) {
      if (result.state == Expiry::State::present || since < result.since)
        result = {Expiry::State::doubtful, cause, seconds, since};
    };
    if (e.flow.hard_timeout != 0) {
      const Timestamp end = e.modified + std::chrono::seconds(e.flow.hard_timeout);
      if (at >= end + limits.slack && !witnessed)
        return {Expiry::State::gone, Expiry::Cause::hard, e.flow.hard_timeout, end};
      if (at >= end - early) doubt(end, Expiry::Cause::hard, e.flow.hard_timeout);
    }
    if (e.flow.idle_timeout != 0 && !witnessed) {
      const Timestamp end = e.used + std::chrono::seconds(e.flow.idle_timeout);
      if (at >= end - early)
        doubt(std::max({end, e.created, missed}), Expiry::Cause::idle, e.flow.idle_timeout);
    }
    return result;
  }
  bool gone(const FlowEntry& e, Timestamp at) const { return expiry(e, at).state == Expiry::State::gone; }

  // ---- what a flow_mod is about

  // Calls f(id) for the entries that a strict operation names.
  template <class F>
  void each_named(std::uint8_t table, std::uint16_t priority, const FlowMatch& match, F&& f) {
    const auto look = [&](std::uint8_t t) {
      if (count_of_table[t] == 0) return;
      const std::uint32_t id = find(key_hash(t, priority, match), t, priority, match);
      if (id != nobody) f(id);
    };
    if (table != all_tables) return look(table);
    for (unsigned t = 0; t < count_of_table.size(); ++t) look(static_cast<std::uint8_t>(t));
  }

  // Calls f(id) for the entries that a non-strict operation covers. f changes neither groups nor members.
  template <class F>
  void each_covered(std::uint8_t table, const FlowMatch& match, F&& f) {
    for (Group& group : groups) {
      if (group.members.empty() || (table != all_tables && table != group.table)) continue;
      if (!may_cover(match.bytes(), group.signature.bytes())) continue;
      const auto offer = [&](std::uint32_t id) {
        if (match.covers(slots[id].record.entry.flow.match)) f(id);
      };
      if (match.empty())
        std::ranges::for_each(group.members, f);
      else if (const Projection* p = projection(group, match))
        p->each(match, [&](std::uint32_t place) { offer(group.members[place]); });
      else
        std::ranges::for_each(group.members, offer);
    }
  }

  // The group's members by the fields of `match`, once it pays.
  const Projection* projection(Group& group, const FlowMatch& match) {
    if (group.members.size() <= too_few_to_index) return nullptr;
    auto& all = group.projections;
    auto it = std::ranges::find_if(
        all, [&](const Projection& p) { return same_signature(p.signature(), match.bytes()); });
    if (it == all.end()) {
      if (all.size() < most_projections) {
        all.emplace_back(match, limits.hash_seed);
        it = all.end() - 1;
      } else {
        it = std::ranges::min_element(all, {}, &Projection::last_asked);
        *it = Projection(match, limits.hash_seed);
      }
      it->last_asked = ++questions;
      return nullptr;
    }
    it->last_asked = ++questions;
    if (!it->built())
      it->build(group.members.size(), [&](std::uint32_t place) -> const FlowMatch& {
        return slots[group.members[place]].record.entry.flow.match;
      });
    return &*it;
  }

  template <class F>
  void each_target(const FlowMod& mod, F&& f) {
    const bool strict = mod.command == v13::FlowModCommand::modify_strict ||
                        mod.command == v13::FlowModCommand::delete_strict;
    const auto filter = [&](std::uint32_t id) {
      if (((slots[id].record.entry.flow.cookie ^ mod.cookie_wanted) & mod.cookie_mask) == 0) f(id);
    };
    if (strict)
      each_named(mod.flow.table_id, mod.flow.priority, mod.flow.match, filter);
    else
      each_covered(mod.flow.table_id, mod.flow.match, filter);
  }

  // The table that a flow_mod adds to.
  static std::uint8_t added_to(const Flow& f) { return f.table_id == all_tables ? 0 : f.table_id; }

  // ---- operations. Each notes in its Operation what was there before.

  Change add(const FlowMod& mod, std::uint64_t position, Operation& op) {
    Record record;
    FlowEntry& e = record.entry;
    e.flow = mod.flow;
    e.flow.table_id = added_to(e.flow);
    e.created = e.modified = e.used = op.origin.time;
    e.origin = op.origin;
    record.changed_by = position;
    const std::uint32_t hash = op.hash;
    const std::uint32_t id = find(hash, e.flow.table_id, e.flow.priority, e.flow.match);
    if (id != nobody) {
      Record& old = slots[id].record;
      const bool was_gone = gone(old.entry, op.origin.time);
      if (!was_gone) e.used = old.entry.used;
      e.flow.match = old.entry.flow.match;  // one copy of it is enough
      op.before.push_back(std::exchange(old, std::move(record)));
      return {.added = 1, .removed = was_gone ? 0u : 1u};
    }
    if (slots.size() >= limits.entries) {
      ++refused;
      return {};
    }
    insert(std::move(record), hash);
    op.added = true;
    return {.added = 1};
  }

  Change modify(const FlowMod& mod, std::uint64_t position, Operation& op) {
    Change change;
    std::vector<std::uint32_t> expired;
    // All ones leaves the cookie, and then nothing is added: so Open vSwitch.
    const bool sets_cookie = mod.modifies_cookie && mod.flow.cookie != ~std::uint64_t{0};
    each_target(mod, [&](std::uint32_t id) {
      Record& record = slots[id].record;
      FlowEntry& e = record.entry;
      const Expiry before = expiry(e, op.origin.time);
      if (before.state == Expiry::State::gone) {
        expired.push_back(id);
        return;
      }
      op.before.push_back(record);
      e.flow.actions = mod.flow.actions;
      if (sets_cookie) e.flow.cookie = mod.flow.cookie;
      e.modified = op.origin.time;
      e.doubt = before;
      record.changed_by = position;
      ++change.modified;
    });
    for (const std::uint32_t id : expired) op.before.push_back(erase(id));
    if (change.modified == 0 && sets_cookie && mod.cookie_mask == 0) change = add(mod, position, op);
    return change;
  }

  Change remove(const FlowMod& mod, Operation& op) {
    Change change;
    std::vector<std::uint32_t> targets;
    each_target(mod, [&](std::uint32_t id) {
      const FlowActions& actions = slots[id].record.entry.flow.actions;
      if (mod.out_port != PortNo::any && !actions.outputs_to(mod.out_port)) return;
      if (mod.out_group != v13::GroupId::any && !actions.uses(mod.out_group)) return;
      targets.push_back(id);
    });
    for (const std::uint32_t id : targets) {
      const FlowEntry& e = slots[id].record.entry;
      if (!gone(e, op.origin.time)) {
        ++change.removed;
        expect(e, op.origin.time);
      }
      op.before.push_back(erase(id));
    }
    return change;
  }

  Change perform(const FlowMod& mod, std::uint64_t position, Operation& op) {
    if (mod.emergency) return {};
    switch (mod.command) {
      case v13::FlowModCommand::add: return add(mod, position, op);
      case v13::FlowModCommand::modify:
      case v13::FlowModCommand::modify_strict: return modify(mod, position, op);
      case v13::FlowModCommand::delete_:
      case v13::FlowModCommand::delete_strict: return remove(mod, op);
    }
    return {};
  }

  // A deletion that is announced: its flow_removed must not be taken for that of a flow added meanwhile.
  std::uint64_t removal_key(std::uint16_t priority, std::uint64_t cookie, const FlowMatch& match) const {
    return mix(match.hash(limits.hash_seed + priority) ^ mix_a, cookie ^ mix_b);
  }
  std::uint64_t removal_key(const FlowEntry& e) const {
    return removal_key(e.flow.priority, e.flow.cookie, e.flow.match);
  }
  void expect(const FlowEntry& e, Timestamp time) {
    if (!has(e.flow.flags, v13::FlowModFlags::send_flow_rem)) return;
    if (expected.size() >= limits.journal)
      std::erase_if(expected, [&](const auto& x) { return x.second.last + limits.journal_age < time; });
    if (expected.size() >= limits.journal) return;
    ExpectedRemovals& x = expected[removal_key(e)];
    ++x.count;
    x.last = time;
  }
  bool take_expected(std::uint64_t key, Timestamp time) {
    const auto it = expected.find(key);
    if (it == expected.end()) return false;
    const bool fresh = it->second.last + limits.journal_age >= time;
    if (!fresh || --it->second.count == 0) expected.erase(it);
    return fresh;
  }

  Change perform(const FlowRemoved& removed, std::uint64_t, Operation& op) {
    // Its flow was created at this time at the latest; clocks may differ in speed a little, and a switch may
    // say whole seconds.
    Duration slack = std::chrono::milliseconds(1) + removed.lifetime / 1000;
    if (removed.lifetime % std::chrono::seconds(1) == Duration{}) slack += std::chrono::seconds(1);
    const Timestamp latest = op.origin.time - removed.lifetime + slack;
    std::uint32_t best = nobody;
    each_named(removed.table_id.value_or(all_tables), removed.priority, removed.match, [&](std::uint32_t id) {
      const FlowEntry& e = slots[id].record.entry;
      if (e.flow.cookie != removed.cookie || e.created > latest) return;
      if (best == nobody || slots[best].record.entry.created < e.created) best = id;
    });
    if (removed.reason == v13::FlowRemovedReason::delete_ &&
        take_expected(removal_key(removed.priority, removed.cookie, removed.match), op.origin.time)) {
      op.expected = true;
      return {};
    }
    if (best == nobody) return {};
    op.before.push_back(erase(best));
    return {.removed = 1};
  }

  Change perform(const Sweep&, std::uint64_t, Operation& op) {
    std::vector<std::uint32_t> expired;
    for (const Group& group : groups)
      for (const std::uint32_t id : group.members)
        if (gone(slots[id].record.entry, op.origin.time)) expired.push_back(id);
    for (const std::uint32_t id : expired) op.before.push_back(erase(id));
    return {};
  }

  Change perform(std::uint64_t position, Operation& op) {
    return std::visit([&](const auto& what) { return perform(what, position, op); }, op.what);
  }

  // The tables become what they were before the operation, after which nothing was done.
  void undo(Operation& op) {
    if (op.added) {
      const FlowMod& mod = std::get<FlowMod>(op.what);
      const std::uint8_t table = mod.flow.table_id == all_tables ? 0 : mod.flow.table_id;
      erase(
          find(key_hash(table, mod.flow.priority, mod.flow.match), table, mod.flow.priority, mod.flow.match));
      op.added = false;
    }
    const auto* mod = std::get_if<FlowMod>(&op.what);
    const bool deleted = mod != nullptr && (mod->command == v13::FlowModCommand::delete_ ||
                                            mod->command == v13::FlowModCommand::delete_strict);
    for (auto it = op.before.rbegin(); it != op.before.rend(); ++it) {
      if (deleted && has(it->entry.flow.flags, v13::FlowModFlags::send_flow_rem) &&
          !gone(it->entry, op.origin.time))
        take_expected(removal_key(it->entry), op.origin.time);
      const Flow& f = it->entry.flow;
      const std::uint32_t hash = key_hash(f.table_id, f.priority, f.match);
      const std::uint32_t id = find(hash, f.table_id, f.priority, f.match);
      if (id != nobody)
        slots[id].record = std::move(*it);
      else
        insert(std::move(*it), hash);
    }
    op.before.clear();
    if (std::exchange(op.expected, false)) {
      const auto& removed = std::get<FlowRemoved>(op.what);
      ExpectedRemovals& x = expected[removal_key(removed.priority, removed.cookie, removed.match)];
      ++x.count;
      x.last = op.origin.time;
    }
  }

  // ---- the journal

  std::uint64_t journal_end() const { return journal_begin + journal.size(); }
  Operation& at(std::uint64_t position) { return journal[position - journal_begin]; }

  std::size_t xid_slot(std::uint64_t connection, Xid xid) const {
    return mix(connection ^ mix_a, static_cast<std::uint64_t>(xid) ^ mix_b) & (by_xid.size() - 1);
  }
  void remember_xid(std::uint64_t position) {
    Operation& op = at(position);
    std::uint64_t& last = by_xid[xid_slot(op.origin.connection, op.origin.xid)];
    op.previous_of_hash = std::exchange(last, position + 1);
  }

  template <class What>
  Change record(What&& what, const Origin& origin) {
    const std::uint64_t position = journal_end();
    std::uint32_t hash = 0;
    if constexpr (std::is_same_v<What, FlowMod>) {
      const Flow& f = what.flow;
      hash = key_hash(added_to(f), f.priority, f.match);
      index.prefetch(hash);
    }
    Operation& op = journal.emplace_back();
    op.hash = hash;
    op.what = std::move(what);
    op.origin = origin;
    if constexpr (std::is_same_v<What, FlowMod>) {
      if (journal.size() > by_xid.size()) {
        by_xid.assign(std::max<std::size_t>(64, by_xid.size() * 2), 0);
        for (std::uint64_t i = journal_begin; i <= position; ++i)
          if (!at(i).left_out && std::holds_alternative<FlowMod>(at(i).what)) remember_xid(i);
      } else {
        remember_xid(position);
      }
    }
    const Change change = perform(position, op);
    trim_old(origin.time);
    return change;
  }

  bool is_final(const Operation& op, std::uint64_t position) const {
    if (op.left_out || !std::holds_alternative<FlowMod>(op.what)) return true;
    const auto it = confirmed.find(op.origin.connection);
    return it != confirmed.end() && position < it->second;
  }
  void trim_old(Timestamp now) {
    while (!journal.empty() &&
           (journal.size() > limits.journal || journal.front().origin.time + limits.journal_age < now)) {
      // It was long ago; what the next ones hold will have left the cache.
      constexpr std::size_t ahead = 8;
      if (journal.size() > ahead)
        if (const auto* mod = std::get_if<FlowMod>(&journal[ahead].what)) {
          mod->flow.match.prefetch();
          mod->flow.actions.encoded.prefetch();
        }
      journal.pop_front();
      ++journal_begin;
    }
  }
  void trim_final() {
    while (!journal.empty() && is_final(journal.front(), journal_begin)) {
      journal.pop_front();
      ++journal_begin;
    }
    if (journal.empty()) confirmed.clear();
  }

  // The position of the latest flow_mod of that xid that can still be rejected, taken out of the chain.
  std::uint64_t take_by_xid(std::uint64_t connection, Xid xid) {
    if (by_xid.empty()) return ~std::uint64_t{0};
    std::uint64_t* link = &by_xid[xid_slot(connection, xid)];
    while (*link > journal_begin) {
      const std::uint64_t position = *link - 1;
      Operation& op = at(position);
      if (op.origin.connection == connection && op.origin.xid == xid) {
        if (is_final(op, position)) break;
        *link = op.previous_of_hash;
        return position;
      }
      link = &op.previous_of_hash;
    }
    return ~std::uint64_t{0};
  }

  bool reject(std::uint64_t connection, Xid xid) {
    const std::uint64_t position = take_by_xid(connection, xid);
    if (position == ~std::uint64_t{0}) return false;
    Operation& op = at(position);
    if (!op.added && op.before.empty()) {
      // It did nothing, and the others did what they would have done without it.
    } else if (op.added && op.before.empty() && undo_untouched(position, op)) {
    } else {
      for (std::uint64_t i = journal_end(); i-- > position;)
        if (!at(i).left_out) undo(at(i));
      for (std::uint64_t i = position + 1; i < journal_end(); ++i)
        if (!at(i).left_out) perform(i, at(i));
    }
    op.left_out = true;
    op.what = Sweep{};
    return true;
  }
  // What came after it found the flow it added, and left it alone; then it would have left alone its absence.
  bool undo_untouched(std::uint64_t position, Operation& op) {
    const Flow& f = std::get<FlowMod>(op.what).flow;
    const std::uint32_t id = find(op.hash, added_to(f), f.priority, f.match);
    if (id == nobody || slots[id].record.changed_by != position) return false;
    erase(id);
    op.added = false;
    return true;
  }

  void maybe_sweep(const Origin& origin) {
    constexpr std::size_t worth_it = 65'536;
    if (slots.size() < worth_it || slots.size() < 2 * size_after_sweep) return;
    record(Sweep{}, origin);
    size_after_sweep = std::max(slots.size(), worth_it / 2);
  }
};

FlowTable::FlowTable(const Limits& limits) : state_(std::make_unique<State>(limits)) {}
FlowTable::FlowTable(FlowTable&&) noexcept = default;
FlowTable& FlowTable::operator=(FlowTable&&) noexcept = default;
FlowTable::~FlowTable() = default;

Change FlowTable::apply(FlowMod mod, const Origin& origin) {
  state_->maybe_sweep(origin);
  return state_->record(std::move(mod), origin);
}

Change FlowTable::removed(FlowRemoved removed, const Origin& origin) {
  return state_->record(std::move(removed), origin);
}

bool FlowTable::reject(std::uint64_t connection, Xid xid) { return state_->reject(connection, xid); }

std::uint64_t FlowTable::mark() const { return state_->journal_end(); }

void FlowTable::confirm(std::uint64_t connection, std::uint64_t mark) {
  std::uint64_t& upto = state_->confirmed[connection];
  upto = std::max(upto, std::min(mark, state_->journal_end()));
  state_->trim_final();
}

void FlowTable::set_watched(bool watched, Timestamp time) {
  auto& blind = state_->blind;
  const bool was = blind.empty() || blind.back().to != State::never;
  if (watched == was) return;
  if (watched) {
    blind.back().to = std::max(time, blind.back().from);
    return;
  }
  constexpr std::size_t most = 256;
  if (blind.size() == most) {  // rather too much doubt than too little
    blind[1].from = blind[0].from;
    blind.erase(blind.begin());
  }
  blind.push_back({blind.empty() ? time : std::max(time, blind.back().to), State::never});
}

std::size_t FlowTable::size() const { return state_->slots.size(); }
std::uint64_t FlowTable::refused() const { return state_->refused; }

const FlowEntry* FlowTable::find(std::uint8_t table_id, std::uint16_t priority,
                                 const FlowMatch& match) const {
  const std::uint32_t id =
      state_->find(state_->key_hash(table_id, priority, match), table_id, priority, match);
  return id == nobody ? nullptr : &state_->slots[id].record.entry;
}

std::vector<FlowTable::Present> FlowTable::present(Timestamp at) const {
  std::vector<Present> all;
  all.reserve(size());
  // As they lie in memory, not as they belong together: what is asked of many is bound by how fast it is
  // fetched.
  state_->slots.each([&](const Slot& slot) {
    const FlowEntry& e = slot.record.entry;
    const Expiry expiry = state_->expiry(e, at);
    if (expiry.state != Expiry::State::gone) all.push_back({&e, expiry});
  });
  return all;
}

Expiry FlowTable::expiry(const FlowEntry& entry, Timestamp at) const { return state_->expiry(entry, at); }

}  // namespace oflens
