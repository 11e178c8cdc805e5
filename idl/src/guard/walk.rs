//! One walk over the bytes of a struct, checked against the IDL, before anything is decoded.
//!
//! The walk keeps its own stack instead of recursing: depth costs no thread stack, the stack is the path in an error,
//! and a walk that runs out of bytes continues at the same place when more have arrived. It allocates nothing until it
//! refuses.

use std::{borrow::Cow, fmt::Write as _};

use super::{
    Limits,
    bounds::{Bounds, Stop},
    refusal::{Kind, Refusal},
    table::{Element, Struct, Type, wire},
};

/// Maximum depth of nested values.
pub const DEPTH: usize = 32;

/// Number of entries for which a map reserves room with its first one.
const SMALLEST_MAP: usize = 11;

/// The progress of a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// The struct ended; the offset after its last byte.
    Done(usize),
    /// More bytes are needed: this many in all.
    Needs(usize),
}

/// The expected type of an element or an entry.
#[derive(Debug, Clone, Copy)]
enum Due {
    /// As in the IDL.
    Known(&'static Element),
    /// Anything of this wire type: it is in an unknown field.
    Any(u8),
}

/// A value that has been entered and not left.
#[derive(Debug, Clone, Copy)]
enum Frame {
    /// In a struct of the IDL; `id` is the current field, `met` has one bit per field seen.
    Fields { of: &'static Struct, likely: usize, met: u64, id: Option<i16> },
    /// In an unknown struct.
    Unknown { id: Option<i16> },
    /// In a list or a set, or in a map, whose keys are `key`. `done` elements or entries have been passed or entered;
    /// `on_item` is false if a key is next.
    Items { key: Option<Due>, item: Due, count: usize, done: usize, on_item: bool },
}

impl Frame {
    const fn within(of: &'static Struct) -> Self {
        Self::Fields { of, likely: 0, met: 0, id: None }
    }
}

/// The result of one value.
enum Step {
    /// It is passed; the offset after it.
    Past(usize),
    /// It is a container; the offset of its first element.
    Into(Frame, usize),
}

/// A walk, which may be resumed.
#[derive(Debug)]
pub(super) struct Walk {
    frames: [Frame; DEPTH],
    depth: usize,
    /// The offset of the next byte to look at.
    at: usize,
    bounds: Bounds,
    /// Bytes of memory left in the budget.
    memory: usize,
}

impl Walk {
    /// A walk over a struct that begins at `at`; all bytes are there and end at `end`.
    pub(super) fn over(of: &'static Struct, at: usize, end: usize, limits: &Limits) -> Self {
        Self {
            frames: [Frame::within(of); DEPTH],
            depth: 1,
            at,
            bounds: Bounds { end, open: false },
            memory: limits.memory,
        }
    }

    /// A walk over a struct of unknown length; `end` is only a limit.
    pub(super) fn open(of: &'static Struct, at: usize, end: usize, limits: &Limits) -> Self {
        Self { bounds: Bounds { end, open: true }, ..Self::over(of, at, end, limits) }
    }

    /// Continues as far as there are bytes. `bytes` must begin at the same place each time.
    pub(super) fn go(&mut self, bytes: &[u8]) -> Result<Progress, Refusal> {
        loop {
            let Some(frame) = self.depth.checked_sub(1).and_then(|top| self.frames.get(top)).copied() else {
                return Ok(Progress::Done(self.at));
            };
            let stepped = match frame {
                Frame::Fields { of, likely, met, .. } => self.fields(bytes, of, likely, met),
                Frame::Unknown { .. } => self.unknown(bytes),
                Frame::Items { key, item, count, done, on_item } => self.items(bytes, key, item, count, done, on_item),
            };
            match stepped {
                Ok(()) => {}
                Err(Stop::Needs(length)) => return Ok(Progress::Needs(length)),
                Err(Stop::Refused(kind, rule)) => return Err(Refusal { kind, at: self.path(), rule }),
            }
        }
    }

    fn top(&mut self, frame: Frame) {
        if let Some(top) = self.depth.checked_sub(1).and_then(|top| self.frames.get_mut(top)) {
            *top = frame;
        }
    }

    fn enter(&mut self, frame: Frame, at: usize) -> Result<(), Stop> {
        let Some(slot) = self.frames.get_mut(self.depth) else {
            return Err(Stop::Refused(Kind::Depth, format!("values may be nested {DEPTH} deep").into()));
        };
        *slot = frame;
        self.depth += 1;
        self.at = at;
        Ok(())
    }

    const fn leave(&mut self, at: usize) {
        self.depth -= 1;
        self.at = at;
    }

