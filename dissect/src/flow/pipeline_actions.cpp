// What each action does to a packet.
#include <fmt/format.h>

#include <algorithm>

#include <oflens/ext/nicira_actions.hpp>
#include <oflens/ext/nxm.hpp>
#include <oflens/ext/onf.hpp>

#include "action_text.hpp"
#include "pipeline_walk.hpp"
#include "tlv.hpp"

namespace oflens::flow {
namespace {

std::uint16_t u16(Bytes e) { return load_be<std::uint16_t>(e.data() + 4); }
std::uint32_t u32(Bytes e) { return load_be<std::uint32_t>(e.data() + 4); }
std::uint8_t u8(Bytes e) { return std::to_integer<std::uint8_t>(e[4]); }

const OvsField& field_named(std::string_view name) { return *find_field(name); }

constexpr std::uint32_t tc_mask = 0xe00, bottom = 0x100, ttl_mask = 0xff;

}  // namespace

// ---- lists

Walk::Next Walk::run(Bytes list, Version encoded, bool tail) {
  std::vector<EncodedAction> actions;
  each_element(list, [&](std::uint16_t, Bytes e) { actions.push_back({e, encoded}); });
  return run(actions, tail);
}

Walk::Next Walk::run(const std::vector<EncodedAction>& list, bool tail) {
  for (const EncodedAction& a : list) {
    if (over()) break;
    TextBuffer text;
    put_action_list(text, a.bytes, a.version,
                    {.version = options_.dialect,
                     .tagged = key_.vlan_count() != 0,
                     .ip_proto = static_cast<std::uint8_t>(number(key_.inner.ip_proto))});
    step(Kind::action, depth_, std::string(text.view()));
    tail_ = tail && &a == &list.back();
    if (act(a) == Next::ends) return Next::ends;
  }
  return Next::goes_on;
}

Walk::Next Walk::act(const EncodedAction& a) {
  const Version outer = std::exchange(version_, a.version);
  const Next next = a.version == Version::v10 ? v10_action(a.type(), a.bytes) : v13_action(a.type(), a.bytes);
  version_ = outer;
  return next;
}

Walk::Next Walk::v10_action(std::uint16_t type, Bytes e) {
  using T = v10::ActionType;
  const bool v4 = type_of(key_) == EtherType::ipv4, ip = key_.is_ip();
  const bool ported = ip && (key_.inner.ip_frag[0] & std::byte{2}) == std::byte{0};
  const auto copy = [&](auto& to) { std::copy_n(e.begin() + 4, to.size(), to.begin()); };
  switch (static_cast<T>(type)) {
    case T::output:
      output(port_of(static_cast<v10::PortNo>(u16(e))), load_be<std::uint16_t>(e.data() + 6));
      break;
    case T::enqueue: {
      const PortNo port = port_of(static_cast<v10::PortNo>(u16(e)));
      const auto before = std::exchange(queue_, load_be<std::uint32_t>(e.data() + 12));
      output(port, 0);
      queue_ = before;
      break;
    }
    case T::set_vlan_vid: set_vlan(key_, u16(e) & 0xfff, 0xfff); break;
    case T::set_vlan_pcp: set_vlan(key_, static_cast<std::uint16_t>((u8(e) & 7) << 13), 0xe000); break;
    case T::strip_vlan: pop_vlan(key_); break;
    case T::set_dl_src: copy(key_.eth_src); break;
    case T::set_dl_dst: copy(key_.eth_dst); break;
    case T::set_nw_src:
      if (v4) copy(key_.inner.ipv4_src);
      break;
    case T::set_nw_dst:
      if (v4) copy(key_.inner.ipv4_dst);
      break;
    case T::set_nw_tos:
      if (ip) set(key_.inner.ip_tos, (number(key_.inner.ip_tos) & 3) | (u8(e) & 0xfcu));
      break;
    case T::set_tp_src:
      if (ported) copy(key_.inner.tp_src);
      break;
    case T::set_tp_dst:
      if (ported) copy(key_.inner.tp_dst);
      break;
    default: return other_action(type, e);
  }
  return Next::goes_on;
}

Walk::Next Walk::v13_action(std::uint16_t type, Bytes e) {
  using T = v13::ActionType;
  switch (static_cast<T>(type)) {
    case T::output: output(static_cast<PortNo>(u32(e)), load_be<std::uint16_t>(e.data() + 8)); break;
    case T::set_mpls_ttl: set_mpls({&field_named("mpls_ttl"), 0, 8}, u8(e)); break;
    case T::dec_mpls_ttl: return dec_mpls_ttl();
    case T::push_vlan: push_vlan(key_, u16(e)); break;
    case T::pop_vlan: pop_vlan(key_); break;
    case T::push_mpls: push_mpls(u16(e)); break;
    case T::pop_mpls: pop_mpls(u16(e)); break;
    case T::set_queue: queue_ = u32(e); break;
    case T::group: return group(u32(e));
    case T::set_nw_ttl:
      if (key_.is_ip()) set(key_.inner.ip_ttl, u8(e));
      break;
    case T::dec_nw_ttl: {
      constexpr std::uint16_t everyone[] = {0};
      return dec_ttl(everyone);
    }
    case T::set_field: set_field(e.subspan(4)); break;
    // 1.1's, which Open vSwitch takes in later versions, too; those of tags need one.
    case T::set_vlan_vid:
      if (key_.vlan_count() != 0) set_vlan(key_, u16(e) & 0xfff, 0xfff);
      break;
    case T::set_vlan_pcp:
      if (key_.vlan_count() != 0) set_vlan(key_, static_cast<std::uint16_t>((u8(e) & 7) << 13), 0xe000);
      break;
    case T::set_dl_src: return v10_action(static_cast<std::uint16_t>(v10::ActionType::set_dl_src), e);
    case T::set_dl_dst: return v10_action(static_cast<std::uint16_t>(v10::ActionType::set_dl_dst), e);
    case T::set_nw_src: return v10_action(static_cast<std::uint16_t>(v10::ActionType::set_nw_src), e);
    case T::set_nw_dst: return v10_action(static_cast<std::uint16_t>(v10::ActionType::set_nw_dst), e);
    case T::set_nw_tos: return v10_action(static_cast<std::uint16_t>(v10::ActionType::set_nw_tos), e);
    case T::set_tp_src: return v10_action(static_cast<std::uint16_t>(v10::ActionType::set_tp_src), e);
    case T::set_tp_dst: return v10_action(static_cast<std::uint16_t>(v10::ActionType::set_tp_dst), e);
    case T::set_nw_ecn:
      if (key_.is_ip()) set(key_.inner.ip_tos, (number(key_.inner.ip_tos) & 0xfc) | (u8(e) & 3u));
      break;
    case T::set_mpls_label: set_mpls({&field_named("mpls_label"), 0, 20}, u32(e)); break;
    case T::set_mpls_tc: set_mpls({&field_named("mpls_tc"), 0, 3}, u8(e)); break;
    case T::copy_ttl_out:
    case T::copy_ttl_in:
    case T::push_pbb:
    case T::pop_pbb: assume("it leaves the packet as it is: what it does is not followed"); break;
    default: return other_action(type, e);
  }
  return Next::goes_on;
}

Walk::Next Walk::other_action(std::uint16_t type, Bytes e) {
  const auto subtype = nicira_subtype(type, e);
  if (subtype != nicira::ActionSubtype{}) return nicira_action(subtype, e);
  if (type == static_cast<std::uint16_t>(ActionOf::experimenter) && e.size() >= 10 &&
      static_cast<ExperimenterId>(u32(e)) == ExperimenterId::onf) {
    onf::CopyField a;
    if (wire::read<true>(&a, e.data(), e.data() + e.size(), wire::Context{}) == e.data() + e.size()) {
      move(a.src, a.src_offset, a.dst, a.dst_offset, a.n_bits);
      return Next::goes_on;
    }
  }
  assume("it leaves the packet as it is: what it does is not known");
  return Next::goes_on;
}

// ---- Nicira's

Walk::Next Walk::nicira_action(nicira::ActionSubtype subtype, Bytes e) {
  using namespace nicira;
  using S = ActionSubtype;
  Next next = Next::goes_on;
  const auto as = [&]<class A>(const A*, auto&& f) {
    A action;
    const std::byte* end = e.data() + e.size();
    if (wire::read<true>(&action, e.data(), end, wire::Context{}) == end)
      f(action);
    else
      problem("it is malformed");
  };
#define OFLENS_AS(A) as(static_cast<const A*>(nullptr), [&](const A& a)
  switch (subtype) {
    case S::resubmit: OFLENS_AS(Resubmit) { resubmit(a.in_port, 0xff);
      });
      break;
    case S::resubmit_table: OFLENS_AS(ResubmitTable) { resubmit(a.in_port, a.table);
      });
      break;
    case S::resubmit_table_ct:
      OFLENS_AS(ResubmitTableCt) {
        assume("the packet is of no known connection, and is matched as it is");
        resubmit(a.in_port, a.table);
      });
      break;
    case S::set_tunnel: OFLENS_AS(SetTunnel) { set(key_.tun_id, a.tun_id);
      });
      break;
    case S::set_tunnel64: OFLENS_AS(SetTunnel64) { set(key_.tun_id, a.tun_id);
      });
      break;
    case S::set_queue: OFLENS_AS(SetQueue) { queue_ = a.queue_id;
      });
      break;
    case S::pop_queue: queue_.reset(); break;
    case S::reg_move: OFLENS_AS(RegMove) { move(a.src, a.src_ofs, a.dst, a.dst_ofs, a.n_bits);
      });
      break;
    case S::reg_load: OFLENS_AS(RegLoad) { load(a.dst, a.ofs_nbits, a.value);
      });
      break;
    case S::reg_load2: OFLENS_AS(RegLoad2) { set_field(a.dst.bytes());
      });
      break;
    case S::stack_push:
      OFLENS_AS(StackPush) {
        Subfield part;
        if (!part_of(a.field_, a.offset, a.n_bits, part)) return;
        std::vector<std::byte> value(part.field->bytes);
        read_field(key_, *part.field, value);
        shift_right(value, part.first, part.bits);
        stack_.push_back(std::move(value));
        if (stack_.size() > 4096) fail("over 4096 values on the stack");
      });
      break;
    case S::stack_pop:
      OFLENS_AS(StackPop) {
        Subfield part;
        if (!part_of(a.field_, a.offset, a.n_bits, part)) return;
        if (stack_.empty()) return problem("the stack is empty");
        write_wide(part, stack_.back());
        stack_.pop_back();
        now(part);
      });
      break;
    case S::multipath:
      OFLENS_AS(Multipath) {
        assume(fmt::format("link 0: the switch chooses one of {} by a hash", a.max_link + 1u));
        load(a.dst, a.ofs_nbits, 0);
      });
      break;
    case S::bundle:
      OFLENS_AS(Bundle) {
        if (const auto port = choose_member(a)) output(*port, 0);
      });
      break;
    case S::bundle_load:
      OFLENS_AS(BundleLoad) {
        const auto port = choose_member(a);
        load(a.dst, a.ofs_nbits, port ? static_cast<std::uint32_t>(*port) & 0xffff : 0xffff);
      });
      break;
    case S::output_reg: OFLENS_AS(OutputReg) { output_from(a.src, a.ofs_nbits, a.max_len);
      });
      break;
    case S::output_reg2: OFLENS_AS(OutputReg2) { output_from(a.src, a.ofs_nbits, a.max_len);
      });
      break;
    case S::output_trunc: OFLENS_AS(OutputTrunc) { output(port_of(a.port), 0xffff, a.max_len);
      });
      break;
    case S::learn:
    case S::learn2: assume("what it learns changes nothing for this packet"); break;
    case S::exit: exit_ = true; break;
    case S::dec_ttl: {
      constexpr std::uint16_t everyone[] = {0};
      return dec_ttl(everyone);
    }
    case S::dec_ttl_cnt_ids:
      OFLENS_AS(DecTtlCntIds) {
        const std::vector<std::uint16_t> ids(a.cnt_ids.begin(), a.cnt_ids.end());
        next = dec_ttl(ids);
      });
      break;
    case S::controller:
      OFLENS_AS(Controller) {
        send_to_controller({.max_len = a.max_len, .id = a.controller_id, .reason = a.reason});
      });
      break;
    case S::controller2: OFLENS_AS(Controller2) { controller2(a);
      });
      break;
    case S::write_metadata:
      OFLENS_AS(WriteMetadata) {
        set(key_.metadata, (number(key_.metadata) & ~a.mask) | (a.metadata & a.mask));
      });
      break;
    case S::push_mpls: OFLENS_AS(PushMpls) { push_mpls(a.ethertype);
      });
      break;
    case S::pop_mpls: OFLENS_AS(PopMpls) { pop_mpls(a.ethertype);
      });
      break;
    case S::set_mpls_label: OFLENS_AS(SetMplsLabel) { set_mpls({&field_named("mpls_label"), 0, 20}, a.label);
      });
      break;
    case S::set_mpls_tc: OFLENS_AS(SetMplsTc) { set_mpls({&field_named("mpls_tc"), 0, 3}, a.tc);
      });
      break;
    case S::set_mpls_ttl: OFLENS_AS(SetMplsTtl) { set_mpls({&field_named("mpls_ttl"), 0, 8}, a.ttl);
      });
      break;
    case S::dec_mpls_ttl: return dec_mpls_ttl();
    case S::ct:
      if (version_ == Version::v10) OFLENS_AS(Ct<v10::Action>) {
          ct(a);
        });
      else OFLENS_AS(Ct<v13::Action>) {
        ct(a);
      });
      break;
    case S::ct_clear: clear_connection(); break;
    case S::group: OFLENS_AS(nicira::Group) { next = group(a.group_id);
      });
      break;
    case S::clone:
      if (version_ == Version::v10) OFLENS_AS(Clone<v10::Action>) {
          clone(a.actions.bytes());
        });
      else OFLENS_AS(Clone<v13::Action>) {
        clone(a.actions.bytes());
      });
      break;
    case S::check_pkt_larger:
      OFLENS_AS(CheckPktLarger) {
        assume("the packet is not larger");
        load(a.dst, OfsNbits::of(a.offset, 1), 0);
      });
      break;
    // Nothing that the packet's way depends on.
    case S::note:
    case S::sample:
    case S::sample2:
    case S::sample3:
    case S::sample4:
    case S::fin_timeout:
    case S::delete_field:
    case S::conjunction:
    case S::debug_slow:
    case S::debug_recirc: break;
    case S::nat:
    case S::encap:
    case S::decap:
    case S::dec_nsh_ttl: assume("it leaves the packet as it is: what it does is not followed"); break;
    default: assume("it leaves the packet as it is: what it does is not known"); break;
  }
