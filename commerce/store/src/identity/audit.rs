//! Queries of the checker: each returns the first rows that break an invariant, as text.

use crate::{Cell, Statement, record::record};

record! {
    /// Id of an account.
    AccountId {
        /// The account.
        account_id: int,
    }
}

macro_rules! audits {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $sql:expr;)+) => {
        $($(#[$doc])* pub static $name: Statement = Statement::cold(Cell::Identity, $text, $sql);)+

        pub(super) static ALL: &[&Statement] = &[$(&$name),+];
    };
}

audits! {
    /// Open accounts whose e-mail is not in lower case, that have no role, or whose password is not hashed with argon2id.
    ACCOUNTS = "audit.accounts",
        "SELECT CAST(a.account_id AS TEXT) FROM account AS a WHERE a.closed_ms IS NULL \
         AND (a.email <> LOWER(a.email) OR a.email NOT LIKE '%_@_%' OR a.roles = '' \
         OR a.password_hash NOT LIKE '$argon2id$%') ORDER BY a.account_id LIMIT 6";

    /// Sessions without an open account.
    SESSIONS = "audit.sessions",
        "SELECT CAST(s.session_id AS TEXT) FROM session AS s \
         LEFT JOIN account AS a ON a.account_id = s.account_id AND a.closed_ms IS NULL \
         WHERE a.account_id IS NULL OR s.expires_ms <= s.created_ms OR s.ended_ms < s.created_ms \
         ORDER BY s.session_id LIMIT 6";

    /// Sessions with two unused refresh tokens, and refresh tokens without a session.
    TOKENS = "audit.tokens",
        "SELECT CAST(t.session_id AS TEXT) FROM refresh_token AS t \
         LEFT JOIN session AS s ON s.session_id = t.session_id \
         GROUP BY t.session_id HAVING COUNT(s.session_id) < COUNT(*) \
         OR SUM(CASE WHEN t.used_ms IS NULL THEN 1 ELSE 0 END) > 1 ORDER BY t.session_id LIMIT 6";

    /// Closed accounts with addresses, and accounts with two default addresses.
    ADDRESSES = "audit.addresses",
        "SELECT CAST(d.account_id AS TEXT) FROM address AS d \
         LEFT JOIN account AS a ON a.account_id = d.account_id AND a.closed_ms IS NULL \
         GROUP BY d.account_id HAVING COUNT(a.account_id) < COUNT(*) OR SUM(d.is_default) > 1 \
         ORDER BY d.account_id LIMIT 6";

    /// Closed accounts with personal data.
    CLOSED = "audit.closed",
        "SELECT CAST(a.account_id AS TEXT) FROM account AS a WHERE a.closed_ms IS NOT NULL \
         AND (a.email <> 'closed:' || CAST(a.account_id AS TEXT) OR a.name <> '' OR a.region <> '' \
         OR a.password_hash <> '') ORDER BY a.account_id LIMIT 6";

    /// At most `$2` closed accounts with an id above `$1`.
    CLOSED_IDS = "audit.closed_ids",
        "SELECT a.account_id FROM account AS a WHERE a.closed_ms IS NOT NULL AND a.account_id > $1 \
         ORDER BY a.account_id LIMIT $2";

    /// The given accounts that are open.
    OPEN_IDS = "audit.open_ids",
        "SELECT a.account_id FROM {rows: account_id BIGINT} \
         JOIN account AS a ON a.account_id = rows.account_id WHERE a.closed_ms IS NULL";
}
