#include "action_text.hpp"

#include <concepts>

#include <oflens/ext/nicira_actions.hpp>
#include <oflens/ext/onf.hpp>
#include <oflens/flow/flow.hpp>
#include <oflens/v10/actions.hpp>
#include <oflens/v13/instructions.hpp>

#include "action_words.hpp"
#include "ovs_field.hpp"
#include "tlv.hpp"

namespace oflens::flow {
namespace {

// Actions in actions, deeper than anybody writes them.
constexpr int max_depth = 32;

class ActionText {
 public:
  ActionText(TextBuffer& out, Version encoded, const ActionDialect& dialect)
      : out_(out),
        begin_(out.size()),
        old_(dialect.version == Version::v10),
        encoded_old_(encoded == Version::v10),
        tagged_(dialect.tagged),
        ip_proto_(dialect.ip_proto),
        of_bucket_(dialect.of_bucket) {}

  void finish() {
    if (out_.size() == begin_) out_.put("drop");
  }

  void actions(Bytes list) {
    each_element(list, [&](std::uint16_t type, Bytes element) {
      if (encoded_old_)
        v10_action(type, element);
      else
        v13_action(type, element);
    });
  }

  // Instructions, in the order in which they are carried out.
  void instructions(Bytes list) {
    bool in_order = true;
    unsigned last = 0;
    each_element(list, [&](std::uint16_t type, Bytes) {
      in_order = in_order && turn_of(type) >= last;
      last = turn_of(type);
    });
    if (in_order) return each_element(list, [&](std::uint16_t type, Bytes e) { instruction(type, e); });
    for (unsigned turn = 0; turn <= last_turn; ++turn)
      each_element(list, [&](std::uint16_t type, Bytes e) {
        if (turn_of(type) == turn) instruction(type, e);
      });
  }

 private:
  static std::uint16_t u16(Bytes element) { return load_be<std::uint16_t>(element.data() + 4); }
  static std::uint32_t u32(Bytes element) { return load_be<std::uint32_t>(element.data() + 4); }

  static constexpr unsigned last_turn = 6;
  static constexpr unsigned turn_of(std::uint16_t type) {
    switch (static_cast<v13::InstructionType>(type)) {
      case v13::InstructionType::meter: return 0;
      case v13::InstructionType::apply_actions: return 1;
      case v13::InstructionType::clear_actions: return 2;
      case v13::InstructionType::write_actions: return 3;
      case v13::InstructionType::write_metadata: return 4;
      case v13::InstructionType::goto_table: return 5;
      default: return last_turn;
    }
  }

  // ---- parts

  TextBuffer& next() {
    if (out_.size() != begin_) out_.put(',');
    return out_;
  }
  void word(std::string_view text) { next().put(text); }
  void number(std::string_view name, std::uint64_t v) {
    next().put(name);
    out_.put(':');
    out_.put_decimal(v);
  }
  void in_brackets(std::string_view name, std::uint64_t v) {
    next().put(name);
    out_.put('(');
    out_.put_decimal(v);
    out_.put(')');
  }
  void hex(std::string_view name, std::uint64_t v) {
    next().put(name);
    out_.put(':');
    put_hex_or_0(out_, v);
  }
  void ethertype(std::string_view name, std::uint16_t v) {
    next().put(name);
    out_.put(':');
    out_.put_hex(v, 4);
  }
  // ",name=5", after something else.
  void also(std::string_view name, std::uint64_t v) {
    out_.put(',');
    out_.put(name);
    out_.put('=');
    out_.put_decimal(v);
  }
  template <std::size_t N>
  void one_of(const std::string_view (&words)[N], std::size_t i) {
    if (i < N)
      out_.put(words[i]);
    else
      out_.put_decimal(i);
  }
  // "01.02.03".
  void dotted(Bytes bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (i != 0) out_.put('.');
      out_.put_bytes(bytes.subspan(i, 1));
    }
  }
  // "NXM_NX_REG0[0..15]". A field that nobody knows: its header.
  void part(Bytes header, unsigned first, unsigned bits) {
    if (const OvsField* field = find_field(header)) return put_subfield(out_, {field, first, bits});
    out_.put("0x");
    out_.put_bytes(header);
    put_range(out_, first, bits, 0);
  }
  void part(const One<OxmId>& id, unsigned first, unsigned bits) { part(id.get().bytes(), first, bits); }
  void part(const One<OxmId>& id, std::uint16_t ofs_nbits) {
    const nicira::OfsNbits range{ofs_nbits};
    part(id, range.first(), range.bits());
  }
  // The same where the header stands in a number; false when it names no field.
  bool part(std::uint32_t header, std::uint16_t ofs_nbits) {
    std::byte bytes[8]{};
    store_be(bytes, header);
    const nicira::OfsNbits range{ofs_nbits};
    part(Bytes{bytes, header >> 16 == 0xffff ? 8u : 4u}, range.first(), range.bits());
    return true;
  }

  // set_field:V->name, or what 1.0 calls it.
  template <std::invocable Put>
  void set(std::string_view v10_name, std::string_view v13_name, Put&& put_value) {
    if (old_) {
      next().put(v10_name);
      out_.put(':');
      put_value();
    } else {
      next().put("set_field:");
      put_value();
      out_.put("->");
      out_.put(v13_name);
    }
  }
  void set(std::string_view v10_name, std::string_view v13_name, std::uint64_t v) {
    set(v10_name, v13_name, [&] { out_.put_decimal(v); });
  }
  template <class Address>
  void set_address(std::string_view v10_name, std::string_view v13_name, const std::byte* p) {
    set(v10_name, v13_name, [&] {
      Address a;
      wire::load(a, p);
      out_.put(a);
    });
  }