#undef OFLENS_AS
  return next;
}

void Walk::resubmit(v10::PortNo in_port, std::uint8_t table_id) {
  const PortNo port = in_port == v10::PortNo::in_port ? key_.port() : port_of(in_port);
  visit(table_id == 0xff ? table_id_ : table_id, port, false, inner_depth());
}

void Walk::output_from(const One<OxmId>& src, std::uint16_t ofs_nbits, std::uint16_t max_len) {
  const nicira::OfsNbits range{ofs_nbits};
  Subfield part;
  if (!part_of(src, range.first(), range.bits(), part)) return;
  const std::uint64_t port = read_bits(key_, part);
  note(fmt::format("output port is {}", port));
  if (port <= 0xffff) output(port_of(static_cast<v10::PortNo>(port)), max_len);
}

void Walk::controller2(const nicira::Controller2& a) {
  using namespace nicira;
  ToController to;
  bool pause = false;
  for (const auto property : a.properties) {
    if (const auto p = property.get<Controller2MaxLen>()) to.max_len = p->max_len;
    if (const auto p = property.get<Controller2Id>()) to.id = p->controller_id;
    if (const auto p = property.get<Controller2Reason>()) to.reason = p->reason;
    if (property.get<Controller2Pause>()) pause = true;
  }
  send_to_controller(to);
  if (!pause) return;
  assume("the controller never resumes it");
  exit_ = true;
}

