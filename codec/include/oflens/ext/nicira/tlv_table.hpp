// The table that maps options of tunnels (Geneve's) to the match fields tun_metadata0 to tun_metadata63.
#pragma once

#include <oflens/ext/nicira/header.hpp>

namespace oflens::nicira {

// enum nx_tlv_table_mod_command
enum class TlvTableModCommand : std::uint16_t { add = 0, delete_ = 1, clear = 2 };
constexpr auto labels_of(TlvTableModCommand) {
  return enumeration({{TlvTableModCommand::add, "NXTTMC_ADD"},
                      {TlvTableModCommand::delete_, "NXTTMC_DELETE"},
                      {TlvTableModCommand::clear, "NXTTMC_CLEAR"}});
}

// struct nx_tlv_map: tun_metadata<index> is the option of this class, type and length, a multiple of 4.
struct TlvMap {
  std::uint16_t option_class = 0;
  std::uint8_t option_type = 0, option_len = 0;
  std::uint16_t index = 0;
  static constexpr auto wire =
      describe("nx_tlv_map", field<&TlvMap::option_class>.hex(), field<&TlvMap::option_type>.hex(),
               field<&TlvMap::option_len>, field<&TlvMap::index>, pad<2>);
};

// struct nx_tlv_table_mod. Deleting looks at the index alone, clearing at nothing.
struct TlvTableMod {
  static constexpr MessageId id = message_id(Version::v10, Version::v15);
  TlvTableModCommand command{};
  Seq<TlvMap> maps{};
  static constexpr auto wire = message<Subtype::tlv_table_mod>(
      "nx_tlv_table_mod", field<&TlvTableMod::command>, pad<6>, field<&TlvTableMod::maps>);
};

struct TlvTableRequest {
  static constexpr MessageId id = message_id(Version::v10, Version::v15);
  static constexpr auto wire = message<Subtype::tlv_table_request>("nx_tlv_table_request");
};

// struct nx_tlv_table_reply. max_option_space: in bytes, of all options together.
struct TlvTableReply {
  static constexpr MessageId id = message_id(Version::v10, Version::v15);
  std::uint32_t max_option_space = 0;
  std::uint16_t max_fields = 0;
  Seq<TlvMap> maps{};
  static constexpr auto wire = message<Subtype::tlv_table_reply>(
      "nx_tlv_table_reply", field<&TlvTableReply::max_option_space>, field<&TlvTableReply::max_fields>,
      pad<10>, field<&TlvTableReply::maps>);
};

inline constexpr auto add_tlv_table_messages = [](auto& catalog) {
  return catalog.template add<TlvTableMod, TlvTableRequest, TlvTableReply>();
};

}  // namespace oflens::nicira
