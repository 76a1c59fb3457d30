#!/bin/bash
# Asks a real Open vSwitch, whose clock is moved by the test: of random flows with timeouts, those it still has must be
# shown, and none as certain that it has not any more.
#
#   timeout_test.sh OFLENS      exit status 77: skipped, and why
#
# ROUNDS (of each version), STEPS (of the clock, in a round) and SEED (of the first round) may be set; KEEP names a directory
# for the capture that fails. A seed and a version make the same flows, packets and times.
set -u
oflens=$(realpath "${1:?which oflens?}")
export ROUNDS=${ROUNDS:-1} STEPS=${STEPS:-40} SEED=${SEED:-1} VERSIONS=${VERSIONS:-1.0 1.3} KEEP=${KEEP-}
. "$(dirname "$0")/lab.sh"
lab_require ovs-vswitchd ovsdb-server ovs-ofctl ss python3
lab_enter "$oflens"

LAB_DUMMY=yes
for version in $VERSIONS; do
  for ((seed = SEED; seed < SEED + ROUNDS; seed++)); do
    lab_switch br0
    lab_vsctl add-port br0 p1 -- set interface p1 ofport_request=1 || lab_fail 'no port'
    lab_vsctl set-controller br0 ptcp:16653:127.0.0.1 -- set controller br0 inactivity_probe=0 || lab_fail 'no listener'
    lab_wait 'listener' lab_listens 16653
    "$(dirname "$0")/timeout_check.py" "$oflens" "$LAB" "$version" "$seed" "$STEPS" || {
      echo "not the same: VERSIONS=$version SEED=$seed STEPS=$STEPS"
      [ -z "$KEEP" ] || cp "$LAB/timeouts.pcap" "$KEEP"
      exit 1
    }
    lab_stop
  done
done
