# SPDX-License-Identifier: Apache-2.0
"""What the benches share: a gateway of their own on one core, and the load tester on the other.

Everything is on loopback and ends with the bench. Needs a release build and the plugins' hashes, which
`make build` leaves.
"""
import hashlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RELEASE = ROOT / ".build/release"
SERVER_CORE, CLIENT_CORE = "0", "1"
PORT, CONTROL_PORT = 18080, 19090
FIRST = ["nice", "-n", "-20"] if os.geteuid() == 0 else []
"""The load tester goes before whatever else wants its core. Not by a real-time class: it polls instead of
sleeping, and the kernel takes such a thread off its core for 50 ms of each second."""
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
SECONDS_UNTIL_READY = 20
"""Loading plugins and verifying a snapshot takes a tenth of a second on an idle machine."""


def build_snapshots(folder, count=1):
    """Builds snapshots of the demo store; returns the store and their folders, the first published."""
    store = pathlib.Path(folder, "snapshots")
    for _ in range(count):
        subprocess.run(
            [RELEASE / "sluice", "snapshot", "build", "--source", ROOT / "config/demo/source.yaml",
             "--out", store], check=True, capture_output=True)
    snapshots = sorted(path for path in store.iterdir() if (path / "manifest.json").exists())
    publish(snapshots[0])
    return store, snapshots


def publish(snapshot):
    """Publishes a snapshot on the client's core, behind everything else that runs there."""
    subprocess.run(
        ["taskset", "-c", CLIENT_CORE, "chrt", "--idle", "0", RELEASE / "sluice", "snapshot",
         "publish", snapshot], check=True, capture_output=True)


def point_at(snapshot):
    """Names a snapshot the current one, as the last step of publishing does.

    Publishing checks the whole snapshot first, on a core that is not there while a tail is measured.
    """
    digest = hashlib.sha256((snapshot / "manifest.json").read_bytes()).hexdigest()
    entry = snapshot.parent / "CURRENT"
    entry.with_suffix(".next").write_text(f"{snapshot.name} {digest}\n")
    entry.with_suffix(".next").replace(entry)


def erratic(mode, **settings):
    """A version that misbehaves in a way of plugins/erratic."""
    execution = settings.pop("execution", "pooled")
    pool = settings.pop("pool", {"threads": 2, "queue": 64} if execution == "pooled" else None)
    handler = "erratic-price-inline" if execution == "inline" else "erratic-price"
    version = {"plugin": "erratic", "handler": handler, "execution": execution,
               "settings": {"mode": mode, **settings}}
    return {**version, "pool": pool} if pool else version


def config(store, versions=None, weights=None, **changes):
    """The demo's config with other price versions; JSON is YAML too."""
    plugins = ["Pricing", "Recommendations", "Erratic"]
    versions = versions or {"1": {"plugin": "pricing", "handler": "list-price"},
                            "2": {"plugin": "pricing", "handler": "quantity-break"}}
    weights = weights or {name: 10_000 // len(versions) for name in versions}
    split = {"layer": "layer-{}", "salt": "{}", "unit": ["customer_id", "session_id"],
             "coverage": 10_000}

    def model(kind, versions, weights, **more):
        named = {key: value.replace("{}", kind) if isinstance(value, str) else value
                 for key, value in split.items()}
        return {"kind": kind, "stable": "1", "split": {**named, "weights": weights},
                "versions": versions, **more}

    return {
        "server": {"host": "127.0.0.1", "port": PORT, "event_loops": 1,
                   "limits": {"requests_per_connection": 100_000_000},
                   "drain": {"linger": "0s", "timeout": "2s"}, **changes.get("server", {})},
        "control": {"host": "127.0.0.1", "port": CONTROL_PORT},
        "snapshots": {"directory": str(store), "poll_interval": "20ms", "keep": 8},
        "plugins": [{"path": str(RELEASE / f"lib{name}Plugin.so"),
                     "sha256_file": str(RELEASE / "plugins.sha256")} for name in plugins],
        "models": {
            "pricing": model("price", versions, weights, **changes.get("model", {})),
            "recommendations": model("recommend", {
                "1": {"plugin": "recommendations", "handler": "popular"},
                "2": {"plugin": "recommendations", "handler": "neighbours"}},
                {"1": 5_000, "2": 5_000})},
        "routes": {"prices": {"model": "pricing", "budget": "50ms", "guard": WIDE_GUARD,
                              **changes.get("prices", {})},
                   "recommendations": {"model": "recommendations", "budget": "80ms"}},
    }


WIDE_GUARD = {"floor_basis_points": 0, "ceiling_basis_points": 1_000_000,
              "maximum_change_basis_points": 1_000_000}
"""Some of the demo's prices jump; a guard that fails sound versions for it would be measured instead."""


class Gateway:
    """A gateway on the server's core, stopped at the end of its `with` block."""

    def __init__(self, folder, config):
        self.path = pathlib.Path(folder, "sluice.yaml")
        self.log = pathlib.Path(folder, "gateway.log")
        self.path.write_text(json.dumps(config))

    def __enter__(self):
        self.process = subprocess.Popen(
            ["taskset", "-c", SERVER_CORE, RELEASE / "sluice", "serve", "--config", self.path],
            stderr=open(self.log, "w"))
        try:
            wait_until(self.is_ready, SECONDS_UNTIL_READY, "the gateway is not ready")
        except Refused:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def is_ready(self):
        if self.process.poll() is not None:
            raise Refused(f"the gateway ended with {self.process.returncode}:\n"
                          + self.log.read_text()[-2000:])
        try:
            return urllib.request.urlopen(self.control("readyz"), timeout=1).status == 200
        except OSError:
            return False

    def control(self, path):
        return f"http://127.0.0.1:{CONTROL_PORT}/{path}"

    def status(self):
        return json.load(urllib.request.urlopen(self.control("api/status"), timeout=5))

    def metrics(self):
        """Samples by name and labels, as the text format writes them."""
        text = urllib.request.urlopen(self.control("metrics"), timeout=5).read().decode()
        lines = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
        return {name: float(value) for name, value in lines}

    def breaker(self, version):
        for name, value in self.metrics().items():
            if name.startswith("sluice_breaker_state") and f'version="{version}"' in name \
                    and 'model="pricing"' in name and value == 1:
                return re.search(r'state="(\w+)"', name)[1]
        return None

    def reload(self, config):
        """Writes another config and has it read; does not wait."""
        self.path.write_text(json.dumps(config))
        self.process.send_signal(signal.SIGHUP)

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1]
        return sum(map(int, fields.split()[11:13])) / TICKS_PER_SECOND

    def resident_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def children(self):
        """Process ids of its worker processes."""
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task").iterdir()
        return [int(pid) for task in tasks for pid in (task / "children").read_text().split()]


