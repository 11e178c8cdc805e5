//! The walk asks for no memory.

use live_pack_idl::guard::check;

use super::{
    agreement::LIMITS,
    bytes::{named, with_header},
    services,
    values::{self, Dice},
};

#[test]
fn a_good_message_is_checked_without_an_allocation() {
    let services = services::all();
    for service in &services {
        for seed in 0..50 {
            let message = values::message(service, &mut Dice::new(seed));
            let headed = with_header(&named(&[(b"key", b"value")]), &message.bytes);
            let unframed = with_header(&[], &message.bytes[4..]);
            for bytes in [&message.bytes, &headed, &unframed] {
                let spent = allocation_counter::measure(|| {
                    check(service.table, message.side(), &LIMITS, bytes).unwrap();
                });
                assert_eq!(spent.count_total, 0, "{}", message.method.name);
            }
        }
    }
}
