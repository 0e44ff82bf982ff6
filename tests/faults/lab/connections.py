"""Persistent connections: HTTP connections for several requests, and WebSockets."""

import asyncio, json, re, socket

from .expectations import expect


class Connection:
    """An HTTP connection that is reused for one request after the other."""

    def __init__(self, port):
        self.port, self.open = port, None

    async def send(self, head, body=b""):
        self.open = self.open or await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.open
        try:
            writer.write(head + b"host: x\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)\r\ncontent-length: (\d+)", answer)
            return json.loads(await reader.readexactly(int(length[1])))
        except BaseException:
            self.close()
            raise

    def close(self):
        self.open[1].close()
        self.open = None

    async def ask(self, query, variables=None, token=None):
        head = b"POST /graphql HTTP/1.1\r\ncontent-type: application/json\r\n"
        if token:
            head += f"authorization: Bearer {token}\r\n".encode()
        return await self.send(head, json.dumps({"query": query, "variables": variables}).encode())

    async def published(self):
        keys = await self.send(b"GET /.well-known/jwks.json HTTP/1.1\r\n")
        return [key["kid"] for key in keys["keys"]]


async def ask_once(port, query, variables=None, token=None):
    """Executes a document on a new connection. The server closes a connection that is idle for five seconds."""
    connection = Connection(port)
    answer = await connection.ask(query, variables, token)
    connection.close()
    return answer["data"]


class Socket:
    """A WebSocket (RFC 6455) with a subscription to the ended sessions of a user."""

    def __init__(self, server, token):
        # After a lost notification, the server finds ended sessions within half a minute.
        self.connection = socket.create_connection(("127.0.0.1", server.port), timeout=40)
        self.connection.sendall(
            b"GET /graphql HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\n"
            b"sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n"
        )
        self.stream = self.connection.makefile("rb")
        while self.stream.readline().strip():
            pass
        self.send({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
        expect(self.next().get("type") == "connection_ack", "the server does not acknowledge a WebSocket")
        self.send({"type": "subscribe", "id": "1", "payload": {"query": "subscription { sessionEnded { id } }"}})

    def send(self, message):
        data = json.dumps(message).encode()
        length = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0x80 | 126]) + len(data).to_bytes(2, "big")
        self.connection.sendall(b"\x81" + length + bytes(4) + data)  # The mask consists of zeros.

    def next(self):
        """The next message, or an empty one if the server closes the socket."""
        while True:
            kind, length = self.stream.read(2)
            if length == 126:
                length = int.from_bytes(self.stream.read(2), "big")
            data = self.stream.read(length)
            if kind & 15 == 1:
                return json.loads(data)
            if kind & 15 == 8:
                return {}

    def close(self):
        self.stream.close()
        self.connection.close()
