"""One flood against one server with limited memory: it sends requests, measures their cost, and records problems."""

import asyncio, contextlib, json, subprocess, tempfile, threading, time
from collections import Counter

from lab import BINARY, LOGIN, PASSWORD, Failed, summary

from .client import OTHER, ask, body, post
from .meter import Health, Meter

# The limits of one request: bytes of its response, errors in it, seconds of CPU, and MB of memory while it runs.
MOST_BYTES, MOST_ERRORS, MOST_CPU, MOST_GROWTH = 1 << 20, 20, 0.2, 64
# The limits, in seconds, for a response of /healthz and for a login afterwards. A second is guaranteed. Half a second more
# is tolerated since clients and server share a machine: a lost packet that opens a connection is sent again after a second.
HEALTHY, IN_TIME = 1.5, 5.0


def slowness(binary):
    """The factor by which a debug build is slower. Only a debug build has the ELF section .debug_info for its own code."""
    with open(binary, "rb") as file:
        file.seek(0x28)
        sections = int.from_bytes(file.read(8), "little")
        file.seek(0x3A)
        size, _, names = (int.from_bytes(file.read(2), "little") for _ in range(3))
        file.seek(sections + names * size + 0x18)
        offset, length = (int.from_bytes(file.read(8), "little") for _ in range(2))
        file.seek(offset)
        return 15 if b".debug_info" in file.read(length) else 1


