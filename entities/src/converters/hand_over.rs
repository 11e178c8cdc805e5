//! A datum that one reader takes by value, because cloning it would cost more than making it.

use std::sync::{Mutex, PoisonError};

/// Holds a value until its one reader takes it.
#[derive(Debug)]
pub struct HandOver<T>(
    // std mutex: taken once, never contended, never across an await
    Mutex<Option<T>>,
);

impl<T: Default> HandOver<T> {
    /// Holds `value`.
    pub const fn new(value: T) -> Self {
        Self(Mutex::new(Some(value)))
    }

    /// The value; the default for whoever comes second.
    pub fn take(&self) -> T {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
    }
}
