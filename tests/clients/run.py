#!/usr/bin/env python3
"""Builds a client in each language, runs each against a server, and prints a table of languages and cases.

A program of tests/clients prints one line for each case: its name, a tab, "ok" or "failed: why". Its input is in
environment variables: ADDR, TLS_ADDR, TLS_CA, UNIX_SOCKET, RELEASED_ADDR (a server of the IDL of the last release), KITEX_ADDR
(a server whose downstream services are Kitex servers), LOG_ID, LANE, TRACE, TRACE_STATE, IDL.

The exit status is 0 if no case failed. A language whose tools are missing is skipped; with CI=true it is a failure.
"""

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
IDL = ROOT / "idl"
CI = os.environ.get("CI") == "true"
CLOCK = "2026-11-20T12:00:00Z"
# Metadata of the call that must arrive at Kitex servers, as environment variables.
METADATA = {
    "LANE": "boe_clients",
    "TRACE": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "TRACE_STATE": "vendor=1",
}
DOWNSTREAM = sorted(path.stem for path in (IDL / "downstream").glob("*.thrift"))

EVERY = "go java python thriftpy2 node rust"
GO = "go"
# Each case and the languages that have it.
CASES = [
    ("fifteen methods, framed", EVERY),
    ("fifteen methods, buffered", EVERY),
    ("fifteen methods, TTHeader", GO),
    ("fifteen methods, TTHeader framed", "go rust"),
    ("fifteen methods, TTHeader multiplexed", GO),
    ("fifteen methods, TTHeader with CRC32", GO),
    ("fifteen methods, retry", GO),
    ("fifteen methods, backup request", GO),
    ("fifteen methods, short connections", GO),
    ("zero-filled requests", EVERY),
    ("bad request", EVERY),
    ("unknown method", "go java python thriftpy2 node"),
    ("client time-out, then good calls", EVERY),
    ("32 callers, 50 calls each", EVERY),
    ("50 cards", EVERY),
    ("texts outside ASCII", EVERY),
    ("log id in the access log", EVERY),
    ("time-out in TTHeader", "go rust"),
    ("persistent metadata", "go rust"),
    ("metadata at Kitex downstream services", GO),
    ("Unix socket", EVERY),
    ("TLS", "go java python thriftpy2 node"),
    ("client of the last release", GO),
    ("server of the last release", EVERY),
    ("example", EVERY),
    ("JSON generic call", GO),
    ("pages from Kitex downstream services", GO),
]


class Failure(Exception):
    """A failed build step or program."""


def run(command, log, **more):
    """Runs a command; its output goes to a log, whose end is shown if it fails."""
    with open(log, "ab") as out:
        ended = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, timeout=900, **more)
    if ended.returncode != 0:
        end = Path(log).read_text(errors="replace").splitlines()[-15:]
        raise Failure(f"{' '.join(map(str, command))} ended with {ended.returncode}:\n  " + "\n  ".join(end))


class Language:
    """Build and run steps of a language. `tools`: the programs that must be on PATH."""

    name = ""
    title = ""
    tools = ()

    def __init__(self, work):
        self.work = work / self.name
        self.log = work / f"{self.name}.log"

    def sources(self):
        return HERE / self.name

    def build(self):
        self.copy(self.sources())

    def copy(self, sources):
        """Copies the sources into a separate folder, so that generated files are not next to them. Earlier output remains."""
        self.work.mkdir(parents=True, exist_ok=True)
        shutil.copytree(sources, self.work, dirs_exist_ok=True)

    def thrift(self, generator, out):
        (self.work / out).mkdir(parents=True, exist_ok=True)
        self.step(["thrift", "-r", "-gen", generator, "-I", IDL, "-out", self.work / out, IDL / "live_pack.thrift"])

    def step(self, command, **more):
        run(command, self.log, cwd=self.work, **more)


