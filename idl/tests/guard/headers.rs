//! Random TTHeaders, and a simple parser of them.

use live_pack_idl::guard::{ALLOWED, HeaderKey, Reader};

use super::values::Dice;

/// A key and its value; tokens have no key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Entry {
    Text(Vec<u8>, Vec<u8>),
    Number(u16, Vec<u8>),
    Token(Vec<u8>),
}

impl Entry {
    /// Whether the table keeps it.
    pub(crate) fn gets_through(&self, reader: Reader) -> bool {
        ALLOWED.iter().filter(|allowed| allowed.readers.contains(&reader)).any(|allowed| match (allowed.key, self) {
            (HeaderKey::Text(name), Self::Text(key, _)) => name.as_bytes() == key,
            (HeaderKey::Number(number), Self::Number(key, _)) => number == *key,
            _ => false,
        })
    }
}

/// Text keys; some readers know some of them.
pub(crate) const KEYS: [&str; 20] = [
    "rip",
    "crrst",
    "biz-status",
    "biz-message",
    "biz-extra",
    "isn",
    "gdpr-token",
    "RPC_TRANSIT_LP_ROUTE_GROUP",
    "RPC_TRANSIT_LP_LANE",
    "RPC_TRANSIT_LP_LOG_ID",
    "RPC_TRANSIT_traceparent",
    "RPC_TRANSIT_tracestate",
    "RPC_TRANSIT_X",
    "RPC_PERSIST_LP_ROUTE_GROUP",
    "RPC_PERSIST_RetryReq",
    "RPC_PERSIST_X",
    "RPC_BACKWARD_X",
    "LP_ROUTE_GROUP",
    "",
    "ключ",
];

const VALUES: [&str; 8] =
    ["", "1", "0", "250", "-7", "SEA", "10.0.0.1:80", "a value that is long enough to move things"];

/// Blocks of a valid header: at most 32 keys.
pub(crate) fn blocks(dice: &mut Dice) -> Vec<u8> {
    let mut out = Vec::new();
    for _ in 0..dice.below(6) {
        let count = dice.below(7);
        let kind = [0_u8, 1, 1, 0x10, 0x10, 0x11][dice.below(6)];
        out.push(kind);
        match kind {
            0 => out.extend(vec![0; count]),
            0x11 => text(&mut out, VALUES[dice.below(8)]),
            _ => {
                short(&mut out, count);
                for _ in 0..count {
                    if kind == 1 {
                        text(&mut out, KEYS[dice.below(KEYS.len())]);
                    } else {
                        short(&mut out, dice.below(24));
                    }
                    text(&mut out, VALUES[dice.below(8)]);
                }
            }
        }
    }
    out
}

fn short(out: &mut Vec<u8>, number: usize) {
    out.extend(u16::try_from(number).unwrap().to_be_bytes());
}

fn text(out: &mut Vec<u8>, text: &str) {
    short(out, text.len());
    out.extend(text.as_bytes());
}

/// The entries of a message with a valid header. Panics for an invalid one.
pub(crate) fn entries(message: &[u8]) -> Vec<Entry> {
    let size = usize::from(u16::from_be_bytes([message[12], message[13]]));
    let mut rest = &message[16..14 + 4 * size];
    let mut found = Vec::new();
    while let Some((block, after)) = rest.split_first() {
        rest = after;
        match block {
            0 => {}
            0x11 => found.push(Entry::Token(take_text(&mut rest))),
            _ => {
                for _ in 0..take_short(&mut rest) {
                    found.push(if *block == 1 {
                        Entry::Text(take_text(&mut rest), take_text(&mut rest))
                    } else {
                        Entry::Number(take_short(&mut rest), take_text(&mut rest))
                    });
                }
            }
        }
    }
    found
}

fn take_short(rest: &mut &[u8]) -> u16 {
    let (number, after) = rest.split_first_chunk().unwrap();
    *rest = after;
    u16::from_be_bytes(*number)
}

fn take_text(rest: &mut &[u8]) -> Vec<u8> {
    let length = take_short(rest).into();
    let (text, after) = rest.split_at(length);
    *rest = after;
    text.to_vec()
}
