//! Edges of the plan, by type.

use std::any::TypeId;

/// The effect of a missing datum on its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The reader does not run.
    Need,
    /// The reader handles it.
    Maybe,
    /// Like `Maybe`, but a plan may have no writer.
    IfWritten,
    /// Like `Need`, but the reader takes it by value.
    Own,
}

impl Mode {
    /// Whether the reader cannot run without the datum.
    pub(crate) const fn is_needed(self) -> bool {
        matches!(self, Self::Need | Self::Own)
    }
}

/// One datum that is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Read {
    pub(crate) datum: TypeId,
    pub(crate) datum_name: &'static str,
    pub(crate) mode: Mode,
}

/// The edges of a reader, in input order. Filled by [`crate::Inputs::declare`].
#[derive(Debug, Clone, Default)]
pub struct Reads {
    pub(crate) data: Vec<Read>,
    pub(crate) items: bool,
    pub(crate) kept: bool,
    pub(crate) page: bool,
}

impl Reads {
    /// Appends the datum `T`.
    pub(crate) fn add<T: 'static>(&mut self, mode: Mode) {
        self.data.push(Read { datum: TypeId::of::<T>(), datum_name: short_name::<T>(), mode });
    }
}

/// The last part of a type's path, without its parameters.
pub(crate) fn short_name<T: ?Sized>() -> &'static str {
    let path = std::any::type_name::<T>();
    let bare = path.split('<').next().unwrap_or(path);
    bare.rsplit("::").next().unwrap_or(bare)
}
