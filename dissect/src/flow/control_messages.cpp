// Messages about the connection (roles, what is told unasked), bundles, tunnels' options, the connection
// tracker, as Open vSwitch prints them.
#include <algorithm>

#include <oflens/ext/nicira.hpp>
#include <oflens/ext/onf.hpp>
#include <oflens/message/dissect.hpp>
#include <oflens/message/value.hpp>

#include "message_parts.hpp"
#include "ovs_words.hpp"

namespace oflens::flow {
namespace {

class ControlMessage : MessageParts {
 public:
  using MessageParts::MessageParts;
  bool write();

 private:
  friend MessageParts;

  void echo(Bytes data) {
    number(" ", data.size());
    out_.put(" bytes of payload\n");
    put_dump(out_, data);
  }
  void body(const v10::EchoRequest& m) { echo(m.data.bytes()); }
  void body(const v10::EchoReply& m) { echo(m.data.bytes()); }
  void body(const v10::BarrierRequest&) {}
  void body(const v10::BarrierReply&) {}
  void body(const v13::BarrierRequest&) {}
  void body(const v13::BarrierReply&) {}

  // -- roles

  static constexpr const char* role_names[] = {"nochange", "equal", "primary", "secondary"};

  template <class M>
  void role(const M& m, bool with_generation) {
    out_.put(" role=");
    choice(role_names, static_cast<std::uint32_t>(m.role));
    if (with_generation && m.generation_id != ~std::uint64_t{0}) number(" generation_id=", m.generation_id);
  }
  void body(const v13::RoleRequest& m) { role(m, m.role != v13::ControllerRole::nochange); }
  void body(const v13::RoleReply& m) { role(m, true); }

  // Nicira's roles are one less.
  template <class M>
  void nicira_role(const M& m) {
    out_.put(" role=");
    choice(role_names, static_cast<std::uint64_t>(m.role) + 1);
  }
  void body(const nicira::RoleRequest& m) { nicira_role(m); }
  void body(const nicira::RoleReply& m) { nicira_role(m); }
  void body(const onf::RoleStatus& m) {
    static constexpr const char* reasons[] = {"primary_request", "configuration_changed",
                                              "experimenter_data_changed"};
    role(m, true);
    out_.put(" reason=");
    const auto reason = static_cast<unsigned>(m.reason);
    out_.put(reason < std::size(reasons) ? reasons[reason] : "(unknown)");
  }

  // -- settings of the connection

  void body(const nicira::SetFlowFormat& m) {
    out_.put(" format=");
    out_.put(m.format == nicira::FlowFormat::openflow10 ? "openflow10"
             : m.format == nicira::FlowFormat::nxm      ? "nxm"
                                                        : "(unknown)");
  }
  void body(const nicira::FlowModTableId& m) { out_.put(m.set != 0 ? " enable" : " disable"); }
  void body(const nicira::SetPacketInFormat& m) {
    static constexpr const char* names[] = {"standard", "nxt_packet_in", "nxt_packet_in2"};
    out_.put(" format=");
    choice(names, static_cast<std::uint32_t>(m.format));
  }
  void body(const nicira::FlowAge&) {}
  void body(const nicira::SetControllerId& m) { number(" id=", m.controller_id); }

