#!/usr/bin/env python3
"""Plays the controllers of the switch of timeout_test.sh, moves its clock, and compares what it has with what is known.

  timeout_check.py OFLENS FOLDER VERSION SEED STEPS

The switch's clock stands still but for the warps of this script. So what is said can be recorded with the time that it is
to the switch: FOLDER/timeouts.pcap is written here, not by a program that has a clock of its own. After each step

- what the switch has is shown, and what is shown as certain the switch has;
- the marks are those that a reckoning of its own says (Known), so there is no needless doubt;
- a flow whose hard timeout has passed half a second ago is not shown.

Some steps are read in pieces, too, with --state and --save. At the end, --at tells the same of some of them, and the
switch's listings never disagreed. Exit status 1 at the first difference.
"""
import datetime
import json
import random
import re
import socket
import struct
import subprocess
import sys

OFLENS, FOLDER, VERSION, SEED, STEPS = sys.argv[1:]
R = random.Random(f"{VERSION}-{SEED}")
V10 = VERSION == "1.0"
CAPTURE = f"{FOLDER}/timeouts.pcap"
SECOND = 1_000_000
BEGIN = int(datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc).timestamp()) * SECOND
SLACK, EARLY = 500_000, 50_000  # how late and how early a switch may be, as oflens has it
NUMBERS = range(1, 9)  # of flows; each has its own MAC address, and its number for cookie


def one_in(n):
    return R.randrange(n) == 0


# ---- the switch

