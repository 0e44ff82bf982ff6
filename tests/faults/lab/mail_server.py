"""A mail server (aiosmtpd) in a separate process, which can be slow, refuse mails, hang up, be frozen and be killed."""

import os, signal, smtplib, subprocess, tempfile

from .expectations import Skipped, eventually, expect
from .postgres import free_port
from .received_mail import ReceivedMail

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = os.path.join(HERE, "../../support/smtp-python")


class MailServer:
    """A mail server and the mails that it received."""

    def __init__(self, lab):
        made = subprocess.run([PYTHON], capture_output=True, text=True)
        if made.returncode:
            raise Skipped(f"needs aiosmtpd in a virtual environment: {made.stderr.strip()[-200:]}")
        self.lab, self.folder, self.port = lab, tempfile.mkdtemp(dir=lab.folder), free_port()
        self.command = [made.stdout.strip(), os.path.join(HERE, "mail_server_process.py"), str(self.port), self.folder]
        self.read = {}
        self.behave("")

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()

    def start(self):
        with self.lab.lock, open(os.path.join(self.folder, "log"), "a") as log:
            expect(not self.lab.is_closed, "the lab is closed")
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        eventually(self.answers, 20, "the mail server does not answer")

    def answers(self):
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=10) as client:
                return client.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def behave(self, behaviour):
        """Changes the behaviour of the server; mail_server_process.py lists the choices."""
        file_name = os.path.join(self.folder, "behaviour")
        with open(f"{file_name}.new", "w") as file:
            file.write(behaviour)
        os.replace(f"{file_name}.new", file_name)

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def mails(self):
        """The mails that arrived so far."""
        new = os.path.join(self.folder, "mail", "new")
        for name in os.listdir(new) if os.path.isdir(new) else []:
            if name not in self.read:
                self.read[name] = ReceivedMail(os.path.join(new, name))
        return list(self.read.values())
