//! Writes the IDL as static Rust data: the fields of each message, and their size in memory.
//!
//! Sizes in memory are exact: the data contain `size_of` the generated type, which the compiler evaluates.

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

use crate::schema::{
    definition::{Presence, Schema, Struct, Type},
    load::{BASE, SERVICES},
};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Maximum number of fields of a struct: the fields seen so far are the bits of a `u64`.
const MOST_FIELDS: usize = 64;

/// The struct whose type is written by hand, and the generated type of its fields.
const CARD: &str = "ProductCard";
const CARD_FIELDS: &str = "crate::live_pack::CardFields";

/// Writes `guard_table.rs` to the output folder.
pub(crate) fn write() -> Outcome<()> {
    for path in ["base.thrift", "live_pack.thrift", "downstream"] {
        println!("cargo::rerun-if-changed={path}");
    }
    let mut out = String::new();
    let base = Schema::load(&[BASE])?;
    module(&mut out, BASE.0, &base, None)?;
    for service in SERVICES {
        module(&mut out, service.0, &Schema::load(&[BASE, service])?, Some(&base))?;
    }
    let statics = SERVICES.map(|(name, _)| name);
    for name in statics {
        let upper = name.to_uppercase();
        writeln!(out, "/// The table of `{name}`.\npub static {upper}: &Service = &{name}::SERVICE;")?;
    }
    let all = statics.map(str::to_uppercase).join(", ");
    writeln!(out, "/// All tables, ours first.\npub static ALL: [&Service; {}] = [{all}];", statics.len())?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("guard_table.rs"), out)?;
    Ok(())
}

/// One module of statics. `base` holds shared definitions.
fn module(out: &mut String, name: &str, schema: &Schema, base: Option<&Schema>) -> Outcome<()> {
    let writer = Writer { schema, base, name };
    writeln!(out, "#[allow(non_upper_case_globals)]\npub(super) mod {name} {{\n    use super::super::table::*;")?;
    for it in schema.structures().filter(|it| !writer.is_base(&it.name)) {
        writer.structure(out, it)?;
    }
    if base.is_some() {
        writeln!(out, "    pub(in super::super) static SERVICE: Service = Service {{ name: {name:?}, methods: &[")?;
        let mut methods: Vec<_> = schema.methods().iter().collect();
        methods.sort_by(|one, other| one.name.cmp(&other.name));
        for method in methods {
            let envelope = |id: i16, of: &str| {
                let field = format!("Field {{ id: {id}, name: {of:?}, ty: Type::Struct({}) }}", writer.reference(of));
                format!("Struct {{ name: {:?}, fields: &[{field}], mandatory: 1 }}", method.name)
            };
            let (arguments, result) = (envelope(method.argument, &method.request), envelope(0, &method.response));
            writeln!(out, "        Method {{ name: {:?}, arguments: {arguments}, result: {result} }},", method.name)?;
        }
        writeln!(out, "    ] }};")?;
    }
    writeln!(out, "}}")?;
    Ok(())
}

struct Writer<'a> {
    schema: &'a Schema,
    base: Option<&'a Schema>,
    name: &'a str,
}

