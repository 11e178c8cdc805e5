//! Pictures: generated here, free of third-party rights.

use std::fmt::Write as _;

use super::{World, scenarios};
use crate::world::dice::{Dice, Topic};

/// Background and foreground of each category.
const COLOURS: [(&str, &str); 8] = [
    ("#f4d9c6", "#8c4a2f"),
    ("#d9e4f5", "#2f4f8c"),
    ("#e3dcf2", "#5a3d8a"),
    ("#f9d8e3", "#a0325f"),
    ("#dcebd9", "#386b35"),
    ("#f6ecc9", "#87691a"),
    ("#d4eef0", "#1f6b73"),
    ("#f3dfd0", "#7a3f1d"),
];

/// Width and height in pixels, as in the default settings of Live Pack.
const SQUARE: (i64, i64) = (800, 800);
const BANNER: (i64, i64) = (1080, 360);

/// The icon on the entrance to the bag.
const BAG: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96"><path d="M20 32h56l6 52H14z" fill="#E11D48"/><path d="M34 40V28a14 14 0 0 1 28 0v12" fill="none" stroke="#881337" stroke-width="6"/></svg>"##;

/// Subject of a picture.
struct Subject {
    label: String,
    category: usize,
    id: i64,
    number: i64,
    size: (i64, i64),
}

/// Draws the picture of a path; `None` if no answer contains the path.
pub(super) fn draw(world: &World, path: &str) -> Option<String> {
    let name = path.strip_prefix("/img/")?.strip_suffix(".svg")?;
    if name == "i/bag" {
        return Some(BAG.to_owned());
    }
    let mut parts = name.split('/');
    let kind = parts.next()?;
    let id = number(parts.next()?)?;
    let subject = match (kind, parts.next(), parts.next()) {
        ("p", Some(which), None) => product(world, id, number(which)?)?,
        ("s", None, None) => named(id, 1, world.seller(id)?.name.as_str()),
        ("c", None, None) => named(id, 2, world.creator(id)?.creator.name.as_str()),
        ("b", None, None) => {
            let room = world.room(id / 10)?;
            room.banners.iter().find(|banner| banner.id() == id)?;
            Subject { size: BANNER, ..named(id, 5, "Live") }
        }
        _ => return None,
    };
    Some(svg(&subject))
}

/// A number in canonical form (no sign, no leading zero), so that each picture has one path.
fn number(text: &str) -> Option<i64> {
    let value = text.parse::<i64>().ok()?;
    (value >= 0 && value.to_string() == text).then_some(value)
}

fn product(world: &World, id: i64, which: i64) -> Option<Subject> {
    if let Some(product) = world.product(id) {
        return (which < product.pictures).then(|| Subject {
            label: initials(product.title.as_str()),
            category: product.category,
            id,
            number: which,
            size: SQUARE,
        });
    }
    // Auction pieces and prizes have one picture each.
    let title = world.room(id / 1_000)?.piece(id)?;
    (which == 0).then(|| Subject { label: initials(title), category: 6, id, number: 0, size: SQUARE })
}

fn named(id: i64, category: usize, name: &str) -> Subject {
    Subject { label: initials(name), category, id, number: 0, size: SQUARE }
}

/// The first letters of the first two words.
fn initials(title: &str) -> String {
    title
        .split_whitespace()
        .filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()))
        .take(2)
        .collect::<String>()
        .to_uppercase()
}

fn svg(subject: &Subject) -> String {
    let (back, front) = COLOURS.get(subject.category).copied().unwrap_or(("#eeeeee", "#444444"));
    let mut dice = Dice::of_pair(scenarios::FULL.cast_unsigned(), Topic::Product, subject.id, subject.number);
    let (width, height) = subject.size;
    let mut picture = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"><rect width="{width}" height="{height}" fill="{back}"/>"#
    );
    for _ in 0..5 {
        let (x, y, radius) = (dice.range(0, width), dice.range(0, height), dice.range(60, 260));
        let share = dice.range(6, 18);
        // Writing to a string cannot fail.
        let _ = write!(picture, r#"<circle cx="{x}" cy="{y}" r="{radius}" fill="{front}" opacity="0.{share:02}"/>"#);
    }
    let (label, x, y) = (&subject.label, width / 2, height / 2);
    let (radius, letters) = (width.min(height) * 21 / 80, width.min(height) * 19 / 80);
    let _ = write!(
        picture,
        r#"<circle cx="{x}" cy="{y}" r="{radius}" fill="{front}"/><text x="{x}" y="{y}" dy="0.35em" text-anchor="middle" font-family="sans-serif" font-size="{letters}" fill="{back}">{label}</text></svg>"#
    );
    picture
}
