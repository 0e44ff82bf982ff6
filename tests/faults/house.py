"""What the scripts beside this share: a server, questions to it, a PostgreSQL that may be killed, a net for secrets.

A script is a docstring and a function that takes a `House` and returns in one sentence what it saw; `run` does the rest.
It exits with 0 when the promise holds, 1 when it is broken, 77 when this machine lacks what it takes. LATCHKEY names
the binary, target/debug/latchkey otherwise. Everything stays on loopback, and is gone in the end.
"""

import asyncio, contextlib, glob, gzip, http.client, json, os, re, select, shutil, signal, socket, subprocess, sys, tempfile, threading, time
from collections import Counter

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.path.abspath(os.environ.get("LATCHKEY", os.path.join(ROOT, "target/debug/latchkey")))

# What must never be found again, in a log or in an answer.
CANARY = "canary"
PASSWORD = f"a {CANARY} in the mine"
SECRET_KEY = f"the {CANARY} of these scripts alone, and long enough for HS256"
SQL = re.compile(r"\b(SELECT\s+\S+.*\sFROM|INSERT INTO|DELETE FROM|UPDATE \S+ SET|LOCK TABLE)\b")
LONG = re.compile(r"[\w.-]{40,}")
IN_A_LOG = [
    ("a password or the secret", re.compile(CANARY)),
    ("an access token", re.compile(r"eyJ[\w-]{9}")),
    ("SQL", SQL),
    ("a panic", re.compile("panicked")),
]
IN_AN_ANSWER = [
    ("a password", re.compile(CANARY)),
    ("SQL", SQL),
    ("a driver's words", re.compile(r"sqlx|sqlite|postgres|relation \"|pool timed|panicked|database is locked|os error", re.I)),
]

TOKENS = "tokens { accessToken refreshToken }"
FAILED = "... on UserError { code }"
REGISTER = f"mutation($i: RegisterInput!) {{ register(input: $i) {{ __typename ... on RegisterSuccess {{ {TOKENS} }} {FAILED} }} }}"
LOGIN = f"mutation($i: LoginInput!) {{ login(input: $i) {{ __typename ... on LoginSuccess {{ {TOKENS} }} {FAILED} }} }}"
REFRESH = (
    "mutation($i: RefreshTokenInput!) { refreshToken(input: $i) "
    f"{{ __typename ... on RefreshTokenSuccess {{ {TOKENS} }} ... on RefreshRejected {{ reason }} {FAILED} }} }}"
)
UPDATE = "mutation($i: UpdateProfileInput!) { updateProfile(input: $i) { __typename } }"
LOGOUT = "mutation { logout { __typename } }"
VERIFY = "query($token: String!) { verifyToken(token: $token) { __typename valid reason } }"
PROFILE = "{ profile { __typename username displayName } }"

# What may be said while the database is away, full or locked: come back later.
TEMPORARY = {"SERVICE_UNAVAILABLE", "ServerBusy", "TooManyAttempts"}


class Broken(Exception):
    """A promise does not hold."""


class Lacking(Exception):
    """This machine cannot show it."""


class NotReady(Broken):
    """The server ended before it was ready; its log says why."""


def expect(holds, otherwise):
    """A promise, and what is to be said when it does not hold."""
    if not holds:
        raise Broken(otherwise)


def need(program, package):
    """The path of a program, or that it is lacking."""
    found = shutil.which(program)
    if not found:
        raise Lacking(f"needs {program}, which Debian has in the package {package}")
    return found


def eventually(question, seconds, otherwise):
    """Asks until the answer is yes, and says how long that took."""
    begun = time.monotonic()
    while not question():
        expect(time.monotonic() - begun < seconds, f"{otherwise} after {seconds} s")
        time.sleep(0.02)
    return time.monotonic() - begun


def argument(n, default):
    """The n-th argument, of the type of its default."""
    return type(default)(sys.argv[n]) if len(sys.argv) > n else default


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(script):
    """Runs a script, cleans up, and exits with what came of it."""
    if sys.argv[1:2] in (["-h"], ["--help"]):
        print(sys.modules["__main__"].__doc__.strip())
        sys.exit(0)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if not os.access(BINARY, os.X_OK):
        sys.exit(f"{BINARY} is not there: cargo build makes it, and LATCHKEY names another one")
    try:
        with House() as house:
            said = script(house)
        print(f"holds: {said}")
    except Broken as broken:
        print(f"BROKEN: {broken}")
        sys.exit(1)
    except Lacking as lacking:
        print(f"skipped: {lacking}")
        sys.exit(77)


