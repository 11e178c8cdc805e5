//! `live-pack record`: one call, and the downstream answers that went into it as a file of mock answers.

use std::{io, path::PathBuf, process::ExitCode};

use clap::Args;
use live_pack_dal::config::Key;
use live_pack_idl::json::Data;

use super::{
    CliError,
    call::{self, CallArgs, name::Named},
    complain,
};

/// Options of `record`.
#[derive(Debug, Args)]
pub struct RecordArgs {
    /// The call
    #[command(flatten)]
    pub call: CallArgs,
    /// The file to write; an existing one is replaced
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Failures to record a call.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// A method of a downstream service.
    #[error("{0} is a method of a downstream service; only calls of Live Pack are recorded")]
    Downstream(String),
    /// The answer contains no recording.
    #[error("nothing was recorded: the server is in prod, or of a version that does not record")]
    Nothing,
    /// The call was refused before it reached a downstream service.
    #[error("nothing was recorded: the answer has status {status}: {message}")]
    Refused {
        /// The status of the answer.
        status: i64,
        /// Its text.
        message: String,
    },
    /// The recording is not JSON.
    #[error("the recording cannot be read")]
    Broken(#[source] serde_json::Error),
    /// The recording is larger than a server would read.
    #[error("the recording has {bytes} bytes, and a file of mock answers at most {most}; record a smaller page")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        most: u64,
    },
    /// The file could not be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: io::Error,
    },
}

/// The member of `Extra` that asks for a recording, and holds it in the answer.
const RECORDING: &str = "lp-mock";

/// Calls, writes the file, prints the answer without the recording.
pub(super) fn run(args: &RecordArgs) -> Result<ExitCode, CliError> {
    let named = Named::find(&args.call.method)?;
    if named.downstream.is_some() {
        return Err(RecordError::Downstream(args.call.method.clone()).into());
    }
    let mut at = String::new();
    let code = call::run_with(&args.call, &named, &[RECORDING], |answer| {
        let Some(text) = taken(answer) else { return Err(refusal(answer).into()) };
        let file: serde_json::Value = serde_json::from_str(&text).map_err(RecordError::Broken)?;
        file.get("recorded_at").and_then(serde_json::Value::as_str).unwrap_or_default().clone_into(&mut at);
        Ok(write(args, &(serde_json::to_string_pretty(&file)? + "\n"))?)
    })?;
    complain(&format!("recorded at {at} in {}", args.out.display()));
    Ok(code)
}

/// The reason that an answer contains no recording.
fn refusal(answer: &Data<'_>) -> RecordError {
    let base = serde_json::to_value(answer).unwrap_or_default();
    let status = base.pointer("/BaseResp/StatusCode").and_then(serde_json::Value::as_i64).unwrap_or_default();
    let message = base.pointer("/BaseResp/StatusMessage").and_then(serde_json::Value::as_str).unwrap_or_default();
    if status == 0 { RecordError::Nothing } else { RecordError::Refused { status, message: message.to_owned() } }
}

/// The recording in an answer, which loses it.
fn taken(answer: &mut Data<'_>) -> Option<String> {
    let base = field(answer, "BaseResp")?;
    let Data::Map(extra) = field(base, "Extra")? else { return None };
    let at = extra.iter().position(|(key, _)| key.as_text() == Some(RECORDING))?;
    let (_, recording) = extra.remove(at);
    if extra.is_empty()
        && let Data::Struct(fields) = base
    {
        fields.retain(|(name, _)| *name != "Extra");
    }
    match recording {
        Data::Text(text) => Some(text),
        _ => None,
    }
}

fn field<'a, 's>(data: &'a mut Data<'s>, name: &str) -> Option<&'a mut Data<'s>> {
    let Data::Struct(fields) = data else { return None };
    fields.iter_mut().find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// Writes beside the file, then renames: a server that watches the folder never reads half of it.
fn write(args: &RecordArgs, text: &str) -> Result<(), RecordError> {
    let (bytes, most) = (text.len(), Key::Mock.most_bytes());
    if bytes as u64 > most {
        return Err(RecordError::TooLarge { bytes, most });
    }
    let wrong = |source| RecordError::Write { path: args.out.clone(), source };
    let name = args.out.file_name().ok_or_else(|| wrong(io::ErrorKind::InvalidInput.into()))?;
    let beside = args.out.with_file_name(format!(".{}.part", name.to_string_lossy()));
    if let Some(folder) = args.out.parent() {
        std::fs::create_dir_all(folder).map_err(wrong)?;
    }
    std::fs::write(&beside, text).map_err(wrong)?;
    std::fs::rename(&beside, &args.out).map_err(|source| {
        // the error that counts is that of the rename
        let _ = std::fs::remove_file(&beside);
        wrong(source)
    })
}
