"""Concurrent clients that repeat an operation and count the outcomes."""

import queue, threading
from collections import Counter

from .expectations import expect


class Clients:
    """Clients that repeat an operation in threads while the `with` block runs, and count the outcomes."""

    def __init__(self, count, operation):
        self.outcomes, self.slowest, self.errors = Counter(), 0, []
        self.operation, self.running = operation, True
        self.threads = [threading.Thread(target=self.repeat, args=(n,), daemon=True) for n in range(count)]

    def repeat(self, n):
        while self.running:
            try:
                answer = self.operation(n)
                self.outcomes[answer.outcome] += 1
                self.slowest = max(self.slowest, answer.took)
            except Exception as error:
                self.errors.append(error)
                return

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.running = False
        for thread in self.threads:
            thread.join()
        if self.errors:
            raise self.errors[0]

    def expect_only(self, allowed, when):
        """Expects that all outcomes were allowed."""
        others = Counter({outcome: times for outcome, times in self.outcomes.items() if outcome not in allowed})
        expect(not others, f"{when}, there were other outcomes: {dict(others)}")


def in_parallel(functions):
    """Calls all functions in threads and returns their results in order. The first exception is raised immediately."""
    done = queue.Queue()

    def call(n, function):
        try:
            done.put((n, function(), None))
        except BaseException as error:
            done.put((n, None, error))

    for n, function in enumerate(functions):
        threading.Thread(target=call, args=(n, function), daemon=True).start()
    results = {}
    for _ in functions:
        n, result, error = done.get()
        if error:
            raise error
        results[n] = result
    return [results[n] for n in sorted(results)]


def summary(outcomes):
    """The outcomes and their counts, as text."""
    return ", ".join(f"{times} {outcome}" for outcome, times in outcomes.most_common())


class Outcome:
    """The outcome of an operation that is not a GraphQL request."""

    def __init__(self, outcome, took=0):
        self.outcome, self.took = outcome, took
