//! Drawings from given answers.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::sync::LazyLock;

use live_pack_idl::{
    json::{Data, decode, encode, path::Path, reader::Reader},
    schema::Schema,
};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use super::{
    card, guide, page,
    paper::{Ink, Line, Paper},
};

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::embedded().unwrap());

const PLAIN: Paper = Paper { width: 60, unicode: false, colour: false };
const TERMINAL: Paper = Paper { width: 60, unicode: true, colour: true };

/// A struct of the IDL as it comes off the wire.
fn data(name: &str, json: &Value) -> Data<'static> {
    let it = SCHEMA.structure(name).unwrap();
    let bytes = encode::structure(&SCHEMA, it, json).unwrap();
    decode::structure(&SCHEMA, it, &mut Reader::new(&bytes), &Path::Root).unwrap()
}

fn mug() -> Value {
    json!({
        "product_id": 77, "item_no": 4, "title": "Mug", "cover": {}, "stock": "LOW_STOCK", "is_pinned": true,
        "price": { "sale_text": "$8.00", "origin_text": "$10.00", "discount_text": "20% off", "discount_percent": 20 },
        "flash_sale": {
            "status": "ONGOING", "show_progress": true, "progress_percent": 35, "end_ms": 95_000, "server_now_ms": 30_000
        },
        "buttons": [
            { "kind": "BUY_NOW", "state": "ENABLED", "text": "Buy now" },
            { "kind": "ADD_TO_CART", "state": "DISABLED", "reason": "CART_FULL" },
            { "kind": "VIEW", "state": "HIDDEN", "text": "View" }
        ],
        "labels": [{ "text": "Free shipping" }], "vouchers": [{ "text": "$3 off" }],
        "sold_text": "78 sold", "rating": 4.4, "seller_name": "Acorn", "in_cart_count": 2
    })
}

/// A text without its escape codes.
fn bare(text: &str) -> String {
    let mut parts = text.split('\x1b');
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |all, part| all + part.split_once('m').unwrap().1)
}

