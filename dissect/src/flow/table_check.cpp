#include <oflens/flow/table_check.hpp>

#include <algorithm>
#include <array>

#include "action_walk.hpp"
#include "flow_compare.hpp"

namespace oflens {
namespace {

using namespace flow;

// A port that a switch may have; the others have meanings of their own.
bool is_physical(std::uint32_t port) { return port != 0 && port < static_cast<std::uint32_t>(PortNo::max); }

class Check {
 public:
  Check(const DatapathState& state, const DatapathFacts& facts,
        const std::function<void(const TableFault&)>& report)
      : state_(state), facts_(facts), report_(report) {}

  void run(const std::vector<DatapathState::Present>& flows) {
    for (const auto& p : flows) {
      const Flow& f = p.entry->flow;
      Table& table = tables_[f.table_id];
      table.flows = true;
      table.matches_all = table.matches_all || f.match.empty();
    }
    for (const auto& p : flows)
      if (p.expiry.state == Expiry::State::present) references(*p.entry);
    for (const auto& [id, entry] : state_.groups()) references(entry);
    if (facts_.version >= Version::v13) table_misses();
    loops();
  }

 private:
  struct Table {
    bool flows = false, matches_all = false, entered = false;
  };

  bool has_port(std::uint32_t port) const {
    return !facts_.ports || !is_physical(port) || facts_.ports->contains(port);
  }
  // Is what is not known to be in the table not there?
  bool is_complete(std::uint8_t table) const {
    return (facts_.complete || (facts_.lossless && state_.complete(table))) &&
           !state_.learnt_tables().test(table);
  }
  // Nothing for a reference that leads somewhere, or of which that is not known.
  std::optional<FindingKind> broken(const Reference& r) const {
    if (!facts_.complete) return std::nullopt;
    if (r.to == Reference::To::group && !state_.groups().contains(v13::GroupId{r.number}))
      return FindingKind::unknown_group;
    if (r.to == Reference::To::meter && !state_.meters().contains(v13::MeterId{r.number}))
      return FindingKind::unknown_meter;
    return std::nullopt;
  }

  void references(const FlowEntry& e) {
    const Flow& f = e.flow;
    const auto fault = [&](FindingKind kind, std::uint32_t number) {
      report_({.kind = kind, .flow = &e, .number = number});
    };
    each_reference(f.actions, [&](const Reference& r) {
      if (const auto kind = broken(r)) fault(*kind, r.number);
    });
    std::optional<std::uint32_t> unknown_port;  // one of them
    const auto port = [&](PortNo p) {
      if (!has_port(static_cast<std::uint32_t>(p))) unknown_port = static_cast<std::uint32_t>(p);
    };
    each_output(f.actions, port);
    for (const Oxm field : f.match.fields())
      if (const auto in = field.get(oxm::in_port); in && !field.has_mask()) port(*in);
    if (unknown_port) fault(FindingKind::unknown_port, *unknown_port);

    if (f.actions.version == Version::v10) return;
    each_element(f.actions.encoded.bytes(), [&](std::uint16_t type, Bytes element) {
      if (static_cast<v13::InstructionType>(type) != v13::InstructionType::goto_table) return;
      const auto to = std::to_integer<std::uint8_t>(element[4]);
      if (to <= f.table_id) return fault(FindingKind::goto_backwards, to);
      tables_[to].entered = true;
      if (is_complete(to) && !tables_[to].flows) fault(FindingKind::goto_empty_table, to);
    });
  }

  void references(const GroupEntry& e) {
    std::unordered_set<std::uint32_t> told;
    const auto fault = [&](FindingKind kind, std::uint32_t number) {
      if (told.insert(number).second) report_({.kind = kind, .group = &e, .number = number});
    };
    each_reference(e.group, [&](const Reference& r) {
      if (const auto kind = broken(r)) fault(*kind, r.number);
    });
    std::optional<std::uint32_t> unknown_port;
    const auto port = [&](PortNo p) {
      if (!has_port(static_cast<std::uint32_t>(p))) unknown_port = static_cast<std::uint32_t>(p);
    };
    for (const Bucket& bucket : e.group.buckets) {
      each_action(bucket.actions.bytes(),
                  [&](std::uint16_t type, Bytes action) { output_of(type, action, e.group.version, port); });
      port(bucket.watch_port);
    }
    if (unknown_port) report_({.kind = FindingKind::unknown_port, .group = &e, .number = *unknown_port});
  }

  void table_misses() {
    tables_[0].entered = true;
    for (std::uint32_t id = 0; id < tables_.size(); ++id) {
      const Table& t = tables_[id];
      if (t.entered && t.flows && !t.matches_all && !facts_.table_misses.test(id) &&
          is_complete(static_cast<std::uint8_t>(id)))
        report_({.kind = FindingKind::no_table_miss, .number = id});
    }
  }

  // Walks from every group to those it leads to; who is met on the way to itself is in a loop.
  void loops() {
    enum class Seen : std::uint8_t { no, on_the_way, done };
    struct Step {
      std::uint32_t id;
      std::vector<std::uint32_t> next;
    };
    std::map<std::uint32_t, Seen> seen;
    std::vector<Step> way;
    const auto enter = [&](std::uint32_t id) {
      seen[id] = Seen::on_the_way;
      way.push_back({id, {}});
      const auto group = state_.groups().find(v13::GroupId{id});
      if (group == state_.groups().end()) return;
      each_reference(group->second.group, [&](const Reference& r) {
        if (r.to == Reference::To::group) way.back().next.push_back(r.number);
      });
    };
    for (const auto& [id, entry] : state_.groups()) {
      if (seen[static_cast<std::uint32_t>(id)] != Seen::no) continue;
      enter(static_cast<std::uint32_t>(id));
      while (!way.empty()) {
        if (way.back().next.empty()) {
          seen[way.back().id] = Seen::done;
          way.pop_back();
          continue;
        }
        const std::uint32_t to = way.back().next.back();
        way.back().next.pop_back();
        const Seen state = seen[to];
        if (state == Seen::no) enter(to);
        if (state != Seen::on_the_way) continue;
        const auto from = std::ranges::find(way, to, &Step::id);
        TableFault fault{.kind = FindingKind::group_loop,
                         .group = &state_.groups().find(v13::GroupId{to})->second,
                         .number = to};
        for (auto step = from; step != way.end(); ++step) fault.loop.push_back(v13::GroupId{step->id});
        fault.loop.push_back(v13::GroupId{to});
        report_(fault);
      }
    }
  }

  const DatapathState& state_;
  const DatapathFacts& facts_;
  const std::function<void(const TableFault&)>& report_;
  std::array<Table, 256> tables_{};
};

}  // namespace

bool check_tables(const DatapathState& state, const DatapathFacts& facts, Timestamp at,
                  const std::function<void(const TableFault&)>& report, const TableCheckLimits& limits) {
  const std::vector<DatapathState::Present> flows = state.present(at);
  Check(state, facts, report).run(flows);
  std::vector<const FlowEntry*> certain;
  certain.reserve(flows.size());
  for (const auto& p : flows)
    if (p.expiry.state == Expiry::State::present) certain.push_back(p.entry);
  return compare_flows(certain, limits.steps, report);
}

}  // namespace oflens
