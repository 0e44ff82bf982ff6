//! The scheduling priority of hash threads: every other thread on the machine goes first.

/// Lets this thread run only while no other thread wants the CPU, where the system supports it. A hash may take a little
/// longer then, which no client notices. Elsewhere the thread keeps its priority.
#[cfg(target_os = "linux")]
pub(super) fn lower_priority() {
    use thread_priority::{
        NormalThreadSchedulePolicy::Idle, ThreadPriority, ThreadSchedulePolicy::Normal, set_thread_priority_and_policy,
        thread_native_id,
    };
    if let Err(error) = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, Normal(Idle)) {
        tracing::debug!(target: "latchkey::hashing", ?error, "hash thread keeps normal priority");
    }
    // By default, Linux makes a pause 50 µs longer.
    let _ = rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1));
}

/// Lets this thread run with the lowest priority that the system offers.
#[cfg(not(target_os = "linux"))]
pub(super) fn lower_priority() {
    if let Err(error) = thread_priority::set_current_thread_priority(thread_priority::ThreadPriority::Min) {
        tracing::debug!(target: "latchkey::hashing", ?error, "hash thread keeps normal priority");
    }
}

/// Gives the CPU to another thread that waits for it. The lowest priority is not enough for that: Linux compares
/// priorities only within a group of processes, and lets one group run for several milliseconds while another one, such
/// as PostgreSQL's, waits.
#[cfg(target_os = "linux")]
pub(super) fn pause() {
    std::thread::sleep(std::time::Duration::from_micros(10));
}

/// Gives the CPU to another thread that waits for it. On other systems than Linux, a short sleep may take long.
#[cfg(not(target_os = "linux"))]
pub(super) fn pause() {
    std::thread::yield_now();
}
