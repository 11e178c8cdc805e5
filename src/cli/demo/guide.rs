//! The walk itself: the calls of each step, and the parts of the answer that are drawn.

use std::io::stdout;

use live_pack_idl::json::Data;
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    DemoArgs, Step,
    asker::Asker,
    card, page,
    paper::{Ink, Line, Paper},
};
use crate::cli::{CliError, call::CallError, outcome::Outcome, print_on};

/// Fields of a card that a refresh replaces; all others are kept from the card that was drawn first.
const REFRESHED: [&str; 7] = ["price", "flash_sale", "buttons", "stock", "in_cart_count", "auction", "is_pinned"];

/// Leads one viewer through the steps.
#[derive(Debug)]
pub(super) struct Guide<'s> {
    pub(super) asker: Asker<'s>,
    pub(super) paper: Paper,
    pub(super) args: &'s DemoArgs,
}

impl<'s> Guide<'s> {
    /// All requested steps.
    ///
    /// # Errors
    /// The server cannot be reached, or does not speak Thrift.
    pub(super) async fn walk(&self) -> Result<(), CliError> {
        let steps = if self.args.steps.is_empty() { &Step::ALL[..] } else { &self.args.steps };
        for (number, step) in (1..).zip(steps) {
            let room = self.args.room.unwrap_or_else(|| step.room());
            if number > 1 {
                self.pause()?;
                print_on("")?;
            }
            print_on(&self.paper.rule(&format!("{number}. {} - room {room}", step.title())))?;
            match step {
                Step::Enter => self.enter(room).await?,
                Step::Bag => self.bag(room).await?,
                Step::FlashSale => self.flash_sale(room).await?,
                Step::Pin => self.pin(room).await?,
                Step::Auction => self.auction(room).await?,
                Step::Close => self.close(room).await?,
            }
        }
        Ok(())
    }

    async fn enter(&self, room: i64) -> Result<(), CliError> {
        let json = json!({ "need_bag_preview": true, "preview_count": 3 });
        let Some(answer) = self.ask("GetRoomFullData", room, json).await? else { return Ok(()) };
        let common = answer.get("room");
        self.block(common.and_then(|room| page::header(&self.paper, room)))?;
        let now_ms = common.map_or(0, |room| room.int("server_now_ms"));
        self.lines(answer.list("banners").iter().map(|it| page::banner(it, now_ms)))?;
        self.block(answer.get("pin").map(|pin| card::pin(&self.paper, pin)))?;
        self.lines(answer.list("preview").iter().map(|it| card::brief(&self.paper, it)))?;
        self.block(answer.get("creator_shop").and_then(|shop| page::shop(&self.paper, shop)))
    }

    async fn bag(&self, room: i64) -> Result<(), CliError> {
        let page = json!({ "page": { "count": 4 } });
        let json = json!({ "page": { "count": 4 }, "highlight_count": 3 });
        let whole = self.ask("GetLiveBagAssemble", room, json).await?.filter(|it| Outcome::of(it).is_ok());
        let alone = match &whole {
            Some(_) => None,
            None => self.ask("GetLiveBagData", room, page).await?,
        };
        let none = Data::Struct(Vec::new());
        let around = whole.as_ref().unwrap_or(&none);
        let Some(bag) = around.get("bag").or(alone.as_ref()) else { return Ok(()) };
        self.block(around.get("room").and_then(|room| page::header(&self.paper, room)))?;
        let banners = around.list("top_banners").iter().chain(around.list("promotion_banners"));
        self.lines(banners.map(|it| page::banner(it, bag.int("server_now_ms"))))?;
        self.lines([page::tabs(bag.list("tabs"))])?;
        for it in bag.list("products").iter().chain(bag.list("auctions")) {
            self.block(Some(card::boxed(&self.paper, it)))?;
        }
        let shown = format!("{} of {} products", bag.list("products").len(), bag.int("total"));
        self.lines([Line::of(Ink::Dim, shown), Line::of(Ink::Plain, bag.text("empty_text"))])?;
        self.block(around.get("creator_shop").and_then(|shop| page::shop(&self.paper, shop)))
    }

    /// The first products of the bag, redrawn with every refresh.
    async fn flash_sale(&self, room: i64) -> Result<(), CliError> {
        let page = || json!({ "page": { "count": 8 } });
        let Some(bag) = self.ask("GetLiveBagData", room, page()).await? else { return Ok(()) };
        let mut cards = bag.list("products").to_vec();
        let ids: Vec<_> = cards.iter().map(|card| card.int("product_id")).collect();
        let known = bag.int("bag_version");
        self.lines(cards.iter().map(|it| card::brief(&self.paper, it)))?;
        if cards.is_empty() {
            return self.lines([Line::of(Ink::Dim, "nothing is sold here")]);
        }
        for frame in 1..self.args.frames {
            self.pause()?;
            let json = json!({ "product_ids": ids, "known_bag_version": known, "reason": "COUNTDOWN_END" });
            let method = "GetLiveBagRefresh";
            let Some(answer) = self.ask(method, room, json).await?.filter(|it| Outcome::of(it).is_ok()) else {
                return self.lines([Line::of(Ink::Dim, format!("Without {method} the sales cannot be followed."))]);
            };
            self.lines([Line::of(Ink::Dim, format!("refresh {frame}"))])?;
            for old in &mut cards {
                let id = old.int("product_id");
                let Some(new) = answer.list("products").iter().find(|new| new.int("product_id") == id) else {
                    continue;
                };
                let new = refreshed(old, new);
                let mark = if moment(old) == moment(&new) { "-" } else { ">" };
                let line = Line::of(Ink::Bold, mark).with(card::brief(&self.paper, &new));
                self.lines([line])?;
                *old = new;
            }
            let next = answer.int("next_poll_ms");
            self.lines([Line::of(Ink::Dim, format!("the server asks for the next refresh in {next} ms"))])?;
            if answer.flag("need_full_reload") {
                self.lines([Line::of(Ink::Soon, "The bag itself has changed: a client would load it again.")])?;
            }
        }
        Ok(())
    }

