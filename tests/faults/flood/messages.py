"""Floods over open WebSockets and connections: expensive documents, and clients that do not read responses."""

import asyncio, contextlib, json, socket

from .client import HOST, ask, body, connect, network_address, post
from .errors import KINDS, write
from .introspection import STARTS, CIRCLES, path, wide
from .products import entities, sessions
from .sockets import close, another_user_connects, several
from .websocket import ask_by_socket


async def socket_documents(attack):
    """The most expensive documents of the other floods, over WebSockets."""
    payloads = [(what, {"query": document}) for what, document in [*wide(), *sessions(100)]]
    for way in ("possibleTypes/interfaces", "fields/type"):
        payloads += [(f"6 × {way}", {"query": path(STARTS[start], CIRCLES[way] * 6)}) for start in ("UserError", "types")]
    payloads += [(what, json.loads(text)) for what, text in entities(attack.user())]
    payloads += [(f"28 × {what}", {"query": write(template, 28)}) for what, template in KINDS.items()]
    payloads += [(what, {"query": write(template)}) for what, template in KINDS.items()]
    for what, payload in payloads[:: 3 if attack.quick else 1]:
        size = len(json.dumps(payload))
        await attack.measured(what, size, ask_by_socket(attack.port, attack.token(), payload))


async def unread(attack):
    """WebSockets that subscribe repeatedly and read nothing, and connections that send 1,000 requests and read nothing."""
    opened, _ = await several(attack, 20, lambda n: network_address(n), attack.token())
    longest = {"query": '{verifyToken(token:"%s"){message}}' % ("x" * 1_000)}

    async def write_on(writer, what):
        writer.write(what)
        try:
            await asyncio.wait_for(writer.drain(), 3)
        except (OSError, asyncio.TimeoutError):
            pass

    for n in range(200 if attack.quick else 1_500):
        for socket in opened:
            socket.send({"type": "ping", "payload": {"x": "y" * 500}})
            socket.send({"type": "subscribe", "id": f"{n}", "payload": longest})
    await asyncio.gather(*[write_on(socket.writer, b"") for socket in opened])
    await asyncio.sleep(1)
    await another_user_connects(attack, "sockets that read nothing")
    attack.flooded("20 sockets that read nothing", 64)
    close(opened)

    requests = post(body(longest["query"]), keep=True) * (200 if attack.quick else 1_000)
    streams = []
    for n in range(60):
        try:
            streams.append(await connect(attack.port, network_address(n % 16)))
        except OSError:
            attack.outcomes["not connected"] += 1
    await asyncio.gather(*[write_on(writer, requests) for _, writer in streams])
    await asyncio.sleep(1)
    attack.flooded("60 connections that read nothing", 64)
    for _, writer in streams:
        writer.transport.abort()


async def not_read(attack, requests):
    """Clients that request the largest response among those that the server creates quickly, and do not read it."""
    replies = [
        (await ask(attack.port, request.replace(b"host: x", b"host: x\r\nconnection: close")), request)
        for request in requests
    ]
    quick = [(reply.size, request) for reply, request in replies if reply.took < 0.02 * attack.patience]
    size, request = max((size, request) for size, request in quick if size <= 1 << 20)
    attack.note(f"the largest of these responses has {size:,} bytes")

    async def one(n, addresses):
        raw = socket.socket()
        raw.setblocking(False)
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
        raw.bind((network_address(n % addresses), 0))
        with contextlib.suppress(OSError, asyncio.TimeoutError):
            loop = asyncio.get_running_loop()
            await asyncio.wait_for(loop.sock_connect(raw, (HOST, attack.port)), 3)
            await asyncio.wait_for(loop.sock_sendall(raw, request), 3)
        return raw

    # A debug build needs seconds for a hundred of them.
    few = attack.quick or attack.patience > 1
    for count, addresses in ((30, 1),) if few else ((250, 1), (250, 64), (500, 64), (1_000, 64), (1_900, 64)):
        attack.restart()
        opened = await asyncio.gather(*[one(n, addresses) for n in range(count)])
        await asyncio.sleep(1 if attack.quick else 5)
        attack.flooded(f"{count} unread responses, from {addresses} addresses", 160)
        for raw in opened:
            raw.close()


async def unread_responses(attack):
    """Clients of one user that request the longest list of sessions and do not read it."""
    await attack.logins("ada", 10 if attack.quick else 99)
    await not_read(attack, [post(body(document), attack.token(), keep=True) for _, document in sessions(100)])


async def unread_schema(attack):
    """Clients without a token that request the largest parts of the schema and do not read them."""
    texts = [body(document) for _, document in wide()] + [text for _, text in entities(attack.user())]
    await not_read(attack, [post(text, keep=True) for text in texts])
