"""Floods before authentication: heads and bodies that never end, silent connections, and all connections in use."""

import asyncio, contextlib
from collections import Counter

from lab import free_port

from .client import HOST, PersistentConnection, Reply, connect, network_address, post
from .sockets import ADDRESSES, another_user_connects

CONNECTIONS = 256
# Slightly fewer connections than all networks together may have with this memory: with more, even /healthz would wait for a
# free connection, which is the subject of the flood `full`.
CLIENTS = 1_900


async def held(attack, count, address, send, seconds):
    """Opens `count` connections that send something and wait for `seconds`, and counts what they received.

    The connections of one address are opened all at once, those of many addresses are not: only the accept queue of the
    system limits how many connections all networks together open at once, and a client that does not fit into it tries
    again after a second.
    """
    at_once = count if address is ADDRESSES["one address"] else 250

    async def one(n):
        writer = answer = None
        try:
            reader, writer = await asyncio.wait_for(connect(attack.port, address(n)), 10)
            answer = asyncio.create_task(reader.read(4096))
            with contextlib.suppress(ConnectionError):
                await send(writer, answer)
            done, _ = await asyncio.wait([answer], timeout=seconds)
            return Reply(answer.result(), 0).outcome if done else "held"
        except (OSError, asyncio.TimeoutError) as error:
            return "disconnected" if isinstance(error, ConnectionError) else type(error).__name__
        finally:
            if answer and answer.done():
                answer.exception()  # Python logs an exception that is never read.
            elif answer:
                answer.cancel()
            if writer:
                writer.transport.abort()

    found = []
    tasks = []
    for start in range(0, count, at_once):
        tasks += [asyncio.create_task(one(n)) for n in range(start, min(start + at_once, count))]
        await asyncio.sleep(0.05)
    for task in tasks:
        found.append(await task)
    return Counter(found)


async def heads(attack):
    """1,000 heads of 390 kB that never end, as one line and as many lines."""
    shapes = {
        "one long line": (b"GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: ", b"y" * 13_000),
        "many lines": (b"GET /healthz HTTP/1.1\r\nhost: x\r\n", b"x-line: y\r\n" * 1_200),
        "a long path": (b"GET /", b"y" * 13_000),
        "short lines": (b"GET /healthz HTTP/1.1\r\nhost: x\r\n", b"a:\r\n" * 3_000),
    }
    for shape, (start, more) in list(shapes.items())[: 1 if attack.quick else 4]:
        for where, address in ADDRESSES.items():

            async def send(writer, answer):
                writer.write(start)
                for _ in range(30):
                    if answer.done():
                        return
                    writer.write(more)
                    await writer.drain()

            count = 400 if attack.quick else 1_000
            attack.restart()
            outcomes = await held(attack, count, address, send, 0.5 if attack.quick else 3)
            attack.outcomes.update(outcomes)
            attack.flooded(f"{count} heads from {where}, {shape}", 64)

    async def send_and_wait(writer, answer):
        writer.write(b"GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: " + b"y" * 15_000)
        await writer.drain()

    count = 400 if attack.quick else CLIENTS
    attack.restart()
    attack.outcomes.update(await held(attack, count, ADDRESSES["64 addresses"], send_and_wait, 1 if attack.quick else 3))
    attack.flooded(f"{count} idle heads of 15 kB", 160)


async def bodies(attack):
    """4,000 connections of one address, and 1,900 of 64 addresses, that send 63 kB of a body of 64 kB."""
    head = b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    parts = {
        "declared": post(b" " * 64_000)[:-1_000],
        "in large chunks": head + (b"1000\r\n" + b" " * 4_096 + b"\r\n") * 15,
        "in small chunks": head + b"1\r\n \r\n" * 60_000,
    }
    for shape, part in list(parts.items())[: 1 if attack.quick else 3]:

        async def send(writer, answer):
            writer.write(part)
            await writer.drain()

        for where, address in ADDRESSES.items():
            attack.restart()
            count = 1_000 if attack.quick else 4_000 if where == "one address" else CLIENTS
            outcomes = await held(attack, count, address, send, 0.5 if attack.quick else 2)
            attack.outcomes.update(outcomes)
            await another_user_connects(attack, f"bodies {shape} from {where}")
            attack.flooded(f"bodies {shape} from {where}", 100)


async def silent(attack):
    """3,000 silent connections from one address, where 1,024 are allowed, and 200 clients that reconnect repeatedly."""

    async def nothing(writer, answer):
        pass

    first = asyncio.create_task(held(attack, 3_000, ADDRESSES["one address"], nothing, 3))
    await asyncio.sleep(1.5)
    await another_user_connects(attack, "silent connections")
    attack.outcomes.update(await first)
    attack.flooded("3,000 silent connections", 64)

    if attack.quick:
        return
    attack.restart()
    until = asyncio.get_running_loop().time() + 5

    async def reconnect(n):
        while asyncio.get_running_loop().time() < until:
            attack.outcomes.update(await held(attack, 1, ADDRESSES["one address"], nothing, 0.2))
            await asyncio.sleep(0.05)

    await asyncio.gather(*[reconnect(n) for n in range(200)])
    attack.flooded("clients that reconnect", 64)


async def status(port, path):
    """The status of the response."""
    kept = PersistentConnection(port, "127.0.0.1")
    reply = await kept.ask(b"GET %s HTTP/1.1\r\nhost: x\r\n\r\n" % path)
    kept.close()
    return reply.status


async def full(attack):
    """All connections are in use: the metrics listener still answers health checks."""
    port = free_port()
    attack.settings["METRICS_BIND"], attack.settings["MAX_CONNECTIONS"] = f"{HOST}:{port}", CONNECTIONS
    attack.probe_port = port
    attack.restart()
    for path in (b"/healthz", b"/readyz", b"/metrics"):
        if (code := await status(port, path)) != "200":
            attack.wrong(f"{path.decode()} of the metrics listener has the status {code}")
    until = asyncio.get_running_loop().time() + (2 if attack.quick else 8)
    answered = Counter()

    async def keep(n):
        kept = PersistentConnection(attack.port, network_address(n % 128))
        while asyncio.get_running_loop().time() < until:
            reply = await kept.ask(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
            answered[reply.outcome] += 1
            await asyncio.sleep(1)
        kept.close()

    await asyncio.gather(*[keep(n) for n in range(CONNECTIONS * 3 // 2)])
    attack.outcomes.update(answered)
    for path in (b"/healthz", b"/readyz"):
        if (code := await status(port, path)) != "200":
            attack.wrong(f"{path.decode()} of the metrics listener has the status {code} while all connections are in use")
    attack.flooded("all connections in use", 64)
