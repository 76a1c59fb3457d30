#!/bin/bash
# Asks a real Open vSwitch: a capture of flow_mods of all commands, in 1.0 and 1.3, with errors among them, must
# give the tables that the switch then has, in the switch's own words.
#
#   flows_test.sh OFLENS          exit status 77: skipped, and why
set -u
oflens=$(realpath "${1:?which oflens?}")
. "$(dirname "$0")/lab.sh"
lab_require ovs-vswitchd ovsdb-server ovs-ofctl tcpdump ss
lab_enter "$oflens"

lab_switch br0
lab_vsctl set-controller br0 ptcp:16653:127.0.0.1 || lab_fail 'no listener'
lab_wait 'listener' lab_listens 16653
lab_capture "$LAB/flows.pcap" 'tcp port 16653'

ofctl() { ovs-ofctl --no-names "$@" 2>> "$LAB/ofctl.log"; }
switch=tcp:127.0.0.1:16653
v10() { ofctl -O OpenFlow10 -F openflow10 "$1" "$switch" "$2"; }
v13() { ofctl -O OpenFlow13 "$1" "$switch" "$2"; }

v13 add-flow 'table=1,cookie=0x13,priority=5,tcp,nw_src=10.0.0.0/8,tp_dst=80/0xfff0,actions=set_field:81->tcp_dst,output:2'
v13 add-flow 'table=2,cookie=0x23,priority=6,send_flow_rem,dl_vlan=5,actions=pop_vlan,write_metadata:7/0xff,goto_table:3'
v13 add-flow 'icmp6,icmp_type=135,nd_target=fe80::/64,actions=dec_ttl,write_actions(output:1),goto_table:1'
v13 add-flow 'arp,arp_op=1,actions=group:99'                               # there is no such group
v13 add-flow 'table=1,priority=1,in_port=1,actions=output:1'
v13 mod-flows 'table=1,in_port=1,actions=output:3'
v13 add-flow 'table=4,cookie=0x44,priority=1,udp,actions=output:4'
v13 del-flows 'table=4,cookie=0x40/0xf0'
v10 add-flow 'priority=7,ip,nw_dst=10.1.0.0/16,actions=mod_vlan_vid:5,mod_nw_tos:184,output:1'
v10 add-flow 'priority=7,dl_vlan=0xffff,actions=enqueue:1:5'
v10 add-flow 'priority=8,udp,tp_src=53,actions=mod_tp_src:54,controller'
v10 mod-flows 'in_port=9,priority=3,cookie=0x99,actions=flood'             # adds
v10 mod-flows 'udp,cookie=0x98,actions=mod_tp_src:55,local'                # changes the cookie
v10 add-flow 'priority=9,in_port=3,actions=output:3'
v10 del-flows 'in_port=3'
v10 add-flow 'priority=10,hard_timeout=1,actions=drop'

sleep 2 # the last one is gone, and a message later than that says what time it is
v13 del-flows table=9
lab_capture_stop
lab_flows br0 | sort > "$LAB/truth" || lab_fail 'no flows'
"$oflens" flows "$LAB/flows.pcap" --no-stats -O 1.3 | grep -v '^#' | sort > "$LAB/ours"
diff "$LAB/truth" "$LAB/ours" || exit 1
[ -s "$LAB/truth" ] || lab_fail 'the switch has no flows'
echo "the same $(wc -l < "$LAB/truth") flows"
