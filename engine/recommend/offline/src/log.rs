//! Interaction log: reads the tab-separated file and numbers its users and items.

use std::{io::BufRead, path::Path};

/// Maximum number of faults listed in an error message; the rest are counted.
const LISTED_FAULTS: usize = 20;

/// One row of the log. Users and items are positions in [`Log::users`] and [`Log::items`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interaction {
    /// Position of the user.
    pub user: u32,
    /// Position of the item.
    pub item: u32,
    /// Timestamp in billionths of the file's unit, so that fractions keep their order.
    pub time: i128,
}

/// All interactions of a file, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    users: Vec<i64>,
    items: Vec<i64>,
    interactions: Vec<Interaction>,
    notes: Vec<String>,
}

/// One malformed field of an interaction file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, {column}: expected {expected}, found {found:?}")]
pub struct LineFault {
    /// Line of the file, from 1 (the header).
    pub line: usize,
    /// Name of the column, or "columns".
    pub column: &'static str,
    /// The broken rule.
    pub expected: &'static str,
    /// Text in the file.
    pub found: String,
}

/// Failure to read an interaction file.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The file cannot be opened or read, or is not UTF-8.
    #[error("{path}: cannot be read")]
    Unreadable {
        /// Path as given.
        path: String,
        /// Cause reported by the system.
        #[source]
        source: std::io::Error,
    },
    /// The file has no rows after its header.
    #[error(
        "{path}: no interactions; expected a header line and then lines of `user item rating timestamp`, tab-separated"
    )]
    Empty {
        /// Path as given.
        path: String,
    },
    /// Malformed rows.
    #[error("{path}: {count} faults{}", listed(faults, *count))]
    Faults {
        /// Path as given.
        path: String,
        /// The first faults.
        faults: Vec<LineFault>,
        /// Total number of faults.
        count: usize,
    },
    /// More users or items than a position can number.
    #[error("{path}: more than {} users or items", u32::MAX)]
    TooMany {
        /// Path as given.
        path: String,
    },
}

fn listed(faults: &[LineFault], count: usize) -> String {
    let mut text: String = faults.iter().map(|fault| format!("\n  {fault}")).collect();
    if count > faults.len() {
        text.push_str(&format!("\n  and {} more", count - faults.len()));
    }
    text
}

/// A row of the file.
struct Row {
    user: i64,
    item: i64,
    time: i128,
}

impl Log {
    /// Reads a file of `user item rating timestamp`, tab-separated, with a header line whose names are ignored.
    ///
    /// # Errors
    /// An unreadable file, a file without rows, or all malformed rows in one error.
    pub fn read(path: &Path) -> Result<Self, LogError> {
        let shown = path.display().to_string();
        let unreadable = |source| LogError::Unreadable { path: shown.clone(), source };
        let file = std::fs::File::open(path).map_err(unreadable)?;
        Self::parse(std::io::BufReader::new(file), &shown)
    }

    /// Reads the same format from any reader; errors name `path`.
    ///
    /// # Errors
    /// See [`Log::read`].
    pub fn parse(reader: impl BufRead, path: &str) -> Result<Self, LogError> {
        let mut rows = Vec::new();
        let mut faults = Vec::new();
        let mut count = 0;
        let mut notes = Vec::new();
        for (index, line) in reader.lines().enumerate() {
            let line = line.map_err(|source| LogError::Unreadable { path: path.to_owned(), source })?;
            let line = line.trim_end_matches('\r');
            if index == 0 {
                if row(line, 1).is_ok() {
                    notes.push(format!(
                        "{path}: the first line is skipped as a header although it reads as an interaction"
                    ));
                }
                continue;
            }
            if line.is_empty() {
                continue;
            }
            match row(line, index + 1) {
                Ok(row) => rows.push(row),
                Err(found) => {
                    count += found.len();
                    faults.extend(found.into_iter().take(LISTED_FAULTS - faults.len().min(LISTED_FAULTS)));
                }
            }
        }
        if count > 0 {
            return Err(LogError::Faults { path: path.to_owned(), faults, count });
        }
        Self::number(&rows, path, notes)
    }

    fn number(rows: &[Row], path: &str, mut notes: Vec<String>) -> Result<Self, LogError> {
        if rows.is_empty() {
            return Err(LogError::Empty { path: path.to_owned() });
        }
        let users = distinct(rows.iter().map(|row| row.user));
        let items = distinct(rows.iter().map(|row| row.item));
        let position = |ids: &[i64], id: i64| {
            ids.binary_search(&id)
                .ok()
                .and_then(|at| u32::try_from(at).ok())
                .ok_or_else(|| LogError::TooMany { path: path.to_owned() })
        };
        let interactions = rows
            .iter()
            .map(|row| {
                Ok(Interaction { user: position(&users, row.user)?, item: position(&items, row.item)?, time: row.time })
            })
            .collect::<Result<Vec<_>, LogError>>()?;
        let mut pairs: Vec<_> = interactions.iter().map(|row| (row.user, row.item)).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let repeated = interactions.len() - pairs.len();
        if repeated > 0 {
            notes.push(format!("{path}: {repeated} interactions repeat a pair of user and item"));
        }
        Ok(Self { users, items, interactions, notes })
    }

    /// User ids, ascending.
    #[must_use]
    pub fn users(&self) -> &[i64] {
        &self.users
    }

