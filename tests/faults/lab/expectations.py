"""Promises: what holds, what is broken, what this machine cannot show."""

import shutil, sys, time


class Broken(Exception):
    """A promise does not hold."""


class Lacking(Exception):
    """This machine cannot show it."""


class NotReady(Broken):
    """The server ended before it was ready; its log says why."""


def expect(holds, otherwise):
    """A promise, and what is to be said when it does not hold."""
    if not holds:
        raise Broken(otherwise)


def need(program, package):
    """The path of a program, or that it is lacking."""
    found = shutil.which(program)
    if not found:
        raise Lacking(f"needs {program}, which Debian has in the package {package}")
    return found


def eventually(question, seconds, otherwise):
    """Asks until the answer is yes, for the last time after so many seconds, and says how long that took."""
    begun = time.monotonic()
    while not question():
        expect(time.monotonic() - begun < seconds, f"{otherwise} after {seconds} s")
        time.sleep(0.02)
    return time.monotonic() - begun


def argument(n, default):
    """The n-th argument, of the type of its default. Flags are for `run`."""
    is_given = len(sys.argv) > n and not sys.argv[n].startswith("-")
    return type(default)(sys.argv[n]) if is_given else default
