//! Splits of a log into training and test interactions.

use crate::log::Log;

/// Rule that assigns interactions to the test set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// FNV-1a 64 of `"user:item"` (decimal ids) modulo 5 equals 0.
    Hash,
    /// Last interaction of each user by (timestamp, item id).
    LeaveLastOut,
    /// Last fifth of all interactions by (timestamp, user, item), rounded down. The only split that never trains on the future.
    Time,
}

impl Split {
    /// All splits with their command-line names.
    pub const NAMES: [(&str, Self); 3] =
        [("hash", Self::Hash), ("leave-last-out", Self::LeaveLastOut), ("time", Self::Time)];

    /// Whether each interaction, in log order, is in the test set.
    #[must_use]
    pub fn test(self, log: &Log) -> Vec<bool> {
        match self {
            Self::Hash => hash(log),
            Self::LeaveLastOut => leave_last_out(log),
            Self::Time => time(log),
        }
    }
}

/// FNV-1a, 64 bits.
#[must_use]
pub fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn hash(log: &Log) -> Vec<bool> {
    let id = |ids: &[i64], position: u32| ids.get(position as usize).copied().unwrap_or_default();
    let rows = log.interactions().iter();
    rows.map(|row| {
        let key = format!("{}:{}", id(log.users(), row.user), id(log.items(), row.item));
        fnv1a(key.as_bytes()).is_multiple_of(5)
    })
    .collect()
}

fn leave_last_out(log: &Log) -> Vec<bool> {
    let rows = log.interactions();
    // position of the last interaction of each user
    let mut last: Vec<Option<usize>> = vec![None; log.users().len()];
    for (at, row) in rows.iter().enumerate() {
        if let Some(slot) = last.get_mut(row.user as usize) {
            let known = slot.and_then(|before| rows.get(before));
            if known.is_none_or(|known| (known.time, known.item) <= (row.time, row.item)) {
                *slot = Some(at);
            }
        }
    }
    marked(rows.len(), last.into_iter().flatten())
}

fn time(log: &Log) -> Vec<bool> {
    let rows = log.interactions();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|at| rows.get(*at).map(|row| (row.time, row.user, row.item)));
    marked(rows.len(), order.into_iter().skip(rows.len() - rows.len() / 5))
}

fn marked(len: usize, positions: impl Iterator<Item = usize>) -> Vec<bool> {
    let mut test = vec![false; len];
    for at in positions {
        if let Some(slot) = test.get_mut(at) {
            *slot = true;
        }
    }
    test
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(rows: &[(i64, i64, i64)]) -> Log {
        let rows: String = rows.iter().map(|(user, item, time)| format!("{user}\t{item}\t1\t{time}\n")).collect();
        Log::parse(format!("header\n{rows}").as_bytes(), "log").unwrap()
    }

    #[test]
    fn fnv_gives_the_published_values() {
        let table = [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)];
        for (text, value) in table {
            assert_eq!(fnv1a(text.as_bytes()), value, "{text}");
        }
    }

    #[test]
    fn the_hash_split_reads_decimal_ids_and_nothing_else() {
        let rows: Vec<_> = (0..500).map(|n| (n % 7 - 3, n, 1)).collect();
        let test = Split::Hash.test(&log(&rows));
        for ((user, item, _), test) in rows.iter().zip(test) {
            assert_eq!(test, fnv1a(format!("{user}:{item}").as_bytes()).is_multiple_of(5));
        }
    }

    #[test]
    fn leave_last_out_takes_the_latest_and_of_equal_times_the_higher_item() {
        let test = Split::LeaveLastOut.test(&log(&[(1, 9, 5), (1, 3, 7), (1, 4, 7), (2, 1, 1), (1, 2, 7)]));
        assert_eq!(test, [false, false, true, true, false]);
    }

    #[test]
    fn the_time_split_takes_the_last_fifth_by_time_user_item() {
        let rows = [
            (1, 1, 5),
            (2, 9, 5),
            (2, 8, 5),
            (1, 2, 4),
            (1, 3, 3),
            (1, 4, 2),
            (1, 5, 1),
            (3, 1, 0),
            (3, 2, 0),
            (3, 3, 0),
        ];
        let test = Split::Time.test(&log(&rows));
        let tested: Vec<_> = test.iter().enumerate().filter_map(|(at, test)| test.then_some(at)).collect();
        assert_eq!(tested, [1, 2]);
    }
}
