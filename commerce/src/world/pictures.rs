//! Pictures: our own drawings, so that nothing here belongs to anybody else.

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

/// What a picture shows.
struct Subject {
    label: String,
    category: usize,
    id: i64,
    number: i64,
}

/// Draws the picture of a path, or nothing where no answer names the path.
pub(super) fn draw(world: &World, path: &str) -> Option<String> {
    let name = path.strip_prefix("/img/")?.strip_suffix(".svg")?;
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
            named(id, 5, "Live")
        }
        _ => return None,
    };
    Some(svg(&subject))
}

/// A number as we write it: no sign, no leading zero, so that each picture has one path.
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
        });
    }
    // Auction pieces and prizes have one picture each.
    let title = world.room(id / 1_000)?.piece(id)?;
    (which == 0).then(|| Subject { label: initials(title), category: 6, id, number: 0 })
}

fn named(id: i64, category: usize, name: &str) -> Subject {
    Subject { label: initials(name), category, id, number: 0 }
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
    let mut picture = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 800" width="800" height="800"><rect width="800" height="800" fill="{back}"/>"#
    );
    for _ in 0..5 {
        let (x, y, radius) = (dice.range(0, 800), dice.range(0, 800), dice.range(60, 260));
        let share = dice.range(6, 18);
        // Writing to a string cannot fail.
        let _ = write!(picture, r#"<circle cx="{x}" cy="{y}" r="{radius}" fill="{front}" opacity="0.{share:02}"/>"#);
    }
    let label = &subject.label;
    let _ = write!(
        picture,
        r#"<circle cx="400" cy="400" r="210" fill="{front}"/><text x="400" y="400" dy="0.35em" text-anchor="middle" font-family="sans-serif" font-size="190" fill="{back}">{label}</text></svg>"#
    );
    picture
}