  // load:0x5->NAME[]: each run of bits that the mask has, at most 64 at a time.
  void loads(const OvsField& field, Bytes value, Bytes mask) {
    const auto bit = [](Bytes bytes, std::size_t i) {
      return i / 8 < bytes.size() &&
             (std::to_integer<unsigned>(bytes[bytes.size() - 1 - i / 8]) >> (i % 8) & 1) != 0;
    };
    for (unsigned first = 0; first < field.bits;) {
      unsigned end = first;
      std::uint64_t v = 0;
      while (end < field.bits && end - first < 64 && (mask.empty() || bit(mask, end))) {
        v |= static_cast<std::uint64_t>(bit(value, end)) << (end - first);
        ++end;
      }
      if (end == first) {
        ++first;
        continue;
      }
      next().put("load:");
      put_hex_or_0(out_, v);
      out_.put("->");
      put_subfield(out_, {&field, first, end - first});
      first = end;
    }
  }

  // Not of anybody that we know: whose, and all its bytes.
  void foreign(std::string_view what, bool experimenter, std::uint16_t type, Bytes element) {
    next();
    if (experimenter && element.size() >= 8) {
      out_.put("experimenter(");
      out_.put_hex(load_be<std::uint32_t>(element.data() + 4));
      out_.put(':');
      out_.put_bytes(element.subspan(8));
    } else {
      out_.put("unknown(");
      out_.put(what);
      out_.put(' ');
      out_.put_decimal(type);
      out_.put(':');
      out_.put_bytes(element.subspan(4));
    }
    out_.put(')');
  }

  // Actions inside of an action: "name(a,b)".
  void nested(std::string_view name, Bytes list) {
    next().put(name);
    out_.put('(');
    inner(list);
    out_.put(')');
  }
  void inner(Bytes list) {
    const std::size_t outer = begin_;
    begin_ = out_.size();
    actions(list);
    finish();
    begin_ = outer;
  }

  // ---- actions that both versions have

  void output(PortNo port, std::uint16_t max_len) {
    next();
    const auto number = static_cast<std::uint32_t>(port);
    if (number < static_cast<std::uint32_t>(PortNo::max)) out_.put("output:");
    put_port(out_, port);
    if (port == PortNo::controller) {
      out_.put(':');
      out_.put_decimal(max_len);
    }
  }

  // The actions of 1.0 add a tag where there is none; 1.3 does that in two steps.
  void tag_first() {
    if (!tagged_ && !old_) ethertype("push_vlan", 0x8100);
    tagged_ = !of_bucket_;
  }
  void set_vlan_vid(std::uint16_t vid) {
    set("mod_vlan_vid", "vlan_vid", old_ ? vid & 0xfffu : vid | 0x1000u);
  }
  void set_vlan_pcp(std::uint8_t pcp) { set("mod_vlan_pcp", "vlan_pcp", pcp); }
  void pop_vlan() {
    word(old_ ? "strip_vlan" : "pop_vlan");
    tagged_ = false;
  }
  void set_dscp(std::uint8_t dscp) { set("mod_nw_tos", "ip_dscp", old_ ? unsigned{dscp} << 2 : dscp); }
  // 1.3 must know which protocol's port it is.
  void set_port(bool source, std::uint16_t port) {
    std::string_view name;
    if (ip_proto_ == 6) name = source ? "tcp_src" : "tcp_dst";
    if (ip_proto_ == 17) name = source ? "udp_src" : "udp_dst";
    if (ip_proto_ == 132) name = source ? "sctp_src" : "sctp_dst";
    const std::string_view old_name = source ? "mod_tp_src" : "mod_tp_dst";
    if (!name.empty())
      set(old_name, name, port);
    else
      number(old_name, port);
  }

  void v10_action(std::uint16_t type, Bytes e) {
    using Type = v10::ActionType;
    const std::byte* const value = e.data() + 4;
    const auto port = [&] { return port_of(static_cast<v10::PortNo>(u16(e))); };
    switch (static_cast<Type>(type)) {
      case Type::output: return output(port(), load_be<std::uint16_t>(e.data() + 6));
      case Type::set_vlan_vid: tag_first(); return set_vlan_vid(u16(e));
      case Type::set_vlan_pcp: tag_first(); return set_vlan_pcp(std::to_integer<std::uint8_t>(*value));
      case Type::strip_vlan: return pop_vlan();
      case Type::set_dl_src: return set_address<MacAddress>("mod_dl_src", "eth_src", value);
      case Type::set_dl_dst: return set_address<MacAddress>("mod_dl_dst", "eth_dst", value);
      case Type::set_nw_src: return set_address<Ipv4Address>("mod_nw_src", "ip_src", value);
      case Type::set_nw_dst: return set_address<Ipv4Address>("mod_nw_dst", "ip_dst", value);
      case Type::set_nw_tos:
        return set_dscp(static_cast<std::uint8_t>(std::to_integer<unsigned>(*value) >> 2));
      case Type::set_tp_src: return set_port(true, u16(e));
      case Type::set_tp_dst: return set_port(false, u16(e));
      case Type::enqueue: return enqueue(port(), load_be<std::uint32_t>(e.data() + 12));
      default: return other_action(type, e);
    }
  }

