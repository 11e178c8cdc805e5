//! Checks used by all keys and by the settings: ranges, durations, regions; each fault has its path.

use std::{fmt::Display, ops::RangeInclusive, time::Duration};

use super::{
    Environment, Fault,
    size::Size,
    span::{RawSpan, Span},
};
use crate::model::Region;

/// Collects the faults of one file, or of the settings.
#[derive(Debug)]
pub struct Check<'a> {
    file: &'a str,
    pub(super) environment: Environment,
    /// The faults so far.
    pub faults: &'a mut Vec<Fault>,
}

impl<'a> Check<'a> {
    /// A check whose faults name `file`: a key, or nothing if the values come from several places.
    pub const fn new(file: &'a str, environment: Environment, faults: &'a mut Vec<Fault>) -> Self {
        Self { file, environment, faults }
    }
}

impl Check<'_> {
    /// A check of the same file that collects its faults separately.
    pub(super) const fn beside<'a>(&'a self, faults: &'a mut Vec<Fault>) -> Check<'a> {
        Check { file: self.file, environment: self.environment, faults }
    }

    /// Notes a fault.
    pub fn fail(&mut self, path: impl Display, rule: impl Into<String>, found: &(impl serde::Serialize + ?Sized)) {
        self.faults.push(Fault::new(self.file, path.to_string(), rule, found));
    }

    /// Notes a fault whose rule names the value found.
    pub(super) fn fault(&mut self, path: impl Display, rule: &str) {
        self.faults.push(Fault::told(self.file, path.to_string(), rule));
    }

    /// `value`, which must lie in `range`.
    pub fn within<T>(&mut self, path: impl Display, value: T, range: RangeInclusive<T>) -> T
    where
        T: PartialOrd + Display + serde::Serialize + Copy,
    {
        if !range.contains(&value) {
            self.fail(path, format!("must be {} to {}", range.start(), range.end()), &value);
        }
        value
    }

    /// A duration in `range`; zero if it cannot be read, and then the fault keeps it from being used.
    pub fn span(&mut self, path: impl Display, raw: &RawSpan, range: RangeInclusive<Duration>) -> Duration {
        let Some(duration) = raw.parse() else {
            self.fail(path, "must be a whole number with a unit (ms, s, m, h, d)", raw);
            return Duration::ZERO;
        };
        if duration < *range.start() {
            self.fail(path, format!("must be at least {}", Span(*range.start())), raw);
        } else if duration > *range.end() {
            self.fail(path, format!("must be at most {}", Span(*range.end())), raw);
        }
        duration
    }

    /// A size in `range`, in bytes; zero if it cannot be read, and then the fault keeps it from being used.
    pub(super) fn size(&mut self, path: impl Display, raw: &Size, range: RangeInclusive<u64>) -> u64 {
        let Some(bytes) = raw.parse() else {
            self.fail(path, "must be a whole number with a unit (KiB, MiB, GiB)", raw);
            return 0;
        };
        if !range.contains(&bytes) {
            let [least, most] = [range.start(), range.end()].map(|bytes| Size::of(*bytes));
            self.fail(path, format!("must be {least} to {most}"), raw);
        }
        bytes
    }

    /// A value that must not be set here.
    pub(super) fn unset<T: serde::Serialize>(&mut self, said: Option<&T>, path: impl Display, rule: &str) {
        if let Some(said) = said {
            self.fail(path, rule, said);
        }
    }

    /// A duration in `range`, if it is set and valid. An invalid one counts as unset, so that a value built from the
    /// rest shows no faults that only follow from it.
    pub(super) fn said(
        &mut self,
        path: impl Display,
        raw: Option<&RawSpan>,
        range: RangeInclusive<Duration>,
    ) -> Option<Duration> {
        let before = self.faults.len();
        let duration = self.span(path, raw?, range);
        (self.faults.len() == before).then_some(duration)
    }

    /// A duration in `range`, as milliseconds.
    pub(super) fn span_ms(&mut self, path: impl Display, raw: &RawSpan, range: RangeInclusive<Duration>) -> i64 {
        i64::try_from(self.span(path, raw, range).as_millis()).unwrap_or(i64::MAX)
    }

    /// A region, in capitals: configuration is compared by eye.
    pub(super) fn region(&mut self, path: impl Display, text: &str) -> Option<Region> {
        match text.parse::<Region>() {
            Ok(region) if region.as_str() == text => Some(region),
            _ => {
                self.fail(path, "must be two capital letters of ISO 3166-1", text);
                None
            }
        }
    }

    /// Different regions.
    pub(super) fn regions(&mut self, path: impl Display, texts: &[String]) -> Vec<Region> {
        let mut regions = Vec::with_capacity(texts.len());
        for (index, text) in texts.iter().enumerate() {
            let path = format_args!("{path}[{index}]");
            match self.region(path, text) {
                Some(region) if regions.contains(&region) => self.fail(path, "must not be repeated", text),
                Some(region) => regions.push(region),
                None => {}
            }
        }
        regions
    }
}

/// Milliseconds, for the ranges.
pub(super) const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}
