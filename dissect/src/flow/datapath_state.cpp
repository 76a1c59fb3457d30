#include <oflens/flow/datapath_state.hpp>

#include <algorithm>

#include "flow_table.hpp"
#include "journal.hpp"

namespace oflens {
namespace {

using namespace flow;

// A switch's clock ticks coarsely: it may expire a flow by this much before our reckoning.
constexpr Duration early = std::chrono::milliseconds(50);

// What a flow_mod has for a cookie that leaves that of a flow which is there: so Open vSwitch.
constexpr std::uint64_t no_cookie = ~std::uint64_t{0};

bool has(v13::FlowModFlags flags, v13::FlowModFlags flag) {
  return (static_cast<unsigned>(flags) & static_cast<unsigned>(flag)) != 0;
}

// The table that a flow_mod adds to.
std::uint8_t added_to(const Flow& f) { return f.table_id == all_tables ? 0 : f.table_id; }

// Who asks for a change, and which operation it is part of.
struct Asked {
  const Origin& origin;
  std::uint64_t position;
  Operation& op;
};

// Both say false where a switch refuses: a bucket that is not there, or one that is there already.
bool insert_buckets(Group& group, const GroupMod& mod) {
  auto& have = group.buckets;
  const auto place_of = [&](std::uint32_t id) { return std::ranges::find(have, id, &Bucket::id); };
  for (const Bucket& b : mod.group.buckets)
    if (place_of(b.id) != have.end()) return false;
  auto place = have.begin();
  if (mod.bucket == nicira::BucketId::last) {
    place = have.end();
  } else if (mod.bucket <= nicira::BucketId::max) {
    place = place_of(static_cast<std::uint32_t>(mod.bucket));
    if (place++ == have.end()) return false;
  }
  have.insert(place, mod.group.buckets.begin(), mod.group.buckets.end());
  return true;
}
bool remove_buckets(Group& group, const GroupMod& mod) {
  auto& have = group.buckets;
  if (mod.bucket == nicira::BucketId::all) {
    have.clear();
  } else if (have.empty()) {
    return true;
  } else if (mod.bucket == nicira::BucketId::first) {
    have.erase(have.begin());
  } else if (mod.bucket == nicira::BucketId::last) {
    have.pop_back();
  } else {
    const auto place = std::ranges::find(have, static_cast<std::uint32_t>(mod.bucket), &Bucket::id);
    if (place == have.end()) return false;
    have.erase(place);
  }
  return true;
}

}  // namespace

struct DatapathState::State {
  explicit State(const Limits& l) : limits(l), flows(l.hash_seed) {}

  Limits limits;
  FlowTable flows;
  std::map<v13::GroupId, GroupEntry> groups;
  std::map<v13::MeterId, MeterEntry> meters;
  std::map<BundleKey, Bundle> bundles;
  std::bitset<256> learnt;
  Journal journal;
  std::unordered_map<std::uint64_t, ExpectedRemovals> expected;
  struct Told {
    std::uint32_t removals = 0;                               // alike
    std::vector<std::pair<std::uint64_t, std::uint32_t>> by;  // how many of them each connection told
  };
  std::unordered_map<std::uint64_t, Told> told, told_before;  // lately; and earlier
  std::uint64_t refused = 0;
  std::size_t size_after_sweep = 0, bundled = 0;
  bool frozen = false;

  struct Interval {
    Timestamp from, to;
  };
  std::vector<Interval> blind;  // while flow_removeds did not reach us; the last one may be open
  static constexpr Timestamp never = Timestamp::max();

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

  // ---- flow_mods. Each operation notes what was there before.

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

  Change add(const FlowMod& mod, std::uint32_t hash, const Asked& asked) {
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
      asked.op.before.push_back(FlowWas{flows.replace(id, std::move(record))});
      if (flows.refers(id)) learn(mod.flow.actions, asked.op);
      return {.added = 1, .removed = was_gone ? 0u : 1u};
    }
    if (flows.size() >= limits.entries) {
      ++refused;
      return {};
    }
    const std::uint32_t added = flows.insert(std::move(record), hash);
    const Flow& f = flows[added].entry.flow;
    if (std::holds_alternative<FlowMod>(asked.op.what))
      asked.op.added = true;
    else
      asked.op.before.push_back(NoFlow{f.table_id, f.priority, f.match});
    if (flows.refers(added)) learn(f.actions, asked.op);
    return {.added = 1};
  }

