// Flows, groups, meters and ports of datapaths as the subcommands about tables show them: headings and JSON.
#pragma once

#include <oflens/flow/flow_text.hpp>
#include <oflens/session/tables.hpp>

#include "flow_choice.hpp"
#include "input.hpp"
#include "tables_at.hpp"

namespace oflens::cli {

// Records in one of the forms json (an array) and ndjson (a line each).
class RecordList {
 public:
  explicit RecordList(bool array) : array_(array) {}

  // Around each record, and after the last.
  void begin(TextBuffer&);
  void end(TextBuffer&);
  void finish(TextBuffer&);

  // A list that is to be written elsewhere, of so many records; this one goes on behind it.
  RecordList part(std::size_t records) {
    RecordList here = *this;
    written_ += records;
    return here;
  }

 private:
  bool array_;
  std::uint64_t written_ = 0;
};

// "datapath 0x0000000000000001, OpenFlow 1.3, switch 10.0.0.1:36752"
void put_datapath(TextBuffer&, const Datapath&);
// "9 flows"
void put_count(TextBuffer&, std::size_t count, std::string_view what);

// What is shown of a datapath's tables.
enum class Entries : std::uint8_t { flows, groups, meters, ports };
// "flow"
const char* name_of(Entries);
// What makes that less certain, where it is so, of flows those in the tables that are asked for:
// "; incomplete: 1448 bytes of its connections are lost", "; partial: what was there before the capture is
// not known", "; table 10 may hold flows that the switch learnt".
void put_doubts(TextBuffer&, const TableTracker::Tables&, Entries, const FlowChoice&);
// "# datapath 0x0000000000000001, OpenFlow 1.3, switch 10.0.0.1:36752, 9 flows", the moment before the count
// where one is asked for, doubts, and a newline.
void put_heading(TextBuffer&, const TableTracker::Tables&, const TablesAt&, const Clock&, std::size_t count,
                 Entries, const FlowChoice&);

// A time in JSON, as the clock has it: text, or a number.
void put_json_time(TextBuffer&, const Clock&, Timestamp);
// "datapath_id":"0x0000000000000001"
void put_datapath_member(TextBuffer&, const Datapath&);
// "at":{"frame":null,"time":"2026-11-20T09:36:27.500000Z"}, or null for the end.
void put_moment_member(TextBuffer&, const Clock&, const TablesAt&);
// The members of a flow's record, from table_id to may_have_expired; of a group's, a meter's, a port's.
// Constants and numbers are as in decode's records, matches and actions as ovs-ofctl writes them.
void put_flow_members(TextBuffer&, const Clock&, const FlowLine&, Version dialect);
void put_group_members(TextBuffer&, const Clock&, const GroupEntry&, Version dialect);
void put_meter_members(TextBuffer&, const Clock&, const MeterEntry&);
void put_port_members(TextBuffer&, PortNo, const PortCondition&);

}  // namespace oflens::cli
