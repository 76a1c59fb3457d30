#include "trace_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <oflens/flow/flow_text.hpp>

#include "flow_record.hpp"

namespace oflens::cli {
namespace {

using Kind = TraceStep::Kind;
using Reason = nicira::ControllerReason;

constexpr std::uint64_t no_cookie = ~std::uint64_t{0};

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::table: return "table";
    case Kind::miss: return "miss";
    case Kind::action: return "action";
    case Kind::bucket: return "bucket";
    case Kind::action_set: return "action_set";
    case Kind::packet_out: return "packet_out";
    case Kind::resume: return "resume";
    case Kind::note: return "note";
    case Kind::problem: return "problem";
    case Kind::assumption: return "assumption";
  }
  return "";
}

void put_step(TextBuffer& out, const Clock& clock, const TraceStep& s) {
  const unsigned level = s.kind == Kind::action ? s.depth : s.depth - std::min(s.depth, 1u);
  for (unsigned i = 0; i < level; ++i) out.put("    ");
  switch (s.kind) {
    case Kind::table:
    case Kind::miss: out.put(fmt::format("{:2}. ", s.table_id)); break;
    case Kind::action_set:
    case Kind::packet_out:
    case Kind::resume: out.put("--. "); break;
    case Kind::note: out.put(" -> "); break;
    case Kind::problem: out.put(" >> "); break;
    case Kind::assumption: out.put(" -> assumed: "); break;
    default: break;
  }
  out.put(s.text);
  if (s.entry) {
    out.put("  # ");
    put_installed(out, clock, *s.entry);
    put_remark(out, s.expiry);
  }
  if (s.may_be_learnt) out.put(" # the table may hold flows that the switch learnt");
  out.put('\n');
}

void put_place(TextBuffer& out, const Delivery& d) {
  TextBuffer name;
  switch (d.port) {
    case PortNo::controller: out.put("CONTROLLER"); return;
    case PortNo::normal: out.put("NORMAL"); return;
    case PortNo::flood: out.put("FLOOD"); return;
    case PortNo::all: out.put("ALL"); return;
    case PortNo::local: out.put("LOCAL"); return;
    default: break;
  }
  if (!out.put_port_name(static_cast<std::uint32_t>(d.port)))
    out.put_decimal(static_cast<std::uint32_t>(d.port));
}

void put_reason(TextBuffer& out, Reason reason) {
  const std::string_view constant = wire::labels<Reason>().find(static_cast<std::uint64_t>(reason));
  if (constant.empty())
    out.put_decimal(static_cast<std::uint64_t>(reason));
  else
    out.put(constant);
}

// What a flow for misses sends is a miss, since 1.3 (1.3.5 §7.4.1).
Reason reason_of(const Delivery& d, Version version) {
  return d.table_miss_flow && version >= Version::v13 ? Reason::no_match : d.reason;
}
// The reason that the message gives for such a delivery: later versions' are ACTION before.
Reason said_reason(const Delivery& d, Version version) {
  const Reason reason = reason_of(d, version);
  return reason == Reason::no_match || reason == Reason::invalid_ttl ? reason : Reason::action;
}
std::uint64_t cookie_of(const Delivery& d) { return d.flow ? d.flow->flow.cookie : no_cookie; }

void put_said(TextBuffer& out, Reason reason, std::optional<std::uint8_t> table,
              std::optional<std::uint64_t> cookie) {
  put_reason(out, reason);
  if (table) out.put(fmt::format(", table {}", *table));
  if (cookie) out.put(fmt::format(", cookie 0x{:x}", *cookie));
}

std::string flow_of(const Flow& flow, Version dialect) {
  TextBuffer line;
  put_flow(line, flow, dialect);
  const std::string_view text = line.view();
  return std::string(text.substr(std::min(text.find_first_not_of(' '), text.size())));
}

std::string text_of(const PacketKey& key) {
  TextBuffer text;
  put_packet_key(text, key);
  return std::string(text.view());
}
std::string changes(const PacketKey& before, const PacketKey& after) {
  TextBuffer text;
  put_packet_changes(text, before, after);
  return std::string(text.view());
}

void put_result(TextBuffer& out, const PacketKey& packet, const Delivery& d, Version version) {
  out.put(d.port == PortNo::controller ? "to the controller" : "output:");
  if (d.port == PortNo::controller) {
    out.put(" (");
    put_reason(out, reason_of(d, version));
    if (d.controller_id != 0) out.put(fmt::format(", controller id {}", d.controller_id));
    out.put(')');
  } else {
    put_place(out, d);
    if (d.max_len) out.put(fmt::format(", cut to {} bytes", *d.max_len));
  }
  if (d.queue) out.put(fmt::format(", queue {}", *d.queue));
  const std::string changed = changes(packet, d.key);
  if (!changed.empty()) out.put(" with " + changed);
}

}  // namespace

