//! The state of engines that outlives their plans, which change with the configuration.

use live_pack_engine::{Hook, Pressures, Scene, Shadowed};
use live_pack_metrics::SHADOWS;
use prometheus::IntCounterVec;

/// The pressure on engines, and the results of their shadows. Resident.
#[derive(Debug)]
pub struct EngineStates {
    pub(crate) pressures: Pressures,
    pub(crate) shadows: IntCounterVec,
}

impl EngineStates {
    /// Creates an empty state.
    ///
    /// # Errors
    /// The name of a metric is invalid.
    pub fn new() -> Result<Self, prometheus::Error> {
        Ok(Self { pressures: Pressures::default(), shadows: SHADOWS.create()? })
    }
}

/// Counts the results of shadows.
pub(crate) struct CountShadows(pub(crate) IntCounterVec);

impl<S: Scene> Hook<S> for CountShadows {
    fn after_shadow(&self, _request: &S::Request, shadow: &'static str, shadowed: Shadowed) {
        self.0.with_label_values(&[shadow, shadowed.name()]).inc();
    }
}