  void enqueue(PortNo port, std::uint32_t queue) {
    if (!old_) {
      number("set_queue", queue);
      output(port, 0xffff);
      return word("pop_queue");
    }
    next().put("enqueue:");
    put_port(out_, port);
    out_.put(':');
    out_.put_decimal(queue);
  }

  void v13_action(std::uint16_t type, Bytes e) {
    using Type = v13::ActionType;
    const std::uint8_t first = std::to_integer<std::uint8_t>(e[4]);
    switch (static_cast<Type>(type)) {
      case Type::output: return output(static_cast<PortNo>(u32(e)), load_be<std::uint16_t>(e.data() + 8));
      case Type::copy_ttl_out: return word("copy_ttl_out");
      case Type::copy_ttl_in: return word("copy_ttl_in");
      case Type::set_mpls_ttl: return in_brackets("set_mpls_ttl", first);
      case Type::dec_mpls_ttl: return word("dec_mpls_ttl");
      case Type::push_vlan:
        tagged_ = true;
        // In 1.0 that is part of the action which sets the tag.
        return old_ ? void() : ethertype("push_vlan", u16(e));
      case Type::pop_vlan: return pop_vlan();
      case Type::push_mpls: return ethertype("push_mpls", u16(e));
      case Type::pop_mpls: return ethertype("pop_mpls", u16(e));
      case Type::set_queue: return number("set_queue", u32(e));
      case Type::group: return number("group", u32(e));
      case Type::set_nw_ttl:
        if (old_) return loads(*find_field("nw_ttl"), e.subspan(4, 1), {});
        return number("mod_nw_ttl", first);
      case Type::dec_nw_ttl: return word("dec_ttl");
      case Type::set_field: return set_field(Tlv(e.data() + 4));
      case Type::push_pbb: return ethertype("push_pbb", u16(e));
      case Type::pop_pbb: return word("pop_pbb");
      // 1.1's, which Open vSwitch takes in later versions, too.
      case Type::set_vlan_vid: return number(old_ ? "mod_vlan_vid" : "set_vlan_vid", u16(e));
      case Type::set_vlan_pcp: return number(old_ ? "mod_vlan_pcp" : "set_vlan_pcp", first);
      case Type::set_dl_src: return address<MacAddress>("mod_dl_src:", type, e);
      case Type::set_dl_dst: return address<MacAddress>("mod_dl_dst:", type, e);
      case Type::set_nw_src: return address<Ipv4Address>("mod_nw_src:", type, e);
      case Type::set_nw_dst: return address<Ipv4Address>("mod_nw_dst:", type, e);
      case Type::set_nw_tos: return number("mod_nw_tos", first & 0xfcu);
      case Type::set_nw_ecn: return number("mod_nw_ecn", first);
      case Type::set_tp_src: return number("mod_tp_src", u16(e));
      case Type::set_tp_dst: return number("mod_tp_dst", u16(e));
      case Type::set_mpls_label: return in_brackets("set_mpls_label", u32(e));
      case Type::set_mpls_tc: return in_brackets("set_mpls_tc", first);
      default: return other_action(type, e);
    }
  }
  template <class Address>
  void address(std::string_view name, std::uint16_t type, Bytes e) {
    Address a;
    // 1.3 does not have these actions, so that all that is known is that there are eight bytes.
    if (e.size() < 4 + sizeof a.octets) return other_action(type, e);
    wire::load(a, e.data() + 4);
    next().put(name);
    out_.put(a);
  }

  void set_field(const Tlv& f) {
    const Bytes encoded{f.at, f.end()};
    const OvsField* field = encoded.size() < 8 && f.experimental() ? nullptr : find_field(encoded);
    if (field == nullptr || f.opaque()) {
      next().put("set_field:oxm(0x");
      out_.put_bytes(encoded.first(4));
      out_.put(':');
      out_.put_bytes(encoded.subspan(4));
      return out_.put(')');
    }
    const Bytes value{f.value(), f.width()};
    const Bytes mask = f.masked() ? Bytes{f.mask(), f.width()} : Bytes{};
    if (old_ && !encoded_old_) return set_field_in_v10(*field, f, value, mask);
    put_set_field(*field, value, mask);
  }
  void put_set_field(const OvsField& field, Bytes value, Bytes mask) {
    next().put("set_field:");
    if (field.any_width && !mask.empty()) {  // how wide it is counts: the mask is told even if it is all ones
      put_field_value(out_, field, value);
      out_.put('/');
      put_hex_or_0(out_, mask);
    } else {
      put_field_value(out_, field, value, mask);
    }
    out_.put("->");
    out_.put(field.name);
  }

  // 1.0's own action where it has one; else bits are loaded.
  void set_field_in_v10(const OvsField& field, const Tlv& f, Bytes value, Bytes mask) {
    const std::uint32_t number = f.id() >> 7 == 0x8000 ? f.id() & 0x7f : 0xff;
    const auto u8 = [&] { return std::to_integer<std::uint8_t>(value[0]); };
    switch (number) {
      case 3: return set_address<MacAddress>("mod_dl_dst", "", value.data());
      case 4: return set_address<MacAddress>("mod_dl_src", "", value.data());
      case 6: return set_vlan_vid(load_be<std::uint16_t>(value.data()));
      case 7: return set_vlan_pcp(u8());
      case 8: return set_dscp(u8());
      case 11: return set_address<Ipv4Address>("mod_nw_src", "", value.data());
      case 12: return set_address<Ipv4Address>("mod_nw_dst", "", value.data());
      case 13:
      case 15: return set("mod_tp_src", "", load_be<std::uint16_t>(value.data()));
      case 14:
      case 16: return set("mod_tp_dst", "", load_be<std::uint16_t>(value.data()));
      default: break;
    }
    if (field.any_width || f.experimental()) {
      put_set_field(field, value, mask);
    } else {
      loads(field, value, mask);
    }
  }

