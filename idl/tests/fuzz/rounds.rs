//! The messages of the loop and their targets: the checks and decoders of all services, and volo's own loop on a
//! connection.

use std::{
    array,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use live_pack_idl::guard::{Guard, Kind, Observer, Pool, Refusal, services as tables};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    runtime::Runtime,
};

use super::{
    bytes, connection, corpus, headers,
    services::{self, Service},
    targets::{self, LIMITS},
    values::{self, Dice, Message},
};

/// Bytes that all connections may hold together: enough for all but the largest messages.
const POOL: usize = 24 * 1024;

/// Number of refusals by kind.
struct Counts([AtomicU64; Kind::ALL.len()]);

impl Observer for Counts {
    fn refused(&self, refusal: &Refusal) {
        let position = Kind::ALL.iter().position(|kind| *kind == refusal.kind).unwrap();
        self.0[position].fetch_add(1, Ordering::Relaxed);
    }
}

/// The state kept between messages.
pub(crate) struct Rounds {
    services: Vec<Service>,
    corpus: Vec<corpus::Hostile>,
    dice: Dice,
    runtime: Runtime,
    guard: Guard,
    pool: Pool,
    refused: Arc<Counts>,
    /// Number of messages made.
    pub(crate) messages: usize,
    /// Number of messages sent over a connection.
    pub(crate) sent: usize,
}

impl Rounds {
    pub(crate) fn new(seed: u64) -> Self {
        let refused = Arc::new(Counts(array::from_fn(|_| AtomicU64::new(0))));
        let pool = Pool::new(POOL);
        Self {
            services: services::all(),
            corpus: corpus::requests(),
            dice: Dice::new(seed),
            runtime: tokio::runtime::Builder::new_current_thread().build().unwrap(),
            guard: Guard::server(tables::LIVE_PACK, LIMITS, refused.clone()).with_pool(pool.clone()),
            pool,
            refused,
            messages: 0,
            sent: 0,
        }
    }

    pub(crate) fn run(&mut self, messages: usize) {
        for _ in 0..messages {
            self.messages += 1;
            match self.dice.below(8) {
                0 => drop(targets::damaged(&self.services[self.dice.below(13)], &mut self.dice)),
                1 => self.damaged_header(),
                2 => {
                    let choices: Vec<_> = (0..60).map(|_| self.dice.next().to_be_bytes()[0]).collect();
                    targets::decoders(&self.services, &choices);
                }
                _ => self.send(),
            }
        }
        assert_eq!(self.pool.used(), 0, "every connection is closed");
        let decoder = Kind::ALL.iter().position(|kind| *kind == Kind::Decoder).unwrap();
        assert_eq!(self.refused.0[decoder].load(Ordering::Relaxed), 0, "passed and not decoded");
    }

    /// Number of refusals on connections.
    pub(crate) fn refused(&self) -> u64 {
        self.refused.0.iter().map(|count| count.load(Ordering::Relaxed)).sum()
    }

    /// The same by kind.
    pub(crate) fn counts(&self) -> Vec<(&'static str, u64)> {
        Kind::ALL
            .iter()
            .zip(&self.refused.0)
            .map(|(kind, count)| (kind.name(), count.load(Ordering::Relaxed)))
            .collect()
    }

    /// A header of random blocks, mostly damaged, before a good message of any service.
    fn damaged_header(&mut self) {
        let mut bytes = [vec![0; 3], headers::blocks(&mut self.dice)].concat();
        bytes[0] = self.dice.next().to_be_bytes()[0];
        if self.dice.below(3) > 0 && bytes.len() > 3 {
            let at = 3 + self.dice.below(bytes.len() - 3);
            bytes[at] = bytes[at].wrapping_add([1, 0xff, 0x10, 0x80][self.dice.below(4)]);
        }
        targets::ttheader(&self.services, &bytes);
    }

    /// One connection: one to three messages, read to the end by volo's loop.
    fn send(&mut self) {
        let mut sent = Vec::new();
        for _ in 0..=self.dice.below(3) {
            self.sent += 1;
            sent.extend(self.frame());
        }
        let (mut peer, serving) = connection::serve(&self.guard, 16 * 1024, 1_000);
        self.runtime.block_on(async {
            let (mut receive, mut send) = tokio::io::split(&mut peer);
            let talk = async {
                // the connection of a refused peer is closed
                let _ = send.write_all(&sent).await;
                let _ = send.shutdown().await;
            };
            let listen = async {
                let mut answers = Vec::new();
                let _ = receive.read_to_end(&mut answers).await;
            };
            tokio::join!(talk, listen, serving)
        });
    }

    /// A message for the connection: good, damaged or out of the corpus, in any transport.
    fn frame(&mut self) -> Vec<u8> {
        let dice = &mut self.dice;
        if dice.below(3) == 0 {
            return self.corpus[dice.below(self.corpus.len())].bytes.clone();
        }
        let mut message = values::message(&self.services[0], dice);
        while !message.is_call {
            message = values::message(&self.services[0], dice);
        }
        let Message { mut bytes, .. } = message;
        let transport = dice.below(4);
        if transport == 0 {
            let blocks = headers::blocks(dice);
            let inner = if dice.below(2) == 0 { &bytes[..] } else { &bytes[4..] };
            bytes = bytes::with_header(&blocks, inner);
        }
        if dice.below(2) == 0 {
            values::damage(&mut bytes, dice);
        }
        if transport == 1 { bytes.split_off(bytes.len().min(4)) } else { bytes }
    }
}
