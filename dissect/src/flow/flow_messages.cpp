// Messages about packets and flows, as Open vSwitch prints them.
#include <oflens/ext/nicira.hpp>
#include <oflens/ext/onf.hpp>
#include <oflens/flow/packet_text.hpp>

#include "message_parts.hpp"
#include "ovs_words.hpp"

namespace oflens::flow {
namespace {

class FlowMessage : MessageParts {
 public:
  using MessageParts::MessageParts;
  bool write();

 private:
  friend MessageParts;

  // -- packets

  void reason_of_packet(std::uint8_t reason) {
    // The switch keeps two for itself, without a name.
    static constexpr const char* names[] = {
        "no_match", "action", "invalid_ttl", "action_set", "group", "packet_out", "", ""};
    out_.put(" (via ");
    choice(names, reason);
    out_.put(')');
  }
  void packet_data(BufferId buffer, std::size_t total, Bytes data) {
    data_size(buffer, total, data.size());
    put_packet(out_, data);
    out_.put('\n');
  }
  void data_size(BufferId buffer, std::size_t total, std::size_t size) {
    number(" data_len=", size);
    if (buffer == BufferId::no_buffer) {
      out_.put(" (unbuffered)");
      if (total != size) out_.put(" (***total_len != data_len***)");
    } else {
      out_.put(" buffer=");
      out_.put_hex(static_cast<std::uint32_t>(buffer), 8);
      if (total < size) out_.put(" (***total_len < data_len***)");
    }
    out_.put('\n');
  }
  void body(const v10::PacketIn& m) {
    number(" total_len=", m.total_len);
    port(" in_port=", port_of(m.in_port));
    reason_of_packet(static_cast<std::uint8_t>(m.reason));
    packet_data(m.buffer_id, m.total_len, m.data.bytes());
  }
  void body(const v13::PacketIn& m) {
    packet_in(m.table_id, m.cookie, m.total_len, FlowMatch::of(m.match.oxm));
    reason_of_packet(static_cast<std::uint8_t>(m.reason));
    packet_data(m.buffer_id, m.total_len, m.data.bytes());
  }
  void packet_in(v13::TableId table, std::uint64_t cookie, std::size_t total, const FlowMatch& metadata) {
    if (table != v13::TableId{}) number(" table_id=", static_cast<std::uint8_t>(table));
    if (cookie != ~std::uint64_t{0}) hex(" cookie=", cookie);
    number(" total_len=", total);
    out_.put(' ');
    match(metadata);
  }

  template <class M>
  void packet_out(const M& m, PortNo in_port) {
    port(" in_port=", in_port);
    out_.put(' ');
    actions(m.actions);
    const Bytes data = m.data.bytes();
    if (m.buffer_id != BufferId::no_buffer) {
      out_.put(" buffer=");
      return out_.put_hex(static_cast<std::uint32_t>(m.buffer_id), 8);
    }
    number(" data_len=", data.size());
    if (data.empty()) return;
    out_.put('\n');
    put_packet(out_, data);
    out_.put('\n');
  }
  void body(const v10::PacketOut& m) { packet_out(m, port_of(m.in_port)); }
  void body(const v13::PacketOut& m) { packet_out(m, m.in_port); }

  void body(const nicira::PacketIn& m) {
    packet_in(static_cast<v13::TableId>(m.table_id), m.cookie, m.total_len, FlowMatch::of(m.match));
    reason_of_packet(static_cast<std::uint8_t>(m.reason));
    packet_data(m.buffer_id, m.total_len, m.data.bytes());
  }