#[test]
fn a_card_holds_all_that_a_viewer_needs_to_decide() {
    let expected = "\
+- #4 PINNED ----------------------------------------------+
| Mug                                                      |
| $8.00  ~$10.00~  20% off                                 |
| FLASH SALE  1:05  [###.......] 35%                       |
| [Free shipping]  <$3 off>                                |
| 78 sold  rated 4.4  Acorn  low stock  2 in your cart     |
| ( Buy now )  ( ADD_TO_CART: CART_FULL )                  |
+----------------------------------------------------------+";
    assert_eq!(card::boxed(&PLAIN, &data("ProductCard", &mug())), expected);
}

#[test]
fn a_terminal_gets_frames_and_colours_in_the_same_places() {
    let drawn = card::boxed(&TERMINAL, &data("ProductCard", &mug()));
    assert!(drawn.contains("\x1b[2;9m$10.00\x1b[0m"), "the old price is struck through: {drawn}");
    assert!(drawn.contains('┌') && drawn.contains("███░░░░░░░"));
    assert!(bare(&drawn).lines().all(|row| row.width() == 60), "{drawn}");
    let no_colour = card::boxed(&Paper { colour: false, ..TERMINAL }, &data("ProductCard", &mug()));
    assert!(no_colour.contains('┌') && !no_colour.contains('\x1b'));
}

#[test]
fn a_row_is_as_wide_as_the_paper_whatever_the_texts_are() {
    let mut card = mug();
    for (name, title) in [
        ("wide letters", "手作りのとても大きな珈琲カップと受け皿のセット、持ち手つき、食洗機で洗えます"),
        ("combining letters", "แก้วกาแฟเซรามิกทำมือขนาดใหญ่พร้อมจานรองและช้อนในกล่องของขวัญสุดพิเศษ"),
        ("one long word", "x".repeat(300).as_str()),
        ("nothing", ""),
    ] {
        card["title"] = title.into();
        card["labels"] = json!([{ "text": title }, { "text": title }, { "text": "short" }]);
        for paper in [PLAIN, TERMINAL, Paper { width: 41, ..PLAIN }] {
            let drawn = bare(&card::boxed(&paper, &data("ProductCard", &card)));
            assert!(drawn.lines().all(|row| row.width() == paper.width), "{name}:\n{drawn}");
            let brief = bare(&paper.line(&card::brief(&paper, &data("ProductCard", &card))));
            assert!(brief.lines().all(|row| row.width() <= paper.width), "{name}:\n{brief}");
        }
    }
}

#[test]
fn a_text_cannot_steer_the_terminal() {
    let mut card = mug();
    card["title"] = "\x1b[2Jgone\nnext".into();
    let drawn = card::boxed(&PLAIN, &data("ProductCard", &card));
    assert!(!drawn.contains('\x1b') && drawn.contains(" [2Jgone next"), "{drawn}");
}

#[test]
fn times_are_written_like_a_clock() {
    for (ms, text) in [
        (-1, "0:00"),
        (7_999, "0:07"),
        (725_000, "12:05"),
        (3_723_000, "1:02:03"),
        (86_400_000 * 2 + 3_600_000 * 3, "2d 03h"),
    ] {
        assert_eq!(card::countdown(ms), text);
    }
}

#[test]
fn flash_sales_and_auctions_read_as_what_they_are() {
    let sale = |status: &str| json!({ "title": "T", "cover": {}, "flash_sale": { "status": status } });
    let bid = |auction: Value| json!({ "title": "T", "cover": {}, "auction": auction });
    for (card, due) in [
        (sale("PREHEAT"), "FLASH SALE SOON"),
        (sale("SOLD_OUT"), "FLASH SALE SOLD OUT"),
        (sale("ENDED"), "FLASH SALE OVER"),
        (bid(json!({ "status": "NOT_STARTED", "starting_bid": "8.00" })), "NOT_STARTED  no bids, from 8.00"),
        (
            bid(json!({
                "status": "EXTENDED", "bid_count": 3, "current_bid_text": "$9", "leader_name": "Ada",
                "end_ms": 9_000, "server_now_ms": 1_000
            })),
            "$9  EXTENDED  3 bids  Ada leads  0:08 left",
        ),
        (bid(json!({ "status": "ONGOING", "bid_count": 1, "is_self_leading": true })), "1 bid  you lead"),
        (bid(json!({ "status": "SOLD", "bid_count": 2, "leader_name": "Ada" })), "2 bids  won by Ada"),
        (bid(json!({ "status": "ONGOING", "is_surprise_set": true, "units_left": 6 })), "surprise set, 6 units left"),
    ] {
        let paper = Paper { width: 100, ..PLAIN };
        let drawn = paper.line(&card::brief(&paper, &data("ProductCard", &card)));
        assert!(drawn.contains(due), "{due} in {drawn}");
    }
    let none = card::brief(&PLAIN, &data("ProductCard", &sale("NONE")));
    assert!(!PLAIN.line(&none).contains("SALE"));
}

#[test]
fn a_pinned_card_is_a_product_or_a_voucher() {
    let product = json!({ "kind": "PRODUCT", "version": 7, "product": mug() });
    let drawn = card::pin(&PLAIN, &data("PinCard", &product));
    assert!(drawn.starts_with("+- Pinned: PRODUCT (version 7) -") && drawn.contains("( Buy now )"), "{drawn}");
    let voucher = json!({ "kind": "VOUCHER", "version": 1, "voucher": { "text": "$3 off", "state": "CLAIMABLE" } });
    let drawn = card::pin(&PLAIN, &data("PinCard", &voucher));
    assert!(drawn.contains("| $3 off  CLAIMABLE "), "{drawn}");
}

#[test]
fn a_refreshed_card_keeps_what_the_refresh_does_not_own() {
    let old = data("ProductCard", &mug());
    let new = json!({
        "product_id": 77, "title": "", "cover": {}, "stock": "SOLD_OUT", "price": { "sale_text": "$10.00" }
    });
    let card = guide::refreshed(&old, &data("ProductCard", &new));
    assert_eq!((card.text("title"), card.text("seller_name")), ("Mug".to_owned(), "Acorn".to_owned()));
    assert_eq!(card.text("stock"), "SOLD_OUT");
    assert_eq!(card.get("price").unwrap().text("sale_text"), "$10.00");
    assert!(card.get("flash_sale").is_none(), "a sale that the refresh does not name has gone");
    assert!(!card.flag("is_pinned"));
}

#[test]
fn the_page_around_the_cards_shows_room_tabs_banners_and_shop() {
    let room = json!({
        "lite": { "room_id": 1001, "status": "LIVE", "permission": "NORMAL", "bag_count": 200, "has_voucher": true },
        "region": "US", "currency": "USD", "locale": "en-US", "viewer_count": 1_234_567, "sold_in_live_text": "1.2K sold"
    });
    let header = page::header(&PLAIN, &data("RoomCommon", &room)).unwrap();
    for part in ["- Room 1001 -", "LIVE  1,234,567 viewers  1.2K sold", "200 in the bag", "US USD en-US", "vouchers"] {
        assert!(header.contains(part), "{part} in\n{header}");
    }
    assert_eq!(page::header(&PLAIN, &data("RoomCommon", &json!({ "lite": {} }))), None, "no room, no header");

    let tabs = ["All", "Flash sale"].map(|text| json!({ "text": text, "count": 3, "is_default": text == "All" }));
    let tabs = tabs.map(|tab| data("TabItem", &tab));
    assert_eq!(PLAIN.line(&page::tabs(&tabs)), "[All 3]  Flash sale 3");

    let banner = json!({ "title": "Big", "sub_title": "Sale", "countdown_end_ms": 61_000, "vouchers": [{}, {}] });
    let banner = page::banner(&data("Banner", &banner), 1_000);
    assert_eq!(PLAIN.line(&banner), "* Big  Sale  1:00 left  2 vouchers  no link");

    let mut shop = json!({ "name": "Ada's", "show_entry": true, "entry_text": "Visit", "product_count": 9 });
    let drawn = page::shop(&PLAIN, &data("CreatorShop", &shop)).unwrap();
    assert!(drawn.contains("| Ada's  9 products  ( Visit ) "), "{drawn}");
    shop["show_entry"] = false.into();
    assert_eq!(page::shop(&PLAIN, &data("CreatorShop", &shop)), None);
}

#[test]
fn a_surprise_set_shows_every_prize_with_its_odds() {
    let set = json!({
        "title": "Surprise", "units_total": 10, "units_left": 4, "auction": {}, "BaseResp": {},
        "items": [{ "title": "Ring", "units": 1, "units_left": 1, "odds_percent": "25.00%", "value_text": "$90" }],
        "buttons": [{ "kind": "BID", "state": "DISABLED", "reason": "AUCTION_NOT_QUALIFIED", "text": "Bid" }]
    });
    let drawn = page::surprise_set(&PLAIN, &data("GetSurpriseSetDetailResponse", &set));
    for part in
        ["- Surprise: 4 of 10 units left -", " 25.00%  Ring ", "1 of 1 left  $90", "( Bid: AUCTION_NOT_QUALIFIED )"]
    {
        assert!(drawn.contains(part), "{part} in\n{drawn}");
    }
}

#[test]
fn a_status_is_named_and_missing_parts_are_listed() {
    let answer = |base: Value, degraded: Value| {
        let json = json!({ "BaseResp": base, "degraded": degraded });
        PLAIN.line(&page::trouble("GetLiveBagTab", &data("GetLiveBagTabResponse", &json)))
    };
    for (base, degraded, due) in [
        (json!({}), json!([]), ""),
        (
            json!({ "StatusCode": 20001, "StatusMessage": "gone" }),
            json!([]),
            "GetLiveBagTab: status 20001 LIVE_CLOSE: gone",
        ),
        (json!({ "StatusCode": 7 }), json!([]), "GetLiveBagTab: status 7 UNKNOWN: "),
        (json!({}), json!([{ "task": "redis" }, { "task": "texts" }]), "GetLiveBagTab went on without redis, texts"),
    ] {
        assert_eq!(answer(base, degraded), due);
    }
}

#[test]
fn an_empty_text_takes_no_space() {
    let line = Line::of(Ink::Bold, "").and(Ink::Plain, "a").and(Ink::Dim, " ").and(Ink::Dim, "b");
    assert_eq!(PLAIN.line(&line), "a  b");
    assert!(Line::of(Ink::Plain, "").is_empty());
}
