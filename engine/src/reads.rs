//! What a task reads: the edges of the plan, declared by type.

use std::any::TypeId;

/// How a reader takes the absence of a datum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Without it the reader does not run.
    Need,
    /// The reader looks for itself.
    Maybe,
    /// As `Maybe`; and a plan may do without a writer.
    IfWritten,
    /// As `Need`, and the reader gets it by value.
    Own,
}

impl Mode {
    /// Whether the reader does not run without the datum.
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

/// The data a task reads.
///
/// ```
/// # use live_pack_engine::Reads;
/// # struct Prices; struct Stock;
/// let reads = Reads::none().need::<Prices>().maybe::<Stock>().page();
/// ```
#[derive(Debug, Clone, Default)]
pub struct Reads {
    pub(crate) data: Vec<Read>,
    pub(crate) items: bool,
    pub(crate) kept: bool,
    pub(crate) page: bool,
}

impl Reads {
    /// Nothing.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// `T`, without which the task does not run.
    #[must_use]
    pub fn need<T: 'static>(self) -> Self {
        self.read::<T>(Mode::Need)
    }

    /// `T`, whose absence the task handles itself.
    #[must_use]
    pub fn maybe<T: 'static>(self) -> Self {
        self.read::<T>(Mode::Maybe)
    }

    /// `T`, as [`Self::maybe`], in plans that have a task which leaves it; in others it reads as skipped,
    /// [`crate::SkipReason::NotInPlan`]. For tasks that serve several engines.
    #[must_use]
    pub fn if_written<T: 'static>(self) -> Self {
        self.read::<T>(Mode::IfWritten)
    }

    /// The joined list before filters.
    #[must_use]
    pub fn items(mut self) -> Self {
        self.items = true;
        self
    }

    /// The list after filters, order and cut.
    #[must_use]
    pub fn page(mut self) -> Self {
        self.page = true;
        self
    }

    fn read<T: 'static>(mut self, mode: Mode) -> Self {
        self.add::<T>(mode);
        self
    }

    /// Adds the datum `T`, behind those that were added before.
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
