//! The guard and the decoders that it stands before: what it takes they decode, what they write it takes.

use std::panic::{AssertUnwindSafe, catch_unwind};

use live_pack_idl::guard::{Limits, check};
use proptest::prelude::*;

use super::{
    services::{self, Service},
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

/// One random message, damaged: whether the guard took it, after making sure that it was right to.
pub(crate) fn damaged(service: &Service, dice: &mut Dice) -> bool {
    let mut message = values::message(service, dice);
    values::damage(&mut message.bytes, dice);
    let taken = check(service.table, message.side(), &LIMITS, &message.bytes).is_ok();
    if taken && let Err(error) = stock(service, &message) {
        panic!("{}: {error}: {:02x?}", message.method.name, message.bytes);
    }
    taken
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_the_guard_takes_is_decoded(seed in any::<u64>(), which in 0..13_usize) {
        thread_local!(static SERVICES: Vec<Service> = services::all());
        SERVICES.with(|services| damaged(&services[which], &mut Dice::new(seed)));
    }

    #[test]
    fn what_is_encoded_the_guard_takes(seed in any::<u64>(), which in 0..13_usize) {
        thread_local!(static SERVICES: Vec<Service> = services::all());
        SERVICES.with(|services| {
            let service = &services[which];
            let mut message = values::message(service, &mut Dice::new(seed));
            check(service.table, message.side(), &LIMITS, &message.bytes).unwrap();
            message.bytes = stock(service, &message).unwrap();
            check(service.table, message.side(), &LIMITS, &message.bytes).unwrap();
        });
    }
}

#[test]
fn damage_leaves_enough_messages_whole_to_mean_something() {
    let services = services::all();
    let mut dice = Dice::new(1);
    let taken = (0..2_000).filter(|round| damaged(&services[round % services.len()], &mut dice)).count();
    assert!((100..1_900).contains(&taken), "{taken}");
}