class Refused(Exception):
    """The gateway does not take a config."""


def wait_until(holds, seconds, complaint):
    """Returns how long it took until `holds()`."""
    start = time.monotonic()
    while not holds():
        if time.monotonic() - start > seconds:
            raise TimeoutError(complaint)
        time.sleep(0.02)
    return time.monotonic() - start


def scenario(folder, store, requests):
    """Writes a scenario of the demo store; `requests` as in a scenario file."""
    path = pathlib.Path(folder, "scenario.yaml")
    path.write_text(json.dumps({
        "target": f"http://127.0.0.1:{PORT}",
        "store": {"snapshot": str(store), "currency": "GBP", "shoppers": 5_000},
        "requests": requests}))
    return path


CHECKOUT = {"name": "checkout", "kind": "price", "lines": "2"}
WIDGET = {"name": "widget", "kind": "recommend", "limit": 10}


def start_load(scenario, *options):
    """Starts a load on the client's core, returns when it sends; `finish_load` returns its report."""
    process = subprocess.Popen(
        ["taskset", "-c", CLIENT_CORE, *FIRST, RELEASE / "loadtest", "run", "--json",
         "--scenario", scenario, *map(str, options)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    line = process.stderr.readline()
    if not line.startswith("sending"):
        sys.exit(f"loadtest: {line}{process.stderr.read()}")
    return process


def finish_load(process):
    output, errors = process.communicate()
    if process.returncode not in (0, 98, 130):
        sys.exit(f"loadtest ended with {process.returncode}: {errors}")
    return json.loads(output)


def load(scenario, *options):
    """Runs a load on the client's core and returns its report."""
    return finish_load(start_load(scenario, *options))


def capacity(scenario, seconds, concurrency=32):
    """Good answers per second of a full server."""
    load(scenario, "--concurrency", concurrency, "--duration", "2s")  # warm-up, not counted
    return load(scenario, "--concurrency", concurrency, "--duration", f"{seconds}s")["goodput"]


def percentile(row, name):
    """Milliseconds, or None when too few samples stand behind it."""
    return row["percentiles_ms"].get(name)


def show(value):
    return "-" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)


def print_table(rows):
    """A table of dictionaries with the same keys, in Markdown."""
    names = list(rows[0])
    cells = [names] + [[show(row[name]) for name in names] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(names))]
    lines = ["| " + " | ".join(c.ljust(w) for c, w in zip(line, widths)) + " |" for line in cells]
    lines.insert(1, "| " + " | ".join("-" * w for w in widths) + " |")
    print("\n".join(lines), flush=True)


def temporary_folder():
    return tempfile.TemporaryDirectory(prefix="sluice-bench-")
