#!/usr/bin/env python3
"""Makes a random pipeline in the switch of trace_test.sh, and compares what becomes of random packets.

  trace_check.py OFLENS FOLDER VERSION SEED PACKETS

Prints a line when the pipeline is there, waits for one, and then traces: by OFLENS through FOLDER/trace.pcap, and by
ofproto/trace of the switch whose sockets are in FOLDER. What counts are the tables that were asked, the flows that they
had, and what left the switch: ports and controller in order, each with the packet's fields. Exit status 1 at the first
packet that is not the same.
"""
import json
import random
import re
import socket
import struct
import subprocess
import sys
import threading

OFLENS, FOLDER, VERSION, SEED, PACKETS = sys.argv[1:]
R = random.Random(f"{VERSION}-{SEED}")
V10 = VERSION == "1.0"
TABLES = 6
# Connection tracking hands packets back at a table that only connection tracking leads to: ofproto/trace of 3.1 follows
# loops for ever. And the switch ends by an assertion when there is an action set meanwhile.
TRACKED = TABLES
CT = V10 or R.randrange(2) == 0
TARGET = "tcp:127.0.0.1:16653"


def one_in(n):
    return R.randrange(n) == 0


def ofctl(*arguments):
    """Whether the switch took it."""
    return subprocess.run(["ovs-ofctl", "--no-names", "-O", "OpenFlow10" if V10 else "OpenFlow13", *arguments],
                          capture_output=True).returncode == 0


# ---- a pipeline

# A match, and what its packets are, for actions that ask for it.
MATCHES = [("", ""), ("", ""), ("in_port=1", ""), ("in_port=2", ""), ("in_port=3", ""), ("ip", "ip"), ("ip", "ip"),
           ("ip,nw_src=10.0.0.0/24", "ip"), ("ip,nw_dst=10.0.1.2", "ip"), ("tcp", "tcp"), ("tcp,tp_dst=80", "tcp"),
           ("tcp,tp_dst=0x50/0xfff0", "tcp"), ("tcp,tcp_flags=+syn", "tcp"), ("udp", "udp"), ("udp,tp_src=53", "udp"),
           ("icmp", "icmp"), ("icmp,icmp_type=8", "icmp"), ("arp", "arp"), ("arp,arp_op=1", "arp"),
           ("arp,arp_tpa=10.0.1.2", "arp"), ("ipv6", "ipv6"), ("tcp6", "tcp6"), ("ipv6,ipv6_src=2001:db8::/32", "ipv6"),
           ("icmp6,icmp_type=135,icmp_code=0", "nd"), ("sctp", "sctp"), ("dl_vlan=5", "vlan"), ("dl_vlan=6", "vlan"),
           ("vlan_tci=0x1000/0x1000", "vlan"), ("vlan_tci=0/0x1fff", ""), ("dl_vlan=5,dl_vlan_pcp=3", "vlan"),
           ("dl_dst=01:00:00:00:00:00/01:00:00:00:00:00", ""), ("dl_src=02:00:00:00:00:01", ""), ("ip,nw_ttl=64", "ip"),
           ("ip,nw_ttl=63", "ip"), ("ip,nw_tos=32", "ip"), ("ip,nw_frag=no", "ip"), ("ip,nw_frag=later", "ip"),
           ("mpls", "mpls"), ("mpls,mpls_label=7", "mpls"), ("mpls,mpls_bos=1", "mpls"), ("dl_type=0x88cc", ""),
           ("reg0=7", ""), ("reg0=0x1/0x1", ""), ("reg1=0x5", ""), ("ct_state=+trk+new,ip", "ip"),
           ("ct_state=-trk,ip", "ip"), ("tun_id=5", "")]
if not V10:
    MATCHES += [("metadata=1", ""), ("metadata=0x2/0x2", ""), ("ip,nw_ecn=1", "ip"), ("xreg0=0x700000000", "")]


def resubmits(table):
    if table == TRACKED:
        return [f"resubmit(2,{TRACKED})"]
    return [f"resubmit(,{R.randrange(table + 1, TABLES)})" if table + 1 < TABLES else "resubmit(,0)", f"resubmit(,{R.randrange(table, TABLES)})",
            f"resubmit({R.randrange(1, 5)},{R.randrange(table, TABLES)})"]