  Change modify(const FlowMod& mod, std::uint32_t hash, const Asked& asked) {
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
    for (const std::uint32_t id : expired) asked.op.before.push_back(FlowWas{flows.erase(id)});
    if (change.modified != 0)
      learn(mod.flow.actions, asked.op);
    else if (sets_cookie && mod.cookie_mask == 0)
      change = add(mod, hash, asked);
    return change;
  }

  // Removes the flows, which the switch announces if it was asked to.
  std::uint32_t remove_all(const std::vector<std::uint32_t>& ids, const Asked& asked) {
    std::uint32_t removed = 0;
    for (const std::uint32_t id : ids) {
      const FlowEntry& e = flows[id].entry;
      const bool was_there = !gone(e, asked.origin.time);
      const bool announced = was_there && expect(e, asked.origin.time);
      if (was_there) ++removed;
      asked.op.before.push_back(FlowWas{flows.erase(id), announced});
    }
    return removed;
  }

  Change remove(const FlowMod& mod, const Asked& asked) {
    std::vector<std::uint32_t> targets;
    each_target(mod, [&](std::uint32_t id) {
      const FlowActions& actions = flows[id].entry.flow.actions;
      if (mod.out_port != PortNo::any && !actions.outputs_to(mod.out_port)) return;
      if (mod.out_group != v13::GroupId::any && !actions.uses(mod.out_group)) return;
      targets.push_back(id);
    });
    const Change change{.removed = remove_all(targets, asked)};
    const bool everything = mod.command == v13::FlowModCommand::delete_ && mod.flow.match.empty() &&
                            mod.cookie_mask == 0 && mod.out_port == PortNo::any &&
                            mod.out_group == v13::GroupId::any;
    if (everything && learnt.any()) forget_learnt(mod.flow.table_id, asked.op);
    return change;
  }

  Change perform(const FlowMod& mod, const Asked& asked) {
    if (mod.emergency) return {};
    // Of the operation itself it is known already.
    const std::uint32_t hash = std::holds_alternative<FlowMod>(asked.op.what)
                                   ? asked.op.hash
                                   : flows.key_hash(added_to(mod.flow), mod.flow.priority, mod.flow.match);
    switch (mod.command) {
      case v13::FlowModCommand::add: return add(mod, hash, asked);
      case v13::FlowModCommand::modify:
      case v13::FlowModCommand::modify_strict: return modify(mod, hash, asked);
      case v13::FlowModCommand::delete_:
      case v13::FlowModCommand::delete_strict: return remove(mod, asked);
    }
    return {};
  }

  // ---- tables that learn

  void set_learnt(const std::bitset<256>& now, Operation& op) {
    if (now == learnt) return;
    op.before.push_back(std::exchange(learnt, now));
  }
  void learn(const FlowActions& actions, Operation& op) {
    each_reference(actions, [&](const Reference& r) { learn(r, op); });
  }
  void learn(const Reference& r, Operation& op) {
    if (r.to != Reference::To::learnt_table) return;
    std::bitset<256> now = learnt;
    set_learnt(now.set(r.number), op);
  }
  // The table is empty; what learns into it may be there still.
  void forget_learnt(std::uint8_t table, Operation& op) {
    std::bitset<256> now = learnt;
    for (unsigned t = 0; t < now.size(); ++t)
      if ((table == all_tables || table == t) && flows.referring({Reference::To::learnt_table, t}).empty())
        now.reset(t);
    for (const auto& [id, entry] : groups)
      each_reference(entry.group, [&](const Reference& r) {
        if (r.to == Reference::To::learnt_table) now.set(r.number, learnt[r.number]);
      });
    set_learnt(now, op);
  }

  // ---- flow_removeds

