//! Resident parts and settings that drawing reads.

use live_pack_dal::{Images, Texts, config::LabelRules, model::RouteGroup};

use crate::request::LiveRequest;

/// The inputs of drawing besides its subject; they do not depend on viewer, query or instant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kit<'a> {
    pub(super) texts: &'a Texts,
    pub(super) images: &'a Images,
    pub(super) labels: &'a LabelRules,
    pub(super) route_group: RouteGroup,
}

impl<'a> Kit<'a> {
    /// The kit for a request.
    pub(super) fn of(request: &'a LiveRequest) -> Self {
        Self {
            texts: &request.resident.texts,
            images: &request.resident.images,
            labels: &request.conf.labels,
            route_group: request.viewer.route_group,
        }
    }
}