class Go(Language):
    name, title, tools = "go", "Go (Kitex)", ("go",)
    cases, example, generic = ["./bin/cases"], ["./bin/example"], ["./bin/generic"]

    def build(self):
        super().build()
        tools = [f"github.com/cloudwego/{tool}" for tool in ("kitex/tool/cmd/kitex", "thriftgo")]
        bins = self.work / "bin"
        self.step(["go", "build", "-o", f"{bins}/", *tools])
        path = {**os.environ, "PATH": f"{bins}:{os.environ['PATH']}"}
        for idl in (IDL, HERE / "released"):
            generated = "kitex_gen" if idl == IDL else "released_gen"
            files = [idl / "live_pack.thrift"]
            files += [idl / "downstream" / f"{name}.thrift" for name in DOWNSTREAM if idl == IDL]
            for file in files:
                self.step(["kitex", "-module", "livepack.test/clients", "-gen-path", generated, "-I", idl, file], env=path)
        calls = (self.work / "calls" / "calls.go").read_text().replace("kitex_gen", "released_gen")
        older = self.work / "releasedcalls"
        older.mkdir(exist_ok=True)
        (older / "calls.go").write_text(calls.replace("package calls", "package releasedcalls"))
        programs = ["./cases", "./example", "./generic", "./downstream", "./released"]
        self.step(["go", "build", "-ldflags=-checklinkname=0", "-o", f"{bins}/", *programs])


class Java(Language):
    name, title, tools = "java", "Java", ("javac", "mvn", "thrift")
    command = ["java", "-cp", f"target/classes{os.pathsep}target/dependency/*"]
    cases, example = [*command, "Cases"], [*command, "Example"]

    def build(self):
        super().build()
        self.thrift("java:generated_annotations=suppress", "src/main/java")
        self.step(["mvn", "-q", "-B", "compile", "dependency:copy-dependencies"])


class Python(Language):
    name, title, tools = "python", "Python (thrift)", ("python3", "thrift")
    cases, example = ["venv/bin/python", "cases.py", "thrift"], ["venv/bin/python", "example_thrift.py"]

    def build(self):
        super().build()
        if "thrift" in self.tools:
            self.thrift("py", ".")
        if not (self.work / "venv" / "bin" / "pip").exists():
            self.step(["python3", "-m", "venv", "venv"])
        self.step(["venv/bin/pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"])


class Thriftpy2(Python):
    name, title, tools = "thriftpy2", "Python (thriftpy2)", ("python3",)
    cases, example = ["venv/bin/python", "cases.py", "thriftpy2"], ["venv/bin/python", "example_thriftpy2.py"]

    def sources(self):
        return HERE / "python"


class Node(Language):
    name, title, tools = "node", "Node", ("node", "npm", "thrift")
    cases, example = ["node", "cases.js"], ["node", "example.js"]

    def build(self):
        super().build()
        self.thrift("js:node", "gen-nodejs")
        self.step(["npm", "ci", "--no-audit", "--no-fund", "--silent"])


class Rust(Language):
    """Built by cargo together with the server."""

    name, title = "rust", "Rust (volo)"
    target = None

    def build(self):
        super().build()
        examples = self.target / "examples"
        self.cases, self.example = [examples / "client_cases"], [examples / "client_example"]
        for program in (self.cases[0], self.example[0]):
            if not program.exists():
                raise Failure(f"{program} is not built: cargo build --example {program.name}")


LANGUAGES = [Go, Java, Python, Thriftpy2, Node, Rust]


def free_ports(count):
    """The first of `count` consecutive free ports."""
    for first in range(21000, 30000, count):
        held = []
        try:
            for port in range(first, first + count):
                held.append(socket.create_server(("127.0.0.1", port)))
            return first
        except OSError:
            continue
        finally:
            for it in held:
                it.close()
    raise Failure("no free ports")


class Process:
    """A process that runs until this one exits; terminated by its id."""

    def __init__(self, command, log, **more):
        self.log = log
        self.out = open(log, "wb")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LIVE_PACK_")}
        environment.update(more.pop("env", {}))
        self.child = subprocess.Popen(
            list(map(str, command)), stdout=subprocess.PIPE, stderr=self.out, env=environment, text=True, **more
        )

    def lines(self, until):
        """The lines of standard output up to the one that contains `until`."""
        found = []
        for line in self.child.stdout:
            found.append(line)
            if until in line:
                return found
        raise Failure(f"{self.child.args[0]} ended before it was ready:\n{Path(self.log).read_text()[-2000:]}")

    def end(self):
        self.child.terminate()
        try:
            self.child.wait(15)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


