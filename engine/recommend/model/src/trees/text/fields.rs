//! `key=value` lines of one section, with the faults found while reading them.

use std::{collections::HashMap, fmt::Display, str::FromStr};

use super::TreeFault;

/// One section: the header or a tree.
pub(super) struct Fields<'a> {
    place: String,
    values: HashMap<&'a str, &'a str>,
    faults: Vec<TreeFault>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(place: String) -> Self {
        Self { place, values: HashMap::new(), faults: Vec::new() }
    }

    pub(super) fn push(&mut self, line: &'a str) {
        if !line.is_empty() {
            let (key, value) = line.split_once('=').unwrap_or((line, ""));
            self.values.insert(key, value);
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    pub(super) fn optional(&self, key: &str) -> Option<&'a str> {
        self.values.get(key).copied()
    }

    pub(super) fn fault(&mut self, key: &'static str, expected: impl Into<String>, found: impl Display) {
        let found = found.to_string().chars().take(60).collect();
        self.faults.push(TreeFault { place: self.place.clone(), key, expected: expected.into(), found });
    }

    /// A required value.
    pub(super) fn text(&mut self, key: &'static str) -> &'a str {
        self.optional(key).unwrap_or_else(|| {
            self.fault(key, "a value", "nothing");
            ""
        })
    }

    /// A required number.
    pub(super) fn number<T: FromStr>(&mut self, key: &'static str) -> Option<T> {
        let text = self.optional(key);
        let number = text.and_then(|text| text.parse().ok());
        if number.is_none() {
            self.fault(key, "a number", text.unwrap_or("nothing"));
        }
        number
    }

    /// A list of `count` numbers separated by spaces; empty after a fault.
    pub(super) fn list<T: FromStr>(&mut self, key: &'static str, count: usize) -> Vec<T> {
        let Some(text) = self.optional(key) else {
            self.fault(key, format!("{count} numbers"), "nothing");
            return Vec::new();
        };
        let mut numbers = Vec::new();
        for word in text.split_whitespace() {
            match word.parse() {
                Ok(number) => numbers.push(number),
                Err(_) => {
                    self.fault(key, "numbers in range", word);
                    return Vec::new();
                }
            }
        }
        if numbers.len() != count {
            self.fault(key, format!("{count} numbers"), numbers.len());
            return Vec::new();
        }
        numbers
    }

    /// Moves the faults into the model's list; returns whether there were none.
    pub(super) fn report(&mut self, faults: &mut Vec<TreeFault>) -> bool {
        let good = self.faults.is_empty();
        faults.append(&mut self.faults);
        good
    }
}
