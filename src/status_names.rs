//! The names of the status codes, for people: metrics and the command line print them beside the number.

/// Every code of the public contract with its name, in rising order.
pub const STATUS_NAMES: [(i32, &str); 22] = [
    (0, "OK"),
    (10001, "PARAM_INVALID"),
    (10002, "UNAUTHENTICATED"),
    (10003, "FORBIDDEN"),
    (10004, "REGION_UNSUPPORTED"),
    (10005, "RATE_LIMITED"),
    (10006, "OVERLOADED"),
    (20001, "LIVE_CLOSE"),
    (20002, "EC_LIVE_BANNED"),
    (20003, "ROOM_NOT_FOUND"),
    (20004, "PRODUCT_NOT_FOUND"),
    (20005, "SURPRISE_SET_NOT_FOUND"),
    (20007, "ROOM_BANNED"),
    (30001, "DOWNSTREAM_TIMEOUT"),
    (30002, "DOWNSTREAM_ERROR"),
    (30003, "DOWNSTREAM_BAD_RESPONSE"),
    (30004, "CIRCUIT_OPEN"),
    (50001, "ENGINE_TIMEOUT"),
    (50002, "TASK_PANIC"),
    (50003, "TASK_TIMEOUT"),
    (50004, "DEPENDENCY_FAILED"),
    (50099, "INTERNAL"),
];

/// The name of a status code; `UNKNOWN` for one that the contract does not list.
#[must_use]
pub fn name(code: i32) -> &'static str {
    position(code).and_then(|at| STATUS_NAMES.get(at)).map_or("UNKNOWN", |(_, name)| name)
}

/// The index of a code in [`STATUS_NAMES`].
#[must_use]
pub fn position(code: i32) -> Option<usize> {
    STATUS_NAMES.binary_search_by_key(&code, |(known, _)| *known).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found_by_its_number_and_an_unknown_one_is_not() {
        for (code, expected) in STATUS_NAMES {
            assert_eq!(name(code), expected);
        }
        assert_eq!(name(20006), "UNKNOWN");
        assert_eq!(position(-1), None);
    }
}
