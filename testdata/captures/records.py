#!/usr/bin/python3
"""Reads the OpenFlow messages of a small pcap file, with nothing but what is here: a second opinion on the captures.
Also changes captures.

  records.py count FILE          packets, times, and the messages by type, in one line
  records.py lose FROM TO        copies a capture of 1.3, less three segments of its first connection and with two in
                                 the wrong order; says which
  records.py neutral FILE        overwrites what a pcapng file says about the computer it was made on
"""
import collections
import datetime
import socket
import struct
import sys

COMMON = ("hello error echo_request echo_reply experimenter features_request features_reply get_config_request "
          "get_config_reply set_config packet_in flow_removed port_status packet_out flow_mod")
TYPES = {
    1: (COMMON.replace("experimenter", "vendor") +
        " port_mod stats_request stats_reply barrier_request barrier_reply "
        "queue_get_config_request queue_get_config_reply").split(),
    4: (COMMON + " group_mod port_mod table_mod multipart_request multipart_reply barrier_request barrier_reply "
        "queue_get_config_request queue_get_config_reply role_request role_reply get_async_request get_async_reply "
        "set_async meter_mod").split(),
}
VERSIONS = {1: "1.0", 2: "1.1", 3: "1.2", 4: "1.3", 5: "1.4", 6: "1.5"}
FLOW_STATS = 1

Segment = collections.namedtuple("Segment", "record flow sequence syn data")  # flow: one direction of a connection
Message = collections.namedtuple("Message", "record version type body")  # record: where it begins


def read(path):
    """The file's header and its records: (record header, frame)."""
    with open(path, "rb") as file:
        content = file.read()
    if content[:4] != b"\xd4\xc3\xb2\xa1":
        sys.exit(f"{path}: not a little-endian pcap file with microseconds")
    records, at = [], 24
    while at < len(content):
        size = struct.unpack_from("<I", content, at + 8)[0]
        records.append((content[at:at + 16], content[at + 16:at + 16 + size]))
        at += 16 + size
    return content[:24], records


def segments(records):
    """Whole TCP segments in Ethernet frames over IPv4 or IPv6 without extension headers: all that loopback has."""
    for number, (_, frame) in enumerate(records):
        if frame[12:14] == b"\x08\x00":
            tcp = 14 + (frame[14] & 15) * 4
            family, addresses, end = socket.AF_INET, frame[26:34], 14 + struct.unpack_from("!H", frame, 16)[0]
        else:
            family, addresses, tcp = socket.AF_INET6, frame[22:54], 54
            end = tcp + struct.unpack_from("!H", frame, 18)[0]
        source, destination, sequence = struct.unpack_from("!HHI", frame, tcp)
        half = len(addresses) // 2
        flow = (socket.inet_ntop(family, addresses[:half]), source,
                socket.inet_ntop(family, addresses[half:]), destination)
        data = frame[tcp + (frame[tcp + 12] >> 4) * 4:end]
        yield Segment(number, flow, sequence, bool(frame[tcp + 13] & 2), data)


def messages(records):
    """All messages, each direction of each connection by itself. Knows no loss: a gap is an error."""
    expected, rest = {}, {}
    for segment in segments(records):
        if segment.syn:
            expected[segment.flow], rest[segment.flow] = segment.sequence + 1 & 0xFFFFFFFF, (b"", 0)
        elif segment.data:
            if segment.sequence != expected[segment.flow]:
                sys.exit(f"packet {segment.record + 1}: a gap, or sent again")
            expected[segment.flow] = segment.sequence + len(segment.data) & 0xFFFFFFFF
            data, begin = rest[segment.flow]
            begin, data = begin if data else segment.record, data + segment.data
            while len(data) >= 8 and len(data) >= (length := struct.unpack_from("!H", data, 2)[0]):
                yield Message(begin, data[0], data[1], data[8:length])
                data, begin = data[length:], segment.record
            rest[segment.flow] = data, begin
    if any(data for data, _ in rest.values()):
        sys.exit("a message is not whole")


