//! Tests of artefacts: each kind survives a round trip to disk; each kind of damage has its message.

use std::fs;

use super::{golden::Score, id::Id, *};
use crate::{linear::LinearModel, trees::Trees};

fn items(user: Option<i64>, history: &[i64], items: &[(i64, f64)]) -> Golden {
    Golden::Items {
        user: user.map(Id),
        history: history.iter().copied().map(Id).collect(),
        items: items.iter().map(|(item, score)| (Id(*item), *score)).collect(),
    }
}

fn artefact(content: Content, power: f64, golden: Vec<Golden>) -> Artefact {
    let manifest = Manifest {
        format: FORMAT,
        kind: content.kind(),
        algorithm: "test".to_owned(),
        parameters: [("lambda".to_owned(), 0.1)].into(),
        power,
        golden,
    };
    Artefact { manifest, content }
}

fn neighbours() -> Artefact {
    let lists = Lists::new(vec![(7, vec![(-1, 0.5), (8, 0.25)]), (3, vec![(8, 1.0)]), (5, vec![])]);
    artefact(
        Content::Items { lists, power: 1.0 },
        1.0,
        vec![items(None, &[3, 7, 4, 4], &[(8, 0.3125), (-1, 0.125), (2, 0.0)])],
    )
}

fn all() -> Vec<Artefact> {
    let scores = Lists::new(vec![(0, vec![(4, 9.0), (2, 1.0)])]);
    let users = Vectors::new(vec![1, 2], 2, vec![1.0, 2.0, 3.0, 4.0]).unwrap();
    let vectors = Vectors::new(vec![0, 9], 2, vec![0.5, 0.25, -1.0, 1.0]).unwrap();
    let similar = Lists::new(vec![(1, vec![(2, 0.5), (3, 0.25)])]);
    let histories = Lists::new(vec![(2, vec![(10, 1.0)]), (3, vec![(10, 1.0), (11, 1.0)])]);
    let linear: LinearModel = serde_json::from_str(r#"{"intercept":0.1,"weights":{"a":2,"b":3}}"#).unwrap();
    let row = |values: &[Option<f32>], score| Golden::Row { values: values.to_vec(), scores: vec![score] };
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/entropy.txt")).unwrap();
    let rows = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/entropy.rows")).unwrap();
    // the last row is an ordinary one, without infinities
    let parts: Vec<&str> = rows.lines().last().unwrap().split('|').collect();
    let values: Vec<_> = parts[0]
        .split_whitespace()
        .map(|bits| f32::from_bits(u32::from_str_radix(bits, 16).unwrap()))
        .map(Some)
        .collect();
    let trees = Content::Trees { trees: Trees::parse(&text).unwrap(), text };
    vec![
        artefact(Content::Scores(scores), 0.0, vec![items(None, &[], &[(4, 9.0), (2, 1.0), (3, 0.0)])]),
        neighbours(),
        artefact(
            Content::Users { neighbours: similar, histories },
            0.0,
            vec![items(Some(1), &[], &[(10, 0.75), (11, 0.25)])],
        ),
        artefact(Content::Vectors { users, items: vectors }, 0.0, vec![items(Some(2), &[], &[(0, 2.5), (9, 1.0)])]),
        artefact(Content::Linear(linear), 0.0, vec![row(&[Some(1.0), None], Score::Number(2.1))]),
        artefact(trees, 0.0, vec![row(&values, Score::Bits(parts[1].trim().to_owned()))]),
    ]
}

#[test]
fn every_kind_survives_a_round_trip_to_disk() {
    for artefact in all() {
        let folder = tempfile::tempdir().unwrap();
        artefact.write(folder.path()).unwrap();
        // overwrites the first
        artefact.write(folder.path()).unwrap();
        let loaded = Artefact::load(folder.path()).unwrap();
        assert_eq!(loaded.manifest, artefact.manifest);
        assert_eq!(loaded.content.files().unwrap(), artefact.content.files().unwrap());
        assert!(
            fs::read_dir(folder.path()).unwrap().all(|file| !file
                .unwrap()
                .file_name()
                .to_string_lossy()
                .contains(".new"))
        );
    }
}

#[test]
fn a_changed_byte_in_any_file_is_refused() {
    for artefact in all() {
        let folder = tempfile::tempdir().unwrap();
        artefact.write(folder.path()).unwrap();
        for file in fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path()) {
            let good = fs::read(&file).unwrap();
            let mut bad = good.clone();
            let middle = if file.ends_with("SHA256SUMS") { 3 } else { bad.len() / 2 };
            bad[middle] ^= 1;
            fs::write(&file, bad).unwrap();
            let error = Artefact::load(folder.path()).unwrap_err();
            assert!(matches!(error, ArtefactError::Checksum { .. }), "{file:?}: {error}");
            fs::write(&file, good).unwrap();
        }
        Artefact::load(folder.path()).unwrap();
    }
}

