#include "operation_events.hpp"

#include "state.hpp"

namespace oflens {
namespace flow {
namespace {

using What = FlowEvent::What;

// Goes through what an operation changed, in order.
class Report {
 public:
  Report(const Operation& op, FlowEventSink& sink) : op_(op), sink_(sink), by_(op.origin) {}

  void write() {
    mod_ = std::get_if<FlowMod>(&op_.what);
    if (const auto* group = std::get_if<GroupMod>(&op_.what)) group_ = group->group.id;
    if (const auto* meter = std::get_if<MeterMod>(&op_.what)) meter_ = meter->meter.id;
    if (const auto* correction = std::get_if<Correction>(&op_.what)) return corrected(*correction);
    if (op_.refused) refused(*op_.refused);
    for (const Before& before : op_.before) std::visit([this](const auto& was) { tell(was); }, before);
    if (op_.added) tell_added(What::added);
    if (const auto* removed = std::get_if<FlowRemoved>(&op_.what); removed != nullptr && op_.before.empty())
      tell_removed(What::removed, *removed);
  }

 private:
  void tell(What what, const Flow& flow) {
    FlowEvent event{.what = what, .by = by_, .commit = commit_, .flow = flow};
    if (mod_ != nullptr) event.command = mod_->command;
    if (what == What::fell_with_group) event.number = static_cast<std::uint32_t>(*group_);
    if (what == What::fell_with_meter) event.number = static_cast<std::uint32_t>(*meter_);
    sink_.on_event(std::move(event));
  }
  void tell_added(What what) {
    Flow flow = mod_->flow;
    flow.table_id = added_to(flow);
    tell(what, flow);
  }
  // Of what it says alone.
  void tell_removed(What what, const FlowRemoved& removed) {
    Flow flow;
    flow.table_id = removed.table_id.value_or(all_tables);
    flow.priority = removed.priority;
    flow.cookie = removed.cookie;
    flow.match = removed.match;
    sink_.on_event(
        {.what = what, .by = by_, .flow = flow, .removed = std::make_unique<FlowRemoved>(removed)});
  }
  void tell_expired(const FlowEntry& e) {
    Origin when;
    when.time = e.modified + std::chrono::seconds(e.flow.hard_timeout);
    sink_.on_event({.what = What::expired, .by = when, .flow = e.flow});
  }

  // ---- what was there before

  void tell(const FlowWas& was) {
    const Flow& flow = was.record.entry.flow;
    if (was.expired) tell_expired(was.record.entry);
    if (mod_ != nullptr) return tell_changed(flow, was.expired);
    if (was.expired) return;
    if (const auto* removed = std::get_if<FlowRemoved>(&op_.what))
      sink_.on_event({.what = What::removed,
                      .by = by_,
                      .flow = flow,
                      .removed = std::make_unique<FlowRemoved>(*removed)});
    else if (group_)
      tell(What::fell_with_group, flow);
    else if (meter_)
      tell(What::fell_with_meter, flow);
  }
  void tell_changed(Flow flow, bool expired) {
    switch (mod_->command) {
      case v13::FlowModCommand::add: {
        Flow added = mod_->flow;
        added.table_id = added_to(added);
        if (added.cookie == no_cookie && !expired) added.cookie = flow.cookie;
        return tell(expired ? What::added : What::replaced, added);
      }
      case v13::FlowModCommand::modify:
      case v13::FlowModCommand::modify_strict:
        if (expired) return;
        flow.actions = mod_->flow.actions;
        if (mod_->modifies_cookie && mod_->flow.cookie != no_cookie) flow.cookie = mod_->flow.cookie;
        return tell(What::modified, flow);
      case v13::FlowModCommand::delete_:
      case v13::FlowModCommand::delete_strict:
        if (!expired) tell(What::deleted, flow);
    }
  }
  void tell(const NoFlow&) { tell_added(What::added); }
  void tell(const Announced&) { tell_removed(What::announced, std::get<FlowRemoved>(op_.what)); }
  // With all groups each goes by itself, and what refers to it follows.
  void tell(const Was<v13::GroupId, GroupEntry>& was) { group_ = was.id; }
  void tell(const Was<v13::MeterId, MeterEntry>& was) { meter_ = was.id; }
  void tell(const TableFacts&) {}

  // ---- what the switch said itself

