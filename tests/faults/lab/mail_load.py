"""Clients that request mail, and the check that exactly the promised mails arrive."""

import contextlib, random, sqlite3, time
from collections import Counter

from .clients import in_parallel
from .documents import DOMAIN, PASSWORD, PUBLIC_URL, REGISTER, REQUEST_RESET, REQUEST_VERIFICATION
from .expectations import eventually, expect
from .postgres import free_port

CLIENTS = 4
# The longest time from when mail can be sent to its arrival: the lease of a killed server lasts three minutes, and the
# delivery may be retried twice after that.
PATIENCE = 600
# The outcomes that promise a mail.
PROMISES = {"RegisterSuccess", "RegistrationPending", "RequestPasswordResetSuccess", "RequestEmailVerificationSuccess"}


class MailLoad:
    """A server, a mail server, and users who have not verified their addresses."""

    def __init__(self, lab, postgres, users):
        self.lab, self.postgres, self.mail = lab, postgres, lab.mail_server()
        # By the address of the recipient and the page that the link in the mail leads to.
        self.requested, self.promised, self.since = Counter(), Counter(), {}
        self.outcomes, self.slowest_answer, self.tokens = Counter(), 0, {}
        self.database = f"mail{self.mail.port}"
        self.settings = {"SMTP_URL": self.mail.url, "MAIL_FROM": "accounts@app.example", "PUBLIC_URL": PUBLIC_URL}
        self.settings["METRICS_BIND"] = "none"
        if postgres:
            postgres.sql(f"CREATE DATABASE {self.database}")
            self.settings |= {"DATABASE_URL": postgres.url(self.database), "DATABASE_MAX_CONNECTIONS": 5}
        self.port = free_port()

        self.users = [f"user{n}@{DOMAIN}" for n in range(users)]
        self.start("open")
        self.send([("register", address) for address in self.users], 0)
        self.expect_promises()
        self.wait_for_mails(1)
        expect(self.server.stop() == 0, "the server did not exit with 0")
        self.slowest_answer = 0
        self.start()

    def start(self, registration="confirm"):
        """Starts the server, always at the same port."""
        self.server = self.lab.server(BIND=f"127.0.0.1:{self.port}", REGISTRATION=registration, **self.settings)
        self.servers = [self.server]

    def value(self, query):
        """The value that a query returns."""
        if self.postgres:
            return self.postgres.sql(query, self.database)
        file = f"file:{self.lab.folder}/latchkey.db?mode=rw"
        with contextlib.closing(sqlite3.connect(file, uri=True)) as database:
            return database.execute(query).fetchone()[0]

    def requests(self):
        """In random order: a password reset and a verification for each user, registrations, and resets for unknown users."""
        resets = [("reset", address) for address in self.users]
        verifications = [("verify", address) for address in self.users]
        registrations = [("register", f"new{n}@{DOMAIN}") for n in range(2 * len(self.users))]
        unknown = [("reset", f"unknown{n}@{DOMAIN}") for n in range(len(self.users) // 4)]
        requests = resets + verifications + registrations + unknown
        random.shuffle(requests)
        return requests

    def send(self, requests, seconds):
        """Sends the requests, distributed over this many seconds."""
        left, pause = iter(requests), seconds * CLIENTS / len(requests)

        def client():
            for operation, address in left:
                self.send_one(operation, address)
                time.sleep(random.uniform(0, 2 * pause))

        in_parallel([client] * CLIENTS)

    def send_one(self, operation, address):
        server = random.choice(self.servers)
        page = "/reset-password" if operation == "reset" else "/verify-email"
        is_unknown = operation == "reset" and address not in self.tokens
        self.requested[address, page] += not is_unknown
        match operation:
            case "register":
                answer = server.ask(REGISTER, email=address, password=PASSWORD)
            case "reset":
                answer = server.ask(REQUEST_RESET, email=address)
            case "verify":
                answer = server.ask(REQUEST_VERIFICATION, self.tokens[address])
        if answer.tokens:
            self.tokens[address] = answer.tokens["accessToken"]
        self.outcomes[answer.outcome] += 1
        self.slowest_answer = max(self.slowest_answer, answer.took)
        if answer.outcome in PROMISES and not is_unknown:
            self.promised[address, page] += 1
            self.since[address, page] = time.time()

    def expect_promises(self, others=frozenset()):
        """Expects that every outcome was a promise, or one of `others`."""
        strange = {outcome: times for outcome, times in self.outcomes.items() if outcome not in PROMISES | others}
        expect(not strange, f"some requests had the outcomes {strange} instead of a promise")

    def expect_retries(self):
        """Expects that the fault was noticed: the server had to retry a delivery."""
        expect("mail delayed" in self.server.log(), "the server did not notice the fault")

    def wait_for_mails(self, most):
        """Waits until no mail is pending. Expects that the promised mails arrived, no others, and each `most` times at most."""

        def no_mail_is_pending():
            time.sleep(0.3)
            return int(self.value("SELECT count(*) FROM events WHERE due_at IS NOT NULL")) == 0

        eventually(no_mail_is_pending, PATIENCE, "mail is still pending")
        mails = self.mail.mails()
        times = Counter(mail.id for mail in mails)
        events = {(mail.id, mail.to, mail.page) for mail in mails}
        arrived = Counter((to, page) for _, to, page in events)
        self.lab.tokens.update(mail.token for mail in mails)

        expect(len(times) == len(events), "two mails have the same Message-ID")
        lost, unrequested = self.promised - arrived, arrived - self.requested
        given_up = self.value("SELECT count(*) FROM events WHERE outcome = 'given_up'")
        expect(
            not lost,
            f"{lost.total()} of {self.promised.total()} promised mails are lost, such as {next(iter(lost), None)}; "
            f"{given_up} were given up",
        )
        expect(
            not unrequested,
            f"{unrequested.total()} mails arrived that were not requested, such as {next(iter(unrequested), None)}",
        )
        often = [count for count in times.values() if count > most]
        expect(not often, f"{len(often)} mails arrived more than {most} times, up to {max(often, default=0)} times")
        return self.result(mails, times)

    def result(self, mails, times):
        late = [mail.at - self.since.get((mail.to, mail.page), mail.at) for mail in mails]
        return Result(len(times), len(mails) - len(times), self.slowest_answer, max(late))


class Result:
    """The number of mails, how many of them arrived twice, and the longest times, in seconds."""

    def __init__(self, mails, doubles, answer, mail):
        self.mails, self.doubles, self.answer, self.mail = mails, doubles, answer, mail

    def __str__(self):
        times = f"the latest after {self.mail:.0f} s, slowest response {self.answer:.1f} s"
        return f"{self.mails} mails, {self.doubles} twice, {times}"
