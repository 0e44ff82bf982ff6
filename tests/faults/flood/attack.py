"""One flood against one server with little memory: what it is sent, what that costs, and what is wrong with it."""

import asyncio, contextlib, json, subprocess, tempfile, threading, time
from collections import Counter

from lab import BINARY, LOGIN, PASSWORD, Failed, summary

from .client import OTHER, ask, body, post
from .meter import Health, Meter

# What one request may cost: bytes of its answer, errors in it, seconds of CPU, and MB of memory while it runs.
MOST_BYTES, MOST_ERRORS, MOST_CPU, MOST_GROWTH = 1 << 20, 20, 0.2, 64
# Within how many seconds /healthz answers, and a user logs in afterwards. A second is promised; half of one more is for
# clients and a server that share a machine: a packet that opens a connection and is lost is sent again after a second.
HEALTHY, IN_TIME = 1.5, 5.0


def slowness(binary):
    """By how much a debug build is slower: only a debug build has a section with the types of its own code (ELF)."""
    with open(binary, "rb") as file:
        file.seek(0x28)
        sections = int.from_bytes(file.read(8), "little")
        file.seek(0x3A)
        size, _, names = (int.from_bytes(file.read(2), "little") for _ in range(3))
        file.seek(sections + names * size + 0x18)
        place, length = (int.from_bytes(file.read(8), "little") for _ in range(2))
        file.seek(place)
        return 15 if b".debug_info" in file.read(length) else 1


class Attack:
    """A server that is flooded, and what was seen meanwhile."""

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
        self.peak, self.data, self.deaths, self.probe_port, self.is_over = 0, 0, 0, None, False
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
        """Notes the most memory, which cannot be asked any more of a process that has ended."""
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
        """The tokens of so many new sessions of a user, from devices with long names."""
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
            raise Failed(f"beforehand, a login is answered {reply.outcome}")

        found = []
        for start in range(0, count, 3):
            found += await asyncio.gather(*[login(n) for n in range(start, min(start + 3, count))])
        return found

    def wrong(self, problem):
        self.problems.append(problem)

    def note(self, said):
        self.notes.append(said)

    def leave_health(self):
        if self.health:
            self.healthy += self.health.stop()
            self.health = None

    def stopped_measuring(self):
        with contextlib.suppress(OSError):
            self.meter.end()
        self.peak = max(self.peak, self.meter.most)

    def revive(self, when):
        """Starts the server again if it has ended, which it must not."""
        if self.meter.runs():
            return False
        self.deaths += 1
        status = self.server.process.wait(10)
        last = [line for line in self.server.log().splitlines() if line.startswith("memory allocation")][-1:]
        self.wrong(f"{when}: the server ended with {status}: {last}")
        self.restart()
        return True

    def restart(self):
        self.stopped_measuring()
        self.leave_health()
        self.server.kill()
        self.start()

    def saw(self, reply, what):
        self.outcomes[reply.outcome] += 1
        self.largest = max(self.largest, (reply.size, what))
        return reply

    async def one(self, what, text, token=None):
        """Sends one request alone, and holds it to the limits."""
        return await self.alone(what, len(text), ask(self.port, post(text, token)))

    async def alone(self, what, size, asking):
        """Holds to the limits of one request what is asked alone."""
        self.meter.begin()
        reply = self.saw(await asking, what)
        await asyncio.sleep(0.005)
        if self.revive(what):
            return reply
        growth, cpu = self.meter.end()
        self.worst_growth = max(self.worst_growth, (growth, what))
        self.worst_cpu = max(self.worst_cpu, (cpu, what))
        found, most_cpu = [], MOST_CPU * self.patience
        if reply.size > MOST_BYTES:
            found.append(f"{reply.size:,} bytes of answer")
        if reply.errors() > MOST_ERRORS:
            found.append(f"{reply.errors()} errors")
        if growth > MOST_GROWTH:
            found.append(f"{growth:.0f} MB more")
        if cpu > most_cpu:
            found.append(f"{cpu:.2f} s of CPU")
        if reply.status.startswith(("no", "cut", "closed", "5")):
            found.append(reply.outcome)
        if found:
            self.wrong(f"{what} ({size:,} bytes): {', '.join(found)}")
        if cpu > most_cpu or reply.status.startswith("no"):
            await self.rests(what)
        return reply

    async def rests(self, what, seconds=0.5):
        """Checks that the server does not go on with a request whose client has left."""
        self.meter.begin()
        await asyncio.sleep(seconds)
        if self.revive(what):
            return
        growth, cpu = self.meter.end()
        if cpu > seconds / 2 or growth > 16:
            self.wrong(f"{what}: {cpu:.2f} s of CPU and {growth:.0f} MB more in {seconds} s after it was over")
            self.restart()

    async def all(self, requests):
        """Sends (what, body, token) one after the other, each measured alone."""
        for what, text, token in requests:
            if self.deaths > 40:
                return self.note("40 deaths are enough")
            await self.one(what, text, token)

    def flooded(self, when, growth_limit):
        """What the flood cost as a whole, since the meter began."""
        if self.revive(when):
            return
        growth, _ = self.meter.end()
        slowest, connected = max(self.health.answers(self.seen), default=(0, 0))
        self.seen = len(self.health.lines)
        self.note(f"{when}: {growth:.0f} MB more, /healthz within {slowest:.2f} s ({connected:.2f} s to connect)")
        if growth > growth_limit:
            self.wrong(f"{when}: {growth:.0f} MB more, where {growth_limit} are allowed")
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
                self.wrong(f"afterwards a user cannot log in within {IN_TIME:.0f} s: {outcome}")
                return took
            time.sleep(0.05)

    def finish(self):
        """Ends the flood, and says what was seen."""
        self.is_over = True
        self.leave_health()
        self.revive("afterwards")
        took = self.login()
        self.stopped_measuring()
        self.leave_health()
        slowest, connected = max(self.healthy, default=(0, 0))
        if slowest > HEALTHY:
            late = sum(took > HEALTHY for took, _ in self.healthy)
            said = (
                f"{late} of {len(self.healthy)} answers of /healthz took longer than {HEALTHY} s, one {slowest:.2f} s"
            )
            self.wrong(f"{said}, {connected:.2f} s of them to connect")
        try:
            status = self.server.stop() if self.server.is_running() else 0
        except subprocess.TimeoutExpired:
            status = "no end"
        if status != 0:
            self.wrong(f"it did not end well: {status}")
        self.server.kill()
        lines = [
            f"at most {self.peak:.0f} MB ({self.data:.0f} MB of data), /healthz within {slowest:.2f} s, login after {took:.2f} s"
        ]
        if self.outcomes:
            lines.append(f"{self.outcomes.total()} requests: {summary(self.outcomes)}")
        if self.worst_cpu[1]:
            lines.append(f"largest answer {self.largest[0]:,} bytes ({self.largest[1]})")
            lines.append(f"most CPU {self.worst_cpu[0]:.3f} s ({self.worst_cpu[1]})")
            lines.append(f"most memory {self.worst_growth[0]:.0f} MB more ({self.worst_growth[1]})")
        return lines + self.notes