class House:
    """A folder, and all that is started in it; in the end it is gone, and its logs were searched for secrets."""

    def __init__(self):
        self.stack, self.servers, self.leaks, self.tokens = contextlib.ExitStack(), [], Counter(), set()

    def __enter__(self):
        self.folder = self.stack.enter_context(tempfile.TemporaryDirectory(prefix="latchkey-faults-"))
        os.chmod(self.folder, 0o711)  # PostgreSQL goes through it.
        return self

    def __exit__(self, kind, error, trace):
        for server in self.servers:
            server.kill()
        try:
            for server in self.servers:
                self.search(server)
            if kind in (None, Broken) and self.leaks:
                leaks = "; ".join(f"{times} times {leak}" for leak, times in self.leaks.most_common(5))
                raise Broken(f"{error}; and " * bool(error) + leaks)
        finally:
            self.stack.close()

    def little_memory(self, megabytes):
        """What a server starts behind so that it has no more memory than this; how that is done, and what it took at most."""
        for kind, limit, most in (("memory/", "memory.limit_in_bytes", "memory.max_usage_in_bytes"), ("", "memory.max", "memory.peak")):
            group = f"/sys/fs/cgroup/{kind}latchkey-faults-{os.getpid()}"
            try:
                os.mkdir(group)
                self.stack.callback(os.rmdir, group)
                with open(f"{group}/{limit}", "w") as file:
                    file.write(str(megabytes << 20))
            except OSError:
                continue
            enter = ["sh", "-c", f'echo $$ >{group}/cgroup.procs && exec "$@"', "sh"]
            return enter, "a cgroup", lambda: int(open(f"{group}/{most}").read()) / (1 << 20)
        raise Lacking("needs root and a cgroup with memory")

    def small_disk(self, megabytes):
        """A folder on a disk of its own."""
        if os.getuid():
            raise Lacking("needs root, to make a small disk")
        folder = tempfile.mkdtemp(dir=self.folder)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=711", "tmpfs", folder], check=True)
        self.stack.callback(subprocess.run, ["umount", "--lazy", folder])
        return folder

    def search(self, server):
        """Looks for what must not be in a log."""
        with open(server.log_file, errors="replace") as log:
            for line in log:
                for what, pattern in IN_A_LOG:
                    if pattern.search(line):
                        self.leaks[f"{what} in the log: {line.strip()[:300]}"] += 1
                if not self.tokens.isdisjoint(LONG.findall(line)):
                    self.leaks["a token in the log"] += 1

    def keep(self, tokens):
        self.tokens.update(tokens.values())

    def server(self, *prefix, folder=None, **settings):
        """A server, once it is ready; SQLite in this house's folder unless DATABASE_URL says otherwise."""
        server = Server(self, prefix, folder or self.folder, settings)
        self.servers.append(server)
        return server.wait_until_ready()

    def starting(self, *prefix, **settings):
        """A server that was started, and may or may not become ready."""
        server = Server(self, prefix, self.folder, settings)
        self.servers.append(server)
        return server

    def postgres(self, folder=None, initdb=(), standby_of=None, **settings):
        """A PostgreSQL server; durable, as it comes."""
        folder = folder or tempfile.mkdtemp(dir=self.folder)
        return self.stack.enter_context(Postgres(folder, initdb, standby_of, settings))


def environment(settings):
    """Nothing of this machine's settings, and no limits but those that a script is about."""
    defaults = {"BCRYPT_COST": 10, "ATTEMPTS_PER_ADDRESS": 1000000, "ATTEMPTS_OVERALL": 1000000, "HASH_LANES": 4}
    if "postgres" in str(settings.get("DATABASE_URL", "")):
        defaults["SECRET_KEY"] = SECRET_KEY
    given = {**defaults, **settings}
    return {"PATH": os.environ["PATH"], **{name: str(value) for name, value in given.items()}}


def latchkey(*arguments, folder, **settings):
    """Runs a command of Latchkey to its end."""
    return subprocess.run([BINARY, *arguments], cwd=folder, env=environment(settings), capture_output=True, text=True, timeout=60)


