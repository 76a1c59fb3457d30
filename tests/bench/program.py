#!/usr/bin/env python3
"""Times whole programs on captures and prints a Markdown table.

  program.py build/bench/cli/oflens mixed.pcap flowmods.pcap
  program.py build/bench/cli/oflens --generator ./generate --captures captures

Every program reads a capture and writes to /dev/null, on one core if not said otherwise, the capture in the page
cache. The programs
take turns, round by round; the table has medians: wall-clock seconds, ratios (medians of the rounds' ratios) to
`tcpdump -r CAPTURE -w /dev/null`, which copies packets without a look at them, and to
`ovs-ofctl ofp-parse-pcap CAPTURE`; and the peak of resident memory (less than this
script's own cannot be seen). A program that is not installed is left
out; tshark is run only on small captures, where it takes seconds and not minutes.

The generator is any program that is called `GENERATOR OUT.pcap --profile mixed|flowmods --bytes N|--messages N
--conns N --seed N` and writes a capture of OpenFlow connections; its captures are kept in the directory.
"""

import argparse
import os
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time

GENERATED = {
    "mixed.pcap": "--profile mixed --bytes 1000000000 --conns 64 --seed 1",
    "small.pcap": "--profile mixed --bytes 100000000 --conns 16 --seed 2",
    "flowmods.pcap": "--profile flowmods --messages 1000000 --conns 8 --seed 3",
    "many-switches.pcap": "--profile mixed --bytes 200000000 --conns 1000 --seed 4",
}
TSHARK_LIMIT = 120e6  # bytes

ALL_CORES = "all cores"

OFLENS = {
    "oflens stats": ["stats", "{}"],
    "oflens flows --no-stats": ["flows", "--no-stats", "{}"],
    "oflens flows --no-stats, all cores": ["flows", "--no-stats", "{}"],
    "oflens decode -T ndjson": ["decode", "-T", "ndjson", "{}"],
    "oflens decode -T ndjson, all cores": ["decode", "-T", "ndjson", "{}"],
    "oflens decode": ["decode", "{}"],
}
TCPDUMP, OFCTL, TSHARK = "tcpdump -w", "ovs-ofctl ofp-parse-pcap", "tshark -Y openflow"
OTHERS = {
    TCPDUMP: ["tcpdump", "-r", "{}", "-w", "/dev/null"],
    OFCTL: ["ovs-ofctl", "ofp-parse-pcap", "{}"],
    TSHARK: ["tshark", "-n", "-r", "{}", "-Y", "openflow_v1 || openflow_v4"],
}


class Run:
    """One run of a program on a core, or on all (None): what it took, and how it ended."""

    def __init__(self, command, core, timeout):
        # What a child had before it became the program counts as its peak: that is this script.
        floor = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.monotonic()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL,
                                 preexec_fn=lambda: core is not None and os.sched_setaffinity(0, {core}))
        timer = threading.Timer(timeout, child.kill)
        timer.start()
        _, status, usage = os.wait4(child.pid, 0)
        self.seconds = time.monotonic() - start
        timer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)  # it has been waited for
        self.status = child.returncode
        self.cpu = usage.ru_utime + usage.ru_stime
        self.peak_mb = usage.ru_maxrss / 1024
        self.peak_known = usage.ru_maxrss > 1.05 * floor

    @property
    def failure(self):
        """Why its time means nothing, or None. Status 1: there were bytes that it could not read."""
        if self.status in (0, 1):
            return None
        if self.status == -signal.SIGKILL:
            return "stopped"
        return f"crashes ({signal.Signals(-self.status).name})" if self.status < 0 else f"fails ({self.status})"


def commands(oflens, capture):
    """The programs to run on a capture, by name, in the order of the table."""
    found = {name: [oflens] + arguments for name, arguments in OFLENS.items()}
    for name, command in OTHERS.items():
        if shutil.which(command[0]) is None:
            print(f"{command[0]} is not installed", file=sys.stderr)
        elif name != TSHARK or os.path.getsize(capture) < TSHARK_LIMIT:
            found[name] = command
    return {name: [part.replace("{}", capture) for part in command] for name, command in found.items()}


