#include "flow_table.hpp"

namespace oflens::flow {
namespace {

constexpr std::size_t most_projections = 4, too_few_to_index = 16;

std::uint64_t key_of(const Reference& r) {
  return std::uint64_t{static_cast<std::uint8_t>(r.to)} << 32 | r.number;
}

}  // namespace

FlowTable::Ahead::Ahead(const FlowTable& flows, std::uint8_t table, const FlowMatch& match) {
  // Where there are many kinds it takes longer to ask than to wait.
  constexpr std::size_t few = 8;
  step_ = steps;
  if (flows.kinds_.size() > few) return;
  for (std::uint32_t k = 0; k < flows.kinds_.size(); ++k) {
    const Kind& kind = flows.kinds_[k];
    if (table != all_tables && table != kind.table) continue;
    for (std::uint32_t i = 0; i < kind.projections.size(); ++i) {
      const Projection& p = kind.projections[i];
      if (!p.built() || !p.signature().is_of(match)) continue;
      hash_ = p.hash(match);
      kind_ = k;
      projection_ = i;
      step_ = 0;
      return;
    }
  }
}

void FlowTable::Ahead::step(const FlowTable& flows) {
  const unsigned now = step_++;
  if (kind_ != nobody && now < 3) {
    if (kind_ >= flows.kinds_.size() || projection_ >= flows.kinds_[kind_].projections.size()) return;
    const Kind& kind = flows.kinds_[kind_];
    const Projection& p = kind.projections[projection_];
    if (now == 0) return p.prefetch(hash_);
    if (now == 1) {
      place_ = p.prefetch_first(hash_);
      if (place_ < kind.members.size()) oflens::prefetch(&kind.members[place_]);
    } else if (place_ < kind.members.size()) {
      id_ = kind.members[place_];
    }
  } else if (now == 0) {
    return flows.index_.prefetch(hash_);
  } else if (now == 2 && kind_ == nobody) {
    id_ = flows.index_.find(hash_, [](std::uint32_t) { return true; });
  }
  if (id_ >= flows.ids_end()) return;
  const Slot& slot = flows.slots_[id_];
  if (now == 2) {
    const char* const begin = reinterpret_cast<const char*>(&slot);
    for (std::size_t at = 0; at < sizeof(Slot); at += 64) oflens::prefetch<For::writing>(begin + at);
  } else if (now == 3) {
    const Flow& f = slot.record.entry.flow;
    f.match.prefetch_bytes();
    f.actions.encoded.prefetch_bytes(40);
    if (kind_ != nobody) flows.index_.prefetch(slot.hash);
  }
}

void FlowTable::insert_at(std::uint32_t id, Record&& record, std::uint32_t hash) {
  recent.note(hash);
  Slot& slot = slots_[id];
  slot.record = std::move(record);
  slot.hash = hash;
  const Flow& f = slot.record.entry.flow;
  index_.insert(hash, id);
  ++count_of_table_[f.table_id];
  slot.kind = kind_for(f);
  Kind& kind = kinds_[slot.kind];
  slot.place = static_cast<std::uint32_t>(kind.members.size());
  kind.members.push_back(id);
  for (Projection& p : kind.projections)
    if (p.built()) p.append(f.match);
  refer(id);
}

Record FlowTable::replace(std::uint32_t id, Record&& record) {
  recent.note(slots_[id].hash);
  unrefer(id);
  Record before = std::exchange(slots_[id].record, std::move(record));
  refer(id);
  return before;
}

void FlowTable::set_actions(std::uint32_t id, const FlowActions& actions) {
  recent.note(slots_[id].hash);
  unrefer(id);
  slots_[id].record.entry.flow.actions = actions;
  refer(id);
}

Record FlowTable::erase(std::uint32_t id) {
  recent.note(slots_[id].hash);
  unrefer(id);
  Slot& slot = slots_[id];
  Kind& kind = kinds_[slot.kind];
  for (Projection& p : kind.projections)
    if (p.built()) p.remove(slot.place);
  const std::uint32_t last = kind.members.back();
  kind.members[slot.place] = last;
  slots_[last].place = slot.place;
  kind.members.pop_back();
  if (kind.members.empty()) free_kind(slot.kind);
  --count_of_table_[slot.record.entry.flow.table_id];
  index_.erase(slot.hash, id);
  Record record = std::move(slot.record);
  slots_.give_back(id);
  return record;
}

std::uint32_t FlowTable::kind_for(const Flow& f) {
  // Flows come in kinds.
  std::uint32_t& recent = recent_kinds_[(f.match.bytes().size() + 16 * f.table_id) % recent_kinds_.size()];
  const auto fits = [&](std::uint32_t k) {
    return kinds_[k].table == f.table_id && kinds_[k].signature.is_of(f.match);
  };
  if (recent >= kinds_.size() || kinds_[recent].members.empty() || !fits(recent))
    recent = look_up_kind(f, fits);
  return recent;
}

template <class Fits>
std::uint32_t FlowTable::look_up_kind(const Flow& f, Fits&& fits) {
  const std::uint64_t hash = signature_hash(f.match.bytes(), hash_seed_ + f.table_id);
  const auto [it, fresh] = kind_of_hash_.try_emplace(hash, nobody);
  for (std::uint32_t k = it->second; k != nobody; k = kinds_[k].next_of_hash)
    if (fits(k)) return k;
  std::uint32_t k = static_cast<std::uint32_t>(kinds_.size());
  if (free_kinds_.empty()) {
    kinds_.emplace_back();
  } else {
    k = free_kinds_.back();
    free_kinds_.pop_back();
  }
  kinds_[k].table = f.table_id;
  kinds_[k].hash = hash;
  kinds_[k].next_of_hash = std::exchange(it->second, k);
  kinds_[k].signature = Signature(f.match);
  return k;
}

void FlowTable::free_kind(std::uint32_t k) {
  const auto it = kind_of_hash_.find(kinds_[k].hash);
  std::uint32_t* link = &it->second;
  while (*link != k) link = &kinds_[*link].next_of_hash;
  *link = kinds_[k].next_of_hash;
  if (it->second == nobody) kind_of_hash_.erase(it);
  kinds_[k] = Kind{};
  free_kinds_.push_back(k);
}

// The kind's members by the fields of `match`, once it pays.
const Projection* FlowTable::projection(Kind& kind, const FlowMatch& match) {
  if (kind.members.size() <= too_few_to_index) return nullptr;
  auto& all = kind.projections;
  auto it = std::ranges::find_if(all, [&](const Projection& p) { return p.signature().is_of(match); });
  if (it == all.end()) {
    if (all.size() < most_projections) {
      all.emplace_back(match, hash_seed_);
      it = all.end() - 1;
    } else {
      it = std::ranges::min_element(all, {}, &Projection::last_asked);
      *it = Projection(match, hash_seed_);
    }
    it->last_asked = ++questions_;
    return nullptr;
  }
  it->last_asked = ++questions_;
  if (!it->built())
    it->build(kind.members.size(), [&](std::uint32_t place) -> const FlowMatch& {
      return slots_[kind.members[place]].record.entry.flow.match;
    });
  return &*it;
}

void FlowTable::refer(std::uint32_t id) {
  Slot& slot = slots_[id];
  each_reference(slot.record.entry.flow.actions, [&](const Reference& r) {
    slot.refers = true;
    referring_[key_of(r)].insert(id);
  });
}

void FlowTable::unrefer(std::uint32_t id) {
  Slot& slot = slots_[id];
  if (!std::exchange(slot.refers, false)) return;
  each_reference(slot.record.entry.flow.actions, [&](const Reference& r) {
    const auto it = referring_.find(key_of(r));
    if (it == referring_.end()) return;  // it is there twice
    it->second.erase(id);
    if (it->second.empty()) referring_.erase(it);
  });
}

std::vector<std::uint32_t> FlowTable::referring(const Reference& to) const {
  const auto it = referring_.find(key_of(to));
  if (it == referring_.end()) return {};
  return {it->second.begin(), it->second.end()};
}

}  // namespace oflens::flow
