//! An answer that a flow combines from parts.

use std::{future::Future, sync::Arc};

use live_pack_engine::flow::{Business, Flow};

use crate::{
    degraded::Losses,
    part::{Failure, Part},
    turn::Turn,
};

/// An answer under construction.
#[derive(Debug)]
pub(crate) struct Whole<R> {
    pub(crate) turn: Arc<Turn>,
    pub(crate) answer: R,
    /// Losses of its weak parts.
    pub(crate) losses: Losses,
}

impl<R: Default> Whole<R> {
    /// Follows a flow from an empty answer to a full one.
    pub(crate) async fn by<K>(turn: &Arc<Turn>, flow: &Flow<K>) -> Part<R>
    where
        K: for<'r> Business<Context<'r> = Self, Error = Failure>,
    {
        let mut whole = Self { turn: Arc::clone(turn), answer: R::default(), losses: Losses::default() };
        let outcome = turn.follow(flow, &mut whole).await;
        Part { outcome: outcome.map(|()| whole.answer), losses: whole.losses }
    }
}

impl<R> Whole<R> {
    /// A part as a branch.
    pub(crate) fn branch<A, F, P>(
        &self,
        part: P,
    ) -> impl Future<Output = Result<(A, Losses), Failure>> + Send + use<A, F, P, R>
    where
        P: FnOnce(Arc<Turn>) -> F,
        F: Future<Output = Part<A>> + Send,
    {
        let part = part(Arc::clone(&self.turn));
        async move { part.await.branch() }
    }
}
