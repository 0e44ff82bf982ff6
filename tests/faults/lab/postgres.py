"""A PostgreSQL server that may be stopped, hung and killed."""

import contextlib, glob, os, shutil, signal, socket, subprocess, time

from .promise import Broken, Lacking, eventually, expect


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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

        def answers():
            if self.process.poll() is not None:
                # One of those that were killed may still be going, and have the memory that all of them share.
                time.sleep(0.2)
                self.launch()
            return self.answers()

        try:
            eventually(answers, 60, "PostgreSQL does not answer")
        except Broken as broken:
            with open(self.log_file()) as log:
                raise Broken(f"{broken}; its log ends with {log.read()[-300:]!r}") from None

    def launch(self):
        settings = {"unix_socket_directories": self.folder, "listen_addresses": "127.0.0.1", **self.settings}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = [*self.as_owner, os.path.join(self.bin, "postgres"), "-D", self.data, "-p", str(self.port), *options]
        with open(self.log_file(), "a") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)

    def log_file(self):
        return os.path.join(os.path.dirname(self.folder), f"{os.path.basename(self.folder)}.log")

    def answers(self):
        return (
            subprocess.run([os.path.join(self.bin, "pg_isready"), "-qh", "127.0.0.1", "-p", str(self.port)]).returncode
            == 0
        )

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
        self.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )

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
