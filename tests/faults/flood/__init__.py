"""Floods: what a client can send that costs the server more than the client; `floods` runs them.

Each flood is an `async` function of an `Attack`, which has a server and measures it. The first line of a flood's
docstring says what it sends. To add one, write the function and name it in `FLOODS`; `Attack.one` holds a single request
to the limits of a request, `Attack.flooded` holds a whole flood to a limit of memory.
"""

from .attack import Attack
from .connections import bodies, full, heads, silent
from .documents import cold, documents
from .errors import errors
from .introspection import introspection, introspection_together
from .messages import socket_documents, unread, unread_answers, unread_schema
from .products import gateway, products, slow_readers
from .log import database_down, long_lines, refusals
from .sockets import account_sockets, half_messages, handshakes, subscriptions

INTROSPECTION = {"INTROSPECTION": "true"}
# Those that are about PostgreSQL alone.
OF_POSTGRESQL = {"database-down"}
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
    "unread-answers": ({}, unread_answers),
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
