"""Asks /healthz ten times a second, in a process of its own, and prints how long each answer took.

health.py SOURCE PORT

Each line is the seconds that an answer took and those of them until the connection was open; `none` when there was no
answer within five seconds; or `refused` when nothing listens, as while a server starts. SOURCE is the loopback
address that the requests come from, because the server may limit the clients of one address.
"""

import socket, sys, time

IN_TIME = 5
REQUEST = b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"


def ask(source, port):
    begun = time.monotonic()
    try:
        with socket.create_connection(("127.0.0.1", port), IN_TIME, (source, 0)) as connection:
            connected = time.monotonic()
            connection.sendall(REQUEST)
            answered = connection.recv(100).startswith(b"HTTP/1.1 200")
        return f"{time.monotonic() - begun:.3f} {connected - begun:.3f}" if answered else "none"
    except ConnectionRefusedError:
        return "refused"
    except OSError:
        return "none"


def main(source, port):
    while True:
        print(ask(source, port), flush=True)
        time.sleep(0.1)


main(sys.argv[1], int(sys.argv[2]))