// ---- fields

bool Walk::has(const OvsField& field, const char* what) {
  if (meets(key_, field.prerequisite)) return true;
  problem(fmt::format("unmet prerequisites for {}, {} ignored", field.name, what));
  return false;
}

void Walk::set_field(Bytes oxm) {
  const Tlv f(oxm.data());
  const Bytes encoded{f.at, f.end()};
  const OvsField* field = encoded.size() < 8 && f.experimental() ? nullptr : find_field(encoded);
  if (field == nullptr || f.opaque()) return assume("it leaves the packet as it is: the field is not known");
  if (!has(*field, "set_field")) return;
  const Bytes value{f.value(), f.width()};
  if (!write_field(key_, *field, value, f.masked() ? Bytes{f.mask(), f.width()} : Bytes{}))
    assume("it leaves the packet as it is: the field is not followed");
}

bool Walk::part_of(const One<OxmId>& id, unsigned first, unsigned bits, Subfield& part) {
  const OvsField* field = find_field(id.get().bytes());
  if (field == nullptr) {
    assume("it leaves the packet as it is: the field is not known");
    return false;
  }
  if (bits == 0 || first + bits > field->bits) {
    problem(fmt::format("{} has no such bits", field->name));
    return false;
  }
  part = {field, first, bits};
  return true;
}

