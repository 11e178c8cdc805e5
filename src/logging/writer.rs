//! The writer of log lines on standard error.

use std::io::{self, Write};

use prometheus::IntCounter;

/// Writes lines, and counts those that could not be written completely.
pub(super) struct Counted<W> {
    inner: W,
    failed: IntCounter,
    /// Whether the last line was written only in part, so that the next one must start on a new line.
    torn: bool,
}

impl<W: Write> Counted<W> {
    /// Counts lost lines in `failed`.
    pub(super) const fn new(inner: W, failed: IntCounter) -> Self {
        Self { inner, failed, torn: false }
    }

    /// Writes the bytes; whether all of them were written.
    fn wrote(&mut self, bytes: &[u8]) -> bool {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.inner.write(rest) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(0) | Err(_) => {
                    self.torn |= rest.len() < bytes.len();
                    return false;
                }
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
            }
        }
        true
    }
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.write_all(line).map(|()| line.len())
    }

    /// Writes a whole line. A line that fails is lost and counted; later lines are still written.
    fn write_all(&mut self, line: &[u8]) -> io::Result<()> {
        if self.torn && self.wrote(b"\n") {
            self.torn = false;
        }
        if self.torn || !self.wrote(line) {
            self.failed.inc();
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        // a failed flush is not counted, because it is not a line
        drop(self.inner.flush());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// A disk with this much free space in bytes, and its content.
    struct Disk(usize, Vec<u8>);

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let room = bytes.len().min(self.0);
            self.0 -= room;
            self.1.extend(bytes.iter().take(room));
            if room == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(room) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_line_that_a_full_disk_loses_is_counted() {
        let failed = IntCounter::new("failed", "failed").unwrap();
        let mut log = Counted::new(Disk(10, Vec::new()), failed.clone());
        for line in ["first\n", "second\n", "third\n"] {
            log.write_all(line.as_bytes()).unwrap();
        }
        assert_eq!(failed.get(), 2, "the second one was cut off, and is lost as well");
        log.inner.0 = 10;
        log.write_all(b"fourth\n").unwrap();
        assert_eq!((failed.get(), log.inner.1.as_slice()), (2, &b"first\nseco\nfourth\n"[..]));
    }
}
