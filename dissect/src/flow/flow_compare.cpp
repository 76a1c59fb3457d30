#include "flow_compare.hpp"

#include <algorithm>
#include <unordered_map>

#include "action_walk.hpp"
#include "flow_index.hpp"

namespace oflens::flow {
namespace {

constexpr std::uint64_t seed = 0x9e3779b97f4a7c15;

bool has_timeout(const Flow& f) { return f.idle_timeout != 0 || f.hard_timeout != 0; }

// A flow with the action conjunction is a part of one; the parts meet by intention.
bool is_conjunctive(const Flow& f) {
  bool found = false;
  each_action(f.actions, [&](std::uint16_t type, Bytes action) {
    found = found || nicira_subtype(type, action) == nicira::ActionSubtype::conjunction;
  });
  return found;
}

// Flows of one table whose matches have the same fields and masks.
struct Kind {
  std::uint8_t table = 0;
  Signature signature;  // that of a member
  std::vector<const FlowEntry*> members;
  std::vector<std::uint16_t> priorities;  // of members; ascending, each once
};

// The bits that both signatures ask for, as a signature: a list of encoded fields.
std::vector<std::byte> common_signature(const FlowMatch& a, const FlowMatch& b) {
  std::vector<std::byte> out;
  const std::byte* p = b.bytes().data();
  const std::byte* const end = p + b.bytes().size();
  const auto key = [](const Tlv& field) { return std::pair(field.id(), field.experimenter()); };
  each_field(a.bytes(), [&](const Tlv& x) {
    while (p != end && key(Tlv(p)) < key(x)) p = Tlv(p).end();
    if (p == end || key(Tlv(p)) != key(x)) return;
    const Tlv y(p);
    if (x.opaque() || y.opaque() || x.width() != y.width()) return;  // nobody knows what they ask for
    const std::size_t at = out.size(), length = x.skip() + 2 * x.width();
    if (length > 0xff) return;
    out.resize(at + 4 + length);
    store_be(out.data() + at, x.id() << 9 | 0x100u | static_cast<std::uint32_t>(length));
    if (x.skip() != 0) store_be(out.data() + at + 4, x.experimenter());
    std::byte* const mask = out.data() + at + 4 + x.skip() + x.width();
    for (std::size_t i = 0; i < x.width(); ++i)
      mask[i] = (x.masked() ? x.mask()[i] : std::byte{0xff}) & (y.masked() ? y.mask()[i] : std::byte{0xff});
  });
  return out;
}

// Flows by the bits of a signature (and what else is mixed into the key): up to two of each.
class Few {
 public:
  struct Pair {
    const FlowEntry *first = nullptr, *second = nullptr;
  };
  explicit Few(std::size_t expected) { pairs_.reserve(expected); }
  Pair& operator[](std::uint64_t key) { return pairs_[key]; }
  const Pair* find(std::uint64_t key) const {
    const auto found = pairs_.find(key);
    return found == pairs_.end() ? nullptr : &found->second;
  }

 private:
  struct Same {
    std::size_t operator()(std::uint64_t key) const { return key; }  // it is a hash
  };
  std::unordered_map<std::uint64_t, Pair, Same> pairs_;
};

class Comparison {
 public:
  Comparison(std::span<const FlowEntry* const> flows, std::uint64_t steps,
             const std::function<void(const TableFault&)>& report)
      : steps_(steps), report_(report) {
    std::unordered_multimap<std::uint64_t, std::size_t> by_hash;
    for (const FlowEntry* e : flows) {
      const std::uint64_t hash = signature_hash(e->flow.match.bytes(), seed + e->flow.table_id);
      const auto [from, to] = by_hash.equal_range(hash);
      const auto known = std::find_if(from, to, [&](const auto& entry) {
        const Kind& k = kinds_[entry.second];
        return k.table == e->flow.table_id && k.signature.is_of(e->flow.match);
      });
      if (known != to) {
        kinds_[known->second].members.push_back(e);
        continue;
      }
      by_hash.emplace(hash, kinds_.size());
      kinds_.push_back({e->flow.table_id, Signature(e->flow.match), {e}, {}});
    }
    for (Kind& k : kinds_) {
      for (const FlowEntry* e : k.members) k.priorities.push_back(e->flow.priority);
      std::sort(k.priorities.begin(), k.priorities.end());
      k.priorities.erase(std::unique(k.priorities.begin(), k.priorities.end()), k.priorities.end());
    }
    std::stable_sort(kinds_.begin(), kinds_.end(),
                     [](const Kind& a, const Kind& b) { return a.table < b.table; });
  }

