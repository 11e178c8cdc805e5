//! Pipelines by scene, swapped atomically: a request keeps the set that it started with.

use std::{collections::BTreeMap, sync::Arc};

use arc_swap::ArcSwap;
use serde_json::Value;

use crate::{
    parts::Parts,
    pipeline::{Pipeline, compile_nodes, no_document},
    spec::{Faults, known},
    types::Types,
};

/// Scene name that matches all others.
const ANY: &str = "*";

/// Pipelines by scene.
pub struct Scenes<E = ()> {
    pipelines: BTreeMap<String, Arc<Pipeline<E>>>,
}

/// The error for a scene without a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("request.scene: no pipeline for scene {scene:?}, {known}")]
pub struct UnknownScene {
    scene: String,
    known: String,
}

impl<E: Sync + 'static> Scenes<E> {
    /// Compiles `{"nodes": […]}`, which serves every scene, or `{"scenes": {"live": {"nodes": […]}, "*": {…}}}`.
    ///
    /// # Errors
    ///
    /// Every fault of every scene.
    pub fn compile(spec: &Value, parts: &Parts, types: &Types<E>) -> Result<Self, Faults> {
        let Some(document) = spec.as_object() else { return Err(no_document(spec)) };
        let Some(scenes) = document.get("scenes") else {
            let pipeline = compile_nodes(spec, "", parts, types)?;
            return Ok(Self { pipelines: BTreeMap::from([(ANY.to_owned(), Arc::new(pipeline))]) });
        };
        let mut faults = Faults::default();
        for (key, value) in document.iter().filter(|(key, _)| *key != "scenes") {
            faults.add(key, "unknown key beside scenes", value);
        }
        match scenes.as_object() {
            Some(scenes) if scenes.is_empty() => faults.missing("scenes", "must name at least one scene"),
            Some(_) => (),
            None => faults.add("scenes", "must be an object of pipelines by scene", scenes),
        }
        let mut pipelines = BTreeMap::new();
        for (scene, spec) in scenes.as_object().into_iter().flatten() {
            match compile_nodes(spec, &format!("scenes.{scene}"), parts, types) {
                Ok(pipeline) => {
                    pipelines.insert(scene.clone(), Arc::new(pipeline));
                }
                Err(found) => faults.0.extend(found.0),
            }
        }
        if faults.0.is_empty() { Ok(Self { pipelines }) } else { Err(faults) }
    }

    /// The pipeline of a scene, or else that of `*`.
    ///
    /// # Errors
    ///
    /// There is neither.
    pub fn get(&self, scene: Option<&str>) -> Result<&Arc<Pipeline<E>>, UnknownScene> {
        let name = scene.unwrap_or(ANY);
        self.pipelines.get(name).or_else(|| self.pipelines.get(ANY)).ok_or_else(|| UnknownScene {
            scene: name.to_owned(),
            known: known(name, self.pipelines.keys().map(String::as_str)),
        })
    }
}

/// Scenes that can be replaced while requests run.
pub struct Recommender<E = ()> {
    scenes: ArcSwap<Scenes<E>>,
}

impl<E: Sync + 'static> Recommender<E> {
    /// Starts with the given scenes.
    #[must_use]
    pub fn new(scenes: Scenes<E>) -> Self {
        Self { scenes: ArcSwap::from_pointee(scenes) }
    }

    /// The current set. A request loads it once and keeps it.
    #[must_use]
    pub fn scenes(&self) -> Arc<Scenes<E>> {
        self.scenes.load_full()
    }

    /// Compiles a specification and installs it. If it has faults, the last good set stays.
    ///
    /// # Errors
    ///
    /// Every fault.
    pub fn reload(&self, spec: &Value, parts: &Parts, types: &Types<E>) -> Result<(), Faults> {
        self.scenes.store(Arc::new(Scenes::compile(spec, parts, types)?));
        Ok(())
    }
}
