//! Random messages that follow the IDL, and random damage to them. Everything is derived from one seed.

use live_pack_idl::{
    guard::Side,
    schema::{Method, Presence, Schema, Type},
};

use super::{bytes, services::Service};

/// xorshift64*: good enough for choices, and the same everywhere. Choices can also be given; they come first.
#[derive(Clone)]
pub(crate) struct Dice {
    state: u64,
    /// Given choices, the last one first.
    given: Vec<u8>,
}

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, given: Vec::new() }
    }

    /// Each choice is made by a byte, as long as there are some.
    pub(crate) fn of(choices: &[u8]) -> Self {
        Self { given: choices.iter().rev().copied().collect(), ..Self::new(1) }
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Below `end`, which is above 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        match self.given.pop() {
            Some(choice) if end <= 256 => usize::from(choice) % end,
            _ => usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap(),
        }
    }
}

/// A message and its properties.
pub(crate) struct Message<'s> {
    pub(crate) method: &'s Method,
    pub(crate) is_call: bool,
    pub(crate) bytes: Vec<u8>,
}

impl<'s> Message<'s> {
    pub(crate) fn side(&self) -> Side<'s> {
        if self.is_call { Side::Server } else { Side::Client(&self.method.name) }
    }
}

/// A framed call or reply of a random method.
pub(crate) fn message<'s>(service: &'s Service, dice: &mut Dice) -> Message<'s> {
    let method = &service.schema.methods()[dice.below(service.schema.methods().len())];
    let is_call = dice.below(2) == 0;
    let mut body = Vec::new();
    structure(&service.schema, if is_call { &method.request } else { &method.response }, dice, 0, &mut body);
    let message = if is_call { bytes::call(&method.name, &body) } else { bytes::reply(&method.name, 1, &body) };
    Message { method, is_call, bytes: bytes::framed(&message) }
}

/// A struct with its mandatory fields, most of the others, and sometimes an unknown one.
fn structure(schema: &Schema, name: &str, dice: &mut Dice, depth: usize, out: &mut Vec<u8>) {
    for field in &schema.structure(name).unwrap().fields {
        if field.presence != Presence::Mandatory && (depth > 5 || dice.below(3) == 0) {
            continue;
        }
        out.push(field.ty.wire());
        out.extend(field.id.to_be_bytes());
        value(schema, &field.ty, dice, depth + 1, out);
    }
    if dice.below(8) == 0 {
        out.extend([11, 0x7f, 0, 0, 0, 0, 2, 0xff, 0xfe]);
    }
    out.push(0);
}

fn value(schema: &Schema, ty: &Type, dice: &mut Dice, depth: usize, out: &mut Vec<u8>) {
    let count = |dice: &mut Dice| dice.below(if depth > 3 { 2 } else { 4 });
    let number = |count: usize| u32::try_from(count).unwrap().to_be_bytes();
    match ty {
        Type::Bool => out.push(u8::from(dice.below(2) == 0)),
        Type::I8 => out.push(7),
        Type::I16 => out.extend([1, 2]),
        Type::I32 | Type::Enum(_) => out.extend(&dice.next().to_be_bytes()[..4]),
        Type::I64 => out.extend(dice.next().to_be_bytes()),
        // A NaN is not equal to itself, which would make comparisons harder.
        Type::Double => out.extend(f64::from(u32::try_from(dice.below(1000)).unwrap()).to_be_bytes()),
        Type::Text | Type::Binary => {
            let text = ["", "a", "USD", "ein Wort", "값", "a longer text that is not kept inline by anybody, I think"];
            let text = text[dice.below(text.len())];
            out.extend(number(text.len()));
            out.extend(text.as_bytes());
        }
        Type::Struct(name) => structure(schema, name, dice, depth, out),
        Type::List(item) | Type::Set(item) => {
            let count = count(dice);
            out.push(item.wire());
            out.extend(number(count));
            (0..count).for_each(|_| value(schema, item, dice, depth, out));
        }
        Type::Map(key, item) => {
            let count = count(dice);
            out.extend([key.wire(), item.wire()]);
            out.extend(number(count));
            for _ in 0..count {
                value(schema, key, dice, depth, out);
                value(schema, item, dice, depth, out);
            }
        }
    }
}

/// Damages a framed message in one to four places; the length prefix is usually corrected afterwards.
pub(crate) fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..=dice.below(4) {
        if bytes.len() < 5 {
            return;
        }
        let at = 4 + dice.below(bytes.len() - 4);
        match dice.below(8) {
            0 => bytes[at] ^= 1 << dice.below(8),
            1 => bytes[at] = [0, 1, 2, 3, 8, 10, 11, 12, 13, 14, 15, 0x7f, 0x80, 0xff][dice.below(14)],
            2 => bytes.truncate(at),
            3 => drop(bytes.remove(at)),
            4 => bytes.insert(at, bytes[4 + dice.below(bytes.len() - 4)]),
            5 => {
                let number = [0, 1, 5, 0x100, 0xffff, 0x10_0000, i32::MAX, -1, i32::MIN][dice.below(9)];
                let end = bytes.len().min(at + 4);
                bytes[at..end].copy_from_slice(&number.to_be_bytes()[..end - at]);
            }
            6 => {
                let part = bytes[at..bytes.len().min(at + 1 + dice.below(40))].to_vec();
                let to = 4 + dice.below(bytes.len() - 4);
                bytes.splice(to..to, part);
            }
            _ => drop(bytes.drain(at..bytes.len().min(at + 1 + dice.below(20)))),
        }
    }
    if dice.below(16) > 0 && bytes.len() >= 4 {
        let length = u32::try_from(bytes.len() - 4).unwrap();
        bytes[..4].copy_from_slice(&length.to_be_bytes());
    }
}
