//! `#[derive(Inputs)]`: makes a struct of inputs an input itself. Use it through `live_pack_engine::Inputs`.
//!
//! Written over bare token trees: only a struct's generics and fields have to be parsed, and a full parser of the language
//! would take longer to build than the engine.

mod parse;

use proc_macro::TokenStream;

use parse::{Fields, Struct};

/// Implements `live_pack_engine::Inputs` for a struct whose fields are inputs: it declares and takes them in field
/// order.
///
/// The struct has at most one lifetime, that of the context. With a type parameter it is an input in the scene that the
/// parameter names; without one, in every scene in which its fields are inputs.
#[proc_macro_derive(Inputs)]
pub fn derive_inputs(item: TokenStream) -> TokenStream {
    let code = match parse::parse(item) {
        Ok(parsed) => implementation(&parsed),
        Err(fault) => return fault.into_compile_error(),
    };
    code.parse().unwrap_or_else(|_| parse::Fault::here("derive(Inputs) cannot read this struct").into_compile_error())
}

fn implementation(parsed: &Struct) -> String {
    let Struct { name, lifetime, scene, fields } = parsed;
    let lifetime = lifetime.as_deref().unwrap_or("'__cx");
    let (scene, bounds) = scene.as_ref().map_or(("__S", ""), |(scene, bounds)| (scene.as_str(), bounds.as_str()));
    let bounds = if bounds.is_empty() { "::live_pack_engine::Scene" } else { bounds };
    let arguments: Vec<&str> =
        [parsed.lifetime.as_deref(), parsed.scene.as_ref().map(|_| scene)].into_iter().flatten().collect();
    let arguments = if arguments.is_empty() { String::new() } else { format!("<{}>", arguments.join(", ")) };
    let types: Vec<&str> = match fields {
        Fields::Named(fields) => fields.iter().map(|(_, ty)| ty.as_str()).collect(),
        Fields::Unnamed(types) => types.iter().map(String::as_str).collect(),
    };
    let input = format!("::live_pack_engine::Inputs<{lifetime}, {scene}>");
    let conditions: String = types.iter().map(|ty| format!("{ty}: {input},")).collect();
    let declare: String = types.iter().map(|ty| format!("<{ty} as {input}>::declare(__reads);")).collect();
    let taken = |ty: &str| format!("<{ty} as {input}>::take(__from)?");
    let value = match fields {
        Fields::Named(fields) => {
            let fields: String = fields.iter().map(|(name, ty)| format!("{name}: {},", taken(ty))).collect();
            format!("Self {{ {fields} }}")
        }
        Fields::Unnamed(types) => {
            let fields: String = types.iter().map(|ty| format!("{},", taken(ty))).collect();
            format!("Self({fields})")
        }
    };
    format!(
        "#[automatically_derived]
        impl<{lifetime}, {scene}: {bounds}> {input} for {name}{arguments} where {conditions} {{
            fn declare(__reads: &mut ::live_pack_engine::Reads) {{ {declare} }}
            fn take(__from: &mut ::live_pack_engine::Taker<{lifetime}, {scene}>) -> ::core::option::Option<Self> {{
                ::core::option::Option::Some({value})
            }}
        }}"
    )
}
