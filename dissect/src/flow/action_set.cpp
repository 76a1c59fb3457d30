#include "action_set.hpp"

#include <oflens/v13/enums.hpp>

namespace oflens::flow {
namespace {

// In the order in which they are carried out.
enum class Slot : std::uint8_t {
  copy_ttl_in,
  pop_vlan,
  pop_pbb,
  pop_mpls,
  decap,
  encap,
  push_mpls,
  push_pbb,
  push_vlan,
  copy_ttl_out,
  dec_ttl,
  dec_mpls_ttl,
  dec_nsh_ttl,
  set,  // all of them
  set_queue,
  // The first of these that there is.
  group,
  output,
  resubmit,
  ct,
  none,  // it has no place in an action set
};

Slot slot_of_nicira(nicira::ActionSubtype subtype) {
  using S = nicira::ActionSubtype;
  switch (subtype) {
    case S::pop_mpls: return Slot::pop_mpls;
    case S::decap: return Slot::decap;
    case S::encap: return Slot::encap;
    case S::push_mpls: return Slot::push_mpls;
    case S::dec_ttl:
    case S::dec_ttl_cnt_ids: return Slot::dec_ttl;
    case S::dec_mpls_ttl: return Slot::dec_mpls_ttl;
    case S::dec_nsh_ttl: return Slot::dec_nsh_ttl;
    case S::reg_move:
    case S::reg_load:
    case S::reg_load2:
    case S::set_tunnel:
    case S::set_tunnel64:
    case S::set_mpls_label:
    case S::set_mpls_tc:
    case S::set_mpls_ttl: return Slot::set;
    case S::set_queue: return Slot::set_queue;
    case S::group: return Slot::group;
    case S::resubmit:
    case S::resubmit_table:
    case S::resubmit_table_ct: return Slot::resubmit;
    case S::ct: return Slot::ct;
    default: return Slot::none;
  }
}

Slot slot_of_v10(v10::ActionType type) {
  using T = v10::ActionType;
  switch (type) {
    case T::output: return Slot::output;
    case T::strip_vlan: return Slot::pop_vlan;
    case T::set_vlan_vid:
    case T::set_vlan_pcp:
    case T::set_dl_src:
    case T::set_dl_dst:
    case T::set_nw_src:
    case T::set_nw_dst:
    case T::set_nw_tos:
    case T::set_tp_src:
    case T::set_tp_dst: return Slot::set;
    default: return Slot::none;
  }
}

Slot slot_of_v13(v13::ActionType type) {
  using T = v13::ActionType;
  switch (type) {
    case T::output: return Slot::output;
    case T::copy_ttl_out: return Slot::copy_ttl_out;
    case T::copy_ttl_in: return Slot::copy_ttl_in;
    case T::push_vlan: return Slot::push_vlan;
    case T::pop_vlan: return Slot::pop_vlan;
    case T::push_mpls: return Slot::push_mpls;
    case T::pop_mpls: return Slot::pop_mpls;
    case T::push_pbb: return Slot::push_pbb;
    case T::pop_pbb: return Slot::pop_pbb;
    case T::set_queue: return Slot::set_queue;
    case T::group: return Slot::group;
    case T::dec_nw_ttl: return Slot::dec_ttl;
    case T::dec_mpls_ttl: return Slot::dec_mpls_ttl;
    case T::experimenter: return Slot::none;
    default: return Slot::set;
  }
}

Slot slot_of(const EncodedAction& action) {
  const auto nicira = nicira_subtype(action.type(), action.bytes);
  if (nicira != nicira::ActionSubtype{}) return slot_of_nicira(nicira);
  return action.version == Version::v10 ? slot_of_v10(static_cast<v10::ActionType>(action.type()))
                                        : slot_of_v13(static_cast<v13::ActionType>(action.type()));
}

}  // namespace

std::vector<EncodedAction> ordered_action_set(const std::vector<EncodedAction>& written) {
  std::vector<EncodedAction> ordered;
  const auto take = [&](Slot slot) {
    const EncodedAction* last = nullptr;
    for (const EncodedAction& a : written) {
      if (slot_of(a) != slot) continue;
      if (slot == Slot::set) ordered.push_back(a);
      last = &a;
    }
    if (last != nullptr && slot != Slot::set) ordered.push_back(*last);
    return last != nullptr;
  };
  for (auto slot = Slot{}; slot < Slot::group; slot = static_cast<Slot>(static_cast<int>(slot) + 1))
    take(slot);
  for (const Slot end : {Slot::group, Slot::output, Slot::resubmit, Slot::ct})
    if (take(end)) return ordered;
  return {};
}

}  // namespace oflens::flow
