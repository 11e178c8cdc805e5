#!/usr/bin/env python3
"""Applies the guides to a copy of the sources, builds the copy, runs the test and makes the documented calls.

A line "`FILE`, a new file:", "`FILE`, after `LINE`:", "`FILE`, before `LINE`:" or "`FILE`, instead of `LINE`:" says where the
```rust, ```thrift or ```yaml block below it belongs. Every such block must be applied, and LINE must occur once in FILE.
"""

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GUIDES = ["docs/add-an-interface.md", "docs/add-a-downstream.md"]
# A test that a guide adds, and that makes a call.
TEST = "test -p live-pack-dal --lib review_core"
STEP = re.compile(
    r"^`([^`]+)`, (?:a new file|(after|before|instead of) `([^`]+)`):\n\n```(?:rust|thrift|yaml)\n(.*?)^```$", re.M | re.S
)
CALL = re.compile(r"^live-pack (call .+)$", re.M)
CARGO = os.environ.get("CARGO", "cargo")


def copy(into):
    """Copies the files of the repository with their timestamps, so that cargo rebuilds only what has changed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True
    )
    files = [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).exists()]
    shutil.rmtree(into, ignore_errors=True)
    for name in files:
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, into / name)


def apply(guide, into):
    text = (ROOT / guide).read_text()
    steps = STEP.findall(text)
    blocks = len(re.findall(r"^```(?:rust|thrift|yaml)$", text, re.M))
    assert steps and len(steps) == blocks, f"{guide}: {len(steps)} of {blocks} blocks say where they belong"
    for name, where, line, block in steps:
        path = into / name
        if not where:
            assert not path.exists(), f"{guide}: {name} exists already"
            path.write_text(block)
            continue
        lines = path.read_text().split("\n")
        assert lines.count(line) == 1, f"{guide}: {name} has {lines.count(line)} lines {line!r}"
        at = lines.index(line)
        start, end = at + (where == "after"), at + (where != "before")
        path.write_text("\n".join(lines[:start] + block.removesuffix("\n").split("\n") + lines[end:]))
    return CALL.findall(text)


def answer(program, call, cwd):
    """The answer of a server that this function starts, or of a service of its world: `SERVICE.METHOD`."""
    serve = [program, "serve", "--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0"]
    service = call.split()[1].rpartition(".")[0] or "thrift"
    listed = re.compile(rf"{service}\s+(\S+:\d+)")
    with subprocess.Popen(serve, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            addr = next(filter(None, map(listed.search, server.stdout))).group(1)
            command = [program, *shlex.split(call.replace("HOST:PORT", addr))]
            more = [] if "HOST:PORT" in call else ["--addr", addr]
            return subprocess.run(command + more, cwd=cwd, check=True, stdout=subprocess.PIPE, text=True).stdout
        finally:
            server.terminate()


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--target", type=Path, required=True, help="the target folder of cargo, whose dependencies are used")
    target = arguments.parse_args().target.resolve()
    into = target / "guide"
    copy(into)
    calls = [call for guide in GUIDES for call in apply(guide, into)]
    assert len(calls) == len(GUIDES), f"a guide makes one call: {calls}"
    try:
        for command in ("build --workspace --bin live-pack", TEST):
            subprocess.run([CARGO, *command.split(), "--target-dir", str(target)], cwd=into, check=True)
        # the binary of the copy must not remain where that of the repository is expected
        program = target / "guide-live-pack"
        shutil.move(target / "debug/live-pack", program)
    finally:
        # crates of the copy have the same names as those of the repository: cargo would confuse them
        for built in (target / "debug/.fingerprint").glob("live-pack*"):
            shutil.rmtree(built)
    for call in calls:
        printed = answer(program, call, into)
        print(printed)
        if '"StatusCode": 0' not in printed:
            sys.exit(f"{call} was not answered")


if __name__ == "__main__":
    main()
