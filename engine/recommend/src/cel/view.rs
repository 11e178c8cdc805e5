//! The slot values of a condition, for one item at a time.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use cel::{
    Value,
    common::{
        types::{CelBool, CelDouble, CelInt, CelString},
        value::{CowVal, Val},
    },
    context::VariableResolver,
    objects::Key,
};
use serde_json::Value as Json;

use super::{Slot, slot::Form};
use crate::{ask::Request, parts::Labels};

/// The items that a condition is evaluated for, as columns.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Columns<'a> {
    pub(crate) ids: &'a [i64],
    pub(crate) scores: &'a [f64],
    /// One row per item, one column per feature of the condition; NaN where a value is missing.
    pub(crate) features: &'a [f64],
    /// One entry per item; may be empty if the condition names no label.
    pub(crate) labels: &'a [Labels],
}

/// Resolves slots at one position.
pub(super) struct View<'a> {
    slots: &'a [Slot],
    columns: Columns<'a>,
    width: usize,
    /// Values of the request by slot, converted once.
    request: Vec<Option<Box<dyn Val>>>,
    position: AtomicUsize,
}

impl<'a> View<'a> {
    pub(super) fn new(slots: &'a [Slot], request: &Request, columns: &Columns<'a>) -> Self {
        let request = slots.iter().map(|slot| of_request(slot, request)).collect();
        let width = columns.features.len().checked_div(columns.ids.len()).unwrap_or_default();
        Self { slots, columns: *columns, width, request, position: AtomicUsize::new(0) }
    }

    /// Selects the item that later look-ups read.
    pub(super) fn move_to(&self, position: usize) {
        self.position.store(position, Ordering::Relaxed);
    }

    fn feature(&self, column: usize, at: usize) -> Option<f64> {
        self.columns.features.get(at * self.width + column).copied().filter(|value| !value.is_nan())
    }

    fn label(&self, name: &str, at: usize) -> Option<&str> {
        self.columns.labels.get(at)?.as_ref()?.get(name).map(String::as_str)
    }
}

impl VariableResolver for View<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let number: usize = variable.strip_prefix("slot")?.parse().ok()?;
        let at = self.position.load(Ordering::Relaxed);
        match self.slots.get(number)? {
            Slot::Id => Some(CowVal::owned(CelInt::from(*self.columns.ids.get(at)?))),
            Slot::Score => Some(CowVal::owned(CelDouble::from(*self.columns.scores.get(at)?))),
            Slot::Feature(column) => Some(CowVal::owned(CelDouble::from(self.feature(*column, at)?))),
            Slot::HasFeature(column) => Some(CowVal::owned(CelBool::from(self.feature(*column, at).is_some()))),
            Slot::Label(name) => Some(CowVal::owned(CelString::from(self.label(name, at)?))),
            Slot::HasLabel(name) => Some(CowVal::owned(CelBool::from(self.label(name, at).is_some()))),
            Slot::Request { .. } | Slot::HasRequest(_) => Some(CowVal::Borrowed(self.request.get(number)?.as_deref()?)),
        }
    }
}

/// The value of a request slot; `None` if it is absent.
fn of_request(slot: &Slot, request: &Request) -> Option<Box<dyn Val>> {
    let value = match slot {
        Slot::Request { path, form } => find(path, *form, request)?,
        Slot::HasRequest(path) => Value::Bool(find(path, Form::Plain, request).is_some()),
        _ => return None,
    };
    value.try_into().ok()
}

fn find(path: &[String], form: Form, request: &Request) -> Option<Value> {
    let text = |text: &Option<String>| text.as_deref().map(Value::from);
    let (field, rest) = path.split_first()?;
    let value = match (field.as_str(), rest) {
        ("viewer", _) if form == Form::Text => Value::from(request.viewer?.to_string().as_str()),
        ("viewer", _) => Value::Int(request.viewer?.0),
        ("scene", _) => text(&request.scene)?,
        ("device", _) => text(&request.device)?,
        ("now_ms", _) => Value::Int(request.now_ms?),
        ("features", [name]) => Value::Float(*request.features.get(name)?),
        ("features", _) => map(request.features.iter().map(|(name, value)| (name, Value::Float(*value)))),
        ("labels", [name]) => request.labels.get(name)?.as_str().into(),
        ("labels", _) => map(request.labels.iter().map(|(name, value)| (name, value.as_str().into()))),
        ("profile", rest) => within(&request.profile, rest)?,
        ("realtime", rest) => within(&request.realtime, rest)?,
        ("params", rest) => within(&request.params, rest)?,
        _ => return None,
    };
    let value = match value {
        Value::Int(number) if form == Form::Double => Value::Float(number as f64),
        value => value,
    };
    Some(value)
}

fn within(object: &serde_json::Map<String, Json>, path: &[String]) -> Option<Value> {
    let Some((first, rest)) = path.split_first() else {
        return Some(map(object.iter().map(|(key, value)| (key, convert(value)))));
    };
    let value = rest.iter().try_fold(object.get(first)?, |value, key| value.get(key))?;
    Some(convert(value))
}

fn map<'k>(entries: impl Iterator<Item = (&'k String, Value)>) -> Value {
    let entries: HashMap<Key, Value> =
        entries.map(|(key, value)| (Key::String(Arc::new(key.clone())), value)).collect();
    Value::Map(entries.into())
}

fn convert(value: &Json) -> Value {
    match value {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Int(number),
            None => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(list) => Value::List(Arc::new(list.iter().map(convert).collect())),
        Json::Object(object) => map(object.iter().map(|(key, value)| (key, convert(value)))),
    }
}
