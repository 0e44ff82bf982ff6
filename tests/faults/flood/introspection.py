"""Documents that follow circular paths through the schema, without a token."""

import asyncio, random

from .client import ask, body, post

# Fields that lead from a type to types.
CIRCLES = {
    "possibleTypes/interfaces": ("possibleTypes", "interfaces"),
    "interfaces/possibleTypes": ("interfaces", "possibleTypes"),
    "fields/type": ("fields", "type"),
    "fields/type/ofType": ("fields", "type", "ofType"),
    "fields/type/ofType/ofType": ("fields", "type", "ofType", "ofType"),
    "fields/args/type/ofType": ("fields", "args", "type", "ofType"),
    "inputFields/type/ofType": ("inputFields", "type", "ofType"),
    "fields/type/possibleTypes": ("fields", "type", "possibleTypes"),
    "fields/type/ofType/interfaces/possibleTypes": ("fields", "type", "ofType", "interfaces", "possibleTypes"),
}
STARTS = {
    "UserError": '__type(name:"UserError")',
    "Query": '__type(name:"Query")',
    "LoginResult": '__type(name:"LoginResult")',
    "types": "__schema{types",
    "queryType": "__schema{queryType",
    "directives": "__schema{directives{args{type",
}


def path(start, fields, leaf="name"):
    """A document that selects these fields, each nested in the one before."""
    return closed("{" + "{".join([start, *fields]) + "{" + leaf)


def closed(opened):
    """The same text with every brace closed."""
    return opened + "}" * (opened.count("{") - opened.count("}"))


def fragments(start, way, rounds):
    """The same with fragments, each of which spreads the next one."""
    text = path(start, [], "...F0")
    for n in range(rounds):
        inner = f"...F{n + 1}" if n + 1 < rounds else "name"
        text += f" fragment F{n} on __Type" + closed("{" + "{".join(way) + "{" + inner)
    return text


def circles(rounds):
    """Every circle: written out, with fragments, and with inline fragments."""
    for start, opened in STARTS.items():
        for way, fields in CIRCLES.items():
            for times in rounds:
                name = f"{start}, {times} × {way}"
                yield name, path(opened, fields * times)
                yield f"{name}, by fragments", fragments(opened, fields, times)
    for times in rounds:
        inline = path(STARTS["UserError"], ["possibleTypes", "...on __Type", "interfaces", "..."] * times)
        yield f"inline fragments, {times} rounds", inline


def wide():
    """Flat documents that select the schema many times or under long names."""
    kilobytes = "a" * 28_000
    whole = "types{name description fields{name description args{name description type{name}}type{name}}}"
    yield "20 × __schema with all of it", "{" + " ".join(f"a{n}:__schema{{{whole}}}" for n in range(20)) + "}"
    yield "4 × __schema with all of it", "{" + " ".join(f"a{n}:__schema{{{whole}}}" for n in range(4)) + "}"
    yield "30 × __type", "{" + " ".join(
        f'a{n}:__type(name:"Query"){{fields{{name type{{name}}}}}}' for n in range(30)
    ) + "}"
    yield "a name of 28 kB below types", f"{{__schema{{types{{{kilobytes}:name}}}}}}"
    yield "a name of 28 kB below fields", f"{{__schema{{types{{fields{{{kilobytes}:name}}}}}}}}"
    for length in (64, 60):
        long = " ".join(f"{'b' * (length - 3)}{n:03}:name" for n in range(30))
        yield f"30 names of {length} bytes below fields", f"{{__schema{{types{{fields{{{long}}}}}}}}}"
        yield "the same in args", f"{{__schema{{types{{fields{{args{{{long}}}}}}}}}}}"
    many = " ".join(["__typename"] * 400)
    yield "400 × __typename below fields", f"{{__schema{{types{{fields{{{many}}}}}}}}}"
    same = "{__schema{types{" + " ".join(["fields{name description}"] * 150) + "}}}"
    yield "150 × the same fields", same
    yield "12 × ofType", path("__schema{types{fields{type", ["ofType"] * 12)
    deprecated = " ".join(f"f{n}:fields(includeDeprecated:true){{name description}}" for n in range(28))
    yield "28 × fields below types", f"{{__schema{{types{{{deprecated}}}}}}}"
    values = " ".join(f"f{n}:enumValues(includeDeprecated:true){{name description}}" for n in range(28))
    yield "28 × enumValues below types", f"{{__schema{{types{{{values}}}}}}}"
    root = " ".join(f"t{n}:mutationType{{fields{{name description}}}}" for n in range(18))
    yield "18 × the type of mutations", f"{{__schema{{{root}}}}}"


TYPE_FIELDS = {
    "__Type": ("fields", "interfaces", "possibleTypes", "inputFields", "ofType", "enumValues"),
    "__Field": ("args", "type"),
    "__InputValue": ("type",),
    "__EnumValue": (),
}
LEADS_TO = {
    "fields": "__Field", "interfaces": "__Type", "possibleTypes": "__Type", "inputFields": "__InputValue",
    "ofType": "__Type", "enumValues": "__EnumValue", "args": "__InputValue", "type": "__Type",
}  # fmt: skip


def random_selection(chance, kind, depth):
    """A random selection of an introspection type, partly in fragments and under long names."""
    fields = [f"{'c' * chance.randrange(1, 64)}:name" if chance.random() < 0.3 else "name"]
    for field in chance.sample(TYPE_FIELDS[kind], min(len(TYPE_FIELDS[kind]), chance.choice((1, 1, 1, 2, 3)))):
        if depth:
            inner = random_selection(chance, LEADS_TO[field], depth - 1)
            alias = f"{'d' * chance.randrange(1, 40)}:" if chance.random() < 0.1 else ""
            written = f"{alias}{field}{{{inner}}}"
            fields.append(f"...on {kind}{{{written}}}" if chance.random() < 0.2 else written)
    return " ".join(fields)


def randomly(seed, count):
    """Random paths through the introspection schema."""
    chance = random.Random(seed)
    for n in range(count):
        start = chance.choice([*list(STARTS.values())[:5], "__schema{types"])
        yield f"path {n} of seed {seed}", path(start, [], random_selection(chance, "__Type", chance.randrange(2, 15)))


async def introspection(attack):
    """Circles, flat documents and random paths, one after the other."""
    seed = random.randrange(1 << 30)
    attack.note(f"seed {seed}")
    documents = [*circles((3, 6) if attack.quick else (1, 2, 3, 4, 5, 6, 9)), *wide()]
    documents += randomly(seed, 40 if attack.quick else 300)
    await attack.all([(what, body(document), None) for what, document in documents])


async def introspection_together(attack):
    """Several expensive documents at once, and one whose client does not wait for the response."""
    worst = [
        path(STARTS["UserError"], CIRCLES["possibleTypes/interfaces"] * 6),
        path(STARTS["types"], CIRCLES["fields/type/ofType"] * 6),
        fragments(STARTS["types"], CIRCLES["fields/type"], 9),
        dict(wide())["20 × __schema with all of it"],
    ]
    for n, document in enumerate(worst[:: 3 if attack.quick else 1]):
        attack.restart()
        for reply in await asyncio.gather(*[ask(attack.port, post(body(document))) for _ in range(2)]):
            attack.saw(reply, "two at once")
        attack.flooded(f"two at once, {n + 1}", 100)
        await attack.is_idle(f"two at once, {n + 1}")
        attack.outcomes[(await ask(attack.port, post(body(document)), seconds=0.3)).outcome] += 1
        await attack.is_idle(f"a client that left after 0.3 s, {n + 1}", 1)
        attack.meter.begin()