  // What is told unasked, of each kind; bit n of a mask is the reason n.
  struct AsyncMasks {
    std::uint32_t of[6] = {};
  };
  void async(const AsyncMasks& primary, const AsyncMasks& secondary) {
    static constexpr const char* packet_in[] = {"no_match",   "action", "invalid_ttl",
                                                "action_set", "group",  "packet_out"};
    static constexpr const char* port_status[] = {"add", "delete", "modify"};
    static constexpr const char* flow_removed[] = {"idle",         "hard",         "delete",
                                                   "group_delete", "meter_delete", "eviction"};
    static constexpr const char* role_status[] = {"primary_request", "configuration_changed",
                                                  "experimenter_data_changed"};
    static constexpr const char* table_status[] = {"", "", "", "vacancy_down", "vacancy_up"};
    static constexpr const char* requestforward[] = {"group_mod_request", "meter_mod_request"};
    static constexpr std::span<const char* const> names[] = {packet_in,   port_status,  flow_removed,
                                                             role_status, table_status, requestforward};
    static constexpr const char* kinds[] = {
        "\n       PACKET_IN:", "\n     PORT_STATUS:", "\n    FLOW_REMOVED:",
        "\n     ROLE_STATUS:", "\n    TABLE_STATUS:", "\n  REQUESTFORWARD:"};
    for (const AsyncMasks* masks : {&primary, &secondary}) {
      out_.put(masks == &primary ? "\n primary:" : "\n\n secondary:");
      for (std::size_t kind = 0; kind < std::size(kinds); ++kind) {
        out_.put(kinds[kind]);
        const std::size_t before = out_.size();
        for (std::size_t bit = 0; bit < names[kind].size(); ++bit) {
          if ((masks->of[kind] >> bit & 1) == 0 || *names[kind][bit] == '\0') continue;
          out_.put(' ');
          out_.put(names[kind][bit]);
        }
        if (out_.size() == before) out_.put(" (off)");
      }
    }
  }
  // Older messages have the first three kinds, and of packet_in's reasons the first three.
  template <class A, class B, class C>
  static AsyncMasks first_three(A packet_in, B port_status, C flow_removed) {
    return {{static_cast<std::uint32_t>(packet_in) & 7u, static_cast<std::uint32_t>(port_status),
             static_cast<std::uint32_t>(flow_removed)}};
  }
  void body(const nicira::SetAsyncConfig& m) {
    async(first_three(m.packet_in_mask, m.port_status_mask, m.flow_removed_mask),
          first_three(m.packet_in_mask_slave, m.port_status_mask_slave, m.flow_removed_mask_slave));
  }
  template <class M>
  void v13_async(const M& m) {
    async(first_three(m.packet_in_mask.master, m.port_status_mask.master, m.flow_removed_mask.master),
          first_three(m.packet_in_mask.slave, m.port_status_mask.slave, m.flow_removed_mask.slave));
  }
  void body(const v13::GetAsyncRequest&) {}
  void body(const v13::GetAsyncReply& m) { v13_async(m); }
  void body(const v13::SetAsync& m) { v13_async(m); }
  void body(const nicira::SetAsyncConfig2& m) {
    AsyncMasks masks[2];  // slave, master
    for (const nicira::AsyncConfigProperty p : m.properties) {
      // Type and length, then a mask in those that are known: even types for slaves, odd ones for masters.
      const auto type = static_cast<unsigned>(p.type());
      if (type < 12 && p.bytes().size() >= 8)
        masks[type % 2].of[type / 2] = load_be<std::uint32_t>(p.bytes().data() + 4);
    }
    async(masks[1], masks[0]);
  }

  // -- flow monitors, as far as they are not about flows

  void body(const nicira::FlowMonitorCancel& m) { number(" id=", m.id_); }
  void body(const onf::FlowMonitorCancel& m) { number(" id=", m.id_); }
  void body(const nicira::FlowMonitorPaused&) {}
  void body(const nicira::FlowMonitorResumed&) {}
  void body(const onf::FlowMonitorPaused&) {}
  void body(const onf::FlowMonitorResumed&) {}

  // -- bundles and what other controllers asked for

  static constexpr const char* bundle_flags[] = {"atomic", "ordered"};

  void bundle(std::uint32_t id) {
    out_.put("\n bundle_id=");
    put_hex_or_0(out_, id);
  }
  void body(const onf::BundleControl& m) {
    static constexpr const char* types[] = {"OPEN_REQUEST",    "OPEN_REPLY",     "CLOSE_REQUEST",
                                            "CLOSE_REPLY",     "COMMIT_REQUEST", "COMMIT_REPLY",
                                            "DISCARD_REQUEST", "DISCARD_REPLY"};
    bundle(m.bundle_id);
    out_.put(" type=");
    const auto type = static_cast<unsigned>(m.type);
    if (type < std::size(types)) out_.put(types[type]);
    out_.put(" flags=");
    bits(bundle_flags, static_cast<std::uint16_t>(m.flags));
  }
  void body(const onf::BundleAddMessage& m) {
    bundle(m.bundle_id);
    out_.put(" flags=");
    bits(bundle_flags, static_cast<std::uint16_t>(m.flags));
    out_.put('\n');
    if (place_.depth < max_message_depth)
      put_message({out_, place_.catalog, place_.depth + 1}, m.message_.bytes());
  }
  // The request without its heading.
  void forwarded(Bytes request) {
    const auto frame = Frame::at(request);
    if (!frame || place_.depth == max_message_depth) return;
    out_.put(" reason=");
    out_.put(frame->is<v13::MeterMod>() ? "meter_mod" : "group_mod");
    const MessagePlace place{out_, place_.catalog, place_.depth + 1};
    if (!put_group_message(place, *frame)) put_message(place, request);
  }
  void body(const nicira::RequestForward& m) { forwarded(m.request.bytes()); }
  void body(const onf::RequestForward& m) { forwarded(m.request.bytes()); }

