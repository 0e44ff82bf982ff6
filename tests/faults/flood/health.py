"""Requests /healthz ten times a second, in a separate process, and prints how long each response took.

health.py SOURCE PORT

Each line has the seconds until the response and the seconds until the connection was open; or `none` if there was no
response within five seconds; or `refused` if nothing listens, as while a server starts. SOURCE is the loopback address of
the requests, because the server limits the clients of one address.
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