class Attack:
    """A server that is flooded, and the measurements."""

    def __init__(self, lab, postgres, megabytes, quick, settings):
        self.lab, self.postgres, self.megabytes, self.quick, self.settings = (
            lab,
            postgres,
            megabytes,
            quick,
            settings,
        )
        self.folder = tempfile.mkdtemp(dir=lab.folder)
        self.patience = slowness(BINARY)
        self.outcomes, self.healthy, self.problems, self.notes = Counter(), [], [], []
        self.largest, self.worst_cpu, self.worst_growth = (0, ""), (0, ""), (0, "")
        self.peak, self.data, self.crashes, self.probe_port, self.is_over = 0, 0, 0, None, False
        self.start()
        threading.Thread(target=self.sample, daemon=True).start()
        self.tokens = {name: self.server.register(name).tokens for name in ("ada", "grace")}
        self.meter.begin()

    def start(self):
        kilobytes = self.megabytes * 1024
        prefix = ["sh", "-c", f'ulimit -d {kilobytes} && exec "$@"', "sh"]
        self.server = self.lab.server(*prefix, folder=self.folder, **self.settings)
        self.meter = Meter(self.server.process.pid)
        self.health = Health(self.lab, self.probe_port or self.server.port)
        self.seen = 0

    def sample(self):
        """Records the peak of the memory, which cannot be read after the process has exited."""
        while not self.is_over:
            with contextlib.suppress(OSError):
                self.peak = max(self.peak, self.meter.status("VmHWM"))
                self.data = max(self.data, self.meter.status("VmData"))
            time.sleep(0.02)

    @property
    def port(self):
        return self.server.port

    def token(self, name="ada"):
        return self.tokens[name]["accessToken"]

    def user(self, name="ada"):
        """The id of a user."""
        return self.server.ask("{ profile { __typename id } }", self.token(name)).data["id"]

    async def logins(self, name, count):
        """Logs a user in this many times, from devices with long names, and returns the access tokens."""
        text = body(LOGIN, {"i": {"identifier": name, "password": PASSWORD}})

        async def login(n):
            request = post(text).replace(b"host: x", b"host: x\r\nuser-agent: device %d %s" % (n, b"z" * 400))
            for _ in range(20):
                reply = await ask(self.port, request, OTHER, 30)
                if b'"tokens"' in reply.body:
                    tokens = json.loads(reply.body)["data"]["login"]["tokens"]
                    self.lab.keep(tokens)
                    return tokens["accessToken"]
                await asyncio.sleep(0.2)
            raise Failed(f"before the flood, a login had the outcome {reply.outcome}")

        found = []
        for start in range(0, count, 3):
            found += await asyncio.gather(*[login(n) for n in range(start, min(start + 3, count))])
        return found

    def wrong(self, problem):
        self.problems.append(problem)

    def note(self, text):
        self.notes.append(text)

    def stop_health(self):
        if self.health:
            self.healthy += self.health.stop()
            self.health = None

    def stop_measuring(self):
        with contextlib.suppress(OSError):
            self.meter.end()
        self.peak = max(self.peak, self.meter.most)

    def revive(self, when):
        """If the server has exited, records a problem and restarts it."""
        if self.meter.runs():
            return False
        self.crashes += 1
        status = self.server.process.wait(10)
        last = [line for line in self.server.log().splitlines() if line.startswith("memory allocation")][-1:]
        self.wrong(f"{when}: the server exited with {status}: {last}")
        self.restart()
        return True

    def restart(self):
        self.stop_measuring()
        self.stop_health()
        self.server.kill()
        self.start()

    def saw(self, reply, what):
        self.outcomes[reply.outcome] += 1
        self.largest = max(self.largest, (reply.size, what))
        return reply

    async def one(self, what, text, token=None):
        """Sends one request and checks it against the limits."""
        return await self.measured(what, len(text), ask(self.port, post(text, token)))

    async def measured(self, what, size, exchange):
        """Waits for a response and checks the exchange against the limits of one request."""
        self.meter.begin()
        reply = self.saw(await exchange, what)
        await asyncio.sleep(0.005)
        if self.revive(what):
            return reply
        growth, cpu = self.meter.end()
        self.worst_growth = max(self.worst_growth, (growth, what))
        self.worst_cpu = max(self.worst_cpu, (cpu, what))
        found, most_cpu = [], MOST_CPU * self.patience
        if reply.size > MOST_BYTES:
            found.append(f"{reply.size:,} bytes of response")
        if reply.errors() > MOST_ERRORS:
            found.append(f"{reply.errors()} errors")
        if growth > MOST_GROWTH:
            found.append(f"{growth:.0f} MB more")
        if cpu > most_cpu:
            found.append(f"{cpu:.2f} s of CPU")
        if reply.status.startswith(("no", "disconnected", "closed", "5")):
            found.append(reply.outcome)
        if found:
            self.wrong(f"{what} ({size:,} bytes): {', '.join(found)}")
        if cpu > most_cpu or reply.status.startswith("no"):
            await self.is_idle(what)
        return reply

    async def is_idle(self, what, seconds=0.5):
        """Checks that the server does not continue with a request whose client has disconnected."""
        self.meter.begin()
        await asyncio.sleep(seconds)
        if self.revive(what):
            return
        growth, cpu = self.meter.end()
        if cpu > seconds / 2 or growth > 16:
            self.wrong(f"{what}: {cpu:.2f} s of CPU and {growth:.0f} MB more in {seconds} s after the request")
            self.restart()

    async def all(self, requests):
        """Sends requests, given as (what, body, token), one after the other, and measures each."""
        for what, text, token in requests:
            if self.crashes > 40:
                return self.note("stopped after 40 crashes")
            await self.one(what, text, token)

    def flooded(self, when, growth_limit):
        """Checks the cost of the whole flood since the meter began."""
        if self.revive(when):
            return
        growth, _ = self.meter.end()
        slowest, connected = max(self.health.answers(self.seen), default=(0, 0))
        self.seen = len(self.health.lines)
        self.note(f"{when}: {growth:.0f} MB more, /healthz within {slowest:.2f} s ({connected:.2f} s to connect)")
        if growth > growth_limit:
            self.wrong(f"{when}: {growth:.0f} MB more, where {growth_limit} MB are allowed")
        self.meter.begin()

    def login(self):
        """Logs a user in, and returns how many seconds that took."""
        begun = time.monotonic()
        while True:
            outcome = self.server.login("grace").outcome
            took = time.monotonic() - begun
            if outcome == "LoginSuccess":
                return took
            if took > IN_TIME or not self.server.is_running():
                self.wrong(f"after the flood, a user cannot log in within {IN_TIME:.0f} s: {outcome}")
                return took
            time.sleep(0.05)

    def finish(self):
        """Ends the flood, and returns the lines of its report."""
        self.is_over = True
        self.stop_health()
        self.revive("after the flood")
        took = self.login()
        self.stop_measuring()
        self.stop_health()
        slowest, connected = max(self.healthy, default=(0, 0))
        if slowest > HEALTHY:
            late = sum(took > HEALTHY for took, _ in self.healthy)
            self.wrong(
                f"{late} of {len(self.healthy)} responses of /healthz took longer than {HEALTHY} s, the slowest {slowest:.2f} s, "
                f"{connected:.2f} s of them to connect"
            )
        try:
            status = self.server.stop() if self.server.is_running() else 0
        except subprocess.TimeoutExpired:
            status = "no exit"
        if status != 0:
            self.wrong(f"the server did not exit with 0: {status}")
        self.server.kill()
        lines = [
            f"at most {self.peak:.0f} MB ({self.data:.0f} MB of data), /healthz within {slowest:.2f} s, login after {took:.2f} s"
        ]
        if self.outcomes:
            lines.append(f"{self.outcomes.total()} requests: {summary(self.outcomes)}")
        if self.worst_cpu[1]:
            lines.append(f"largest response {self.largest[0]:,} bytes ({self.largest[1]})")
            lines.append(f"most CPU {self.worst_cpu[0]:.3f} s ({self.worst_cpu[1]})")
            lines.append(f"most memory {self.worst_growth[0]:.0f} MB more ({self.worst_growth[1]})")
        return lines + self.notes
