//! Parameters of `recall.fanout` and their validation: reports every fault of every source and of the merge.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Again, Body, Fanout, OnError, Slot};
use crate::{
    merge::{self, Merge, MergeParams},
    span::Span,
    spec::Faults,
    types::{Compiling, Made, NodeType, Site, make, schema_of},
};

/// Maximum number of sources in one pipeline: each has a bit of a 64-bit word.
pub(crate) const MOST_SOURCES: usize = 64;

/// Default for `max_hits`.
const MAX_HITS: usize = 10_000;

/// Parameters of `recall.fanout`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FanoutParams {
    /// The sources, in declared order.
    #[schemars(length(min = 1))]
    sources: Vec<SourceSpec>,
    /// The merge; `first` by default.
    #[serde(default)]
    #[expect(
        dead_code,
        reason = "read from its JSON value, so that its faults are reported together with those of the sources"
    )]
    merge: MergeParams,
    /// Time limit for all sources together.
    #[serde(default)]
    timeout: Option<Span>,
    /// Maximum number of sources queried at the same time; all by default.
    #[serde(default)]
    max_concurrent: Option<std::num::NonZeroUsize>,
    /// Maximum number of hits taken from one source; 10,000 by default.
    #[serde(default)]
    max_hits: Option<std::num::NonZeroUsize>,
    /// A further recall with doubled limits if too few items were found.
    #[serde(default)]
    again: Option<AgainParams>,
}

/// A further recall with doubled limits.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AgainParams {
    /// Number of items that is enough.
    below: usize,
    /// Maximum number of further recalls.
    #[schemars(range(min = 1, max = 10))]
    rounds: u32,
}

/// One source.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceSpec {
    /// Type of the source.
    #[expect(dead_code, reason = "read from the JSON value by the compilation of the source")]
    r#type: String,
    /// Name; the type by default.
    #[serde(default)]
    #[expect(dead_code, reason = "read from the JSON value by the compilation of the source")]
    name: Option<String>,
    /// Parameters of the type.
    #[serde(default)]
    #[expect(dead_code, reason = "read from the JSON value by the compilation of the source")]
    params: Option<Map<String, Value>>,
    /// Reaction to a failure; `ignore` by default.
    #[serde(default)]
    on_error: OnErrorSpec,
    /// Time limit of one attempt.
    #[serde(default)]
    timeout: Option<Span>,
}

/// Reaction to a failure of a source.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum OnErrorSpec {
    /// Continues without the source.
    #[default]
    Ignore,
    /// Fails the fan-out.
    Fail,
    /// Retries.
    Retry(RetrySpec),
    /// Queries another source.
    #[expect(dead_code, reason = "the fallback is compiled from its JSON value")]
    Fallback(FallbackSpec),
}

/// Retries.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RetrySpec {
    /// Maximum number of retries.
    #[schemars(range(min = 1, max = 10))]
    times: u32,
    /// Pause before the first retry; each further pause is twice as long.
    #[serde(default)]
    backoff: Option<Span>,
}

/// A substitute for a failed source.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FallbackSpec {
    /// The source: an object with `type` and `params`.
    #[expect(dead_code, reason = "read from the JSON value by the compilation of the source")]
    source: Map<String, Value>,
}

impl<E: Sync + 'static> Fanout<E> {
    /// The entry in the table of node types.
    pub(crate) fn entry() -> NodeType<E> {
        NodeType {
            name: "recall.fanout",
            schema: schema_of::<FanoutParams>,
            make: |params, site| configure(params, site).map(|fanout| Made::Recall(Box::new(fanout))),
        }
    }
}