  // A packet_in of properties.
  template <class Action>
  void properties(const Seq<nicira::PacketInProperty<Action>>& list) {
    namespace property = nicira::packet_in;
    Bytes packet, userdata;
    std::size_t full_len = 0;  // 0: that of the packet
    BufferId buffer = BufferId::no_buffer;
    v13::TableId table{};
    std::uint64_t cookie = ~std::uint64_t{0};
    v13::PacketInReason reason{};
    FlowMatch metadata;
    for (const nicira::PacketInProperty<Action> p : list) {
      if (const auto v = p.template get<property::Packet>()) packet = v->packet.bytes();
      if (const auto v = p.template get<property::FullLen>()) full_len = v->full_len;
      if (const auto v = p.template get<property::Buffer>()) buffer = v->buffer_id;
      if (const auto v = p.template get<property::TableId>()) table = static_cast<v13::TableId>(v->table_id);
      if (const auto v = p.template get<property::Cookie>()) cookie = v->cookie;
      if (const auto v = p.template get<property::Reason>()) reason = v->reason;
      if (const auto v = p.template get<property::Metadata>()) metadata = FlowMatch::of(v->metadata);
      if (const auto v = p.template get<property::Userdata>()) userdata = v->userdata.bytes();
    }
    if (full_len == 0) full_len = packet.size();
    packet_in(table, cookie, full_len, metadata);
    reason_of_packet(static_cast<std::uint8_t>(reason));
    data_size(buffer, full_len, packet.size());
    if (!userdata.empty()) {
      out_.put(" userdata=");
      for (std::size_t i = 0; i < userdata.size(); ++i) {
        if (i != 0) out_.put('.');
        out_.put_bytes(userdata.subspan(i, 1));
      }
      out_.put('\n');
    }
    for (const nicira::PacketInProperty<Action> p : list)
      if (const auto v = p.template get<property::Continuation<Action>>())
        continuation<Action>(v->properties);
    put_packet(out_, packet);
    out_.put('\n');
  }
  template <class Action>
  void continuation(const Seq<nicira::ContinuationProperty<Action>>& list) {
    namespace property = nicira::continuation;
    const auto each = [&]<class P>(const P*, auto&& f) {
      for (const nicira::ContinuationProperty<Action> p : list)
        if (const auto v = p.template get<P>()) f(*v);
    };
    const auto line = [&](const char* name) {
      out_.put(" continuation.");
      out_.put(name);
      out_.put('=');
    };
    each(static_cast<const property::Bridge*>(nullptr), [&](const property::Bridge& p) {
      line("bridge");
      uuid(p.uuid);
      out_.put('\n');
    });
    bool stacked = false;
    each(static_cast<const property::Stack*>(nullptr), [&](const property::Stack& p) {
      if (!stacked) line("stack");
      out_.put(stacked ? " " : "(top) ");
      stacked = true;
      put_hex_or_0(out_, p.value.bytes());
    });
    if (stacked) out_.put(" (bottom)\n");
    each(static_cast<const property::Mirrors*>(nullptr), [&](const property::Mirrors& p) {
      hex(" continuation.mirrors=", p.mirrors);
      out_.put('\n');
    });
    each(static_cast<const property::Conntracked*>(nullptr), [&](const property::Conntracked&) {
      line("conntracked");
      out_.put("true\n");
    });
    // Where the actions came from is shown as an action that goes back there.
    std::uint64_t table = 0, cookie = 0;
    each(static_cast<const property::TableId*>(nullptr),
         [&](const property::TableId& p) { table = p.table_id; });
    each(static_cast<const property::Cookie*>(nullptr),
         [&](const property::Cookie& p) { cookie = p.cookie; });
    each(static_cast<const property::Actions<Action>*>(nullptr), [&](const property::Actions<Action>& p) {
      if (p.actions.empty()) return;
      line("actions");
      number("unroll_xlate(table=", table);
      number(", cookie=", cookie);
      out_.put("),");
      action_list(p.actions);
      out_.put('\n');
    });
    each(static_cast<const property::ActionSet<Action>*>(nullptr), [&](const property::ActionSet<Action>& p) {
      if (p.actions.empty()) return;
      line("action_set");
      action_list(p.actions);
      out_.put('\n');
    });
    each(static_cast<const property::OdpPort*>(nullptr), [&](const property::OdpPort& p) {
      number(" continuation.odp_port=", p.odp_port);
      out_.put('\n');
    });
  }
  // The switch keeps it as four words in the order of its own bytes, which are little-endian mostly.
  void uuid(const nicira::continuation::Uuid& uuid) {
    static constexpr std::size_t order[] = {3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12};
    for (std::size_t i = 0; i < std::size(order); ++i) {
      if (i == 4 || i == 6 || i == 8 || i == 10) out_.put('-');
      const auto octet = static_cast<std::byte>(uuid.octets[order[i]]);
      out_.put_bytes({&octet, 1});
    }
  }
  void body(const nicira::PacketIn2& m) { properties<v10::Action>(m.properties); }
  void body(const nicira::PacketIn2For11& m) { properties<v13::Action>(m.properties); }
  void body(const nicira::Resume& m) { properties<v10::Action>(m.properties); }
  void body(const nicira::ResumeFor11& m) { properties<v13::Action>(m.properties); }

  // -- flows

