// Nicira's actions on fields of a packet and the headers around it.
#pragma once

#include <oflens/ext/nicira/actions/header.hpp>

namespace oflens::nicira {

// ---- fields

struct RegMove {  // nx_action_reg_move: copies bits from one field to another
  std::uint16_t n_bits = 0, src_ofs = 0, dst_ofs = 0;
  One<OxmId> src{}, dst{};
  static constexpr auto wire = action<ActionSubtype::reg_move>(
      "nx_reg_move", field<&RegMove::n_bits>, field<&RegMove::src_ofs>, field<&RegMove::dst_ofs>,
      field<&RegMove::src>, field<&RegMove::dst>, align<8>);
};

struct RegLoad {  // nx_action_reg_load: up to 64 bits, right-aligned in value
  std::uint16_t ofs_nbits = 0;
  One<OxmId> dst{};
  std::uint64_t value = 0;
  static constexpr auto wire =
      action<ActionSubtype::reg_load>("nx_reg_load", field<&RegLoad::ofs_nbits>.hex(), field<&RegLoad::dst>,
                                      field<&RegLoad::value>, align<8>);
};

struct RegLoad2 {  // a field with value and mask
  One<Oxm> dst{};
  static constexpr auto wire =
      action<ActionSubtype::reg_load2>("nx_reg_load2", field<&RegLoad2::dst>, align<8>);
};

struct StackPush {  // nx_action_stack
  std::uint16_t offset = 0;
  One<OxmId> field_{};
  std::uint16_t n_bits = 0;
  static constexpr auto wire =
      action<ActionSubtype::stack_push>("nx_stack_push", field<&StackPush::offset>, field<&StackPush::field_>,
                                        field<&StackPush::n_bits>, pad<2>, align<8>);
};

struct StackPop {  // nx_action_stack
  std::uint16_t offset = 0;
  One<OxmId> field_{};
  std::uint16_t n_bits = 0;
  static constexpr auto wire =
      action<ActionSubtype::stack_pop>("nx_stack_pop", field<&StackPop::offset>, field<&StackPop::field_>,
                                       field<&StackPop::n_bits>, pad<2>, align<8>);
};

struct DeleteField {  // nx_action_delete_field: takes an option of a tunnel away
  One<OxmId> field_{};
  static constexpr auto wire =
      action<ActionSubtype::delete_field>("nx_delete_field", field<&DeleteField::field_>, pad<6>, align<8>);
};

struct WriteMetadata {  // nx_action_write_metadata
  std::uint64_t metadata = 0, mask = 0;
  static constexpr auto wire = action<ActionSubtype::write_metadata>(
      "nx_write_metadata", pad<6>, field<&WriteMetadata::metadata>, field<&WriteMetadata::mask>);
};

struct SetTunnel {
  std::uint32_t tun_id = 0;
  static constexpr auto wire =
      action<ActionSubtype::set_tunnel>("nx_set_tunnel", pad<2>, field<&SetTunnel::tun_id>.hex());
};

struct SetTunnel64 {
  std::uint64_t tun_id = 0;
  static constexpr auto wire =
      action<ActionSubtype::set_tunnel64>("nx_set_tunnel64", pad<6>, field<&SetTunnel64::tun_id>);
};

struct DecTtl {
  static constexpr auto wire = action<ActionSubtype::dec_ttl>("nx_dec_ttl", pad<6>);
};

struct DecTtlCntIds {  // nx_action_cnt_ids: the controllers that hear of packets whose time is over
  Seq<std::uint16_t> cnt_ids{};
  static constexpr auto wire = action<ActionSubtype::dec_ttl_cnt_ids>(
      "nx_dec_ttl_cnt_ids", count<&DecTtlCntIds::cnt_ids>.named("n_controllers"), pad<4>,
      field<&DecTtlCntIds::cnt_ids>, align<8>);
};

struct PushMpls {
  std::uint16_t ethertype = 0x8847;
  static constexpr auto wire =
      action<ActionSubtype::push_mpls>("nx_push_mpls", field<&PushMpls::ethertype>.hex(), pad<4>);
};

struct PopMpls {
  std::uint16_t ethertype = 0;
  static constexpr auto wire =
      action<ActionSubtype::pop_mpls>("nx_pop_mpls", field<&PopMpls::ethertype>.hex(), pad<4>);
};

struct SetMplsLabel {
  std::uint32_t label = 0;
  static constexpr auto wire =
      action<ActionSubtype::set_mpls_label>("nx_set_mpls_label", pad<2>, field<&SetMplsLabel::label>);
};

struct SetMplsTc {
  std::uint8_t tc = 0;
  static constexpr auto wire =
      action<ActionSubtype::set_mpls_tc>("nx_set_mpls_tc", field<&SetMplsTc::tc>, pad<5>);
};

struct SetMplsTtl {
  std::uint8_t ttl = 0;
  static constexpr auto wire =
      action<ActionSubtype::set_mpls_ttl>("nx_set_mpls_ttl", field<&SetMplsTtl::ttl>, pad<5>);
};

struct DecMplsTtl {
  static constexpr auto wire = action<ActionSubtype::dec_mpls_ttl>("nx_dec_mpls_ttl", pad<6>);
};

struct DecNshTtl {
  static constexpr auto wire = action<ActionSubtype::dec_nsh_ttl>("nx_dec_nsh_ttl", pad<6>);
};

struct CheckPktLarger {  // nx_action_check_pkt_larger: the answer is one bit of a field
  std::uint16_t pkt_len = 0, offset = 0;
  One<OxmId> dst{};
  static constexpr auto wire = action<ActionSubtype::check_pkt_larger>(
      "nx_check_pkt_larger", field<&CheckPktLarger::pkt_len>, field<&CheckPktLarger::offset>,
      field<&CheckPktLarger::dst>, align<8>);
};

// ---- headers around the packet

// NX_PT_*, encap's properties: whose they are.
enum class EncapClass : std::uint16_t {
  basic = 0,
  mpls = 1,
  gre = 2,
  gtp = 3,
  nsh = 4,
  experimenter = 0xffff
};
constexpr auto labels_of(EncapClass) {
  return enumeration({{EncapClass::basic, "OFPPPC_BASIC"},
                      {EncapClass::mpls, "OFPPPC_MPLS"},
                      {EncapClass::gre, "OFPPPC_GRE"},
                      {EncapClass::gtp, "OFPPPC_GTP"},
                      {EncapClass::nsh, "OFPPPC_NSH"},
                      {EncapClass::experimenter, "OFPPPC_EXPERIMENTER"}});
}

// ofp_ed_prop_header. Of NSH, type 1: data is the type of metadata; type 2: class (16 bits), type and size (8
// each) of a TLV, its value, and padding. len counts the header.
struct EncapProperty {
  EncapClass prop_class{};
  std::uint8_t type = 0, len = 4;
  Payload data{};
  static constexpr auto wire =
      describe("property", field<&EncapProperty::prop_class>.named("class"), field<&EncapProperty::type>,
               field<&EncapProperty::len>,
               sized<&EncapProperty::data, &EncapProperty::len>(
                   [](std::uint64_t len) -> std::size_t { return len < 4 ? 0 : len - 4; }),
               align<8>);
};

// new_pkt_type: a namespace in the upper 16 bits, and what its numbers mean in the lower.
struct Encap {  // nx_action_encap
  std::uint16_t hdr_size = 0;
  std::uint32_t new_pkt_type = 0;
  Seq<EncapProperty> props{};
  static constexpr auto wire = action<ActionSubtype::encap>(
      "nx_encap", field<&Encap::hdr_size>, field<&Encap::new_pkt_type>.hex(), field<&Encap::props>);
};

struct Decap {                              // nx_action_decap
  std::uint32_t new_pkt_type = 0x0000fffe;  // to be found out
  Payload props{};
  static constexpr auto wire = action<ActionSubtype::decap>(
      "nx_decap", pad<2>, field<&Decap::new_pkt_type>.hex(), rest<&Decap::props>, align<8>);
};

}  // namespace oflens::nicira