    /// Item ids, ascending.
    #[must_use]
    pub fn items(&self) -> &[i64] {
        &self.items
    }

    /// Interactions in the order of the file.
    #[must_use]
    pub fn interactions(&self) -> &[Interaction] {
        &self.interactions
    }

    /// Oddities of the file that are not faults, for the operator.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}

fn distinct(ids: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut ids: Vec<_> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn row(text: &str, line: usize) -> Result<Row, Vec<LineFault>> {
    let fault =
        |column, expected, found: &str| LineFault { line, column, expected, found: found.chars().take(60).collect() };
    let mut columns = text.split('\t');
    let (Some(user), Some(item), Some(rating), Some(time), None) =
        (columns.next(), columns.next(), columns.next(), columns.next(), columns.next())
    else {
        return Err(vec![fault("columns", "four columns, separated by tabs", text)]);
    };
    let mut faults = Vec::new();
    let id = |column, text: &str, faults: &mut Vec<LineFault>| {
        text.parse::<i64>().ok().or_else(|| {
            faults.push(fault(column, "a 64-bit integer", text));
            None
        })
    };
    let user = id("user", user, &mut faults);
    let item = id("item", item, &mut faults);
    if !rating.parse::<f64>().is_ok_and(f64::is_finite) {
        faults.push(fault("rating", "a number", rating));
    }
    let parsed = timestamp(time);
    if parsed.is_none() {
        faults.push(fault("timestamp", "a number", time));
    }
    match (user, item, parsed) {
        (Some(user), Some(item), Some(time)) if faults.is_empty() => Ok(Row { user, item, time }),
        _ => Err(faults),
    }
}

/// A decimal number in billionths. Every digit is kept from whole seconds to nanoseconds since 1970.
fn timestamp(text: &str) -> Option<i128> {
    const BILLION: i128 = 1_000_000_000;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let plain = fraction.len() <= 9 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if let (true, Ok(seconds)) = (plain, whole.parse::<i64>()) {
        let parts = format!("{fraction:0<9}").parse::<i128>().ok()?;
        let negative = whole.starts_with('-');
        return Some(i128::from(seconds) * BILLION + if negative { -parts } else { parts });
    }
    let value = text.parse::<f64>().ok().filter(|value| value.is_finite() && value.abs() < 1e20)?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "below 1e29, which an i128 holds; the rest is rounded on purpose"
    )]
    Some((value * 1e9).round() as i128)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Log, LogError> {
        Log::parse(text.as_bytes(), "log.tsv")
    }

    #[test]
    fn users_and_items_are_numbered_by_ascending_id() {
        let log = parse("u\ti\tr\tt\n7\t0\t5\t10\n-2\t30\t1.5\t11\r\n\n").unwrap();
        assert_eq!((log.users(), log.items()), (&[-2, 7][..], &[0, 30][..]));
        let rows: Vec<_> = log.interactions().iter().map(|row| (row.user, row.item)).collect();
        assert_eq!(rows, [(1, 0), (0, 1)]);
        assert!(log.notes().is_empty());
    }

    #[test]
    fn every_malformed_field_is_named_in_one_error() {
        let text = "u\ti\tr\tt\n1\t2\t3\n1\tx\tNaN\tsoon\n1\t2\t3\t4\n99999999999999999999\t2\t3\t4\n";
        let error = parse(text).unwrap_err().to_string();
        assert_eq!(
            error,
            "log.tsv: 5 faults\n  line 2, columns: expected four columns, separated by tabs, found \"1\\t2\\t3\"\n  line 3, item: expected a 64-bit integer, found \"x\"\n  line 3, rating: expected a number, found \"NaN\"\n  line 3, timestamp: expected a number, found \"soon\"\n  line 5, user: expected a 64-bit integer, found \"99999999999999999999\""
        );
    }

    #[test]
    fn a_long_list_of_faults_is_truncated_and_counted() {
        let error = parse(&format!("h\n{}", "bad\n".repeat(50))).unwrap_err().to_string();
        assert_eq!(error.lines().count(), 22);
        assert!(error.starts_with("log.tsv: 50 faults") && error.ends_with("and 30 more"), "{error}");
    }

    #[test]
    fn a_file_without_rows_is_refused() {
        for text in ["", "user\titem\trating\ttimestamp\n"] {
            assert!(matches!(parse(text), Err(LogError::Empty { .. })), "{text:?}");
        }
    }

    #[test]
    fn timestamps_keep_the_order_of_their_decimals() {
        let texts =
            ["-1.5", "-1.25", "-0.5", "0", "0.000000001", "881250949", "881250949.5", "1e9", "1700000000000000001"];
        let values: Vec<_> = texts.iter().map(|text| timestamp(text).unwrap()).collect();
        assert!(values.is_sorted_by(|one, other| one < other), "{values:?}");
        assert_eq!([timestamp("NaN"), timestamp("inf"), timestamp(""), timestamp("1e30")], [None; 4]);
    }

    #[test]
    fn a_missing_header_and_repeated_pairs_are_noted() {
        let log = parse("1\t2\t3\t4\n1\t2\t3\t4\n1\t2\t3\t5\n").unwrap();
        assert_eq!(log.notes().len(), 2, "{:?}", log.notes());
    }
}
