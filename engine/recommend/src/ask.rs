//! The request: the data of one viewer at one moment.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{error::NodeError, id::Id};

/// One request, borrowed until it is answered.
///
/// Nodes are `'static` and see it only by reference, so a node that stores a viewer does not compile:
///
/// ```compile_fail
/// use live_pack_recommend::{Ask, Call, Candidates, Effect, Node, Work};
///
/// struct Keeps(std::sync::Mutex<Option<&'static Ask<'static>>>);
///
/// impl Node<()> for Keeps {
///     fn run<'a>(&'a self, call: &'a Call<'a>, _: &'a Candidates) -> Work<'a, Effect> {
///         *self.0.lock().unwrap() = Some(call.ask); // the request lives for 'a only
///         Work::now(Effect::default())
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Ask<'r, E = ()> {
    /// Part of the request that the library defines.
    pub request: &'r Request,
    /// Part of the request that the application defines, for its own nodes.
    pub extra: &'r E,
}

impl<'r> Ask<'r> {
    /// A request without an application part.
    #[must_use]
    pub fn new(request: &'r Request) -> Self {
        Self { request, extra: &() }
    }
}

impl<'r, E> Ask<'r, E> {
    /// A request with an application part.
    #[must_use]
    pub fn with(request: &'r Request, extra: &'r E) -> Self {
        Self { request, extra }
    }
}

/// The built-in part of a request. All keys are optional.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Request {
    /// The viewer; absent if anonymous.
    pub viewer: Option<Id>,
    /// Name of the scene, which selects the pipeline.
    pub scene: Option<String>,
    /// Device id.
    pub device: Option<String>,
    /// Seed of all random choices.
    pub seed: u64,
    /// Wall clock in milliseconds since 1970.
    pub now_ms: Option<i64>,
    /// Items that must not be shown.
    pub exclude: Vec<Id>,
    /// Numbers that describe the viewer and the moment, for ranking.
    pub features: BTreeMap<String, f64>,
    /// Long-term facts about the viewer, for example tags with weights.
    pub profile: Map<String, Value>,
    /// Texts that describe the viewer and the moment, for example the region.
    pub labels: BTreeMap<String, String>,
    /// Facts about the session, for example `{"seen": ["7", "9"]}`.
    pub realtime: Map<String, Value>,
    /// Parameters of the call, for example from an experiment.
    pub params: Map<String, Value>,
}

impl Request {
    /// Wall clock in milliseconds since 1970.
    ///
    /// # Errors
    ///
    /// The request has no `now_ms`.
    pub fn now(&self) -> Result<i64, NodeError> {
        self.now_ms.ok_or(NodeError::Lacks("now_ms"))
    }

    /// The ids in a list of the session (`realtime`) or, if it is absent, of the profile; empty if both are absent.
    #[must_use]
    pub fn ids(&self, name: &str) -> Vec<i64> {
        let list = self.realtime.get(name).or_else(|| self.profile.get(name)).and_then(Value::as_array);
        let id = |value: &Value| serde_json::from_value::<Id>(value.clone()).ok().map(|id| id.0);
        list.into_iter().flatten().filter_map(id).collect()
    }
}
