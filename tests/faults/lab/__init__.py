"""Shared code of the fault tests: a lab starts servers and databases, and cleans up after them.

A fault test is a script with a docstring and a function that takes a `Lab` and returns one sentence about what it saw.
`run` calls the function. The script exits with 0 if the guarantee holds, with 1 if it does not hold, and with 77 if the
machine lacks something that the test needs. LATCHKEY names the binary to test (default: target/debug/latchkey). All
traffic stays on the loopback interface.
"""

import contextlib, os, signal, subprocess, sys, tempfile, threading
from collections import Counter

from .clients import Clients, Outcome, in_parallel, summary
from .connections import Connection, Socket, ask_once
from .documents import (
    DOMAIN, LOGIN, LOGOUT, PASSWORD, PROFILE, PUBLIC_URL, REFRESH, REGISTER, REQUEST_RESET, REQUEST_VERIFICATION, RESET,
    SECRET_KEY, TEMPORARY, UPDATE, VERIFY, VERIFY_EMAIL
)
from .expectations import Failed, NotReady, Skipped, argument, eventually, expect, need
from .huge_requests import HUGE_REQUESTS, REFUSALS, send_huge_request
from .leaks import IN_A_LOG, LONG
from .mail_load import MailLoad
from .mail_server import MailServer
from .postgres import Postgres, free_port
from .server import BINARY, ROOT, Answer, Server, environment, latchkey


def run(script):
    """Runs a script, cleans up, prints the result and exits with its status."""
    if sys.argv[1:2] in (["-h"], ["--help"]):
        print(sys.modules["__main__"].__doc__.strip())
        sys.exit(0)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if not os.access(BINARY, os.X_OK):
        sys.exit(f"There is no {BINARY}. Run `cargo build`, or set LATCHKEY to the path of the binary.")
    try:
        with Lab() as lab:
            result = script(lab)
        print(f"holds: {result}")
    except Failed as failed:
        print(f"FAILED: {failed}")
        sys.exit(1)
    except Skipped as skipped:
        print(f"skipped: {skipped}")
        sys.exit(77)


class Lab:
    """A temporary folder and everything that is started in it. At the end, the logs are searched for secrets."""

    def __init__(self):
        self.stack, self.servers, self.leaks, self.tokens = contextlib.ExitStack(), [], Counter(), set()
        self.lock, self.is_closed = threading.Lock(), False

    def __enter__(self):
        # If the script fails, threads of another lab may still write to the folder.
        folder = tempfile.TemporaryDirectory(prefix="latchkey-faults-", ignore_cleanup_errors=True)
        self.folder = self.stack.enter_context(folder)
        os.chmod(self.folder, 0o711)  # PostgreSQL runs as another user and needs to enter the folder.
        return self

    def __exit__(self, kind, error, trace):
        with self.lock:
            self.is_closed = True
        for server in self.servers:
            server.kill()
        try:
            for server in self.servers:
                self.search(server)
            if kind in (None, Failed) and self.leaks:
                leaks = "; ".join(f"{times} times {leak}" for leak, times in self.leaks.most_common(5))
                raise Failed(f"{error}; and " * bool(error) + leaks)
        finally:
            self.stack.close()

    def little_memory(self, megabytes):
        """Limits the memory of a server: the command prefix that does so, its name, and a function for the peak."""
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
        raise Skipped("needs root and a cgroup with memory")

    def small_disk(self, megabytes):
        """A folder on a separate disk of this size."""
        if os.getuid():
            raise Skipped("needs root, to create a small disk")
        folder = tempfile.mkdtemp(dir=self.folder)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=711", "tmpfs", folder], check=True)
        self.stack.callback(subprocess.run, ["umount", "--lazy", folder])
        return folder

    def search(self, server):
        """Searches the log of a server for secrets."""
        with open(server.log_file, errors="replace") as log:
            for line in log:
                for what, pattern in IN_A_LOG:
                    if pattern.search(line):
                        self.leaks[f"{what} in the log: {line.strip()[:300]}"] += 1
                if not self.tokens.isdisjoint(LONG.findall(line)):
                    self.leaks["a token in the log"] += 1

    def separate_lab(self):
        """Another lab for a scenario that runs at the same time. It is cleaned up together with this one."""
        return self.stack.enter_context(Lab())

    def keep(self, tokens):
        """Remembers tokens, to search the logs for them."""
        self.tokens.update(tokens.values())

    def server(self, *prefix, folder=None, binary=BINARY, **settings):
        """Starts a server and waits until it is ready. It uses SQLite in the lab's folder unless DATABASE_URL is given."""
        return self.starting(*prefix, folder=folder, binary=binary, **settings).wait_until_ready()

    def starting(self, *prefix, folder=None, binary=BINARY, **settings):
        """Starts a server without waiting for it."""
        with self.lock:
            # A thread of the script may still run after the lab has been closed.
            expect(not self.is_closed, "the lab is closed")
            server = Server(self, prefix, folder or self.folder, binary, settings)
            self.servers.append(server)
        return server

    def mail_server(self):
        """Starts a mail server and waits until it answers."""
        return self.stack.enter_context(MailServer(self))

    def postgres(self, folder=None, initdb=(), standby_of=None, **settings):
        """Starts a PostgreSQL server with its default durability (fsync is on)."""
        folder = folder or tempfile.mkdtemp(dir=self.folder)
        return self.stack.enter_context(Postgres(folder, initdb, standby_of, settings))
