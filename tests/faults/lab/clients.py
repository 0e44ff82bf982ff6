"""Crowds that do the same again and again, and the worst that they can send."""

import gzip, queue, select, socket, threading
from collections import Counter

from .promise import expect


class Crowd:
    """Several who do the same again and again for as long as the `with` lasts; counts what came of it."""

    def __init__(self, size, work):
        self.outcomes, self.slowest, self.trouble = Counter(), 0, []
        self.work, self.going = work, True
        self.threads = [threading.Thread(target=self.go_on, args=(n,), daemon=True) for n in range(size)]

    def go_on(self, n):
        while self.going:
            try:
                answer = self.work(n)
                self.outcomes[answer.outcome] += 1
                self.slowest = max(self.slowest, answer.took)
            except Exception as error:
                self.trouble.append(error)
                return

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.going = False
        for thread in self.threads:
            thread.join()
        if self.trouble:
            raise self.trouble[0]

    def only(self, allowed, when):
        """The promise that nothing else was said."""
        others = Counter({outcome: times for outcome, times in self.outcomes.items() if outcome not in allowed})
        expect(not others, f"{when}, some were told {dict(others)}")


def together(works):
    """Does all of these at once, and gives what each gave; the first thing that goes wrong ends it."""
    done = queue.Queue()

    def do(n, work):
        try:
            done.put((n, work(), None))
        except BaseException as error:
            done.put((n, None, error))

    for n, work in enumerate(works):
        threading.Thread(target=do, args=(n, work), daemon=True).start()
    results = {}
    for _ in works:
        n, result, error = done.get()
        if error:
            raise error
        results[n] = result
    return [results[n] for n in sorted(results)]


def told(outcomes):
    """What came of it, for people."""
    return ", ".join(f"{times} {outcome}" for outcome, times in outcomes.most_common())


class Said:
    """What came of something that is no document."""

    def __init__(self, outcome, took=0):
        self.outcome, self.took = outcome, took


POST = b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
PACKED = gzip.compress(b'{"query":"' + b" " * 50_000_000 + b'{ __typename }"}')
# How each begins, and what comes again and again.
BOMBS = {
    "huge": (POST + b"content-length: 10000000000\r\n\r\n", b" " * 65536),
    "endless": (POST + b"transfer-encoding: chunked\r\n\r\n", b"4000\r\n" + b" " * 0x4000 + b"\r\n"),
    "compressed": (POST + b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(PACKED) + PACKED, None),
    "a head without an end": (b"GET /healthz HTTP/1.1\r\n", b"x-and-so-on: " + b"y" * 8000 + b"\r\n"),
}
DEFUSED = {"400", "408", "413", "415", "429", "431", "cut off"}
# Bombs come from an address of their own: what one address may have in transfer is limited.
BOMBERS_ADDRESS = ("127.0.0.2", 0)


def bomb(server, name):
    """Sends up to 20 MB of it; the status that came back, or that the connection was cut off."""
    head, more = BOMBS[name]
    sent, answer = len(head), b""
    try:
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=10, source_address=BOMBERS_ADDRESS)
    except OSError:
        return Said("NO_ANSWER")
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
            pass  # It hung up on us, maybe with an answer that the system threw away.
    return Said(answer[9:12].decode() if answer[9:12].isdigit() else "cut off")
