"""Floods that fill the log: long requests, refused requests, and WebSockets while the database is down."""

import asyncio, os, re, time
from collections import Counter

from .client import PersistentConnection, body, network_address, post
from .sockets import answering, close, several

# The number of lines that a flood may write at once and in each further second, and the bytes of one line.
AT_ONCE, EACH_SECOND, MOST_LINE = 75, 25, 2_000


class Lines:
    """The lines of the server's log since this object was created."""

    def __init__(self, attack):
        self.attack, self.server = attack, attack.server
        self.from_byte, self.begun = os.path.getsize(self.server.log_file), time.monotonic()

    def check(self, when):
        if self.attack.revive(when):
            return
        time.sleep(0.1)
        with open(self.server.log_file, "rb") as log:
            log.seek(self.from_byte)
            lines = log.read().splitlines()
        longest, total = max(map(len, lines), default=0), sum(map(len, lines))
        self.attack.note(f"{when}: {len(lines)} lines, {total:,} bytes, the longest {longest}")
        if len(lines) > AT_ONCE + EACH_SECOND * (time.monotonic() - self.begun) or longest > MOST_LINE:
            what = Counter(
                re.sub(rb"^\S+ +|\x1b\[[0-9;]*m|[0-9a-f-]{8,}|y{9,}.*", b"", line)[:70].strip() for line in lines
            )
            most_common = ", ".join(f"{times} × {line.decode(errors='replace')!r}" for line, times in what.most_common(2))
            self.attack.wrong(f"{when}: {len(lines)} lines, {total:,} bytes, the longest {longest}: {most_common}")


async def repeat(attack, count, request, clients=4):
    """Sends the same request `count` times, over a few connections."""

    async def one():
        kept = PersistentConnection(attack.port)
        for _ in range(count // clients):
            attack.saw(await kept.ask(request), "a request")
        kept.close()

    await asyncio.gather(*[one() for _ in range(clients)])


def get(path, header=b""):
    return b"GET %s HTTP/1.1\r\nhost: x\r\n%s\r\n" % (path, header)


async def long_lines(attack):
    """1,000 requests with paths of 60 kB and of 10 kB, and with other long parts."""
    count, long = 150 if attack.quick else 1_000, b"y" * 10_000
    requests = {
        "paths of 60 kB": get(b"/" + b"y" * 60_000),
        "paths of 10 kB": get(b"/" + long),
        "short paths": get(b"/not-there"),
        "query strings of 10 kB": get(b"/not-there?" + long),
        "links with invalid documents": get(b"/graphql?query={" + long + b"}"),
        "methods of 10 kB": long + b" / HTTP/1.1\r\nhost: x\r\n\r\n",
        "a user agent of 10 kB": get(b"/not-there", b"user-agent: " + long + b"\r\n"),
        "a request id of 10 kB": get(b"/not-there", b"x-request-id: " + long + b"\r\n"),
        "a forwarded address of 10 kB": get(b"/not-there", b"x-forwarded-for: " + long + b"\r\n"),
        "an origin of 10 kB": get(b"/graphql", b"origin: https://" + long + b"\r\n"),
        "an operation name of 10 kB": post(body("{a}", operationName="y" * 10_000), keep=True),
        "a login of a name of 10 kB": post(
            body('mutation{login(input:{identifier:"%s",password:"x"}){__typename}}' % ("y" * 10_000)), keep=True
        ),
        "bodies that are not JSON": post(b"y" * 1_000, keep=True),
        "tokens of 10 kB": post(body("{profile{id}}"), "y" * 10_000, keep=True),
    }
    for what, request in requests.items():
        lines = Lines(attack)
        await repeat(attack, count // 10 if b"login" in request else count, request)
        lines.check(what)


async def refusals(attack):
    """Operations that the caller may not do, 20 times in a request, repeatedly."""
    other, count = attack.user("grace"), 20 if attack.quick else 200

    def twenty(field):
        return "{" + " ".join(f"a{n}:{field}" for n in range(20)) + "}"

    update = f'updateProfile(input:{{userId:"{other}",displayName:"x"}}){{__typename}}'
    requests = {
        "profiles of another user": (twenty(f'profile(userId:"{other}"){{id}}'), attack.token()),
        "changes of another user": ("mutation" + twenty(update), attack.token()),
        "profiles without a token": (twenty("profile{id}"), None),
        "profiles with a bad token": (twenty("profile{id}"), "bad"),
        "refreshes with a bad token": ("mutation" + twenty('refreshToken(input:{refreshToken:"x"}){__typename}'), None),
        "bad tickets": ("mutation" + twenty('verifyEmail(input:{token:"x"}){__typename}'), None),
        "unknown sessions": (
            "mutation" + twenty('revokeSession(input:{sessionId:"x"}){__typename}'),
            attack.token(),
        ),
        "changes that change nothing": (
            "mutation" + twenty('updateProfile(input:{displayName:"a"}){__typename}'),
            attack.token(),
        ),
    }
    for what, (document, token) in requests.items():
        lines = Lines(attack)
        await repeat(attack, count, post(body(document), token, keep=True))
        lines.check(what)
    lines = Lines(attack)
    for _ in range(1 if attack.quick else 3):
        opened, refused = await several(attack, 200, lambda n: network_address(n % 64), "bad")
        attack.outcomes.update({f"a socket {outcome}": times for outcome, times in refused.items()})
        close(opened)
    lines.check("sockets with a bad token")


async def database_down(attack):
    """200 WebSockets of ten users with subscriptions, while PostgreSQL is down for 20 seconds."""
    seconds, opened = 5 if attack.quick else 20, []
    for n in range(10):
        token = (await asyncio.to_thread(attack.server.register, f"user{n}")).tokens["accessToken"]
        some, refused = await several(attack, 20, lambda m: network_address(n), token)
        opened += some
        attack.outcomes.update({f"a socket {outcome}": times for outcome, times in refused.items()})
    for socket in opened:
        socket.send({"type": "subscribe", "id": "1", "payload": {"query": "subscription{sessionEnded{id}}"}})
    await asyncio.sleep(1)
    lines = Lines(attack)
    await asyncio.to_thread(attack.postgres.stop)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(attack.postgres.start)
    await asyncio.sleep(2)
    attack.note(f"{len(opened)} sockets, {len(await answering(opened))} of them open afterwards")
    lines.check(f"PostgreSQL down for {seconds} s")
    attack.flooded("PostgreSQL down", 64)
    close(opened)
