//! The parts of a page around the cards: the room, tabs, banners, the shop, a surprise set, and failures.

use live_pack_idl::json::Data;

use super::{
    card::{self, countdown},
    paper::{Ink, Line, Paper},
};
use crate::cli::outcome::Outcome;

/// The room, its state and its statistics; `None` if the answer contains no room.
pub(super) fn header(paper: &Paper, room: &Data<'_>) -> Option<String> {
    let lite = room.get("lite").filter(|lite| lite.int("room_id") != 0)?;
    let status = lite.text("status");
    let open = matches!(status.as_str(), "LIVE" | "PAUSE" | "PREPARE");
    let selling = lite.text("permission");
    let has = [("has_flash_sale", "flash sale"), ("has_voucher", "vouchers"), ("has_auction", "auctions")];
    let has: Vec<_> = has.into_iter().filter(|(field, _)| lite.flag(field)).map(|(_, name)| name).collect();
    let sold = match room.text("sold_in_live_text") {
        text if text.is_empty() => format!("{} sold", grouped(room.int("sold_in_live"))),
        text => text,
    };
    let top = Line::of(if open { Ink::Good } else { Ink::Bad }, status)
        .and(Ink::Plain, format!("{} viewers", grouped(room.int("viewer_count"))))
        .and(Ink::Plain, sold)
        .and(Ink::Plain, format!("{} in the bag", lite.int("bag_count")))
        .and(Ink::Plain, format!("{} in your cart", room.int("cart_count")));
    let bottom = Line::of(Ink::Dim, [room.text("region"), room.text("currency"), room.text("locale")].join(" "))
        .and(if selling == "NORMAL" { Ink::Dim } else { Ink::Bad }, format!("permission {selling}"))
        .and(Ink::Good, has.join(", "));
    Some(paper.frame(&format!("Room {}", lite.int("room_id")), &[top, bottom]))
}

/// The tabs of the bag, the open one in brackets.
pub(super) fn tabs(tabs: &[Data<'_>]) -> Line {
    tabs.iter().fold(Line::default(), |line, tab| {
        let text = format!("{} {}", tab.text("text"), tab.int("count"));
        if tab.flag("is_default") { line.and(Ink::Bold, format!("[{text}]")) } else { line.and(Ink::Plain, text) }
    })
}

/// A banner, and the number of its vouchers.
pub(super) fn banner(banner: &Data<'_>, now_ms: i64) -> Line {
    let left = match banner.int("countdown_end_ms") {
        0 => String::new(),
        end if now_ms > 0 => format!("{} left", countdown(end - now_ms)),
        _ => "counts down".to_owned(),
    };
    let vouchers = match banner.list("vouchers").len() {
        0 => String::new(),
        1 => "1 voucher".to_owned(),
        count => format!("{count} vouchers"),
    };
    let link = if banner.text("schema").is_empty() { "no link" } else { "" };
    Line::of(Ink::Soon, format!("* {}", banner.text("title")))
        .and(Ink::Plain, banner.text("sub_title"))
        .and(Ink::Soon, left)
        .and(Ink::Good, vouchers)
        .and(Ink::Dim, link)
}

/// The creator's shop, where its entrance is shown.
pub(super) fn shop(paper: &Paper, shop: &Data<'_>) -> Option<String> {
    if !shop.flag("show_entry") {
        return None;
    }
    let rating = match shop.get("rating") {
        Some(Data::Double(rating)) if *rating > 0.0 => format!("rated {rating:.1}"),
        _ => String::new(),
    };
    let top = Line::of(Ink::Bold, shop.text("name"))
        .and(Ink::Good, if shop.flag("official") { "official" } else { "" })
        .and(Ink::Plain, format!("{} products", shop.int("product_count")))
        .and(Ink::Plain, shop.text("sold_text"))
        .and(Ink::Plain, rating)
        .and(Ink::Good, format!("( {} )", shop.text("entry_text")));
    let highlights = shop.list("highlights").iter().map(|it| card::brief(paper, it));
    Some(paper.frame("Creator shop", &[top].into_iter().chain(highlights).collect::<Vec<_>>()))
}

/// A surprise set: its prizes and their odds.
pub(super) fn surprise_set(paper: &Paper, set: &Data<'_>) -> String {
    let prize = |item: &Data<'_>| {
        let units = format!("{} of {} left", item.int("units_left"), item.int("units"));
        Line::of(Ink::Bold, format!("{:>7}", item.text("odds_percent")))
            .and(Ink::Plain, paper.column(&item.text("title"), paper.width * 4 / 10))
            .and(Ink::Plain, units)
            .and(Ink::Dim, item.text("value_text"))
    };
    let lines: Vec<_> = set.list("items").iter().map(prize).chain([card::buttons(set)]).collect();
    let lines: Vec<_> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    let title = format!("{}: {} of {} units left", set.text("title"), set.int("units_left"), set.int("units_total"));
    paper.frame(&title, &lines)
}

/// Failures that a client would not show: a status other than 0, and missing parts.
pub(super) fn trouble(method: &str, answer: &Data<'_>) -> Line {
    let outcome = Outcome::of(answer);
    let lost: Vec<_> = answer.list("degraded").iter().map(|it| it.text("task")).collect();
    let status = if outcome.is_ok() { String::new() } else { format!("{method}: {outcome}") };
    let lost = if lost.is_empty() { String::new() } else { format!("{method} went on without {}", lost.join(", ")) };
    Line::of(Ink::Bad, status).and(Ink::Soon, lost)
}

/// A count with a comma every three digits.
fn grouped(count: i64) -> String {
    let digits = count.max(0).to_string();
    let groups: Vec<_> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(",")
}