class Manager:
    """What ovs-appctl does, without a process each time."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        self.socket.connect(f"{FOLDER}/vswitchd.ctl")

    def __call__(self, method, *arguments):
        request = {"id": 0, "method": method, "params": [str(a) for a in arguments]}
        self.socket.sendall(json.dumps(request).encode())
        answer = b""
        while True:
            answer += self.socket.recv(65536)
            try:
                reply = json.loads(answer)
            except ValueError:
                continue
            if reply["error"]:
                sys.exit(f"{method}: {reply['error']}")
            return


manager = Manager()


def dump(version="OpenFlow13", *options):
    """The flows, as lines without the one that says which reply it is."""
    text = subprocess.run(["ovs-ofctl", "-O", version, "--no-names", *options, "dump-flows", "br0"],
                          check=True, capture_output=True, text=True).stdout
    return [line for line in text.splitlines() if line.startswith(" ")]


def flows():
    return dump("OpenFlow13", "--no-stats")


def counts():
    """Of each flow, the packets it met, and for how many seconds it has met none."""
    found = (re.search(r"cookie=(\w+),.* n_packets=(\d+),.* idle_age=(\d+)", line) for line in dump("OpenFlow10"))
    return {int(m[1], 16): (int(m[2]), int(m[3])) for m in found}


# ---- the recording

class Recording:
    def __init__(self):
        self.file = open(CAPTURE, "wb")
        self.file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))  # raw IP
        self.now = BEGIN

    def packet(self, protocol, payload, to_switch=True):
        self.now += 1
        ends = (b"\x7f\0\0\2", b"\x7f\0\0\1") if to_switch else (b"\x7f\0\0\1", b"\x7f\0\0\2")
        data = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0, *ends) + payload
        self.file.write(struct.pack("<IIII", *divmod(self.now, SECOND), len(data), len(data)) + data)

    def tick(self):
        """Nothing but what time it is."""
        self.packet(17, struct.pack(">HHHH", 9, 9, 8, 0))
        self.file.flush()


recording = Recording()


EQUAL, PRIMARY, SECONDARY = range(3)


def vendor(subtype, body):
    return 4, struct.pack(">II", 0x2320, subtype) + body


class Controller:
    """A connection to the switch. Whatever it sends and receives is recorded."""
    opened = generation = 0
    SYN, FIN, ACK, PUSH = 2, 1, 16, 8

    def __init__(self):
        Controller.opened += 1
        self.port = 20000 + Controller.opened
        self.next = {True: 1, False: 1}  # sequence numbers, by to_switch
        self.received, self.xid = b"", 0
        self.asks, self.role, self.announces = False, EQUAL, (True, False)  # as primary or equal, as secondary
        self.socket = self.connected()
        self.segment(True, self.SYN)
        self.segment(False, self.SYN | self.ACK)
        self.send(0, b"")
        self.send(5, b"")  # features_request: which datapath it is

    def connected(self):
        return socket.create_connection(("127.0.0.1", 16653), timeout=20)

    def segment(self, to_switch, flags, data=b""):
        ports = (self.port, 16653) if to_switch else (16653, self.port)
        recording.packet(6, struct.pack(">HHIIHHHH", *ports, self.next[to_switch], self.next[not to_switch],
                                        0x5000 | flags, 65535, 0, 0) + data, to_switch)
        self.next[to_switch] += len(data) + (1 if flags & (self.SYN | self.FIN) else 0)

    def send(self, kind, body, xid=None):
        self.xid += 1
        message = struct.pack(">BBHI", 1 if V10 else 4, kind, 8 + len(body), self.xid if xid is None else xid) + body
        self.segment(True, self.ACK | self.PUSH, message)
        self.socket.sendall(message)
        return self.xid

    def hear(self):
        """One message."""
        while len(self.received) < 8 or len(self.received) < struct.unpack_from(">H", self.received, 2)[0]:
            piece = self.socket.recv(65536)
            if not piece:
                sys.exit("the switch has hung up")
            self.received += piece
        kind, length, xid = struct.unpack_from(">xBHI", self.received)
        message, self.received = self.received[:length], self.received[length:]
        self.segment(False, self.ACK | self.PUSH, message)
        if kind == 1:
            sys.exit(f"the switch refuses: {message.hex()}")
        if kind == 2:
            self.send(3, message[8:], xid)
        if kind == 11:
            self.removed(message)
        return kind, xid

    def removed(self, message):
        number, = struct.unpack_from(">Q", message, 48 if V10 else 8)
        reason = message[58 if V10 else 18]
        if reason < 2:  # by a timeout; deletions are known
            known.pop(number, None)

    def sync(self):
        """Until the switch has done what it was told."""
        done = (19 if V10 else 21), self.send(18 if V10 else 20, b"")
        while self.hear() != done:
            pass

    def close(self):
        self.socket.close()
        self.segment(True, self.FIN | self.ACK)
        self.segment(False, self.FIN | self.ACK)

    def told(self):
        """Is it sent flow_removeds? Whoever connects to the switch has to ask for packets first."""
        return self.asks and self.announces[self.role == SECONDARY]

    def ask_for_packets(self, asks=True):
        self.asks = asks
        self.send(9, struct.pack(">HH", 0, 128 if asks else 0))

    def take_role(self, role):
        Controller.generation += 1
        if role == PRIMARY:
            for c in controllers:
                c.role = SECONDARY if c.role == PRIMARY else c.role
        self.role = role
        self.send(*(vendor(10, struct.pack(">I", role)) if V10 else (24, struct.pack(">I4xQ", 1 + role, Controller.generation))))

    def take_announcements(self, *reasons):
        """Of these reasons: as primary or equal, as secondary."""
        self.announces = tuple(mask & 3 == 3 for mask in reasons)  # both timeouts
        body = struct.pack(">6I", 7, 7, 7, 7, *reasons)
        self.send(*(vendor(19, body) if V10 else (28, body)))


class Witness(Controller):
    """It is told of all, and not recorded."""
    removals = 0

    def connected(self):
        channel = socket.socket(socket.AF_UNIX)
        channel.settimeout(20)
        channel.connect(f"{FOLDER}/br0.mgmt")
        return channel

    def segment(self, *_):
        pass

    def removed(self, _):
        self.removals += 1


# ---- what is known of each flow

class Known:
    def __init__(self, idle, hard, announced, used):
        self.idle, self.hard, self.announced, self.used = idle, hard, announced, used
        self.created = self.modified = recording.now
        self.doubt = self.counted = None

    def missed(self):
        """Since when its flow_removed may have been sent to nobody."""
        if not self.announced:
            return 0
        return next((max(begin, self.created) for begin, end in blind if end > self.created), 1 << 62)

    def expiry(self):
        """None: certain; "gone"; or since when it may have expired, and why."""
        now, missed = recording.now, self.missed()
        witnessed = missed >= now
        doubts = [self.doubt] if self.doubt else []
        if self.hard:
            end = self.modified + self.hard * SECOND
            if now >= end + SLACK and not witnessed:
                return "gone"
            if now >= end - EARLY:
                doubts.append((end, f"hard {self.hard} s"))
        if self.idle and not witnessed:
            end = self.used + self.idle * SECOND
            if now >= end - EARLY:
                doubts.append((max(end, self.created, missed), f"idle {self.idle} s"))
        return min(doubts, key=lambda d: d[0], default=None)

    def listed(self, asked, packets, idle):
        """The switch told of it."""
        self.doubt = None
        self.modified = max(self.modified, asked - self.hard * SECOND)
        if not self.idle:
            return
        self.used = max(self.used, asked - self.idle * SECOND, asked - (idle + 1) * SECOND if idle is not None else 0)
        if self.counted and self.counted[1] < packets:
            self.used = max(self.used, self.counted[0] - SLACK)  # they may have been counted late
        self.counted = asked, packets


known = {}  # by number
blind = []  # while nobody was told of flow_removeds: from when, to when


def there(number):
    flow = known.get(number)
    return flow if flow and flow.expiry() != "gone" else None


def watch():
    """After anything by which more or fewer are told of flow_removeds."""
    watched = any(c.told() for c in controllers)
    if watched != (not blind or blind[-1][1] < 1 << 62):
        if watched:
            blind[-1] = blind[-1][0], recording.now
        else:
            blind.append((recording.now, 1 << 62))


def sync():
    for c in controllers:
        c.sync()


def announced():
    return {number_of(line) for line in flows() if "send_flow_rem" in line}


def removing(remove):
    """The switch announces a removal somewhat later, in a thread of its own that waits for those that are paused."""
    before, heard = announced(), witness.removals
    remove()
    sync()
    count = len(before - announced())
    if count == 0:
        return
    manager("revalidator/resume")
    while witness.removals < heard + count:
        witness.sync()
    manager("revalidator/pause")
    sync()


# ---- what is said

def mac(number):
    return bytes([2, 0, 0, 0, 0, number])


def table_of(number):
    return 0 if V10 else number % 2


def targets(number):
    return [number] if number else [n for n in NUMBERS if table_of(n) == table_of(1)]


ADD, MODIFY, MODIFY_STRICT, DELETE, DELETE_STRICT = range(5)
NO_COOKIE = (1 << 64) - 1
ANY = 0xffffffff


def flow_mod(controller, command, number=0, cookie=None, idle=0, hard=0, flags=0):
    """About that flow; of number 0, about all of table 1 (1.3), or all (1.0)."""
    cookie, output = number if cookie is None else cookie, R.randrange(1, 4)
    if V10:
        match = struct.pack(">IH6s6sHBxHBBxxIIHH", 0x3820ff & ~(4 if number else 0), 0, mac(number) if number else bytes(6),
                            bytes(6), 0, 0, 0, 0, 0, 0, 0, 0, 0)
        actions = struct.pack(">HHHH", 0, 8, output, 0)
        controller.send(14, match + struct.pack(">QHHHHIHH", cookie, command, idle, hard, 5, ANY, 0xffff, flags) + actions)
        return
    oxm = struct.pack(">HBB6s", 0x8000, 4 << 1, 6, mac(number)) if number else b""
    match = struct.pack(">HH", 1, 4 + len(oxm)) + oxm
    match += bytes(-len(match) % 8)
    action = struct.pack(">HHIH6x", 0, 16, output, 0)
    instructions = struct.pack(">HH4x", 4, 8 + len(action)) + action
    controller.send(14, struct.pack(">QQBBHHHIIIHxx", cookie if command == ADD else 0, 0, table_of(number or 1), command, idle,
                                    hard, 5, ANY, ANY, ANY, flags) + match + (instructions if command < DELETE else b""))


def add(controller):
    number = R.choice(NUMBERS)
    what = R.randrange(3)
    idle, hard = (R.randrange(1, 7) if what != 1 else 0), (R.randrange(1, 7) if what != 2 else 0)
    flags = R.randrange(2) | (4 if not V10 and one_in(4) else 0)
    flow_mod(controller, ADD, number, idle=idle, hard=hard, flags=flags)
    old = there(number)
    known[number] = Known(idle, hard, bool(flags & 1), old.used if old else recording.now)


def modify(controller):
    number = R.choice([0, *NUMBERS])
    # Of 1.0 it adds when there is no such flow, but not without a cookie; when it is not known whether there is, neither
    # is what becomes of it.
    sure = number and not (there(number) and there(number).expiry())
    cookie = number if sure and one_in(2) else NO_COOKIE
    command = R.choice([MODIFY, MODIFY_STRICT]) if number else MODIFY
    flow_mod(controller, command, number, cookie=cookie if V10 else None, flags=R.choice([0, 4]) if not V10 else 0)
    for n in targets(number):
        flow = there(n)
        if flow:
            flow.doubt = flow.expiry()
            flow.modified = recording.now
        elif V10 and cookie != NO_COOKIE:
            known[n] = Known(0, 0, False, recording.now)


def delete(controller):
    number = R.choice([0, *NUMBERS, *NUMBERS])
    sync()  # with what came before
    removing(lambda: flow_mod(controller, R.choice([DELETE, DELETE_STRICT]) if number else DELETE, number))
    for n in targets(number):
        known.pop(n, None)


def packets(_):
    for number in R.sample(NUMBERS, R.randrange(1, 5)):
        manager("netdev-dummy/receive", "p1", (bytes([2, 0, 0, 0, 0, 0xff]) + mac(number) + b"\x88\xb5" + bytes(46)).hex())


def listing(controller):
    nicira = V10 and one_in(2)  # which tells for how long a flow has been idle
    if nicira:
        body = struct.pack(">HHII4xHHB3x", 0xffff, 0, 0x2320, 0, 0xffff, 0, 0xff)
    elif V10:
        body = struct.pack(">HHI36xBxH", 1, 0, 0x3820ff, 0xff, 0xffff)
    else:
        body = struct.pack(">HH4xB3xII4xQQHH4x", 1, 0, 0xff, ANY, ANY, 0, 0, 1, 4)
    controller.send(16 if V10 else 18, body)
    asked = recording.now
    sync()
    told = counts()
    for number in list(known):
        if number not in told:
            del known[number]
        elif there(number):
            packets_met, idle = told[number]
            known[number].listed(asked, packets_met, idle if nicira else None)


def connection(_):
    """Comes, goes, or has a say in what it is told."""
    what = R.randrange(8)
    if what < 3 and len(controllers) < 2:
        controllers.append(Controller())
        sync()
    elif what < 2 and controllers:
        controllers.pop(R.randrange(len(controllers))).close()
    elif controllers:
        c = R.choice(controllers)
        if what < 5:
            c.ask_for_packets(not one_in(4))
        elif what < 7:
            c.take_role(R.randrange(3))
        else:
            c.take_announcements(R.choice([0, 1, 15, 15]), R.choice([0, 15]))
        sync()
    watch()


# ---- time

clock = looked = 0  # milliseconds; when the switch looked last what has expired


def warp():
    """Often to where something is about to expire."""
    global clock
    ends = [e for f in known.values() for e in
            [f.modified + f.hard * SECOND if f.hard else 0, f.used + f.idle * SECOND if f.idle else 0] if e >= recording.now]
    if ends and one_in(2):
        by = (R.choice(ends) - recording.now) // 1000 + R.choice([-500, -51, -50, -1, 0, 1, 2, 49, 51, 250, 499, 500, 501])
    else:
        by = R.choice([R.randrange(1, 400), R.randrange(1, 4000), R.randrange(1, 9000)])
    by = max(by, 1)
    clock += by
    manager("time/warp", by)
    witness.sync()  # else the switch would take it for dead some day
    recording.now = BEGIN + clock * 1000


def look():
    """The switch looks what packets came, and what has expired. By itself it does each half second, or more often."""
    global looked
    looked = clock
    manager("revalidator/resume")
    manager("revalidator/pause")  # waits until all was looked at


# ---- what is shown

def shown(*arguments, capture=CAPTURE):
    """Line to mark."""
    run = subprocess.run([OFLENS, "flows", "-O", "1.3", *arguments, capture], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"oflens flows: {run.returncode}\n{run.stderr}")
    lines = [line for line in run.stdout.splitlines() if not line.startswith("#")]
    return dict(re.fullmatch(r"(.*?)(?: # may have expired since (.*))?", line).groups() for line in lines)


class Pieces:
    """The capture, read in parts."""
    read, state, piece = 24, f"{FOLDER}/state", f"{FOLDER}/piece.pcap"

    def shown(self):
        with open(CAPTURE, "rb") as whole, open(self.piece, "wb") as piece:
            data = whole.read()
            piece.write(data[:24] + data[self.read:])
        before = ["--state", self.state] if self.read > 24 else []
        self.read = len(data)
        return shown(*before, "--save", self.state, capture=self.piece)


def number_of(line):
    found = re.search(r"cookie=(\w+)", line)
    return int(found[1], 16) if found else 0


def mark_of(number):
    expiry = known[number].expiry() if number else None
    if expiry is None:
        return None
    tenths = (expiry[0] - BEGIN) // 100_000
    return f"{tenths // 36000:02}:{tenths // 600 % 60:02}:{tenths // 10 % 60:02}.{tenths % 10} ({expiry[1]})"


def fail(step, what, line=""):
    print(f"step {step}, {(recording.now - BEGIN) / SECOND:.6f} s: {what}\n{line}")
    sys.exit(1)


def check(step):
    has, shows = flows(), shown()
    for line in has:
        if line not in shows:
            fail(step, "the switch has it, and it is not shown", line)
    for line, mark in shows.items():
        if line not in has and mark is None:
            fail(step, "it is shown as certain, and the switch does not have it", line)
        number = number_of(line)
        if number and not there(number):
            fail(step, "it is shown, but known to be gone", line)
        if mark != mark_of(number):
            fail(step, f"it is marked '{mark}', not '{mark_of(number)}'", line)
    return shows


manager("time/stop")
manager("revalidator/pause")
witness = Witness()
witness.ask_for_packets()
witness.sync()
controllers = [Controller()]
if not V10:  # table 1 is not for nothing
    controllers[0].send(14, struct.pack(">QQBBHHHIIIHxxHH4xHHB3x", 0, 0, 0, ADD, 0, 0, 0, ANY, ANY, ANY, 0, 1, 4, 1, 8, 1))
sync()
watch()
moments, pieces = [], Pieces()
for step in range(int(STEPS)):
    warp()
    sync()  # packets have met their flows
    late = clock - looked < SLACK // 1000 - 10 and one_in(2)
    if not late:
        removing(look)
    # While it is late, nothing is announced.
    kinds = [add, add, add, packets, packets, modify, listing] + ([] if late else [add, delete, connection])
    speaker = None
    for _ in range(R.randrange(4)):
        kind, c = R.choice(kinds), R.choice(controllers or [None])
        if c is not speaker:  # from which of them the switch reads first nobody can tell
            sync()
            speaker = c
        if kind in (packets, connection) or (c and (c.role != SECONDARY or kind == listing)):
            kind(c)
        if one_in(3):
            sync()
    sync()
    recording.tick()
    shows = check(step)
    if one_in(5) and pieces.shown() != shows:
        fail(step, "otherwise from a state that was saved")
    moments.append((recording.now, shows))
for step, (moment, was) in enumerate(moments):
    if one_in(5) and shown("--at", f"{(moment - BEGIN - 1) / SECOND:.6f}") != was:
        fail(step, f"otherwise afterwards, with --at {(moment - BEGIN - 1) / SECOND:.6f}")
verified = subprocess.run([OFLENS, "flows", "--verify", CAPTURE], capture_output=True, text=True)
if verified.returncode != 0:
    fail(STEPS, "the switch's listings disagree", verified.stdout)
for c in controllers:
    c.close()
marks = [mark for _, shows in moments for mark in shows.values()]
print(f"{VERSION}: {STEPS} steps in {clock // 1000} s, {len(marks)} times a flow, {len(marks) - marks.count(None)} in doubt")