def name(message):
    names = TYPES.get(message.version, COMMON.split())  # the first ones are the same in all versions
    return names[message.type] if message.type < len(names) else f"type {message.type}"


def time_of(record):
    return datetime.datetime.fromtimestamp(0, datetime.timezone.utc) + datetime.timedelta(
        **dict(zip(("seconds", "microseconds"), struct.unpack_from("<II", record[0]))))


def count(path):
    _, records = read(path)
    counts = collections.Counter((m.version, name(m)) for m in messages(records))
    first, last = time_of(records[0]), time_of(records[-1])
    by_version = collections.defaultdict(list)
    for (version, what), number in sorted(counts.items()):
        by_version[version].append(f"{what} {number}")
    versions = "; ".join(f"OpenFlow {VERSIONS[version]}: {', '.join(whats)}" for version, whats in by_version.items())
    print(f"{len(records)} packets, {first:%Y-%m-%dT%H:%M:%S.%fZ} to {last:%H:%M:%S.%fZ}; "
          f"{sum(counts.values())} messages. {versions}.")


def lose(source, target):
    """What is lost or swapped is chosen by what it carries, so it is the same whenever the capture is made anew."""
    header, records = read(source)
    all_segments = list(segments(records))
    connection = set(all_segments[0].flow)
    mine = {s.record: s for s in all_segments if set(s.flow) == connection and s.data}
    found = [m for m in messages(records) if m.record in mine]

    def starts(kind, subtype=None):  # of the messages of a kind, where they begin
        return [m.record for m in found
                if name(m) == kind and subtype in (None, struct.unpack_from("!H", m.body)[0])]

    def after(record):  # the next segment in the same direction
        return next(s.record for s in mine.values() if s.record > record and s.flow == mine[record].flow)

    description = starts("multipart_reply", 0)[0]  # of 1072 bytes: three segments
    lost = {
        "the fourth flow_mod": starts("flow_mod")[3],
        "the eighth packet_in": starts("packet_in")[7],
        "the second segment of the flow statistics": after(starts("multipart_reply", FLOW_STATS)[0]),
    }
    swapped = description, after(description)
    order = list(range(len(records)))
    order[swapped[0]], order[swapped[1]] = swapped[1], swapped[0]
    with open(target, "wb") as file:
        file.write(header)
        for place, record in enumerate(order):
            if record not in lost.values():
                time, sizes, frame = records[place][0][:8], records[record][0][8:], records[record][1]
                file.write(time + sizes + frame)  # time goes on as before, whatever the order
    losses = ", ".join(f"{what} (packet {record + 1}, {len(mine[record].data)} bytes)" for what, record in lost.items())
    print(f"Lost: {losses}. Swapped: the first two segments of the switch's description (packets {swapped[0] + 1} and "
          f"{swapped[1] + 1}). Packets are counted in the original.")


def neutral(path):
    section, interface = 0x0A0D0D0A, 1
    options_at = {section: 24, interface: 16}
    personal = {(section, 2), (section, 3), (interface, 12)}  # hardware, operating system, and that again
    with open(path, "r+b") as file:
        content = bytearray(file.read())
        block = 0
        while block < len(content):
            kind, size = struct.unpack_from("<II", content, block)
            at = block + options_at.get(kind, size)
            while at < block + size - 4:
                option, length = struct.unpack_from("<HH", content, at)
                if (kind, option) in personal:
                    content[at + 4:at + 4 + length] = b"-" * length
                at += 4 + (length + 3) // 4 * 4
            block += size
        file.seek(0)
        file.write(content)


if __name__ == "__main__":
    commands = {("count", 3): count, ("lose", 4): lose, ("neutral", 3): neutral}
    if (command := commands.get((*sys.argv[1:2], len(sys.argv)))) is None:
        sys.exit(__doc__)
    command(*sys.argv[2:])
