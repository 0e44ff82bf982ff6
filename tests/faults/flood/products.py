"""Responses whose size is a product: root fields × lengths of lists × lengths of names × number of fields."""

import asyncio, json

from .client import Reply, body, connect, post

# The maximum size of a body, in bytes.
BODY = 65_000

USER = "id username displayName createdAt updatedAt email emailVerified __typename"


def times(count, what):
    """Repeats a text; `#` becomes a number."""
    return " ".join(what.replace("#", str(n)) for n in range(count))


def named(count, length, field):
    """A field under `count` aliases of this length."""
    return " ".join(f"{'n' * (length - 3)}{n:03}:{field}" for n in range(count))


def representations(user, most):
    """Representations of a user, as many as fit into `most` bytes."""
    one = {"__typename": "User", "id": user}
    return [one] * (most // (len(json.dumps(one, separators=(",", ":"))) + 1))


def entities(user):
    """The query of a gateway, far too often."""
    asked = "x#:_entities(representations:$r)"
    for count, length in ((15, 28_000), (1, 28_000), (20, 64), (4, 64)):
        names = named(1 if length > 64 else 20 // max(1, count // 10), length, "id")
        query = f"query($r:[_Any!]!){{{times(count, asked + '{...F}')}}}fragment F on User{{{names}}}"
        most = BODY - len(query) - 100
        for some in {most, 35_600} if most > 36_000 else {most}:
            variables = {"r": representations(user, some)}
            yield f"{count} × _entities × {len(variables['r'])} × names of {length} bytes", body(query, variables)
    query = f"query($r:[_Any!]!){{{times(20, asked + '{...on User{' + USER + '}}')}}}"
    yield "20 × _entities × every field", body(query, {"r": representations(user, BODY - len(query) - 100)})
    literal = ",".join([f'{{__typename:"User",id:"{user}"}}'] * 450)
    yield "_entities × 450 literals", body(f"{{_entities(representations:[{literal}]){{...on User{{{USER}}}}}}}")
    unknown = [{"__typename": "n" * 60, "id": str(n)} for n in range(600)]
    query = f"query($r:[_Any!]!){{{times(20, asked + '{__typename}')}}}"
    yield "_entities × 600 unknown types", body(query, {"r": unknown})
    yield "_entities × 15,000 empty representations", body(query, {"r": [{}] * 15_000})
    yield "20 × _service", body(f"{{{times(20, 's#:_service{sdl}')}}}")
    yield "30 × sdl under long names", body(f"{{_service{{{named(30, 64, 'sdl')}}}}}")


def sessions(first):
    """A page of sessions, selected in several ways, with every field under long names."""
    node = "id createdAt current endedAt expiresAt ipAddress lastUsedAt userAgent"
    page = f"s#:sessions(first:{first})"
    both = f"{{edges{{cursor node{{{node}}}}}nodes{{{node}}}pageInfo{{endCursor}}}}"
    yield "20 × sessions, edges and nodes", f"{{{times(20, page + both)}}}"
    yield "sessions, edges and nodes", f"{{{times(1, page + both)}}}"
    for length in (28_000, 1_000, 64):
        names = named(1 if length > 9_000 else 28, length, "userAgent")
        yield f"sessions × names of {length} bytes", f"{{sessions(first:{first}){{edges{{node{{{names}}}}}}}}}"
        inside = "{edges{node{...F}}nodes{...F}}"
        each = f"fragment F on Session{{{named(1 if length > 9_000 else 20, length, 'userAgent')}}}"
        yield f"15 × sessions × names of {length} bytes", f"{{{times(15, page + inside)}}}{each}"
    same = times(150, "nodes{userAgent}")
    yield "150 × the same nodes", f"{{sessions(first:{first}){{{same}}}}}"
    many = times(28, "n#:nodes{userAgent id}")
    yield "28 × nodes", f"{{sessions(first:{first}){{{many}}}}}"


def single(user, token):
    """Fields that are not lists, under long names."""
    for length in (28_000, 1_000, 64):
        name = named(1, length, "id")
        yield f"20 × node × names of {length} bytes", times(
            20, f'n#:node(id:"{user}"){{...F}}'
        ), f"fragment F on User{{{name}}}"
        yield f"20 × profile × names of {length} bytes", times(20, "p#:profile{...F}"), f"fragment F on User{{{name}}}"
    claims = "claims{aud emailVerified exp iat iss jti sid sub}user{" + USER + "}"
    yield "20 × verifyToken", times(20, f'v#:verifyToken(token:"{token}"){{valid {claims}}}'), ""
    yield "every field of a profile, 450 times", f"profile{{{times(50, USER)}}}", ""


def all_products(user, token, first):
    """Every product as (what, body, token)."""
    for what, text in entities(user):
        yield what, text, None
        yield f"{what}, with a token", text, token
    for what, query in sessions(first):
        yield what, body(query), token
    for what, query, fragment in single(user, token):
        yield what, body(f"{{{query}}}{fragment}"), token
        yield f"{what}, without a token", body(f"{{{query}}}{fragment}"), None


async def products(attack):
    """Lists × names × root fields, with and without a token. `_entities` is enabled only in the flood `gateway`."""
    await attack.logins("ada", 10 if attack.quick else 99)
    await attack.all(all_products(attack.user(), attack.token(), 100))


async def gateway(attack):
    """The same with `FEDERATION=true`, and the usual request of a gateway, which must succeed."""
    user = attack.user()
    query = "query($r:[_Any!]!){_entities(representations:$r){...on User{id username displayName}}}"
    for count in (1, 30, 100):
        usual = await attack.one(
            f"a usual request, {count}", body(query, {"r": [{"__typename": "User", "id": user}] * count})
        )
        if usual.outcome != "200":
            attack.wrong(f"a gateway's usual request for {count} users had the outcome {usual.outcome}")
    await attack.all([(what, text, None) for what, text in entities(user)])


async def slow_readers(attack):
    """Eight clients that request as much as they can, and read a kilobyte ten times a second."""
    user = attack.user()
    large = [text for what, text in entities(user) if " × _entities" in what]
    attack.meter.begin()

    async def slow(n):
        request = post(large[n % len(large)])
        try:
            reader, writer = await connect(attack.port)
            writer.write(request)
            raw = b""
            for _ in range(20 if attack.quick else 60):
                part = await asyncio.wait_for(reader.read(1024), 8)
                if not part:
                    break
                raw += part
                await asyncio.sleep(0.1)
            attack.saw(Reply(raw, 0), "the beginning of a slow response")
            writer.transport.abort()
        except (OSError, asyncio.TimeoutError) as error:
            attack.outcomes[type(error).__name__] += 1

    for n in range(len(large) if not attack.quick else 3):
        attack.restart()
        await asyncio.gather(*[slow(n) for _ in range(8)])
        if attack.revive(f"8 slow readers, {n + 1}"):
            continue
        attack.flooded(f"8 slow readers, {n + 1}", 100)