  // A deletion that is announced: its flow_removed must not be taken for that of a flow added meanwhile.
  std::uint64_t removal_key(std::uint16_t priority, std::uint64_t cookie, const FlowMatch& match) const {
    return mix(match.hash(limits.hash_seed + priority) ^ mix_a, cookie ^ mix_b);
  }
  std::uint64_t removal_key(const FlowEntry& e) const {
    return removal_key(e.flow.priority, e.flow.cookie, e.flow.match);
  }
  // False when nobody will hear of it.
  bool expect(const FlowEntry& e, Timestamp time) {
    if (!has(e.flow.flags, v13::FlowModFlags::send_flow_rem)) return false;
    if (expected.size() >= limits.journal)
      std::erase_if(expected, [&](const auto& x) { return x.second.last + limits.journal_age < time; });
    if (expected.size() >= limits.journal) return false;
    ExpectedRemovals& x = expected[removal_key(e)];
    ++x.count;
    x.last = time;
    return true;
  }
  bool take_expected(std::uint64_t key, Timestamp time) {
    const auto it = expected.find(key);
    if (it == expected.end()) return false;
    const bool fresh = it->second.last + limits.journal_age >= time;
    if (!fresh || --it->second.count == 0) expected.erase(it);
    return fresh;
  }

  // Every controller is told of a removal: is this what another one has been told already? What one is told
  // twice were two flows, in two tables perhaps, of which 1.0 does not tell.
  bool is_copy(const FlowRemoved& r, std::uint64_t connection) {
    const std::uint64_t key = mix(removal_key(r.priority, r.cookie, r.match) ^ mix_a,
                                  static_cast<std::uint64_t>(r.lifetime.count()) ^ mix_b);
    if (told.size() >= limits.journal) told_before = std::exchange(told, {});
    const auto before = told_before.find(key);
    const auto [it, fresh] = told.try_emplace(key);
    Told& t = it->second;
    if (fresh && before != told_before.end()) t = before->second;
    const auto by = std::ranges::find(t.by, connection, &std::pair<std::uint64_t, std::uint32_t>::first);
    const std::uint32_t count = by == t.by.end() ? 1 : ++by->second;
    if (by == t.by.end()) t.by.emplace_back(connection, count);
    if (count <= t.removals) return true;
    t.removals = count;
    return false;
  }

