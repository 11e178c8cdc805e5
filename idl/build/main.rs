//! Generates the Rust types of every `.thrift` file named in `volo.yml`, the table by which the guard walks messages, the
//! table of the methods, and the enums of the downstream services.

mod card;
mod downstream;
mod methods;
mod table;

// The crate's own reader of the IDL; the build script cannot use the crate that it builds.
#[allow(dead_code, unreachable_pub, reason = "the crate uses the rest")]
#[path = "../src/schema"]
mod schema {
    pub(crate) mod definition;
    mod lexer;
    pub(crate) mod load;
    mod parser;
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    volo_build::ConfigBuilder::default().write()?;
    card::replace()?;
    downstream::write()?;
    table::write()?;
    methods::write()
}
