#!/bin/bash
# Asks a real Open vSwitch: random flows and groups are given to it while its channel is captured; then random packets
# are traced through the capture and through the switch, and must meet the same flows and go the same ways.
#
#   trace_test.sh OFLENS GENERATE      exit status 77: skipped, and why
#
# ROUNDS (of each version), PACKETS (in a round) and SEED (of the first round) may be set; KEEP names a directory for the
# capture that fails. A seed, a version and a number of packets make the same pipeline and the same packets.
set -u
oflens=$(realpath "${1:?which oflens?}")
export ROUNDS=${ROUNDS:-2} PACKETS=${PACKETS:-50} SEED=${SEED:-1} VERSIONS=${VERSIONS:-1.0 1.3} KEEP=${KEEP-}
. "$(dirname "$0")/lab.sh"
lab_require ovs-vswitchd ovsdb-server ovs-ofctl ovs-appctl tcpdump ss python3
lab_enter "$oflens" "$2"

lab_switch br0
for port in 1 2 3 4; do
  lab_vsctl add-port br0 "p$port" -- set interface "p$port" type=internal ofport_request=$port || lab_fail "no port $port"
done
for port in br0 p1 p2 p3; do ip link set "$port" up; done # and p4 is down
lab_vsctl set-controller br0 ptcp:16653:127.0.0.1 || lab_fail 'no listener'
lab_wait 'listener' lab_listens 16653
for version in $VERSIONS; do
  for ((seed = SEED; seed < SEED + ROUNDS; seed++)); do
    ovs-ofctl -O OpenFlow13 del-flows br0; ovs-ofctl -O OpenFlow13 del-groups br0; ovs-ofctl -O OpenFlow13 del-meters br0
    lab_capture "$LAB/trace.pcap" 'tcp port 16653'
    coproc pipeline { exec "$(dirname "$0")/trace_check.py" "$oflens" "$LAB" "$version" "$seed" "$PACKETS"; }
    said=$pipeline_PID
    # It says when the pipeline is there; the capture is to have all of it.
    read -r line <&"${pipeline[0]}" || lab_fail 'no pipeline'
    sleep 0.2
    lab_capture_stop
    echo >&"${pipeline[1]}"
    cat <&"${pipeline[0]}"
    wait "$said" || {
      echo "not the same: VERSIONS=$version SEED=$seed PACKETS=$PACKETS"
      [ -z "$KEEP" ] || cp "$LAB/trace.pcap" "$KEEP"
      exit 1
    }
    rm "$LAB/trace.pcap"
  done
done