// Right-aligned bits into a part of a field, whose other bits stay.
void Walk::write_wide(const Subfield& part, Bytes bits) {
  std::array<std::byte, 124> value{}, mask{};
  const std::size_t width = part.field->bytes;
  for (unsigned i = 0; i < part.bits; ++i) {
    const unsigned to = part.first + i;
    const bool on =
        i / 8 < bits.size() && (std::to_integer<unsigned>(bits[bits.size() - 1 - i / 8]) >> i % 8 & 1) != 0;
    const std::byte bit = std::byte{1} << to % 8;
    if (on) value[width - 1 - to / 8] |= bit;
    mask[width - 1 - to / 8] |= bit;
  }
  if (!write_field(key_, *part.field, Bytes{value.data(), width}, Bytes{mask.data(), width}))
    assume("it leaves the packet as it is: the field is not followed");
}

void Walk::load(const One<OxmId>& dst, std::uint16_t ofs_nbits, std::uint64_t value) {
  const nicira::OfsNbits range{ofs_nbits};
  Subfield part;
  if (!part_of(dst, range.first(), range.bits(), part) || !has(*part.field, "set_field")) return;
  std::byte bits[8];
  store_be(bits, value);
  write_wide(part, bits);
}

void Walk::move(const One<OxmId>& src, unsigned src_ofs, const One<OxmId>& dst, unsigned dst_ofs,
                unsigned bits) {
  Subfield from, to;
  if (!part_of(src, src_ofs, bits, from) || !part_of(dst, dst_ofs, bits, to)) return;
  if (!has(*from.field, "move") || !has(*to.field, "move")) return;
  std::vector<std::byte> value(from.field->bytes);
  read_field(key_, *from.field, value);
  shift_right(value, from.first, from.bits);
  write_wide(to, value);
  now(to);
}

