// Meters of OpenFlow 1.3 (§7.3.4.4).
#pragma once

#include <oflens/message.hpp>
#include <oflens/v13/enums.hpp>

namespace oflens::v13 {

// ofp_meter_band_drop. Rates are in the unit that the meter's flags name.
struct DropBand {
  std::uint32_t rate = 0, burst_size = 0;
  static constexpr auto wire =
      element<MeterBandType::drop>("drop", field<&DropBand::rate>, field<&DropBand::burst_size>, pad<4>);
};

// ofp_meter_band_dscp_remark. prec_level: by how much the drop precedence rises.
struct DscpRemarkBand {
  std::uint32_t rate = 0, burst_size = 0;
  std::uint8_t prec_level = 0;
  static constexpr auto wire = element<MeterBandType::dscp_remark>(
      "dscp_remark", field<&DscpRemarkBand::rate>, field<&DscpRemarkBand::burst_size>,
      field<&DscpRemarkBand::prec_level>, pad<3>);
};

struct MeterBandRules {
  using Type = MeterBandType;
  static constexpr const char* name = "meter_band";
  static constexpr const char* length_name = "len";
  static constexpr std::size_t minimum = 12, multiple = 1;  // the specification asks for no multiple
  static constexpr bool padded = false;
  static constexpr Domain domain = Domain::request;
};
using MeterBand = OneOf<MeterBandRules, DropBand, DscpRemarkBand>;

// ofp_meter_band_experimenter: what is shown of one that the catalogue does not describe.
struct ExperimenterBand {
  std::uint32_t rate = 0, burst_size = 0;
  ExperimenterId experimenter{};
  Payload data{};
  static constexpr auto wire = element<MeterBandType::experimenter>(
      "experimenter", field<&ExperimenterBand::rate>, field<&ExperimenterBand::burst_size>,
      field<&ExperimenterBand::experimenter>.hex(), rest<&ExperimenterBand::data>);
};

// ofp_meter_mod
struct MeterMod {
  static constexpr MessageId id{Version::v13, Version::v15, 29};
  MeterModCommand command{};
  MeterFlags flags{};
  MeterId meter_id{};
  Seq<MeterBand> bands{};
  static constexpr auto wire = describe("meter_mod", field<&MeterMod::command>, field<&MeterMod::flags>,
                                        field<&MeterMod::meter_id>, field<&MeterMod::bands>);
};

}  // namespace oflens::v13
