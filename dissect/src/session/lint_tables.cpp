#include "lint_tables.hpp"

#include <fmt/format.h>

#include <oflens/flow/flow_text.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

#include "lint_channels.hpp"

namespace oflens::session {

void DatapathNotes::learn(Notes& n, std::uint32_t port) {
  const auto known = n.ports.find(port);
  if (known != n.ports.end()) {
    known->second.gone.reset();
  } else if (kept_ < limits_.ports) {
    n.ports.try_emplace(port);
    ++kept_;
  } else {
    n.ports_told = false;
  }
}

void DatapathNotes::on_message(const SessionMessage& m, bool begun) {
  const Frame& frame = m.frame();
  if (frame.type() == v10::Hello::id.type) return;
  const auto [at, fresh] = datapaths_.try_emplace(m.datapath.index);
  Notes& n = at->second;
  if (fresh) n.complete = begun;
  if (!m.from_switch) return;
  const auto number = [](const auto& port) {
    if constexpr (std::is_same_v<decltype(port.port_no), v10::PortNo>)
      return static_cast<std::uint32_t>(port_of(port.port_no));
    else
      return static_cast<std::uint32_t>(port.port_no);
  };
  const auto all = [&](const auto& ports, bool last) {
    for (const auto& port : ports) learn(n, number(port));
    n.ports_told = n.ports_told || (last && kept_ < limits_.ports);
  };
  const auto one = [&](const auto& status) {
    const std::uint32_t port = number(status.desc);
    learn(n, port);
    const auto known = n.ports.find(port);
    if (known != n.ports.end() &&
        static_cast<std::uint8_t>(status.reason) == static_cast<std::uint8_t>(v13::PortReason::delete_))
      known->second.gone = m.message.time;
  };
  const auto is_last = [](const auto& reply) { return (static_cast<unsigned>(reply.flags) & 1) == 0; };
  static_cast<void>(dispatch(
      frame, [&](const v10::FeaturesReply& r) { all(r.ports, true); },
      [&](const v10::PortDescStatsReply& r) { all(r.ports, is_last(r)); },
      [&](const v13::PortDescReply& r) { all(r.ports, is_last(r)); },
      [&](const v10::PortStatus& s) { one(s); }, [&](const v13::PortStatus& s) { one(s); },
      [&](const v13::PacketIn& in) {
        if (in.reason == v13::PacketInReason::no_match)
          n.table_misses.set(static_cast<std::uint8_t>(in.table_id));
      }));
}

void DatapathNotes::on_loss(const Datapath& datapath) { datapaths_[datapath.index].complete = false; }

bool DatapathNotes::complete(const Datapath& datapath) const {
  const auto known = datapaths_.find(datapath.index);
  return known != datapaths_.end() && known->second.complete;
}

DatapathFacts DatapathNotes::facts(const Datapath& datapath, Timestamp at) const {
  DatapathFacts facts{.version = datapath.version.value_or(Version::v13)};
  const auto known = datapaths_.find(datapath.index);
  if (known == datapaths_.end()) return facts;
  const Notes& n = known->second;
  facts.complete = n.complete;
  facts.table_misses = n.table_misses;
  if (n.ports_told) {
    facts.ports.emplace();
    for (const auto& [number, port] : n.ports)
      if (!port.gone || *port.gone > at) facts.ports->insert(number);
  }
  return facts;
}

namespace {

class Reporter {
 public:
  Reporter(const TableTracker::Tables& tables, FindingSink& sink)
      : tables_(tables), dialect_(tables.datapath->version.value_or(Version::v13)), sink_(sink) {}

