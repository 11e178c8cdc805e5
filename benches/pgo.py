#!/usr/bin/env python3
"""The release binary, optimised with a profile of its own traffic.

    make pgo [COMPARE=1]

Builds an instrumented binary, calls all methods on it, and builds again with the profile that it wrote: the compiler then keeps
hot code together and inlines frequent calls. The result is TARGET/pgo/live-pack. It takes twice as long as a release build.

COMPARE=1 also builds the plain release binary, and compares both in turns: one worker on the first core, callers and
downstream services on the second.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
CARGO = os.environ.get("CARGO", "cargo")
ROOMS = ",".join(str(room) for room in range(3001, 3021))
# name, arguments of `live-pack bench`, seconds of training: frequent calls have more weight
CALLS = [
    ("GetLiveBagData, guest", ["--room", "1001"], 8),
    ("GetLiveBagData, user 101", ["--room", "1001", "--user", "101"], 8),
    ("GetRoomFullData", ["--room", "1001"], 2),
    ("GetPinCardData", ["--room", "1001"], 2),
    ("GetLiveBagPreviewData", ["--room", "1001"], 2),
    ("GetLiveBagAssemble", ["--room", "1001"], 2),
    ("GetLiveBagRefresh, no products", ["--room", "1001"], 2),
    ("GetPreviewPinCardData", ["--room", "1001"], 2),
    ("GetLiveBagTab", ["--room", "1001"], 2),
    ("GetLiveBagTopBanner", ["--room", "1001"], 2),
    ("GetLiveBagPromotionBanner", ["--room", "1001"], 2),
    ("GetLiveBagCreatorShopInfo, 6 highlights", ["--room", "1001", "--count", "6"], 2),
    ("GetLiveRoomCommonInfo", ["--room", "1001"], 2),
    ("GetSurpriseSetDetail", ["--room", "1006"], 2),
    ("MGetRoomLiteData, 20 rooms", ["--room", ROOMS], 2),
    ("MGetFcpEcomComponent, 20 rooms", ["--room", ROOMS], 2),
]
CONNECTIONS = "32"
# turns of each binary per call, and seconds of a turn
TURNS, TURN = 7, 3


def output(*command):
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def profdata(host, major):
    """The path of the program that merges profiles. It must have the compiler's version of LLVM."""
    component = Path(output("rustc", "--print", "sysroot").strip()) / "lib/rustlib" / host / "bin/llvm-profdata"
    found = shutil.which(component) or shutil.which(f"llvm-profdata-{major}")
    return found or sys.exit(
        f"llvm-profdata of LLVM {major} is missing: `rustup component add llvm-tools`, or Debian's package llvm-{major}"
    )


def built(target, host=None, flags=""):
    """Builds the release binary into the folder `target`; returns its path."""
    env = os.environ | {"CARGO_TARGET_DIR": str(target)}
    command = [CARGO, "build", "--release", "--bin", "live-pack"]
    if host:
        # with --target, build scripts and procedural macros are built without the flags
        command += ["--target", host]
        env["RUSTFLAGS"] = f"{env.get('RUSTFLAGS', '')} {flags}".strip()
    subprocess.run(command, cwd=ROOT, env=env, check=True)
    return target / (host or "") / "release/live-pack"


@contextmanager
def running(command, ready, **env):
    """Runs a server until the block ends, then asks it to end; yields what the pattern `ready` found in its output."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | env)
    try:
        for line in process.stdout:
            if found := re.search(ready, line):
                break
        else:
            sys.exit(f"{command[0]} ended with {process.wait()} before it was ready")
        # a full pipe would stop the server's log
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield found.group(1)
    finally:
        process.terminate()
        process.wait()


def called(command, addr, call, seconds, good=1.0, **env):
    """Calls a server for `seconds`; returns its answers per second. At least the share `good` must have status 0."""
    name, args, _ = call
    method = name.split(",")[0]
    command = [*command, "bench", "--addr", addr, "--method", method, *args]
    command += ["--connections", CONNECTIONS, "--duration", f"{seconds}s", "--json"]
    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=os.environ | env)
    result = json.loads(ran.stdout) if ran.returncode == 0 else sys.exit(f"the calls of {name} failed")
    if result["statuses"].get("0", 0) < max(1, good * result["answers"]) or result["errors"]:
        sys.exit(f"{name}: {result['statuses']} {result['errors']}")
    return result["throughput"]


@contextmanager
def serving(program, before=(), args=(), **env):
    """Runs a server that refuses no calls for overload; yields its address."""
    with tempfile.TemporaryDirectory() as conf:
        (Path(conf) / "OverloadConf.json").write_text('{"enabled": false}')
        addresses = ["--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0"]
        with running([*before, program, "serve", *addresses, "--conf", conf, *args], r"thrift +(\S+)", **env) as addr:
            yield addr


def trained(program, profiles):
    """Loads the instrumented binary, which writes its profile into the folder `profiles` when it ends."""
    shutil.rmtree(profiles, ignore_errors=True)
    with serving(program, LLVM_PROFILE_FILE=str(profiles / "server-%p.profraw")) as addr:
        for call in CALLS:
            # the profile of the callers is discarded; a slow machine may time out while caches are cold
            rate = called([program], addr, call, call[2], good=0.5, LLVM_PROFILE_FILE="/dev/null")
            print(f"  trained with {call[0]}: {rate:,.0f} answers per second", flush=True)
    counted = list(profiles.glob("*.profraw"))
    return counted or sys.exit("the instrumented binary wrote no profile")


def compare(plain, optimised):
    """Measures both binaries in turns, and prints the medians."""
    first_core, second_core = ["taskset", "-c", "0"], ["taskset", "-c", "1"]
    callers = [*second_core, plain]
    print(f"{'answers per second, one worker':41} {'plain':>8} {'optimised':>10} {'ratio':>6}")
    with running([*callers, "world", "--base-port", "0"], r"--world (\S+)") as world:
        args = ["--workers", "1", "--world", world]
        with serving(plain, first_core, args) as one, serving(optimised, first_core, args) as other:
            for call in CALLS:
                turns = [[called(callers, addr, call, TURN) for addr in (one, other)] for _ in range(TURNS + 1)]
                # the first turn warms up
                before, after = (median(turn[i] for turn in turns[1:]) for i in (0, 1))
                print(f"  {call[0]:39} {before:8,.0f} {after:10,.0f} {after / before:6.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", type=Path, required=True, help="folder for build output")
    parser.add_argument("--compare", action="store_true", help="measure the result beside the plain release binary")
    args = parser.parse_args()
    version = output("rustc", "-vV")
    host = re.search(r"host: (\S+)", version).group(1)
    merge = profdata(host, re.search(r"LLVM version: (\d+)", version).group(1))
    target = args.target.resolve()
    folder = target / "pgo"
    profiles, merged, result = folder / "profiles", folder / "merged.profdata", folder / "live-pack"
    instrumented = built(folder / "instrumented", host, f"-Cprofile-generate={profiles}")
    counted = trained(instrumented, profiles)
    subprocess.run([merge, "merge", "-o", merged, *counted], check=True)
    shutil.copy(built(folder / "optimised", host, f"-Cprofile-use={merged}"), result)
    print(f"the optimised binary: {result}")
    if args.compare:
        compare(built(target), result)


if __name__ == "__main__":
    main()
