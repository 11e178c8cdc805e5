//! The JSON in the documents on configuration, checked by `check-config`.

use std::fs;

use live_pack::{settings::Environment, wiring};

use super::snippets::{blocks, matches, read, spans};

/// The start of a snippet, the key whose file contains it, and the text of the file around it, with `…` for the snippet.
/// Later snippets may need earlier ones: a rate names a caller.
const SNIPPETS: [(&str, &str, &str); 10] = [
    (
        "\"tasks\": { \"ProductAtmosphereLoader\"",
        "LivePackEngineConf",
        r#"{"engines":[{"method":"GetLiveBagData","engine":"LiveBagProductsEngine",…}]}"#,
    ),
    ("\"method\": \"*\", \"engine\": \"*\"", "LivePackEngineConf", r#"{"engines":[{…}]}"#),
    (
        "{ \"percent\": 10",
        "LivePackEngineConf",
        r#"{"engines":[{"method":"*","engine":"*","tasks":{"ProductAtmosphereLoader":{"rollout":…}}}]}"#,
    ),
    ("{ \"callers\"", "CallerConf", "…"),
    ("\"unknown\": { \"methods\"", "CallerConf", r#"{"callers":[{"name":"gateway","addresses":["10.1.0.0/16"]}],…}"#),
    ("{ \"rates\"", "RateLimitConf", "…"),
    ("\"rates\": []", "RateLimitConf", "{…}"),
    ("{ \"services\"", "DownstreamConf", "…"),
    ("{ \"levels\"", "LogConf", "…"),
    ("{ \"downstream\"", "livePackDownstreamRpcMock", r#"{"rules":[…]}"#),
];

/// JSON that is part of a request.
const OF_REQUESTS: [&str; 1] = ["{\"price_range_style\""];

/// The snippets of conf/README.md: JSON blocks, and spans that are objects or members.
fn snippets() -> Vec<String> {
    let text = read("conf/README.md");
    let (blocks, prose) = blocks(&text);
    let blocks = blocks.into_iter().filter(|block| block.language == "json").map(|block| block.code);
    let spans = spans(&prose).into_iter().filter(|span| span.contains("\": ") && span.starts_with(['{', '"']));
    blocks.chain(spans).collect()
}

#[test]
fn every_piece_of_configuration_in_the_document_has_no_fault() {
    let folder = tempfile::tempdir().unwrap();
    let snippets = snippets();
    for snippet in &snippets {
        let row = SNIPPETS.iter().any(|(begin, ..)| snippet.starts_with(begin));
        assert!(row || OF_REQUESTS.iter().any(|begin| snippet.contains(begin)), "no row of SNIPPETS matches {snippet}");
    }
    for (begin, key, around) in SNIPPETS {
        let found: Vec<_> = snippets.iter().filter(|snippet| snippet.starts_with(begin)).collect();
        assert!(!found.is_empty(), "conf/README.md has no {begin}");
        for snippet in found {
            let text = around.replace('…', snippet);
            fs::write(folder.path().join(format!("{key}.json")), &text).unwrap();
            assert_eq!(wiring::check_config(folder.path(), Environment::Dev), Vec::<String>::new(), "{text}");
        }
    }
}

#[test]
fn the_typing_error_of_the_document_gives_the_message_that_it_shows() {
    let folder = tempfile::tempdir().unwrap();
    let (begin, key, around) = SNIPPETS[0];
    let snippet = snippets().into_iter().find(|snippet| snippet.starts_with(begin)).unwrap();
    let text = around.replace('…', &snippet.replace("\"enabled\"", "\"enable\""));
    fs::write(folder.path().join(format!("{key}.json")), text).unwrap();
    let faults = wiring::check_config(folder.path(), Environment::Dev);
    let document = read("conf/README.md");
    let shown = document.lines().find(|line| line.starts_with("LivePackEngineConf.json: ")).unwrap();
    assert!(faults.iter().any(|fault| matches(shown, fault)), "{shown} is not among {faults:?}");
}

#[test]
fn a_task_is_switched_off_as_the_document_on_operating_says() {
    let document = read("docs/operating.md");
    assert!(document.contains("find `ProductAtmosphereLoader`, write `\"enabled\": false`"));
    let folder = tempfile::tempdir().unwrap();
    let name = "LivePackEngineConf.json";
    let mut conf: serde_json::Value = serde_json::from_str(&read(&format!("conf/dynamic/{name}"))).unwrap();
    let entries = conf["engines"].as_array_mut().unwrap();
    let entry = entries.iter_mut().find(|entry| !entry["tasks"]["ProductAtmosphereLoader"].is_null()).unwrap();
    assert_eq!(entry["method"], "GetLiveBagData", "the document names the method of the entry");
    entry["tasks"]["ProductAtmosphereLoader"]["enabled"] = false.into();
    fs::write(folder.path().join(name), conf.to_string()).unwrap();
    let dir = folder.path().to_str().unwrap();
    let (code, text, error) = crate::serve::run(&["explain", "LiveBagProductsEngine", "--conf", dir]);
    assert_eq!(code, Some(0), "{error}");
    let task = text.lines().find(|line| line.contains("ProductAtmosphereLoader")).unwrap();
    assert!(task.contains("[switched off"), "{text}");
}