def measure(oflens, capture, rounds, core, timeout):
    """{name: [Run, ...]}, one for each round; programs that failed are not run again."""
    with open(capture, "rb") as file:  # into the page cache
        while file.read(1 << 16):
            pass
    programs = commands(oflens, capture)
    runs = {name: [] for name in programs}
    for turn in range(-1, rounds):  # the first is to warm up
        for name, command in programs.items():
            if runs[name] and runs[name][-1].failure:
                continue
            run = Run(command, None if name.endswith(ALL_CORES) else core, timeout)
            if turn >= 0 or run.failure:
                runs[name].append(run)
    return runs


def ratio(runs, reference):
    """The median of the rounds' ratios, as text; empty when there is nothing to compare with."""
    if not reference or reference[-1].failure:
        return ""
    return f"{statistics.median(a.seconds / b.seconds for a, b in zip(runs, reference)):.2f}"


def print_table(capture, runs):
    size = os.path.getsize(capture) / 1e6
    print(f"\n{os.path.basename(capture)}, {size:.1f} MB, rounds: {max(len(r) for r in runs.values())}\n")
    print("| | seconds | MB/s | to tcpdump | to ovs-ofctl | peak MB |")
    print("|---|--:|--:|--:|--:|--:|")
    for name, of_program in runs.items():
        last = of_program[-1]
        if last.failure:
            print(f"| {name} | {last.failure} after {last.seconds:.2f} s | | | | |")
            continue
        seconds = statistics.median(run.seconds for run in of_program)
        largest = max(of_program, key=lambda run: run.peak_mb)
        peak = f"{'' if largest.peak_known else '< '}{largest.peak_mb:.0f}"
        remark = " (status 1)" if last.status == 1 else ""
        print(f"| {name}{remark} | {seconds:.3f} | {size / seconds:.0f} | {ratio(of_program, runs.get(TCPDUMP))} "
              f"| {ratio(of_program, runs.get(OFCTL))} | {peak} |", flush=True)


def generated(generator, directory):
    """The captures that every table has, made when they are missing."""
    os.makedirs(directory, exist_ok=True)
    paths = []
    for name, arguments in GENERATED.items():
        path = os.path.join(directory, name)
        if not os.path.exists(path):
            print(f"making {path}", file=sys.stderr)
            try:
                subprocess.run([generator, path] + arguments.split(), check=True, stdout=subprocess.DEVNULL)
            except BaseException:
                if os.path.exists(path):
                    os.remove(path)  # half a capture
                raise
        paths.append(path)
    return paths


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("oflens", metavar="OFLENS", help="the program")
    parser.add_argument("captures_given", nargs="*", metavar="CAPTURE")
    parser.add_argument("--generator", default=os.environ.get("OFLENS_GENERATOR"),
                        help="makes captures (default: $OFLENS_GENERATOR)")
    parser.add_argument("--captures", default=".", metavar="DIR", help="where generated captures are (.)")
    parser.add_argument("--rounds", type=int, default=5, help="(5)")
    parser.add_argument("--core", type=int, default=0, help="the core that everything runs on (0)")
    parser.add_argument("--timeout", type=float, default=600, help="seconds that one run may take (600)")
    options = parser.parse_intermixed_args()
    if options.rounds < 1:
        parser.error("--rounds must be at least 1")
    captures = list(options.captures_given)
    if options.generator:
        captures += generated(options.generator, options.captures)
    if not captures:
        parser.error("no captures: name some, or a generator")
    oflens = shutil.which(options.oflens)
    if oflens is None:
        parser.error(f"{options.oflens} is not a program")

    for capture in captures:
        print_table(capture, measure(oflens, capture, options.rounds, options.core, options.timeout))


if __name__ == "__main__":
    main()