  void operator()(const TableFault& fault) {
    Finding f{.kind = fault.kind, .datapath = tables_.datapath, .reason = reason(fault)};
    const Origin* origin = nullptr;
    if (fault.flow != nullptr) {
      origin = &fault.flow->origin;
      f.table = fault.flow->flow.table_id;
      f.entry = text(*fault.flow);
    } else if (fault.group != nullptr) {
      origin = &fault.group->origin;
      text_.clear();
      put_group(text_, fault.group->group, dialect_);
      f.entry = text_.view().substr(1);
    } else {
      f.table = static_cast<std::uint8_t>(fault.number);
    }
    if (origin != nullptr) {
      f.frame = origin->frame;
      f.time = origin->time;
      f.connection = static_cast<std::uint32_t>(origin->connection);
    }
    sink_.on_finding(std::move(f));
  }

 private:
  std::string text(const FlowEntry& e) {
    text_.clear();
    put_flow(text_, e.flow, dialect_);
    return std::string(text_.view().substr(1));
  }
  std::string reason(const TableFault& fault) {
    switch (fault.kind) {
      case FindingKind::shadowed_flow:
        return fmt::format(
            "never met: the flow of frame {} has a higher priority and matches all that it does: {}",
            fault.other->origin.frame, text(*fault.other));
      case FindingKind::overlapping_flows:
        return fmt::format(
            "a packet can match this and the flow of frame {}, which has the same priority and other "
            "actions: {}",
            fault.other->origin.frame, text(*fault.other));
      case FindingKind::no_table_miss:
        return fmt::format("table {} has no flow that matches everything: what matches nothing is dropped",
                           fault.number);
      case FindingKind::goto_backwards:
        return fault.number == fault.flow->flow.table_id
                   ? fmt::format("goes to its own table {}", fault.number)
                   : fmt::format("goes back to table {}", fault.number);
      case FindingKind::goto_empty_table:
        return fmt::format("goes to table {}, which is empty", fault.number);
      case FindingKind::group_loop: {
        std::string way;
        for (const v13::GroupId id : fault.loop)
          way += fmt::format("{}{}", way.empty() ? "" : " > ", static_cast<std::uint32_t>(id));
        return fmt::format("groups lead back to themselves: {}", way);
      }
      case FindingKind::unknown_group:
        return fmt::format("goes to group {}, which there is not", fault.number);
      case FindingKind::unknown_meter: return fmt::format("uses meter {}, which there is not", fault.number);
      default: return fmt::format("names port {}, which the switch does not have", fault.number);
    }
  }

  const TableTracker::Tables& tables_;
  Version dialect_;
  FindingSink& sink_;
  TextBuffer text_;
};

}  // namespace

// ---- flow_mods that do nothing

bool Futile::is_futile(const SessionMessage& m, const FlowMod& mod, const TableTracker& tables) {
  const auto known = tables.tables().find(m.datapath.index);
  return known != tables.tables().end() && known->second.lost_bytes == 0 &&
         known->second.state.does_nothing(mod, m.message.time);
}

void Futile::keep(const SessionMessage& m, const FlowMod& mod, std::string entry) {
  const bool modifies =
      mod.command == v13::FlowModCommand::modify || mod.command == v13::FlowModCommand::modify_strict;
  Finding f = finding_at(FindingKind::futile_flow_mod, m,
                         modifies ? "there is no such flow to modify" : "there is no such flow to delete");
  f.entry = std::move(entry);
  if (mod.flow.table_id != static_cast<std::uint8_t>(v13::TableId::all)) f.table = mod.flow.table_id;
  if (kept_.size() == most) {
    sink_.on_finding(std::move(kept_.front()));
    kept_.pop_front();
  }
  kept_.push_back(std::move(f));
}

void Futile::refused(const Datapath* datapath, std::uint64_t frame) {
  std::erase_if(kept_, [&](const Finding& f) { return f.datapath == datapath && f.frame >= frame; });
}

void Futile::finish() {
  for (Finding& f : kept_) sink_.on_finding(std::move(f));
  kept_.clear();
}

bool report_tables(const TableTracker::Tables& tables, const DatapathFacts& facts, Timestamp at,
                   const TableCheckLimits& limits, FindingSink& sink) {
  Reporter report(tables, sink);
  return check_tables(
      tables.state, facts, at, [&](const TableFault& fault) { report(fault); }, limits);
}

}  // namespace oflens::session