  static bool same_name(const Flow& a, const Flow& b) {
    return a.table_id == b.table_id && a.priority == b.priority && a.match == b.match;
  }
  // Of what it says is so, what had been otherwise was noted, in the same order.
  void corrected(const Correction& correction) {
    auto is = correction.is.begin();
    for (const Before& before : op_.before) {
      const auto* was = std::get_if<FlowWas>(&before);
      const auto* none = std::get_if<NoFlow>(&before);
      if (was == nullptr && none == nullptr) continue;
      Flow flow;
      if (was != nullptr) flow = was->record.entry.flow;
      if (none != nullptr)
        flow.table_id = none->table, flow.priority = none->priority, flow.match = none->match;
      for (; is != correction.is.end(); ++is) {
        if (const auto* there = std::get_if<FlowWas>(&*is)) {
          if (!same_name(there->record.entry.flow, flow)) continue;
          tell(What::reported, there->record.entry.flow);
        } else if (const auto* gone = std::get_if<NoFlow>(&*is)) {
          if (gone->table != flow.table_id || gone->priority != flow.priority || gone->match != flow.match)
            continue;
          tell(What::reported_gone, flow);
        } else {
          continue;
        }
        ++is;
        break;
      }
    }
  }

  // ---- bundles

  void tell(const BundledBegins& part) {
    mod_ = std::get_if<FlowMod>(part.bundled.mod.get());
    group_.reset();
    meter_.reset();
    if (const auto* group = std::get_if<GroupMod>(part.bundled.mod.get())) group_ = group->group.id;
    if (const auto* meter = std::get_if<MeterMod>(part.bundled.mod.get())) meter_ = meter->meter.id;
    by_ = part.bundled.origin;
    by_.time = op_.origin.time;
    commit_ = op_.origin.frame;
  }
  void tell(const BundleGrew&) {}
  // Of a bundle that is no more: what was in it, if it was not committed.
  void tell(const BundleWas& was) {
    const auto* message = std::get_if<BundleMessage>(&op_.what);
    const bool committed = message != nullptr && message->what == BundleMessage::What::commit;
    if (!was.bundle || committed) return;
    const SwitchError* error = op_.refused ? &op_.refused->error : nullptr;
    for (const Bundled& part : *was.bundle)
      tell_undone(error == nullptr ? What::discarded : What::refused, *part.mod, part.origin, error);
  }

  // ---- errors

  void refused(const Refused& refused) {
    std::visit(
        [&](const auto& what) {
          using T = std::decay_t<decltype(what)>;
          if constexpr (std::is_same_v<T, FlowMod>)
            tell_undone(What::refused, what, op_.origin, &refused.error);
          else if constexpr (std::is_same_v<T, BundleMessage>)
            if (what.mod) tell_undone(What::refused, *what.mod, op_.origin, &refused.error);
        },
        refused.what);
  }
  void tell_undone(What what, const StateMod& mod, const Origin& origin, const SwitchError* error) {
    if (const auto* flow_mod = std::get_if<FlowMod>(&mod)) tell_undone(what, *flow_mod, origin, error);
  }
  void tell_undone(What what, const FlowMod& mod, const Origin& origin, const SwitchError* error) {
    FlowEvent event{.what = what, .by = origin, .flow = mod.flow, .command = mod.command};
    if (mod.command == v13::FlowModCommand::add) event.flow.table_id = added_to(mod.flow);
    if (error != nullptr) event.error = std::make_unique<SwitchError>(*error);
    sink_.on_event(std::move(event));
  }

  const Operation& op_;
  FlowEventSink& sink_;
  Origin by_;
  std::uint64_t commit_ = 0;
  const FlowMod* mod_ = nullptr;  // what is under way
  std::optional<v13::GroupId> group_;
  std::optional<v13::MeterId> meter_;
};

}  // namespace

void report(const Operation& op, FlowEventSink& sink) {
  if (!op.later) Report(op, sink).write();
}

}  // namespace flow

const char* name_of(FlowEvent::What what) {
  static constexpr const char* names[] = {
      "added",         "replaced", "modified",  "deleted", "fell_with_group", "fell_with_meter", "reported",
      "reported_gone", "removed",  "announced", "expired", "refused",         "discarded"};
  return names[static_cast<std::size_t>(what)];
}

}  // namespace oflens
