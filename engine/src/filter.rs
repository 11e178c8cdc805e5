//! Filters: who stays on the list.

use crate::{
    Context, NeedRun, Reads, Scene, TaskResult,
    inputs::Owned,
    reads::short_name,
    task::{Body, NoDatum, Started},
};

/// What a filter says of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may stay.
    Keep,
    /// It goes, and this is why. Short, stable, in `snake_case`.
    Reject(&'static str),
}

/// A rule that rejects items. All filters judge the same list; an item stays if none rejects it, so the order of
/// registration cannot matter. A filter is strong: if it fails, the engine ends.
pub trait Filter<S: Scene>: Send + Sync + 'static {
    /// Its name in configuration, records and metrics: that of its type.
    fn name(&self) -> &'static str {
        short_name::<Self>()
    }

    /// What it reads, beside the items.
    fn reads(&self) -> Reads {
        Reads::none()
    }

    /// Whether it has anything to judge in this request.
    fn need_run(&self, _cx: &Context<S>) -> NeedRun {
        NeedRun::Run
    }

    /// Judges the request as a whole, once, whether or not there are items.
    ///
    /// # Errors
    /// A reason to end the engine.
    fn admit(&self, _cx: &Context<S>) -> TaskResult<S, ()> {
        Ok(())
    }

    /// Judges all items, in the order of the list. The default asks [`Self::judge`] for each.
    fn judge_all(&self, cx: &Context<S>, items: &[S::Item], rejections: &mut Rejections) {
        for (index, item) in items.iter().enumerate() {
            if let Verdict::Reject(why) = self.judge(cx, item) {
                rejections.push(index, why);
            }
        }
    }

    /// Judges an item.
    fn judge(&self, _cx: &Context<S>, _item: &S::Item) -> Verdict {
        Verdict::Keep
    }
}

/// The items a filter rejected, by their place in the list.
#[derive(Debug, Default)]
pub struct Rejections(pub(crate) Vec<(u32, &'static str)>);

impl Rejections {
    /// Rejects the item at `index`.
    pub fn push(&mut self, index: usize, why: &'static str) {
        self.0.push((u32::try_from(index).unwrap_or(u32::MAX), why));
    }
}

pub(crate) struct FilterBody<F>(pub(crate) F);

impl<S: Scene, F: Filter<S>> Body<S> for FilterBody<F> {
    fn start(&self, cx: &Context<S>, _owned: Owned) -> Started<S> {
        let mut rejections = Rejections::default();
        let admitted = NoDatum::unless(self.0.need_run(cx)).and_then(|()| self.0.admit(cx).map_err(NoDatum::Error));
        Started::Ended(admitted.map(|()| {
            self.0.judge_all(cx, cx.items(), &mut rejections);
            Box::new(rejections) as _
        }))
    }
}
