//! Agreement of the guard and the decoders behind it: the decoders decode every accepted message, and the guard accepts
//! every encoded one.

use proptest::prelude::*;

use super::{
    services::{self, Service},
    targets::{self, damaged},
    values::Dice,
};

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_accepted_message_is_decoded(seed in any::<u64>(), which in 0..13_usize) {
        thread_local!(static SERVICES: Vec<Service> = services::all());
        SERVICES.with(|services| damaged(&services[which], &mut Dice::new(seed)));
    }

    #[test]
    fn every_encoded_message_is_accepted(choices in proptest::collection::vec(any::<u8>(), 0..100)) {
        thread_local!(static SERVICES: Vec<Service> = services::all());
        SERVICES.with(|services| targets::decoders(services, &choices));
    }
}

#[test]
fn damage_leaves_enough_valid_messages() {
    let services = services::all();
    let mut dice = Dice::new(1);
    let taken = (0..2_000).filter(|round| damaged(&services[round % services.len()], &mut dice)).count();
    assert!((100..1_900).contains(&taken), "{taken}");
}

#[test]
fn the_seeds_of_the_fuzzers_are_good() {
    let services = services::all();
    for (target, bytes) in targets::seeds(&services) {
        match target {
            "guard" => assert!(targets::guard(&services, &bytes), "{bytes:02x?}"),
            "ttheader" => assert!(targets::ttheader(&services, &bytes), "{bytes:02x?}"),
            _ => targets::decoders(&services, &bytes),
        }
    }
}
