#!/usr/bin/env python3
"""Instructions of one call of GetLiveBagData, guest, warm caches, under callgrind: with metrics, logs, records and traces as
shipped; with logs, records and traces off; and, if requested, of another revision.

    make cost [BASE=REVISION]

Builds benches/cost.rs, in a copy of that revision as well. Each variant runs with few and with many calls; the difference in instructions,
divided by the difference in calls, is the cost of a call. Link-time optimisation is off for a faster build.
The other revision has a separate build folder: Cargo would mistake its crates for those of this one.
"""

import argparse
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
FEW, MANY = 300, 1300
# the seeds of hash maps differ between processes, and with them the instruction count by about 1 %
RUNS = 7
ATTEMPTS = 3
OFF = {"LogConf.json": {"access": 0, "records": 0, "traces": 0}}
CARGO = os.environ.get("CARGO", "cargo")


class Collector(http.server.BaseHTTPRequestHandler):
    """Accepts every export, and counts the bytes received."""

    # keeps connections open, as collectors do
    protocol_version = "HTTP/1.1"
    received = 0

    def do_POST(self):
        Collector.received += len(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def built(source, target):
    """Builds the benchmark from `source`; returns the path of its executable."""
    # callgrind cannot run the code with which rustix reads the clock itself
    env = os.environ | {
        "CARGO_TARGET_DIR": str(target),
        "CARGO_PROFILE_BENCH_LTO": "false",
        "CARGO_PROFILE_BENCH_CODEGEN_UNITS": "16",
        "CARGO_PROFILE_BENCH_DEBUG": "false",
        "RUSTFLAGS": "--cfg rustix_use_libc",
    }
    command = [CARGO, "bench", "-p", "live-pack", "--bench", "cost", "--no-run", "--message-format", "json"]
    output = subprocess.run(command, cwd=source, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout
    found = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    return next(it["executable"] for it in found if it.get("executable") and it["target"]["name"] == "cost")


def copy_of(revision, into):
    """Extracts the sources of `revision` into a folder, and adds the benchmark if they lack it."""
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    archive = subprocess.run(["git", "archive", revision], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    subprocess.run(["tar", "x", "-C", into], input=archive.stdout, check=True)
    if not (into / "benches/cost.rs").exists():
        shutil.copy(ROOT / "benches/cost.rs", into / "benches/cost.rs")
        manifest = into / "Cargo.toml"
        row = '[[bench]]\nname = "cost"\nharness = false\n\n[[bench]]\nname = "hostile"'
        manifest.write_text(manifest.read_text().replace('[[bench]]\nname = "hostile"', row))
    return into


def instructions(program, calls, conf, endpoint):
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "callgrind.out"
        command = ["valgrind", "--tool=callgrind", "--trace-children=no", f"--callgrind-out-file={out}", program, str(calls)]
        conf_folder = Path(folder) / "conf"
        conf_folder.mkdir()
        for name, content in conf.items():
            (conf_folder / name).write_text(json.dumps(content))
        env = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
        if endpoint:
            env["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint
        # the first calls, on cold caches, may take too long in an emulator
        for _ in range(ATTEMPTS):
            ran = subprocess.run([*command, str(conf_folder)], env=env, capture_output=True, text=True)
            if ran.returncode == 0:
                return int(re.search(r"Collected : (\d+)", ran.stderr).group(1))
        sys.exit(f"{program} failed:\n{ran.stderr[-2000:]}")


def per_call(program, conf, endpoint=None):
    few, many = (median(instructions(program, calls, conf, endpoint) for _ in range(RUNS)) for calls in (FEW, MANY))
    return (many - few) / (MANY - FEW)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", type=Path, required=True, help="folder for build output")
    parser.add_argument("--base", help="revision to compare with")
    args = parser.parse_args()
    target = args.target.resolve() / "cost"
    collector = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=collector.serve_forever, daemon=True).start()
    endpoint = f"http://127.0.0.1:{collector.server_address[1]}"
    program = built(ROOT, target)
    rows = []
    if args.base:
        rows.append((f"revision {args.base}", per_call(built(copy_of(args.base, target / "base"), target / "base-target"), {})))
    rows.append(("logs, records, traces off", per_call(program, OFF)))
    rows.append(("as shipped, with traces", per_call(program, {}, endpoint)))
    first = rows[0][1]
    print("instructions of a call of GetLiveBagData, guest, warm caches")
    for name, count in rows:
        print(f"  {name:28} {count:12,.0f}  {100 * (count / first - 1):+6.2f} %")
    print(f"  the collector received {Collector.received:,} bytes")


if __name__ == "__main__":
    main()