    /// Passes over the fields of a struct until one is a container, or the struct ends.
    fn fields(&mut self, bytes: &[u8], of: &'static Struct, mut likely: usize, mut met: u64) -> Result<(), Stop> {
        loop {
            let (found, id) = match self.field(bytes) {
                Ok(Some(field)) => field,
                Ok(None) => return self.end_of(of, met),
                Err(stop) => {
                    self.top(Frame::Fields { of, likely, met, id: None });
                    return Err(stop);
                }
            };
            let here = Some(id);
            let value = self.at + 3;
            let position = of.position(id, likely);
            let Some((position, field)) = position.and_then(|at| of.fields.get(at).map(|field| (at, field))) else {
                self.top(Frame::Fields { of, likely, met, id: here });
                match self.any(bytes, value, found)? {
                    Step::Past(end) => self.at = end,
                    Step::Into(frame, at) => return self.enter(frame, at),
                }
                continue;
            };
            let bit = 1 << position;
            if met & bit != 0 {
                self.top(Frame::Fields { of, likely, met, id: here });
                return Err(Stop::Refused(Kind::Repeated, "is there twice".into()));
            }
            let step = self.expect(found, field.ty).and_then(|()| self.value(bytes, value, field.ty));
            let step = step.inspect_err(|_| self.top(Frame::Fields { of, likely, met, id: here }))?;
            met |= bit;
            likely = position + 1;
            match step {
                Step::Past(end) => self.at = end,
                Step::Into(frame, at) => {
                    self.top(Frame::Fields { of, likely, met, id: here });
                    return self.enter(frame, at);
                }
            }
        }
    }

    /// Type and number of the field that begins here; `None` at the end of the struct.
    fn field(&self, bytes: &[u8]) -> Result<Option<(u8, i16)>, Stop> {
        let [found] = self.bounds.array(bytes, self.at)?;
        if found == wire::STOP {
            return Ok(None);
        }
        Ok(Some((found, i16::from_be_bytes(self.bounds.array(bytes, self.at + 1)?))))
    }

    fn end_of(&mut self, of: &'static Struct, met: u64) -> Result<(), Stop> {
        let missing = of.mandatory & !met;
        if missing == 0 {
            self.leave(self.at + 1);
            return Ok(());
        }
        let position = missing.trailing_zeros() as usize;
        self.top(Frame::Fields { of, likely: 0, met, id: of.fields.get(position).map(|field| field.id) });
        Err(Stop::Refused(Kind::Missing, "is mandatory and not there".into()))
    }

    fn unknown(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        loop {
            let Some((found, id)) = self.field(bytes)? else {
                self.leave(self.at + 1);
                return Ok(());
            };
            self.top(Frame::Unknown { id: Some(id) });
            match self.any(bytes, self.at + 3, found)? {
                Step::Past(end) => self.at = end,
                Step::Into(frame, at) => return self.enter(frame, at),
            }
        }
    }

    fn items(
        &mut self,
        bytes: &[u8],
        key: Option<Due>,
        item: Due,
        count: usize,
        mut done: usize,
        mut on_item: bool,
    ) -> Result<(), Stop> {
        while done < count {
            let due = if on_item { item } else { key.unwrap_or(item) };
            let step = match due {
                Due::Known(element) => self.value(bytes, self.at, element.ty),
                Due::Any(wire) => self.any(bytes, self.at, wire),
            };
            // Kept for the path, and for a walk that is resumed.
            let step = step.inspect_err(|_| self.top(Frame::Items { key, item, count, done, on_item }))?;
            if on_item {
                done += 1;
            }
            on_item = key.is_none() || !on_item;
            match step {
                Step::Past(end) => self.at = end,
                Step::Into(frame, at) => {
                    self.top(Frame::Items { key, item, count, done, on_item });
                    return self.enter(frame, at);
                }
            }
        }
        self.leave(self.at);
        Ok(())
    }

    fn expect(&self, found: u8, due: Type) -> Result<(), Stop> {
        if found == due.wire() {
            return Ok(());
        }
        let rule = format!("must be {}, not {}", wire::name(due.wire()), wire::name(found));
        Err(Stop::Refused(Kind::Type, rule.into()))
    }

    /// A value of a type of the IDL.
    fn value(&mut self, bytes: &[u8], at: usize, ty: Type) -> Result<Step, Stop> {
        match ty {
            Type::Bool | Type::I8 => self.past(bytes, at, 1),
            Type::I16 => self.past(bytes, at, 2),
            Type::I32 => self.past(bytes, at, 4),
            Type::I64 | Type::Double => self.past(bytes, at, 8),
            Type::Text => {
                let (text, end) = self.bounds.bytes(bytes, at)?;
                if std::str::from_utf8(text).is_err() {
                    return Err(Stop::Refused(Kind::Text, "must be UTF-8".into()));
                }
                Ok(Step::Past(end))
            }
            Type::Binary => Ok(Step::Past(self.bounds.bytes(bytes, at)?.1)),
            Type::Struct(of) => Ok(Step::Into(Frame::within(of), at)),
            Type::List(item) | Type::Set(item) => {
                let [found] = self.bounds.array(bytes, at)?;
                let count = self.bounds.count(bytes, at + 1, item.smallest)?;
                if count == 0 {
                    return self.empty(at + 5, &[found]);
                }
                self.expect(found, item.ty)?;
                self.charge(count.saturating_mul(item.size))?;
                self.elements(bytes, at + 5, found, Due::Known(item), count)
            }
            Type::Map(entry) => {
                let (key, value) = entry;
                let found: [u8; 2] = self.bounds.array(bytes, at)?;
                let count = self.bounds.count(bytes, at + 2, key.smallest + value.smallest)?;
                if count == 0 {
                    return self.empty(at + 6, &found);
                }
                self.expect(found[0], key.ty)?;
                self.expect(found[1], value.ty)?;
                // A hash table is filled to at most seven eighths and grows by doubling: 16/7 of its content.
                let entries = count.max(SMALLEST_MAP).saturating_mul(key.size + value.size + 1);
                self.charge(entries.saturating_mul(5) / 2)?;
                let (key, item) = (Some(Due::Known(key)), Due::Known(value));
                Ok(Step::Into(Frame::Items { key, item, count, done: 0, on_item: false }, at + 6))
            }
        }
    }

