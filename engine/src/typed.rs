//! Tasks, filters, sorters, contributions and cuts whose inputs are types.
//!
//! They stand beside the traits of the crate root, which read by type at run time, until every task has moved.

mod cut;
mod filter;
mod item_provider;
mod sorter;
mod task;

pub use crate::inputs::Items;
pub use cut::Cut;
pub use filter::Filter;
pub use item_provider::ItemProvider;
pub use sorter::Sorter;
pub use task::Task;

pub(crate) use cut::{CutBody, TypedCut, within};
pub(crate) use filter::FilterBody;
pub(crate) use item_provider::ItemsBody;
pub(crate) use sorter::SorterBody;
pub(crate) use task::{TaskBody, start};

use crate::{NeedRun, Scene, TaskError, TaskFault, task::NoDatum};

/// The inputs of a reader that runs; an error if they are not there, or if it is not needed.
fn admitted<S: Scene, I>(input: Option<I>, need_run: impl FnOnce(&I) -> NeedRun) -> Result<I, NoDatum<S>> {
    let input = input.ok_or(NoDatum::Error(TaskError::Fault(TaskFault::NoInputs)))?;
    match need_run(&input) {
        NeedRun::Run => Ok(input),
        NeedRun::Skip(why) => Err(NoDatum::NotNeeded(why)),
    }
}

/// Polls work that never waits.
fn at_once<S: Scene, T>(work: impl Future<Output = crate::TaskResult<S, T>>) -> Result<T, NoDatum<S>> {
    let work = std::pin::pin!(work);
    match work.poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        std::task::Poll::Ready(result) => result.map_err(NoDatum::Error),
        std::task::Poll::Pending => Err(NoDatum::Error(TaskError::Fault(TaskFault::Waited))),
    }
}
