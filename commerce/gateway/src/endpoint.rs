//! An endpoint: everything that the router, the document and the metrics need to know about it.

use std::{future::Future, pin::Pin};

use axum::routing::MethodFilter;
use live_pack_shop::{identity::Caller, order::StoredAnswer};
use live_pack_shop_store::trade::keys::KeyId;
use serde::Serialize;
use utoipa::{
    ToSchema,
    openapi::{HttpMethod, RefOr, schema::Schema},
};

use crate::{
    app::App,
    input::Input,
    problem::{self, Kind, Problem},
};

/// A future that a handler returns.
pub(crate) type Answering = Pin<Box<dyn Future<Output = Result<Answer, Problem>> + Send>>;

/// The handler of an endpoint. Its kind decides the checks before it runs.
#[derive(Clone, Copy)]
pub(crate) enum Handler {
    /// Not implemented yet: 501 `NOT_YET`.
    NotYet,
    /// Probes, metrics and the document: text with its own media type.
    Plain(&'static str, fn(&App) -> Result<String, Problem>),
    /// Needs no token.
    Public(fn(App, Input) -> Answering),
    /// Needs an access token.
    Bearer(fn(App, Caller, Input) -> Answering),
    /// Needs an access token and an idempotency key.
    Keyed(fn(App, Caller, KeyId, Input) -> Answering),
}

/// The answer of a handler.
pub(crate) enum Answer {
    /// A JSON document, with the endpoint's status.
    Json(String),
    /// Nothing, with the endpoint's status.
    Empty,
    /// The answer bound to a key, with its own status.
    Stored(StoredAnswer),
}

impl Answer {
    /// A JSON document.
    pub(crate) fn json<T: Serialize>(value: &T) -> Result<Self, Problem> {
        serde_json::to_string(value).map(Self::Json).map_err(|error| {
            tracing::error!(%error, "an answer could not be written as JSON");
            Problem::new(problem::INTERNAL, "the answer could not be written")
        })
    }
}

/// Schemas by name.
pub(crate) type Schemas = Vec<(String, RefOr<Schema>)>;

/// A named schema with the schemas that it refers to.
pub(crate) type SchemaOf = fn() -> (String, Schemas);

fn schema_of<T: ToSchema>() -> (String, Schemas) {
    let name = T::name().into_owned();
    let mut schemas = vec![(name.clone(), T::schema())];
    T::schemas(&mut schemas);
    (name, schemas)
}

/// A query parameter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) rule: ParameterRule,
    pub(crate) about: &'static str,
}

/// Rule for the values of a parameter.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ParameterRule {
    /// An id.
    Id,
    /// Ids separated by commas, at most this many.
    Ids(usize),
    /// A text of at most this many characters.
    Text(usize),
    /// An integer from 1 to this number.
    UpTo(i64),
}

/// An endpoint of the API.
pub(crate) struct Endpoint {
    pub(crate) method: HttpMethod,
    pub(crate) path: &'static str,
    /// `METHOD /path`, the label of its metrics.
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) handler: Handler,
    pub(crate) query: &'static [Parameter],
    pub(crate) body: Option<SchemaOf>,
    /// Status of a success.
    pub(crate) status: u16,
    /// Document of a success; `None` for an empty answer.
    pub(crate) answer: Option<SchemaOf>,
    /// Problems in addition to those implied by its kind.
    pub(crate) problems: &'static [Kind],
}

/// The name of a method.
macro_rules! verb {
    (Get) => {
        "GET"
    };
    (Post) => {
        "POST"
    };
    (Put) => {
        "PUT"
    };
    (Patch) => {
        "PATCH"
    };
    (Delete) => {
        "DELETE"
    };
}

/// Defines an endpoint from `Method "/path"`.
macro_rules! endpoint {
    ($method:ident $path:literal, $about:literal, $handler:expr) => {
        $crate::endpoint::Endpoint::new(
            utoipa::openapi::HttpMethod::$method,
            $path,
            concat!($crate::endpoint::verb!($method), " ", $path),
            $about,
            $handler,
        )
    };
}

pub(crate) use {endpoint, verb};