  // ---- actions of experimenters

  // Prints the element with `put` if it is an A; else its bytes.
  template <class A, class Put>
  void as(Bytes element, Put&& put) {
    A action;
    const std::byte* end = element.data() + element.size();
    if (wire::read<true>(&action, element.data(), end, wire::Context{}) == end)
      put(action);
    else
      foreign("action", true, 0xffff, element);
  }

  void other_action(std::uint16_t type, Bytes e) {
    const bool experimenter = type == static_cast<std::uint16_t>(ActionOf::experimenter);
    if (experimenter && e.size() >= 10 && depth_ < max_depth) {
      const auto whose = static_cast<ExperimenterId>(u32(e));
      const auto subtype = load_be<std::uint16_t>(e.data() + 8);
      if (whose == ExperimenterId::nicira) {
        ++depth_;
        nicira_action(static_cast<nicira::ActionSubtype>(subtype), e);
        --depth_;
        return;
      }
      if (whose == ExperimenterId::onf && subtype == 3200)
        return as<onf::CopyField>(
            e, [&](const onf::CopyField& a) { move(a.src, a.src_offset, a.dst, a.dst_offset, a.n_bits); });
    }
    foreign("action", experimenter, type, e);
  }

  void nicira_action(nicira::ActionSubtype subtype, Bytes e) {
    using namespace nicira;
    using S = ActionSubtype;
    switch (subtype) {
      case S::resubmit: return as<Resubmit>(e, [&](const Resubmit& a) { resubmit(a.in_port, 0xff, false); });
      case S::resubmit_table:
        return as<ResubmitTable>(e, [&](const ResubmitTable& a) { resubmit(a.in_port, a.table, false); });
      case S::resubmit_table_ct:
        return as<ResubmitTableCt>(e, [&](const ResubmitTableCt& a) { resubmit(a.in_port, a.table, true); });
      case S::set_tunnel:
        return as<SetTunnel>(e, [&](const SetTunnel& a) { set_tunnel("set_tunnel", a.tun_id); });
      case S::set_tunnel64:
        return as<SetTunnel64>(e, [&](const SetTunnel64& a) { set_tunnel("set_tunnel64", a.tun_id); });
      case S::set_queue: return as<SetQueue>(e, [&](const SetQueue& a) { number("set_queue", a.queue_id); });
      case S::pop_queue: return word("pop_queue");
      case S::reg_move:
        return as<RegMove>(e, [&](const RegMove& a) { move(a.src, a.src_ofs, a.dst, a.dst_ofs, a.n_bits); });
      case S::reg_load:
        return as<RegLoad>(e, [&](const RegLoad& a) {
          next().put("load:");
          put_hex_or_0(out_, a.value);
          out_.put("->");
          part(a.dst, a.ofs_nbits);
        });
      case S::reg_load2:
        return as<RegLoad2>(e, [&](const RegLoad2& a) { set_field(Tlv(a.dst.bytes().data())); });
      case S::note:
        return as<Note>(e, [&](const Note& a) {
          next().put("note:");
          dotted(a.note.bytes());
        });
      case S::multipath: return as<Multipath>(e, [&](const Multipath& a) { multipath(a); });
      case S::bundle: return as<Bundle>(e, [&](const Bundle& a) { bundle("bundle", a); });
      case S::bundle_load: return as<BundleLoad>(e, [&](const BundleLoad& a) { bundle("bundle_load", a); });
      case S::output_reg:
        return as<OutputReg>(e, [&](const OutputReg& a) {
          next().put("output:");
          part(a.src, a.ofs_nbits);
        });
      case S::output_reg2:
        return as<OutputReg2>(e, [&](const OutputReg2& a) {
          next().put("output:");
          part(a.src, a.ofs_nbits);
        });
      case S::learn: return as<nicira::Learn>(e, [&](const nicira::Learn& a) { learn(a, [] {}); });
      case S::learn2: return as<Learn2>(e, [&](const Learn2& a) { learn2(a); });
      case S::exit: return word("exit");
      case S::dec_ttl: return word("dec_ttl");
      case S::dec_ttl_cnt_ids:
        return as<DecTtlCntIds>(e, [&](const DecTtlCntIds& a) {
          char separator = '(';
          next().put("dec_ttl");
          for (const std::uint16_t id : a.cnt_ids) {
            out_.put(std::exchange(separator, ','));
            out_.put_decimal(id);
          }
          if (separator == ',') out_.put(')');
        });
      case S::fin_timeout: return as<FinTimeout>(e, [&](const FinTimeout& a) { fin_timeout(a); });
      case S::controller:
        return as<Controller>(e, [&](const Controller& a) {
          controller({.max_len = a.max_len, .id = a.controller_id, .reason = a.reason});
        });
      case S::controller2: return as<Controller2>(e, [&](const Controller2& a) { controller2(a); });
      case S::write_metadata:
        return as<WriteMetadata>(e, [&](const WriteMetadata& a) { write_metadata(a.metadata, a.mask); });
      case S::push_mpls:
        return as<PushMpls>(e, [&](const PushMpls& a) { ethertype("push_mpls", a.ethertype); });
      case S::pop_mpls: return as<PopMpls>(e, [&](const PopMpls& a) { ethertype("pop_mpls", a.ethertype); });
      case S::set_mpls_label:
        return as<SetMplsLabel>(e, [&](const SetMplsLabel& a) {
          if (old_) return in_brackets("set_mpls_label", a.label);
          set("", "mpls_label", a.label);
        });
      case S::set_mpls_tc:
        return as<SetMplsTc>(e, [&](const SetMplsTc& a) {
          if (old_) return in_brackets("set_mpls_tc", a.tc);
          set("", "mpls_tc", a.tc);
        });
      case S::set_mpls_ttl:
        return as<SetMplsTtl>(e, [&](const SetMplsTtl& a) { in_brackets("set_mpls_ttl", a.ttl); });
      case S::dec_mpls_ttl: return word("dec_mpls_ttl");
      case S::stack_push:
        return as<StackPush>(e, [&](const StackPush& a) {
          next().put("push:");
          part(a.field_, a.offset, a.n_bits);
        });
      case S::stack_pop:
        return as<StackPop>(e, [&](const StackPop& a) {
          next().put("pop:");
          part(a.field_, a.offset, a.n_bits);
        });
      case S::sample:
        return as<Sample>(e, [&](const Sample& a) { sample(a, v10::PortNo::none, SampleDirection{}); });
      case S::sample2:
        // Which has no direction yet: Open vSwitch does not look at that byte.
        return as<Sample2>(e, [&](const Sample2& a) { sample(a, a.sampling_port, {}); });
      case S::sample3:
        return as<Sample3>(e, [&](const Sample3& a) { sample(a, a.sampling_port, a.direction); });
      case S::sample4: return as<Sample4>(e, [&](const Sample4& a) { sample4(a); });
      case S::conjunction:
        return as<Conjunction>(e, [&](const Conjunction& a) {
          next().put("conjunction(");
          out_.put_decimal(a.conj_id);
          out_.put(',');
          out_.put_decimal(a.clause + 1u);
          out_.put('/');
          out_.put_decimal(a.n_clauses);
          out_.put(')');
        });
      case S::ct:
        if (encoded_old_) return as<Ct<v10::Action>>(e, [&](const auto& a) { ct(a); });
        return as<Ct<v13::Action>>(e, [&](const auto& a) { ct(a); });
      case S::nat:
        return as<Nat>(e, [&](const Nat& a) {
          next();
          nat(a);
        });
      case S::output_trunc:
        return as<OutputTrunc>(e, [&](const OutputTrunc& a) {
          next().put("output(port=");
          put_port(out_, port_of(a.port));
          also("max_len", a.max_len);
          out_.put(')');
        });
      case S::group:
        return as<nicira::Group>(e, [&](const nicira::Group& a) { number("group", a.group_id); });
      case S::clone:
        if (encoded_old_)
          return as<Clone<v10::Action>>(e, [&](const auto& a) { nested("clone", a.actions.bytes()); });
        return as<Clone<v13::Action>>(e, [&](const auto& a) { nested("clone", a.actions.bytes()); });
      case S::ct_clear: return word("ct_clear");
      case S::encap: return as<Encap>(e, [&](const Encap& a) { encap(a); });
      case S::decap: return as<Decap>(e, [&](const Decap& a) { decap(a); });
      case S::dec_nsh_ttl: return word("dec_nsh_ttl");
      case S::check_pkt_larger:
        return as<CheckPktLarger>(e, [&](const CheckPktLarger& a) {
          in_brackets("check_pkt_larger", a.pkt_len);
          out_.put("->");
          part(a.dst, a.offset, 1);
        });
      case S::delete_field:
        return as<DeleteField>(e, [&](const DeleteField& a) {
          next().put("delete_field:");
          const OvsField* field = find_field(a.field_.get().bytes());
          if (field != nullptr) return out_.put(field->name);
          out_.put("0x");
          out_.put_bytes(a.field_.get().bytes());
        });
      case S::debug_slow: return word("debug_slow");
      case S::debug_recirc: return word("debug_recirc");
    }
    foreign("action", true, 0xffff, e);
  }

