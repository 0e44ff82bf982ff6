"""A mail server for tests: aiosmtpd with a Maildir, with options for the differences between mail servers.

smtp.py [--tls none|starttls|smtps] [--auth USER:PASSWORD] [--no-plain] [--no-utf8] [--port PORT]

The first line of standard output is a JSON object: `port`; `folder`, the Maildir; `ca`, the certificate of the CA that
signed the server's certificate, which is for localhost and 127.0.0.1; and `log`, a file with the commands of clients. The
server exits when standard input ends.

The local part of a recipient determines what happens to the mail: `unknown` is refused, `later` is refused temporarily,
`spam` is refused after the text, `greylisted` is refused temporarily after the text, `lost` is accepted without a reply.
Replies repeat the address, as those of real servers do.
"""

import argparse
import asyncio
import json
import logging
import os
import pathlib
import shutil
import ssl
import subprocess
import sys
import tempfile

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


def certificates(folder: pathlib.Path) -> ssl.SSLContext:
    """Creates a CA and a certificate for this machine."""

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    new = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl(*new, "-x509", "-days", "2", "-subj", "/CN=Test CA", "-keyout", "ca.key", "-out", "ca.pem",
            "-addext", "keyUsage=critical,keyCertSign")
    openssl(*new, "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr")
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "names", "-out", "server.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    return context


class Handler(Mailbox):
    """Stores mails in a Maildir, except for some recipients."""

    async def handle_RCPT(self, server, session, envelope, address, options):
        match address.split("@")[0]:
            case "unknown":
                return f"550 5.1.1 <{address}>: no such user"
            case "later":
                return f"450 4.2.1 <{address}>: come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        match envelope.rcpt_tos[0].split("@")[0]:
            case "spam":
                return f"554 5.7.1 <{envelope.rcpt_tos[0]}>: this looks like spam"
            case "greylisted":
                return f"451 4.7.1 <{envelope.rcpt_tos[0]}>: come back later"
            case "lost":
                await super().handle_DATA(server, session, envelope)
                server.transport.abort()
                return "250 OK"
        return await super().handle_DATA(server, session, envelope)


async def serve(arguments: argparse.Namespace, folder: pathlib.Path) -> None:
    context = certificates(folder)
    log = folder / "log"
    logging.basicConfig(filename=log, level=logging.INFO)
    user, _, password = (arguments.auth or "").partition(":")

    def authenticator(server, session, envelope, mechanism, data):
        right = isinstance(data, LoginPassword) and data == LoginPassword(user.encode(), password.encode())
        return AuthResult(success=right, handled=False)

    excluded = [] if user else ["LOGIN", "PLAIN"]
    if arguments.no_plain:
        excluded.append("PLAIN")

    def server() -> SMTP:
        return SMTP(
            Handler(folder / "mail"),
            enable_SMTPUTF8=not arguments.no_utf8,
            hostname="mail.test",
            tls_context=context if arguments.tls == "starttls" else None,
            authenticator=authenticator,
            auth_required=bool(user),
            auth_require_tls=False,
            auth_exclude_mechanism=excluded,
        )

    implicit = context if arguments.tls == "smtps" else None
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(server, "127.0.0.1", arguments.port, ssl=implicit)
    port = listening.sockets[0].getsockname()[1]
    started = {"port": port, "folder": str(folder / "mail"), "ca": str(folder / "ca.pem"), "log": str(log)}
    print(json.dumps(started), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tls", choices=["none", "starttls", "smtps"], default="none")
    parser.add_argument("--auth")
    parser.add_argument("--no-plain", action="store_true")
    parser.add_argument("--no-utf8", action="store_true")
    parser.add_argument("--port", type=int, default=0)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="latchkey-smtp."))
    try:
        asyncio.run(serve(parser.parse_args(), folder))
    finally:
        logging.shutdown()
        shutil.rmtree(folder)


if __name__ == "__main__":
    os.umask(0o077)
    main()
