// Messages and packets in the words of Open vSwitch 3.1. The expected texts were printed by `ovs-ofctl
// --no-names ofp-print` for the bytes beside them; for packets, as the data of a packet_in.
#include <catch2/catch.hpp>
#include <string>

#include <oflens/flow/message_text.hpp>
#include <oflens/flow/packet_text.hpp>

#include "support.hpp"

using namespace oflens;

namespace {

std::string text_of(Bytes message) {
  TextBuffer out;
  put_message(out, Catalog::standard(), message);
  return std::string(out.view());
}

// Open vSwitch ends some kinds with an empty line.
std::string trimmed(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

struct Row {
  const char *name, *hex, *text;
};

// clang-format off
const Row messages[] = {
    {"hello of 1.0",
     "0100000800000001",
     R"(OFPT_HELLO (xid=0x1):
 version bitmap: 0x01)"},
    {"hello of 1.3",
     "0400000800000001",
     R"(OFPT_HELLO (OF1.3) (xid=0x1):
 version bitmap: 0x01, 0x02, 0x03, 0x04)"},
    {"hello with a bitmap",
     "04000010000000010001000800000012",
     R"(OFPT_HELLO (OF1.3) (xid=0x1):
 version bitmap: 0x01, 0x04)"},
    {"hello with an element that nobody knows",
     "0400001800000001000100080000001000630004deadbeef",
     R"(OFPT_HELLO (OF1.3) (xid=0x1):
 version bitmap: 0x04
 unknown data in hello:
00000000  04 00 00 18 00 00 00 01-00 01 00 08 00 00 00 10 |................|
00000010  00 63 00 04 de ad be ef-                        |.c......        |)"},
    {"echo",
     "0402000b00000001616263",
     R"(OFPT_ECHO_REQUEST (OF1.3) (xid=0x1): 3 bytes of payload
00000000  61 62 63                                        |abc             |)"},
    {"echo without data",
     "0103000800000001",
     R"(OFPT_ECHO_REPLY (xid=0x1): 0 bytes of payload)"},
    {"barrier",
     "0414000800000001",
     R"(OFPT_BARRIER_REQUEST (OF1.3) (xid=0x1):)"},
    {"barrier reply",
     "0113000800000001",
     R"(OFPT_BARRIER_REPLY (xid=0x1):)"},
    {"packet_in of 1.0",
     "010a00480000000100000100003600010000ffffffffffff02000000000108004500002800010000400600000a00"
     "00010a000002c00000500000000100000000500281231a2b0000",
     R"(OFPT_PACKET_IN (xid=0x1): total_len=54 in_port=1 (via no_match) data_len=54 buffer=0x00000100
tcp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,tp_src=49152,tp_dst=80,tcp_flags=syn tcp_csum:1a2b)"},
    {"packet_in without buffer, cut",
     "010a003c00000001ffffffff0040fffe0100ffffffffffff02000000000108060001080006040001020000000001"
     "0a0000010000000000000a000002",
     R"(OFPT_PACKET_IN (xid=0x1): total_len=64 in_port=LOCAL (via action) data_len=42 (unbuffered) (***total_len != data_len***)
arp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_tpa=10.0.0.2,arp_op=1,arp_sha=02:00:00:00:00:01,arp_tha=00:00:00:00:00:00)"},
    {"packet_in of 1.3",
     "040a00540000000100000100002a0103000000000000000a0001000c8000000400000007000000000000ffffffff"
     "ffff020000000001080600010800060400010200000000010a0000010000000000000a000002",
     R"(OFPT_PACKET_IN (OF1.3) (xid=0x1): table_id=3 cookie=0xa total_len=42 in_port=7 (via action) data_len=42 buffer=0x00000100
arp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_tpa=10.0.0.2,arp_op=1,arp_sha=02:00:00:00:00:01,arp_tha=00:00:00:00:00:00)"},
    {"packet_in, less than its data",
     "040a005c000000010000010000010700ffffffffffffffff0001001880000004fffffffd80000408000000000000"
     "00050000ffffffffffff020000000001080600010800060400010200000000010a0000010000000000000a000002",
     R"(OFPT_PACKET_IN (OF1.3) (xid=0x1): total_len=1 metadata=0x5,in_port=CONTROLLER (via ) data_len=42 buffer=0x00000100 (***total_len < data_len***)
arp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_tpa=10.0.0.2,arp_op=1,arp_sha=02:00:00:00:00:01,arp_tha=00:00:00:00:00:00)"},
    {"packet_out with data",
     "010d004200000001fffffffffffd000800000008fffb0000ffffffffffff02000000000108060001080006040001"
     "0200000000010a0000010000000000000a000002",
     R"(OFPT_PACKET_OUT (xid=0x1): in_port=CONTROLLER actions=FLOOD data_len=42
arp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_tpa=10.0.0.2,arp_op=1,arp_sha=02:00:00:00:00:01,arp_tha=00:00:00:00:00:00)"},
    {"packet_out of a buffer",
     "040d002800000001000000070000000100100000000000000000001000000001ffff000000000000",
     R"(OFPT_PACKET_OUT (OF1.3) (xid=0x1): in_port=1 actions=output:1 buffer=0x00000007)"},
    {"packet_out of nothing",
     "040d001800000001fffffffffffffffd0000000000000000",
     R"(OFPT_PACKET_OUT (OF1.3) (xid=0x1): in_port=CONTROLLER actions=drop data_len=0)"},
    {"flow_mod of 1.0",
     "010e00500000000100323f4f000000000000000000000000000000000000080000060000000000000a0000000000"
     "005000000000000000050000000a00140007ffffffffffff00030000000800010000",
     R"(OFPT_FLOW_MOD (xid=0x1): ADD priority=7,tcp,nw_dst=10.0.0.0/24,tp_dst=80 cookie:0x5 idle:10 hard:20 send_flow_rem check_overlap actions=output:1)"},
    {"flow_mod with a table in the command",
     "010e004800000001003fffff00000000000000000000000000000000000000000000000000000000000000000000"
     "000000000000000000000203000000008000ffffffff00030000",
     R"(OFPT_FLOW_MOD (xid=0x1): DEL table:2 out_port:3 actions=drop)"},
    {"flow_mod of a buffer",
     "010e005000000001003fffff00000000000000000000000000000000000000000000000000000000000000000000"
     "00000000000000000001000100000000800000000009ffff00000000000800010000",
     R"(OFPT_FLOW_MOD (xid=0x1): MOD cookie:0x1 buf:0x9 actions=output:1)"},
    {"flow_mod of 1.3",
     "040e006000000001000000000000001200000000000000ff020000010002000900000003ffffffffffffffff001f"
     "00000001001580000a020800800014010680001c02005000000000040018000000000000001000000001ffff0000"
     "00000000",
     R"(OFPT_FLOW_MOD (OF1.3) (xid=0x1): ADD table:2 priority=9,tcp,tp_dst=80 cookie:0x12 idle:1 hard:2 buf:0x3 send_flow_rem check_overlap reset_counts no_packet_counts no_byte_counts actions=output:1)"},
    {"flow_mod that modifies",
     "040e005800000001000000000000001200000000000000ff0001000000008000ffffffffffffffffffffffff0000"
     "00000001000c80000004000000070000000000040018000000000000001000000001ffff000000000000",
     R"(OFPT_FLOW_MOD (OF1.3) (xid=0x1): MOD in_port=7 cookie:0x12/0xff actions=output:1)"},
    {"flow_mod that deletes all",
     "040e00380000000100000000000000010000000000000000ff03000000008000ffffffff00000004000000050000"
     "00000001000400000000",
     R"(OFPT_FLOW_MOD (OF1.3) (xid=0x1): DEL table:255 out_port:4 actions=drop)"},
    {"flow_mod of Nicira",
     "0104004000000001000023200000000d00000000000000030104000000000064ffffffffffff0000000600000000"
     "000000000002000700000000000800010000",
     R"(NXT_FLOW_MOD (xid=0x1): DEL_STRICT table:1 priority=100,in_port=7 cookie:0x3 actions=output:1)"},
    {"flow_mod of Nicira in 1.3 that adds",
     "0404005000000001000023200000000d0000000000000001010000000000800000000005ffff001f000600000000"
     "000080000a020800000000040018000000000000001000000001ffff000000000000",
     R"(NXT_FLOW_MOD (OF1.3) (xid=0x1): ADD table:1 ip cookie:0x1 buf:0x5 send_flow_rem check_overlap reset_counts no_packet_counts no_byte_counts actions=output:1)"},
    {"flow_mod of Nicira in 1.2 that modifies",
     "0304005000000001000023200000000d000000000000000200010000000080000000000500020004000600000000"
     "000080000a020800000000040018000000000000001000000001ffff000000000000",
     R"(NXT_FLOW_MOD (OF1.2) (xid=0x1): MOD ip cookie:0x2 buf:0x5 out_port:2 reset_counts actions=output:1)"},
    {"flow_mod of Nicira in 1.3 that deletes",
     "0404005800000001000023200000000d00000000000000010103000000008000ffffffffffff0007000600000000"
     "000080000a020800000000040018000000000000001000000001ffff0000000000000001000803000000",
     R"(NXT_FLOW_MOD (OF1.3) (xid=0x1): DEL table:1 ip cookie:0x1 send_flow_rem check_overlap reset_counts actions=output:1,goto_table:3)"},
    {"flow_mod of Nicira in 1.3 that deletes what has a cookie",
     "0404005800000001000023200000000d00000000000000010003000000008000ffffffffffff0000000c00000000"
     "000000013c0800000000000000050000000000040018000000000000001000000001ffff000000000000",
     R"(NXT_FLOW_MOD (OF1.3) (xid=0x1): DEL cookie:0x1 cookie:0x5/0xffffffffffffffff actions=output:1)"},
    {"flow_mod of Nicira in 1.3 that drops",
     "0404003000000001000023200000000d00000000000000010000000000008000ffffffffffff0000000000000000"
     "0000",
     R"(NXT_FLOW_MOD (OF1.3) (xid=0x1): ADD cookie:0x1 actions=drop)"},
    {"flows of Nicira asked for, with a cookie",
     "0110004000000001ffff00000000232000000000000000000003001a0500000000000602080000013d1000000000"
     "0000000500000000000000ff000000000000",
     R"(NXST_FLOW request (xid=0x1): table=5 out_port=3 ip)"},
    {"flows of Nicira asked for, by their cookie alone",
     "0110003000000001ffff0000000023200000000000000000ffff000cff00000000013c0800000000000000050000"
     "0000",
     R"(NXST_FLOW request (xid=0x1):)"},
    {"an aggregate of Nicira asked for, with a cookie",
     "0110003800000001ffff0000000023200000000100000000ffff0012ff00000000013c0800000000000000050000"
     "06020800000000000000",
     R"(NXST_AGGREGATE request (xid=0x1): ip)"},
    {"flow_removed of Nicira",
     "0104004000000001000023200000000e0000000000000003006400030000000500000000003c0006000000000000"
     "000700000000000000080000000200070000",
     R"(NXT_FLOW_REMOVED (xid=0x1): priority=100,in_port=7 reason=idle table_id=2 cookie:0x3 duration5s idle60 pkts7 bytes8)"},
    {"flow_removed of 1.0",
     "010b005800000001003fffbe00030000000000000000000000000000000000000000000000000000000000000007"
     "0000000000000000000500640200000002581dcd6500001e000000000000000000070000000000000008",
     R"(OFPT_FLOW_REMOVED (xid=0x1): priority=100,in_port=3,tp_src=7 reason=delete cookie:0x5 duration600.500s idle30 pkts7 bytes8)"},
    {"flow_removed of 1.3",
     "040b0048000000010000000000000000800003040000000100000001001e003c0000000000000007000000000000"
     "00080001001580000a020800800014010680001c020050000000",
     R"(OFPT_FLOW_REMOVED (OF1.3) (xid=0x1): tcp,tp_dst=80 reason=group_delete table_id=4 duration1.000000001s idle30 hard60 pkts7 bytes8)"},
    {"flow_stats request of 1.0",
     "011000380000000100010000003fff7f000000000000000000000000000000000000000000000000000000000000"
     "00000000003503000005",
     R"(OFPST_FLOW request (xid=0x1): table=3 out_port=5 tp_dst=53)"},
    {"flow_stats reply of 1.0",
     "0111006c000000010001000100600100003fffff0000000000000000000000000000000000000000000000000000"
     "000000000000000000000000000907270e0080000005000000000000000000000000000000010000000000000002"
     "00000000000000030000000800010000",
     R"(OFPST_FLOW reply (xid=0x1): flags=[more]
 cookie=0x1, duration=9.120s, table=1, n_packets=2, n_bytes=3, idle_timeout=5, actions=output:1)"},
    {"flow_stats request of 1.3",
     "04120048000000010001000000000000ff000000ffffffffffffffff000000000000000000000001000000000000"
     "00000001001580000a020800800014010680001c020050000000",
     R"(OFPST_FLOW request (OF1.3) (xid=0x1): tcp,tp_dst=80)"},
    {"flow_stats reply of 1.3",
     "041300a8000000010001000000000000006001000000000100000014000700030004000100000000000000000000"
     "0005000000000000000700000000000000080001001580000a020800800014010680001c02005000000000040018"
     "000000000000001000000001ffff0000000000000038010000000001000000148000000300040000000000000000"
     "000000000005000000000000000700000000000000080001000400000000",
     R"(OFPST_FLOW reply (OF1.3) (xid=0x1):
 cookie=0x5, duration=1.00000002s, table=1, n_packets=7, n_bytes=8, idle_timeout=3, hard_timeout=4, send_flow_rem priority=7,tcp,tp_dst=80 actions=output:1
 cookie=0x5, duration=1.00000002s, table=1, n_packets=7, n_bytes=8, idle_timeout=3, hard_timeout=4, actions=drop)"},
    {"role request",
     "041800180000000100000002000000000000000000000007",
     R"(OFPT_ROLE_REQUEST (OF1.3) (xid=0x1): role=primary generation_id=7)"},
    {"role request without change",
     "041800180000000100000000000000000000000000000007",
     R"(OFPT_ROLE_REQUEST (OF1.3) (xid=0x1): role=nochange)"},
    {"role reply",
     "04190018000000010000000300000000ffffffffffffffff",
     R"(OFPT_ROLE_REPLY (OF1.3) (xid=0x1): role=secondary)"},
    {"error about a flow_mod",
     "040100640000000100050001040e005800000009000000000000000000000000000000000000000000008000ffff"
     "ffffffffffffffffffff000000000001000c80000004000000070000000000040018000000000000001000000001"
     "ffff000000000000",
     R"(OFPT_ERROR (OF1.3) (xid=0x1): OFPFMFC_TABLE_FULL
OFPT_FLOW_MOD (OF1.3) (xid=0x9): ADD in_port=7 actions=output:1)"},
    {"error about a message that is cut",
     "0101001c0000000100010001010e005000000009003fffff00000000",
     R"(OFPT_ERROR (xid=0x1): OFPBRC_BAD_TYPE
OFPT_FLOW_MOD (xid=0x9):
(***truncated to 16 bytes from 80***)
00000000  01 0e 00 50 00 00 00 09-00 3f ff ff 00 00 00 00 |...P.....?......|)"},
    {"error with less than a header",
     "0101000e00000001000200040102",
     R"(OFPT_ERROR (xid=0x1): OFPBAC_BAD_OUT_PORT
OpenFlow packet too short (only 2 bytes):
00000000  01 02                                           |..              |)"},
    {"error without data",
     "0101000c0000000100030000",
     R"(OFPT_ERROR (xid=0x1): OFPFMFC_TABLE_FULL
OpenFlow message is empty)"},
    {"error about versions",
     "0401001500000001000000006f6e6c7920312e300a",
     R"(OFPT_ERROR (OF1.3) (xid=0x1): OFPHFC_INCOMPATIBLE
only 1.0\012)"},
    {"error about two messages",
     "0101001500000001000100060112000800000001ff",
     R"(OFPT_ERROR (xid=0x1): OFPBRC_BAD_LEN
(***only uses 8 bytes out of 9***)
00000000  01 12 00 08 00 00 00 01-ff                      |.........       |)"},
    {"message of a vendor that nobody knows",
     "010400100000000100abcdef00000001",
     R"(***decode error: OFPBRC_BAD_VENDOR***
00000000  01 04 00 10 00 00 00 01-00 ab cd ef 00 00 00 01 |................|)"},
    {"group_mod",
     "040f003000000001000000000000000500200000ffffffffffffffff000000000000001000000001ffff00000000"
     "0000",
     R"(OFPT_GROUP_MOD (OF1.3) (xid=0x1):
 ADD group_id=5,type=all,bucket=actions=output:1)"},
    {"group_mod that modifies",
     "040f003000000001000100000000000500200000ffffffffffffffff000000000000001000000001ffff00000000"
     "0000",
     R"(OFPT_GROUP_MOD (OF1.3) (xid=0x1):
 MOD group_id=5,type=all,bucket=actions=output:1)"},
    {"buckets inserted in 1.3",
     "040f003000000001000300000000000500200000ffffffffffffffff000000000000001000000001ffff00000000"
     "0000",
     R"(OFPT_GROUP_MOD (OF1.3) (xid=0x1):
 INSERT_BUCKET group_id=5,bucket=actions=output:1)"},
    {"group_mod with weights and watches",
     "040f0040000000010000010000000005002000070000000300000004000000000000001000000001ffff00000000"
     "000000100000ffffffffffffffff00000000",
     R"(OFPT_GROUP_MOD (OF1.3) (xid=0x1):
 ADD group_id=5,type=select,bucket=weight:7,watch_port:3,watch_group:4,actions=output:1,bucket=weight:0,actions=drop)"},
    {"group_mod of a reserved group",
     "040f00100000000100000000fffffffc",
     R"(OFPT_GROUP_MOD (OF1.3) (xid=0x1):
 ADD group_id=4294967292,type=all)"},
    {"group_mod that deletes all",
     "040f00100000000100020000fffffffc",
     R"(OFPT_GROUP_MOD (OF1.3) (xid=0x1):
 DEL group_id=4294967292,type=all)"},
    {"group statistics of one",
     "041200180000000100060000000000000000000500000000",
     R"(OFPST_GROUP request (OF1.3) (xid=0x1): group_id=5)"},
    {"group statistics of any",
     "04120018000000010006000000000000ffffffff00000000",
     R"(OFPST_GROUP request (OF1.3) (xid=0x1): group_id=ANY)"},
    {"group statistics of all",
     "04120018000000010006000000000000fffffffc00000000",
     R"(OFPST_GROUP request (OF1.3) (xid=0x1): group_id=ALL)"},
    {"group statistics",
     "04130058000000010006000100000000004800000000000500000006000000000000000000000007000000000000"
     "0008000000090000000a00000000000000010000000000000002ffffffffffffffff0000000000000002",
     R"(OFPST_GROUP reply (OF1.3) (xid=0x1): flags=[more]
 group_id=5,duration=9.00000001s,ref_count=6,packet_count=7,byte_count=8,bucket0:packet_count=1,byte_count=2)"},
    {"group statistics without counters",
     "0413003800000001000600000000000000280000000000050000000600000000ffffffffffffffffffffffffffff"
     "ffffffffffffffffffff",
     R"(OFPST_GROUP reply (OF1.3) (xid=0x1):
 group_id=5,ref_count=6,packet_count=18446744073709551615,byte_count=18446744073709551615)"},
    {"group features",
     "041300380000000100080000000000000000000f0000000f00000001000000020000000300000004ffffffff0000"
     "18010000000000000001",
     R"(OFPST_GROUP_FEATURES reply (OF1.3) (xid=0x1):
 Group table:
    Types:  0xf
    Capabilities:  0xf
    all group:
       max_groups=0x1
       actions: output group set_field strip_vlan push_vlan mod_nw_ttl dec_ttl set_mpls_ttl dec_mpls_ttl push_mpls pop_mpls set_queue
    select group:
       max_groups=0x2
       actions: output
    indirect group:
       max_groups=0x3
       actions: <none>
    fast failover group:
       max_groups=0x4
       actions: output)"},
    {"group features of nothing known",
     "04130038000000010008000000000000000000100000000000000001000000020000000300000004ffffffff0000"
     "18010000000000000001",
     R"(OFPST_GROUP_FEATURES reply (OF1.3) (xid=0x1):
 Group table:
    Types:  0x10
    Capabilities:  0x0)"},
    {"meter_mod",
     "041d003000000001000000010000000700010010000003e8000000140000000000020010000003e8000000000500"
     "0000",
     R"(OFPT_METER_MOD (OF1.3) (xid=0x1): ADD meter=7 kbps bands=
type=drop rate=1000
type=dscp_remark rate=1000 prec_level=5)"},
    {"meter_mod that modifies",
     "041d003000000001000100010000000700010010000003e8000000140000000000020010000003e8000000000500"
     "0000",
     R"(OFPT_METER_MOD (OF1.3) (xid=0x1): MOD meter=7 kbps bands=
type=drop rate=1000
type=dscp_remark rate=1000 prec_level=5)"},
    {"meter_mod that deletes",
     "041d003000000001000200010000000700010010000003e8000000140000000000020010000003e8000000000500"
     "0000",
     R"(OFPT_METER_MOD (OF1.3) (xid=0x1): DEL meter=7 bands=)"},
    {"meter_mod without flags",
     "041d002000000001000000000000000700010010000003e80000001400000000",
     R"(OFPT_METER_MOD (OF1.3) (xid=0x1): ADD meter=7 bands=
type=drop rate=1000)"},
    {"meter of packets",
     "041d002000000001000000020000000700010010000003e80000001400000000",
     R"(OFPT_METER_MOD (OF1.3) (xid=0x1): ADD meter=7 pktps bands=
type=drop rate=1000)"},
    {"meter with burst",
     "041d002000000001000000050000000700010010000003e80000001400000000",
     R"(OFPT_METER_MOD (OF1.3) (xid=0x1): ADD meter=7 kbps burst bands=
type=drop rate=1000 burst_size=20)"},
    {"meter with unknown flags",
     "041d002000000001000080000000000700010010000003e80000001400000000",
     R"(OFPT_METER_MOD (OF1.3) (xid=0x1): ADD meter=7 flags:0x8000 bands=
type=drop rate=1000)"},
    {"the slow path's meter",
     "041d00100000000100020001fffffffd",
     R"(OFPT_METER_MOD (OF1.3) (xid=0x1): DEL meter=slowpath bands=)"},
    {"the controller's meter",
     "041d00100000000100020001fffffffe",
     R"(OFPT_METER_MOD (OF1.3) (xid=0x1): DEL meter=controller bands=)"},
    {"all meters",
     "041d00100000000100020001ffffffff",
     R"(OFPT_METER_MOD (OF1.3) (xid=0x1): DEL meter=all bands=)"},
    {"meter statistics request",
     "041200180000000100090000000000000000000700000000",
     R"(OFPST_METER request (OF1.3) (xid=0x1): meter=7)"},
    {"meter configuration request",
     "0412001800000001000a000000000000fffffffe00000000",
     R"(OFPST_METER_CONFIG request (OF1.3) (xid=0x1): meter=controller)"},
    {"meter statistics",
     "04130080000000010009000000000000000000070048000000000000000000010000000000000003000000000000"
     "000400000005000000060000000000000001000000000000000200000000000000030000000000000004fffffffe"
     "002800000000000000000001000000000000000300000000000000040000000500000006",
     R"(OFPST_METER reply (OF1.3) (xid=0x1):
meter:7 flow_count:1 packet_in_count:3 byte_in_count:4 duration:5.000000006s bands:
0: packet_count:1 byte_count:2
1: packet_count:3 byte_count:4

meter:controller flow_count:1 packet_in_count:3 byte_in_count:4 duration:5.000000006s bands:)"},
    {"no meter statistics",
     "04130010000000010009000000000000",
     R"(OFPST_METER reply (OF1.3) (xid=0x1):)"},
    {"meter configurations",
     "0413004000000001000a000000000000002800050000000700010010000003e80000001400000000000200100000"
     "03e8000000000500000000080002fffffffd",
     R"(OFPST_METER_CONFIG reply (OF1.3) (xid=0x1):
meter=7 kbps burst bands=
type=drop rate=1000 burst_size=20
type=dscp_remark rate=1000 burst_size=0 prec_level=5

meter=slowpath pktps bands=)"},
    {"no meter configurations",
     "0413001000000001000a000000000000",
     R"(OFPST_METER_CONFIG reply (OF1.3) (xid=0x1):)"},
    {"meter features",
     "0413002000000001000b00000000000000000064000000060000000f03040000",
     R"(OFPST_METER_FEATURES reply (OF1.3) (xid=0x1):
max_meter:100 max_bands:3 max_color:4
band_types: drop dscp_remark
capabilities: kbps pktps burst stats)"},
    {"aggregate of 1.0",
     "011100240000000100020000000000000000000100000000000000020000000300000000",
     R"(OFPST_AGGREGATE reply (xid=0x1): packet_count=1 byte_count=2 flow_count=3)"},
    {"bundle: open",
     "04040018000000014f4e4600000008fc0000000500000000",
     R"(ONFT_BUNDLE_CONTROL (OF1.3) (xid=0x1):
 bundle_id=0x5 type=OPEN_REQUEST flags=0)"},
    {"bundle: closed",
     "04040018000000014f4e4600000008fc0000000500030003",
     R"(ONFT_BUNDLE_CONTROL (OF1.3) (xid=0x1):
 bundle_id=0x5 type=CLOSE_REPLY flags=atomic ordered)"},
    {"bundle: discard",
     "04040018000000014f4e4600000008fc0000000500060006",
     R"(ONFT_BUNDLE_CONTROL (OF1.3) (xid=0x1):
 bundle_id=0x5 type=DISCARD_REQUEST flags=ordered 0x4)"},
    {"bundle: an unknown type",
     "04040018000000014f4e4600000008fc0000000500080008",
     R"(ONFT_BUNDLE_CONTROL (OF1.3) (xid=0x1):
 bundle_id=0x5 type= flags=0x8)"},
    {"a flow_mod in a bundle",
     "04040070000000014f4e4600000008fd0000000500000001040e0058000000010000000000000000000000000000"
     "00000000000000008000ffffffffffffffffffffffff000000000001000c80000004000000070000000000040018"
     "000000000000001000000001ffff000000000000",
     R"(ONFT_BUNDLE_ADD_MESSAGE (OF1.3) (xid=0x1):
 bundle_id=0x5 flags=atomic
OFPT_FLOW_MOD (OF1.3) (xid=0x1): ADD in_port=7 actions=output:1)"},
    {"a group_mod in a bundle",
     "04040028000000014f4e4600000008fd0000000500000003040f0010000000010000000000000005",
     R"(ONFT_BUNDLE_ADD_MESSAGE (OF1.3) (xid=0x1):
 bundle_id=0x5 flags=atomic ordered
OFPT_GROUP_MOD (OF1.3) (xid=0x1):
 ADD group_id=5,type=all)"},
    {"a packet_out in a bundle",
     "0404005a000000014f4e4600000008fd0000000500000003040d004200000001fffffffffffffffd000000000000"
     "0000ffffffffffff020000000001080600010800060400010200000000010a0000010000000000000a000002",
     R"(ONFT_BUNDLE_ADD_MESSAGE (OF1.3) (xid=0x1):
 bundle_id=0x5 flags=atomic ordered
OFPT_PACKET_OUT (OF1.3) (xid=0x1): in_port=CONTROLLER actions=drop data_len=42
arp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_tpa=10.0.0.2,arp_op=1,arp_sha=02:00:00:00:00:01,arp_tha=00:00:00:00:00:00)"},
    {"role status",
     "04040020000000014f4e46000000077700000002000000000000000000000007",
     R"(ONFT_ROLE_STATUS (OF1.3) (xid=0x1): role=primary generation_id=7 reason=primary_request)"},
    {"a group_mod forwarded",
     "04040020000000014f4e46000000092e040f0010000000010000000000000005",
     R"(ONFT_REQUESTFORWARD (OF1.3) (xid=0x1): reason=group_mod
 ADD group_id=5,type=all)"},
    {"a meter_mod forwarded",
     "04040030000000014f4e46000000092e041d002000000001000000010000000700010010000003e8000000140000"
     "0000",
     R"(ONFT_REQUESTFORWARD (OF1.3) (xid=0x1): reason=meter_mod ADD meter=7 kbps bands=
type=drop rate=1000)"},
    {"flow monitor: cancel",
     "04040014000000014f4e46000000074e00000005",
     R"(ONFT_FLOW_MONITOR_CANCEL (OF1.3) (xid=0x1): id=5)"},
    {"flow monitor: paused",
     "04040010000000014f4e46000000074f",
     R"(ONFT_FLOW_MONITOR_PAUSED (OF1.3) (xid=0x1):)"},
    {"flow monitor: resumed",
     "04040010000000014f4e460000000750",
     R"(ONFT_FLOW_MONITOR_RESUMED (OF1.3) (xid=0x1):)"},
    {"group descriptions: weight 0",
     "04130040000000010007000000000000001800000000000500100000ffffffffffffffff00000000001801000000"
     "000500100000ffffffffffffffff00000000",
     R"(OFPST_GROUP_DESC reply (OF1.3) (xid=0x1):
 group_id=5,type=all,bucket=actions=drop
 group_id=5,type=select,bucket=weight:0,actions=drop)"},
    {"group descriptions: weight 1",
     "04130040000000010007000000000000001800000000000500100001ffffffffffffffff00000000001801000000"
     "000500100001ffffffffffffffff00000000",
     R"(OFPST_GROUP_DESC reply (OF1.3) (xid=0x1):
 group_id=5,type=all,bucket=weight:1,actions=drop
 group_id=5,type=select,bucket=actions=drop)"},
    {"group descriptions: weight 2",
     "04130040000000010007000000000000001800000000000500100002ffffffffffffffff00000000001801000000"
     "000500100002ffffffffffffffff00000000",
     R"(OFPST_GROUP_DESC reply (OF1.3) (xid=0x1):
 group_id=5,type=all,bucket=weight:2,actions=drop
 group_id=5,type=select,bucket=weight:2,actions=drop)"},
    {"group descriptions: fast failover",
     "0413002800000001000700000000000000180300ffffff0500100000fffffffe0000000700000000",
     R"(OFPST_GROUP_DESC reply (OF1.3) (xid=0x1):
 group_id=4294967045,type=ff,bucket=watch_port:LOCAL,watch_group:7,actions=drop)"},
    {"role of Nicira",
     "0104001400000001000023200000000a00000000",
     R"(NXT_ROLE_REQUEST (xid=0x1): role=equal)"},
    {"role reply of Nicira",
     "0104001400000001000023200000000b00000001",
     R"(NXT_ROLE_REPLY (xid=0x1): role=primary)"},
    {"flow format",
     "0104001400000001000023200000000c00000000",
     R"(NXT_SET_FLOW_FORMAT (xid=0x1): format=openflow10)"},
    {"flow format",
     "0104001400000001000023200000000c00000001",
     R"(NXT_SET_FLOW_FORMAT (xid=0x1): format=(unknown))"},
    {"flow format",
     "0104001400000001000023200000000c00000002",
     R"(NXT_SET_FLOW_FORMAT (xid=0x1): format=nxm)"},
    {"flow format",
     "0104001400000001000023200000000c00000003",
     R"(NXT_SET_FLOW_FORMAT (xid=0x1): format=(unknown))"},
    {"table id",
     "0104001800000001000023200000000f0000000000000000",
     R"(NXT_FLOW_MOD_TABLE_ID (xid=0x1): disable)"},
    {"table id",
     "0104001800000001000023200000000f0100000000000000",
     R"(NXT_FLOW_MOD_TABLE_ID (xid=0x1): enable)"},
    {"table id",
     "0104001800000001000023200000000f0200000000000000",
     R"(NXT_FLOW_MOD_TABLE_ID (xid=0x1): enable)"},
    {"packet_in format",
     "0104001400000001000023200000001000000000",
     R"(NXT_SET_PACKET_IN_FORMAT (xid=0x1): format=standard)"},
    {"flow age",
     "01040010000000010000232000000012",
     R"(NXT_FLOW_AGE (xid=0x1):)"},
    {"asynchronous messages",
     "01040028000000010000232000000013000000030000008700000007000000040000000f80000000",
     R"(NXT_SET_ASYNC_CONFIG (xid=0x1):
 primary:
       PACKET_IN: no_match action
     PORT_STATUS: add delete modify
    FLOW_REMOVED: idle hard delete group_delete
     ROLE_STATUS: (off)
    TABLE_STATUS: (off)
  REQUESTFORWARD: (off)

 secondary:
       PACKET_IN: no_match action invalid_ttl
     PORT_STATUS: modify
    FLOW_REMOVED: (off)
     ROLE_STATUS: (off)
    TABLE_STATUS: (off)
  REQUESTFORWARD: (off))"},
    {"no asynchronous messages",
     "01040028000000010000232000000013000000000000000000000000000000000000000000000000",
     R"(NXT_SET_ASYNC_CONFIG (xid=0x1):
 primary:
       PACKET_IN: (off)
     PORT_STATUS: (off)
    FLOW_REMOVED: (off)
     ROLE_STATUS: (off)
    TABLE_STATUS: (off)
  REQUESTFORWARD: (off)

 secondary:
       PACKET_IN: (off)
     PORT_STATUS: (off)
    FLOW_REMOVED: (off)
     ROLE_STATUS: (off)
    TABLE_STATUS: (off)
  REQUESTFORWARD: (off))"},
    {"controller id",
     "01040018000000010000232000000014000000000000ffff",
     R"(NXT_SET_CONTROLLER_ID (xid=0x1): id=65535)"},
    {"flow monitor: cancel",
     "0104001400000001000023200000001500000005",
     R"(NXT_FLOW_MONITOR_CANCEL (xid=0x1): id=5)"},
    {"flow monitor: paused",
     "01040010000000010000232000000016",
     R"(NXT_FLOW_MONITOR_PAUSED (xid=0x1):)"},
    {"flow monitor: resumed",
     "01040010000000010000232000000017",
     R"(NXT_FLOW_MONITOR_RESUMED (xid=0x1):)"},
    {"map of tunnel options",
     "010400280000000100002320000000180000000000000000ffff0108000300000102807c003f0000",
     R"(NXT_TLV_TABLE_MOD (xid=0x1):
 ADD mapping table:
  class  type  length  match field
 ------  ----  ------  --------------
 0xffff   0x1       8  tun_metadata3
  0x102  0x80     124  tun_metadata63)"},
    {"empty map of tunnel options",
     "010400180000000100002320000000180000000000000000",
     R"(NXT_TLV_TABLE_MOD (xid=0x1):
 ADD mapping table:
  class  type  length  match field
 ------  ----  ------  --------------)"},
    {"map of tunnel options asked for",
     "01040010000000010000232000000019",
     R"(NXT_TLV_TABLE_REQUEST (xid=0x1):)"},
    {"map of tunnel options told",
     "0104003000000001000023200000001a00000100004000000000000000000000ffff0108000300000102807c003f"
     "0000",
     R"(NXT_TLV_TABLE_REPLY (xid=0x1):
 max option space=256 max fields=64
 allocated option space=132

 mapping table:
  class  type  length  match field
 ------  ----  ------  --------------
 0xffff   0x1       8  tun_metadata3
  0x102  0x80     124  tun_metadata63)"},
    {"empty map of tunnel options told",
     "0104002000000001000023200000001a00000100004000000000000000000000",
     R"(NXT_TLV_TABLE_REPLY (xid=0x1):
 max option space=256 max fields=64
 allocated option space=0

 mapping table:
  class  type  length  match field
 ------  ----  ------  --------------)"},
    {"asynchronous messages by properties",
     "0104001000000001000023200000001b",
     R"(NXT_SET_ASYNC_CONFIG2 (xid=0x1):
 primary:
       PACKET_IN: (off)
     PORT_STATUS: (off)
    FLOW_REMOVED: (off)
     ROLE_STATUS: (off)
    TABLE_STATUS: (off)
  REQUESTFORWARD: (off)

 secondary:
       PACKET_IN: (off)
     PORT_STATUS: (off)
    FLOW_REMOVED: (off)
     ROLE_STATUS: (off)
    TABLE_STATUS: (off)
  REQUESTFORWARD: (off))"},
    {"a zone flushed",
     "0104001800000001000023200000001d0000000000000009",
     R"(NXT_CT_FLUSH_ZONE (xid=0x1): zone_id=9)"},
    {"packet_in format, 1.3",
     "0404001400000001000023200000001000000000",
     R"(NXT_SET_PACKET_IN_FORMAT (OF1.3) (xid=0x1): format=standard)"},
    {"a group_mod of Nicira forwarded",
     "010400300000000100002320000000840104002000000001000023200000001f000000000000000500000000ffff"
     "ffff",
     R"(NXT_REQUESTFORWARD (xid=0x1): reason=group_mod
 ADD group_id=5,type=all)"},
    {"connections flushed",
     "010400180000000100002320000000200600000000000000",
     R"(NXT_CT_FLUSH (xid=0x1): zone=0 'ct_ipv6_src=::,ct_ipv6_dst=::,ct_tp_src=0,ct_tp_dst=0,ct_nw_proto=6' 'ct_ipv6_src=::,ct_ipv6_dst=::,ct_tp_src=0,ct_tp_dst=0')"},
    {"all connections flushed",
     "010400180000000100002320000000200000000000000000",
     R"(NXT_CT_FLUSH (xid=0x1): zone=0 'ct_ipv6_src=::,ct_ipv6_dst=::,ct_tp_src=0,ct_tp_dst=0,ct_nw_proto=0' 'ct_ipv6_src=::,ct_ipv6_dst=::,ct_tp_src=0,ct_tp_dst=0')"},
    {"connections flushed",
     "01040060000000010000232000000020060000000000000000000048000000000000001400000000000000000000"
     "ffff0a000001000000000001001400000000000000000000ffff0a00000200000000000200080050000000030008"
     "01bb0000",
     R"(NXT_CT_FLUSH (xid=0x1): zone=0 'ct_nw_src=10.0.0.1,ct_nw_dst=10.0.0.2,ct_tp_src=80,ct_tp_dst=443,ct_nw_proto=6' 'ct_nw_src=::,ct_nw_dst=::,ct_tp_src=0,ct_tp_dst=0')"},
    {"connections flushed",
     "010400b0000000010000232000000020060000000000000000000048000000000000001400000000000000000000"
     "ffff0a000001000000000001001400000000000000000000ffff0a00000200000000000200080050000000030008"
     "01bb000000010048000000000000001400000000000000000000ffff0a0000010000000000010014000000000000"
     "00000000ffff0a0000020000000000020008005000000003000801bb00000002000800090000",
     R"(NXT_CT_FLUSH (xid=0x1): zone=9 'ct_nw_src=10.0.0.1,ct_nw_dst=10.0.0.2,ct_tp_src=80,ct_tp_dst=443,ct_nw_proto=6' 'ct_nw_src=10.0.0.1,ct_nw_dst=10.0.0.2,ct_tp_src=80,ct_tp_dst=443')"},
    {"connections of a zone flushed",
     "01040060000000010000232000000020000000000000000000020008000900000003000800000005000400080000"
     "000f00050014000000000000000000000000000000010000000000060014ffffffffffffffffffffffffffffffff"
     "00000000",
     R"(NXT_CT_FLUSH (xid=0x1): zone=9 'ct_ipv6_src=::,ct_ipv6_dst=::,ct_tp_src=0,ct_tp_dst=0,ct_nw_proto=0' 'ct_ipv6_src=::,ct_ipv6_dst=::,ct_tp_src=0,ct_tp_dst=0')"},
    {"ICMP flushed",
     "01040050000000010000232000000020010000000000000000000038000000000000001400000000000000000000"
     "ffff0a00000100000000000400080007000000050005080000000006000500000000",
     R"(NXT_CT_FLUSH (xid=0x1): zone=0 'ct_nw_src=10.0.0.1,ct_nw_dst=::,icmp_id=7,icmp_type=8,icmp_code=0,ct_nw_proto=1' 'ct_nw_src=::,ct_nw_dst=::,icmp_id=0,icmp_type=0,icmp_code=0')"},
    {"packet_in of Nicira",
     "0104005c000000010000232000000011ffffffff002a010300000000000000050006000000000000000000020007"
     "00000000ffffffffffff020000000001080600010800060400010200000000010a0000010000000000000a000002",
     R"(NXT_PACKET_IN (xid=0x1): table_id=3 cookie=0x5 total_len=42 in_port=7 (via action) data_len=42 (unbuffered)
arp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_tpa=10.0.0.2,arp_op=1,arp_sha=02:00:00:00:00:01,arp_tha=00:00:00:00:00:00)"},
    {"packet_in of Nicira without metadata",
     "01040054000000010000232000000011ffffffff002a0100ffffffffffffffff00000000000000000000ffffffff"
     "ffff020000000001080600010800060400010200000000010a0000010000000000000a000002",
     R"(NXT_PACKET_IN (xid=0x1): total_len=42  (via action) data_len=42 (unbuffered)
arp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_tpa=10.0.0.2,arp_op=1,arp_sha=02:00:00:00:00:01,arp_tha=00:00:00:00:00:00)"},
    {"packet_in of properties",
     "0104004000000001000023200000001e0000002effffffffffff0200000000010806000108000604000102000000"
     "00010a0000010000000000000a0000020000",
     R"(NXT_PACKET_IN2 (xid=0x1): total_len=42  (via no_match) data_len=42 (unbuffered)
arp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_tpa=10.0.0.2,arp_op=1,arp_sha=02:00:00:00:00:01,arp_tha=00:00:00:00:00:00)"},
    {"packet_in with continuation",
     "0104009800000001000023200000001e0000002effffffffffff0200000000010806000108000604000102000000"
     "00010a0000010000000000000a000002000000050005010000000007000400000000000800480000000080000014"
     "00000000000000000000000000000001000000008004000502000000800300040000000080050010000000000000"
     "0000000000098002000800000003",
     R"(NXT_PACKET_IN2 (xid=0x1): total_len=42  (via action) data_len=42 (unbuffered)
 continuation.bridge=00000000-0000-0000-0000-000001000000
 continuation.mirrors=0x3
 continuation.conntracked=true
arp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_tpa=10.0.0.2,arp_op=1,arp_sha=02:00:00:00:00:01,arp_tha=00:00:00:00:00:00)"},
    {"resume with continuation",
     "010400a800000001000023200000001c0000002effffffffffff0200000000010806000108000604000102000000"
     "00010a0000010000000000000a000002000000050005010000000008006000000000800000140011223344556677"
     "8899aabbccddeeff0000000080010007000102008001000800000009800400050200000080030004000000008005"
     "001000000000000000000000000980020008000000038008000800000003",
     R"(NXT_RESUME (xid=0x1): total_len=42  (via action) data_len=42 (unbuffered)
 continuation.bridge=33221100-7766-5544-bbaa-9988ffeeddcc
 continuation.stack=(top) 0x102 0x9 (bottom)
 continuation.mirrors=0x3
 continuation.conntracked=true
 continuation.odp_port=3
arp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_tpa=10.0.0.2,arp_op=1,arp_sha=02:00:00:00:00:01,arp_tha=00:00:00:00:00:00)"},
    {"resume with actions",
     "0104008000000001000023200000001c0000002effffffffffff0200000000010806000108000604000102000000"
     "00010a0000010000000000000a000002000000080040000000008000001400112233445566778899aabbccddeeff"
     "000000008006001000000000000000080001000080070010000000000000000800010000",
     R"(NXT_RESUME (xid=0x1): total_len=42  (via no_match) data_len=42 (unbuffered)
 continuation.bridge=33221100-7766-5544-bbaa-9988ffeeddcc
 continuation.actions=unroll_xlate(table=0, cookie=0),output:1
 continuation.action_set=output:1
arp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_tpa=10.0.0.2,arp_op=1,arp_sha=02:00:00:00:00:01,arp_tha=00:00:00:00:00:00)"},
    {"resume",
     "0104004000000001000023200000001c0000002effffffffffff0200000000010806000108000604000102000000"
     "00010a0000010000000000000a0000020000",
     R"(NXT_RESUME (xid=0x1): total_len=42  (via no_match) data_len=42 (unbuffered)
arp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_tpa=10.0.0.2,arp_op=1,arp_sha=02:00:00:00:00:01,arp_tha=00:00:00:00:00:00)"},
    {"packet_in of properties, 1.3",
     "0404004000000001000023200000001e0000002effffffffffff0200000000010806000108000604000102000000"
     "00010a0000010000000000000a0000020000",
     R"(NXT_PACKET_IN2 (OF1.3) (xid=0x1): total_len=42  (via no_match) data_len=42 (unbuffered)
arp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_tpa=10.0.0.2,arp_op=1,arp_sha=02:00:00:00:00:01,arp_tha=00:00:00:00:00:00)"},
    {"packet_in with continuation, 1.3",
     "0404009800000001000023200000001e0000002effffffffffff0200000000010806000108000604000102000000"
     "00010a0000010000000000000a000002000000050005010000000007000400000000000800480000000080000014"
     "00000000000000000000000000000001000000008004000502000000800300040000000080050010000000000000"
     "0000000000098002000800000003",
     R"(NXT_PACKET_IN2 (OF1.3) (xid=0x1): total_len=42  (via action) data_len=42 (unbuffered)
 continuation.bridge=00000000-0000-0000-0000-000001000000
 continuation.mirrors=0x3
 continuation.conntracked=true
arp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_tpa=10.0.0.2,arp_op=1,arp_sha=02:00:00:00:00:01,arp_tha=00:00:00:00:00:00)"},
    {"resume with continuation, 1.3",
     "040400a800000001000023200000001c0000002effffffffffff0200000000010806000108000604000102000000"
     "00010a0000010000000000000a000002000000050005010000000008006000000000800000140011223344556677"
     "8899aabbccddeeff0000000080010007000102008001000800000009800400050200000080030004000000008005"
     "001000000000000000000000000980020008000000038008000800000003",
     R"(NXT_RESUME (OF1.3) (xid=0x1): total_len=42  (via action) data_len=42 (unbuffered)
 continuation.bridge=33221100-7766-5544-bbaa-9988ffeeddcc
 continuation.stack=(top) 0x102 0x9 (bottom)
 continuation.mirrors=0x3
 continuation.conntracked=true
 continuation.odp_port=3
arp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_tpa=10.0.0.2,arp_op=1,arp_sha=02:00:00:00:00:01,arp_tha=00:00:00:00:00:00)"},
    {"resume with actions, 1.3",
     "0404009000000001000023200000001c0000002effffffffffff0200000000010806000108000604000102000000"
     "00010a0000010000000000000a000002000000080050000000008000001400112233445566778899aabbccddeeff"
     "0000000080060018000000000000001000000001ffff00000000000080070018000000000000001000000001ffff"
     "000000000000",
     R"(NXT_RESUME (OF1.3) (xid=0x1): total_len=42  (via no_match) data_len=42 (unbuffered)
 continuation.bridge=33221100-7766-5544-bbaa-9988ffeeddcc
 continuation.actions=unroll_xlate(table=0, cookie=0),output:1
 continuation.action_set=output:1
arp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_tpa=10.0.0.2,arp_op=1,arp_sha=02:00:00:00:00:01,arp_tha=00:00:00:00:00:00)"},
    {"resume, 1.3",
     "0404004000000001000023200000001c0000002effffffffffff0200000000010806000108000604000102000000"
     "00010a0000010000000000000a0000020000",
     R"(NXT_RESUME (OF1.3) (xid=0x1): total_len=42  (via no_match) data_len=42 (unbuffered)
arp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_tpa=10.0.0.2,arp_op=1,arp_sha=02:00:00:00:00:01,arp_tha=00:00:00:00:00:00)"},
    {"flow statistics of Nicira asked for",
     "0110002800000001ffff000000002320000000000000000000050006030000000000000200070000",
     R"(NXST_FLOW request (xid=0x1): table=3 out_port=5 in_port=7)"},
    {"aggregate of Nicira asked for",
     "0110002000000001ffff0000000023200000000100000000ffff0000ff000000",
     R"(NXST_AGGREGATE request (xid=0x1):)"},
    {"aggregate of Nicira",
     "0111003000000001ffff000000002320000000010000000000000000000000010000000000000002000000030000"
     "0000",
     R"(NXST_AGGREGATE reply (xid=0x1): packet_count=1 byte_count=2 flow_count=3)"},
    {"flow statistics of Nicira",
     "011100c800000001ffff00010000232000000000000000000040020000000001001e848000070000000000060000"
     "00000000000000000005000000000000000600000000000000070000000200070000000000080001000000400200"
     "00000001001e84800007000000000006000100010000000000000005000000000000000600000000000000070000"
     "00020007000000000008000100000030020000000001001e84800007000a00140000000500090000000000000005"
     "00000000000000060000000000000007",
     R"(NXST_FLOW reply (xid=0x1): flags=[more]
 cookie=0x5, duration=1.002s, table=2, n_packets=6, n_bytes=7, priority=7,in_port=7 actions=output:1
 cookie=0x5, duration=1.002s, table=2, n_packets=6, n_bytes=7, idle_age=0, hard_age=0, priority=7,in_port=7 actions=output:1
 cookie=0x5, duration=1.002s, table=2, n_packets=6, n_bytes=7, idle_timeout=10, hard_timeout=20, idle_age=4, hard_age=8, priority=7 actions=drop)"},
    {"no monitors",
     "0110001800000001ffff0000000023200000000200000000",
     R"(NXST_FLOW_MONITOR request (xid=0x1):)"},
    {"flow updates",
     "011100b000000001ffff00000000232000000002000000000028000000000064000a001400060300000000000000"
     "0005000000020007000000000008000100000020000100020064000a001400060300000000000000000500000002"
     "000700000028000200010064000a0014000603000000000000000005000000020007000000000008000100000020"
     "000100090064000a001400060300000000000000000500000002000700000008000300001234",
     R"(NXST_FLOW_MONITOR reply (xid=0x1):
 event=ADDED table=3 idle_timeout=10 hard_timeout=20 cookie=0x5 in_port=7 actions=output:1
 event=DELETED reason=delete table=3 idle_timeout=10 hard_timeout=20 cookie=0x5 in_port=7
 event=MODIFIED table=3 idle_timeout=10 hard_timeout=20 cookie=0x5 in_port=7 actions=output:1
 event=DELETED reason=9 table=3 idle_timeout=10 hard_timeout=20 cookie=0x5 in_port=7
 event=ABBREV xid=0x1234)"},
    {"no flow updates",
     "0111001800000001ffff0000000023200000000200000000",
     R"(NXST_FLOW_MONITOR reply (xid=0x1):)"},
    {"monitor of the ONF",
     "0412003800000001ffff0000000000004f4e46000000074e00000005003f000c00000007020000000001000c8000"
     "00040000000700000000",
     R"(ONFST_FLOW_MONITOR request (OF1.3) (xid=0x1):
 id=5 flags=initial,add,delete,modify,actions,own out_port=7 table=2 in_port=7)"},
    {"flow updates of the ONF",
     "041300c800000001ffff0000000000004f4e46000000074e0040000000000064000a0014000c0300000000000000"
     "00050001000c80000004000000070000000000040018000000000000001000000001ffff00000000000000280001"
     "00020064000a0014000c030000000000000000050001000c8000000400000007000000000040000200030064000a"
     "0014000c030000000000000000050001000c80000004000000070000000000040018000000000000001000000001"
     "ffff0000000000000008000300001234",
     R"(ONFST_FLOW_MONITOR reply (OF1.3) (xid=0x1):
 event=ADDED table=3 idle_timeout=10 hard_timeout=20 cookie=0x5 in_port=7 actions=output:1
 event=DELETED reason=delete table=3 idle_timeout=10 hard_timeout=20 cookie=0x5 in_port=7
 event=MODIFIED table=3 idle_timeout=10 hard_timeout=20 cookie=0x5 in_port=7 actions=output:1
 event=ABBREV xid=0x1234)"},
    {"IPFIX of the bridge asked for",
     "0110001800000001ffff0000000023200000000300000000",
     R"(NXST_IPFIX_BRIDGE request (xid=0x1):)"},
    {"IPFIX of flows asked for",
     "0110001800000001ffff0000000023200000000400000000",
     R"(NXST_IPFIX_FLOW request (xid=0x1):)"},
    {"IPFIX of the bridge",
     "0111007000000001ffff000000002320000000030000000000000000000000010000000000000002000000000000"
     "00030000000000000004000000000000000500000000000000060000000000000007000000000000000800000000"
     "00000009000000000000000a0000000b00000000",
     R"(NXST_IPFIX_BRIDGE reply (xid=0x1):
  bridge ipfix: flows=1, current flows=2, sampled pkts=3, ipv4 ok=4, ipv6 ok=5, tx pkts=9
                pkts errs=6, ipv4 errs=7, ipv6 errs=8, tx errs=10)"},
    {"IPFIX of flows",
     "011100c800000001ffff000000002320000000040000000000000000000000010000000000000002000000000000"
     "00030000000000000004000000000000000500000000000000060000000000000007000000000000000800000000"
     "00000009000000000000000a0000000b000000000000000000000001000000000000000200000000000000030000"
     "00000000000400000000000000050000000000000006000000000000000700000000000000080000000000000009"
     "000000000000000a0000000b00000000",
     R"(NXST_IPFIX_FLOW reply (xid=0x1): 2 ids
  id  11: flows=1, current flows=2, sampled pkts=3, ipv4 ok=4, ipv6 ok=5, tx pkts=9
          pkts errs=6, ipv4 errs=7, ipv6 errs=8, tx errs=10
  id  11: flows=1, current flows=2, sampled pkts=3, ipv4 ok=4, ipv6 ok=5, tx pkts=9
          pkts errs=6, ipv4 errs=7, ipv6 errs=8, tx errs=10)"},
    {"IPFIX of flows, 1.3",
     "0413007000000001ffff000000000000000023200000000400000000000000010000000000000002000000000000"
     "00030000000000000004000000000000000500000000000000060000000000000007000000000000000800000000"
     "00000009000000000000000a0000000b00000000",
     R"(NXST_IPFIX_FLOW reply (OF1.3) (xid=0x1): 1 ids
  id  11: flows=1, current flows=2, sampled pkts=3, ipv4 ok=4, ipv6 ok=5, tx pkts=9
          pkts errs=6, ipv4 errs=7, ipv6 errs=8, tx errs=10)"},
    {"group statistics of Nicira asked for",
     "0110002000000001ffff00000000232000000007000000000000000500000000",
     R"(NXST_GROUP request (xid=0x1): group_id=5)"},
    {"groups of Nicira asked for",
     "0110002000000001ffff0000000023200000000800000000fffffffc00000000",
     R"(NXST_GROUP_DESC request (xid=0x1): group_id=ALL)"},
    {"group features of Nicira asked for",
     "0110001800000001ffff0000000023200000000900000000",
     R"(NXST_GROUP_FEATURES request (xid=0x1):)"},
    {"group features of Nicira",
     "0111004000000001ffff0000000023200000000900000000000000010000000f0000000100000002000000030000"
     "0004ffffffff000018010000000000000001",
     R"(NXST_GROUP_FEATURES reply (xid=0x1):
 Group table:
    Types:  0x1
    Capabilities:  0xf
    all group:
       max_groups=0x1
       actions: output enqueue set_vlan_vid set_vlan_pcp strip_vlan mod_dl_src mod_dl_dst mod_nw_src mod_nw_dst mod_nw_tos mod_tp_src mod_tp_dst)"},
    {"group features of Nicira in 1.1",
     "0213004000000001ffff000000000000000023200000000900000003000000050000000a0000000b0000000c0000000d"
     "ffffffff0000002affffffffffffffff",
     R"(NXST_GROUP_FEATURES reply (OF1.1) (xid=0x1):
 Group table:
    Types:  0x3
    Capabilities:  0x5
    all group:
       max_groups=0xa
       actions: output group set_vlan_vid set_vlan_pcp strip_vlan push_vlan mod_dl_src mod_dl_dst mod_nw_src mod_nw_dst mod_nw_tos mod_nw_ecn mod_nw_ttl mod_tp_src mod_tp_dst dec_ttl set_mpls_label set_mpls_tc set_mpls_ttl dec_mpls_ttl push_mpls pop_mpls set_queue
    select group:
       max_groups=0xb
       actions: set_vlan_vid mod_dl_src mod_nw_src)"},
    {"group features of Nicira asked for in 1.1",
     "0212001800000001ffff0000000000000000232000000009",
     R"(NXST_GROUP_FEATURES request (OF1.1) (xid=0x1):)"},
    {"group statistics of Nicira",
     "0111005000000001ffff000000002320000000070000000000380000000000050000000600000000000000000000"
     "00070000000000000008000000090000000a00000000000000010000000000000002",
     R"(NXST_GROUP reply (xid=0x1):
 group_id=5,duration=9.00000001s,ref_count=6,packet_count=7,byte_count=8,bucket0:packet_count=1,byte_count=2)"},
    {"group_mod of Nicira",
     "0104005000000001000023200000001f000001000000000500300000ffffffff0028000800000000000000080001"
     "00000000000800070000000100080000000300020008000000040008000000000001",
     R"(NXT_GROUP_MOD (xid=0x1):
 ADD group_id=5,type=select,bucket=bucket_id:0,weight:7,watch_port:3,watch_group:4,actions=output:1,bucket=bucket_id:1,actions=drop)"},
    {"group_mod of Nicira that deletes",
     "0104002000000001000023200000001f000201000000000500000000ffffffff",
     R"(NXT_GROUP_MOD (xid=0x1):
 DEL group_id=5,type=select)"},
    {"buckets inserted",
     "0104005000000001000023200000001f000301000000000500300000fffffffe0028000800000000000000080001"
     "00000000000800070000000100080000000300020008000000040008000000000001",
     R"(NXT_GROUP_MOD (xid=0x1):
 INSERT_BUCKET command_bucket_id:last,group_id=5,bucket=bucket_id:0,weight:7,watch_port:3,watch_group:4,actions=output:1,bucket=bucket_id:1,actions=drop)"},
    {"buckets removed",
     "0104002000000001000023200000001f000501000000000500000000fffffffe",
     R"(NXT_GROUP_MOD (xid=0x1):
 REMOVE_BUCKET command_bucket_id:last,group_id=5)"},
    {"a selection method",
     "0104007800000001000023200000001f000001000000000500300000ffffffff0028000800000000000000080001"
     "00000000000800070000000100080000000300020008000000040008000000000001ffff00280000154000000001"
     "00000000686173680000000000000000000000000000000000000007",
     R"(NXT_GROUP_MOD (xid=0x1):
 ADD group_id=5,type=select,selection_method=hash,selection_method_param=7,bucket=bucket_id:0,weight:7,watch_port:3,watch_group:4,actions=output:1,bucket=bucket_id:1,actions=drop)"},
    {"one bucket removed",
     "0104002000000001000023200000001f00050100000000050000000000000007",
     R"(NXT_GROUP_MOD (xid=0x1):
 REMOVE_BUCKET command_bucket_id:7,group_id=5)"},
    {"all buckets removed",
     "0104002000000001000023200000001f000501000000000500000000ffffffff",
     R"(NXT_GROUP_MOD (xid=0x1):
 REMOVE_BUCKET command_bucket_id:all,group_id=5)"},
    {"buckets inserted first",
     "0104005000000001000023200000001f000301000000000500300000fffffffd0028000800000000000000080001"
     "00000000000800070000000100080000000300020008000000040008000000000001",
     R"(NXT_GROUP_MOD (xid=0x1):
 INSERT_BUCKET command_bucket_id:first,group_id=5,bucket=bucket_id:0,weight:7,watch_port:3,watch_group:4,actions=output:1,bucket=bucket_id:1,actions=drop)"},
    {"groups of Nicira",
     "0111008000000001ffff000000002320000000080000000000680100000000050030000000000000002800080000"
     "000000000008000100000000000800070000000100080000000300020008000000040008000000000001ffff0028"
     "000015400000000100000000686173680000000000000000000000000000000000000007",
     R"(NXST_GROUP_DESC reply (xid=0x1):
 group_id=5,type=select,selection_method=hash,selection_method_param=7,bucket=bucket_id:0,weight:7,watch_port:3,watch_group:4,actions=output:1,bucket=bucket_id:1,actions=drop)"},
    {"asynchronous messages of 1.3",
     "041c002000000001ffffffffffffffffffffffffffffffffffffffffffffffff",
     R"(OFPT_SET_ASYNC (OF1.3) (xid=0x1):
 primary:
       PACKET_IN: no_match action invalid_ttl
     PORT_STATUS: add delete modify
    FLOW_REMOVED: idle hard delete group_delete meter_delete eviction
     ROLE_STATUS: (off)
    TABLE_STATUS: (off)
  REQUESTFORWARD: (off)

 secondary:
       PACKET_IN: no_match action invalid_ttl
     PORT_STATUS: add delete modify
    FLOW_REMOVED: idle hard delete group_delete meter_delete eviction
     ROLE_STATUS: (off)
    TABLE_STATUS: (off)
  REQUESTFORWARD: (off))"},
    {"asynchronous messages asked for",
     "041a000800000001",
     R"(OFPT_GET_ASYNC_REQUEST (OF1.3) (xid=0x1):)"},
    {"a monitor",
     "0110002800000001ffff0000000023200000000200000000000000050002ffff0000ff0000000000",
     R"(NXST_FLOW_MONITOR request (xid=0x1):
 id=5 flags=add)"},
    {"monitors",
     "0110003800000001ffff0000000023200000000200000000000000050007ffff0000ff0000000000000000050007"
     "ffff0000ff0000000000",
     R"(NXST_FLOW_MONITOR request (xid=0x1):
 id=5 flags=initial,add,delete
 id=5 flags=initial,add,delete)"},
    {"connections flushed by the reply",
     "01040038000000010000232000000020060000000000000000010020000000000000001400000000000000000000"
     "ffff0a00000100000000",
     R"(NXT_CT_FLUSH (xid=0x1): zone=0 'ct_nw_src=::,ct_nw_dst=::,ct_tp_src=0,ct_tp_dst=0,ct_nw_proto=6' 'ct_nw_src=10.0.0.1,ct_nw_dst=::,ct_tp_src=0,ct_tp_dst=0')"},
    {"an error of Nicira",
     "0401001800000001ffff0002000023200414000800000001",
     R"(OFPT_ERROR (OF1.3) (xid=0x1): NXBRC_NXM_INVALID
OFPT_BARRIER_REQUEST (OF1.3) (xid=0x1):)"},
    {"an error of Nicira",
     "0101001c00000001b0c2000000002320000101000112000800000001",
     R"(OFPT_ERROR (xid=0x1): NXBRC_NXM_INVALID
OFPT_BARRIER_REQUEST (xid=0x1):)"},

};

const Row packets[] = {
    {"nothing",
     "",
     "vlan_tci=0x0000,dl_src=00:00:00:00:00:00,dl_dst=00:00:00:00:00:00,dl_type=0x0000"},
    {"less than an Ethernet header",
     "00000000000000000000000000",
     "vlan_tci=0x0000,dl_src=00:00:00:00:00:00,dl_dst=00:00:00:00:00:00,dl_type=0x0000"},
    {"an Ethernet header only",
     "ffffffffffff0200000000010800",
     "ip,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,nw_src=0.0.0.0,nw_dst=0"
     ".0.0.0,nw_proto=0,nw_tos=0,nw_ecn=0,nw_ttl=0,nw_frag=no"},
    {"TCP",
     "ffffffffffff02000000000108004500002800010000400600000a0000010a000002c00000500000000100000002"
     "50128123beef0000",
     "tcp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,nw_src=10.0.0.1,nw_dst"
     "=10.0.0.2,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,tp_src=49152,tp_dst=80,tcp_flags=syn|ack tc"
     "p_csum:beef"},
    {"TCP without flags",
     "ffffffffffff02000000000108004500002800010000400600000a0000010a000002c00000500000000100000002"
     "50008123beef0000",
     "tcp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,nw_src=10.0.0.1,nw_dst"
     "=10.0.0.2,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,tp_src=49152,tp_dst=80,tcp_flags=0 tcp_csum"
     ":beef"},
    {"TCP with all flags",
     "ffffffffffff02000000000108004500002800010000400600000a0000010a000002c00000500000000100000002"
     "5fff8123beef0000",
     "tcp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,nw_src=10.0.0.1,nw_dst"
     "=10.0.0.2,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,tp_src=49152,tp_dst=80,tcp_flags=fin|syn|rs"
     "t|psh|ack|urg|ece|cwr|ns|[200]|[400]|[800] tcp_csum:beef"},
    {"TCP whose header is cut",
     "ffffffffffff02000000000108004500002300010000400600000a0000010a000002c00000500000000100000002"
     "501281",
     "tcp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,nw_src=10.0.0.1,nw_dst"
     "=10.0.0.2,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,tp_src=0,tp_dst=0,tcp_flags=0"},
    {"IPv4 that is cut",
     "ffffffffffff02000000000108004500006400010000400600000a0000010a000002c00000500000000100000002"
     "50128123beef0000",
     "ip,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,nw_src=0.0.0.0,nw_dst=0"
     ".0.0.0,nw_proto=0,nw_tos=0,nw_ecn=0,nw_ttl=0,nw_frag=no"},
    {"Ethernet padding",
     "ffffffffffff02000000000108004500002800010000400600000a0000010a000002c00000500000000100000002"
     "50128123beef00000000000000000000000000000000000000000000",
     "tcp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,nw_src=10.0.0.1,nw_dst"
     "=10.0.0.2,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,tp_src=49152,tp_dst=80,tcp_flags=syn|ack tc"
     "p_csum:beef"},
    {"IPv4 options",
     "ffffffffffff02000000000108004600002c00010000400600000a0000010a00000201010101c000005000000001"
     "0000000250128123beef0000",
     "tcp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,nw_src=10.0.0.1,nw_dst"
     "=10.0.0.2,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,tp_src=49152,tp_dst=80,tcp_flags=syn|ack tc"
     "p_csum:beef"},
    {"UDP",
     "ffffffffffff020000000001080045ff001c00010000401100000a0000010a0000020035003500081234",
     "udp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,nw_src=10.0.0.1,nw_dst"
     "=10.0.0.2,nw_tos=252,nw_ecn=3,nw_ttl=64,nw_frag=no,tp_src=53,tp_dst=53 udp_csum:1234"},
    {"UDP that is cut",
     "ffffffffffff02000000000108004500001600010000401100000a0000010a0000020035",
     "udp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,nw_src=10.0.0.1,nw_dst"
     "=10.0.0.2,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,tp_src=0,tp_dst=0"},
    {"SCTP",
     "ffffffffffff02000000000108004500002100010000408400000a0000010a000002003500360000000011223344"
     "00",
     "sctp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,nw_src=10.0.0.1,nw_ds"
     "t=10.0.0.2,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,tp_src=53,tp_dst=54 sctp_csum:11223344"},
    {"ICMP",
     "ffffffffffff02000000000108004500001c00010000400100000a0000010a0000020800123400010001",
     "icmp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,nw_src=10.0.0.1,nw_ds"
     "t=10.0.0.2,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,icmp_type=8,icmp_code=0 icmp_csum:1234"},
    {"IGMP",
     "ffffffffffff02000000000108004500001c00010000400200000a0000010a00000216000904e0000001",
     "ip,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,nw_src=10.0.0.1,nw_dst="
     "10.0.0.2,nw_proto=2,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,tp_src=22,tp_dst=0"},
    {"a protocol without a name",
     "ffffffffffff02000000000108004500001800010000402f00000a0000010a00000200000800",
     "ip,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,nw_src=10.0.0.1,nw_dst="
     "10.0.0.2,nw_proto=47,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no"},
    {"a first fragment",
     "ffffffffffff02000000000108004500002800012000400600000a0000010a000002c00000500000000100000002"
     "50128123beef0000",
     "tcp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,nw_src=10.0.0.1,nw_dst"
     "=10.0.0.2,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=first,tp_src=49152,tp_dst=80,tcp_flags=syn|ack"
     " tcp_csum:beef"},
    {"ARP",
     "ffffffffffff020000000001080600010800060400010200000000010a0000010000000000000a000002",
     "arp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_t"
     "pa=10.0.0.2,arp_op=1,arp_sha=02:00:00:00:00:01,arp_tha=00:00:00:00:00:00"},
    {"ARP with a wide opcode",
     "ffffffffffff020000000001080600010800060401010200000000010a0000010000000000000a000002",
     "arp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_t"
     "pa=10.0.0.2,arp_op=0,arp_sha=02:00:00:00:00:01,arp_tha=00:00:00:00:00:00"},
    {"ARP of another hardware",
     "ffffffffffff020000000001080600060800060400010200000000010a0000010000000000000a000002",
     "arp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=0.0.0.0,arp_tp"
     "a=0.0.0.0,arp_op=0,arp_sha=00:00:00:00:00:00,arp_tha=00:00:00:00:00:00"},
    {"ARP that is cut",
     "ffffffffffff020000000001080600010800060400010200",
     "arp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=0.0.0.0,arp_tp"
     "a=0.0.0.0,arp_op=0,arp_sha=00:00:00:00:00:00,arp_tha=00:00:00:00:00:00"},
    {"RARP",
     "ffffffffffff020000000001803500010800060400030200000000010a0000010000000000000a000002",
     "rarp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_"
     "tpa=10.0.0.2,arp_op=3,arp_sha=02:00:00:00:00:01,arp_tha=00:00:00:00:00:00"},
    {"TCP over IPv6",
     "ffffffffffff02000000000186dd6001234500140640fe800000000000000000000000000001ff02000000000000"
     "0000000000000001c0000050000000010000000250128123beef0000",
     "tcp6,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,ipv6_src=fe80::1,ipv6"
     "_dst=ff02::1,ipv6_label=0x12345,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,tp_src=49152,tp_dst=8"
     "0,tcp_flags=syn|ack tcp_csum:beef"},
    {"ICMPv6",
     "ffffffffffff02000000000186dd60012345000a3a40fe800000000000000000000000000001ff02000000000000"
     "000000000000000180001234000100010000",
     "icmp6,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,ipv6_src=fe80::1,ipv"
     "6_dst=ff02::1,ipv6_label=0x12345,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,icmp_type=128,icmp_c"
     "ode=0 icmp6_csum:1234"},
    {"neighbour solicitation",
     "ffffffffffff02000000000186dd6001234500203a40fe800000000000000000000000000001ff02000000000000"
     "00000000000000018700123400000000fe8000000000000000000000000000050101020304050607",
     "icmp6,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,ipv6_src=fe80::1,ipv"
     "6_dst=ff02::1,ipv6_label=0x12345,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,icmp_type=135,icmp_c"
     "ode=0,nd_target=fe80::5,nd_sll=02:03:04:05:06:07,nd_tll=00:00:00:00:00:00 icmp6_csum:1234"},
    {"neighbour advertisement",
     "ffffffffffff02000000000186dd6001234500203a40fe800000000000000000000000000001ff02000000000000"
     "00000000000000018800123460000000fe8000000000000000000000000000050201020304050607",
     "icmp6,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,ipv6_src=fe80::1,ipv"
     "6_dst=ff02::1,ipv6_label=0x12345,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,icmp_type=136,icmp_c"
     "ode=0,nd_target=fe80::5,nd_sll=00:00:00:00:00:00,nd_tll=02:03:04:05:06:07 icmp6_csum:1234"},
    {"both link-layer addresses",
     "ffffffffffff02000000000186dd6001234500283a40fe800000000000000000000000000001ff02000000000000"
     "00000000000000018800123460000000fe800000000000000000000000000005020102030405060701010a0b0c0d"
     "0e0f",
     "icmp6,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,ipv6_src=fe80::1,ipv"
     "6_dst=ff02::1,ipv6_label=0x12345,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,icmp_type=136,icmp_c"
     "ode=0,nd_target=fe80::5,nd_sll=0a:0b:0c:0d:0e:0f,nd_tll=02:03:04:05:06:07 icmp6_csum:1234"},
    {"neighbour advertisement with a code",
     "ffffffffffff02000000000186dd6001234500203a40fe800000000000000000000000000001ff02000000000000"
     "00000000000000018801123460000000fe8000000000000000000000000000050201020304050607",
     "icmp6,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,ipv6_src=fe80::1,ipv"
     "6_dst=ff02::1,ipv6_label=0x12345,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,icmp_type=136,icmp_c"
     "ode=1 icmp6_csum:1234"},
    {"an option without length",
     "ffffffffffff02000000000186dd6001234500203a40fe800000000000000000000000000001ff02000000000000"
     "00000000000000018700123400000000fe8000000000000000000000000000050100020304050607",
     "icmp6,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,ipv6_src=fe80::1,ipv"
     "6_dst=ff02::1,ipv6_label=0x12345,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,icmp_type=135,icmp_c"
     "ode=0,nd_target=fe80::5,nd_sll=00:00:00:00:00:00,nd_tll=00:00:00:00:00:00 icmp6_csum:1234"},
    {"hop-by-hop options",
     "ffffffffffff02000000000186dd6001234500100040fe800000000000000000000000000001ff02000000000000"
     "00000000000000013a000502000001008f00123400000000",
     "icmp6,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,ipv6_src=fe80::1,ipv"
     "6_dst=ff02::1,ipv6_label=0x12345,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,icmp_type=143,icmp_c"
     "ode=0 icmp6_csum:1234"},
    {"a first fragment of IPv6",
     "ffffffffffff02000000000186dd60012345001c2c40fe800000000000000000000000000001ff02000000000000"
     "00000000000000010600000100000001c0000050000000010000000250128123beef0000",
     "tcp6,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,ipv6_src=fe80::1,ipv6"
     "_dst=ff02::1,ipv6_label=0x12345,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=first,tp_src=49152,tp_ds"
     "t=80,tcp_flags=syn|ack tcp_csum:beef"},
    {"IPv6 that is cut",
     "ffffffffffff02000000000186dd6001234500640640fe800000000000000000000000000001ff02000000000000"
     "0000000000000001c0000050000000010000000250128123beef0000",
     "ipv6,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,ipv6_src=::,ipv6_dst="
     "::,ipv6_label=0x00000,nw_proto=0,nw_tos=0,nw_ecn=0,nw_ttl=0,nw_frag=no"},
    {"no next header",
     "ffffffffffff02000000000186dd6001234500003b40fe800000000000000000000000000001ff02000000000000"
     "0000000000000001",
     "ipv6,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,ipv6_src=fe80::1,ipv6"
     "_dst=ff02::1,ipv6_label=0x12345,nw_proto=59,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no"},
    {"a VLAN tag",
     "ffffffffffff0200000000018100a06408004500002800010000400600000a0000010a000002c000005000000001"
     "0000000250128123beef0000",
     "tcp,dl_vlan=100,dl_vlan_pcp=5,vlan_tci1=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:f"
     "f:ff,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,tp_src=49152,tp_"
     "dst=80,tcp_flags=syn|ack tcp_csum:beef"},
    {"a VLAN tag with DEI",
     "ffffffffffff0200000000018100b06408004500002800010000400600000a0000010a000002c000005000000001"
     "0000000250128123beef0000",
     "tcp,dl_vlan=100,dl_vlan_pcp=5,vlan_tci1=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:f"
     "f:ff,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,tp_src=49152,tp_"
     "dst=80,tcp_flags=syn|ack tcp_csum:beef"},
    {"two VLAN tags",
     "ffffffffffff02000000000188a80064810000c808004500002800010000400600000a0000010a000002c0000050"
     "000000010000000250128123beef0000",
     "tcp,dl_vlan=100,dl_vlan_pcp=0,dl_vlan1=200,dl_vlan_pcp1=0,dl_src=02:00:00:00:00:01,dl_dst=ff"
     ":ff:ff:ff:ff:ff,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,tp_sr"
     "c=49152,tp_dst=80,tcp_flags=syn|ack tcp_csum:beef"},
    {"MPLS",
     "ffffffffffff0200000000018847000641404500002800010000400600000a0000010a000002c000005000000001"
     "0000000250128123beef0000",
     "mpls,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,mpls_label=100,mpls_t"
     "c=0,mpls_ttl=64,mpls_bos=1"},
    {"two labels",
     "ffffffffffff02000000000188470006404000065b30000007f0",
     "mpls,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,mpls_label=100,mpls_t"
     "c=0,mpls_ttl=64,mpls_bos=0,mpls_lse1=416560"},
    {"many labels",
     "ffffffffffff0200000000018848000640400006504000003ff10000004000011140",
     "mplsm,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,mpls_label=100,mpls_"
     "tc=0,mpls_ttl=64,mpls_bos=0,mpls_lse1=413760,mpls_lse2=16369"},
    {"a label that is cut",
     "ffffffffffff02000000000188470006",
     "mpls,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,mpls_label=0,mpls_tc="
     "0,mpls_ttl=0,mpls_bos=0,mpls_lse1=0,mpls_lse2=0"},
    {"LLDP",
     "ffffffffffff02000000000188cc0207",
     "vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,dl_type=0x88cc"},
    {"IEEE 802.3",
     "ffffffffffff0200000000010026424203000000000000",
     "vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,dl_type=0x05ff"},
    {"SNAP",
     "ffffffffffff0200000000010026aaaa03000000080600010800060400010200000000010a000001000000000000"
     "0a000002",
     "arp,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_t"
     "pa=10.0.0.2,arp_op=1,arp_sha=02:00:00:00:00:01,arp_tha=00:00:00:00:00:00"},
    {"nothing behind a tag",
     "ffffffffffff020000000001810000640800",
     "ip,dl_vlan=100,dl_vlan_pcp=0,vlan_tci1=0x0000,dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff"
     ":ff,nw_src=0.0.0.0,nw_dst=0.0.0.0,nw_proto=0,nw_tos=0,nw_ecn=0,nw_ttl=0,nw_frag=no"},
};
// clang-format on

}  // namespace

TEST_CASE("messages as ovs-ofctl prints them") {
  for (const Row& row : messages) {
    INFO(row.name);
    const test::Tight bytes(test::hex(row.hex));
    const std::string text = text_of(bytes);
    CHECK(trimmed(text) == row.text);
    CHECK(text.ends_with('\n'));
  }
}

TEST_CASE("packets as ovs-ofctl prints them") {
  for (const Row& row : packets) {
    INFO(row.name);
    const test::Tight frame(test::hex(row.hex));
    TextBuffer out;
    put_packet(out, frame);
    CHECK(out.view() == row.text);
  }
}

// Texts of our own.
TEST_CASE("messages that ovs-ofctl does not print in one form") {
  SECTION("other kinds: the heading, and the fields") {
    CHECK(text_of(test::hex("04 07 0008 00000002")) == "OFPT_GET_CONFIG_REQUEST (OF1.3) (xid=0x2):\n");
    CHECK(text_of(test::hex("01 09 000c 00000002 0000 0080")) ==
          "OFPT_SET_CONFIG (xid=0x2): miss_send_len=128\n");
    CHECK(text_of(test::hex("04 12 0010 00000002 000d 0000 00000000")) ==
          "OFPST_PORT_DESC request (OF1.3) (xid=0x2):\n");
  }
  SECTION("a line for each element of a list") {
    const std::string text = text_of(
        test::hex("04 13 0050 00000002 000d 0000 00000000"
                  "00000001 00000000 020000000001 0000 65746831 000000000000000000000000 00000000 00000004"
                  "00000000 00000000 00000000 00000000 00000000 00000000"));
    CHECK(text.starts_with(
        "OFPST_PORT_DESC reply (OF1.3) (xid=0x2): ports=1\n port_no=1 hw_addr=02:00:00:00:00:01 name=eth1"));
  }
  SECTION("malformed: the error that a switch would answer with, where it is, and the bytes") {
    CHECK(text_of(test::hex("01 0d 0018 00000001 ffffffff fffd 0008 0000 0004 0001 0000")) ==
          "OFPT_PACKET_OUT (xid=0x1): ***decode error: OFPBAC_BAD_LEN***\n"
          "packet_out.actions[0].len @18: length is 4, needs 8\n"
          "00000000  01 0d 00 18 00 00 00 01-ff ff ff ff ff fd 00 08 |................|\n"
          "00000010  00 00 00 04 00 01 00 00-                        |........        |\n");
    CHECK(text_of({}) == "OpenFlow message is empty\n");
    CHECK(text_of(test::hex("09 02 0008 00000001")).starts_with("***decode error: OFPBRC_BAD_VERSION***\n"));
    CHECK(text_of(test::hex("04 77 0008 00000001")).starts_with("***decode error: OFPBRC_BAD_TYPE***\n"));
    CHECK(text_of(test::hex("04 02 0004 00000001")).starts_with("(***only uses 4 bytes out of 8***)\n"));
  }
  SECTION("what Open vSwitch refuses for its meaning is shown") {
    CHECK(text_of(test::hex("04 18 0018 00000001 00000009 00000000 0000000000000007")) ==
          "OFPT_ROLE_REQUEST (OF1.3) (xid=0x1): role=9 generation_id=7\n");
  }
  SECTION("errors in errors end somewhere") {
    std::vector<std::byte> message = test::hex("01 01 000c 00000001 0001 0001");
    for (int i = 0; i < 1000; ++i) {
      std::vector<std::byte> outer = test::hex("01 01 0000 00000001 0001 0001");
      outer.insert(outer.end(), message.begin(), message.end());
      store_be(outer.data() + 2, static_cast<std::uint16_t>(outer.size()));
      message = outer;
    }
    CHECK(text_of(message).size() < 100000);
  }
}

TEST_CASE("a message that is cut anywhere has a text") {
  for (const Row& row : messages) {
    INFO(row.name);
    const auto whole = test::hex(row.hex);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      std::vector<std::byte> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      CHECK(!text_of(test::Tight(cut)).empty());
      if (size < 4) continue;
      store_be(cut.data() + 2, static_cast<std::uint16_t>(size));
      CHECK(!text_of(test::Tight(cut)).empty());
    }
  }
}