// The bits from `first` on, and no more than `bits`, move to the end.
void Walk::shift_right(std::vector<std::byte>& value, unsigned first, unsigned bits) {
  std::vector<std::byte> out(value.size());
  for (unsigned i = 0; i < bits && first + i < 8 * value.size(); ++i) {
    const unsigned from = first + i;
    if ((value[value.size() - 1 - from / 8] >> from % 8 & std::byte{1}) != std::byte{0})
      out[out.size() - 1 - i / 8] |= std::byte{1} << i % 8;
  }
  value = std::move(out);
}

void Walk::now(const Subfield& part) {
  TextBuffer text;
  put_subfield(text, part);
  text.put(" is now ");
  if (part.bits <= 64) {
    put_hex_or_0(text, read_bits(key_, part));
  } else {
    std::vector<std::byte> value(part.field->bytes);
    read_field(key_, *part.field, value);
    shift_right(value, part.first, part.bits);
    put_hex_or_0(text, value);
  }
  note(std::string(text.view()));
}

// ---- time to live

Walk::Next Walk::dec_ttl(std::span<const std::uint16_t> controllers) {
  if (!key_.is_ip()) return Next::goes_on;
  const std::uint64_t ttl = number(key_.inner.ip_ttl);
  if (ttl > 1) {
    set(key_.inner.ip_ttl, ttl - 1);
    return Next::goes_on;
  }
  problem("TTL exceeded: to the controller, and nothing after it in this table is done");
  for (const std::uint16_t id : controllers)
    send_to_controller({.id = id, .reason = nicira::ControllerReason::invalid_ttl});
  return Next::ends;
}

