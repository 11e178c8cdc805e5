//! The process and its runtime. Names without prefix are common to all Prometheus clients.

use crate::{ReadCounter, ReadGauge};

families! {
    "Process and runtime";

    /// Always 1; the labels describe the build.
    BUILD_INFO: ReadGauge = "live_pack_build_info" ["version", "revision", "rustc"];
    /// Start of the process, in seconds of Unix time.
    PROCESS_START: ReadGauge = "process_start_time_seconds" [];
    /// Processor time used, user and system, in seconds.
    PROCESS_CPU: ReadCounter = "process_cpu_seconds_total" [];
    /// Memory in use, in bytes.
    PROCESS_RESIDENT: ReadGauge = "process_resident_memory_bytes" [];
    /// Address space, in bytes.
    PROCESS_VIRTUAL: ReadGauge = "process_virtual_memory_bytes" [];
    /// Open file descriptors.
    PROCESS_OPEN_FDS: ReadGauge = "process_open_fds" [];
    /// Maximum number of open file descriptors.
    PROCESS_MAX_FDS: ReadGauge = "process_max_fds" [];
    /// Threads.
    PROCESS_THREADS: ReadGauge = "process_threads" [];
    /// Worker threads of the runtime that serves requests.
    RUNTIME_WORKERS: ReadGauge = "live_pack_runtime_workers" [];
    /// Time for which the workers were busy, in seconds.
    RUNTIME_BUSY: ReadCounter = "live_pack_runtime_busy_seconds_total" []
        => "Its rate ÷ `live_pack_runtime_workers` is the utilisation; above 0.9 requests queue.";
    /// Times that a worker went to sleep because it had no work.
    RUNTIME_PARKS: ReadCounter = "live_pack_runtime_parks_total" [];
    /// Tokio tasks that have not ended.
    RUNTIME_TASKS: ReadGauge = "live_pack_runtime_alive_tasks" []
        => "Unbounded growth is a leak; each connection has one task.";
    /// Tokio tasks that are ready and wait in the queue that all workers share.
    RUNTIME_QUEUE: ReadGauge = "live_pack_runtime_global_queue_depth" [];
}
