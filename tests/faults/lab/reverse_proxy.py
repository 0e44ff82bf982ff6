"""HAProxy, nginx and Caddy with the examples of deploy/, in front of instances."""

import http.client, json, os, shutil, socket, ssl, subprocess, threading, time

from . import Answer, Server, free_port, need
from .cluster import Program, deploy_file

NAME = "accounts.example.com"


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