def reachable(addr, limit=20):
    host, port = addr.split(":")
    end = time.monotonic() + limit
    while time.monotonic() < end:
        try:
            socket.create_connection((host, int(port)), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise Failure(f"nobody listens at {addr}")


class Servers:
    """The servers that the programs connect to."""

    def __init__(self, server, work):
        self.server, self.work, self.running = server, work, []
        self.conf = work / "conf"
        self.conf.mkdir(parents=True, exist_ok=True)
        slow = {"downstream": "live_data", "method": "MGetRoom", "users": [10077], "delay": "1s"}
        engine = {"method": "*", "engine": "*", "timeout": "3s", "reserve": "100ms"}
        for key, value in {
            # a viewer whose pages take a second; the room is not cached, otherwise only the first page would
            "livePackDownstreamRpcMock": {"rules": [slow]},
            "CacheConf": {"caches": {"room": {"enabled": False}}},
            # A debug build takes some milliseconds for a page, so that 32 callers wait longer than load control allows by default.
            # `make hostile HOSTILE=calm` shows the default with a release build.
            "OverloadConf": {"queue": "1s"},
            # engine timeouts that are not shorter than the caller's
            "LivePackEngineConf": {"engines": [engine]},
        }.items():
            (self.conf / f"{key}.json").write_text(json.dumps(value))

    def start(self, name, *flags, **more):
        process = Process([self.server, *flags], self.work / f"{name}.log", cwd=ROOT, **more)
        self.running.append(process)
        return process

    def serve(self, name, *flags):
        process = self.start(
            name, "serve", "--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--conf", self.conf, "--clock", CLOCK,
            "--access-log-one-in", "1", "--drain-linger", "10ms", *flags,
        )  # fmt: skip
        text = "".join(process.lines("  ops "))
        return re.search(r"thrift +(\S+)", text).group(1)

    def for_clients(self):
        certificate, key = self.work / "certificate.pem", self.work / "key.pem"
        run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
             "-subj", "/CN=live-pack", "-addext", "subjectAltName=IP:127.0.0.1"],
            self.work / "openssl.log",
        )  # fmt: skip
        unix = self.work / "live-pack.sock"
        addr = self.serve("server", "--unix-socket", unix)
        return {
            "ADDR": addr,
            "UNIX_SOCKET": str(unix),
            "TLS_ADDR": self.serve("server-tls", "--tls-cert", certificate, "--tls-key", key),
            "TLS_CA": str(certificate),
            "IDL": str(IDL),
            **METADATA,
        }

    def released(self, go, addr):
        """A Kitex server of the IDL of the last release, in front of ours."""
        at = f"127.0.0.1:{free_ports(1)}"
        self.running.append(Process([go.work / "bin" / "released", at], self.work / "released.log", env={"ADDR": addr}))
        reachable(at)
        return at

    def of_worlds(self, go):
        """Two servers: one connected to the services of the world directly, one through Kitex servers in front of them."""
        base = free_ports(14)
        text = "".join(self.start("world", "world", "--base-port", str(base), "--clock", CLOCK).lines("--world"))
        world = dict(part.split("=") for part in re.search(r"--world (\S+)", text).group(1).split(","))
        first = free_ports(len(world))
        kitex = {name: f"127.0.0.1:{first + at}" for at, name in enumerate(world)}
        programs = [go.work / "bin" / "downstream", *(f"{name}={kitex[name]}={world[name]}" for name in world)]
        self.running.append(Process(programs, self.work / "downstream.log"))
        for addr in kitex.values():
            reachable(addr)
        found = []
        for name, addresses in (("from-world", world), ("from-kitex", kitex)):
            named = ",".join(f"{service}={addr}" for service, addr in addresses.items())
            found.append(self.serve(name, "--world", named, "--image-base-url", "https://img.example"))
        return found

    def end(self):
        for process in reversed(self.running):
            process.end()


