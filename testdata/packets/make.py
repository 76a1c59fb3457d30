#!/usr/bin/python3
"""Makes packets.txt anew (./dev captures does): packets built by scapy, a line "# what", the frame in hexadecimal, and the layers as oflens shows them.

  make.py OFLENS
"""
import json
import pathlib
import subprocess
import sys

from scapy.all import (ARP, BOOTP, DHCP, DNS, DNSQR, ESP, GRE, ICMP, IP, LLC, SCTP, SNAP, STP, TCP, UDP, VXLAN, Dot1AD, Dot1Q, Dot3,
                       Ether, ICMPv6EchoRequest, ICMPv6ND_NA, ICMPv6ND_NS, ICMPv6ND_RA, ICMPv6NDOptDstLLAddr,
                       ICMPv6NDOptMTU, ICMPv6NDOptPrefixInfo, ICMPv6NDOptSrcLLAddr, IPOption_Router_Alert, IPv6,
                       IPv6ExtHdrFragment, IPv6ExtHdrHopByHop, IPv6ExtHdrRouting, PadN, Raw, RouterAlert)
from scapy.contrib.geneve import GENEVE, GeneveOptions
from scapy.contrib.igmp import IGMP
from scapy.contrib.lldp import (LLDPDU, LLDPDUChassisID, LLDPDUEndOfLLDPDU, LLDPDUGenericOrganisationSpecific, LLDPDUPortID,
                                LLDPDUSystemCapabilities, LLDPDUSystemDescription, LLDPDUSystemName, LLDPDUTimeToLive)
from scapy.contrib.mpls import MPLS
from scapy.contrib.nsh import NSH
from scapy.layers.ipsec import AH

e = Ether(dst="02:00:00:00:00:02", src="02:00:00:00:00:01")
ip = IP(src="10.0.0.1", dst="10.0.0.2")
ip6 = IPv6(src="fd00::1", dst="fd00::2")
ping = ICMP(type=8, id=7, seq=1) / Raw(b"abcd")