PORTS = ["output:1", "output:2", "output:3", "output:4", "IN_PORT", "LOCAL", "CONTROLLER:128", "output:77"]
REGISTERS = ["load:7->NXM_NX_REG0[]", "load:1->NXM_NX_REG0[0]", "load:5->NXM_NX_REG1[]", "load:2->NXM_NX_REG2[0..15]",
             "move:NXM_OF_ETH_SRC[0..15]->NXM_NX_REG3[16..31]", "move:NXM_NX_REG0[]->NXM_NX_REG1[]",
             "push:NXM_NX_REG0[]", "pop:NXM_NX_REG1[]", "push:NXM_OF_ETH_DST[]", "pop:NXM_OF_ETH_SRC[]",
             "push:NXM_OF_IN_PORT[]", "pop:NXM_NX_REG2[0..15]", "output:NXM_NX_REG2[0..15]", "output:NXM_NX_REG1[]",
             "load:3->NXM_OF_IN_PORT[]", "set_tunnel:5"]
FIELDS = {
    "": ["mod_dl_src:02:00:00:00:00:09", "mod_dl_dst:02:00:00:00:00:0a", "load:0xfe->NXM_OF_ETH_DST[40..47]",
         "load:0x1005->NXM_OF_VLAN_TCI[]"],
    "ip": ["mod_nw_src:10.0.0.77", "mod_nw_dst:10.0.1.77", "dec_ttl", "dec_ttl", "mod_nw_ttl:2", "mod_nw_tos:184",
           "mod_nw_ecn:2", "load:9->NXM_OF_IP_DST[0..7]", "move:NXM_OF_IP_SRC[]->NXM_OF_IP_DST[]",
           "move:NXM_NX_REG0[0..7]->NXM_OF_IP_SRC[0..7]", "dec_ttl(1,2)"],
    "tcp": ["mod_tp_src:1000", "mod_tp_dst:80", "load:25->NXM_OF_TCP_DST[]", "dec_ttl",
            "move:NXM_OF_TCP_SRC[]->NXM_OF_TCP_DST[]"],
    "udp": ["mod_tp_src:1000", "load:25->NXM_OF_UDP_DST[]", "mod_nw_src:10.0.0.77"],
    "sctp": ["mod_tp_dst:80"],
    "icmp": ["load:0->NXM_OF_ICMP_TYPE[]", "mod_nw_src:10.0.0.77", "dec_ttl"],
    "arp": ["load:2->NXM_OF_ARP_OP[]", "load:0xa0000001->NXM_OF_ARP_SPA[]",
            "move:NXM_NX_ARP_SHA[]->NXM_NX_ARP_THA[]", "move:NXM_OF_ARP_SPA[]->NXM_OF_ARP_TPA[]"],
    "ipv6": ["dec_ttl", "mod_nw_tos:184", "load:1->NXM_NX_IPV6_DST[0..63]",
             "move:NXM_NX_IPV6_SRC[]->NXM_NX_IPV6_DST[]", "load:5->NXM_NX_IPV6_LABEL[]"],
    "tcp6": ["mod_tp_dst:80", "dec_ttl"],
    "nd": ["load:1->NXM_NX_ND_TARGET[0..15]", "move:NXM_NX_ND_SLL[]->NXM_OF_ETH_SRC[]"],
    "vlan": ["strip_vlan", "strip_vlan", "mod_vlan_pcp:5", "mod_vlan_vid:6"],
    "mpls": ["dec_mpls_ttl", "set_mpls_ttl(9)", "set_mpls_label(7)", "set_mpls_tc(3)", "push_mpls:0x8847",
             "load:8->OXM_OF_MPLS_LABEL[]"],
}
if V10:
    FIELDS[""] += ["mod_vlan_vid:5", "mod_vlan_pcp:3", "strip_vlan"]
else:
    FIELDS[""] += ["push_vlan:0x8100", "push_vlan:0x88a8", "push_vlan:0x8100,set_field:4102->vlan_vid",
                   "set_field:02:00:00:00:00:00/ff:00:00:00:00:00->eth_src", "load:0x3->OXM_OF_METADATA[0..1]",
                   "set_field:0x700000001->xreg0"]
    FIELDS["ip"] += ["set_field:10.0.9.0/0.0.255.0->ip_src", "set_field:9->ip_dscp"]
    FIELDS["tcp"] += ["set_field:8080->tcp_dst"]
    FIELDS["vlan"] += ["set_field:4103->vlan_vid", "set_field:2->vlan_pcp"]
