#!/bin/bash
# Asks a real Open vSwitch: flows that oflens encodes must be to the switch what they are when ovs-ofctl sends them.
#
#   encode_test.sh OFLENS     exit status 77: skipped, and why; FLOWS_ANY and FLOWS_V13 name other flows than testdata's
set -u
oflens=$(realpath "${1:?which oflens?}")
here=$(dirname "$(realpath "$0")")
any=$(realpath "${FLOWS_ANY:-$here/../../testdata/flows/any.txt}")
v13=$(realpath "${FLOWS_V13:-$here/../../testdata/flows/v13.txt}")
. "$here/lab.sh"
lab_require ovs-vswitchd ovsdb-server ovs-ofctl python3 ss
lab_enter "$oflens" "$any" "$v13"

# compare VERSION NAME FILE: ours to br0, theirs to br1.
compare() {
  lab_switch br0 br1
  lab_vsctl set-controller br0 ptcp:16653:127.0.0.1 || lab_fail 'no listener'
  lab_wait 'listener' lab_listens 16653
  {
    # 1.0 has no place for a table in a flow_mod, unless the switch is told so.
    [ "$1" != 1.0 ] || "$oflens" encode -o bin - <<< '{"version": "1.0", "type": "vendor", "xid": 1,
      "body": {"vendor": "NX_VENDOR_ID", "subtype": "NXT_FLOW_MOD_TABLE_ID", "set": 1}}'
    "$oflens" encode --flows "$3" -O "$1" -o bin || lab_fail "not encoded for $1"
  } > "$LAB/messages"
  "$here/send.py" 127.0.0.1 16653 < "$LAB/messages" > "$LAB/errors" || {
    echo "the switch refuses in $1:"
    "$oflens" decode --hex "$LAB/errors"
    exit 1
  }
  ovs-ofctl -O "$2" add-flows br1 "$3" 2> "$LAB/ofctl.log" || lab_fail 'ovs-ofctl cannot add them either'
  lab_flows br1 2> /dev/null > "$LAB/theirs" || lab_fail 'no flows'
  lab_flows br0 2> /dev/null > "$LAB/ours" || lab_fail 'no flows'
  diff "$LAB/theirs" "$LAB/ours" || exit 1
  [ -s "$LAB/ours" ] || lab_fail 'the switch has no flows'
  echo "$1: the same $(wc -l < "$LAB/ours") flows"
  lab_stop
}

compare 1.0 OpenFlow10 "$any"
cat "$any" "$v13" > /run/all.txt
compare 1.3 OpenFlow13 /run/all.txt
