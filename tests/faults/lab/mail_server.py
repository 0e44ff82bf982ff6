"""A mail server that may be slow, refuse, hang up, be hung and killed: aiosmtpd, in a process of its own."""

import os, signal, smtplib, subprocess, tempfile

from .letter import Letter
from .postgres import free_port
from .promise import Lacking, eventually, expect

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = os.path.join(HERE, "../../support/smtp-python")


class MailServer:
    """A mail server, and what arrived there."""

    def __init__(self, house):
        made = subprocess.run([PYTHON], capture_output=True, text=True)
        if made.returncode:
            raise Lacking(f"needs aiosmtpd in a venv: {made.stderr.strip()[-200:]}")
        self.house, self.folder, self.port = house, tempfile.mkdtemp(dir=house.folder), free_port()
        self.command = [made.stdout.strip(), os.path.join(HERE, "smtp_server.py"), str(self.port), self.folder]
        self.read = {}
        self.behave("")

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()

    def start(self):
        with self.house.door, open(os.path.join(self.folder, "log"), "a") as log:
            expect(not self.house.is_closed, "it is over")
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

    def behave(self, mood):
        """From now on, as smtp_server.py says."""
        mood_file = os.path.join(self.folder, "mood")
        with open(f"{mood_file}.new", "w") as file:
            file.write(mood)
        os.replace(f"{mood_file}.new", mood_file)

    def hang(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def letters(self):
        """What arrived so far."""
        new = os.path.join(self.folder, "mail", "new")
        for name in os.listdir(new) if os.path.isdir(new) else []:
            if name not in self.read:
                self.read[name] = Letter(os.path.join(new, name))
        return list(self.read.values())
