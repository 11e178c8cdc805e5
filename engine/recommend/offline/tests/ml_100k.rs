//! Quality on MovieLens 100k against numpy and scipy (`reference/ml_100k.py` makes `reference/ml_100k.tsv`).
//!
//! The data is part of the PyPI wheel `recbole` 1.2.1 and must not be redistributed. The tests fetch it with
//! `python3 -m pip` into Cargo's folder for test files and check its SHA-256; without it they are skipped with a message.
//! `LIVE_PACK_ML_100K` names a file to use instead. All rows of the table: `make recommend-proof`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs, reason = "tests")]

use std::{
    collections::BTreeMap,
    io::Write,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use live_pack_recommend_offline::{Algorithm, Log, Split, evaluate};
use sha2::{Digest, Sha256};

const SHA256: &str = "4edb74e2a81178c2ba9ff381495f754f996c4aea351b1272ca36b43da0935eff";
const INSIDE: &str = "recbole/dataset_example/ml-100k/ml-100k.inter";

/// Maximum difference to the closed form and to other algorithms without randomness.
const EXACT: f64 = 0.0005;

/// Maximum difference of iALS to the mean of three seeds of the reference: slightly above their spread.
const RANDOM: f64 = 0.008;

fn fetched() -> Result<PathBuf, String> {
    if let Some(path) = std::env::var_os("LIVE_PACK_ML_100K") {
        return Ok(path.into());
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ml-100k");
    let path = folder.join(INSIDE);
    if path.exists() {
        return Ok(path);
    }
    let run = |args: &[&str]| {
        let output = Command::new("python3").args(args).output().map_err(|error| format!("python3: {error}"))?;
        if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
    };
    let to = folder.to_str().ok_or("the folder's name is not UTF-8")?;
    run(&[
        "-m",
        "pip",
        "download",
        "-q",
        "--no-deps",
        "--timeout",
        "20",
        "--retries",
        "1",
        "-d",
        to,
        "recbole==1.2.1",
    ])?;
    let wheel = folder.join("recbole-1.2.1-py3-none-any.whl");
    let wheel = wheel.to_str().ok_or("the folder's name is not UTF-8")?;
    run(&[
        "-c",
        "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extract(sys.argv[2], sys.argv[3])",
        wheel,
        INSIDE,
        to,
    ])?;
    Ok(path)
}

/// The log, or `None` with a message that bypasses the capture of test output.
fn ml_100k() -> Option<&'static Log> {
    static LOG: OnceLock<Result<Log, String>> = OnceLock::new();
    let log = LOG.get_or_init(|| {
        let path = fetched()?;
        let bytes = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let found: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(found, SHA256, "{} is not ML-100k", path.display());
        Log::parse(bytes.as_slice(), "ml-100k").map_err(|error| error.to_string())
    });
    match log {
        Ok(log) => Some(log),
        Err(reason) => {
            let message = format!("SKIPPED: cannot fetch ML-100k: {reason}\n");
            // not eprintln!, because its output is captured
            std::io::stderr().write_all(message.as_bytes()).unwrap();
            None
        }
    }
}

/// Evaluates one row of the table and compares it; returns the figures in the order of the table.
fn compare(log: &Log, row: &str) -> Result<[f64; 6], String> {
    let columns: Vec<&str> = row.split('\t').collect();
    let splits: BTreeMap<&str, Split> = Split::NAMES.into_iter().collect();
    let algorithm = Algorithm::choose(columns[1], columns[2]).unwrap();
    let found = evaluate(log, &algorithm, splits[columns[0]], NonZeroUsize::new(10).unwrap()).unwrap();
    let m = found.metrics;
    let ours = [m.hit_rate, m.ndcg, m.recall, m.precision, m.average_precision, m.reciprocal_rank];
    let theirs: Vec<f64> = columns[3..9].iter().map(|text| text.parse().unwrap()).collect();
    let largest = ours.iter().zip(&theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    let bound = if columns[1] == "ials" { 2.0 * RANDOM } else { EXACT };
    let narrow = if columns[1] == "ials" { RANDOM } else { EXACT };
    // HR and MRR of one list are steps, so only NDCG and recall have the narrow bound
    let close = (ours[1] - theirs[1]).abs() <= narrow && (ours[2] - theirs[2]).abs() <= narrow && largest <= bound;
    if close && found.users.to_string() == columns[9] { Ok(ours) } else { Err(format!("{row}\n  found {found:?}")) }
}

fn rows(keep: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let rows: Vec<_> = include_str!("reference/ml_100k.tsv").lines().skip(1).filter(|row| keep(row)).collect();
    assert!(!rows.is_empty());
    rows
}

#[test]
fn ease_popularity_and_neighbours_equal_the_reference() {
    let Some(log) = ml_100k() else { return };
    let quick = ["hash\tease\t{\"lambda\":500}\t", "hash\tpopularity\t", "leave-last-out\titem-cosine\t{\"k\":50}\t"];
    for row in rows(|row| quick.iter().any(|start| row.starts_with(start))) {
        compare(log, row).unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
#[ignore = "minutes without optimisation; `make recommend-proof` runs it"]
fn every_row_of_the_reference_is_reproduced() {
    let Some(log) = ml_100k() else { return };
    let mut failed = Vec::new();
    for row in rows(|_| true) {
        let name = row.split('\t').take(3).collect::<Vec<_>>().join(" ");
        let start = std::time::SystemTime::now();
        match compare(log, row) {
            Ok([hr, ndcg, recall, precision, ..]) => {
                let time = start.elapsed().unwrap();
                println!("{name}: HR {hr:.4} NDCG {ndcg:.4} Recall {recall:.4} Precision {precision:.4}, {time:.1?}");
            }
            Err(error) => failed.push(error),
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
#[ignore = "half a minute without optimisation; `make recommend-proof` runs it"]
fn bpr_is_as_good_as_neighbours() {
    let Some(log) = ml_100k() else { return };
    let algorithm = Algorithm::choose("bpr", "{}").unwrap();
    // published figures differ by implementation, so item cosine is the reference
    for (split, least) in [(Split::Hash, 0.37), (Split::LeaveLastOut, 0.037), (Split::Time, 0.1)] {
        let found = evaluate(log, &algorithm, split, NonZeroUsize::new(10).unwrap()).unwrap();
        println!("{split:?} bpr {{}}: {found:?}");
        assert!(found.metrics.ndcg >= least, "{split:?}: {found:?}");
    }
}
