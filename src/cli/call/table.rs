//! The bag as a table, for a quick look at a viewer's page.

use comfy_table::{Table, presets};
use live_pack_idl::json::Data;

/// The only method with a table.
pub const METHOD: &str = "GetLiveBagData";

/// Lines above, a row per product, lines below.
#[must_use]
pub fn render(answer: &Data<'_>) -> String {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_FULL_CONDENSED);
    table.set_header(["#", "id", "title", "price", "was", "off", "flash", "stock", "buttons", "labels"]);
    for card in answer.list("products").iter().chain(answer.list("auctions")) {
        table.add_row(row(card));
    }
    let tabs: Vec<_> = answer.list("tabs").iter().map(tab).collect();
    let degraded: Vec<_> = answer.list("degraded").iter().map(|it| it.text("task")).collect();
    let or_none = |text: String| if text.is_empty() { "none".to_owned() } else { text };
    format!(
        "room {}  tabs {}  pin {}\n{table}\ntotal {}  next_cursor {}  bag_version {}  degraded {}{}",
        answer.text("room_status"),
        or_none(tabs.join(" ")),
        or_none(answer.get("pin").map(pin).unwrap_or_default()),
        answer.text("total"),
        answer.text("next_cursor"),
        answer.text("bag_version"),
        or_none(degraded.join(", ")),
        answer
            .get("empty_text")
            .and_then(Data::as_text)
            .filter(|text| !text.is_empty())
            .map_or_else(String::new, |text| format!("\n{text}")),
    )
}

fn row(card: &Data<'_>) -> [String; 10] {
    let price = |name| card.get("price").map(|price| price.text(name)).unwrap_or_default();
    let off = price("discount_percent");
    let buttons: Vec<_> = card.list("buttons").iter().map(button).collect();
    let labels: Vec<_> = card.list("labels").iter().map(|label| label.text("text")).collect();
    [
        card.text("item_no"),
        card.text("product_id"),
        card.text("title"),
        price("sale_text"),
        price("origin_text"),
        if off.is_empty() || off == "0" { String::new() } else { format!("{off}%") },
        card.get("flash_sale").map(flash_sale).unwrap_or_default(),
        card.text("stock"),
        buttons.join(" "),
        labels.join(", "),
    ]
}

fn button(button: &Data<'_>) -> String {
    match button.text("reason").as_str() {
        "NONE" | "" => button.text("kind"),
        reason => format!("{}({reason})", button.text("kind")),
    }
}

fn flash_sale(sale: &Data<'_>) -> String {
    match sale.flag("show_progress") {
        true => format!("{} {}%", sale.text("status"), sale.text("progress_percent")),
        false => sale.text("status"),
    }
}

fn tab(tab: &Data<'_>) -> String {
    let mark = if tab.flag("is_default") { "*" } else { "" };
    format!("{}{mark}:{}", tab.text("tab"), tab.text("count"))
}

fn pin(pin: &Data<'_>) -> String {
    let product = pin.get("product").map(|product| format!(" {}", product.text("product_id"))).unwrap_or_default();
    format!("{}{product} (version {})", pin.text("kind"), pin.text("version"))
}
