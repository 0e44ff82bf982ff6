"""Patterns that must not appear in a log or in a response: secrets, SQL, and messages of libraries."""

import re

from .documents import CANARY, DOMAIN

SQL = re.compile(r"\b(SELECT\s+\S+.*\sFROM|INSERT INTO|DELETE FROM|UPDATE \S+ SET|LOCK TABLE)\b")
# A word as long as a token.
LONG = re.compile(r"[\w.-]{40,}")
IN_A_LOG = [
    ("a password or the secret key", re.compile(CANARY)),
    ("an access token", re.compile(r"eyJ[\w-]{9}")),
    ("SQL", SQL),
    ("a panic", re.compile("panicked")),
    ("an e-mail address", re.compile(f"@{DOMAIN}")),
]
IN_A_RESPONSE = [
    ("a password", re.compile(CANARY)),
    ("SQL", SQL),
    (
        "a message of a library",
        re.compile(r"sqlx|sqlite|postgres|relation \"|pool timed|panicked|database is locked|os error", re.I),
    ),
]
