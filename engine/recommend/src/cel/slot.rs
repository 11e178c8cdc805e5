//! The names of a condition, resolved when it is compiled.

use crate::spec::known;

/// One name of a condition.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Slot {
    /// `item.id`.
    Id,
    /// `item.score`.
    Score,
    /// `item.features.<name>`, by column.
    Feature(usize),
    /// `has(item.features.<name>)`, by column.
    HasFeature(usize),
    /// `item.labels.<name>`.
    Label(String),
    /// `has(item.labels.<name>)`.
    HasLabel(String),
    /// A value of the request.
    Request {
        /// Keys below `request`.
        path: Vec<String>,
        /// Form of the value.
        form: Form,
    },
    /// `has(request.…)`.
    HasRequest(Vec<String>),
}

/// Form in which a value of the request is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// As it is in the request; the viewer as an int.
    Plain,
    /// Numbers as doubles, for arithmetic with doubles.
    Double,
    /// The viewer as a string, for comparison with a string.
    Text,
}

/// Static type of a part of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    Int,
    Double,
    Text,
    Null,
    List,
    Map,
    /// Known only when the condition is evaluated.
    Any,
}

impl Kind {
    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::Int | Self::Double)
    }

    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Double => "double",
            Self::Text => "string",
            Self::Null => "null",
            Self::List => "list",
            Self::Map => "map",
            Self::Any => "dyn",
        }
    }
}

/// Fields of `item`.
const ITEM: [&str; 4] = ["id", "score", "features", "labels"];

/// Fields of `request` with their types.
const REQUEST: [(&str, Kind); 9] = [
    ("viewer", Kind::Any),
    ("scene", Kind::Text),
    ("device", Kind::Text),
    ("now_ms", Kind::Int),
    ("features", Kind::Map),
    ("profile", Kind::Map),
    ("labels", Kind::Map),
    ("realtime", Kind::Map),
    ("params", Kind::Map),
];

/// The slot and type of a path, or the rule that the path breaks.
pub(super) fn resolve(path: &[String], features: &mut Vec<String>) -> Result<(Slot, Kind), String> {
    let parts: Vec<&str> = path.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["item", "id"] => Ok((Slot::Id, Kind::Int)),
        ["item", "score"] => Ok((Slot::Score, Kind::Double)),
        ["item", "features", name] => {
            let known = features.iter().position(|feature| feature == name);
            let column = known.unwrap_or_else(|| {
                features.push((*name).to_owned());
                features.len() - 1
            });
            Ok((Slot::Feature(column), Kind::Double))
        }
        ["item", "labels", name] => Ok((Slot::Label((*name).to_owned()), Kind::Text)),
        ["item", field @ ("features" | "labels")] => Err(format!("item.{field} must be followed by a name")),
        ["item", "features" | "labels", ..] => Err(format!("{} has no fields", path.join("."))),
        ["item", field, ..] if ITEM.contains(field) => Err(format!("item.{field} has no fields")),
        ["item", field, ..] => Err(format!("item has no field {field:?}, {}", known(field, ITEM))),
        ["request", field, rest @ ..] => {
            let Some((_, kind)) = REQUEST.iter().find(|(name, _)| name == field) else {
                let names = REQUEST.iter().map(|(name, _)| *name);
                return Err(format!("request has no field {field:?}, {}", known(field, names)));
            };
            let kind = match (field, rest) {
                (_, []) => *kind,
                (&"features", [_]) => Kind::Double,
                (&"labels", [_]) => Kind::Text,
                (&"profile" | &"realtime" | &"params", _) => Kind::Any,
                _ => return Err(format!("{} has no such field", path.join("."))),
            };
            let path = path.get(1..).unwrap_or(&[]).to_vec();
            Ok((Slot::Request { path, form: Form::Plain }, kind))
        }
        [name] if ["item", "request"].contains(name) => Err(format!("{name} must be followed by a field")),
        [name, ..] => Err(format!("unknown name {name:?}, {}", known(name, ["item", "request"]))),
        [] => Err("a name is missing".into()),
    }
}

impl Slot {
    /// The slot that tells whether this value is present.
    pub(super) fn presence(self) -> Self {
        match self {
            Self::Feature(column) => Self::HasFeature(column),
            Self::Label(name) => Self::HasLabel(name),
            Self::Request { path, .. } => Self::HasRequest(path),
            other => other,
        }
    }
}
