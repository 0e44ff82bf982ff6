"""What stands around instances: proxies and PgBouncer as deploy/ has them, and clients that come through them."""

import base64, contextlib, http.client, json, os, re, shutil, signal, socket, ssl, struct, subprocess, threading, time

from house import PASSWORD, ROOT, Answer, Lacking, Server, eventually, expect, free_port, need

NAME = "accounts.example.com"
IN_TIME = 5
GOOD = {"User", "VALID", "LoginSuccess", "RegisterSuccess", "RefreshTokenSuccess"}
SUBSCRIBE = "subscription { sessionEnded { id current } }"


def example(house, name, lines):
    """A file of deploy/ with the addresses of this test in it; what is to be replaced has to be there."""
    text = open(os.path.join(ROOT, "deploy", name)).read()
    for old, new in lines.items():
        expect(old in text, f"deploy/{name} has no {old!r}")
        text = text.replace(old, str(new))
    path = os.path.join(house.folder, name)
    with open(path, "w") as file:
        file.write(text)
    return path


def until_back(works, otherwise):
    """After how long everything worked again: what begins then, may take its time on a busy machine."""
    begun = time.monotonic()
    while True:
        after = time.monotonic() - begun
        expect(after < IN_TIME, f"{otherwise} after {IN_TIME} s")
        if works():
            return after
        time.sleep(0.05)


class Program:
    """A program beside the server, with its log; it ends with the house."""

    def __init__(self, house, name, command):
        self.name, self.command, self.process = name, command, None
        self.log_file = os.path.join(house.folder, f"{name}.log")
        house.stack.callback(self.kill)
        self.start()

    def start(self):
        with open(self.log_file, "a") as log:
            # Ends with all that it starts, by its own group.
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, start_new_session=True)

    def kill(self):
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def log(self):
        return open(self.log_file, errors="replace").read()

    def wait_for(self, port, seconds=20):
        """Until it takes connections there."""
        eventually(lambda: takes_connections(port) or self.process.poll() is not None, seconds, f"{self.name} does not listen")
        expect(self.process.poll() is None, f"{self.name} ended: {self.log().strip()[-500:]}")
        return self


