#include <oflens/flow/flow_text.hpp>

#include <algorithm>
#include <array>

#include "../put.hpp"
#include "action_text.hpp"

namespace oflens {
namespace {

// "name=5, ".
template <std::size_t N>
char* put_number(char* p, const char (&name)[N], std::uint64_t v) {
  return put::text(put::decimal(put::text(p, name), v), ", ");
}

// By what listings are sorted before they are by text.
std::uint64_t place_of(const Flow& f) { return std::uint64_t{f.table_id} << 16 | (0xffffu - f.priority); }

// Sorts by place, above the lowest 32 bits; what has the same stays as it is. Places are of 24 bits.
void sort_by_place(std::vector<std::uint64_t>& all) {
  std::vector<std::uint64_t> sorted(all.size());
  for (const unsigned shift : {32u, 44u}) {
    const auto digit = [shift](std::uint64_t x) { return x >> shift & 0xfff; };
    std::array<std::size_t, 4096 + 1> begin{};
    for (const std::uint64_t x : all) ++begin[digit(x) + 1];
    for (std::size_t i = 1; i < begin.size(); ++i) begin[i] += begin[i - 1];
    for (const std::uint64_t x : all) sorted[begin[digit(x)]++] = x;
    all.swap(sorted);
  }
}

}  // namespace

void put_flow_flags(TextBuffer& out, v13::FlowModFlags flags) {
  static constexpr std::string_view names[] = {"send_flow_rem ", "check_overlap ", "reset_counts ",
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
  out.append(100 + put::slack, [&](char* p) {
    *p++ = ' ';
    if (flow.cookie != 0) p = put::text(put::hex(put::text(p, "cookie="), flow.cookie), ", ");
    if (flow.table_id != 0) p = put_number(p, "table=", flow.table_id);
    if (flow.idle_timeout != 0) p = put_number(p, "idle_timeout=", flow.idle_timeout);
    if (flow.hard_timeout != 0) p = put_number(p, "hard_timeout=", flow.hard_timeout);
    return p;
  });
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
  sort_by_place(order);
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

namespace {

// A line, and where it is in the buffer: its text, then a remark and the newline.
struct Line {
  const DatapathState::Present* flow;
  std::size_t begin, text_end, end;
};

// Sorts lines of one table and priority by their texts, in the buffer, too, which ends with them.
void sort_lines(TextBuffer& out, std::span<Line> lines, TextBuffer& unsorted) {
  const std::size_t begin = lines.front().begin;
  std::string_view all = out.view();
  const auto in_order = [&](const Line& a, const Line& b) {
    return all.substr(a.begin, a.text_end - a.begin) < all.substr(b.begin, b.text_end - b.begin);
  };
  if (std::is_sorted(lines.begin(), lines.end(), in_order)) return;
  std::sort(lines.begin(), lines.end(), in_order);
  unsorted.clear();
  unsorted.put(all.substr(begin));
  out.shorten_to(begin);
  for (Line& line : lines) {
    const std::size_t now = out.size(), text = line.text_end - line.begin, size = line.end - line.begin;
    out.put(unsorted.view().substr(line.begin - begin, size));
    line = {line.flow, now, now + text, now + size};
  }
}

std::vector<Line> write_lines(TextBuffer& out, std::span<const DatapathState::Present> flows,
                              Version dialect) {
  // They lie all over the memory: who asks for them early need not wait.
  const auto fetch = [&](std::size_t i) {
    constexpr std::size_t ahead = 8;
    if (i + 2 * ahead < flows.size()) {
      const auto* entry = reinterpret_cast<const char*>(flows[i + 2 * ahead].entry);
      prefetch(entry);
      prefetch(entry + sizeof(Flow) - 1);
    }
    if (i + ahead >= flows.size()) return;
    const Flow& flow = flows[i + ahead].entry->flow;
    flow.match.prefetch_bytes();
    flow.actions.encoded.prefetch_bytes(40);
  };
  std::vector<Line> lines;
  lines.reserve(flows.size());
  std::size_t same = 0;  // the first line of that table and priority
  std::uint64_t place = 0;
  TextBuffer unsorted;
  for (std::size_t i = 0; i < flows.size(); ++i) {
    fetch(i);
    const auto& [entry, expiry] = flows[i];
    if (const std::uint64_t before = std::exchange(place, place_of(entry->flow)); i != 0 && before != place) {
      sort_lines(out, std::span(lines).subspan(same), unsorted);
      same = i;
    }
    Line& line = lines.emplace_back(Line{&flows[i], out.size(), 0, 0});
    put_flow(out, entry->flow, dialect);
    line.text_end = out.size();
    put_remark(out, expiry);
    out.put('\n');
    line.end = out.size();
  }
  if (!lines.empty()) sort_lines(out, std::span(lines).subspan(same), unsorted);
  return lines;
}

}  // namespace

std::vector<FlowLine> list_flows(TextBuffer& out, std::span<const DatapathState::Present> flows,
                                 Version dialect) {
  std::vector<FlowLine> lines;
  lines.reserve(flows.size());
  for (const Line& line : write_lines(out, flows, dialect))
    lines.push_back(
        {line.flow->entry, line.flow->expiry, out.view().substr(line.begin, line.text_end - line.begin)});
  return lines;
}

std::vector<FlowLine> list_flows(TextBuffer& out, const DatapathState& table,
                                 const FlowListOptions& options) {
  return list_flows(out, flows_to_list(table, options), options.dialect);
}

void put_flows(TextBuffer& out, std::span<const DatapathState::Present> flows, Version dialect) {
  write_lines(out, flows, dialect);
}

void put_flows(TextBuffer& out, const DatapathState& table, const FlowListOptions& options) {
  put_flows(out, flows_to_list(table, options), options.dialect);
}

}  // namespace oflens
