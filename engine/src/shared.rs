//! Shared questions: an answer needed by several engines of a request is fetched once.

use std::{
    any::Any,
    future::Future,
    pin::Pin,
    sync::{Mutex, PoisonError},
};

use futures_util::future::{FutureExt as _, Shared as SharedFuture};

/// A question whose answer is shared by the engines of a request. Its fields are the arguments: two questions are the same
/// if they have the same type and are equal.
///
/// ```
/// use live_pack_engine::{Question, Shared};
///
/// #[derive(Clone, PartialEq, Eq)]
/// struct RoomOf(i64);
///
/// impl Question for RoomOf {
///     type With = &'static str; // a client, say
///     type Answer = String;
///     type Error = std::fmt::Error;
///
///     async fn fetch(self, client: &'static str) -> Result<String, std::fmt::Error> {
///         Ok(format!("{client} knows room {}", self.0))
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let shared = Shared::default(); // one per request
/// assert_eq!(shared.known(&RoomOf(7)), None);
/// assert_eq!(shared.ask(RoomOf(7), "a client").await.as_deref(), Ok("a client knows room 7"));
/// assert_eq!(shared.known(&RoomOf(7)), Some(Ok("a client knows room 7".to_owned())));
/// # });
/// ```
pub trait Question: Clone + Eq + Send + 'static {
    /// Resources for the fetch that are not part of the question, such as a client and a deadline.
    type With: Send + 'static;
    /// The answer. Cloned for each caller.
    type Answer: Clone + Send + Sync + 'static;
    /// The failure, shared like an answer.
    type Error: Clone + Send + Sync + 'static;

    /// Fetches the answer. Runs on behalf of all callers, so it should end by the deadline of the request, not
    /// that of the first caller.
    ///
    /// # Errors
    /// The failure, the same for all callers.
    fn fetch(self, with: Self::With) -> impl Future<Output = Result<Self::Answer, Self::Error>> + Send + 'static;
}

type Fetch<Q> = SharedFuture<Pin<Box<dyn Future<Output = Answered<Q>> + Send>>>;
type Answered<Q> = Result<<Q as Question>::Answer, <Q as Question>::Error>;

/// The shared questions of one request.
///
/// The first caller starts the fetch; the others wait for the same answer or failure. If the first goes away,
/// another waiter continues the fetch; if the request is dropped, so is the fetch.
#[derive(Default)]
pub struct Shared {
    // std mutex: held to look up or push one entry, never across an await. A request shares a handful of data, so a
    // scan is faster than a hash.
    entries: Mutex<Vec<AskedQuestion>>,
}

struct AskedQuestion {
    question: Box<dyn Any + Send>,
    fetch: Box<dyn Any + Send>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl Shared {
    /// The answer to `question`: fetched with the first caller's `with`.
    ///
    /// # Errors
    /// The failure of the fetch, the same for all callers.
    pub async fn ask<Q: Question>(&self, question: Q, with: Q::With) -> Answered<Q> {
        let fetch = self.fetch_of(question, with);
        // a completed fetch is read without being polled
        if let Some(ended) = fetch.peek() {
            return ended.clone();
        }
        fetch.await
    }

    /// The answer to `question` if it was asked and has arrived; never starts a fetch.
    pub fn known<Q: Question>(&self, question: &Q) -> Option<Answered<Q>> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        find(&entries, question)?.peek().cloned()
    }

    fn fetch_of<Q: Question>(&self, question: Q, with: Q::With) -> Fetch<Q> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = find(&entries, &question) {
            return known.clone();
        }
        let work: Pin<Box<dyn Future<Output = Answered<Q>> + Send>> = Box::pin(question.clone().fetch(with));
        let started: Fetch<Q> = work.shared();
        entries.push(AskedQuestion { question: Box::new(question), fetch: Box::new(started.clone()) });
        started
    }
}

fn find<'a, Q: Question>(entries: &'a [AskedQuestion], question: &Q) -> Option<&'a Fetch<Q>> {
    entries.iter().find(|entry| entry.question.downcast_ref() == Some(question))?.fetch.downcast_ref()
}

#[cfg(test)]
mod tests;
