//! Sessions.

use live_pack_shop::identity::{Caller, LogIn, LogOut, Refresh};
use utoipa::ToSchema;

use crate::{
    app::App,
    endpoint::Answer,
    fields::{Object, Reader},
    input::{Body, Input},
    problem::Problem,
};

/// Credentials.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    /// E-mail, case-insensitive.
    #[schema(min_length = 1, max_length = 254, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    email: String,
    /// Password.
    #[schema(min_length = 1, max_length = 128, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    password: String,
}

impl Body for Credentials {
    fn read(reader: &mut Reader, object: &mut Object<'_>) -> Option<Self> {
        let email = reader.need(object, "email", |reader, path, json| reader.text(path, json, 1..=254));
        let password = reader.need(object, "password", |reader, path, json| reader.text(path, json, 1..=128));
        Some(Self { email: email?, password: password? })
    }
}

/// A refresh token.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefreshToken {
    /// The newest refresh token of the session.
    #[schema(min_length = 1, max_length = 128, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    refresh_token: String,
}

impl Body for RefreshToken {
    fn read(reader: &mut Reader, object: &mut Object<'_>) -> Option<Self> {
        let token = reader.need(object, "refresh_token", |reader, path, json| reader.text(path, json, 1..=128));
        Some(Self { refresh_token: token? })
    }
}

/// `POST /v1/sessions`
pub(crate) async fn create(app: App, input: Input) -> Result<Answer, Problem> {
    let Credentials { email, password } = input.body()?;
    Answer::json(&app.shop().run(LogIn { email, password }).await?)
}

/// `POST /v1/sessions/refresh`
pub(crate) async fn refresh(app: App, input: Input) -> Result<Answer, Problem> {
    let RefreshToken { refresh_token } = input.body()?;
    Answer::json(&app.shop().run(Refresh { refresh_token }).await?)
}

/// `DELETE /v1/sessions/current`
pub(crate) async fn end(app: App, caller: Caller, _: Input) -> Result<Answer, Problem> {
    app.shop().run(LogOut { session_id: caller.session_id }).await?;
    Ok(Answer::Empty)
}
