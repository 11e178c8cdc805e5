//! The bag as a table, for a quick look at what a viewer would see.

use comfy_table::{Table, presets};

use crate::cli::idl::Data;

/// The only method whose answer has a table.
pub const METHOD: &str = "GetLiveBagData";

/// Lines above, a row a product, lines below.
#[must_use]
pub fn render(answer: &Data<'_>) -> String {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_FULL_CONDENSED);
    table.set_header(["#", "id", "title", "price", "was", "off", "flash", "stock", "buttons", "labels"]);
    for card in list(answer, "products").iter().chain(list(answer, "auctions")) {
        table.add_row(row(card));
    }
    let tabs: Vec<_> = list(answer, "tabs").iter().map(tab).collect();
    let degraded: Vec<_> = list(answer, "degraded").iter().map(|it| show(it, "task")).collect();
    let or_none = |text: String| if text.is_empty() { "none".to_owned() } else { text };
    format!(
        "room {}  tabs {}  pin {}\n{table}\ntotal {}  next_cursor {}  bag_version {}  degraded {}{}",
        show(answer, "room_status"),
        or_none(tabs.join(" ")),
        or_none(answer.get("pin").map(pin).unwrap_or_default()),
        show(answer, "total"),
        show(answer, "next_cursor"),
        show(answer, "bag_version"),
        or_none(degraded.join(", ")),
        answer
            .get("empty_text")
            .and_then(Data::as_text)
            .filter(|text| !text.is_empty())
            .map_or_else(String::new, |text| format!("\n{text}")),
    )
}

fn row(card: &Data<'_>) -> [String; 10] {
    let price = |name| card.get("price").map(|price| show(price, name)).unwrap_or_default();
    let off = price("discount_percent");
    let buttons: Vec<_> = list(card, "buttons").iter().map(button).collect();
    let labels: Vec<_> = list(card, "labels").iter().map(|label| show(label, "text")).collect();
    [
        show(card, "item_no"),
        show(card, "product_id"),
        show(card, "title"),
        price("sale_text"),
        price("origin_text"),
        if off.is_empty() || off == "0" { String::new() } else { format!("{off}%") },
        card.get("flash_sale").map(flash_sale).unwrap_or_default(),
        show(card, "stock"),
        buttons.join(" "),
        labels.join(", "),
    ]
}

fn button(button: &Data<'_>) -> String {
    match show(button, "reason").as_str() {
        "NONE" | "" => show(button, "kind"),
        reason => format!("{}({reason})", show(button, "kind")),
    }
}

fn flash_sale(sale: &Data<'_>) -> String {
    match sale.get("show_progress").is_some_and(Data::is_true) {
        true => format!("{} {}%", show(sale, "status"), show(sale, "progress_percent")),
        false => show(sale, "status"),
    }
}

fn tab(tab: &Data<'_>) -> String {
    let mark = if tab.get("is_default").is_some_and(Data::is_true) { "*" } else { "" };
    format!("{}{mark}:{}", show(tab, "tab"), show(tab, "count"))
}

fn pin(pin: &Data<'_>) -> String {
    format!("{} {} (version {})", show(pin, "kind"), show(pin, "pin_id"), show(pin, "version"))
}

fn list<'a, 's>(parent: &'a Data<'s>, name: &str) -> &'a [Data<'s>] {
    parent.get(name).map(Data::items).unwrap_or_default()
}

/// A field as text; empty where it is not there.
fn show(parent: &Data<'_>, name: &str) -> String {
    match parent.get(name) {
        Some(Data::Int(value)) => value.to_string(),
        Some(Data::Enum(number, None)) => number.to_string(),
        Some(value) => value.as_text().unwrap_or_default().to_owned(),
        None => String::new(),
    }
}
