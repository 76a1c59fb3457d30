// What a switch says that it holds, against what it was told to.
#include <algorithm>

#include <oflens/flow/flow_text.hpp>

#include "state.hpp"

namespace oflens {

using namespace flow;

namespace {

// Flags that a switch keeps with a flow and tells.
constexpr auto told_flags = static_cast<unsigned>(v13::FlowModFlags::send_flow_rem) |
                            static_cast<unsigned>(v13::FlowModFlags::no_pkt_counts) |
                            static_cast<unsigned>(v13::FlowModFlags::no_byt_counts);

// How much later than the truth the clock of a switch that tells whole seconds may be, or one that does not.
Duration slack_of(Duration age) {
  return age % std::chrono::seconds(1) == Duration{} ? Duration(std::chrono::seconds(1))
                                                     : Duration(std::chrono::milliseconds(10));
}

// A switch may encode in another way what it was told: what is printed alike is alike.
bool alike(const FlowActions& a, const FlowActions& b, Version dialect) {
  if (a == b) return true;
  TextBuffer x, y;
  put_actions(x, a, dialect);
  put_actions(y, b, dialect);
  return x.view() == y.view();
}
bool alike(const Flow& told, const FlowReport& r) {
  const Flow& held = r.flow;
  if (told.cookie != held.cookie || told.idle_timeout != held.idle_timeout ||
      told.hard_timeout != held.hard_timeout)
    return false;
  if (r.tells_flags &&
      ((static_cast<unsigned>(told.flags) ^ static_cast<unsigned>(held.flags)) & told_flags) != 0)
    return false;
  // 1.0 cannot tell instructions.
  if (held.actions.version == Version::v10 && told.actions.version != Version::v10) return true;
  return alike(told.actions, held.actions, held.actions.version);
}
bool alike(const Group& told, const Group& held) {
  TextBuffer x, y;
  put_group(x, told, held.version);
  put_group(y, held, held.version);
  return x.view() == y.view();
}
bool alike(const Meter& told, const Meter& held) {
  TextBuffer x, y;
  put_meter(x, told);
  put_meter(y, held);
  return x.view() == y.view();
}

// A flow that is there at that time was modified and used since, less its timeouts; when it was used it may
// tell itself.
void not_earlier(FlowEntry& e, const FlowReport& r, Timestamp at) {
  if (e.flow.hard_timeout != 0)
    e.modified = std::max(e.modified, at - std::chrono::seconds(e.flow.hard_timeout));
  if (e.flow.idle_timeout != 0) e.used = std::max(e.used, at - std::chrono::seconds(e.flow.idle_timeout));
  if (r.idle) e.used = std::max(e.used, at - *r.idle - std::chrono::seconds(1));
}

Group& thing_of(GroupEntry& e) { return e.group; }
Meter& thing_of(MeterEntry& e) { return e.meter; }

// Of whoever asks nothing.
constexpr std::uint64_t no_connection = 0;

}  // namespace

// ---- what is asked

void DatapathState::State::keep_recent() {
  if (flows.recent.kept) return;
  flows.recent.kept = true;
  for (std::uint64_t i = journal.begin(); i < journal.end(); ++i) {
    const Operation& op = journal[i];
    flows.recent.now = {i, op.origin.time};
    if (std::holds_alternative<FlowMod>(op.what)) flows.recent.note(op.hash);
    for (const Before& was : op.before) {
      if (const auto* f = std::get_if<FlowWas>(&was)) {
        const Flow& flow = f->record.entry.flow;
        flows.recent.note(flows.key_hash(flow.table_id, flow.priority, flow.match));
      } else if (const auto* n = std::get_if<NoFlow>(&was)) {
        flows.recent.note(flows.key_hash(n->table, n->priority, n->match));
      } else if (const auto* g = std::get_if<Was<v13::GroupId, GroupEntry>>(&was)) {
        flows.recent.note(recent_key(g->id));
      } else if (const auto* m = std::get_if<Was<v13::MeterId, MeterEntry>>(&was)) {
        flows.recent.note(recent_key(m->id));
      }
    }
  }
}

DatapathState::State::Listing DatapathState::State::begin_listing(StateQuery query, const Origin& asked) {
  keep_recent();
  Listing listing;
  listing.query = std::move(query);
  listing.asked = asked;
  listing.mark = journal.end();
  return listing;
}

void DatapathState::State::ask(StateQuery query, const Origin& origin) {
  if (frozen) return;
  if (listings.size() >= limits.listings)
    listings.erase(std::ranges::min_element(listings, {}, [](const auto& l) { return l.second.mark; }));
  listings.insert_or_assign({origin.connection, origin.xid}, begin_listing(std::move(query), origin));
}

void DatapathState::State::forget_listings(std::uint64_t connection) {
  std::erase_if(listings, [&](const auto& l) { return l.first.first == connection; });
  if (listings.empty() && !monitored) flows.recent.forget();
}

bool DatapathState::State::in_flight(std::uint64_t key, const Listing& listing) const {
  const RecentChanges::Change* change = flows.recent.find(key);
  if (change == nullptr) return false;
  if (change->position >= listing.mark) return true;
  if (journal.is_final(change->position)) return false;
  // What one connection says is heeded in order.
  return journal[change->position].origin.connection != listing.asked.connection &&
         change->time + limits.racing > listing.asked.time;
}

// Would its timeouts have ended it by now, whatever else is known of it?
bool DatapathState::State::may_have_ended(const FlowEntry& e, Timestamp at) const {
  const auto passed = [&](std::uint16_t seconds, Timestamp since) {
    return seconds != 0 && at >= since + std::chrono::seconds(seconds) - early;
  };
  return expiry(e, at).state != Expiry::State::present || passed(e.flow.hard_timeout, e.modified) ||
         passed(e.flow.idle_timeout, e.used);
}

// ---- what is told

template <class Entry>
void DatapathState::State::disagree(Difference<Entry> what, const Origin& origin) {
  ++verified.disagreed;
  if (disagreements.size() < limits.disagreements) disagreements.push_back({origin, std::move(what)});
}

void DatapathState::State::correct(std::vector<Before> is, const Origin& origin) {
  if (is.empty()) return;
  record(Correction{std::move(is)}, origin);
  journal.settle();
}

Change DatapathState::State::perform(const Correction& correction, const Asked& asked) {
  for (const Before& is : correction.is) {
    Before now = is;
    const auto flow_before = [&](std::uint8_t table, std::uint16_t priority, const FlowMatch& match) {
      const std::uint32_t id = flows.find(flows.key_hash(table, priority, match), table, priority, match);
      if (id != nobody)
        asked.op.before.push_back(FlowWas{flows[id]});
      else
        asked.op.before.push_back(NoFlow{table, priority, match});
      return id != nobody;
    };
    if (auto* f = std::get_if<FlowWas>(&now)) {
      f->record.changed_by = asked.position;
      const Flow flow = f->record.entry.flow;
      if (!flow_before(flow.table_id, flow.priority, flow.match) && flows.size() >= limits.entries) {
        asked.op.before.pop_back();
        ++refused;
        continue;
      }
      undo(*f, asked.op);
      note_match(flow.match);
      learn(flow.actions, asked.op);
    } else if (const auto* n = std::get_if<NoFlow>(&now)) {
      if (flow_before(n->table, n->priority, n->match))
        undo(*n, asked.op);
      else
        asked.op.before.pop_back();
    } else if (auto* g = std::get_if<Was<v13::GroupId, GroupEntry>>(&now)) {
      if (g->entry || groups.contains(g->id)) put(groups, g->id, std::move(g->entry), asked.op);
    } else if (auto* m = std::get_if<Was<v13::MeterId, MeterEntry>>(&now)) {
      if (m->entry || meters.contains(m->id)) put(meters, m->id, std::move(m->entry), asked.op);
    } else if (const auto* t = std::get_if<TableFacts>(&now)) {
      set_tables(*t, asked.op);
    }
  }
  return {};
}

// The flow that is told of. Where the reply cannot say all that it matches, it may be one of several.
DatapathState::State::Found DatapathState::State::find_reported(Listing& listing, const FlowReport& r,
                                                                std::uint32_t hash) {
  const Flow& f = r.flow;
  Found found{flows.find(hash, f.table_id, f.priority, f.match)};
  const auto seen = [&](std::uint32_t id) { return id < listing.flows.size() && listing.flows[id]; };
  const auto fits = [&](std::uint32_t id) { return !seen(id) && alike(flows[id].entry.flow, r); };
  if (r.tells_match || (found.id != nobody && fits(found.id))) return found;
  if (!listing.unfit) {
    listing.unfit.emplace();
    flows.each([&](std::uint32_t id) {
      if (!flows[id].entry.flow.match.fits_v10()) listing.unfit->push_back(id);
    });
  }
  // What 1.0 does not have is left out, and a mask that it does not have: the match told may be wider than
  // the flow's, or narrower.
  std::vector<std::uint32_t> others;
  for (const std::uint32_t id : *listing.unfit) {
    const Flow& other = flows[id].entry.flow;
    if (other.table_id == f.table_id && other.priority == f.priority && !seen(id) &&
        other.match.overlaps(f.match))
      others.push_back(id);
  }
  // For replies that say nearly nothing about very many flows.
  constexpr std::size_t most = 16'777'216;
  listing.searched += listing.unfit->size();
  const bool given_up = listing.searched > most;
  if (given_up) {
    listing.whole = false;
    listing.unfit->clear();
  }
  const auto it = std::ranges::find_if(others, fits);
  if (it != others.end()) return {*it};
  if (others.empty() && !given_up && (found.id == nobody || !seen(found.id))) return found;
  if (found.id != nobody) others.push_back(found.id);
  for (const std::uint32_t id : others)
    if (id < listing.flows.size()) listing.flows[id] = true;
  return {.unclear = true};
}

// The flow was there when the switch was asked.
void DatapathState::State::confirm(std::uint32_t id, const FlowReport& r, const Origin& asked) {
  FlowEntry& e = flows.edit(id).entry;
  const Timestamp then = asked.time;
  e.doubt = {};
  not_earlier(e, r, then);
  if (e.flow.idle_timeout == 0) return;  // that it is there says nothing about packets
  const auto [it, fresh] = counted.try_emplace(id);
  Counted& before = it->second;
  if (!fresh && before.created == e.created && before.packets < r.packets)
    e.used =
        std::max(e.used, before.time - limits.slack);  // it may count as late as it looks for what expires
  before = {e.created, then, r.packets};
  if (counted.size() > 2 * flows.size() + 1024) counted.clear();
}

void DatapathState::State::tell(Listing& listing, const std::vector<FlowReport>& reports,
                                const Origin& origin) {
  if (listing.flows.size() < flows.ids_end()) listing.flows.resize(flows.ids_end());
  std::vector<Before> is;
  for (const FlowReport& r : reports) {
    const Flow& f = r.flow;
    const std::uint32_t hash = flows.key_hash(f.table_id, f.priority, f.match);
    const auto [id, unclear] = find_reported(listing, r, hash);
    if (unclear) continue;
    if (id != nobody && id < listing.flows.size()) listing.flows[id] = true;
    if (in_flight(id != nobody ? flows.hash_of(id) : hash, listing)) continue;
    if (id != nobody && !gone(flows[id].entry, origin.time)) {
      const FlowEntry& told = flows[id].entry;
      if (alike(told.flow, r)) {
        ++verified.agreed;
        confirm(id, r, listing.asked);
        continue;
      }
      Record held = flows[id];
      held.entry.flow = f;
      held.entry.flow.match = told.flow.match;
      if (!r.tells_flags) held.entry.flow.flags = told.flow.flags;
      disagree<FlowEntry>({told, held.entry}, origin);
      is.push_back(FlowWas{std::move(held)});
      continue;
    }
    Record held;
    FlowEntry& e = held.entry;
    e.flow = f;
    e.origin = origin;
    e.reported = true;
    e.created = origin.time - r.age;
    e.modified = r.unchanged ? origin.time - *r.unchanged : e.created;
    e.used = e.created;
    not_earlier(e, r, origin.time);
    const bool from_before = !tables.complete[f.table_id] && e.created - slack_of(r.age) <= begins;
    // It may be one that 1.0 cannot tell, and that has just gone.
    if (!from_before && !r.tells_match && beyond_v10) continue;
    if (id == nobody && (from_before || tables.learnt[f.table_id]))
      ++verified.found;
    else
      disagree<FlowEntry>({std::nullopt, e}, origin);
    is.push_back(FlowWas{std::move(held)});
  }
  correct(std::move(is), origin);
}

template <class Entry, class T>
void DatapathState::State::tell(Listing& listing, const std::vector<T>& reports, const Origin& origin) {
  auto& all = [&]() -> auto& {
    if constexpr (std::is_same_v<T, Group>)
      return groups;
    else
      return meters;
  }
  ();
  std::vector<Before> is;
  for (const T& held : reports) {
    listing.ids.push_back(static_cast<std::uint32_t>(held.id));
    if (in_flight(recent_key(held.id), listing)) continue;
    const auto it = all.find(held.id);
    if (it != all.end() && alike(thing_of(it->second), held)) {
      ++verified.agreed;
      continue;
    }
    Entry entry;
    entry.created = entry.modified = origin.time;
    entry.origin = origin;
    entry.reported = true;
    if (it != all.end()) entry = it->second;
    thing_of(entry) = held;
    if (it == all.end() && !all_known(tables, held.id))
      ++verified.found;
    else
      disagree<Entry>({it == all.end() ? std::nullopt : std::optional(it->second), entry}, origin);
    is.push_back(Was<decltype(held.id), Entry>{held.id, std::move(entry)});
  }
  correct(std::move(is), origin);
}

// What was asked for and not told of is not there.
void DatapathState::State::finish(Listing& listing, const Origin& origin) {
  std::vector<Before> is;
  TableFacts known = tables;
  if (const auto* query = std::get_if<FlowMod>(&listing.query)) {
    each_target(*query, [&](std::uint32_t id) {
      const FlowEntry& e = flows[id].entry;
      if ((id < listing.flows.size() && listing.flows[id]) || !goes_out(e.flow.actions, *query) ||
          in_flight(flows.hash_of(id), listing))
        return;
      if (!may_have_ended(e, origin.time)) disagree<FlowEntry>({e, std::nullopt}, origin);
      is.push_back(NoFlow{e.flow.table_id, e.flow.priority, e.flow.match});
    });
    if (wants_all(*query))
      for (unsigned t = 0; t < known.complete.size(); ++t)
        if (query->flow.table_id == all_tables || query->flow.table_id == t) known.complete.set(t);
  } else {
    std::ranges::sort(listing.ids);
    const auto absent = [&]<class Id, class Entry>(const std::map<Id, Entry>& all, Id wanted) {
      if (wanted == Id::all) all_known(known, wanted) = true;
      for (const auto& [id, entry] : all) {
        if ((wanted != Id::all && wanted != id) || in_flight(recent_key(id), listing) ||
            std::ranges::binary_search(listing.ids, static_cast<std::uint32_t>(id)))
          continue;
        disagree<Entry>({entry, std::nullopt}, origin);
        is.push_back(Was<Id, Entry>{id, std::nullopt});
      }
    };
    if (const auto* group = std::get_if<v13::GroupId>(&listing.query))
      absent(groups, *group);
    else
      absent(meters, std::get<v13::MeterId>(listing.query));
  }
  if (known != tables) is.push_back(known);
  correct(std::move(is), origin);
}

void DatapathState::State::tell(const StateReport& report, const Origin& origin) {
  if (frozen) return;
  const auto asked = listings.find({origin.connection, origin.xid});
  std::optional<Listing> unasked;
  if (asked == listings.end()) {
    unasked = begin_listing(
        FlowMod{},
        {.connection = no_connection, .xid = origin.xid, .frame = origin.frame, .time = origin.time});
    unasked->whole = false;
  }
  Listing& listing = unasked ? *unasked : asked->second;
  if (const auto* told = std::get_if<std::vector<FlowReport>>(&report.held))
    tell(listing, *told, origin);
  else if (const auto* held = std::get_if<std::vector<Group>>(&report.held))
    tell<GroupEntry>(listing, *held, origin);
  else
    tell<MeterEntry>(listing, std::get<std::vector<Meter>>(report.held), origin);
  if (!report.more) {
    ++verified.listings;
    // Of an answer to something else nothing follows.
    if (listing.whole && report.held.index() == listing.query.index()) finish(listing, origin);
    if (!unasked) listings.erase(asked);
  }
  if (listings.empty() && !monitored) flows.recent.forget();
}

void DatapathState::State::tell(const std::vector<FlowUpdate>& updates, const Origin& origin) {
  if (frozen) return;
  // They come late, and one by one of what was changed twice: what was changed lately waits for the next.
  if (!monitored) monitored = origin.time + limits.racing;
  keep_recent();
  if (origin.time < *monitored) return;
  std::vector<Before> is;
  for (const FlowUpdate& u : updates) {
    const Flow& f = u.flow;
    const std::uint32_t hash = flows.key_hash(f.table_id, f.priority, f.match);
    const RecentChanges::Change* change = flows.recent.find(hash);
    if (change != nullptr && change->time + limits.racing > origin.time) continue;
    const std::uint32_t id = flows.find(hash, f.table_id, f.priority, f.match);
    const FlowEntry* told = id == nobody ? nullptr : &flows[id].entry;
    if (u.event == FlowUpdate::Event::deleted) {
      if (told == nullptr) continue;
      if (may_have_ended(*told, origin.time))
        ++verified.agreed;
      else
        disagree<FlowEntry>({*told, std::nullopt}, origin);
      is.push_back(NoFlow{f.table_id, f.priority, f.match});
      continue;
    }
    FlowReport report{.flow = f, .tells_flags = false};
    if (told != nullptr && !u.tells_actions) report.flow.actions = told->flow.actions;
    if (told != nullptr && alike(told->flow, report)) {
      ++verified.agreed;
      continue;
    }
    // Without actions it is not known what there is.
    if (told == nullptr && !u.tells_actions) continue;
    Record held;
    if (told != nullptr) held = flows[id];
    FlowEntry& e = held.entry;
    e.flow = report.flow;
    if (told != nullptr) e.flow.flags = told->flow.flags;
    e.modified = origin.time;
    if (told == nullptr) {
      e.created = e.used = origin.time;
      e.origin = origin;
      e.reported = true;
    }
    // The first updates, in answer to the request, tell what was there.
    const bool initial = static_cast<std::uint32_t>(origin.xid) != 0;
    if (told == nullptr && ((initial && !tables.complete[f.table_id]) || tables.learnt[f.table_id]))
      ++verified.found;
    else
      disagree<FlowEntry>({told == nullptr ? std::nullopt : std::optional(*told), e}, origin);
    is.push_back(FlowWas{std::move(held)});
  }
  correct(std::move(is), origin);
  constexpr std::size_t many = 65'536;
  if (flows.recent.size() > many) flows.recent.forget_before(origin.time - limits.racing);
}

// ---- the public side

void DatapathState::asked(StateQuery query, const Origin& origin) { state_->ask(std::move(query), origin); }
void DatapathState::told(const StateReport& report, const Origin& origin) { state_->tell(report, origin); }
void DatapathState::told(const std::vector<FlowUpdate>& updates, const Origin& origin) {
  state_->tell(updates, origin);
}
void DatapathState::monitored(const Origin& origin) {
  if (state_->frozen || state_->monitored) return;
  state_->monitored = origin.time;
  state_->keep_recent();
}
void DatapathState::lost(std::uint64_t connection) {
  if (!state_->frozen) state_->forget_listings(connection);
}
void DatapathState::begins(Timestamp first) { state_->begins = first; }
const std::vector<Disagreement>& DatapathState::disagreements() const { return state_->disagreements; }
const DatapathState::Verified& DatapathState::verified() const { return state_->verified; }
bool DatapathState::complete(std::uint8_t table_id) const { return state_->tables.complete[table_id]; }
bool DatapathState::groups_complete() const { return state_->tables.all_groups; }
bool DatapathState::meters_complete() const { return state_->tables.all_meters; }

}  // namespace oflens
