//! The file with the key of user hashes in logs.

use std::{io, path::Path};

use live_pack_dal::files::Files;
use live_pack_handlers::UserKey;

/// Shortest accepted key in bytes: user ids are few enough to try a short one.
const SHORTEST: usize = 32;

/// Failures to read the key.
#[derive(Debug, thiserror::Error)]
pub enum LogKeyError {
    /// The file cannot be read.
    #[error("cannot read the log key {path}")]
    Read {
        /// The file.
        path: String,
        /// The system's error.
        source: io::Error,
    },
    /// The content is too short.
    #[error("the log key in {path} must have {SHORTEST} or more bytes, found {found}")]
    Short {
        /// The file.
        path: String,
        /// Number of bytes found, without leading and trailing white space.
        found: usize,
    },
}

/// Reads the key in a file, without surrounding white space.
///
/// # Errors
/// See [`LogKeyError`].
pub fn read(path: &Path) -> Result<UserKey, LogKeyError> {
    let name = || path.display().to_string();
    let text = Files::default().read_text(path).map_err(|source| LogKeyError::Read { path: name(), source })?;
    let key = text.trim().as_bytes();
    if key.len() < SHORTEST {
        return Err(LogKeyError::Short { path: name(), found: key.len() });
    }
    Ok(UserKey::of_secret(key))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::fs;

    use super::*;

    #[test]
    fn a_key_has_32_bytes_and_is_the_same_for_all_readers_of_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        fs::write(&path, format!("  {}\n", "k".repeat(SHORTEST))).unwrap();
        assert_eq!(read(&path).unwrap().hash(101), read(&path).unwrap().hash(101));
        fs::write(&path, "k".repeat(SHORTEST - 1)).unwrap();
        assert!(matches!(read(&path), Err(LogKeyError::Short { found: 31, .. })));
    }
}
