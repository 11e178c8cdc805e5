//! Decodes binary to named data, by the schema.

use super::{
    data::Data,
    path::Path,
    reader::{Reader, WireError},
};
use crate::schema::{Presence, Schema, Struct, Type};

/// Faults of an answer, each with its path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The bytes are broken.
    #[error("{at} cannot be read")]
    Wire {
        /// The path of the value.
        at: String,
        /// The fault.
        source: WireError,
    },
    /// A field is of another type than the schema says.
    #[error("{at}: expected wire type {due}, found {found}")]
    Type {
        /// The path of the field.
        at: String,
        /// The type found.
        found: u8,
        /// The type of the schema.
        due: u8,
    },
    /// A mandatory field is absent.
    #[error("{at} is missing")]
    Missing {
        /// The path of the field.
        at: String,
    },
}

/// Decodes a struct. Unknown fields are skipped: the server may be newer.
///
/// # Errors
/// See [`DecodeError`].
pub fn structure<'s>(
    schema: &'s Schema,
    it: &'s Struct,
    reader: &mut Reader<'_>,
    path: &Path<'_>,
) -> Result<Data<'s>, DecodeError> {
    let wire = |source| DecodeError::Wire { at: path.text("the answer"), source };
    let mut found: Vec<Option<Data<'s>>> = vec![None; it.fields.len()];
    while let Some((wire_type, id)) = reader.field().map_err(wire)? {
        let known = it.fields.iter().zip(&mut found).find(|(field, _)| field.id == id);
        let Some((field, slot)) = known else {
            reader.skip(wire_type).map_err(wire)?;
            continue;
        };
        let at = Path::Field(path, &field.name);
        expect_type(wire_type, &field.ty, &at)?;
        *slot = Some(value(schema, &field.ty, reader, &at)?);
    }
    let mut fields = Vec::with_capacity(found.len());
    for (field, value) in it.fields.iter().zip(found) {
        match value {
            Some(value) => fields.push((field.name.as_str(), value)),
            None if field.presence == Presence::Mandatory => {
                return Err(DecodeError::Missing { at: Path::Field(path, &field.name).to_string() });
            }
            None => {}
        }
    }
    Ok(Data::Struct(fields))
}

fn expect_type(found: u8, ty: &Type, at: &Path<'_>) -> Result<(), DecodeError> {
    let due = ty.wire();
    if found == due { Ok(()) } else { Err(DecodeError::Type { at: at.text("the answer"), found, due }) }
}

fn value<'s>(
    schema: &'s Schema,
    ty: &'s Type,
    reader: &mut Reader<'_>,
    path: &Path<'_>,
) -> Result<Data<'s>, DecodeError> {
    let wire = |source| DecodeError::Wire { at: path.text("the answer"), source };
    Ok(match ty {
        Type::Bool => Data::Bool(reader.byte().map_err(wire)? != 0),
        Type::I8 => Data::Int(i8::from_be_bytes([reader.byte().map_err(wire)?]).into()),
        Type::I16 => Data::Int(reader.i16().map_err(wire)?.into()),
        Type::I32 => Data::Int(reader.i32().map_err(wire)?.into()),
        Type::I64 => Data::Int(reader.i64().map_err(wire)?),
        Type::Double => Data::Double(reader.double().map_err(wire)?),
        Type::Text => Data::Text(reader.text().map_err(wire)?.to_owned()),
        Type::Binary => Data::Binary(reader.bytes().map_err(wire)?.to_owned()),
        Type::Enum(name) => {
            let number = reader.i32().map_err(wire)?;
            Data::Enum(number, schema.enumeration(name).and_then(|it| it.value_name(number)))
        }
        Type::Struct(name) => match schema.structure(name) {
            Some(it) => structure(schema, it, reader, path)?,
            // Linking has shown that it exists; if not, it reads as a missing value.
            None => return Err(DecodeError::Missing { at: path.text("the answer") }),
        },
        Type::List(item) | Type::Set(item) => {
            let found = reader.byte().map_err(wire)?;
            let count = reader.count().map_err(wire)?;
            if count > 0 {
                expect_type(found, item, path)?;
            }
            let items = (0..count).map(|at| value(schema, item, reader, &Path::Item(path, at)));
            Data::List(items.collect::<Result<_, _>>()?)
        }
        Type::Map(key_type, value_type) => {
            let found = (reader.byte().map_err(wire)?, reader.byte().map_err(wire)?);
            let count = reader.count().map_err(wire)?;
            if count > 0 {
                expect_type(found.0, key_type, path)?;
                expect_type(found.1, value_type, path)?;
            }
            let entries = (0..count).map(|at| {
                let path = Path::Item(path, at);
                Ok((value(schema, key_type, reader, &path)?, value(schema, value_type, reader, &path)?))
            });
            Data::Map(entries.collect::<Result<_, DecodeError>>()?)
        }
    })
}
