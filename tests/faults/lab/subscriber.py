"""A client that subscribes to the ended sessions of its user."""

import base64, json, os, socket, ssl, struct, time

from . import expect
from .reverse_proxy import NAME

SUBSCRIBE = "subscription { sessionEnded { id current } }"


class Subscriber:
    """A subscription to the ended sessions of a user, at an instance or through a reverse proxy."""

    def __init__(self, server, token):
        raw = socket.create_connection(("127.0.0.1", server.port), 10)
        crt = getattr(server, "crt", None)
        self.socket = ssl.create_default_context(cafile=crt).wrap_socket(raw, server_hostname=NAME) if crt else raw
        key = base64.b64encode(os.urandom(16)).decode()
        head = f"GET /graphql HTTP/1.1\r\nHost: {NAME}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        head += f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
        self.socket.sendall(head.encode())
        self.file = self.socket.makefile("rb")
        status = self.file.readline().decode().strip()
        expect(" 101 " in f"{status} ", f"no WebSocket: {status}")
        while self.file.readline().strip():
            pass
        self.send({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
        expect(self.next()["type"] == "connection_ack", "a WebSocket is not acknowledged")
        self.send({"type": "subscribe", "id": "1", "payload": {"query": SUBSCRIBE}})
        time.sleep(0.5)  # The protocol has no message for the start of a subscription.

    def send(self, message):
        text, mask = json.dumps(message).encode(), os.urandom(4)
        length = bytes([0x80 | len(text)]) if len(text) < 126 else b"\xfe" + struct.pack(">H", len(text))
        self.socket.sendall(b"\x81" + length + mask + bytes(byte ^ mask[n % 4] for n, byte in enumerate(text)))

    def next(self):
        """The next message that is no ping. None if the socket is closed, or silent for ten seconds."""
        while True:
            try:
                kind, length = self.file.read(2)
                length = struct.unpack(">H", self.file.read(2))[0] if length == 126 else length
                text = self.file.read(length)
            except (OSError, ValueError):
                return None
            if kind & 15 == 1:
                return json.loads(text)
            if kind & 15 == 8:
                return None

    def ended_session(self):
        """The id of the next ended session, and how long it took to arrive."""
        begun, message = time.monotonic(), self.next()
        return (message and message["payload"]["data"]["sessionEnded"]["id"]), time.monotonic() - begun
