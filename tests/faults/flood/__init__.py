"""Floods: requests that could cost the server more than the client. The script `floods` runs them.

Each flood is an `async` function with an `Attack` as its argument, which has a server and measures it. The first line of
its docstring says what it sends. To add a flood, write the function and add it to `FLOODS`. `Attack.one` checks a single
request against the limits of a request, `Attack.flooded` checks a whole flood against a limit of memory.
"""

from .attack import Attack
from .connections import bodies, full, heads, silent
from .documents import cold, documents
from .errors import errors
from .introspection import introspection, introspection_together
from .messages import socket_documents, unread, unread_responses, unread_schema
from .products import gateway, products, slow_readers
from .log import database_down, long_lines, refusals
from .sockets import account_sockets, half_messages, handshakes, subscriptions

INTROSPECTION = {"INTROSPECTION": "true"}
# The floods that need PostgreSQL.
POSTGRESQL_ONLY = {"database-down"}
# By name: the settings of the server, and the flood.
FLOODS = {
    "introspection": (INTROSPECTION, introspection),
    "introspection-together": (INTROSPECTION, introspection_together),
    "products": ({}, products),
    "gateway": ({"FEDERATION": "true"}, gateway),
    "slow-readers": ({"FEDERATION": "true"}, slow_readers),
    "errors": ({}, errors),
    "handshakes": ({}, handshakes),
    "half-messages": ({}, half_messages),
    "account-sockets": ({}, account_sockets),
    "subscriptions": ({}, subscriptions),
    "socket-documents": ({"INTROSPECTION": "true", "FEDERATION": "true"}, socket_documents),
    "unread": ({}, unread),
    "unread-responses": ({}, unread_responses),
    "unread-schema": ({"INTROSPECTION": "true", "FEDERATION": "true"}, unread_schema),
    "heads": ({}, heads),
    "bodies": ({}, bodies),
    "silent": ({"MAX_CONNECTIONS": 1024}, silent),
    "full": ({}, full),
    "cold": ({}, cold),
    "documents": ({}, documents),
    "long-lines": ({}, long_lines),
    "refusals": ({}, refusals),
    "database-down": ({}, database_down),
}