IS_IP = {"tcp", "udp", "icmp", "sctp"}


def action(table, kind, groups=True, nested=False):
    what = R.randrange(20)
    if what < 6:
        return R.choice(PORTS)
    if what < 11:
        kinds = ["", kind] + (["ip"] if kind in IS_IP else [])
        return R.choice(FIELDS[R.choice(kinds)])
    if what < 13:
        return R.choice(REGISTERS)
    if what < 15 and not nested:
        return R.choice(resubmits(table))
    if what == 15 and groups:
        return f"group:{R.randrange(1, 7)}"
    if what == 16 and not nested:
        return f"clone({','.join(action(table, kind, groups, True) for _ in range(R.randrange(1, 4)))})"
    if what == 17 and one_in(3):
        return R.choice(["FLOOD", "ALL"])
    if what == 18:
        return R.choice(["exit", "note:01", "controller(reason=no_match,max_len=64,id=1)", "set_queue:3", "pop_queue",
                         "write_metadata:1" if not V10 else "enqueue:2:3", "ct_clear", "output(port=2,max_len=100)",
                         "bundle(eth_src,0,active_backup,ofport,members:4,3,2)", "fin_timeout(idle_timeout=5)"])
    if what == 19 and CT and table < TRACKED and kind in ("ip", "tcp", "udp"):
        return R.choice([f"ct(table={TRACKED})", "ct(commit)", f"ct(zone=3,table={TRACKED})"])
    return R.choice(PORTS)


def actions(table, kind):
    if one_in(12):
        return "drop"
    parts = [action(table, kind) for _ in range(R.randrange(1, 5))]
    if table + 1 < TABLES and not one_in(3):
        parts.insert(R.randrange(len(parts) + 1), f"resubmit(,{R.randrange(table + 1, TABLES)})")
    parts = [p for p in parts if not p.startswith("write_metadata")]
    if kind == "mpls" and one_in(3):
        return ",".join(parts + ["pop_mpls:0x0800", "output:3"])
    if V10:
        return ",".join(parts)
    if one_in(6):
        parts.insert(0, "meter:1")
    if one_in(6):
        parts.append("clear_actions")
    if one_in(3) and not CT:
        fields = [f for f in FIELDS[kind] + FIELDS[""] if "->NXM_NX_REG" not in f and not f.startswith("mod_nw_ecn")]
        written = [R.choice(fields) for _ in range(R.randrange(3))]
        written += [R.choice(["output:2", "output:3", "group:2", "group:5", "IN_PORT", "CONTROLLER:64", "drop"])]
        R.shuffle(written)
        parts.append(f"write_actions({','.join(w for w in written if w != 'drop')})")
    if one_in(4):
        parts.append(R.choice(["write_metadata:1", "write_metadata:0x2/0x2"]))
    if one_in(2) and table + 1 < TABLES:
        parts.append(f"goto_table:{R.randrange(table + 1, TABLES)}")
    return ",".join(parts)


def bucket(group):
    """The actions of a bucket, which count as an action set."""
    parts = R.sample(["mod_dl_src:02:00:00:00:00:0b", "mod_dl_dst:02:00:00:00:00:0c", "dec_ttl", "output:1", "output:2",
                      "output:3", "IN_PORT", "CONTROLLER:32", f"resubmit(,{R.randrange(3, TABLES)})",
                      f"group:{R.randrange(1, group)}" if group > 1 else "output:4",
                      "mod_nw_src:10.0.0.99", "mod_vlan_vid:9"], R.randrange(1, 4))
    return ",".join(parts)


def make_pipeline():
    taken = 0
    for group in range(1, 6):
        kind = R.choice(["all", "all", "indirect", "ff", "ff"])
        buckets = [bucket(group) for _ in range(1 if kind == "indirect" else R.randrange(1, 4))]
        watch = "" if kind != "ff" else "watch_port:{},"
        text = ",".join(f"bucket={watch.format(R.choice([1, 2, 4, 4, 77]))}actions={b}" for b in buckets)
        taken += ofctl("add-group", TARGET, f"group_id={group},type={kind},{text}")
    if not V10:
        ofctl("add-meter", TARGET, "meter=1,kbps,band=type=drop,rate=100000")
    flows = 0
    for table in range(TRACKED + 1):
        # Of equal priority it would not be defined which flow counts.
        for priority in R.sample(range(1, 100), R.randrange(4, 12)):
            match, kind = R.choice(MATCHES)
            text = f"table={table},priority={priority},cookie={R.randrange(4)}" + ("," + match if match else "")
            flows += ofctl("add-flow", TARGET, f"{text},actions={actions(table, kind)}")
        if one_in(2):
            flows += ofctl("add-flow", TARGET, f"table={table},priority=0,cookie=9,actions={R.choice(['CONTROLLER:99', 'output:3'])}")
    return flows, taken


