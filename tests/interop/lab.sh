# shellcheck shell=bash
# A real switch on one machine: Open vSwitch with its userspace datapath, hosts in network namespaces, loopback for
# the controllers, tcpdump beside it. To be sourced by a bash script that runs as root:
#
#   . tests/interop/lab.sh
#   lab_require ovs-vswitchd tcpdump     # or the test is skipped
#   lab_enter "$@"                       # first: from here on the script runs in namespaces of its own
#   lab_switch br0 br1                   # a fresh switch; datapath ids 1 and 2
#   lab_host br0 h1 1                    # 10.0.0.1, 02:00:00:00:00:01, port 1 of br0
#   lab_daemon NAME COMMAND...           # a controller, in the background
#   lab_controller tcp:127.0.0.1:6653    # all bridges connect to it
#   lab_capture FILE 'tcp port 6653'; ...; lab_capture_stop
#   lab_stop                             # everything of this switch is gone; lab_switch may follow

# lab_require TOOL...: skips the test where these or namespaces are not to be had.
lab_require() {
  local tool
  for tool in unshare setpriv "$@"; do
    command -v "$tool" > /dev/null || { echo "skipped: no $tool"; exit 77; }
  done
  [ "$(id -u)" = 0 ] || { echo 'skipped: not root'; exit 77; }
  unshare --net --mount --pid --fork true 2> /dev/null || { echo 'skipped: no namespaces here'; exit 77; }
}

# Runs the calling script again, in network, mount and process namespaces of its own. So its loopback carries nothing
# but its own traffic, its ports and names clash with nobody's, /run (with all that is temporary) is its own, and
# whatever it started ends with it, even when it is killed. Give it the script's arguments.
lab_enter() {
  if [ -z "${LAB-}" ]; then
    # unshare holds back SIGTERM and SIGINT, so this shell stays to hear them; should it be killed, so is unshare.
    LAB=/run/lab setpriv --pdeathsig KILL unshare --net --mount --pid --fork --kill-child \
      --mount-proc "$0" "$@" &
    trap 'kill -KILL $! 2> /dev/null' EXIT
    trap 'exit 130' INT TERM HUP
    wait $!
    exit
  fi
  mount -t tmpfs tmpfs /run
  mkdir "$LAB"
  ip link set lo up
  sysctl -q -w net.ipv6.conf.default.disable_ipv6=1 # for devices to come: no router solicitations in the captures
  export OVS_RUNDIR=$LAB OVS_LOGDIR=$LAB OVS_DBDIR=$LAB
  trap lab_stop EXIT
  trap 'exit 130' INT TERM HUP # the first process of a process namespace ignores what it does not handle
}

