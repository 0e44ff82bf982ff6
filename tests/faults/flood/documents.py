"""Documents of up to 32 kB that are expensive to parse, to validate or to measure."""

import json, random, string

from .client import PersistentConnection, body, post
from .errors import fill


def cold_document(chance, n):
    """A new document of up to 4 kB. Most are valid."""
    names = [f"{chance.choice(string.ascii_letters)}{n}x{m}" for m in range(chance.randrange(1, 12))]
    fields = " ".join(
        f'{name}:verifyToken(token:"{"t" * chance.randrange(200)}"){{valid reason message}}' for name in names
    )
    operation = chance.choice(["", f"query Q{n}", f"query Q{n}($a:String=\"{'d' * chance.randrange(400)}\")"])
    used = "z:verifyToken(token:$a){valid}" if "$a" in operation else ""
    comment = f"#{'c' * chance.randrange(1_000)}\n"
    wrong = " nothing" if n % 10 == 0 else ""
    return f"{comment}{operation}{{{fields} {used}{wrong}}}"[:4_000]


async def cold(attack):
    """20,000 different documents of up to 4 kB, one after the other, so that the document cache is useless."""
    seed, count = random.randrange(1 << 30), 1_000 if attack.quick else 20_000
    chance = random.Random(seed)
    kept = PersistentConnection(attack.port)
    attack.meter.begin()
    for n in range(count):
        reply = await kept.ask(post(body(cold_document(chance, n)), keep=True))
        attack.saw(reply, "a document of 4 kB")
        if reply.status == "disconnected":
            break
    kept.close()
    if attack.revive("new documents"):
        return
    growth, cpu = attack.meter.end()
    attack.note(f"seed {seed}: {cpu / count * 1000:.2f} ms of CPU for each, {growth:.0f} MB more")
    if growth > 64 or cpu / count > 0.01 * attack.patience:
        attack.wrong(f"{cpu / count * 1000:.2f} ms of CPU for each, {growth:.0f} MB more")


def nested(opened, closed, count, inside=""):
    return opened * count + inside + closed * count


def exponential(levels, leaf, kind="Query", by="...F# ...F#"):
    """Fragments that each use the next one twice: 2^levels of the last one."""
    text = "{...F0}"
    for n in range(levels):
        text += f" fragment F{n} on {kind}{{{by.replace('#', str(n + 1))}}}"
    return text + f" fragment F{levels} on {kind}{{{leaf}}}"


def chain(count, leaf="__typename", kind="Query", field=""):
    """Fragments that each use the next one once."""
    links = " ".join(f"fragment F{n} on {kind}{{{field}...F{n + 1}}}" for n in range(count))
    return f"{{...F0}} {links} fragment F{count} on {kind}{{{leaf}}}"