fn configure<E: Sync + 'static>(value: &Value, site: &mut Site<'_, '_, E>) -> Option<Fanout<E>> {
    let before = site.work.faults.0.len();
    // The merge is checked below, against the names of the sources; checking it here would report its faults twice.
    let mut without_merge = value.clone();
    let merge = without_merge.as_object_mut().and_then(|object| object.remove("merge"));
    let params: Option<FanoutParams> = site.read(&without_merge);
    let specs = value.get("sources").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let names: Vec<String> = specs.iter().map(|spec| name_of(spec).to_owned()).collect();
    let path = site.key("");
    unique(&names, &path, &mut site.work.faults);
    let base = site.work.sources.len();
    site.work.sources.extend(names.iter().cloned());
    if base + names.len() > MOST_SOURCES {
        site.work.faults.missing(format!("{path}.sources"), format!("a pipeline has at most {MOST_SOURCES} sources"));
    }
    let bodies: Vec<_> =
        specs.iter().enumerate().map(|(n, spec)| slot(spec, &format!("{path}.sources[{n}]"), site.work)).collect();
    let merge = match &merge {
        Some(value) => merge::configure(value, &names, &format!("{path}.merge"), &mut site.work.faults)?,
        None => Merge { order: (0..names.len()).collect(), ..Merge::first() },
    };
    let params = params?;
    if site.work.faults.0.len() > before {
        return None;
    }
    let slots = bodies.into_iter().zip(params.sources).zip(names).enumerate().map(|(index, ((body, spec), name))| {
        let (body, fallback) = body?;
        let on_error = match (spec.on_error, fallback) {
            (_, Some(fallback)) => OnError::Fallback(fallback),
            (OnErrorSpec::Fail, None) => OnError::Fail,
            (OnErrorSpec::Retry(retry), None) => {
                OnError::Retry { times: retry.times, backoff: retry.backoff.map_or(Duration::ZERO, |span| span.0) }
            }
            (OnErrorSpec::Ignore | OnErrorSpec::Fallback(_), None) => OnError::Ignore,
        };
        let number = u16::try_from(base + index).ok()?;
        Some(Slot { name, number, body, on_error, timeout: spec.timeout.map(|span| span.0) })
    });
    Some(Fanout {
        slots: slots.collect::<Option<_>>()?,
        merge,
        timeout: params.timeout.map(|span| span.0),
        max_concurrent: params.max_concurrent.map_or(usize::MAX, Into::into),
        max_hits: params.max_hits.map_or(MAX_HITS, Into::into),
        again: params.again.map(|again| Again { below: again.below, rounds: again.rounds }),
    })
}

/// The name of a source: its `name`, else its type.
fn name_of(spec: &Value) -> &str {
    let text = |key| spec.get(key).and_then(Value::as_str);
    text("name").or_else(|| text("type")).unwrap_or_default()
}

fn unique(names: &[String], path: &str, faults: &mut Faults) {
    for (index, name) in names.iter().enumerate() {
        if names.get(..index).is_some_and(|before| before.contains(name)) && !name.is_empty() {
            faults.add(
                format!("{path}.sources[{index}].name"),
                "must be unique among the sources of this fan-out",
                &name.as_str().into(),
            );
        }
        if name == "*" {
            faults.add(format!("{path}.sources[{index}].name"), "is reserved for other sources", &name.as_str().into());
        }
    }
}

/// The source and its fallback.
fn slot<E: Sync + 'static>(
    spec: &Value,
    path: &str,
    work: &mut Compiling<'_, E>,
) -> Option<(Body<E>, Option<Body<E>>)> {
    let name = name_of(spec).to_owned();
    let body = body(spec, path, &name, work);
    let fallback = spec.pointer("/on_error/fallback/source");
    let fallback = fallback.map(|spec| self::body(spec, &format!("{path}.on_error.fallback.source"), &name, work));
    match fallback {
        Some(fallback) => Some((body?, Some(fallback?))),
        None => Some((body?, None)),
    }
}

fn body<E: Sync + 'static>(spec: &Value, path: &str, name: &str, work: &mut Compiling<'_, E>) -> Option<Body<E>> {
    match make(spec, path, name, work)? {
        Made::Source(source) => Some(Body::Source(source)),
        Made::Recall(nested) => Some(Body::Nested(nested)),
        Made::Node(_) => {
            let found = spec.get("type").unwrap_or(&Value::Null);
            work.faults.add(format!("{path}.type"), "must be a source type, such as recall.hot", found);
            None
        }
    }
}

/// A fan-out of a single source that is used as a step.
pub(crate) fn alone<E>(name: &str, number: u16, body: Box<dyn crate::node::Source<E>>) -> Fanout<E> {
    Fanout {
        slots: vec![Slot {
            name: name.to_owned(),
            number,
            body: Body::Source(body),
            on_error: OnError::Ignore,
            timeout: None,
        }],
        merge: Merge::first(),
        timeout: None,
        max_concurrent: usize::MAX,
        max_hits: MAX_HITS,
        again: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::read;

    #[test]
    fn the_schema_of_the_fan_out_accepts_each_reaction_to_a_failure() {
        for on_error in [
            serde_json::json!("ignore"),
            serde_json::json!("fail"),
            serde_json::json!({"retry": {"times": 2, "backoff": "10ms"}}),
            serde_json::json!({"fallback": {"source": {"type": "recall.static", "params": {"items": []}}}}),
        ] {
            let mut faults = Faults::default();
            let value = serde_json::json!({"sources": [{"type": "recall.static", "on_error": on_error}]});
            assert!(read::<FanoutParams>(&value, "", &mut faults).is_some(), "{faults}");
        }
    }
}
