//! A file that holds a static list. Its content is compared at intervals, so that it may be replaced in any way, links
//! of a mounted folder included.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use futures_util::{FutureExt as _, future::BoxFuture};
use tokio::{task::spawn_blocking, time::sleep};

use super::{Discovery, DiscoveryError, Fixed, SourceSettings};
use crate::{config::static_instances, files::Files, rpc::routes::Endpoint};

/// Interval of comparisons.
const LOOK: Duration = Duration::from_millis(500);

/// A file of instances.
#[derive(Debug)]
pub(crate) struct Listing {
    path: PathBuf,
    files: Arc<Files>,
    /// The text that was last read; `None`: ask again at once.
    text: Option<String>,
    /// Resolves the names in the file.
    list: Fixed,
}

impl Listing {
    pub(crate) fn new(path: &Path, settings: &SourceSettings) -> Self {
        let path = settings.folder.as_deref().map_or_else(|| path.to_owned(), |folder| folder.join(path));
        Self { path, files: Arc::clone(&settings.files), text: None, list: Fixed::new(Vec::new()) }
    }

    async fn find(&mut self) -> Result<Vec<Endpoint>, DiscoveryError> {
        let known = self.text.is_some();
        let changed = changed(&self.files, &self.path, self.text.as_ref());
        let text = tokio::select! {
            changed = changed => changed?,
            again = self.list.next(), if known => return again,
        };
        let instances = static_instances(&text);
        // remembered even if it is wrong: one log line per content
        self.text = Some(text);
        match instances {
            Ok(instances) => {
                self.list = Fixed::new(instances);
                self.list.next().await
            }
            Err(faults) => Err(error(&self.path, faults.join("; "))),
        }
    }
}

fn error(path: &Path, detail: impl ToString) -> DiscoveryError {
    DiscoveryError::new(path.display(), detail)
}

/// Waits for a text other than the last.
async fn changed(files: &Arc<Files>, path: &Path, last: Option<&String>) -> Result<String, DiscoveryError> {
    loop {
        if last.is_some() {
            sleep(LOOK).await;
        }
        let (files, of) = (Arc::clone(files), path.to_owned());
        let read = spawn_blocking(move || files.read_text(&of)).await;
        let text = read.map_err(|failed| error(path, failed))?.map_err(|failed| error(path, failed))?;
        if last != Some(&text) {
            return Ok(text);
        }
    }
}

impl Discovery for Listing {
    fn next(&mut self) -> BoxFuture<'_, Result<Vec<Endpoint>, DiscoveryError>> {
        self.find().boxed()
    }
}
