//! The answer of a downstream method according to the IDL, and its field with the values of a batch by key.

use std::{collections::BTreeMap, sync::LazyLock};

use live_pack_idl::{
    DownstreamMethod,
    schema::{Field, SERVICES, Schema, Struct, Type},
};

/// The IDL of each service by name. Parsed at the first mock answer or recording, never in a process without either.
static SCHEMAS: LazyLock<BTreeMap<&'static str, Schema>> = LazyLock::new(|| {
    let parsed = SERVICES.into_iter().map(|(name, _)| (name, Schema::service(name)));
    parsed.filter_map(|(name, schema)| Some((name, schema?.ok()?))).collect()
});

/// Name of the field with the keys that failed.
const FAILED: &str = "failed";

/// The struct of an answer, with its schema.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AnswerForm {
    pub(crate) schema: &'static Schema,
    pub(crate) structure: &'static Struct,
}

impl AnswerForm {
    /// `None` only if the embedded IDL could not be read, which a test excludes.
    pub(crate) fn of(method: DownstreamMethod) -> Option<Self> {
        let schema = SCHEMAS.get(method.service().name())?;
        let structure = schema.structure(&schema.method(method.name())?.response)?;
        Some(Self { schema, structure })
    }

    /// The map from key to value of a batch, and the type of its values.
    pub(crate) fn by_key(&self) -> Option<(&'static Field, &'static Type)> {
        self.structure.fields.iter().find_map(|field| match &field.ty {
            Type::Map(key, value) if **key == Type::I64 => Some((field, &**value)),
            _ => None,
        })
    }

    /// The list of keys that failed.
    pub(crate) fn failed(&self) -> Option<&'static Field> {
        self.structure.field(FAILED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_has_a_form_and_every_batch_one_field_by_key() {
        for method in DownstreamMethod::ALL {
            let form = AnswerForm::of(method);
            assert!(form.is_some(), "{method}");
            let maps = form.into_iter().flat_map(|form| &form.structure.fields);
            let maps = maps.filter(|field| matches!(field.ty, Type::Map(..))).count();
            let others = ["GetClaimState", "RenderProductPromotions"];
            let is_batch = method.name().starts_with('M') || others.contains(&method.name());
            assert_eq!(maps, usize::from(is_batch), "{method}");
        }
    }
}
