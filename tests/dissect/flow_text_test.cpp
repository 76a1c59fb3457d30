// Flows in the words of Open vSwitch 3.1. The expected lines were printed by `ovs-ofctl --no-stats --no-names
// dump-flows` with -O OpenFlow13 and -O OpenFlow10 after a switch (ovs-vswitchd 3.1.0) was sent the bytes
// beside them.
#include <catch2/catch.hpp>
#include <string>

#include <oflens/flow/flow_text.hpp>

#include "support.hpp"

using namespace oflens;
using namespace std::chrono_literals;
using test::hex;

namespace {

void append(std::vector<std::byte>& to, std::string_view part) {
  const auto bytes = test::hex(part);
  to.insert(to.end(), bytes.begin(), bytes.end());
}

// A flow_mod from what follows its header.
FlowMod flow_mod(Version version, const std::vector<std::byte>& body) {
  std::vector<std::byte> message(8);
  message[0] = static_cast<std::byte>(version);
  message[1] = std::byte{14};
  message.insert(message.end(), body.begin(), body.end());
  store_be(message.data() + 2, static_cast<std::uint16_t>(message.size()));
  const auto frame = Frame::at(message);
  REQUIRE(frame);
  auto mod = read_flow_mod(*frame);
  REQUIRE(mod);
  return *mod;
}
constexpr const char* plain_v13 =
    "00000000000000000000000000000000000000000000"  // cookies, table, command, timeouts
    "8000ffffffffffffffffffffffff00000000";         // priority, buffer, out_port, out_group, flags
FlowMod v13_mod(std::string_view oxm, std::string_view instructions, std::string_view fixed = plain_v13) {
  std::vector<std::byte> body = hex(fixed);
  append(body, "0001");
  body.resize(body.size() + 2);
  const auto length = static_cast<std::uint16_t>(4 + oxm.size() / 2);
  store_be(body.data() + body.size() - 2, length);
  append(body, oxm);
  body.resize(body.size() + (8 - length % 8) % 8);
  append(body, instructions);
  return flow_mod(Version::v13, body);
}
constexpr const char* plain_v10 =
    "0000000000000000"
    "000000000000"           // cookie, command, timeouts
    "8000ffffffffffff0000";  // priority, buffer, out_port, flags
FlowMod v10_mod(std::string_view match, std::string_view actions, std::string_view fixed = plain_v10) {
  std::vector<std::byte> body = hex(match);
  append(body, fixed);
  append(body, actions);
  return flow_mod(Version::v10, body);
}

std::string line_of(const Flow& flow, Version dialect) {
  TextBuffer text;
  put_flow(text, flow, dialect);
  return std::string(text.view());
}
// As the switch would have it after this flow_mod.
std::string line_of(const FlowMod& mod, Version dialect) {
  Flow flow = mod.flow;
  if (flow.table_id == 0xff) flow.table_id = 0;
  return line_of(flow, dialect);
}
std::string actions_of(const FlowMod& mod, Version dialect) {
  TextBuffer text;
  put_actions(text, mod.flow.actions, dialect);
  return std::string(text.view());
}
std::string match_of(const FlowMod& mod, Version dialect = Version::v13) {
  TextBuffer text;
  put_match(text, mod.flow.match, dialect);
  return std::string(text.view());
}

struct Case {
  const char* name;
  const char *match, *actions;  // 1.3: fields without header and padding, instructions. 1.0: struct, actions
  const char* in_v13;
  const char* in_v10;  // null: the same; empty: ovs-ofctl cannot print it
};

// clang-format off
constexpr Case v13_cases[] = {
    {"match in_port", "8000000400000003", "", " in_port=3 actions=drop", nullptr},
    {"match in_port zero", "8000000400000000", "", " in_port=0 actions=drop", nullptr},
    {"match in_port all bits", "8000010800000003ffffffff", "", " in_port=3 actions=drop", nullptr},
    {"match in_port no bits", "800001080000000000000000", "", " actions=drop", nullptr},
    {"match metadata", "800004080102030405060708", "", " metadata=0x102030405060708 actions=drop", nullptr},
    {"match metadata zero", "800004080000000000000000", "", " metadata=0 actions=drop", nullptr},
    {"match metadata high bits", "800005100102030400000000ffffffff00000000", "", " metadata=0x102030400000000/0xffffffff00000000 actions=drop", nullptr},
    {"match metadata odd bits", "8000051001000300050007000f010f010f010f01", "", " metadata=0x100030005000700/0xf010f010f010f01 actions=drop", nullptr},
    {"match metadata all bits", "800005100102030405060708ffffffffffffffff", "", " metadata=0x102030405060708 actions=drop", nullptr},
    {"match metadata no bits", "8000051000000000000000000000000000000000", "", " actions=drop", nullptr},
    {"set metadata", "", "000400180000000000190010800004080102030405060708", " actions=set_field:0x102030405060708->metadata", " actions=load:0x102030405060708->OXM_OF_METADATA[]"},
    {"set metadata zero", "", "000400180000000000190010800004080000000000000000", " actions=set_field:0->metadata", " actions=load:0->OXM_OF_METADATA[]"},
    {"match eth_dst", "80000606010203040506", "", " dl_dst=01:02:03:04:05:06 actions=drop", nullptr},
    {"match eth_dst zero", "80000606000000000000", "", " dl_dst=00:00:00:00:00:00 actions=drop", nullptr},
    {"match eth_dst high bits", "8000070c010203000000ffffff000000", "", " dl_dst=01:02:03:00:00:00/ff:ff:ff:00:00:00 actions=drop", nullptr},
    {"match eth_dst odd bits", "8000070c0100030005000f010f010f01", "", " dl_dst=01:00:03:00:05:00/0f:01:0f:01:0f:01 actions=drop", nullptr},
    {"match eth_dst all bits", "8000070c010203040506ffffffffffff", "", " dl_dst=01:02:03:04:05:06 actions=drop", nullptr},
    {"match eth_dst no bits", "8000070c000000000000000000000000", "", " actions=drop", nullptr},
    {"set eth_dst", "", "000400180000000000190010800006060102030405060000", " actions=set_field:01:02:03:04:05:06->eth_dst", " actions=mod_dl_dst:01:02:03:04:05:06"},
    {"set eth_dst zero", "", "000400180000000000190010800006060000000000000000", " actions=set_field:00:00:00:00:00:00->eth_dst", " actions=mod_dl_dst:00:00:00:00:00:00"},
    {"match eth_src", "80000806010203040506", "", " dl_src=01:02:03:04:05:06 actions=drop", nullptr},
    {"match eth_src zero", "80000806000000000000", "", " dl_src=00:00:00:00:00:00 actions=drop", nullptr},
    {"match eth_src high bits", "8000090c010203000000ffffff000000", "", " dl_src=01:02:03:00:00:00/ff:ff:ff:00:00:00 actions=drop", nullptr},
    {"match eth_src odd bits", "8000090c0100030005000f010f010f01", "", " dl_src=01:00:03:00:05:00/0f:01:0f:01:0f:01 actions=drop", nullptr},
    {"match eth_src all bits", "8000090c010203040506ffffffffffff", "", " dl_src=01:02:03:04:05:06 actions=drop", nullptr},
    {"match eth_src no bits", "8000090c000000000000000000000000", "", " actions=drop", nullptr},
    {"set eth_src", "", "000400180000000000190010800008060102030405060000", " actions=set_field:01:02:03:04:05:06->eth_src", " actions=mod_dl_src:01:02:03:04:05:06"},
    {"set eth_src zero", "", "000400180000000000190010800008060000000000000000", " actions=set_field:00:00:00:00:00:00->eth_src", " actions=mod_dl_src:00:00:00:00:00:00"},
    {"match eth_type", "80000a0288cc", "", " dl_type=0x88cc actions=drop", nullptr},
    {"match eth_type zero", "80000a020000", "", " dl_type=0x0000 actions=drop", nullptr},
    {"match eth_type all bits", "80000b0488ccffff", "", " dl_type=0x88cc actions=drop", nullptr},
    {"match eth_type no bits", "80000b0400000000", "", " actions=drop", nullptr},
    {"match vlan_vid", "80000c021005", "", " dl_vlan=5 actions=drop", nullptr},
    {"match vlan_vid zero", "80000c020000", "", " vlan_tci=0x0000/0x1fff actions=drop", nullptr},
    {"match vlan_vid high bits", "80000d041000ff00", "", " vlan_tci=0x1000/0x1f00 actions=drop", nullptr},
    {"match vlan_vid odd bits", "80000d0400010f01", "", " vlan_tci=0x0001/0x0f01 actions=drop", nullptr},
    {"match vlan_vid all bits", "80000d041005ffff", "", " dl_vlan=5 actions=drop", nullptr},
    {"match vlan_vid no bits", "80000d0400000000", "", " actions=drop", nullptr},
    {"set vlan_vid", "80000c021001", "00040018000000000019001080000c021005000000000000", " dl_vlan=1 actions=set_field:4101->vlan_vid", " dl_vlan=1 actions=mod_vlan_vid:5"},
    {"match vlan_pcp", "80000c02100180000e0103", "", " dl_vlan=1,dl_vlan_pcp=3 actions=drop", nullptr},
    {"match vlan_pcp zero", "80000c02100180000e0100", "", " dl_vlan=1,dl_vlan_pcp=0 actions=drop", nullptr},
    {"match vlan_pcp high bits", "80000c02100180000f020000", "", " dl_vlan=1 actions=drop", nullptr},
    {"match vlan_pcp all bits", "80000c02100180000f0203ff", "", " dl_vlan=1,dl_vlan_pcp=3 actions=drop", nullptr},
    {"set vlan_pcp", "80000c021001", "00040018000000000019001080000e010300000000000000", " dl_vlan=1 actions=set_field:3->vlan_pcp", " dl_vlan=1 actions=mod_vlan_pcp:3"},
    {"set vlan_pcp zero", "80000c021001", "00040018000000000019001080000e010000000000000000", " dl_vlan=1 actions=set_field:0->vlan_pcp", " dl_vlan=1 actions=mod_vlan_pcp:0"},
    {"match ip_dscp", "80000a020800800010012e", "", " ip,nw_tos=184 actions=drop", nullptr},
    {"match ip_dscp zero", "80000a0208008000100100", "", " ip,nw_tos=0 actions=drop", nullptr},
    {"match ip_dscp high bits", "80000a020800800011020000", "", " ip actions=drop", nullptr},
    {"match ip_dscp all bits", "80000a020800800011022eff", "", " ip,nw_tos=184 actions=drop", nullptr},
    {"set ip_dscp", "80000a020800", "000400180000000000190010800010012e00000000000000", " ip actions=set_field:46->ip_dscp", " ip actions=mod_nw_tos:184"},
    {"set ip_dscp zero", "80000a020800", "000400180000000000190010800010010000000000000000", " ip actions=set_field:0->ip_dscp", " ip actions=mod_nw_tos:0"},
    {"match ip_ecn", "80000a0208008000120102", "", " ip,nw_ecn=2 actions=drop", nullptr},
    {"match ip_ecn zero", "80000a0208008000120100", "", " ip,nw_ecn=0 actions=drop", nullptr},
    {"match ip_ecn high bits", "80000a020800800013020000", "", " ip actions=drop", nullptr},
    {"match ip_ecn all bits", "80000a0208008000130202ff", "", " ip,nw_ecn=2 actions=drop", nullptr},
    {"set ip_ecn", "80000a020800", "000400180000000000190010800012010200000000000000", " ip actions=set_field:2->nw_ecn", " ip actions=load:0x2->NXM_NX_IP_ECN[]"},
    {"set ip_ecn zero", "80000a020800", "000400180000000000190010800012010000000000000000", " ip actions=set_field:0->nw_ecn", " ip actions=load:0->NXM_NX_IP_ECN[]"},
    {"match ip_proto", "80000a020800800014012f", "", " ip,nw_proto=47 actions=drop", nullptr},
    {"match ip_proto zero", "80000a0208008000140100", "", " ip,nw_proto=0 actions=drop", nullptr},
    {"match ip_proto high bits", "80000a020800800015020000", "", " ip actions=drop", nullptr},
    {"match ip_proto all bits", "80000a020800800015022fff", "", " ip,nw_proto=47 actions=drop", nullptr},
    {"match ipv4_src", "80000a0208008000160401020304", "", " ip,nw_src=1.2.3.4 actions=drop", nullptr},
    {"match ipv4_src zero", "80000a0208008000160400000000", "", " ip,nw_src=0.0.0.0 actions=drop", nullptr},
    {"match ipv4_src high bits", "80000a0208008000170801020000ffff0000", "", " ip,nw_src=1.2.0.0/16 actions=drop", nullptr},
    {"match ipv4_src odd bits", "80000a02080080001708010003000f010f01", "", " ip,nw_src=1.0.3.0/15.1.15.1 actions=drop", nullptr},
    {"match ipv4_src all bits", "80000a0208008000170801020304ffffffff", "", " ip,nw_src=1.2.3.4 actions=drop", nullptr},
    {"match ipv4_src no bits", "80000a020800800017080000000000000000", "", " ip actions=drop", nullptr},
    {"set ipv4_src", "80000a020800", "000400180000000000190010800016040102030400000000", " ip actions=set_field:1.2.3.4->ip_src", " ip actions=mod_nw_src:1.2.3.4"},
    {"set ipv4_src zero", "80000a020800", "000400180000000000190010800016040000000000000000", " ip actions=set_field:0.0.0.0->ip_src", " ip actions=mod_nw_src:0.0.0.0"},
    {"match ipv4_dst", "80000a0208008000180401020304", "", " ip,nw_dst=1.2.3.4 actions=drop", nullptr},
    {"match ipv4_dst zero", "80000a0208008000180400000000", "", " ip,nw_dst=0.0.0.0 actions=drop", nullptr},
    {"match ipv4_dst high bits", "80000a0208008000190801020000ffff0000", "", " ip,nw_dst=1.2.0.0/16 actions=drop", nullptr},
    {"match ipv4_dst odd bits", "80000a02080080001908010003000f010f01", "", " ip,nw_dst=1.0.3.0/15.1.15.1 actions=drop", nullptr},
    {"match ipv4_dst all bits", "80000a0208008000190801020304ffffffff", "", " ip,nw_dst=1.2.3.4 actions=drop", nullptr},
    {"match ipv4_dst no bits", "80000a020800800019080000000000000000", "", " ip actions=drop", nullptr},
    {"set ipv4_dst", "80000a020800", "000400180000000000190010800018040102030400000000", " ip actions=set_field:1.2.3.4->ip_dst", " ip actions=mod_nw_dst:1.2.3.4"},
    {"set ipv4_dst zero", "80000a020800", "000400180000000000190010800018040000000000000000", " ip actions=set_field:0.0.0.0->ip_dst", " ip actions=mod_nw_dst:0.0.0.0"},
    {"match tcp_src", "80000a020800800014010680001a020102", "", " tcp,tp_src=258 actions=drop", nullptr},
    {"match tcp_src zero", "80000a020800800014010680001a020000", "", " tcp,tp_src=0 actions=drop", nullptr},
    {"match tcp_src high bits", "80000a020800800014010680001b040100ff00", "", " tcp,tp_src=0x100/0xff00 actions=drop", nullptr},
    {"match tcp_src odd bits", "80000a020800800014010680001b0401000f01", "", " tcp,tp_src=0x100/0xf01 actions=drop", nullptr},
    {"match tcp_src all bits", "80000a020800800014010680001b040102ffff", "", " tcp,tp_src=258 actions=drop", nullptr},
    {"match tcp_src no bits", "80000a020800800014010680001b0400000000", "", " tcp actions=drop", nullptr},
    {"set tcp_src", "80000a0208008000140106", "00040018000000000019001080001a020102000000000000", " tcp actions=set_field:258->tcp_src", " tcp actions=mod_tp_src:258"},
    {"set tcp_src zero", "80000a0208008000140106", "00040018000000000019001080001a020000000000000000", " tcp actions=set_field:0->tcp_src", " tcp actions=mod_tp_src:0"},
    {"match tcp_dst", "80000a020800800014010680001c020102", "", " tcp,tp_dst=258 actions=drop", nullptr},
    {"match tcp_dst zero", "80000a020800800014010680001c020000", "", " tcp,tp_dst=0 actions=drop", nullptr},
    {"match tcp_dst high bits", "80000a020800800014010680001d040100ff00", "", " tcp,tp_dst=0x100/0xff00 actions=drop", nullptr},
    {"match tcp_dst odd bits", "80000a020800800014010680001d0401000f01", "", " tcp,tp_dst=0x100/0xf01 actions=drop", nullptr},
    {"match tcp_dst all bits", "80000a020800800014010680001d040102ffff", "", " tcp,tp_dst=258 actions=drop", nullptr},
    {"match tcp_dst no bits", "80000a020800800014010680001d0400000000", "", " tcp actions=drop", nullptr},
    {"set tcp_dst", "80000a0208008000140106", "00040018000000000019001080001c020102000000000000", " tcp actions=set_field:258->tcp_dst", " tcp actions=mod_tp_dst:258"},
    {"set tcp_dst zero", "80000a0208008000140106", "00040018000000000019001080001c020000000000000000", " tcp actions=set_field:0->tcp_dst", " tcp actions=mod_tp_dst:0"},
    {"match udp_src", "80000a020800800014011180001e020102", "", " udp,tp_src=258 actions=drop", nullptr},
    {"match udp_src zero", "80000a020800800014011180001e020000", "", " udp,tp_src=0 actions=drop", nullptr},
    {"match udp_src high bits", "80000a020800800014011180001f040100ff00", "", " udp,tp_src=0x100/0xff00 actions=drop", nullptr},
    {"match udp_src odd bits", "80000a020800800014011180001f0401000f01", "", " udp,tp_src=0x100/0xf01 actions=drop", nullptr},
    {"match udp_src all bits", "80000a020800800014011180001f040102ffff", "", " udp,tp_src=258 actions=drop", nullptr},
    {"match udp_src no bits", "80000a020800800014011180001f0400000000", "", " udp actions=drop", nullptr},
    {"set udp_src", "80000a0208008000140111", "00040018000000000019001080001e020102000000000000", " udp actions=set_field:258->udp_src", " udp actions=mod_tp_src:258"},
    {"set udp_src zero", "80000a0208008000140111", "00040018000000000019001080001e020000000000000000", " udp actions=set_field:0->udp_src", " udp actions=mod_tp_src:0"},
    {"match udp_dst", "80000a0208008000140111800020020102", "", " udp,tp_dst=258 actions=drop", nullptr},
    {"match udp_dst zero", "80000a0208008000140111800020020000", "", " udp,tp_dst=0 actions=drop", nullptr},
    {"match udp_dst high bits", "80000a0208008000140111800021040100ff00", "", " udp,tp_dst=0x100/0xff00 actions=drop", nullptr},
    {"match udp_dst odd bits", "80000a02080080001401118000210401000f01", "", " udp,tp_dst=0x100/0xf01 actions=drop", nullptr},
    {"match udp_dst all bits", "80000a0208008000140111800021040102ffff", "", " udp,tp_dst=258 actions=drop", nullptr},
    {"match udp_dst no bits", "80000a02080080001401118000210400000000", "", " udp actions=drop", nullptr},
    {"set udp_dst", "80000a0208008000140111", "000400180000000000190010800020020102000000000000", " udp actions=set_field:258->udp_dst", " udp actions=mod_tp_dst:258"},
    {"set udp_dst zero", "80000a0208008000140111", "000400180000000000190010800020020000000000000000", " udp actions=set_field:0->udp_dst", " udp actions=mod_tp_dst:0"},
    {"match sctp_src", "80000a0208008000140184800022020102", "", " sctp,tp_src=258 actions=drop", nullptr},
    {"match sctp_src zero", "80000a0208008000140184800022020000", "", " sctp,tp_src=0 actions=drop", nullptr},
    {"match sctp_src high bits", "80000a0208008000140184800023040100ff00", "", " sctp,tp_src=0x100/0xff00 actions=drop", nullptr},
    {"match sctp_src odd bits", "80000a02080080001401848000230401000f01", "", " sctp,tp_src=0x100/0xf01 actions=drop", nullptr},
    {"match sctp_src all bits", "80000a0208008000140184800023040102ffff", "", " sctp,tp_src=258 actions=drop", nullptr},
    {"match sctp_src no bits", "80000a02080080001401848000230400000000", "", " sctp actions=drop", nullptr},
    {"set sctp_src", "80000a0208008000140184", "000400180000000000190010800022020102000000000000", " sctp actions=set_field:258->sctp_src", " sctp actions=load:0x102->OXM_OF_SCTP_SRC[]"},
    {"set sctp_src zero", "80000a0208008000140184", "000400180000000000190010800022020000000000000000", " sctp actions=set_field:0->sctp_src", " sctp actions=load:0->OXM_OF_SCTP_SRC[]"},
    {"match sctp_dst", "80000a0208008000140184800024020102", "", " sctp,tp_dst=258 actions=drop", nullptr},
    {"match sctp_dst zero", "80000a0208008000140184800024020000", "", " sctp,tp_dst=0 actions=drop", nullptr},
    {"match sctp_dst high bits", "80000a0208008000140184800025040100ff00", "", " sctp,tp_dst=0x100/0xff00 actions=drop", nullptr},
    {"match sctp_dst odd bits", "80000a02080080001401848000250401000f01", "", " sctp,tp_dst=0x100/0xf01 actions=drop", nullptr},
    {"match sctp_dst all bits", "80000a0208008000140184800025040102ffff", "", " sctp,tp_dst=258 actions=drop", nullptr},
    {"match sctp_dst no bits", "80000a02080080001401848000250400000000", "", " sctp actions=drop", nullptr},
    {"set sctp_dst", "80000a0208008000140184", "000400180000000000190010800024020102000000000000", " sctp actions=set_field:258->sctp_dst", " sctp actions=load:0x102->OXM_OF_SCTP_DST[]"},
    {"set sctp_dst zero", "80000a0208008000140184", "000400180000000000190010800024020000000000000000", " sctp actions=set_field:0->sctp_dst", " sctp actions=load:0->OXM_OF_SCTP_DST[]"},
    {"match icmpv4_type", "80000a02080080001401018000260108", "", " icmp,icmp_type=8 actions=drop", nullptr},
    {"match icmpv4_type zero", "80000a02080080001401018000260100", "", " icmp,icmp_type=0 actions=drop", nullptr},
    {"match icmpv4_type high bits", "80000a0208008000140101800027020000", "", " icmp actions=drop", nullptr},
    {"match icmpv4_type all bits", "80000a02080080001401018000270208ff", "", " icmp,icmp_type=8 actions=drop", nullptr},
    {"set icmpv4_type", "80000a0208008000140101", "000400180000000000190010800026010800000000000000", " icmp actions=set_field:8->icmp_type", " icmp actions=load:0x8->NXM_OF_ICMP_TYPE[]"},
    {"set icmpv4_type zero", "80000a0208008000140101", "000400180000000000190010800026010000000000000000", " icmp actions=set_field:0->icmp_type", " icmp actions=load:0->NXM_OF_ICMP_TYPE[]"},
    {"match icmpv4_code", "80000a02080080001401018000280101", "", " icmp,icmp_code=1 actions=drop", nullptr},
    {"match icmpv4_code zero", "80000a02080080001401018000280100", "", " icmp,icmp_code=0 actions=drop", nullptr},
    {"match icmpv4_code high bits", "80000a0208008000140101800029020000", "", " icmp actions=drop", nullptr},
    {"match icmpv4_code all bits", "80000a02080080001401018000290201ff", "", " icmp,icmp_code=1 actions=drop", nullptr},
    {"set icmpv4_code", "80000a0208008000140101", "000400180000000000190010800028010100000000000000", " icmp actions=set_field:1->icmp_code", " icmp actions=load:0x1->NXM_OF_ICMP_CODE[]"},
    {"set icmpv4_code zero", "80000a0208008000140101", "000400180000000000190010800028010000000000000000", " icmp actions=set_field:0->icmp_code", " icmp actions=load:0->NXM_OF_ICMP_CODE[]"},
    {"match arp_op", "80000a02080680002a020002", "", " arp,arp_op=2 actions=drop", nullptr},
    {"match arp_op zero", "80000a02080680002a020000", "", " arp,arp_op=0 actions=drop", nullptr},
    {"match arp_op all bits", "80000a02080680002b040002ffff", "", " arp,arp_op=2 actions=drop", nullptr},
    {"match arp_op no bits", "80000a02080680002b0400000000", "", " arp actions=drop", nullptr},
    {"set arp_op", "80000a020806", "00040018000000000019001080002a020002000000000000", " arp actions=set_field:2->arp_op", " arp actions=load:0x2->NXM_OF_ARP_OP[]"},
    {"set arp_op zero", "80000a020806", "00040018000000000019001080002a020000000000000000", " arp actions=set_field:0->arp_op", " arp actions=load:0->NXM_OF_ARP_OP[]"},
    {"match arp_spa", "80000a02080680002c0401020304", "", " arp,arp_spa=1.2.3.4 actions=drop", nullptr},
    {"match arp_spa zero", "80000a02080680002c0400000000", "", " arp,arp_spa=0.0.0.0 actions=drop", nullptr},
    {"match arp_spa high bits", "80000a02080680002d0801020000ffff0000", "", " arp,arp_spa=1.2.0.0/16 actions=drop", nullptr},
    {"match arp_spa odd bits", "80000a02080680002d08010003000f010f01", "", " arp,arp_spa=1.0.3.0/15.1.15.1 actions=drop", nullptr},
    {"match arp_spa all bits", "80000a02080680002d0801020304ffffffff", "", " arp,arp_spa=1.2.3.4 actions=drop", nullptr},
    {"match arp_spa no bits", "80000a02080680002d080000000000000000", "", " arp actions=drop", nullptr},
    {"set arp_spa", "80000a020806", "00040018000000000019001080002c040102030400000000", " arp actions=set_field:1.2.3.4->arp_spa", " arp actions=load:0x1020304->NXM_OF_ARP_SPA[]"},
    {"set arp_spa zero", "80000a020806", "00040018000000000019001080002c040000000000000000", " arp actions=set_field:0.0.0.0->arp_spa", " arp actions=load:0->NXM_OF_ARP_SPA[]"},
    {"match arp_tpa", "80000a02080680002e0401020304", "", " arp,arp_tpa=1.2.3.4 actions=drop", nullptr},
    {"match arp_tpa zero", "80000a02080680002e0400000000", "", " arp,arp_tpa=0.0.0.0 actions=drop", nullptr},
    {"match arp_tpa high bits", "80000a02080680002f0801020000ffff0000", "", " arp,arp_tpa=1.2.0.0/16 actions=drop", nullptr},
    {"match arp_tpa odd bits", "80000a02080680002f08010003000f010f01", "", " arp,arp_tpa=1.0.3.0/15.1.15.1 actions=drop", nullptr},
    {"match arp_tpa all bits", "80000a02080680002f0801020304ffffffff", "", " arp,arp_tpa=1.2.3.4 actions=drop", nullptr},
    {"match arp_tpa no bits", "80000a02080680002f080000000000000000", "", " arp actions=drop", nullptr},
    {"set arp_tpa", "80000a020806", "00040018000000000019001080002e040102030400000000", " arp actions=set_field:1.2.3.4->arp_tpa", " arp actions=load:0x1020304->NXM_OF_ARP_TPA[]"},
    {"set arp_tpa zero", "80000a020806", "00040018000000000019001080002e040000000000000000", " arp actions=set_field:0.0.0.0->arp_tpa", " arp actions=load:0->NXM_OF_ARP_TPA[]"},
    {"match arp_sha", "80000a02080680003006010203040506", "", " arp,arp_sha=01:02:03:04:05:06 actions=drop", nullptr},
    {"match arp_sha zero", "80000a02080680003006000000000000", "", " arp,arp_sha=00:00:00:00:00:00 actions=drop", nullptr},
    {"match arp_sha high bits", "80000a0208068000310c010203000000ffffff000000", "", " arp,arp_sha=01:02:03:00:00:00/ff:ff:ff:00:00:00 actions=drop", nullptr},
    {"match arp_sha odd bits", "80000a0208068000310c0100030005000f010f010f01", "", " arp,arp_sha=01:00:03:00:05:00/0f:01:0f:01:0f:01 actions=drop", nullptr},
    {"match arp_sha all bits", "80000a0208068000310c010203040506ffffffffffff", "", " arp,arp_sha=01:02:03:04:05:06 actions=drop", nullptr},
    {"match arp_sha no bits", "80000a0208068000310c000000000000000000000000", "", " arp actions=drop", nullptr},
    {"set arp_sha", "80000a020806", "000400180000000000190010800030060102030405060000", " arp actions=set_field:01:02:03:04:05:06->arp_sha", " arp actions=load:0x10203040506->NXM_NX_ARP_SHA[]"},
    {"set arp_sha zero", "80000a020806", "000400180000000000190010800030060000000000000000", " arp actions=set_field:00:00:00:00:00:00->arp_sha", " arp actions=load:0->NXM_NX_ARP_SHA[]"},
    {"match arp_tha", "80000a02080680003206010203040506", "", " arp,arp_tha=01:02:03:04:05:06 actions=drop", nullptr},
    {"match arp_tha zero", "80000a02080680003206000000000000", "", " arp,arp_tha=00:00:00:00:00:00 actions=drop", nullptr},
    {"match arp_tha high bits", "80000a0208068000330c010203000000ffffff000000", "", " arp,arp_tha=01:02:03:00:00:00/ff:ff:ff:00:00:00 actions=drop", nullptr},
    {"match arp_tha odd bits", "80000a0208068000330c0100030005000f010f010f01", "", " arp,arp_tha=01:00:03:00:05:00/0f:01:0f:01:0f:01 actions=drop", nullptr},
    {"match arp_tha all bits", "80000a0208068000330c010203040506ffffffffffff", "", " arp,arp_tha=01:02:03:04:05:06 actions=drop", nullptr},
    {"match arp_tha no bits", "80000a0208068000330c000000000000000000000000", "", " arp actions=drop", nullptr},
    {"set arp_tha", "80000a020806", "000400180000000000190010800032060102030405060000", " arp actions=set_field:01:02:03:04:05:06->arp_tha", " arp actions=load:0x10203040506->NXM_NX_ARP_THA[]"},
    {"set arp_tha zero", "80000a020806", "000400180000000000190010800032060000000000000000", " arp actions=set_field:00:00:00:00:00:00->arp_tha", " arp actions=load:0->NXM_NX_ARP_THA[]"},
    {"match ipv6_src", "80000a0286dd8000341020010db8000000000000000000000001", "", " ipv6,ipv6_src=2001:db8::1 actions=drop", nullptr},
    {"match ipv6_src zero", "80000a0286dd8000341000000000000000000000000000000000", "", " ipv6,ipv6_src=:: actions=drop", nullptr},
    {"match ipv6_src high bits", "80000a0286dd8000352020010db8000000000000000000000000ffffffffffffffff0000000000000000", "", " ipv6,ipv6_src=2001:db8::/64 actions=drop", nullptr},
    {"match ipv6_src odd bits", "80000a0286dd8000352000010d000000000000000000000000010f010f010f010f010f010f010f010f01", "", " ipv6,ipv6_src=1:d00::1/f01:f01:f01:f01:f01:f01:f01:f01 actions=drop", nullptr},
    {"match ipv6_src all bits", "80000a0286dd8000352020010db8000000000000000000000001ffffffffffffffffffffffffffffffff", "", " ipv6,ipv6_src=2001:db8::1 actions=drop", nullptr},
    {"match ipv6_src no bits", "80000a0286dd800035200000000000000000000000000000000000000000000000000000000000000000", "", " ipv6 actions=drop", nullptr},
    {"set ipv6_src", "80000a0286dd", "0004002000000000001900188000341020010db8000000000000000000000001", " ipv6 actions=set_field:2001:db8::1->ipv6_src", " ipv6 actions=load:0x1->NXM_NX_IPV6_SRC[0..63],load:0x20010db800000000->NXM_NX_IPV6_SRC[64..127]"},
    {"set ipv6_src zero", "80000a0286dd", "0004002000000000001900188000341000000000000000000000000000000000", " ipv6 actions=set_field:::->ipv6_src", " ipv6 actions=load:0->NXM_NX_IPV6_SRC[0..63],load:0->NXM_NX_IPV6_SRC[64..127]"},
    {"match ipv6_dst", "80000a0286dd8000361000000000000000000000ffff0a000001", "", " ipv6,ipv6_dst=::ffff:10.0.0.1 actions=drop", nullptr},
    {"match ipv6_dst zero", "80000a0286dd8000361000000000000000000000000000000000", "", " ipv6,ipv6_dst=:: actions=drop", nullptr},
    {"match ipv6_dst high bits", "80000a0286dd8000372000000000000000000000000000000000ffffffffffffffff0000000000000000", "", " ipv6,ipv6_dst=::/64 actions=drop", nullptr},
    {"match ipv6_dst odd bits", "80000a0286dd80003720000000000000000000000f010a0000010f010f010f010f010f010f010f010f01", "", " ipv6,ipv6_dst=::f01:a00:1/f01:f01:f01:f01:f01:f01:f01:f01 actions=drop", nullptr},
    {"match ipv6_dst all bits", "80000a0286dd8000372000000000000000000000ffff0a000001ffffffffffffffffffffffffffffffff", "", " ipv6,ipv6_dst=::ffff:10.0.0.1 actions=drop", nullptr},
    {"match ipv6_dst no bits", "80000a0286dd800037200000000000000000000000000000000000000000000000000000000000000000", "", " ipv6 actions=drop", nullptr},
    {"set ipv6_dst", "80000a0286dd", "0004002000000000001900188000361000000000000000000000ffff0a000001", " ipv6 actions=set_field:::ffff:10.0.0.1->ipv6_dst", " ipv6 actions=load:0xffff0a000001->NXM_NX_IPV6_DST[0..63],load:0->NXM_NX_IPV6_DST[64..127]"},
    {"set ipv6_dst zero", "80000a0286dd", "0004002000000000001900188000361000000000000000000000000000000000", " ipv6 actions=set_field:::->ipv6_dst", " ipv6 actions=load:0->NXM_NX_IPV6_DST[0..63],load:0->NXM_NX_IPV6_DST[64..127]"},
    {"match ipv6_flabel", "80000a0286dd8000380400012345", "", " ipv6,ipv6_label=0x12345 actions=drop", nullptr},
    {"match ipv6_flabel zero", "80000a0286dd8000380400000000", "", " ipv6,ipv6_label=0x00000 actions=drop", nullptr},
    {"match ipv6_flabel odd bits", "80000a0286dd8000390800010105000f010f", "", " ipv6,ipv6_label=0x10105/0xf010f actions=drop", nullptr},
    {"match ipv6_flabel all bits", "80000a0286dd8000390800012345000fffff", "", " ipv6,ipv6_label=0x12345 actions=drop", nullptr},
    {"match ipv6_flabel no bits", "80000a0286dd800039080000000000000000", "", " ipv6 actions=drop", nullptr},
    {"set ipv6_flabel", "80000a0286dd", "000400180000000000190010800038040001234500000000", " ipv6 actions=set_field:0x12345->ipv6_label", " ipv6 actions=load:0x12345->NXM_NX_IPV6_LABEL[]"},
    {"set ipv6_flabel zero", "80000a0286dd", "000400180000000000190010800038040000000000000000", " ipv6 actions=set_field:0->ipv6_label", " ipv6 actions=load:0->NXM_NX_IPV6_LABEL[]"},
    {"match icmpv6_type", "80000a0286dd800014013a80003a0180", "", " icmp6,icmp_type=128 actions=drop", nullptr},
    {"match icmpv6_type zero", "80000a0286dd800014013a80003a0100", "", " icmp6,icmp_type=0 actions=drop", nullptr},
    {"match icmpv6_type high bits", "80000a0286dd800014013a80003b020000", "", " icmp6 actions=drop", nullptr},
    {"match icmpv6_type all bits", "80000a0286dd800014013a80003b0280ff", "", " icmp6,icmp_type=128 actions=drop", nullptr},
    {"set icmpv6_type", "80000a0286dd800014013a", "00040018000000000019001080003a018000000000000000", " icmp6 actions=set_field:128->icmpv6_type", " icmp6 actions=load:0x80->NXM_NX_ICMPV6_TYPE[]"},
    {"set icmpv6_type zero", "80000a0286dd800014013a", "00040018000000000019001080003a010000000000000000", " icmp6 actions=set_field:0->icmpv6_type", " icmp6 actions=load:0->NXM_NX_ICMPV6_TYPE[]"},
    {"match icmpv6_code", "80000a0286dd800014013a80003c0101", "", " icmp6,icmp_code=1 actions=drop", nullptr},
    {"match icmpv6_code zero", "80000a0286dd800014013a80003c0100", "", " icmp6,icmp_code=0 actions=drop", nullptr},
    {"match icmpv6_code high bits", "80000a0286dd800014013a80003d020000", "", " icmp6 actions=drop", nullptr},
    {"match icmpv6_code all bits", "80000a0286dd800014013a80003d0201ff", "", " icmp6,icmp_code=1 actions=drop", nullptr},
    {"set icmpv6_code", "80000a0286dd800014013a", "00040018000000000019001080003c010100000000000000", " icmp6 actions=set_field:1->icmpv6_code", " icmp6 actions=load:0x1->NXM_NX_ICMPV6_CODE[]"},
    {"set icmpv6_code zero", "80000a0286dd800014013a", "00040018000000000019001080003c010000000000000000", " icmp6 actions=set_field:0->icmpv6_code", " icmp6 actions=load:0->NXM_NX_ICMPV6_CODE[]"},
    {"match nd_target", "80000a0286dd800014013a80003a018780003e10fe800000000000000000000000000001", "", " icmp6,icmp_type=135,nd_target=fe80::1 actions=drop", nullptr},
    {"match nd_target zero", "80000a0286dd800014013a80003a018780003e1000000000000000000000000000000000", "", " icmp6,icmp_type=135,nd_target=:: actions=drop", nullptr},
    {"match nd_target high bits", "80000a0286dd800014013a80003a018780003f20fe800000000000000000000000000000ffffffffffffffff0000000000000000", "", " icmp6,icmp_type=135,nd_target=fe80::/64 actions=drop", nullptr},
    {"match nd_target odd bits", "80000a0286dd800014013a80003a018780003f200e0000000000000000000000000000010f010f010f010f010f010f010f010f01", "", " icmp6,icmp_type=135,nd_target=e00::1/f01:f01:f01:f01:f01:f01:f01:f01 actions=drop", nullptr},
    {"match nd_target all bits", "80000a0286dd800014013a80003a018780003f20fe800000000000000000000000000001ffffffffffffffffffffffffffffffff", "", " icmp6,icmp_type=135,nd_target=fe80::1 actions=drop", nullptr},
    {"match nd_target no bits", "80000a0286dd800014013a80003a018780003f200000000000000000000000000000000000000000000000000000000000000000", "", " icmp6,icmp_type=135 actions=drop", nullptr},
    {"set nd_target", "80000a0286dd800014013a80003a0187", "00040020000000000019001880003e10fe800000000000000000000000000001", " icmp6,icmp_type=135 actions=set_field:fe80::1->nd_target", " icmp6,icmp_type=135 actions=load:0x1->NXM_NX_ND_TARGET[0..63],load:0xfe80000000000000->NXM_NX_ND_TARGET[64..127]"},
    {"set nd_target zero", "80000a0286dd800014013a80003a0187", "00040020000000000019001880003e1000000000000000000000000000000000", " icmp6,icmp_type=135 actions=set_field:::->nd_target", " icmp6,icmp_type=135 actions=load:0->NXM_NX_ND_TARGET[0..63],load:0->NXM_NX_ND_TARGET[64..127]"},
    {"match nd_sll", "80000a0286dd800014013a80003a018780004006010203040506", "", " icmp6,icmp_type=135,nd_sll=01:02:03:04:05:06 actions=drop", nullptr},
    {"match nd_sll zero", "80000a0286dd800014013a80003a018780004006000000000000", "", " icmp6,icmp_type=135,nd_sll=00:00:00:00:00:00 actions=drop", nullptr},
    {"match nd_sll high bits", "80000a0286dd800014013a80003a01878000410c010203000000ffffff000000", "", " icmp6,icmp_type=135,nd_sll=01:02:03:00:00:00/ff:ff:ff:00:00:00 actions=drop", nullptr},
    {"match nd_sll odd bits", "80000a0286dd800014013a80003a01878000410c0100030005000f010f010f01", "", " icmp6,icmp_type=135,nd_sll=01:00:03:00:05:00/0f:01:0f:01:0f:01 actions=drop", nullptr},
    {"match nd_sll all bits", "80000a0286dd800014013a80003a01878000410c010203040506ffffffffffff", "", " icmp6,icmp_type=135,nd_sll=01:02:03:04:05:06 actions=drop", nullptr},
    {"match nd_sll no bits", "80000a0286dd800014013a80003a01878000410c000000000000000000000000", "", " icmp6,icmp_type=135 actions=drop", nullptr},
    {"set nd_sll", "80000a0286dd800014013a80003a0187", "000400180000000000190010800040060102030405060000", " icmp6,icmp_type=135 actions=set_field:01:02:03:04:05:06->nd_sll", " icmp6,icmp_type=135 actions=load:0x10203040506->NXM_NX_ND_SLL[]"},
    {"set nd_sll zero", "80000a0286dd800014013a80003a0187", "000400180000000000190010800040060000000000000000", " icmp6,icmp_type=135 actions=set_field:00:00:00:00:00:00->nd_sll", " icmp6,icmp_type=135 actions=load:0->NXM_NX_ND_SLL[]"},
    {"match nd_tll", "80000a0286dd800014013a80003a018880004206010203040506", "", " icmp6,icmp_type=136,nd_tll=01:02:03:04:05:06 actions=drop", nullptr},
    {"match nd_tll zero", "80000a0286dd800014013a80003a018880004206000000000000", "", " icmp6,icmp_type=136,nd_tll=00:00:00:00:00:00 actions=drop", nullptr},
    {"match nd_tll high bits", "80000a0286dd800014013a80003a01888000430c010203000000ffffff000000", "", " icmp6,icmp_type=136,nd_tll=01:02:03:00:00:00/ff:ff:ff:00:00:00 actions=drop", nullptr},
    {"match nd_tll odd bits", "80000a0286dd800014013a80003a01888000430c0100030005000f010f010f01", "", " icmp6,icmp_type=136,nd_tll=01:00:03:00:05:00/0f:01:0f:01:0f:01 actions=drop", nullptr},
    {"match nd_tll all bits", "80000a0286dd800014013a80003a01888000430c010203040506ffffffffffff", "", " icmp6,icmp_type=136,nd_tll=01:02:03:04:05:06 actions=drop", nullptr},
    {"match nd_tll no bits", "80000a0286dd800014013a80003a01888000430c000000000000000000000000", "", " icmp6,icmp_type=136 actions=drop", nullptr},
    {"set nd_tll", "80000a0286dd800014013a80003a0188", "000400180000000000190010800042060102030405060000", " icmp6,icmp_type=136 actions=set_field:01:02:03:04:05:06->nd_tll", " icmp6,icmp_type=136 actions=load:0x10203040506->NXM_NX_ND_TLL[]"},
    {"set nd_tll zero", "80000a0286dd800014013a80003a0188", "000400180000000000190010800042060000000000000000", " icmp6,icmp_type=136 actions=set_field:00:00:00:00:00:00->nd_tll", " icmp6,icmp_type=136 actions=load:0->NXM_NX_ND_TLL[]"},
    {"match mpls_label", "80000a0288478000440400000064", "", " mpls,mpls_label=100 actions=drop", nullptr},
    {"match mpls_label zero", "80000a0288478000440400000000", "", " mpls,mpls_label=0 actions=drop", nullptr},
    {"match mpls_label all bits", "80000a0288478000450800000064ffffffff", "", " mpls,mpls_label=100 actions=drop", nullptr},
    {"match mpls_label no bits", "80000a028847800045080000000000000000", "", " mpls actions=drop", nullptr},
    {"set mpls_label", "80000a028847", "000400180000000000190010800044040000006400000000", " mpls actions=set_field:100->mpls_label", " mpls actions=load:0x64->OXM_OF_MPLS_LABEL[]"},
    {"set mpls_label zero", "80000a028847", "000400180000000000190010800044040000000000000000", " mpls actions=set_field:0->mpls_label", " mpls actions=load:0->OXM_OF_MPLS_LABEL[]"},
    {"match mpls_tc", "80000a0288478000460105", "", " mpls,mpls_tc=5 actions=drop", nullptr},
    {"match mpls_tc zero", "80000a0288478000460100", "", " mpls,mpls_tc=0 actions=drop", nullptr},
    {"match mpls_tc high bits", "80000a028847800047020000", "", " mpls actions=drop", nullptr},
    {"match mpls_tc all bits", "80000a0288478000470205ff", "", " mpls,mpls_tc=5 actions=drop", nullptr},
    {"set mpls_tc", "80000a028847", "000400180000000000190010800046010500000000000000", " mpls actions=set_field:5->mpls_tc", " mpls actions=load:0x5->OXM_OF_MPLS_TC[]"},
    {"set mpls_tc zero", "80000a028847", "000400180000000000190010800046010000000000000000", " mpls actions=set_field:0->mpls_tc", " mpls actions=load:0->OXM_OF_MPLS_TC[]"},
    {"match mpls_bos", "80000a0288478000480101", "", " mpls,mpls_bos=1 actions=drop", nullptr},
    {"match mpls_bos zero", "80000a0288478000480100", "", " mpls,mpls_bos=0 actions=drop", nullptr},
    {"match mpls_bos high bits", "80000a028847800049020000", "", " mpls actions=drop", nullptr},
    {"match mpls_bos all bits", "80000a0288478000490201ff", "", " mpls,mpls_bos=1 actions=drop", nullptr},
    {"match tunnel_id", "80004c080102030405060708", "", " tun_id=0x102030405060708 actions=drop", nullptr},
    {"match tunnel_id zero", "80004c080000000000000000", "", " tun_id=0 actions=drop", nullptr},
    {"match tunnel_id high bits", "80004d100102030400000000ffffffff00000000", "", " tun_id=0x102030400000000/0xffffffff00000000 actions=drop", nullptr},
    {"match tunnel_id odd bits", "80004d1001000300050007000f010f010f010f01", "", " tun_id=0x100030005000700/0xf010f010f010f01 actions=drop", nullptr},
    {"match tunnel_id all bits", "80004d100102030405060708ffffffffffffffff", "", " tun_id=0x102030405060708 actions=drop", nullptr},
    {"match tunnel_id no bits", "80004d1000000000000000000000000000000000", "", " actions=drop", nullptr},
    {"set tunnel_id", "", "00040018000000000019001080004c080102030405060708", " actions=set_field:0x102030405060708->tun_id", " actions=load:0x102030405060708->NXM_NX_TUN_ID[]"},
    {"set tunnel_id zero", "", "00040018000000000019001080004c080000000000000000", " actions=set_field:0->tun_id", " actions=load:0->NXM_NX_TUN_ID[]"},
    {"type 0800", "80000a020800", "", " ip actions=drop", nullptr},
    {"type 0806", "80000a020806", "", " arp actions=drop", nullptr},
    {"type 8035", "80000a028035", "", " rarp actions=drop", nullptr},
    {"type 86dd", "80000a0286dd", "", " ipv6 actions=drop", nullptr},
    {"type 8847", "80000a028847", "", " mpls actions=drop", nullptr},
    {"type 8848", "80000a028848", "", " mplsm actions=drop", nullptr},
    {"type 05ff", "80000a0205ff", "", " dl_type=0x05ff actions=drop", nullptr},
    {"type 8100", "80000a028100", "", " dl_type=0x8100 actions=drop", nullptr},
    {"type 88e7", "80000a0288e7", "", " dl_type=0x88e7 actions=drop", nullptr},
    {"proto 1", "80000a0208008000140101", "", " icmp actions=drop", nullptr},
    {"proto 2", "80000a0208008000140102", "", " ip,nw_proto=2 actions=drop", nullptr},
    {"proto 6", "80000a0208008000140106", "", " tcp actions=drop", nullptr},
    {"proto 17", "80000a0208008000140111", "", " udp actions=drop", nullptr},
    {"proto 58", "80000a020800800014013a", "", " ip,nw_proto=58 actions=drop", nullptr},
    {"proto 132", "80000a0208008000140184", "", " sctp actions=drop", nullptr},
    {"proto 0", "80000a0286dd8000140100", "", " ipv6,nw_proto=0 actions=drop", nullptr},
    {"proto 1", "80000a0286dd8000140101", "", " ipv6,nw_proto=1 actions=drop", nullptr},
    {"proto 2", "80000a0286dd8000140102", "", " ipv6,nw_proto=2 actions=drop", nullptr},
    {"proto 6", "80000a0286dd8000140106", "", " tcp6 actions=drop", nullptr},
    {"proto 17", "80000a0286dd8000140111", "", " udp6 actions=drop", nullptr},
    {"proto 47", "80000a0286dd800014012f", "", " ipv6,nw_proto=47 actions=drop", nullptr},
    {"proto 58", "80000a0286dd800014013a", "", " icmp6 actions=drop", nullptr},
    {"proto 132", "80000a0286dd8000140184", "", " sctp6 actions=drop", nullptr},
    {"in_port fffffff8", "80000004fffffff8", "", " in_port=IN_PORT actions=drop", nullptr},
    {"in_port fffffffe", "80000004fffffffe", "", " in_port=LOCAL actions=drop", nullptr},
    {"in_port fffffffd", "80000004fffffffd", "", " in_port=CONTROLLER actions=drop", nullptr},
    {"in_port ffffffff", "80000004ffffffff", "", " in_port=ANY actions=drop", nullptr},
    {"in_port ffffff00", "80000004ffffff00", "", " in_port=65280 actions=drop", nullptr},
    {"in_port feff", "800000040000feff", "", " in_port=65279 actions=drop", nullptr},
    {"vlan 1000/0x1000 None", "80000d0410001000", "", " vlan_tci=0x1000/0x1000 actions=drop", nullptr},
    {"vlan 1005/0x100f None", "80000d041005100f", "", " vlan_tci=0x1005/0x100f actions=drop", nullptr},
    {"vlan 1005/0x100f 3", "80000d041005100f80000e0103", "", " vlan_tci=0x7005/0xf00f actions=drop", nullptr},
    {"vlan 1000/0x1000 3", "80000d041000100080000e0103", "", " dl_vlan_pcp=3 actions=drop", nullptr},
    {"vlan 1005/None 3", "80000c02100580000e0103", "", " dl_vlan=5,dl_vlan_pcp=3 actions=drop", nullptr},
    {"vlan 5/0x5 None", "80000d0400050005", "", " vlan_tci=0x0005/0x0005 actions=drop", nullptr},
    {"vlan 0/0x1000 None", "80000d0400001000", "", " vlan_tci=0x0000/0x1000 actions=drop", nullptr},
    {"vlan 1fff/0x1fff None", "80000d041fff1fff", "", " dl_vlan=4095 actions=drop", nullptr},
    {"vlan 1000/None None", "80000c021000", "", " dl_vlan=0 actions=drop", nullptr},
    {"nxm tci 1005/ffff", "000009041005ffff", "", " dl_vlan=5,dl_vlan_pcp=0 actions=drop", nullptr},
    {"nxm tci 5000/5000", "0000090450005000", "", " dl_vlan_pcp=2 actions=drop", " vlan_tci=0x5000/0x5000 actions=drop"},
    {"nxm tci 0/ffff", "000009040000ffff", "", " vlan_tci=0x0000/0x1fff actions=drop", " vlan_tci=0x0000 actions=drop"},
    {"nxm tci f005/ffff", "00000904f005ffff", "", " dl_vlan=5,dl_vlan_pcp=7 actions=drop", nullptr},
    {"nxm tci 1005/1fff", "0000090410051fff", "", " dl_vlan=5 actions=drop", nullptr},
    {"nxm tci 3000/f000", "000009043000f000", "", " dl_vlan_pcp=1 actions=drop", nullptr},
    {"nxm tci 2000/2000", "0000090420002000", "", " actions=drop", " vlan_tci=0x2000/0x2000 actions=drop"},
    {"reg0", "0001000400000000", "000400180000000000190010000100040000000000000000", " reg0=0 actions=set_field:0->reg0", " reg0=0 actions=load:0->NXM_NX_REG0[]"},
    {"reg3", "0001060400000003", "000400180000000000190010000106040000000300000000", " reg3=0x3 actions=set_field:0x3->reg3", " reg3=0x3 actions=load:0x3->NXM_NX_REG3[]"},
    {"reg15", "00011e040000000f", "00040018000000000019001000011e040000000f00000000", " reg15=0xf actions=set_field:0xf->reg15", " reg15=0xf actions=load:0xf->NXM_NX_REG15[]"},
    {"reg masked", "00010f0800000000000000ff", "", " reg7=0/0xff actions=drop", nullptr},
    {"ten fields", "80004c0800000000000000088000040800000000000000058000000400000001800006060200000000028000080602000000000180000a02080080000c02100580000e0102800010010a80001201018000140106800016040a000001800018040a00000280001a02000180001c020002", "", " tcp,tun_id=0x8,metadata=0x5,in_port=1,dl_vlan=5,dl_vlan_pcp=2,dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_tos=40,nw_ecn=1,tp_src=1,tp_dst=2 actions=drop", nullptr},
    {"arp all", "80000a02080680002a02000180002c040a00000180002f080a000000ffffff008000300602000000000180003206020000000002", "", " arp,arp_spa=10.0.0.1,arp_tpa=10.0.0.0/24,arp_op=1,arp_sha=02:00:00:00:00:01,arp_tha=02:00:00:00:00:02 actions=drop", nullptr},
    {"nd all", "80000a0286dd800014013a80003a018780003c010080003e10fe80000000000000000000000000000180004006020000000001", "", " icmp6,icmp_type=135,icmp_code=0,nd_target=fe80::1,nd_sll=02:00:00:00:00:01 actions=drop", nullptr},
    {"tcp6", "80000a0286dd800014010680001a02005080001c0201bb8000341020010db8000000000000000000000001", "", " tcp6,ipv6_src=2001:db8::1,tp_src=80,tp_dst=443 actions=drop", nullptr},
    {"priority 32768", "", "", " actions=drop", nullptr},
    {"goto", "", "0001000803000000", " actions=goto_table:3", " actions=resubmit(,3)"},
    {"write_metadata", "", "00020018000000000000000000001234ffffffffffffffff", " actions=write_metadata:0x1234", nullptr},
    {"metadata masked", "", "00020018000000000000000000001234000000000000ff00", " actions=write_metadata:0x1234/0xff00", nullptr},
    {"metadata 0", "", "0002001800000000000000000000000000000000000000ff", " actions=write_metadata:0/0xff", nullptr},
    {"metadata mask 0", "", "000200180000000000000000000000050000000000000000", " actions=write_metadata:0x5/0", nullptr},
    {"clear", "", "0005000800000000", " actions=clear_actions", " actions=drop"},
    {"meter", "", "0006000800000001", " actions=meter:1", " actions=drop"},
    {"meter output", "", "0006000800000001000400180000000000000010000000010000000000000000", " actions=meter:1,output:1", " actions=output:1"},
    {"write output", "", "000300180000000000000010000000010000000000000000", " actions=write_actions(output:1)", " actions=drop"},
    {"write two", "", "0003002000000000000000100000000100000000000000000015000800000003", " actions=write_actions(output:1,set_queue:3)", " actions=drop"},
    {"write group", "", "00030010000000000016000800000001", " actions=write_actions(group:1)", " actions=drop"},
    {"write empty", "", "0003000800000000", " actions=drop", nullptr},
    {"apply empty", "", "0004000800000000", " actions=drop", nullptr},
    {"both empty", "", "00040008000000000003000800000000", " actions=drop", nullptr},
    {"all, in another order", "", "000100080400000000020018000000000000000000000005ffffffffffffffff0003001800000000000000100000000300000000000000000005000800000000000400280000000000000010000000010000000000000000000000100000000200000000000000000006000800000001", " actions=meter:1,output:1,output:2,clear_actions,write_actions(output:3),write_metadata:0x5,goto_table:4", ""},
    {"write vlan", "", "000300300000000000110008810000000019001080000c02100500000000000000000010000000010000000000000000", " actions=write_actions(push_vlan:0x8100,set_field:4101->vlan_vid,output:1)", " actions=drop"},
    {"goto output", "", "0004001800000000000000100000000100000000000000000001000802000000", " actions=output:1,goto_table:2", " actions=output:1,resubmit(,2)"},
    {"output 1", "", "000400180000000000000010000000010000000000000000", " actions=output:1", nullptr},
    {"output 0", "", "000400180000000000000010000000000000000000000000", " actions=output:0", nullptr},
    {"output feff", "", "0004001800000000000000100000feff0000000000000000", " actions=output:65279", nullptr},
    {"output fffffff8", "", "000400180000000000000010fffffff80000000000000000", " actions=IN_PORT", nullptr},
    {"output fffffff9", "", "000400180000000000000010fffffff90000000000000000", " actions=TABLE", nullptr},
    {"output fffffffa", "", "000400180000000000000010fffffffa0000000000000000", " actions=NORMAL", nullptr},
    {"output fffffffb", "", "000400180000000000000010fffffffb0000000000000000", " actions=FLOOD", nullptr},
    {"output fffffffc", "", "000400180000000000000010fffffffc0000000000000000", " actions=ALL", nullptr},
    {"output fffffffe", "", "000400180000000000000010fffffffe0000000000000000", " actions=LOCAL", nullptr},
    {"controller 0", "", "000400180000000000000010fffffffd0000000000000000", " actions=CONTROLLER:0", nullptr},
    {"controller 128", "", "000400180000000000000010fffffffd0080000000000000", " actions=CONTROLLER:128", nullptr},
    {"controller 65509", "", "000400180000000000000010fffffffdffe5000000000000", " actions=CONTROLLER:65509", nullptr},
    {"controller 65535", "", "000400180000000000000010fffffffdffff000000000000", " actions=CONTROLLER:65535", nullptr},
    {"set_mpls_ttl", "80000a028847", "0004002000000000000f00084000000000000010000000010000000000000000", " mpls actions=set_mpls_ttl(64),output:1", nullptr},
    {"dec_mpls_ttl", "80000a028847", "0004002000000000001000080000000000000010000000010000000000000000", " mpls actions=dec_mpls_ttl,output:1", nullptr},
    {"push_vlan", "", "0004002000000000001100088100000000000010000000010000000000000000", " actions=push_vlan:0x8100,output:1", " actions=output:1"},
    {"push_vlan 88a8", "", "00040020000000000011000888a8000000000010000000010000000000000000", " actions=push_vlan:0x88a8,output:1", " actions=output:1"},
    {"pop_vlan", "80000c021001", "0004002000000000001200080000000000000010000000010000000000000000", " dl_vlan=1 actions=pop_vlan,output:1", " dl_vlan=1 actions=strip_vlan,output:1"},
    {"push_mpls", "", "0004002000000000001300088847000000000010000000010000000000000000", " actions=push_mpls:0x8847,output:1", nullptr},
    {"push_mpls m", "", "0004002000000000001300088848000000000010000000010000000000000000", " actions=push_mpls:0x8848,output:1", nullptr},
    {"pop_mpls", "80000a028847", "0004002000000000001400080800000000000010000000010000000000000000", " mpls actions=pop_mpls:0x0800,output:1", nullptr},
    {"set_queue", "", "0004002000000000001500080000000500000010000000010000000000000000", " actions=set_queue:5,output:1", nullptr},
    {"set_queue max", "", "000400200000000000150008ffffffff00000010000000010000000000000000", " actions=set_queue:4294967295,output:1", nullptr},
    {"group", "", "0004002000000000001600080000000100000010000000010000000000000000", " actions=group:1,output:1", nullptr},
    {"group max", "", "000400200000000000160008ffffff0000000010000000010000000000000000", " actions=group:4294967040,output:1", nullptr},
    {"set_nw_ttl", "80000a020800", "0004002000000000001700084000000000000010000000010000000000000000", " ip actions=mod_nw_ttl:64,output:1", " ip actions=load:0x40->NXM_NX_IP_TTL[],output:1"},
    {"set_nw_ttl 0", "80000a020800", "0004002000000000001700080000000000000010000000010000000000000000", " ip actions=mod_nw_ttl:0,output:1", " ip actions=load:0->NXM_NX_IP_TTL[],output:1"},
    {"dec_nw_ttl", "80000a020800", "0004002000000000001800080000000000000010000000010000000000000000", " ip actions=dec_ttl,output:1", nullptr},
    {"push, set, output", "", "000400400000000000110008810000000019001080000c0210050000000000000019001080000e01030000000000000000000010000000010000000000000000", " actions=push_vlan:0x8100,set_field:4101->vlan_vid,set_field:3->vlan_pcp,output:1", " actions=mod_vlan_vid:5,mod_vlan_pcp:3,output:1"},
    {"pop, push", "80000c021001", "000400380000000000120008000000000011000888a800000019001080000c02100600000000000000000010000000010000000000000000", " dl_vlan=1 actions=pop_vlan,push_vlan:0x88a8,set_field:4102->vlan_vid,output:1", " dl_vlan=1 actions=strip_vlan,mod_vlan_vid:6,output:1"},
};

constexpr Case v10_cases[] = {
    {"nothing", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "0000000800010000", " reset_counts actions=output:1", " actions=output:1"},
    {"nw_src without dl_type", "003818ff0000000000000000000000000000000000000000000000000a0000000000000000000000", "0000000800010000", " reset_counts actions=output:1", " actions=output:1"},
    {"in_port", "003820fe000700000000000000000000000000000000000000000000000000000000000000000000", "0000000800010000", " reset_counts in_port=7 actions=output:1", " in_port=7 actions=output:1"},
    {"macs", "003820f3000002000000000102000000000200000000000000000000000000000000000000000000", "0000000800010000", " reset_counts dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02 actions=output:1", " dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02 actions=output:1"},
    {"dl_vlan", "003820fd000000000000000000000000000000050000000000000000000000000000000000000000", "0000000800010000", " reset_counts dl_vlan=5 actions=output:1", " dl_vlan=5 actions=output:1"},
    {"dl_vlan 0", "003820fd000000000000000000000000000000000000000000000000000000000000000000000000", "0000000800010000", " reset_counts dl_vlan=0 actions=output:1", " dl_vlan=0 actions=output:1"},
    {"no tag", "003820fd0000000000000000000000000000ffff0000000000000000000000000000000000000000", "0000000800010000", " reset_counts vlan_tci=0x0000/0x1fff actions=output:1", " vlan_tci=0x0000 actions=output:1"},
    {"no tag, pcp", "002820fd0000000000000000000000000000ffff0300000000000000000000000000000000000000", "0000000800010000", " reset_counts vlan_tci=0x0000/0x1fff actions=output:1", " vlan_tci=0x0000 actions=output:1"},
    {"pcp", "002820ff000000000000000000000000000000000500000000000000000000000000000000000000", "0000000800010000", " reset_counts dl_vlan_pcp=5 actions=output:1", " dl_vlan_pcp=5 actions=output:1"},
    {"vlan, pcp", "002820fd000000000000000000000000000000090500000000000000000000000000000000000000", "0000000800010000", " reset_counts dl_vlan=9,dl_vlan_pcp=5 actions=output:1", " dl_vlan=9,dl_vlan_pcp=5 actions=output:1"},
    {"vlan big", "003820fd000000000000000000000000000010050000000000000000000000000000000000000000", "0000000800010000", " reset_counts dl_vlan=5 actions=output:1", " dl_vlan=5 actions=output:1"},
    {"vlan fffe", "003820fd0000000000000000000000000000fffe0000000000000000000000000000000000000000", "0000000800010000", " reset_counts dl_vlan=4094 actions=output:1", " dl_vlan=4094 actions=output:1"},
    {"pcp big", "002820ff000000000000000000000000000000000b00000000000000000000000000000000000000", "0000000800010000", " reset_counts dl_vlan_pcp=3 actions=output:1", " dl_vlan_pcp=3 actions=output:1"},
    {"ipv6 proto tos", "001820cf00000000000000000000000000000000000086ddb83a0000000000000000000000000000", "0000000800010000", " reset_counts icmp6,nw_tos=184 actions=output:1", " icmp6,nw_tos=184 actions=output:1"},
    {"ipv6 icmp", "0038200f00000000000000000000000000000000000086dd003a0000000000000000000000800000", "0000000800010000", " reset_counts icmp6,icmp_type=128,icmp_code=0 actions=output:1", " icmp6,icmp_type=128,icmp_code=0 actions=output:1"},
    {"ipv6 nw_src", "003800ef00000000000000000000000000000000000086dd00000000000000010000000000000000", "0000000800010000", " reset_counts ipv6 actions=output:1", " ipv6 actions=output:1"},
    {"icmp", "0038200f000000000000000000000000000000000000080000010000000000000000000000080003", "0000000800010000", " reset_counts icmp,icmp_type=8,icmp_code=3 actions=output:1", " icmp,icmp_type=8,icmp_code=3 actions=output:1"},
    {"icmp big type", "0038200f000000000000000000000000000000000000080000010000000000000000000001ff0200", "0000000800010000", " reset_counts icmp,icmp_type=255,icmp_code=0 actions=output:1", " icmp,icmp_type=255,icmp_code=0 actions=output:1"},
    {"igmp", "0038200f000000000000000000000000000000000000080000020000000000000000000000010002", "0000000800010000", " reset_counts ip,nw_proto=2 actions=output:1", " ip,nw_proto=2 actions=output:1"},
    {"ports without proto", "0038202f000000000000000000000000000000000000080000000000000000000000000000010002", "0000000800010000", " reset_counts ip actions=output:1", " ip actions=output:1"},
    {"arp", "0018088f0000000000000000000000000000000000000806040200000a0102030000000000040000", "0000000800010000", " reset_counts arp,arp_spa=10.1.2.0/24,arp_op=2 actions=output:1", " arp,arp_spa=10.1.2.0/24,arp_op=2 actions=output:1"},
    {"mpls", "0018088c0003000000000000000000000000000400008847040200000a0102030000000000040000", "0000000800010000", " reset_counts mpls,in_port=3,dl_vlan=4 actions=output:1", " mpls,in_port=3,dl_vlan=4 actions=output:1"},
    {"proto without type", "0038205f000000000000000000000000000000000000000000060000000000000000000000000050", "0000000800010000", " reset_counts actions=output:1", " actions=output:1"},
    {"tos low bits", "001820ef0000000000000000000000000000000000000800bb000000000000000000000000000000", "0000000800010000", " reset_counts ip,nw_tos=184 actions=output:1", " ip,nw_tos=184 actions=output:1"},
    {"type 05ff", "003820ef00000000000000000000000000000000000005ff00000000000000000000000000000000", "0000000800010000", " reset_counts dl_type=0x05ff actions=output:1", " dl_type=0x05ff actions=output:1"},
    {"type 0", "003820ef000000000000000000000000000000000000000000000000000000000000000000000000", "0000000800010000", " reset_counts dl_type=0x0000 actions=output:1", " dl_type=0x0000 actions=output:1"},
    {"tcp", "0010180f0000000000000000000000000000000000000800040600000a0102030a00000100500051", "0000000800010000", " reset_counts tcp,nw_src=10.0.0.0/8,nw_dst=10.0.0.1,nw_tos=4,tp_src=80,tp_dst=81 actions=output:1", " tcp,nw_src=10.0.0.0/8,nw_dst=10.0.0.1,nw_tos=4,tp_src=80,tp_dst=81 actions=output:1"},
    {"udp", "0038208f000000000000000000000000000000000000080000110000000000000000000000350000", "0000000800010000", " reset_counts udp,tp_src=53 actions=output:1", " udp,tp_src=53 actions=output:1"},
    {"sctp", "0038204f000000000000000000000000000000000000080000840000000000000000000000000009", "0000000800010000", " reset_counts sctp,tp_dst=9 actions=output:1", " sctp,tp_dst=9 actions=output:1"},
    {"sctp6", "0038208f00000000000000000000000000000000000086dd00840000000000000000000000090000", "0000000800010000", " reset_counts sctp6,tp_src=9 actions=output:1", " sctp6,tp_src=9 actions=output:1"},
    {"in_port local", "003820fefffe00000000000000000000000000000000000000000000000000000000000000000000", "0000000800010000", " reset_counts in_port=LOCAL actions=output:1", " in_port=LOCAL actions=output:1"},
    {"in_port none", "003820feffff00000000000000000000000000000000000000000000000000000000000000000000", "0000000800010000", " reset_counts in_port=ANY actions=output:1", " in_port=ANY actions=output:1"},
    {"in_port max", "003820feff0000000000000000000000000000000000000000000000000000000000000000000000", "0000000800010000", " reset_counts in_port=65280 actions=output:1", " in_port=65280 actions=output:1"},
    {"rarp", "003020cf000000000000000000000000000000000000803500030000000000000102030400000000", "0000000800010000", " reset_counts rarp,arp_tpa=1.2.3.4,arp_op=3 actions=output:1", " rarp,arp_tpa=1.2.3.4,arp_op=3 actions=output:1"},
    {"everything", "000048000001020000000001020000000002000502000800080600000a0102030a00000100500051", "0000000800010000", " reset_counts tcp,in_port=1,dl_vlan=5,dl_vlan_pcp=2,dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02,nw_src=10.1.2.0/24,nw_dst=10.0.0.0/31,nw_tos=8,tp_src=80,tp_dst=81 actions=output:1", " tcp,in_port=1,dl_vlan=5,dl_vlan_pcp=2,dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02,nw_src=10.1.2.0/24,nw_dst=10.0.0.0/31,nw_tos=8,tp_src=80,tp_dst=81 actions=output:1"},
    {"vid", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "00010008000500000000000800020000", " reset_counts actions=push_vlan:0x8100,set_field:4101->vlan_vid,output:2", " actions=mod_vlan_vid:5,output:2"},
    {"pcp", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "00020008030000000000000800020000", " reset_counts actions=push_vlan:0x8100,set_field:3->vlan_pcp,output:2", " actions=mod_vlan_pcp:3,output:2"},
    {"vid pcp", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "000100080005000000020008030000000000000800020000", " reset_counts actions=push_vlan:0x8100,set_field:4101->vlan_vid,set_field:3->vlan_pcp,output:2", " actions=mod_vlan_vid:5,mod_vlan_pcp:3,output:2"},
    {"pcp vid", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "000200080300000000010008000500000000000800020000", " reset_counts actions=push_vlan:0x8100,set_field:3->vlan_pcp,set_field:4101->vlan_vid,output:2", " actions=mod_vlan_pcp:3,mod_vlan_vid:5,output:2"},
    {"vid on tag", "003820fd000000000000000000000000000000070000000000000000000000000000000000000000", "000100080005000000020008030000000000000800020000", " reset_counts dl_vlan=7 actions=set_field:4101->vlan_vid,set_field:3->vlan_pcp,output:2", " dl_vlan=7 actions=mod_vlan_vid:5,mod_vlan_pcp:3,output:2"},
    {"vid on pcp", "002820ff000000000000000000000000000000000700000000000000000000000000000000000000", "00010008000500000000000800020000", " reset_counts dl_vlan_pcp=7 actions=set_field:4101->vlan_vid,output:2", " dl_vlan_pcp=7 actions=mod_vlan_vid:5,output:2"},
    {"vid on no tag", "003820fd0000000000000000000000000000ffff0000000000000000000000000000000000000000", "00010008000500000000000800020000", " reset_counts vlan_tci=0x0000/0x1fff actions=push_vlan:0x8100,set_field:4101->vlan_vid,output:2", " vlan_tci=0x0000 actions=mod_vlan_vid:5,output:2"},
    {"strip", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "00030008000000000000000800020000", " reset_counts actions=pop_vlan,output:2", " actions=strip_vlan,output:2"},
    {"strip on tag", "003820fd000000000000000000000000000000070000000000000000000000000000000000000000", "00030008000000000000000800020000", " reset_counts dl_vlan=7 actions=pop_vlan,output:2", " dl_vlan=7 actions=strip_vlan,output:2"},
    {"strip vid on tag", "003820fd000000000000000000000000000000070000000000000000000000000000000000000000", "000300080000000000010008000500000000000800020000", " reset_counts dl_vlan=7 actions=pop_vlan,push_vlan:0x8100,set_field:4101->vlan_vid,output:2", " dl_vlan=7 actions=strip_vlan,mod_vlan_vid:5,output:2"},
    {"vid out strip vid", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "00010008000500000000000800010000000300080000000000010008000600000000000800020000", " reset_counts actions=push_vlan:0x8100,set_field:4101->vlan_vid,output:1,pop_vlan,push_vlan:0x8100,set_field:4102->vlan_vid,output:2", " actions=mod_vlan_vid:5,output:1,strip_vlan,mod_vlan_vid:6,output:2"},
    {"dl", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "00040010020000000001000000000000000500100200000000020000000000000000000800020000", " reset_counts actions=set_field:02:00:00:00:00:01->eth_src,set_field:02:00:00:00:00:02->eth_dst,output:2", " actions=mod_dl_src:02:00:00:00:00:01,mod_dl_dst:02:00:00:00:00:02,output:2"},
    {"nw", "003820cf000000000000000000000000000000000000080000060000000000000000000000000000", "000600080a000001000700080a0000020000000800020000", " reset_counts tcp actions=set_field:10.0.0.1->ip_src,set_field:10.0.0.2->ip_dst,output:2", " tcp actions=mod_nw_src:10.0.0.1,mod_nw_dst:10.0.0.2,output:2"},
    {"nw any", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "000600080a000001000700080a00000200080008b80000000000000800020000", " reset_counts actions=set_field:10.0.0.1->ip_src,set_field:10.0.0.2->ip_dst,set_field:46->ip_dscp,output:2", " actions=mod_nw_src:10.0.0.1,mod_nw_dst:10.0.0.2,mod_nw_tos:184,output:2"},
    {"tos", "003820cf000000000000000000000000000000000000080000060000000000000000000000000000", "00080008b80000000000000800020000", " reset_counts tcp actions=set_field:46->ip_dscp,output:2", " tcp actions=mod_nw_tos:184,output:2"},
    {"tp tcp", "003820cf000000000000000000000000000000000000080000060000000000000000000000000000", "0009000800500000000a0008005100000000000800020000", " reset_counts tcp actions=set_field:80->tcp_src,set_field:81->tcp_dst,output:2", " tcp actions=mod_tp_src:80,mod_tp_dst:81,output:2"},
    {"tp udp", "003820cf000000000000000000000000000000000000080000110000000000000000000000000000", "0009000800500000000a0008005100000000000800020000", " reset_counts udp actions=set_field:80->udp_src,set_field:81->udp_dst,output:2", " udp actions=mod_tp_src:80,mod_tp_dst:81,output:2"},
    {"tp sctp", "003820cf000000000000000000000000000000000000080000840000000000000000000000000000", "0009000800500000000a0008005100000000000800020000", " reset_counts sctp actions=set_field:80->sctp_src,set_field:81->sctp_dst,output:2", " sctp actions=mod_tp_src:80,mod_tp_dst:81,output:2"},
    {"tp icmp", "003820cf000000000000000000000000000000000000080000010000000000000000000000000000", "0009000800500000000a0008005100000000000800020000", " reset_counts icmp actions=mod_tp_src:80,mod_tp_dst:81,output:2", " icmp actions=mod_tp_src:80,mod_tp_dst:81,output:2"},
    {"tp any", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "0009000800500000000a0008005100000000000800020000", " reset_counts actions=mod_tp_src:80,mod_tp_dst:81,output:2", " actions=mod_tp_src:80,mod_tp_dst:81,output:2"},
    {"tp tcp6", "003820cf00000000000000000000000000000000000086dd00060000000000000000000000000000", "0009000800500000000a0008005100000000000800020000", " reset_counts tcp6 actions=set_field:80->tcp_src,set_field:81->tcp_dst,output:2", " tcp6 actions=mod_tp_src:80,mod_tp_dst:81,output:2"},
    {"enqueue", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "000b00100001000000000000000000050000000800020000", " reset_counts actions=set_queue:5,output:1,pop_queue,output:2", " actions=enqueue:1:5,output:2"},
    {"enqueue in_port", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "000b0010fff8000000000000000000050000000800020000", " reset_counts actions=set_queue:5,IN_PORT,pop_queue,output:2", " actions=enqueue:IN_PORT:5,output:2"},
    {"enqueue max", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "000b00100046000000000000ffffffff0000000800020000", " reset_counts actions=set_queue:4294967295,output:70,pop_queue,output:2", " actions=enqueue:70:4294967295,output:2"},
    {"none", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "", " reset_counts actions=drop", " actions=drop"},
    {"output fff8", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "00000008fff80000", " reset_counts actions=IN_PORT", " actions=IN_PORT"},
    {"output fff9", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "00000008fff90000", " reset_counts actions=TABLE", " actions=TABLE"},
    {"output fffa", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "00000008fffa0000", " reset_counts actions=NORMAL", " actions=NORMAL"},
    {"output fffb", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "00000008fffb0000", " reset_counts actions=FLOOD", " actions=FLOOD"},
    {"output fffc", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "00000008fffc0000", " reset_counts actions=ALL", " actions=ALL"},
    {"output fffe", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "00000008fffe0000", " reset_counts actions=LOCAL", " actions=LOCAL"},
    {"output 0", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "0000000800000000", " reset_counts actions=output:0", " actions=output:0"},
    {"output feff", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "00000008feff0000", " reset_counts actions=output:65279", " actions=output:65279"},
    {"controller 0", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "00000008fffd0000", " reset_counts actions=CONTROLLER:0", " actions=CONTROLLER:0"},
    {"controller 128", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "00000008fffd0080", " reset_counts actions=CONTROLLER:128", " actions=CONTROLLER:128"},
    {"controller 65535", "003820ff000000000000000000000000000000000000000000000000000000000000000000000000", "00000008fffdffff", " reset_counts actions=CONTROLLER:65535", " actions=CONTROLLER:65535"},
};
// clang-format on

}  // namespace

