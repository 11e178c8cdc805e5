//! `live-pack recommend metrics`, `eval` and `train` of the binary, as written in the contract.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::Stdio,
};

use live_pack_recommend_model::{Artefact, artefact::Content};

use crate::serve::{live_pack, run};

/// Users 0–39; even ones have items 0–4, odd ones items 10–14. Each lacks the item with its number modulo 5.
pub(super) fn log(folder: &Path) -> PathBuf {
    let mut text = "user_id:token\titem_id:token\trating:float\ttimestamp:float\n".to_owned();
    for user in 0..40 {
        for place in (0..5).filter(|place| *place != user % 5) {
            text.push_str(&format!(
                "{user}\t{}\t3\t{}\n",
                place + 10 * (user % 2),
                881_250_949 + (place + user / 5) % 5
            ));
        }
    }
    let path = folder.join("log.inter");
    std::fs::write(&path, text).unwrap();
    path
}

fn metrics(input: &str) -> (Option<i32>, String, String) {
    let mut command = live_pack(&["recommend", "metrics"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn metrics_answers_each_line_unrounded() {
    let input =
        "{\"ranked\":[\"0\",2,3],\"relevant\":[3,\"0\",9],\"k\":3}\n\n{\"ranked\":[],\"relevant\":[1],\"k\":1}\n";
    let (status, out, err) = metrics(input);
    assert_eq!((status, err.as_str()), (Some(0), ""));
    assert_eq!(
        out,
        "{\"HR\":1.0,\"NDCG\":0.7039180890341347,\"Recall\":0.6666666666666666,\"Precision\":0.6666666666666666,\"MAP\":0.5555555555555555,\"MRR\":1.0}\n{\"HR\":0.0,\"NDCG\":0.0,\"Recall\":0.0,\"Precision\":0.0,\"MAP\":0.0,\"MRR\":0.0}\n"
    );
}

#[test]
fn metrics_names_every_line_that_it_cannot_read_and_answers_the_others() {
    let (status, out, err) =
        metrics("{\"ranked\":[1],\"relevant\":[1],\"k\":1}\nnonsense\n{\"ranked\":[1],\"relevant\":[1]}\n");
    assert_eq!((status, out.lines().count()), (Some(1), 1));
    assert!(err.contains("standard input, line 2: ") && err.contains("line 3: missing field `k`"), "{err}");
}

#[test]
fn eval_prints_one_object_with_the_metrics_and_the_users() {
    let folder = tempfile::tempdir().unwrap();
    let log = log(folder.path());
    let log = log.to_str().unwrap();
    for (algorithm, params) in [("ease", r#"{"lambda":1}"#), ("item-cosine", r#"{"k":4}"#), ("popularity", "{}")] {
        let arguments = ["--interactions", log, "--algorithm", algorithm, "--params", params];
        let command = [&["recommend", "eval"], &arguments[..], &["--split", "leave-last-out", "--k", "10"]].concat();
        let (status, out, err) = run(&command);
        assert_eq!((status, err.as_str()), (Some(0), ""), "{algorithm}");
        let value: serde_json::Value = serde_json::from_str(&out).unwrap();
        let keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
        let mut expected = ["HR", "NDCG", "Recall", "Precision", "MAP", "MRR", "users"];
        expected.sort_unstable();
        assert_eq!(
            {
                let mut keys = keys;
                keys.sort_unstable();
                keys
            },
            expected
        );
        assert_eq!(value["users"], 40);
        // two candidates of the user's own group remain, and the personalised algorithms rank them first
        let reciprocal = value["MRR"].as_f64().unwrap();
        assert_eq!(reciprocal >= 0.5, algorithm != "popularity", "{algorithm}: {value}");
    }
}

#[test]
fn eval_reports_what_is_wrong_and_where() {
    let folder = tempfile::tempdir().unwrap();
    let good = log(folder.path());
    let bad = folder.path().join("bad.inter");
    std::fs::write(&bad, "h\n1\t2\t3\n1\tx\t3\tsoon\n").unwrap();
    let table: [(&Path, &str, &str, &[&str]); 5] = [
        (&good, "eaze", "{}", &["did you mean ease?", "known: popularity, ease"]),
        (
            &good,
            "ease",
            r#"{"lamda":1,"keep":-1}"#,
            &["the parameters of ease are invalid", "did you mean lambda?", "keep: expected a whole number from 0"],
        ),
        (&good, "ease", "{", &["the parameters of ease must be a JSON object", "EOF"]),
        (&bad, "ease", "{}", &["3 faults", "line 2, columns", "line 3, item", "line 3, timestamp"]),
        (Path::new("/nowhere/log.inter"), "ease", "{}", &["/nowhere/log.inter: cannot be read", "No such file"]),
    ];
    for (log, algorithm, params, parts) in table {
        let log = log.to_str().unwrap();
        let arguments = ["--interactions", log, "--algorithm", algorithm, "--params", params];
        let (status, out, err) = run(&[&["recommend", "eval"], &arguments[..], &["--split", "hash"]].concat());
        assert_eq!((status, out.as_str()), (Some(1), ""), "{err}");
        assert!(parts.iter().all(|part| err.contains(part)), "{err}");
    }
}

#[test]
fn train_writes_an_artefact_that_loads_and_whose_sums_check() {
    let folder = tempfile::tempdir().unwrap();
    let log = log(folder.path());
    let out = folder.path().join("deep/artefact");
    let out = out.to_str().unwrap();
    let arguments = ["--interactions", log.to_str().unwrap(), "--algorithm", "rp3beta", "--params", r#"{"k":3}"#];
    let (status, printed, err) = run(&[&["recommend", "train"], &arguments[..], &["--out", out]].concat());
    assert_eq!((status, printed.as_str()), (Some(0), ""), "{err}");
    assert!(err.contains("items from rp3beta, 8 golden rows"), "{err}");
    let artefact = Artefact::load(Path::new(out)).unwrap();
    assert_eq!(artefact.manifest.parameters["k"].to_string(), "3");
    let Content::Items { lists, .. } = &artefact.content else { panic!("neighbour lists") };
    assert!(lists.get(0).all(|(item, _)| (1..5).contains(&item)) && lists.get(0).count() == 3);
    let sums = std::process::Command::new("sha256sum").args(["-c", "--quiet", "SHA256SUMS"]).current_dir(out).status();
    assert!(sums.unwrap().success());
}

#[test]
fn train_lr_learns_from_examples_and_names_the_input_that_it_needs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("examples.jsonl");
    let lines =
        (0..60).map(|n| format!("{{\"features\":{{\"x\":{n}}},\"label\":{}}}\n", u8::from(n % 7 > 2 || n > 40)));
    std::fs::write(&path, lines.collect::<String>()).unwrap();
    let (path, out) = (path.to_str().unwrap(), folder.path().join("lr"));
    let out = out.to_str().unwrap();
    let train = |algorithm, input| {
        run(&["recommend", "train", "--algorithm", algorithm, input, path, "--params", "{}", "--out", out])
    };
    let (status, printed, err) = train("lr", "--examples");
    assert_eq!((status, printed.as_str()), (Some(0), ""), "{err}");
    let Content::Linear(model) = Artefact::load(Path::new(out)).unwrap().content else { panic!("a linear model") };
    assert_eq!(model.features().collect::<Vec<_>>(), ["x"]);
    let (status, _, err) = train("ease", "--examples");
    assert_eq!(status, Some(1));
    assert!(err.contains("ease: expected --interactions; only lr is trained on --examples"), "{err}");
    let (status, _, err) = train("lr", "--interactions");
    assert_eq!(status, Some(1));
    assert!(err.contains("lr: expected --examples"), "{err}");
}