  void resubmit(v10::PortNo in_port, std::uint8_t table, bool ct) {
    next();
    if (in_port != v10::PortNo::in_port && table == 0xff && !ct) {
      out_.put("resubmit:");
      return put_port(out_, port_of(in_port));
    }
    out_.put("resubmit(");
    if (in_port != v10::PortNo::in_port) put_port(out_, port_of(in_port));
    out_.put(',');
    if (table != 0xff) out_.put_decimal(table);
    if (ct) out_.put(",ct");
    out_.put(')');
  }

  // What a switch keeps of it is a set_field when it is asked in 1.3.
  void set_tunnel(std::string_view name, std::uint64_t id) {
    if (old_ == encoded_old_) return hex(name, id);
    if (old_) return hex(id >> 32 != 0 ? "set_tunnel64" : "set_tunnel", id);
    set("", "tun_id", [&] { put_hex_or_0(out_, id); });
  }

  void move(const One<OxmId>& src, unsigned src_ofs, const One<OxmId>& dst, unsigned dst_ofs, unsigned bits) {
    next().put("move:");
    part(src, src_ofs, bits);
    out_.put("->");
    part(dst, dst_ofs, bits);
  }

  void multipath(const nicira::Multipath& a) {
    next().put("multipath(");
    one_of(hash_words, static_cast<std::size_t>(a.fields));
    out_.put(',');
    out_.put_decimal(a.basis);
    out_.put(',');
    one_of(multipath_words, static_cast<std::size_t>(a.algorithm));
    out_.put(',');
    out_.put_decimal(a.max_link + 1u);
    out_.put(',');
    out_.put_decimal(a.arg);
    out_.put(',');
    part(a.dst, a.ofs_nbits);
    out_.put(')');
  }

