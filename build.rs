//! Passes the source revision and the compiler version to the binary. Never fails: an unknown value is "unknown".

use std::process::Command;

fn main() {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    println!("cargo::rustc-env=LIVE_PACK_REVISION={}", first_line("git", &["rev-parse", "--short=12", "HEAD"]));
    println!("cargo::rustc-env=LIVE_PACK_RUSTC={}", first_line(&rustc, &["--version"]));
    println!("cargo::rerun-if-changed=build.rs");
    // Changes with every commit and checkout. In a worktree it is elsewhere, and git knows the path.
    let head_log = first_line("git", &["rev-parse", "--git-path", "logs/HEAD"]);
    if std::path::Path::new(&head_log).exists() {
        println!("cargo::rerun-if-changed={head_log}");
    }
}

fn first_line(program: &str, arguments: &[&str]) -> String {
    Command::new(program)
        .args(arguments)
        .output()
        .ok()
        .filter(|output| output.status.success())
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .and_then(|text| text.lines().next().map(str::to_owned))
        .unwrap_or_else(|| "unknown".to_owned())
}
