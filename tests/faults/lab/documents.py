"""The GraphQL documents and the values that the fault tests send."""

# A part of every secret of the tests, so that it can be found in a log or a response.
CANARY = "canary"
PASSWORD = f"a {CANARY} in the mine"
# The domain of all users, in the tests of mail.
DOMAIN = "people.example"
PUBLIC_URL = "https://app.example"
SECRET_KEY = f"the {CANARY} of these scripts alone, and long enough for HS256"

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

# The outcomes that are allowed while the database is down, full or locked. They ask the client to try again later.
TEMPORARY = {"SERVICE_UNAVAILABLE", "ServerBusy", "TooManyAttempts"}
