"""A PostgreSQL server that a test can stop, freeze and kill."""

import contextlib, glob, os, shutil, signal, socket, subprocess, time

from .expectations import Failed, Skipped, eventually, expect


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Postgres:
    """A PostgreSQL server with a temporary data directory."""

    def __init__(self, folder, initdb, standby_of, settings):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb")) or [shutil.which("initdb")]
        if not found[-1]:
            raise Skipped("needs PostgreSQL's programs (Debian package postgresql)")
        self.bin, self.folder, self.port = os.path.dirname(found[-1]), folder, free_port()
        self.data, self.settings, self.process = os.path.join(folder, "data"), settings, None
        self.as_owner = []
        if os.getuid() == 0:
            # PostgreSQL refuses to run as root.
            if subprocess.run(["id", "postgres"], capture_output=True).returncode:
                raise Skipped("needs the user postgres, which Debian's package postgresql creates")
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
        """Starts the server and waits until it answers."""
        self.launch()

        def answers():
            if self.process.poll() is not None:
                # A process of the killed server may still be running and hold its shared memory.
                time.sleep(0.2)
                self.launch()
            return self.answers()

        try:
            eventually(answers, 60, "PostgreSQL does not answer")
        except Failed as failed:
            with open(self.log_file()) as log:
                raise Failed(f"{failed}; its log ends with {log.read()[-300:]!r}") from None

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
        """Another transaction, which executes a statement and stays open during the `with` block."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        other = subprocess.Popen(self.psql(database, user), text=True, **pipes)
        other.stdin.write(f"BEGIN; {statement}; SELECT 'held';\n")
        other.stdin.flush()
        expect("held\n" in iter(other.stdout.readline, ""), "the other transaction could not be opened")
        try:
            yield
        finally:
            other.communicate()

    def disconnect(self):
        """Terminates all connections, as a failover does."""
        self.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )

    def connections(self):
        return int(self.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'latchkey'"))

    def processes(self):
        """The process ids of the server: its first process and the children of it."""
        children = open(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read().split()
        return [self.process.pid, *map(int, children)]

    def signal(self, number):
        """Sends a signal to all processes."""
        # The first process is stopped first, so that it does not start others.
        os.kill(self.process.pid, signal.SIGSTOP)
        for pid in reversed(self.processes()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def freeze(self):
        self.signal(signal.SIGSTOP)

    def resume(self):
        self.signal(signal.SIGCONT)

    def kill(self):
        """Kills all processes at once."""
        if self.process and self.process.poll() is None:
            self.signal(signal.SIGKILL)
            self.process.wait()

    def stop(self):
        """Stops the server as an operator does. Open transactions are rolled back."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
