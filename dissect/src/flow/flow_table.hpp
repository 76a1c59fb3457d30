// The flows of all tables of a datapath, found by what messages ask for. Knows neither time nor messages.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include <oflens/flow/datapath_state.hpp>

#include "action_walk.hpp"
#include "flow_index.hpp"

namespace oflens::flow {

inline constexpr std::uint8_t all_tables = static_cast<std::uint8_t>(v13::TableId::all);

// An entry, and the operation that made it what it is.
struct Record {
  FlowEntry entry;
  std::uint64_t changed_by = 0;
};

// What was changed lately, by key, and the latest operation that did it. Kept while somebody asks.
class RecentChanges {
 public:
  struct Change {
    std::uint64_t position = 0;  // of the operation
    Timestamp time{};
  };
  bool kept = false;
  Change now{};  // the operation under way

  void note(std::uint64_t key) {
    if (kept) latest_[key] = now;
  }
  // Null when there is none.
  const Change* find(std::uint64_t key) const {
    const auto it = latest_.find(key);
    return it == latest_.end() ? nullptr : &it->second;
  }
  std::size_t size() const { return latest_.size(); }
  void forget_before(Timestamp time) {
    std::erase_if(latest_, [&](const auto& x) { return x.second.time < time; });
  }
  void forget() {
    kept = false;
    latest_ = {};
  }

 private:
  friend struct Saved<RecentChanges>;
  std::unordered_map<std::uint64_t, Change> latest_;
};

class FlowTable {
 public:
  explicit FlowTable(std::uint64_t hash_seed) : hash_seed_(hash_seed) {}

  // Entries have ids that stay until they are erased.
  const Record& operator[](std::uint32_t id) const { return slots_[id].record; }
  // Its table, priority, match and actions must not be changed through this.
  Record& edit(std::uint32_t id) { return slots_[id].record; }
  std::size_t size() const { return slots_.size(); }
  // Changes of flows are noted there, by key_hash.
  RecentChanges recent;
  std::uint32_t hash_of(std::uint32_t id) const { return slots_[id].hash; }
  // Ids are less than that.
  std::uint32_t ids_end() const { return slots_.end(); }
  // Those that are not in use, the next to be taken last.
  const std::vector<std::uint32_t>& free_ids() const { return slots_.free(); }
  // An empty table gets ids, all but the free ones of which are to be filled by insert_at().
  void lay_out(std::uint32_t ids_end, std::vector<std::uint32_t> free) {
    slots_.lay_out(ids_end, std::move(free));
  }
  void insert_at(std::uint32_t id, Record&&, std::uint32_t hash);
  // Does it refer to anything?
  bool refers(std::uint32_t id) const { return slots_[id].refers; }

  std::uint32_t key_hash(std::uint8_t table, std::uint16_t priority, const FlowMatch& match) const {
    return static_cast<std::uint32_t>(match.hash(hash_seed_ + (std::uint64_t{table} << 16 | priority)));
  }
  // find() will be asked for that key_hash soon.
  void prefetch(std::uint32_t hash) const { index_.prefetch(hash); }

  // What an operation will look at, fetched a step at a time, each long enough before the next that it has
  // come by then. Between them the table may change.
  class Ahead {
   public:
    static constexpr unsigned steps = 4;
    Ahead() = default;
    // Of each_named(), or what adds.
    explicit Ahead(std::uint32_t key_hash) : hash_(key_hash) {}
    // Of each_covered().
    Ahead(const FlowTable&, std::uint8_t table, const FlowMatch&);
    void step(const FlowTable&);

   private:
    std::uint32_t hash_ = 0, kind_ = nobody, projection_ = 0, place_ = nobody, id_ = nobody;
    unsigned step_ = 0;
  };
  // nobody when there is none.
  std::uint32_t find(std::uint32_t hash, std::uint8_t table, std::uint16_t priority,
                     const FlowMatch& match) const {
    return index_.find(hash, [&](std::uint32_t id) {
      const Flow& f = slots_[id].record.entry.flow;
      return f.table_id == table && f.priority == priority && f.match == match;
    });
  }

  // Nothing of that key may be there.
  std::uint32_t insert(Record&& record, std::uint32_t hash) {
    const std::uint32_t id = slots_.take();
    insert_at(id, std::move(record), hash);
    return id;
  }
  // The same with another of the same key. Returns what was there.
  Record replace(std::uint32_t id, Record&&);
  void set_actions(std::uint32_t id, const FlowActions&);
  Record erase(std::uint32_t id);

