// What Nicira's actions (NXAST_*) begin with, and how one is described. Names are those of Open vSwitch's
// lib/ofp-actions.c.
#pragma once

#include <oflens/action.hpp>
#include <oflens/oxm_id.hpp>
#include <oflens/v10/enums.hpp>

namespace oflens::nicira {

// NXAST_*: what tells Nicira's actions apart. 3 and 11 are not in use any more.
enum class ActionSubtype : std::uint16_t {
  resubmit = 1,
  set_tunnel = 2,
  set_queue = 4,
  pop_queue = 5,
  reg_move = 6,
  reg_load = 7,
  note = 8,
  set_tunnel64 = 9,
  multipath = 10,
  bundle = 12,
  bundle_load = 13,
  resubmit_table = 14,
  output_reg = 15,
  learn = 16,
  exit = 17,
  dec_ttl = 18,
  fin_timeout = 19,
  controller = 20,
  dec_ttl_cnt_ids = 21,
  write_metadata = 22,
  push_mpls = 23,
  pop_mpls = 24,
  set_mpls_ttl = 25,
  dec_mpls_ttl = 26,
  stack_push = 27,
  stack_pop = 28,
  sample = 29,
  set_mpls_label = 30,
  set_mpls_tc = 31,
  output_reg2 = 32,
  reg_load2 = 33,
  conjunction = 34,
  ct = 35,
  nat = 36,
  controller2 = 37,
  sample2 = 38,
  output_trunc = 39,
  group = 40,
  sample3 = 41,
  clone = 42,
  ct_clear = 43,
  resubmit_table_ct = 44,
  learn2 = 45,
  encap = 46,
  decap = 47,
  dec_nsh_ttl = 48,
  check_pkt_larger = 49,
  delete_field = 50,
  sample4 = 51,
  debug_slow = 254,
  debug_recirc = 255,
};
constexpr auto labels_of(ActionSubtype) {
  using S = ActionSubtype;
  return enumeration({{S::resubmit, "NXAST_RESUBMIT"},
                      {S::set_tunnel, "NXAST_SET_TUNNEL"},
                      {S::set_queue, "NXAST_SET_QUEUE"},
                      {S::pop_queue, "NXAST_POP_QUEUE"},
                      {S::reg_move, "NXAST_REG_MOVE"},
                      {S::reg_load, "NXAST_REG_LOAD"},
                      {S::note, "NXAST_NOTE"},
                      {S::set_tunnel64, "NXAST_SET_TUNNEL64"},
                      {S::multipath, "NXAST_MULTIPATH"},
                      {S::bundle, "NXAST_BUNDLE"},
                      {S::bundle_load, "NXAST_BUNDLE_LOAD"},
                      {S::resubmit_table, "NXAST_RESUBMIT_TABLE"},
                      {S::output_reg, "NXAST_OUTPUT_REG"},
                      {S::learn, "NXAST_LEARN"},
                      {S::exit, "NXAST_EXIT"},
                      {S::dec_ttl, "NXAST_DEC_TTL"},
                      {S::fin_timeout, "NXAST_FIN_TIMEOUT"},
                      {S::controller, "NXAST_CONTROLLER"},
                      {S::dec_ttl_cnt_ids, "NXAST_DEC_TTL_CNT_IDS"},
                      {S::write_metadata, "NXAST_WRITE_METADATA"},
                      {S::push_mpls, "NXAST_PUSH_MPLS"},
                      {S::pop_mpls, "NXAST_POP_MPLS"},
                      {S::set_mpls_ttl, "NXAST_SET_MPLS_TTL"},
                      {S::dec_mpls_ttl, "NXAST_DEC_MPLS_TTL"},
                      {S::stack_push, "NXAST_STACK_PUSH"},
                      {S::stack_pop, "NXAST_STACK_POP"},
                      {S::sample, "NXAST_SAMPLE"},
                      {S::set_mpls_label, "NXAST_SET_MPLS_LABEL"},
                      {S::set_mpls_tc, "NXAST_SET_MPLS_TC"},
                      {S::output_reg2, "NXAST_OUTPUT_REG2"},
                      {S::reg_load2, "NXAST_REG_LOAD2"},
                      {S::conjunction, "NXAST_CONJUNCTION"},
                      {S::ct, "NXAST_CT"},
                      {S::nat, "NXAST_NAT"},
                      {S::controller2, "NXAST_CONTROLLER2"},
                      {S::sample2, "NXAST_SAMPLE2"},
                      {S::output_trunc, "NXAST_OUTPUT_TRUNC"},
                      {S::group, "NXAST_GROUP"},
                      {S::sample3, "NXAST_SAMPLE3"},
                      {S::clone, "NXAST_CLONE"},
                      {S::ct_clear, "NXAST_CT_CLEAR"},
                      {S::resubmit_table_ct, "NXAST_RESUBMIT_TABLE_CT"},
                      {S::learn2, "NXAST_LEARN2"},
                      {S::encap, "NXAST_ENCAP"},
                      {S::decap, "NXAST_DECAP"},
                      {S::dec_nsh_ttl, "NXAST_DEC_NSH_TTL"},
                      {S::check_pkt_larger, "NXAST_CHECK_PKT_LARGER"},
                      {S::delete_field, "NXAST_DELETE_FIELD"},
                      {S::sample4, "NXAST_SAMPLE4"},
                      {S::debug_slow, "NXAST_DEBUG_SLOW"},
                      {S::debug_recirc, "NXAST_DEBUG_RECIRC"}});
}

// Describes an action of Nicira's: what follows vendor and subtype. All are multiples of 8 bytes.
template <ActionSubtype S, class... Items>
constexpr auto action(const char* name, Items... items) {
  return element<ActionOf::experimenter>(name, tag<ExperimenterId::nicira>.named("vendor"),
                                         tag<S>.named("subtype"), items...);
}

// Which bits of a field: the first of them in the upper 10 bits, their number less one in the lower 6.
struct OfsNbits {
  std::uint16_t value = 0;
  constexpr unsigned first() const { return value >> 6; }
  constexpr unsigned bits() const { return (value & 0x3fu) + 1; }
  static constexpr std::uint16_t of(unsigned first, unsigned bits) {
    return static_cast<std::uint16_t>(first << 6 | (bits - 1));
  }
};

}  // namespace oflens::nicira
