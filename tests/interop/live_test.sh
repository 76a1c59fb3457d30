#!/bin/bash
# Captures live what ovs-ofctl and a real Open vSwitch say to each other; what was saved must read the same again.
#
#   live_test.sh OFLENS           needs root; exit status 77: skipped, and why
set -u
oflens=$(realpath "${1:?which oflens?}")
# shellcheck source=tests/interop/lab.sh
. "$(dirname "$0")/lab.sh"
lab_require ovs-vswitchd ovs-ofctl ip jq
lab_enter "$oflens"

failed=0
complain() {
  echo "$*"
  failed=1
}
# refused STATUS TEXT ARGUMENT...: oflens ends with that status, and says that on standard error.
refused() {
  local status=0
  timeout 10 "${as[@]}" "$oflens" "${@:3}" > /dev/null 2> "$LAB/refused" || status=$?
  [ "$status" = "$1" ] || complain "oflens ${*:3}: status $status, not $1"
  grep -qF -- "$2" "$LAB/refused" || complain "oflens ${*:3}: $(cat "$LAB/refused"), not: $2"
}
as=()
refused 2 "the filter 'tcp and and' cannot be used: " decode -i lo -f 'tcp and and'
refused 1 "lp: there is no such interface; did you mean 'lo'?" stats -i lp
refused 1 "/nonexistent/x.pcap: No such file" flows -i lo -w /nonexistent/x.pcap
refused 2 "-f requires --interface" decode -f tcp
refused 2 "excludes" decode -i lo x.pcap
as=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all)
if "${as[@]}" test -x "$oflens"; then
  refused 1 'lo: no permission to capture: it takes root, or the capability CAP_NET_RAW' decode -i lo
fi

lab_switch br0
lab_vsctl set-controller br0 ptcp:6653:127.0.0.1
lab_wait 'a listening switch' lab_listens 6653
capturing() { grep -q '^oflens: capturing on' "$1" 2> /dev/null; }
talk() { ovs-ofctl -O OpenFlow13 --timeout=10 "$@"; }

# Every message at once: while the capture goes on, the first is already there. Three ways to end.
for device in lo any; do
  lab_daemon "decode-$device" "$oflens" decode -T ndjson -i "$device" -f 'tcp port 6653' -w "$LAB/$device.pcap"
  lab_wait 'capturing' capturing "$LAB/decode-$device.log"
done
"$oflens" stats -i lo -f 'tcp port 6653' -T json > "$LAB/stats.json" 2> "$LAB/stats.err" &
stats=$!
timeout 20 "$oflens" decode -T hex -i lo -c 3 > "$LAB/three" 2> "$LAB/three.err" &
three=$!
lab_wait 'capturing' capturing "$LAB/stats.err"
lab_wait 'capturing' capturing "$LAB/three.err"
talk add-flow tcp:127.0.0.1:6653 'table=0,priority=7,tcp,tp_dst=80,actions=output:1'
there() { grep -q '"type":"flow_mod"' "$LAB/decode-lo.log"; }
lab_wait 'flow_mod while capturing' there
wait "$three" || complain "decode -c 3 ended with $?"
[ "$(wc -l < "$LAB/three")" = 3 ] || complain "-c 3 gave $(wc -l < "$LAB/three") messages"
talk dump-flows tcp:127.0.0.1:6653 | grep -q tp_dst=80
all() { for device in lo any; do grep -q '"type":"multipart_reply".*"type":"OFPMP_FLOW"' "$LAB/decode-$device.log" || return; done; }
lab_wait 'the last reply' all
lab_kill decode-lo # SIGTERM
lab_kill decode-any
kill -INT "$stats"
wait "$stats" || complain "stats ended with $?"

for device in lo any; do
  grep '^{' "$LAB/decode-$device.log" > "$LAB/live" || true
  "$oflens" decode -T ndjson "$LAB/$device.pcap" > "$LAB/again"
  cmp "$LAB/live" "$LAB/again" || complain "$device: the file tells something else than the capture"
  echo "$device: $(wc -l < "$LAB/again") messages"
  jq -c '[.version, .type, .xid, .length]' "$LAB/again" | sort > "$LAB/messages-$device"
done
cmp "$LAB/messages-lo" "$LAB/messages-any" || complain 'lo and any differ'
[ "$(jq .messages "$LAB/stats.json")" = "$(wc -l < "$LAB/live")" ] || complain "stats counts $(jq .messages "$LAB/stats.json")"
[ "$(grep -c '"type":"flow_mod"' "$LAB/again")" = 1 ] || complain 'the flow_mod is there more or less than once'
status=0
said=$("$oflens" stats -i lo -f 'tcp prt 1' 2> /dev/null) || status=$?
[ "$status:$said" = '2:' ] || complain "a bad -f ends with $status and prints '$said'"
exit "$failed"
