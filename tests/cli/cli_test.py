#!/usr/bin/env python3
"""The oflens command as users and scripts meet it: exit statuses, what goes where, every form of output.

usage: cli_test.py OFLENS [unittest options]
"""
import datetime
import gzip
import json
import os
import pathlib
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
from xml.etree import ElementTree

CAPTURES = pathlib.Path(__file__).resolve().parents[2] / "testdata" / "captures"
OFLENS = ""
SUBCOMMANDS = ["blame", "decode", "exchanges", "flows", "lint", "stats"]


def run(*arguments, stdin=b"", **more):
    """Runs oflens; returns status, standard output and standard error."""
    more.setdefault("stdout", subprocess.PIPE)
    p = subprocess.run([OFLENS, *map(str, arguments)], input=stdin, stderr=subprocess.PIPE, timeout=60, **more)
    return p.returncode, (p.stdout or b"").decode(), p.stderr.decode()


def provenance():
    """What PROVENANCE.md says of each capture: packets, first time, messages, counts by version and type."""
    known = {}
    for line in (CAPTURES / "PROVENANCE.md").read_text().splitlines():
        m = re.match(r"- `([^`]+\.pcap(?:ng)?)`:.* (\d+) packets, (\S+Z) to (\S+Z); (\d+) messages\. (.*)", line)
        if not m:
            continue
        by_type = {}
        counts = m[6][: m[6].index(". Flows")] if ". Flows" in m[6] else m[6].rstrip(".")
        for part in counts.split("; "):
            version, rest = re.match(r"OpenFlow (\S+): (.*)", part).groups()
            by_type[version] = {t: int(n) for t, n in (x.split(" ") for x in rest.split(", "))}
        known[m[1]] = {"packets": int(m[2]), "first": m[3], "messages": int(m[5]), "by_type": by_type}
    return known


KNOWN = provenance()


def parse_time(text):
    """RFC 3339 to seconds since the epoch, as (seconds, nanoseconds)."""
    whole, fraction = text.rstrip("Z").split(".")
    seconds = datetime.datetime.fromisoformat(whole + "+00:00").timestamp()
    return int(seconds), int(fraction.ljust(9, "0"))


def pcap(frames, magic=0xA1B2C3D4):
    """A capture of raw IPv4 packets: (seconds, fraction, bytes)."""
    out = struct.pack("<IHHiIII", magic, 2, 4, 0, 0, 65535, 101)
    for seconds, fraction, data in frames:
        out += struct.pack("<IIII", seconds, fraction, len(data), len(data)) + data
    return out


def segment(payload, sequence=1, port=40000, server=6653, flags=0x18):
    tcp = struct.pack(">HHIIHHHH", port, server, sequence, 0, 0x5000 | flags, 1000, 0, 0) + payload
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0, b"\n\0\0\1", b"\n\0\0\2") + tcp


def segment_back(payload, sequence):
    """From the server."""
    tcp = struct.pack(">HHIIHHHH", 6653, 40000, sequence, 0, 0x5018, 1000, 0, 0) + payload
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0, b"\n\0\0\2", b"\n\0\0\1") + tcp


def pcapng(frames):
    """A capture of raw IPv4 packets with comments: (seconds, bytes, comment or b"")."""
    def block(kind, body):
        size = struct.pack("<I", len(body) + 12)
        return struct.pack("<I", kind) + size + body + size

    def padded(data):
        return data + bytes(-len(data) % 4)

    out = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 101, 0, 65535))
    for seconds, data, comment in frames:
        units = seconds * 1_000_000
        options = struct.pack("<HH", 1, len(comment)) + padded(comment) + bytes(4) if comment else b""
        out += block(6, struct.pack("<IIIII", 0, units >> 32, units & 0xFFFFFFFF, len(data), len(data)) +
                     padded(data) + options)
    return out


def packets_of(path):
    """A capture file as what it begins with, and its packets."""
    data = path.read_bytes()
    if data[:4] == b"\x0a\x0d\x0d\x0a":
        blocks, at = [], 0
        while at < len(data):
            size = struct.unpack_from("<I", data, at + 4)[0]
            blocks.append(data[at : at + size])
            at += size
        packets = [b for b in blocks if struct.unpack_from("<I", b)[0] == 6]
        return b"".join(blocks[: blocks.index(packets[0])]), packets
    packets, at = [], 24
    while at < len(data):
        size = 16 + struct.unpack_from("<I", data, at + 8)[0]
        packets.append(data[at : at + size])
        at += size
    return data[:24], packets


class CliTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="oflens-cli-"))
        self.addCleanup(shutil.rmtree, self.folder, True)

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def fails_to_read(self, path, reason, *more):
        """Every subcommand: one line with the file's name and the reason, status 1."""
        for sub in SUBCOMMANDS:
            with self.subTest(sub=sub, file=str(path)):
                status, _, err = run(sub, *more, path)
                self.assertEqual(status, 1)
                self.assertRegex(err, r"\Aoflens: " + re.escape(str(path)) + ": [^\n]*" + reason + r"[^\n]*\n\Z")

    # ---- what cannot be read

    def test_missing_file(self):
        self.fails_to_read(self.folder / "none.pcap", "No such file or directory")

    def test_directory(self):
        self.fails_to_read(self.folder, "is a directory")

    def test_empty_file(self):
        self.fails_to_read(self.file("empty.pcap", b""), "empty")

    def test_no_capture(self):
        self.fails_to_read(self.file("notes.txt", b"These are notes, and no capture at all.\n" * 9), "not a capture file")
        self.fails_to_read(self.file("short", b"abc"), "")

    def test_compressed(self):
        plain = CAPTURES / "learning-of13.pcap"
        packed = gzip.compress(plain.read_bytes())
        whole = run("decode", plain)
        self.assertEqual(run("decode", self.file("a.pcap.gz", packed)), whole)
        self.assertEqual(run("decode", self.file("no name says it", packed)), whole)
        status, out, err = run("decode", self.file("cut.pcap.gz", packed[:-2000]))
        self.assertEqual(status, 1)
        self.assertTrue(out and whole[1].startswith(out))
        self.assertRegex(err, r"cut.pcap.gz: the gzip data is cut off at byte \d+, after \d+ packets")

    def test_no_permission(self):
        path = self.file("secret.pcap", (CAPTURES / "expiry-of13.pcap").read_bytes())
        path.chmod(0)
        self.folder.chmod(0o755)
        drop = None
        if os.geteuid() == 0:
            drop = lambda: (os.setgroups([]), os.setgid(65534), os.setuid(65534))
            try:
                subprocess.run([OFLENS, "--version"], preexec_fn=drop, check=True, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
            except (OSError, subprocess.SubprocessError):
                self.skipTest("cannot run oflens as another user")
        for arguments in (["decode", path], ["stats", path], ["decode", "--hex", path]):
            status, _, err = run(*arguments, preexec_fn=drop)
            self.assertEqual(status, 1)
            self.assertRegex(err, r"\Aoflens: " + re.escape(str(path)) + r": [Pp]ermission denied\n\Z")

    def test_several_files_one_of_which_cannot_be_read(self):
        good = CAPTURES / "expiry-of13.pcap"
        for files in ([good, self.folder / "none"], [self.folder / "none", good]):
            status, out, err = run("decode", *files)
            self.assertEqual(status, 1)
            self.assertEqual(len(out.splitlines()), KNOWN["expiry-of13.pcap"]["messages"])
            self.assertEqual(err, f"oflens: {self.folder}/none: No such file or directory\n")

    def test_cut_file(self):
        whole = (CAPTURES / "expiry-of13.pcap").read_bytes()
        _, everything, _ = run("decode", CAPTURES / "expiry-of13.pcap")
        ends, at = {24}, 24
        while at < len(whole):
            at += 16 + struct.unpack_from("<I", whole, at + 8)[0]
            ends.add(at)
        path = self.folder / "cut.pcap"
        for size in [*range(25, 300, 7), 5000, 5001, 9999, len(whole) - 1, *sorted(ends)[:4]]:
            with self.subTest(size=size):
                path.write_bytes(whole[:size])
                status, out, err = run("decode", path)
                self.assertTrue(everything.startswith(out), "what could be read is shown")
                if size in ends:
                    self.assertEqual((status, err), (0, ""))
                else:
                    self.assertEqual(status, 1)
                    self.assertRegex(err, rf"\Aoflens: {re.escape(str(path))}: [^\n]*\b{size}\b[^\n]*\n\Z")
        path.write_bytes(whole[:9000])
        shown = len(run("decode", path)[1].splitlines())
        self.assertGreater(shown, 20)
        for sub in ("exchanges", "flows", "stats"):
            status, out, err = run(sub, path)
            self.assertEqual(status, 1)
            self.assertGreater(len(out), 100)
            self.assertEqual(err.count("\n"), 1)
        self.assertEqual(json.loads(run("stats", "-T", "json", path)[1])["messages"], shown)

    # ---- wrong usage

    def wrong(self, *arguments):
        status, out, err = run(*arguments)
        self.assertEqual((status, out), (2, ""), arguments)
        for line in err.splitlines():
            self.assertTrue(line.startswith("oflens: "), err)
        self.assertIn("--help'", err)
        return err

    def test_wrong_subcommand(self):
        for word, right in (("decod", "decode"), ("deocde", "decode"), ("flow", "flows"), ("stat", "stats"),
                            ("exchange", "exchanges"), ("Decode", "decode")):
            self.assertIn(f"'{word}'; did you mean '{right}'?", self.wrong(word, "file"))
        self.assertNotIn("did you mean", self.wrong("xylophone"))
        self.assertNotIn("did you mean", self.wrong(""))
        for sub in SUBCOMMANDS:
            self.assertIn(sub, self.wrong())

    def test_wrong_option(self):
        for arguments, right in ((["decode", "--prot", "5", "f"], "--port"), (["decode", "--prot=5", "f"], "--port"),
                                 (["decode", "--relatve"], "--relative"), (["decode", "f", "--hexx"], "--hex"),
                                 (["flows", "--nostats", "f"], "--no-stats"), (["flows", "--certian", "f"], "--certain"),
                                 (["exchanges", "--typ", "f"], "--type"), (["--versoin"], "--version"),
                                 (["--hlep"], "--help"), (["stats", "--hlp", "f"], "--help")):
            word = next(a for a in arguments if a.startswith("-")).split("=")[0]
            self.assertIn(f"'{word}'; did you mean '{right}'?", self.wrong(*arguments))
        self.assertIn("'--quite-another'", self.wrong("decode", "f", "--quite-another"))

    def test_wrong_values(self):
        for arguments in (["-T", "xml"], ["-c", "0"], ["-c", "-1"], ["-c", "x"], ["-c", ""], ["-c", "99999999999999999999"],
                          ["--port", "65536"], ["--port", "-1"], ["--port", "http"]):
            err = self.wrong("decode", *arguments, "f")
            self.assertIn(arguments[0], err)
            self.assertLess(max(map(len, err.splitlines())), 120, "readable")
        self.assertIn("--dpid", self.wrong("flows", "--dpid", "xyz", "f"))
        self.assertIn("-O", self.wrong("flows", "-O", "1.7", "f"))

    def test_no_file(self):
        for sub in SUBCOMMANDS:
            self.assertIn("FILE", self.wrong(sub))
        self.wrong("decode", "--hex")

    def test_help(self):
        status, out, err = run("--help")
        self.assertEqual((status, err), (0, ""))
        self.assertIn("Examples:", out)
        for sub in SUBCOMMANDS:
            self.assertIn(f"  {sub}", out)
            status, text, err = run(sub, "--help")
            self.assertEqual((status, err), (0, ""))
            self.assertIn("Examples:", text)
            self.assertIn(f"oflens {sub} ", text)
            for option in ("FILE", "--read", "--port", "--relative"):
                self.assertIn(option, text)
            self.assertEqual(run(sub, "-h")[1], text)
            self.assertNotRegex(text + out, r"[\x1b\t]")

    def test_version(self):
        status, out, err = run("--version")
        self.assertEqual((status, err), (0, ""))
        self.assertRegex(out, r"\Aoflens \d+\.\d+\.\d+\n\Z")

    # ---- where captures come from

    def test_standard_input_and_r(self):
        path = CAPTURES / "learning-of13.pcap"
        for sub in SUBCOMMANDS:
            with self.subTest(sub=sub):
                plain = run(sub, path)
                self.assertEqual(plain[0], 0)
                self.assertEqual(run(sub, "-r", path), plain)
                self.assertEqual(run(sub, f"--read={path}"), plain)
                self.assertEqual(run(sub, "-", stdin=path.read_bytes()), plain)
                self.assertEqual(run(sub, "-r", "-", stdin=path.read_bytes()), plain)
        status, _, err = run("decode", "-", stdin=b"no capture, and long enough to see that")
        self.assertEqual(status, 1)
        self.assertEqual(err.count("\n"), 1)
        self.assertEqual(run("decode", "-", stdin=b"")[0], 1)

    def test_several_files_are_one_capture_in_order_of_time(self):
        names = ["learning-of13.pcap", "expiry-of13.pcap", "ipv6-of13.pcapng"]
        outs = []
        for order in (names, names[::-1]):
            status, out, err = run("decode", "-T", "ndjson", *(CAPTURES / n for n in order))
            self.assertEqual((status, err), (0, ""))
            outs.append(out)
        self.assertEqual(outs[0], outs[1])
        records = [json.loads(line) for line in outs[0].splitlines()]
        self.assertEqual(len(records), sum(KNOWN[n]["messages"] for n in names))
        times = [parse_time(r["time"]) for r in records]
        self.assertEqual(times, sorted(times))
        self.assertEqual([r["frame"] for r in records], sorted(r["frame"] for r in records))
        self.assertLessEqual(records[-1]["frame"], sum(KNOWN[n]["packets"] for n in names))
        # One of the files has nanoseconds.
        self.assertTrue(all(re.search(r"\.\d{9}Z$", r["time"]) for r in records))
        self.assertEqual(run("decode", "-T", "ndjson", "-r", CAPTURES / names[0], CAPTURES / names[1], CAPTURES / names[2])[1], outs[0])

    def test_a_conversation_in_two_files(self):
        hello, features = bytes.fromhex("0400000800000001"), bytes.fromhex("0405000800000002")
        one = self.file("one.pcap", pcap([(1, 0, segment(hello)), (3, 0, segment(features, 17))]))
        two = self.file("two.pcap", pcap([(2, 0, segment(features, 9)), (4, 0, segment(features, 25))]))
        status, out, err = run("decode", two, one)
        self.assertEqual((status, err), (0, ""))
        self.assertEqual([line.split()[:2] for line in out.splitlines()],
                         [[str(n), f"1970-01-01T00:00:0{n}.000000Z"] for n in range(1, 5)])

    def test_comments(self):
        hello, features = bytes.fromhex("0400000800000001"), bytes.fromhex("0405000800000002")
        path = self.file("comments.pcapng", pcapng([(1, segment(hello), b""), (2, segment(features, 9), b'who "asks"?\n'),
                                                    (3, segment(features, 17), b"")]))
        lines = run("decode", path)[1].splitlines()
        self.assertEqual(['#' in line for line in lines], [False, True, False])
        self.assertRegex(lines[1], r'features_request xid=2  # "who \\"asks\\"\?\\n"$')
        records = [json.loads(line) for line in run("decode", "-T", "ndjson", path)[1].splitlines()]
        self.assertEqual([r.get("comment") for r in records], [None, 'who "asks"?\n', None])
        for text, count in (("comment", 1), ('comment contains asks', 1), ('comment == "x"', 0), ("!comment", 2)):
            self.assertEqual(len(run("decode", "-Y", text, path)[1].splitlines()), count, text)
        self.assertEqual(run("decode", "-T", "fields", "-e", "frame", "-e", "comment", path)[1],
                         '1\t\n2\twho "asks"?\n\n3\t\n')
        self.assertNotEqual(run("exchanges", "-T", "ndjson", "-Y", "comment", path)[1], "")
        self.assertEqual(run("exchanges", "-T", "ndjson", "-Y", "comment == x", path), (0, "", ""))
        encoded = run("encode", "-", stdin=run("decode", "-T", "ndjson", path)[1].encode())
        self.assertEqual((encoded[0], encoded[1].split()), (0, [hello.hex(), features.hex(), features.hex()]))

    def test_port(self):
        path = CAPTURES / "learning-of13.pcap"
        everything = run("decode", path)[1]
        self.assertEqual(run("decode", "--port", "6653", path)[1], everything)
        self.assertEqual(run("decode", "--port", "6653", "--port", "1", path)[1], everything)
        self.assertEqual(run("decode", path, "--port=6653")[1], everything)
        self.assertEqual(run("decode", "--port", "1", path), (0, "", ""))
        stats = json.loads(run("stats", "-T", "json", path)[1])
        for c in stats["connections"]:
            port = c["a"].rsplit(":", 1)[1]
            self.assertEqual(len(run("decode", "--port", port, path)[1].splitlines()), c["messages"])

    def test_relative(self):
        for name in ("expiry-of13.pcap", "ipv6-of13.pcapng"):
            first = parse_time(KNOWN[name]["first"])
            absolute = [json.loads(l) for l in run("decode", "-T", "ndjson", CAPTURES / name)[1].splitlines()]
            lines = run("decode", "-T", "ndjson", "--relative", CAPTURES / name)[1].splitlines()
            digits = 9 if name.endswith("ng") else 6
            self.assertEqual(len(lines), len(absolute))
            for line, a in zip(lines, absolute):
                self.assertRegex(line, r'"time":\d+\.\d{%d},' % digits)
                s, ns = parse_time(a["time"])
                if digits == 6:  # the capture's first packet, from PROVENANCE.md, has microseconds
                    self.assertAlmostEqual(json.loads(line)["time"], s - first[0] + (ns - first[1]) / 1e9, places=6)
            self.assertRegex(run("decode", "--relative", CAPTURES / name)[1], r"\A\d+ \d+\.\d{%d} " % digits)

    def test_relative_counts_from_the_first_packet(self):
        # ... which need not be OpenFlow.
        path = self.file("r.pcap", pcap([(10, 0, segment(b"GET", server=80, port=1)), (12, 250000, segment(bytes.fromhex("0400000800000001")))]))
        self.assertEqual(run("decode", "--relative", path)[1], "2 2.250000 10.0.0.1:40000 > 10.0.0.2:6653 1.3 hello xid=1\n")
        self.assertEqual(run("decode", path)[1], "2 1970-01-01T00:00:12.250000Z 10.0.0.1:40000 > 10.0.0.2:6653 1.3 hello xid=1\n")
        nano = self.file("n.pcap", pcap([(12, 250000, segment(bytes.fromhex("0400000800000001")))], 0xA1B23C4D))
        self.assertEqual(run("decode", nano)[1], "1 1970-01-01T00:00:12.000250000Z 10.0.0.1:40000 > 10.0.0.2:6653 1.3 hello xid=1\n")

    def test_count(self):
        path = CAPTURES / "learning-of13.pcap"
        lines = run("decode", path)[1].splitlines()
        for n in (1, 5, len(lines), 100000):
            status, out, err = run("decode", "-c", n, path)
            self.assertEqual((status, err), (0, ""))
            self.assertEqual(out.splitlines(), lines[:n])
            self.assertEqual(len(json.loads(run("decode", "-c", n, "-T", "json", path)[1])), min(n, len(lines)))
        self.assertEqual(run("decode", "--hex", "-c", "2", "-", stdin=b"0400000800000001\n" * 9)[1].count("\n"), 2)
        # What lies behind is not looked at.
        cut = self.file("cut.pcap", path.read_bytes()[:-1])
        self.assertEqual(run("decode", "-c", "3", cut), (0, "".join(l + "\n" for l in lines[:3]), ""))

    def test_the_bytes_beside_the_fields(self):
        _, out, _ = run("decode", "-x", "-c", 1, "--relative", CAPTURES / "learning-of13.pcap")
        lines = out.splitlines()
        self.assertRegex(lines[1], r"^0000  (0[0-9a-f] ?){2}.*\.\.")
        self.assertIn("00:version  01:type  02:length  04:xid", lines[2])
        _, tree, _ = run("decode", "-V", "-x", "-c", 1, CAPTURES / "learning-of13.pcap")
        self.assertRegex(tree, r"\n    1  00 +type: 0 \(hello\)\n    2  00(10|08) +length: ")

    def test_many_losses_are_summed_up(self):
        # Of each segment the half was captured.
        messages = [bytes.fromhex("0402 0010 0000 0001".replace(" ", "")) + bytes(8) for _ in range(60)]
        frames = [(1, i, segment(m, sequence=1 + 16 * i)) for i, m in enumerate(messages)]
        out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)
        for i, (seconds, fraction, data) in enumerate(frames):
            kept = data[: len(data) - (8 if i % 2 else 0)]
            out += struct.pack("<IIII", seconds, fraction, len(kept), len(data)) + kept
        status, out, err = run("decode", self.file("cut.pcap", out))
        self.assertEqual(status, 0)
        lines = err.splitlines()
        self.assertEqual(len(lines), 21)
        self.assertRegex(lines[-1], r"^oflens: \d+ more places where bytes are missing or skipped")

    def test_fields(self):
        path = CAPTURES / "learning-of13.pcap"
        columns = ["-e", "frame", "-e", "type", "-e", "arp.spa", "-e", "output.port", "-e", "eth_dst"]
        status, out, err = run("decode", "-T", "fields", *columns, path)
        self.assertEqual((status, err), (0, ""))
        rows = [line.split("\t") for line in out.splitlines()]
        records = [json.loads(line) for line in run("decode", "-T", "ndjson", path)[1].splitlines()]
        self.assertEqual([r[:2] for r in rows], [[str(m["frame"]), m["type"]] for m in records])
        self.assertEqual([r[2] for r in rows], [m["body"].get("data", {}).get("arp", {}).get("spa", "")
                                               if isinstance(m["body"].get("data"), dict) else "" for m in records])
        self.assertIn("OFPP_FLOOD", {r[3] for r in rows})
        self.assertIn("02:00:00:00:00:01", {r[4] for r in rows})
        first, *rest = run("decode", "-T", "fields", "-E", "header=y", "-E", "separator=;", "-E", "quote=d", *columns,
                           path)[1].splitlines()
        self.assertEqual(first, "frame;type;arp.spa;output.port;eth_dst")
        self.assertEqual(rest[0], ";".join(f'"{v}"' for v in rows[0]))
        # Several of one name, a mask, what holds others, and what there is not.
        flow = run("encode", "--flow", "ip,nw_dst=10.0.0.0/8,actions=output:1,output:2,controller", "-O", "1.3")[1].encode()
        def shown(*more):
            return run("decode", "--hex", "-T", "fields", *more, "-", stdin=flow)[1].rstrip("\n")
        self.assertEqual(shown("-e", "ipv4_dst", "-e", "output.port", "-e", "arp.op"), "10.0.0.0/255.0.0.0\t1,2,OFPP_CONTROLLER\t")
        self.assertEqual(shown("-e", "output.port", "-E", "occurrence=f"), "1")
        self.assertEqual(shown("-e", "output.port", "-E", "occurrence=l", "-E", "aggregator=/s"), "OFPP_CONTROLLER")
        self.assertEqual(shown("-e", "output.port", "-E", "aggregator=/s"), "1 2 OFPP_CONTROLLER")
        self.assertEqual(json.loads(shown("-e", "match"))["oxm"][0], {"field": "eth_type", "value": 2048})
        for wrong, why in ((["-e", "priorty"], "did you mean 'priority'"), ([], "needs -e FIELD"), (["-e", "xid", "-E", "colour=y"], "no such setting"),
                           (["-e", "priority > 1"], "path of a field")):
            status, out, err = run("decode", "--hex", "-T", "fields", *wrong, "-", stdin=flow)
            self.assertEqual((status, out), (2, ""))
            self.assertIn(why, err)
        self.assertEqual(run("decode", "-e", "xid", path)[0], 2)

    def test_pdml(self):
        for capture in CAPTURES.glob("*.pcap"):
            status, out, _ = run("decode", "-T", "pdml", capture)
            self.assertEqual(status, 0)
            root = ElementTree.fromstring(out.encode())
            self.assertEqual(root.tag, "pdml")
            self.assertEqual({p.tag for p in root}, {"packet"})
            messages = run("decode", capture)[1].count("\n")
            self.assertEqual(len(root.findall("packet/proto[@name='openflow']")), messages)
            for packet in root:
                self.assertEqual(packet[0].get("name"), "geninfo")
                self.assertEqual([f.get("name") for f in packet[0]], ["num", "len", "caplen", "timestamp"])
                self.assertEqual(packet[1].get("name"), "frame")
            for field in root.iter("field"):
                self.assertLessEqual({"name", "showname", "size", "pos", "show"}, field.attrib.keys())
        self.assertIn('<field name="packet_in.data.arp.op" showname="op: 1 (request)" size="2" pos="', out := run(
            "decode", "-T", "pdml", CAPTURES / "learning-of13.pcap")[1])
        self.assertIn('show="1" value="0001"/>', out)
        # Hostile text stays text.
        evil = bytes.fromhex("0400 0008 00000001".replace(" ", ""))
        error = "0401 0020 00000001 0001 0001" + b'<&">\x01]]>\xff\xfe'.hex()
        message = bytes.fromhex(error.replace(" ", "")).ljust(32, b"z")
        for octets in (evil, message):
            status, out, _ = run("decode", "--hex", "-T", "pdml", "-", stdin=octets.hex().encode())
            self.assertEqual(status, 0)
            ElementTree.fromstring(out.encode())
        status, out, _ = run("decode", "--hex", "-T", "pdml", "-", stdin=b"")
        self.assertEqual(list(ElementTree.fromstring(out.encode())), [])

    def test_pdml_as_a_page(self):
        style = "/usr/share/wireshark/pdml2html.xsl"
        if not shutil.which("xsltproc") or not os.path.exists(style):
            self.skipTest("no xsltproc, or no pdml2html.xsl")
        document = self.file("a.pdml", run("decode", "-T", "pdml", CAPTURES / "learning-of13.pcap")[1].encode())
        page = subprocess.run(["xsltproc", "--nonet", style, str(document)], capture_output=True, timeout=60)
        self.assertEqual((page.returncode, page.stderr), (0, b""))
        self.assertIn(b"op: 1 (request)", page.stdout)
        self.assertIn(b"OpenFlow 1.3", page.stdout)

    def test_the_text_of_open_vswitch(self):
        hexes = b"0102000b00000001616263\n# a remark\nxyz\n0412\n"
        status, out, err = run("decode", "--hex", "-T", "ovs", "-", stdin=hexes)
        self.assertEqual(status, 1)
        self.assertEqual(out, "OFPT_ECHO_REQUEST (xid=0x1): 3 bytes of payload\n"
                              "00000000  61 62 63                                        |abc             |\n"
                              "not a message: 'x' is no hexadecimal digit\n"
                              "OpenFlow packet too short (only 2 bytes):\n"
                              "00000000  04 12                                           |..              |\n")
        path = self.file("one.pcap", pcap([(1, 0, segment(bytes.fromhex("0414000800000001")))]))
        self.assertEqual(run("decode", "-T", "ovs", path)[1],
                         "1 1970-01-01T00:00:01.000000Z 10.0.0.1:40000 > 10.0.0.2:6653\n"
                         "OFPT_BARRIER_REQUEST (OF1.3) (xid=0x1):\n")

    # ---- where output goes

    def test_flows_in_the_syntax_of_ovs_ofctl(self):
        text = "table=0,tcp,tp_dst=80,actions=mod_tp_dst:25,normal"
        for version, kind in (("1.0", "OFPT_FLOW_MOD"), ("1.3", "OFPT_FLOW_MOD (OF1.3)")):
            code, out, err = run("encode", "--flow", text, "-O", version)
            self.assertEqual((code, err), (0, ""))
            shown = run("decode", "--hex", "-T", "ovs", "-", stdin=out.encode())[1]
            self.assertIn(kind, shown)
            self.assertIn("tcp,tp_dst=80 actions=", shown)
        code, out, err = run("encode", "--flow", "tcp,tp_dst=99999,actions=drop")
        self.assertEqual((code, out), (2, ""))
        lines = err.splitlines()
        self.assertEqual(lines[0], "oflens: --flow: 99999 does not fit into the 16 bits of tcp_dst")
        self.assertEqual(lines[2], "             ^^^^^")  # below the number
        code, out, err = run("encode", "--flows", "-", stdin=b"# flows\n\nadd ip,actions=drop\ndelete ip # all\nfoo\n")
        self.assertEqual(code, 2)
        self.assertEqual(len(out.splitlines()), 2)
        self.assertIn("-:5: ", err)

    def test_closed_pipe(self):
        path = CAPTURES / "errors-of13.pcap"
        for arguments in (["decode", "-V"], ["decode", "-T", "json"], ["decode", "-T", "ndjson"], ["exchanges", "-T", "ndjson"]):
            self.assertGreater(len(run(*arguments, path)[1]), 65536)  # more than a pipe holds
            p = subprocess.Popen([OFLENS, *arguments, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            p.stdout.read(1)
            p.stdout.close()
            err = p.stderr.read()
            p.stderr.close()
            self.assertEqual((p.wait(timeout=30), err), (0, b""), arguments)
        for sub in SUBCOMMANDS:
            read, write = os.pipe()
            os.close(read)
            try:
                self.assertEqual(run(sub, path, stdout=write), (0, "", ""))
            finally:
                os.close(write)

    def test_full_disk(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full")
        path = CAPTURES / "learning-of13.pcap"
        for arguments in (["decode"], ["decode", "-V"], ["decode", "-T", "json"], ["exchanges"], ["flows"],
                          ["flows", "-T", "json"], ["stats"], ["stats", "-T", "json"]):
            with open("/dev/full", "wb") as full:
                status, _, err = run(*arguments, path, stdout=full)
            self.assertEqual(status, 1, arguments)
            self.assertRegex(err, r"\Aoflens: [^\n]*No space left on device\n\Z")

    def all_outputs(self):
        for name in KNOWN:
            for sub in SUBCOMMANDS:
                yield [sub, CAPTURES / name]
            yield ["decode", "-V", "-x", CAPTURES / name]
        yield ["decode", CAPTURES / "lossy-of13.pcap"]
        yield ["stats", CAPTURES / "lossy-of13.pcap"]

    def test_no_escape_sequences_but_on_a_terminal(self):
        environment = {**os.environ, "TERM": "xterm-256color"}
        environment.pop("NO_COLOR", None)
        for arguments in self.all_outputs():
            status, out, err = run(*arguments, env=environment)
            self.assertIn(status, (0, 3) if arguments[0] == "lint" else (0,))
            self.assertNotIn("\x1b", out + err)
        for sub in ("decode", "exchanges", "stats"):
            for change, colour in (({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
                master, slave = pty.openpty()
                p = subprocess.Popen([OFLENS, sub, CAPTURES / "expiry-of13.pcap"], stdout=slave,
                                     stderr=subprocess.DEVNULL, env={**environment, **change})
                os.close(slave)
                shown = b""
                while select.select([master], [], [], 30)[0]:
                    try:
                        piece = os.read(master, 65536)
                    except OSError:
                        break
                    if not piece:
                        break
                    shown += piece
                os.close(master)
                self.assertEqual(p.wait(timeout=30), 0)
                self.assertEqual(b"\x1b[" in shown, colour, (sub, change))
                plain = re.sub(rb"\x1b\[\d*m", b"", shown).replace(b"\r\n", b"\n").decode()
                self.assertEqual(plain, run(sub, CAPTURES / "expiry-of13.pcap")[1])

    # ---- captures of known content

    def test_stats_of_every_capture(self):
        self.assertGreaterEqual(len(KNOWN), 7)
        for name, known in KNOWN.items():
            with self.subTest(name):
                status, out, err = run("stats", "-T", "json", CAPTURES / name)
                self.assertEqual((status, err), (0, ""))
                stats = json.loads(out)
                self.assertEqual(stats["messages"], known["messages"])
                self.assertEqual(stats["by_type"], known["by_type"])
                self.assertEqual(stats["frames"], known["packets"])
                self.assertEqual(stats["problems"], {})
                self.assertEqual((stats["skipped_bytes"], stats["missing_bytes"], stats["losses"]), (0, 0, []))
                # The switch says hello in 1.5, once a connection.
                self.assertEqual(len(stats["connections"]), known["by_type"]["1.5"]["hello"])
                for key in ("messages", "bytes"):
                    self.assertEqual(sum(c[key] for c in stats["connections"]), stats[key])
                    self.assertEqual(sum(d[key] for d in stats["datapaths"]), stats[key])
                for c in stats["connections"]:
                    self.assertEqual(c["messages_from_a"] + c["messages_from_b"], c["messages"])
                two = any((CAPTURES / (name.rsplit(".", 1)[0] + f".br1.flows.txt")).exists() for _ in "1")
                ids = ["0x0000000000000001", "0x0000000000000002"][: 2 if two else 1]
                self.assertEqual(sorted(d["datapath_id"] for d in stats["datapaths"]), ids)
                self.assertEqual(sum(d["connections"] for d in stats["datapaths"]), len(stats["connections"]))
                self.assertGreater(stats["seconds"], 0)
                text = run("stats", CAPTURES / name)[1]
                self.assertTrue(text.startswith(f"{known['messages']} messages, {stats['bytes']} bytes, in "
                                                f"{len(stats['connections'])} connections of {len(ids)} datapaths; "
                                                f"{known['packets']} captured frames\n"))

    def test_cut_messages(self):
        features, flow_mod = bytes.fromhex("0405000800000001"), bytes.fromhex("040e006800000002") + bytes(96)
        frames = [(1, 0, segment(bytes.fromhex("0400000800000000"), flags=0x02)),
                  (2, 0, segment(features, 10)), (3, 0, segment(flow_mod, 18))]
        content = pcap(frames)
        content = content[:-16 - len(frames[2][2])] + struct.pack("<IIII", 3, 0, 40 + 20, len(frames[2][2]))
        path = self.file("cut.pcap", content + frames[2][2][:60])
        status, out, err = run("decode", path)
        self.assertEqual(status, 0)
        self.assertRegex(out.splitlines()[-1], r"1\.3 flow_mod xid=2 .*; cut: 20 of 104 bytes were captured$")
        self.assertEqual(len(out.splitlines()), 3)
        self.assertEqual(run("decode", "-T", "hex", path)[1].splitlines()[-1],
                         flow_mod[:20].hex() + "  # cut: 20 of 104 bytes were captured")
        self.assertIn("84 bytes from offset 36 are not in the capture", err)
        stats = json.loads(run("stats", "-T", "json", path)[1])
        self.assertEqual((stats["messages"], stats["streams"]["cut_messages"], stats["missing_bytes"]), (3, 1, 84))
        self.assertEqual(stats["by_type"]["1.3"]["flow_mod"], 1)
        self.assertEqual(stats["losses"][-1]["since"], "1970-01-01T00:00:03.000000Z")
        self.assertRegex(run("stats", path)[1], r"streams\n  cut messages +1\n")
        # A filter chooses among cut messages, too.
        for text, count in (("flow_mod", 1), ("xid == 2", 1), ("hello", 1), ("barrier_request", 0)):
            self.assertEqual(json.loads(run("stats", "-T", "json", "-Y", text, path)[1])["messages"], count, text)

    def test_many_at_a_time(self):
        # Text is made on all cores. What comes out is the same as from one, and in order.
        messages = [bytes.fromhex("0402") + struct.pack(">HI", 8 + n % 300, n) + bytes(n % 300) for n in range(3000)]
        hexes = self.file("many.hex", "".join(m.hex() + "\n" for m in messages).encode())
        one = [next(iter(os.sched_getaffinity(0)))]
        for form in ("text", "json", "ndjson", "fields", "hex", "pdml"):
            options = ["decode", "--hex", "-T", form] + (["-e", "xid"] if form == "fields" else [])
            together = run(*options, hexes)
            alone = run(*options, hexes, preexec_fn=lambda: os.sched_setaffinity(0, one))
            self.assertEqual(together, alone, form)
        self.assertEqual([json.loads(line)["xid"] for line in run("decode", "--hex", "-T", "ndjson", hexes)[1].splitlines()],
                         list(range(3000)))
        self.assertEqual(len(run("decode", "--hex", "-c", "1000", hexes)[1].splitlines()), 1000)

    def test_tls(self):
        name = b"of.example"
        extensions = (b"\0\0" + struct.pack(">HHBH", len(name) + 5, len(name) + 3, 0, len(name)) + name +
                      bytes.fromhex("002b0003020304"))
        body = b"\3\3" + bytes(32) + bytes.fromhex("00000213010100") + struct.pack(">H", len(extensions)) + extensions
        hello = b"\x16\3\1" + struct.pack(">HB", len(body) + 4, 1) + struct.pack(">I", len(body))[1:] + body
        for port in (6653, 443):
            path = self.file("tls.pcap", pcap([(1, 0, segment(b"", 0, server=port, flags=2)),
                                               (2, 0, segment(hello, 1, server=port))]))
            status, out, err = run("decode", path)
            self.assertEqual((status, out), (0, ""))
            self.assertEqual(err, f"oflens: 10.0.0.1:40000 > 10.0.0.2:{port}: TLS 1.3 to of.example, encrypted: "
                                  "what it says is not shown (frame 2)\n")
            self.assertIn(f"tls connections\n  10.0.0.1:40000 > 10.0.0.2:{port}: TLS 1.3 to of.example\n",
                          run("stats", path)[1])
            self.assertEqual(json.loads(run("stats", "-T", "json", path)[1])["tls_connections"],
                             [{"a": "10.0.0.1:40000", "b": f"10.0.0.2:{port}", "version": "TLS 1.3",
                               "server_name": "of.example", "frame": 2, "time": "1970-01-01T00:00:02.000000Z"}])

    def test_losses(self):
        whole = KNOWN["learning-of13.pcap"]["by_type"]["1.3"]
        status, out, _ = run("stats", "-T", "json", CAPTURES / "lossy-of13.pcap")
        stats = json.loads(out)
        self.assertEqual(status, 0)
        # PROVENANCE.md: a flow_mod, a packet_in and a segment of a multipart_reply.
        lost = {"flow_mod": 1, "packet_in": 1, "multipart_reply": 1}
        self.assertEqual(stats["by_type"]["1.3"], {t: n - lost.get(t, 0) for t, n in whole.items()})
        self.assertEqual(stats["missing_bytes"], 104 + 140 + 196)
        self.assertEqual(sorted(l["bytes"] for l in stats["losses"] if l["kind"] == "missing"), [104, 140, 196])
        self.assertEqual(sum(l["bytes"] for l in stats["losses"] if l["kind"] == "skipped"), stats["skipped_bytes"])
        status, out, err = run("decode", CAPTURES / "lossy-of13.pcap")
        self.assertEqual(status, 0)
        self.assertEqual(len(out.splitlines()), stats["messages"])
        self.assertEqual(len(err.splitlines()), len(stats["losses"]))
        for n in (104, 140, 196):
            self.assertRegex(err, rf"oflens: connection \d+, \S+ > \S+: {n} bytes from offset \d+ are not in the capture")

    def test_stats_of_a_capture_without_openflow(self):
        path = self.file("none.pcap", pcap([(1, 0, segment(b"GET / HTTP/1.1\r\n\r\n", server=80))]))
        status, out, err = run("stats", "-T", "json", path)
        self.assertEqual((status, err), (0, ""))
        stats = json.loads(out)
        self.assertEqual((stats["messages"], stats["by_type"], stats["connections"], stats["datapaths"]), (0, {}, [], []))
        self.assertEqual(stats["frames"], 1)
        self.assertTrue(run("stats", path)[1].startswith("0 messages"))
        for sub in ("decode", "exchanges", "flows"):
            self.assertEqual(run(sub, path), (0, "", ""))
            self.assertEqual(json.loads(run(sub, "-T", "json", path)[1]), [])
            self.assertEqual(run(sub, "-T", "ndjson", path), (0, "", ""))

    def test_problems_are_counted(self):
        bad = bytes.fromhex("0400000800000001 0414000900000002ff 0409000a000000030000")
        path = self.file("bad.pcap", pcap([(1, 0, segment(b"", 0, flags=2)), (1, 0, segment(bad))]))
        stats = json.loads(run("stats", "-T", "json", path)[1])
        self.assertEqual(stats["problems"], {"excess": 1, "truncated": 1})
        self.assertEqual(stats["messages"], 3)

    def test_json_records_of_captures(self):
        for name, known in KNOWN.items():
            with self.subTest(name):
                status, out, err = run("decode", "-T", "ndjson", CAPTURES / name)
                self.assertEqual((status, err), (0, ""))
                records = [json.loads(line) for line in out.splitlines()]
                self.assertEqual(records, json.loads(run("decode", "-T", "json", CAPTURES / name)[1]))
                self.assertEqual(len(records), known["messages"])
                counted = {}
                for r in records:
                    of = counted.setdefault(r["version"], {})
                    of[r["type"]] = of.get(r["type"], 0) + 1
                    self.assertEqual(r["problems"], [])
                    self.assertEqual(list(r)[:5], ["frame", "time", "connection", "src", "dst"])
                    self.assertEqual([k for k in r if k != "datapath_id"][5:], ["version", "type", "xid", "length", "body", "problems"])
                self.assertEqual(counted, known["by_type"])
                # Each line of text is of the same message.
                lines = run("decode", CAPTURES / name)[1].splitlines()
                for line, r in zip(lines, records):
                    self.assertTrue(line.startswith(f"{r['frame']} {r['time']} {r['src']} > {r['dst']} {r['version']} "
                                                    f"{r['type']} xid={r['xid']}"), line)
                # In hexadecimal, the same messages once more.
                hexadecimal = run("decode", "-T", "hex", CAPTURES / name)[1]
                again = [json.loads(l) for l in run("decode", "--hex", "-T", "ndjson", "-", stdin=hexadecimal.encode())[1].splitlines()]
                keys = ("version", "type", "xid", "length", "body", "problems")
                self.assertEqual(again, [{k: r[k] for k in keys} for r in records])

    def test_ports(self):
        for name, counts in (("learning-of10.pcap", [4, 4]), ("learning-of13.pcap", [4, 4])):
            capture = CAPTURES / name
            tables = run("flows", "--ports", capture)[1].split("# ")[1:]
            self.assertEqual([t.splitlines()[0].rsplit(", ", 1)[1] for t in tables], [f"{n} ports" for n in counts])
            self.assertIn(" 1(s-h1): addr:02:00:00:00:fd:01\n     config:     0\n     state:      ", tables[0])
            blocks = [re.findall(r"^ \w+\(.*\n     config: .*\n     state: .*\n", t, re.M) for t in tables]
            self.assertEqual([len(b) for b in blocks], counts)
            if shutil.which("ovs-ofctl"):
                messages = subprocess.run(["ovs-ofctl", "ofp-parse-pcap", capture], capture_output=True, text=True).stdout
                for port in sum(blocks, []):
                    self.assertIn(port, messages)
            self.assertNotIn("did not tell", "".join(tables))
            records = json.loads(run("flows", "--ports", "-T", "json", capture)[1])
            self.assertEqual(len(records), sum(counts))
            self.assertEqual({k: records[0][k] for k in ("port_no", "name", "hw_addr", "config")},
                             {"port_no": 1, "name": "s-h1", "hw_addr": "02:00:00:00:fd:01", "config": []})
        early = run("flows", "--ports", "--at", "frame:8", CAPTURES / "learning-of13.pcap")[1]
        self.assertTrue(early.endswith("), 0 ports; the switch did not tell of all of them\n"), early)

    def test_groups_and_meters(self):
        capture = CAPTURES / "errors-of13.pcap"
        groups = (CAPTURES / "errors-of13.br0.groups.txt").read_text()
        meters = "meter=2 kbps bands=\ntype=drop rate=2000\n"
        heading = "# datapath 0x0000000000000001, OpenFlow 1.3, switch 127.0.0.1:6653, "
        self.assertEqual(run("flows", "--groups", capture), (0, heading + "2 groups\n" + groups, ""))
        self.assertEqual(run("flows", "--meters", capture), (0, heading + "1 meter\n" + meters, ""))
        self.assertEqual(run("flows", "--meters", "--groups", capture)[1],
                         heading + "2 groups\n" + groups + heading + "1 meter\n" + meters)
        records = json.loads(run("flows", "--groups", "--meters", "-T", "json", capture)[1])
        self.assertEqual([" " + r["group"] for r in records[:2]], groups.splitlines())
        self.assertEqual([(r.get("group_id"), r.get("meter_id"), r["installed"]["frame"]) for r in records],
                         [(7, None, 360), (9, None, 389), (None, 2, 453)])
        self.assertEqual(records[2]["meter"], meters)

        def bucket(number, weight, actions):
            return {"bucket_id": number, "weight": weight, "watch_port": "OFPP_ANY", "watch_group": "OFPG_ANY", "actions": actions}

        self.assertEqual([(r["type"], r["selection"], r["buckets"]) for r in records[:2]],
                         [("OFPGT_SELECT", None, [bucket(0, 1, "output:1"), bucket(1, 2, "output:2")]),
                          ("OFPGT_INDIRECT", None, [bucket(0, 0, "output:1")])])
        self.assertEqual((records[2]["flags"], records[2]["bands"]),
                         (["OFPMF_KBPS"], [{"type": "OFPMBT_DROP", "rate": 2000, "burst_size": 0}]))

    def test_order_of_flows(self):
        def flows(*options):
            records = json.loads(run("flows", "-T", "json", *options, CAPTURES / "learning-of13.pcap")[1])
            return [(r["datapath_id"], r["priority"], r["installed"]["frame"], r["flow"]) for r in records]

        usual = flows()
        for options, key in ((["--sort", "priority"], lambda r: r[1]), (["--rsort", "priority"], lambda r: -r[1]),
                             (["--sort", "duration"], lambda r: -r[2]), (["--rsort", "duration"], lambda r: r[2]),
                             (["--sort", "priority,duration"], lambda r: (r[1], -r[2])),
                             (["--sort", "priority", "--sort", "duration"], lambda r: (r[1], -r[2]))):
            self.assertEqual(flows(*options), sorted(usual, key=lambda r: (r[0], key(r))), options)
        lines = [l for l in run("flows", "--rsort", "duration", CAPTURES / "learning-of13.pcap")[1].splitlines() if l[0] == " "]
        self.assertEqual([l.strip() for l in lines], [r[3] for r in flows("--rsort", "duration")])
        self.assertIn("'prioritie' is no field to sort by; did you mean 'priority'?",
                      self.wrong("flows", "--sort", "prioritie", "f"))
        self.assertIn("'age' is no field to sort by: table,priority,cookie", self.wrong("flows", "--sort", "age", "f"))
        self.assertIn("'flows --sort') COMPREPLY=($(compgen -W 'table priority cookie ", run("help", "--completion", "bash")[1])
        for other in (["--rsort", "table"], ["--groups"], ["--verify"]):
            self.wrong("flows", "--sort", "table", *other, "f")

    def test_moment_of_records(self):
        def moments(*options):
            records = json.loads(run("flows", "-T", "json", *options, CAPTURES / "errors-of13.pcap")[1])
            return {json.dumps(r["at"]) for r in records}

        self.assertEqual(moments(), {"null"})
        self.assertEqual(moments("--at", "0.5", "--relative"), {'{"frame": null, "time": 0.5}'})
        for what in ([], ["--groups"], ["--meters"]):
            (at,) = moments("--at", "frame:500", *what)
            self.assertEqual(json.loads(at)["frame"], 500)
            self.assertRegex(json.loads(at)["time"], r"\A2026-11-20T11:.*Z\Z")

    def test_what_is_not_known_of_groups_and_meters(self):
        def message(kind, body):
            return struct.pack(">BBHI", 4, kind, 8 + len(body), 7) + body

        # A connection that was under way; no table is complete.
        no_groups, no_meters = message(15, struct.pack(">HBxI", 2, 0, 0xFFFFFFFC)), message(29, struct.pack(">HHI", 2, 0, 0xFFFFFFFF))
        for told, partial in ((no_groups, {"--meters"}), (no_meters, {"--groups"}), (no_groups + no_meters, set())):
            capture = self.file("midway.pcap", pcap([(1, 0, segment_back(told, 0))]))
            for what in ("--groups", "--meters"):
                heading = run("flows", what, capture)[1].splitlines()[0]
                self.assertEqual("; partial: " in heading, what in partial, heading)
                difference = run("diff", what, "--from", "0", capture)[1].splitlines()[0]
                self.assertEqual("; partial: " in difference, what in partial, difference)
            self.assertIn("; partial: ", run("flows", capture)[1])

    def test_flows_at_a_moment(self):
        def cut(name, frames):
            """The capture's beginning."""
            data = (CAPTURES / name).read_bytes()
            end = 24
            for _ in range(frames):
                end += 16 + struct.unpack_from("<I", data, end + 8)[0]
            return self.file("cut.pcap", data[:end])

        def flows(*arguments):
            status, out, err = run("flows", *arguments)
            self.assertEqual((status, err), (0, ""))
            return [line for line in out.splitlines() if not line.startswith("# datapath")]

        # Where no error comes later, the tables are those of a capture that ends there.
        for name, step in (("expiry-of13.pcap", 9), ("learning-of10.pcap", 17), ("learning-of13.pcap", 17)):
            times = {r["frame"]: r["time"] for r in map(json.loads, run("decode", "-T", "ndjson", CAPTURES / name)[1].splitlines())}
            for frame in sorted(times)[::step]:
                with self.subTest(name=name, frame=frame):
                    there = flows(cut(name, frame))
                    self.assertEqual(flows("--at", f"frame:{frame}", CAPTURES / name), there)
                    self.assertEqual(flows("--at", times[frame], CAPTURES / name), there)
        name = CAPTURES / "expiry-of13.pcap"
        packets, first = KNOWN[name.name]["packets"], KNOWN[name.name]["first"]
        end = run("flows", name)[1].splitlines()
        at = run("flows", "--at", f"frame:{packets}", name)[1].splitlines()
        self.assertEqual(at[1:], end[1:])
        self.assertRegex(at[0], rf", after frame {packets} \(2026-11-20T11:02:47\.\d{{6}}Z\), ")
        # Seconds count from the first packet, and expiry is judged at the time itself.
        seconds, fraction = parse_time(first)
        later = fraction // 1000 + 2_500_000
        absolute = f"2026-11-20T11:02:{41 + later // 1_000_000}.{later % 1_000_000:06}Z"
        out = run("flows", "--at", "2.5", name)[1]
        self.assertEqual(out, run("flows", "--at", absolute, name)[1])
        self.assertIn(f", at {absolute}, ", out)
        self.assertIn(", at 2.500000, ", run("flows", "--relative", "--at", "2.5", name)[1])

    def test_flows_before_their_refusal(self):
        capture = CAPTURES / "errors-of13.pcap"
        messages = [json.loads(line) for line in run("decode", "-T", "ndjson", capture)[1].splitlines()]
        errors = {(m["connection"], m["xid"]): m for m in messages if m["type"] == "error"}
        refused = [m for m in messages if m["type"] == "flow_mod" and m["body"]["command"] == "OFPFC_ADD"
                   and (m["connection"], m["xid"]) in errors]
        self.assertGreater(len(refused), 3)
        for m in refused:
            error = errors[m["connection"], m["xid"]]
            self.assertGreater(error["frame"], m["frame"])
            at = [run("flows", "--at", f"frame:{frame}", capture)[1].splitlines()[1:]
                  for frame in (m["frame"] - 1, m["frame"], error["frame"])]
            self.assertEqual(at[1], at[2])
            self.assertEqual(at[0], at[1])

    def test_a_capture_in_pieces(self):
        """The tables, and all that is said of them, are those of one run over all pieces."""
        def results(*arguments):
            return [run("flows", *more, *arguments) for more in ((), ("-T", "json"), ("--groups", "-T", "json"), ("--meters", "--relative"))]

        state, piece = (self.folder / n for n in ("state", "piece"))
        for capture in sorted(CAPTURES.glob("*.pcap*")):
            head, packets = packets_of(capture)
            whole = results(capture)
            for size in (len(packets) // 2, len(packets) // 3 + 1, len(packets) // 11 + 1):
                with self.subTest(capture=capture.name, size=size):
                    so_far = []
                    for at in range(0, len(packets), size):
                        piece.write_bytes(head + b"".join(packets[at : at + size]))
                        so_far = ["--state", state] if at else []
                        if at + size < len(packets):
                            first = run("flows", *so_far, "--save", state, piece)
                            self.assertEqual(first[0], 0)
                            self.assertEqual(run("flows", "--state", state), first)
                    self.assertEqual(results(*so_far, piece), whole)

    def test_moments_after_a_state(self):
        capture = CAPTURES / "expiry-of13.pcap"
        head, packets = packets_of(capture)
        state, rest = self.folder / "state", self.file("rest.pcap", head + b"".join(packets[60:]))
        self.assertEqual(run("flows", "--save", state, self.file("first.pcap", head + b"".join(packets[:60])))[0], 0)
        for at in ("frame:60", "frame:61", "frame:130", "3.1", "2026-11-20T11:02:45Z"):
            self.assertEqual(run("flows", "--at", at, "--state", state, rest), run("flows", "--at", at, capture))
        for at in ("frame:59", "0.1", "2026-11-20T11:02:41Z"):
            status, out, err = run("flows", "--at", at, "--state", state, rest)
            self.assertEqual((status, out), (2, ""))
            self.assertRegex(err, rf"^oflens: --at {at}: {re.escape(str(state))} was saved after frame 60, at 2026-11-20T11:02:4\d\.\d{{6}}Z; the tables of before are not in it$")

    def test_states_that_cannot_be_read_or_saved(self):
        capture = CAPTURES / "learning-of13.pcap"
        state = self.folder / "state"
        self.assertEqual(run("flows", "--save", state, capture)[0], 0)
        data = state.read_bytes()
        for content, why in ((b"", "not a saved state of oflens"), (capture.read_bytes(), "not a saved state of oflens"),
                             (data[:1000], "cut off: it ends at byte 1000, without its end mark"),
                             (data[:500] + b"?" + data[501:], "damaged: its checksum is not that of its contents"),
                             (data[:11] + b"\x63" + data[12:], r"saved by oflens \S+ in format 99; this is oflens \S+, which reads format \d+")):
            path = self.file("bad", content)
            status, out, err = run("flows", "--state", path, capture)
            self.assertEqual((status, out), (1, ""))
            self.assertRegex(err, rf"^oflens: {path}: {why}$")
        status, out, err = run("flows", "--state", self.folder / "none", capture)
        self.assertEqual((status, out, err), (1, "", f"oflens: {self.folder}/none: No such file or directory\n"))
        # What is no state is not written over; a state is, or nothing at all.
        precious = self.file("precious.pcap", capture.read_bytes())
        for path, why in ((precious, "is there, and no saved state: it is not written over"), ("/dev/null", "is no regular file"),
                          (self.folder, "is a directory"), (f"{self.folder}/no/where", "No such file or directory")):
            status, out, err = run("flows", "--save", path, capture)
            self.assertEqual((status, out), (1, ""))
            self.assertIn(why, err)
        self.assertEqual(precious.read_bytes(), capture.read_bytes())
        self.assertEqual(run("flows", "--state", state, "--save", state)[0], 0)
        self.assertEqual(state.read_bytes(), data)
        self.assertEqual(sorted(os.listdir(self.folder)), ["bad", "precious.pcap", "state"])
        # The same capture again.
        self.assertEqual(run("flows", "--state", state, capture)[2],
                         f"oflens: nothing in the capture is later than what {state} knows: is it the next one?\n")
        # A capture that cannot be read to its end: what was read is saved.
        cut = self.file("cut.pcap", capture.read_bytes()[:-5])
        self.assertEqual(run("flows", "--save", state, cut)[0], 1)
        self.assertEqual(run("flows", "--state", state)[1], run("flows", cut)[1])
        for wrong in (("--save", "-"), ("--state", "-"), ("--state", state, "--port", "6653"), ("--save", state, "--at", "1")):
            self.wrong("flows", *wrong, capture)

    def test_moments_that_the_capture_does_not_have(self):
        capture = CAPTURES / "expiry-of13.pcap"
        end = run("flows", capture)[1].splitlines()
        for at, why in (("2027-01-01T00:00:00Z", "ends at 2026-11-20T11:02:47.304345Z"), ("1000", "ends at "),
                        ("frame:183", "has only 182 frames")):
            status, out, err = run("flows", "--at", at, capture)
            self.assertEqual((status, out.splitlines()[1:]), (0, end[1:]))
            self.assertIn(f"oflens: --at {at}: the capture {why}", err)
            self.assertIn(", at 2026-11-20T11:02:47.304345Z, ", out)
        status, out, err = run("flows", "--at", "2026-01-01T00:00:00Z", capture)
        self.assertEqual((status, out), (0, ""))
        self.assertIn("the capture begins at 2026-11-20T11:02:41.327243Z", err)
        self.assertEqual(json.loads(run("flows", "-T", "json", "--at", "2026-01-01T00:00:00Z", capture)[1]), [])
        for wrong in ("frame:0", "frame:", "frame:x", "12s", "2026-11-20", "2026-13-20T00:00:00Z", "-1", "", "noon"):
            self.assertIn("--at", self.wrong("flows", f"--at={wrong}", capture))

    # ---- trace

    def test_why_packets_came_to_the_controller(self):
        for name in ("learning-of13.pcap", "learning-of10.pcap"):
            capture = CAPTURES / name
            frames = [r["frame"] for r in map(json.loads, run("decode", "-T", "ndjson", capture)[1].splitlines())
                      if r["type"] == "packet_in"]
            for frame in frames[::3]:
                with self.subTest(name=name, frame=frame):
                    status, out, err = run("trace", "-T", "ndjson", "--frame", frame, capture)
                    self.assertEqual((status, err), (0, ""))
                    record = json.loads(out)
                    self.assertEqual((record["frame"], record["from"], record["from_table"]), (frame, "packet_in", 0))
                    self.assertTrue(record["packet_in"]["agrees"])
                    self.assertEqual([d["output"] for d in record["result"]], ["CONTROLLER"])
        status, out, err = run("trace", "--frame", 23, CAPTURES / "learning-of10.pcap")
        self.assertRegex(out, r"\A# datapath 0x0000000000000001, OpenFlow 1\.0, switch 127\.0\.0\.1:50662, tables at \S+\n"
                              r"# packet_in of frame 23: OFPR_NO_MATCH\nFlow: arp,in_port=1,")
        self.assertIn("\n 0. No match.\n     -> to the controller\n", out)
        self.assertIn("\nWhy: table 0 has no flow for it, and sends such packets to the controller\n"
                      "The message agrees: OFPR_NO_MATCH\n", out)

    def test_a_packet_in_that_the_tables_do_not_explain(self):
        # The flow is there, and still the packet comes: with reason no_match where there would be a match.
        def message(kind, xid, body):
            return struct.pack(">BBHI", 1, kind, 8 + len(body), xid) + body

        match = struct.pack(">I", 0x3820FF) + bytes(36)
        flow_mod = message(14, 5, match + struct.pack(">QHHHHIHH", 7, 0, 0, 0, 1, 0xFFFFFFFF, 0xFFFF, 0) +
                           struct.pack(">HHHH", 0, 8, 2, 0))
        frame = bytes.fromhex("0200000000010200000000020800") + bytes(46)
        packet_in = message(10, 0, struct.pack(">IHHBx", 0xFFFFFFFF, len(frame), 1, 0) + frame)
        features = message(6, 2, struct.pack(">QIB3xII", 1, 0, 1, 0, 0))
        hello = message(0, 1, b"")
        capture = self.file("late.pcap", pcap([
            (1, 0, segment(hello + features, 1)), (1, 1, segment_back(hello + flow_mod, 1)),
            (1, 2, segment(packet_in, 1 + len(hello + features)))]))
        status, out, err = run("trace", "--frame", 3, capture)
        self.assertEqual((status, err), (0, ""))
        self.assertIn(" 0. cookie=0x7, priority=1  # frame 2, 1970-01-01T00:00:01.000001Z\n    output:2\n", out)
        self.assertIn("\nResult: output:2\nWhy: by these tables it does not come to the controller; the latest of the flows it "
                      "meets is of frame 2, ", out)

    def test_packets_and_flows_are_traced(self):
        capture = CAPTURES / "learning-of13.pcap"
        flow = "in_port=1,icmp,dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:03"
        status, out, err = run("trace", "--dpid", 1, "--flow", flow, capture)
        self.assertEqual((status, err), (0, ""))
        self.assertIn("\n    output:3\n\nFinal flow: unchanged\nResult: output:3\n", out)
        packet = "020000000003" "020000000001" "0800" "4500001c000000004001" "0000" "0a000001" "0a000003" "0800" "0000" "00000000"
        by_bytes = run("trace", "--dpid", 1, "--packet", packet, "--in-port", 1, capture)[1]
        self.assertIn("\nResult: output:3\n", by_bytes)
        # Before the flow was there.
        early = run("trace", "--dpid", 1, "--flow", flow, "--at", "frame:46", capture)[1]
        self.assertIn("\nResult: to the controller (OFPR_NO_MATCH)\n", early)  # by the flow for misses
        early = json.loads(run("trace", "--dpid", 1, "--flow", flow, "--at", "frame:46", "-T", "json", capture)[1])
        self.assertEqual([d["reason"] for d in early[0]["result"]], ["OFPR_NO_MATCH"])
        self.assertEqual(len(json.loads(run("trace", "-T", "json", "--flow", flow, capture)[1])), 2)  # datapaths
        status, out, err = run("trace", "--frame", 47, capture)  # a packet_out that floods
        self.assertIn("--. Executing the packet_out's actions:\n    FLOOD\n", out)
        self.assertIn("Result: output:2\n        output:3\n        output:LOCAL\n", out)

    def test_what_cannot_be_traced(self):
        capture = CAPTURES / "learning-of13.pcap"
        self.assertIn("--frame, --packet and --flow", self.wrong("trace", capture))
        for flow, why in (("in_port=1,nonsense=2", "nonsense"), ("ip,nw_src=10.0.0.0/8", "none can have a mask")):
            status, out, err = run("trace", "--flow", flow, capture)
            self.assertEqual((status, out), (2, ""))
            self.assertIn(why, err)
        self.assertIn("--packet", self.wrong("trace", "--packet", "0102", "--in-port", 1, capture))
        self.assertIn("--in-port", self.wrong("trace", "--packet", "00" * 14, capture))
        status, out, err = run("trace", "--frame", 1, capture)
        self.assertEqual((status, out), (1, ""))
        self.assertIn("frame 1 has neither a packet_in nor a packet_out", err)

    def test_some_flows(self):
        capture = CAPTURES / "flowmods-of10.pcap"
        heading, *all_flows = run("flows", capture)[1].splitlines()

        def flows(*arguments, capture=capture):
            status, out, err = run("flows", *arguments, capture)
            self.assertEqual((status, err), (0, ""))
            heading, *lines = out.splitlines()
            self.assertRegex(heading, rf", {len(lines)} flows?\b")
            return lines

        def number(line, key):
            m = re.search(rf"\b{key}=(\w+)", line)
            return int(m[1], 0) if m else 0

        tables = {number(line, "table") for line in all_flows}
        self.assertGreater(len(tables), 1)
        for table in tables | {200}:
            self.assertEqual(flows("--table", table), [l for l in all_flows if number(l, "table") == table])
            self.assertEqual(flows("--match", f"table={table}"), flows("--table", table))
        cookies = {number(line, "cookie") for line in all_flows}
        self.assertGreater(len(cookies), 2)
        for cookie in cookies:
            self.assertEqual(flows("--cookie", hex(cookie)), [l for l in all_flows if number(l, "cookie") == cookie])
            self.assertEqual(flows("--cookie", f"{cookie}/-1"), flows("--cookie", cookie))
        self.assertEqual(flows("--cookie", "1/1"), [l for l in all_flows if number(l, "cookie") & 1])
        self.assertEqual(flows("--match", ""), all_flows)

        # Whatever flow a packet of TCP could meet: also those that say nothing of a protocol.
        for capture in (CAPTURES / "errors-of13.pcap", CAPTURES / "learning-of10.pcap"):
            lines = flows("--dpid", "1", capture=capture)
            met = flows("--dpid", "1", "--match", "arp", capture=capture)
            self.assertEqual(met, [l for l in lines if not re.search(r"\b(ip|tcp|udp|icmp|ipv6|tcp6|udp6|icmp6)[, ]", l.split("actions=")[0])])
        for wrong in (["--table", "255"], ["--table", "x"], ["--cookie", "x"], ["--cookie", "1/"], ["--cookie", "1,ip"],
                      ["--cookie", "0x10000000000000000"], ["--groups", "--table", "1"]):
            self.assertIn(wrong[0], self.wrong("flows", *wrong, capture))
        status, out, err = run("flows", "--match", "tcp,tp_dst=x", capture)
        self.assertEqual((status, out), (2, ""))
        self.assertRegex(err, r"\Aoflens: --match: .*\n  tcp,tp_dst=x\n   *\^+\n\Z")

    # ---- diff

    def flow_lines(self, capture, *arguments):
        status, out, err = run("flows", "-T", "ndjson", *arguments, capture)
        self.assertEqual((status, err), (0, ""))
        return sorted(json.loads(line)["flow"] for line in out.splitlines())

    def test_differences_lead_from_one_moment_to_the_other(self):
        seen = set()
        for name, step in (("errors-of13.pcap", 97), ("expiry-of13.pcap", 31), ("flowmods-of10.pcap", 53)):
            capture = CAPTURES / name
            moments = [f"frame:{n}" for n in range(1, KNOWN[name]["packets"], step)]
            for before, after in zip(moments, moments[1:]):
                with self.subTest(name=name, before=before, after=after):
                    status, out, err = run("diff", "--from", before, "--to", after, "-T", "ndjson", capture)
                    self.assertEqual((status, err), (0, ""))
                    differences = [json.loads(line) for line in out.splitlines()]
                    flows = self.flow_lines(capture, "--at", before)
                    for d in differences:
                        seen.add(d["change"])
                        self.assertEqual(d["change"], "changed" if d["before"] and d["after"] else "added" if d["after"] else "removed")
                        self.assertEqual("different" in d, d["change"] == "changed")
                        for part in d.get("different", []):
                            if part in d["before"]:
                                self.assertNotEqual(d["before"][part], d["after"][part])
                        if d["before"]:
                            flows.remove(d["before"]["flow"])
                        if d["after"]:
                            flows.append(d["after"]["flow"])
                    self.assertEqual(sorted(flows), self.flow_lines(capture, "--at", after))
                    # The text says the same.
                    heading, *lines = run("diff", "--from", before, "--to", after, capture)[1].splitlines()
                    self.assertEqual([line[0] for line in lines],
                                     [{"added": "+", "removed": "-", "changed": "~"}[d["change"]] for d in differences])
                    for line, d in zip(lines, differences):
                        self.assertTrue(line[2:].startswith((d["after"] or d["before"])["flow"]))
                        self.assertEqual(" # was " in line, d["change"] == "changed")
                    counts = [sum(d["change"] == c for d in differences) for c in ("added", "removed", "changed")]
                    self.assertTrue(heading.endswith(": {} added, {} removed, {} changed".format(*counts)), heading)
        self.assertEqual(seen, {"added", "removed", "changed"})

    def test_what_open_vswitch_held_is_no_difference(self):
        for path in sorted(CAPTURES.glob("*.flows.txt")):
            name, bridge = re.fullmatch(r"(.*)\.br(\d)\.flows\.txt", path.name).groups()
            capture = next(CAPTURES.glob(name + ".pcap*"))
            with self.subTest(path.name):
                arguments = ["--against", path, "--dpid", int(bridge) + 1, "-O", "1.3", "--exit-code", capture]
                status, out, err = run("diff", *arguments)
                # Of a flow that may have expired the switch knows more.
                left = [line for line in out.splitlines()[1:] if "# may have expired since" not in line]
                self.assertEqual((status, left, err), (3 if len(out.splitlines()) > 1 else 0, [], ""))
                # What may have expired and did not is new to who only believes in what is certain.
                lines = run("diff", "--certain", *arguments)[1].splitlines()[1:]
                self.assertEqual([line for line in lines if line[0] != "+" or "idle_timeout" not in line], [])

    def test_dumps(self):
        capture = CAPTURES / "errors-of13.pcap"
        lines = run("flows", capture)[1].splitlines()[1:]
        with_statistics = "OFPST_FLOW reply (OF1.3) (xid=0x2):\n" + "".join(
            f" duration=1.5s, n_packets=3, n_bytes=10, idle_age=1,{line}\n" for line in lines[:-1])
        dump = self.file("dump.txt", with_statistics.encode())
        status, out, err = run("diff", "--against", dump, capture)
        self.assertEqual((status, out.splitlines()[1:], err), (0, ["-" + lines[-1]], ""))
        self.assertIn(f" and in {dump}: 0 added, 1 removed, 0 changed", out)
        self.assertEqual(run("diff", "--against", "-", capture, stdin=with_statistics.encode())[1].splitlines()[1:], ["-" + lines[-1]])
        self.assertEqual(run("diff", "--against", dump, "--exit-code", capture)[0], 3)
        self.assertEqual(run("diff", "--against", dump, "--exit-code", "--table", "0", capture)[0], 0)
        self.assertEqual(run("diff", "--against", "-", "--exit-code", capture, stdin="\n".join(lines).encode())[0], 0)
        self.assertEqual(len(run("diff", "--against", "-", capture)[1].splitlines()), 1 + len(lines))
        # What is no dump.
        bad = self.file("bad.txt", b"ip actions=drop\n tcp,tp_dst=x actions=drop\n")
        self.assertEqual(run("diff", "--against", bad, capture),
                         (1, "", f"oflens: {bad}:2: x is not a number\n  tcp,tp_dst=x actions=drop\n             ^\n"))
        self.assertIn("oflens: standard input:1: ", run("diff", "--against", "-", capture, stdin=b'in_port="eth0" actions=drop')[2])
        self.assertEqual(run("diff", "--against", self.folder / "none", capture)[::2],
                         (1, f"oflens: {self.folder / 'none'}: No such file or directory\n"))
        for why, *arguments in (("--dpid", "--against", dump, CAPTURES / "learning-of13.pcap"),
                                ("is no capture", "--to", "1", "--against", dump, capture),
                                ("is no capture", "--groups", "--against", dump, capture), ("--from", capture)):
            status, out, err = run("diff", *arguments)
            self.assertEqual((status, out), (2, ""))
            self.assertIn(why, err)

    def test_differences_between_captures(self):
        one, other = CAPTURES / "learning-of13.pcap", CAPTURES / "learning-of10-osken.pcap"
        for first, second in ((one, one), (other, one), (one, other)):
            status, out, err = run("diff", "--against", second, "-O", "1.0", first)
            self.assertEqual((status, err), (0, ""))
            self.assertEqual(out.count("# datapath "), 2)
            marks = [line[0] for line in out.splitlines() if line[0] != "#"]
            self.assertEqual(marks, [] if first == second else ["+" if second == one else "-"] * len(marks))
        self.assertEqual(len(marks), 2)  # the switches of one have a flow for what matches none
        gzipped = self.file("b.pcap.gz", gzip.compress(one.read_bytes()))
        self.assertEqual(run("diff", "--against", gzipped, "--exit-code", one)[0], 0)
        self.assertEqual(run("diff", "--against", one, "--to", "0", "--exit-code", one)[0], 3)
        # A switch that is not in the other one.
        only = run("diff", "--dpid", "1", "--against", CAPTURES / "errors-of13.pcap", one)[1]
        self.assertNotIn("0x0000000000000002", only)
        both = run("diff", "--against", CAPTURES / "errors-of13.pcap", one)[1]
        self.assertIn("# datapath 0x0000000000000002", both)

    def test_differences_of_groups_and_meters(self):
        capture = CAPTURES / "errors-of13.pcap"
        groups = run("flows", "--groups", capture)[1].splitlines()[1:]
        out = run("diff", "--from", "frame:250", "--groups", capture)[1]
        self.assertEqual(out.splitlines()[1:], ["+" + g for g in groups])
        self.assertIn("+ meter=2 kbps bands= type=drop rate=2000\n", run("diff", "--from", "frame:250", "--meters", capture)[1])
        fallen = json.loads(run("diff", "--from", "frame:500", "--groups", "--meters", "-T", "json", capture)[1])
        self.assertEqual([(d["change"], d["before"].get("group_id"), d["before"].get("meter_id"), d["after"]) for d in fallen],
                         [("removed", 8, None, None), ("removed", None, 1, None)])
        # A group that is modified.
        mod = next(m for m in map(json.loads, run("decode", "-T", "ndjson", capture)[1].splitlines()) if m["type"] == "group_mod")
        later = dict(mod, time="2026-11-20T11:02:49.000000Z", body=dict(mod["body"], command="OFPGC_MODIFY", type="OFPGT_ALL"))
        both = self.folder / "groups.pcap"
        self.assertEqual(run("encode", "-w", both, stdin="\n".join(map(json.dumps, (mod, later))).encode())[0], 0)
        out = run("diff", "--from", "0", "--groups", both)[1].splitlines()
        self.assertEqual(len(out), 2)
        self.assertRegex(out[1], r"^~ group_id=7,type=all,bucket=\S+ # was group_id=7,type=select,bucket=\S+$")
        changed, = json.loads(run("diff", "--from", "0", "--groups", "-T", "json", both)[1])
        self.assertEqual(changed["change"], "changed")
        self.assertNotEqual(changed["before"]["group"], changed["after"]["group"])

    # ---- blame

    def test_every_flow_that_is_there_has_its_origin(self):
        for name in KNOWN:
            capture = CAPTURES / name
            with self.subTest(name):
                messages = {}
                for line in run("decode", "-T", "ndjson", capture)[1].splitlines():
                    m = json.loads(line)
                    messages.setdefault(m["frame"], []).append(m)
                status, out, err = run("blame", "-T", "ndjson", capture)
                self.assertEqual(status, 0)
                flows = [json.loads(line) for line in run("flows", "-T", "ndjson", capture)[1].splitlines()]
                records = [json.loads(line) for line in out.splitlines()]
                self.assertEqual([{k: v for k, v in r.items() if k != "events"} for r in records], flows)
                for r in records:
                    made = r["events"][0]
                    if r["installed"] is None:
                        self.assertEqual((made["what"], made["frame"]), ("reported", r["reported"]["frame"]))
                        continue
                    self.assertEqual(made["frame"], r["installed"]["frame"])
                    self.assertIn(made["what"], ("added", "replaced"))
                    self.assertTrue(any("flow_mod" in m["type"] for m in messages[made["frame"]]), made)
                    if made["cause"]:
                        self.assertLess(made["cause"]["time"], made["time"])
                        self.assertIn("packet_in", [m["type"] for m in messages[made["cause"]["frame"]]])

    def test_refused_flow_mods_did_not_happen(self):
        capture = CAPTURES / "errors-of13.pcap"
        messages = [json.loads(line) for line in run("decode", "-T", "ndjson", capture)[1].splitlines()]
        mods = {(m["connection"], m["xid"]): m["frame"] for m in messages if m["type"] == "flow_mod"
                and isinstance(m["body"]["command"], str)}
        refused = {mods[key]: m["frame"] for m in messages
                   if m["type"] == "error" and (key := (m["connection"], m["xid"])) in mods}
        self.assertGreater(len(refused), 10)
        events = [e for line in run("blame", "--history", "-T", "ndjson", capture)[1].splitlines() for e in json.loads(line)["events"]]
        told = {e["frame"]: e["error"]["frame"] for e in events if e["what"] == "refused"}
        self.assertEqual(told, refused)
        self.assertFalse(set(refused) & {e["frame"] for e in events if e["what"] != "refused" and "frame" in e})
        self.assertLessEqual({"added", "replaced", "modified", "deleted", "fell_with_group", "fell_with_meter", "refused"},
                             {e["what"] for e in events})

    def test_history_of_some_flows(self):
        capture = CAPTURES / "expiry-of13.pcap"
        text = run("blame", "--history", "--table", "2", "--cookie", "0x10", capture)[1].splitlines()
        self.assertEqual(text[1], " table=2, priority=10")
        self.assertRegex(text[2], r"^    70 2026-11-20T11:02:42\.087891Z added by 127\.0\.0\.1 \(ADD, xid 10\): "
                                  r"cookie=0x10, idle_timeout=1, flags=send_flow_rem, actions=output:1$")
        self.assertRegex(text[3], r"^    125 \S+ removed: idle timeout, after 1\.007000 s, 0 packets, 0 bytes$")
        self.assertEqual(len(text), 4)
        whole = run("blame", "--history", capture)[1]
        for line in ("expired: hard timeout of 2 s", "may have expired since: idle timeout of 4 s", "; was actions=output:1",
                     "added in place of the one before by 127.0.0.1 (ADD, xid 6): as it was", "the switch confirms: deleted, after 2.208000 s"):
            self.assertIn(line, whole)
        # As it was then.
        before = run("blame", "--history", "--table", "2", "--cookie", "0x10", "--at", "frame:100", capture)[1].splitlines()
        self.assertEqual(before[1:], text[1:3])
        self.assertEqual(run("blame", "--at", "frame:20", capture)[1].splitlines()[1:], [])
        gone = [json.loads(line) for line in run("blame", "--history", "--table", "2", "-T", "ndjson", capture)[1].splitlines()]
        self.assertIn(None, [r["present"] for r in gone])
        self.assertIn({"what": "expired", "time": "2026-11-20T11:02:44.088008Z"}, [r["events"][-1] for r in gone])
        status, out, err = run("blame", "--match", "tcp,tp_dst=x", capture)
        self.assertEqual((status, out), (2, ""))
        self.assertIn("--match", err)

    def test_json_of_exchanges_and_flows(self):
        for name in KNOWN:
            with self.subTest(name):
                for sub in ("exchanges", "flows"):
                    status, out, err = run(sub, "-T", "ndjson", CAPTURES / name)
                    self.assertEqual((status, err), (0, ""))
                    records = [json.loads(line) for line in out.splitlines()]
                    self.assertEqual(records, json.loads(run(sub, "-T", "json", CAPTURES / name)[1]))
                    self.assertGreater(len(records), 5)
                    for r in records:
                        self.assertIn("datapath_id", r)
                exchanges = json.loads(run("exchanges", "-T", "json", CAPTURES / name)[1])
                for e in exchanges:
                    self.assertIn(e["state"], ("answered", "error", "unanswered"))
                    if e["state"] == "unanswered" and e["kind"] != "setup":
                        self.assertEqual(e["answers"], [])
                    self.assertEqual(e["latency"] is None, not e["answers"])
                    self.assertGreaterEqual(e["duration"] or 0, e["latency"] or 0)
                    self.assertRegex(e["controller"], r"\A(127\.0\.0\.1(:6653)?|\[::1\]:6653)\Z")
                    self.assertEqual("parts" in e, e["kind"] == "multipart")
                    self.assertEqual("covers" in e, e["kind"] == "barrier")
                    for a in e["answers"]:
                        self.assertIn(a["join"], ("xid", "quote", "buffer", "frame", "match", "setup"))
                        self.assertIn(a["certainty"], ("certain", "likely"))
                        self.assertEqual(a["join"] == "quote", a["type"] == "error")
                        self.assertGreaterEqual(a["latency"], 0)
                        self.assertGreaterEqual(a["frame"], e["request"]["frame"])
                        self.assertEqual(a["connection"], e["connection"])
                numbers = [e["request"]["frame"] for e in exchanges]
                self.assertEqual(numbers, sorted(numbers))
                by_type = {t: n for of in KNOWN[name]["by_type"].values() for t, n in of.items()}
                answered = [e["kind"] for e in exchanges if e["state"] == "answered"]
                for kind in ("barrier", "echo", "features", "get_config"):
                    self.assertEqual(answered.count(kind), by_type.get(kind + "_reply", 0))
                self.assertEqual(answered.count("multipart"), by_type.get("multipart_reply", 0) + by_type.get("stats_reply", 0))
                kinds = [e["kind"] for e in exchanges]
                self.assertEqual(kinds.count("packet_in"), by_type.get("packet_in", 0))
                self.assertEqual(kinds.count("setup"), len(json.loads(run("stats", "-T", "json", CAPTURES / name)[1])["connections"]))
                self.assertEqual(sum(e["state"] == "error" for e in exchanges), by_type.get("error", 0))
                for e in exchanges:
                    if e["kind"] == "setup":
                        self.assertEqual(e["version"], "1.3" if "1.3" in KNOWN[name]["by_type"] else "1.0")

    def exchanges(self, name, *more):
        return json.loads(run("exchanges", "-T", "json", *more, CAPTURES / name)[1])

    def test_exchanges_are_chosen(self):
        name = "errors-of13.pcap"
        everything = self.exchanges(name)
        for kind in ("barrier", "setup", "command"):
            self.assertEqual(self.exchanges(name, "--kind", kind), [e for e in everything if e["kind"] == kind])
        self.assertEqual(self.exchanges(name, "--state", "error"), [e for e in everything if e["state"] == "error"])
        self.assertEqual(self.exchanges(name, "--kind", "echo", "--kind", "features"),
                         [e for e in everything if e["kind"] in ("echo", "features")])
        self.assertEqual(self.exchanges(name, "--type", "flow_mod", "-c", "3"),
                         [e for e in everything if e["request"]["type"] == "flow_mod"][:3])
        for option in ("--kind", "--state"):
            status, _, err = run("exchanges", option, "nonsense", CAPTURES / name)
            self.assertEqual(status, 2)
            self.assertIn("nonsense", err)

    # ---- lint

    def findings(self, name, *more, status=3):
        got, out, err = run("lint", "-T", "ndjson", *more, CAPTURES / name)
        self.assertEqual((got, err), (status, ""))
        return [json.loads(line) for line in out.splitlines()]

    def test_lint_of_what_is_well(self):
        for name in ("learning-of10.pcap", "learning-of13.pcap", "learning-of10-osken.pcap", "ipv6-of13.pcapng"):
            self.assertEqual(run("lint", "--fail-on", "info", CAPTURES / name), (0, "nothing wrong was found\n", ""))
            self.assertEqual(run("lint", "-T", "json", CAPTURES / name), (0, "[]\n", ""))
            self.assertEqual(run("lint", "-T", "ndjson", CAPTURES / name), (0, "", ""))

    def test_lint_finds_what_the_switch_refused(self):
        name = "errors-of13.pcap"
        refused = [f for f in self.findings(name) if f["kind"].startswith("refused_")]
        errors = self.exchanges(name, "--state", "error")
        self.assertEqual([f["frame"] for f in refused], [e["request"]["frame"] for e in errors if e["request"]])
        for f, e in zip(refused, errors):
            code = e["answers"][0]["body"].get("code", "ONFERR_DUP_INSTRUCTION")
            self.assertIn(code, f["reason"])
            self.assertEqual((f["connection"], f["datapath_id"], f["time"]),
                             (e["connection"], e["datapath_id"], e["request"]["time"]))
        self.assertIn({"table_id": 0, "entry": "cookie=0x4, priority=10,in_port=1 actions=group:99"},
                      [{k: f[k] for k in ("table_id", "entry")} for f in refused])

    def test_lint_keys(self):
        keys = ["kind", "severity", "frame", "time", "connection", "datapath_id", "table_id", "reason", "entry", "count",
                "last_frame", "last_time", "more", "advice", "section"]
        findings = self.findings("errors-of13.pcap")
        for f in findings:
            self.assertEqual(list(f), keys)
        self.assertEqual(json.loads(run("lint", "-T", "json", CAPTURES / "errors-of13.pcap")[1]), findings)
        ranks = [["error", "warning", "info"].index(f["severity"]) for f in findings]
        self.assertEqual(ranks, sorted(ranks))
        for severity in ("error", "warning"):
            times = [f["time"] or "" for f in findings if f["severity"] == severity]
            self.assertEqual(times, sorted(times))
        self.assertIsInstance(self.findings("errors-of13.pcap", "--relative")[0]["time"], float)

    def test_lint_text_ends_with_counts(self):
        for name in ("errors-of13.pcap", "flowmods-of10.pcap", "expiry-of13.pcap", "lossy-of13.pcap"):
            status, out, _ = run("lint", CAPTURES / name)
            findings = self.findings(name, status=status)
            count = lambda s: sum(f["count"] + f["more"] for f in findings if f["severity"] == s)
            parts = [f"{n} {word}{'s' if n > 1 else ''}" for s, word in
                     (("error", "error"), ("warning", "warning"), ("info", "remark")) if (n := count(s))]
            self.assertEqual(out.splitlines()[-1], ", ".join(parts))

    def test_lint_sees_the_tables_as_they_were(self):
        """A deletion after all was emptied, and one of what was added since."""
        def flow_mod(command, port=None):
            match = struct.pack(">HHI", 1, 4, 0) if port is None else struct.pack(">HHIIxxxx", 1, 12, 0x80000004, port)
            return struct.pack(">BBHIQQBBHHHIIIHxx", 4, 14, 48 + len(match), 7, 0, 0, 0 if command == 0 else 255, command,
                               0, 0, 9, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0) + match
        hello = bytes.fromhex("0400000800000001")
        said = [flow_mod(3), flow_mod(0, 5), flow_mod(3, 7), flow_mod(3, 5)]
        frames, sequence = [(1, 0, segment(hello)), (1, 1, segment_back(hello, 0))], 8
        for i, message in enumerate(said):
            frames.append((2, i, segment_back(message, sequence)))
            sequence += len(message)
        path = self.file("futile.pcap", pcap(frames))
        out = run("lint", "-T", "ndjson", "--only", "futile_flow_mod", path)[1]
        self.assertEqual([json.loads(line)["frame"] for line in out.splitlines()], [5])

    def test_lint_fails_on_a_severity(self):
        for name, statuses in (("errors-of13.pcap", (3, 3, 3)), ("expiry-of13.pcap", (3, 3, 0)),
                               ("lossy-of13.pcap", (3, 0, 0)), ("learning-of13.pcap", (0, 0, 0))):
            got = tuple(run("lint", "--fail-on", s, CAPTURES / name)[0] for s in ("info", "warning", "error"))
            self.assertEqual(got, statuses, name)
        self.assertEqual(run("lint", "--fail-on", "fatal", CAPTURES / "learning-of13.pcap")[0], 2)

    def test_lint_of_some_kinds(self):
        name = "errors-of13.pcap"
        everything = self.findings(name)
        chosen = ("shadowed_flow", "unknown_port")
        self.assertEqual(self.findings(name, "--only", ",".join(chosen), status=0),
                         [f for f in everything if f["kind"] in chosen])
        self.assertEqual(self.findings(name, "--skip", "refused_command", "--skip", chosen[0]),
                         [f for f in everything if f["kind"] not in ("refused_command", chosen[0])])
        self.assertEqual(self.findings(name, "--only", chosen[0], "--skip", chosen[0], status=0), [])
        self.assertIn("did you mean 'shadowed_flow'?", self.wrong("lint", "--only", "shadow_flow", "f"))
        for kind in re.findall(r"^  (\w+) +(?:error|warning|info) ", run("lint", "--help")[1], re.M):
            self.assertEqual(run("lint", "--only", kind, CAPTURES / "learning-of13.pcap")[0], 0)

    def test_lint_by_other_limits(self):
        def message(kind, body, xid=0):
            return struct.pack(">BBHI", 4, kind, 8 + len(body), xid) + body

        ethernet = bytes.fromhex("020000000002 020000000001 0800 4500001c0000000040110000 0a000001 0a000002 0001 0035 0008 0000")
        match = struct.pack(">HHII4x", 1, 12, 0x80000004, 1)
        packet_in = message(10, struct.pack(">IHBBQ", 0xFFFFFFFF, len(ethernet), 0, 0, 0) + match + b"\0\0" + ethernet)
        role = message(25, struct.pack(">I4xQ", 2, 1))
        greeting = message(0, b"") + message(6, struct.pack(">QIBB2xII", 1, 0, 1, 0, 0, 0))
        frames = [(1, 0, segment(greeting, 0)), (1, 1, segment(greeting, 0, 40001)),
                  (1, 2, segment_back(message(0, b"") + message(2, b"", 5), 0))]
        sequences = dict.fromkeys((40000, 40001), len(greeting))
        for i in range(6):  # packet_ins, and switches that say to two controllers in turn that they are primary
            for port, said in ((40000, packet_in), (40000 + i % 2, role)):
                frames.append((1, 100_000 * (i + 1), segment(said, sequences[port], port)))
                sequences[port] += len(said)
        frames.append((3, 0, segment(b"", sequences[40000], flags=0x11)))
        capture = self.file("often.pcap", pcap(frames))

        def kinds(*options):
            records = map(json.loads, run("lint", "-T", "ndjson", *options, capture)[1].splitlines())
            return [r["kind"] for r in records if r["kind"] in ("packet_in_storm", "role_flap", "echo_timeout", "unanswered_request")]

        usual = kinds()
        self.assertNotIn("packet_in_storm", usual)
        self.assertIn("packet_in_storm", kinds("--storm", "6/0.55"))
        self.assertNotIn("packet_in_storm", kinds("--storm", "6/0.4"))
        self.assertIn("unanswered_request", usual)
        self.assertNotIn("unanswered_request", kinds("--patience", "2.5"))
        self.assertIn("role_flap", usual)
        self.assertNotIn("role_flap", kinds("--flap", "9/60"))
        self.assertNotIn("role_flap", kinds("--flap", "3/0.15"))
        for wrong in (["--storm", "6"], ["--storm", "0/1"], ["--storm", "6/x"], ["--flap", "3/0"], ["--patience", "soon"]):
            self.wrong("lint", *wrong, "f")

    def test_lint_of_the_tables_at_a_moment(self):
        name = "errors-of13.pcap"
        shadowed = self.findings(name, "--only", "shadowed_flow", status=0)
        before = self.findings(name, "--only", "shadowed_flow", "--at", "frame:120", status=0)
        self.assertEqual(before, [f for f in shadowed if f["frame"] <= 120])
        self.assertLess(len(before), len(shadowed))
        self.assertEqual(self.findings(name, "--dpid", "1"), self.findings(name))
        status, out, err = run("lint", "--dpid", "7", CAPTURES / name)
        self.assertEqual((status, out), (0, "nothing wrong was found\n"))
        self.assertIn("no datapath 7", err)

    def test_lint_of_a_flood(self):
        header = struct.pack(">BBHI", 4, 0, 8, 1)
        bad = b"".join(struct.pack(">BBHI", 4, 14, 10, i) + b"\0\0" for i in range(100))
        path = self.file("flood.pcap", pcap([(1, 0, segment(header)), (1, 1, segment(bad, sequence=9))]))
        status, out, _ = run("lint", "-T", "ndjson", path)
        records = [json.loads(line) for line in out.splitlines()]
        self.assertEqual((status, [(f["kind"], f["count"]) for f in records]), (3, [("malformed_message", 100)]))

    def test_lost_bytes_cost_no_other_exchange(self):
        # PROVENANCE.md: lost are a flow_mod, a packet_in and a part of a multipart_reply. Replies behind a gap come late.
        lossy, whole = self.exchanges("lossy-of13.pcap"), self.exchanges("learning-of13.pcap")
        self.assertEqual([e["kind"] for e in lossy if e["state"] != "answered"], ["multipart"])
        count = lambda exchanges, kind: sum(e["kind"] == kind for e in exchanges)
        for kind in ("setup", "echo", "barrier", "features", "multipart"):
            self.assertEqual(count(lossy, kind), count(whole, kind))
        self.assertEqual(count(lossy, "packet_in"), count(whole, "packet_in") - 1)

    def test_commands_that_a_barrier_closes(self):
        name = "errors-of13.pcap"
        commands = [e for e in self.exchanges(name, "--commands") if e["kind"] == "command"]
        by_type = KNOWN[name]["by_type"]["1.3"]
        self.assertEqual(len([e for e in commands if e["request"]["type"] == "flow_mod"]), by_type["flow_mod"])
        closed = [e for e in commands if e["state"] == "closed_by_barrier"]
        self.assertEqual({e["state"] for e in commands}, {"closed_by_barrier", "error"})
        for e in closed:
            self.assertEqual([(a["join"], a["type"]) for a in e["answers"]], [("barrier", "barrier_reply")])
        barriers = [e for e in self.exchanges(name) if e["kind"] == "barrier"]
        self.assertGreaterEqual(sum(e["covers"]["messages"] for e in barriers), len(commands))
        text = run("exchanges", "--commands", CAPTURES / name)[1]
        self.assertEqual(text.count("(by barrier)"), len(closed))

    def test_ladder(self):
        path = CAPTURES / "lossy-of13.pcap"
        environment = {k: v for k, v in os.environ.items() if k != "COLUMNS"}
        messages = [json.loads(l) for l in run("decode", "-T", "ndjson", path)[1].splitlines()]
        for columns in (None, "60", "100", "250"):
            for more in ([], ["--names"]):
                env = dict(environment, COLUMNS=columns) if columns else environment
                status, out, _ = run("exchanges", "--follow", "2", *more, path, env=env)
                self.assertEqual(status, 0)
                title, *lines = out.splitlines()
                self.assertIn("controller 127.0.0.1:6653", title)
                self.assertRegex(title, r"switch 127.0.0.1:\d+\Z")
                for line in lines:
                    self.assertEqual(len(line), int(columns or 100))
                    self.assertRegex(line, r"\A\d+\.\d{6} +\|(-- .* -+>|<-+ .* --|  .*  )\|\Z")
                arrows = [l for l in lines if "--" in l]
                self.assertEqual([(int(re.search(r"(?:--|<-+) (\d+) ", l)[1]), l[13:15] == "|<") for l in arrows],
                                 [(m["frame"], m["dst"].endswith(":6653")) for m in messages if m["connection"] == 2])
                self.assertEqual(lines[-1][14:-1].strip(), "the capture ends")
        self.assertIn(" bytes from 127.0.0.1:", run("exchanges", "--follow", "1", path)[1])
        self.assertIn('port "s-h1"', run("exchanges", "--follow", "1", "--names", path)[1])
        status, out, err = run("exchanges", "--follow", "3", path)
        self.assertEqual((status, out), (2, ""))
        self.assertIn("there is no connection 3", err)

    def test_names_of_ports(self):
        path = CAPTURES / "learning-of13.pcap"
        for sub in (["decode"], ["decode", "-T", "ovs"], ["exchanges"]):
            plain, named = run(*sub, path)[1], run(*sub, "--names", path)[1]
            self.assertEqual(len(plain.splitlines()), len(named.splitlines()))
            self.assertIn('actions=output:"s-h1"', named)
            self.assertNotIn("s-h1", re.sub(r"[^\n]*PORT_DESC.*?\n(?=\d)", "", plain, flags=re.S))
        self.assertEqual(run("decode", "-T", "ndjson", "--names", path), run("decode", "-T", "ndjson", path))

    def test_latencies(self):
        for name in KNOWN:
            stats = json.loads(run("stats", "--latency", "-T", "json", CAPTURES / name)[1])
            exchanges = self.exchanges(name)
            whole = stats["latency"]["all"]
            for kind in {e["kind"] for e in exchanges} - {"setup", "multipart", "command"}:
                took = sorted((e["latency"] if kind == "packet_in" else e["duration"])
                              for e in exchanges if e["kind"] == kind and e["state"] == "answered")
                self.assertEqual(whole[kind]["answered"], len(took))
                self.assertEqual(whole[kind]["min"], took[0])
                self.assertEqual(whole[kind]["max"], took[-1])
                self.assertLessEqual(abs(whole[kind]["p50"] - took[(len(took) + 1) // 2 - 1]), 0.05 * whole[kind]["p50"] + 1e-9)
                self.assertEqual(sum(b["count"] for b in whole[kind]["histogram"]), len(took))
                self.assertEqual(sum(d["kinds"].get(kind, {"answered": 0})["answered"] for d in stats["latency"]["datapaths"]), len(took))
                text = run("stats", "--histogram", CAPTURES / name)[1]
                self.assertRegex(text, rf"\n    {kind} +{len(took)} ")
            self.assertNotIn("latency", json.loads(run("stats", "-T", "json", CAPTURES / name)[1]))

    def test_controllers_have_one_address(self):
        stats = json.loads(run("stats", "-T", "json", CAPTURES / "learning-of13.pcap")[1])
        self.assertEqual(stats["controllers"], [{"controller": "127.0.0.1:6653", "connections": 2, "messages": stats["messages"],
                                                 "datapath_ids": ["0x0000000000000001", "0x0000000000000002"]}])
        # ovs-ofctl calls the switch, each time from another port.
        stats = json.loads(run("stats", "-T", "json", CAPTURES / "errors-of13.pcap")[1])
        self.assertEqual([c["controller"] for c in stats["controllers"]], ["127.0.0.1"])
        self.assertEqual(stats["controllers"][0]["connections"], len(stats["connections"]))
        self.assertIn("\n  controller 127.0.0.1: ", run("stats", CAPTURES / "errors-of13.pcap")[1])

    # ---- help, man page, completion

    def definitions(self):
        """The options of each subcommand, as --help lists them; "": those of oflens itself."""
        names = lambda text: {n for o in re.findall(r"^  (?:FILE,)?(-\S+)", text, re.M) for n in o.split(",") if n.startswith("-")}
        main = run("--help")[1]
        subs = re.findall(r"^  (\w+)  ", main[main.index("Subcommands:"):main.index("Examples:")], re.M)
        self.assertLessEqual(set(SUBCOMMANDS) | {"encode", "reference", "help"}, set(subs))
        return {"": names(main), **{s: names(run(s, "--help")[1]) for s in subs}}

    def test_help_of_a_subcommand(self):
        self.assertEqual(run("help"), run("--help"))
        self.assertEqual(run("help", "decode"), run("decode", "--help"))
        self.assertEqual(run("help", "decod")[0], 2)

    def test_man_page_tells_all(self):
        status, page, err = run("help", "--man")
        self.assertEqual((status, err), (0, ""))
        parts = dict(re.findall(r"\.SS oflens (\w+)\n(.*?)(?=\n\.S[SH] )", page, re.S))
        parts[""] = page[page.index(".SH OPTIONS"):page.index(".SH SUBCOMMANDS")]
        for sub, options in self.definitions().items():
            self.assertGreater(len(options), 1)
            for option in options:
                self.assertIn("\\fB" + option.replace("-", "\\-") + "\\fR", parts[sub])
        self.assertIn("(text, json, ndjson)", parts["exchanges"])
        if not shutil.which("groff"):
            self.skipTest("groff is not here")
        done = subprocess.run(["groff", "-man", "-ww", "-Tutf8"], input=page.encode(), capture_output=True)
        self.assertEqual((done.returncode, done.stderr.decode()), (0, ""))
        shown = re.sub(r"\x1b\[[\d;]*m|.\x08", "", done.stdout.decode())
        self.assertIn("oflens decode -T ndjson trace.pcap | jq", shown)

    def complete(self, *words):
        """What bash offers for the last word."""
        if not shutil.which("bash"):
            self.skipTest("bash is not here")
        script = (f"source <('{OFLENS}' help --completion bash)\nCOMP_WORDS=(oflens \"$@\")\nCOMP_CWORD=$#\n"
                  "complete -p oflens | grep -q -- '-F _oflens oflens' || exit 1\n_oflens 2>/dev/null\nprintf '%s\\n' \"${COMPREPLY[@]}\"")
        done = subprocess.run(["bash", "-c", script, "bash", *words], capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split()

    def test_bash_completes(self):
        everything = self.definitions()
        self.assertEqual(set(self.complete("")), set(everything) - {""})
        self.assertEqual(self.complete("exc"), ["exchanges"])
        self.assertEqual(set(self.complete("-")), everything[""])
        for sub in set(everything) - {""}:
            self.assertEqual(set(self.complete(sub, "-")), everything[sub])
        self.assertEqual(self.complete("exchanges", "--fol"), ["--follow"])
        self.assertEqual(self.complete("exchanges", "-T", ""), ["text", "json", "ndjson"])
        self.assertEqual(self.complete("exchanges", "x.pcap", "-T", "nd"), ["ndjson"])
        self.assertEqual(self.complete("exchanges", "--state", "=", "un"), ["unanswered", "unconfirmed", "unasked"])
        self.assertEqual(len(self.complete("exchanges", "--state", "=")), 8)
        self.assertEqual(self.complete("decode", "x"), [])  # files, by default
        self.assertEqual(self.complete("decode", "-c", ""), [])
        self.assertEqual(self.complete("help", "st"), ["stats"])

    # ---- encode

    HELLO = b'{"version":"1.3","type":"hello","xid":%d}'

    def test_encode_is_the_inverse_of_decode(self):
        for name in KNOWN:
            with self.subTest(name):
                hexadecimal = run("decode", "-T", "hex", CAPTURES / name)[1]
                for form in ("ndjson", "json"):
                    records = run("decode", "-T", form, CAPTURES / name)[1]
                    self.assertEqual(run("encode", stdin=records.encode()), (0, hexadecimal, ""))
                pretty = "\n".join(json.dumps(r, indent=1) for r in json.loads(records))
                self.assertEqual(run("encode", "-", stdin=pretty.encode()), (0, hexadecimal, ""))
                compact = json.dumps(json.loads(records)).encode()
                self.assertEqual(run("encode", "-o", "hex", self.file("r.json", compact)), (0, hexadecimal, ""))
                p = subprocess.run([OFLENS, "encode", "-o", "bin"], input=compact, capture_output=True, timeout=60)
                self.assertEqual((p.returncode, p.stdout.hex(), p.stderr), (0, hexadecimal.replace("\n", ""), b""))

    def test_encode_to_a_capture(self):
        out = self.folder / "out.pcap"
        for name in KNOWN:
            with self.subTest(name):
                records = run("decode", "-T", "ndjson", CAPTURES / name)[1]
                self.assertEqual(run("encode", "-w", out, stdin=records.encode()), (0, "", ""))
                keys = ("time", "src", "dst", "version", "type", "xid", "length", "body", "problems")
                shorter = lambda text: [{k: r[k] for k in keys} for r in map(json.loads, text.splitlines())]
                self.assertEqual(shorter(run("decode", "-T", "ndjson", out)[1]), shorter(records))

    def test_encode_to_a_capture_what_comes_from_none(self):
        out = self.folder / "out.pcap"
        records = [{"version": "1.3", "type": t, "xid": n} for n, t in enumerate(
            ["hello", "features_request", "features_reply", "echo_request"])]
        records[3]["body"] = {"data": "ab" * 5000}  # more than a segment
        text = "\n".join(map(json.dumps, records)).encode()
        self.assertEqual(run("encode", "-w", out, stdin=text), (0, "", ""))
        controller, switch = "127.0.0.1:6653", "127.0.0.1:49152"
        found = [json.loads(l) for l in run("decode", "-T", "ndjson", out)[1].splitlines()]
        self.assertEqual([(r["src"], r["dst"], r["type"], r["problems"]) for r in found],
                         [(controller, switch, "hello", []), (controller, switch, "features_request", []),
                          (switch, controller, "features_reply", []), (controller, switch, "echo_request", [])])
        self.assertEqual([r["time"][17:] for r in found], ["00.00%d000Z" % n for n in range(1, 5)])
        if shutil.which("tshark"):
            shark = subprocess.run(["tshark", "-r", out, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-T", "fields",
                                    "-e", "tcp.checksum.status", "-e", "ip.checksum.status", "-e", "openflow_v4.type"],
                                   capture_output=True, text=True, timeout=60).stdout.split("\n")
            self.assertEqual([l.split("\t")[:2] for l in shark if l], [["1", "1"]] * 7)
            self.assertEqual([t for l in shark if l for t in l.split("\t")[2].split(",") if t], ["0", "5", "6", "2"])
        v6 = b'{"time":"2026-11-20T09:36:27.123456789Z","src":"[2001:db8::1]:6653","dst":"[2001:db8::2]:7","version":"1.0","type":"hello"}'
        self.assertEqual(run("encode", "-w", out, stdin=v6), (0, "", ""))
        self.assertEqual(run("decode", out)[1], "1 2026-11-20T09:36:27.123456789Z [2001:db8::1]:6653 > [2001:db8::2]:7 1.0 hello xid=0\n")
        self.assertEqual(run("encode", "-w", out, stdin=b""), (0, "", ""))
        self.assertEqual(out.stat().st_size, 24)
        status, _, err = run("encode", "-w", self.folder / "none" / "x.pcap", stdin=v6)
        self.assertEqual((status, err), (1, f"oflens: {self.folder}/none/x.pcap: No such file or directory\n"))
        if os.path.exists("/dev/full"):
            status, _, err = run("encode", "-w", "/dev/full", stdin=v6)
            self.assertEqual((status, err), (1, "oflens: /dev/full: No space left on device\n"))

    def test_encode_goes_on_after_what_is_wrong(self):
        lines = [self.HELLO % 1, b'{"version":"1.3","type":"flow_mod","body":{"tabel_id":1}}', self.HELLO % 2, b'{"version":"1.3","type":"he',
                 self.HELLO % 3, b'{"version":"1.3","body":{', self.HELLO % 4, b"no record", self.HELLO % 5, b'{"version":"1.3",}',
                 b"[" + self.HELLO % 6 + b"," + self.HELLO % 7 + b"]", b'{"version":"1.3"']
        status, out, err = run("encode", "-", stdin=b"\n".join(lines))
        self.assertEqual(status, 1)
        self.assertEqual([int(l[-1]) for l in out.split()], [1, 2, 3, 4, 5, 6, 7])
        errors = err.splitlines()
        self.assertEqual([int(e.split(":")[2]) for e in errors], [2, 4, 6, 8, 10, 12])
        self.assertEqual(errors[0], "oflens: standard input:2: body: there is no \"tabel_id\" here; did you mean 'table_id'?")
        path = self.file("bad.json", b"{}")
        self.assertEqual(run("encode", path)[2], f'oflens: {path}:1: "version" is needed\n')

    def test_encode_files(self):
        one, two = self.file("one", self.HELLO % 1), self.file("two", self.HELLO % 2 + b"\n")
        hello = "040000080000000%d\n"
        self.assertEqual(run("encode", one, "-", two, stdin=self.HELLO % 9), (0, hello % 1 + hello % 9 + hello % 2, ""))
        self.assertEqual(run("encode", self.file("none", b" \n\n")), (0, "", ""))
        for path, reason in ((self.folder / "gone", "No such file or directory"), (self.folder, "is a directory")):
            status, out, err = run("encode", path, one)
            self.assertEqual((status, out), (1, hello % 1))
            self.assertEqual(err.lower(), f"oflens: {path}: {reason}\n".lower())
        self.assertIn("-o", self.wrong("encode", "-o", "xml"))
        self.assertIn("'--hx'", self.wrong("encode", "--hx"))
        text = run("encode", "--help")[1]
        self.assertIn("Examples:", text)
        self.assertIn("oflens encode", text)

    def test_encode_of_random_text(self):
        import random
        r = random.Random(3)
        good = run("decode", "-T", "ndjson", CAPTURES / "learning-of13.pcap")[1].encode()[:20000]
        for _ in range(40):
            text = bytearray(good)
            for _ in range(r.randrange(1, 9)):
                text[r.randrange(len(text))] = r.choice(b'{}[]",:0a\\ \n\0\xff')
            status, out, err = run("encode", stdin=bytes(text))
            self.assertIn(status, (0, 1))
            self.assertGreater(len(out.splitlines()) + 20, good.count(b"\n"))

    # ---- --hex

    HEX = [  # the line, and what it is: bytes, or None when it is no hexadecimal
        ("0400000800000001", "0400000800000001"),
        ("  04 00 00 08\t00 00 00 02  ", "0400000800000002"),
        ("04:00:00:08:00:00:00:03 # with a remark", "0400000800000003"),
        ("0x0400000800000004", "0400000800000004"),
        ("0X04 0x00 0x0008 0x00000005", "0400000800000005"),
        ("0402000A000000AbCdEf", "0402000a000000abcdef"),
        ("0400000800000006\r", "0400000800000006"),
        ("0x", ""),
        ("0", None),
        ("040000080000000", None),
        ("zz", None),
        ("0400 000g", None),
        ("04-00", None),
        ("\u00e9\u00e8", None),
        ("\x00", None),
        ("\x1b[31m", None),
        ("04", "04"),
        ("0400", "0400"),
        ("04000008000000", "04000008000000"),
        ("00" * 8, "00" * 8),
        ("ff" * 9, "ff" * 9),
        ("0400000700000001", "0400000700000001"),
        ("04000010000000010001000600000012", "04000010000000010001000600000012"),
        ("0400ffff00000001", "0400ffff00000001"),
        ("04000008000000010400000800000002", "04000008000000010400000800000002"),
        ("0402fff800000001" + "ab" * 65520, "0402fff800000001" + "ab" * 65520),
        ("0402000800000001" + "cd" * 100000, "0402000800000001" + "cd" * 100000),
    ]

    def hex_input(self, end=b"\n"):
        out = b""
        for i, (line, _) in enumerate(self.HEX):
            out += line.encode() + b"\n" + [b"", b"\n", b"# remark\n", b"  \t# remark\n \n", b"\r\n"][i % 5]
        return out.rstrip(b"\n") + end

    def test_hex_one_record_a_line(self):
        for end in (b"\n", b""):
            text = self.hex_input(end)
            status, out, err = run("decode", "--hex", "-T", "ndjson", "-", stdin=text)
            self.assertEqual(status, 1)
            records = [json.loads(line) for line in out.splitlines()]
            self.assertEqual(len(records), len(self.HEX))
            for (line, octets), r in zip(self.HEX, records):
                codes = [p["code"] for p in r["problems"]]
                for p in r["problems"]:
                    self.assertEqual(sorted(p), ["code", "offset", "path", "text"])
                    self.assertIsInstance(p["offset"], int)
                    self.assertGreater(len(p["text"]), 10)
                self.assertEqual(codes == ["bad_hex"], octets is None, line[:40])
                if octets is not None and len(octets) >= 16:
                    self.assertEqual(r["xid"], int(octets[8:16], 16))
                    self.assertEqual(r["length"], int(octets[4:8], 16))
                    self.assertEqual(list(r)[:5], ["version", "type", "xid", "length", "body"])
                    self.assertEqual(r["problems"] == [], r["type"] in ("hello", "echo_request") and "0001000600" not in octets
                                     and len(octets) == 2 * r["length"], line[:40])
            # A line of complaint for each that is no hexadecimal, with its number.
            bad = [i for i, (_, octets) in enumerate(self.HEX) if octets is None]
            numbers = [n + 1 for n, l in enumerate(text.split(b"\n")) if any(l == self.HEX[i][0].encode() for i in bad)]
            self.assertEqual([int(l.split(":")[2]) for l in err.splitlines()], numbers)
            self.assertNotIn("\x1b", err)
            self.assertEqual(json.loads(run("decode", "--hex", "-T", "json", "-", stdin=text)[1]), records)

    def test_hex_in_the_other_forms(self):
        text = self.hex_input()
        lines = run("decode", "--hex", "-", stdin=text)[1].splitlines()
        self.assertEqual(len(lines), len(self.HEX))
        for line, (_, octets) in zip(lines, self.HEX):
            self.assertEqual(line.startswith("not a message: "), octets is None)
            self.assertNotIn("\x1b", line)
        lines = run("decode", "--hex", "-T", "hex", "-", stdin=text)[1].split("\n")
        self.assertEqual(lines.pop(), "")
        self.assertEqual([None if l.startswith("not a message: ") else l for l in lines], [octets for _, octets in self.HEX])
        for more in ([], ["-x"]):
            tree = run("decode", "--hex", "-V", *more, "-", stdin=text)[1]
            heads = [l for l in tree.splitlines() if l and not l.startswith(" ")]
            self.assertEqual(len([h for h in heads if not re.match(r"\d+  ", h)]), len(self.HEX))
        tree = run("decode", "--hex", "-V", "-x", "-", stdin=b"0402000a00000001abcd")[1]
        self.assertTrue(tree.endswith("    8  abcd                 data: abcd\n\n"), tree)

    def test_hex_files(self):
        one, two = self.file("one.hex", b"0400000800000001\n"), self.file("two.hex", b"0400000800000002")
        status, out, err = run("decode", "--hex", one, "-", two, stdin=b"0400000800000009")
        self.assertEqual((status, err), (0, ""))
        self.assertEqual([l.split("xid=")[1] for l in out.splitlines()], ["1", "9", "2"])
        self.assertEqual(run("decode", "--hex", "-r", one)[1], "1.3 hello xid=1\n")
        self.assertEqual(run("decode", "--hex", self.file("none.hex", b"# nothing\n\n")), (0, "", ""))
        self.assertEqual(json.loads(run("decode", "--hex", "-T", "json", self.file("none.hex", b""))[1]), [])
        for path, reason in ((self.folder / "gone", "No such file or directory"), (self.folder, "is a directory")):
            status, out, err = run("decode", "--hex", path, one)
            self.assertEqual((status, out), (1, "1.3 hello xid=1\n"))
            self.assertEqual(err.lower(), f"oflens: {path}: {reason}\n".lower())

    def test_hex_of_random_lines(self):
        import random
        r = random.Random(7)
        alphabet = "0123456789abcdefABCDEFxX:# \tg-\r"
        lines = ["".join(r.choice(alphabet) for _ in range(r.randrange(60))) for _ in range(3000)]
        messages = [l for l in lines if l.strip(" \t\r") and not l.lstrip(" \t\r").startswith("#")]
        text = "\n".join(lines).encode()
        out = run("decode", "--hex", "-T", "ndjson", "-", stdin=text)[1]
        self.assertEqual(len([json.loads(l) for l in out.splitlines()]), len(messages))
        self.assertEqual(len(run("decode", "--hex", "-", stdin=text)[1].splitlines()), len(messages))


class Records(unittest.TestCase):
    """What docs/json.md says of records, each line of its table."""

    def body(self, octets, **more):
        record = json.loads(run("decode", "--hex", "-T", "ndjson", "-", stdin=octets.encode())[1])
        back = run("encode", stdin=json.dumps(record).encode())[1]
        if not more.get("problems"):
            self.assertEqual((record["problems"], back), ([], octets.replace(" ", "") + "\n"))
        return record["body"]

    def test_conventions(self):
        # set_config: flags with an unknown bit; an unknown constant.
        self.assertEqual(self.body("0409000c00000001 8001 0080")["flags"], ["OFPC_FRAG_DROP", "0x8000"])
        mod = "040e{} 00000001 00000000000000ff 0000000000000000 01 4d 0000 0000 0005 ffffffff ffffffff ffffffff 0000 0000"
        body = self.body(mod.format("0048") + " 0001 0014 8000070c 010000000000 010000000000 00000000")
        self.assertEqual((body["cookie"], body["command"], body["priority"]), ("0xff", 77, 5))
        self.assertEqual(body["match"]["oxm"], [{"field": "eth_dst", "value": "01:00:00:00:00:00", "mask": "01:00:00:00:00:00"}])
        # An unknown match field and an unknown action.
        body = self.body(mod.format("0058") + " 0001 000a 1234 02 02 0102 000000000000"
                         "0004 0018 00000000 ffff 0010 00abcdef 0001020304050607")
        self.assertEqual(body["match"]["oxm"], [{"class": 0x1234, "field": 1, "value": "0102"}])
        self.assertEqual(body["instructions"][0]["actions"],
                         [{"type": "OFPAT_EXPERIMENTER", "experimenter": 11259375, "data": "0001020304050607"}])
        # A message in a message, or text; padding that is not zero; what belongs nowhere.
        self.assertEqual(self.body("0401000e00000001 0000 0000 6e6f")["data"], {"bytes": "6e6f", "text": "no"})
        data = self.body("0401001400000001 0001 0001 0402000800000009")["data"]
        self.assertEqual((data["bytes"], data["message"]["type"], data["message"]["xid"]), ("0402000800000009", "echo_request", 9))
        self.assertEqual(self.body("0412001000000001 000d 0000 000000ff")["pad"], "000000ff")
        self.assertEqual(self.body("0414000a00000001 00ff", problems=True)["excess"], "00ff")


class Reference(unittest.TestCase):
    def entries(self, *options):
        status, out, err = run("reference", "-T", "json", *options)
        self.assertEqual((status, err), (0, ""))
        return json.loads(out)

    def test_text(self):
        status, out, err = run("reference", "group_mod", "-O", "1.3")
        self.assertEqual((status, err), (0, ""))
        self.assertIn("message group_mod: OpenFlow 1.1-1.4, type 15\n"
                      "  command            16 bits: OFPGC_ADD=0 OFPGC_MODIFY=1 OFPGC_DELETE=2\n", out)
        self.assertIn("  buckets            list of bucket\n", out)
        self.assertEqual(run("reference", "OFPBRC_BAD_MULTIPART")[1],
                         "error OFPBRC_BAD_MULTIPART: OpenFlow 1.1-1.5, type 1 (OFPET_BAD_REQUEST), code 2\n")
        self.assertEqual(run("reference", "ipv6_exthdr")[1],
                         "match field ipv6_exthdr: OFPXMC_OPENFLOW_BASIC, number 39, 9 bits, maskable\n")

        # A field that is there only when another says so.
        self.assertIn("  ipv4_min           IPv4 address, if range_present has 0x1\n", run("reference", "nx_nat")[1])
        self.assertIn("  src_ofs            16 bits, if header & 0x2000 is 0x0\n", run("reference", "spec")[1])

    def test_json(self):
        every = self.entries()
        self.assertEqual({e["kind"] for e in every}, {"message", "element", "struct", "match_field", "error"})
        names = {(e["kind"], e["name"]) for e in every}
        for known in (("message", "flow_mod"), ("message", "nx_flow_mod"), ("element", "goto_table"), ("element", "nx_ct"),
                      ("struct", "flow_stats"), ("match_field", "nxm_nx_reg0"), ("error", "NXBRC_NXM_INVALID")):
            self.assertIn(known, names)
        [resubmit] = self.entries("nx_resubmit")  # one, though it is an action of all versions
        self.assertEqual((resubmit["family"], resubmit["type"], resubmit["vendor"]), ("action", 65535, "NX_VENDOR_ID"))
        self.assertEqual(resubmit["versions"], ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5"])
        self.assertEqual([f.get("constant") for f in resubmit["fields"]],
                         ["OFPAT_EXPERIMENTER", None, "NX_VENDOR_ID", "NXAST_RESUBMIT", None, None])

    def test_tables(self):
        status, out, err = run("reference", "-T", "md", "-O", "1.3")
        self.assertEqual((status, err), (0, ""))
        self.assertIn("\n| 18, OFPMP_FLOW=1 | `flow_stats_request` | 1.3 | `flags` 16 `OFPMPF_REQ_MORE`; `table_id` 8", out)
        self.assertIn("\n| OFPET_HELLO_FAILED=0 | 1.1-1.5 | OFPHFC_INCOMPATIBLE=0, OFPHFC_EPERM=1 |\n", out)
        # Each row has as many cells as the head of its table, and what a row names is explained on the page.
        for table in re.findall(r"(?:^\|.*\n)+", out, flags=re.M):
            self.assertEqual(len({line.count("|") for line in table.splitlines()}), 1, table[:200])
        explained = set(re.findall(r"^\| `([^`]+)`(?:, flags)? \| [A-Z]", out, flags=re.M))
        for name in re.findall(r"` \d+ `([^`=]+)`", out):
            self.assertIn(name, explained)

    def test_filters(self):
        self.assertEqual({e["kind"] for e in self.entries("--kind", "element", "--kind", "struct")}, {"element", "struct"})
        for version in ("1.0", "1.3"):
            for e in self.entries("-O", version):
                self.assertIn(version, e["versions"])
        self.assertNotIn("multipart_request", [e["name"] for e in self.entries("-O", "1.0")])
        standard, extensions = (self.entries("--kind", "message", "--only", w) for w in ("standard", "extensions"))
        self.assertEqual(len(standard) + len(extensions), len(self.entries("--kind", "message")))
        self.assertFalse([e for e in standard if "vendor" in e or e["name"].startswith("nx_")])
        self.assertTrue(all("vendor" in e for e in extensions))
        # Part of a name; a field; a constant.
        self.assertEqual([e["name"] for e in self.entries("flow_stats_req")][:1], ["flow_stats_request"])
        self.assertIn("flow_mod", [e["name"] for e in self.entries("hard_timeout")])
        self.assertIn("packet_in", [e["name"] for e in self.entries("OFPR_ACTION")])

    def test_what_there_is_not(self):
        self.assertEqual(run("reference", "flow_modd"),
                         (2, "", "oflens: nothing is called 'flow_modd'; did you mean 'flow_mod'?\n"))
        for wrong in (["-T", "xml"], ["-O", "1.9"], ["--kind", "thing"], ["--only", "mine"], ["flow_mod", "more"]):
            status, out, err = run("reference", *wrong)
            self.assertEqual((status, out), (2, ""))
            self.assertTrue(err)

    def test_the_language_of_filters(self):
        status, out, err = run("reference", "filter")
        self.assertEqual((status, err), (0, ""))
        for word in ("contains", "any(", "problems.code", "flow_mod.priority > 100"):
            self.assertIn(word, out)

    def test_fields(self):
        status, out, err = run("reference", "fields", "-T", "json")
        self.assertEqual((status, err), (0, ""))
        fields = {f["field"]: f for f in json.loads(out)}
        self.assertIn("flow_mod", fields["flow_mod.priority"]["messages"])
        self.assertEqual(fields["flow_mod.priority"]["types"], ["16 bits"])
        self.assertEqual(fields["flow_mod.command"]["constants"]["OFPFC_DELETE"], 3)
        self.assertEqual(fields["eth_src"]["types"], ["MAC address"])
        self.assertIn("packet_in", fields["ip.src"]["messages"])
        self.assertIn("group_mod", fields["output.port"]["messages"])
        self.assertNotIn("echo_request", fields["output.port"]["messages"])
        # All of them are fields that filters know.
        for f in list(fields)[::40]:
            self.assertEqual(run("decode", "--hex", "-Y", f, "-")[0], 0, f)
        status, out, _ = run("reference", "fields", "flow_mod.prio")
        self.assertEqual((status, out.split()[:3]), (0, ["flow_mod.priority", "16", "bits"]))
        self.assertEqual(run("reference", "fields", "prioritty")[0], 2)


class FilterTest(unittest.TestCase):
    capture = CAPTURES / "learning-of13.pcap"

    def records(self, *arguments, sub="decode"):
        status, out, err = run(sub, "-T", "ndjson", *arguments, self.capture)
        self.assertEqual((status, err), (0, ""))
        return [json.loads(line) for line in out.splitlines()]

    def test_decode_shows_what_matches(self):
        everything = self.records()
        for text, holds in {
            "type in {packet_in, packet_out}": lambda r: r["type"] in ("packet_in", "packet_out"),
            "flow_mod.priority == 100": lambda r: r["type"] == "flow_mod" and r["body"]["priority"] == 100,
            "frame > 50 && datapath_id == 2": lambda r: r["frame"] > 50 and r["datapath_id"] == "0x0000000000000002",
            "src.port == 6653": lambda r: r["src"].endswith(":6653"),
            "connection == 2 || xid == 0": lambda r: r["connection"] == 2 or r["xid"] == 0,
            "arp.op == reply": lambda r: "arp" in r["body"].get("data", "") and r["body"]["data"]["arp"]["op"] == "reply",
            "problems": lambda r: r["problems"],
        }.items():
            with self.subTest(filter=text):
                expected = [r for r in everything if holds(r)]
                self.assertEqual(self.records("-Y", text), expected)
                self.assertEqual(self.records("--filter", f"not ({text})"), [r for r in everything if not holds(r)])
                status, out, _ = run("stats", "-T", "json", "-Y", text, self.capture)
                self.assertEqual((status, json.loads(out)["messages"]), (0, len(expected)))
        self.assertEqual(self.records("-Y", "flow_mod", "-c", 2), [r for r in everything if r["type"] == "flow_mod"][:2])

    def test_time_is_that_of_the_capture(self):
        times = [r["time"] for r in self.records()]
        self.assertEqual([r["time"] for r in self.records("-Y", f"time >= {times[20]}")], [t for t in times if t >= times[20]])
        early = self.records("--relative", "-Y", "time < 0.01")
        self.assertEqual(early, [r for r in self.records("--relative") if r["time"] < 0.01])

    def test_exchanges_with_a_message_that_matches(self):
        def has(e, kind):
            return any(m and m.get("type") == kind for m in [e.get("request"), *e["answers"]])
        everything = self.records(sub="exchanges")
        self.assertEqual(self.records("-Y", "type == flow_mod", sub="exchanges"), [e for e in everything if has(e, "flow_mod")])
        self.assertEqual(run("exchanges", "-Y", "flow_mod", "--follow", 1, self.capture)[0], 2)

    def test_hex(self):
        lines = b"0402000a0000000701ff\n0400000800000001\n# nothing\n"
        self.assertEqual(run("decode", "--hex", "-T", "hex", "-Y", "xid == 7", "-", stdin=lines), (0, "0402000a0000000701ff\n", ""))
        self.assertEqual(run("decode", "--hex", "-Y", "frame", "-", stdin=lines), (0, "", ""))

    def test_what_is_no_filter(self):
        for sub in ("decode", "stats", "exchanges"):
            self.assertEqual(run(sub, "-Y", "flow_mod.priorty > 100", self.capture), (2, "",
                             "oflens: -Y: there is no field 'priorty'; did you mean 'priority'?\n"
                             "  flow_mod.priorty > 100\n"
                             "           ^~~~~~~\n"))
        self.assertEqual(run("decode", "-Y", "xid &&\n\tname == \"é\" && x_d", self.capture)[2],
                         "oflens: -Y: there is no field 'x_d'; did you mean 'xid'?\n"
                         "  \tname == \"é\" && x_d\n"
                         "  \t               ^~~\n")


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__.strip().splitlines()[-1])
    OFLENS = os.path.abspath(sys.argv.pop(1))
    unittest.main()