def merging():
    """Fields that must be merged or compared because they have the same name."""
    yield "450 × the same field", "{profile{" + "id " * 450 + "}}"
    yield "10,000 × the same field", "{profile{" + "id " * 10_000 + "}}"
    yield "20 × the same root field", "{" + "profile{id username}" * 20 + "}"
    yield "200 × the same list", "{" + "sessions{nodes{id userAgent}}" * 15 + "}"
    yield "150 × a nested list", "{sessions{" + "nodes{id} edges{node{id}}" * 80 + "}}"
    yield "nested lists with an alias", "{sessions{" + "edges{a:node{b:id b:id}}" * 100 + "}}"
    for count in (10, 20, 60, 150):
        pairs = " ".join(
            f"fragment A{n} on SessionConnection{{edges{{node{{...B{n}}}}} ...A{n + 1}}}" for n in range(count)
        )
        ends = " ".join(f"fragment B{n} on Session{{id a:id}}" for n in range(count))
        last = f"fragment A{count} on SessionConnection{{pageInfo{{endCursor}}}}"
        yield f"{count} fragments that overlap", f"{{sessions{{...A0 {' '.join(f'...A{n}' for n in range(count))}}}}}{pairs} {ends} {last}"
        each = " ".join(f"...on User{{...C{n}}}" for n in range(count))
        some = " ".join(f"fragment C{n} on User{{id x:username}}" for n in range(count))
        yield f"{count} fragments with the same fields", f"{{profile{{{each}}}}} {some}"
        same = " ".join(f"...on RegisterSuccess{{user{{...D{n}}}}}" for n in range(count))
        inner = " ".join(f"fragment D{n} on User{{id}}" for n in range(count))
        yield f"{count} inline fragments of a union", f'mutation{{register(input:{{password:"x"}}){{{same}}}}} {inner}'
    yield "fields that conflict deep inside", "{" + "profile{" * 1 + "a:id " * 200 + "a:username " * 200 + "}}"
    node = 'node(id:"x"){' + " ".join(f"...on {kind}{{v:id}}" for kind in ("User", "Session") for _ in range(200)) + "}"
    yield "400 inline fragments of an interface", "{" + node + "}"
    arguments = " ".join('node(id:"%s"){id}' % ("y" * 1_000) for _ in range(19))
    yield "the same long argument", "{" + arguments + "}"
    objects = "[" + "{a:1}" * 3_000 + "]"
    yield "the same large argument", "{" + f"node(id:{objects}){{id}} node(id:{objects}){{id}}" + "}"


def fragments():
    """Fragments within fragments."""
    for levels in (5, 14, 40, 400):
        yield f"2^{levels} fields", exponential(levels, "__typename")
        yield f"2^{levels} unknown fragments", exponential(levels, "...Unknown")
        yield f"2^{levels} unknown fields", exponential(levels, "unknown")
        yield f"2^{levels} inline fragments", exponential(
            levels, "__typename", by="...on Query{...F#}...on Query{...F#}"
        )
    for count in (15, 300, 700):
        yield f"a chain of {count} fragments", chain(count)
        yield f"a chain of {count} fragments with fields", chain(count, field="__typename ")
        yield f"a chain of {count} fragments without an end", chain(count, "...Unknown")
        yield f"a circle of {count} fragments", chain(count, "...F0")
    every = " ".join(f"fragment G{n} on Query{{{' '.join(f'...G{m}' for m in range(n + 1, 80))}}}" for n in range(80))
    yield "80 fragments that use all later ones", "{...G0}" + every
    circle = " ".join(f"fragment H{n} on Query{{{' '.join(f'...H{m}' for m in range(70))}}}" for n in range(70))
    yield "70 fragments that use each other", "{...H0}" + circle
    yield "400 spreads of one fragment", "{" + "...F " * 400 + "} fragment F on Query{__typename}"
    yield "5,000 spreads of one fragment", "{" + "...F " * 5_000 + "} fragment F on Query{...on Query{__typename}}"
    yield "3,000 empty selections", "{" + "a{} " * 3_000 + "}"


def variables():
    """Variables × fragments × operations that use them."""
    for count in (100, 400, 900):
        declared = " ".join(f"$v{n}:String!" for n in range(count))
        uses = " ".join(f"v{n}:verifyToken(token:$v{n}){{valid}}" for n in range(min(count, 400)))
        yield f"{count} variables, each used", f"query({declared}){{{uses}}}"
        yield f"{count} variables, each used in a fragment", f"query({declared}){{...F}}fragment F on Query{{{uses}}}"
    declared = " ".join(f"$v{n}:Boolean!" for n in range(200))
    directives = " ".join(f"__typename @skip(if:$v{n})" for n in range(200))
    operations = " ".join(f"query Q{n}({declared[:2000].rpartition(' ')[0]}){{...F}}" for n in range(8))
    yield "8 operations × 130 variables × a fragment", f"{operations} fragment F on Query{{{directives}}}"
    operations = fill("query Q#($a:Boolean!){...F}", 20_000)
    yield "700 operations × 300 uses in a fragment", operations + " fragment F on Query{" + "__typename @skip(if:$a)" * 300 + "}"
    links = " ".join(f"fragment F{n} on Query{{a{n}:verifyToken(token:$a){{valid}} ...F{n + 1}}}" for n in range(200))
    many = fill("query Q#($a:String!){...F0}", 12_000)
    yield "400 operations × a chain of 200 fragments", f"{many} {links} fragment F200 on Query{{__typename}}"
    yield "900 operations", fill("query Q#{__typename}")
    yield "300 defaults of lists", "query(" + fill("$a#:[String!]=[" + '"x" ' * 20 + "]", 30_000) + "){__typename}"
    yield "a default in lists in lists", "query($a:[Int]=" + nested("[", "]", 15_000) + "){__typename}"
    yield "a type in lists in lists", "query($a:" + nested("[", "]", 15_000, "Int") + "){__typename}"


