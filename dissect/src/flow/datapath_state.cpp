#include <oflens/flow/datapath_state.hpp>

#include <algorithm>
#include <array>

#include "operation_events.hpp"
#include "state.hpp"

namespace oflens {

using namespace flow;

// ---- undoing

void DatapathState::State::undo(FlowWas& was, const Operation& op) {
  if (was.announced) take_expected(removal_key(was.record.entry), op.origin.time);
  const Flow& f = was.record.entry.flow;
  const std::uint32_t hash = flows.key_hash(f.table_id, f.priority, f.match);
  const std::uint32_t id = flows.find(hash, f.table_id, f.priority, f.match);
  if (id != nobody)
    flows.replace(id, std::move(was.record));
  else
    flows.insert(std::move(was.record), hash);
}

// A journal that comes from a file need not fit the tables.
void DatapathState::State::take_out(std::uint32_t hash, std::uint8_t table, std::uint16_t priority,
                                    const FlowMatch& match) {
  const std::uint32_t id = flows.find(hash, table, priority, match);
  if (id != nobody) flows.erase(id);
}

void DatapathState::State::undo(const NoFlow& was, const Operation&) {
  take_out(flows.key_hash(was.table, was.priority, was.match), was.table, was.priority, was.match);
}

void DatapathState::State::undo(const Announced& was, const Operation& op) {
  ExpectedRemovals& x = expected[was.key];
  ++x.count;
  x.last = op.origin.time;
}

void DatapathState::State::undo(BundleWas& was, const Operation&) { set(was.key, std::move(was.bundle)); }

void DatapathState::State::undo(const BundleGrew& was, const Operation&) {
  const auto it = bundles.find(was.key);
  if (it == bundles.end() || it->second.empty()) return;
  it->second.pop_back();
  --bundled;
}

void DatapathState::State::undo(const TableFacts& was, const Operation&) { tables = was; }

void DatapathState::State::undo(Operation& op) {
  for (auto it = op.before.rbegin(); it != op.before.rend(); ++it)
    std::visit([&](auto& was) { undo(was, op); }, *it);
  op.before.clear();
  if (!std::exchange(op.added, false)) return;
  const Flow& f = std::get<FlowMod>(op.what).flow;
  take_out(op.hash, added_to(f), f.priority, f.match);
}

// ---- what was done

Change DatapathState::State::perform(std::uint64_t position, Operation& op) {
  if (op.later) return {};
  flows.recent.now = {position, op.origin.time};
  return std::visit([&](const auto& what) { return perform(what, Asked{op.origin, position, op}); }, op.what);
}

bool DatapathState::State::reject(std::uint64_t connection, Xid xid, Refusal refusal,
                                  const SwitchError& error) {
  const std::optional<std::uint64_t> found = journal.answer(connection, xid);
  if (!found) return false;
  const std::uint64_t position = *found;
  Operation& op = journal[position];
  if (journal.on_final) op.refused = std::make_unique<Refused>(Refused{op.what, error});
  std::optional<BundleMessage> instead;
  if (const auto* m = std::get_if<BundleMessage>(&op.what))
    if (refusal == Refusal::bundle || m->what == BundleMessage::What::commit)
      instead = BundleMessage{BundleMessage::What::discard, m->bundle, nullptr};
  if (!instead && !op.added && op.before.empty()) {
    // It did nothing, and the others did what they would have done without it.
  } else if (op.added && op.before.empty() && undo_untouched(position, op)) {
  } else {
    flows.recent.now = {journal.end() - 1, journal[journal.end() - 1].origin.time};
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

bool DatapathState::State::undo_untouched(std::uint64_t position, Operation& op) {
  const Flow& f = std::get<FlowMod>(op.what).flow;
  const std::uint32_t id = flows.find(op.hash, added_to(f), f.priority, f.match);
  if (id == nobody || flows[id].changed_by != position || flows.refers(id)) return false;
  flows.erase(id);
  op.added = false;
  return true;
}

void DatapathState::State::maybe_sweep(const Origin& origin) {
  constexpr std::size_t worth_it = 65'536;
  if (frozen || flows.size() < worth_it || flows.size() < 2 * size_after_sweep) return;
  record(Sweep{}, origin);
  size_after_sweep = std::max(flows.size(), worth_it / 2);
}

DatapathState::DatapathState(const Limits& limits) : state_(std::make_unique<State>(limits)) {}
DatapathState::DatapathState(DatapathState&&) noexcept = default;
DatapathState& DatapathState::operator=(DatapathState&&) noexcept = default;
DatapathState::~DatapathState() = default;

Change DatapathState::apply(FlowMod mod, const Origin& origin) {
  state_->maybe_sweep(origin);
  const std::uint32_t hash = state_->key_hash(mod);
  state_->flows.prefetch(hash);
  return state_->record(std::move(mod), origin, hash);
}

void DatapathState::apply(std::span<FlowMod> mods, std::span<const Origin> origins) {
  FlowTable& flows = state_->flows;
  struct Next {
    std::uint32_t hash = 0;
    FlowTable::Ahead ahead{};
  };
  // Between one step of an operation and the next, so many others have one.
  constexpr std::size_t apart = 3, steps = FlowTable::Ahead::steps;
  std::array<Next, 16> ring{};
  static_assert(apart * steps < 16);
  const auto next = [&](std::size_t i) -> Next& { return ring[i % ring.size()]; };
  for (std::size_t i = 0; i < mods.size() + apart * steps; ++i) {
    if (i < mods.size()) {
      const FlowMod& mod = mods[i];
      const bool covers =
          mod.command == v13::FlowModCommand::modify || mod.command == v13::FlowModCommand::delete_;
      Next& n = next(i);
      n.hash = state_->key_hash(mod);
      n.ahead =
          covers ? FlowTable::Ahead(flows, mod.flow.table_id, mod.flow.match) : FlowTable::Ahead(n.hash);
    }
    for (std::size_t step = 0; step < steps; ++step)
      if (i >= step * apart && i - step * apart < mods.size()) next(i - step * apart).ahead.step(flows);
    if (i < apart * steps) continue;
    const std::size_t now = i - apart * steps;
    state_->maybe_sweep(origins[now]);
    state_->record(std::move(mods[now]), origins[now], next(now).hash);
  }
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
  if (state_->frozen || state_->is_copy(removed, origin)) return {};
  return state_->record(std::move(removed), origin);
}

bool DatapathState::reject(std::uint64_t connection, Xid xid, Refusal refusal) {
  return state_->reject(connection, xid, refusal, {});
}
bool DatapathState::reject(std::uint64_t connection, Xid xid, Refusal refusal, const SwitchError& error) {
  return state_->reject(connection, xid, refusal, error);
}

void DatapathState::report_to(FlowEventSink& sink) {
  state_->journal.on_final = [&sink](const Operation& op) { report(op, sink); };
}
void DatapathState::finish() { state_->journal.finish(); }

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

std::vector<DatapathState::Present> DatapathState::meeting(std::uint8_t table_id, const FlowMatch& packet,
                                                           Timestamp at) const {
  std::vector<Present> all;
  state_->flows.each_covering(table_id, packet, [&](std::uint32_t id) {
    const FlowEntry& e = state_->flows[id].entry;
    const Expiry expiry = state_->expiry(e, at);
    if (expiry.state != Expiry::State::gone) all.push_back({&e, expiry});
  });
  std::ranges::stable_sort(all, std::ranges::greater(),
                           [](const Present& p) { return p.entry->flow.priority; });
  return all;
}

Expiry DatapathState::expiry(const FlowEntry& entry, Timestamp at) const { return state_->expiry(entry, at); }

bool DatapathState::does_nothing(const FlowMod& mod, Timestamp at) const {
  return state_->does_nothing(mod, at);
}
const std::bitset<256>& DatapathState::learnt_tables() const { return state_->tables.learnt; }
const std::map<v13::GroupId, GroupEntry>& DatapathState::groups() const { return state_->groups; }
const std::map<v13::MeterId, MeterEntry>& DatapathState::meters() const { return state_->meters; }

}  // namespace oflens
