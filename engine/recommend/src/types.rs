//! Node types: name, JSON Schema of the parameters, and constructor.

use std::{collections::BTreeMap, sync::Arc};

use live_pack_recommend_model::{Artefact, Schema, artefact::Content};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    cel::Condition,
    node::{Node, Recall, Source},
    parts::{Absent, Parts, Vectors},
    spec::{Faults, check, known},
};

/// A node or a source, made from its parameters.
pub enum Made<E> {
    /// A step of the pipeline.
    Node(Box<dyn Node<E>>),
    /// A source, used inside a fan-out or alone as a step.
    Source(Box<dyn Source<E>>),
    /// A fan-out, used as a step or as a source of another.
    Recall(Box<dyn Recall<E>>),
}

/// A node type that specifications can use.
pub trait Configure<E>: Sized {
    /// Name in a specification.
    const TYPE: &'static str;
    /// Parameters. Derive `Deserialize` with `deny_unknown_fields`; the schema must list the same keys.
    type Params: DeserializeOwned + JsonSchema;

    /// Makes the node, or reports every fault of the parameters to `site`.
    fn configure(params: Self::Params, site: &mut Site<'_, '_, E>) -> Option<Self>;
}

/// One entry of the table of node types.
pub struct NodeType<E> {
    /// Name in a specification.
    pub name: &'static str,
    /// JSON Schema of the parameters.
    pub schema: fn() -> Value,
    /// Makes a node from its parameters, or reports faults.
    pub(crate) make: fn(&Value, &mut Site<'_, '_, E>) -> Option<Made<E>>,
}

impl<E> NodeType<E> {
    /// The entry for a step.
    #[must_use]
    pub fn node<N: Node<E> + Configure<E>>() -> Self {
        Self {
            name: N::TYPE,
            schema: schema_of::<N::Params>,
            make: |params, site| Some(Made::Node(Box::new(N::configure(site.read(params)?, site)?))),
        }
    }

    /// The entry for a source.
    #[must_use]
    pub fn source<S: Source<E> + Configure<E>>() -> Self {
        Self {
            name: S::TYPE,
            schema: schema_of::<S::Params>,
            make: |params, site| Some(Made::Source(Box::new(S::configure(site.read(params)?, site)?))),
        }
    }
}

/// The JSON Schema of a type.
pub(crate) fn schema_of<T: JsonSchema>() -> Value {
    schemars::schema_for!(T).to_value()
}

/// The table of node types, by name.
pub struct Types<E> {
    types: BTreeMap<&'static str, NodeType<E>>,
}

impl<E> Types<E> {
    /// Builds a table.
    #[must_use]
    pub fn new(types: impl IntoIterator<Item = NodeType<E>>) -> Self {
        Self { types: types.into_iter().map(|entry| (entry.name, entry)).collect() }
    }

    /// Adds a type, or replaces the one with the same name.
    #[must_use]
    pub fn with(mut self, entry: NodeType<E>) -> Self {
        self.types.insert(entry.name, entry);
        self
    }

    /// The entry for a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&NodeType<E>> {
        self.types.get(name)
    }

    /// Message for an unknown type name.
    #[must_use]
    pub fn unknown(&self, name: &str) -> String {
        format!("unknown type, {}", known(name, self.names()))
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + Clone + '_ {
        self.types.keys().copied()
    }
}

/// State of a compilation that all its sites share.
pub(crate) struct Compiling<'p, E> {
    pub(crate) parts: &'p Parts,
    pub(crate) types: &'p Types<E>,
    pub(crate) faults: Faults,
    /// Names of the sources declared so far, by number.
    pub(crate) sources: Vec<String>,
    /// Columns of the last `feature.enrich` declared so far.
    pub(crate) features: Option<Schema>,
}

/// The place of one node in the specification during compilation.
pub struct Site<'s, 'p, E> {
    /// Name of the node.
    pub(crate) name: String,
    /// Path of the node, such as `nodes[0]`.
    pub(crate) path: String,
    pub(crate) work: &'s mut Compiling<'p, E>,
}

