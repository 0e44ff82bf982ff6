"""Latchkey in a separate process, and its responses."""

import contextlib, http.client, json, os, re, signal, subprocess, time

from .documents import LOGIN, LOGOUT, PASSWORD, PROFILE, REFRESH, REGISTER, SECRET_KEY, UPDATE, VERIFY
from .expectations import NotReady, expect
from .leaks import IN_A_RESPONSE, LONG

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
BINARY = os.path.abspath(os.environ.get("LATCHKEY", os.path.join(ROOT, "target/debug/latchkey")))


def environment(settings):
    """The environment of a process: no settings of this machine, and high rate limits unless the settings say otherwise."""
    defaults = {"BCRYPT_COST": 10, "ATTEMPTS_PER_ADDRESS": 1000000, "ATTEMPTS_OVERALL": 1000000, "HASH_LANES": 4}
    if "postgres" in str(settings.get("DATABASE_URL", "")):
        defaults["SECRET_KEY"] = SECRET_KEY
    given = {**defaults, **settings}
    return {"PATH": os.environ["PATH"], **{name: str(value) for name, value in given.items()}}


def latchkey(*arguments, folder, binary=BINARY, **settings):
    """Runs a command of Latchkey and waits for its end."""
    return subprocess.run(
        [binary, *arguments], cwd=folder, env=environment(settings), capture_output=True, text=True, timeout=60
    )


class Server:
    """A server process."""

    def __init__(self, lab, prefix, folder, binary, settings):
        self.lab = lab
        self.log_file = os.path.join(lab.folder, f"server-{len(lab.servers)}.log")
        env = environment({"BIND": "127.0.0.1:0", **settings})
        with open(self.log_file, "w") as log:
            self.process = subprocess.Popen([*prefix, binary], cwd=folder, env=env, stdout=log, stderr=log)
        self.begun, self.port = time.monotonic(), None

    def log(self):
        with open(self.log_file, errors="replace") as log:
            return log.read()

    def is_ready(self):
        ready = re.search(r"Latchkey is ready.*http://127\.0\.0\.1:(\d+)", self.log())
        self.port = int(ready[1]) if ready else None
        return bool(ready)

    def wait_until_ready(self, seconds=30):
        while not self.is_ready():
            if self.process.poll() is not None:
                raise NotReady(self.log().strip())
            expect(time.monotonic() - self.begun < seconds, f"the server is not ready within {seconds} s")
            time.sleep(0.005)
        return self

    @property
    def pid(self):
        """The process id of the server, also if another program started it."""
        children = open(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read().split()
        return int(children[0]) if children else self.process.pid

    def memory(self):
        """The resident memory, in MB."""
        return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{self.pid}/status").read())[1]) / 1024

    def threads(self):
        return len(os.listdir(f"/proc/{self.pid}/task"))

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def is_running(self):
        return self.process.poll() is None

    def signal(self, number):
        os.kill(self.pid, number)

    def kill(self):
        if self.is_running():
            with contextlib.suppress(ProcessLookupError, FileNotFoundError):
                self.signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds=15):
        """Stops the server with SIGTERM, as a supervisor does, and returns its exit status."""
        self.signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def get(self, path, timeout=10):
        """The status of the response, or None if there is no response."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def ask(self, document, token=None, variables=None, **form):
        """Executes a document on a new connection."""
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
        return Answer(self.lab, text, time.monotonic() - begun)

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
    """A response and its outcome: the name of a type, the code of an error, or NO_ANSWER."""

    def __init__(self, lab, text, took):
        self.took, self.tokens, self.data = took, None, {}
        if text is None:
            self.outcome = "NO_ANSWER"
            return
        words = LONG.sub("", text)  # A token may contain any short word.
        for what, pattern in IN_A_RESPONSE:
            if pattern.search(words):
                lab.leaks[f"{what} in a response: {text[:300]}"] += 1
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
            lab.keep(self.tokens)
