"""aiosmtpd, which keeps what it gets in a Maildir; `smtp.py` starts it, in a process of its own.

smtp_server.py PORT FOLDER

How it behaves stands in the file FOLDER/mood, which is looked into at each step: nothing for well, `slow SECONDS` for the time
that each answer takes, or one of the other words below.
"""

import asyncio, pathlib, sys

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP


class Keeper(Mailbox):
    """Keeps what it gets, unless it is in another mood."""

    def __init__(self, folder):
        super().__init__(folder / "mail")
        self.folder, self.seen = folder, set()

    def mood(self):
        return (self.folder / "mood").read_text()

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.mood() == "no senders":
            return f"550 5.7.1 <{address}>: nothing is taken from you"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.mood() == "no recipients":
            return f"450 4.2.1 <{address}>: come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mood = self.mood()
        if mood == "no texts":
            return "451 4.7.1 come back later"
        message = self.prepare_message(session, envelope)
        is_new = message["Message-ID"] not in self.seen
        self.seen.add(message["Message-ID"])
        drops = mood == "drops each once" and is_new
        if not drops:
            self.handle_message(message)
        if drops or mood == "hangs up":
            server.transport.abort()
        return "250 OK"


class Server(SMTP):
    """Answers in its own time."""

    async def push(self, status):
        word, _, seconds = self.event_handler.mood().partition(" ")
        # An answer may have several lines.
        if word == "slow" and status[3:4] in (" ", b" "):
            await asyncio.sleep(float(seconds))
        await super().push(status)


async def serve(port, folder):
    keeper = Keeper(folder)
    make = lambda: Server(keeper, hostname="mail.test", auth_exclude_mechanism=["LOGIN", "PLAIN"])
    listening = await asyncio.get_running_loop().create_server(make, "127.0.0.1", port)
    await listening.serve_forever()


asyncio.run(serve(int(sys.argv[1]), pathlib.Path(sys.argv[2])))
