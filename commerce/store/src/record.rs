//! Rows as structs: the fields in the column order of a statement, with the same names in a batch input.

/// Declares a row: a struct that is read from columns in this order and written as a row of a batch input. The kinds are
/// those of [`crate::Row`]: `int`, `maybe_int`, `text`, `maybe_text`.
macro_rules! record {
    (@type int) => { i64 };
    (@type maybe_int) => { Option<i64> };
    (@type text) => { String };
    (@type maybe_text) => { Option<String> };
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $crate::record::record!(@type $kind),)+
        }

        impl $crate::Record for $name {
            fn read(row: &$crate::Row) -> Result<Self, $crate::StoreError> {
                let mut columns = 0..;
                Ok(Self { $($field: row.$kind(columns.next().unwrap_or_default())?,)+ })
            }
        }
    };
}

pub(crate) use record;