lab_fail() {
  echo "lab: $*" >&2
  tail -n 5 "$LAB"/*.log >&2
  exit 1
}

# lab_wait WHAT COMMAND...: until COMMAND succeeds, 10 seconds at most.
lab_wait() {
  local what=$1
  shift
  for _ in {1..200}; do
    if "$@"; then return; fi
    sleep 0.05
  done
  lab_fail "no $what"
}

lab_vsctl() { ovs-vsctl --timeout=10 --db="unix:$LAB/db.sock" "$@"; }

# lab_switch BRIDGE...: starts Open vSwitch. Bridge number N has datapath id N and speaks every version. With LAB_DUMMY set
# it has a clock that ovs-appctl moves (time/stop, time/warp), and ports of its own (netdev-dummy/receive), no devices.
lab_switch() {
  local bridge number=0
  # "|| fail" throughout: errexit is off inside functions that are called from a condition.
  ovsdb-tool create "$LAB/conf.db" /usr/share/openvswitch/vswitch.ovsschema || lab_fail 'no database'
  ovsdb-server "$LAB/conf.db" --remote="punix:$LAB/db.sock" --unixctl="$LAB/ovsdb.ctl" -vconsole:off \
    --detach --pidfile="$LAB/ovsdb.pid" --log-file="$LAB/ovsdb.log" || lab_fail 'no ovsdb-server'
  lab_vsctl --no-wait init
  ovs-vswitchd "unix:$LAB/db.sock" ${LAB_DUMMY:+--enable-dummy=override} --unixctl="$LAB/vswitchd.ctl" -vconsole:off \
    --detach --pidfile="$LAB/vswitchd.pid" --log-file="$LAB/vswitchd.log" || lab_fail 'no ovs-vswitchd'
  for bridge; do
    number=$((number + 1))
    lab_vsctl add-br "$bridge" -- set bridge "$bridge" datapath_type=netdev fail-mode=secure \
      other-config:datapath-id="$(printf %016x $number)" other-config:disable-in-band=true \
      other-config:hwaddr="02:00:00:00:ff:0$number" \
      protocols=OpenFlow10,OpenFlow11,OpenFlow12,OpenFlow13,OpenFlow14,OpenFlow15 || lab_fail "no bridge $bridge"
  done
}

# lab_link BRIDGE BRIDGE PORT: joins two bridges, by the port of the same number on each.
lab_link() {
  ip link add "to-$2" address 02:00:00:00:fe:01 type veth peer name "to-$1" address 02:00:00:00:fe:02
  ip link set "to-$1" up
  ip link set "to-$2" up
  lab_vsctl add-port "$1" "to-$2" -- set interface "to-$2" ofport_request="$3" \
    -- add-port "$2" "to-$1" -- set interface "to-$1" ofport_request="$3" || lab_fail "no link from $1 to $2"
}

# lab_host BRIDGE hN PORT: a host with address 10.0.0.N. It knows every other host's MAC address, so that nobody
# asks by ARP at a time of the kernel's choosing.
lab_host() {
  local number=${2#h} other
  ip netns add "$2"
  ip -n "$2" link set lo up
  ip netns exec "$2" sysctl -q -w net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
  ip link add "s-$2" address "02:00:00:00:fd:0$number" type veth \
    peer name eth0 address "02:00:00:00:00:0$number" netns "$2"
  ip netns exec "$2" ethtool -K eth0 tx off rx off > /dev/null # else checksums are left to nobody
  ip -n "$2" address add "10.0.0.$number/24" dev eth0
  ip link set "s-$2" up
  ip -n "$2" link set eth0 up
  for other in {1..9}; do
    [ "$other" = "$number" ] || ip -n "$2" neighbour add "10.0.0.$other" lladdr "02:00:00:00:00:0$other" dev eth0
  done
  lab_vsctl add-port "$1" "s-$2" -- set interface "s-$2" ofport_request="$3" || lab_fail "no port for $2"
}

# lab_on hN COMMAND...: runs it on that host.
lab_on() { ip netns exec "$@"; }

# lab_ping FROM TO COUNT: a host pings another; all must be answered.
lab_ping() {
  lab_on "$1" ping -q -c "$3" -i 0.1 -W 2 "10.0.0.${2#h}" >> "$LAB/ping.log" || lab_fail "$1 cannot reach $2"
}

# lab_daemon NAME COMMAND...: runs it in the background until lab_stop or lab_kill NAME.
lab_daemon() {
  local name=$1
  shift
  "$@" > "$LAB/$name.log" 2>&1 &
  echo $! > "$LAB/daemon-$name.pid"
}

lab_listens() { [ -n "$(ss -Htln "sport = :$1")" ]; }
lab_connected() { [ "$(ss -Htn state established "sport = :$1" | wc -l)" -ge "$2" ]; }

# lab_controller TARGET...: sets the controllers of all bridges. Waits until those at tcp:...:PORT have them all.
lab_controller() {
  local target bridge bridges number
  bridges=$(lab_vsctl list-br)
  number=$(wc -w <<< "$bridges")
  for target; do
    [ "${target%%:*}" != tcp ] || lab_wait "controller at $target" lab_listens "${target##*:}"
  done
  for bridge in $bridges; do
    lab_vsctl set-controller "$bridge" "$@" || lab_fail "no controller for $bridge"
  done
  for target; do
    [ "${target%%:*}" != tcp ] || lab_wait "connections to $target" lab_connected "${target##*:}" "$number"
  done
}

# lab_capture FILE FILTER: records loopback. A file named *.pcapng is one, with nanoseconds.
lab_capture() {
  case $1 in
    *.pcapng) lab_daemon capture dumpcap -q -i lo -f "$2" -w "$1" ;;
    *) lab_daemon capture tcpdump -Z root -i lo -s 0 --immediate-mode -U -B 65536 -w "$1" "$2" ;;
  esac
  lab_wait 'capture' test -s "$1"
}

lab_capture_stop() { lab_kill capture; }

# lab_flows BRIDGE: the flow table as the switch itself has it, asked for where no capture sees it.
lab_flows() { ovs-ofctl -O OpenFlow13 --no-stats --no-names dump-flows "$1"; }

lab_kill() { lab_end "$LAB/daemon-$1.pid"; }

lab_end() { # PIDFILE
  local pid
  pid=$(cat "$1")
  kill "$pid" 2> /dev/null || true # it may have ended by itself
  lab_wait "end of $1" lab_gone "$pid"
  rm -f "$1"
}
lab_gone() { ! kill -0 "$1" 2> /dev/null; }

# Ends all daemons, by their pid files, removes the hosts and all files.
lab_stop() {
  local file device host
  for file in "$LAB"/daemon-*.pid "$LAB"/{vswitchd,ovsdb}.pid; do
    [ ! -e "$file" ] || lab_end "$file"
  done
  # One end of each pair at least is here; the other goes with it.
  while device=$(ip -o link show type veth | sed -n '1s/^[0-9]*: \([^@:]*\).*/\1/p') && [ -n "$device" ]; do
    ip link delete "$device"
  done
  for host in $(ip netns list | cut -d ' ' -f 1); do
    ip netns delete "$host"
  done
  rm -rf "${LAB:?}"/*
}
