#include "action_syntax.hpp"

#include "action_reader.hpp"

namespace oflens::flow {

namespace {

// Actions in actions, deeper than anybody writes them.
constexpr int max_depth = 16;

}  // namespace

// What ovs-ofctl calls them; the last has no name.
const ActionReader::Action ActionReader::actions[] = {
    {"output", &ActionReader::output},
    {"output_reg", &ActionReader::output_reg},
    {"output_trunc", &ActionReader::output_trunc},
    {"enqueue", &ActionReader::enqueue},
    {"group", &ActionReader::group},
    {"controller", &ActionReader::controller},
    {"resubmit", &ActionReader::resubmit},
    {"set_vlan_vid", &ActionReader::set_vlan_vid},
    {"set_vlan_pcp", &ActionReader::set_vlan_pcp},
    {"mod_vlan_vid", &ActionReader::mod_vlan_vid},
    {"mod_vlan_pcp", &ActionReader::mod_vlan_pcp},
    {"strip_vlan", &ActionReader::pop_vlan},
    {"pop_vlan", &ActionReader::pop_vlan},
    {"push_vlan", &ActionReader::push_vlan},
    {"mod_dl_src", &ActionReader::mod_dl_src},
    {"mod_dl_dst", &ActionReader::mod_dl_dst},
    {"mod_nw_src", &ActionReader::mod_nw_src},
    {"mod_nw_dst", &ActionReader::mod_nw_dst},
    {"mod_nw_tos", &ActionReader::mod_nw_tos},
    {"mod_nw_ecn", &ActionReader::mod_nw_ecn},
    {"mod_nw_ttl", &ActionReader::mod_nw_ttl},
    {"set_nw_ttl", &ActionReader::mod_nw_ttl},
    {"mod_tp_src", &ActionReader::mod_tp_src},
    {"mod_tp_dst", &ActionReader::mod_tp_dst},
    {"set_field", &ActionReader::set_field},
    {"load", &ActionReader::load},
    {"move", &ActionReader::move},
    {"push", &ActionReader::push},
    {"pop", &ActionReader::pop},
    {"delete_field", &ActionReader::delete_field},
    {"set_tunnel", &ActionReader::set_tunnel},
    {"set_tunnel64", &ActionReader::set_tunnel},
    {"dec_ttl", &ActionReader::dec_ttl},
    {"set_mpls_label", &ActionReader::set_mpls_label},
    {"set_mpls_tc", &ActionReader::set_mpls_tc},
    {"set_mpls_ttl", &ActionReader::set_mpls_ttl},
    {"dec_mpls_ttl", &ActionReader::dec_mpls_ttl},
    {"push_mpls", &ActionReader::push_mpls},
    {"pop_mpls", &ActionReader::pop_mpls},
    {"dec_nsh_ttl", &ActionReader::dec_nsh_ttl},
    {"check_pkt_larger", &ActionReader::check_pkt_larger},
    {"encap", &ActionReader::encap},
    {"decap", &ActionReader::decap},
    {"ct", &ActionReader::ct},
    {"nat", &ActionReader::nat_alone},
    {"ct_clear", &ActionReader::ct_clear},
    {"clone", &ActionReader::clone},
    {"learn", &ActionReader::learn},
    {"fin_timeout", &ActionReader::fin_timeout},
    {"multipath", &ActionReader::multipath},
    {"bundle", &ActionReader::bundle},
    {"bundle_load", &ActionReader::bundle_load},
    {"conjunction", &ActionReader::conjunction},
    {"sample", &ActionReader::sample},
    {"note", &ActionReader::note},
    {"set_queue", &ActionReader::set_queue},
    {"pop_queue", &ActionReader::plain<nicira::PopQueue>},
    {"exit", &ActionReader::plain<nicira::Exit>},
    {"debug_slow", &ActionReader::plain<nicira::DebugSlow>},
    {"debug_recirc", &ActionReader::plain<nicira::DebugRecirc>},
    {"apply_actions", &ActionReader::apply_actions},
    {"meter", &ActionReader::meter, Rank::meter},
    {"clear_actions", &ActionReader::clear_actions, Rank::clear_actions},
    {"write_actions", &ActionReader::write_actions, Rank::write_actions},
    {"write_metadata", &ActionReader::write_metadata, Rank::write_metadata},
    {"goto_table", &ActionReader::goto_table, Rank::goto_table},
    {{}, nullptr},
};

bool ActionReader::read(std::string_view text, std::vector<std::byte>& out) {
  const std::size_t before = out.size();
  if (old_) {
    target_ = &out;
    if (!list(text, Where::flow)) return false;
  } else {
    std::vector<std::byte> apply;
    target_ = &apply;
    if (!list(text, Where::flow)) return false;
    out.insert(out.end(), before_.begin(), before_.end());
    target_ = &out;
    if (!apply.empty()) {
      v13::ApplyActions instruction;
      instruction.actions.borrow(apply);
      if (!put(instruction, text)) return false;
    }
    out.insert(out.end(), after_.begin(), after_.end());
  }
  return out.size() - before <= 0xff00 || fail(text, "does not fit into a message");
}

bool ActionReader::list(std::string_view text, Where where) {
  if (++depth_ > max_depth) return fail(text, "is nested too deeply");
  const Where outer = std::exchange(where_, where);
  std::string_view rest = text, drop, conjunction, other;
  std::optional<Rank> last;
  Pair pair;
  bool any = false;
  while (take_pair(rest, pair)) {
    if (same_word(pair.key, "drop")) {
      drop = pair.whole;
      continue;
    }
    any = true;
    const Action* found = nullptr;
    for (const Action* a = actions; a->read != nullptr; ++a)
      if (same_word(a->name, pair.key)) found = a;
    const Rank rank = found == nullptr ? Rank::apply_actions : found->rank;
    if (rank != Rank::apply_actions && where != Where::flow)
      return fail(pair.whole, "is an instruction and not allowed here");
    if (last && (rank < *last || (rank == *last && rank != Rank::apply_actions)))
      return fail(pair.whole, rank == *last ? "is a second instruction of its kind"
                                            : "must stand before what is before it");
    last = rank;
    if (same_word(pair.key, "conjunction"))
      conjunction = pair.whole;
    else if (!same_word(pair.key, "note"))
      other = pair.whole;
    if (where == Where::ct && pair.key != "set_field" && pair.key != "load" && pair.key != "move")
      return fail(pair.whole, "cannot be done inside of ct");
    if (found != nullptr) {
      if (!(this->*found->read)(pair)) return false;
    } else if (const auto p = read_port(pair.key)) {
      if (!output_to(*p, pair)) return false;
    } else {
      return fail(pair.key.empty() ? pair.whole : pair.key, "is not an action");
    }
  }
  if (drop.data() != nullptr && any) return fail(drop, "goes with no other action");
  if (conjunction.data() != nullptr && other.data() != nullptr)
    return fail(other, "does not go with conjunction");
  --depth_;
  where_ = outer;
  return true;
}

bool ActionReader::nested(std::string_view text, Where where, std::vector<std::byte>& out) {
  std::vector<std::byte>* const outer = std::exchange(target_, &out);
  const bool ok = list(text, where);
  target_ = outer;
  return ok;
}

bool read_actions(std::string_view text, Version version, const FlowContext& context,
                  std::vector<std::byte>& out, Forms& forms, SyntaxError& error) {
  return ActionReader(version, context, forms, error).read(text, out);
}

}  // namespace oflens::flow
