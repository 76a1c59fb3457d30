// Nicira's actions that add flows and change their timeouts: learn, fin_timeout.
#pragma once

#include <oflens/ext/nicira/actions/header.hpp>

namespace oflens::nicira {

enum class LearnFlags : std::uint16_t { none = 0, send_flow_rem = 1, delete_learned = 2, write_result = 4 };
constexpr auto labels_of(LearnFlags) {
  return flags({{LearnFlags::send_flow_rem, "NX_LEARN_F_SEND_FLOW_REM"},
                {LearnFlags::delete_learned, "NX_LEARN_F_DELETE_LEARNED"},
                {LearnFlags::write_result, "NX_LEARN_F_WRITE_RESULT"}});
}

// One part of the flow that is learned. The header tells what follows: how many bits (10), whether they are
// copied from a field or given here (bit 13), and whether they are matched, loaded, or the port of an output
// (bits 11 and 12).
struct LearnSpec {
  static constexpr std::uint16_t n_bits_mask = 0x3ff, src_immediate = 1 << 13, dst_mask = 3 << 11,
                                 dst_match = 0 << 11, dst_load = 1 << 11, dst_output = 2 << 11;
  std::uint16_t header = 0;
  One<OxmId> src{};
  std::uint16_t src_ofs = 0;
  Payload value{};  // right-aligned in whole 16 bits
  One<OxmId> dst{};
  std::uint16_t dst_ofs = 0;

  constexpr unsigned n_bits() const { return header & n_bits_mask; }

  static constexpr auto wire =
      describe("spec", field<&LearnSpec::header>.hex(),
               when<&LearnSpec::header>(src_immediate, std::uint16_t{0}, field<&LearnSpec::src>),
               when<&LearnSpec::header>(src_immediate, std::uint16_t{0}, field<&LearnSpec::src_ofs>),
               when<&LearnSpec::header>(
                   src_immediate, sized<&LearnSpec::value, &LearnSpec::header>([](std::uint64_t header) {
                     return ((header & n_bits_mask) + 15) / 16 * 2;
                   })),
               when<&LearnSpec::header>(dst_output, std::uint16_t{0}, field<&LearnSpec::dst>),
               when<&LearnSpec::header>(dst_output, std::uint16_t{0}, field<&LearnSpec::dst_ofs>));
};

struct Learn {  // nx_action_learn: adds a flow made from the packet
  std::uint16_t idle_timeout = 0, hard_timeout = 0, priority = 0x8000;
  std::uint64_t cookie = 0;
  LearnFlags flags{};
  std::uint8_t table_id = 0;
  std::uint16_t fin_idle_timeout = 0, fin_hard_timeout = 0;
  Seq<LearnSpec> specs{};
  static constexpr auto wire = action<ActionSubtype::learn>(
      "nx_learn", field<&Learn::idle_timeout>, field<&Learn::hard_timeout>, field<&Learn::priority>,
      field<&Learn::cookie>, field<&Learn::flags>, field<&Learn::table_id>, pad<1>,
      field<&Learn::fin_idle_timeout>, field<&Learn::fin_hard_timeout>, zero_ended<&Learn::specs>, align<8>);
};

struct Learn2 {  // nx_action_learn2. limit: of flows with this cookie, 0 for none. result_dst: a bit, if told
  std::uint16_t idle_timeout = 0, hard_timeout = 0, priority = 0x8000;
  std::uint64_t cookie = 0;
  LearnFlags flags{};
  std::uint8_t table_id = 0;
  std::uint16_t fin_idle_timeout = 0, fin_hard_timeout = 0;
  std::uint32_t limit = 0;
  std::uint16_t result_dst_ofs = 0;
  One<OxmId> result_dst{};
  Seq<LearnSpec> specs{};
  static constexpr auto wire = action<ActionSubtype::learn2>(
      "nx_learn2", field<&Learn2::idle_timeout>, field<&Learn2::hard_timeout>, field<&Learn2::priority>,
      field<&Learn2::cookie>, field<&Learn2::flags>, field<&Learn2::table_id>, pad<1>,
      field<&Learn2::fin_idle_timeout>, field<&Learn2::fin_hard_timeout>, field<&Learn2::limit>,
      field<&Learn2::result_dst_ofs>, pad<2>,
      when<&Learn2::flags>(LearnFlags::write_result, field<&Learn2::result_dst>), zero_ended<&Learn2::specs>,
      align<8>);
};

struct FinTimeout {  // nx_action_fin_timeout: what the flow's timeouts become when a connection ends
  std::uint16_t fin_idle_timeout = 0, fin_hard_timeout = 0;
  static constexpr auto wire = action<ActionSubtype::fin_timeout>(
      "nx_fin_timeout", field<&FinTimeout::fin_idle_timeout>, field<&FinTimeout::fin_hard_timeout>, pad<2>);
};

}  // namespace oflens::nicira
