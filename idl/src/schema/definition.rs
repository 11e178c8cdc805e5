//! The definitions of the IDL: structs, enums and methods by name.

use std::collections::BTreeMap;

/// The type of a field, an element or a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// `bool`.
    Bool,
    /// `byte` or `i8`.
    I8,
    /// `i16`.
    I16,
    /// `i32`.
    I32,
    /// `i64`.
    I64,
    /// `double`.
    Double,
    /// `string`.
    Text,
    /// `binary`.
    Binary,
    /// An enum of the schema.
    Enum(String),
    /// A struct of the schema.
    Struct(String),
    /// `list<…>`.
    List(Box<Self>),
    /// `set<…>`.
    Set(Box<Self>),
    /// `map<…, …>`.
    Map(Box<Self>, Box<Self>),
}

impl Type {
    /// The type's number in the binary protocol.
    #[must_use]
    pub const fn wire(&self) -> u8 {
        match self {
            Self::Bool => 2,
            Self::I8 => 3,
            Self::Double => 4,
            Self::I16 => 6,
            Self::I32 | Self::Enum(_) => 8,
            Self::I64 => 10,
            Self::Text | Self::Binary => 11,
            Self::Struct(_) => 12,
            Self::Map(..) => 13,
            Self::Set(_) => 14,
            Self::List(_) => 15,
        }
    }
}

/// Whether a field is mandatory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// `required` without a default: a message without it does not decode.
    Mandatory,
    /// `required` with a default: may be left out.
    Defaulted,
    /// `optional`, or nothing.
    Optional,
}

/// The default of a field, as the IDL writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// A number.
    Number(String),
    /// A text in quotes, without them.
    Text(String),
    /// `true`, `false`, or a value of an enum: `BagTab.ALL`.
    Word(String),
    /// `[]`.
    List,
    /// `{}`.
    Map,
}

/// A field of a struct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its number on the wire.
    pub id: i16,
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// Whether it is mandatory.
    pub presence: Presence,
    /// The value of an absent field, if the IDL sets one.
    pub default: Option<Literal>,
}

/// A struct, its fields in the order of the IDL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Struct {
    /// Its name.
    pub name: String,
    /// Its fields.
    pub fields: Vec<Field>,
}

impl Struct {
    /// The field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// An enum, its values in the order of the IDL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enum {
    /// Its name.
    pub name: String,
    /// Names and numbers.
    pub values: Vec<(String, i32)>,
}

impl Enum {
    /// The number of a value, by its name in any case.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<i32> {
        self.values.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, number)| *number)
    }

    /// The name of a value.
    #[must_use]
    pub fn value_name(&self, number: i32) -> Option<&str> {
        self.values.iter().find(|(_, known)| *known == number).map(|(name, _)| name.as_str())
    }
}

/// A method of the service. Every method here takes one struct and returns one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Method {
    /// Its name on the wire.
    pub name: String,
    /// The number of its only argument.
    pub argument: i16,
    /// The struct it takes.
    pub request: String,
    /// The struct it returns.
    pub response: String,
}

/// All definitions of some IDL files.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    pub(super) structs: BTreeMap<String, Struct>,
    pub(super) enums: BTreeMap<String, Enum>,
    pub(super) methods: Vec<Method>,
}

/// Faults of an IDL text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// The text is not in the supported subset.
    #[error("{file}:{line}: {what}")]
    Syntax {
        /// The file.
        file: String,
        /// Line number, from 1.
        line: usize,
        /// Expected and found tokens.
        what: String,
    },
    /// A name is used but nowhere defined.
    #[error("{user} uses {name}, which is not defined")]
    Undefined {
        /// The struct or method that uses it.
        user: String,
        /// The name.
        name: String,
    },
    /// A default that is not a value of its field.
    #[error("{user} cannot have the default {found:?}")]
    Default {
        /// The field.
        user: String,
        /// The default.
        found: Literal,
    },
    /// Two definitions have the same name. Namespaces are ignored here.
    #[error("{0} is defined twice")]
    Twice(String),
}

impl Schema {
    /// The struct of this name.
    #[must_use]
    pub fn structure(&self, name: &str) -> Option<&Struct> {
        self.structs.get(name)
    }

    /// All structs, in the order of their names.
    pub fn structures(&self) -> impl Iterator<Item = &Struct> {
        self.structs.values()
    }

    /// All enums, in the order of their names.
    pub fn enumerations(&self) -> impl Iterator<Item = &Enum> {
        self.enums.values()
    }

    /// The enum of this name.
    #[must_use]
    pub fn enumeration(&self, name: &str) -> Option<&Enum> {
        self.enums.get(name)
    }

    /// All methods, in the order of the IDL.
    #[must_use]
    pub fn methods(&self) -> &[Method] {
        &self.methods
    }

    /// The method of this name, in any case.
    #[must_use]
    pub fn method(&self, name: &str) -> Option<&Method> {
        self.methods.iter().find(|method| method.name.eq_ignore_ascii_case(name))
    }
}