class Server:
    """`latchkey` in a process of its own."""

    def __init__(self, house, prefix, folder, settings):
        self.house = house
        self.log_file = os.path.join(house.folder, f"server-{len(house.servers)}.log")
        env = environment({"BIND": "127.0.0.1:0", **settings})
        with open(self.log_file, "w") as log:
            self.process = subprocess.Popen([*prefix, BINARY], cwd=folder, env=env, stdout=log, stderr=log)
        self.begun, self.port = time.monotonic(), None

    def log(self):
        with open(self.log_file, errors="replace") as log:
            return log.read()

    def is_ready(self):
        ready = re.search(r"ready at http://127\.0\.0\.1:(\d+)", self.log())
        self.port = int(ready[1]) if ready else None
        return bool(ready)

    def wait_until_ready(self, seconds=30):
        while not self.is_ready():
            if self.process.poll() is not None:
                raise NotReady(self.log().strip())
            expect(time.monotonic() - self.begun < seconds, f"the server did not start within {seconds} s")
            time.sleep(0.005)
        return self

    @property
    def pid(self):
        """Of the server itself, also behind a program that starts it."""
        children = open(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read().split()
        return int(children[0]) if children else self.process.pid

    def memory(self):
        """In MB, resident."""
        return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{self.pid}/status").read())[1]) / 1024

    def threads(self):
        return len(os.listdir(f"/proc/{self.pid}/task"))

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def lives(self):
        return self.process.poll() is None

    def signal(self, number):
        os.kill(self.pid, number)

    def kill(self):
        if self.lives():
            with contextlib.suppress(ProcessLookupError, FileNotFoundError):
                self.signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds=15):
        """Ends it as a supervisor does, and says with which status."""
        self.signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def get(self, path, timeout=10):
        """The status of a page; None where nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def ask(self, document, token=None, variables=None, **form):
        """An answer, on a connection of its own."""
        begun = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {"content-type": "application/json", "connection": "close"}
        body = {"query": document, "variables": variables or {"i": form}}
        if token:
            headers["authorization"] = f"Bearer {token}"
        try:
            connection.request("POST", "/graphql", json.dumps(body), headers)
            text = connection.getresponse().read().decode()
        except (OSError, http.client.HTTPException):
            text = None
        finally:
            connection.close()
        return Answer(self.house, text, time.monotonic() - begun)

    def register(self, name):
        return self.ask(REGISTER, username=name, password=PASSWORD)

    def login(self, name, password=PASSWORD):
        return self.ask(LOGIN, identifier=name, password=password)

    def refresh(self, token):
        return self.ask(REFRESH, refreshToken=token)

    def update(self, token, name):
        return self.ask(UPDATE, token, displayName=name)

    def logout(self, token):
        return self.ask(LOGOUT, token)

    def verify(self, token):
        return self.ask(VERIFY, variables={"token": token})

    def profile(self, token):
        return self.ask(PROFILE, token)


class Answer:
    """What the server said, in a word: a type's name, an error's code, or NO_ANSWER."""

    def __init__(self, house, text, took):
        self.took, self.tokens, self.data = took, None, {}
        if text is None:
            self.outcome = "NO_ANSWER"
            return
        words = LONG.sub("", text)  # In a token, any short word turns up one day.
        for what, pattern in IN_AN_ANSWER:
            if pattern.search(words):
                house.leaks[f"{what} in an answer: {text[:300]}"] += 1
        try:
            answer = json.loads(text)
        except ValueError:
            self.outcome = "NOT_JSON"
            return
        if "errors" in answer:
            self.outcome = answer["errors"][0]["extensions"]["code"]
            return
        (self.data,) = answer["data"].values()
        self.outcome = self.data["__typename"]
        if self.outcome == "TokenVerification":
            self.outcome = "VALID" if self.data["valid"] else self.data["reason"]
        self.tokens = self.data.get("tokens")
        if self.tokens:
            house.keep(self.tokens)


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
DEFUSED = {"400", "408", "413", "415", "431", "cut off"}


def bomb(server, name):
    """Sends up to 20 MB of it; the status that came back, or that the connection was cut off."""
    head, more = BOMBS[name]
    sent, answer = len(head), b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
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


class Socket:
    """A WebSocket (RFC 6455) of somebody who is told of their ended sessions."""

    def __init__(self, server, token):
        self.connection = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        self.connection.sendall(
            b"GET /graphql HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\n"
            b"sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n"
        )
        self.stream = self.connection.makefile("rb")
        while self.stream.readline().strip():
            pass
        self.send({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
        expect(self.next().get("type") == "connection_ack", "a socket is not acknowledged")
        self.send({"type": "subscribe", "id": "1", "payload": {"query": "subscription { sessionEnded { id } }"}})

    def send(self, message):
        data = json.dumps(message).encode()
        length = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0x80 | 126]) + len(data).to_bytes(2, "big")
        self.connection.sendall(b"\x81" + length + bytes(4) + data)  # Masked with zeroes.

    def next(self):
        """The next message; nothing when the socket is closed."""
        while True:
            kind, length = self.stream.read(2)
            if length == 126:
                length = int.from_bytes(self.stream.read(2), "big")
            data = self.stream.read(length)
            if kind & 15 == 1:
                return json.loads(data)
            if kind & 15 == 8:
                return {}

    def close(self):
        self.stream.close()
        self.connection.close()


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


def told(outcomes):
    """What came of it, for people."""
    return ", ".join(f"{times} {outcome}" for outcome, times in outcomes.most_common())


class Postgres:
    """A PostgreSQL server that may be stopped, hung and killed. Leaves nothing behind."""

    def __init__(self, folder, initdb, standby_of, settings):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb")) or [shutil.which("initdb")]
        if not found[-1]:
            raise Lacking("needs PostgreSQL's programs, which Debian has in the package postgresql")
        self.bin, self.folder, self.port = os.path.dirname(found[-1]), folder, free_port()
        self.data, self.settings, self.process = os.path.join(folder, "data"), settings, None
        self.as_owner = []
        if os.getuid() == 0:
            # PostgreSQL refuses to run as root.
            if subprocess.run(["id", "postgres"], capture_output=True).returncode:
                raise Lacking("needs the user postgres, whom Debian's package postgresql brings along")
            self.as_owner = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
            shutil.chown(folder, "postgres", "postgres")
        if standby_of:
            self.call("pg_basebackup", "-d", standby_of.url(), "-D", self.data, "-R", "-c", "fast")
            return
        arguments = ["-D", self.data, "-U", "latchkey", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        self.call("initdb", *arguments, *initdb)

    def call(self, program, *arguments):
        command = [*self.as_owner, os.path.join(self.bin, program), *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr}")
        return done.stdout

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()

    def start(self):
        """Starts it, and waits until it answers."""
        self.launch()
        eventually(self.answers, 60, f"PostgreSQL does not answer ({self.log_file()}) after it was started")

    def launch(self):
        settings = {"unix_socket_directories": self.folder, "listen_addresses": "127.0.0.1", **self.settings}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = [*self.as_owner, os.path.join(self.bin, "postgres"), "-D", self.data, "-p", str(self.port), *options]
        with open(self.log_file(), "a") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)

    def log_file(self):
        return os.path.join(os.path.dirname(self.folder), f"{os.path.basename(self.folder)}.log")

    def answers(self):
        return subprocess.run([os.path.join(self.bin, "pg_isready"), "-qh", "127.0.0.1", "-p", str(self.port)]).returncode == 0

    def url(self, database="postgres", user="latchkey"):
        return f"postgres://{user}@127.0.0.1:{self.port}/{database}"

    def psql(self, database, user):
        return [os.path.join(self.bin, "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", self.url(database, user)]

    def sql(self, statement, database="postgres", user="latchkey"):
        done = subprocess.run([*self.psql(database, user), "-c", statement], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    @contextlib.contextmanager
    def holding(self, statement, database="postgres", user="latchkey"):
        """A transaction of somebody else's that stays open after a statement."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        other = subprocess.Popen(self.psql(database, user), text=True, **pipes)
        other.stdin.write(f"BEGIN; {statement}; SELECT 'held';\n")
        other.stdin.flush()
        expect("held\n" in iter(other.stdout.readline, ""), "another transaction cannot be opened")
        try:
            yield
        finally:
            other.communicate()

    def disconnect(self):
        """Ends every connection, as a failover does."""
        self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")

    def connections(self):
        return int(self.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'latchkey'"))

    def processes(self):
        """The first one, and all that it started."""
        children = open(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read().split()
        return [self.process.pid, *map(int, children)]

    def signal(self, number):
        """To every one of its processes."""
        # The first one stands still first, so that it starts no others meanwhile.
        os.kill(self.process.pid, signal.SIGSTOP)
        for pid in reversed(self.processes()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def hang(self):
        self.signal(signal.SIGSTOP)

    def go_on(self):
        self.signal(signal.SIGCONT)

    def kill(self):
        """As the kernel does when memory runs out: all of it, there and then."""
        if self.process and self.process.poll() is None:
            self.signal(signal.SIGKILL)
            self.process.wait()

    def stop(self):
        """As an operator does: open transactions are rolled back."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait()


class Connection:
    """One request after the other, on a connection that is kept."""

    def __init__(self, port):
        self.port, self.open = port, None

    async def send(self, head, body=b""):
        self.open = self.open or await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.open
        try:
            writer.write(head + b"host: x\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)\r\ncontent-length: (\d+)", answer)
            return json.loads(await reader.readexactly(int(length[1])))
        except BaseException:
            self.close()
            raise

    def close(self):
        self.open[1].close()
        self.open = None

    async def ask(self, query, variables=None, token=None):
        head = b"POST /graphql HTTP/1.1\r\ncontent-type: application/json\r\n"
        if token:
            head += f"authorization: Bearer {token}\r\n".encode()
        return await self.send(head, json.dumps({"query": query, "variables": variables}).encode())

    async def published(self):
        keys = await self.send(b"GET /.well-known/jwks.json HTTP/1.1\r\n")
        return [key["kid"] for key in keys["keys"]]


async def ask_once(port, query, variables=None, token=None):
    """Asks on a connection that is not kept: the server closes one that rests for five seconds."""
    connection = Connection(port)
    answer = await connection.ask(query, variables, token)
    connection.close()
    return answer["data"]