  // -- options of tunnels

  void maps(const Seq<nicira::TlvMap>& list) {
    const auto column = [&](std::size_t width, std::uint64_t v, bool hexadecimal) {
      TextBuffer text;
      if (hexadecimal)
        put_hex_or_0(text, v);
      else
        text.put_decimal(v);
      for (std::size_t i = text.size(); i < width; ++i) out_.put(' ');
      out_.put(text.view());
    };
    out_.put(" mapping table:\n  class  type  length  match field\n ------  ----  ------  --------------");
    for (const nicira::TlvMap map : list) {
      out_.put("\n ");
      column(6, map.option_class, true);
      out_.put("  ");
      column(4, map.option_type, true);
      out_.put("  ");
      column(6, map.option_len, false);
      number("  tun_metadata", map.index);
    }
  }
  void body(const nicira::TlvTableMod& m) {
    static constexpr const char* commands[] = {"ADD", "DEL", "CLEAR"};
    out_.put("\n ");
    choice(commands, static_cast<unsigned>(m.command));
    if (m.command != nicira::TlvTableModCommand::clear) maps(m.maps);
  }
  void body(const nicira::TlvTableRequest&) {}
  void body(const nicira::TlvTableReply& m) {
    std::size_t allocated = 0;
    for (const nicira::TlvMap map : m.maps) allocated += map.option_len;
    number("\n max option space=", m.max_option_space);
    number(" max fields=", m.max_fields);
    number("\n allocated option space=", allocated);
    out_.put("\n\n");
    maps(m.maps);
  }

  // -- the connection tracker

  void body(const nicira::CtFlushZone& m) { number(" zone_id=", m.zone_id); }

  struct Tuple {
    Ipv6Address src, dst;
    std::uint16_t src_port = 0, dst_port = 0, icmp_id = 0;
    std::uint8_t icmp_type = 0, icmp_code = 0;
  };
  static bool is_v4(const Ipv6Address& a) {
    return std::all_of(a.octets.begin(), a.octets.begin() + 10, [](std::uint8_t o) { return o == 0; }) &&
           a.octets[10] == 0xff && a.octets[11] == 0xff;
  }
  static Tuple tuple_of(const Seq<nicira::CtTupleProperty>& list) {
    using T = nicira::CtTuplePropertyType;
    Tuple t;
    for (const nicira::CtTupleProperty p : list) {
      if (const auto v = p.get<nicira::CtTupleValue<T::src, Ipv6Address>>()) t.src = v->value;
      if (const auto v = p.get<nicira::CtTupleValue<T::dst, Ipv6Address>>()) t.dst = v->value;
      if (const auto v = p.get<nicira::CtTuplePort<T::src_port>>()) t.src_port = v->value;
      if (const auto v = p.get<nicira::CtTuplePort<T::dst_port>>()) t.dst_port = v->value;
      if (const auto v = p.get<nicira::CtTuplePort<T::icmp_id>>()) t.icmp_id = v->value;
      if (const auto v = p.get<nicira::CtTupleValue<T::icmp_type, std::uint8_t>>()) t.icmp_type = v->value;
      if (const auto v = p.get<nicira::CtTupleValue<T::icmp_code, std::uint8_t>>()) t.icmp_code = v->value;
    }
    return t;
  }
  void address(const char* name, const Ipv6Address& a) {
    out_.put(name);
    if (!is_v4(a)) return out_.put(a);
    Ipv4Address v4;
    std::copy(a.octets.begin() + 12, a.octets.end(), v4.octets.begin());
    out_.put(v4);
  }
  void tuple(const Tuple& t, bool v4, bool icmp) {
    address(v4 ? "ct_nw_src=" : "ct_ipv6_src=", t.src);
    address(v4 ? ",ct_nw_dst=" : ",ct_ipv6_dst=", t.dst);
    if (icmp) {
      number(",icmp_id=", t.icmp_id);
      number(",icmp_type=", t.icmp_type);
      number(",icmp_code=", t.icmp_code);
    } else {
      number(",ct_tp_src=", t.src_port);
      number(",ct_tp_dst=", t.dst_port);
    }
  }
  void body(const nicira::CtFlush& m) {
    using T = nicira::CtFlushPropertyType;
    Tuple original, reply;
    std::uint16_t zone = 0;
    for (const nicira::CtFlushProperty p : m.properties) {
      if (const auto v = p.get<nicira::CtFlushTuple<T::orig_tuple>>()) original = tuple_of(v->tuple);
      if (const auto v = p.get<nicira::CtFlushTuple<T::reply_tuple>>()) reply = tuple_of(v->tuple);
      if (const auto v = p.get<nicira::CtFlushZoneId>()) zone = v->zone_id;
    }
    const bool v4 = is_v4(original.src) || is_v4(original.dst) || is_v4(reply.src) || is_v4(reply.dst);
    const bool icmp = m.ip_proto == (v4 ? 1 : 58);
    number(" zone=", zone);
    out_.put(" '");
    tuple(original, v4, icmp);
    number(",ct_nw_proto=", m.ip_proto);
    out_.put("' '");
    tuple(reply, v4, icmp);
    out_.put('\'');
  }

