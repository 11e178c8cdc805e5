//! The data folder: private permissions, one server per folder.

use std::{
    fs::{DirBuilder, File, OpenOptions, TryLockError},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

use crate::StoreError;

fn at(path: &Path) -> impl FnOnce(std::io::Error) -> StoreError {
    let path = path.display().to_string();
    move |source| StoreError::File { path, source }
}

/// Creates the folder with access only for its owner, or removes the access of group and others to an existing one.
pub(crate) fn prepare(path: &Path) -> Result<(), StoreError> {
    if path.is_dir() {
        let mode = path.metadata().map_err(at(path))?.permissions().mode();
        if mode & 0o077 != 0 {
            std::fs::set_permissions(path, PermissionsExt::from_mode(mode & 0o7700)).map_err(at(path))?;
        }
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(at(path))
}

/// Creates an empty file with access only for its owner, unless it exists. SQLite gives its journal files the same mode.
pub(crate) fn private_file(path: &Path) -> Result<(), StoreError> {
    OpenOptions::new().create(true).append(true).mode(0o600).open(path).map(drop).map_err(at(path))
}

/// The lock of a folder; released when it is dropped or the process ends, even by a crash.
#[derive(Debug)]
pub struct FolderLock(#[expect(dead_code, reason = "holds the lock")] File);

impl FolderLock {
    /// Locks the folder for one server.
    ///
    /// # Errors
    /// [`StoreError::FolderInUse`] while another process holds it.
    pub fn take(folder: &Path) -> Result<Self, StoreError> {
        prepare(folder)?;
        let path = folder.join("serve.lock");
        private_file(&path)?;
        let file = OpenOptions::new().write(true).open(&path).map_err(at(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(StoreError::FolderInUse { path: folder.display().to_string() }),
            Err(TryLockError::Error(source)) => Err(StoreError::File { path: path.display().to_string(), source }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn only_the_owner_can_access_the_folder_and_its_files() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("new/data");
        prepare(&folder).unwrap();
        assert_eq!(mode(&folder), 0o700);
        private_file(&folder.join("a")).unwrap();
        assert_eq!(mode(&folder.join("a")), 0o600);
        std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o755)).unwrap();
        prepare(&folder).unwrap();
        assert_eq!(mode(&folder), 0o700);
    }

    #[test]
    fn a_second_server_is_refused_until_the_first_has_ended() {
        let folder = tempfile::tempdir().unwrap();
        let first = FolderLock::take(folder.path()).unwrap();
        let refused = FolderLock::take(folder.path());
        assert!(matches!(refused, Err(StoreError::FolderInUse { .. })), "{refused:?}");
        drop(first);
        FolderLock::take(folder.path()).unwrap();
    }
}
