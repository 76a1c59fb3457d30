#!/bin/bash
# Asks a real Open vSwitch: two controllers say random things to it, and what a capture of that tells of its flows,
# groups and meters must be what it has. What it says of itself meanwhile must agree, too; and where the capture begins in
# the middle, the listing at its end must make up for what is not there.
#
#   state_test.sh OFLENS GENERATE     oflens_churn must be beside GENERATE; exit status 77: skipped, and why
#
# ROUNDS (of each version), COUNT (of messages in a round) and SEED (of the first round) may be set; KEEP names a
# directory for the capture that fails, and what the switch had. A seed, a version and a count make the same messages.
set -u
oflens=$(realpath "${1:?which oflens?}")
churn=$(dirname "$(realpath "${2:?which generator?}")")/oflens_churn
export ROUNDS=${ROUNDS:-3} COUNT=${COUNT:-600} SEED=${SEED:-1} VERSIONS=${VERSIONS:-1.0 1.3} KEEP=${KEEP-}
. "$(dirname "$0")/lab.sh"
lab_require ovs-vswitchd ovsdb-server ovs-ofctl tcpdump ss editcap capinfos
lab_enter "$oflens" "$2"

truth() { ovs-ofctl -O OpenFlow13 --no-names "$@" br0 2>> "$LAB/ofctl.log"; }
# Without the line that says which reply it is, and without empty ones.
body() { grep -v -e '^\(NX\|OF\)PST' -e '^$' | LC_ALL=C sort; }
ours() { "$oflens" flows --no-stats -O 1.3 "$@" "$LAB/state.pcap" | grep -v '^#' | grep . | LC_ALL=C sort; }

# agrees VERSION SEED
agrees() {
  "$oflens" flows --verify -O 1.3 "$LAB/state.pcap" > "$LAB/verified" 2>&1 && ! grep -q 'no replies that list' "$LAB/verified" &&
    return
  echo "the switch says otherwise than it was told: VERSIONS=$1 SEED=$2 COUNT=$COUNT"
  cat "$LAB/verified"
  [ -z "$KEEP" ] || cp "$LAB/state.pcap" "$KEEP"
  exit 1
}
# Flags are not told in 1.0.
flagless() { sed -E 's/(send_flow_rem|check_overlap|reset_counts|no_packet_counts|no_byte_counts) //g' | LC_ALL=C sort; }
# from_middle VERSION SEED
from_middle() {
  local frames
  frames=$(capinfos -Mrc "$LAB/state.pcap" | sed -n 's/^Number of packets: *//p')
  editcap -r "$LAB/state.pcap" "$LAB/middle.pcap" "$((frames / 2 + $2 % 20))-$frames"
  "$oflens" flows --no-stats -O 1.3 "$LAB/middle.pcap" 2> /dev/null | grep -v '^#' | flagless > "$LAB/middle"
  flagless < "$LAB/flows" | diff - "$LAB/middle" > "$LAB/difference" || {
    echo "not the same from the middle of the capture: VERSIONS=$1 SEED=$2 COUNT=$COUNT"
    cat "$LAB/difference"
    [ -z "$KEEP" ] || cp "$LAB/state.pcap" "$LAB/middle.pcap" "$KEEP"
    exit 1
  }
}
# The same, read in pieces that go on where the one before ended.
in_pieces() {
  command -v editcap > /dev/null || { ours; return; }
  rm -f "$LAB"/piece_* "$LAB/state"
  editcap -c $((RANDOM % 400 + 20)) "$LAB/state.pcap" "$LAB/piece.pcap" 2>> "$LAB/editcap.log"
  local piece
  for piece in "$LAB"/piece_*; do
    "$oflens" flows ${state:+--state "$LAB/state"} --save "$LAB/state" "$piece" > /dev/null || return
    local state=yes
  done
  "$oflens" flows --no-stats -O 1.3 --state "$LAB/state" | grep -v '^#' | grep . | LC_ALL=C sort
}

# round VERSION SEED
round() {
  truth del-flows; truth del-groups; truth del-meters
  lab_capture "$LAB/state.pcap" 'tcp port 16653'
  "$churn" 127.0.0.1 16653 "$1" "$2" "$COUNT" || {
    [ -z "$KEEP" ] || cp "$LAB/state.pcap" "$KEEP"
    lab_fail "the switch does not answer: VERSIONS=$1 SEED=$2"
  }
  sleep 0.2 # for tcpdump to see the end
  lab_capture_stop
  if ! grep -q '^0 packets dropped by kernel' "$LAB/capture.log" ||
    "$oflens" flows "$LAB/state.pcap" 2> /dev/null | grep -q '; incomplete: '; then
    [ "${3-0}" -lt 5 ] || lab_fail "tcpdump loses packets"
    echo "tcpdump has lost packets: VERSIONS=$1 SEED=$2 once more"
    rm "$LAB/state.pcap"
    round "$1" "$2" $((${3-0} + 1))
    return
  fi
  truth --no-stats dump-flows | body > "$LAB/flows"
  truth dump-groups | body > "$LAB/groups"
  truth dump-meters | body > "$LAB/meters"
  ours | diff "$LAB/flows" - > "$LAB/difference" &&
    in_pieces | diff "$LAB/flows" - > "$LAB/difference" &&
    ours --groups | diff "$LAB/groups" - > "$LAB/difference" &&
    ours --meters | diff "$LAB/meters" - > "$LAB/difference" || {
    echo "not the same (<: only the switch has it): VERSIONS=$1 SEED=$2 COUNT=$COUNT"
    cat "$LAB/difference"
    [ -z "$KEEP" ] || cp "$LAB"/{state.pcap,flows,groups,meters} "$KEEP"
    exit 1
  }
  agrees "$1" "$2"
  from_middle "$1" "$2"
  rm "$LAB/state.pcap"
  flows=$((flows + $(wc -l < "$LAB/flows")))
  groups=$((groups + $(wc -l < "$LAB/groups")))
  meters=$((meters + $(grep -c '^meter' "$LAB/meters")))
}

lab_switch br0
lab_vsctl set-controller br0 ptcp:16653:127.0.0.1 || lab_fail 'no listener'
lab_wait 'listener' lab_listens 16653
for version in $VERSIONS; do
  flows=0 groups=0 meters=0
  for ((seed = SEED; seed < SEED + ROUNDS; seed++)); do round "$version" "$seed"; done
  [ $flows -gt 0 ] && [ $groups -gt 0 ] || lab_fail 'the switch refuses everything'
  echo "$version: the same $flows flows, $groups groups, $meters meters after $ROUNDS rounds of $COUNT messages"
done
