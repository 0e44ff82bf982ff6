"""Programs around the instances: reverse proxies and PgBouncer with the examples of deploy/, and clients behind them."""

import base64, contextlib, http.client, json, os, re, shutil, signal, socket, ssl, struct, subprocess, threading, time

from . import PASSWORD, ROOT, Answer, Skipped, Server, eventually, expect, free_port, need

NAME = "accounts.example.com"
IN_TIME = 5
GOOD = {"User", "VALID", "LoginSuccess", "RegisterSuccess", "RefreshTokenSuccess"}
SUBSCRIBE = "subscription { sessionEnded { id current } }"


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


def certificate(lab):
    """A certificate for this test and its key."""
    files = [os.path.join(lab.folder, f"latchkey.{kind}") for kind in ("crt", "key")]
    if not os.path.exists(files[0]):
        command = [need("openssl", "openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        command += ["-days", "1", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-out", files[0], "-keyout", files[1]]
        subprocess.run(command, check=True, capture_output=True)
    return files


def haproxy(lab, instances):
    """HAProxy with deploy/haproxy.cfg in front of these ports."""
    crt, key = certificate(lab)
    pem, plain, port = os.path.join(lab.folder, "latchkey.pem"), free_port(), free_port()
    with open(pem, "w") as file:
        file.write(open(crt).read() + open(key).read())
    names = "abcdefgh"
    servers = "".join(f"    server {names[n]} 127.0.0.1:{port}\n" for n, port in enumerate(instances))
    lines = {
        "log /dev/log local0": "log stderr format raw local0 warning",
        "bind :80\n": f"bind 127.0.0.1:{plain}\n",
        "bind :443 ssl crt /etc/haproxy/latchkey.pem": f"bind 127.0.0.1:{port} ssl crt {pem}",
        "    server a 10.0.0.11:8000\n    server b 10.0.0.12:8000\n": servers,
    }
    file = deploy_file(lab, "haproxy.cfg", lines=lines)
    program = Program(lab, "haproxy", [need("haproxy", "haproxy"), "-db", "-W", "-f", file]).wait_for(port)
    return ReverseProxy(lab, port, plain, crt, program)


def nginx(lab, instances):
    """nginx with deploy/nginx.conf in front of these ports."""
    crt, key = certificate(lab)
    port, plain = free_port(), free_port()
    each = "    server 10.0.0.{}:8000 max_fails=1 fail_timeout=2s;\n"
    servers = "".join(f"    server 127.0.0.1:{port} max_fails=1 fail_timeout=2s;\n" for port in instances)
    lines = {
        each.format(11) + each.format(12): servers,
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port} ssl http2;",
        "/etc/ssl/latchkey.crt": crt,
        "/etc/ssl/latchkey.key": key,
    }
    site = deploy_file(lab, "nginx.conf", lines=lines)
    whole = os.path.join(lab.folder, "nginx-whole.conf")
    with open(whole, "w") as file:
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = "".join(f"{kind}_temp_path {lab.folder}/nginx-{kind};" for kind in kinds)
        file.write(f"events {{}} http {{ access_log off; {temporary} include {site}; }}\n")
    given = f"daemon off; pid {lab.folder}/nginx.pid; error_log stderr warn;"
    binary = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or need("nginx", "nginx")
    program = Program(lab, "nginx", [binary, "-p", lab.folder, "-e", "stderr", "-c", whole, "-g", given]).wait_for(port)
    return ReverseProxy(lab, port, plain, crt, program)


def caddy(lab, instances):
    """Caddy with deploy/Caddyfile in front of these ports, with the certificate of this test."""
    crt, key = certificate(lab)
    port, plain = free_port(), free_port()
    lines = {
        f"{NAME} {{\n": f"{{\n admin off\n http_port {plain}\n https_port {port}\n}}\n{NAME} {{\n tls {crt} {key}\n",
        "10.0.0.11:8000 10.0.0.12:8000": " ".join(f"127.0.0.1:{port}" for port in instances),
    }
    file = deploy_file(lab, "Caddyfile", lines=lines)
    home = ["env", f"HOME={lab.folder}", f"XDG_DATA_HOME={lab.folder}", f"XDG_CONFIG_HOME={lab.folder}"]
    command = [*home, need("caddy", "caddy"), "run", "--adapter", "caddyfile", "--config", file]
    return ReverseProxy(lab, port, plain, crt, Program(lab, "caddy", command).wait_for(port))


