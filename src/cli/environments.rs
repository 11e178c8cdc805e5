//! The environments as arguments.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::settings::Environment;

/// Parses the name of an environment; `--help` explains each.
pub fn environments() -> impl TypedValueParser<Value = Environment> {
    let offered = Environment::ALL.map(|environment| {
        PossibleValue::new(environment.name()).help(match environment {
            Environment::Dev => "A developer's machine: everything is allowed",
            Environment::Test => "A shared test environment: like dev",
            Environment::Prod => "Real viewers: no frozen clock, no mock answers, no records, no embedded world",
        })
    });
    PossibleValuesParser::new(offered).try_map(|name| name.parse::<Environment>())
}