  template <class B>
  void bundle(std::string_view name, const B& a) {
    next().put(name);
    out_.put('(');
    one_of(hash_words, static_cast<std::size_t>(a.fields));
    out_.put(',');
    out_.put_decimal(a.basis);
    out_.put(',');
    one_of(bundle_words, static_cast<std::size_t>(a.algorithm));
    out_.put(",ofport,");
    if constexpr (requires { a.dst; }) {
      part(a.dst, a.ofs_nbits);
      out_.put(',');
    }
    out_.put("members:");
    bool first = true;
    for (const v10::PortNo port : a.members) {
      if (!std::exchange(first, false)) out_.put(',');
      put_port(out_, port_of(port));
    }
    out_.put(')');
  }

  void fin_timeout(const nicira::FinTimeout& a) {
    next().put("fin_timeout(");
    if (a.fin_idle_timeout != 0) {
      out_.put("idle_timeout=");
      out_.put_decimal(a.fin_idle_timeout);
    }
    if (a.fin_hard_timeout != 0) {
      if (a.fin_idle_timeout != 0) out_.put(',');
      out_.put("hard_timeout=");
      out_.put_decimal(a.fin_hard_timeout);
    }
    out_.put(')');
  }

  struct ToController {
    std::uint16_t max_len = 0xffff, id = 0;
    nicira::ControllerReason reason = nicira::ControllerReason::action;
    Bytes userdata{};
    bool pause = false;
    std::optional<std::uint32_t> meter_id{};
  };
  void controller(const ToController& a) {
    using nicira::ControllerReason;
    if (a.reason == ControllerReason::action && a.id == 0 && a.userdata.empty() && !a.pause && !a.meter_id)
      return output(PortNo::controller, a.max_len);
    next().put("controller(");
    const std::size_t begin = out_.size();
    const auto key = [&](std::string_view name) {
      if (out_.size() != begin) out_.put(',');
      out_.put(name);
    };
    if (a.reason != ControllerReason::action) {
      key("reason=");
      one_of(reason_words, static_cast<std::size_t>(a.reason));
    }
    if (a.max_len != 0xffff) {
      key("max_len=");
      out_.put_decimal(a.max_len);
    }
    if (a.id != 0) {
      key("id=");
      out_.put_decimal(a.id);
    }
    if (!a.userdata.empty()) {
      key("userdata=");
      dotted(a.userdata);
    }
    if (a.pause) key("pause");
    if (a.meter_id) {
      key("meter_id=");
      out_.put_decimal(*a.meter_id);
    }
    out_.put(')');
  }
  void controller2(const nicira::Controller2& a) {
    using namespace nicira;
    ToController to;
    for (const auto property : a.properties) {
      if (const auto p = property.get<Controller2MaxLen>()) to.max_len = p->max_len;
      if (const auto p = property.get<Controller2Id>()) to.id = p->controller_id;
      if (const auto p = property.get<Controller2Reason>()) to.reason = p->reason;
      if (const auto p = property.get<Controller2Userdata>()) to.userdata = p->userdata.bytes();
      if (property.get<Controller2Pause>()) to.pause = true;
      if (const auto p = property.get<Controller2MeterId>()) to.meter_id = p->meter_id;
    }
    controller(to);
  }

  // ---- learn

