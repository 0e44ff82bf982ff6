"""Uses the generated client as a Python service would. The first argument is the endpoint of a Latchkey server."""

import sys
from datetime import datetime, timedelta, timezone

from latchkey import (
    Client,
    GraphQLClientGraphQLMultiError,
    LoginInput,
    LoginLoginInvalidCredentials,
    LoginLoginLoginSuccess,
    RegisterInput,
    RegisterRegisterRegisterSuccess,
    RegisterRegisterValidationFailed,
    UpdateProfileInput,
    UpdateProfileUpdateProfileUpdateProfileSuccess,
)
from latchkey.enums import ErrorCode, ViolationRule

PASSWORD = "correct horse battery"

endpoint = sys.argv[1]
anonymous = Client(url=endpoint)

# Every member of a union is a class.
refused = anonymous.register(RegisterInput(email="no address", password=PASSWORD)).register
assert isinstance(refused, RegisterRegisterValidationFailed), refused
assert [(v.path, v.rule) for v in refused.violations] == [(["input", "email"], ViolationRule.FORMAT)], refused
registered = anonymous.register(RegisterInput(email="ada@example.com", username="ada", password=PASSWORD)).register
assert isinstance(registered, RegisterRegisterRegisterSuccess), registered
wrong = anonymous.login(LoginInput(identifier="ada", password="not the password")).login
assert isinstance(wrong, LoginLoginInvalidCredentials) and wrong.code == ErrorCode.INVALID_CREDENTIALS, wrong
login = anonymous.login(LoginInput(identifier="ada", password=PASSWORD)).login
assert isinstance(login, LoginLoginLoginSuccess), login

# A DateTime is a datetime with a time zone.
left = login.tokens.access_token_expires_at - datetime.now(timezone.utc)
assert timedelta(minutes=14) < left <= timedelta(minutes=15), left

token = login.tokens.access_token
verified = anonymous.verify_token(token).verify_token
assert verified.valid and verified.message == "Token is valid", verified
assert verified.claims and verified.claims.sub == registered.user.id, verified
assert not anonymous.verify_token("forged").verify_token.valid

# An omitted argument is UNSET, which is the caller's own profile. Without a token, it is an error.
ada = Client(url=endpoint, headers={"authorization": f"Bearer {token}"})
profile = ada.profile().profile
assert profile and profile.id == registered.user.id and profile.email == "ada@example.com", profile
try:
    anonymous.profile()
    raise AssertionError("a profile without a token")
except GraphQLClientGraphQLMultiError as raised:
    assert [error.extensions for error in raised.errors] == [{"code": "UNAUTHENTICATED", "reason": "MISSING"}], raised.errors


def updated(changes: UpdateProfileInput) -> tuple[str | None, str | None]:
    outcome = ada.update_profile(changes).update_profile
    assert isinstance(outcome, UpdateProfileUpdateProfileUpdateProfileSuccess), outcome
    return outcome.user.display_name, outcome.user.username


# An omitted field is unchanged, None clears it.
assert updated(UpdateProfileInput(display_name="Ada")) == ("Ada", "ada")
assert updated(UpdateProfileInput()) == ("Ada", "ada")
assert updated(UpdateProfileInput(display_name=None)) == (None, "ada")
