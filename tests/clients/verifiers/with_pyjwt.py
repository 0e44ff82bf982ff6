"""Verifies access tokens with PyJWT."""

import jwt


class Verifier:
    def __init__(self, issuer, audience, jwks=None):
        self.keys = jwt.PyJWKClient(jwks or f"{issuer}/.well-known/jwks.json", cooldown_duration=2)
        self.expected = {"issuer": issuer, "audience": audience, "algorithms": ["EdDSA", "ES256", "RS256"]}

    def verified(self, token):
        """Returns the claims of a valid token; raises for any other."""
        key = self.keys.get_signing_key_from_jwt(token)
        token = jwt.decode_complete(token, key, options={"require": ["exp", "sub"]}, **self.expected)
        if token["header"].get("typ") != "at+jwt":
            raise jwt.InvalidTokenError("not an access token")
        return token["payload"]