  // Calls f(id) for the entries that a strict operation names. O(1); over all tables, O(tables in use).
  template <class F>
  void each_named(std::uint8_t table, std::uint16_t priority, const FlowMatch& match, F&& f) const {
    const auto look = [&](std::uint8_t t) {
      if (count_of_table_[t] == 0) return;
      const std::uint32_t id = find(key_hash(t, priority, match), t, priority, match);
      if (id != nobody) f(id);
    };
    if (table != all_tables) return look(table);
    for (unsigned t = 0; t < count_of_table_.size(); ++t) look(static_cast<std::uint8_t>(t));
  }
  // Calls f(id) for the entries that a non-strict operation covers. f neither inserts nor erases.
  template <class F>
  void each_covered(std::uint8_t table, const FlowMatch& match, F&& f) {
    for (Kind& kind : kinds_) {
      if (kind.members.empty() || (table != all_tables && table != kind.table)) continue;
      if (!may_cover(match.bytes(), kind.signature.bytes())) continue;
      const auto offer = [&](std::uint32_t id) {
        if (match.covers(slots_[id].record.entry.flow.match)) f(id);
      };
      if (match.empty())
        std::ranges::for_each(kind.members, f);
      else if (const Projection* p = projection(kind, match))
        p->each(match, [&](std::uint32_t place) { offer(kind.members[place]); });
      else
        std::ranges::for_each(kind.members, offer);
    }
  }
  // Calls f(id) for the entries of a table that cover a match: those that a packet of exactly these fields
  // meets. f neither inserts nor erases.
  template <class F>
  void each_covering(std::uint8_t table, const FlowMatch& match, F&& f) {
    for (Kind& kind : kinds_) {
      if (kind.members.empty() || table != kind.table) continue;
      if (!may_cover(kind.signature.bytes(), match.bytes())) continue;
      const auto offer = [&](std::uint32_t id) {
        if (slots_[id].record.entry.flow.match.covers(match)) f(id);
      };
      if (const Projection* p = projection(kind, kind.signature.match()))
        p->each(match, [&](std::uint32_t place) { offer(kind.members[place]); });
      else
        std::ranges::for_each(kind.members, offer);
    }
  }
  // The entries whose actions refer to that. O(those).
  std::vector<std::uint32_t> referring(const Reference&) const;
  // Calls f(id) for all, as they lie in memory, not as they belong together: what is asked of many is bound
  // by how fast it is fetched.
  template <class F>
  void each(F&& f) const {
    slots_.each(f);
  }

 private:
  // An entry in its place.
  struct Slot {
    Record record;
    std::uint32_t hash = 0;       // of its key: table, priority, match
    std::uint32_t kind = nobody;  // which, and where in it
    std::uint32_t place = 0;
    bool refers = false;  // to groups, meters or tables
  };

  // Slots with ids that stay, in blocks that do not move.
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
      if (end_ == blocks_.size() * block_size) blocks_.push_back(new_block());
      return end_++;
    }
    void give_back(std::uint32_t id) {
      (*this)[id] = Slot{};
      free_.push_back(id);
    }
    std::size_t size() const { return end_ - free_.size(); }
    std::uint32_t end() const { return end_; }
    const std::vector<std::uint32_t>& free() const { return free_; }
    void lay_out(std::uint32_t end, std::vector<std::uint32_t> free) {
      while (blocks_.size() * block_size < end) blocks_.push_back(new_block());
      end_ = end;
      free_ = std::move(free);
    }
    template <class F>
    void each(F&& f) const {
      for (std::uint32_t id = 0; id < end_; ++id)
        if ((*this)[id].kind != nobody) f(id);
    }

   private:
    static constexpr std::uint32_t block_size = 64;
    // Without clearing first what is set anyhow.
    static std::unique_ptr<Slot[]> new_block() { return std::make_unique_for_overwrite<Slot[]>(block_size); }
    std::vector<std::unique_ptr<Slot[]>> blocks_;
    std::vector<std::uint32_t> free_;
    std::uint32_t end_ = 0;
  };

  // The entries of one table whose matches have the same signature.
  struct Kind {
    std::uint8_t table = 0;
    std::uint64_t hash = 0;
    std::uint32_t next_of_hash = nobody;
    Signature signature;
    std::vector<std::uint32_t> members;
    std::vector<Projection> projections;
  };

  std::uint32_t kind_for(const Flow&);
  template <class Fits>
  std::uint32_t look_up_kind(const Flow&, Fits&&);
  void free_kind(std::uint32_t);
  const Projection* projection(Kind&, const FlowMatch&);
  void refer(std::uint32_t id);
  void unrefer(std::uint32_t id);

  std::uint64_t hash_seed_;
  Slots slots_;
  HashIndex index_;
  std::vector<Kind> kinds_;
  std::vector<std::uint32_t> free_kinds_;
  std::array<std::uint32_t, 64> recent_kinds_{};  // by table and size of the match
  std::unordered_map<std::uint64_t, std::uint32_t> kind_of_hash_;
  std::array<std::uint32_t, 256> count_of_table_{};
  std::unordered_map<std::uint64_t, std::unordered_set<std::uint32_t>> referring_;
  std::uint64_t questions_ = 0;
};

}  // namespace oflens::flow
