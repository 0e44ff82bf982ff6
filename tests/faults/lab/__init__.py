"""What the scripts beside this share: a house in which a server and its database are started, and broken.

A script is a docstring and a function that takes a `House` and returns in one sentence what it saw; `run` does the rest.
It exits with 0 when the promise holds, 1 when it is broken, 77 when this machine lacks what it takes. LATCHKEY names
the binary, target/debug/latchkey otherwise. Everything stays on loopback, and is gone in the end.
"""

import contextlib, os, signal, subprocess, sys, tempfile, threading
from collections import Counter

from .connections import Connection, Socket, ask_once
from .crowd import BOMBS, DEFUSED, Crowd, Said, bomb, together, told
from .postgres import Postgres, free_port
from .promise import Broken, Lacking, NotReady, argument, eventually, expect, need
from .server import BINARY, ROOT, Answer, Server, environment, latchkey
from .smtp import MailServer
from .town import Town
from .words import (
    DOMAIN, IN_A_LOG, LOGIN, LOGOUT, LONG, PASSWORD, PROFILE, PUBLIC_URL, REFRESH, REGISTER, REQUEST_RESET,
    REQUEST_VERIFICATION, RESET, SECRET_KEY, TEMPORARY, UPDATE, VERIFY, VERIFY_EMAIL
)


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
        self.door, self.is_closed = threading.Lock(), False

    def __enter__(self):
        # When it ends early, somebody next door may still be writing.
        folder = tempfile.TemporaryDirectory(prefix="latchkey-faults-", ignore_cleanup_errors=True)
        self.folder = self.stack.enter_context(folder)
        os.chmod(self.folder, 0o711)  # PostgreSQL goes through it.
        return self

    def __exit__(self, kind, error, trace):
        with self.door:
            self.is_closed = True
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
        for kind, limit, most in (
            ("memory/", "memory.limit_in_bytes", "memory.max_usage_in_bytes"),
            ("", "memory.max", "memory.peak"),
        ):
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

    def next_door(self):
        """Another house, for what goes on at the same time; it is gone when this one is."""
        return self.stack.enter_context(House())

    def keep(self, tokens):
        self.tokens.update(tokens.values())

    def server(self, *prefix, folder=None, binary=BINARY, **settings):
        """A server, once it is ready; SQLite in this house's folder unless DATABASE_URL says otherwise."""
        return self.starting(*prefix, folder=folder, binary=binary, **settings).wait_until_ready()

    def starting(self, *prefix, folder=None, binary=BINARY, **settings):
        """The same, not ready yet."""
        with self.door:
            # What goes on at the same time may not have noticed yet.
            expect(not self.is_closed, "it is over")
            server = Server(self, prefix, folder or self.folder, binary, settings)
            self.servers.append(server)
        return server

    def mail_server(self):
        """A mail server, once it answers."""
        return self.stack.enter_context(MailServer(self))

    def postgres(self, folder=None, initdb=(), standby_of=None, **settings):
        """A PostgreSQL server; durable, as it comes."""
        folder = folder or tempfile.mkdtemp(dir=self.folder)
        return self.stack.enter_context(Postgres(folder, initdb, standby_of, settings))
