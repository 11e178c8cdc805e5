//! The `live-pack` binary: picks the allocator and hands over to the command line.

// Thousands of small, short-lived strings and vectors per request: mimalloc frees them faster than the system
// allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    live_pack::cli::run()
}
