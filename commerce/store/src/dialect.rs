//! All differences between the two engines.
//!
//! A statement's text may contain these placeholders:
//!
//! | placeholder | SQLite | PostgreSQL |
//! |---|---|---|
//! | `{rows: a BIGINT, b TEXT}` | `json_each($1)` with one `json_extract` per column, named `rows` | `jsonb_to_recordset($1::jsonb)`, named `rows` |
//! | `{lock x}` | nothing: `BEGIN IMMEDIATE` holds the only writer's lock | `FOR UPDATE OF x` |
//! | `{claim x}` | nothing | `FOR UPDATE OF x SKIP LOCKED` |
//! | `{tx}` | `0`: there is one writer, ids are in commit order | the number of this transaction |

use std::fmt::Write;

/// A database engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// SQLite 3.40 or newer; bundled.
    Sqlite,
    /// PostgreSQL 15 or newer.
    Postgres,
}

impl Engine {
    /// The text that begins a write transaction.
    pub(crate) const fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN ISOLATION LEVEL READ COMMITTED",
        }
    }

    /// The text that begins a read-only transaction over one snapshot.
    pub(crate) const fn begin_snapshot(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN DEFERRED",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        }
    }

    /// The prefix that shows the query plan of a statement.
    #[must_use]
    pub const fn explain(self) -> &'static str {
        match self {
            Self::Sqlite => "EXPLAIN QUERY PLAN ",
            Self::Postgres => "EXPLAIN (COSTS OFF, GENERIC_PLAN) ",
        }
    }

    /// Replaces the placeholders of a statement. An unknown placeholder stays and fails when the statement is prepared.
    pub(crate) fn expand(self, sql: &str) -> String {
        let mut text = String::with_capacity(sql.len() * 2);
        let mut rest = sql;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let Some((inside, after)) = after.split_once('}') else {
                text.push('{');
                rest = after;
                continue;
            };
            self.placeholder(inside, &mut text);
            rest = after;
        }
        text.push_str(rest);
        text
    }

    fn placeholder(self, inside: &str, text: &mut String) {
        let (word, argument) = inside.split_once([' ', ':']).unwrap_or((inside, ""));
        let argument = argument.trim();
        match (self, word) {
            (Self::Sqlite, "rows") => {
                text.push_str("(SELECT ");
                for (number, column) in columns(argument).enumerate() {
                    let comma = if number == 0 { "" } else { ", " };
                    // Writing to a String cannot fail.
                    let _ = write!(text, "{comma}json_extract(value, '$.{column}') AS {column}");
                }
                text.push_str(" FROM json_each($1)) AS rows");
            }
            (Self::Postgres, "rows") => {
                let _ = write!(text, "jsonb_to_recordset($1::jsonb) AS rows({argument})");
            }
            (Self::Postgres, "lock") => {
                let _ = write!(text, "FOR UPDATE OF {argument}");
            }
            (Self::Postgres, "claim") => {
                let _ = write!(text, "FOR UPDATE OF {argument} SKIP LOCKED");
            }
            (Self::Sqlite, "lock" | "claim") => {}
            (Self::Sqlite, "tx") => text.push('0'),
            (Self::Postgres, "tx") => text.push_str("pg_current_xact_id()::text::bigint"),
            _ => {
                let _ = write!(text, "{{{inside}}}");
            }
        }
    }
}

/// Names of the columns in `a BIGINT, b TEXT`.
fn columns(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').filter_map(|column| column.split_whitespace().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_become_the_text_of_the_engine() {
        let sql = "SELECT s.a FROM s JOIN {rows: a BIGINT, b TEXT} ON s.a = rows.a ORDER BY s.a {lock s}";
        assert_eq!(
            Engine::Postgres.expand(sql),
            "SELECT s.a FROM s JOIN jsonb_to_recordset($1::jsonb) AS rows(a BIGINT, b TEXT) ON s.a = rows.a \
             ORDER BY s.a FOR UPDATE OF s"
        );
        assert_eq!(
            Engine::Sqlite.expand(sql),
            "SELECT s.a FROM s JOIN (SELECT json_extract(value, '$.a') AS a, json_extract(value, '$.b') AS b \
             FROM json_each($1)) AS rows ON s.a = rows.a ORDER BY s.a "
        );
    }

    #[test]
    fn an_unknown_placeholder_stays_visible() {
        assert_eq!(Engine::Sqlite.expand("SELECT {nothing x} AND {"), "SELECT {nothing x} AND {");
    }
}
