// Nicira's actions that choose: multipath, bundle, conjunction.
#pragma once

#include <oflens/ext/nicira/actions/header.hpp>

namespace oflens::nicira {

enum class HashFields : std::uint16_t {
  eth_src = 0,
  symmetric_l4 = 1,
  symmetric_l3l4 = 2,
  symmetric_l3l4_udp = 3,
  nw_src = 4,
  nw_dst = 5,
  symmetric_l3 = 6
};
constexpr auto labels_of(HashFields) {
  return enumeration({{HashFields::eth_src, "NX_HASH_FIELDS_ETH_SRC"},
                      {HashFields::symmetric_l4, "NX_HASH_FIELDS_SYMMETRIC_L4"},
                      {HashFields::symmetric_l3l4, "NX_HASH_FIELDS_SYMMETRIC_L3L4"},
                      {HashFields::symmetric_l3l4_udp, "NX_HASH_FIELDS_SYMMETRIC_L3L4_UDP"},
                      {HashFields::nw_src, "NX_HASH_FIELDS_NW_SRC"},
                      {HashFields::nw_dst, "NX_HASH_FIELDS_NW_DST"},
                      {HashFields::symmetric_l3, "NX_HASH_FIELDS_SYMMETRIC_L3"}});
}

enum class MultipathAlgorithm : std::uint16_t { modulo_n = 0, hash_threshold = 1, hrw = 2, iter_hash = 3 };
constexpr auto labels_of(MultipathAlgorithm) {
  return enumeration({{MultipathAlgorithm::modulo_n, "NX_MP_ALG_MODULO_N"},
                      {MultipathAlgorithm::hash_threshold, "NX_MP_ALG_HASH_THRESHOLD"},
                      {MultipathAlgorithm::hrw, "NX_MP_ALG_HRW"},
                      {MultipathAlgorithm::iter_hash, "NX_MP_ALG_ITER_HASH"}});
}

struct Multipath {  // nx_action_multipath. max_link: the number of links, less one
  HashFields fields{};
  std::uint16_t basis = 0;
  MultipathAlgorithm algorithm{};
  std::uint16_t max_link = 0;
  std::uint32_t arg = 0;
  std::uint16_t ofs_nbits = 0;
  One<OxmId> dst{};
  static constexpr auto wire = action<ActionSubtype::multipath>(
      "nx_multipath", field<&Multipath::fields>, field<&Multipath::basis>, pad<2>,
      field<&Multipath::algorithm>, field<&Multipath::max_link>, field<&Multipath::arg>, pad<2>,
      field<&Multipath::ofs_nbits>.hex(), field<&Multipath::dst>, align<8>);
};

enum class BundleAlgorithm : std::uint16_t { active_backup = 0, hrw = 1 };
constexpr auto labels_of(BundleAlgorithm) {
  return enumeration(
      {{BundleAlgorithm::active_backup, "NX_BD_ALG_ACTIVE_BACKUP"}, {BundleAlgorithm::hrw, "NX_BD_ALG_HRW"}});
}

struct Bundle {  // nx_action_bundle: output to one of several. member_type: the header of NXM_OF_IN_PORT
  BundleAlgorithm algorithm{};
  HashFields fields{};
  std::uint16_t basis = 0;
  std::uint32_t member_type = 0x00000002;
  Seq<v10::PortNo> members{};
  static constexpr auto wire = action<ActionSubtype::bundle>(
      "nx_bundle", field<&Bundle::algorithm>, field<&Bundle::fields>, field<&Bundle::basis>,
      field<&Bundle::member_type>.hex(), count<&Bundle::members>.named("n_members"), pad<10>,
      field<&Bundle::members>, align<8>);
};

struct BundleLoad {  // nx_action_bundle: one of several, into a field
  BundleAlgorithm algorithm{};
  HashFields fields{};
  std::uint16_t basis = 0;
  std::uint32_t member_type = 0x00000002;
  std::uint16_t ofs_nbits = 0;
  One<OxmId> dst{};
  Seq<v10::PortNo> members{};
  static constexpr auto wire = action<ActionSubtype::bundle_load>(
      "nx_bundle_load", field<&BundleLoad::algorithm>, field<&BundleLoad::fields>, field<&BundleLoad::basis>,
      field<&BundleLoad::member_type>.hex(), count<&BundleLoad::members>.named("n_members"),
      field<&BundleLoad::ofs_nbits>.hex(), field<&BundleLoad::dst>, pad<4>, field<&BundleLoad::members>,
      align<8>);
};

struct Conjunction {  // nx_action_conjunction. clause counts from 0
  std::uint8_t clause = 0, n_clauses = 0;
  std::uint32_t conj_id = 0;
  static constexpr auto wire = action<ActionSubtype::conjunction>(
      "nx_conjunction", field<&Conjunction::clause>, field<&Conjunction::n_clauses>,
      field<&Conjunction::conj_id>.named("id"));
};

}  // namespace oflens::nicira
