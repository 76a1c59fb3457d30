// What was done to a datapath's state lately, and what to put back should an error undo it.
#pragma once

#include <bitset>
#include <deque>
#include <functional>
#include <unordered_map>

#include <oflens/flow/flow_event.hpp>

#include "flow_table.hpp"

namespace oflens::flow {

// ---- what was there before

struct FlowWas {
  Record record;
  bool announced = false;  // its flow_removed is expected
  bool expired = false;    // it had been gone, by its hard timeout
};
struct NoFlow {
  std::uint8_t table;
  std::uint16_t priority;
  FlowMatch match;
};
// A flow_removed that had been expected.
struct Announced {
  std::uint64_t key;
};
template <class Id, class Entry>
struct Was {
  Id id;
  std::optional<Entry> entry;
};

// What is known of tables as a whole.
struct TableFacts {
  std::bitset<256> learnt;    // a flow or group learns into it: it may hold flows that no message tells of
  std::bitset<256> complete;  // it was emptied or listed: nothing from before that is missing
  bool all_groups = false, all_meters = false;  // the same of groups, of meters
  friend bool operator==(const TableFacts&, const TableFacts&) = default;
};

// A message in a bundle, and who sent it.
struct Bundled {
  std::shared_ptr<const StateMod> mod;
  Origin origin;
};
using Bundle = std::vector<Bundled>;
using BundleKey = std::pair<std::uint64_t, std::uint32_t>;  // connection, bundle
struct BundleWas {
  BundleKey key;
  std::optional<Bundle> bundle;
};
struct BundleGrew {
  BundleKey key;
};
// What follows was done by this message of a bundle. Noted only for those who are told what happened.
struct BundledBegins {
  Bundled bundled;
};

using Before = std::variant<FlowWas, NoFlow, Announced, Was<v13::GroupId, GroupEntry>,
                            Was<v13::MeterId, MeterEntry>, BundleWas, BundleGrew, BundledBegins, TableFacts>;

// How many removals of flows alike are still to be announced.
struct ExpectedRemovals {
  std::uint32_t count = 0;
  Timestamp last{};
};

// ---- operations

struct Sweep {};          // throws out what has long expired
struct ConnectionEnd {};  // with all its open bundles
// What the switch says is so.
struct Correction {
  std::vector<Before> is;
};

using Said = std::variant<std::monostate, Sweep, ConnectionEnd, Correction, FlowMod, FlowRemoved, GroupMod,
                          MeterMod, BundleMessage>;
// What was said before an error answered it.
struct Refused {
  Said what;
  SwitchError error;
};

// Something that changed the state. Nothing (monostate): it was refused.
struct Operation {
  Said what;
  Origin origin;
  std::vector<Before> before;          // in the order in which it was changed
  bool added = false;                  // a flow that was not there: what most flow_mods do needs no `before`
  bool answered = false;               // an error came
  bool later = false;                  // said while the state was frozen: never done
  std::uint32_t hash = 0;              // of a flow_mod: the key of the flow that it would add
  std::unique_ptr<Refused> refused;    // kept only for those who are told what happened
  std::uint64_t previous_of_hash = 0;  // position + 1 of the last one before whose xid has this hash

  // May an error answer it?
  bool asked() const {
    return !answered &&
           (std::holds_alternative<FlowMod>(what) || std::holds_alternative<GroupMod>(what) ||
            std::holds_alternative<MeterMod>(what) || std::holds_alternative<BundleMessage>(what));
  }
};

// The operations that are not final, in order, and those between them. Each has a position, ascending.
class Journal {
 public:
  // Is told of each operation that becomes final, in order. None unless it is set.
  std::function<void(const Operation&)> on_final;

