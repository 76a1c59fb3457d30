// Flows, groups and meters as ovs-ofctl of Open vSwitch 3.1 prints them: `--no-names dump-flows --no-stats`,
// dump-groups, dump-meters.
#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include <oflens/flow/datapath_state.hpp>
#include <oflens/text_buffer.hpp>

namespace oflens {

// The dialect is the version that ovs-ofctl would ask in (its option -O): 1.0, or for all others 1.3. Flows
// are shown in either, whatever version they came in: actions of 1.0 as the switch translates them to 1.3,
// and the other way round. Flags, meters and what is written to the action set do not show in 1.0. What Open
// vSwitch has no words for (PBB, TTL copies, experimenters) is shown in the specification's, with its bytes.

// "tcp,in_port=1,tp_dst=80", with "priority=5" in front unless it is 32768 (or not given). Nothing at all for
// a match of everything.
void put_match(TextBuffer&, const FlowMatch&, Version dialect, std::uint16_t priority = 0x8000);
// "set_field:80->tcp_dst,output:1"; "drop" without any.
void put_actions(TextBuffer&, const FlowActions&, Version dialect);
// "send_flow_rem check_overlap ": a space behind each.
void put_flow_flags(TextBuffer&, v13::FlowModFlags);
// The whole line: " cookie=0x1, table=2, idle_timeout=5, priority=3,ip actions=drop". No newline.
void put_flow(TextBuffer&, const Flow&, Version dialect);
// " group_id=1,type=all,bucket=actions=output:1". In 1.0, which is Nicira's 1.5, buckets have ids. No
// newline.
void put_group(TextBuffer&, const Group&, Version dialect);
// What one of its buckets does: "set_field:80->tcp_dst,output:1".
void put_bucket_actions(TextBuffer&, const Group&, const Bucket&, Version dialect);
// "meter=1 kbps bands=\ntype=drop rate=1000\n": a line, and one for each band.
void put_meter(TextBuffer&, const Meter&);
// " # may have expired since 09:36:31.4 (idle 4 s)"; nothing when there is no doubt.
void put_remark(TextBuffer&, const Expiry&);

struct FlowListOptions {
  Version dialect = Version::v13;
  Timestamp at{};                           // the time for which it is asked: the end of the capture
  bool certain = false;                     // leave out what may have expired
  std::function<bool(const Flow&)> only{};  // these; without one, all
};

// One line of a listing.
struct FlowLine {
  const FlowEntry* entry = nullptr;  // valid until the table changes
  Expiry expiry;
  std::string_view text;  // in the buffer, without remark and newline; valid until the buffer changes
};

// What there is at that time, by table, then priority downwards, then text, with remarks, a line each.
void put_flows(TextBuffer&, const DatapathState&, const FlowListOptions&);
// The same, and where each of them is in the buffer.
std::vector<FlowLine> list_flows(TextBuffer&, const DatapathState&, const FlowListOptions&);
// The same in two steps, for who lists a part at a time, or several at once: the flows, those of a table and
// priority in no particular order; and their lines. A part has all flows of its tables and priorities.
std::vector<DatapathState::Present> flows_to_list(const DatapathState&, const FlowListOptions&);
void put_flows(TextBuffer&, std::span<const DatapathState::Present>, Version dialect);
std::vector<FlowLine> list_flows(TextBuffer&, std::span<const DatapathState::Present>, Version dialect);
// Up to where a part may reach that begins at `from` and has at least `enough` flows, or the rest.
std::size_t end_of_part(std::span<const DatapathState::Present>, std::size_t from, std::size_t enough);

}  // namespace oflens
