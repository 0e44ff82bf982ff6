"""Clients of WebSockets (RFC 6455) that choose their loopback address."""

import asyncio, json, time

from .client import CODE, FLOODER, Reply, connect

UPGRADE = (
    b"GET /graphql HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\n"
    b"sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n"
)


class Refused(Exception):
    """The server refused a WebSocket. The message is the status."""


class WebSocket:
    """A client of graphql-transport-ws."""

    @classmethod
    async def open(cls, port, source=FLOODER, token=None):
        """Connects, and authenticates if there is a token."""
        self = cls()
        self.received = bytearray()
        self.reader, self.writer = await connect(port, source)
        try:
            self.writer.write(UPGRADE)
            head = await self.reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 101"):
                raise Refused(head[9:12].decode())
            if token:
                self.send({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
                answer = await self.next()
                if answer.get("type") != "connection_ack":
                    raise Refused(f"closed with {answer.get('closed')}")
        except asyncio.IncompleteReadError:
            self.close()
            raise Refused("disconnected") from None
        except BaseException:
            self.close()
            raise
        return self

    def send(self, message):
        data = json.dumps(message, separators=(",", ":")).encode()
        if len(data) < 126:
            length = bytes([0x80 | len(data)])
        elif len(data) < 65_536:
            length = b"\xfe" + len(data).to_bytes(2, "big")
        else:
            length = b"\xff" + len(data).to_bytes(8, "big")
        self.writer.write(b"\x81" + length + bytes(4) + data)  # The mask consists of zeros.

    async def next(self):
        """The next message, or `{"closed": CODE}` if the server closes the socket."""
        while True:
            try:
                kind, length = await self.reader.readexactly(2)
                if length >= 126:
                    length = int.from_bytes(await self.reader.readexactly(2 if length == 126 else 8), "big")
                data = await self.reader.readexactly(length)
            except (asyncio.IncompleteReadError, OSError):
                return {"closed": "disconnected"}
            if kind & 15 == 1:
                self.received += data
                return json.loads(data)
            if kind & 15 == 8:
                return {"closed": int.from_bytes(data[:2], "big")}

    def close(self):
        self.writer.transport.abort()


async def ask_by_socket(port, token, payload, source=FLOODER, seconds=8):
    """Executes an operation over a new WebSocket. The reply has all messages until it completes."""
    begun, socket = time.perf_counter(), None

    async def exchange():
        nonlocal socket
        socket = await WebSocket.open(port, source, token)
        socket.received.clear()
        socket.send({"type": "subscribe", "id": "1", "payload": payload})
        while True:
            message = await socket.next()
            if "closed" in message or message.get("type") in ("complete", "error"):
                return f"closed with {message['closed']}" if "closed" in message else message["type"]

    try:
        ended = await asyncio.wait_for(exchange(), seconds)
    except asyncio.TimeoutError:
        ended = f"no response within {seconds} s"
    except (OSError, Refused) as error:
        ended = f"disconnected {error}"
    if socket:
        socket.close()
    reply = Reply(b"\r\n\r\n" + bytes(socket.received if socket else b""), time.perf_counter() - begun)
    code = CODE.search(reply.body)
    reply.status, reply.outcome = ended, f"{ended} {code[1].decode()}" if code else ended
    return reply
