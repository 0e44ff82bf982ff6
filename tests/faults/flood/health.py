"""Asks /healthz ten times a second, in a process of its own, and prints how long each answer took.

health.py SOURCE PORT

Each line is the seconds that an answer took, `none` when there was no answer within five seconds, or `refused` when nothing
listens, as while a server starts. SOURCE is the loopback
address that the requests come from, because the server may limit the clients of one address.
"""

import socket, sys, time

IN_TIME = 5
REQUEST = b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"


def answers(source, port):
    try:
        with socket.create_connection(("127.0.0.1", port), IN_TIME, (source, 0)) as connection:
            connection.sendall(REQUEST)
            return connection.recv(100).startswith(b"HTTP/1.1 200")
    except ConnectionRefusedError:
        return None
    except OSError:
        return False


def main(source, port):
    while True:
        begun = time.monotonic()
        answered = answers(source, port)
        took = time.monotonic() - begun
        print("refused" if answered is None else f"{took:.3f}" if answered else "none", flush=True)
        time.sleep(max(0, 0.1 - took))


main(sys.argv[1], int(sys.argv[2]))
