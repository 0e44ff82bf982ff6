"""Documents with as many errors of one kind as fit: every message repeats a part of the document."""

import json

from .client import body

LONG = "n" * 60
LONGEST = "n" * 20_000


def fill(what, most=31_000, times=None):
    """Repeats a text, with another number in place of `#`, until the document is full or `times` times."""
    pieces, length, n = [], 0, 0
    while length < most and n != times:
        pieces.append(what.replace("#", str(n)))
        length += len(pieces[-1]) + 1
        n += 1
    return " ".join(pieces)


# A document for each validation rule. The part between ⟨ and ⟩ is repeated until the document is full.
KINDS = {
    "spreads of one unknown fragment": "{⟨...A⟩}",
    "spreads of unknown fragments": "{⟨...A#⟩}",
    "spreads of unknown fragments with long names": "{⟨..." + LONG + "#⟩}",
    "unknown fields": "{⟨f#⟩}",
    "one unknown field": "{⟨f⟩}",
    "unknown fields with long names": "{⟨" + LONG + "#⟩}",
    "unknown fields that look like known ones": "{profile{⟨usernam#⟩}}",
    "unknown arguments": '{verifyToken(token:"" ⟨a#:1⟩){valid}}',
    "unknown arguments with long names": '{verifyToken(token:"" ⟨' + LONG + "#:1⟩){valid}}",
    "the same argument": '{verifyToken(⟨token:""⟩){valid}}',
    "missing arguments": "{⟨verifyToken{valid}⟩}",
    "missing arguments under other names": "{⟨a#:verifyToken{valid}⟩}",
    "literals of the wrong kind": '{⟨a#:sessions(first:"x"){nodes{id}}⟩}',
    "numbers out of range": "{⟨a#:sessions(first:99999999999){nodes{id}}⟩}",
    "fields of a scalar": "{⟨__typename{a}⟩}",
    "objects without fields": "{⟨profile⟩}",
    "unused fragments": "{__typename}⟨fragment A# on User{id}⟩",
    "fragments on unknown types": "{__typename}⟨fragment A# on N#{id}⟩",
    "fragments on scalars": "{__typename}⟨fragment A# on String{id}⟩",
    "inline fragments on unknown types": "{⟨...on N#{id}⟩}",
    "inline fragments on types with long names": "{⟨...on " + LONG + "#{id}⟩}",
    "impossible fragments": "{profile{⟨...on Session{id}⟩}}",
    "fragments that use themselves": "{profile{⟨...A#⟩}}⟨fragment A# on User{...A#}⟩",
    "the same fragment": "{profile{...A}}⟨fragment A on User{id}⟩",
    "the same operation": "⟨query A{__typename}⟩",
    "operations without names": "⟨{__typename}⟩",
    "the same variable": "query(⟨$a:Int⟩){__typename}",
    "unused variables": "query(⟨$a#:Int⟩){__typename}",
    "variables of unknown types": "query(⟨$a#:N#⟩){__typename}",
    "variables of output types": "query(⟨$a#:User⟩){__typename}",
    "defaults of the wrong kind": 'query(⟨$a#:Int="x"⟩){__typename}',
    "unknown variables": "{⟨a#:verifyToken(token:$v#){valid}⟩}",
    "unknown variables with long names": "{⟨a#:verifyToken(token:$" + LONG + "#){valid}⟩}",
    "variables in the wrong place": "query($a:Int){⟨b#:verifyToken(token:$a){valid}⟩}",
    "unknown directives": "{__typename⟨@d#⟩}",
    "one unknown directive": "{__typename⟨@d⟩}",
    "unknown directives with long names": "{__typename⟨@" + LONG + "#⟩}",
    "directives in the wrong place": "query⟨@skip(if:true)⟩{__typename}",
    "the same directive": "{__typename⟨@skip(if:true)⟩}",
    "directives without arguments": "{⟨__typename@skip⟩}",
    "directives with unknown arguments": "{__typename@skip(if:true ⟨a#:1⟩)}",
    "fields that conflict": "{profile{⟨a:id a:username⟩}}",
    "fields that conflict in pairs": "{profile{⟨a#:id a#:username⟩}}",
    "arguments that conflict": "{⟨a:sessions(first:#){nodes{id}}⟩}",
    "unknown fields of an input": 'mutation{login(input:{identifier:"a" password:"b" ⟨f#:1⟩}){__typename}}',
    "the same field of an input": 'mutation{login(input:{identifier:"a" ⟨password:"b"⟩}){__typename}}',
    "missing fields of an input": "mutation{⟨a#:revokeSession(input:{}){__typename}⟩}",
    "lists in the place of an input": "mutation{⟨a#:revokeSession(input:[{}]){__typename}⟩}",
    "fields of a subscription": "subscription{⟨a#:sessionEnded{id}⟩}",
    "fields that need a token": "{⟨profile{id}⟩}",
    "introspection that is off": "{⟨__schema{types{name}}⟩}",
    "definitions of types": "⟨type A#{a:Int}⟩",
    "anonymous and named operations": "{__typename}⟨query A#{__typename}⟩",
}


