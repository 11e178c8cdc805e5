//! The walk and the cut allocate nothing.

use live_pack_idl::guard::{check, cut_header};

use super::{
    bytes::{named, with_header},
    headers, services,
    targets::LIMITS,
    values::{self, Dice},
};

#[test]
fn a_good_message_is_checked_and_cut_without_an_allocation() {
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
            let mut headed = with_header(&headers::blocks(&mut Dice::new(seed)), &message.bytes);
            let spent = allocation_counter::measure(|| cut_header(service.table, message.side(), &mut headed));
            assert_eq!(spent.count_total, 0, "{}: {headed:02x?}", message.method.name);
        }
    }
}
