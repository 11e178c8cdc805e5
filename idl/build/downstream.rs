//! Writes the downstream services and their methods as enums, so that every list of them follows the IDL.

use std::{collections::BTreeMap, env, error::Error, fmt::Write as _, fs, path::Path};

use crate::schema::{
    definition::Schema,
    load::{BASE, SERVICES},
};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A service: the name of its file, its variant, the first line of its IDL, and its methods.
struct Service {
    name: &'static str,
    variant: String,
    subject: &'static str,
    methods: Vec<String>,
}

/// Writes `downstream.rs` to the output folder.
pub(crate) fn write() -> Outcome<()> {
    let [_ours, downstream @ ..] = SERVICES;
    let mut services = Vec::new();
    let mut owners = BTreeMap::new();
    for (name, text) in downstream {
        let schema = Schema::load(&[BASE, (name, text)])?;
        let methods: Vec<String> = schema.methods().iter().map(|method| method.name.clone()).collect();
        for method in &methods {
            if let Some(other) = owners.insert(method.clone(), name) {
                return Err(format!("{method} is a method of {other} and of {name}; its name must be its own").into());
            }
        }
        let subject = text.lines().next().and_then(|line| line.strip_prefix("// "));
        let subject = subject.ok_or_else(|| format!("{name}.thrift does not begin with a comment on the service"))?;
        services.push(Service { name, variant: camel(name), subject, methods });
    }
    let mut out = String::new();
    write_services(&mut out, &services)?;
    write_methods(&mut out, &services)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("downstream.rs"), out)?;
    Ok(())
}

fn write_services(out: &mut String, services: &[Service]) -> Outcome<()> {
    const DERIVES: &str = "#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]";
    writeln!(out, "/// A downstream service, named as its IDL file.\n{DERIVES}\npub enum Downstream {{")?;
    for Service { variant, subject, .. } in services {
        writeln!(out, "    /// {subject}\n    {variant},")?;
    }
    let variants = services.iter().map(|service| format!("Self::{}", service.variant)).collect::<Vec<_>>().join(", ");
    writeln!(out, "}}\n\nimpl Downstream {{\n    /// All services, in the order of their numbers.")?;
    writeln!(out, "    pub const ALL: [Self; {}] = [{variants}];\n", services.len())?;
    writeln!(out, "    /// The name of its IDL file, in settings, metrics and answers: `product_price`.")?;
    arms(out, "pub const fn name(self) -> &'static str", services, |service| format!("{:?}", service.name))?;
    writeln!(out, "    /// Its table for the guard.")?;
    arms(out, "pub const fn table(self) -> &'static Service", services, |service| {
        format!("services::{}", service.name.to_uppercase())
    })?;
    writeln!(out, "    /// Its methods, in the order of the IDL.")?;
    arms(out, "pub const fn methods(self) -> &'static [DownstreamMethod]", services, |service| {
        let methods: Vec<_> = service.methods.iter().map(|name| format!("DownstreamMethod::{name}")).collect();
        format!("&[{}]", methods.join(", "))
    })?;
    writeln!(out, "}}\n\n/// A method of a downstream service.\n{DERIVES}\npub enum DownstreamMethod {{")?;
    Ok(())
}

fn write_methods(out: &mut String, services: &[Service]) -> Outcome<()> {
    let named: Vec<(&Service, &String)> =
        services.iter().flat_map(|service| service.methods.iter().map(move |method| (service, method))).collect();
    for (service, method) in &named {
        writeln!(out, "    /// Of `{}`.\n    {method},", service.name)?;
    }
    let variants = named.iter().map(|(_, method)| format!("Self::{method}")).collect::<Vec<_>>().join(", ");
    writeln!(out, "}}\n\nimpl DownstreamMethod {{\n    /// All methods, by service.")?;
    writeln!(out, "    pub const ALL: [Self; {}] = [{variants}];\n", named.len())?;
    writeln!(out, "    /// Its name in the IDL: `MGetProductPrice`.\n    #[must_use]")?;
    writeln!(out, "    pub const fn name(self) -> &'static str {{\n        match self {{")?;
    for (_, method) in &named {
        writeln!(out, "            Self::{method} => {method:?},")?;
    }
    writeln!(out, "        }}\n    }}\n\n    /// The service that has it.\n    #[must_use]")?;
    writeln!(out, "    pub const fn service(self) -> Downstream {{\n        match self {{")?;
    for (service, method) in &named {
        writeln!(out, "            Self::{method} => Downstream::{},", service.variant)?;
    }
    writeln!(out, "        }}\n    }}\n}}")?;
    Ok(())
}

/// A method with an arm for each service.
fn arms(out: &mut String, head: &str, services: &[Service], value: impl Fn(&Service) -> String) -> Outcome<()> {
    writeln!(out, "    #[must_use]\n    {head} {{\n        match self {{")?;
    for service in services {
        writeln!(out, "            Self::{} => {},", service.variant, value(service))?;
    }
    writeln!(out, "        }}\n    }}\n")?;
    Ok(())
}

/// `product_price` as `ProductPrice`.
fn camel(snake: &str) -> String {
    snake
        .split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
        })
        .collect()
}
