//! `live-pack recommend eval`, `metrics` and `train`: the offline half of the recommendation library.

use std::{
    io::{BufRead, Write},
    num::NonZeroUsize,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, ValueEnum};
use live_pack_recommend_model::{Artefact, artefact::Manifest};
use live_pack_recommend_offline::{
    Algorithm, AlgorithmError, Evaluation, Examples, FitError, Log, LogError, Split, algorithm,
    eval::EvalError,
    evaluate,
    logistic::{self, ExamplesError, LogisticError},
    metrics::line::Line,
    train,
};

use super::super::{CliError, complain, print};

/// Algorithm and its parameters, common to `eval` and `train`.
#[derive(Debug, Args)]
struct Model {
    /// popularity, ease, item-cosine, user-cosine, rp3beta, ials, swing or bpr; `train` also knows lr
    #[arg(long, value_name = "NAME")]
    algorithm: String,
    /// Parameters of the algorithm as a JSON object [default: those of the algorithm]
    #[arg(long, value_name = "JSON", default_value = "{}", hide_default_value = true)]
    params: String,
}

/// Options of `recommend eval`.
#[derive(Debug, Args)]
pub(super) struct EvalArgs {
    /// Tab-separated file of `user item rating timestamp` below a header line; every rating is a positive
    #[arg(long, value_name = "FILE")]
    interactions: PathBuf,
    #[command(flatten)]
    model: Model,
    /// Rule that decides which interactions are test
    #[arg(long, value_enum)]
    split: SplitName,
    /// Number of places that count
    #[arg(long, default_value = "10")]
    k: NonZeroUsize,
}

/// Options of `recommend train`.
#[derive(Debug, Args)]
pub(super) struct TrainArgs {
    /// Tab-separated file of `user item rating timestamp` below a header line; every rating is a positive
    #[arg(long, value_name = "FILE", required_unless_present = "examples")]
    interactions: Option<PathBuf>,
    /// JSON lines {"features":{"name":number},"label":0 or 1}, for lr
    #[arg(long, value_name = "FILE", conflicts_with = "interactions")]
    examples: Option<PathBuf>,
    #[command(flatten)]
    model: Model,
    /// Folder of the artefact; created if it does not exist
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SplitName {
    /// A fifth of the pairs by FNV-1a of "user:item"
    Hash,
    /// The last interaction of each user
    LeaveLastOut,
    /// The last fifth by timestamp
    Time,
}

impl From<SplitName> for Split {
    fn from(name: SplitName) -> Self {
        match name {
            SplitName::Hash => Self::Hash,
            SplitName::LeaveLastOut => Self::LeaveLastOut,
            SplitName::Time => Self::Time,
        }
    }
}

/// A failure of an offline command.
#[derive(Debug, thiserror::Error)]
pub enum OfflineError {
    /// The interactions cannot be used.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The algorithm or its parameters are wrong.
    #[error(transparent)]
    Algorithm(#[from] AlgorithmError),
    /// The evaluation failed.
    #[error(transparent)]
    Eval(#[from] EvalError),
    /// Training failed.
    #[error(transparent)]
    Fit(#[from] FitError),
    /// The examples cannot be used.
    #[error(transparent)]
    Examples(#[from] ExamplesError),
    /// Training on examples failed.
    #[error(transparent)]
    Logistic(#[from] LogisticError),
    /// The algorithm needs the other kind of input.
    #[error("{algorithm}: expected {expected}")]
    Input {
        /// Name of the algorithm.
        algorithm: String,
        /// Option that names its input.
        expected: &'static str,
    },
    /// The artefact cannot be written.
    #[error(transparent)]
    Artefact(#[from] live_pack_recommend_model::ArtefactError),
}

impl Model {
    fn load(&self, interactions: &Path) -> Result<(Algorithm, Log), OfflineError> {
        if self.algorithm == logistic::NAME {
            return Err(self.needs("--examples, and only in `train`: it ranks feature rows, not interactions"));
        }
        let algorithm = Algorithm::choose(&self.algorithm, &self.params)?;
        let log = Log::read(interactions)?;
        for note in log.notes() {
            complain(&format!("note: {note}"));
        }
        Ok((algorithm, log))
    }

    fn needs(&self, expected: &'static str) -> OfflineError {
        OfflineError::Input { algorithm: self.algorithm.clone(), expected }
    }
}

pub(super) fn eval(args: &EvalArgs) -> Result<ExitCode, CliError> {
    print(&serde_json::to_string(&evaluation(args).map_err(super::RecommendError::from)?)?)?;
    Ok(ExitCode::SUCCESS)
}

fn evaluation(args: &EvalArgs) -> Result<Evaluation, OfflineError> {
    let (algorithm, log) = args.model.load(&args.interactions)?;
    Ok(evaluate(&log, &algorithm, args.split.into(), args.k)?)
}

pub(super) fn train_artefact(args: &TrainArgs) -> Result<ExitCode, CliError> {
    let artefact = trained(args).map_err(super::RecommendError::from)?;
    let manifest = &artefact.manifest;
    let (out, golden) = (args.out.display(), manifest.golden.len());
    complain(&format!("{out}: {} from {}, {golden} golden rows", kind(manifest)?, manifest.algorithm));
    Ok(ExitCode::SUCCESS)
}

fn trained(args: &TrainArgs) -> Result<Artefact, OfflineError> {
    let artefact = match (&args.interactions, &args.examples) {
        (_, Some(examples)) => regression(args, examples)?,
        (Some(interactions), None) => {
            let (algorithm, log) = args.model.load(interactions)?;
            train(&log, &algorithm)?
        }
        (None, None) => return Err(args.model.needs("--interactions")),
    };
    artefact.write(&args.out)?;
    Ok(artefact)
}

fn regression(args: &TrainArgs, examples: &Path) -> Result<Artefact, OfflineError> {
    if args.model.algorithm != logistic::NAME {
        return Err(args.model.needs("--interactions; only lr is trained on --examples"));
    }
    let parameters = algorithm::read_parameters(logistic::NAME, &args.model.params, logistic::PARAMETERS)?;
    let examples = Examples::read(examples)?;
    let fitted = logistic::fit(&examples, &parameters)?;
    complain(&format!("mean log-loss {:.4}, without features {:.4}", fitted.log_loss, fitted.base_log_loss));
    Ok(logistic::artefact(&examples, &parameters, fitted))
}

fn kind(manifest: &Manifest) -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string(&manifest.kind)?.trim_matches('"').to_owned())
}

/// Answers each line as it arrives. A line that cannot be read is named on stderr, gets no answer, and sets the status to 1.
pub(super) fn metrics() -> Result<ExitCode, CliError> {
    let mut status = ExitCode::SUCCESS;
    let mut out = std::io::stdout().lock();
    for (number, line) in (1_u64..).zip(std::io::stdin().lock().lines()) {
        let line = line.map_err(CliError::system("cannot read standard input"))?;
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Line>(&line) {
            Ok(line) => {
                let answer = serde_json::to_string(&line.metrics())?;
                match writeln!(out, "{answer}") {
                    Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(status),
                    result => result.map_err(CliError::system("cannot write to standard output"))?,
                }
            }
            Err(error) => {
                complain(&format!("error: standard input, line {number}: {error}"));
                status = ExitCode::FAILURE;
            }
        }
    }
    Ok(status)
}
