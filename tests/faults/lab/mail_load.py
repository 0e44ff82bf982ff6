"""People who ask for mail, what they were promised, and whether that is what arrived."""

import contextlib, random, sqlite3, time
from collections import Counter

from .crowd import together
from .postgres import free_port
from .promise import eventually, expect
from .words import DOMAIN, PASSWORD, PUBLIC_URL, REGISTER, REQUEST_RESET, REQUEST_VERIFICATION

PEOPLE = 4
# What a mail needs at the most once it can be sent: a claim of whoever was killed lasts three minutes, and after two such
# comes one of those who failed for a minute.
PATIENCE = 600
PROMISES = {"RegisterSuccess", "RegistrationPending", "RequestPasswordResetSuccess", "RequestEmailVerificationSuccess"}


class Town:
    """A server, a mail server, and people; some of them are users, whose addresses nobody has verified."""

    def __init__(self, house, postgres, users):
        self.house, self.postgres, self.mail = house, postgres, house.mail_server()
        # By address, and the page that a link in a mail leads to.
        self.asked, self.promised, self.since = Counter(), Counter(), {}
        self.outcomes, self.slowest_answer, self.tokens = Counter(), 0, {}
        self.database = f"town{self.mail.port}"
        self.settings = {"SMTP_URL": self.mail.url, "MAIL_FROM": "accounts@app.example", "PUBLIC_URL": PUBLIC_URL}
        self.settings["METRICS_BIND"] = "none"
        if postgres:
            postgres.sql(f"CREATE DATABASE {self.database}")
            self.settings |= {"DATABASE_URL": postgres.url(self.database), "DATABASE_MAX_CONNECTIONS": 5}
        self.port = free_port()

        self.users = [f"user{n}@{DOMAIN}" for n in range(users)]
        self.open("open")
        self.live([("register", address) for address in self.users], 0)
        self.only_promises()
        self.settled(1)
        expect(self.server.stop() == 0, "the server did not end well")
        self.slowest_answer = 0
        self.open()

    def open(self, registration="confirm"):
        """Starts the server, at the port where people look for it."""
        self.server = self.house.server(BIND=f"127.0.0.1:{self.port}", REGISTRATION=registration, **self.settings)
        self.servers = [self.server]

    def rows(self, question):
        if self.postgres:
            return self.postgres.sql(question, self.database)
        file = f"file:{self.house.folder}/latchkey.db?mode=rw"
        with contextlib.closing(sqlite3.connect(file, uri=True)) as database:
            return database.execute(question).fetchone()[0]

    def wishes(self):
        """Two for each user, as many newcomers, and some who forgot a password that they never had, in any order."""
        resets = [("reset", address) for address in self.users]
        verifications = [("verify", address) for address in self.users]
        newcomers = [("register", f"newcomer{n}@{DOMAIN}") for n in range(2 * len(self.users))]
        strangers = [("reset", f"stranger{n}@{DOMAIN}") for n in range(len(self.users) // 4)]
        wishes = resets + verifications + newcomers + strangers
        random.shuffle(wishes)
        return wishes

    def live(self, wishes, seconds):
        """Has people ask for all of this, spread over so many seconds."""
        left, pause = iter(wishes), seconds * PEOPLE / len(wishes)

        def person():
            for verb, address in left:
                self.ask(verb, address)
                time.sleep(random.uniform(0, 2 * pause))

        together([person] * PEOPLE)

    def ask(self, verb, address):
        server = random.choice(self.servers)
        page = "/reset-password" if verb == "reset" else "/verify-email"
        is_stranger = verb == "reset" and address not in self.tokens
        self.asked[address, page] += not is_stranger
        match verb:
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
        if answer.outcome in PROMISES and not is_stranger:
            self.promised[address, page] += 1
            self.since[address, page] = time.time()

    def only_promises(self, others=frozenset()):
        """Nobody was told anything else."""
        strange = {outcome: times for outcome, times in self.outcomes.items() if outcome not in PROMISES | others}
        expect(not strange, f"some who asked were told {strange} instead of a promise")

    def noticed(self):
        """What went wrong was wrong enough to be noticed."""
        expect("a mail has to wait" in self.server.log(), "the server never noticed that anything is wrong")

    def settled(self, most):
        """Waits until nothing is due: what was promised is there, nothing else, and nothing more often than this."""

        def nothing_is_due():
            time.sleep(0.3)
            return int(self.rows("SELECT count(*) FROM events WHERE due_at IS NOT NULL")) == 0

        eventually(nothing_is_due, PATIENCE, "mail is still due")
        letters = self.mail.letters()
        times = Counter(letter.id for letter in letters)
        events = {(letter.id, letter.to, letter.page) for letter in letters}
        arrived = Counter((to, page) for _, to, page in events)
        self.house.tokens.update(letter.token for letter in letters)

        expect(len(times) == len(events), "two mails have the same Message-ID")
        lost, unasked = self.promised - arrived, arrived - self.asked
        given_up = self.rows("SELECT count(*) FROM events WHERE outcome = 'given_up'")
        expect(
            not lost,
            f"{lost.total()} of {self.promised.total()} promised mails are lost, such as {next(iter(lost), None)}; "
            f"{given_up} were given up",
        )
        expect(not unasked, f"{unasked.total()} mails arrived that nobody asked for, such as {next(iter(unasked), None)}")
        often = [count for count in times.values() if count > most]
        expect(not often, f"{len(often)} mails arrived more than {most} times, up to {max(often, default=0)} times")
        return self.seen(letters, times)

    def seen(self, letters, times):
        late = [letter.at - self.since.get((letter.to, letter.page), letter.at) for letter in letters]
        return Seen(len(times), len(letters) - len(times), self.slowest_answer, max(late))


class Seen:
    """How many mails there were, how many of them came twice, and what took longest, in seconds."""

    def __init__(self, mails, doubles, answer, mail):
        self.mails, self.doubles, self.answer, self.mail = mails, doubles, answer, mail

    def __str__(self):
        times = f"after {self.mail:.0f} s at the latest, slowest answer {self.answer:.1f} s"
        return f"{self.mails} mails, {self.doubles} twice, {times}"
