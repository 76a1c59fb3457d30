// Reads actions as people write them, for the version that they are for: see action_syntax.hpp. The methods
// that read one action each are in the files action_reader_*.cpp, by topic; action_syntax.cpp has the list of
// them.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <oflens/ext/nicira_actions.hpp>
#include <oflens/v10/actions.hpp>
#include <oflens/v13/instructions.hpp>

#include "action_syntax.hpp"
#include "ovs_field.hpp"

namespace oflens::flow {

// ---- pieces of text

std::string_view trimmed(std::string_view s);

// Where a value ends that one of these characters ends, those in brackets not counted.
std::size_t end_of_value(std::string_view s, std::string_view ends);

// One of "key", "key:value", "key=value", "key(value)" and "key(value)->more".
struct Pair {
  std::string_view whole, key, value;
  std::string_view after{};  // what stands behind the bracket
};
// Takes the next one from a list with commas or blanks between; false at its end.
bool take_pair(std::string_view& text, Pair& pair);
// The part before the separator; text becomes what is behind it.
std::string_view take_until(std::string_view& text, char separator);

// ---- fields

OxmHeader header_of(const OvsField& field);
inline bool short_header(const OvsField& field) { return field.constant().header_size() == 4; }
// Is the field number n of OPENFLOW_BASIC, or of NXM's class 0?
bool has_id(const OvsField& field, OxmClass oxm_class, int number);
inline bool is_basic(const OvsField& field, int number) {
  return has_id(field, OxmClass::openflow_basic, number);
}
// Only ct's actions write these.
bool is_of_connections(const OvsField& field);
inline v10::PortNo old_port(PortNo port) {
  return static_cast<v10::PortNo>(static_cast<std::uint16_t>(port));
}

class ActionReader {
 public:
  ActionReader(Version version, const FlowContext& context, Forms& forms, SyntaxError& error)
      : old_(version == Version::v10), context_(context), forms_(forms), error_(error) {}

  bool read(std::string_view text, std::vector<std::byte>& out);

 private:
  enum class Where : std::uint8_t { flow, clone, ct, write_actions };
  // Instructions, in the order in which they must stand.
  enum class Rank : std::uint8_t {
    meter,
    apply_actions,
    clear_actions,
    write_actions,
    write_metadata,
    goto_table
  };

  struct Action {
    std::string_view name;
    bool (ActionReader::*read)(const Pair&);
    Rank rank = Rank::apply_actions;
  };
  static const Action actions[];

  // ---- errors

  bool fail(std::string_view part, std::string reason);
  // Only these kinds of flow_mods can say it.
  bool keep(Forms forms, std::string_view part, const char* reason);
  // Does this fit what the match says? 1.0 allows it all the same.
  bool needs(bool met, std::string_view part);
  bool must(bool met, std::string_view part) { return met || fail(part, "does not fit the match"); }

  // ---- what packets are

  bool ip() const { return context_.ethertype == 0x0800 || context_.ethertype == 0x86dd; }
  bool mpls() const { return context_.ethertype == 0x8847 || context_.ethertype == 0x8848; }
  bool transport(std::uint8_t proto) const;
  static bool allows(const FlowContext& c, Prerequisite p);
  bool readable(const OvsField& field, std::string_view part);
  bool writable(const OvsField& field, std::string_view part);

  // ---- parts

  template <class T>
  bool number(std::string_view text, T& out, std::uint64_t most = static_cast<std::uint64_t>(T(~T{0}))) {
    const auto v = read_number(text, most);
    if (!v)
      return fail(text,
                  text.empty() ? "a number is missing" : "is not a number up to " + std::to_string(most));
    out = static_cast<T>(*v);
    return true;
  }
  // As C's atoi: digits at the begin, others are not looked at.
  static std::uint64_t leading_number(std::string_view text);
  bool port(std::string_view text, PortNo& out);
  // To which packets can go.
  bool is_destination(PortNo p) const;
  template <std::size_t N>
  bool word(std::string_view text, const std::string_view (&words)[N], std::uint16_t& out, const char* what) {
    const auto* found = std::find(std::begin(words), std::end(words), text);
    if (found == std::end(words)) return fail(text, std::string("is not ") + what);
    out = static_cast<std::uint16_t>(found - words);
    return true;
  }
  bool subfield(std::string_view text, Subfield& out) { return read_subfield(text, out, error_); }
  // "SOURCE->DESTINATION"
  bool arrow(std::string_view text, std::string_view& left, std::string_view& right);
  // "01.02.03" or "010203".
  bool octets(std::string_view text, std::vector<std::byte>& out);

