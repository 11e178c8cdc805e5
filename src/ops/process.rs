//! Metrics of this process from `/proc`, under the names common to all Prometheus clients.

use std::{fmt::Write, fs};

/// Clock ticks per second: Linux reports this to user space on every architecture that we build for.
const TICKS: f64 = 100.0;

/// Appends the metrics of the process to `text`. Unreadable values are left out.
pub fn write_metrics(text: &mut String) {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = number_after(&status, "VmRSS:").map(|kib| kib * 1024.0);
    let threads = number_after(&status, "Threads:");
    let fds = fs::read_dir("/proc/self/fd").ok().map(|open| {
        // Counted as u32 because every u32 has its exact f64.
        open.fold(0_u32, |count, _| count.saturating_add(1)).into()
    });
    write_gauge(text, "process_resident_memory_bytes", "Memory in use, in bytes", resident);
    write_gauge(text, "process_open_fds", "Open file descriptors", fds);
    write_gauge(text, "process_threads", "Threads", threads);
    write_gauge(text, "process_start_time_seconds", "Start of the process, in seconds of Unix time", start_seconds());
}

fn write_gauge(text: &mut String, name: &str, help: &str, value: Option<f64>) {
    if let Some(value) = value {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}");
    }
}

/// The number that follows `label` in a file of labelled lines.
fn number_after(file: &str, label: &str) -> Option<f64> {
    file.lines().find_map(|line| line.strip_prefix(label))?.split_ascii_whitespace().next()?.parse().ok()
}

/// Boot time plus the ticks from boot to the start of this process.
fn start_seconds() -> Option<f64> {
    let boot = number_after(&fs::read_to_string("/proc/stat").ok()?, "btime")?;
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the name in brackets and may hold spaces; the start is field 22, the 20th after it.
    let after_name = stat.rsplit_once(')')?.1;
    let ticks: f64 = after_name.split_ascii_whitespace().nth(19)?.parse().ok()?;
    Some(boot + ticks / TICKS)
}
