//! The section `images` of the settings: its rules.

use std::collections::BTreeMap;

use live_pack_dal::{ImageHost, ImageSettings, PictureKind, config::Check, model::RouteGroup};

use super::raw::{RawImageHost, RawImages};

/// Limits for the width and height of a picture in pixels.
const PIXELS: std::ops::RangeInclusive<u32> = 1..=10_000;

/// Checks servers and sizes.
pub(super) fn check(raw: &RawImages, check: &mut Check<'_>) -> ImageSettings {
    let RawImages { base_url, thumb, large, groups, sizes } = raw;
    let all = RawImageHost { base_url: base_url.clone(), thumb: *thumb, large: *large };
    let default = host("images", &all, &ImageHost::default(), check);
    let shipped = PictureKind::ALL.map(|picture| (picture, picture.default_size()));
    let mut settings = ImageSettings { groups: BTreeMap::new(), sizes: shipped.into(), default };
    for (name, raw) in groups {
        let at = format!("images.groups.{name}");
        let host = host(&at, raw, &settings.default, check);
        match RouteGroup::ALL.into_iter().find(|group| group.name() == name) {
            Some(group) => drop(settings.groups.insert(group, host)),
            None => check.fail(at, "must be a route group: US, EU, SEA, JP, LATAM", name),
        }
    }
    for (name, [width, height]) in sizes {
        let at = format!("images.sizes.{name}");
        let good = |side: &i32| u32::try_from(*side).is_ok_and(|side| PIXELS.contains(&side));
        if !good(width) || !good(height) {
            check.fail(&at, "must be width and height, 1 to 10000 pixels each", &[width, height]);
        }
        match PictureKind::ALL.into_iter().find(|picture| picture.name() == name) {
            Some(picture) => drop(settings.sizes.insert(picture, (*width, *height))),
            None => check.fail(at, "must be product, auction, banner, avatar or icon", name),
        }
    }
    settings
}

fn host(at: &str, raw: &RawImageHost, otherwise: &ImageHost, check: &mut Check<'_>) -> ImageHost {
    let base_url = raw.base_url.as_ref().unwrap_or(&otherwise.base_url);
    let host = base_url.strip_prefix("https://").or_else(|| base_url.strip_prefix("http://"));
    let clean = |host: &str| !host.is_empty() && !host.contains(|sign: char| sign.is_whitespace() || sign.is_control());
    if !base_url.is_empty() && !host.is_some_and(clean) {
        check.fail(format_args!("{at}.base_url"), "must be a URL, such as https://img.example.com, or empty", base_url);
    }
    let mut side = |name: &str, said: Option<u32>, otherwise: u32| {
        if let Some(side) = said.filter(|side| !PIXELS.contains(side)) {
            check.fail(format_args!("{at}.{name}"), "must be 1 to 10000 pixels", &side);
        }
        said.unwrap_or(otherwise)
    };
    let (thumb, large) = (side("thumb", raw.thumb, otherwise.thumb), side("large", raw.large, otherwise.large));
    ImageHost { base_url: base_url.clone(), thumb, large }
}
