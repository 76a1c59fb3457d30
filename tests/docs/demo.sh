#!/usr/bin/env bash
# What ./dev demo shows: one capture, three questions. Usage: demo.sh OFLENS
set -euo pipefail
oflens=$1
capture=testdata/captures/learning-of13.pcap
cd "$(dirname "$(readlink -f "$0")")/../.."
ask() {
  printf '\n$ oflens %s %s\n' "$*" "$capture"
  "$oflens" "$@" "$capture"
}
echo
echo "A switch of two bridges and the controller that teaches them; hosts ping each other ($capture)."
ask decode --relative -c 9
ask exchanges --relative --type packet_in -c 5
ask flows --no-stats