#[test]
fn missing_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Artefact::load(folder.path()).unwrap_err().to_string().ends_with("SHA256SUMS: cannot be read"));
    neighbours().write(folder.path()).unwrap();
    fs::remove_file(folder.path().join("items.bin")).unwrap();
    assert!(Artefact::load(folder.path()).unwrap_err().to_string().ends_with("items.bin: cannot be read"));
    let sums = fs::read_to_string(folder.path().join("SHA256SUMS")).unwrap();
    fs::write(folder.path().join("SHA256SUMS"), sums.lines().next().unwrap()).unwrap();
    assert!(Artefact::load(folder.path()).unwrap_err().to_string().ends_with("SHA256SUMS: no SHA-256 of items.bin"));
}

/// Writes a folder with modified contents and matching checksums.
fn forged(change: impl Fn(&mut String), data: Option<Vec<u8>>) -> String {
    let good = neighbours();
    let mut manifest = serde_json::to_string(&good.manifest).unwrap();
    change(&mut manifest);
    let data = data.unwrap_or_else(|| good.content.files().unwrap().remove(0).1);
    let folder = tempfile::tempdir().unwrap();
    files::write(folder.path(), &[(MANIFEST, manifest.into_bytes()), ("items.bin", data)]).unwrap();
    let error = Artefact::load(folder.path()).unwrap_err();
    let source = std::error::Error::source(&error).map(|source| format!(": {source}")).unwrap_or_default();
    format!("{error}{source}")
}

#[test]
fn a_wrong_manifest_is_refused() {
    let table = [
        ("\"format\":1", "\"format\":2", "artefact.json: format 2, expected 1"),
        ("\"kind\":\"items\"", "\"kind\":\"tree\"", "unknown variant `tree`"),
        ("\"power\":1.0", "\"power\":0.5", "golden row 0: expected 0.3125 for item 8, the model gives 0.625"),
        ("\"power\"", "\"powers\"", "unknown field `powers`"),
        ("0.3125", "0.3126", "golden row 0: expected 0.3126 for item 8, the model gives 0.3125"),
        ("\"algorithm\"", "\"golden\":[],\"algorithm\"", "duplicate field `golden`"),
    ];
    for (from, to, part) in table {
        let error = forged(|text| *text = text.replacen(from, to, 1), None);
        assert!(error.contains(part), "{from}: {error}");
    }
    let none = forged(|text| *text = format!("{}[]}}", text.split_at(text.find("\"golden\":").unwrap() + 9).0), None);
    assert!(none.contains("no golden rows"), "{none}");
}

#[test]
fn damaged_lists_are_refused_without_a_panic_or_a_huge_allocation() {
    let good = neighbours().content.files().unwrap().remove(0).1;
    let with = |at: usize, bytes: &[u8]| {
        let mut changed = good.clone();
        changed[at..at + bytes.len()].copy_from_slice(bytes);
        changed
    };
    let nan = f32::NAN.to_le_bytes();
    let table = [
        (good[..good.len() - 1].to_vec(), "cut off"),
        ([good.as_slice(), &[0]].concat(), "cut off"),
        (Vec::new(), "cut off"),
        (with(0, &u64::MAX.to_le_bytes()), "cut off"),
        (with(8, &(1_u64 << 60).to_le_bytes()), "cut off"),
        (with(good.len() - 4, &nan), "not finite"),
        (with(16, &9_i64.to_le_bytes()), "keys must ascend"),
        (with(40, &5_u64.to_le_bytes()), "starts must ascend"),
    ];
    for (bytes, part) in table {
        let error = forged(|_| (), Some(bytes));
        assert!(error.contains(part), "{part}: {error}");
    }
}

#[test]
fn a_model_that_does_not_reproduce_its_golden_rows_is_not_written() {
    for mut artefact in all() {
        match &mut artefact.manifest.golden[0] {
            Golden::Items { items, .. } => items[0].1 *= 1.001,
            Golden::Row { scores, .. } => match &mut scores[0] {
                Score::Number(number) => *number *= 1.001,
                Score::Bits(bits) => *bits = format!("{:016x}", u64::from_str_radix(bits, 16).unwrap() ^ 1),
            },
        }
        let folder = tempfile::tempdir().unwrap();
        let error = artefact.write(folder.path()).unwrap_err();
        assert!(matches!(error, ArtefactError::Golden { .. }), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[test]
fn rows_of_another_kind_or_width_are_refused() {
    let mut linear = all().remove(4);
    linear.manifest.golden = vec![Golden::Row { values: vec![None], scores: vec![Score::Number(0.1)] }];
    let folder = tempfile::tempdir().unwrap();
    let error = linear.write(folder.path()).unwrap_err().to_string();
    assert!(error.ends_with("golden row 0 has 1 values, the model has 2 features"), "{error}");
    linear.manifest.golden = vec![items(None, &[], &[(1, 1.0)])];
    let error = linear.write(folder.path()).unwrap_err().to_string();
    assert!(error.ends_with("golden row 0 does not fit a model of this kind: expected values and scores"), "{error}");
}