def output(language, command, environment):
    """Standard output of a program, and its exit status."""
    with open(language.log, "ab") as log:
        try:
            ended = subprocess.run(
                list(map(str, command)), cwd=language.work, env={**os.environ, **environment}, stdout=subprocess.PIPE,
                stderr=log, text=True, timeout=300,
            )  # fmt: skip
        except subprocess.TimeoutExpired as late:
            return (late.stdout or b"").decode(errors="replace"), "nothing: killed after 300 s"
    return ended.stdout, ended.returncode


def first_lines(language, result):
    log = language.log.read_text(errors="replace").splitlines()[-5:]
    return f"failed: ended with {result[1]}: {' | '.join(result[0].splitlines()[-3:] + log)}"


def travelled(log, log_id):
    """Whether Kitex servers received the metadata of a page with this log id."""
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.startswith("{")]
    calls = [call for call in map(json.loads, lines) if call["log_id"] == log_id]
    same = {"caller": "live_pack", "group": "EU", "lane": METADATA["LANE"], "log_id": log_id}
    same |= {"state": METADATA["TRACE_STATE"], "persistent": 0}
    for call in calls:
        method, left, trace = call.pop("method"), call.pop("remaining"), call.pop("trace")
        if call != same:
            return f"failed: {method} got {call}"
        # the span may differ, but the trace must be the caller's
        if trace.split("-")[1:2] != METADATA["TRACE"].split("-")[1:2]:
            return f"failed: {method} got traceparent {trace}"
        if not 0 < left <= 2000:
            return f"failed: {method} got {left} ms, the caller of the page had given 2000"
    return "ok" if len(calls) >= 10 else f"failed: only {len(calls)} calls arrived with it"


def cases_of(language, environment, work):
    """Runs the programs of a language; returns the outcome of each case by name."""
    log_id, access_log = f"clients-{language.name}-{os.getpid()}", work / "server.log"
    result = output(language, language.cases, {**environment, "LOG_ID": log_id})
    found = dict(line.split("\t", 1) for line in result[0].splitlines() if "\t" in line)
    failed = any(outcome != "ok" for outcome in found.values())
    if result[1] != 0 and not failed:
        found["program"] = first_lines(language, result)
    name = "log id in the access log"
    if found.get(name) == "ok" and log_id not in access_log.read_text(errors="replace"):
        found[name] = f"failed: {log_id} is not in {access_log}"
    name = "metadata at Kitex downstream services"
    if found.get(name) == "ok":
        found[name] = travelled(work / "downstream.log", f"{log_id}-travels")
    example = output(language, language.example, environment)
    good = example[1] == 0 and re.search(r"^200 .+ \$\d", example[0], re.MULTILINE)
    found["example"] = "ok" if good else first_lines(language, example)
    if hasattr(language, "generic"):
        answer = output(language, language.generic, environment)
        try:
            good = answer[1] == 0 and len(json.loads(answer[0])["products"]) == 20
        except (ValueError, KeyError):
            good = False
        found["JSON generic call"] = "ok" if good else first_lines(language, answer)
    return found


def pages(server, addr):
    """Answers of every method from a server, as JSON."""
    found = {}
    bags = [f"GetLiveBagData --room {room}" for room in (1001, 1005, 1006, 1007, 1010, 2009)]
    more = ["GetRoomFullData", "GetPinCardData", "GetLiveBagPreviewData", "GetLiveBagRefresh", "GetPreviewPinCardData",
            "GetLiveBagTab", "GetLiveBagTopBanner", "GetLiveBagPromotionBanner", "GetLiveRoomCommonInfo", "MGetRoomLiteData",
            "MGetFcpEcomComponent"]  # fmt: skip
    calls = bags + [f"{method} --room 1001" for method in more]
    calls += ["GetLiveBagAssemble --room 1001 --count 50", "GetLiveBagCreatorShopInfo --room 1001 --count 6"]
    calls += ["GetSurpriseSetDetail --room 1006"]
    for call in calls:
        for user in ("0", "101"):
            command = [server, "call", *call.split(), "--user", user, "--region", "US", "--addr", addr]
            ended = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=60)
            if ended.returncode != 0:
                raise Failure(f"{call} by {user}: {ended.stderr.strip()}")
            answer = json.loads(ended.stdout)
            if answer["degraded"]:
                raise Failure(f"{call} by {user}: degraded {answer['degraded']}")
            found[f"{call} by {user}"] = answer
    return found


