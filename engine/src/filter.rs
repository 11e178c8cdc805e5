//! Filters: rules that reject items.

use std::{future::Future, sync::Arc};

use crate::{
    Context, Inputs, NeedRun, Rejections, Scene, TaskResult,
    inputs::take,
    plan::body::{Body, BodyResult, Datum, NoDatum, Owned, Started, admitted, at_once},
    rejections::Judged,
};

/// The verdict of a filter on an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The item stays unless another filter rejects it.
    Keep,
    /// The item is removed. The reason is short, stable and in `snake_case`.
    Reject(&'static str),
}

/// A rule that rejects items. All filters judge the same list; an item stays if none rejects it, so the order of
/// registration does not matter. A filter is strong: if it fails, the engine ends.
///
/// Most rules need one of the methods: [`Self::judge`] for a rule about one item, [`Self::admit`] for one about the whole
/// request, [`Self::judge_all`] for one that compares items or makes one call for all of them.
///
/// ```
/// use live_pack_engine::{Context, Filter, Verdict, test_util::Tiny};
/// # struct Limit(i64);
///
/// struct LimitFilter;
///
/// impl Filter<Tiny> for LimitFilter {
///     type Input<'a> = &'a Limit;
///
///     fn judge(&self, _cx: &Context<Tiny>, limit: &&Limit, item: &i64) -> Verdict {
///         if *item > limit.0 { Verdict::Reject("above_the_limit") } else { Verdict::Keep }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a filter of the scene `{S}`",
    note = "implement `Filter<{S}>` for it: `type Input<'a>` and `judge`, `admit` or `judge_all`"
)]
pub trait Filter<S: Scene>: Send + Sync + 'static {
    /// Its inputs, besides the items it judges; `()` for none.
    type Input<'a>: Inputs<'a, S>;
    /// Whether [`Self::judge_all`] may wait. If not, a filter that waits fails with [`crate::TaskFault::Waited`].
    const WAITS: bool = false;

    /// Whether it has anything to judge in this request.
    fn need_run<'a>(&self, _cx: &'a Context<S>, _input: &Self::Input<'a>) -> NeedRun {
        NeedRun::Run
    }

    /// Judges the request as a whole, once, even if there are no items.
    ///
    /// # Errors
    /// The reason to end the engine.
    fn admit<'a>(&self, _cx: &'a Context<S>, _input: &Self::Input<'a>) -> TaskResult<S, ()> {
        Ok(())
    }

    /// Judges an item.
    fn judge<'a>(&self, _cx: &'a Context<S>, _input: &Self::Input<'a>, _item: &S::Item) -> Verdict {
        Verdict::Keep
    }

    /// The rejections remembered from an earlier run, equal to those of [`Self::judge_all`]; nothing is judged then.
    /// `None`: the items are judged. Called only if the list itself is remembered; `items` then identifies it by
    /// pointer.
    fn remembered<'a>(
        &self,
        _cx: &'a Context<S>,
        _input: &Self::Input<'a>,
        _items: &'a Arc<Vec<S::Item>>,
    ) -> Option<Arc<Rejections>> {
        None
    }

    /// Judges all items, in the order of the joined list; items that are not rejected stay. The default calls
    /// [`Self::admit`] once and [`Self::judge`] for each item. May be dropped at any await.
    ///
    /// # Errors
    /// The reason to end the engine.
    fn judge_all<'a>(
        &'a self,
        cx: &'a Context<S>,
        input: Self::Input<'a>,
        items: &'a [S::Item],
    ) -> impl Future<Output = TaskResult<S, Rejections>> + Send {
        let mut rejections = Rejections::default();
        let judged = self.admit(cx, &input).map(|()| {
            for (index, item) in items.iter().enumerate() {
                if let Verdict::Reject(why) = self.judge(cx, &input, item) {
                    rejections.push(index, why);
                }
            }
            rejections
        });
        std::future::ready(judged)
    }
}

/// A [`Filter`] as a body.
pub(crate) struct FilterBody<F>(pub(crate) F);

impl<F> FilterBody<F> {
    fn judged<S: Scene>(&self, cx: &Context<S>, owned: Owned) -> BodyResult<S>
    where
        F: Filter<S>,
    {
        let Self(filter) = self;
        let input = admitted(take(cx, owned), |input| filter.need_run(cx, input))?;
        let known = cx.shared.remembered_items().and_then(|items| filter.remembered(cx, &input, items));
        let judged = match known {
            Some(rejections) => Judged { rejections, remembered: true },
            None => Judged::now(at_once(filter.judge_all(cx, input, cx.joined()))?),
        };
        Ok(Box::new(judged))
    }
}

impl<S: Scene, F: Filter<S>> Body<S> for FilterBody<F> {
    fn start(&self, cx: &Context<S>, owned: Owned) -> Started<S> {
        if !F::WAITS {
            return Started::Ended(self.judged(cx, owned));
        }
        let cx = cx.clone();
        Started::Future(Box::pin(async move {
            let Self(filter) = cx.body()?;
            let input = admitted(take(&cx, owned), |input| filter.need_run(&cx, input))?;
            let judged = filter.judge_all(&cx, input, cx.joined()).await;
            judged.map(|found| Box::new(Judged::now(found)) as Datum).map_err(NoDatum::Error)
        }))
    }
}
