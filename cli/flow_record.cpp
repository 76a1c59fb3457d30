#include "flow_record.hpp"

#include <fmt/format.h>

#include <oflens/message/json.hpp>

#include "summary.hpp"

namespace oflens::cli {
namespace {

const char* name_of(Expiry::Cause cause) { return cause == Expiry::Cause::idle ? "idle" : "hard"; }

// What f(buffer) writes, as a string.
template <class F>
void put_quoted(TextBuffer& out, std::string_view key, F&& f) {
  TextBuffer part;
  f(part);
  out.put(key);
  out.put_json(part.view());
}

// reported: what the switch told of is known from there, and not who installed it.
void put_installed(TextBuffer& out, const Clock& clock, const Origin& origin, bool reported) {
  out.put(reported ? ",\"installed\":null,\"reported\":{\"frame\":" : ",\"installed\":{\"frame\":");
  out.put_decimal(origin.frame);
  out.put(",\"time\":");
  put_json_time(out, clock, origin.time);
  out.put('}');
}

// As decode's records have them: the specification's constant, or the number.
template <class E>
void put_constant(TextBuffer& out, E value) {
  const auto number = static_cast<std::uint64_t>(value);
  if (const std::string_view name = wire::labels<E>().find(number); !name.empty())
    out.put_json(name);
  else
    out.put_decimal(number);
}
template <class E>
void put_flags(TextBuffer& out, E value) {
  auto left = static_cast<std::uint64_t>(value);
  std::string all;
  const auto add = [&](std::string_view flag) {
    all += fmt::format("{}\"{}\"", all.empty() ? "" : ",", flag);
  };
  for (const wire::Label& flag : wire::labels<E>().entries)
    if ((left & flag.value) != 0) {
      add(flag.text);
      left &= ~flag.value;
    }
  if (left != 0) add(fmt::format("0x{:x}", left));
  out.put(fmt::format("[{}]", all));
}

// Is all known that there is, of flows in the tables that are asked for?
bool is_complete(const DatapathState& state, Entries what, const FlowChoice& choice) {
  if (what == Entries::groups) return state.groups_complete();
  if (what == Entries::meters) return state.meters_complete();
  for (unsigned table = 0; table < static_cast<unsigned>(v13::TableId::all); ++table) {
    const auto id = static_cast<std::uint8_t>(table);
    if (choice.of_table(id) && !state.complete(id)) return false;
  }
  return true;
}

void put_learnt(TextBuffer& out, const DatapathState& state, const FlowChoice& choice) {
  std::bitset<256> learnt = state.learnt_tables();
  for (unsigned table = 0; table < learnt.size(); ++table)
    if (!choice.of_table(static_cast<std::uint8_t>(table))) learnt.reset(table);
  if (learnt.none()) return;
  out.put(learnt.count() == 1 ? "; table" : "; tables");
  for (unsigned table = 0; table < learnt.size(); ++table)
    if (learnt.test(table)) out.put(fmt::format(" {}", table));
  out.put(" may hold flows that the switch learnt");
}

}  // namespace

void RecordList::begin(TextBuffer& out) {
  if (array_) out.put(written_ == 0 ? "[\n" : ",\n");
  ++written_;
  out.put('{');
}
void RecordList::end(TextBuffer& out) { out.put(array_ ? "}" : "}\n"); }
void RecordList::finish(TextBuffer& out) {
  if (array_) out.put(written_ == 0 ? "[]\n" : "\n]\n");
}

void put_datapath(TextBuffer& out, const Datapath& datapath) {
  out.put("datapath ");
  if (datapath.id)
    put_datapath_id(out, *datapath.id);
  else
    out.put("unknown");
  out.put(", OpenFlow ");
  put_version(out, static_cast<std::uint8_t>(datapath.version.value_or(Version::v13)));
  out.put(", switch ");
  put_endpoint(out, datapath.switch_end);
}

void put_count(TextBuffer& out, std::size_t count, std::string_view what) {
  out.put_decimal(count);
  out.put(' ');
  out.put(what);
  if (count != 1) out.put('s');
}

const char* name_of(Entries what) {
  static constexpr const char* names[] = {"flow", "group", "meter", "port"};
  return names[static_cast<std::size_t>(what)];
}

void put_doubts(TextBuffer& out, const TableTracker::Tables& tables, Entries what, const FlowChoice& choice) {
  if (tables.lost_bytes != 0)
    out.put(fmt::format("; incomplete: {} bytes of its connections are lost", tables.lost_bytes));
  if (what == Entries::ports) {
    if (!tables.all_ports) out.put("; the switch did not tell of all of them");
    return;
  }
  if (tables.partial && !is_complete(tables.state, what, choice))
    out.put("; partial: what was there before the capture is not known");
  if (what == Entries::flows) put_learnt(out, tables.state, choice);
}

void put_heading(TextBuffer& out, const TableTracker::Tables& tables, const TablesAt& at, const Clock& clock,
                 std::size_t count, Entries what, const FlowChoice& choice) {
  out.put("# ");
  put_datapath(out, *tables.datapath);
  out.put(", ");
  if (at.asked()) {
    at.put(out, clock);
    out.put(", ");
  }
  put_count(out, count, name_of(what));
  put_doubts(out, tables, what, choice);
  out.put('\n');
}

void put_json_time(TextBuffer& out, const Clock& clock, Timestamp t) {
  if (!clock.relative()) out.put('"');
  clock.put(out, t);
  if (!clock.relative()) out.put('"');
}

void put_datapath_member(TextBuffer& out, const Datapath& datapath) {
  out.put("\"datapath_id\":");
  if (!datapath.id) return out.put("null");
  out.put('"');
  put_datapath_id(out, *datapath.id);
  out.put('"');
}

void put_moment_member(TextBuffer& out, const Clock& clock, const TablesAt& at) {
  out.put("\"at\":");
  if (!at.asked()) return out.put("null");
  const auto frame = at.frame();
  out.put(frame ? fmt::format("{{\"frame\":{},\"time\":", *frame) : "{\"frame\":null,\"time\":");
  put_json_time(out, clock, at.time());
  out.put('}');
}

void put_flow_members(TextBuffer& out, const Clock& clock, const FlowLine& line, Version dialect) {
  const FlowEntry& e = *line.entry;
  out.put(
      fmt::format("\"table_id\":{},\"priority\":{},\"cookie\":\"0x{:x}\",\"idle_timeout\":{},"
                  "\"hard_timeout\":{}",
                  e.flow.table_id, e.flow.priority, e.flow.cookie, e.flow.idle_timeout, e.flow.hard_timeout));
  put_quoted(out, ",\"match\":", [&](TextBuffer& part) { put_match(part, e.flow.match, dialect); });
  put_quoted(out, ",\"actions\":", [&](TextBuffer& part) { put_actions(part, e.flow.actions, dialect); });
  out.put(",\"flow\":");
  out.put_json(line.text.substr(std::min(line.text.find_first_not_of(' '), line.text.size())));
  put_installed(out, clock, e.origin, e.reported);
  out.put(",\"may_have_expired\":");
  if (line.expiry.state != Expiry::State::doubtful) return out.put("null");
  out.put("{\"since\":");
  put_json_time(out, clock, line.expiry.since);
  out.put(fmt::format(",\"cause\":\"{}\",\"seconds\":{}}}", name_of(line.expiry.cause), line.expiry.seconds));
}

void put_group_members(TextBuffer& out, const Clock& clock, const GroupEntry& entry, Version dialect) {
  const Group& group = entry.group;
  out.put(fmt::format("\"group_id\":{},\"type\":", static_cast<std::uint32_t>(group.id)));
  put_constant(out, group.type);
  out.put(",\"selection\":");
  if (const GroupSelection* s = group.selection.get(); s != nullptr) {
    out.put("{\"method\":");
    out.put_json(s->method);
    out.put(fmt::format(",\"param\":\"0x{:x}\"", s->param));
    put_quoted(out, ",\"fields\":", [&](TextBuffer& part) { put_match(part, s->fields, dialect); });
    out.put('}');
  } else {
    out.put("null");
  }
  out.put(",\"buckets\":[");
  bool separate = false;
  for (const Bucket& b : group.buckets) {
    if (std::exchange(separate, true)) out.put(',');
    out.put(fmt::format("{{\"bucket_id\":{},\"weight\":{},\"watch_port\":", b.id, b.weight));
    put_constant(out, b.watch_port);
    out.put(",\"watch_group\":");
    put_constant(out, b.watch_group);
    put_quoted(out, ",\"actions\":", [&](TextBuffer& part) { put_bucket_actions(part, group, b, dialect); });
    out.put('}');
  }
  out.put(']');
  put_quoted(out, ",\"group\":", [&](TextBuffer& part) {
    TextBuffer line;
    put_group(line, group, dialect);
    part.put(line.view().substr(1));
  });
  put_installed(out, clock, entry.origin, entry.reported);
}

void put_meter_members(TextBuffer& out, const Clock& clock, const MeterEntry& entry) {
  const Meter& meter = entry.meter;
  out.put("\"meter_id\":");
  put_constant(out, meter.id);
  out.put(",\"flags\":");
  put_flags(out, meter.flags);
  out.put(",\"bands\":[");
  Seq<v13::MeterBand> bands;
  bands.borrow(meter.bands.bytes());
  bool separate = false;
  for (const v13::MeterBand band : bands) {
    if (std::exchange(separate, true)) out.put(',');
    out.put("{\"type\":");
    put_constant(out, band.type());
    const auto rates = [&](const auto& b) {
      out.put(fmt::format(",\"rate\":{},\"burst_size\":{}", b.rate, b.burst_size));
    };
    if (const auto drop = band.get<v13::DropBand>()) rates(*drop);
    if (const auto remark = band.get<v13::DscpRemarkBand>()) {
      rates(*remark);
      out.put(fmt::format(",\"prec_level\":{}", remark->prec_level));
    }
    if (const auto other = band.get<v13::ExperimenterBand>()) {
      rates(*other);
      out.put(",\"experimenter\":");
      put_constant(out, other->experimenter);
    }
    out.put('}');
  }
  out.put(']');
  put_quoted(out, ",\"meter\":", [&](TextBuffer& part) { put_meter(part, meter); });
  put_installed(out, clock, entry.origin, entry.reported);
}

void put_port_members(TextBuffer& out, PortNo number, const PortCondition& port) {
  out.put("\"port_no\":");
  put_constant(out, number);
  out.put(",\"name\":");
  out.put_json(port.name);
  put_quoted(out, ",\"hw_addr\":", [&](TextBuffer& part) { part.put(port.hw_addr); });
  out.put(",\"config\":");
  put_flags(out, port.config);
  out.put(",\"state\":");
  const bool of_v10 = port.state > 7;  // the bits of the spanning tree
  of_v10 ? put_flags(out, v10::PortState{port.state}) : put_flags(out, v13::PortState{port.state});
}

}  // namespace oflens::cli
