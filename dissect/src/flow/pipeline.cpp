#include <oflens/flow/pipeline.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <oflens/flow/flow_text.hpp>

#include "action_text.hpp"
#include "pipeline_walk.hpp"

namespace oflens {
namespace flow {
namespace {

constexpr std::uint32_t no_recv = 1 << 2, no_flood = 1 << 4, no_fwd = 1 << 5, no_packet_in = 1 << 6,
                        port_down = 1 << 0;
bool is_set(const PortCondition& port, std::uint32_t bit) {
  return (static_cast<std::uint32_t>(port.config) & bit) != 0;
}

std::string name_of(PortNo port) {
  TextBuffer text;
  put_port(text, port);
  return std::string(text.view());
}

// " cookie=0x1, priority=3,ip" of a flow's line.
std::string text_of(const Flow& f, Version dialect) {
  TextBuffer line;
  put_flow(line, f, dialect);
  std::string_view text = line.view();
  text = text.substr(0, text.find("actions="));
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text.empty() ? "priority=32768" : std::string(text);
}

// Nicira's action conjunction: what a flow has of it is no action, it makes the flow part of a match.
template <class F>
void each_conjunction(const Flow& flow, F&& f) {
  each_action(flow.actions, [&](std::uint16_t type, Bytes action) {
    if (nicira_subtype(type, action) != nicira::ActionSubtype::conjunction) return;
    f(load_be<std::uint32_t>(action.data() + 12), std::to_integer<unsigned>(action[10]),
      std::to_integer<unsigned>(action[11]));
  });
}
bool is_conjunctive(const Flow& flow) {
  bool found = false;
  each_conjunction(flow, [&](auto...) { found = true; });
  return found;
}

}  // namespace

// ---- steps

TraceStep& Walk::step(Kind kind, unsigned depth, std::string text) {
  if (trace_.steps.size() >= limits_.steps) fail(fmt::format("gave up after {} steps", limits_.steps));
  TraceStep s;
  s.kind = kind;
  s.depth = depth;
  s.table_id = table_id_;
  s.text = std::move(text);
  trace_.steps.push_back(std::move(s));
  return trace_.steps.back();
}

void Walk::assume(std::string text) {
  trace_.assumes = true;
  say(Kind::assumption, std::move(text));
}

void Walk::fail(std::string text) {
  if (trace_.failure.empty()) trace_.failure = std::move(text);
}

bool Walk::within_limits() {
  if (over()) return false;
  if (deepened_ >= limits_.depth)
    fail(fmt::format("over {} lookups deep", limits_.depth));
  else if (lookups_ >= limits_.lookups)
    fail(fmt::format("over {} lookups", limits_.lookups));
  else if (nesting_ >= limits_.nested)
    fail(fmt::format("over {} lookups inside of each other", limits_.nested));
  if (trace_.failure.empty()) return true;
  say(Kind::problem, trace_.failure);
  return false;
}

// ---- tables

Walk::Found Walk::look_up(PortNo in_port) {
  PacketKey key = key_;
  key.set_port(in_port);
  key.conj_id = {};
  if (key.is_fragment()) key.inner.tp_src = key.inner.tp_dst = {};  // as is done unless a set_config asks
  const std::vector<DatapathState::Present> all = state_.meeting(table_id_, key.match(), options_.at);
  std::vector<DatapathState::Present> more;
  Found found;
  const DatapathState::Present* best = conjunctive(all, key, more, found.remark);
  if (best == nullptr) return found;
  found.flow = *best;
  key_.conj_id = key.conj_id;
  const std::vector<DatapathState::Present>& among = more.empty() ? all : more;
  const auto equal = std::ranges::count_if(among, [&](const DatapathState::Present& p) {
    return p.entry->flow.priority == best->entry->flow.priority && !is_conjunctive(p.entry->flow);
  });
  if (equal > 1 && found.remark.empty())
    found.remark =
        fmt::format("{} more of its priority match: which of them a switch takes is not defined", equal - 1);
  return found;
}

// The flow that counts: the first that is no part of a conjunction, unless one of a higher priority is whole.
const DatapathState::Present* Walk::conjunctive(const std::vector<DatapathState::Present>& all,
                                                PacketKey& key, std::vector<DatapathState::Present>& found,
                                                std::string& remark) {
  const auto hard = std::ranges::find_if(
      all, [](const DatapathState::Present& p) { return !is_conjunctive(p.entry->flow); });
  for (auto first = all.begin(); first != hard;) {
    const std::uint16_t priority = first->entry->flow.priority;
    std::map<std::pair<std::uint32_t, unsigned>, std::uint64_t> clauses;  // by id and number of clauses
    for (; first != hard && first->entry->flow.priority == priority; ++first)
      each_conjunction(first->entry->flow, [&](std::uint32_t id, unsigned clause, unsigned n) {
        clauses[{id, n}] |= std::uint64_t{1} << clause % 64;
      });
    if (hard != all.end() && hard->entry->flow.priority >= priority) break;
    for (const auto& [which, met] : clauses) {
      const auto [id, n] = which;
      if (n == 0 || n > 64 || met != ~std::uint64_t{0} >> (64 - n)) continue;
      set(key.conj_id, id);
      found = state_.meeting(table_id_, key.match(), options_.at);
      const auto it = std::ranges::find_if(
          found, [](const DatapathState::Present& p) { return !is_conjunctive(p.entry->flow); });
      if (it != found.end()) {
        remark = fmt::format("all {} clauses of conjunction {} match", n, id);
        return &*it;
      }
    }
  }
  key.conj_id = {};
  found.clear();
  return hard == all.end() ? nullptr : &*hard;
}

void Walk::visit(std::uint8_t table_id, PortNo in_port, bool miss_counts, unsigned depth) {
  if (!within_limits()) return;
  const auto table_before = table_id_;
  const auto* const flow_before = flow_;
  const auto depth_before = depth_;
  const Version version_before = version_;
  const bool bucket_before = std::exchange(in_bucket_, false);
  const bool deepens = begun_ && table_id <= table_id_;
  begun_ = true;
  ++nesting_;
  deepened_ += deepens ? 1 : 0;
  for (std::optional<std::uint8_t> next = table_id; next;) {
    table_id_ = *next;
    next.reset();
    depth_ = depth;
    ++lookups_;
    const Found found = look_up(in_port);
    if (!found.flow) {
      miss(miss_counts, depth);
      break;
    }
    flow_ = found.flow->entry;
    TraceStep& s = step(Kind::table, depth, text_of(flow_->flow, options_.dialect));
    s.entry = *flow_;
    s.expiry = found.flow->expiry;
    s.may_be_learnt = state_.learnt_tables().test(table_id_);
    if (!found.remark.empty()) note(found.remark);
    depth_ = depth + 1;
    next = carry_out(flow_->flow);
    if (next && !within_limits()) break;
    in_port = key_.port();
    miss_counts = true;
  }
  --nesting_;
  deepened_ -= deepens ? 1 : 0;
  table_id_ = table_before;
  flow_ = flow_before;
  depth_ = depth_before;
  version_ = version_before;
  in_bucket_ = bucket_before;
}

void Walk::miss(bool miss_counts, unsigned depth) {
  TraceStep& s = step(Kind::miss, depth, "No match.");
  s.may_be_learnt = state_.learnt_tables().test(table_id_);
  flow_ = nullptr;
  depth_ = depth + 1;
  if (!miss_counts) return note("drop");
  if (options_.ports != nullptr) {
    const auto port = options_.ports->find(key_.port());
    if (port != options_.ports->end() && is_set(port->second, no_packet_in))
      return note("drop: OFPPC_NO_PACKET_IN is set");
  }
  if (!options_.miss_to_controller) return note("drop: the table has no flow for misses");
  note("to the controller");
  send_to_controller({.reason = nicira::ControllerReason::no_match});
}

// Returns the table to go to.
std::optional<std::uint8_t> Walk::carry_out(const Flow& f) {
  const Bytes encoded = f.actions.encoded.bytes();
  if (encoded.empty()) {
    step(Kind::action, depth_, "drop");
    return std::nullopt;
  }
  if (f.actions.version == Version::v10) {
    run(encoded, Version::v10, true);
    return std::nullopt;
  }
  using Type = v13::InstructionType;
  std::optional<std::uint8_t> next;
  bool goes_on = true;
  for (const Type wanted : {Type::meter, Type::apply_actions, Type::clear_actions, Type::write_actions,
                            Type::write_metadata, Type::goto_table})
    each_element(encoded, [&](std::uint16_t type, Bytes e) {
      if (static_cast<Type>(type) != wanted || over() || !goes_on) return;
      if (wanted == Type::apply_actions) {
        goes_on = run(e.subspan(8), Version::v13, e.size() == encoded.size()) == Next::goes_on;
        return;
      }
      TextBuffer text;
      put_instruction_list(text, e, {.version = options_.dialect});
      step(Kind::action, depth_, std::string(text.view()));
      switch (wanted) {
        case Type::meter: {
          const v13::MeterId id{load_be<std::uint32_t>(e.data() + 4)};
          if (!state_.meters().contains(id)) problem("no meter of this number");
          return assume("it lets the packet through");
        }
        case Type::clear_actions:
          note(action_set_.empty() ? "action set was empty" : "action set is empty");
          return action_set_.clear();
        case Type::write_actions: return write_actions(e.subspan(8));
        case Type::write_metadata: {
          const auto value = load_be<std::uint64_t>(e.data() + 8),
                     mask = load_be<std::uint64_t>(e.data() + 16);
          return set(key_.metadata, (number(key_.metadata) & ~mask) | (value & mask));
        }
        case Type::goto_table: next = std::to_integer<std::uint8_t>(e[4]); return;
        default: return;
      }
    });
  return next;
}

// ---- where packets go

Delivery& Walk::deliver(PortNo port) {
  Delivery d;
  d.port = port;
  d.key = key_;
  d.queue = queue_;
  d.table_id = table_id_;
  if (flow_ != nullptr) d.flow = *flow_;
  trace_.deliveries.push_back(std::move(d));
  return trace_.deliveries.back();
}

void Walk::output(PortNo port, std::uint16_t max_len, std::optional<std::uint32_t> cut) {
  switch (port) {
    case PortNo::in_port: return output_to_port(key_.port(), cut);
    case PortNo::table: return visit(0, key_.port(), true, inner_depth());
    case PortNo::normal:
      assume("the switch forwards it by its own tables");
      deliver(port).max_len = cut;
      return;
    case PortNo::flood: return flood(false, cut);
    case PortNo::all: return flood(true, cut);
    case PortNo::controller: return to_controller({.max_len = max_len});
    case PortNo::any: return;  // of 1.0: NONE
    default:
      if (port == key_.port()) return problem("skipping output to input port");
      return output_to_port(port, cut);
  }
}

void Walk::output_to_port(PortNo port, std::optional<std::uint32_t> cut) {
  if (options_.ports != nullptr && !options_.ports->empty()) {
    const auto known = options_.ports->find(port);
    if (known == options_.ports->end()) return problem("Nonexistent output port");
    if (is_set(known->second, no_fwd)) return problem("OFPPC_NO_FWD set, skipping output");
  }
  deliver(port).max_len = cut;
}

void Walk::flood(bool all, std::optional<std::uint32_t> cut) {
  if (options_.ports == nullptr || options_.ports->empty()) {
    assume("to all other ports, which the capture does not tell");
    deliver(all ? PortNo::all : PortNo::flood).max_len = cut;
    return;
  }
  for (const auto& [port, condition] : *options_.ports) {
    if (port == key_.port() || is_set(condition, no_fwd) || (!all && is_set(condition, no_flood))) continue;
    deliver(port).max_len = cut;
  }
}

// An action of a flow for misses is a miss (1.3.5 §5.4).
void Walk::to_controller(const ToController& c) {
  ToController to = c;
  using Reason = nicira::ControllerReason;
  if (to.reason == Reason::action && to.id == 0)
    to.reason = in_packet_out_   ? Reason::packet_out
                : in_bucket_     ? Reason::group
                : in_action_set_ ? Reason::action_set
                                 : Reason::action;
  send_to_controller(to);
}

void Walk::send_to_controller(ToController c) {
  Delivery& d = deliver(PortNo::controller);
  d.max_len = c.max_len;
  d.controller_id = c.id;
  d.reason = c.reason;
  d.table_miss_flow = c.reason == nicira::ControllerReason::action && flow_ != nullptr &&
                      flow_->flow.priority == 0 && flow_->flow.match.empty();
}

// ---- groups

bool Walk::is_live(PortNo port) const {
  if (options_.ports == nullptr || options_.ports->empty()) return true;
  const auto known = options_.ports->find(port);
  return known != options_.ports->end() && !known->second.link_down() && !is_set(known->second, port_down);
}
bool Walk::is_live(const Bucket& b, unsigned depth) const {
  constexpr unsigned deepest = 128;
  if (depth >= deepest) return false;
  if (b.watch_port == PortNo::any && b.watch_group == v13::GroupId::any) return true;
  return (b.watch_port != PortNo::any && is_live(b.watch_port)) ||
         (b.watch_group != v13::GroupId::any && is_live(b.watch_group, depth + 1));
}
bool Walk::is_live(v13::GroupId id, unsigned depth) const {
  const auto group = state_.groups().find(id);
  return group != state_.groups().end() &&
         std::ranges::any_of(group->second.group.buckets, [&](const Bucket& b) { return is_live(b, depth); });
}

// The bucket that a group of type ff or select takes.
std::optional<std::size_t> Walk::choose(const Group& g) {
  const bool select = g.type == v13::GroupType::select;
  const bool ports_known = options_.ports != nullptr && !options_.ports->empty();
  std::vector<std::size_t> live;
  for (std::size_t i = 0; i < g.buckets.size(); ++i) {
    const Bucket& b = g.buckets[i];
    if (select && b.weight == 0) continue;
    if (is_live(b, 0)) {
      live.push_back(i);
      if (!select) break;
    } else {
      note(fmt::format("bucket {}: not live", b.id));
    }
  }
  if (live.empty()) {
    problem("no live bucket");
    return std::nullopt;
  }
  const Bucket& taken = g.buckets[live.front()];
  if (select && live.size() > 1) {
    assume(fmt::format("bucket {}: the switch chooses one of {} by a hash", taken.id, live.size()));
  } else if (!select && taken.watch_port != PortNo::any && !ports_known) {
    assume(fmt::format("bucket {}: port {} is live, for all that the capture tells", taken.id,
                       name_of(taken.watch_port)));
  } else {
    note(fmt::format("using bucket {}", taken.id));
  }
  return live.front();
}

Walk::Next Walk::group(std::uint32_t id) {
  if (!within_limits()) return Next::goes_on;
  const auto entry = state_.groups().find(v13::GroupId{id});
  if (entry == state_.groups().end()) {
    problem("no group of this number: nothing after it in this list is done");
    return Next::ends;
  }
  const Group& g = entry->second.group;
  switch (g.type) {
    case v13::GroupType::all:
      for (std::size_t i = 0; i < g.buckets.size() && trace_.failure.empty(); ++i) bucket(g, i);
      break;
    case v13::GroupType::indirect:
      if (!g.buckets.empty()) bucket(g, 0);
      break;
    case v13::GroupType::select:
    case v13::GroupType::ff:
      if (const auto chosen = choose(g)) bucket(g, *chosen);
      break;
    default: assume("what groups of this type do is not known"); break;
  }
  return Next::goes_on;
}

// Nothing that a bucket does to the packet is seen outside of it.
void Walk::bucket(const Group& g, std::size_t index) {
  const Bucket& b = g.buckets[index];
  step(Kind::bucket, depth_ + 1, fmt::format("bucket {}", b.id));
  std::vector<EncodedAction> list;
  each_element(b.actions.bytes(), [&](std::uint16_t, Bytes e) { list.push_back({e, g.version}); });
  const PacketKey before = key_;
  const bool outer = std::exchange(in_bucket_, true);
  depth_ += 2;
  ++deepened_;
  ++nesting_;
  run(ordered_action_set(list));
  --nesting_;
  --deepened_;
  depth_ -= 2;
  in_bucket_ = outer;
  key_ = before;
  exit_ = false;
}

void Walk::carry_out_action_set(unsigned depth) {
  const std::vector<EncodedAction> list = ordered_action_set(std::exchange(action_set_, {}));
  if (list.empty() || over()) return;
  step(Kind::action_set, depth, "Executing action set:");
  const unsigned before = std::exchange(depth_, depth + 1);
  in_action_set_ = true;
  run(list);
  in_action_set_ = false;
  depth_ = before;
}

// ---- all of it

void Walk::begin(std::uint8_t table_id) {
  if (options_.ports != nullptr) {
    const auto port = options_.ports->find(key_.port());
    if (port != options_.ports->end() && is_set(port->second, no_recv)) {
      step(Kind::problem, 0, "OFPPC_NO_RECV set on the input port: drop");
      return;
    }
  }
  visit(table_id, key_.port(), true, 0);
}

void Walk::begin(Bytes actions, Version encoded) {
  step(Kind::packet_out, 0, "Executing the packet_out's actions:");
  depth_ = 1;
  begun_ = in_packet_out_ = true;
  if (actions.empty()) step(Kind::action, 1, "drop");
  run(actions, encoded);
}

Trace Walk::finish() && {
  std::string failure;
  std::size_t kept = 0;
  const auto settle = [&] {
    carry_out_action_set(0);
    if (!trace_.failure.empty()) trace_.deliveries.resize(kept);
    kept = trace_.deliveries.size();
    if (failure.empty()) failure = trace_.failure;
    trace_.failure.clear();
  };
  settle();
  trace_.final_key = key_;
  // What comes back may go there again.
  for (std::size_t i = 0; i < resumed_.size() && trace_.steps.size() < limits_.steps; ++i) {
    Resumed r = std::move(resumed_[i]);
    key_ = r.key;
    stack_ = std::move(r.stack);
    action_set_ = std::move(r.action_set);
    exit_ = begun_ = false;
    lookups_ = 0;
    queue_.reset();
    step(Kind::resume, 0, fmt::format("Resuming at table {} after connection tracking", r.table_id));
    visit(r.table_id, key_.port(), true, 0);
    settle();
  }
  trace_.failure = std::move(failure);
  return std::move(trace_);
}

}  // namespace flow

Trace Pipeline::trace(const PacketKey& key, std::uint8_t table_id) const {
  flow::Walk walk(state_, options_, limits_, key);
  walk.begin(table_id);
  return std::move(walk).finish();
}

Trace Pipeline::trace(const PacketKey& key, Bytes actions, Version encoded) const {
  flow::Walk walk(state_, options_, limits_, key);
  walk.begin(actions, encoded);
  return std::move(walk).finish();
}

}  // namespace oflens
