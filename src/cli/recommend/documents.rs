//! Files of `live-pack recommend`: specification, data, request.

use std::{fs, path::Path};

use live_pack_recommend::{Data, Format, Parts, Request, Scenes, builtin, parse};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::RecommendError;

fn text(path: &Path) -> Result<String, RecommendError> {
    fs::read_to_string(path).map_err(|source| RecommendError::File { file: path.display().to_string(), source })
}

/// A file as a JSON value; YAML by its extension.
pub(super) fn value(path: &Path) -> Result<Value, RecommendError> {
    parse(&text(path)?, Format::of(path)).map_err(|error| fault(path, error))
}

fn fault(path: &Path, reason: impl ToString) -> RecommendError {
    RecommendError::Document { file: path.display().to_string(), reason: reason.to_string() }
}

fn typed<T: DeserializeOwned>(path: &Path) -> Result<T, RecommendError> {
    let value = value(path)?;
    // Serde would read a list as the fields of the object in their order.
    if !value.is_object() {
        let found: String = value.to_string().chars().take(80).collect();
        return Err(fault(path, format!("must be an object, found {found}")));
    }
    serde_path_to_error::deserialize(value).map_err(|error| fault(path, error))
}

/// The request, empty without a file.
pub(super) fn request(path: Option<&Path>) -> Result<Request, RecommendError> {
    path.map_or_else(|| Ok(Request::default()), typed)
}

/// The resident parts: the data of the file, and models relative to the specification.
pub(super) fn parts(data: Option<&Path>, spec: &Path) -> Result<Parts, RecommendError> {
    let data: Data = data.map_or_else(|| Ok(Data::default()), typed)?;
    Ok(data.into_parts(spec.parent().unwrap_or(Path::new("")).to_owned()))
}

/// The pipelines of a specification.
pub(super) fn scenes(path: &Path, parts: &Parts) -> Result<Scenes, RecommendError> {
    Scenes::compile(&value(path)?, parts, &builtin())
        .map_err(|faults| RecommendError::Faults { file: path.display().to_string(), faults })
}
