//! Filters that wait: rules whose facts are elsewhere.

use std::future::Future;

use crate::{
    Context, NeedRun, Reads, Rejections, Scene, TaskResult,
    inputs::Owned,
    reads::short_name,
    task::{Body, NoDatum, Started},
};

/// A [`crate::Filter`] that has to ask elsewhere, once for all items. It runs beside the other filters and judges the same
/// list. Strong like them: if it fails, or is unfinished when only the reserve is left, the engine ends.
pub trait BatchFilter<S: Scene>: Send + Sync + 'static {
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

    /// Judges [`Context::items`]; who is not among the rejections stays. May be dropped at any await.
    ///
    /// # Errors
    /// A reason to end the engine.
    fn judge_all(&self, cx: &Context<S>) -> impl Future<Output = TaskResult<S, Rejections>> + Send;
}

pub(crate) struct BatchFilterBody<F>(pub(crate) F);

impl<S: Scene, F: BatchFilter<S>> Body<S> for BatchFilterBody<F> {
    fn start(&self, cx: &Context<S>, _owned: Owned) -> Started<S> {
        if let Err(not_needed) = NoDatum::unless(self.0.need_run(cx)) {
            return Started::Ended(Err(not_needed));
        }
        let cx = cx.clone();
        Started::Future(Box::pin(async move {
            let Self(filter) = cx.body()?;
            filter.judge_all(&cx).await.map(|rejections| Box::new(rejections) as _).map_err(NoDatum::Error)
        }))
    }
}
