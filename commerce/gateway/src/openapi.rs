//! The `OpenAPI` document, generated from the table of endpoints.

use std::{collections::BTreeMap, sync::LazyLock};

use axum::http::StatusCode;
use serde_json::json;
use utoipa::{
    PartialSchema as _, ToSchema as _,
    openapi::{
        Components, Content, ContentBuilder, HeaderBuilder, Info, ObjectBuilder, OpenApi, OpenApiBuilder, PathItem,
        Paths, Ref, RefOr, Required, Response, ResponseBuilder,
        extensions::ExtensionsBuilder,
        path::{Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, ParameterStyle},
        request_body::RequestBodyBuilder,
        schema::{AllOfBuilder, ArrayBuilder, Schema, SchemaType, Type},
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};

use crate::{
    endpoint::{self, Endpoint, Handler, ParameterRule},
    endpoints::ENDPOINTS,
    problem::{Kind, ProblemView},
    run::LONGEST_KEY,
    schemas::{ID_PATTERN, string},
};

/// Name of the security scheme.
const BEARER: &str = "bearer";
/// Media type of problems.
const PROBLEM: &str = "application/problem+json";

static TEXT: LazyLock<Option<String>> = LazyLock::new(|| {
    let text = document().to_json();
    text.map_err(|error| tracing::error!(%error, "the OpenAPI document cannot be written")).ok()
});

/// The document as JSON.
pub(crate) fn text() -> Option<&'static str> {
    TEXT.as_deref()
}

fn document() -> OpenApi {
    let mut paths = Paths::new();
    for endpoint in ENDPOINTS {
        let item = PathItem::new(endpoint.method.clone(), operation(endpoint));
        match paths.paths.get_mut(endpoint.path) {
            Some(known) => known.merge_operations(item),
            None => {
                paths.paths.insert(endpoint.path.to_owned(), item);
            }
        }
    }
    let mut components = Components::default();
    let mut add = |schemas: endpoint::Schemas| components.schemas.extend(schemas);
    for schema in ENDPOINTS.iter().flat_map(|endpoint| [endpoint.body, endpoint.answer]).flatten() {
        add(schema().1);
    }
    let mut problem = vec![(ProblemView::name().into_owned(), ProblemView::schema())];
    ProblemView::schemas(&mut problem);
    add(problem);
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.security_schemes.insert(BEARER.to_owned(), RefOr::T(bearer));
    OpenApiBuilder::new()
        .info(Info::new("Live Pack shop", env!("CARGO_PKG_VERSION")))
        .paths(paths)
        .components(Some(components))
        .build()
}

fn operation(endpoint: &Endpoint) -> Operation {
    let mut operation =
        OperationBuilder::new().summary(Some(endpoint.about)).operation_id(Some(operation_id(endpoint)));
    for parameter in parameters(endpoint) {
        operation = operation.parameter(parameter);
    }
    if let Some(schema) = endpoint.body {
        let body = RequestBodyBuilder::new()
            .content("application/json", Content::new(Some(reference(&schema().0))))
            .required(Some(Required::True));
        operation = operation.request_body(Some(body.build()));
    }
    if endpoint.is_authenticated() {
        operation = operation.security(SecurityRequirement::new(BEARER, Vec::<String>::new()));
    }
    if matches!(endpoint.handler, Handler::NotYet) {
        operation = operation.extensions(Some(ExtensionsBuilder::new().add("x-not-yet", true).build()));
    } else {
        operation = operation.response(endpoint.status.to_string(), success(endpoint));
    }
    let mut by_status: BTreeMap<StatusCode, Vec<Kind>> = BTreeMap::new();
    for kind in endpoint.all_problems() {
        by_status.entry(kind.status).or_default().push(kind);
    }
    for (status, kinds) in by_status {
        operation = operation.response(status.as_str(), problem(status, &kinds));
    }
    operation.build()
}

/// Converts `post /v1/orders/{id}/cancel` to `post_orders_id_cancel`.
fn operation_id(endpoint: &Endpoint) -> String {
    let words =
        endpoint.name.split(|sign: char| !sign.is_ascii_alphanumeric()).filter(|word| !["", "v1"].contains(word));
    words.collect::<Vec<_>>().join("_").to_lowercase()
}

fn reference(name: &str) -> Ref {
    Ref::from_schema_name(name)
}

