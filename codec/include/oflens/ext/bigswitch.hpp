// Big Switch's extensions, by the names of its public descriptions (floodlight/loxigen, openflow_input/bsn*):
// mirrors, masks, virtual ports, generic tables, and what else its switches and controllers were seen to say.
// Numbers that are not described here stay bytes.
#pragma once

#include <oflens/action.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

namespace oflens::big_switch {

// subtype of messages
enum class Subtype : std::uint32_t {
  set_ip_mask = 0,
  get_ip_mask_request = 1,
  get_ip_mask_reply = 2,
  set_mirroring = 3,
  get_mirroring_request = 4,
  get_mirroring_reply = 5,
  get_interfaces_request = 9,
  get_interfaces_reply = 10,
  virtual_port_create_request = 15,
  virtual_port_create_reply = 16,
  virtual_port_remove_request = 17,
  bw_enable_set_request = 18,
  bw_enable_get_request = 19,
  bw_enable_get_reply = 20,
  bw_clear_data_request = 21,
  bw_clear_data_reply = 22,
  bw_enable_set_reply = 23,
  virtual_port_remove_reply = 26,
  flow_idle_enable_set_request = 36,
  flow_idle_enable_set_reply = 37,
  flow_idle_enable_get_request = 38,
  flow_idle_enable_get_reply = 39,
  flow_idle = 40,
  gentable_entry_add = 46,
  gentable_entry_delete = 47,
  gentable_clear_request = 48,
  gentable_clear_reply = 49,
  gentable_set_buckets_size = 50,
  set_aux_cxns_request = 58,
  set_aux_cxns_reply = 59,
};
constexpr auto labels_of(Subtype) {
  using T = Subtype;
  return enumeration({{T::set_ip_mask, "BSN_SET_IP_MASK"},
                      {T::get_ip_mask_request, "BSN_GET_IP_MASK_REQUEST"},
                      {T::get_ip_mask_reply, "BSN_GET_IP_MASK_REPLY"},
                      {T::set_mirroring, "BSN_SET_MIRRORING"},
                      {T::get_mirroring_request, "BSN_GET_MIRRORING_REQUEST"},
                      {T::get_mirroring_reply, "BSN_GET_MIRRORING_REPLY"},
                      {T::get_interfaces_request, "BSN_GET_INTERFACES_REQUEST"},
                      {T::get_interfaces_reply, "BSN_GET_INTERFACES_REPLY"},
                      {T::virtual_port_create_request, "BSN_VIRTUAL_PORT_CREATE_REQUEST"},
                      {T::virtual_port_create_reply, "BSN_VIRTUAL_PORT_CREATE_REPLY"},
                      {T::virtual_port_remove_request, "BSN_VIRTUAL_PORT_REMOVE_REQUEST"},
                      {T::bw_enable_set_request, "BSN_BW_ENABLE_SET_REQUEST"},
                      {T::bw_enable_get_request, "BSN_BW_ENABLE_GET_REQUEST"},
                      {T::bw_enable_get_reply, "BSN_BW_ENABLE_GET_REPLY"},
                      {T::bw_clear_data_request, "BSN_BW_CLEAR_DATA_REQUEST"},
                      {T::bw_clear_data_reply, "BSN_BW_CLEAR_DATA_REPLY"},
                      {T::bw_enable_set_reply, "BSN_BW_ENABLE_SET_REPLY"},
                      {T::virtual_port_remove_reply, "BSN_VIRTUAL_PORT_REMOVE_REPLY"},
                      {T::flow_idle_enable_set_request, "BSN_FLOW_IDLE_ENABLE_SET_REQUEST"},
                      {T::flow_idle_enable_set_reply, "BSN_FLOW_IDLE_ENABLE_SET_REPLY"},
                      {T::flow_idle_enable_get_request, "BSN_FLOW_IDLE_ENABLE_GET_REQUEST"},
                      {T::flow_idle_enable_get_reply, "BSN_FLOW_IDLE_ENABLE_GET_REPLY"},
                      {T::flow_idle, "BSN_FLOW_IDLE"},
                      {T::gentable_entry_add, "BSN_GENTABLE_ENTRY_ADD"},
                      {T::gentable_entry_delete, "BSN_GENTABLE_ENTRY_DELETE"},
                      {T::gentable_clear_request, "BSN_GENTABLE_CLEAR_REQUEST"},
                      {T::gentable_clear_reply, "BSN_GENTABLE_CLEAR_REPLY"},
                      {T::gentable_set_buckets_size, "BSN_GENTABLE_SET_BUCKETS_SIZE"},
                      {T::set_aux_cxns_request, "BSN_SET_AUX_CXNS_REQUEST"},
                      {T::set_aux_cxns_reply, "BSN_SET_AUX_CXNS_REPLY"}});
}

inline constexpr std::uint8_t type = v10::Vendor::id.type;
inline constexpr MessageId of_10{Version::v10, Version::v10, type}, of_any{Version::v10, Version::v13, type},
    of_13{Version::v13, Version::v13, type};

// Describes a message of Big Switch's: what follows experimenter and subtype.
template <Subtype S, class... Items>
constexpr auto message(const char* name, Items... items) {
  return describe(name, tag<ExperimenterId::big_switch>.named("experimenter"), tag<S>.named("subtype"),
                  items...);
}

// A message that says nothing but its subtype.
template <Subtype S, const MessageId& Id>
struct Plain {
  static constexpr MessageId id = Id;
  static constexpr auto wire = message<S>("bsn_request");
};
// A message that says one number.
template <Subtype S, const MessageId& Id>
struct Status {
  static constexpr MessageId id = Id;
  std::uint32_t status = 0;  // 0: done
  static constexpr auto wire = message<S>("bsn_status", field<&Status::status>);
};
template <Subtype S, const MessageId& Id>
struct Enable {
  static constexpr MessageId id = Id;
  std::uint32_t enable = 0;
  static constexpr auto wire = message<S>("bsn_enable", field<&Enable::enable>);
};
template <Subtype S, const MessageId& Id>
struct EnableReply {
  static constexpr MessageId id = Id;
  std::uint32_t enable = 0, status = 0;
  static constexpr auto wire =
      message<S>("bsn_enable_reply", field<&EnableReply::enable>, field<&EnableReply::status>);
};

// ---- masks of addresses, mirrors

template <Subtype S>
struct IpMask {  // set_ip_mask, get_ip_mask_reply
  static constexpr MessageId id = of_10;
  std::uint8_t index = 0;
  Ipv4Address mask{};
  static constexpr auto wire = message<S>("bsn_ip_mask", field<&IpMask::index>, pad<3>, field<&IpMask::mask>);
};
struct GetIpMaskRequest {
  static constexpr MessageId id = of_10;
  std::uint8_t index = 0;
  static constexpr auto wire = message<Subtype::get_ip_mask_request>("bsn_get_ip_mask_request",
                                                                     field<&GetIpMaskRequest::index>, pad<7>);
};
template <Subtype S>
struct Mirroring {  // set_mirroring, get_mirroring_request, get_mirroring_reply
  static constexpr MessageId id = of_any;
  std::uint8_t report_mirror_ports = 0;
  static constexpr auto wire = message<S>("bsn_mirroring", field<&Mirroring::report_mirror_ports>, pad<3>);
};

// ---- interfaces

struct Interface {
  MacAddress hw_addr{};
  FixedText<16> name{};
  Ipv4Address ipv4_addr{}, ipv4_netmask{};
  static constexpr auto wire =
      describe("bsn_interface", field<&Interface::hw_addr>, pad<2>, field<&Interface::name>,
               field<&Interface::ipv4_addr>, field<&Interface::ipv4_netmask>);
};
struct GetInterfacesReply {
  static constexpr MessageId id = of_any;
  Seq<Interface> interfaces{};
  static constexpr auto wire = message<Subtype::get_interfaces_reply>("bsn_get_interfaces_reply",
                                                                      field<&GetInterfacesReply::interfaces>);
};

// ---- virtual ports

enum class VportType : std::uint16_t { q_in_q = 0, l2gre = 1 };
constexpr auto labels_of(VportType) {
  return enumeration({{VportType::q_in_q, "OF_BSN_VPORT_Q_IN_Q"}, {VportType::l2gre, "OF_BSN_VPORT_L2GRE"}});
}
struct VportQInQ {
  std::uint32_t port_no = 0;
  std::uint16_t ingress_tpid = 0, ingress_vlan_id = 0, egress_tpid = 0, egress_vlan_id = 0;
  FixedText<16> if_name{};
  static constexpr auto wire = describe(
      "q_in_q", tag<VportType::q_in_q>, length, field<&VportQInQ::port_no>,
      field<&VportQInQ::ingress_tpid>.hex(), field<&VportQInQ::ingress_vlan_id>,
      field<&VportQInQ::egress_tpid>.hex(), field<&VportQInQ::egress_vlan_id>, field<&VportQInQ::if_name>);
};
enum class VportL2GreFlags : std::uint32_t { none = 0 };
constexpr auto labels_of(VportL2GreFlags) {
  return flags({{1u << 0, "OF_BSN_VPORT_L2GRE_LOCAL_MAC_IS_VALID"},
                {1u << 1, "OF_BSN_VPORT_L2GRE_DSCP_ASSIGN"},
                {1u << 2, "OF_BSN_VPORT_L2GRE_DSCP_COPY"},
                {1u << 3, "OF_BSN_VPORT_L2GRE_LOOPBACK_IS_VALID"},
                {1u << 4, "OF_BSN_VPORT_L2GRE_RATE_LIMIT_IS_VALID"}});
}
struct VportL2Gre {
  VportL2GreFlags flags{};
  PortNo port_no{}, loopback_port_no{};
  MacAddress local_mac{}, nh_mac{};
  Ipv4Address src_ip{}, dst_ip{};
  std::uint8_t dscp = 0, ttl = 0;
  std::uint32_t vpn = 0, rate_limit = 0;
  FixedText<16> if_name{};
  static constexpr auto wire =
      describe("l2gre", tag<VportType::l2gre>, length, field<&VportL2Gre::flags>, field<&VportL2Gre::port_no>,
               field<&VportL2Gre::loopback_port_no>, field<&VportL2Gre::local_mac>,
               field<&VportL2Gre::nh_mac>, field<&VportL2Gre::src_ip>, field<&VportL2Gre::dst_ip>,
               field<&VportL2Gre::dscp>, field<&VportL2Gre::ttl>, pad<2>, field<&VportL2Gre::vpn>,
               field<&VportL2Gre::rate_limit>, field<&VportL2Gre::if_name>);
};
struct VportRules {
  using Type = VportType;
  static constexpr const char* name = "bsn_vport";
  static constexpr const char* length_name = "length";
  static constexpr std::size_t minimum = 4, multiple = 1;
  static constexpr bool padded = false;
  static constexpr Domain domain = Domain::request;
};
using Vport = OneOf<VportRules, VportQInQ, VportL2Gre>;

struct VirtualPortCreateRequest {
  static constexpr MessageId id = of_any;
  One<Vport> vport{};
  static constexpr auto wire = message<Subtype::virtual_port_create_request>(
      "bsn_virtual_port_create_request", field<&VirtualPortCreateRequest::vport>);
};
struct VirtualPortCreateReply {
  static constexpr MessageId id = of_any;
  std::uint32_t status = 0, vport_no = 0;
  static constexpr auto wire = message<Subtype::virtual_port_create_reply>(
      "bsn_virtual_port_create_reply", field<&VirtualPortCreateReply::status>,
      field<&VirtualPortCreateReply::vport_no>);
};
struct VirtualPortRemoveRequest {
  static constexpr MessageId id = of_any;
  std::uint32_t vport_no = 0;
  static constexpr auto wire = message<Subtype::virtual_port_remove_request>(
      "bsn_virtual_port_remove_request", field<&VirtualPortRemoveRequest::vport_no>);
};

// ---- flows that are not used, connections beside the main one

struct FlowIdle {
  static constexpr MessageId id = of_13;
  std::uint64_t cookie = 0;
  std::uint16_t priority = 0;
  v13::TableId table_id{};
  v13::Match match{};
  static constexpr auto wire =
      message<Subtype::flow_idle>("bsn_flow_idle", field<&FlowIdle::cookie>, field<&FlowIdle::priority>,
                                  field<&FlowIdle::table_id>, pad<5>, field<&FlowIdle::match>);
};
struct SetAuxCxnsRequest {
  static constexpr MessageId id = of_13;
  std::uint32_t num_aux = 0;
  static constexpr auto wire =
      message<Subtype::set_aux_cxns_request>("bsn_set_aux_cxns_request", field<&SetAuxCxnsRequest::num_aux>);
};
struct SetAuxCxnsReply {
  static constexpr MessageId id = of_13;
  std::uint32_t num_aux = 0, status = 0;
  static constexpr auto wire = message<Subtype::set_aux_cxns_reply>(
      "bsn_set_aux_cxns_reply", field<&SetAuxCxnsReply::num_aux>, field<&SetAuxCxnsReply::status>);
};

// ---- generic tables: keys, values and statistics are lists of TLVs, packed without padding

enum class TlvType : std::uint16_t {
  port = 0,
  mac = 1,
  rx_packets = 2,
  tx_packets = 3,
  ipv4 = 4,
  idle_time = 5,
  vlan_vid = 6,
};
constexpr auto labels_of(TlvType) {
  return enumeration({{TlvType::port, "BSN_TLV_PORT"},
                      {TlvType::mac, "BSN_TLV_MAC"},
                      {TlvType::rx_packets, "BSN_TLV_RX_PACKETS"},
                      {TlvType::tx_packets, "BSN_TLV_TX_PACKETS"},
                      {TlvType::ipv4, "BSN_TLV_IPV4"},
                      {TlvType::idle_time, "BSN_TLV_IDLE_TIME"},
                      {TlvType::vlan_vid, "BSN_TLV_VLAN_VID"}});
}
template <TlvType Type, class Value>
struct TlvOf {
  Value value{};
  static constexpr auto wire = describe("bsn_tlv", tag<Type>, length, field<&TlvOf::value>);
};
struct TlvRules {
  using Type = TlvType;
  static constexpr const char* name = "bsn_tlv";
  static constexpr const char* length_name = "length";
  static constexpr std::size_t minimum = 4, multiple = 1;
  static constexpr bool padded = false;
  static constexpr Domain domain = Domain::property;
};
using Tlv = OneOf<TlvRules, TlvOf<TlvType::port, PortNo>, TlvOf<TlvType::mac, MacAddress>,
                  TlvOf<TlvType::rx_packets, std::uint64_t>, TlvOf<TlvType::tx_packets, std::uint64_t>,
                  TlvOf<TlvType::ipv4, Ipv4Address>, TlvOf<TlvType::idle_time, std::uint64_t>,
                  TlvOf<TlvType::vlan_vid, std::uint16_t>>;

// Of an entry; those of a table are the exclusive or of its entries'.
struct Checksum {
  std::array<std::uint8_t, 16> octets{};
  friend constexpr auto operator<=>(const Checksum&, const Checksum&) = default;
};

struct GentableEntryAdd {
  static constexpr MessageId id = of_13;
  std::uint16_t table_id = 0;
  Checksum checksum{};
  Seq<Tlv> key{}, value{};
  static constexpr auto wire = message<Subtype::gentable_entry_add>(
      "bsn_gentable_entry_add", field<&GentableEntryAdd::table_id>,
      extent<&GentableEntryAdd::key>.named("key_length"), field<&GentableEntryAdd::checksum>,
      field<&GentableEntryAdd::key>, field<&GentableEntryAdd::value>);
};
struct GentableEntryDelete {
  static constexpr MessageId id = of_13;
  std::uint16_t table_id = 0;
  Seq<Tlv> key{};
  static constexpr auto wire = message<Subtype::gentable_entry_delete>(
      "bsn_gentable_entry_delete", field<&GentableEntryDelete::table_id>, field<&GentableEntryDelete::key>);
};
struct GentableClearRequest {
  static constexpr MessageId id = of_13;
  std::uint16_t table_id = 0;
  Checksum checksum{}, checksum_mask{};
  static constexpr auto wire = message<Subtype::gentable_clear_request>(
      "bsn_gentable_clear_request", field<&GentableClearRequest::table_id>, pad<2>,
      field<&GentableClearRequest::checksum>, field<&GentableClearRequest::checksum_mask>);
};
struct GentableClearReply {
  static constexpr MessageId id = of_13;
  std::uint16_t table_id = 0;
  std::uint32_t deleted_count = 0, error_count = 0;
  static constexpr auto wire = message<Subtype::gentable_clear_reply>(
      "bsn_gentable_clear_reply", field<&GentableClearReply::table_id>, pad<2>,
      field<&GentableClearReply::deleted_count>, field<&GentableClearReply::error_count>);
};
struct GentableSetBucketsSize {
  static constexpr MessageId id = of_13;
  std::uint16_t table_id = 0;
  std::uint32_t buckets_size = 0;
  static constexpr auto wire = message<Subtype::gentable_set_buckets_size>(
      "bsn_gentable_set_buckets_size", field<&GentableSetBucketsSize::table_id>, pad<2>,
      field<&GentableSetBucketsSize::buckets_size>);
};

// ---- statistics

enum class StatsSubtype : std::uint32_t {
  lacp = 1,
  gentable_entry_desc = 2,
  gentable_entry = 3,
  gentable_desc = 4,
  gentable_bucket = 5,
  gentable = 7,
  port_counter = 8,
};
constexpr auto labels_of(StatsSubtype) {
  using T = StatsSubtype;
  return enumeration({{T::lacp, "BSN_LACP"},
                      {T::gentable_entry_desc, "BSN_GENTABLE_ENTRY_DESC"},
                      {T::gentable_entry, "BSN_GENTABLE_ENTRY"},
                      {T::gentable_desc, "BSN_GENTABLE_DESC"},
                      {T::gentable_bucket, "BSN_GENTABLE_BUCKET"},
                      {T::gentable, "BSN_GENTABLE"},
                      {T::port_counter, "BSN_PORT_COUNTER"}});
}

// Describes statistics of 1.3: what follows the header of 24 bytes.
template <StatsSubtype S, auto Flags, class... Items>
constexpr auto stats(const char* name, Items... items) {
  return describe(name, tag<v13::MultipartType::experimenter>, field<Flags>, pad<4>,
                  tag<ExperimenterId::big_switch>.named("experimenter"), tag<S>.named("subtype"), items...);
}

// A request that names nothing.
template <StatsSubtype S>
struct StatsRequest {
  static constexpr MessageId id = v13::MultipartRequest::id;
  v13::MultipartRequestFlags flags{};
  static constexpr auto wire = stats<S, &StatsRequest::flags>("bsn_stats_request");
};
// A request for the entries of a table whose checksums are in a range.
template <StatsSubtype S>
struct EntryStatsRequest {
  static constexpr MessageId id = v13::MultipartRequest::id;
  v13::MultipartRequestFlags flags{};
  std::uint16_t table_id = 0;
  Checksum checksum{}, checksum_mask{};
  static constexpr auto wire = stats<S, &EntryStatsRequest::flags>(
      "bsn_gentable_entry_stats_request", field<&EntryStatsRequest::table_id>, pad<2>,
      field<&EntryStatsRequest::checksum>, field<&EntryStatsRequest::checksum_mask>);
};
struct BucketStatsRequest {
  static constexpr MessageId id = v13::MultipartRequest::id;
  v13::MultipartRequestFlags flags{};
  std::uint16_t table_id = 0;
  static constexpr auto wire = stats<StatsSubtype::gentable_bucket, &BucketStatsRequest::flags>(
      "bsn_gentable_bucket_stats_request", field<&BucketStatsRequest::table_id>);
};
template <StatsSubtype S, class Entry>
struct StatsReply {
  static constexpr MessageId id = v13::MultipartReply::id;
  v13::MultipartReplyFlags flags{};
  Seq<Entry> entries{};
  static constexpr auto wire = stats<S, &StatsReply::flags>("bsn_stats_reply", field<&StatsReply::entries>);
};

struct EntryDesc {
  Checksum checksum{};
  Seq<Tlv> key{}, value{};
  static constexpr auto wire =
      describe("entry_desc", length, extent<&EntryDesc::key>.named("key_length"), field<&EntryDesc::checksum>,
               field<&EntryDesc::key>, field<&EntryDesc::value>);
};
struct EntryStats {
  Seq<Tlv> key{}, stats{};
  static constexpr auto wire = describe("entry_stats", length, extent<&EntryStats::key>.named("key_length"),
                                        field<&EntryStats::key>, field<&EntryStats::stats>);
};
struct TableDesc {
  std::uint16_t table_id = 0;
  FixedText<32> name{};
  std::uint32_t buckets_size = 0;
  Payload properties{};
  static constexpr auto wire =
      describe("table_desc", length, field<&TableDesc::table_id>, field<&TableDesc::name>,
               field<&TableDesc::buckets_size>, rest<&TableDesc::properties>);
};
struct BucketStats {
  Checksum checksum{};
  static constexpr auto wire = describe("bucket_stats", field<&BucketStats::checksum>);
};
struct TableStats {
  std::uint16_t table_id = 0;
  std::uint32_t entry_count = 0;
  Checksum checksum{};
  static constexpr auto wire = describe("table_stats", field<&TableStats::table_id>, pad<2>,
                                        field<&TableStats::entry_count>, field<&TableStats::checksum>);
};
struct PortCounters {
  PortNo port_no{};
  Seq<std::uint64_t> values{};
  static constexpr auto wire =
      describe("port_counters", length, pad<2>, field<&PortCounters::port_no>, field<&PortCounters::values>);
};
struct PortCounterRequest {
  static constexpr MessageId id = v13::MultipartRequest::id;
  v13::MultipartRequestFlags flags{};
  Seq<PortNo> ports{};  // none: all
  static constexpr auto wire = stats<StatsSubtype::port_counter, &PortCounterRequest::flags>(
      "bsn_port_counter_stats_request", field<&PortCounterRequest::ports>);
};
struct LacpStats {
  PortNo port_no{};
  std::uint16_t actor_sys_priority = 0;
  MacAddress actor_sys_mac{};
  std::uint16_t actor_port_priority = 0, actor_port_num = 0, actor_key = 0;
  std::uint8_t convergence_status = 0;
  std::uint16_t partner_sys_priority = 0;
  MacAddress partner_sys_mac{};
  std::uint16_t partner_port_priority = 0, partner_port_num = 0, partner_key = 0;
  static constexpr auto wire =
      describe("lacp_stats", field<&LacpStats::port_no>, field<&LacpStats::actor_sys_priority>,
               field<&LacpStats::actor_sys_mac>, field<&LacpStats::actor_port_priority>,
               field<&LacpStats::actor_port_num>, field<&LacpStats::actor_key>,
               field<&LacpStats::convergence_status>, pad<1>, field<&LacpStats::partner_sys_priority>,
               field<&LacpStats::partner_sys_mac>, field<&LacpStats::partner_port_priority>,
               field<&LacpStats::partner_port_num>, field<&LacpStats::partner_key>, pad<2>);
};

// ---- actions

enum class ActionSubtype : std::uint32_t { mirror = 1, set_tunnel_dst = 2 };
constexpr auto labels_of(ActionSubtype) {
  return enumeration({{ActionSubtype::mirror, "BSN_ACTION_MIRROR"},
                      {ActionSubtype::set_tunnel_dst, "BSN_ACTION_SET_TUNNEL_DST"}});
}
template <ActionSubtype S, class... Items>
constexpr auto action(const char* name, Items... items) {
  return element<ActionOf::experimenter>(name, tag<ExperimenterId::big_switch>.named("experimenter"),
                                         tag<S>.named("subtype"), items...);
}

struct Mirror {
  std::uint32_t dest_port = 0, vlan_tag = 0;
  std::uint8_t copy_stage = 0;  // 0: as it came in, 1: as it goes out
  static constexpr auto wire =
      action<ActionSubtype::mirror>("bsn_mirror", field<&Mirror::dest_port>, field<&Mirror::vlan_tag>.hex(),
                                    field<&Mirror::copy_stage>, pad<3>);
};
struct SetTunnelDst {
  std::uint32_t dst = 0;
  static constexpr auto wire =
      action<ActionSubtype::set_tunnel_dst>("bsn_set_tunnel_dst", field<&SetTunnelDst::dst>.hex());
};
inline constexpr auto add_messages = [](auto& catalog) {
  using S = Subtype;
  using T = StatsSubtype;
  return catalog.template add<
             IpMask<S::set_ip_mask>, GetIpMaskRequest, IpMask<S::get_ip_mask_reply>,
             Mirroring<S::set_mirroring>, Mirroring<S::get_mirroring_request>,
             Mirroring<S::get_mirroring_reply>, Plain<S::get_interfaces_request, of_any>, GetInterfacesReply,
             VirtualPortCreateRequest, VirtualPortCreateReply, VirtualPortRemoveRequest,
             Enable<S::bw_enable_set_request, of_any>, Plain<S::bw_enable_get_request, of_any>,
             Enable<S::bw_enable_get_reply, of_any>, Plain<S::bw_clear_data_request, of_any>,
             Status<S::bw_clear_data_reply, of_any>, EnableReply<S::bw_enable_set_reply, of_any>,
             Status<S::virtual_port_remove_reply, of_any>, Enable<S::flow_idle_enable_set_request, of_13>,
             EnableReply<S::flow_idle_enable_set_reply, of_13>, Plain<S::flow_idle_enable_get_request, of_13>,
             Enable<S::flow_idle_enable_get_reply, of_13>, FlowIdle, GentableEntryAdd, GentableEntryDelete,
             GentableClearRequest, GentableClearReply, GentableSetBucketsSize, SetAuxCxnsRequest,
             SetAuxCxnsReply, StatsRequest<T::lacp>, StatsReply<T::lacp, LacpStats>,
             EntryStatsRequest<T::gentable_entry_desc>, StatsReply<T::gentable_entry_desc, EntryDesc>,
             EntryStatsRequest<T::gentable_entry>, StatsReply<T::gentable_entry, EntryStats>,
             StatsRequest<T::gentable_desc>, StatsReply<T::gentable_desc, TableDesc>, BucketStatsRequest,
             StatsReply<T::gentable_bucket, BucketStats>, StatsRequest<T::gentable>,
             StatsReply<T::gentable, TableStats>, PortCounterRequest,
             StatsReply<T::port_counter, PortCounters>>() &&
         catalog.template add_element<v10::Action, Mirror>() &&
         catalog.template add_element<v10::Action, SetTunnelDst>() &&
         catalog.template add_element<v13::Action, Mirror>() &&
         catalog.template add_element<v13::Action, SetTunnelDst>();
};

}  // namespace oflens::big_switch
