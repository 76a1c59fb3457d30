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
  static constexpr const char* names[] = {"flow", "group", "meter"};
  return names[static_cast<std::size_t>(what)];
}

void put_doubts(TextBuffer& out, const TableTracker::Tables& tables, Entries what, const FlowChoice& choice) {
  if (tables.lost_bytes != 0)
    out.put(fmt::format("; incomplete: {} bytes of its connections are lost", tables.lost_bytes));
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
  out.put(fmt::format("\"group_id\":{}", static_cast<std::uint32_t>(entry.group.id)));
  put_quoted(out, ",\"group\":", [&](TextBuffer& part) {
    TextBuffer line;
    put_group(line, entry.group, dialect);
    part.put(line.view().substr(1));
  });
  put_installed(out, clock, entry.origin, entry.reported);
}

void put_meter_members(TextBuffer& out, const Clock& clock, const MeterEntry& entry) {
  out.put(fmt::format("\"meter_id\":{}", static_cast<std::uint32_t>(entry.meter.id)));
  put_quoted(out, ",\"meter\":", [&](TextBuffer& part) { put_meter(part, entry.meter); });
  put_installed(out, clock, entry.origin, entry.reported);
}

}  // namespace oflens::cli
