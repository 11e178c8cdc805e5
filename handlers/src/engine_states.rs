//! What is known of engines beyond their plans: plans come and go with the configuration, this stays.

use live_pack_engine::{Hook, Pressures, Scene, Shadowed};
use prometheus::{IntCounterVec, Opts};

/// The pressure that engines are under, and how their shadows compared. Resident.
#[derive(Debug)]
pub struct EngineStates {
    pub(crate) pressures: Pressures,
    pub(crate) shadows: IntCounterVec,
}

impl EngineStates {
    /// Nothing is known yet.
    ///
    /// # Errors
    /// The name of a metric is none.
    pub fn new() -> Result<Self, prometheus::Error> {
        let about = "Tasks beside which a new version ran, by how the two compared.";
        let shadows = IntCounterVec::new(Opts::new("live_pack_shadows_total", about), &["shadow", "compared"])?;
        Ok(Self { pressures: Pressures::default(), shadows })
    }
}

/// Counts how shadows compared.
pub(crate) struct CountShadows(pub(crate) IntCounterVec);

impl<S: Scene> Hook<S> for CountShadows {
    fn after_shadow(&self, _request: &S::Request, shadow: &'static str, shadowed: Shadowed) {
        self.0.with_label_values(&[shadow, shadowed.name()]).inc();
    }
}
