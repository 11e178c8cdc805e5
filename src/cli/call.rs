//! `live-pack call`: any of the fifteen methods, or of those of the downstream services, from flags or JSON, with the answer as
//! JSON.

pub mod name;
pub mod request;
pub mod screen;
pub mod table;
pub mod trace;

use std::{io::Read, path::PathBuf, process::ExitCode};

use clap::Args;
use live_pack_dal::json::{self, Flaw};
use live_pack_idl::{
    Method as Ours,
    json::{
        Data, encode,
        message::{self, MessageError},
    },
    schema::{Method, Schema, SchemaError},
};
use tokio::runtime::Builder;

use self::name::Named;
use super::{
    CliError, complain,
    outcome::Outcome,
    print,
    target::{Target, TargetError},
    wire::{Connection, WireError},
};
use crate::settings::Span;

/// Exit code of a call that was answered, but not with status 0.
const NOT_OK: u8 = 3;

/// Options of `call`.
#[derive(Debug, Args)]
pub struct CallArgs {
    /// The method, in any case: GetLiveBagData, mgetroomlitedata, product_price.MGetProductPrice, …
    pub method: String,
    /// The request as JSON with the IDL's field names: the text itself, @FILE, or - for standard input
    #[arg(long, value_name = "JSON")]
    pub json: Option<String>,
    /// Fields of the request set by flags; they override --json
    #[command(flatten)]
    pub fields: request::Fields,
    /// The server
    #[command(flatten)]
    pub target: Target,
    /// Time limit for a connection, and for the answer
    #[arg(long, value_name = "DURATION", default_value = "5s")]
    pub timeout: Span,
    /// Print the bag as a table (GetLiveBagData only)
    #[arg(long)]
    pub table: bool,
    /// Ask for the record of the call and print it after the answer (not in prod)
    #[arg(long)]
    pub record: bool,
    /// Ask for the record of the call and write it as a trace for chrome://tracing or Perfetto (not in prod)
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
}

/// The end of `live-pack record --help`.
pub(super) fn our_methods_help() -> String {
    let methods: String = Ours::ALL.iter().map(|method| format!("\n  {}", method.name())).collect();
    format!(
        "Methods:{methods}\n\nWith --room alone each of them gets a whole request; GetSurpriseSetDetail asks for the \
         surprise set of room 1006, GetLiveBagRefresh for what the first page of the bag shows."
    )
}

/// The end of `live-pack call --help`.
pub(super) fn methods_help() -> String {
    let (ours, downstream) = (our_methods_help(), name::downstream().map(|name| format!("\n  {name}")));
    format!(
        "{ours}\n\nMethods of the downstream services, each at the --addr that `live-pack serve` or `live-pack world` \
         prints for its service:{}",
        downstream.collect::<String>()
    )
}

/// Failures to make a call or to get its answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The embedded IDL is not readable.
    #[error("the embedded IDL cannot be read")]
    Schema(#[from] SchemaError),
    /// The options of the server are invalid.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// There is no such method.
    #[error("there is no method {found}; did you mean {nearest}? The methods are:\n  {}", known.join("\n  "))]
    NoSuchMethod {
        /// The requested name.
        found: String,
        /// The most similar name.
        nearest: String,
        /// All methods.
        known: Vec<String>,
    },
    /// A downstream service without an address.
    #[error("{method} needs --addr: the address of {service}, as `live-pack serve` and `live-pack world` print it")]
    NoAddress {
        /// The method, with its service.
        method: String,
        /// The service.
        service: &'static str,
    },
    /// The file or standard input could not be read.
    #[error("cannot read the request from {from}")]
    Read {
        /// The source.
        from: String,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// `--json` is not JSON.
    #[error("--json is invalid:{}", listed(flaws))]
    NotJson {
        /// All faults.
        flaws: Vec<Flaw>,
    },
    /// A flag for a field that this method does not have.
    #[error("{method} takes no {flag}")]
    NotTaken {
        /// The method.
        method: String,
        /// The flag.
        flag: &'static str,
    },
    /// The request does not follow the IDL.
    #[error("the request is not a {name}:{}", listed(faults))]
    Request {
        /// The struct.
        name: String,
        /// All faults.
        faults: Vec<encode::Fault>,
    },
    /// `--table` with a method that has no table.
    #[error("only GetLiveBagData prints as a table")]
    NoTable,
    /// `--trace` with a server that keeps no record.
    #[error("there is nothing to trace: {NO_RECORD}")]
    NoRecord,
    /// The trace could not be written.
    #[error("cannot write the trace to {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// The bytes of the answer did not arrive.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The bytes of the answer are invalid.
    #[error(transparent)]
    Message(#[from] MessageError),
}

fn listed(faults: &[impl std::fmt::Display]) -> String {
    faults.iter().map(|fault| format!("\n  {fault}")).collect()
}

/// The method of Live Pack with this name.
pub(super) fn method<'s>(schema: &'s Schema, name: &str) -> Result<&'s Method, CallError> {
    schema.method(name).ok_or_else(|| {
        let known: Vec<_> = schema.methods().iter().map(|method| method.name.clone()).collect();
        CallError::NoSuchMethod { found: name.to_owned(), nearest: name::nearest(name, &known), known }
    })
}

