//! The README's examples: each specification is free of faults, and the shop gives the answer shown.

use std::path::Path;

use live_pack_recommend::{Ask, Data, Format, Parts, Request, Scenes, builtin, parse};
use tokio::time::Instant;

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/examples"))
}

fn document(name: &str) -> serde_json::Value {
    let path = folder().join(name);
    parse(&std::fs::read_to_string(&path).unwrap(), Format::of(&path)).unwrap()
}

#[test]
fn every_example_has_no_faults() {
    let parts = Parts { folder: folder().to_owned(), ..Parts::default() };
    for name in ["shop.yaml", "scenes.json"] {
        let scenes: Result<Scenes, _> = Scenes::compile(&document(name), &parts, &builtin());
        assert!(scenes.is_ok(), "{name}: {}", scenes.err().unwrap());
    }
}

#[test]
fn the_shop_answers_as_the_readme_shows() {
    let parts = Data::read(&document("shop_data.json")).unwrap().into_parts(folder().to_owned());
    let scenes: Scenes = Scenes::compile(&document("shop.yaml"), &parts, &builtin()).unwrap();
    let mut request: Request = serde_json::from_value(document("shop_request.json")).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let answer = |request: &Request| {
        let pipeline = scenes.get(None).unwrap();
        runtime.block_on(async {
            pipeline.recommend(&Ask::new(request), Instant::now() + pipeline.timeout()).await.unwrap()
        })
    };
    let (slate, record) = answer(&request);
    let ids: Vec<i64> = slate.items.iter().map(|item| item.id).collect();
    assert_eq!(ids, [1, 3, 2, 9, 21, 22]);
    assert_eq!(slate.degraded, []);
    assert_eq!(record.why(4).reason.as_deref(), Some("the condition does not hold"));
    request.params.insert("muted".into(), "zen".into());
    let ids: Vec<i64> = answer(&request).0.items.iter().map(|item| item.id).collect();
    assert_eq!(ids, [1, 2, 21, 22, 23]);
}