fn parameters(endpoint: &Endpoint) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    if let Some(name) = endpoint.path_parameter() {
        let id = string().pattern(Some(ID_PATTERN));
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path).required(Required::True);
        parameters.push(parameter.schema(Some(id)).build());
    }
    for asked in endpoint.query {
        let parameter =
            ParameterBuilder::new().name(asked.name).parameter_in(ParameterIn::Query).description(Some(asked.about));
        let parameter = match asked.rule {
            ParameterRule::Id => parameter.schema(Some(string().pattern(Some(ID_PATTERN)))),
            ParameterRule::Text(longest) => {
                let text = string().max_length(Some(longest)).pattern(Some(r"^[^\u0000-\u001f\u007f-\u009f]*$"));
                parameter.schema(Some(text))
            }
            ParameterRule::UpTo(most) => {
                let number = ObjectBuilder::new().schema_type(SchemaType::Type(Type::Integer));
                parameter.schema(Some(number.minimum(Some(1)).maximum(Some(most))))
            }
            ParameterRule::Ids(most) => {
                let list = ArrayBuilder::new().items(string().pattern(Some(ID_PATTERN)));
                let list = list.min_items(Some(1)).max_items(Some(most));
                parameter.style(Some(ParameterStyle::Form)).explode(Some(false)).schema(Some(list))
            }
        };
        parameters.push(parameter.build());
    }
    if matches!(endpoint.handler, Handler::Keyed(_)) {
        let key = string().min_length(Some(1)).max_length(Some(LONGEST_KEY)).pattern(Some("^[!-~]+$"));
        let parameter =
            ParameterBuilder::new().name("Idempotency-Key").parameter_in(ParameterIn::Header).required(Required::True);
        let about = "1 to 64 printable ASCII characters; a repeated call with the same body gets the stored answer";
        parameters.push(parameter.description(Some(about)).schema(Some(key)).build());
    }
    parameters
}

fn success(endpoint: &Endpoint) -> Response {
    let mut response = ResponseBuilder::new().description(endpoint.about);
    if let Handler::Plain(media_type, _) = endpoint.handler {
        let media_type = media_type.split(';').next().unwrap_or_default();
        let schema = if media_type == "application/json" { ObjectBuilder::new() } else { string() };
        response = response.content(media_type, Content::new(Some(schema)));
    }
    if let Some(schema) = endpoint.answer {
        response = response.content("application/json", Content::new(Some(reference(&schema().0))));
    }
    if matches!(endpoint.handler, Handler::Keyed(_)) {
        let about = "`true` if the answer was stored by an earlier call with the key";
        let header = HeaderBuilder::new().schema(Some(string().enum_values(Some(["true"])))).description(Some(about));
        response = response.header("Idempotent-Replay", header.build());
    }
    response.build()
}

fn problem(status: StatusCode, kinds: &[Kind]) -> Response {
    let lines: Vec<_> = kinds.iter().map(|kind| format!("`{}`: {}", kind.code, kind.title)).collect();
    let codes = string().enum_values(Some(kinds.iter().map(|kind| json!(kind.code))));
    let schema = AllOfBuilder::new()
        .item(reference(&ProblemView::name()))
        .item(ObjectBuilder::new().property("code", codes).required("code"));
    let content = ContentBuilder::new().schema(Some(RefOr::T(Schema::from(schema)))).build();
    let mut response = ResponseBuilder::new().description(lines.join("\n\n")).content(PROBLEM, content);
    if [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE].contains(&status) {
        let seconds = ObjectBuilder::new().schema_type(SchemaType::Type(Type::Integer));
        let header = HeaderBuilder::new().schema(Some(seconds)).description(Some("Seconds to wait"));
        response = response.header("Retry-After", header.build());
    }
    response.build()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn operations_have_unique_names_and_every_reference_has_a_schema() {
        let ids: BTreeSet<_> = ENDPOINTS.iter().map(operation_id).collect();
        assert_eq!(ids.len(), ENDPOINTS.len());
        let text = text().unwrap();
        let document: serde_json::Value = serde_json::from_str(text).unwrap();
        let schemas = document["components"]["schemas"].as_object().unwrap();
        for reference in text.split("#/components/schemas/").skip(1) {
            let name = reference.split('"').next().unwrap();
            assert!(schemas.contains_key(name), "{name}");
        }
    }
}
