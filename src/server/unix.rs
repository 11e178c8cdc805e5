//! Takes a path for a Unix socket, and tells a socket that nobody serves from one that somebody does.

use std::{
    fs, io,
    os::unix::{
        fs::{FileTypeExt as _, PermissionsExt as _},
        net::{UnixListener as StdUnixListener, UnixStream as StdUnixStream},
    },
    path::{Path, PathBuf},
};

/// Why a path could not be listened on.
#[derive(Debug, thiserror::Error)]
pub enum UnixBindError {
    /// Somebody else listens there.
    #[error("cannot listen on {}: another process does; stop it, or choose another path with {flag}", path.display())]
    InUse {
        /// The path wanted.
        path: PathBuf,
        /// The option that changes it.
        flag: &'static str,
    },
    /// What lies there is no socket, and is left alone.
    #[error("cannot listen on {}: there is something that is no socket; choose another path with {flag}", path.display())]
    Occupied {
        /// The path wanted.
        path: PathBuf,
        /// The option that changes it.
        flag: &'static str,
    },
    /// Anything else, for example a folder that is not there.
    #[error("cannot listen on {}, choose another path with {flag}", path.display())]
    Other {
        /// The path wanted.
        path: PathBuf,
        /// The option that changes it.
        flag: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

/// Listens on `path`, with the permissions `mode`; a socket that a dead process left behind is replaced.
///
/// The new socket takes the place of the old one in one step: there is no moment without either.
///
/// # Errors
/// See [`UnixBindError`].
pub fn bind(path: &Path, mode: u32, flag: &'static str) -> Result<StdUnixListener, UnixBindError> {
    match fs::symlink_metadata(path) {
        Ok(found) if !found.file_type().is_socket() => {
            return Err(UnixBindError::Occupied { path: path.to_owned(), flag });
        }
        Ok(_) if StdUnixStream::connect(path).is_ok() => {
            return Err(UnixBindError::InUse { path: path.to_owned(), flag });
        }
        _ => {}
    }
    replace(path, mode).map_err(|source| UnixBindError::Other { path: path.to_owned(), flag, source })
}

/// Listens on `path`, whoever did before.
///
/// # Errors
/// What the system says.
pub fn replace(path: &Path, mode: u32) -> io::Result<StdUnixListener> {
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(format!(".{}", std::process::id()));
    let fresh = PathBuf::from(fresh);
    // Left behind by a process of the same number that died between these lines.
    drop(fs::remove_file(&fresh));
    let listener = StdUnixListener::bind(&fresh)?;
    fs::set_permissions(&fresh, fs::Permissions::from_mode(mode))?;
    fs::rename(&fresh, path)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_dead_socket_is_replaced_and_anything_else_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("thrift.sock");
        let first = bind(&path, 0o660, "--unix-socket").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o660);
        let error = bind(&path, 0o660, "--unix-socket").unwrap_err().to_string();
        assert!(error.contains("thrift.sock") && error.contains("--unix-socket"), "{error}");
        drop(first);
        bind(&path, 0o660, "--unix-socket").unwrap();

        let file = folder.path().join("file");
        fs::write(&file, "precious").unwrap();
        assert!(matches!(bind(&file, 0o660, "--x"), Err(UnixBindError::Occupied { .. })));
        assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
        assert!(matches!(bind(&folder.path().join("no/where"), 0o660, "--x"), Err(UnixBindError::Other { .. })));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing else is left behind");
    }
}
