//! Replaces the generated `ProductCard`, which becomes `CardFields`, by the hand-written one.

use std::{env, error::Error, fs, path::Path};

const GENERATED: &str = "ProductCard {";
const RENAMED: &str = "CardFields {";
/// In the definition of the struct, in its `Default` (twice), and in its `Message`.
const OCCURRENCES: usize = 4;
const BEFORE: &str = "impl ::std::default::Default for CardFields {";

/// Rewrites the generated file.
pub(crate) fn replace() -> Result<(), Box<dyn Error>> {
    let path = Path::new(&env::var("OUT_DIR")?).join("thrift.rs");
    let text = fs::read_to_string(&path)?;
    let found = text.matches(GENERATED).count();
    if found != OCCURRENCES {
        return Err(format!("{found} times `{GENERATED}` in {}, expected {OCCURRENCES}", path.display()).into());
    }
    let renamed = text.replace(GENERATED, RENAMED);
    let Some(place) = renamed.find(BEFORE) else {
        return Err(format!("no `{BEFORE}` in {}", path.display()).into());
    };
    let (head, tail) = renamed.split_at(place);
    // a new file: a copy of the target folder may share the old one
    fs::remove_file(&path)?;
    fs::write(&path, format!("{head}pub use crate::card::ProductCard;\n{tail}"))?;
    Ok(())
}
