"""Expectations: checks that fail a fault test, and requirements that skip it."""

import shutil, sys, time


class Failed(Exception):
    """A guarantee does not hold."""


class Skipped(Exception):
    """The machine lacks something that the test needs."""


class NotReady(Failed):
    """The server exited before it was ready. The message is its log."""


def expect(condition, otherwise):
    """Fails with this message unless the condition holds."""
    if not condition:
        raise Failed(otherwise)


def need(program, package):
    """The path of a program. Skips the test if the program is not installed."""
    found = shutil.which(program)
    if not found:
        raise Skipped(f"needs {program} (Debian package {package})")
    return found


def eventually(condition, seconds, otherwise):
    """Waits until a condition holds, for this many seconds at most. Returns how long it took."""
    begun = time.monotonic()
    while not condition():
        expect(time.monotonic() - begun < seconds, f"{otherwise} after {seconds} s")
        time.sleep(0.02)
    return time.monotonic() - begun


def argument(n, default):
    """The n-th argument of the script, converted to the type of its default. Options are handled by `run`."""
    is_given = len(sys.argv) > n and not sys.argv[n].startswith("-")
    return type(default)(sys.argv[n]) if is_given else default