impl<'p, E> Site<'_, 'p, E> {
    /// Name of the node.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The resident parts.
    #[must_use]
    pub fn parts(&self) -> &'p Parts {
        self.work.parts
    }

    /// Names of the sources declared before this node, by number.
    #[must_use]
    pub fn sources(&self) -> &[String] {
        &self.work.sources
    }

    /// Reports a fault of a parameter; `key` is its path below `params`.
    pub fn fault(&mut self, key: &str, rule: impl Into<String>, found: &Value) {
        let path = self.key(key);
        self.work.faults.add(path, rule, found);
    }

    /// Path of a parameter.
    pub(crate) fn key(&self, key: &str) -> String {
        if key.is_empty() { format!("{}.params", self.path) } else { format!("{}.params.{key}", self.path) }
    }

    /// Reports a missing value; `key` is its path below `params`.
    pub(crate) fn missing(&mut self, key: &str, rule: String) {
        let path = self.key(key);
        self.work.faults.missing(path, rule);
    }

    /// Declares the columns available to later rankers.
    pub(crate) fn declare_features(&mut self, schema: Schema) {
        self.work.features = Some(schema);
    }

    /// The columns declared by an earlier `feature.enrich`; reports a fault if there are none.
    pub(crate) fn features(&mut self) -> Option<Schema> {
        let schema = self.work.features.clone();
        if schema.is_none() {
            self.missing("", "requires a valid feature.enrich before it".to_owned());
        }
        schema
    }

    /// Whether a path relative to the specification is a folder.
    pub(crate) fn is_folder(&self, path: &str) -> bool {
        self.parts().folder.join(path).is_dir()
    }

    /// The text of a file, relative to the specification; `key` is the path below `params`.
    pub(crate) fn text(&mut self, key: &str, path: &str) -> Option<String> {
        match std::fs::read_to_string(self.parts().folder.join(path)) {
            Ok(text) => Some(text),
            Err(error) => {
                self.fault(key, format!("must be a readable file: {error}"), &path.into());
                None
            }
        }
    }

    /// Loads the artefact in a folder, relative to the specification; `key` is the path below `params`.
    pub(crate) fn artefact(&mut self, key: &str, folder: &str) -> Option<Content> {
        match Artefact::load(&self.parts().folder.join(folder)) {
            Ok(artefact) => Some(artefact.content),
            Err(error) => {
                self.fault(key, format!("must be a usable artefact: {}", with_sources(&error)), &folder.into());
                None
            }
        }
    }

    /// The vectors of a store. A missing store fails when it is read, not here, because a specification can be checked
    /// without its data.
    pub(crate) fn vectors(&self, store: &str) -> Arc<dyn Vectors> {
        self.parts()
            .vectors
            .get(store)
            .map_or_else(|| Arc::new(Absent(store.to_owned())) as Arc<dyn Vectors>, Arc::clone)
    }

    /// Compiles a condition over items; `key` is its path below `params`.
    pub(crate) fn condition(&mut self, key: &str, text: &str) -> Option<Condition> {
        let path = self.key(key);
        Condition::over_items(text, &path, &mut self.work.faults)
    }

    /// Reports each name that is neither a declared source nor `*`.
    pub(crate) fn source_names<'n>(&mut self, key: &str, names: impl IntoIterator<Item = &'n str>) {
        for name in names {
            if name != "*" && !self.work.sources.iter().any(|source| source == name) {
                let rule = format!("is not a source, {}", known(name, self.work.sources.iter().map(String::as_str)));
                self.fault(&format!("{key}.{name}"), rule, &name.into());
            }
        }
    }

    /// Reads parameters, reporting every fault against their schema.
    pub(crate) fn read<P: DeserializeOwned + JsonSchema>(&mut self, params: &Value) -> Option<P> {
        let path = self.key("");
        read(params, &path, &mut self.work.faults)
    }
}

/// An error with its source chain, in one line.
fn with_sources(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(error.source(), |error| error.source());
    sources.fold(error.to_string(), |text, source| format!("{text}: {source}")).replace('\n', " ")
}

/// Reads a value, reporting every fault against its schema.
pub(crate) fn read<P: DeserializeOwned + JsonSchema>(value: &Value, path: &str, faults: &mut Faults) -> Option<P> {
    let before = faults.0.len();
    check(&schema_of::<P>(), value, path, faults);
    if faults.0.len() > before {
        return None;
    }
    match serde_path_to_error::deserialize(value) {
        Ok(read) => Some(read),
        Err(error) => {
            let at = error.path().to_string();
            let at = if at == "." { path.to_owned() } else { format!("{path}.{at}") };
            faults.add(at, error.inner().to_string(), value);
            None
        }
    }
}

/// Makes the node for an object with `type` and `params`; reports an unknown type.
pub(crate) fn make<E>(spec: &Value, path: &str, name: &str, work: &mut Compiling<'_, E>) -> Option<Made<E>> {
    let kind = spec.get("type").and_then(Value::as_str)?;
    let Some(entry) = work.types.get(kind) else {
        let rule = work.types.unknown(kind);
        work.faults.add(format!("{path}.type"), rule, &kind.into());
        return None;
    };
    let none = Value::Object(serde_json::Map::new());
    let params = spec.get("params").filter(|params| !params.is_null()).unwrap_or(&none);
    (entry.make)(params, &mut Site { name: name.to_owned(), path: path.to_owned(), work })
}