# ---- packets

def packet():
    """A flow as both read it: the fields of a packet."""
    parts = [f"in_port={R.randrange(1, 4)}", f"dl_src=02:00:00:00:00:0{R.randrange(1, 4)}",
             R.choice(["dl_dst=02:00:00:00:00:05", "dl_dst=ff:ff:ff:ff:ff:ff", "dl_dst=01:00:5e:00:00:01"])]
    kind = R.choice(["tcp", "tcp", "udp", "icmp", "arp", "tcp6", "udp6", "icmp6", "sctp", "mpls", "ip", "lldp"])
    if kind == "lldp":
        parts.append("dl_type=0x88cc")
    elif kind == "mpls":
        parts += ["mpls", f"mpls_label={R.choice([7, 9])}", f"mpls_tc={R.randrange(8)}", f"mpls_ttl={R.choice([1, 2, 64])}",
                  f"mpls_bos={R.choice([1, 1, 0])}"]
    elif kind == "arp":
        parts += ["arp", f"arp_op={R.randrange(1, 3)}", "arp_spa=10.0.0.1", f"arp_tpa=10.0.1.{R.randrange(1, 3)}",
                  "arp_sha=02:00:00:00:00:01"]
    else:
        parts.append(kind)
        v6 = kind.endswith("6")
        parts += (["ipv6_src=2001:db8::1", "ipv6_dst=2001:db9::2"] if v6 else
                  [f"nw_src=10.0.{R.randrange(2)}.1", f"nw_dst=10.0.1.{R.randrange(1, 4)}"])
        parts += [f"nw_ttl={R.choice([1, 2, 3, 63, 64, 64, 65])}", f"nw_tos={R.choice([0, 32])}", f"nw_ecn={R.randrange(4)}"]
        if kind == "ip":
            parts.append("nw_proto=47")
        if not v6 and one_in(8):
            parts.append(R.choice(["nw_frag=first", "nw_frag=later"]))
        if kind in ("tcp", "udp", "tcp6", "udp6", "sctp") and "nw_frag=later" not in parts:
            protocol = kind.rstrip("6")
            parts += [f"{protocol}_src={R.choice([53, 1234])}", f"{protocol}_dst={R.choice([53, 80, 81, 443])}"]
        if kind in ("tcp", "tcp6") and "nw_frag=later" not in parts:
            parts.append(R.choice(["tcp_flags=0x002", "tcp_flags=0x010"]))
        if kind == "icmp" and "nw_frag=later" not in parts:
            parts += [f"icmp_type={R.choice([0, 8])}", "icmp_code=0"]
        if kind == "icmp6":
            parts += ["icmpv6_type=135", "icmpv6_code=0", "nd_target=fe80::1", "nd_sll=02:00:00:00:00:01"]
    if one_in(3):
        parts += [f"dl_vlan={R.choice([5, 6])}", f"dl_vlan_pcp={R.choice([0, 3])}"]
    if one_in(8):
        parts.append("metadata=1" if one_in(2) and not V10 else "reg0=7")
    return ",".join(parts)


# ---- what the switch says