def values():
    """Long, deep and many values."""
    text = "{verifyToken(token:%s){valid}}"
    yield "a text of 31 kB", text % ('"' + "x" * 31_000 + '"')
    yield "a text of escapes", text % ('"' + "\\u00e9" * 5_000 + '"')
    yield "a text of short escapes", text % ('"' + "\\n" * 15_000 + '"')
    yield "a text of surrogates", text % ('"' + "\\uD83D\\uDE00" * 2_500 + '"')
    yield "a text of broken escapes", text % ('"' + "\\uD83D" * 5_000 + '"')
    yield "a text of long escapes", text % ('"' + "\\u{1F600}" * 3_000 + '"')
    yield "a block text", text % ('"""' + "x" * 31_000 + '"""')
    yield "a block text of lines", text % ('"""' + "\n  x" * 7_500 + '"""')
    yield "a block text of empty lines", text % ('"""' + "\n" * 31_000 + '"""')
    yield "a block text of spaces", text % ('"""' + " " * 31_000 + '"""')
    yield "a block text with growing lines", text % ('"""' + "\n".join(" " * n for n in range(240)) + '"""')
    yield "a block text of quotes", text % ('"""' + '\\"""' * 7_500 + '"""')
    yield "10,000 quotes", "{verifyToken(token:" + '"' * 10_000
    yield "10,000 block texts", "{verifyToken(token:" + '""""""' * 5_000
    yield "20 × a text", "{" + fill('a#:verifyToken(token:"%s"){valid}' % ("x" * 1_400), 30_000, 20) + "}"
    yield "a list of 15,000 numbers", "{node(id:[" + "1 " * 15_000 + "]){id}}"
    yield "a list of 4,000 texts", "{node(id:[" + '"abc" ' * 5_000 + "]){id}}"
    yield "a number of 31,000 digits", "{sessions(first:" + "9" * 31_000 + "){nodes{id}}}"
    yield "a fraction of 31,000 digits", "{sessions(first:1." + "9" * 31_000 + "){nodes{id}}}"
    yield "a number with an exponent", "{sessions(first:1e" + "9" * 31_000 + "){nodes{id}}}"
    for opened, closed, what in (("[", "]", "lists"), ("{a:", "}", "objects"), ("[{a:", "}]", "lists of objects")):
        for count in (15, 200, 6_000):
            yield f"{count} nested {what}", "{node(id:" + nested(opened, closed, count, "1") + "){id}}"
        yield f"{what} that never end", "{node(id:" + opened * 7_000
    wide = fill("a#:#", 30_000)
    yield "an object with 3,000 fields", "mutation{login(input:{" + wide + "}){__typename}}"
    yield "an object with 3,000 texts", "mutation{login(input:{" + fill('a#:"x"', 30_000) + "}){__typename}}"
    yield "3,000 arguments", "{verifyToken(" + wide + "){valid}}"
    yield "3,000 enumerated values", "{node(id:[" + fill("A#", 30_000) + "]){id}}"
    yield "15,000 variables in a list", "{node(id:[" + "$a " * 10_000 + "]){id}}"


