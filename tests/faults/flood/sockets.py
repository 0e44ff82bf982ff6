"""Thousands of WebSockets: without a token, of one account, and with subscriptions of one user."""

import asyncio, time
from collections import Counter

from lab import LOGOUT

from .client import FLOODER, OTHER, ask, body, network_address, post
from .websocket import Refused, WebSocket

# The number of WebSockets that one user may have open.
SOCKETS = 20


async def several(attack, count, address, token=None, first=b""):
    """Opens `count` WebSockets, 200 at a time, each of which sends `first`. Returns the open ones, and why others failed."""

    async def one(n):
        try:
            socket = await asyncio.wait_for(WebSocket.open(attack.port, address(n), token), 10)
            socket.writer.write(first)
            return socket
        except Refused as refused:
            return str(refused)
        except (OSError, asyncio.TimeoutError) as error:
            return type(error).__name__

    found = []
    for start in range(0, count, 200):
        found += await asyncio.gather(*[one(n) for n in range(start, min(start + 200, count))])
    return [one for one in found if not isinstance(one, str)], Counter(one for one in found if isinstance(one, str))


async def another_user_connects(attack, when):
    """Expects that another user can connect with a token, from another address, within a second."""
    begun = time.monotonic()
    try:
        socket = await asyncio.wait_for(WebSocket.open(attack.port, OTHER, attack.token("grace")), 5)
        socket.close()
        problem = ""
    except (Refused, OSError, asyncio.TimeoutError) as error:
        problem = f"{type(error).__name__} {error}"
    took = time.monotonic() - begun
    if (problem or took > 1) and not attack.revive(when):
        attack.wrong(f"{when}: another user's socket {problem or 'is open'} after {took:.1f} s")


def close(sockets):
    for socket in sockets:
        socket.close()


ADDRESSES = {"one address": lambda n: FLOODER, "64 addresses": lambda n: network_address(n % 64)}


async def handshakes(attack):
    """1,500 and 2,048 handshakes without a token, from one address and from 64."""
    for count in (1_000,) if attack.quick else (1_500, 2_048):
        for where, address in ADDRESSES.items():
            when = f"{count} handshakes from {where}"
            attack.restart()
            begun = time.monotonic()
            opened, refused = await several(attack, count, address)
            attack.note(f"{when}: {len(opened)} open after {time.monotonic() - begun:.1f} s, others {dict(refused)}")
            await another_user_connects(attack, when)
            await asyncio.sleep(0.5)
            attack.flooded(when, 60)
            close(opened)


HALF_A_MESSAGE = b"\x81\xff" + (64_000).to_bytes(8, "big") + bytes(4) + b" " * 63_000


async def half_messages(attack):
    """600 to 1,900 WebSockets without a token that each send 63 kB of a message of 64 kB."""
    for count in (600,) if attack.quick else (600, 1_200, 1_900):
        for where, address in ADDRESSES.items():
            when = f"{count} half messages from {where}"
            attack.restart()
            opened, refused = await several(attack, count, address, first=HALF_A_MESSAGE)
            attack.outcomes.update({f"a socket {outcome}": times for outcome, times in refused.items()})
            await asyncio.sleep(0.5)
            await another_user_connects(attack, when)
            attack.flooded(when, 100)
            close(opened)


async def answering(sockets):
    """The sockets that are still open: the server answers a ping."""

    async def one(socket):
        socket.send({"type": "ping"})
        while True:
            message = await socket.next()
            if message.get("type") == "pong" or "closed" in message:
                return "closed" not in message

    async def soon(socket):
        try:
            return await asyncio.wait_for(one(socket), 5)
        except asyncio.TimeoutError:
            return False

    answers = await asyncio.gather(*[soon(socket) for socket in sockets])
    return [socket for socket, answered in zip(sockets, answers) if answered]


async def account_sockets(attack):
    """One account opens as many WebSockets as it can, from one address and from 64."""
    for where, address in ADDRESSES.items():
        when = f"sockets of one account from {where}"
        attack.restart()
        opened, refused = await several(attack, 300 if attack.quick else 2_100, address, attack.token())
        await another_user_connects(attack, when)
        left = await answering(opened)
        attack.note(f"{when}: {len(opened)} were opened, {len(left)} are open, others {dict(refused)}")
        if len(left) > SOCKETS:
            attack.wrong(f"{when}: {len(left)} are open, where {SOCKETS} are allowed")
        if not left and not attack.revive(when):
            attack.wrong(f"{when}: none is open")
        attack.flooded(when, 64)
        close(opened)


def transactions(attack):
    """The number of transactions of the server's database, or 0 for SQLite."""
    if not attack.postgres:
        return 0
    name = attack.settings["DATABASE_URL"].rpartition("/")[2]
    query = f"SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = '{name}'"
    return int(attack.postgres.sql(query))


async def subscriptions(attack):
    """300 WebSockets × 10 subscriptions of one user, while sessions of that user end."""
    ending = await attack.logins("ada", 3 if attack.quick else 20)
    opened, refused = await several(
        attack, 60 if attack.quick else 300, lambda n: network_address(n // 8), attack.token()
    )
    opened = await answering(opened)
    for socket in opened:
        for n in range(10):
            socket.send({"type": "subscribe", "id": str(n), "payload": {"query": "subscription{sessionEnded{id}}"}})
    await asyncio.sleep(1)
    attack.note(f"{len(opened)} sockets are open, others {dict(refused)}")
    attack.meter.begin()
    before = transactions(attack)

    async def receive(socket):
        """Counts the notifications of each subscription."""
        notifications = Counter()
        while sum(notifications.values()) < 10 * len(ending):
            message = await socket.next()
            if "closed" in message:
                break
            if message.get("type") == "next":
                notifications[message["id"]] += 1
        return notifications

    receiving = [asyncio.create_task(receive(socket)) for socket in opened]
    slowest = 0
    for token in ending:
        reply = await ask(attack.port, post(body(LOGOUT), token), OTHER)
        attack.saw(reply, "logout")
        begun = time.monotonic()
        answer = await asyncio.to_thread(attack.server.login, "grace")
        attack.outcomes[f"login {answer.outcome}"] += 1
        slowest = max(slowest, time.monotonic() - begun)
    done, late = await asyncio.wait(receiving, timeout=10) if receiving else ((), ())
    for task in late:
        task.cancel()
    notifications = sum(sum(task.result().values()) for task in done)
    expected = len(opened) * 10 * len(ending)
    growth, cpu = attack.meter.end()
    statements = transactions(attack) - before
    attack.note(
        f"{len(ending)} sessions ended: {notifications} of {expected} notifications, another user's login within {slowest:.2f} s, "
        f"{cpu / len(ending):.3f} s of CPU for each" + f", {statements} transactions" * bool(statements)
    )
    if late:
        attack.wrong(f"{len(late)} of {len(opened)} sockets did not receive all notifications")
    if slowest > 1.2:
        attack.wrong(f"another user's login took {slowest:.1f} s meanwhile")
    if statements > 60 * len(ending):
        attack.wrong(f"{statements} transactions for {len(ending)} ended sessions and as many logins")
    attack.flooded("subscriptions", 64)
    close(opened)