  template <class L, class More>
  void learn(const L& a, More&& more) {
    next().put("learn(table=");
    out_.put_decimal(a.table_id);
    if (a.idle_timeout != 0) also("idle_timeout", a.idle_timeout);
    if (a.hard_timeout != 0) also("hard_timeout", a.hard_timeout);
    if (a.fin_idle_timeout != 0) also("fin_idle_timeout", a.fin_idle_timeout);
    if (a.fin_hard_timeout != 0) also("fin_hard_timeout", a.fin_hard_timeout);
    if (a.priority != 0x8000) also("priority", a.priority);
    const auto flags = static_cast<unsigned>(a.flags);
    if ((flags & static_cast<unsigned>(nicira::LearnFlags::send_flow_rem)) != 0) out_.put(",send_flow_rem");
    if ((flags & static_cast<unsigned>(nicira::LearnFlags::delete_learned)) != 0) out_.put(",delete_learned");
    if (a.cookie != 0) {
      out_.put(",cookie=");
      out_.put_hex(a.cookie);
    }
    more();
    for (const nicira::LearnSpec spec : a.specs) {
      out_.put(',');
      learn_spec(spec);
    }
    out_.put(')');
  }
  void learn2(const nicira::Learn2& a) {
    learn(a, [&] {
      if (a.limit != 0) also("limit", a.limit);
      if ((static_cast<unsigned>(a.flags) & static_cast<unsigned>(nicira::LearnFlags::write_result)) != 0) {
        out_.put(",result_dst=");
        part(a.result_dst, a.result_dst_ofs, 1);
      }
    });
  }
  void learn_spec(const nicira::LearnSpec& s) {
    using Spec = nicira::LearnSpec;
    const unsigned bits = s.n_bits(), kind = s.header & Spec::dst_mask;
    const bool immediate = (s.header & Spec::src_immediate) != 0;
    if ((kind & Spec::dst_output) != 0) {  // no destination; what has the other bit, too, means nothing
      out_.put(kind == Spec::dst_output ? "output:" : "unknown:");
      if (immediate) return put_hex_or_0(out_, s.value.bytes());
      return part(s.src, s.src_ofs, bits);
    }
    if (kind == Spec::dst_load) {
      out_.put("load:");
      if (immediate)
        put_hex_or_0(out_, s.value.bytes());
      else
        part(s.src, s.src_ofs, bits);
      out_.put("->");
      return part(s.dst, s.dst_ofs, bits);
    }
    const Bytes dst = s.dst.bytes();
    if (immediate) {
      const OvsField* field = find_field(dst);
      if (field != nullptr && s.dst_ofs == 0 && bits == field->bits && s.value.size() >= field->bytes) {
        out_.put(field->name);
        out_.put('=');
        return put_field_value(out_, *field, s.value.bytes().last(field->bytes));
      }
      part(dst, s.dst_ofs, bits);
      out_.put('=');
      return put_hex_or_0(out_, s.value.bytes());
    }
    part(dst, s.dst_ofs, bits);
    const Bytes src = s.src.bytes();
    if (s.src_ofs == s.dst_ofs && src.size() == dst.size() && std::equal(src.begin(), src.end(), dst.begin()))
      return;
    out_.put('=');
    part(src, s.src_ofs, bits);
  }

  // ---- connections

  template <class C>
  void ct(const C& a) {
    next().put("ct(");
    const std::size_t begin = out_.size();
    const auto key = [&](std::string_view name) {
      if (out_.size() != begin) out_.put(',');
      out_.put(name);
    };
    const auto flags = static_cast<unsigned>(a.flags);
    if ((flags & static_cast<unsigned>(nicira::CtFlags::commit)) != 0) key("commit");
    if ((flags & static_cast<unsigned>(nicira::CtFlags::force)) != 0) key("force");
    if (a.recirc_table != 0xff) {
      key("table=");
      out_.put_decimal(a.recirc_table);
    }
    if (a.zone_src != 0) {
      key("zone=");
      part(a.zone_src, a.zone);
    } else if (a.zone != 0) {
      key("zone=");
      out_.put_decimal(a.zone);
    }
    Bytes rest = a.actions.bytes();
    if (a.actions.begin() != a.actions.end()) {
      const auto first = *a.actions.begin();
      if (const auto n = first.template get<nicira::Nat>()) {
        key("");
        nat(*n);
        rest = rest.subspan(first.bytes().size());
      }
    }
    if (!rest.empty()) {
      key("exec(");
      inner(rest);
      out_.put(')');
    }
    if (a.alg != 0) {
      key("alg=");
      if (a.alg == 21)
        out_.put("ftp");
      else if (a.alg == 69)
        out_.put("tftp");
      else
        out_.put_decimal(a.alg);
    }
    out_.put(')');
  }

  void nat(const nicira::Nat& a) {
    using nicira::NatFlags, nicira::NatRange;
    const auto has = [&](NatFlags f) {
      return (static_cast<unsigned>(a.flags) & static_cast<unsigned>(f)) != 0;
    };
    const auto in = [&](NatRange r) {
      return (static_cast<unsigned>(a.range_present) & static_cast<unsigned>(r)) != 0;
    };
    out_.put("nat");
    if (!has(NatFlags::src) && !has(NatFlags::dst)) return;
    out_.put(has(NatFlags::src) ? "(src" : "(dst");
    const bool ports = in(NatRange::proto_min) && a.proto_min != 0;
    if (in(NatRange::ipv4_min)) {
      out_.put('=');
      out_.put(a.ipv4_min);
      if (in(NatRange::ipv4_max) && a.ipv4_max != a.ipv4_min) {
        out_.put('-');
        out_.put(a.ipv4_max);
      }
    } else if (in(NatRange::ipv6_min)) {
      const auto address = [&](const Ipv6Address& v) {
        if (ports) out_.put('[');
        out_.put(v);
        if (ports) out_.put(']');
      };
      out_.put('=');
      address(a.ipv6_min);
      if (in(NatRange::ipv6_max) && a.ipv6_max != a.ipv6_min) {
        out_.put('-');
        address(a.ipv6_max);
      }
    }
    if (ports && (in(NatRange::ipv4_min) || in(NatRange::ipv6_min))) {
      out_.put(':');
      out_.put_decimal(a.proto_min);
      if (in(NatRange::proto_max) && a.proto_max != a.proto_min) {
        out_.put('-');
        out_.put_decimal(a.proto_max);
      }
    }
    if (has(NatFlags::persistent)) out_.put(",persistent");
    if (has(NatFlags::proto_hash)) out_.put(",hash");
    if (has(NatFlags::proto_random)) out_.put(",random");
    out_.put(')');
  }

  // ---- samples