  void body(const v10::FlowMod&) { flow_mod(); }
  void body(const v13::FlowMod&) { flow_mod(); }
  void body(const nicira::FlowMod&) { flow_mod(); }
  void body(const nicira::FlowModFor11&) { flow_mod(); }
  void flow_mod() {
    // Open vSwitch takes the high byte of 1.0's command for a table, whatever was agreed upon.
    const std::optional<FlowMod> m = read_flow_mod(frame_, true);
    if (!m) {
      out_.put(" ***decode error: OFPFMFC_BAD_COMMAND***\n");
      return put_dump(out_, frame_.bytes());
    }
    const Flow& flow = m->flow;
    static constexpr const char* commands[] = {" ADD", " MOD", " MOD_STRICT", " DEL", " DEL_STRICT"};
    choice(commands, static_cast<std::uint8_t>(m->command));
    if (flow.table_id != 0) number(" table:", flow.table_id);
    out_.put(' ');
    match(flow.match, flow.priority);
    if (out_.view().back() != ' ') out_.put(' ');
    const bool add = m->command == v13::FlowModCommand::add;
    const auto part = [&](const char* name, std::uint64_t v) {
      if (v == 0) return;
      number(name, v);
      out_.put(' ');
    };
    if ((add || m->modifies_cookie) && flow.cookie != 0 && flow.cookie != ~std::uint64_t{0}) {
      hex("cookie:", flow.cookie);
      out_.put(' ');
    }
    if (m->cookie_mask != 0 && (m->modifies_cookie || !add)) {
      hex("cookie:", m->cookie_wanted);
      hex("/", m->cookie_mask);
      out_.put(' ');
    }
    part("idle:", flow.idle_timeout);
    part("hard:", flow.hard_timeout);
    if (m->buffer_id != BufferId::no_buffer) {
      hex("buf:", static_cast<std::uint32_t>(m->buffer_id));
      out_.put(' ');
    }
    if (m->out_port != PortNo::any) {
      port("out_port:", m->out_port);
      out_.put(' ');
    }
    auto flags = static_cast<unsigned>(flow.flags);
    if (m->version == Version::v10) flags &= ~static_cast<unsigned>(v13::FlowModFlags::reset_counts);
    put_flow_flags(out_, static_cast<v13::FlowModFlags>(flags));
    actions(flow.actions);
  }

  static constexpr const char* removal_reasons[] = {"idle",         "hard",         "delete",
                                                    "group_delete", "meter_delete", "eviction"};
  template <class M>
  void flow_removed(const M& m, const FlowMatch& of, std::uint8_t table, std::uint16_t hard_timeout) {
    out_.put(' ');
    match(of, m.priority);
    out_.put(" reason=");
    choice(removal_reasons, static_cast<std::uint8_t>(m.reason));
    if (table != 0xff) number(" table_id=", table);
    if (m.cookie != 0) hex(" cookie:", m.cookie);
    out_.put(" duration");
    put_duration(out_, m.duration_sec, m.duration_nsec);
    number(" idle", m.idle_timeout);
    if (hard_timeout != 0) number(" hard", hard_timeout);
    number(" pkts", m.packet_count);
    number(" bytes", m.byte_count);
  }
  void body(const v10::FlowRemoved& m) { flow_removed(m, FlowMatch::as_written(m.match), 0xff, 0); }
  void body(const v13::FlowRemoved& m) {
    flow_removed(m, FlowMatch::of(m.match.oxm), static_cast<std::uint8_t>(m.table_id), m.hard_timeout);
  }
  void body(const nicira::FlowRemoved& m) {
    flow_removed(m, FlowMatch::of(m.match), static_cast<std::uint8_t>(m.table_id - 1), 0);
  }

  // -- statistics

  void body(const v10::FlowStatsRequest& m) {
    flow_request(m, m.table_id, port_of(m.out_port), FlowMatch::as_written(m.match));
  }
  void body(const v13::FlowStatsRequest& m) {
    flow_request(m, static_cast<std::uint8_t>(m.table_id), m.out_port, FlowMatch::of(m.match.oxm));
  }
  template <class M>
  void flow_request(const M& m, std::uint8_t table, PortNo out_port, const FlowMatch& of) {
    stats_flags(m);
    if (table != 0xff) number(" table=", table);
    if (out_port != PortNo::any) port(" out_port=", out_port);
    match_after_space(of);
  }
  void match_after_space(const FlowMatch& of) {
    out_.put(' ');
    match(of);
    if (out_.view().back() == ' ') out_.shorten_to(out_.size() - 1);
  }

