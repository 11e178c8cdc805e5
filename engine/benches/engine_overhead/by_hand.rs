//! The same shapes in handwritten code: layer by layer, without record, deadline, panic guard or typed data.

use std::{hint::black_box, sync::Arc};

use futures_util::future::join_all as join_futures;
use tokio::task::JoinSet;

use crate::{Body, Request, request, shapes::Shape, work};

/// Each task on its own tokio task.
pub(crate) fn join_set(shape: &Shape, body: Body) -> Request {
    let layers = Arc::new(shape.layers.clone());
    request(move || {
        let layers = Arc::clone(&layers);
        async move {
            for layer in layers.iter() {
                let mut set = JoinSet::new();
                for &number in layer {
                    set.spawn(work(body, number));
                }
                while let Some(result) = set.join_next().await {
                    black_box(result.expect("it does not panic"));
                }
            }
        }
    })
}

/// All tasks of a layer in the task of the request.
pub(crate) fn join_all(shape: &Shape, body: Body) -> Request {
    let layers = Arc::new(shape.layers.clone());
    request(move || {
        let layers = Arc::clone(&layers);
        async move {
            for layer in layers.iter() {
                black_box(join_futures(layer.iter().map(|&number| work(body, number))).await);
            }
        }
    })
}
