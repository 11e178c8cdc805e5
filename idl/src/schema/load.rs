//! The embedded IDL files, and the way from their text to a [`Schema`].

use std::collections::BTreeMap;

use super::{
    definition::{Enum, Literal, Schema, SchemaError, Type},
    parser,
};

/// The name and the IDL text of the shared definitions.
pub const BASE: (&str, &str) = ("base", include_str!("../../base.thrift"));

/// The name and the IDL text of each service: Live Pack, then the downstream services from D1 to D12. The name is that of the
/// file and of the generated module.
pub const SERVICES: [(&str, &str); 13] = [
    ("live_pack", include_str!("../../live_pack.thrift")),
    ("product_relation", include_str!("../../downstream/product_relation.thrift")),
    ("product_model", include_str!("../../downstream/product_model.thrift")),
    ("product_detail", include_str!("../../downstream/product_detail.thrift")),
    ("product_price", include_str!("../../downstream/product_price.thrift")),
    ("promotion_renderer", include_str!("../../downstream/promotion_renderer.thrift")),
    ("promotion_delivery", include_str!("../../downstream/promotion_delivery.thrift")),
    ("auction", include_str!("../../downstream/auction.thrift")),
    ("cart", include_str!("../../downstream/cart.thrift")),
    ("trade_chain", include_str!("../../downstream/trade_chain.thrift")),
    ("live_creator", include_str!("../../downstream/live_creator.thrift")),
    ("live_data", include_str!("../../downstream/live_data.thrift")),
    ("seller_core", include_str!("../../downstream/seller_core.thrift")),
];

impl Schema {
    /// The public interface of this binary.
    ///
    /// # Errors
    /// The embedded IDL is malformed, which a test rules out.
    pub fn embedded() -> Result<Self, SchemaError> {
        let [ours, ..] = SERVICES;
        Self::load(&[BASE, ours])
    }

    /// The interface of one of [`SERVICES`], by its name in any case; `None`: there is no such service.
    ///
    /// # Errors
    /// Those of [`Schema::embedded`].
    pub fn service(name: &str) -> Option<Result<Self, SchemaError>> {
        let found = SERVICES.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(Self::load(&[BASE, found]))
    }

    /// Reads IDL texts, each with a name for errors.
    ///
    /// # Errors
    /// See [`SchemaError`].
    pub fn load(texts: &[(&str, &str)]) -> Result<Self, SchemaError> {
        let mut schema = Self::default();
        for (file, text) in texts {
            for definition in parser::parse(file, text)? {
                schema.add(definition)?;
            }
        }
        schema.link()?;
        Ok(schema)
    }

    fn add(&mut self, definition: parser::Definition) -> Result<(), SchemaError> {
        let name = match &definition {
            parser::Definition::Struct(it) => it.name.clone(),
            parser::Definition::Enum(it) => it.name.clone(),
            parser::Definition::Method(it) => it.name.clone(),
        };
        if self.structs.contains_key(&name) || self.enums.contains_key(&name) {
            return Err(SchemaError::Twice(name));
        }
        match definition {
            parser::Definition::Struct(it) => drop(self.structs.insert(name, it)),
            parser::Definition::Enum(it) => drop(self.enums.insert(name, it)),
            parser::Definition::Method(it) => self.methods.push(it),
        }
        Ok(())
    }

    /// Distinguishes names of enums from names of structs, now that all are known.
    fn link(&mut self) -> Result<(), SchemaError> {
        let known: Vec<_> = self.structs.keys().cloned().collect();
        for it in self.structs.values_mut() {
            for field in &mut it.fields {
                let user = format!("{}.{}", it.name, field.name);
                link_type(&mut field.ty, &user, &known, &self.enums)?;
                if let Some(found) = field.default.clone().filter(|default| !fits(default, &field.ty, &self.enums)) {
                    return Err(SchemaError::Default { user, found });
                }
            }
        }
        for method in &self.methods {
            for name in [&method.request, &method.response] {
                if !self.structs.contains_key(name) {
                    return Err(SchemaError::Undefined { user: method.name.clone(), name: name.clone() });
                }
            }
        }
        Ok(())
    }
}

fn link_type(ty: &mut Type, user: &str, structs: &[String], enums: &BTreeMap<String, Enum>) -> Result<(), SchemaError> {
    match ty {
        Type::Struct(name) if enums.contains_key(name) => *ty = Type::Enum(std::mem::take(name)),
        Type::Struct(name) if !structs.contains(name) => {
            return Err(SchemaError::Undefined { user: user.to_owned(), name: name.clone() });
        }
        Type::List(item) | Type::Set(item) => link_type(item, user, structs, enums)?,
        Type::Map(key, value) => {
            link_type(key, user, structs, enums)?;
            link_type(value, user, structs, enums)?;
        }
        _ => {}
    }
    Ok(())
}

/// Whether a default is a value of the type.
fn fits(default: &Literal, ty: &Type, enums: &BTreeMap<String, Enum>) -> bool {
    match (default, ty) {
        (Literal::Number(number), Type::Double) => number.parse::<f64>().is_ok(),
        (Literal::Number(number), Type::I8 | Type::I16 | Type::I32 | Type::I64) => number.parse::<i64>().is_ok(),
        (Literal::Text(_), Type::Text | Type::Binary) | (Literal::List, Type::List(_) | Type::Set(_)) => true,
        (Literal::Map, Type::Map(..)) => true,
        (Literal::Word(word), Type::Bool) => word == "true" || word == "false",
        (Literal::Word(word), Type::Enum(name)) => word
            .rsplit_once('.')
            .is_some_and(|(of, value)| of == name && enums.get(name).is_some_and(|it| it.number(value).is_some())),
        _ => false,
    }
}