  template <class M>
  void flow_stats(const M& m, std::uint8_t table, v13::FlowModFlags flags, const FlowMatch& of,
                  const FlowActions& what, unsigned idle_age = 0, unsigned hard_age = 0) {
    hex("\n cookie=", m.cookie);
    out_.put(", duration=");
    put_duration(out_, m.duration_sec, m.duration_nsec);
    number(", table=", table);
    number(", n_packets=", m.packet_count);
    number(", n_bytes=", m.byte_count);
    if (m.idle_timeout != 0) number(", idle_timeout=", m.idle_timeout);
    if (m.hard_timeout != 0) number(", hard_timeout=", m.hard_timeout);
    if (idle_age != 0) number(", idle_age=", idle_age - 1);
    if (hard_age != 0 && hard_age - 1 != m.duration_sec) number(", hard_age=", hard_age - 1);
    out_.put(", ");
    put_flow_flags(out_, flags);
    match(of, m.priority);
    if (out_.view().back() != ' ') out_.put(' ');
    actions(what);
  }
  void body(const v10::FlowStatsReply& m) {
    stats_flags(m);
    for (const v10::FlowStats entry : m.flows)
      flow_stats(entry, entry.table_id, {}, FlowMatch::as_written(entry.match),
                 {SharedBytes(entry.actions.bytes()), Version::v10});
  }
  void body(const v13::FlowStatsReply& m) {
    stats_flags(m);
    for (const v13::FlowStats entry : m.flows)
      flow_stats(entry, static_cast<std::uint8_t>(entry.table_id), entry.flags,
                 FlowMatch::of(entry.match.oxm), {SharedBytes(entry.instructions.bytes()), Version::v13});
  }

  // Nicira's. The ages are seconds plus one; that of a flow that was never changed since is its duration.
  void body(const nicira::FlowStatsRequest& m) {
    flow_request(m, m.table_id, port_of(m.out_port), FlowMatch::of_nicira(m.match));
  }
  void body(const nicira::FlowStatsReply& m) {
    stats_flags(m);
    for (const nicira::FlowStats entry : m.flows)
      flow_stats(entry, entry.table_id, {}, FlowMatch::of(entry.match),
                 {SharedBytes(entry.actions.bytes()), Version::v10}, entry.idle_age, entry.hard_age);
  }

  void body(const v10::AggregateStatsRequest& m) {
    flow_request(m, m.table_id, port_of(m.out_port), FlowMatch::as_written(m.match));
  }
  void body(const v13::AggregateStatsRequest& m) {
    flow_request(m, static_cast<std::uint8_t>(m.table_id), m.out_port, FlowMatch::of(m.match.oxm));
  }
  void body(const nicira::AggregateStatsRequest& m) {
    flow_request(m, m.table_id, port_of(m.out_port), FlowMatch::of_nicira(m.match));
  }
  template <class M>
  void aggregate(const M& m) {
    stats_flags(m);
    number(" packet_count=", m.packet_count);
    number(" byte_count=", m.byte_count);
    number(" flow_count=", m.flow_count);
  }
  void body(const v10::AggregateStatsReply& m) { aggregate(m); }
  void body(const v13::AggregateStatsReply& m) { aggregate(m); }
  void body(const nicira::AggregateStatsReply& m) { aggregate(m); }

  // -- flow monitor

  template <class M>
  void monitor(const M& m, PortNo out_port, const FlowMatch& of) {
    static constexpr const char* names[] = {"initial", "add", "delete", "modify", "actions", "own"};
    number("\n id=", m.id_);
    out_.put(" flags=");
    const auto flags = static_cast<unsigned>(m.flags);
    bool separate = false;
    for (unsigned bit = 0; bit < 16; ++bit) {
      if ((flags >> bit & 1) == 0) continue;
      if (separate) out_.put(',');
      separate = true;
      if (bit < std::size(names))
        out_.put(names[bit]);
      else
        out_.put_hex(1u << bit);
    }
    if (out_port != PortNo::any) port(" out_port=", out_port);
    if (static_cast<std::uint8_t>(m.table_id) != 0xff)
      number(" table=", static_cast<std::uint8_t>(m.table_id));
    match_after_space(of);
  }
  template <class M>
  void nicira_monitors(const M& m) {
    stats_flags(m);
    for (const nicira::FlowMonitor one : m.monitors)
      monitor(one, port_of(one.out_port), FlowMatch::of(one.match));
  }
  void body(const nicira::FlowMonitorRequest& m) { nicira_monitors(m); }
  void body(const nicira::FlowMonitorRequestFor11& m) { nicira_monitors(m); }
  void body(const onf::FlowMonitorRequest& m) {
    stats_flags(m);
    for (const onf::FlowMonitor one : m.monitors) monitor(one, one.out_port, FlowMatch::of(one.match.oxm));
  }

