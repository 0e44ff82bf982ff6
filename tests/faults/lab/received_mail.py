"""A mail as it arrived, read by Python's own parser, which must find nothing wrong with it."""

import email, os, re
from email import policy

from .promise import expect
from .words import DOMAIN, PUBLIC_URL

LINK = re.compile(re.escape(PUBLIC_URL) + r"(/[a-z-]+)#token=([\w-]+)")


class Letter:
    """Whom a mail went to, which page its link leads to, and the token in it."""

    def __init__(self, file):
        self.at = os.stat(file).st_mtime
        with open(file, "rb") as text:
            message = email.message_from_binary_file(text, policy=policy.default)
        self.id = message["Message-ID"]

        parts = [message, *message.iter_parts()]
        defects = [str(defect) for part in parts for defect in (*part.defects, *part["content-type"].defects)]
        expect(not defects, f"a mail is not well-formed: {defects}")
        for name in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version"):
            headers = message.get_all(name, [])
            expect(len(headers) == 1 and not headers[0].defects, f"a mail has {len(headers)} of {name}, or a bad one")

        (to,) = message["To"].addresses
        self.to = to.addr_spec
        expect(message["X-RcptTo"] == self.to, "a mail went to somebody else than it says")
        expect(self.to.endswith(f"@{DOMAIN}"), "a mail went to nobody who was ever named")

        kinds = [part.get_content_type() for part in parts]
        expect(kinds == ["multipart/alternative", "text/plain", "text/html"], f"a mail consists of {kinds}")
        links = {link for part in parts[1:] for link in LINK.findall(part.get_content())}
        expect(len(links) == 1, f"a mail has {len(links)} links with a token")
        ((self.page, self.token),) = links
