"""aiosmtpd with a Maildir, in the ways that mail servers differ.

smtp.py [--tls none|starttls|smtps] [--auth USER:PASSWORD] [--no-plain] [--no-utf8] [--port PORT]

Its first line on standard output is a JSON object: `port`; `folder`, a Maildir; `ca`, the certificate that vouches for its
own, which is for localhost and 127.0.0.1; and `log`, a file with what it heard. It ends when standard input does.

What stands before the `@` of a recipient says what becomes of the mail: `nobody` is not known, `later` has to come back,
`spam` is refused once it has come, `greylisted` is put off once it has come, `lost` is taken without an answer. Answers
repeat the address, as those of real servers do.
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
    """A CA, and a certificate of it for this machine."""

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


class Keeper(Mailbox):
    """A Maildir, and some recipients with whom it goes otherwise."""

    async def handle_RCPT(self, server, session, envelope, address, options):
        match address.split("@")[0]:
            case "nobody":
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
            Keeper(folder / "mail"),
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
    place = {"port": port, "folder": str(folder / "mail"), "ca": str(folder / "ca.pem"), "log": str(log)}
    print(json.dumps(place), flush=True)
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
