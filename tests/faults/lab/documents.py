"""What is asked, what may be answered, and what must never be read again."""

import re

# What must never be found again, in a log or in an answer.
CANARY = "canary"
PASSWORD = f"a {CANARY} in the mine"
# Where everybody lives, in scripts about mail, and where links lead.
DOMAIN = "people.example"
PUBLIC_URL = "https://app.example"
SECRET_KEY = f"the {CANARY} of these scripts alone, and long enough for HS256"
SQL = re.compile(r"\b(SELECT\s+\S+.*\sFROM|INSERT INTO|DELETE FROM|UPDATE \S+ SET|LOCK TABLE)\b")
LONG = re.compile(r"[\w.-]{40,}")
IN_A_LOG = [
    ("a password or the secret", re.compile(CANARY)),
    ("an access token", re.compile(r"eyJ[\w-]{9}")),
    ("SQL", SQL),
    ("a panic", re.compile("panicked")),
    ("somebody's address", re.compile(f"@{DOMAIN}")),
]
IN_AN_ANSWER = [
    ("a password", re.compile(CANARY)),
    ("SQL", SQL),
    (
        "a driver's words",
        re.compile(r"sqlx|sqlite|postgres|relation \"|pool timed|panicked|database is locked|os error", re.I),
    ),
]

TOKENS = "tokens { accessToken refreshToken }"
FAILED = "... on UserError { code }"
REGISTER = f"mutation($i: RegisterInput!) {{ register(input: $i) {{ __typename ... on RegisterSuccess {{ {TOKENS} }} {FAILED} }} }}"
LOGIN = f"mutation($i: LoginInput!) {{ login(input: $i) {{ __typename ... on LoginSuccess {{ {TOKENS} }} {FAILED} }} }}"
REFRESH = (
    "mutation($i: RefreshTokenInput!) { refreshToken(input: $i) "
    f"{{ __typename ... on RefreshTokenSuccess {{ {TOKENS} }} ... on RefreshRejected {{ reason }} {FAILED} }} }}"
)
UPDATE = "mutation($i: UpdateProfileInput!) { updateProfile(input: $i) { __typename } }"
LOGOUT = "mutation { logout { __typename } }"
VERIFY = "query($token: String!) { verifyToken(token: $token) { __typename valid reason } }"
REQUEST_VERIFICATION = f"mutation {{ requestEmailVerification {{ __typename {FAILED} }} }}"
VERIFY_EMAIL = f"mutation($i: VerifyEmailInput!) {{ verifyEmail(input: $i) {{ __typename {FAILED} }} }}"
REQUEST_RESET = f"mutation($i: RequestPasswordResetInput!) {{ requestPasswordReset(input: $i) {{ __typename {FAILED} }} }}"
RESET = f"mutation($i: ResetPasswordInput!) {{ resetPassword(input: $i) {{ __typename {FAILED} }} }}"
PROFILE = "{ profile { __typename username displayName } }"

# What may be said while the database is away, full or locked: come back later.
TEMPORARY = {"SERVICE_UNAVAILABLE", "ServerBusy", "TooManyAttempts"}
