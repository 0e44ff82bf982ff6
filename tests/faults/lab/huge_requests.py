"""Requests that are huge, endless or compressed, which the server must refuse without much memory."""

import gzip, select, socket

from .clients import Outcome

POST = b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
PACKED = gzip.compress(b'{"query":"' + b" " * 50_000_000 + b'{ __typename }"}')
# By name: the first bytes of the request, and the bytes that are repeated after them.
HUGE_REQUESTS = {
    "huge": (POST + b"content-length: 10000000000\r\n\r\n", b" " * 65536),
    "endless": (POST + b"transfer-encoding: chunked\r\n\r\n", b"4000\r\n" + b" " * 0x4000 + b"\r\n"),
    "compressed": (POST + b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(PACKED) + PACKED, None),
    "endless head": (b"GET /healthz HTTP/1.1\r\n", b"x-and-so-on: " + b"y" * 8000 + b"\r\n"),
}
REFUSALS = {"400", "408", "413", "415", "429", "431", "closed"}
# The address that the requests come from: the bytes in transfer are limited for each address.
SOURCE_ADDRESS = ("127.0.0.2", 0)


def send_huge_request(server, name):
    """Sends up to 20 MB of a huge request. The outcome is the status of the response, or `closed`."""
    head, more = HUGE_REQUESTS[name]
    sent, answer = len(head), b""
    try:
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=10, source_address=SOURCE_ADDRESS)
    except OSError:
        return Outcome("NO_ANSWER")
    with connection:
        answered = select.poll()
        answered.register(connection, select.POLLIN)
        try:
            connection.sendall(head)
            while more and sent < 20_000_000 and not answered.poll(1):
                connection.sendall(more)
                sent += len(more)
            answer = connection.recv(100)
        except ConnectionError:
            pass  # The server closed the connection. The system may have discarded its response.
    return Outcome(answer[9:12].decode() if answer[9:12].isdigit() else "closed")