  template <Described A>
  bool put(const A& action, std::string_view part) {
    const std::size_t size = wire::size(action), at = target_->size();
    if (size > 0xffff) return fail(part, "is too long");
    target_->resize(at + size);
    wire::write(action, target_->data() + at);
    return true;
  }
  // What both versions have, each in its own form.
  template <Described A, Described B>
  bool put_either(const A& old, const B& now, std::string_view part) {
    return old_ ? put(old, part) : put(now, part);
  }
  template <class T>
  bool put_set_field(const OxmField<T>& field, const T& value, std::string_view part) {
    return put(v13::SetField{.field_ = field(value)}, part);
  }
  template <class T>
  bool put_load(const char* name, const T& value, std::string_view part) {
    const OvsField& field = *find_field(name);
    return put(
        nicira::RegLoad{
            .ofs_nbits = nicira::OfsNbits::of(0, field.bits), .dst = header_of(field), .value = value},
        part);
  }

  // ---- lists

  bool list(std::string_view text, Where where);
  // Actions inside of an action, into a list of their own.
  bool nested(std::string_view text, Where where, std::vector<std::byte>& out);

  // ---- output

  bool output_to(PortNo p, const Pair& pair, std::uint16_t max_len = 0xffff);

  bool output(const Pair& pair);
  bool output_reg(const Pair& pair);
  bool output_trunc(const Pair& pair);
  bool enqueue(const Pair& pair);
  bool group(const Pair& pair);
  bool set_queue(const Pair& pair);
  bool controller(const Pair& pair);

  bool resubmit(const Pair& pair);

  // ---- set

  bool set_vlan_vid(const Pair& pair) { return vlan_vid(pair, false); }
  bool mod_vlan_vid(const Pair& pair) { return vlan_vid(pair, true); }
  bool set_vlan_pcp(const Pair& pair) { return vlan_pcp(pair, false); }
  bool mod_vlan_pcp(const Pair& pair) { return vlan_pcp(pair, true); }
  // mod_... adds a tag where there is none: of 1.0 the switch does it.
  bool tag_first(const Pair& pair, bool push);
  bool vlan_vid(const Pair& pair, bool push);
  bool vlan_pcp(const Pair& pair, bool push);
  bool pop_vlan(const Pair& pair);
  bool push_vlan(const Pair& pair);
  bool mac(const Pair& pair, bool source);
  bool mod_dl_src(const Pair& pair) { return mac(pair, true); }
  bool mod_dl_dst(const Pair& pair) { return mac(pair, false); }
  bool ipv4(const Pair& pair, bool source);
  bool mod_nw_src(const Pair& pair) { return ipv4(pair, true); }
  bool mod_nw_dst(const Pair& pair) { return ipv4(pair, false); }
  bool mod_nw_tos(const Pair& pair);
  bool mod_nw_ecn(const Pair& pair);
  bool mod_nw_ttl(const Pair& pair);
  bool transport_port(const Pair& pair, bool source);
  bool mod_tp_src(const Pair& pair) { return transport_port(pair, true); }
  bool mod_tp_dst(const Pair& pair) { return transport_port(pair, false); }

  bool set_field(const Pair& pair);
  // 1.0's own actions, whose masks nobody looks at, or loads.
  bool set_field_old(const OvsField& field, const FieldValue& v, const Pair& pair);
  // Of a field of any width, as many bytes as the value needs, and the mask if it counts.
  static void trim(FieldValue& v, bool masked);
  // The bits that the mask has: each run of them in a load, or all in one action where the field's header
  // does not fit into a load.
  bool load_runs(const OvsField& field, FieldValue v, std::string_view part);