TEST_CASE("flows of 1.3 in both dialects", "[flow_text]") {
  for (const Case& c : v13_cases) {
    INFO(c.name);
    const FlowMod mod = v13_mod(c.match, c.actions);
    CHECK(line_of(mod, Version::v13) == c.in_v13);
    const std::string in_v10 = c.in_v10 != nullptr ? c.in_v10 : c.in_v13;
    if (!in_v10.empty()) CHECK(line_of(mod, Version::v10) == in_v10);
  }
}

TEST_CASE("flows of 1.0 in both dialects", "[flow_text]") {
  for (const Case& c : v10_cases) {
    INFO(c.name);
    const FlowMod mod = v10_mod(c.match, c.actions);
    CHECK(line_of(mod, Version::v13) == c.in_v13);
    CHECK(line_of(mod, Version::v10) == (c.in_v10 != nullptr ? c.in_v10 : c.in_v13));
  }
}

TEST_CASE("what stands before the match", "[flow_text]") {
  struct Line {
    const char *fixed, *oxm, *instructions, *in_v13, *in_v10;
  };
  // clang-format off
  constexpr Line lines[] = {
    {"000000000000000000000000000000000000000000008000ffffffffffffffffffffffff00010000", "", "", " send_flow_rem actions=drop", " actions=drop"},
    {"000000000000000000000000000000000000000000008000ffffffffffffffffffffffff00020000", "", "", " check_overlap actions=drop", " actions=drop"},
    {"000000000000000000000000000000000000000000008000ffffffffffffffffffffffff00040000", "", "", " reset_counts actions=drop", " actions=drop"},
    {"000000000000000000000000000000000000000000008000ffffffffffffffffffffffff00080000", "", "", " no_packet_counts actions=drop", " actions=drop"},
    {"000000000000000000000000000000000000000000008000ffffffffffffffffffffffff00100000", "", "", " no_byte_counts actions=drop", " actions=drop"},
    {"123456789abcdef0000000000000000007000005ffff0007ffffffffffffffffffffffff001f0000", "80000a020800", "000400180000000000000010000000010000000000000000",
     " cookie=0x123456789abcdef0, table=7, idle_timeout=5, hard_timeout=65535, send_flow_rem check_overlap reset_counts no_packet_counts no_byte_counts priority=7,ip actions=output:1",
     " cookie=0x123456789abcdef0, table=7, idle_timeout=5, hard_timeout=65535, priority=7,ip actions=output:1"},
    {"000000000000000000000000000000000000000000000000ffffffffffffffffffffffff00000000", "", "", " priority=0 actions=drop", " priority=0 actions=drop"},
    {"00000000000000000000000000000000000000000000ffffffffffffffffffffffffffff00000000", "", "", " priority=65535 actions=drop", " priority=65535 actions=drop"},
    {"000000000000000000000000000000000000000000000005ffffffffffffffffffffffff00000000", "8000000400000001", "", " priority=5,in_port=1 actions=drop", " priority=5,in_port=1 actions=drop"},
  };
  // clang-format on
  for (const Line& l : lines) {
    const FlowMod mod = v13_mod(l.oxm, l.instructions, l.fixed);
    CHECK(line_of(mod, Version::v13) == l.in_v13);
    CHECK(line_of(mod, Version::v10) == l.in_v10);
  }
  const std::string any = "003820ff" + std::string(72, '0');
  const FlowMod add = v10_mod(any, "", "0000000000000abc0000000500060009ffffffffffff0003");
  CHECK(line_of(add, Version::v13) ==
        " cookie=0xabc, idle_timeout=5, hard_timeout=6, send_flow_rem check_overlap reset_counts priority=9 "
        "actions=drop");
  CHECK(line_of(add, Version::v10) ==
        " cookie=0xabc, idle_timeout=5, hard_timeout=6, priority=9 actions=drop");
  // A modification that adds does not reset counters.
  const FlowMod modify = v10_mod(any, "0000000800010000", "0000000000000abc0001000500060009ffffffffffff0001");
  CHECK(line_of(modify, Version::v13) ==
        " cookie=0xabc, idle_timeout=5, hard_timeout=6, send_flow_rem priority=9 actions=output:1");
}