impl Endpoint {
    pub(crate) const fn new(
        method: HttpMethod,
        path: &'static str,
        name: &'static str,
        about: &'static str,
        handler: Handler,
    ) -> Self {
        Self { method, path, name, about, handler, query: &[], body: None, status: 200, answer: None, problems: &[] }
    }

    /// Sets the type of the body.
    pub(crate) const fn takes<T: ToSchema>(mut self) -> Self {
        self.body = Some(schema_of::<T>);
        self
    }

    /// Sets the query parameters.
    pub(crate) const fn asks(mut self, query: &'static [Parameter]) -> Self {
        self.query = query;
        self
    }

    /// Sets the status and the document of a success.
    pub(crate) const fn answers<T: ToSchema>(mut self, status: u16) -> Self {
        self.status = status;
        self.answer = Some(schema_of::<T>);
        self
    }

    /// Sets 204 without a document as the answer.
    pub(crate) const fn answers_nothing(mut self) -> Self {
        self.status = 204;
        self
    }

    /// Adds problems.
    pub(crate) const fn refuses(mut self, problems: &'static [Kind]) -> Self {
        self.problems = problems;
        self
    }

    /// Whether a token is needed.
    pub(crate) const fn is_authenticated(&self) -> bool {
        matches!(self.handler, Handler::Bearer(_) | Handler::Keyed(_))
    }

    /// Name of the path parameter.
    pub(crate) fn path_parameter(&self) -> Option<&'static str> {
        let (_, rest) = self.path.split_once('{')?;
        rest.split_once('}').map(|(name, _)| name)
    }

    /// Every problem that it can answer with.
    pub(crate) fn all_problems(&self) -> Vec<Kind> {
        let mut problems = self.problems.to_vec();
        match self.handler {
            Handler::NotYet => return vec![problem::NOT_YET, problem::OVERLOADED],
            Handler::Plain(..) => return problems,
            Handler::Public(_) => {}
            Handler::Bearer(_) => problems.push(problem::UNAUTHENTICATED),
            Handler::Keyed(_) => problems.extend([
                problem::UNAUTHENTICATED,
                problem::IDEMPOTENCY_KEY_MISSING,
                problem::IDEMPOTENCY_IN_FLIGHT,
                problem::IDEMPOTENCY_MISMATCH,
            ]),
        }
        if self.body.is_some() {
            problems.extend([problem::UNSUPPORTED_MEDIA_TYPE, problem::BODY_TOO_LARGE, problem::TIMED_OUT]);
        }
        if self.body.is_some() || !self.query.is_empty() {
            problems.push(problem::INVALID_REQUEST);
        }
        problems.extend([problem::OVERLOADED, problem::UNAVAILABLE]);
        problems
    }

    /// The router's filter of its method.
    pub(crate) const fn filter(&self) -> MethodFilter {
        match self.method {
            HttpMethod::Post => MethodFilter::POST,
            HttpMethod::Put => MethodFilter::PUT,
            HttpMethod::Patch => MethodFilter::PATCH,
            HttpMethod::Delete => MethodFilter::DELETE,
            _ => MethodFilter::GET,
        }
    }

    /// The method's name.
    pub(crate) fn verb(&self) -> &'static str {
        self.name.split_once(' ').map_or("", |(method, _)| method)
    }
}

/// Matches a path against a template; returns the value of the parameter.
pub(crate) fn parameter<'a>(template: &str, path: &'a str) -> Option<&'a str> {
    let (mut expected, mut found) = (template.split('/'), path.split('/'));
    let mut value = "";
    loop {
        match (expected.next(), found.next()) {
            (None, None) => return Some(value),
            (Some(name), Some(segment)) if name.starts_with('{') => value = segment,
            (Some(name), Some(segment)) if name == segment => {}
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_matches_only_its_template() {
        for (template, path, value) in [
            ("/v1/cart", "/v1/cart", Some("")),
            ("/v1/orders/{id}", "/v1/orders/7", Some("7")),
            ("/v1/orders/{id}/cancel", "/v1/orders/7/cancel", Some("7")),
            ("/v1/orders/{id}", "/v1/orders", None),
            ("/v1/orders/{id}", "/v1/orders/7/cancel", None),
            ("/v1/orders", "/v1/carts", None),
        ] {
            assert_eq!(parameter(template, path), value, "{template} {path}");
        }
    }
}
