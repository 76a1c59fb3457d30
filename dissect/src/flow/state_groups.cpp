// Groups, meters, and the bundles that change them and flows.
#include <algorithm>

#include "state.hpp"

namespace oflens {

using namespace flow;

namespace {

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

template <class Id, class Entry>
void DatapathState::State::put(std::map<Id, Entry>& all, Id id, std::optional<Entry> entry, Operation& op) {
  flows.recent.note(recent_key(id));
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

template <class Id, class Entry>
Change DatapathState::State::take_away(std::map<Id, Entry>& all, Id id, const Asked& asked) {
  const auto take = [&](Id one) {
    if (all.contains(one)) put(all, one, std::optional<Entry>(), asked.op);
    std::vector<std::uint32_t> fall = flows.referring(to(one));
    std::ranges::sort(fall);
    return remove_all(fall, asked);
  };
  if (id != Id::all) return {.removed = take(id)};
  Change change;
  TableFacts now = tables;
  all_known(now, id) = true;
  set_tables(now, asked.op);
  while (!all.empty()) change.removed += take(all.begin()->first);
  return change;
}

Change DatapathState::State::perform(const GroupMod& mod, const Asked& asked) {
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
  GroupEntry entry{mod.group, now, now, asked.origin, false};
  if (!fresh && mod.command != Command::add) {
    entry.created = it->second.created;
    entry.origin = it->second.origin;
    entry.reported = it->second.reported;
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

Change DatapathState::State::perform(const MeterMod& mod, const Asked& asked) {
  const v13::MeterId id = mod.meter.id;
  if (mod.command == v13::MeterModCommand::delete_) return take_away(meters, id, asked);
  if (id == v13::MeterId::all) return {};
  const auto it = meters.find(id);
  if (it == meters.end() && meters.size() >= limits.meters) {
    ++refused;
    return {};
  }
  const Timestamp now = asked.origin.time;
  MeterEntry entry{mod.meter, now, now, asked.origin, false};
  if (it != meters.end() && mod.command == v13::MeterModCommand::modify) {
    entry.created = it->second.created;
    entry.origin = it->second.origin;
    entry.reported = it->second.reported;
  }
  put(meters, id, std::optional(std::move(entry)), asked.op);
  return {};
}

// ---- bundles

void DatapathState::State::put(const BundleKey& key, std::optional<Bundle> bundle, Operation& op) {
  op.before.push_back(BundleWas{key, set(key, std::move(bundle))});
}

std::optional<Bundle> DatapathState::State::set(const BundleKey& key, std::optional<Bundle> bundle) {
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

Change DatapathState::State::perform(const BundleMessage& m, const Asked& asked) {
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
    if (journal.on_final) asked.op.before.push_back(BundledBegins{part});
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

Change DatapathState::State::perform(const ConnectionEnd&, const Asked& asked) {
  const std::uint64_t connection = asked.origin.connection;
  for (;;) {
    const auto it = bundles.lower_bound({connection, 0});
    if (it == bundles.end() || it->first.first != connection) return {};
    put(BundleKey(it->first), std::nullopt, asked.op);
  }
}

}  // namespace oflens