TEST_CASE("what Open vSwitch has no words for", "[flow_text]") {
  // in_phy_port, pbb_isid, ipv6_exthdr; a class that nobody knows, with and without a mask; an
  // experimenter's.
  CHECK(match_of(v13_mod("80000004"
                         "00000001"
                         "80000204"
                         "00000007",
                         "")) == "in_port=1,in_phy_port=7");
  CHECK(match_of(v13_mod("80000a02"
                         "88e7"
                         "80004a03"
                         "0a0b0c",
                         "")) == "dl_type=0x88e7,pbb_isid=0xa0b0c");
  CHECK(match_of(v13_mod("80000a02"
                         "88e7"
                         "80004b06"
                         "0a0b00"
                         "ffff00",
                         "")) == "dl_type=0x88e7,pbb_isid=0xa0b00/0xffff00");
  CHECK(match_of(v13_mod("80000a02"
                         "86dd"
                         "80004f04"
                         "0001"
                         "0003",
                         "")) == "ipv6,ipv6_exthdr=0x1/0x3");
  CHECK(match_of(v13_mod("12340a02"
                         "abcd",
                         "")) == "oxm(0x12340a02:abcd)");
  CHECK(match_of(v13_mod("12340b04"
                         "abcd"
                         "ff00",
                         "")) == "oxm(0x12340b04:ab00ff00)");
  CHECK(match_of(v13_mod("ffff5406"
                         "4f4e4601"
                         "0002",
                         "")) == "oxm(0xffff5406:4f4e46010002)");
  const auto apply = [](const std::string& action) {
    TextBuffer length;
    length.put_hex(8 + action.size() / 2, 4);
    return v13_mod("", "0004" + std::string(length.view().substr(2)) + "00000000" + action);
  };
  const char* const actions[][2] = {
      {"000b000800000000", "copy_ttl_out"},
      {"000c000800000000", "copy_ttl_in"},
      {"001a000888e70000", "push_pbb:0x88e7"},
      {"001b000800000000", "pop_pbb"},
      {"0063001000000000aabbccddeeff0011", "unknown(action 99:00000000aabbccddeeff0011)"},
      {"ffff001000002321000100000a000000", "experimenter(0x2321:000100000a000000)"},
      {"ffff0008000023e0", "experimenter(0x23e0:)"},
      {"00190010"
       "80004a03"
       "0a0b0c0000000000"
       "00",
       "set_field:oxm(0x80004a03:0a0b0c)"},
      {"00190010"
       "12340a02"
       "abcd000000000000",
       "set_field:oxm(0x12340a02:abcd)"},
  };
  for (const auto& [hex, text] : actions) {
    const std::string padded = std::string(hex).substr(0, std::string(hex).size() / 16 * 16);
    CHECK(actions_of(apply(padded), Version::v13) == text);
  }
  CHECK(actions_of(v13_mod("", "ffff001000002320aabbccddeeff0011"), Version::v13) ==
        "experimenter(0x2320:aabbccddeeff0011)");
  CHECK(actions_of(v13_mod("", "00070008aabbccdd"), Version::v13) == "unknown(instruction 7:aabbccdd)");
  const std::string any = "003820ff" + std::string(72, '0');
  CHECK(actions_of(v10_mod(any, "ffff00100000232100010000000a0000"), Version::v10) ==
        "experimenter(0x2321:00010000000a0000)");
  CHECK(actions_of(v10_mod(any, "000c000800000000"), Version::v10) == "unknown(action 12:00000000)");
  // Ports beyond 16 bits, which other switches have.
  CHECK(match_of(v13_mod("80000004"
                         "00012345",
                         "")) == "in_port=74565");
}

