// Nicira's packet_ins, and the message that sends a paused packet on.
#pragma once

#include <oflens/ext/nicira/header.hpp>
#include <oflens/v13/instructions.hpp>

namespace oflens::nicira {

// struct nx_packet_in. match tells registers, tunnel and port beside the packet; nothing was matched with it.
struct PacketIn {
  static constexpr MessageId id = message_id(Version::v10, Version::v15);
  BufferId buffer_id = BufferId::no_buffer;
  std::uint16_t total_len = 0;
  v13::PacketInReason reason{};
  std::uint8_t table_id = 0;
  std::uint64_t cookie = ~std::uint64_t{0};
  Seq<Oxm> match{};
  Payload data{};
  static constexpr auto wire = message<Subtype::packet_in>(
      "nx_packet_in", field<&PacketIn::buffer_id>, field<&PacketIn::total_len>, field<&PacketIn::reason>,
      field<&PacketIn::table_id>, field<&PacketIn::cookie>, extent<&PacketIn::match>, pad<6>,
      field<&PacketIn::match>, align<8>, pad<2>, rest<&PacketIn::data>.packet());
};

// enum nx_packet_in2_prop_type
enum class PacketInPropertyType : std::uint16_t {
  packet = 0,
  full_len = 1,
  buffer_id = 2,
  table_id = 3,
  cookie = 4,
  reason = 5,
  metadata = 6,
  userdata = 7,
  continuation = 8,
};
constexpr auto labels_of(PacketInPropertyType) {
  return enumeration({{PacketInPropertyType::packet, "NXPINT_PACKET"},
                      {PacketInPropertyType::full_len, "NXPINT_FULL_LEN"},
                      {PacketInPropertyType::buffer_id, "NXPINT_BUFFER_ID"},
                      {PacketInPropertyType::table_id, "NXPINT_TABLE_ID"},
                      {PacketInPropertyType::cookie, "NXPINT_COOKIE"},
                      {PacketInPropertyType::reason, "NXPINT_REASON"},
                      {PacketInPropertyType::metadata, "NXPINT_METADATA"},
                      {PacketInPropertyType::userdata, "NXPINT_USERDATA"},
                      {PacketInPropertyType::continuation, "NXPINT_CONTINUATION"}});
}

// enum nx_continuation_prop_type, private to Open vSwitch: these are of its lib/ofp-packet.c, 2.6 to 3.x.
enum class ContinuationPropertyType : std::uint16_t {
  bridge = 0x8000,
  stack = 0x8001,
  mirrors = 0x8002,
  conntracked = 0x8003,
  table_id = 0x8004,
  cookie = 0x8005,
  actions = 0x8006,
  action_set = 0x8007,
  odp_port = 0x8008,
};
constexpr auto labels_of(ContinuationPropertyType) {
  return enumeration({{ContinuationPropertyType::bridge, "NXCPT_BRIDGE"},
                      {ContinuationPropertyType::stack, "NXCPT_STACK"},
                      {ContinuationPropertyType::mirrors, "NXCPT_MIRRORS"},
                      {ContinuationPropertyType::conntracked, "NXCPT_CONNTRACKED"},
                      {ContinuationPropertyType::table_id, "NXCPT_TABLE_ID"},
                      {ContinuationPropertyType::cookie, "NXCPT_COOKIE"},
                      {ContinuationPropertyType::actions, "NXCPT_ACTIONS"},
                      {ContinuationPropertyType::action_set, "NXCPT_ACTION_SET"},
                      {ContinuationPropertyType::odp_port, "NXCPT_ODP_PORT"}});
}

// Where the packet stands in the pipeline of a switch.
namespace continuation {

using Type = ContinuationPropertyType;

struct Uuid {
  std::array<std::uint8_t, 16> octets{};
  friend constexpr auto operator<=>(const Uuid&, const Uuid&) = default;
};
struct Bridge {
  Uuid uuid{};
  static constexpr auto wire = property<Type::bridge>("bridge", field<&Bridge::uuid>);
};
struct Stack {  // one value, the top of the stack first
  Payload value{};
  static constexpr auto wire = property<Type::stack>("stack", rest<&Stack::value>);
};
struct Mirrors {
  std::uint32_t mirrors = 0;
  static constexpr auto wire = property<Type::mirrors>("mirrors", field<&Mirrors::mirrors>.hex());
};
struct Conntracked {
  static constexpr auto wire = property<Type::conntracked>("conntracked");
};
struct TableId {
  std::uint8_t table_id = 0;
  static constexpr auto wire = property<Type::table_id>("table_id", field<&TableId::table_id>);
};
struct Cookie {
  std::uint64_t cookie = 0;
  static constexpr auto wire = property<Type::cookie>("cookie", pad<4>, field<&Cookie::cookie>);
};
template <class Action>
struct Actions {
  Seq<Action> actions{};
  static constexpr auto wire = property<Type::actions>("actions", pad<4>, field<&Actions::actions>);
};
template <class Action>
struct ActionSet {
  Seq<Action> actions{};
  static constexpr auto wire = property<Type::action_set>("action_set", pad<4>, field<&ActionSet::actions>);
};
struct OdpPort {
  std::uint32_t odp_port = 0;
  static constexpr auto wire = property<Type::odp_port>("odp_port", field<&OdpPort::odp_port>);
};

}  // namespace continuation

struct ContinuationPropertyRules : PropertyRules {
  using Type = ContinuationPropertyType;
  static constexpr const char* name = "continuation_property";
};
template <class Action>
using ContinuationProperty =
    OneOf<ContinuationPropertyRules, continuation::Bridge, continuation::Stack, continuation::Mirrors,
          continuation::Conntracked, continuation::TableId, continuation::Cookie,
          continuation::Actions<Action>, continuation::ActionSet<Action>, continuation::OdpPort>;

// What packet_in2 and resume carry.
namespace packet_in {

using Type = PacketInPropertyType;

struct Packet {
  Payload packet{};
  static constexpr auto wire = property<Type::packet>("packet", rest<&Packet::packet>.packet());
};
struct FullLen {  // of the packet, where less than that is in the message
  std::uint32_t full_len = 0;
  static constexpr auto wire = property<Type::full_len>("full_len", field<&FullLen::full_len>);
};
struct Buffer {
  BufferId buffer_id = BufferId::no_buffer;
  static constexpr auto wire = property<Type::buffer_id>("buffer_id", field<&Buffer::buffer_id>);
};
struct TableId {
  std::uint8_t table_id = 0;
  static constexpr auto wire = property<Type::table_id>("table_id", field<&TableId::table_id>);
};
struct Cookie {
  std::uint64_t cookie = 0;
  static constexpr auto wire = property<Type::cookie>("cookie", pad<4>, field<&Cookie::cookie>);
};
struct Reason {
  v13::PacketInReason reason{};
  static constexpr auto wire = property<Type::reason>("reason", field<&Reason::reason>);
};
struct Metadata {
  Seq<Oxm> metadata{};
  static constexpr auto wire = property<Type::metadata>("metadata", field<&Metadata::metadata>);
};
struct Userdata {
  Payload userdata{};
  static constexpr auto wire = property<Type::userdata>("userdata", rest<&Userdata::userdata>);
};
template <class Action>
struct Continuation {
  Seq<ContinuationProperty<Action>> properties{};
  static constexpr auto wire =
      property<Type::continuation>("continuation", pad<4>, field<&Continuation::properties>);
};

}  // namespace packet_in

struct PacketInPropertyRules : PropertyRules {
  using Type = PacketInPropertyType;
  static constexpr const char* name = "packet_in_property";
};
template <class Action>
using PacketInProperty = OneOf<PacketInPropertyRules, packet_in::Packet, packet_in::FullLen,
                               packet_in::Buffer, packet_in::TableId, packet_in::Cookie, packet_in::Reason,
                               packet_in::Metadata, packet_in::Userdata, packet_in::Continuation<Action>>;

// A packet_in of properties. Those of 1.0 hold actions of 1.0.
template <class Action, Version First, Version Last>
struct PacketIn2Of {
  static constexpr MessageId id = message_id(First, Last);
  Seq<PacketInProperty<Action>> properties{};
  static constexpr auto wire = message<Subtype::packet_in2>("nx_packet_in2", field<&PacketIn2Of::properties>);
};
using PacketIn2 = PacketIn2Of<v10::Action, Version::v10, Version::v10>;
using PacketIn2For11 = PacketIn2Of<v13::Action, Version::v11, Version::v15>;

// Sends a packet on that a controller action with "pause" held up: its packet_in2 without the userdata.
template <class Action, Version First, Version Last>
struct ResumeOf {
  static constexpr MessageId id = message_id(First, Last);
  Seq<PacketInProperty<Action>> properties{};
  static constexpr auto wire = message<Subtype::resume>("nx_resume", field<&ResumeOf::properties>);
};
using Resume = ResumeOf<v10::Action, Version::v10, Version::v10>;
using ResumeFor11 = ResumeOf<v13::Action, Version::v11, Version::v15>;

inline constexpr auto add_packet_in_messages = [](auto& catalog) {
  return catalog.template add<PacketIn, PacketIn2, PacketIn2For11, Resume, ResumeFor11>();
};

}  // namespace oflens::nicira
