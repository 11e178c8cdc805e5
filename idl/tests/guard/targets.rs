//! Properties that must hold for any bytes; the fuzzers and the random loops call them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use live_pack_idl::guard::{Limits, Reader, check, cut_header};

use super::{
    bytes, headers,
    services::Service,
    values::{self, Dice, Message},
};

pub(crate) const LIMITS: Limits = Limits::of_message(1 << 20);

/// Decodes with what volo generates, and encodes again.
pub(crate) fn stock(service: &Service, message: &Message<'_>) -> Result<Vec<u8>, String> {
    let decode = if message.is_call { service.request } else { service.response };
    catch_unwind(AssertUnwindSafe(|| decode(message.bytes.clone())))
        .map_err(|_| "it panicked".to_owned())?
        .map_err(|error| error.to_string())
}

/// Cuts and decodes a message if the guard accepts it. Returns whether it does, after checking that this is right.
pub(crate) fn taken(service: &Service, message: &mut Message<'_>) -> bool {
    if check(service.table, message.side(), &LIMITS, &message.bytes).is_err() {
        return false;
    }
    cut_header(service.table, message.side(), &mut message.bytes);
    if let Err(error) = stock(service, message) {
        panic!("{}: {error}: {:02x?}", message.method.name, message.bytes);
    }
    true
}

/// Any bytes as a message, the length put in front: the first two choose service, side and method.
pub(crate) fn guard(services: &[Service], bytes: &[u8]) -> bool {
    let Some(([which, method], bytes)) = bytes.split_first_chunk() else { return false };
    let service = &services[usize::from(*which) / 2 % services.len()];
    let methods = service.schema.methods();
    let method = &methods[usize::from(*method) % methods.len()];
    taken(service, &mut Message { method, is_call: which % 2 == 0, bytes: bytes::framed(bytes) })
}

/// Any bytes as a TTHeader before a good message, which the first byte chooses.
pub(crate) fn ttheader(services: &[Service], bytes: &[u8]) -> bool {
    let Some((which, header)) = bytes.split_first() else { return false };
    let service = &services[usize::from(*which) % services.len()];
    let mut message = values::message(service, &mut Dice::new((*which).into()));
    let mut header = header.to_vec();
    header.truncate(4 * usize::from(u16::MAX) - 4);
    header.resize(header.len().next_multiple_of(4), 0);
    message.bytes = bytes::header_of(header.len() / 4, &header, &message.bytes);
    if check(service.table, message.side(), &LIMITS, &message.bytes).is_err() {
        return false;
    }
    let reader = Reader::of(service.table, message.side());
    let before = headers::entries(&message.bytes);
    let taken = taken(service, &mut message);
    check(service.table, message.side(), &LIMITS, &message.bytes).unwrap();
    let allowed: Vec<_> = before.into_iter().filter(|entry| entry.gets_through(reader)).collect();
    assert_eq!(headers::entries(&message.bytes), allowed, "{reader:?}");
    taken
}

/// Any bytes as choices: a message that follows the IDL is taken, decoded, encoded and taken again.
pub(crate) fn decoders(services: &[Service], bytes: &[u8]) {
    let mut dice = Dice::of(bytes);
    let service = &services[dice.below(services.len())];
    let mut message = values::message(service, &mut dice);
    check(service.table, message.side(), &LIMITS, &message.bytes).unwrap();
    message.bytes = stock(service, &message).unwrap();
    check(service.table, message.side(), &LIMITS, &message.bytes).unwrap();
    // and damaged it does no harm
    damage(service, &mut message, &mut dice);
}

/// Damages a message. Returns whether the guard still accepts it.
fn damage(service: &Service, message: &mut Message<'_>, dice: &mut Dice) -> bool {
    values::damage(&mut message.bytes, dice);
    taken(service, message)
}

/// One random, damaged message. Returns whether the guard accepted it, after checking that this was right.
pub(crate) fn damaged(service: &Service, dice: &mut Dice) -> bool {
    let mut message = values::message(service, dice);
    damage(service, &mut message, dice)
}

/// Seeds for [`guard`], [`ttheader`] and [`decoders`]: good messages of every service and every header key.
pub(crate) fn seeds(services: &[Service]) -> Vec<(&'static str, Vec<u8>)> {
    let mut seeds = Vec::new();
    for (which, service) in services.iter().enumerate() {
        for seed in 0..4 {
            let message = values::message(service, &mut Dice::new(seed));
            let method = service.schema.methods().iter().position(|method| method.name == message.method.name).unwrap();
            let first =
                [u8::try_from(2 * which + usize::from(!message.is_call)).unwrap(), u8::try_from(method).unwrap()];
            let blocks = headers::blocks(&mut Dice::new(seed));
            seeds.push(("guard", [&first[..], &message.bytes[4..]].concat()));
            seeds.push(("guard", [&first[..], &bytes::with_header(&blocks, &message.bytes)[4..]].concat()));
            seeds.push(("ttheader", [&[first[0], 0, 0][..], &blocks].concat()));
            let choices = (0..64).scan(Dice::new(seed), |dice, _| Some(dice.next().to_be_bytes()[0])).collect();
            seeds.push(("decoders", choices));
        }
    }
    seeds
}