    /// A value of an unknown field: its bytes are walked, its meaning is ignored.
    fn any(&self, bytes: &[u8], at: usize, found: u8) -> Result<Step, Stop> {
        if let Some(length) = wire::fixed(found) {
            return self.past(bytes, at, length);
        }
        match found {
            wire::TEXT => Ok(Step::Past(self.bounds.bytes(bytes, at)?.1)),
            wire::STRUCT => Ok(Step::Into(Frame::Unknown { id: None }, at)),
            wire::LIST | wire::SET => {
                let [item] = self.bounds.array(bytes, at)?;
                let count = self.bounds.count(bytes, at + 1, wire::smallest(item).unwrap_or(1))?;
                if count == 0 {
                    return self.empty(at + 5, &[item]);
                }
                wire::smallest(item).ok_or_else(|| no_type(item))?;
                self.elements(bytes, at + 5, item, Due::Any(item), count)
            }
            wire::MAP => {
                let found: [u8; 2] = self.bounds.array(bytes, at)?;
                let smallest = found.map(wire::smallest);
                let count = self.bounds.count(bytes, at + 2, smallest.map(|bytes| bytes.unwrap_or(1)).iter().sum())?;
                if count == 0 {
                    return self.empty(at + 6, &found);
                }
                for (found, smallest) in found.iter().zip(smallest) {
                    smallest.ok_or_else(|| no_type(*found))?;
                }
                let [key, item] = found.map(Due::Any);
                Ok(Step::Into(Frame::Items { key: Some(key), item, count, done: 0, on_item: false }, at + 6))
            }
            other => Err(no_type(other)),
        }
    }

    /// The elements of a list: at once if they have a fixed size, else one by one.
    fn elements(&self, bytes: &[u8], at: usize, found: u8, item: Due, count: usize) -> Result<Step, Stop> {
        match wire::fixed(found) {
            Some(each) => self.past(bytes, at, count.saturating_mul(each)),
            None => Ok(Step::Into(Frame::Items { key: None, item, count, done: 0, on_item: true }, at)),
        }
    }

    /// An empty container. Some encoders then write 0 for the types, so any number up to the highest type is accepted.
    fn empty(&self, end: usize, found: &[u8]) -> Result<Step, Stop> {
        match found.iter().find(|found| **found > 1 && wire::smallest(**found).is_none()) {
            Some(found) => Err(no_type(*found)),
            None => Ok(Step::Past(end)),
        }
    }

    fn past(&self, bytes: &[u8], at: usize, length: usize) -> Result<Step, Stop> {
        self.bounds.past(bytes, at, length).map(Step::Past)
    }

    /// Deducts memory from the message's budget.
    fn charge(&mut self, bytes: usize) -> Result<(), Stop> {
        match self.memory.checked_sub(bytes) {
            Some(left) => {
                self.memory = left;
                Ok(())
            }
            None => Err(Stop::Refused(Kind::Memory, "the message would take too much memory".into())),
        }
    }

    /// The path of the walk in the names of the IDL; unknown fields by their number. The first frame is the envelope
    /// around the request or the response and is left out.
    #[cold]
    fn path(&self) -> Cow<'static, str> {
        let mut path = String::new();
        for (depth, frame) in self.frames.iter().enumerate().take(self.depth).skip(1) {
            // writing to a string does not fail
            let _ = match frame {
                Frame::Fields { id: None, .. } | Frame::Unknown { id: None } => Ok(()),
                Frame::Fields { of, id: Some(id), .. } => {
                    let dot = if path.is_empty() { "" } else { "." };
                    match of.field_name(*id) {
                        Some(name) => write!(path, "{dot}{name}"),
                        None => write!(path, "{dot}#{id}"),
                    }
                }
                Frame::Unknown { id: Some(id) } => write!(path, ".#{id}"),
                // A container whose element has been entered has already counted it.
                Frame::Items { key, done, on_item, .. } => {
                    let counted = depth + 1 < self.depth && (key.is_none() || !on_item);
                    write!(path, "[{}]", done.saturating_sub(usize::from(counted)))
                }
            };
        }
        if path.is_empty() { Cow::Borrowed("the message") } else { path.into() }
    }
}

#[cold]
fn no_type(found: u8) -> Stop {
    Stop::Refused(Kind::Type, format!("there is no type {found}").into())
}
