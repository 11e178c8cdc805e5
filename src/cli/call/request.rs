//! Builds a request from flags, by the fields of its struct: no method is named here.

use clap::Args;
use live_pack_idl::schema::{Presence, Struct};
use serde_json::{Map, Value, json};

use super::CallError;

/// The surprise set of the demo world, in room 1006.
pub const SURPRISE_SET: i64 = 5001;

/// Flags for fields of a request.
#[derive(Debug, Clone, Default, Args)]
pub struct Fields {
    /// The room; several with commas between for methods that take several
    #[arg(long, value_name = "ID", value_delimiter = ',', allow_negative_numbers = true)]
    pub room: Vec<i64>,
    /// The viewer; 0 is a guest
    #[arg(long, value_name = "ID")]
    pub user: Option<i64>,
    /// The viewer's region, ISO 3166-1
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// The viewer's language, BCP 47
    #[arg(long, value_name = "LANGUAGE")]
    pub language: Option<String>,
    /// Position in the bag from which to continue
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub cursor: Option<i64>,
    /// Number of products, previews or highlights
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub count: Option<i64>,
    /// The tab of the bag: ALL, FLASH_SALE, AUCTION, VOUCHER
    #[arg(long, value_name = "TAB")]
    pub tab: Option<String>,
    /// The lane, as `Base.TrafficEnv` names it
    #[arg(long, value_name = "NAME")]
    pub lane: Option<String>,
}

/// The request `it` of `method`: `json`, overridden by the flags.
///
/// # Errors
/// A flag is given for a field that the request does not have.
pub fn build(method: &str, it: &Struct, json: Value, fields: &Fields) -> Result<Value, CallError> {
    // Anything but an object is left to the encoder, which reports it with a path.
    let Value::Object(mut request) = json else { return Ok(json) };
    let takes = |name: &str| it.field(name).is_some();
    let not_taken = |flag| CallError::NotTaken { method: method.to_owned(), flag };
    if takes("user") {
        edit(&mut request, "user", |user| {
            put(user, "user_id", fields.user);
            put(user, "region", fields.region.as_deref());
            put(user, "language", fields.language.as_deref());
        });
    } else {
        // requests to downstream services have the viewer's fields at the top level
        let of_viewer = [
            ("--user", "user_id", fields.user.map(Value::from)),
            ("--region", "region", fields.region.as_deref().map(Value::from)),
            ("--language", "language", fields.language.as_deref().map(Value::from)),
        ];
        for (flag, name, value) in of_viewer {
            if value.is_some() && !takes(name) {
                return Err(not_taken(flag));
            }
            put(&mut request, name, value);
        }
    }
    match fields.room.as_slice() {
        [] => {}
        [room] if takes("room") => edit(&mut request, "room", |it| put(it, "room_id", Some(*room))),
        rooms if takes("rooms") => {
            put(&mut request, "rooms", Some(rooms.iter().map(|room| json!({ "room_id": room })).collect::<Value>()));
        }
        rooms if takes("slots") => {
            let slot = |room: &i64| json!({ "room": { "room_id": room } });
            put(&mut request, "slots", Some(rooms.iter().map(slot).collect::<Value>()));
        }
        [room] if takes("room_id") => put(&mut request, "room_id", Some(*room)),
        rooms if takes("room_ids") => put(&mut request, "room_ids", Some(rooms)),
        [_] => return Err(not_taken("--room")),
        _ => return Err(not_taken("more than one --room")),
    }
    if !fields.room.is_empty() && takes("room") {
        // a room is enough: the other mandatory fields have one sensible value
        let mandatory = |name: &str| it.field(name).is_some_and(|field| field.presence == Presence::Mandatory);
        for (name, value) in [("product_ids", json!([])), ("surprise_set_id", json!(SURPRISE_SET))] {
            if mandatory(name) {
                request.entry(name).or_insert(value);
            }
        }
    }
    if let Some(count) = fields.count {
        match ["page", "count", "preview_count", "highlight_count"].into_iter().find(|name| takes(name)) {
            Some("page") => edit(&mut request, "page", |page| put(page, "count", Some(count))),
            Some(name) => put(&mut request, name, Some(count)),
            None => return Err(not_taken("--count")),
        }
    }
    if fields.cursor.is_some() {
        if !takes("page") {
            return Err(not_taken("--cursor"));
        }
        edit(&mut request, "page", |page| put(page, "cursor", fields.cursor));
    }
    if fields.tab.is_some() {
        if !takes("tab") {
            return Err(not_taken("--tab"));
        }
        put(&mut request, "tab", fields.tab.as_deref());
    }
    if let Some(lane) = fields.lane.as_deref() {
        edit(&mut request, "Base", |base| put(base, "TrafficEnv", Some(json!({ "Open": true, "Env": lane }))));
    }
    Ok(Value::Object(request))
}

/// Adds the envelope: caller, log id, and the members of `Extra` that ask for a test aid. Existing fields stay. Returns the
/// log id of the request.
pub fn sign<'a>(json: &mut Value, log_id: &str, extra: impl IntoIterator<Item = &'a str>) -> String {
    let Value::Object(request) = json else { return log_id.to_owned() };
    edit(request, "Base", |base| {
        base.entry("LogID").or_insert_with(|| log_id.into());
        base.entry("Caller").or_insert_with(|| "live-pack-cli".into());
        for key in extra {
            edit(base, "Extra", |members| put(members, key, Some("1")));
        }
    });
    let told = request.get("Base").and_then(|base| base.get("LogID")?.as_str());
    told.unwrap_or(log_id).to_owned()
}

/// Changes the object at `name`, created if absent. Anything but an object is left to the encoder, which reports it
/// with a path.
fn edit(parent: &mut Map<String, Value>, name: &str, change: impl FnOnce(&mut Map<String, Value>)) {
    if let Value::Object(object) = parent.entry(name).or_insert_with(|| json!({})) {
        change(object);
    }
}

fn put<T: Into<Value>>(parent: &mut Map<String, Value>, name: &str, value: Option<T>) {
    if let Some(value) = value {
        parent.insert(name.to_owned(), value.into());
    }
}
