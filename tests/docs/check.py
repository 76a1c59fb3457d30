#!/usr/bin/env python3
"""Checks that the documents say what is so.

  check.py OFLENS [--update]

Console blocks (```console) in README.md and docs/*.md: each line "$ command" is run in the repository's root with OFLENS
as `oflens`, and what follows must be what it prints; "..." on a line by itself stands for any lines. --update writes what
was printed. C++ blocks (```cpp) must stand, line for line, in a file of docs/examples, which is compiled, or of the public
headers. Exit status 1 when something is not so.
"""
import os, pathlib, re, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
UPDATE = "--update" in sys.argv
FAILED = []


def run(command):
    env = dict(os.environ, PATH=f"{BIN}:{os.environ['PATH']}", LC_ALL="C.UTF-8")
    if command == "./dev demo":  # without installing and building
        return subprocess.run(["tests/docs/demo.sh", OFLENS], cwd=ROOT, env=env, capture_output=True, text=True).stdout
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout


def matches(expected, printed):
    """Line for line, where "..." is any number of lines."""
    pattern = "".join(r"(?:.*\n)*?" if l.strip() == "..." else re.escape(l) + "\n" for l in expected)
    return re.fullmatch(pattern, printed) is not None


def check_console(document, block):
    """Returns the block, updated when asked for."""
    lines, out, i = block.splitlines(), [], 0
    while i < len(lines):
        out.append(lines[i])
        if not lines[i].startswith("$ "):
            i += 1
            continue
        command, i, expected = lines[i][2:], i + 1, []
        # ./dev demo shows commands of its own
        while i < len(lines) and (command == "./dev demo" or not lines[i].startswith("$ ")):
            expected.append(lines[i])
            i += 1
        if command in NOT_RUN:
            out += expected
            continue
        printed = run(command)
        steps = [l for l in expected if re.fullmatch(r"(packages|build) +ok", l)] if command == "./dev demo" else []
        if not matches(expected[len(steps):], printed):
            if UPDATE:
                expected = steps + printed.splitlines()
            else:
                FAILED.append(f"{document}: '$ {command}' prints\n{printed}")
        out += expected
    return "\n".join(out) + "\n"


def check_code(document, block):
    for source in SOURCES:
        if block.strip("\n") in source:
            return
    FAILED.append(f"{document}: this code is compiled nowhere:\n{block}")


# Run by hand: it runs this.
NOT_RUN = {"./dev test"}
OFLENS = str(pathlib.Path(sys.argv[1]).resolve())
with tempfile.TemporaryDirectory() as BIN:
    os.symlink(OFLENS, pathlib.Path(BIN) / "oflens")
    SOURCES = [p.read_text() for d in ("docs/examples", "codec/include", "dissect/include", "tests/package")
               for p in (ROOT / d).rglob("*.?pp")]
    for document in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        text = document.read_text()
        name = document.relative_to(ROOT)
        fresh = re.sub(r"(```console\n)(.*?)(```)", lambda m: m[1] + check_console(name, m[2]) + m[3], text, flags=re.S)
        for code in re.findall(r"```cpp\n(.*?)```", text, flags=re.S):
            check_code(name, code)
        if UPDATE and fresh != text:
            document.write_text(fresh)
            print(f"{name}: updated")
for failure in FAILED:
    print(failure, file=sys.stderr)
sys.exit(1 if FAILED else 0)