  static FlowMatch match_of(const Seq<Oxm>& fields) { return FlowMatch::of(fields); }
  static FlowMatch match_of(const v13::Match& m) { return FlowMatch::of(m.oxm); }
  template <class U>
  void update(const char* event, const U& u, bool with_reason) {
    out_.put(event);
    if (with_reason) {
      out_.put(" reason=");
      choice(removal_reasons, static_cast<std::uint16_t>(u.reason));
    }
    number(" table=", static_cast<std::uint8_t>(u.table_id));
    if (u.idle_timeout != 0) number(" idle_timeout=", u.idle_timeout);
    if (u.hard_timeout != 0) number(" hard_timeout=", u.hard_timeout);
    out_.put(" cookie=");
    put_hex_or_0(out_, u.cookie);
    out_.put(' ');
    match(match_of(u.match));
    if constexpr (requires { u.instructions; }) {
      if (u.instructions.empty()) return;
      if (out_.view().back() != ' ') out_.put(' ');
      instructions(u.instructions);
    } else {
      if (u.actions.empty()) return;
      if (out_.view().back() != ' ') out_.put(' ');
      actions(u.actions);
    }
  }
  template <class Added, class Deleted, class Modified, class Abbrev, class M>
  void updates(const M& m) {
    stats_flags(m);
    for (const auto u : m.updates) {
      out_.put("\n event=");
      if (const auto added = u.template get<Added>())
        update("ADDED", *added, false);
      else if (const auto deleted = u.template get<Deleted>())
        update("DELETED", *deleted, true);
      else if (const auto modified = u.template get<Modified>())
        update("MODIFIED", *modified, false);
      else if (const auto abbrev = u.template get<Abbrev>())
        hex("ABBREV xid=", abbrev->xid);
      else
        out_.put_decimal(static_cast<std::uint16_t>(u.type()));
    }
  }
  template <class Action, class M>
  void nicira_updates(const M& m) {
    using Event = nicira::FlowUpdateEvent;
    updates<nicira::FlowUpdateFull<Event::added, Action>, nicira::FlowUpdateFull<Event::deleted, Action>,
            nicira::FlowUpdateFull<Event::modified, Action>, nicira::FlowUpdateAbbrev>(m);
  }
  void body(const nicira::FlowMonitorReply& m) { nicira_updates<v10::Action>(m); }
  void body(const nicira::FlowMonitorReplyFor11& m) { nicira_updates<v13::Action>(m); }
  void body(const onf::FlowMonitorReply& m) {
    using Event = onf::FlowUpdateEvent;
    updates<onf::FlowUpdateFull<Event::added>, onf::FlowUpdateFull<Event::deleted>,
            onf::FlowUpdateFull<Event::modified>, onf::FlowUpdateAbbrev>(m);
  }
};

bool FlowMessage::write() {
  return one_of<v10::PacketIn, v13::PacketIn, nicira::PacketIn, nicira::PacketIn2, nicira::PacketIn2For11,
                nicira::Resume, nicira::ResumeFor11, v10::PacketOut, v13::PacketOut, v10::FlowMod,
                v13::FlowMod, nicira::FlowMod, nicira::FlowModFor11, v10::FlowRemoved, v13::FlowRemoved,
                nicira::FlowRemoved, v10::FlowStatsRequest, v13::FlowStatsRequest, nicira::FlowStatsRequest,
                v10::FlowStatsReply, v13::FlowStatsReply, nicira::FlowStatsReply, v10::AggregateStatsRequest,
                v13::AggregateStatsRequest, nicira::AggregateStatsRequest, v10::AggregateStatsReply,
                v13::AggregateStatsReply, nicira::AggregateStatsReply, nicira::FlowMonitorRequest,
                nicira::FlowMonitorRequestFor11, onf::FlowMonitorRequest, nicira::FlowMonitorReply,
                nicira::FlowMonitorReplyFor11, onf::FlowMonitorReply>(*this);
}

}  // namespace

bool put_flow_message(const MessagePlace& place, const Frame& frame) {
  return FlowMessage(place, frame).write();
}

}  // namespace oflens::flow