def downstream(server, addresses):
    """Pages from the world directly, and through typed Kitex services in front of it."""
    answers = [pages(server, addr) for addr in addresses]
    differing = [call for call in answers[0] if answers[0][call] != answers[1][call]]
    return f"failed: other pages: {', '.join(differing)}" if differing else "ok"


def table(languages, outcomes):
    width = max(len(name) for name, _ in CASES)
    heads = [language.title.ljust(6) for language in languages]
    print("\n" + " " * width + "  " + "  ".join(heads))
    for name, of in CASES:
        cells = []
        for language in languages:
            outcome = outcomes[language.name].get(name)
            cell = "-" if outcome is None else outcome.split(":")[0]
            cells.append(cell.ljust(max(6, len(language.title))))
        print(f"{name.ljust(width)}  {'  '.join(cells)}".rstrip())


def missing_tools(kind):
    return [tool for tool in kind.tools if shutil.which(tool) is None]


def built(language):
    """Builds a language; returns the failure if there is one."""
    started = time.monotonic()
    try:
        language.log.unlink(missing_ok=True)
        language.build()
        print(f"{language.title}: built in {time.monotonic() - started:.0f} s", flush=True)
        return language, None
    except (Failure, OSError, subprocess.TimeoutExpired) as error:
        return language, f"failed: {error}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", type=Path, required=True, help="the live-pack binary; examples/ must be in the same folder")
    parser.add_argument("--work", type=Path, required=True, help="a folder for everything that is generated and built")
    parser.add_argument("--built", action="store_true", help="build nothing; use the output of an earlier run")
    parser.add_argument("languages", nargs="*", help="only these: " + ", ".join(kind.name for kind in LANGUAGES))
    arguments = parser.parse_args()
    work, server = arguments.work.resolve(), arguments.server.resolve()
    work.mkdir(parents=True, exist_ok=True)
    Rust.target = server.parent
    wanted = [kind for kind in LANGUAGES if not arguments.languages or kind.name in arguments.languages]
    failures, present = [], []
    for kind in wanted:
        missing = missing_tools(kind)
        if not missing:
            present.append(kind(work))
            continue
        line = f"{kind.title}: skipped, {', '.join(missing)} not found"
        print(line)
        if CI:
            failures.append(line)
    with ThreadPoolExecutor(2) as pool:
        build = pool.map(built, [language for language in present if not arguments.built or language.name == "rust"])
        failed = {language.name: failure for language, failure in build if failure}
    outcomes = {language.name: {"build": failed[language.name]} if language.name in failed else {} for language in present}
    ready = [language for language in present if not outcomes[language.name]]
    go = next((language for language in ready if language.name == "go"), None)
    servers = Servers(server, work)
    try:
        environment = servers.for_clients()
        if go:
            environment["RELEASED_ADDR"] = servers.released(go, environment["ADDR"])
            worlds = servers.of_worlds(go)
            environment["KITEX_ADDR"] = worlds[1]
        for language in ready:
            started = time.monotonic()
            found = cases_of(language, environment, work)
            if language is go:
                try:
                    found["pages from Kitex downstream services"] = downstream(server, worlds)
                except Failure as failure:
                    found["pages from Kitex downstream services"] = f"failed: {failure}"
            for name, of in CASES:
                if language.name in of.split() and name not in found:
                    found[name] = "failed: not run"
            if go is None:
                # the server with the IDL of the last release needs Go
                found["server of the last release"] = None
            outcomes[language.name] = found
            print(f"{language.title}: ran in {time.monotonic() - started:.0f} s", flush=True)
    finally:
        servers.end()
    table(present, outcomes)
    for language in present:
        for name, outcome in outcomes[language.name].items():
            if outcome not in ("ok", None):
                failures.append(f"{language.title}, {name}: {outcome.removeprefix('failed: ')}")
    if failures:
        print("\n" + "\n".join(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Failure, OSError) as failure:
        sys.exit(f"error: {failure}")
