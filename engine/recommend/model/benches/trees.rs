//! Trees against LightGBM on one core: 200 trees of 31 leaves, 1,000 rows of 32 features.
//!
//! Command: `make recommend-proof`, or `LIVE_PACK_PYTHON=… cargo bench -p live-pack-recommend-model --bench trees` with a
//! Python that has lightgbm 4.7.0. Last result: see `engine/recommend/offline/README.md`. Target: at most half of
//! LightGBM's time, every score equal to the bit.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::disallowed_methods, missing_docs, reason = "benchmark")]

use std::{
    path::Path,
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

use live_pack_recommend_model::{Matrix, Schema, Trees};

const RUNS: usize = 200;

fn main() -> ExitCode {
    // `cargo test --benches` passes --test
    if std::env::args().any(|argument| argument == "--test") {
        return ExitCode::SUCCESS;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("trees");
    std::fs::create_dir_all(&folder).unwrap();
    let python = std::env::var("LIVE_PACK_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/trees.py");
    let output = Command::new(&python).arg(script).arg(&folder).output();
    let theirs: f64 = match output {
        Ok(output) if output.status.success() => String::from_utf8(output.stdout).unwrap().trim().parse().unwrap(),
        Ok(output) => return skipped(&String::from_utf8_lossy(&output.stderr)),
        Err(error) => return skipped(&format!("{python}: {error}")),
    };
    let trees = Trees::parse(&std::fs::read_to_string(folder.join("model.txt")).unwrap()).unwrap();
    let rows = std::fs::read(folder.join("rows.f32")).unwrap();
    let values: Vec<f32> = rows.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    let expected = std::fs::read(folder.join("raw.f64")).unwrap();
    let expected: Vec<u64> = expected.as_chunks().0.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect();
    let schema = Schema::new(trees.features().to_vec()).unwrap();
    let binding = trees.bind(&schema).unwrap();
    let matrix = Matrix::new(schema, expected.len(), values).unwrap();
    let mut scores = Vec::new();
    let mut best = Duration::MAX;
    for _ in 0..RUNS {
        let start = Instant::now();
        trees.raw(&matrix, &binding, &mut scores);
        best = best.min(start.elapsed());
    }
    let differing = scores.iter().zip(&expected).filter(|(ours, theirs)| ours.to_bits() != **theirs).count();
    let ours = best.as_secs_f64() * 1000.0;
    println!(
        "{} trees, {} rows: ours {ours:.2} ms, LightGBM {theirs:.2} ms, ratio {:.2}; {differing} scores differ",
        trees.len(),
        scores.len(),
        ours / theirs
    );
    let good = differing == 0 && scores.len() == expected.len() && ours <= 0.5 * theirs;
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn skipped(reason: &str) -> ExitCode {
    eprintln!("SKIPPED: cannot run LightGBM for comparison: {reason}");
    ExitCode::SUCCESS
}
