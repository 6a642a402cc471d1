# SPDX-License-Identifier: Apache-2.0
"""A gateway that serves the demo's snapshot, for the scripts beside this file."""
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CART = json.dumps({"shop": "demo.myshopify.com", "currency": "GBP", "session_id": "c-1",
                   "lines": [{"variant_id": "85123A", "quantity": 6},
                             {"variant_id": "22423", "quantity": 1}]}).encode()
HEAD = b"POST /v1/prices HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
REQUEST = HEAD + b"Content-Length: %d\r\n\r\n" % len(CART) + CART


class Gateway:
    """A serving gateway; killed at the end of the `with` block."""

    def __init__(self, binary, *, config_changes=(), core=None):
        text = (ROOT / "config/sluice.yaml").read_text().replace("../", f"{ROOT}/")
        for old, new in config_changes:
            assert old in text, old
            text = text.replace(old, new)
        self.config = tempfile.NamedTemporaryFile("w", suffix=".yaml")
        self.config.write(text)
        self.config.flush()
        command = ["taskset", "-c", str(core)] if core is not None else []
        self.process = subprocess.Popen(
            command + [str(binary), "serve", "--config", self.config.name, "--port", "0", "--control-port", "0"],
            stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            entry = json.loads(line)
            if entry["msg"] == "listening":
                self.port, self.control_port = int(entry["data_port"]), int(entry["control_port"])
                return
        raise SystemExit("the gateway did not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def resident_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def metric(self, name):
        with socket.create_connection(("127.0.0.1", self.control_port)) as connection:
            connection.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            text = b""
            while chunk := connection.recv(65536):
                text += chunk
        return float(re.search(rb"\n%s (\S+)" % name.encode(), text)[1])

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection


def ask(connection, request=REQUEST):
    """Sends a request and reads its reply; returns the body."""
    connection.sendall(request)
    reply = b""
    while b"\r\n\r\n" not in reply:
        chunk = connection.recv(65536)
        if not chunk:
            raise ConnectionError(reply)
        reply += chunk
    head, body = reply.split(b"\r\n\r\n", 1)
    if not head.startswith(b"HTTP/1.1 200"):
        raise ConnectionError(reply)
    length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
    while len(body) < length:
        body += connection.recv(65536)
    return body


def descriptors_for(count):
    """Lets this process have so many connections, or says that it may not."""
    import resource
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < count + 100:
        raise SystemExit(f"the limit of open files is {hard}: raise it, or take fewer connections")
