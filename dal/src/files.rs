//! Reads files written by others: regular files only, up to a size, and within a time limit.
//!
//! Opening a FIFO waits for its writer, opening a leased file waits for the holder of the lease, and any access to a
//! network file system waits for its server. [`read`] never waits for the first two. [`Files`] bounds the wait for the
//! last one: it reads on its own thread and abandons that thread if the read does not return.

use std::{
    collections::HashMap,
    fs::{self, File, FileType},
    io::{self, Read as _},
    os::unix::fs::FileTypeExt as _,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        mpsc::{RecvTimeoutError, Sender, channel},
    },
    thread,
    time::Duration,
};

use rustix::fs::{Mode, OFlags};

/// Maximum size in bytes of a file that people write.
pub const MOST: u64 = 1024 * 1024;

/// Longest wait for one file.
const LIMIT: Duration = Duration::from_secs(2);

/// Number of attempts to open a leased file: the first one notifies the holder of the lease.
const LEASE_TRIES: u32 = 20;
const LEASE_PAUSE: Duration = Duration::from_millis(25);

/// The first `most` bytes of a regular file, and one more if there are more. Symbolic links are followed.
///
/// # Errors
/// The system's error; [`io::ErrorKind::InvalidInput`] for anything but a regular file;
/// [`io::ErrorKind::ResourceBusy`] for a file whose lease is not released within half a second.
pub fn read_beginning(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The bytes of a regular file. Symbolic links are followed.
///
/// # Errors
/// Those of [`read_beginning`], and [`io::ErrorKind::FileTooLarge`] for more than [`MOST`] bytes.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let bytes = read_beginning(path, MOST)?;
    if bytes.len() as u64 > MOST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "larger than 1 MiB"));
    }
    Ok(bytes)
}

/// The text of a regular file. Symbolic links are followed.
///
/// # Errors
/// Those of [`read`], and [`io::ErrorKind::InvalidData`] for what is not UTF-8.
pub fn read_text(path: &Path) -> io::Result<String> {
    utf8(read(path)?)
}

/// Bytes as text.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] for what is not UTF-8.
pub fn utf8(bytes: Vec<u8>) -> io::Result<String> {
    let of_utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    String::from_utf8(bytes).map_err(|error| {
        let found = if of_utf16 { "the byte order mark of UTF-16".to_owned() } else { error.utf8_error().to_string() };
        io::Error::new(io::ErrorKind::InvalidData, found)
    })
}

/// Opens a regular file without blocking.
fn open(path: &Path) -> io::Result<File> {
    // before opening: opening a device may have side effects
    regular(fs::metadata(path)?.file_type())?;
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let mut tries = 1..=LEASE_TRIES;
    let file = loop {
        match rustix::fs::open(path, flags, Mode::empty()) {
            Ok(file) => break File::from(file),
            Err(rustix::io::Errno::AGAIN) if tries.next().is_some() => pause(),
            Err(rustix::io::Errno::AGAIN) => {
                return Err(io::Error::new(io::ErrorKind::ResourceBusy, "leased by another process"));
            }
            Err(error) => return Err(error.into()),
        }
    };
    // and again: the path may have been replaced meanwhile
    regular(file.metadata()?.file_type())?;
    Ok(file)
}

#[expect(clippy::disallowed_methods, reason = "reading a file blocks in any case, so no runtime thread gets here")]
fn pause() {
    thread::sleep(LEASE_PAUSE);
}

fn regular(found: FileType) -> io::Result<()> {
    let kind = match () {
        () if found.is_file() => return Ok(()),
        () if found.is_dir() => "a directory",
        () if found.is_fifo() => "a FIFO",
        () if found.is_socket() => "a socket",
        () => "a device",
    };
    Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{kind}, not a regular file")))
}

type Job = Box<dyn FnOnce() + Send>;

/// Reads files on its own thread. A read that hangs blocks only that thread: the next read gets a new one, and the same
/// path is refused at once until the first read has returned. So there are never more threads than different paths.
#[derive(Debug)]
pub struct Files {
    limit: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    reader: Option<Sender<Job>>,
    /// Reads that have not returned; each holds its token for as long as it runs.
    hanging: HashMap<PathBuf, Weak<()>>,
}

impl Default for Files {
    fn default() -> Self {
        Self::within(LIMIT)
    }
}

impl Files {
    /// Waits at most `limit` for each file.
    #[must_use]
    pub fn within(limit: Duration) -> Self {
        Self { limit, state: Mutex::default() }
    }

    /// The result of `look` for `path`. Blocks for at most the limit.
    ///
    /// # Errors
    /// Those of `look`; [`io::ErrorKind::TimedOut`] if it does not return in time, or an earlier one for this path has not.
    pub fn look<T: Send + 'static>(
        &self,
        path: &Path,
        look: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        // held during the wait: one file after the other
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.hanging.retain(|_, running| running.strong_count() > 0);
        let hangs = || {
            let text = format!("no answer from its file system within {:?}", self.limit);
            io::Error::new(io::ErrorKind::TimedOut, text)
        };
        if state.hanging.contains_key(path) {
            return Err(hangs());
        }
        let (answer, answered) = channel();
        let (token, named) = (Arc::new(()), path.to_owned());
        let running = Arc::downgrade(&token);
        let job: Job = Box::new(move || {
            let found = look(&named);
            drop(token);
            // there is no receiver any more if the limit has passed
            drop(answer.send(found));
        });
        let reader = match state.reader.take() {
            Some(reader) => reader,
            None => start()?,
        };
        if reader.send(job).is_err() {
            return Err(io::Error::other("the thread that reads files has ended"));
        }
        match answered.recv_timeout(self.limit) {
            Ok(found) => {
                state.reader = Some(reader);
                found
            }
            Err(RecvTimeoutError::Timeout) => {
                state.hanging.insert(path.to_owned(), running);
                Err(hangs())
            }
            Err(RecvTimeoutError::Disconnected) => Err(io::Error::other("reading it panicked")),
        }
    }

    /// [`read`] within the limit.
    ///
    /// # Errors
    /// As [`read`] and [`Files::look`].
    pub fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.look(path, read)
    }

    /// [`read_text`] within the limit.
    ///
    /// # Errors
    /// As [`read_text`] and [`Files::look`].
    pub fn read_text(&self, path: &Path) -> io::Result<String> {
        self.look(path, read_text)
    }
}

/// A thread that runs jobs until its sender is dropped.
fn start() -> io::Result<Sender<Job>> {
    let (sender, jobs) = channel::<Job>();
    thread::Builder::new().name("files".into()).spawn(move || jobs.into_iter().for_each(|job| job()))?;
    Ok(sender)
}

#[cfg(test)]
mod tests;
