"""Clients of HTTP/1.1 that choose their loopback address."""

import asyncio, json, re, time

HOST = "127.0.0.1"
# The addresses of the flood, of another user, and of the health check.
FLOODER, OTHER, PROBE = "127.0.0.7", "127.0.0.8", "127.0.0.9"
CODE = re.compile(rb'"code":"([A-Z_]+)"')


def network_address(n):
    """The address of the n-th client of a flood from many networks."""
    return f"127.1.{n // 250}.{1 + n % 250}"


def body(query, variables=None, **more):
    """A request as compact JSON."""
    return json.dumps({"query": query, "variables": variables, **more}, separators=(",", ":")).encode()


def post(text, token=None, keep=False):
    """An HTTP request with this body."""
    head = b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    head += b"" if keep else b"connection: close\r\n"
    head += f"authorization: Bearer {token}\r\n".encode() if token else b""
    return head + b"content-length: %d\r\n\r\n" % len(text) + text


class Reply:
    """A response: its outcome (the status and the code of an error) and the size of its body."""

    def __init__(self, raw, took):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        self.size, self.took = len(self.body), took
        self.status = head[9:12].decode() if head[9:12].isdigit() else "disconnected"
        code = CODE.search(self.body)
        self.outcome = self.status + (f" {code[1].decode()}" if code else "")

    def errors(self):
        """The number of errors in the body."""
        if b'"errors"' not in self.body:
            return 0
        try:
            answer = json.loads(self.body)
        except ValueError:
            return 0
        errors = answer.get("errors") if isinstance(answer, dict) else None
        return len(errors) if isinstance(errors, list) else 0


async def connect(port, source=FLOODER):
    return await asyncio.open_connection(HOST, port, local_addr=(source, 0), limit=1 << 20)


async def ask(port, request, source=FLOODER, seconds=8):
    """Sends a request on a new connection and reads the whole response."""
    begun, raw, writer = time.perf_counter(), bytearray(), None

    async def exchange():
        nonlocal writer
        reader, writer = await connect(port, source)
        writer.write(request)
        while part := await reader.read(1 << 20):
            raw.extend(part)

    status = ""
    try:
        await asyncio.wait_for(exchange(), seconds)
    except asyncio.TimeoutError:
        status = f"no response within {seconds} s"
    except OSError:
        pass
    finally:
        if writer:
            writer.transport.abort()
    reply = Reply(bytes(raw), time.perf_counter() - begun)
    if status:
        reply.status = reply.outcome = status
    return reply


class PersistentConnection:
    """A connection for one request after the other, which is reopened when it is closed."""

    def __init__(self, port, source=FLOODER):
        self.port, self.source, self.streams = port, source, None

    async def ask(self, request):
        begun = time.perf_counter()
        for _ in range(3):
            try:
                self.streams = self.streams or await connect(self.port, self.source)
                reader, writer = self.streams
                writer.write(request)
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 8)
                length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
                text = await reader.readexactly(int(length[1]) if length else 0)
                return Reply(head + text, time.perf_counter() - begun)
            except (OSError, EOFError, asyncio.TimeoutError):
                self.close()
        return Reply(b"", time.perf_counter() - begun)

    def close(self):
        if self.streams:
            self.streams[1].transport.abort()
        self.streams = None
