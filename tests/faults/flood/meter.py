"""The memory and the CPU time of a process, as the kernel reports them."""

import os, re, subprocess, sys, threading, time

from .client import PROBE

HEALTH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "health.py")


class Meter:
    """The memory and the CPU time of one process, between two moments."""

    def __init__(self, pid):
        self.pid, self.most = pid, 0
        # The clock for the CPU time of another process (the kernel's MAKE_PROCESS_CPUCLOCK), in nanoseconds. /proc/PID/stat
        # has hundredths of a second only.
        self.clock = (~pid << 3) | 2
        self.begin()

    def status(self, name):
        """A value of /proc/PID/status, in MB."""
        with open(f"/proc/{self.pid}/status") as status:
            found = re.search(rf"{name}:\s+(\d+)", status.read())
        return int(found[1]) / 1024 if found else 0

    def runs(self):
        """Whether the process runs. A process that is exiting has no memory."""
        try:
            return self.status("VmRSS") > 0
        except OSError:
            return False

    def begin(self):
        """Starts a measurement, and resets the peak of the memory."""
        self.most = max(self.most, self.status("VmHWM"))
        with open(f"/proc/{self.pid}/clear_refs", "w") as clear:
            clear.write("5")
        self.before, self.cpu_before = self.status("VmRSS"), time.clock_gettime(self.clock)

    def end(self):
        """The growth of the memory up to its peak, in MB, and the seconds of CPU."""
        peak = self.status("VmHWM")
        self.most = max(self.most, peak)
        return peak - self.before, time.clock_gettime(self.clock) - self.cpu_before


class Health:
    """Requests /healthz all the time, from an address that sends nothing else. The results are in `lines`."""

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
        """The seconds until each response and until its connection was open; five seconds if there was no response."""
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
