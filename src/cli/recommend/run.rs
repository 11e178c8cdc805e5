//! `live-pack recommend run` and `live-pack recommend check`.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use live_pack_recommend::{Ask, Id, Parts};
use tokio::time::Instant;

use super::{RecommendError, documents};
use crate::cli::{CliError, complain, print};

/// Options of `recommend run`.
#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// The specification, JSON or YAML
    #[arg(long, value_name = "FILE")]
    spec: PathBuf,
    /// Embeddings, features, labels and stores as JSON
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// The request as JSON
    #[arg(long, value_name = "FILE")]
    request: Option<PathBuf>,
    /// Print the reasons for this item instead of the answer
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    why: Option<i64>,
}

/// Options of `recommend check`.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// The specification, JSON or YAML
    #[arg(long, value_name = "FILE")]
    spec: PathBuf,
}

pub(super) fn run(args: &RunArgs) -> Result<ExitCode, CliError> {
    let parts = documents::parts(args.data.as_deref(), &args.spec)?;
    let scenes = documents::scenes(&args.spec, &parts)?;
    let request = documents::request(args.request.as_deref())?;
    let pipeline = scenes.get(request.scene.as_deref()).map_err(RecommendError::from)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(CliError::system("cannot start the runtime"))?;
    let answer = runtime.block_on(async {
        let until = Instant::now() + pipeline.timeout();
        pipeline.recommend(&Ask::new(&request), until).await
    });
    let (slate, record) = answer.map_err(RecommendError::from)?;
    for note in record.notes() {
        complain(&format!("note: {}: {}", note.node, note.reason));
    }
    let shown = match args.why {
        Some(id) => record.why(Id(id).0).json(&record),
        None => slate.json(&record),
    };
    print(&serde_json::to_string(&shown)?)?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn check(args: &CheckArgs) -> Result<ExitCode, CliError> {
    let parts = Parts { folder: args.spec.parent().map(PathBuf::from).unwrap_or_default(), ..Parts::default() };
    let faults = match documents::scenes(&args.spec, &parts) {
        Ok(_) => {
            complain(&format!("{}: no faults", args.spec.display()));
            return Ok(ExitCode::SUCCESS);
        }
        Err(RecommendError::Faults { faults, .. }) => faults.to_string(),
        Err(RecommendError::Document { reason, .. }) => format!("specification: {}", reason.replace('\n', " ")),
        Err(error) => return Err(error.into()),
    };
    print(&faults)?;
    Ok(ExitCode::FAILURE)
}
