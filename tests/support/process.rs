//! What a process has used, as Linux counts it.

use std::fs;

pub struct Process(u32);

impl Process {
    pub fn of(id: u32) -> Self {
        Self(id)
    }

    /// Its processor time until now, in hundredths of a second.
    pub fn time(&self) -> u64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0)).expect("the server lives");
        let fields = stat.rsplit(')').next().expect("what follows the name");
        fields.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().expect("a number")).sum()
    }

    /// Begins to measure the peak of its memory anew, and gives the memory that it has now, in kilobytes.
    pub fn reset_peak(&self) -> u64 {
        // Without the right to do so, the peak is that of its whole life, which is no less.
        let _ = fs::write(format!("/proc/{}/clear_refs", self.0), "5");
        self.memory()
    }

    /// Its memory, in kilobytes.
    pub fn memory(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// The most memory that it had since, in kilobytes.
    pub fn peak(&self) -> u64 {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0)).expect("the server lives");
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a line");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }
}
