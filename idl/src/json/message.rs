//! Messages around the structs: a framed call out, and an answer or an exception back.

use super::{
    data::Data,
    decode::{self, DecodeError},
    path::Path,
    reader::{Reader, WireError},
};
use crate::schema::{Method, Schema};

/// Strict binary, version 1; the lowest byte is the kind of the message.
const VERSION: u32 = 0x8001_0000;
const CALL: u32 = 1;
const REPLY: u8 = 2;
const EXCEPTION: u8 = 3;
const STRUCT: u8 = 12;
/// The wire type of text in a field of an exception.
const TEXT: u8 = 11;
const I32: u8 = 8;

/// Faults of an answer message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// The envelope is broken.
    #[error("the answer is not a whole Thrift message")]
    Envelope(#[from] WireError),
    /// Not a strict binary reply.
    #[error("the answer is not a strict binary Thrift reply (it begins with {0:#010x})")]
    Version(u32),
    /// It answers another call.
    #[error("the answer has sequence number {found}, expected {due}")]
    Sequence {
        /// The number of the call.
        due: i32,
        /// The number in the answer.
        found: i32,
    },
    /// The framework on the other side failed.
    #[error("the server answered with a Thrift exception of type {kind}: {message}")]
    Exception {
        /// The number of the kind.
        kind: i32,
        /// Its text.
        message: String,
    },
    /// A reply without a result.
    #[error("the answer contains no result")]
    NoResult,
    /// The result does not follow the schema.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

/// A framed call of `method`, whose request is already encoded.
#[must_use]
pub fn call(method: &Method, request: &[u8], sequence: i32) -> Vec<u8> {
    let mut body = Vec::with_capacity(request.len() + method.name.len() + 20);
    body.extend((VERSION | CALL).to_be_bytes());
    body.extend(u32::try_from(method.name.len()).unwrap_or(u32::MAX).to_be_bytes());
    body.extend(method.name.as_bytes());
    body.extend(sequence.to_be_bytes());
    body.push(STRUCT);
    body.extend(method.argument.to_be_bytes());
    body.extend(request);
    body.push(0);
    let mut frame = u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes().to_vec();
    frame.extend(body);
    frame
}

/// Reads the envelope of a frame; the reader is then at the response struct.
///
/// # Errors
/// When it is not the reply to call `sequence`, or an exception.
pub fn open(frame: &[u8], sequence: i32) -> Result<Reader<'_>, MessageError> {
    let mut reader = Reader::new(frame);
    let [v1, v2, v3, kind] = reader.i32()?.to_be_bytes();
    let version = u32::from_be_bytes([v1, v2, v3, 0]);
    if version != VERSION || !(kind == REPLY || kind == EXCEPTION) {
        return Err(MessageError::Version(u32::from_be_bytes([v1, v2, v3, kind])));
    }
    reader.bytes()?;
    let found = reader.i32()?;
    if kind == EXCEPTION {
        return Err(exception(&mut reader)?);
    }
    if found != sequence {
        return Err(MessageError::Sequence { due: sequence, found });
    }
    match reader.field()? {
        Some((STRUCT, 0)) => Ok(reader),
        _ => Err(MessageError::NoResult),
    }
}

fn exception(reader: &mut Reader<'_>) -> Result<MessageError, WireError> {
    let (mut kind, mut message) = (0, String::new());
    while let Some((wire, id)) = reader.field()? {
        match (wire, id) {
            (TEXT, 1) => message = reader.text()?.to_owned(),
            (I32, 2) => kind = reader.i32()?,
            _ => reader.skip(wire)?,
        }
    }
    Ok(MessageError::Exception { kind, message })
}

/// The response in a frame.
///
/// # Errors
/// See [`MessageError`].
pub fn answer<'s>(schema: &'s Schema, method: &Method, frame: &[u8], sequence: i32) -> Result<Data<'s>, MessageError> {
    let mut reader = open(frame, sequence)?;
    let response = schema.structure(&method.response).ok_or(MessageError::NoResult)?;
    let answer = decode::structure(schema, response, &mut reader, &Path::Root)?;
    // The end of the result struct: without it the frame was cut.
    reader.byte()?;
    Ok(answer)
}

/// `BaseResp.StatusCode` of the response in a frame, found by skipping all other fields.
///
/// # Errors
/// See [`MessageError`].
pub fn status(frame: &[u8], sequence: i32) -> Result<i32, MessageError> {
    let mut reader = open(frame, sequence)?;
    while let Some((wire, id)) = reader.field()? {
        if (wire, id) == (STRUCT, 255) {
            while let Some((wire, id)) = reader.field()? {
                if (wire, id) == (I32, 2) {
                    return Ok(reader.i32()?);
                }
                reader.skip(wire)?;
            }
            return Err(MessageError::NoResult);
        }
        reader.skip(wire)?;
    }
    Err(MessageError::NoResult)
}