  bool run() {
    for (auto from = kinds_.begin(); from != kinds_.end();) {
      const auto to = std::find_if(from, kinds_.end(), [&](const Kind& k) { return k.table != from->table; });
      const std::span<const Kind> table(from, to);
      told_.clear();
      for (const Kind& wide : table)
        if (!shadows(wide, table)) return false;
      told_.clear();
      for (std::size_t i = 0; i < table.size(); ++i)
        for (std::size_t j = i + 1; j < table.size(); ++j)
          if (!overlaps(table[i], table[j])) return false;
      from = to;
    }
    return true;
  }

 private:
  bool pay(std::size_t steps) {
    if (steps > steps_) return false;
    steps_ -= steps;
    return true;
  }

  // Reports what flows of this kind shadow.
  bool shadows(const Kind& wide, std::span<const Kind> table) {
    Few winners(0);
    bool built = false;
    for (const Kind& narrow : table) {
      if (!pay(1)) return false;
      const bool higher = wide.priorities.back() > narrow.priorities.front();
      if (!higher || !may_cover(wide.signature.bytes(), narrow.signature.bytes())) continue;
      if (!pay(narrow.members.size() + (built ? 0 : wide.members.size()))) return false;
      if (!std::exchange(built, true)) {
        winners = Few(wide.members.size());
        for (const FlowEntry* e : wide.members) {
          if (has_timeout(e->flow)) continue;  // it goes
          const FlowEntry*& highest = winners[key(wide, e)].first;
          if (highest == nullptr || highest->flow.priority < e->flow.priority) highest = e;
        }
      }
      for (const FlowEntry* e : narrow.members) {
        const Few::Pair* pair = winners.find(key(wide, e));
        if (pair == nullptr) continue;
        const FlowEntry* by = pair->first;
        if (by->flow.priority <= e->flow.priority || !by->flow.match.covers(e->flow.match)) continue;
        if (!told_.insert(e).second) continue;
        report_({.kind = FindingKind::shadowed_flow, .flow = e, .other = by});
      }
    }
    return true;
  }
  static std::uint64_t key(const Kind& k, const FlowEntry* e) {
    return masked_hash_64(k.signature.bytes(), e->flow.match.bytes(), seed);
  }

  // Reports flows of the one kind that overlap with flows of the other. Within a kind none do.
  bool overlaps(const Kind& a, const Kind& b) {
    const bool apart =
        a.priorities.back() < b.priorities.front() || b.priorities.back() < a.priorities.front();
    if (!pay(apart ? 1 : a.priorities.size() + b.priorities.size())) return false;
    if (apart) return true;
    std::vector<std::uint16_t> common;
    std::set_intersection(a.priorities.begin(), a.priorities.end(), b.priorities.begin(), b.priorities.end(),
                          std::back_inserter(common));
    if (common.empty()) return true;
    if (!pay(a.members.size() + b.members.size())) return false;
    const Kind &few = a.members.size() <= b.members.size() ? a : b, &many = &few == &a ? b : a;
    const std::vector<std::byte> signature = common_signature(a.signature.match(), b.signature.match());
    const auto key = [&](const FlowEntry* e) {
      return masked_hash_64(signature, e->flow.match.bytes(), seed + e->flow.priority);
    };
    Few there(few.members.size());
    for (const FlowEntry* e : few.members) {
      if (is_conjunctive(e->flow)) continue;
      Few::Pair& pair = there[key(e)];
      if (pair.first == nullptr)
        pair.first = e;
      else if (pair.second == nullptr && pair.first->flow.actions != e->flow.actions)
        pair.second = e;
    }
    for (const FlowEntry* e : many.members) {
      if (!std::binary_search(common.begin(), common.end(), e->flow.priority)) continue;
      const Few::Pair* pair = there.find(key(e));
      if (pair == nullptr || is_conjunctive(e->flow)) continue;
      const FlowEntry* with = overlap(*e, pair->first)    ? pair->first
                              : overlap(*e, pair->second) ? pair->second
                                                          : nullptr;
      if (with == nullptr || !told_.insert(e).second) continue;
      report_({.kind = FindingKind::overlapping_flows, .flow = e, .other = with});
    }
    return true;
  }
  static bool overlap(const FlowEntry& a, const FlowEntry* b) {
    return b != nullptr && a.flow.priority == b->flow.priority && a.flow.actions != b->flow.actions &&
           a.flow.match.overlaps(b->flow.match);
  }

  std::uint64_t steps_;
  const std::function<void(const TableFault&)>& report_;
  std::vector<Kind> kinds_;
  std::unordered_set<const FlowEntry*> told_;
};

}  // namespace

bool compare_flows(std::span<const FlowEntry* const> flows, std::uint64_t steps,
                   const std::function<void(const TableFault&)>& report) {
  return Comparison(flows, steps, report).run();
}

}  // namespace oflens::flow
