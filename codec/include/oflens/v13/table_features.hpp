// What a table of OpenFlow 1.3 can do (§7.3.5.5): its features, as properties.
#pragma once

#include <oflens/oxm_id.hpp>
#include <oflens/v13/enums.hpp>

namespace oflens::v13 {

// ofp_instruction and ofp_action_header, where they only name what there is: 4 bytes, and an experimenter's
// are followed by who it is. Some switches pad actions to 8 bytes and count that.
struct InstructionId {
  InstructionType type{};
  ExperimenterId experimenter{};  // when the type says so
  Payload data{};
  static constexpr auto wire = describe(
      "instruction_id", field<&InstructionId::type>, length.named("len"),
      when<&InstructionId::type>(InstructionType::experimenter, field<&InstructionId::experimenter>.hex()),
      rest<&InstructionId::data>);
};
struct ActionId {
  ActionType type{};
  ExperimenterId experimenter{};  // when the type says so
  Payload data{};
  static constexpr auto wire =
      describe("action_id", field<&ActionId::type>, length.named("len"),
               when<&ActionId::type>(ActionType::experimenter, field<&ActionId::experimenter>.hex()),
               rest<&ActionId::data>);
};

// Describes a property: its length leaves out the padding to 8 bytes.
template <TableFeaturePropertyType Type, class... Items>
constexpr auto table_feature_property(const char* name, Items... items) {
  return describe(name, tag<Type>, length.without_padding(), items..., align<8>);
}

// ofp_table_feature_prop_instructions
struct InstructionsFeature {
  Seq<InstructionId> instruction_ids{};
  static constexpr auto wire = table_feature_property<TableFeaturePropertyType::instructions>(
      "instructions", field<&InstructionsFeature::instruction_ids>);
};
struct InstructionsMissFeature {
  Seq<InstructionId> instruction_ids{};
  static constexpr auto wire = table_feature_property<TableFeaturePropertyType::instructions_miss>(
      "instructions_miss", field<&InstructionsMissFeature::instruction_ids>);
};

// ofp_table_feature_prop_next_tables
struct NextTablesFeature {
  Seq<TableId> next_table_ids{};
  static constexpr auto wire = table_feature_property<TableFeaturePropertyType::next_tables>(
      "next_tables", field<&NextTablesFeature::next_table_ids>);
};
struct NextTablesMissFeature {
  Seq<TableId> next_table_ids{};
  static constexpr auto wire = table_feature_property<TableFeaturePropertyType::next_tables_miss>(
      "next_tables_miss", field<&NextTablesMissFeature::next_table_ids>);
};

// ofp_table_feature_prop_actions
struct WriteActionsFeature {
  Seq<ActionId> action_ids{};
  static constexpr auto wire = table_feature_property<TableFeaturePropertyType::write_actions>(
      "write_actions", field<&WriteActionsFeature::action_ids>);
};
struct WriteActionsMissFeature {
  Seq<ActionId> action_ids{};
  static constexpr auto wire = table_feature_property<TableFeaturePropertyType::write_actions_miss>(
      "write_actions_miss", field<&WriteActionsMissFeature::action_ids>);
};
struct ApplyActionsFeature {
  Seq<ActionId> action_ids{};
  static constexpr auto wire = table_feature_property<TableFeaturePropertyType::apply_actions>(
      "apply_actions", field<&ApplyActionsFeature::action_ids>);
};
struct ApplyActionsMissFeature {
  Seq<ActionId> action_ids{};
  static constexpr auto wire = table_feature_property<TableFeaturePropertyType::apply_actions_miss>(
      "apply_actions_miss", field<&ApplyActionsMissFeature::action_ids>);
};

// ofp_table_feature_prop_oxm: fields that can be matched, wildcarded, set.
struct MatchFeature {
  Seq<OxmId> oxm_ids{};
  static constexpr auto wire =
      table_feature_property<TableFeaturePropertyType::match>("match", field<&MatchFeature::oxm_ids>);
};
struct WildcardsFeature {
  Seq<OxmId> oxm_ids{};
  static constexpr auto wire = table_feature_property<TableFeaturePropertyType::wildcards>(
      "wildcards", field<&WildcardsFeature::oxm_ids>);
};
struct WriteSetfieldFeature {
  Seq<OxmId> oxm_ids{};
  static constexpr auto wire = table_feature_property<TableFeaturePropertyType::write_setfield>(
      "write_setfield", field<&WriteSetfieldFeature::oxm_ids>);
};
struct WriteSetfieldMissFeature {
  Seq<OxmId> oxm_ids{};
  static constexpr auto wire = table_feature_property<TableFeaturePropertyType::write_setfield_miss>(
      "write_setfield_miss", field<&WriteSetfieldMissFeature::oxm_ids>);
};
struct ApplySetfieldFeature {
  Seq<OxmId> oxm_ids{};
  static constexpr auto wire = table_feature_property<TableFeaturePropertyType::apply_setfield>(
      "apply_setfield", field<&ApplySetfieldFeature::oxm_ids>);
};
struct ApplySetfieldMissFeature {
  Seq<OxmId> oxm_ids{};
  static constexpr auto wire = table_feature_property<TableFeaturePropertyType::apply_setfield_miss>(
      "apply_setfield_miss", field<&ApplySetfieldMissFeature::oxm_ids>);
};

struct TableFeaturePropertyRules {
  using Type = TableFeaturePropertyType;
  static constexpr const char* name = "table_feature_property";
  static constexpr const char* length_name = "length";
  static constexpr std::size_t minimum = 4, multiple = 1;
  static constexpr bool padded = true;
  static constexpr Domain domain = Domain::request;
};
using TableFeatureProperty =
    OneOf<TableFeaturePropertyRules, InstructionsFeature, InstructionsMissFeature, NextTablesFeature,
          NextTablesMissFeature, WriteActionsFeature, WriteActionsMissFeature, ApplyActionsFeature,
          ApplyActionsMissFeature, MatchFeature, WildcardsFeature, WriteSetfieldFeature,
          WriteSetfieldMissFeature, ApplySetfieldFeature, ApplySetfieldMissFeature>;

// ofp_table_feature_prop_experimenter: what is shown of those that the catalogue does not describe.
struct ExperimenterFeature {
  ExperimenterId experimenter{};
  std::uint32_t exp_type = 0;
  Payload experimenter_data{};
  static constexpr auto wire = table_feature_property<TableFeaturePropertyType::experimenter>(
      "experimenter", field<&ExperimenterFeature::experimenter>.hex(), field<&ExperimenterFeature::exp_type>,
      rest<&ExperimenterFeature::experimenter_data>);
};
struct ExperimenterMissFeature {
  ExperimenterId experimenter{};
  std::uint32_t exp_type = 0;
  Payload experimenter_data{};
  static constexpr auto wire = table_feature_property<TableFeaturePropertyType::experimenter_miss>(
      "experimenter_miss", field<&ExperimenterMissFeature::experimenter>.hex(),
      field<&ExperimenterMissFeature::exp_type>, rest<&ExperimenterMissFeature::experimenter_data>);
};

// ofp_table_features: one table.
struct TableFeatures {
  TableId table_id{};
  FixedText<32> name{};
  std::uint64_t metadata_match = 0, metadata_write = 0;
  TableConfig config{};
  std::uint32_t max_entries = 0;
  Seq<TableFeatureProperty> properties{};
  static constexpr auto wire = describe(
      "table_features", length, field<&TableFeatures::table_id>, pad<5>, field<&TableFeatures::name>,
      field<&TableFeatures::metadata_match>, field<&TableFeatures::metadata_write>,
      field<&TableFeatures::config>, field<&TableFeatures::max_entries>, field<&TableFeatures::properties>);
};

}  // namespace oflens::v13
