//! Cards: products, auctions, vouchers and the pinned card.

use live_pack_idl::json::Data;

use super::paper::{Ink, Line, Paper};

/// A framed card of a product or an auction, with all its parts.
pub(super) fn boxed(paper: &Paper, card: &Data<'_>) -> String {
    let mut title = format!("#{}", card.int("item_no"));
    for (field, mark) in [("is_pinned", "PINNED"), ("is_top", "TOP"), ("pre_sale", "PRE-SALE")] {
        if card.flag(field) {
            title = format!("{title} {mark}");
        }
    }
    paper.frame(&title, &lines(paper, card))
}

fn lines(paper: &Paper, card: &Data<'_>) -> Vec<Line> {
    let labels = card.list("labels").iter().map(|label| format!("[{}]", label.text("text")));
    let vouchers = card.list("vouchers").iter().map(|voucher| format!("<{}>", voucher.text("text")));
    let all = [
        Line::of(Ink::Bold, card.text("title")),
        price(card),
        card.get("flash_sale").map(|sale| flash_sale(paper, sale)).unwrap_or_default(),
        card.get("auction").map(auction).unwrap_or_default(),
        labels.chain(vouchers).fold(Line::default(), |line, text| line.and(Ink::Good, text)),
        facts(card),
        buttons(card),
    ];
    all.into_iter().filter(|line| !line.is_empty()).collect()
}

/// A card on one line, for lists that are drawn repeatedly.
pub(super) fn brief(paper: &Paper, card: &Data<'_>) -> Line {
    let title = format!("#{} {}", card.int("item_no"), card.text("title"));
    let pinned = if card.flag("is_pinned") { "PINNED" } else { "" };
    Line::of(Ink::Plain, paper.column(&title, paper.width * 3 / 10))
        .with(price(card))
        .with(card.get("flash_sale").map(|sale| flash_sale(paper, sale)).unwrap_or_default())
        .with(card.get("auction").map(auction).unwrap_or_default())
        .and(Ink::Bold, pinned)
}

/// The pinned card in a frame; empty without one.
pub(super) fn pin(paper: &Paper, pin: &Data<'_>) -> String {
    let title = format!("Pinned: {} (version {})", pin.text("kind"), pin.int("version"));
    let card = pin.get("product").map(|card| lines(paper, card)).unwrap_or_default();
    let voucher = pin.get("voucher").map(voucher);
    paper.frame(&title, &card.into_iter().chain(voucher).collect::<Vec<_>>())
}

/// A voucher on one line.
pub(super) fn voucher(voucher: &Data<'_>) -> Line {
    let ink = if voucher.text("state") == "CLAIMABLE" { Ink::Good } else { Ink::Dim };
    Line::of(Ink::Bold, voucher.text("text")).and(Ink::Plain, voucher.text("title")).and(ink, voucher.text("state"))
}

/// Buttons in round brackets; a disabled one shows the reason.
pub(super) fn buttons(card: &Data<'_>) -> Line {
    card.list("buttons").iter().fold(Line::default(), |line, button| {
        let (kind, text, reason) = (button.text("kind"), button.text("text"), button.text("reason"));
        let text = if text.is_empty() { kind } else { text };
        let why = if reason.is_empty() || reason == "NONE" { String::new() } else { format!(": {reason}") };
        match button.text("state").as_str() {
            "ENABLED" => line.and(Ink::Good, format!("( {text}{why} )")),
            "DISABLED" => line.and(Ink::Bad, format!("( {text}{why} )")),
            _ => line,
        }
    })
}

fn price(card: &Data<'_>) -> Line {
    let Some(price) = card.get("price") else { return Line::default() };
    let struck = price.text("origin_text");
    Line::of(Ink::Bold, price.text("sale_text")).and(Ink::Struck, struck).and(Ink::Good, price.text("discount_text"))
}

fn flash_sale(paper: &Paper, sale: &Data<'_>) -> Line {
    let (ink, word, edge) = match sale.text("status").as_str() {
        "PREHEAT" => (Ink::Soon, "FLASH SALE SOON", sale.int("start_ms")),
        "ONGOING" => (Ink::Good, "FLASH SALE", sale.int("end_ms")),
        "SOLD_OUT" => (Ink::Bad, "FLASH SALE SOLD OUT", 0),
        "ENDED" => (Ink::Dim, "FLASH SALE OVER", 0),
        _ => return Line::default(),
    };
    let told = sale.text("countdown_text");
    let left = if told.is_empty() && edge > 0 { countdown(edge - sale.int("server_now_ms")) } else { told };
    let meter = if sale.flag("show_progress") { paper.meter(sale.int("progress_percent")) } else { String::new() };
    Line::of(ink, word).and(ink, left).and(ink, meter)
}

fn auction(auction: &Data<'_>) -> Line {
    let status = auction.text("status");
    let runs = matches!(status.as_str(), "ONGOING" | "EXTENDED");
    let ink = if runs { Ink::Good } else { Ink::Dim };
    let (bid, bids) = match auction.int("bid_count") {
        0 => (String::new(), format!("no bids, from {}", auction.text("starting_bid"))),
        1 => (auction.text("current_bid_text"), "1 bid".to_owned()),
        count => (auction.text("current_bid_text"), format!("{count} bids")),
    };
    let leader = match (auction.flag("is_self_leading"), auction.text("leader_name")) {
        (true, _) => "you lead".to_owned(),
        (false, name) if name.is_empty() => String::new(),
        (false, name) if runs => format!("{name} leads"),
        (false, name) => format!("won by {name}"),
    };
    let left = auction.int("end_ms") - auction.int("server_now_ms");
    let left = if runs { format!("{} left", countdown(left)) } else { String::new() };
    let units = match (auction.flag("is_surprise_set"), auction.int("units_left")) {
        (true, units) => format!("surprise set, {units} units left"),
        (false, _) => String::new(),
    };
    Line::of(Ink::Bold, bid)
        .and(ink, status)
        .and(Ink::Plain, bids)
        .and(Ink::Plain, leader)
        .and(Ink::Soon, left)
        .and(Ink::Plain, units)
}

fn facts(card: &Data<'_>) -> Line {
    let rating = match card.get("rating") {
        Some(Data::Double(rating)) if *rating > 0.0 => format!("rated {rating:.1}"),
        _ => String::new(),
    };
    let in_cart = match card.int("in_cart_count") {
        0 => String::new(),
        count => format!("{count} in your cart"),
    };
    let (ink, stock) = match card.text("stock").as_str() {
        "LOW_STOCK" => (Ink::Soon, "low stock"),
        "SOLD_OUT" => (Ink::Bad, "sold out"),
        _ => (Ink::Plain, ""),
    };
    Line::of(Ink::Dim, card.text("sold_text"))
        .and(Ink::Dim, rating)
        .and(Ink::Dim, card.text("seller_name"))
        .and(ink, stock)
        .and(Ink::Plain, in_cart)
}

/// A duration in the form of a clock: 0:07, 12:05, 1:02:03, 2d 03h.
pub(super) fn countdown(ms: i64) -> String {
    let all = ms.max(0) / 1_000;
    let (days, hours, minutes, seconds) = (all / 86_400, all / 3_600 % 24, all / 60 % 60, all % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes}:{seconds:02}"),
        (0, _) => format!("{hours}:{minutes:02}:{seconds:02}"),
        _ => format!("{days}d {hours:02}h"),
    }
}
