//! The processor time and the memory of a process, as Linux counts them.

use std::fs;

pub struct Process(u32);

impl Process {
    pub fn of(id: u32) -> Self {
        Self(id)
    }

    /// The processor time so far, in hundredths of a second.
    pub fn time(&self) -> u64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0)).expect("the process runs");
        let fields = stat.rsplit(')').next().expect("what follows the name");
        fields.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().expect("a number")).sum()
    }

    /// Resets the peak of the memory, and returns the memory in use, in kilobytes.
    pub fn reset_peak(&self) -> u64 {
        // Without the permission to reset it, the peak is that of the whole life of the process, which is not lower.
        let _ = fs::write(format!("/proc/{}/clear_refs", self.0), "5");
        self.memory()
    }

    /// The memory in use, in kilobytes.
    pub fn memory(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// The peak of the memory since the last reset, in kilobytes.
    pub fn peak(&self) -> u64 {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0)).expect("the process runs");
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a line");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }
}