  std::uint64_t end() const { return begin_ + operations_.size(); }
  std::uint64_t begin() const { return begin_; }
  Operation& operator[](std::uint64_t position) { return operations_[position - begin_]; }
  const Operation& operator[](std::uint64_t position) const { return operations_[position - begin_]; }
  // Can nothing undo it any more?
  bool is_final(std::uint64_t position) const {
    return position < begin_ || is_final((*this)[position], position);
  }

  template <class What>
  Operation& append(What&& what, const Origin& origin) {
    Operation& op = operations_.emplace_back();
    op.what = std::forward<What>(what);
    op.origin = origin;
    if (op.asked()) remember(end() - 1);
    return op;
  }
  // The latest operation of that xid that can still be answered: now it is. Empty when there is none.
  std::optional<std::uint64_t> answer(std::uint64_t connection, Xid);
  void confirm(std::uint64_t connection, std::uint64_t before);
  // Forgets what is final.
  void settle() {
    while (!operations_.empty() && is_final(operations_.front(), begin_)) pop();
    if (operations_.empty()) confirmed_.clear();
  }
  // All are final.
  void finish() {
    while (!operations_.empty()) pop();
  }
  // Forgets what is more than `most`, or older than that.
  void trim(std::size_t most, Timestamp oldest) {
    while (!operations_.empty() && (operations_.size() > most || operations_.front().origin.time < oldest)) {
      // It was long ago; what the next ones hold will have left the cache.
      constexpr std::size_t ahead = 8;
      if (operations_.size() > ahead)
        if (const auto* mod = std::get_if<FlowMod>(&operations_[ahead].what)) {
          mod->flow.match.prefetch();
          mod->flow.actions.encoded.prefetch();
        }
      pop();
    }
  }

 private:
  friend struct Saved<Journal>;

  void pop() {
    if (on_final) on_final(operations_.front());
    operations_.pop_front();
    ++begin_;
  }
  std::size_t slot_of(std::uint64_t connection, Xid xid) const {
    return mix(connection ^ mix_a, static_cast<std::uint64_t>(xid) ^ mix_b) & (by_xid_.size() - 1);
  }
  void chain(std::uint64_t position) {
    Operation& op = (*this)[position];
    std::uint64_t& last = by_xid_[slot_of(op.origin.connection, op.origin.xid)];
    op.previous_of_hash = std::exchange(last, position + 1);
  }
  void remember(std::uint64_t position) {
    if (operations_.size() <= by_xid_.size()) return chain(position);
    by_xid_.assign(std::max<std::size_t>(64, by_xid_.size() * 2), 0);
    for (std::uint64_t i = begin_; i <= position; ++i)
      if ((*this)[i].asked()) chain(i);
  }
  bool is_final(const Operation& op, std::uint64_t position) const {
    if (!op.asked()) return true;
    const auto it = confirmed_.find(op.origin.connection);
    return it != confirmed_.end() && position < it->second;
  }

  std::deque<Operation> operations_;
  std::uint64_t begin_ = 0;            // position of the first
  std::vector<std::uint64_t> by_xid_;  // position + 1 of the last of each hash of connection and xid
  std::unordered_map<std::uint64_t, std::uint64_t> confirmed_;  // by connection, up to which position
};

inline std::optional<std::uint64_t> Journal::answer(std::uint64_t connection, Xid xid) {
  if (by_xid_.empty()) return std::nullopt;
  std::uint64_t* link = &by_xid_[slot_of(connection, xid)];
  while (*link > begin_) {
    const std::uint64_t position = *link - 1;
    Operation& op = (*this)[position];
    if (op.origin.connection == connection && op.origin.xid == xid) {
      if (is_final(op, position)) return std::nullopt;
      *link = op.previous_of_hash;
      op.answered = true;
      return position;
    }
    link = &op.previous_of_hash;
  }
  return std::nullopt;
}

inline void Journal::confirm(std::uint64_t connection, std::uint64_t before) {
  std::uint64_t& upto = confirmed_[connection];
  upto = std::max(upto, std::min(before, end()));
  settle();
}

}  // namespace oflens::flow
