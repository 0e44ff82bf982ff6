"""Uses gql's WebSocket transport as a Python service would. The first argument is the endpoint of a Latchkey server."""

import asyncio, json, sys, urllib.request

from gql import Client, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport

endpoint = sys.argv[1]
PASSWORD = "correct horse battery"
REGISTER = "mutation($i: RegisterInput!) { register(input: $i) { ... on RegisterSuccess { tokens { accessToken } } } }"
LOGIN = "mutation($i: LoginInput!) { login(input: $i) { ... on LoginSuccess { session { id } tokens { accessToken } } } }"


def ask(document, token=None, **form):
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
    body = json.dumps({"query": document, "variables": {"i": form}}).encode()
    with urllib.request.urlopen(urllib.request.Request(endpoint, body, headers)) as response:
        return json.load(response)["data"]


async def main():
    here = ask(REGISTER, email="ada@example.com", password=PASSWORD)["register"]["tokens"]["accessToken"]
    there = ask(LOGIN, identifier="ada@example.com", password=PASSWORD)["login"]

    transport = WebsocketsTransport(
        url=endpoint.replace("http", "ws", 1), init_payload={"authorization": f"Bearer {here}"}
    )
    async with Client(transport=transport) as session:
        try:
            async for _ in session.subscribe(gql("subscription { sessionEnded { nothing } }")):
                raise AssertionError("a response to a document that is not valid")
        except TransportQueryError as refused:
            assert refused.errors[0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED", refused.errors

        ended = session.subscribe(gql("subscription { sessionEnded { id current } }"))
        first = asyncio.create_task(anext(ended))
        # The protocol has no message for the start of a subscription.
        await asyncio.sleep(1)
        ask("mutation { logout { __typename } }", there["tokens"]["accessToken"])
        received = await asyncio.wait_for(first, 10)
        assert received == {"sessionEnded": {"id": there["session"]["id"], "current": False}}, received


asyncio.run(main())