TEST_CASE("the remark about an entry that may be gone", "[flow_text]") {
  const Timestamp time(Duration(1795167391456789012));  // 2026-11-20T09:36:31.456789012Z
  const auto remark = [](const Expiry& expiry) {
    TextBuffer text;
    put_remark(text, expiry);
    return std::string(text.view());
  };
  CHECK(remark({Expiry::State::doubtful, Expiry::Cause::idle, 4, time}) ==
        " # may have expired since 09:36:31.4 (idle 4 s)");
  CHECK(remark({Expiry::State::doubtful, Expiry::Cause::hard, 60, time}) ==
        " # may have expired since 09:36:31.4 (hard 60 s)");
  CHECK(remark({}).empty());
}

TEST_CASE("a listing is ordered by table, then priority downwards, then text", "[flow_text]") {
  DatapathState table;
  const auto add = [&](std::uint8_t id, std::uint16_t priority, unsigned port, std::uint16_t idle = 0) {
    FlowMod mod;
    mod.version = Version::v13;
    mod.flow.table_id = id;
    mod.flow.priority = priority;
    mod.flow.idle_timeout = idle;
    mod.flow.match = FlowMatch::of(Seq<Oxm>(oxm::in_port(PortNo{port})));
    table.apply(mod, {});
  };
  add(1, 5, 1);
  add(0, 5, 2);
  add(0, 5, 10);
  add(0, 7, 3);
  add(0, 0x8000, 4, 9);
  TextBuffer text;
  put_flows(text, table, {.dialect = Version::v13, .at = Timestamp(1s)});
  CHECK(text.view() ==
        " idle_timeout=9, in_port=4 actions=drop\n"
        " priority=7,in_port=3 actions=drop\n"
        " priority=5,in_port=10 actions=drop\n"
        " priority=5,in_port=2 actions=drop\n"
        " table=1, priority=5,in_port=1 actions=drop\n");
  text.clear();
  put_flows(text, table, {.dialect = Version::v13, .at = Timestamp(10s)});
  CHECK(text.view().substr(0, 90) ==
        " idle_timeout=9, in_port=4 actions=drop # may have expired since 00:00:09.0 (idle 9 s)\n pr");
  text.clear();
  put_flows(text, table, {.dialect = Version::v13, .at = Timestamp(10s), .certain = true});
  CHECK(text.view().substr(0, 20) == " priority=7,in_port=");
}
