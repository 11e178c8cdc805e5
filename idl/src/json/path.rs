//! A path in a nested value, built on the stack and formatted only for an error.

use std::fmt;

/// One step, with the path before it.
#[derive(Debug, Clone, Copy)]
pub enum Path<'a> {
    /// The whole value.
    Root,
    /// A field of a struct.
    Field(&'a Self, &'a str),
    /// An element of a list.
    Item(&'a Self, usize),
    /// An entry of a map.
    Key(&'a Self, &'a str),
}

impl Path<'_> {
    /// The path as text: `products[3].price.sale_min`, or `whole` if the path is empty.
    #[must_use]
    pub fn text(&self, whole: &str) -> String {
        match self {
            Self::Root => whole.to_owned(),
            _ => self.to_string(),
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Field(Self::Root, name) => f.write_str(name),
            Self::Field(parent, name) => write!(f, "{parent}.{name}"),
            Self::Item(parent, at) => write!(f, "{parent}[{at}]"),
            Self::Key(parent, key) => write!(f, "{parent}[{key:?}]"),
        }
    }
}