def appctl(*arguments):
    return subprocess.run(["ovs-appctl", "--timeout=20", f"--target={FOLDER}/vswitchd.ctl", *arguments],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout


def split(text):
    """At the commas outside of brackets."""
    parts, depth, begin = [], 0, 0
    for i, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if c == "," and depth == 0:
            parts.append(text[begin:i])
            begin = i + 1
    return [p for p in parts + [text[begin:]] if p]


def fields_of(text):
    """What a flow's text says, by name; tags and labels in one form."""
    fields, kind = {}, ""
    for part in split(text):
        name, _, value = part.partition("=")
        if value:
            fields[name] = value
        elif name not in ("eth",):
            kind = name
    return kind, fields


NUMBERS = {"nw_tos", "nw_ecn", "nw_ttl", "tp_src", "tp_dst", "icmp_type", "icmp_code", "arp_op", "mpls_label", "mpls_tc",
           "mpls_ttl", "mpls_bos"}
PLAIN = NUMBERS | {"dl_src", "dl_dst", "nw_src", "nw_dst", "ipv6_src", "ipv6_dst", "ipv6_label", "arp_spa", "arp_tpa", "arp_sha",
                   "arp_tha", "nd_target", "nd_sll", "nd_tll"}
MPLS = {"mpls_label", "mpls_tc", "mpls_ttl", "mpls_bos"}


def entry_of(text):
    lse = int(text)
    return lse >> 12, lse >> 9 & 7, lse & 0xff, lse >> 8 & 1


def to_the_bottom(labels):
    known = []
    for entry in labels[:3]:
        known.append(entry)
        if entry[3]:
            break
    while known and known[-1] == (0, 0, 0, 0):
        known.pop()
    return known


class State:
    """A packet as the switch's own actions change it."""

    def __init__(self, text):
        self.kind, fields = fields_of(text)
        self.fields = {n: v for n, v in fields.items() if n in PLAIN}
        self.vlans = []
        if "dl_vlan" in fields:
            self.vlans.append((int(fields["dl_vlan"]), int(fields["dl_vlan_pcp"])))
        self.labels = []
        if self.kind.startswith("mpls"):
            self.labels = [tuple(int(self.fields[n]) for n in ("mpls_label", "mpls_tc", "mpls_ttl", "mpls_bos"))]
            self.labels += [entry_of(fields[n]) for n in ("mpls_lse1", "mpls_lse2") if n in fields]
        self.popped = False

    def copy(self):
        other = State("")
        other.kind, other.fields, other.vlans = self.kind, dict(self.fields), list(self.vlans)
        other.labels, other.popped = list(self.labels), self.popped
        return other

    def set(self, protocol, members):
        names = {"eth": {"src": "dl_src", "dst": "dl_dst"},
                 "ipv4": {"src": "nw_src", "dst": "nw_dst", "ttl": "nw_ttl"},
                 "ipv6": {"src": "ipv6_src", "dst": "ipv6_dst", "hlimit": "nw_ttl", "label": "ipv6_label"},
                 "arp": {"sip": "arp_spa", "tip": "arp_tpa", "op": "arp_op", "sha": "arp_sha", "tha": "arp_tha"},
                 "icmp": {"type": "icmp_type", "code": "icmp_code"}, "icmpv6": {"type": "icmp_type", "code": "icmp_code"},
                 "nd": {"target": "nd_target", "sll": "nd_sll", "tll": "nd_tll"},
                 "tcp": {"src": "tp_src", "dst": "tp_dst"}, "udp": {"src": "tp_src", "dst": "tp_dst"},
                 "sctp": {"src": "tp_src", "dst": "tp_dst"}}
        if protocol in ("skb_priority", "skb_mark", "tunnel"):
            return
        if protocol == "mpls":
            self.labels[0] = tuple(int(members[n]) for n in ("label", "tc", "ttl", "bos"))
            return
        for name, value in members.items():
            value, _, mask = value.partition("/")
            if name in ("tos", "tclass"):
                old = int(self.fields["nw_tos"]) | int(self.fields["nw_ecn"])
                mask = int(mask, 0) if mask else 0xff
                new = old & ~mask | int(value, 0) & mask
                self.fields["nw_tos"], self.fields["nw_ecn"] = str(new & 0xfc), str(new & 3)
                continue
            name = names[protocol][name]
            if mask:
                value = masked(self.fields.get(name, "0"), value, mask, name)
            self.fields[name] = value

    def told(self):
        """What both are to say alike."""
        fields = {n: (int(v, 0) if n in NUMBERS or n == "ipv6_label" else v) for n, v in self.fields.items()
                  if n not in MPLS and (n[:3] != "nd_" or v != "00:00:00:00:00:00")}
        if self.labels or self.popped:
            fields = {n: v for n, v in fields.items() if n in ("dl_src", "dl_dst")}
        return {"vlans": self.vlans[:2], "labels": to_the_bottom(self.labels), **fields}


def masked(old, value, mask, name):
    def number(text):
        if ":" in text and "." not in text and name.startswith(("dl", "arp", "nd_sll", "nd_tll")):
            return int(text.replace(":", ""), 16), 6
        if "." in text:
            return int.from_bytes(socket.inet_aton(text), "big"), 4
        if ":" in text:
            return int.from_bytes(socket.inet_pton(socket.AF_INET6, text), "big"), 16
        return int(text, 0), 0
    (o, _), (v, width), (m, _) = number(old), number(value), number(mask)
    new = o & ~m | v & m
    if width == 4:
        return socket.inet_ntoa(new.to_bytes(4, "big"))
    if width == 16:
        return socket.inet_ntop(socket.AF_INET6, new.to_bytes(16, "big"))
    if width == 6:
        return ":".join(f"{b:02x}" for b in new.to_bytes(6, "big"))
    return str(new)


def members_of(text):
    return dict(p.split("=", 1) for p in split(text) if "=" in p)


class NotComparable(Exception):
    """The switch's trace ends where its datapath would go on."""


def walk(actions, state, out):
    before = ""
    for part in split(actions):
        name, _, rest = part.partition("(")
        inner = rest[:-1]
        if name == "drop":
            continue
        if name == "hash" or name == "recirc" and before != "ct":
            raise NotComparable(part)
        before = name
        if name in ("recirc", "ct", "ct_clear", "meter", "trunc") or name.startswith("ct"):
            continue
        if name == "clone":
            walk(inner, state.copy(), out)
        elif name == "set":
            protocol, _, members = inner.partition("(")
            state.set(protocol, members_of(members[:-1]))
        elif name == "push_vlan":
            m = members_of(inner)
            state.vlans.insert(0, (int(m["vid"]), int(m["pcp"])))
        elif name == "pop_vlan":
            state.vlans.pop(0)
        elif name == "push_mpls":
            m = members_of(inner)
            state.labels.insert(0, tuple(int(m[n]) for n in ("label", "tc", "ttl", "bos")))
        elif name == "pop_mpls":
            state.labels.pop(0)
            state.popped = state.popped or not state.labels
        elif name == "userspace":
            m = members_of(inner[inner.index("controller(") + 11:-1])
            reason = {"0": "OFPR_NO_MATCH", "1": "OFPR_ACTION", "2": "OFPR_INVALID_TTL", "3": "OFPR_ACTION_SET",
                      "4": "OFPR_GROUP", "5": "OFPR_PACKET_OUT", "6": "OFPR_ACTION" if V10 else "OFPR_NO_MATCH",
                      "7": "OFPR_NO_MATCH"}[m["reason"]]
            out.append((f"CONTROLLER {reason} {m['controller_id']}", state.told()))
        elif re.fullmatch(r"p\d|br0", name):
            out.append(({"br0": "LOCAL"}.get(name, name[1:]), state.told()))
        else:
            raise NotComparable(part)


def said_by_switch(text):
    tables = []
    for line in text.splitlines():
        m = re.match(r" *(\d+)\. (.*)", line)
        if m:
            priority, cookie = re.search(r"priority (\d+)", m[2]), re.search(r"cookie (0x[0-9a-f]+)", m[2])
            tables.append((int(m[1]), int(priority[1]) if priority else None,
                           int(cookie[1], 16) if cookie else 0) if not m[2].startswith("No match") else (int(m[1]), "miss"))
    deliveries = []
    for section in re.split(r"^={10,}\n.*\n={10,}\n", text, flags=re.M):
        flow, acts = re.search(r"^Flow: (.*)", section, re.M), re.search(r"^Datapath actions: (.*)", section, re.M)
        walk(acts[1], State(re.sub(r"recirc_id=[^,]*,|ct_[a-z]*=[^,]*,|eth,", "", flow[1])), deliveries)
    return tables, in_runs(deliveries)


def said_by_oflens(record):
    tables = []
    for s in record["steps"]:
        if s["kind"] == "table":
            tables.append((s["table_id"], s["priority"], int(s["cookie"], 16)))
        elif s["kind"] == "miss":
            tables.append((s["table_id"], "miss"))
    deliveries = []
    for d in record["result"]:
        state = State(record["flow"])
        kind, changed = fields_of(d["changed"])
        state.fields.update({n: v for n, v in changed.items() if n in PLAIN})
        if "vlan_tci" in changed:
            state.vlans = []
        elif "dl_vlan" in changed or "dl_vlan_pcp" in changed:
            vid, pcp = state.vlans[0] if state.vlans else (0, 0)
            state.vlans = [(int(changed.get("dl_vlan", vid)), int(changed.get("dl_vlan_pcp", pcp)))]
        if "vlan_tci1" in changed:
            tci = int(changed["vlan_tci1"], 0)
            state.vlans = state.vlans[:1] + ([(tci & 0xfff, tci >> 13)] if tci else [])
        if kind and not kind.startswith("mpls") and state.labels:
            state.labels, state.popped = [], True
        elif kind.startswith("mpls") or (MPLS | {"mpls_lse1", "mpls_lse2"}) & set(changed):
            old = state.labels[0] if state.labels else (0, 0, 0, 0)
            new = tuple(int(changed.get(n, o)) for n, o in zip(("mpls_label", "mpls_tc", "mpls_ttl", "mpls_bos"), old))
            inner = (state.labels[1:] + [(0, 0, 0, 0)] * 2)[:2]
            for i, n in enumerate(("mpls_lse1", "mpls_lse2")):
                inner[i] = entry_of(changed[n]) if n in changed else inner[i]
            state.labels = [new] + inner
        where = d["output"]
        if where == "CONTROLLER":
            where = f"CONTROLLER {d['reason']} {d['controller_id']}"
        deliveries.append((where, state.told()))
    return tables, in_runs(deliveries)


def in_runs(deliveries):
    """A flood's ports come in no particular order: those with the same packet, sorted."""
    out, i = [], 0
    while i < len(deliveries):
        j = i
        while j < len(deliveries) and deliveries[j][1] == deliveries[i][1]:
            j += 1
        out += sorted(deliveries[i:j], key=lambda d: d[0])
        i = j
    return out


def brief(text):
    """Of a trace that goes on and on, the ends."""
    lines = text.splitlines()
    return "\n".join(lines if len(lines) < 200 else lines[:100] + ["..."] + lines[-50:])


def answer_echoes(channel):
    """So that the switch does not take the controller for gone."""
    received = b""
    while piece := channel.recv(65536):
        received += piece
        while len(received) >= 8 and len(received) >= (length := struct.unpack_from("!H", received, 2)[0]):
            message, received = received[:length], received[length:]
            if message[1] == 2:
                channel.sendall(message[:1] + b"\3" + message[2:])


def main():
    # A controller that stays: of which version decides what a miss does. It asks what ports there are.
    version = 1 if V10 else 4
    channel = socket.create_connection(("127.0.0.1", 16653), timeout=20)
    channel.sendall(struct.pack("!BBHI", version, 0, 8, 1) + struct.pack("!BBHI", version, 5, 8, 2))
    if not V10:
        channel.sendall(struct.pack("!BBHIHHI", version, 18, 16, 3, 13, 0, 0))
    threading.Thread(target=answer_echoes, args=(channel,), daemon=True).start()
    flows, groups = make_pipeline()
    print("ready", flush=True)
    sys.stdin.readline()
    compared = skipped = delivered = met = 0
    for _ in range(int(PACKETS)):
        flow = packet()
        told = appctl("ofproto/trace", "--names", "br0", flow)
        run = subprocess.run([OFLENS, "trace", "-T", "json", "--flow", flow, f"{FOLDER}/trace.pcap"], capture_output=True, text=True)
        if "Datapath actions: " not in told:
            sys.exit(f"no trace for {flow}: {told}")
        try:
            theirs = said_by_switch(told)
        except NotComparable:
            skipped += 1
            continue
        records = json.loads(run.stdout) if run.returncode == 0 else []
        ours = said_by_oflens(records[0]) if len(records) == 1 else None
        if ours != theirs:
            print(f"not the same for {flow}\n{brief(told)}\n{run.stderr}")
            text = subprocess.run([OFLENS, "trace", "--flow", flow, f"{FOLDER}/trace.pcap"], capture_output=True, text=True)
            print(brief(text.stdout))
            for name, a, b in zip(("tables", "result"), theirs, ours or ((), ())):
                if a != b:
                    at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
                    print(f"{name}, of {len(a)} and {len(b)}, from {at} on; the switch:", *a[at:at + 3], "oflens:",
                          *b[at:at + 3], sep="\n  ")
            sys.exit(1)
        compared += 1
        delivered += len(ours[1])
        met += len(ours[0])
    print(f"{VERSION}, seed {SEED}: {flows} flows, {groups} groups; {compared} packets met the same {met} flows and went the same "
          f"{delivered} ways; {skipped} not comparable")
    channel.close()


main()
