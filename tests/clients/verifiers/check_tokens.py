"""Verifies tokens with PyJWT, one per line, and prints the claims as JSON or the name of the exception."""

import json
import sys

from with_pyjwt import Verifier

verifier = Verifier(*sys.argv[1:])

for line in sys.stdin:
    try:
        verdict = verifier.verified(line.strip())
    except Exception as error:
        verdict = type(error).__name__
    print(json.dumps(verdict), flush=True)
