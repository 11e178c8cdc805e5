//! Writes the methods of the public interface as a table: the macro `for_each_method!`, and the path of the viewer's id.

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

use crate::schema::definition::{Method, Schema};

/// The generated service; the names of the results begin with its name.
const SERVICE: &str = "LivePackService";

/// Fields that some answers have and that are filled in the same way in all of them.
const COMMON_FIELDS: [&str; 2] = ["room_status", "server_now_ms"];

/// Writes `methods.rs` to the output folder.
pub(crate) fn write() -> Result<(), Box<dyn Error>> {
    let schema = Schema::embedded()?;
    let methods = schema.methods();
    let mut rows = String::new();
    for Method { name, request, response, .. } in methods {
        let answer = schema.structure(response);
        let common = COMMON_FIELDS.iter().filter(|field| answer.is_some_and(|it| it.field(field).is_some()));
        let common: Vec<_> = common.copied().collect();
        let (snake, common) = (snake(name), common.join(" "));
        writeln!(
            rows,
            "            {snake} {name}({request} => {response}): {SERVICE}{name}ResultSend {{ {common} }};"
        )?;
    }
    let [first, ..] = methods else { return Err("the IDL has no method".into()) };
    let viewer = viewer_id(&schema, first)?;
    if let Some(other) = methods.iter().find(|method| viewer_id(&schema, method).ok() != Some(viewer)) {
        return Err(format!("{} has the viewer's id in another place than {}", other.name, first.name).into());
    }
    let text = format!(
        "/// Calls the macro `$each` with one row per method, in the order of the IDL:
/// `snake_name Name(Request => Response): Result {{ common fields of the response }};`.
#[macro_export]
macro_rules! for_each_method {{
    ($each:ident) => {{
        $each! {{
{rows}        }}
    }};
}}

/// The path of the viewer's id in every call, as field numbers: the request, its user, the user's id. Without it, the
/// viewer is a guest.
pub const USER: [i16; 3] = {viewer:?};
"
    );
    fs::write(Path::new(&env::var("OUT_DIR")?).join("methods.rs"), text)?;
    Ok(())
}

/// Field numbers from the arguments of a call to the viewer's id.
fn viewer_id(schema: &Schema, method: &Method) -> Result<[i16; 3], Box<dyn Error>> {
    let number = |structure: &str, field: &str| {
        let found = schema.structure(structure).and_then(|it| it.field(field));
        found.map(|field| field.id).ok_or_else(|| format!("{structure} has no field {field}"))
    };
    Ok([method.argument, number(&method.request, "user")?, number("UserContext", "user_id")?])
}

/// `MGetRoomLiteData` as `m_get_room_lite_data`, as the generated service names its functions.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    let mut letters = name.chars().peekable();
    let mut before = None;
    while let Some(letter) = letters.next() {
        let after_small = before.is_some_and(|before: char| !before.is_ascii_uppercase());
        let before_small = before.is_some() && letters.peek().is_some_and(char::is_ascii_lowercase);
        if letter.is_ascii_uppercase() && (after_small || before_small) {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
        before = Some(letter);
    }
    snake
}
