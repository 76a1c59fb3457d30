#!/usr/bin/env python3
"""Times filters on a capture and prints a Markdown table.

  filters.py build/rel/cli/oflens mixed.pcap

The table has the processor time (user and system) of `oflens decode -T hex -Y FILTER CAPTURE` and of
`oflens stats -Y FILTER CAPTURE`, as a ratio to that of `oflens stats CAPTURE`. All take turns, round by round; each
time is the least of its rounds.
"""

import argparse
import json
import subprocess

from program import Run

FILTERS = [
    "flow_mod.priority > 100",
    "packet_in.data.ip.src == 10.0.0.1",
    "ip.src == 10.0.0.1",
    "ip.src",
    "tcp.dst == 80 && ip.ttl > 3",
    "tcp.dst && ip.ttl",
    "udp.dst == 53",
    "vlan.vid == 3",
    "arp.op == request",
    "tcp.options.mss",
    "any(data: ip.src == 10.0.0.1 && tcp.dst == 80)",
    "packet_in.data contains 0a000003",
    "data contains 0a000003",
    'payload contains "abc"',
]


def messages(oflens, capture, *options):
    stats = subprocess.run([oflens, "stats", "-T", "json", *options, capture], stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, check=False).stdout
    return sum(n for types in json.loads(stats)["by_type"].values() for n in types.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("oflens", metavar="OFLENS", help="the program")
    parser.add_argument("capture", metavar="CAPTURE")
    parser.add_argument("--rounds", type=int, default=7, help="(7)")
    parser.add_argument("--core", type=int, default=0, help="the core that everything runs on (0)")
    options = parser.parse_args()

    plain = [options.oflens, "stats", options.capture]
    commands = {"": [plain]}
    for text in FILTERS:
        commands[text] = [[options.oflens, "decode", "-T", "hex", "-Y", text, options.capture],
                          plain + ["-Y", text]]
    least = {text: [float("inf")] * len(programs) for text, programs in commands.items()}
    for _ in range(options.rounds):
        for text, programs in commands.items():
            for i, command in enumerate(programs):
                least[text][i] = min(least[text][i], Run(command, options.core, 600).cpu)

    floor, all_messages = least[""][0], messages(options.oflens, options.capture)
    print(f"oflens stats: {floor:.3f} s; rounds: {options.rounds}\n")
    print("| filter | messages | decode -T hex | stats |")
    print("|---|--:|--:|--:|")
    for text in FILTERS:
        share = messages(options.oflens, options.capture, "-Y", text) / all_messages
        decode, stats = (seconds / floor for seconds in least[text])
        print(f"| `{text}` | {share:.0%} | {decode:.2f} | {stats:.2f} |")


if __name__ == "__main__":
    main()