def takes_connections(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def as_postgres(house):
    """Who may not be root, is the user whom PostgreSQL is, too."""
    os.chmod(house.folder, 0o711)
    return ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"] if os.getuid() == 0 else []


class PgBouncer:
    """deploy/pgbouncer.ini: in transaction mode, or in session mode where it is too old for that."""

    def __init__(self, house, postgres_port, pool_size=20, mode=None):
        binary = os.environ.get("PGBOUNCER") or shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
        if not binary:
            raise Lacking("needs pgbouncer, which Debian has in the package pgbouncer; PGBOUNCER names another one")
        said = subprocess.run([binary, "--version"], capture_output=True, text=True).stdout
        self.version = re.search(r"PgBouncer (\d+)\.(\d+)", said)
        self.version = tuple(map(int, self.version.groups()))
        knows_statements = self.version >= (1, 21)
        self.mode = mode or ("transaction" if knows_statements else "session")
        self.port, password = free_port(), PASSWORD.replace(" ", "-")
        users = os.path.join(house.folder, "userlist.txt")
        with open(users, "w") as file:
            file.write(f'"latchkey" "{password}"\n')
        lines = {
            "host=10.0.0.21 port=5432": f"host=127.0.0.1 port={postgres_port}",
            "listen_port = 6432": f"listen_port = {self.port}",
            "auth_file = /etc/pgbouncer/userlist.txt": f"auth_file = {users}",
            "pool_mode = transaction": f"pool_mode = {self.mode}",
            # In session mode, each connection of a client has one of its own.
            "default_pool_size = 20": f"default_pool_size = {pool_size if self.mode == 'transaction' else 80}",
        }
        if self.mode == "session":
            # As README.md has it.
            lines["max_prepared_statements = 200\n"] = "ignore_startup_parameters = extra_float_digits,options\n"
        file = example(house, "pgbouncer.ini", lines=lines)
        os.chmod(file, 0o644)
        self.program = Program(house, "pgbouncer", [*as_postgres(house), binary, file]).wait_for(self.port)
        self.url = f"postgres://latchkey:{password}@127.0.0.1:{self.port}/latchkey"

    def told(self):
        return f"PgBouncer {self.version[0]}.{self.version[1]} in {self.mode} mode"


LIMITS = {"statement_timeout": "3s", "lock_timeout": "2s", "idle_in_transaction_session_timeout": "10s"}


def prepare(postgres):
    """The database and its role's limits, as deploy/README.md has them."""
    postgres.sql("CREATE DATABASE latchkey")
    for name, value in LIMITS.items():
        postgres.sql(f"ALTER ROLE latchkey SET {name} = '{value}'")


def certificate(house):
    """Of this test alone: the certificate and its key."""
    files = [os.path.join(house.folder, f"latchkey.{kind}") for kind in ("crt", "key")]
    if not os.path.exists(files[0]):
        command = [need("openssl", "openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        command += ["-days", "1", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-out", files[0], "-keyout", files[1]]
        subprocess.run(command, check=True, capture_output=True)
    return files


def haproxy(house, instances):
    """deploy/haproxy.cfg in front of these ports."""
    crt, key = certificate(house)
    pem, plain, port = os.path.join(house.folder, "latchkey.pem"), free_port(), free_port()
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
    file = example(house, "haproxy.cfg", lines=lines)
    program = Program(house, "haproxy", [need("haproxy", "haproxy"), "-db", "-W", "-f", file]).wait_for(port)
    return Front(house, port, plain, crt, program)


def nginx(house, instances):
    """deploy/nginx.conf in front of these ports."""
    crt, key = certificate(house)
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
    site = example(house, "nginx.conf", lines=lines)
    whole = os.path.join(house.folder, "nginx-whole.conf")
    with open(whole, "w") as file:
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = "".join(f"{kind}_temp_path {house.folder}/nginx-{kind};" for kind in kinds)
        file.write(f"events {{}} http {{ access_log off; {temporary} include {site}; }}\n")
    given = f"daemon off; pid {house.folder}/nginx.pid; error_log stderr warn;"
    binary = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or need("nginx", "nginx")
    program = Program(house, "nginx", [binary, "-p", house.folder, "-e", "stderr", "-c", whole, "-g", given]).wait_for(port)
    return Front(house, port, plain, crt, program)


def caddy(house, instances):
    """deploy/Caddyfile in front of these ports, with the certificate of this test."""
    crt, key = certificate(house)
    port, plain = free_port(), free_port()
    lines = {
        f"{NAME} {{\n": f"{{\n admin off\n http_port {plain}\n https_port {port}\n}}\n{NAME} {{\n tls {crt} {key}\n",
        "10.0.0.11:8000 10.0.0.12:8000": " ".join(f"127.0.0.1:{port}" for port in instances),
    }
    file = example(house, "Caddyfile", lines=lines)
    home = ["env", f"HOME={house.folder}", f"XDG_DATA_HOME={house.folder}", f"XDG_CONFIG_HOME={house.folder}"]
    command = [*home, need("caddy", "caddy"), "run", "--adapter", "caddyfile", "--config", file]
    return Front(house, port, plain, crt, Program(house, "caddy", command).wait_for(port))


FRONTS = {"haproxy": haproxy, "nginx": nginx, "caddy": caddy}


class Secure(http.client.HTTPSConnection):
    """To a name that leads to this machine, and whose certificate is checked."""

    def __init__(self, port, crt):
        super().__init__(NAME, timeout=10)
        self.local_port, self.trust = port, ssl.create_default_context(cafile=crt)

    def connect(self):
        self.sock = self.trust.wrap_socket(socket.create_connection(("127.0.0.1", self.local_port), 10), server_hostname=NAME)


class Front(Server):
    """What clients come to: each of them on one connection that is kept, as browsers do."""

    def __init__(self, house, port, plain, crt, program):
        self.house, self.port, self.plain, self.crt, self.program = house, port, plain, crt, program
        self.kept = threading.local()

    def request(self, method, path, body=None, headers=None):
        """The status, the headers and the text."""
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
        return Answer(self.house, text, time.monotonic() - begun)


class Subscriber:
    """A client of graphql-transport-ws that is told of ended sessions, at an instance or through a front."""

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
        expect(self.next()["type"] == "connection_ack", "a WebSocket is not taken")
        self.send({"type": "subscribe", "id": "1", "payload": {"query": SUBSCRIBE}})
        time.sleep(0.5)  # There is no answer to a subscription that began.

    def send(self, message):
        text, mask = json.dumps(message).encode(), os.urandom(4)
        length = bytes([0x80 | len(text)]) if len(text) < 126 else b"\xfe" + struct.pack(">H", len(text))
        self.socket.sendall(b"\x81" + length + mask + bytes(byte ^ mask[n % 4] for n, byte in enumerate(text)))

    def next(self):
        """What is said next, pings aside; nothing when it is closed, or silent for ten seconds."""
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

    def ended(self):
        """The session that is told to have ended, and after how long."""
        begun, said = time.monotonic(), self.next()
        return (said and said["payload"]["data"]["sessionEnded"]["id"]), time.monotonic() - begun
