// Instructions of OpenFlow 1.3 (§7.2.4).
#pragma once

#include <oflens/v13/actions.hpp>

namespace oflens::v13 {

struct GotoTable {  // ofp_instruction_goto_table
  TableId table_id{};
  static constexpr auto wire =
      element<InstructionType::goto_table>("goto_table", field<&GotoTable::table_id>, pad<3>);
};

struct WriteMetadata {  // ofp_instruction_write_metadata
  std::uint64_t metadata = 0, metadata_mask = 0;
  static constexpr auto wire = element<InstructionType::write_metadata>(
      "write_metadata", pad<4>, field<&WriteMetadata::metadata>, field<&WriteMetadata::metadata_mask>);
};

struct WriteActions {  // ofp_instruction_actions
  Seq<Action> actions{};
  static constexpr auto wire =
      element<InstructionType::write_actions>("write_actions", pad<4>, field<&WriteActions::actions>);
};

struct ApplyActions {  // ofp_instruction_actions
  Seq<Action> actions{};
  static constexpr auto wire =
      element<InstructionType::apply_actions>("apply_actions", pad<4>, field<&ApplyActions::actions>);
};

struct ClearActions {  // ofp_instruction_actions without actions
  static constexpr auto wire = element<InstructionType::clear_actions>("clear_actions", pad<4>);
};

struct Meter {  // ofp_instruction_meter
  MeterId meter_id{};
  static constexpr auto wire = element<InstructionType::meter>("meter", field<&Meter::meter_id>);
};

struct InstructionRules {
  using Type = InstructionType;
  static constexpr const char* name = "instruction";
  static constexpr const char* length_name = "len";
  static constexpr std::size_t minimum = 8, multiple = 8;
  static constexpr bool padded = false;
  static constexpr Domain domain = Domain::instruction;
};
using Instruction =
    OneOf<InstructionRules, GotoTable, WriteMetadata, WriteActions, ApplyActions, ClearActions, Meter>;

// ofp_instruction_experimenter_header: what is shown of one that the catalogue does not describe.
struct ExperimenterInstruction {
  ExperimenterId experimenter{};
  Payload data{};
  static constexpr auto wire = element<InstructionType::experimenter>(
      "experimenter", field<&ExperimenterInstruction::experimenter>.hex(),
      rest<&ExperimenterInstruction::data>);
};

}  // namespace oflens::v13