Walk::Next Walk::dec_mpls_ttl() {
  const bool mpls = is_mpls(type_of(key_));
  const std::uint64_t lse = number(key_.mpls[0]), ttl = lse & ttl_mask;
  if (mpls && ttl > 1) {
    set(key_.mpls[0], lse - 1);
    return Next::goes_on;
  }
  problem(mpls ? "TTL exceeded: to the controller, and nothing after it in this table is done"
               : "no MPLS: nothing after it in this table is done");
  if (mpls) send_to_controller({.reason = nicira::ControllerReason::invalid_ttl});
  return Next::ends;
}

// ---- MPLS

void Walk::set_mpls(const Subfield& part, std::uint64_t value) {
  if (!is_mpls(type_of(key_))) return;
  std::byte bits[8];
  store_be(bits, value);
  write_wide(part, bits);
}

void Walk::push_mpls(std::uint16_t type) {
  const unsigned labels = key_.mpls_count();
  if (labels == key_.mpls.size()) {
    fail("more MPLS labels than Open vSwitch supports");
    return say(Kind::problem, trace_.failure);
  }
  if (labels != 0) {
    for (unsigned i = labels; i > 0; --i) key_.mpls[i] = key_.mpls[i - 1];
    set(key_.mpls[0], number(key_.mpls[0]) & ~bottom);
  } else {
    constexpr unsigned ipv6_explicit_null = 2, default_ttl = 64;
    const bool v6 = type_of(key_) == EtherType::ipv6, ip = key_.is_ip();
    const std::uint64_t dscp = number(key_.inner.ip_tos) >> 2, ttl = number(key_.inner.ip_ttl);
    set(key_.mpls[0], (v6 ? ipv6_explicit_null << 12 : 0) | (ip ? dscp << 9 & tc_mask : 0) | bottom |
                          (ip && ttl != 0 ? ttl : default_ttl));
    key_.behind_labels = std::exchange(key_.inner, {});
  }
  set(key_.eth_type, type);
}

void Walk::pop_mpls(std::uint16_t type) {
  const unsigned labels = key_.mpls_count();
  if (labels == 0) return;
  if (labels == key_.mpls.size() && (number(key_.mpls[labels - 1]) & bottom) == 0) {
    fail("more MPLS labels than Open vSwitch supports");
    return say(Kind::problem, trace_.failure);
  }
  for (unsigned i = 0; i + 1 < labels; ++i) key_.mpls[i] = key_.mpls[i + 1];
  key_.mpls[labels - 1] = {};
  set(key_.eth_type, type);
  if (is_mpls(type_of(key_))) return;
  if (key_.behind_labels == PacketKey::Inner{}) assume("what is behind the labels is not looked at");
  key_.inner = std::exchange(key_.behind_labels, {});
}

