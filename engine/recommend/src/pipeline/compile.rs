//! Compilation of a specification into a pipeline or a list of all its faults.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Pipeline, Planned};
use crate::{
    cel::Condition,
    filter,
    node::Node,
    parts::Parts,
    recall,
    record::Names,
    span::Span,
    spec::{Faults, Format, TextError, parse},
    types::{Compiling, Made, Types, make, read, schema_of},
};

/// Default time limit of one request.
const TIMEOUT: Duration = Duration::from_secs(2);

/// A specification of one pipeline.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PipelineSpec {
    /// The nodes, in sequence.
    nodes: Vec<NodeSpec>,
    /// Time limit of one request; `2s` by default.
    #[serde(default)]
    timeout: Option<Span>,
}

/// One node of a pipeline.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NodeSpec {
    /// Type of the node.
    r#type: String,
    /// Name; the type by default.
    #[serde(default)]
    #[expect(dead_code, reason = "read from the JSON value by the compilation of the node")]
    name: Option<String>,
    /// Parameters of the type.
    #[serde(default)]
    #[expect(dead_code, reason = "read from the JSON value by the compilation of the node")]
    params: Option<Map<String, Value>>,
    /// Whether a failure ends the request.
    #[serde(default)]
    strong: bool,
    /// CEL over `request`: the node runs only if it holds.
    #[serde(default)]
    #[expect(dead_code, reason = "read from the JSON value by the compilation of the node")]
    when: Option<String>,
    /// Time limit of the node.
    #[serde(default)]
    timeout: Option<Span>,
}

/// A specification that cannot be compiled.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// The text is neither JSON nor YAML.
    #[error(transparent)]
    Text(#[from] TextError),
    /// All faults of the specification.
    #[error("{0}")]
    Faults(#[from] Faults),
}

impl<E: Sync + 'static> Pipeline<E> {
    /// Compiles a specification.
    ///
    /// # Errors
    ///
    /// Every fault, in the order of the document.
    pub fn compile(spec: &Value, parts: &Parts, types: &Types<E>) -> Result<Self, Faults> {
        compile_nodes(spec, "", parts, types)
    }

    /// Reads and compiles a text.
    ///
    /// # Errors
    ///
    /// The first syntax error, or every fault of the specification.
    pub fn from_text(text: &str, format: Format, parts: &Parts, types: &Types<E>) -> Result<Self, CompileError> {
        Ok(Self::compile(&parse(text, format)?, parts, types)?)
    }
}

/// The fault of a document that is not a specification.
pub(crate) fn no_document(value: &Value) -> Faults {
    let mut faults = Faults::default();
    faults.add("", "must be an object with nodes or scenes", value);
    faults
}

/// Compiles the pipeline at a path of a document.
pub(crate) fn compile_nodes<E: Sync + 'static>(
    value: &Value,
    path: &str,
    parts: &Parts,
    types: &Types<E>,
) -> Result<Pipeline<E>, Faults> {
    if !value.is_object() {
        return Err(no_document(value));
    }
    let mut work = Compiling { parts, types, faults: Faults::default(), sources: Vec::new(), features: None };
    let spec: Option<PipelineSpec> = read(value, path, &mut work.faults);
    let prefix = if path.is_empty() { String::new() } else { format!("{path}.") };
    let nodes = value.get("nodes").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut given = BTreeSet::new();
    let mut made = Vec::with_capacity(nodes.len());
    for (index, node) in nodes.iter().enumerate() {
        let at = format!("{prefix}nodes[{index}]");
        let own = node.get("name").and_then(Value::as_str);
        if let Some(name) = own
            && !given.insert(name)
        {
            work.faults.add(format!("{at}.name"), "must be unique among the nodes", &name.into());
        }
        let name = own.or_else(|| node.get("type").and_then(Value::as_str)).unwrap_or_default();
        let when = node.get("when").and_then(Value::as_str);
        let when = when.map(|text| Condition::compile(text, &format!("{at}.when"), &mut work.faults));
        made.push((name.to_owned(), when, step(node, &at, name, &mut work)));
    }
    let (Some(spec), true) = (spec, work.faults.0.is_empty()) else { return Err(work.faults) };
    let mut steps: Vec<Planned<E>> = Vec::with_capacity(made.len());
    let mut last_recall = None;
    let mut excludes = false;
    for ((name, when, step), node) in made.into_iter().zip(spec.nodes) {
        let Some((node_made, is_recall)) = step else { continue };
        excludes |= node.r#type == filter::EXCLUDE;
        steps.push(Planned {
            name,
            node: node_made,
            strong: node.strong,
            when: when.flatten(),
            timeout: node.timeout.map(|span| span.0),
        });
        if is_recall {
            last_recall = Some(steps.len());
        }
    }
    if let (Some(place), false) = (last_recall, excludes) {
        let node = Box::new(filter::Exclude::default());
        steps.insert(place, Planned { name: filter::EXCLUDE.into(), node, strong: true, when: None, timeout: None });
    }
    let names = Names { nodes: steps.iter().map(|step| step.name.clone()).collect(), sources: work.sources };
    Ok(Pipeline {
        steps,
        names: Arc::new(names),
        timeout: spec.timeout.map_or(TIMEOUT, |span| span.0),
        hooks: Vec::new(),
    })
}

/// A step, and whether it is a recall.
fn step<E: Sync + 'static>(
    node: &Value,
    at: &str,
    name: &str,
    work: &mut Compiling<'_, E>,
) -> Option<(Box<dyn Node<E>>, bool)> {
    let number = u16::try_from(work.sources.len()).unwrap_or(u16::MAX);
    match make(node, at, name, work)? {
        Made::Node(node) => Some((node, false)),
        Made::Recall(recall) => Some((Box::new(recall::Step(recall)), true)),
        Made::Source(source) => {
            work.sources.push(name.to_owned());
            if work.sources.len() > recall::MOST_SOURCES {
                work.faults.missing(at, format!("a pipeline has at most {} sources", recall::MOST_SOURCES));
            }
            Some((Box::new(recall::Step(Box::new(recall::alone(name, number, source)))), true))
        }
    }
}

/// JSON Schema of a specification, including the parameters of each node type.
#[must_use]
pub fn schema<E>(types: &Types<E>) -> Value {
    let mut document = schema_of::<PipelineSpec>();
    let choices: Vec<Value> = types
        .names()
        .filter_map(|name| {
            let params = (types.get(name)?.schema)();
            Some(json!({ "if": { "properties": { "type": { "const": name } } },
                         "then": { "properties": { "params": params } } }))
        })
        .collect();
    if let Some(node) = document.pointer_mut("/$defs/NodeSpec").and_then(Value::as_object_mut) {
        node.insert("allOf".into(), choices.into());
    }
    document
}