PACKETS = {
    "ARP request": Ether(dst="ff:ff:ff:ff:ff:ff", src="02:00:00:00:00:01") / ARP(op=1, hwsrc="02:00:00:00:00:01", psrc="10.0.0.1", pdst="10.0.0.2"),
    "ARP reply, padded to 60 bytes": e / ARP(op=2, hwsrc="02:00:00:00:00:01", psrc="10.0.0.1", hwdst="02:00:00:00:00:02", pdst="10.0.0.2") / Raw(b"\0" * 18),
    "ICMP echo": e / ip / ping,
    "ICMP echo, padded": e / IP(src="10.0.0.1", dst="10.0.0.2", len=28) / ICMP(type=0, id=7, seq=1) / Raw(b"\0" * 18),
    "802.1Q": e / Dot1Q(prio=5, vlan=100) / ip / UDP(sport=1000, dport=2000) / Raw(b"xy"),
    "QinQ": e / Dot1AD(vlan=200) / Dot1Q(vlan=100) / ip / ping,
    "MPLS, two labels": e / MPLS(label=100, s=0, ttl=64) / MPLS(label=200, s=1, cos=3, ttl=63) / ip / ping,
    "802.3 with LLC": Dot3(dst="01:80:c2:00:00:00", src="02:00:00:00:00:01") / LLC(dsap=0x42, ssap=0x42, ctrl=3) / STP(),
    "802.3 with SNAP": Dot3(dst="02:00:00:00:00:02", src="02:00:00:00:00:01") / LLC(dsap=0xaa, ssap=0xaa, ctrl=3) / SNAP(OUI=0, code=0x0800) / ip / ping,
    "LLDP as os-ken writes it": Ether(dst="01:80:c2:00:00:0e", src="02:00:00:00:00:01") / LLDPDU() / LLDPDUChassisID(subtype=7, id=b"dpid:0000000000000001") / LLDPDUPortID(subtype=2, id=b"\0\0\0\1") / LLDPDUTimeToLive(ttl=120) / LLDPDUEndOfLLDPDU(),
    "LLDP with MAC addresses, names and an organization's TLV": Ether(dst="01:80:c2:00:00:0e", src="02:00:00:00:00:01") / LLDPDU() / LLDPDUChassisID(subtype=4, id="02:00:00:00:00:01") / LLDPDUPortID(subtype=3, id="02:00:00:00:00:03") / LLDPDUTimeToLive(ttl=120) / LLDPDUSystemName(system_name=b"s1") / LLDPDUSystemDescription(description=b"a switch") / LLDPDUSystemCapabilities(mac_bridge_available=1, mac_bridge_enabled=1, router_available=1) / LLDPDUGenericOrganisationSpecific(org_code=0x0026e1, subtype=0, data=bytes(7) + b"\1") / LLDPDUEndOfLLDPDU(),
    "IPv4 with options": e / IP(src="10.0.0.1", dst="224.0.0.22", ttl=1, options=[IPOption_Router_Alert()]) / IGMP(type=0x16, gaddr="239.0.0.1"),
    "IPv4, later fragment": e / IP(src="10.0.0.1", dst="10.0.0.2", proto=17, frag=185, flags="MF") / Raw(b"12345678"),
    "TCP SYN with options": e / ip / TCP(sport=40000, dport=80, flags="S", seq=1, options=[("MSS", 1460), ("SAckOK", b""), ("Timestamp", (100, 0)), ("NOP", None), ("WScale", 7)]),
    "TCP with data": e / ip / TCP(sport=40000, dport=80, flags="PA", seq=2, ack=3) / Raw(b"GET / HTTP/1.0\r\n\r\n"),
    "SCTP": e / ip / SCTP(sport=5000, dport=5001, tag=1) / Raw(b"\0" * 4),
    "IPv6, TCP": e / IPv6(src="fd00::1", dst="fd00::2", tc=0xb8, fl=0x12345) / TCP(sport=1, dport=2, flags="A"),
    "IPv6 extension headers": e / ip6 / IPv6ExtHdrHopByHop(options=[RouterAlert(), PadN(optdata=b"")]) / IPv6ExtHdrRouting(addresses=["fd00::3"], segleft=1) / ICMPv6EchoRequest(id=1, seq=2),
    "IPv6 fragment": e / ip6 / IPv6ExtHdrFragment(offset=0, m=1, id=9) / UDP(sport=1, dport=2, len=100, chksum=1) / Raw(b"12345678"),
    "neighbour solicitation": e / ip6 / ICMPv6ND_NS(tgt="fd00::2") / ICMPv6NDOptSrcLLAddr(lladdr="02:00:00:00:00:01"),
    "neighbour advertisement": e / ip6 / ICMPv6ND_NA(tgt="fd00::2", R=0, S=1, O=1) / ICMPv6NDOptDstLLAddr(lladdr="02:00:00:00:00:02"),
    "router advertisement": e / ip6 / ICMPv6ND_RA(routerlifetime=1800) / ICMPv6NDOptMTU(mtu=1500) / ICMPv6NDOptPrefixInfo(prefix="fd00::", prefixlen=64),
    "DHCP discover": e / IP(src="0.0.0.0", dst="255.255.255.255") / UDP(sport=68, dport=67) / BOOTP(op=1, chaddr=b"\2\0\0\0\0\1", xid=0x1234) / DHCP(options=[("message-type", "discover"), ("hostname", b"h1"), ("requested_addr", "10.0.0.9"), "end"]),
    "DNS query": e / ip / UDP(sport=5000, dport=53) / DNS(id=1, rd=1, qd=DNSQR(qname="www.example.org", qtype="AAAA")),
    "GRE with a key": e / ip / GRE(key_present=1, key=42) / IP(src="192.168.0.1", dst="192.168.0.2") / ping,
    "GRE with Ethernet": e / ip / GRE(proto=0x6558) / e / IP(src="192.168.0.1", dst="192.168.0.2") / ping,
    "VXLAN": e / ip / UDP(sport=5555, dport=4789) / VXLAN(vni=77, flags=8) / e / IP(src="192.168.0.1", dst="192.168.0.2") / ping,
    "Geneve with an option": e / ip / UDP(sport=5555, dport=6081) / GENEVE(vni=78, proto=0x6558, options=[GeneveOptions(classid=0x102, type=0x80, data=b"\0\0\0\1")]) / e / IP(src="192.168.0.1", dst="192.168.0.2") / ping,
    "IP in IP": e / ip / IP(src="192.168.0.1", dst="192.168.0.2") / ping,
    "IPv6 in IPv6, in IPv4": e / ip / IPv6(src="fd00::1", dst="fd00::2") / IPv6(src="fd00::3", dst="fd00::4") / UDP(sport=1, dport=2),
    "MPLS in UDP": e / ip / UDP(sport=5555, dport=6635) / MPLS(label=100, s=1, ttl=64) / IP(src="192.168.0.1", dst="192.168.0.2") / ping,
    "NSH": Ether(dst="02:00:00:00:00:02", src="02:00:00:00:00:01", type=0x894F) / NSH(mdtype=1, nextproto=3, spi=5, si=255, context_header=b"\0" * 16) / e / ip / ping,
    "ESP": e / ip / ESP(spi=0x100, seq=1, data=b"\1" * 8),
    "AH": e / ip / AH(nh=1, payloadlen=4, spi=0x100, seq=1, icv=b"\0" * 12) / ping,
    "sFlow": e / ip / UDP(sport=5555, dport=6343) / Raw(bytes.fromhex("00000005 00000001 0a000001 00000000 00000001 00000064 00000001 00000000")),
    "IPFIX": e / ip / UDP(sport=5555, dport=4739) / Raw(bytes.fromhex("000a 0010 5e000000 00000001 00000002")),
    "not a protocol": Ether(dst="02:00:00:00:00:02", src="02:00:00:00:00:01", type=0x88b5) / Raw(b"hello"),
}
CUT = {
    "ICMP echo, cut in its IP header": ("ICMP echo", 30),
    "TCP SYN, cut in its options": ("TCP SYN with options", 62),
    "VXLAN, cut in the inner Ethernet header": ("VXLAN", 56),
    "LLDP, cut in its chassis id": ("LLDP as os-ken writes it", 30),
    "a cut Ethernet header": ("ICMP echo", 9),
}


def layers(oflens, frame):
    message = bytes.fromhex("010a") + (18 + len(frame)).to_bytes(2, "big") + bytes.fromhex("00000001 ffffffff") + len(frame).to_bytes(2, "big") + bytes.fromhex("0001 00 00") + frame
    out = subprocess.run([oflens, "decode", "--hex", "-T", "ndjson", "-"], input=message.hex(), text=True, capture_output=True, check=True)
    data = json.loads(out.stdout)["body"]["data"]
    del data["bytes"]
    return json.dumps(data)


frames = {what: bytes(packet) for what, packet in PACKETS.items()}
frames |= {what: frames[of][:length] for what, (of, length) in CUT.items()}
lines = [f"# {what}\n{frame.hex()}\n{layers(sys.argv[1], frame)}\n" for what, frame in frames.items()]
pathlib.Path(__file__).with_name("packets.txt").write_text("\n".join(lines))