// ---- connections

void Walk::clear_connection() {
  key_.ct_state = key_.ct_mark = {};
  key_.ct_zone = {};
  key_.ct_label = {};
  key_.ct_nw_proto = {};
  key_.ct_nw_src = key_.ct_nw_dst = {};
  key_.ct_ipv6_src = key_.ct_ipv6_dst = {};
  key_.ct_tp_src = key_.ct_tp_dst = {};
}

template <class C>
void Walk::ct(const C& a) {
  clear_connection();
  for (const auto action : a.actions)
    if (action.template get<nicira::Nat>()) assume("addresses and ports stay as they are");
  if (a.recirc_table == 0xff) return;
  std::uint64_t zone = a.zone;
  if (a.zone_src != 0) {
    std::byte header[4];
    store_be(header, a.zone_src);
    const nicira::OfsNbits range{a.zone};
    const OvsField* field = find_field(Bytes{header});
    zone = field == nullptr ? 0 : read_bits(key_, {field, range.first(), range.bits()});
  }
  constexpr std::uint32_t tracked_and_new = 0x21;
  Resumed copy{key_, stack_, action_set_, a.recirc_table};
  set(copy.key.ct_state, tracked_and_new);
  set(copy.key.ct_zone, zone);
  assume(fmt::format("a copy goes on at table {} later, as of a new connection", a.recirc_table));
  resumed_.push_back(std::move(copy));
}

// ---- others

// A packet of its own: what was written for the packet is done with it at its end, too.
void Walk::clone(Bytes list) {
  if (nesting_ >= limits_.nested) return fail("too many actions inside of actions");
  const PacketKey key = key_;
  const auto stack = stack_;
  const auto actions = action_set_;
  const bool outer = std::exchange(in_bucket_, false);
  ++nesting_;
  ++depth_;
  run(list, version_);
  carry_out_action_set(depth_);
  --depth_;
  --nesting_;
  in_bucket_ = outer;
  key_ = key;
  stack_ = stack;
  action_set_ = actions;
  exit_ = false;
}

// The port that a bundle sends to: of active_backup the first that is live.
template <class B>
std::optional<PortNo> Walk::choose_member(const B& a) {
  std::optional<PortNo> chosen;
  std::size_t live = 0;
  for (const v10::PortNo member : a.members) {
    const PortNo port = port_of(member);
    if (!is_live(port)) continue;
    ++live;
    if (!chosen) chosen = port;
  }
  if (!chosen) {
    problem("no live member");
  } else if (a.algorithm != nicira::BundleAlgorithm::active_backup && live > 1) {
    assume(fmt::format("port {}: the switch chooses one of {} by a hash", static_cast<std::uint32_t>(*chosen),
                       live));
  } else if (options_.ports == nullptr || options_.ports->empty()) {
    assume(
        fmt::format("port {} is live, for all that the capture tells", static_cast<std::uint32_t>(*chosen)));
  }
  return chosen;
}

void Walk::write_actions(Bytes list) {
  each_element(list, [&](std::uint16_t, Bytes e) { action_set_.push_back({e, Version::v13}); });
  constexpr std::size_t most = 4096;
  if (action_set_.size() > most) fail(fmt::format("over {} actions in the action set", most));
  TextBuffer text;
  text.put("action set is: ");
  const std::size_t before = text.size();
  PortNo port{};
  for (const EncodedAction& a : ordered_action_set(action_set_)) {
    if (text.size() != before) text.put(',');
    put_action_list(text, a.bytes, a.version, {.version = options_.dialect});
    if (static_cast<v13::ActionType>(a.type()) == v13::ActionType::output)
      port = static_cast<PortNo>(u32(a.bytes));
  }
  if (text.size() == before) text.put("empty, for it has neither group nor output");
  set(key_.actset_output, static_cast<std::uint32_t>(port));
  note(std::string(text.view()));
}

}  // namespace oflens::flow
