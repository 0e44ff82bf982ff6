"""A received mail, parsed with Python's email package, which must find no defects."""

import email, os, re
from email import policy

from .documents import DOMAIN, PUBLIC_URL
from .expectations import expect

LINK = re.compile(re.escape(PUBLIC_URL) + r"(/[a-z-]+)#token=([\w-]+)")


class ReceivedMail:
    """The recipient of a mail, the page that its link leads to, and the token in the link."""

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
            expect(len(headers) == 1 and not headers[0].defects, f"a mail has {len(headers)} headers {name}, or an invalid one")

        (to,) = message["To"].addresses
        self.to = to.addr_spec
        expect(message["X-RcptTo"] == self.to, "the recipient in the envelope of a mail differs from its header To")
        expect(self.to.endswith(f"@{DOMAIN}"), "a mail was sent to an address that no user has")

        kinds = [part.get_content_type() for part in parts]
        expect(kinds == ["multipart/alternative", "text/plain", "text/html"], f"a mail consists of {kinds}")
        links = {link for part in parts[1:] for link in LINK.findall(part.get_content())}
        expect(len(links) == 1, f"a mail has {len(links)} links with a token")
        ((self.page, self.token),) = links
