//! A ready-made scene: a list of numbers.

use crate::{Scene, Subject};

/// The scene of a list of numbers.
#[derive(Debug)]
pub struct Tiny;

/// The request of [`Tiny`]: the properties used by roll-outs.
#[derive(Debug, Default, Clone)]
pub struct TinyRequest {
    /// Key of the user.
    pub user: u64,
    /// The region.
    pub region: &'static str,
    /// The version of the client; 0 if not stated.
    pub app_version: i32,
}

/// The error of [`Tiny`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TinyError(pub &'static str);

impl Scene for Tiny {
    type Request = TinyRequest;
    type Item = i64;
    type Stop = &'static str;
    type Error = TinyError;

    fn subject(request: &TinyRequest) -> Subject<'_> {
        Subject { key: request.user, region: request.region, app_version: request.app_version }
    }

    fn item_id(item: &i64) -> i64 {
        *item
    }
}
