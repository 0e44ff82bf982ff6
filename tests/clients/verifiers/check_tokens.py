"""What PyJWT makes of tokens, one to a line: its claims as JSON, or the name of what it raises."""

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
