"""Latchkey in a process of its own, and what it answers."""

import contextlib, http.client, json, os, re, signal, subprocess, time

from .promise import NotReady, expect
from .words import IN_AN_ANSWER, LOGIN, LOGOUT, LONG, PASSWORD, PROFILE, REFRESH, REGISTER, SECRET_KEY, UPDATE, VERIFY

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
BINARY = os.path.abspath(os.environ.get("LATCHKEY", os.path.join(ROOT, "target/debug/latchkey")))


def environment(settings):
    """Nothing of this machine's settings, and no limits but those that a script is about."""
    defaults = {"BCRYPT_COST": 10, "ATTEMPTS_PER_ADDRESS": 1000000, "ATTEMPTS_OVERALL": 1000000, "HASH_LANES": 4}
    if "postgres" in str(settings.get("DATABASE_URL", "")):
        defaults["SECRET_KEY"] = SECRET_KEY
    given = {**defaults, **settings}
    return {"PATH": os.environ["PATH"], **{name: str(value) for name, value in given.items()}}


def latchkey(*arguments, folder, binary=BINARY, **settings):
    """Runs a command of Latchkey to its end."""
    return subprocess.run(
        [binary, *arguments], cwd=folder, env=environment(settings), capture_output=True, text=True, timeout=60
    )


class Server:
    """`latchkey` in a process of its own."""

    def __init__(self, house, prefix, folder, binary, settings):
        self.house = house
        self.log_file = os.path.join(house.folder, f"server-{len(house.servers)}.log")
        env = environment({"BIND": "127.0.0.1:0", **settings})
        with open(self.log_file, "w") as log:
            self.process = subprocess.Popen([*prefix, binary], cwd=folder, env=env, stdout=log, stderr=log)
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