impl Writer<'_> {
    fn is_base(&self, of: &str) -> bool {
        self.base.is_some_and(|base| base.structure(of).is_some())
    }

    /// The static of a struct.
    fn reference(&self, of: &str) -> String {
        if self.is_base(of) { format!("&super::{}::{of}", BASE.0) } else { format!("&{of}") }
    }

    /// The generated type of a struct.
    fn rust_type(&self, of: &str) -> String {
        format!("crate::{}::{of}", if self.is_base(of) { BASE.0 } else { self.name })
    }

    fn find(&self, of: &str) -> Outcome<&Struct> {
        self.schema.structure(of).ok_or_else(|| format!("{of} is not defined").into())
    }

    fn structure(&self, out: &mut String, it: &Struct) -> Outcome<()> {
        if it.fields.len() > MOST_FIELDS {
            return Err(format!("{} has more than {MOST_FIELDS} fields", it.name).into());
        }
        let mut fields: Vec<_> = it.fields.iter().collect();
        fields.sort_by_key(|field| field.id);
        let mut mandatory = 0_u64;
        let mut list = String::new();
        for (index, field) in fields.iter().enumerate() {
            mandatory |= u64::from(field.presence == Presence::Mandatory) << index;
            write!(list, "Field {{ id: {}, name: {:?}, ty: {} }}, ", field.id, field.name, self.ty(&field.ty)?)?;
        }
        writeln!(
            out,
            "    pub(super) static {0}: Struct = Struct {{ name: {0:?}, fields: &[{list}], mandatory: {mandatory:#b} }};",
            it.name,
        )?;
        Ok(())
    }

    fn ty(&self, ty: &Type) -> Outcome<String> {
        Ok(match ty {
            Type::Bool => "Type::Bool".to_owned(),
            Type::I8 => "Type::I8".to_owned(),
            Type::I16 => "Type::I16".to_owned(),
            Type::I32 | Type::Enum(_) => "Type::I32".to_owned(),
            Type::I64 => "Type::I64".to_owned(),
            Type::Double => "Type::Double".to_owned(),
            Type::Text => "Type::Text".to_owned(),
            Type::Binary => "Type::Binary".to_owned(),
            Type::Struct(name) => format!("Type::Struct({})", self.reference(name)),
            Type::List(item) => format!("Type::List(&{})", self.element(item)?),
            Type::Set(item) => format!("Type::Set(&{})", self.element(item)?),
            Type::Map(key, value) => format!("Type::Map(&({}, {}))", self.element(key)?, self.element(value)?),
        })
    }

    fn element(&self, ty: &Type) -> Outcome<String> {
        let (written, smallest) = (self.ty(ty)?, self.smallest(ty)?);
        Ok(format!("Element {{ ty: {written}, smallest: {smallest}, size: {} }}", self.size(ty)))
    }

    /// Minimum number of bytes of a value.
    fn smallest(&self, ty: &Type) -> Outcome<usize> {
        Ok(match ty {
            Type::Bool | Type::I8 => 1,
            Type::I16 => 2,
            Type::I32 | Type::Enum(_) | Type::Text | Type::Binary => 4,
            Type::I64 | Type::Double => 8,
            Type::List(_) | Type::Set(_) => 5,
            Type::Map(..) => 6,
            Type::Struct(name) => self.smallest_struct(name)?,
        })
    }

    /// Its mandatory fields, each with type and number, and the stop. A struct that must hold itself has no end, but could
    /// not be generated either.
    fn smallest_struct(&self, name: &str) -> Outcome<usize> {
        let fields = self.find(name)?.fields.iter().filter(|field| field.presence == Presence::Mandatory);
        fields.map(|field| Ok(3 + self.smallest(&field.ty)?)).sum::<Outcome<usize>>().map(|sum| sum + 1)
    }

    /// The expression for the size of a value in a Rust container.
    fn size(&self, ty: &Type) -> String {
        match ty {
            Type::Bool | Type::I8 => "1".to_owned(),
            Type::I16 => "2".to_owned(),
            Type::I32 | Type::Enum(_) => "4".to_owned(),
            Type::I64 | Type::Double => "8".to_owned(),
            Type::Text | Type::Binary => "size_of::<pilota::FastStr>()".to_owned(),
            Type::List(_) | Type::Set(_) | Type::Map(..) => "size_of::<pilota::AHashMap<u8, u8>>()".to_owned(),
            Type::Struct(name) => {
                let fields = format!(" + size_of::<{CARD_FIELDS}>()").repeat(self.cards(name));
                format!("size_of::<{}>(){fields}", self.rust_type(name))
            }
        }
    }

    /// Number of product cards that a struct holds outside containers. Their fields lie in memory of their own.
    fn cards(&self, name: &str) -> usize {
        let fields = self.schema.structure(name).into_iter().flat_map(|it| &it.fields);
        let inside = fields.filter_map(|field| if let Type::Struct(inner) = &field.ty { Some(inner) } else { None });
        usize::from(name == CARD) + inside.map(|inner| self.cards(inner)).sum::<usize>()
    }
}