  void sampled_from(v10::PortNo port, nicira::SampleDirection direction) {
    if (port != v10::PortNo::none) {
      out_.put(",sampling_port=");
      put_port(out_, port_of(port));
    }
    if (direction == nicira::SampleDirection::ingress) out_.put(",ingress");
    if (direction == nicira::SampleDirection::egress) out_.put(",egress");
    out_.put(')');
  }
  template <class S>
  void sample_head(const S& a) {
    next().put("sample(probability=");
    out_.put_decimal(a.probability);
    also("collector_set_id", a.collector_set_id);
  }
  template <class S>
  void sample(const S& a, v10::PortNo port, nicira::SampleDirection direction) {
    sample_head(a);
    also("obs_domain_id", a.obs_domain_id);
    also("obs_point_id", a.obs_point_id);
    sampled_from(port, direction);
  }
  void sample4(const nicira::Sample4& a) {
    const auto observed = [&](std::string_view name, std::uint32_t src, std::uint32_t value) {
      if (src == 0) return also(name, value);
      out_.put(',');
      out_.put(name);
      out_.put('=');
      part(src, static_cast<std::uint16_t>(value >> 16));
    };
    sample_head(a);
    observed("obs_domain_id", a.obs_domain_src, a.obs_domain);
    observed("obs_point_id", a.obs_point_src, a.obs_point);
    sampled_from(a.sampling_port, a.direction);
  }

  // ---- headers around the packet

  void encap(const nicira::Encap& a) {
    next().put("encap(");
    const char* known = nullptr;
    for (const PacketTypeWord& w : packet_type_words)
      if (w.type == a.new_pkt_type) known = w.word.data();
    if (known != nullptr)
      out_.put(known);
    else
      out_.put_hex(a.new_pkt_type);
    char separator = '(';
    for (const nicira::EncapProperty p : a.props) {
      out_.put(std::exchange(separator, ','));
      const Bytes data = p.data.bytes();
      if (p.prop_class == nicira::EncapClass::nsh && p.type == 1 && !data.empty()) {
        out_.put("md_type=");
        out_.put_decimal(std::to_integer<unsigned>(data[0]));
      } else if (p.prop_class == nicira::EncapClass::nsh && p.type == 2 && data.size() >= 4) {
        out_.put("tlv(");
        out_.put_hex(load_be<std::uint16_t>(data.data()), 4);
        out_.put(',');
        out_.put_decimal(std::to_integer<unsigned>(data[2]));
        out_.put(",0x");
        out_.put_bytes(data.subspan(4, std::min(data.size() - 4, std::to_integer<std::size_t>(data[3]))));
        out_.put(')');
      } else {
        out_.put("property(");
        out_.put_decimal(static_cast<unsigned>(p.prop_class));
        out_.put(',');
        out_.put_decimal(p.type);
        out_.put(",0x");
        out_.put_bytes(data);
        out_.put(')');
      }
    }
    if (separator == ',') out_.put(')');
    out_.put(')');
  }
  void decap(const nicira::Decap& a) {
    next().put("decap(");
    if (a.new_pkt_type != 0xfffe) {
      out_.put("packet_type(ns=");
      out_.put_decimal(a.new_pkt_type >> 16);
      out_.put(",type=");
      put_hex_or_0(out_, std::uint64_t{a.new_pkt_type & 0xffff});
      out_.put(')');
    }
    out_.put(')');
  }

  // ---- instructions

  void write_metadata(std::uint64_t metadata, std::uint64_t mask) {
    hex("write_metadata", metadata);
    if (mask == ~std::uint64_t{0}) return;
    out_.put('/');
    put_hex_or_0(out_, mask);
  }

  void instruction(std::uint16_t type, Bytes e) {
    using Type = v13::InstructionType;
    switch (static_cast<Type>(type)) {
      case Type::apply_actions: return actions(e.subspan(8));
      case Type::write_metadata:
        return write_metadata(load_be<std::uint64_t>(e.data() + 8), load_be<std::uint64_t>(e.data() + 16));
      case Type::goto_table:
        next().put(std::string_view(old_ ? "resubmit(," : "goto_table:"));
        out_.put_decimal(std::to_integer<std::uint8_t>(e[4]));
        return old_ ? out_.put(')') : void();
      // 1.0 has no words for the rest, nor had Nicira.
      case Type::meter: return old_ ? void() : number("meter", u32(e));
      case Type::clear_actions: return old_ ? void() : word("clear_actions");
      case Type::write_actions:
        if (!old_ && e.size() != 8) nested("write_actions", e.subspan(8));
        return;
      default: return foreign("instruction", static_cast<Type>(type) == Type::experimenter, type, e);
    }
  }

  TextBuffer& out_;
  std::size_t begin_;
  const bool old_;          // the dialect is that of 1.0
  const bool encoded_old_;  // and the bytes are
  bool tagged_;
  const std::uint8_t ip_proto_;
  const bool of_bucket_;
  int depth_ = 0;
};

}  // namespace

void put_action_list(TextBuffer& out, Bytes list, Version encoded, const ActionDialect& dialect) {
  ActionText text(out, encoded, dialect);
  text.actions(list);
  text.finish();
}

void put_instruction_list(TextBuffer& out, Bytes list, const ActionDialect& dialect) {
  ActionText text(out, Version::v13, dialect);
  text.instructions(list);
  text.finish();
}

}  // namespace oflens::flow