  Change perform(const FlowRemoved& removed, const Asked& asked) {
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

  Change perform(const Sweep&, const Asked& asked) {
    std::vector<std::uint32_t> expired;
    flows.each([&](std::uint32_t id) {
      if (gone(flows[id].entry, asked.origin.time)) expired.push_back(id);
    });
    for (const std::uint32_t id : expired) asked.op.before.push_back(FlowWas{flows.erase(id)});
    return {};
  }

  // ---- groups and meters

  // Puts, replaces or (with nothing) takes away what has that id.
  template <class Id, class Entry>
  void put(std::map<Id, Entry>& all, Id id, std::optional<Entry> entry, Operation& op) {
    const auto it = all.find(id);
    Was<Id, Entry> was{id, std::nullopt};
    if (it != all.end()) was.entry = std::move(it->second);
    op.before.push_back(std::move(was));
    if (!entry)
      all.erase(it);
    else if (it != all.end())
      it->second = *std::move(entry);
    else
      all.emplace(id, *std::move(entry));
  }
  // Takes away that one, or all; and the flows that refer to it.
  template <class Id, class Entry>
  Change take_away(std::map<Id, Entry>& all, Id id, const Asked& asked) {
    const auto take = [&](Id one) {
      if (all.contains(one)) put(all, one, std::optional<Entry>(), asked.op);
      std::vector<std::uint32_t> fall = flows.referring(to(one));
      std::ranges::sort(fall);
      return remove_all(fall, asked);
    };
    if (id != Id::all) return {.removed = take(id)};
    Change change;
    while (!all.empty()) change.removed += take(all.begin()->first);
    return change;
  }

  Change perform(const GroupMod& mod, const Asked& asked) {
    using Command = GroupMod::Command;
    const v13::GroupId id = mod.group.id;
    if (mod.command == Command::delete_) return take_away(groups, id, asked);
    if (id > v13::GroupId::max) return {};
    const auto it = groups.find(id);
    const bool fresh = it == groups.end();
    const bool about_buckets = mod.command == Command::insert_bucket || mod.command == Command::remove_bucket;
    if (fresh && about_buckets) return {};
    if (fresh && groups.size() >= limits.groups) {
      ++refused;
      return {};
    }
    const Timestamp now = asked.origin.time;
    GroupEntry entry{mod.group, now, now, asked.origin};
    if (!fresh && mod.command != Command::add) {
      entry.created = it->second.created;
      entry.origin = it->second.origin;
    }
    if (about_buckets) {
      entry.group = it->second.group;
      if (!(mod.command == Command::insert_bucket ? insert_buckets(entry.group, mod)
                                                  : remove_buckets(entry.group, mod)))
        return {};
    }
    put(groups, id, std::optional(std::move(entry)), asked.op);
    each_reference(mod.group, [&](const Reference& r) { learn(r, asked.op); });
    return {};
  }

  Change perform(const MeterMod& mod, const Asked& asked) {
    const v13::MeterId id = mod.meter.id;
    if (mod.command == v13::MeterModCommand::delete_) return take_away(meters, id, asked);
    if (id == v13::MeterId::all) return {};
    const auto it = meters.find(id);
    if (it == meters.end() && meters.size() >= limits.meters) {
      ++refused;
      return {};
    }
    const Timestamp now = asked.origin.time;
    MeterEntry entry{mod.meter, now, now, asked.origin};
    if (it != meters.end() && mod.command == v13::MeterModCommand::modify) {
      entry.created = it->second.created;
      entry.origin = it->second.origin;
    }
    put(meters, id, std::optional(std::move(entry)), asked.op);
    return {};
  }

  // ---- bundles

  void put(const BundleKey& key, std::optional<Bundle> bundle, Operation& op) {
    op.before.push_back(BundleWas{key, set(key, std::move(bundle))});
  }
  std::optional<Bundle> set(const BundleKey& key, std::optional<Bundle> bundle) {
    std::optional<Bundle> was;
    const auto it = bundles.find(key);
    if (it != bundles.end()) {
      bundled -= it->second.size();
      was = std::move(it->second);
    }
    if (bundle) bundled += bundle->size();
    if (bundle)
      bundles.insert_or_assign(key, *std::move(bundle));
    else if (was)
      bundles.erase(it);
    return was;
  }

  Change perform(const BundleMessage& m, const Asked& asked) {
    using What = BundleMessage::What;
    const BundleKey key{asked.origin.connection, m.bundle};
    const auto it = bundles.find(key);
    switch (m.what) {
      case What::open: put(key, Bundle{}, asked.op); return {};
      case What::close: return {};
      case What::discard:
        if (it != bundles.end()) put(key, std::nullopt, asked.op);
        return {};
      case What::add:
        if (std::holds_alternative<std::monostate>(*m.mod)) return {};
        if (bundled >= limits.bundled) {
          ++refused;
          return {};
        }
        // A switch need not be told to open one first.
        if (it == bundles.end()) put(key, Bundle{}, asked.op);
        bundles[key].push_back({m.mod, asked.origin});
        ++bundled;
        asked.op.before.push_back(BundleGrew{key});
        return {};
      case What::commit: break;
    }
    if (it == bundles.end()) return {};
    const Bundle bundle = it->second;
    put(key, std::nullopt, asked.op);
    Change all;
    for (const Bundled& part : bundle) {
      Origin origin = part.origin;
      origin.time = asked.origin.time;
      const Change change = std::visit(
          [&](const auto& mod) {
            return perform(mod, Asked{origin, asked.position, asked.op});
          },
          *part.mod);
      all.added += change.added;
      all.modified += change.modified;
      all.removed += change.removed;
    }
    return all;
  }

  Change perform(const ConnectionEnd&, const Asked& asked) {
    const std::uint64_t connection = asked.origin.connection;
    for (;;) {
      const auto it = bundles.lower_bound({connection, 0});
      if (it == bundles.end() || it->first.first != connection) return {};
      put(BundleKey(it->first), std::nullopt, asked.op);
    }
  }

  Change perform(std::monostate, const Asked&) { return {}; }

  Change perform(std::uint64_t position, Operation& op) {
    if (op.later) return {};
    return std::visit(
        [&](const auto& what) {
          return perform(what, Asked{op.origin, position, op});
        },
        op.what);
  }

  // ---- undoing: all is as before the operation, after which nothing was done

  void undo(FlowWas& was, const Operation& op) {
    if (was.announced) take_expected(removal_key(was.record.entry), op.origin.time);
    const Flow& f = was.record.entry.flow;
    const std::uint32_t hash = flows.key_hash(f.table_id, f.priority, f.match);
    const std::uint32_t id = flows.find(hash, f.table_id, f.priority, f.match);
    if (id != nobody)
      flows.replace(id, std::move(was.record));
    else
      flows.insert(std::move(was.record), hash);
  }
  void undo(const NoFlow& was, const Operation&) {
    flows.erase(
        flows.find(flows.key_hash(was.table, was.priority, was.match), was.table, was.priority, was.match));
  }
  void undo(const Announced& was, const Operation& op) {
    ExpectedRemovals& x = expected[was.key];
    ++x.count;
    x.last = op.origin.time;
  }
  void undo(Was<v13::GroupId, GroupEntry>& was, const Operation&) { put_back(groups, was); }
  void undo(Was<v13::MeterId, MeterEntry>& was, const Operation&) { put_back(meters, was); }
  template <class Id, class Entry>
  void put_back(std::map<Id, Entry>& all, Was<Id, Entry>& was) {
    if (was.entry)
      all.insert_or_assign(was.id, *std::move(was.entry));
    else
      all.erase(was.id);
  }
  void undo(BundleWas& was, const Operation&) { set(was.key, std::move(was.bundle)); }
  void undo(const BundleGrew& was, const Operation&) {
    bundles.find(was.key)->second.pop_back();
    --bundled;
  }
  void undo(const std::bitset<256>& was, const Operation&) { learnt = was; }

  void undo(Operation& op) {
    for (auto it = op.before.rbegin(); it != op.before.rend(); ++it)
      std::visit([&](auto& was) { undo(was, op); }, *it);
    op.before.clear();
    if (!std::exchange(op.added, false)) return;
    const Flow& f = std::get<FlowMod>(op.what).flow;
    flows.erase(flows.find(op.hash, added_to(f), f.priority, f.match));
  }

  // ---- what was done

  template <class What>
  Change record(What&& what, const Origin& origin) {
    std::uint32_t hash = 0;
    if constexpr (std::is_same_v<What, FlowMod>) {
      const Flow& f = what.flow;
      hash = flows.key_hash(added_to(f), f.priority, f.match);
      flows.prefetch(hash);
    }
    const std::uint64_t position = journal.end();
    Operation& op = journal.append(std::forward<What>(what), origin);
    op.hash = hash;
    op.later = frozen;
    const Change change = perform(position, op);
    journal.trim(limits.journal, origin.time - limits.journal_age);
    return change;
  }

  bool reject(std::uint64_t connection, Xid xid, Refusal refusal) {
    const std::optional<std::uint64_t> found = journal.answer(connection, xid);
    if (!found) return false;
    const std::uint64_t position = *found;
    Operation& op = journal[position];
    std::optional<BundleMessage> instead;
    if (const auto* m = std::get_if<BundleMessage>(&op.what))
      if (refusal == Refusal::bundle || m->what == BundleMessage::What::commit)
        instead = BundleMessage{BundleMessage::What::discard, m->bundle, nullptr};
    if (!instead && !op.added && op.before.empty()) {
      // It did nothing, and the others did what they would have done without it.
    } else if (op.added && op.before.empty() && undo_untouched(position, op)) {
    } else {
      for (std::uint64_t i = journal.end(); i-- > position;) undo(journal[i]);
      if (instead)
        op.what = *std::move(instead);
      else
        op.what = std::monostate();
      for (std::uint64_t i = position; i < journal.end(); ++i) perform(i, journal[i]);
      return true;
    }
    op.what = std::monostate();
    return true;
  }
  // What came after it found the flow it added, and left it alone; then it would have left alone its absence.
  // Of one that learns that cannot be said.
  bool undo_untouched(std::uint64_t position, Operation& op) {
    const Flow& f = std::get<FlowMod>(op.what).flow;
    const std::uint32_t id = flows.find(op.hash, added_to(f), f.priority, f.match);
    if (id == nobody || flows[id].changed_by != position || flows.refers(id)) return false;
    flows.erase(id);
    op.added = false;
    return true;
  }

  void maybe_sweep(const Origin& origin) {
    constexpr std::size_t worth_it = 65'536;
    if (frozen || flows.size() < worth_it || flows.size() < 2 * size_after_sweep) return;
    record(Sweep{}, origin);
    size_after_sweep = std::max(flows.size(), worth_it / 2);
  }
};

DatapathState::DatapathState(const Limits& limits) : state_(std::make_unique<State>(limits)) {}
DatapathState::DatapathState(DatapathState&&) noexcept = default;
DatapathState& DatapathState::operator=(DatapathState&&) noexcept = default;
DatapathState::~DatapathState() = default;

Change DatapathState::apply(FlowMod mod, const Origin& origin) {
  state_->maybe_sweep(origin);
  return state_->record(std::move(mod), origin);
}

Change DatapathState::apply(GroupMod mod, const Origin& origin) {
  return state_->record(std::move(mod), origin);
}
Change DatapathState::apply(MeterMod mod, const Origin& origin) {
  return state_->record(std::move(mod), origin);
}
Change DatapathState::apply(BundleMessage message, const Origin& origin) {
  return state_->record(std::move(message), origin);
}

Change DatapathState::removed(FlowRemoved removed, const Origin& origin) {
  if (state_->frozen || state_->is_copy(removed, origin.connection)) return {};
  return state_->record(std::move(removed), origin);
}

bool DatapathState::reject(std::uint64_t connection, Xid xid, Refusal refusal) {
  return state_->reject(connection, xid, refusal);
}

std::uint64_t DatapathState::mark() const { return state_->journal.end(); }

void DatapathState::confirm(std::uint64_t connection, std::uint64_t mark) {
  state_->journal.confirm(connection, mark);
}

void DatapathState::close(const Origin& origin) {
  const auto it = state_->bundles.lower_bound({origin.connection, 0});
  if (it != state_->bundles.end() && it->first.first == origin.connection)
    state_->record(ConnectionEnd{}, origin);
  confirm(origin.connection);
}

void DatapathState::freeze(bool frozen) { state_->frozen = frozen; }

void DatapathState::set_watched(bool watched, Timestamp time) {
  if (state_->frozen) return;
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

std::size_t DatapathState::size() const { return state_->flows.size(); }
std::uint64_t DatapathState::refused() const { return state_->refused; }

const FlowEntry* DatapathState::find(std::uint8_t table_id, std::uint16_t priority,
                                     const FlowMatch& match) const {
  const FlowTable& flows = state_->flows;
  const std::uint32_t id = flows.find(flows.key_hash(table_id, priority, match), table_id, priority, match);
  return id == nobody ? nullptr : &flows[id].entry;
}

std::vector<DatapathState::Present> DatapathState::present(Timestamp at) const {
  std::vector<Present> all;
  all.reserve(size());
  state_->flows.each([&](std::uint32_t id) {
    const FlowEntry& e = state_->flows[id].entry;
    const Expiry expiry = state_->expiry(e, at);
    if (expiry.state != Expiry::State::gone) all.push_back({&e, expiry});
  });
  return all;
}

Expiry DatapathState::expiry(const FlowEntry& entry, Timestamp at) const { return state_->expiry(entry, at); }

const std::bitset<256>& DatapathState::learnt_tables() const { return state_->learnt; }
const std::map<v13::GroupId, GroupEntry>& DatapathState::groups() const { return state_->groups; }
const std::map<v13::MeterId, MeterEntry>& DatapathState::meters() const { return state_->meters; }

}  // namespace oflens