def spelling():
    """Selections, white space and names of every kind."""
    for count in (15, 19, 200, 10_000):
        yield f"{count} nested selections", nested("{a", "}", count)
        yield f"{count} nested inline fragments", "{" + nested(
            "...{", "}", min(count, 6_000), "__typename"
        ) + "}"
        yield f"{count} inline fragments with types", "{" + nested(
            "...on Query{", "}", min(count, 2_300), "__typename"
        ) + "}"
    yield "7,000 empty inline fragments", "{" + "...{__typename}" * 1_900 + "}"
    yield "a comment", "#" + "x" * 31_000 + "\n{__typename}"
    yield "15,000 comments", "#\n" * 15_000 + "{__typename}"
    yield "commas", "{" + "," * 31_000 + "__typename}"
    yield "white space", "{" + " \t\r\n" * 7_800 + "__typename}"
    yield "byte order marks", "\ufeff" * 9_000 + "{__typename}"
    yield "invalid characters", "{" + "?" * 31_000 + "}"
    yield "characters outside ASCII", "{" + "é" * 15_000 + "}"
    yield "7,800 directives", "{__typename " + "@skip " * 5_000 + "}"
    yield "28 directives × 28 fields", "{" + ("__typename " + "@skip(if:false)" * 1) * 28 + "}"
    yield "directives with long arguments", "{__typename " + f'@include(if:true,reason:"{"x" * 1_000}")' * 28 + "}"
    yield "10,000 colons", "{" + ":" * 30_000 + "}"
    yield "names that look like known ones", "{profile{" + fill("userNam#", 4_000) + "}}"
    yield "types that look like known ones", "{" + fill("...on Sesion#{id}", 8_000) + "}"
    yield "arguments that look like known ones", "{" + fill("a#:verifyToken(tokem#:1){valid}", 12_000, 29) + "}"
    yield "a name of 31 kB", "{" + "a" * 31_000 + "}"
    yield "descriptions", '"""' + "x" * 15_000 + '""" query A{__typename}'
    yield "type definitions", fill("type T#{a:Int}")
    yield "a schema that does not end", "schema{" * 4_000


def large_variables():
    """Small documents with large variables."""
    asked = "query($a:String!){verifyToken(token:$a){valid}}"
    yield "a variable of 60 kB", body(asked, {"a": "x" * 60_000})
    yield "a variable of escapes", b'{"query":"%s","variables":{"a":"%s"}}' % (asked.encode(), b"\\u0000" * 10_000)
    yield "6,000 variables", body("{__typename}", {f"a{n}": "" for n in range(5_000)})
    yield "a variable of 30,000 numbers", body("query($a:[Int]){__typename}", {"a": [1] * 30_000})
    yield "a number of 60,000 digits", b'{"query":"query($a:Int){sessions(first:$a){nodes{id}}}","variables":{"a":' + b"9" * 60_000 + b"}}"
    yield "an exponent", b'{"query":"query($a:Int){sessions(first:$a){nodes{id}}}","variables":{"a":1e999999999}}'
    yield "120 nested lists", body("query($a:[Int]){__typename}", {"a": json.loads("[" * 120 + "]" * 120)})
    yield "empty objects", body("query($a:LoginInput!){__typename}", {"a": [{}] * 20_000})
    used = " ".join(f"a{n}:verifyToken(token:$a){{message}}" for n in range(19))
    yield "19 uses of a variable of 60 kB", body("query($a:String!){%s}" % used, {"a": "y" * 60_000})


async def documents(attack):
    """Many kinds of documents of 32 kB, one after the other."""
    for group in (merging, fragments, variables, values, spelling):
        for what, document in group():
            await attack.one(what, body(document), attack.token() if group is merging else None)
    await attack.all([(what, text, None) for what, text in large_variables()])
