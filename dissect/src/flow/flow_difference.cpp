#include <oflens/flow/flow_difference.hpp>

#include <algorithm>
#include <string>
#include <tuple>
#include <unordered_map>

namespace oflens {
namespace {

// The flow of that table, priority and match, if it is there then and asked for; else null.
const FlowEntry* find(const FlowsAt& at, const Flow& flow, const FlowListOptions& options) {
  const FlowEntry* e = at.state.find(flow.table_id, flow.priority, flow.match);
  if (e == nullptr || (options.only && !options.only(e->flow))) return nullptr;
  const Expiry::State state = at.state.expiry(*e, at.time).state;
  return state == Expiry::State::present || (state == Expiry::State::doubtful && !options.certain) ? e
                                                                                                   : nullptr;
}

bool same_actions(const Flow& a, const Flow& b, Version dialect) {
  if (a.actions == b.actions) return true;
  TextBuffer one, other;
  put_actions(one, a.actions, dialect);
  put_actions(other, b.actions, dialect);
  return one.view() == other.view();
}

// What it is known by.
std::string name_of(const Flow& f, Version dialect) {
  TextBuffer name;
  name.put_decimal(f.table_id);
  name.put(' ');
  name.put_decimal(f.priority);
  name.put(' ');
  put_match(name, f.match, dialect);
  return std::string(name.view());
}

bool comes_before(const FlowDifference& a, const FlowDifference& b) {
  const auto order = [](const FlowDifference& d) {
    const Flow& f = d.line.entry->flow;
    return std::tuple(f.table_id, -int{f.priority}, d.line.text);
  };
  return order(a) < order(b);
}

}  // namespace

FlowParts different_parts(const Flow& a, const Flow& b, Version dialect) {
  return {.cookie = a.cookie != b.cookie,
          .idle_timeout = a.idle_timeout != b.idle_timeout,
          .hard_timeout = a.hard_timeout != b.hard_timeout,
          .flags = dialect != Version::v10 && a.flags != b.flags,
          .actions = !same_actions(a, b, dialect)};
}

void put_flow_parts(TextBuffer& out, const Flow& flow, const FlowParts& parts, Version dialect) {
  bool separate = false;
  const auto name = [&](const char* text) {
    if (std::exchange(separate, true)) out.put(", ");
    out.put(text);
  };
  if (parts.cookie) {
    name("cookie=");
    out.put_hex(flow.cookie);
  }
  if (parts.idle_timeout) {
    name("idle_timeout=");
    out.put_decimal(flow.idle_timeout);
  }
  if (parts.hard_timeout) {
    name("hard_timeout=");
    out.put_decimal(flow.hard_timeout);
  }
  if (parts.flags) {
    name("flags=");
    const std::size_t before = out.size();
    put_flow_flags(out, flow.flags);
    out.size() == before ? out.put("none") : out.shorten_to(out.size() - 1);  // the blank behind the last
  }
  if (parts.actions) {
    name("actions=");
    put_actions(out, flow.actions, dialect);
  }
}

const char* name_of(FlowDifference::Kind kind) {
  static constexpr const char* names[] = {"added", "removed", "changed"};
  return names[static_cast<std::size_t>(kind)];
}

FlowDifferences compare_flows(const FlowsAt& before, const FlowsAt& after, const FlowListOptions& options) {
  // Most are the same, and found by what they are; the rest is known by what is printed.
  const auto differs_from = [&](const FlowsAt& other) {
    return [&](const Flow& f) {
      if (options.only && !options.only(f)) return false;
      const FlowEntry* same = find(other, f, options);
      return same == nullptr || different_parts(same->flow, f, options.dialect).any();
    };
  };
  FlowListOptions then = options, now = options;
  then.at = before.time;
  then.only = differs_from(after);
  now.at = after.time;
  now.only = differs_from(before);

  FlowDifferences found;
  std::vector<FlowLine> gone = list_flows(found.before, before.state, then);
  std::unordered_map<std::string, std::vector<FlowLine*>> by_name;
  for (auto line = gone.rbegin(); line != gone.rend(); ++line)  // the first of alike ones is the last here
    by_name[name_of(line->entry->flow, options.dialect)].push_back(&*line);
  for (const FlowLine& line : list_flows(found.after, after.state, now)) {
    const auto it = by_name.find(name_of(line.entry->flow, options.dialect));
    if (it == by_name.end() || it->second.empty()) {
      found.all.push_back({FlowDifference::Kind::added, line, nullptr});
      continue;
    }
    const FlowEntry* was = std::exchange(it->second.back()->entry, nullptr);
    it->second.pop_back();
    if (different_parts(was->flow, line.entry->flow, options.dialect).any())
      found.all.push_back({FlowDifference::Kind::changed, line, was});
  }
  const auto now_there = static_cast<std::ptrdiff_t>(found.all.size());
  for (const FlowLine& line : gone)
    if (line.entry != nullptr) found.all.push_back({FlowDifference::Kind::removed, line, nullptr});
  std::inplace_merge(found.all.begin(), found.all.begin() + now_there, found.all.end(), comes_before);
  return found;
}

}  // namespace oflens
