"""What a process takes: memory and CPU time, read from the kernel."""

import os, re, subprocess, sys, threading, time

from .client import PROBE

HEALTH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "health.py")


class Meter:
    """The memory and the CPU time of one process, between two moments."""

    def __init__(self, pid):
        self.pid, self.most = pid, 0
        # The clock of another process's CPU time, in nanoseconds, where /proc/PID/stat counts hundredths of a second: the
        # kernel's MAKE_PROCESS_CPUCLOCK.
        self.clock = (~pid << 3) | 2
        self.begin()

    def status(self, name):
        """A line of /proc/PID/status, in MB."""
        with open(f"/proc/{self.pid}/status") as status:
            found = re.search(rf"{name}:\s+(\d+)", status.read())
        return int(found[1]) / 1024 if found else 0

    def runs(self):
        """Whether the process runs: one that is ending has no memory any more."""
        try:
            return self.status("VmRSS") > 0
        except OSError:
            return False

    def begin(self):
        """Starts to measure: the peak of memory is forgotten."""
        self.most = max(self.most, self.status("VmHWM"))
        with open(f"/proc/{self.pid}/clear_refs", "w") as clear:
            clear.write("5")
        self.before, self.cpu_before = self.status("VmRSS"), time.clock_gettime(self.clock)

    def end(self):
        """By how many MB memory grew at its peak, and how many seconds of CPU were used."""
        peak = self.status("VmHWM")
        self.most = max(self.most, peak)
        return peak - self.before, time.clock_gettime(self.clock) - self.cpu_before


class Health:
    """Asks /healthz all the time, from an address that sends nothing else; what came of it is in `lines`."""

    def __init__(self, lab, port):
        command = [sys.executable, "-S", HEALTH, PROBE, str(port)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        lab.stack.callback(self.process.kill)
        self.lines = []
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line)

    def answers(self, after=0):
        """How long each answer took, and how much of that until the connection was open; five seconds for none."""
        lines = [line.split() for line in self.lines[after:]]
        return [
            (5.0, 5.0) if line == ["none"] else (float(line[0]), float(line[1]))
            for line in lines
            if line != ["refused"]
        ]

    def stop(self):
        self.process.terminate()
        self.process.wait()
        return self.answers()
