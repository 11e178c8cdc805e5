//! The status codes of the public contract: number, name and meaning, listed once.

macro_rules! codes {
    ($($(#[$about:meta])* $name:ident = $number:literal;)*) => {
        $($(#[$about])* pub const $name: i32 = $number;)*

        /// Every code with its name, in rising order.
        pub const ALL: [(i32, &str); [$($name),*].len()] = [$(($name, stringify!($name)),)*];
    };
}

codes! {
    /// Success, even if weak tasks failed.
    OK = 0;
    /// The request breaks a rule.
    PARAM_INVALID = 10_001;
    /// The caller is not known. No answer contains it yet.
    UNAUTHENTICATED = 10_002;
    /// The caller may not call the method.
    FORBIDDEN = 10_003;
    /// No configuration for the region.
    REGION_UNSUPPORTED = 10_004;
    /// The caller or the viewer has sent too many requests.
    RATE_LIMITED = 10_005;
    /// Too many requests are in flight, or the queueing delay is too long.
    OVERLOADED = 10_006;
    /// The broadcast is over.
    LIVE_CLOSE = 20_001;
    /// The creator may not sell.
    EC_LIVE_BANNED = 20_002;
    /// There is no such room.
    ROOM_NOT_FOUND = 20_003;
    /// There is no such product. No answer contains it yet.
    PRODUCT_NOT_FOUND = 20_004;
    /// The room has no such surprise set.
    SURPRISE_SET_NOT_FOUND = 20_005;
    /// The room was taken off the air.
    ROOM_BANNED = 20_007;
    /// A strong call was not answered in time.
    DOWNSTREAM_TIMEOUT = 30_001;
    /// A strong call was refused or answered with an error.
    DOWNSTREAM_ERROR = 30_002;
    /// A strong call had an undecodable answer.
    DOWNSTREAM_BAD_RESPONSE = 30_003;
    /// A strong call was not made because its circuit is open.
    CIRCUIT_OPEN = 30_004;
    /// The engine's time limit was reached.
    ENGINE_TIMEOUT = 50_001;
    /// A strong task panicked.
    TASK_PANIC = 50_002;
    /// A strong task timed out.
    TASK_TIMEOUT = 50_003;
    /// A datum that a strong task needs is missing.
    DEPENDENCY_FAILED = 50_004;
    /// Anything else.
    INTERNAL = 50_099;
}

/// The name of a code; `UNKNOWN` for one that the contract does not list.
#[must_use]
pub fn name(code: i32) -> &'static str {
    position(code).and_then(|at| ALL.get(at)).map_or("UNKNOWN", |(_, name)| name)
}

/// The index of a code in [`ALL`].
#[must_use]
pub fn position(code: i32) -> Option<usize> {
    ALL.binary_search_by_key(&code, |(known, _)| *known).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found_by_its_number_and_an_unknown_one_is_not() {
        for (code, expected) in ALL {
            assert_eq!(name(code), expected);
        }
        assert_eq!(name(20_006), "UNKNOWN");
        assert_eq!(position(-1), None);
    }

    #[test]
    fn numbers_and_names_of_the_codes_are_stable() {
        assert_eq!(ALL.len(), 22);
        assert_eq!((name(0), name(10_006), name(20_001), name(50_099)), ("OK", "OVERLOADED", "LIVE_CLOSE", "INTERNAL"));
    }
}
