"""Programs around the instances, with the examples of deploy/: their files, their processes, and PgBouncer."""

import contextlib, os, re, shutil, signal, socket, subprocess, time

from . import PASSWORD, ROOT, Skipped, eventually, expect, free_port

IN_TIME = 5
GOOD = {"User", "VALID", "LoginSuccess", "RegisterSuccess", "RefreshTokenSuccess"}


def deploy_file(lab, name, lines):
    """Copies a file of deploy/ and replaces parts of it. Each part must occur in the file."""
    text = open(os.path.join(ROOT, "deploy", name)).read()
    for old, new in lines.items():
        expect(old in text, f"deploy/{name} has no {old!r}")
        text = text.replace(old, str(new))
    path = os.path.join(lab.folder, name)
    with open(path, "w") as file:
        file.write(text)
    return path


def until_back(works, otherwise):
    """Waits until everything works again, and returns when the successful try began."""
    begun = time.monotonic()
    while True:
        after = time.monotonic() - begun
        expect(after < IN_TIME, f"{otherwise} after {IN_TIME} s")
        if works():
            return after
        time.sleep(0.05)


class Program:
    """A program with a log file, which is killed when the lab is closed."""

    def __init__(self, lab, name, command):
        self.name, self.command, self.process = name, command, None
        self.log_file = os.path.join(lab.folder, f"{name}.log")
        lab.stack.callback(self.kill)
        self.start()

    def start(self):
        with open(self.log_file, "a") as log:
            # In a process group, so that its children are killed with it.
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, start_new_session=True)

    def kill(self):
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def log(self):
        return open(self.log_file, errors="replace").read()

    def wait_for(self, port, seconds=20):
        """Waits until the program accepts connections on this port."""
        eventually(lambda: accepts_connections(port) or self.process.poll() is not None, seconds, f"{self.name} does not listen")
        expect(self.process.poll() is None, f"{self.name} exited: {self.log().strip()[-500:]}")
        return self


def accepts_connections(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def as_postgres(lab):
    """The command prefix for programs that must not run as root: they run as the user postgres."""
    os.chmod(lab.folder, 0o711)
    return ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"] if os.getuid() == 0 else []


class PgBouncer:
    """PgBouncer with deploy/pgbouncer.ini: in transaction mode, or in session mode if this version is older than 1.21."""

    def __init__(self, lab, postgres_port, pool_size=20, mode=None):
        binary = os.environ.get("PGBOUNCER") or shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
        if not binary:
            raise Skipped("needs pgbouncer (Debian package pgbouncer), or PGBOUNCER with its path")
        output = subprocess.run([binary, "--version"], capture_output=True, text=True).stdout
        self.version = re.search(r"PgBouncer (\d+)\.(\d+)", output)
        self.version = tuple(map(int, self.version.groups()))
        knows_statements = self.version >= (1, 21)
        self.mode = mode or ("transaction" if knows_statements else "session")
        self.port, password = free_port(), PASSWORD.replace(" ", "-")
        users = os.path.join(lab.folder, "userlist.txt")
        with open(users, "w") as file:
            file.write(f'"latchkey" "{password}"\n')
        lines = {
            "host=10.0.0.21 port=5432": f"host=127.0.0.1 port={postgres_port}",
            "listen_port = 6432": f"listen_port = {self.port}",
            "auth_file = /etc/pgbouncer/userlist.txt": f"auth_file = {users}",
            "pool_mode = transaction": f"pool_mode = {self.mode}",
            # In session mode, each connection of a client needs a connection to PostgreSQL.
            "default_pool_size = 20": f"default_pool_size = {pool_size if self.mode == 'transaction' else 80}",
        }
        if self.mode == "session":
            # As deploy/README.md explains.
            lines["max_prepared_statements = 200\n"] = "ignore_startup_parameters = extra_float_digits,options\n"
        file = deploy_file(lab, "pgbouncer.ini", lines=lines)
        os.chmod(file, 0o644)
        self.program = Program(lab, "pgbouncer", [*as_postgres(lab), binary, file]).wait_for(self.port)
        self.url = f"postgres://latchkey:{password}@127.0.0.1:{self.port}/latchkey"

    def description(self):
        return f"PgBouncer {self.version[0]}.{self.version[1]} in {self.mode} mode"


LIMITS = {"statement_timeout": "3s", "lock_timeout": "2s", "idle_in_transaction_session_timeout": "10s"}


def prepare(postgres):
    """Creates the database and sets the limits of its role, as deploy/README.md explains."""
    postgres.sql("CREATE DATABASE latchkey")
    for name, value in LIMITS.items():
        postgres.sql(f"ALTER ROLE latchkey SET {name} = '{value}'")