void put_installed(TextBuffer& out, const Clock& clock, const FlowEntry& entry) {
  if (entry.reported) out.put("told by the switch in ");
  out.put(fmt::format("frame {}, ", entry.origin.frame));
  clock.put(out, entry.origin.time);
}

void put_trace(TextBuffer& out, const Clock& clock, const PacketKey& packet, const Trace& trace,
               Version version) {
  out.put("Flow: ");
  put_packet_key(out, packet);
  out.put("\n\n");
  for (const TraceStep& s : trace.steps) put_step(out, clock, s);
  out.put("\nFinal flow: ");
  const std::string before = text_of(packet), after = text_of(trace.final_key);
  out.put(before == after ? "unchanged" : after);
  out.put("\nResult: ");
  if (!trace.failure.empty()) out.put("drop: the switch gives up, " + trace.failure);
  if (trace.failure.empty() && trace.deliveries.empty()) out.put("drop");
  bool first = trace.failure.empty();
  for (const Delivery& d : trace.deliveries) {
    if (!std::exchange(first, false)) out.put("\n        ");
    put_result(out, packet, d, version);
  }
  out.put('\n');
}

void put_trace_members(TextBuffer& out, const Clock& clock, const PacketKey& packet, const Trace& trace,
                       Version version) {
  out.put("\"flow\":");
  out.put_json(text_of(packet));
  out.put(",\"steps\":[");
  bool separate = false;
  for (const TraceStep& s : trace.steps) {
    if (std::exchange(separate, true)) out.put(',');
    out.put(fmt::format("{{\"kind\":\"{}\",\"depth\":{},\"text\":", name_of(s.kind), s.depth));
    out.put_json(s.text);
    out.put(',');
    if (s.entry) {
      const std::string flow = flow_of(s.entry->flow, version);
      put_flow_members(out, clock, {&*s.entry, s.expiry, flow}, version);
    } else {
      out.put(fmt::format("\"table_id\":{}", s.table_id));
    }
    if (s.may_be_learnt) out.put(",\"may_be_learnt\":true");
    out.put('}');
  }
  out.put("],\"final_flow\":");
  out.put_json(text_of(trace.final_key));
  out.put(",\"result\":[");
  separate = false;
  for (const Delivery& d : trace.deliveries) {
    if (std::exchange(separate, true)) out.put(',');
    TextBuffer port;
    put_place(port, d);
    out.put("{\"output\":");
    out.put_json(port.view());
    out.put(",\"changed\":");
    out.put_json(changes(packet, d.key));
    if (d.queue) out.put(fmt::format(",\"queue\":{}", *d.queue));
    if (d.max_len) out.put(fmt::format(",\"max_len\":{}", *d.max_len));
    if (d.port == PortNo::controller) {
      TextBuffer reason;
      put_reason(reason, reason_of(d, version));
      out.put(fmt::format(",\"reason\":\"{}\",\"table_id\":{},\"cookie\":\"0x{:x}\",\"controller_id\":{}",
                          reason.view(), d.table_id, cookie_of(d), d.controller_id));
    }
    out.put('}');
  }
  out.put("],\"failure\":");
  if (trace.failure.empty())
    out.put("null");
  else
    out.put_json(trace.failure);
  out.put(trace.assumes ? ",\"assumes\":true" : ",\"assumes\":false");
}

// ---- packet-ins

Explanation explain(const PacketInMessage& m, const Trace& trace) {
  Explanation e;
  for (const Delivery& d : trace.deliveries) {
    if (d.port != PortNo::controller) continue;
    const bool agrees = said_reason(d, m.version) == m.reason &&
                        m.table_id.value_or(d.table_id) == d.table_id &&
                        m.cookie.value_or(cookie_of(d)) == cookie_of(d);
    if (e.delivery == nullptr || agrees) e = {&d, agrees};
    if (agrees) break;
  }
  return e;
}

void put_said(TextBuffer& out, const PacketInMessage& m) { put_said(out, m.reason, m.table_id, m.cookie); }

void put_said(TextBuffer& out, const PacketInMessage& m, const Delivery& d) {
  put_said(out, said_reason(d, m.version), m.table_id ? std::optional(d.table_id) : std::nullopt,
           m.cookie ? std::optional(cookie_of(d)) : std::nullopt);
}

void put_why(TextBuffer& out, const Clock& clock, const Delivery& d) {
  if (d.reason == Reason::no_match && !d.flow) {
    out.put(fmt::format("table {} has no flow for it, and sends such packets to the controller", d.table_id));
    return;
  }
  if (d.reason == Reason::invalid_ttl)
    out.put("its time to live is over, at ");
  else if (d.table_miss_flow)
    out.put("only the flow for misses has it, ");
  else
    out.put("so says ");
  if (!d.flow) return out.put("the packet_out");
  out.put(fmt::format("'{}' of table {} (", flow_of(d.flow->flow, Version::v13), d.table_id));
  put_installed(out, clock, *d.flow);
  out.put(')');
}

}  // namespace oflens::cli
