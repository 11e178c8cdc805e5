//! The types of messages, as static data that the build script makes from the IDL.

/// A service and its methods, sorted by name.
#[derive(Debug)]
pub struct Service {
    /// The name of its module.
    pub name: &'static str,
    /// Its methods.
    pub methods: &'static [Method],
}

impl Service {
    /// The method of this name, spelt exactly so.
    #[must_use]
    pub fn method(&self, name: &[u8]) -> Option<&'static Method> {
        let at = self.methods.binary_search_by(|method| method.name.as_bytes().cmp(name)).ok()?;
        self.methods.get(at)
    }
}

/// A method: the structs that its call and its reply hold.
#[derive(Debug)]
pub struct Method {
    /// Its name on the wire.
    pub name: &'static str,
    /// The struct of the arguments, with the request in its only field.
    pub arguments: Struct,
    /// The struct of the result, with the response in field 0.
    pub result: Struct,
}

/// A struct.
#[derive(Debug)]
pub struct Struct {
    /// Its name in the IDL.
    pub name: &'static str,
    /// Its fields, at most 64, sorted by number.
    pub fields: &'static [Field],
    /// The mandatory fields: one bit per field, the first field the lowest.
    pub mandatory: u64,
}

impl Struct {
    /// The position of a field. `likely` is tried first: encoders write fields in the order of their numbers.
    pub(super) fn position(&self, id: i16, likely: usize) -> Option<usize> {
        if self.fields.get(likely).is_some_and(|field| field.id == id) {
            return Some(likely);
        }
        self.fields.binary_search_by_key(&id, |field| field.id).ok()
    }

    /// The name of a field.
    pub(super) fn field_name(&self, id: i16) -> Option<&'static str> {
        self.position(id, 0).and_then(|at| self.fields.get(at)).map(|field| field.name)
    }
}

/// A field of a struct.
#[derive(Debug)]
pub struct Field {
    /// Its number on the wire.
    pub id: i16,
    /// Its name in the IDL.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
}

/// The element of a container.
#[derive(Debug)]
pub struct Element {
    /// Its type.
    pub ty: Type,
    /// Minimum size of one on the wire, in bytes.
    pub smallest: usize,
    /// Size of one in a Rust container, in bytes.
    pub size: usize,
}

/// The type of a value. An enum is an [`Type::I32`]: unknown values are accepted by design.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "the types of Thrift")]
pub enum Type {
    Bool,
    I8,
    I16,
    I32,
    I64,
    Double,
    Text,
    Binary,
    Struct(&'static Struct),
    List(&'static Element),
    Set(&'static Element),
    Map(&'static (Element, Element)),
}

impl Type {
    /// Its number in the binary protocol.
    #[must_use]
    pub const fn wire(self) -> u8 {
        match self {
            Self::Bool => wire::BOOL,
            Self::I8 => wire::I8,
            Self::Double => wire::DOUBLE,
            Self::I16 => wire::I16,
            Self::I32 => wire::I32,
            Self::I64 => wire::I64,
            Self::Text | Self::Binary => wire::TEXT,
            Self::Struct(_) => wire::STRUCT,
            Self::Map(_) => wire::MAP,
            Self::Set(_) => wire::SET,
            Self::List(_) => wire::LIST,
        }
    }
}

/// The exception of the Thrift framework, for any method: a text and a number, both optional.
pub(super) static EXCEPTION: Struct = Struct {
    name: "TApplicationException",
    fields: &[Field { id: 1, name: "message", ty: Type::Text }, Field { id: 2, name: "type", ty: Type::I32 }],
    mandatory: 0,
};

/// The numbers of types in the binary protocol.
pub(super) mod wire {
    pub(in super::super) const STOP: u8 = 0;
    pub(in super::super) const BOOL: u8 = 2;
    pub(in super::super) const I8: u8 = 3;
    pub(in super::super) const DOUBLE: u8 = 4;
    pub(in super::super) const I16: u8 = 6;
    pub(in super::super) const I32: u8 = 8;
    pub(in super::super) const I64: u8 = 10;
    pub(in super::super) const TEXT: u8 = 11;
    pub(in super::super) const STRUCT: u8 = 12;
    pub(in super::super) const MAP: u8 = 13;
    pub(in super::super) const SET: u8 = 14;
    pub(in super::super) const LIST: u8 = 15;

    /// Minimum size of a value of the type in bytes; `None` for an unknown type.
    pub(in super::super) const fn smallest(wire: u8) -> Option<usize> {
        match wire {
            BOOL | I8 | STRUCT => Some(1),
            I16 => Some(2),
            I32 | TEXT => Some(4),
            LIST | SET => Some(5),
            MAP => Some(6),
            DOUBLE | I64 => Some(8),
            _ => None,
        }
    }

    /// Size of a value of the type in bytes, if all its values have the same.
    pub(in super::super) const fn fixed(wire: u8) -> Option<usize> {
        match wire {
            BOOL | I8 | I16 | I32 | I64 | DOUBLE => smallest(wire),
            _ => None,
        }
    }

    /// A readable name of the type.
    pub(in super::super) const fn name(wire: u8) -> &'static str {
        match wire {
            BOOL => "a bool",
            I8 => "an i8",
            DOUBLE => "a double",
            I16 => "an i16",
            I32 => "an i32",
            I64 => "an i64",
            TEXT => "a string",
            STRUCT => "a struct",
            MAP => "a map",
            SET => "a set",
            LIST => "a list",
            _ => "no type at all",
        }
    }
}