  // -- exporters of IPFIX

  void ipfix(const nicira::IpfixStats& s, const char* indent) {
    number("flows=", s.total_flows);
    number(", current flows=", s.current_flows);
    number(", sampled pkts=", s.pkts);
    number(", ipv4 ok=", s.ipv4_pkts);
    number(", ipv6 ok=", s.ipv6_pkts);
    number(", tx pkts=", s.tx_pkts);
    out_.put(indent);
    number("pkts errs=", s.error_pkts);
    number(", ipv4 errs=", s.ipv4_error_pkts);
    number(", ipv6 errs=", s.ipv6_error_pkts);
    number(", tx errs=", s.tx_errors);
  }
  template <class M>
  void of_bridge(const M& m) {
    stats_flags(m);
    out_.put("\n  bridge ipfix: ");
    ipfix(m.stats, "\n                ");
  }
  template <class M>
  void of_flows(const M& m) {
    stats_flags(m);
    number(" ", m.stats.count());
    out_.put(" ids");
    for (const nicira::IpfixStats one : m.stats) {
      out_.put("\n  id ");
      TextBuffer id;
      id.put_decimal(one.collector_set_id);
      for (std::size_t i = id.size(); i < 3; ++i) out_.put(' ');
      out_.put(id.view());
      out_.put(": ");
      ipfix(one, "\n          ");
    }
  }
  void body(const nicira::IpfixBridgeReply& m) { of_bridge(m); }
  void body(const nicira::IpfixBridgeReplyFor11& m) { of_bridge(m); }
  void body(const nicira::IpfixFlowReply& m) { of_flows(m); }
  void body(const nicira::IpfixFlowReplyFor11& m) { of_flows(m); }
  void body(const nicira::IpfixBridgeRequest& m) { stats_flags(m); }
  void body(const nicira::IpfixBridgeRequestFor11& m) { stats_flags(m); }
  void body(const nicira::IpfixFlowRequest& m) { stats_flags(m); }
  void body(const nicira::IpfixFlowRequestFor11& m) { stats_flags(m); }
};

bool ControlMessage::write() {
  return one_of<v10::EchoRequest, v10::EchoReply, v10::BarrierRequest, v10::BarrierReply, v13::BarrierRequest,
                v13::BarrierReply, v13::RoleRequest, v13::RoleReply, nicira::RoleRequest, nicira::RoleReply,
                onf::RoleStatus, nicira::SetFlowFormat, nicira::FlowModTableId, nicira::SetPacketInFormat,
                nicira::FlowAge, nicira::SetControllerId, nicira::SetAsyncConfig, nicira::SetAsyncConfig2,
                v13::GetAsyncRequest, v13::GetAsyncReply, v13::SetAsync, nicira::FlowMonitorCancel,
                onf::FlowMonitorCancel, nicira::FlowMonitorPaused, nicira::FlowMonitorResumed,
                onf::FlowMonitorPaused, onf::FlowMonitorResumed, onf::BundleControl, onf::BundleAddMessage,
                nicira::RequestForward, onf::RequestForward, nicira::TlvTableMod, nicira::TlvTableRequest,
                nicira::TlvTableReply, nicira::CtFlushZone, nicira::CtFlush, nicira::IpfixBridgeReply,
                nicira::IpfixBridgeReplyFor11, nicira::IpfixFlowReply, nicira::IpfixFlowReplyFor11,
                nicira::IpfixBridgeRequest, nicira::IpfixBridgeRequestFor11, nicira::IpfixFlowRequest,
                nicira::IpfixFlowRequestFor11>(*this);
}

}  // namespace

bool put_control_message(const MessagePlace& place, const Frame& frame) {
  return ControlMessage(place, frame).write();
}

}  // namespace oflens::flow
