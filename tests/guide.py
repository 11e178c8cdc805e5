#!/usr/bin/env python3
"""Applies docs/add-an-interface.md to a copy of the sources, builds the copy, and makes the call of the document.

A line "`FILE`, a new file:", "`FILE`, after `LINE`:" or "`FILE`, before `LINE`:" says where the ```rust or ```thrift block below
it belongs. Every such block must be applied, and LINE must stand in FILE once.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GUIDE = "docs/add-an-interface.md"
STEP = re.compile(r"^`([^`]+)`, (?:a new file|(after|before) `([^`]+)`):\n\n```(?:rust|thrift)\n(.*?)^```$", re.M | re.S)
CALL = re.compile(r"^live-pack (call .+)$", re.M)
CARGO = os.environ.get("CARGO", "cargo")


def copy(into):
    """The files of the repository, with their times, so that cargo builds again only what has changed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True
    )
    files = [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).exists()]
    shutil.rmtree(into, ignore_errors=True)
    for name in files:
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, into / name)


def apply(text, into):
    steps = STEP.findall(text)
    blocks = len(re.findall(r"^```(?:rust|thrift)$", text, re.M))
    assert steps and len(steps) == blocks, f"{GUIDE}: {len(steps)} of {blocks} blocks say where they belong"
    for name, where, line, block in steps:
        path = into / name
        if not where:
            assert not path.exists(), f"{GUIDE}: {name} is no new file"
            path.write_text(block)
            continue
        lines = path.read_text().split("\n")
        assert lines.count(line) == 1, f"{GUIDE}: {name} has {lines.count(line)} lines {line!r}"
        at = lines.index(line) + (where == "after")
        path.write_text("\n".join(lines[:at] + block.removesuffix("\n").split("\n") + lines[at:]))


def answer(program, call, cwd):
    """The answer of a server that this function starts."""
    serve = [program, "serve", "--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0"]
    with subprocess.Popen(serve, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            addr = next(filter(None, (re.search(r"thrift\s+(\S+:\d+)", line) for line in server.stdout))).group(1)
            command = [program, *call.split(), "--addr", addr]
            return subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.PIPE, text=True).stdout
        finally:
            server.terminate()


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--target", type=Path, required=True, help="the target folder of cargo, whose dependencies are used")
    target = arguments.parse_args().target.resolve()
    into = target / "guide"
    copy(into)
    text = (into / GUIDE).read_text()
    apply(text, into)
    build = [CARGO, "build", "--workspace", "--bin", "live-pack", "--target-dir", str(target)]
    subprocess.run(build, cwd=into, check=True)
    # the program of the copy must not stay where that of the repository is expected
    program = target / "guide-live-pack"
    shutil.move(target / "debug/live-pack", program)
    (call,) = CALL.findall(text)
    printed = answer(program, call, into)
    print(printed)
    if '"StatusCode": 0' not in printed:
        sys.exit(f"{call} was not answered")


if __name__ == "__main__":
    main()
