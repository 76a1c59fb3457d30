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

// By what listings are sorted before they are by text.
std::uint64_t place_of(const Flow& f) { return std::uint64_t{f.table_id} << 16 | (0xffffu - f.priority); }

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

std::vector<DatapathState::Present> flows_to_list(const DatapathState& table,
                                                  const FlowListOptions& options) {
  const std::vector<DatapathState::Present> all = table.present(options.at);
  std::vector<std::uint64_t> order;  // place, and which
  order.reserve(all.size());
  for (const DatapathState::Present& p : all) {
    const Flow& flow = p.entry->flow;
    if (options.certain && p.expiry.state != Expiry::State::present) continue;
    if (options.only && !options.only(flow)) continue;
    order.push_back(place_of(flow) << 32 | static_cast<std::uint64_t>(&p - all.data()));
  }
  std::sort(order.begin(), order.end());
  std::vector<DatapathState::Present> sorted;
  sorted.reserve(order.size());
  for (const std::uint64_t o : order) sorted.push_back(all[o & 0xffffffff]);
  return sorted;
}

std::size_t end_of_part(std::span<const DatapathState::Present> flows, std::size_t from, std::size_t enough) {
  if (flows.size() - from <= enough) return flows.size();
  std::size_t end = from + enough;
  while (end < flows.size() && place_of(flows[end].entry->flow) == place_of(flows[end - 1].entry->flow))
    ++end;
  return end;
}

std::vector<FlowLine> list_flows(TextBuffer& out, std::span<const DatapathState::Present> flows,
                                 Version dialect) {
  // They lie all over the memory: who asks for them early need not wait.
  const auto fetch = [&](std::size_t i) {
    constexpr std::size_t ahead = 8;
    if (i + 2 * ahead < flows.size()) {
      const auto* entry = reinterpret_cast<const char*>(flows[i + 2 * ahead].entry);
      for (std::size_t at = 0; at < sizeof(FlowEntry); at += 64) __builtin_prefetch(entry + at);
      __builtin_prefetch(entry + sizeof(FlowEntry) - 1);
    }
    if (i + ahead >= flows.size()) return;
    flows[i + ahead].entry->flow.match.prefetch_bytes();
    flows[i + ahead].entry->flow.actions.encoded.prefetch_bytes();
  };
  std::vector<FlowLine> lines;
  lines.reserve(flows.size());
  std::vector<std::size_t> ends;
  ends.reserve(flows.size());
  std::size_t begin = out.size();
  for (std::size_t i = 0; i < flows.size(); ++i) {
    fetch(i);
    put_flow(out, flows[i].entry->flow, dialect);
    lines.push_back({flows[i].entry, flows[i].expiry, {}});
    ends.push_back(out.size());
  }
  // The buffer may have moved while it grew.
  for (std::size_t i = 0; i < lines.size(); begin = ends[i++])
    lines[i].text = out.view().substr(begin, ends[i] - begin);
  for (auto same = lines.begin(); same != lines.end();) {
    const auto end = std::find_if(same + 1, lines.end(), [&](const FlowLine& line) {
      return place_of(line.entry->flow) != place_of(same->entry->flow);
    });
    std::sort(same, end, [](const FlowLine& a, const FlowLine& b) { return a.text < b.text; });
    same = end;
  }
  return lines;
}

std::vector<FlowLine> list_flows(TextBuffer& out, const DatapathState& table,
                                 const FlowListOptions& options) {
  return list_flows(out, flows_to_list(table, options), options.dialect);
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