    async fn pin(&self, room: i64) -> Result<(), CliError> {
        let mut known = 0;
        for frame in 0..self.args.frames {
            if frame > 0 {
                self.pause()?;
            }
            let json = json!({ "known_version": known });
            let Some(answer) = self.ask("GetPinCardData", room, json).await?.filter(|it| Outcome::of(it).is_ok())
            else {
                return Ok(());
            };
            match answer.get("pin") {
                Some(pin) => {
                    self.block(Some(card::pin(&self.paper, pin)))?;
                    known = pin.int("version");
                }
                None if answer.flag("unchanged") => {
                    self.lines([Line::of(Ink::Dim, format!("still version {known}: nothing was sent"))])?;
                }
                None => self.lines([Line::of(Ink::Dim, "nothing is pinned")])?,
            }
        }
        Ok(())
    }

    async fn auction(&self, room: i64) -> Result<(), CliError> {
        let mut has_set = false;
        for frame in 0..self.args.frames {
            if frame > 0 {
                self.pause()?;
                print_on("")?;
            }
            let json = json!({ "tab": "AUCTION" });
            let Some(answer) = self.ask("GetLiveBagData", room, json).await? else { return Ok(()) };
            let auctions = answer.list("auctions");
            self.lines(auctions.iter().map(|it| card::brief(&self.paper, it)))?;
            if auctions.is_empty() {
                return self.lines([Line::of(Ink::Dim, "no auctions")]);
            }
            has_set = auctions.iter().any(|it| it.get("auction").is_some_and(|it| it.flag("is_surprise_set")));
        }
        if !has_set {
            return Ok(());
        }
        let set = self.ask("GetSurpriseSetDetail", room, json!({})).await?.filter(|it| Outcome::of(it).is_ok());
        self.block(set.map(|set| page::surprise_set(&self.paper, &set)))
    }

    async fn close(&self, room: i64) -> Result<(), CliError> {
        if let Some(answer) = self.ask("GetLiveRoomCommonInfo", room, json!({})).await? {
            self.block(answer.get("room").and_then(|room| page::header(&self.paper, room)))?;
        }
        // the answer for a client that enters late
        self.ask("GetLiveBagData", room, json!({})).await?;
        Ok(())
    }

    /// The answer, and a line about its faults. `None`: the framework on the other side failed, which is part of the
    /// walk too.
    async fn ask(&self, method: &str, room: i64, json: Value) -> Result<Option<Data<'s>>, CliError> {
        match self.asker.ask(method, room, json).await {
            Ok(answer) => {
                self.lines([page::trouble(method, &answer)])?;
                Ok(Some(answer))
            }
            Err(CallError::Message(error)) => {
                self.lines([Line::of(Ink::Bad, format!("{method}: {error}"))])?;
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Waits until the next frame is due, or the reader of standard output has closed. Blocks: nothing else runs
    /// meanwhile.
    fn pause(&self) -> Result<(), CliError> {
        let stdout = stdout();
        // errors and hang-ups are always reported; a file has neither
        let mut watched = [PollFd::new(&stdout, PollFlags::empty())];
        let end = Instant::now() + self.args.pace.0;
        loop {
            let left = Timespec::try_from(end.saturating_duration_since(Instant::now())).ok();
            match poll(&mut watched, left.as_ref()) {
                Ok(0) => return Ok(()),
                Ok(_) => return Err(CliError::ReaderGone),
                Err(Errno::INTR) => {}
                Err(source) => return Err(CliError::System { what: "cannot wait", source: source.into() }),
            }
        }
    }

    fn lines(&self, lines: impl IntoIterator<Item = Line>) -> Result<(), CliError> {
        lines.into_iter().filter(|line| !line.is_empty()).try_for_each(|line| print_on(&self.paper.line(&line)))
    }

    fn block(&self, text: Option<String>) -> Result<(), CliError> {
        text.map_or(Ok(()), |text| print_on(&text))
    }
}

/// The card of a client after a refresh: refreshed fields are replaced, all others stay.
pub(super) fn refreshed<'s>(old: &Data<'s>, new: &Data<'s>) -> Data<'s> {
    let (Data::Struct(old), Data::Struct(new)) = (old, new) else { return old.clone() };
    let owned = |name: &&str| REFRESHED.contains(name);
    let kept = old.iter().filter(|(name, _)| !owned(name));
    Data::Struct(kept.chain(new.iter().filter(|(name, _)| owned(name))).cloned().collect())
}

/// The visible state of a card: the sale, the price, the stock, the pin.
fn moment(card: &Data<'_>) -> [String; 4] {
    let of = |part: &str, field: &str| card.get(part).map(|part| part.text(field)).unwrap_or_default();
    let pinned = card.flag("is_pinned").to_string();
    [of("flash_sale", "status"), of("price", "sale_text"), card.text("stock"), pinned]
}
