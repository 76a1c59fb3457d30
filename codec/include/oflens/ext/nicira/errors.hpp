// Nicira's errors. The names are those of Open vSwitch's include/openvswitch/ofp-errors.h; what a later
// version of OpenFlow has as its own has that version's name.
#pragma once

#include <oflens/ext/nicira/header.hpp>
#include <oflens/v13/messages.hpp>

namespace oflens::nicira {

// NXET_VENDOR, the type of 1.0 and 1.1 that stands for errors of vendors, and its one code.
enum class ErrorType : std::uint16_t { vendor = 0xb0c2 };
constexpr auto labels_of(ErrorType) { return enumeration({{ErrorType::vendor, "NXET_VENDOR"}}); }
enum class ErrorCode : std::uint16_t { vendor_error = 0 };
constexpr auto labels_of(ErrorCode) { return enumeration({{ErrorCode::vendor_error, "NXVC_VENDOR_ERROR"}}); }

// The codes of each of Nicira's types, whose numbers follow those of OpenFlow's own.
enum class HelloError : std::uint16_t {};
constexpr auto labels_of(HelloError) { return enumeration({{263u, "OFPBMC_BAD_FIELD"}}); }
enum class RequestError : std::uint16_t {};
constexpr auto labels_of(RequestError) {
  return enumeration({{256u, "NXBRC_NXM_INVALID"},
                      {257u, "NXBRC_NXM_BAD_TYPE"},
                      {258u, "OFPBMC_BAD_VALUE"},
                      {259u, "OFPBMC_BAD_MASK"},
                      {260u, "OFPBMC_BAD_PREREQ"},
                      {261u, "OFPBMC_DUP_FIELD"},
                      {262u, "OFPBMC_BAD_WILDCARDS"},
                      {264u, "NXBMC_CT_DATAPATH_SUPPORT"},
                      {265u, "NXBAC_CT_DATAPATH_SUPPORT"},
                      {512u, "OFPBRC_BAD_TABLE_ID"},
                      {513u, "OFPRRFC_BAD_ROLE"},
                      {514u, "OFPBRC_BAD_PORT"},
                      {515u, "NXBRC_MUST_BE_ZERO"},
                      {516u, "NXBRC_BAD_REASON"},
                      {517u, "OFPMOFC_MONITOR_EXISTS"},
                      {518u, "OFPMOFC_BAD_FLAGS"},
                      {519u, "OFPMOFC_UNKNOWN_MONITOR"},
                      {520u, "NXBRC_FM_BAD_EVENT"},
                      {521u, "NXBRC_UNENCODABLE_ERROR"},
                      {522u, "OFPBAC_MATCH_INCONSISTENT"},
                      {523u, "OFPBAC_BAD_SET_TYPE"},
                      {524u, "OFPBAC_BAD_SET_LEN"},
                      {525u, "OFPBAC_BAD_SET_ARGUMENT"},
                      {527u, "NXTTMFC_BAD_COMMAND"},
                      {528u, "NXTTMFC_BAD_OPT_LEN"},
                      {529u, "NXTTMFC_BAD_FIELD_IDX"},
                      {530u, "NXTTMFC_TABLE_FULL"},
                      {531u, "NXTTMFC_ALREADY_MAPPED"},
                      {532u, "NXTTMFC_DUP_ENTRY"},
                      {533u, "NXR_NOT_SUPPORTED"},
                      {534u, "NXR_STALE"},
                      {535u, "NXST_NOT_CONFIGURED"},
                      {536u, "NXFMFC_INVALID_TLV_FIELD"},
                      {537u, "NXTTMFC_INVALID_TLV_DEL"}});
}
enum class ActionError : std::uint16_t {};
constexpr auto labels_of(ActionError) {
  return enumeration({{9u, "OFPBAC_BAD_OUT_GROUP"},
                      {256u, "NXBAC_MUST_BE_ZERO"},
                      {257u, "OFPBIC_UNSUP_INST"},
                      {526u, "NXBAC_BAD_CONJUNCTION"}});
}
enum class InstructionError : std::uint16_t {};
constexpr auto labels_of(InstructionError) {
  return enumeration({{256u, "OFPBIC_DUP_INST"}, {258u, "OFPFMFC_BAD_FLAGS"}});
}
enum class FlowModError : std::uint16_t {};
constexpr auto labels_of(FlowModError) {
  return enumeration({{256u, "NXFMFC_HARDWARE"}, {257u, "NXFMFC_BAD_TABLE_ID"}, {258u, "OFPFMFC_BAD_FLAGS"}});
}
enum class GroupModError : std::uint16_t {};
constexpr auto labels_of(GroupModError) {
  return enumeration(labels_of(v13::GroupModFailedCode{}),
                     {{15u, "OFPGMFC_UNKNOWN_BUCKET"}, {16u, "OFPGMFC_BUCKET_EXISTS"}});
}
enum class PropertyTableError : std::uint16_t {};
constexpr auto labels_of(PropertyTableError) {
  return enumeration({{2u, "OFPBPC_BAD_TYPE"}, {3u, "OFPBPC_BAD_LEN"}, {4u, "OFPBPC_BAD_VALUE"}});
}
enum class PropertyError : std::uint16_t {};
constexpr auto labels_of(PropertyError) {
  return enumeration({{3u, "OFPBPC_TOO_MANY"},
                      {4u, "OFPBPC_DUP_TYPE"},
                      {5u, "OFPBPC_BAD_EXPERIMENTER"},
                      {6u, "OFPBPC_BAD_EXP_TYPE"},
                      {7u, "OFPBPC_BAD_EXP_VALUE"},
                      {8u, "OFPBPC_EPERM"}});
}
constexpr wire::Labels vendor_error_codes(std::uint64_t type) {
  switch (type) {
    case 0: return wire::labels<HelloError>();
    case 1: return wire::labels<RequestError>();
    case 2: return wire::labels<ActionError>();
    case 3: return wire::labels<InstructionError>();
    case 5: return wire::labels<FlowModError>();
    case 6: return wire::labels<GroupModError>();
    case 13: return wire::labels<PropertyTableError>();
    case 14: return wire::labels<PropertyError>();
    default: return {};
  }
}

// struct nx_vendor_error: type and code are Nicira's own. data: at least 64 bytes of the request.
struct VendorError {
  static constexpr MessageId id{Version::v10, Version::v11, v10::ErrorMessage::id.type};
  std::uint16_t error_type = 0, error_code = 0;
  Payload data{};
  static constexpr auto wire =
      describe("nx_vendor_error", tag<ErrorType::vendor>, tag<ErrorCode::vendor_error>.named("code"),
               tag<ExperimenterId::nicira>.named("vendor"), field<&VendorError::error_type>,
               field<&VendorError::error_code>.labelled_by_previous(vendor_error_codes),
               rest<&VendorError::data>.message());
};

// exp_type of an error from 1.2 on.
enum class ExperimenterErrorType : std::uint16_t {};
constexpr auto labels_of(ExperimenterErrorType) {
  return enumeration({{2u, "NXBRC_NXM_INVALID"},
                      {3u, "NXBRC_NXM_BAD_TYPE"},
                      {4u, "NXBRC_MUST_BE_ZERO"},
                      {5u, "NXBRC_BAD_REASON"},
                      {6u, "OFPMOFC_MONITOR_EXISTS"},
                      {7u, "OFPMOFC_BAD_FLAGS"},
                      {8u, "OFPMOFC_UNKNOWN_MONITOR"},
                      {9u, "NXBRC_FM_BAD_EVENT"},
                      {10u, "NXBRC_UNENCODABLE_ERROR"},
                      {11u, "NXBAC_MUST_BE_ZERO"},
                      {12u, "NXFMFC_HARDWARE"},
                      {13u, "NXFMFC_BAD_TABLE_ID"},
                      {15u, "NXBAC_BAD_CONJUNCTION"},
                      {16u, "NXTTMFC_BAD_COMMAND"},
                      {17u, "NXTTMFC_BAD_OPT_LEN"},
                      {18u, "NXTTMFC_BAD_FIELD_IDX"},
                      {19u, "NXTTMFC_TABLE_FULL"},
                      {20u, "NXTTMFC_ALREADY_MAPPED"},
                      {21u, "NXTTMFC_DUP_ENTRY"},
                      {22u, "OFPBFC_BAD_VERSION"},
                      {23u, "NXQOFC_QUEUE_ERROR"},
                      {25u, "OFPBPC_BAD_TYPE"},
                      {26u, "OFPBPC_BAD_LEN"},
                      {27u, "OFPBPC_BAD_VALUE"},
                      {28u, "OFPBPC_TOO_MANY"},
                      {29u, "OFPBPC_DUP_TYPE"},
                      {30u, "OFPBPC_BAD_EXPERIMENTER"},
                      {31u, "OFPBPC_BAD_EXP_TYPE"},
                      {32u, "OFPBPC_BAD_EXP_VALUE"},
                      {33u, "OFPBPC_EPERM"},
                      {34u, "NXR_NOT_SUPPORTED"},
                      {35u, "NXR_STALE"},
                      {36u, "NXST_NOT_CONFIGURED"},
                      {37u, "NXFMFC_INVALID_TLV_FIELD"},
                      {38u, "NXTTMFC_INVALID_TLV_DEL"},
                      {39u, "NXBAC_BAD_HEADER_TYPE"},
                      {40u, "NXBAC_UNKNOWN_ED_PROP"},
                      {41u, "NXBAC_BAD_ED_PROP"},
                      {42u, "NXBAC_CT_DATAPATH_SUPPORT"},
                      {43u, "NXBMC_CT_DATAPATH_SUPPORT"},
                      {44u, "NXTFFC_DUP_TABLE"}});
}

// ofp_error_experimenter_msg of Nicira's
struct ErrorMessage {
  static constexpr MessageId id{Version::v12, Version::v15, v13::ErrorMessage::id.type};
  ExperimenterErrorType exp_type{};
  Payload data{};
  static constexpr auto wire =
      describe("nx_error", tag<v13::ErrorType::experimenter>, field<&ErrorMessage::exp_type>,
               tag<ExperimenterId::nicira>.named("experimenter"), rest<&ErrorMessage::data>.message());
};

inline constexpr auto add_errors = [](auto& catalog) {
  return catalog.template add<VendorError, ErrorMessage>();
};

}  // namespace oflens::nicira
