#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A server that holds each reply for 2 to 20 ms, every time as likely, on loopback: a latency to measure.

    docs/benchmarks/delaying_server.py PORT     # 0 takes a free one; the port is printed
"""
import asyncio
import random
import sys

REPLY = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ok":true}'
SHORTEST_SECONDS, LONGEST_SECONDS = 0.002, 0.020


class Connection(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.received = transport, b""

    def data_received(self, data):
        self.received += data
        while b"\r\n\r\n" in self.received:
            self.received = self.received.split(b"\r\n\r\n", 1)[1]
            delay = random.uniform(SHORTEST_SECONDS, LONGEST_SECONDS)
            asyncio.get_running_loop().call_later(delay, self.reply)

    def reply(self):
        if not self.transport.is_closing():
            self.transport.write(REPLY)


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", int(sys.argv[1]))
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass
