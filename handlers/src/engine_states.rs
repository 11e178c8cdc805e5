//! The state of engines beyond their plans: plans change with the configuration, this state stays.

use live_pack_engine::{Hook, Pressures, Scene, Shadowed};
use prometheus::{IntCounterVec, Opts};

/// The pressure on engines, and the results of their shadows. Resident.
#[derive(Debug)]
pub struct EngineStates {
    pub(crate) pressures: Pressures,
    pub(crate) shadows: IntCounterVec,
}

impl EngineStates {
    /// An empty state.
    ///
    /// # Errors
    /// The name of a metric is invalid.
    pub fn new() -> Result<Self, prometheus::Error> {
        let about = "Shadow runs, by the result of the comparison.";
        let shadows = IntCounterVec::new(Opts::new("live_pack_shadows_total", about), &["shadow", "compared"])?;
        Ok(Self { pressures: Pressures::default(), shadows })
    }
}

/// Counts the results of shadows.
pub(crate) struct CountShadows(pub(crate) IntCounterVec);

impl<S: Scene> Hook<S> for CountShadows {
    fn after_shadow(&self, _request: &S::Request, shadow: &'static str, shadowed: Shadowed) {
        self.0.with_label_values(&[shadow, shadowed.name()]).inc();
    }
}
