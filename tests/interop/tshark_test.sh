#!/bin/bash
# Asks tshark: for captures that it reads right, it must find the same messages of 1.0 and 1.3 in the same frames.
#
#   tshark_test.sh OFLENS         exit status 77: skipped, and why
set -u
oflens=$(realpath "${1:?which oflens?}")
cd "$(dirname "$0")/../../testdata/captures" || exit 1
for tool in tshark jq; do
  command -v "$tool" > /dev/null || { echo "skipped: no $tool"; exit 77; }
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# A line "FRAME TYPE" for each message.
of_tshark() {
  tshark -r "$1" -Y "$2" -T fields -e frame.number -e "$2" 2> /dev/null |
    awk '{n = split($2, types, ","); for (i = 1; i <= n; ++i) print $1, types[i]}'
}
of_oflens() {
  "$oflens" decode -T ndjson "$1" | jq -r "select(.version == \"$2\") | \"\(.frame) \(.type)\""
}
# Names instead of numbers, as both see them.
numbers() { awk -v OFS=' ' 'NR == FNR {name[$1] = $2; next} {print $1, name[$2]}' "$1" -; }
for v in 01 04; do
  for t in $(seq 0 29); do
    printf '%s%02x000800000001\n' "$v" "$t"
  done | "$oflens" decode --hex -T ndjson - 2> /dev/null | jq -r '.type' | awk '{print NR - 1, $1}' > "$scratch/names$v"
done

# Not here: errors (tshark counts the messages in them) and 1.0's flow_mods without actions (it takes them for malformed).
failed=0
while read -r capture version field names; do
  of_tshark "$capture" "$field" | numbers "$scratch/$names" | sort > "$scratch/theirs"
  of_oflens "$capture" "$version" | sort > "$scratch/ours"
  if ! diff "$scratch/theirs" "$scratch/ours"; then
    echo "$capture differs"
    failed=1
  fi
  [ -s "$scratch/ours" ] || { echo "$capture: nothing found"; failed=1; }
  echo "$capture: $(wc -l < "$scratch/ours") messages of $version"
done << 'END'
learning-of10-osken.pcap 1.0 openflow_1_0.type names01
learning-of13.pcap 1.3 openflow_v4.type names04
ipv6-of13.pcapng 1.3 openflow_v4.type names04
expiry-of13.pcap 1.3 openflow_v4.type names04
END
exit "$failed"
