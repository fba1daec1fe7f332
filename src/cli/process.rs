//! What this process has used so far: processor time, which other programs on the machine do not blur, and
//! memory.

use std::time::Duration;

/// Clock ticks a second in `/proc`; 100 on every Linux.
#[cfg(target_os = "linux")]
const TICKS_PER_SECOND: u64 = 100;

/// Processor time this process has used on all its threads; `None` where the system does not tell.
#[cfg(target_os = "linux")]
pub fn cpu_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The second field, the program's name in brackets, may hold anything.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    let total = ticks()? + ticks()?;
    Some(Duration::from_millis(total * 1_000 / TICKS_PER_SECOND))
}

#[cfg(not(target_os = "linux"))]
pub fn cpu_time() -> Option<Duration> {
    None
}

/// Seconds of processor time since `start`, at least one tick; `None` where the system does not tell.
pub fn seconds_since(start: Option<Duration>) -> Option<f64> {
    Some((cpu_time()?.saturating_sub(start?)).as_secs_f64().max(0.01))
}

/// Most memory this process ever held, in MiB; `None` where the system does not tell.
pub fn peak_memory_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}