REVERSE_PROXIES = {"haproxy": haproxy, "nginx": nginx, "caddy": caddy}


class Secure(http.client.HTTPSConnection):
    """A connection to the public name, which leads to this machine, with its certificate verified."""

    def __init__(self, port, crt):
        super().__init__(NAME, timeout=10)
        self.local_port, self.trust = port, ssl.create_default_context(cafile=crt)

    def connect(self):
        self.sock = self.trust.wrap_socket(socket.create_connection(("127.0.0.1", self.local_port), 10), server_hostname=NAME)


class ReverseProxy(Server):
    """A reverse proxy. Each client thread has one persistent connection to it, as browsers have."""

    def __init__(self, lab, port, plain, crt, program):
        self.lab, self.port, self.plain, self.crt, self.program = lab, port, plain, crt, program
        self.kept = threading.local()

    def request(self, method, path, body=None, headers=None):
        """The status, the headers and the body of the response."""
        if not hasattr(self.kept, "connection"):
            self.kept.connection = Secure(self.port, self.crt)
        try:
            self.kept.connection.request(method, path, body, headers or {})
            response = self.kept.connection.getresponse()
            return response.status, response.headers, response.read().decode()
        except (OSError, http.client.HTTPException):
            self.kept.connection.close()
            raise

    def ask(self, document, token=None, variables=None, headers=None, **form):
        begun = time.monotonic()
        headers = {"content-type": "application/json", **(headers or {})}
        if token:
            headers["authorization"] = f"Bearer {token}"
        try:
            _, _, text = self.request("POST", "/graphql", json.dumps({"query": document, "variables": variables or {"i": form}}), headers)
        except (OSError, http.client.HTTPException):
            text = None
        return Answer(self.lab, text, time.monotonic() - begun)


class Subscriber:
    """A subscription to the ended sessions of a user, at an instance or through a reverse proxy."""

    def __init__(self, server, token):
        raw = socket.create_connection(("127.0.0.1", server.port), 10)
        crt = getattr(server, "crt", None)
        self.socket = ssl.create_default_context(cafile=crt).wrap_socket(raw, server_hostname=NAME) if crt else raw
        key = base64.b64encode(os.urandom(16)).decode()
        head = f"GET /graphql HTTP/1.1\r\nHost: {NAME}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        head += f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
        self.socket.sendall(head.encode())
        self.file = self.socket.makefile("rb")
        status = self.file.readline().decode().strip()
        expect(" 101 " in f"{status} ", f"no WebSocket: {status}")
        while self.file.readline().strip():
            pass
        self.send({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
        expect(self.next()["type"] == "connection_ack", "a WebSocket is not acknowledged")
        self.send({"type": "subscribe", "id": "1", "payload": {"query": SUBSCRIBE}})
        time.sleep(0.5)  # The protocol has no message for the start of a subscription.

    def send(self, message):
        text, mask = json.dumps(message).encode(), os.urandom(4)
        length = bytes([0x80 | len(text)]) if len(text) < 126 else b"\xfe" + struct.pack(">H", len(text))
        self.socket.sendall(b"\x81" + length + mask + bytes(byte ^ mask[n % 4] for n, byte in enumerate(text)))

    def next(self):
        """The next message that is no ping. None if the socket is closed, or silent for ten seconds."""
        while True:
            try:
                kind, length = self.file.read(2)
                length = struct.unpack(">H", self.file.read(2))[0] if length == 126 else length
                text = self.file.read(length)
            except (OSError, ValueError):
                return None
            if kind & 15 == 1:
                return json.loads(text)
            if kind & 15 == 8:
                return None

    def ended_session(self):
        """The id of the next ended session, and how long it took to arrive."""
        begun, message = time.monotonic(), self.next()
        return (message and message["payload"]["data"]["sessionEnded"]["id"]), time.monotonic() - begun