def write(template, times=None):
    """A document from a template."""
    parts = template.replace("⟩", "⟨").split("⟨")
    written = sum(len(part) for part in parts[0::2])
    each = (31_500 - written) // max(1, len(parts) // 2)
    return "".join(fill(part, each, times) if n % 2 else part for n, part in enumerate(parts))


def bodies():
    """Requests with errors in other parts than the document."""
    yield "20 fields that need a token", body("{" + fill("a#:profile{id}", 260) + "}")
    yield "an unknown operation", body("query A{__typename}", operationName="n" * 60_000)
    yield "an unknown document", body(None, documentId="n" * 60_000)
    yield "extensions", body("{__typename}", extensions={str(n): "x" * 20 for n in range(2_000)})
    yield "variables that are not declared", body("{__typename}", {f"v{n}": n for n in range(6_000)})
    yield "lists in lists in variables", b'{"query":"{__typename}","variables":{"a":' + b"[" * 32_000 + b"]" * 32_000 + b"}}"
    yield "a variable that never ends", b'{"query":"{__typename}","variables":{"a":' + b"[" * 64_000
    for kind, value in (
        ("a list", [1] * 30_000),
        ("an object", {f"k{n}": 0 for n in range(6_000)}),
        ("a long text", "x" * 60_000),
    ):
        asked = "query($a:String!){verifyToken(token:$a){valid}}"
        yield f"{kind} in the place of a text", body(asked, {"a": value})
        yield f"{kind} in the place of a number", body("query($a:Int){sessions(first:$a){nodes{id}}}", {"a": value})
        yield f"{kind} in an input", body("mutation($a:LoginInput!){login(input:$a){__typename}}", {"a": value})
        yield f"{kind} in a field of an input", body(
            "mutation($a:LoginInput!){login(input:$a){__typename}}", {"a": {"identifier": value, "password": "x"}}
        )
    missing = "query(" + fill("$a#:Int!", 15_000) + "){" + fill("a:__typename", 100) + "}"
    yield "missing variables", body(missing)
    used = "query(" + fill("$a#:String!", 9_000) + "){" + fill("b#:verifyToken(token:$a#){valid}", 20_000) + "}"
    yield "missing variables that are used", body(used)
    yield "a list of requests", b"[" + b",".join([b'{"query":"{__typename}"}'] * 2_500) + b"]"
    yield "the same key", b'{"query":"{__typename}"' + b',"query":"{a}"' * 4_000 + b"}"
    yield "no JSON", b"x" * 65_000
    yield "a missing end", json.dumps({"query": "{" * 15_000}).encode()
    yield "one token of 31 kB", body("{" + "n" * 31_000 + "}")
    yield "one text of 31 kB that never ends", body('{verifyToken(token:"' + "x" * 31_000)
    yield "a name of 20 kB in every place", body(f"query {LONGEST}{{profile{{id}}}}", operationName=LONGEST)
    for place in (
        "{%s}",
        "{...%s}",
        "{...on %s{id}}",
        "{__typename @%s}",
        "{verifyToken(%s:1){valid}}",
        "query($%s:Int){__typename}",
    ):
        yield f"a name of 20 kB in {place}", body(place % LONGEST)
    yield "a type of 20 kB", body("query($a:%s){__typename}" % LONGEST)
    yield "a document of 60 kB", body("{" + fill("a#:__typename", 60_000) + "}")


async def errors(attack):
    """Every kind of error as often as fits, and other invalid bodies; with and without a token."""
    # 28 errors stay within the other limits, such as the limit of aliases.
    for times in (None, 400, 28):
        prefix = f"{times} × " * bool(times)
        await attack.all([(prefix + what, body(write(template, times)), None) for what, template in KINDS.items()])
    await attack.all([(what, text, None) for what, text in bodies()])
    if not attack.quick:
        named = [(f"{what}, with a token", write(template)) for what, template in KINDS.items()]
        await attack.all([(what, body(document), attack.token()) for what, document in named])