/// The framed call that `json` and the flags describe.
pub(super) fn frame(
    schema: &Schema,
    method: &Method,
    json: serde_json::Value,
    fields: &request::Fields,
) -> Result<Vec<u8>, CallError> {
    let undefined = || SchemaError::Undefined { user: method.name.clone(), name: method.request.clone() };
    let it = schema.structure(&method.request).ok_or_else(undefined)?;
    let json = request::build(&method.name, it, json, fields)?;
    let bytes =
        encode::structure(schema, it, &json).map_err(|faults| CallError::Request { name: it.name.clone(), faults })?;
    Ok(message::call(method, &bytes, SEQUENCE))
}

/// The framed binary call of a method that the flags describe.
///
/// # Errors
/// See [`CallError`].
pub fn framed(method_name: &str, json: serde_json::Value, fields: &request::Fields) -> Result<Vec<u8>, CallError> {
    let schema = Schema::embedded()?;
    frame(&schema, method(&schema, method_name)?, json, fields)
}

/// Every call has a connection, or a turn on one, to itself: one number is enough.
pub(super) const SEQUENCE: i32 = 1;

/// Calls, prints, and reports the result in the exit code.
pub(super) fn run(args: &CallArgs) -> Result<ExitCode, CliError> {
    let named = Named::find(&args.method)?;
    run_with(args, &named, &[], |_| Ok(()))
}

/// The same with further members of `Base.Extra`; `take` gets the answer before it is printed.
pub(super) fn run_with(
    args: &CallArgs,
    named: &Named,
    extra: &[&str],
    take: impl FnOnce(&mut Data<'_>) -> Result<(), CliError>,
) -> Result<ExitCode, CliError> {
    named.check(&args.target.addr)?;
    let Named { schema, method, .. } = named;
    if args.table && method.name != table::METHOD {
        return Err(CallError::NoTable.into());
    }
    let mut json = read_json(args.json.as_deref())?;
    let asks_record = (args.record || args.trace.is_some()).then_some(RECORD);
    let log_id = crate::pack_service::log_id::new();
    let log_id = request::sign(&mut json, &log_id, asks_record.into_iter().chain(extra.iter().copied()));
    let runtime =
        Builder::new_current_thread().enable_all().build().map_err(CliError::system("cannot start the runtime"))?;
    let route = args.target.route().map_err(CallError::from)?;
    let mut answer = runtime.block_on(async {
        screen::fill(schema, method, &mut json, &args.fields, &route, args.timeout.0).await?;
        let frame = frame(schema, method, json, &args.fields)?;
        let mut connection = Connection::open(&route, args.timeout.0).await?;
        let bytes = connection.exchange(&frame).await?;
        Ok::<_, CallError>(message::answer(schema, method, bytes, SEQUENCE)?)
    })?;
    take(&mut answer)?;
    let text = if args.table { table::render(&answer) } else { serde_json::to_string_pretty(&answer)? };
    print(&text)?;
    let record = record(&answer);
    if args.record {
        print(&record.as_ref().map_or_else(|| Ok(NO_RECORD.to_owned()), serde_json::to_string_pretty)?)?;
    }
    if let Some(path) = &args.trace {
        let trace = trace::chrome(&record.ok_or(CallError::NoRecord)?).to_string();
        std::fs::write(path, trace).map_err(|source| CallError::Write { path: path.clone(), source })?;
    }
    Ok(exit_code(&answer, &log_id))
}

/// The JSON of the argument; an empty object without one.
fn read_json(argument: Option<&str>) -> Result<serde_json::Value, CallError> {
    let text = match argument {
        None => return Ok(serde_json::json!({})),
        Some("-") => {
            let mut text = String::new();
            let read = std::io::stdin().read_to_string(&mut text);
            read.map_err(|source| CallError::Read { from: "standard input".to_owned(), source })?;
            text
        }
        Some(argument) => match argument.strip_prefix('@') {
            Some(path) => {
                std::fs::read_to_string(path).map_err(|source| CallError::Read { from: path.to_owned(), source })?
            }
            None => argument.to_owned(),
        },
    };
    json::value(&text).map_err(|flaws| CallError::NotJson { flaws })
}

/// The member of `Base.Extra` that asks for the record.
const RECORD: &str = "lp-record";

/// Text in place of a record.
const NO_RECORD: &str = "no record: the server is in prod, or does not keep one";

/// The record of the call, if the answer contains one.
fn record(answer: &Data<'_>) -> Option<serde_json::Value> {
    let extra = answer.get("BaseResp")?.get("Extra")?;
    serde_json::from_str(extra.get(RECORD)?.as_text()?).ok()
}

/// 0 for status 0; otherwise [`NOT_OK`], with the reason on standard error.
fn exit_code(answer: &Data<'_>, log_id: &str) -> ExitCode {
    let outcome = Outcome::of(answer);
    if outcome.is_ok() {
        return ExitCode::SUCCESS;
    }
    complain(&format!("{outcome} (log id {log_id})"));
    ExitCode::from(NOT_OK)
}

#[cfg(test)]
mod tests;
