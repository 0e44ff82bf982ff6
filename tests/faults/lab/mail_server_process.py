"""The process of the mail server: aiosmtpd, which stores mails in a Maildir. `mail_server.py` starts it.

mail_server_process.py PORT FOLDER

The server reads its behaviour from the file FOLDER/behaviour at each step: an empty file for normal behaviour,
`slow SECONDS` to delay each reply, or one of the other values in the code below.
"""

import asyncio, pathlib, sys

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP


class Handler(Mailbox):
    """Stores mails, unless its behaviour says otherwise."""

    def __init__(self, folder):
        super().__init__(folder / "mail")
        self.folder, self.seen = folder, set()

    def behaviour(self):
        return (self.folder / "behaviour").read_text()

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.behaviour() == "no senders":
            return f"550 5.7.1 <{address}>: nothing is taken from you"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.behaviour() == "no recipients":
            return f"450 4.2.1 <{address}>: come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        behaviour = self.behaviour()
        if behaviour == "no texts":
            return "451 4.7.1 come back later"
        message = self.prepare_message(session, envelope)
        is_new = message["Message-ID"] not in self.seen
        self.seen.add(message["Message-ID"])
        drops = behaviour == "drops each once" and is_new
        if not drops:
            self.handle_message(message)
        if drops or behaviour == "hangs up":
            server.transport.abort()
        return "250 OK"


class Server(SMTP):
    """Delays its replies if the behaviour says so."""

    async def push(self, status):
        word, _, seconds = self.event_handler.behaviour().partition(" ")
        # Only the last line of a reply is delayed: a reply may have several lines.
        if word == "slow" and status[3:4] in (" ", b" "):
            await asyncio.sleep(float(seconds))
        await super().push(status)


async def serve(port, folder):
    handler = Handler(folder)
    make = lambda: Server(handler, hostname="mail.test", auth_exclude_mechanism=["LOGIN", "PLAIN"])
    listening = await asyncio.get_running_loop().create_server(make, "127.0.0.1", port)
    await listening.serve_forever()


asyncio.run(serve(int(sys.argv[1]), pathlib.Path(sys.argv[2])))
