//! Location of the data: a folder of SQLite files, a PostgreSQL database, or memory.

use std::{path::PathBuf, str::FromStr};

use sqlx::postgres::{PgConnectOptions, PgSslMode};

/// The location of the shop's data.
#[derive(Debug, Clone)]
pub enum Location {
    /// A folder with one SQLite file per cell.
    Folder(PathBuf),
    /// A PostgreSQL database.
    Postgres(Box<PgConnectOptions>),
    /// SQLite in memory, one database per cell; for tests.
    Memory,
}

/// An unusable database URL.
#[derive(Debug, thiserror::Error)]
pub enum LocationError {
    /// Not a PostgreSQL URL.
    #[error("the database URL must begin with postgres:// or postgresql://, found {found:?}")]
    Scheme {
        /// The URL up to its first colon, since the rest may contain a password.
        found: String,
    },
    /// The driver cannot read the URL.
    #[error("the database URL cannot be read")]
    Url(#[source] sqlx::Error),
    /// A remote database without TLS in prod.
    #[error("prod needs TLS to the remote database {host}: add sslmode=require, verify-ca or verify-full to the URL")]
    Plain {
        /// Host of the URL.
        host: String,
    },
}

impl Location {
    /// The location of a PostgreSQL URL. `prod` refuses a remote host without TLS.
    ///
    /// # Errors
    /// If the URL cannot be used.
    pub fn postgres(url: &str, prod: bool) -> Result<Self, LocationError> {
        let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
        if !["postgres", "postgresql"].contains(&scheme) {
            return Err(LocationError::Scheme { found: scheme.to_owned() });
        }
        let options = PgConnectOptions::from_str(url).map_err(LocationError::Url)?;
        let secure = matches!(options.get_ssl_mode(), PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull);
        if prod && !secure && is_remote(&options) {
            return Err(LocationError::Plain { host: options.get_host().to_owned() });
        }
        Ok(Self::Postgres(Box::new(options)))
    }
}

/// Whether the server is reached over a network, not a Unix socket or loopback.
fn is_remote(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let loopback = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    options.get_socket().is_none() && !host.starts_with('/') && !loopback
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prod_refuses_a_remote_database_without_tls() {
        for (url, good) in [
            ("postgres://shop@db.example.com/shop", false),
            ("postgres://shop@db.example.com/shop?sslmode=disable", false),
            ("postgres://shop@db.example.com/shop?sslmode=prefer", false),
            ("postgres://shop@db.example.com/shop?sslmode=require", true),
            ("postgres://shop@db.example.com/shop?sslmode=verify-full", true),
            ("postgres://shop@localhost/shop", true),
            ("postgres://shop@127.0.0.1:5433/shop", true),
            ("postgres://shop@10.0.0.7/shop", false),
            ("postgres:///shop?host=/run/postgresql", true),
        ] {
            assert_eq!(Location::postgres(url, true).is_ok(), good, "{url}");
            assert!(Location::postgres(url, false).is_ok(), "{url}");
        }
    }

    #[test]
    fn another_scheme_is_refused_and_the_message_hides_the_password() {
        let error = Location::postgres("mysql://root:secret@localhost/shop", false).unwrap_err().to_string();
        assert!(error.contains("\"mysql\"") && !error.contains("secret"), "{error}");
    }
}
