//! Calls the server on behalf of the viewer of the demonstration.

use live_pack_idl::{
    json::{Data, message},
    schema::Schema,
};
use serde_json::{Value, json};

use super::DemoArgs;
use crate::cli::{
    call::{self, CallError, request},
    wire::Connection,
};

/// One viewer at one server.
#[derive(Debug)]
pub(super) struct Asker<'s> {
    pub(super) schema: &'s Schema,
    pub(super) args: &'s DemoArgs,
}

impl<'s> Asker<'s> {
    /// The answer of `method` about a room; `json` holds the fields of the request other than room and viewer. Each
    /// call has its own connection: between two frames the server may have closed an idle one.
    ///
    /// # Errors
    /// See [`CallError`].
    pub(super) async fn ask(&self, name: &str, room: i64, mut json: Value) -> Result<Data<'s>, CallError> {
        let method = call::method(self.schema, name)?;
        let fields = request::Fields {
            room: vec![room],
            user: Some(self.args.user),
            region: self.args.region.clone(),
            language: self.args.language.clone(),
            ..request::Fields::default()
        };
        if let Value::Object(request) = &mut json {
            request.insert("user".to_owned(), json!({ "device_id": "live-pack-demo" }));
        }
        request::sign(&mut json, &crate::pack_service::log_id::new(), []);
        let frame = call::frame(self.schema, method, json, &fields)?;
        let mut connection = Connection::open(&self.args.target.route()?, self.args.timeout.0).await?;
        let bytes = connection.exchange(&frame).await?;
        Ok(message::answer(self.schema, method, bytes, call::SEQUENCE)?)
    }
}
