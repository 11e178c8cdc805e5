//! Reads the binary protocol from bytes, checking every length against the bytes left.

/// Faults of the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// They end in the middle of something.
    #[error("the bytes end too early")]
    Truncated,
    /// A length is negative, or larger than the number of bytes left.
    #[error("invalid length {0}")]
    Length(i32),
    /// There is no type of this number.
    #[error("there is no type {0}")]
    NoSuchType(u8),
    /// Values are nested too deeply.
    #[error("values are nested too deeply")]
    Depth,
    /// A string is not UTF-8.
    #[error("a string is not UTF-8")]
    NotText,
}

/// Maximum depth of a skipped value.
const DEPTH: u8 = 32;

/// The bytes not read yet.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads from the beginning of `bytes`.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Number of bytes left.
    #[must_use]
    pub const fn left(&self) -> usize {
        self.rest.len()
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        let (head, rest) = self.rest.split_first_chunk().ok_or(WireError::Truncated)?;
        self.rest = rest;
        Ok(*head)
    }

    /// One byte.
    ///
    /// # Errors
    /// No byte is left. The same holds for the methods below.
    pub fn byte(&mut self) -> Result<u8, WireError> {
        self.array().map(u8::from_be_bytes)
    }

    /// An `i16`.
    ///
    /// # Errors
    /// [`WireError::Truncated`].
    pub fn i16(&mut self) -> Result<i16, WireError> {
        self.array().map(i16::from_be_bytes)
    }

    /// An `i32`.
    ///
    /// # Errors
    /// [`WireError::Truncated`].
    pub fn i32(&mut self) -> Result<i32, WireError> {
        self.array().map(i32::from_be_bytes)
    }

    /// An `i64`.
    ///
    /// # Errors
    /// [`WireError::Truncated`].
    pub fn i64(&mut self) -> Result<i64, WireError> {
        self.array().map(i64::from_be_bytes)
    }

    /// A `double`.
    ///
    /// # Errors
    /// [`WireError::Truncated`].
    pub fn double(&mut self) -> Result<f64, WireError> {
        self.array().map(f64::from_be_bytes)
    }

    /// Length-prefixed bytes.
    ///
    /// # Errors
    /// [`WireError::Truncated`] or [`WireError::Length`].
    pub fn bytes(&mut self) -> Result<&'a [u8], WireError> {
        let length = self.i32()?;
        let wanted = usize::try_from(length).map_err(|_| WireError::Length(length))?;
        let (head, rest) = self.rest.split_at_checked(wanted).ok_or(WireError::Truncated)?;
        self.rest = rest;
        Ok(head)
    }

    /// Length-prefixed text.
    ///
    /// # Errors
    /// Those of [`Reader::bytes`], and [`WireError::NotText`].
    pub fn text(&mut self) -> Result<&'a str, WireError> {
        std::str::from_utf8(self.bytes()?).map_err(|_| WireError::NotText)
    }

    /// The number of elements of a container, which cannot exceed the number of bytes left.
    ///
    /// # Errors
    /// [`WireError::Truncated`] or [`WireError::Length`].
    pub fn count(&mut self) -> Result<usize, WireError> {
        let count = self.i32()?;
        usize::try_from(count).ok().filter(|count| *count <= self.left()).ok_or(WireError::Length(count))
    }

    /// Skips a value of a wire type.
    ///
    /// # Errors
    /// It is incomplete.
    pub fn skip(&mut self, wire: u8) -> Result<(), WireError> {
        self.skip_at(wire, DEPTH)
    }

    fn skip_at(&mut self, wire: u8, depth: u8) -> Result<(), WireError> {
        let below = depth.checked_sub(1).ok_or(WireError::Depth)?;
        match wire {
            2 | 3 => self.byte().map(drop),
            6 => self.i16().map(drop),
            8 => self.i32().map(drop),
            4 | 10 => self.i64().map(drop),
            11 => self.bytes().map(drop),
            12 => {
                while let Some((wire, _)) = self.field()? {
                    self.skip_at(wire, below)?;
                }
                Ok(())
            }
            13 => {
                let (key, value) = (self.byte()?, self.byte()?);
                for _ in 0..self.count()? {
                    self.skip_at(key, below)?;
                    self.skip_at(value, below)?;
                }
                Ok(())
            }
            14 | 15 => {
                let item = self.byte()?;
                for _ in 0..self.count()? {
                    self.skip_at(item, below)?;
                }
                Ok(())
            }
            other => Err(WireError::NoSuchType(other)),
        }
    }

    /// Wire type and number of the next field; `None` at the end of the struct.
    ///
    /// # Errors
    /// [`WireError::Truncated`].
    pub fn field(&mut self) -> Result<Option<(u8, i16)>, WireError> {
        match self.byte()? {
            0 => Ok(None),
            wire => Ok(Some((wire, self.i16()?))),
        }
    }
}
