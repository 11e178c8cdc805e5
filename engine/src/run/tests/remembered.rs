//! Remembered lists, rejections and keys.

use std::sync::Arc;

use super::{BOTH_MODES, in_mode};
use crate::{
    test_util::{Fake, FakeInputs, Tiny, run},
    *,
};

#[derive(Debug, PartialEq, Clone)]
struct Shown {
    items: Vec<i64>,
    remembered: bool,
}

/// Contributes 0, 1, 2; remembers 0 to 5, or nothing.
struct Numbers(Option<Arc<Vec<i64>>>);

impl Numbers {
    fn remembering(yes: bool) -> Registered<Self> {
        named("Numbers", Self(yes.then(|| Arc::new((0..6).collect()))))
    }
}

impl ItemProvider<Tiny> for Numbers {
    type Input<'a> = ();

    fn items(&self, _cx: &Context<Tiny>, (): ()) -> TaskResult<Tiny, Vec<i64>> {
        Ok(vec![0, 1, 2])
    }

    fn remembered(&self, _cx: &Context<Tiny>, (): &()) -> Option<Arc<Vec<i64>>> {
        self.0.clone()
    }
}

/// Rejects 1; remembers that it rejected the item at index 2.
struct One;

impl Filter<Tiny> for One {
    type Input<'a> = ();

    fn remembered(&self, _cx: &Context<Tiny>, (): &(), _items: &Arc<Vec<i64>>) -> Option<Arc<Rejections>> {
        let mut rejections = Rejections::default();
        rejections.push(2, "remembered");
        Some(Arc::new(rejections))
    }

    fn judge(&self, _cx: &Context<Tiny>, (): &(), item: &i64) -> Verdict {
        if *item == 1 { Verdict::Reject("judged") } else { Verdict::Keep }
    }
}

/// Largest first; remembers the keys of smallest first.
struct Largest;

impl Sorter<Tiny> for Largest {
    type Input<'a> = ();

    fn remembered(&self, _cx: &Context<Tiny>, (): &(), items: &Arc<Vec<i64>>) -> Option<Arc<Vec<SortKey>>> {
        Some(Arc::new(items.iter().map(|item| (*item).into()).collect()))
    }

    fn key(&self, _cx: &Context<Tiny>, (): &(), item: &i64) -> SortKey {
        SortKey::from(-*item)
    }
}

fn definition(remembering: bool) -> Definition<Tiny> {
    Definition::new("E").items(Numbers::remembering(remembering)).filter(named("One", One)).sorter(Largest)
}

/// The page, and the rejections from the record.
async fn ran(definition: Definition<Tiny>, mode: Mode) -> (Shown, Vec<(i64, &'static str, &'static str)>) {
    let page = Fake::new("Page", |inputs: &FakeInputs<'_, Tiny>| {
        let page = inputs.page();
        Ok(Shown { items: page.items().copied().collect(), remembered: page.remembered().is_some() })
    });
    let finished = run(&definition.fake(page.page()).answer::<Shown>(), &in_mode(mode)).await;
    let rejected = finished.record.rejected().collect();
    (finished.into_answer().0.unwrap(), rejected)
}

#[tokio::test(start_paused = true)]
async fn a_remembered_list_uses_remembered_verdicts_and_keys_and_the_record_has_them() {
    for mode in BOTH_MODES {
        let (page, rejected) = ran(definition(true), mode).await;
        assert_eq!(page, Shown { items: vec![0, 1, 3, 4, 5], remembered: true });
        assert_eq!(rejected, [(2, "One", "remembered")]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_list_is_judged_and_sorted() {
    for mode in BOTH_MODES {
        let (page, rejected) = ran(definition(false), mode).await;
        assert_eq!(page, Shown { items: vec![2, 0], remembered: false });
        assert_eq!(rejected, [(1, "One", "judged")]);
    }
}

#[tokio::test(start_paused = true)]
async fn one_of_several_contributions_is_not_remembered() {
    for mode in BOTH_MODES {
        let definition = definition(true).items(named("More", Numbers(None)));
        let (page, rejected) = ran(definition, mode).await;
        assert_eq!(page, Shown { items: vec![2, 2, 0, 0], remembered: false });
        assert_eq!(rejected.len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn an_order_is_not_remembered_if_a_filter_judged() {
    /// Rejects 5.
    struct Five;

    impl Filter<Tiny> for Five {
        type Input<'a> = ();

        fn judge(&self, _cx: &Context<Tiny>, (): &(), item: &i64) -> Verdict {
            if *item == 5 { Verdict::Reject("five") } else { Verdict::Keep }
        }
    }

    let (page, _) = ran(definition(true).filter(Five), Mode::Staged).await;
    assert_eq!(page, Shown { items: vec![0, 1, 3, 4], remembered: false });
}

#[test]
fn folds_are_equal_if_they_share_their_parts() {
    let (rejections, keys) = (Arc::new(Rejections::default()), Arc::new(vec![SortKey::FIRST; 2]));
    let fold = |items, keys: &Arc<Vec<SortKey>>| {
        let mut fold = Fold::over(items);
        fold.reject(&rejections, true);
        fold.sort(keys, true);
        fold
    };
    assert_eq!(fold(2, &keys), fold(2, &keys));
    assert_ne!(fold(2, &keys), fold(3, &keys));
    assert_ne!(fold(2, &keys), fold(2, &Arc::new(vec![SortKey::FIRST; 2])));
    let mut sorted_twice = Fold::over(2);
    sorted_twice.sort(&keys, true);
    sorted_twice.sort(&keys, true);
    assert_ne!(fold(2, &keys), sorted_twice);
}