  // A number that fits into the subfield, at its place in the field.
  bool immediate(std::string_view text, const Subfield& to, FieldValue& v);
  bool load(const Pair& pair);
  bool move(const Pair& pair);
  template <class A>
  bool put_stack(const Subfield& part, const Pair& pair) {
    return put(A{.offset = static_cast<std::uint16_t>(part.first),
                 .field_ = header_of(*part.field),
                 .n_bits = static_cast<std::uint16_t>(part.bits)},
               pair.whole);
  }
  bool push(const Pair& pair);
  bool pop(const Pair& pair);
  bool delete_field(const Pair& pair);
  bool set_tunnel(const Pair& pair);

  // ---- TTL, MPLS, NSH

  bool dec_ttl(const Pair& pair);
  bool set_mpls_label(const Pair& pair);
  bool set_mpls_tc(const Pair& pair);
  bool set_mpls_ttl(const Pair& pair);
  bool dec_mpls_ttl(const Pair& pair);
  bool push_mpls(const Pair& pair);
  bool pop_mpls(const Pair& pair);
  bool dec_nsh_ttl(const Pair& pair);
  bool check_pkt_larger(const Pair& pair);
  bool encap(const Pair& pair);
  bool decap(const Pair& pair);

  // ---- connections

  bool ct(const Pair& pair);
  bool ct_zone(std::string_view text, std::uint32_t& src, std::uint16_t& zone);
  bool nat(const Pair& pair, std::vector<std::byte>& out);
  // "ADDRESS[-ADDRESS][:PORT[-PORT]]", addresses of IPv6 before ports in brackets.
  bool nat_range(std::string_view text, nicira::Nat& a);
  bool nat_alone(const Pair& pair) { return fail(pair.whole, "can only be done inside of ct"); }
  bool ct_clear(const Pair& pair) { return put(nicira::CtClear{}, pair.whole); }

  bool clone(const Pair& pair);

  // ---- learn

  bool learn(const Pair& pair);

  struct LearnPart {
    std::optional<Subfield> src{};  // else the value
    FieldValue value{};             // of the whole destination, or right-aligned
    Subfield dst{};
    std::uint16_t kind = nicira::LearnSpec::dst_match;
    unsigned bits = 0;
  };
  bool learn_spec(const Pair& key, Seq<nicira::LearnSpec>& specs, FlowContext& learned);
  // A field, or a number for the destination.
  bool learn_source(std::string_view text, std::string_view whole, LearnPart& part);
  // What the learned flow's match says then.
  static void remember(const LearnPart& part, FlowContext& learned);
  bool append_spec(const LearnPart& part, Seq<nicira::LearnSpec>& specs);
  bool fin_timeout(const Pair& pair);

  // ---- choices

  bool multipath(const Pair& pair);
  bool bundle(const Pair& pair) { return any_bundle(pair, false); }
  bool bundle_load(const Pair& pair) { return any_bundle(pair, true); }
  bool any_bundle(const Pair& pair, bool to_field);
  bool conjunction(const Pair& pair);
  bool sample(const Pair& pair);

  // ---- others

  bool note(const Pair& pair);
  template <Described A>
  bool plain(const Pair& pair) {
    return put(A{}, pair.whole);
  }
  bool apply_actions(const Pair& pair) { return fail(pair.whole, "is what actions are without it"); }

  // ---- instructions

  template <Described I>
  bool put_in(std::vector<std::byte>& where, const I& instruction, const Pair& pair) {
    std::vector<std::byte>* const outer = std::exchange(target_, &where);
    const bool ok = put(instruction, pair.whole);
    target_ = outer;
    return ok;
  }
  bool meter(const Pair& pair);
  bool clear_actions(const Pair& pair) { return old_ || put_in(after_, v13::ClearActions{}, pair); }
  bool write_actions(const Pair& pair);
  bool write_metadata(const Pair& pair);
  bool goto_table(const Pair& pair);

  const bool old_;
  FlowContext context_;
  Forms& forms_;
  SyntaxError& error_;
  std::vector<std::byte>* target_ = nullptr;  // where actions go
  std::vector<std::byte> before_, after_;     // instructions before and behind apply_actions
  Where where_ = Where::flow;
  int depth_ = 0;
};

}  // namespace oflens::flow
