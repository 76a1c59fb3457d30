#!/usr/bin/env python3
"""Checks that the documents say what is so.

  check.py OFLENS [PROGRAM...] [--update]

Console blocks (```console) in README.md and docs/*.md: each line "$ command" is run in the repository's root with OFLENS
as `oflens` and each PROGRAM by its name, and what follows must be what it prints; "..." on a line by itself stands for any
lines. --update writes what was printed. Commands with jq are left out where there is no jq. C++ blocks (```cpp) must stand, line for line, in a file of docs/examples, which is
compiled, or of the public headers; blocks that name a file (```cpp docs/examples/codec.cpp) in that file, where "..." again
stands for any lines. What docs/reference/ holds must be what `oflens reference` prints; --update writes it. Links to files
must lead somewhere, rooms of dissect include only what docs/design.md allows, and docs/json.md knows every code of a problem.
Exit status 1 when something is not so.
"""
import json, os, pathlib, re, shutil, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
UPDATE = "--update" in sys.argv
PROGRAMS = [a for a in sys.argv[1:] if a != "--update"]
FAILED = []


def run(command):
    env = dict(os.environ, PATH=f"{BIN}:{os.environ['PATH']}", LC_ALL="C.UTF-8")
    if command == "./dev demo":  # without installing and building
        return subprocess.run(["tests/docs/demo.sh", OFLENS], cwd=ROOT, env=env, capture_output=True, text=True).stdout
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode == 127:
        sys.exit(f"$ {command}\n{done.stdout}")
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
        missing = "jq" if re.search(r"\bjq\b", command) and not shutil.which("jq") else None
        if missing:
            print(f"{document}: not run without {missing}: $ {command}")
        if command in NOT_RUN or missing:
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


def check_quote(document, source, quote):
    path = ROOT / source
    pattern = "".join(r"(?:.*\n)*?" if l.strip() == "..." else re.escape(l) + "\n" for l in quote.splitlines())
    if not path.is_file() or not re.search("^" + pattern, path.read_text(), flags=re.M):
        FAILED.append(f"{document}: this is not in {source}:\n{quote}")


def check_links(document, text):
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", re.sub(r"```.*?```", "", text, flags=re.S)):
        if not (document.parent / target).exists():
            FAILED.append(f"{document.relative_to(ROOT)}: nothing is at {target}")


# The pages of docs/reference: name, title, options of `oflens reference`.
PAGES = [
    ("messages-1.0", "Messages of OpenFlow 1.0", "--kind message --kind struct --only standard -O 1.0"),
    ("messages-1.3", "Messages of OpenFlow 1.3", "--kind message --kind struct --only standard -O 1.3"),
    ("extensions", "Messages of Nicira, Big Switch, the ONF and others", "--kind message --kind struct --only extensions"),
    ("elements", "Actions, instructions, properties", "--kind element"),
    ("match-fields", "Match fields", "--kind match_field"),
    ("errors", "Types and codes of errors", "--kind error"),
]


def reference():
    """The files of docs/reference, by name."""
    files = {"README.md": """# What is covered

Made by `oflens reference`, from the descriptions that all code works from; `cmake --build build/test --target update_docs`
writes these pages anew, and a test fails when they are out of date.

| page | how many |
|---|---|
"""}
    for name, title, options in PAGES:
        command = f"oflens reference -T md {options}"
        intro = {"match-fields": "", "errors": ""}.get(
            name, "Numbers after a field are its bits; lengths, counts and padding are left out. ")
        files[name + ".md"] = f"# {title}\n\n{intro}Made by `{command}`.\n{run(command)}"
        many = len(json.loads(run(f"oflens reference -T json {options}")))
        files["README.md"] += f"| [{title}]({name}.md) | {many} |\n"
    files["README.md"] += """
`oflens reference NAME` shows one thing with its fields, `-T json` is for programs.
"""
    return files


def check_reference():
    folder = ROOT / "docs/reference"
    files = reference()
    for path in folder.glob("*"):
        if path.name not in files:
            FAILED.append(f"docs/reference/{path.name} is none of the pages")
    for name, text in files.items():
        path = folder / name
        if path.is_file() and path.read_text() == text:
            continue
        if not UPDATE:
            FAILED.append(f"docs/reference/{name} is out of date; the target update_docs writes it")
            continue
        folder.mkdir(exist_ok=True)
        path.write_text(text)
        print(f"docs/reference/{name}: updated")


def check_codes():
    """Every code of a problem has a row in docs/json.md."""
    enumeration = re.search(r"enum class Errc .*?\{(.*?)\};", (ROOT / "codec/include/oflens/error.hpp").read_text(), re.S)[1]
    for code in re.findall(r"^ *(\w+),", enumeration, re.M):
        if f"\n| `{code}` |" not in (ROOT / "docs/json.md").read_text():
            FAILED.append(f"docs/json.md: nothing about the code {code}")


# What each room of dissect may include of the others, as docs/design.md says.
ROOMS = {"network": r"(?!)", "message": r"network/headers", "flow": r"message/|network/packet", "session": r"(network|message|flow)/"}


def check_rooms():
    for room, others in ROOMS.items():
        for path in [*(ROOT / "dissect/src" / room).iterdir(), *(ROOT / "dissect/include/oflens" / room).iterdir()]:
            for included in re.findall(r'#include [<"](?:oflens/)?((?:network|message|flow|session)/[^>"]+)', path.read_text()):
                if not included.startswith(room + "/") and not re.match(others, included):
                    FAILED.append(f"{path.relative_to(ROOT)} includes {included}, of a room that it does not know")


# Run by hand: it runs this.
NOT_RUN = {"./dev test"}
OFLENS = str(pathlib.Path(PROGRAMS[0]).resolve())
with tempfile.TemporaryDirectory() as BIN:
    for program in PROGRAMS:
        os.symlink(pathlib.Path(program).resolve(), pathlib.Path(BIN) / pathlib.Path(program).name)
    SOURCES = [p.read_text() for d in ("docs/examples", "codec/include", "dissect/include", "tests/package")
               for p in (ROOT / d).rglob("*.?pp")]
    for document in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        text = document.read_text()
        name = document.relative_to(ROOT)
        fresh = re.sub(r"(```console\n)(.*?)(```)", lambda m: m[1] + check_console(name, m[2]) + m[3], text, flags=re.S)
        for code in re.findall(r"```cpp\n(.*?)```", text, flags=re.S):
            check_code(name, code)
        for source, quote in re.findall(r"^```\w+ (\S+)\n(.*?)^```", text, flags=re.S | re.M):
            check_quote(name, source, quote)
        check_links(document, text)
        if UPDATE and fresh != text:
            document.write_text(fresh)
            print(f"{name}: updated")
    check_reference()
    check_codes()
    check_rooms()
for failure in FAILED:
    print(failure, file=sys.stderr)
sys.exit(1 if FAILED else 0)
