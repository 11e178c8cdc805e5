//! Structs of inputs.

use crate::{
    test_util::{Fake, Tiny, run},
    *,
};

/// Inputs shared by several tasks.
#[derive(Inputs, Clone, Copy)]
struct Names<'a> {
    first: &'a u8,
    /// A doc comment, an attribute and a visibility are skipped.
    #[allow(dead_code, reason = "read through the struct")]
    pub(super) second: Maybe<'a, std::collections::BTreeMap<u16, Vec<u32>>>,
}

/// For any scene.
#[derive(Inputs)]
struct Listed<'a, S: Scene> {
    items: Items<'a, S>,
    names: Names<'a>,
}

#[derive(Inputs)]
struct Pair<'a>(Names<'a>, IfWritten<'a, i8>);

#[derive(Inputs)]
struct Taken {
    value: Own<String>,
}

#[derive(Inputs)]
struct All<'a> {
    listed: Listed<'a, Tiny>,
    pair: Pair<'a>,
    taken: Taken,
    page: Page<'a, Tiny>,
    more: (&'a u8, Maybe<'a, i16>),
}

struct Reader;

impl Task<Tiny> for Reader {
    type Output = Vec<String>;
    type Input<'a> = All<'a>;
    const STAGE: Stage = Stage::Converters;

    fn need_run(&self, _cx: &Context<Tiny>, all: &All<'_>) -> NeedRun {
        if all.page.is_empty() { NeedRun::Skip("empty") } else { NeedRun::Run }
    }

    async fn run(&self, _cx: &Context<Tiny>, all: All<'_>) -> TaskResult<Tiny, Vec<String>> {
        tokio::task::yield_now().await;
        let All { listed, pair: Pair(names, not_there), taken, page, more } = all;
        Ok(vec![
            listed.items.len().to_string(),
            listed.names.first.to_string(),
            names.second.done().map_or(0, |map| map.len()).to_string(),
            format!("{:?}", not_there.0),
            taken.value.0,
            page.len().to_string(),
            more.0.to_string(),
            format!("{:?}", more.1),
        ])
    }
}

struct One;

impl ItemProvider<Tiny> for One {
    type Input<'a> = Names<'a>;

    fn items(&self, _cx: &Context<Tiny>, names: Names<'_>) -> TaskResult<Tiny, Vec<i64>> {
        Ok(vec![i64::from(*names.first)])
    }
}

#[tokio::test(start_paused = true)]
async fn a_struct_declares_and_takes_its_fields_in_order_and_structs_nest() {
    let map = std::collections::BTreeMap::from([(1_u16, vec![2_u32])]);
    let definition = Definition::<Tiny>::new("E")
        .fake(Fake::value("First", 8_u8).stage(Stage::Providers))
        .fake(Fake::value("Second", map).stage(Stage::Providers))
        .fake(Fake::value("Text", "taken".to_owned()).stage(Stage::Loaders))
        .fake(Fake::<_, i16>::skip("Skipped", "why").stage(Stage::Loaders))
        .items(One)
        .task(Reader)
        .answer::<Vec<String>>();
    let (answer, _) = run(&definition, &PlanConf::default()).await.into_answer();
    let not_there = "Skipped(NotInPlan)";
    assert_eq!(answer.unwrap(), ["1", "8", "1", not_there, "taken", "1", "8", "Skipped(NotNeeded(\"why\"))"]);
}
