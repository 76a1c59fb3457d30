#include <oflens/flow/flow_text.hpp>

#include <algorithm>

#include "action_text.hpp"

namespace oflens {
namespace {

void put_timeout(TextBuffer& out, const char* name, std::uint16_t seconds) {
  if (seconds == 0) return;
  out.put(name);
  out.put_decimal(seconds);
  out.put(", ");
}

}  // namespace

void put_flow_flags(TextBuffer& out, v13::FlowModFlags flags) {
  static constexpr const char* names[] = {"send_flow_rem ", "check_overlap ", "reset_counts ",
                                          "no_packet_counts ", "no_byte_counts "};
  for (unsigned bit = 0; bit < std::size(names); ++bit)
    if ((static_cast<unsigned>(flags) >> bit & 1) != 0) out.put(names[bit]);
}

void put_actions(TextBuffer& out, const FlowActions& actions, Version dialect) {
  const flow::ActionDialect how{dialect, actions.after_tag, actions.after_ip_proto};
  if (actions.version == Version::v10)
    flow::put_action_list(out, actions.encoded.bytes(), Version::v10, how);
  else
    flow::put_instruction_list(out, actions.encoded.bytes(), how);
}

void put_flow(TextBuffer& out, const Flow& flow, Version dialect) {
  out.put(' ');
  if (flow.cookie != 0) {
    out.put("cookie=");
    out.put_hex(flow.cookie);
    out.put(", ");
  }
  if (flow.table_id != 0) {
    out.put("table=");
    out.put_decimal(flow.table_id);
    out.put(", ");
  }
  put_timeout(out, "idle_timeout=", flow.idle_timeout);
  put_timeout(out, "hard_timeout=", flow.hard_timeout);
  if (dialect != Version::v10) put_flow_flags(out, flow.flags);
  const std::size_t before = out.size();
  put_match(out, flow.match, dialect, flow.priority);
  if (out.size() != before) out.put(' ');
  out.put("actions=");
  put_actions(out, flow.actions, dialect);
}

void put_remark(TextBuffer& out, const Expiry& expiry) {
  if (expiry.state != Expiry::State::doubtful) return;
  TextBuffer time;
  time.put_time(expiry.since, 1);  // 2026-11-20T09:36:31.4Z
  out.put(" # may have expired since ");
  const std::size_t of_day = time.view().find('T') + 1;
  out.put(time.view().substr(of_day, time.size() - of_day - 1));
  out.put(expiry.cause == Expiry::Cause::idle ? " (idle " : " (hard ");
  out.put_decimal(expiry.seconds);
  out.put(" s)");
}

std::vector<FlowLine> list_flows(TextBuffer& out, const DatapathState& table,
                                 const FlowListOptions& options) {
  // Written in the order of memory; then only numbers are sorted: table, priority downwards, and which line.
  std::vector<FlowLine> lines;
  std::vector<std::uint64_t> order;
  std::vector<std::size_t> ends;
  const std::size_t begin = out.size();
  for (const DatapathState::Present& p : table.present(options.at)) {
    if (options.certain && p.expiry.state != Expiry::State::present) continue;
    const Flow& flow = p.entry->flow;
    if (options.only && !options.only(flow)) continue;
    put_flow(out, flow, options.dialect);
    order.push_back(std::uint64_t{flow.table_id} << 48 | std::uint64_t{0xffffu - flow.priority} << 32 |
                    lines.size());
    lines.push_back({p.entry, p.expiry, {}});
    ends.push_back(out.size());
  }
  // The buffer may have moved while it grew.
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t from = i == 0 ? begin : ends[i - 1];
    lines[i].text = out.view().substr(from, ends[i] - from);
  }
  std::sort(order.begin(), order.end());
  std::vector<FlowLine> sorted;
  sorted.reserve(lines.size());
  const auto by_text = [](const FlowLine& a, const FlowLine& b) { return a.text < b.text; };
  std::size_t run = 0;  // where those of this table and priority begin
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (order[i] >> 32 != order[run] >> 32) {
      std::sort(sorted.begin() + static_cast<std::ptrdiff_t>(run), sorted.end(), by_text);
      run = i;
    }
    sorted.push_back(lines[order[i] & 0xffffffff]);
  }
  std::sort(sorted.begin() + static_cast<std::ptrdiff_t>(run), sorted.end(), by_text);
  return sorted;
}

void put_flows(TextBuffer& out, const DatapathState& table, const FlowListOptions& options) {
  TextBuffer texts;
  for (const FlowLine& line : list_flows(texts, table, options)) {
    out.put(line.text);
    put_remark(out, line.expiry);
    out.put('\n');
  }
}

}  // namespace oflens
