//! Accounts.

use live_pack_shop::identity::{Caller, ChangeAccount, CloseAccount, CreateAccount, PasswordChange, ReadAccount};
use utoipa::ToSchema;

use crate::{
    app::App,
    endpoint::Answer,
    fields::{Object, Reader},
    input::{Body, Input},
    problem::Problem,
};

/// Length of a password, in characters.
const PASSWORD: std::ops::RangeInclusive<usize> = 8..=128;
/// Length of a name, in characters.
const NAME: std::ops::RangeInclusive<usize> = 1..=100;

/// A new account.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAccount {
    /// E-mail, case-insensitive.
    #[schema(max_length = 254, pattern = r"^[^@\s\u0000-\u001f\u007f-\u009f]+@[^@\s\u0000-\u001f\u007f-\u009f]+$")]
    email: String,
    /// Password.
    #[schema(min_length = 8, max_length = 128, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    password: String,
    /// Display name.
    #[schema(min_length = 1, max_length = 100, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    name: String,
    /// ISO 3166-1 alpha-2.
    #[schema(pattern = "^[A-Z]{2}$")]
    region: String,
}

impl Body for NewAccount {
    fn read(reader: &mut Reader, object: &mut Object<'_>) -> Option<Self> {
        let email = reader.need(object, "email", Reader::email);
        let password = reader.need(object, "password", |reader, path, json| reader.text(path, json, PASSWORD));
        let name = reader.need(object, "name", |reader, path, json| reader.text(path, json, NAME));
        let region = reader.need(object, "region", Reader::region);
        Some(Self { email: email?, password: password?, name: name?, region: region? })
    }
}

/// Changes of an account; missing fields stay unchanged.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountChange {
    /// Display name.
    #[schema(nullable = false, min_length = 1, max_length = 100, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    name: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(nullable = false, pattern = "^[A-Z]{2}$")]
    region: Option<String>,
    /// New password; requires the current one, and ends all other sessions.
    #[schema(nullable = false, min_length = 8, max_length = 128, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    password: Option<String>,
    /// Current password.
    #[schema(nullable = false, min_length = 1, max_length = 128, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    current_password: Option<String>,
}

impl Body for AccountChange {
    fn read(reader: &mut Reader, object: &mut Object<'_>) -> Option<Self> {
        let name = reader.maybe(object, "name", |reader, path, json| reader.text(path, json, NAME));
        let region = reader.maybe(object, "region", Reader::region);
        let (has_new, has_current) = (object.has("password"), object.has("current_password"));
        let password = reader.maybe(object, "password", |reader, path, json| reader.text(path, json, PASSWORD));
        let current_password =
            reader.maybe(object, "current_password", |reader, path, json| reader.text(path, json, 1..=128));
        if has_new && !has_current {
            reader.fault("current_password", "a required field beside password", "nothing");
        }
        if has_current && !has_new {
            reader.fault("password", "a required field beside current_password", "nothing");
        }
        Some(Self { name, region, password, current_password })
    }
}

/// `POST /v1/accounts`
pub(crate) async fn create(app: App, input: Input) -> Result<Answer, Problem> {
    let NewAccount { email, password, name, region } = input.body()?;
    Answer::json(&app.shop().run(CreateAccount { email, password, name, region }).await?)
}

/// `GET /v1/account`
pub(crate) async fn read(app: App, caller: Caller, _: Input) -> Result<Answer, Problem> {
    Answer::json(&app.shop().run(ReadAccount { account_id: caller.account_id }).await?)
}

/// `PATCH /v1/account`
pub(crate) async fn change(app: App, caller: Caller, input: Input) -> Result<Answer, Problem> {
    let AccountChange { name, region, password, current_password } = input.body()?;
    let password = password.zip(current_password).map(|(new, current)| PasswordChange { current, new });
    Answer::json(&app.shop().run(ChangeAccount { caller, name, region, password }).await?)
}

/// `DELETE /v1/account`
pub(crate) async fn close(app: App, caller: Caller, _: Input) -> Result<Answer, Problem> {
    app.shop().run(CloseAccount { account_id: caller.account_id }).await?;
    Ok(Answer::Empty)
}
