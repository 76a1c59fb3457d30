// How flows come and go: by flow_mods, flow_removeds and the clock.
#include <algorithm>

#include "state.hpp"

namespace oflens {

using namespace flow;

// ---- time

Timestamp DatapathState::State::blind_since(const FlowEntry& e) const {
  const auto it = std::ranges::upper_bound(blind, e.created, {}, [](const Interval& i) { return i.to; });
  return it == blind.end() ? never : std::max(it->from, e.created);
}

Expiry DatapathState::State::expiry(const FlowEntry& e, Timestamp at) const {
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

// ---- flow_mods

Change DatapathState::State::add(const FlowMod& mod, std::uint32_t hash, const Asked& asked) {
  Record record;
  FlowEntry& e = record.entry;
  e.flow = mod.flow;
  e.flow.table_id = added_to(e.flow);
  e.created = e.modified = e.used = asked.origin.time;
  e.origin = asked.origin;
  record.changed_by = asked.position;
  const std::uint32_t id = flows.find(hash, e.flow.table_id, e.flow.priority, e.flow.match);
  if (id != nobody) {
    const FlowEntry& old = flows[id].entry;
    const bool was_gone = gone(old, asked.origin.time);
    if (!was_gone) {
      e.used = old.used;
      if (mod.flow.cookie == no_cookie) e.flow.cookie = old.flow.cookie;
    }
    e.flow.match = old.flow.match;  // one copy of it is enough
    asked.op.before.push_back(FlowWas{flows.replace(id, std::move(record)), false, was_gone});
    if (flows.refers(id)) learn(mod.flow.actions, asked.op);
    return {.added = 1, .removed = was_gone ? 0u : 1u};
  }
  if (flows.size() >= limits.entries) {
    ++refused;
    return {};
  }
  note_match(mod.flow.match);
  const std::uint32_t added = flows.insert(std::move(record), hash);
  const Flow& f = flows[added].entry.flow;
  if (std::holds_alternative<FlowMod>(asked.op.what))
    asked.op.added = true;
  else
    asked.op.before.push_back(NoFlow{f.table_id, f.priority, f.match});
  if (flows.refers(added)) learn(f.actions, asked.op);
  return {.added = 1};
}

Change DatapathState::State::modify(const FlowMod& mod, std::uint32_t hash, const Asked& asked) {
  Change change;
  std::vector<std::uint32_t> expired;
  // Without a cookie nothing is added, either.
  const bool sets_cookie = mod.modifies_cookie && mod.flow.cookie != no_cookie;
  each_target(mod, [&](std::uint32_t id) {
    const Expiry before = expiry(flows[id].entry, asked.origin.time);
    if (before.state == Expiry::State::gone) {
      expired.push_back(id);
      return;
    }
    asked.op.before.push_back(FlowWas{flows[id]});
    flows.set_actions(id, mod.flow.actions);
    Record& record = flows.edit(id);
    if (sets_cookie) record.entry.flow.cookie = mod.flow.cookie;
    record.entry.modified = asked.origin.time;
    record.entry.doubt = before;
    record.changed_by = asked.position;
    ++change.modified;
  });
  for (const std::uint32_t id : expired) asked.op.before.push_back(FlowWas{flows.erase(id), false, true});
  if (change.modified != 0)
    learn(mod.flow.actions, asked.op);
  else if (sets_cookie && mod.cookie_mask == 0)
    change = add(mod, hash, asked);
  return change;
}

std::uint32_t DatapathState::State::remove_all(const std::vector<std::uint32_t>& ids, const Asked& asked) {
  std::uint32_t removed = 0;
  for (const std::uint32_t id : ids) {
    const FlowEntry& e = flows[id].entry;
    const bool was_there = !gone(e, asked.origin.time);
    const bool announced = was_there && expect(e, asked.origin.time);
    if (was_there) ++removed;
    asked.op.before.push_back(FlowWas{flows.erase(id), announced, !was_there});
  }
  return removed;
}

bool DatapathState::State::wants_all(const FlowMod& mod) {
  return mod.flow.match.empty() && mod.cookie_mask == 0 && mod.out_port == PortNo::any &&
         mod.out_group == v13::GroupId::any;
}

bool DatapathState::State::goes_out(const FlowActions& actions, const FlowMod& mod) {
  return (mod.out_port == PortNo::any || actions.outputs_to(mod.out_port)) &&
         (mod.out_group == v13::GroupId::any || actions.uses(mod.out_group));
}

Change DatapathState::State::remove(const FlowMod& mod, const Asked& asked) {
  std::vector<std::uint32_t> targets;
  each_target(mod, [&](std::uint32_t id) {
    if (goes_out(flows[id].entry.flow.actions, mod)) targets.push_back(id);
  });
  const Change change{.removed = remove_all(targets, asked)};
  if (mod.command == v13::FlowModCommand::delete_ && wants_all(mod)) emptied(mod.flow.table_id, asked.op);
  return change;
}

bool DatapathState::State::does_nothing(const FlowMod& mod, Timestamp at) {
  using Command = v13::FlowModCommand;
  const bool deletes = mod.command == Command::delete_ || mod.command == Command::delete_strict;
  const bool modifies = mod.command == Command::modify || mod.command == Command::modify_strict;
  if (!(deletes || (modifies && !mod.modifies_cookie)) || mod.emergency) return false;
  if (mod.command == Command::delete_ && wants_all(mod)) return false;
  if (frozen || refused != 0) return false;
  for (unsigned t = 0; t < all_tables; ++t)
    if ((mod.flow.table_id == all_tables || mod.flow.table_id == t) &&
        (!tables.complete[t] || tables.learnt[t]))
      return false;
  bool found = false;
  each_target(mod, [&](std::uint32_t id) {
    const FlowEntry& e = flows[id].entry;
    found = found || (!gone(e, at) && (modifies || goes_out(e.flow.actions, mod)));
  });
  return !found;
}

Change DatapathState::State::perform(const FlowMod& mod, const Asked& asked) {
  if (mod.emergency) return {};
  // Of the operation itself it is known already.
  const std::uint32_t hash = std::holds_alternative<FlowMod>(asked.op.what) ? asked.op.hash : key_hash(mod);
  switch (mod.command) {
    case v13::FlowModCommand::add: return add(mod, hash, asked);
    case v13::FlowModCommand::modify:
    case v13::FlowModCommand::modify_strict: return modify(mod, hash, asked);
    case v13::FlowModCommand::delete_:
    case v13::FlowModCommand::delete_strict: return remove(mod, asked);
  }
  return {};
}

// ---- tables as a whole

void DatapathState::State::set_tables(const TableFacts& now, Operation& op) {
  if (now == tables) return;
  op.before.push_back(std::exchange(tables, now));
}

void DatapathState::State::learn(const FlowActions& actions, Operation& op) {
  each_reference(actions, [&](const Reference& r) { learn(r, op); });
}

void DatapathState::State::learn(const Reference& r, Operation& op) {
  if (r.to != Reference::To::learnt_table) return;
  TableFacts now = tables;
  now.learnt.set(r.number);
  set_tables(now, op);
}

void DatapathState::State::emptied(std::uint8_t table, Operation& op) {
  TableFacts now = tables;
  for (unsigned t = 0; t < now.learnt.size(); ++t) {
    if (table != all_tables && table != t) continue;
    now.complete.set(t);
    if (now.learnt.test(t) && flows.referring({Reference::To::learnt_table, t}).empty()) now.learnt.reset(t);
  }
  if (tables.learnt.any())
    for (const auto& [id, entry] : groups)
      each_reference(entry.group, [&](const Reference& r) {
        if (r.to == Reference::To::learnt_table) now.learnt.set(r.number, tables.learnt[r.number]);
      });
  set_tables(now, op);
}

// ---- flow_removeds

std::uint64_t DatapathState::State::removal_key(std::uint16_t priority, std::uint64_t cookie,
                                                const FlowMatch& match) const {
  return mix(match.hash(limits.hash_seed + priority) ^ mix_a, cookie ^ mix_b);
}

bool DatapathState::State::expect(const FlowEntry& e, Timestamp time) {
  if (!has(e.flow.flags, v13::FlowModFlags::send_flow_rem)) return false;
  if (expected.size() >= limits.journal)
    std::erase_if(expected, [&](const auto& x) { return x.second.last + limits.journal_age < time; });
  if (expected.size() >= limits.journal) return false;
  ExpectedRemovals& x = expected[removal_key(e)];
  ++x.count;
  x.last = time;
  return true;
}

bool DatapathState::State::take_expected(std::uint64_t key, Timestamp time) {
  const auto it = expected.find(key);
  if (it == expected.end()) return false;
  const bool fresh = it->second.last + limits.journal_age >= time;
  if (!fresh || --it->second.count == 0) expected.erase(it);
  return fresh;
}

bool DatapathState::State::is_copy(const FlowRemoved& r, const Origin& origin) {
  const std::uint64_t key = mix(removal_key(r.priority, r.cookie, r.match) ^ mix_a,
                                static_cast<std::uint64_t>(r.lifetime.count()) ^ mix_b);
  if (told.size() >= limits.journal) told_before = std::exchange(told, {});
  const auto before = told_before.find(key);
  const auto [it, fresh] = told.try_emplace(key);
  Told& t = it->second;
  if (fresh && before != told_before.end()) t = before->second;
  if (origin.time > t.time + limits.racing) t = {};
  const auto by = std::ranges::find(t.by, origin.connection, &std::pair<std::uint64_t, std::uint32_t>::first);
  const std::uint32_t count = by == t.by.end() ? 1 : ++by->second;
  if (by == t.by.end()) t.by.emplace_back(origin.connection, count);
  if (count <= t.removals) return true;
  t.time = origin.time;
  t.removals = count;
  return false;
}

Change DatapathState::State::perform(const FlowRemoved& removed, const Asked& asked) {
  const Timestamp now = asked.origin.time;
  // Its flow was created at this time at the latest; clocks may differ in speed a little, and a switch may
  // say whole seconds.
  Duration slack = std::chrono::milliseconds(1) + removed.lifetime / 1000;
  if (removed.lifetime % std::chrono::seconds(1) == Duration{}) slack += std::chrono::seconds(1);
  const Timestamp latest = now - removed.lifetime + slack;
  std::uint32_t best = nobody;
  flows.each_named(removed.table_id.value_or(all_tables), removed.priority, removed.match,
                   [&](std::uint32_t id) {
                     const FlowEntry& e = flows[id].entry;
                     if (e.flow.cookie != removed.cookie || e.created > latest) return;
                     if (best == nobody || flows[best].entry.created < e.created) best = id;
                   });
  const bool timed_out = removed.reason == v13::FlowRemovedReason::idle_timeout ||
                         removed.reason == v13::FlowRemovedReason::hard_timeout;
  const std::uint64_t key = removal_key(removed.priority, removed.cookie, removed.match);
  if (!timed_out && take_expected(key, now)) {
    asked.op.before.push_back(Announced{key});
    return {};
  }
  if (best == nobody) return {};
  asked.op.before.push_back(FlowWas{flows.erase(best)});
  return {.removed = 1};
}

Change DatapathState::State::perform(const Sweep&, const Asked& asked) {
  std::vector<std::uint32_t> expired;
  flows.each([&](std::uint32_t id) {
    if (gone(flows[id].entry, asked.origin.time)) expired.push_back(id);
  });
  for (const std::uint32_t id : expired) asked.op.before.push_back(FlowWas{flows.erase(id), false, true});
  return {};
}

}  // namespace oflens
