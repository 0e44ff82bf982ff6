"""What PyJWT makes of tokens, given and told as JSON by their names: the claims, or what it raises."""

import json
import sys

from with_pyjwt import Verifier

verifier = Verifier(*sys.argv[1:])


def verdict(token):
    try:
        return verifier.verified(token)
    except Exception as error:
        return type(error).__name__


json.dump({name: verdict(token) for name, token in json.load(sys.stdin).items()}, sys.stdout)
