//! Digits in groups, without allocation.

/// Grouping of digits in threes.
#[derive(Clone, Copy)]
pub(super) struct Grouping {
    pub(super) separator: &'static str,
    /// Minimum number of digits before the first separator.
    pub(super) minimum: u8,
}

impl Grouping {
    pub(super) const NONE: Self = Self { separator: "", minimum: u8::MAX };
}

/// Calls `use_digits` with the decimal digits of `number`.
pub(super) fn with_digits(number: u64, mut use_digits: impl FnMut(&str)) {
    let (mut buffer, mut rest) = ([b'0'; 20], number);
    let mut used = 0;
    for slot in buffer.iter_mut().rev() {
        *slot = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
        used += 1;
        if rest == 0 {
            break;
        }
    }
    // ASCII digits by construction, and twenty of them hold every u64
    let digits = buffer.get(buffer.len() - used..).and_then(|digits| std::str::from_utf8(digits).ok());
    use_digits(digits.unwrap_or_default());
}

/// Writes digits in groups of three.
pub(super) fn push_grouped(text: &mut String, digits: &str, grouping: Grouping) {
    if digits.len() < 3 + usize::from(grouping.minimum) {
        text.push_str(digits);
        return;
    }
    let (mut head, mut rest) = digits.split_at_checked((digits.len() - 1) % 3 + 1).unwrap_or((digits, ""));
    loop {
        text.push_str(head);
        if rest.is_empty() {
            return;
        }
        text.push_str(grouping.separator);
        (head, rest) = rest.split_at_checked(3).unwrap_or((rest, ""));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_in_threes_from_the_right() {
        let grouped = |number, minimum| {
            let mut text = String::new();
            with_digits(number, |digits| push_grouped(&mut text, digits, Grouping { separator: ",", minimum }));
            text
        };
        let rows = [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345, "12,345"), (123_456, "123,456")];
        for (number, want) in rows {
            assert_eq!(grouped(number, 1), want);
        }
        assert_eq!((grouped(1_234, 2), grouped(12_345, 2)), ("1234".into(), "12,345".into()));
        assert_eq!(grouped(u64::MAX, 1), "18,446,744,073,709,551,615");
    }
}
