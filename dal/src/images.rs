//! URLs and sizes of pictures.

use std::collections::BTreeMap;

use pilota::FastStr;

use crate::model::RouteGroup;

/// The kinds of pictures whose size no downstream service provides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PictureKind {
    /// The cover of a product, where the product model has no size.
    Product,
    /// The cover of an auction, a surprise set or a prize.
    Auction,
    /// A banner above the bag.
    Banner,
    /// The picture of a creator.
    Avatar,
    /// The icon of a label or of the entrance to the bag.
    Icon,
}

impl PictureKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [Self::Product, Self::Auction, Self::Banner, Self::Avatar, Self::Icon];

    /// The name in the settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Auction => "auction",
            Self::Banner => "banner",
            Self::Avatar => "avatar",
            Self::Icon => "icon",
        }
    }

    /// Default width and height in pixels: those of the demo world.
    #[must_use]
    pub const fn default_size(self) -> (i32, i32) {
        match self {
            Self::Product | Self::Auction | Self::Avatar => (800, 800),
            Self::Banner => (1080, 360),
            Self::Icon => (96, 96),
        }
    }
}

/// A server of pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageHost {
    /// `https://…`, or `http://…` of the demo world; empty: none, and a picture that is not a URL itself has no address.
    pub base_url: String,
    /// Side of the picture in a list, in pixels.
    pub thumb: u32,
    /// Side of the picture on a whole screen, in pixels.
    pub large: u32,
}

impl Default for ImageHost {
    fn default() -> Self {
        Self { base_url: String::new(), thumb: 300, large: 1080 }
    }
}

/// URLs and sizes of pictures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImageSettings {
    /// The server of a route group that `groups` does not name.
    pub default: ImageHost,
    /// Servers of route groups.
    pub groups: BTreeMap<RouteGroup, ImageHost>,
    /// Width and height in pixels; a kind that is left out has [`PictureKind::default_size`].
    pub sizes: BTreeMap<PictureKind, (i32, i32)>,
}

/// Makes the URLs of pictures. Resident.
#[derive(Debug, Clone, Default)]
pub struct Images {
    default: Host,
    groups: BTreeMap<RouteGroup, Host>,
    sizes: BTreeMap<PictureKind, (i32, i32)>,
}

/// A server with its parts of a URL ready-made.
#[derive(Debug, Clone, Default)]
struct Host {
    /// Ends with a slash; empty: none is configured.
    base: FastStr,
    /// Suffixes of the name, small picture first.
    suffixes: [FastStr; 2],
}

impl Images {
    /// URLs by these settings.
    #[must_use]
    pub fn new(settings: ImageSettings) -> Self {
        Self {
            default: Host::of(&settings.default),
            groups: settings.groups.iter().map(|(group, host)| (*group, Host::of(host))).collect(),
            sizes: settings.sizes,
        }
    }

    /// The URL of the picture server of a route group, with a slash at its end; empty: none.
    #[must_use]
    pub fn base_url(&self, group: RouteGroup) -> &str {
        &self.groups.get(&group).unwrap_or(&self.default).base
    }

    /// The URLs of a picture for viewers of a route group, small one first, without repetition: a vector drawing (`.svg`) is
    /// one file for every size. A URI that is a URL already stays as it is; without a server a client could load no other,
    /// and the list is empty.
    #[must_use]
    pub fn urls(&self, group: RouteGroup, uri: &FastStr) -> Vec<FastStr> {
        if uri.starts_with("https://") || uri.starts_with("http://") {
            return vec![uri.clone()];
        }
        let host = self.groups.get(&group).unwrap_or(&self.default);
        if uri.is_empty() || host.base.is_empty() {
            return Vec::new();
        }
        let name = uri.trim_start_matches('/');
        if name.ends_with(".svg") {
            return vec![host.url(name, "")];
        }
        host.suffixes.iter().map(|suffix| host.url(name, suffix)).collect()
    }

    /// Width and height of a picture, in pixels.
    #[must_use]
    pub fn size(&self, picture: PictureKind) -> (i32, i32) {
        self.sizes.get(&picture).copied().unwrap_or_else(|| picture.default_size())
    }
}

impl Host {
    fn of(host: &ImageHost) -> Self {
        let ImageHost { base_url, thumb, large } = host;
        let base = match base_url.trim_end_matches('/') {
            "" => FastStr::empty(),
            url => FastStr::from_string(format!("{url}/")),
        };
        let suffix = |side: &u32| FastStr::from_string(format!("~{side}x{side}.webp"));
        Self { base, suffixes: [suffix(thumb), suffix(large)] }
    }

    /// One allocation.
    fn url(&self, name: &str, suffix: &str) -> FastStr {
        let mut url = String::with_capacity(self.base.len() + name.len() + suffix.len());
        url.push_str(&self.base);
        url.push_str(name);
        url.push_str(suffix);
        FastStr::from_string(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(base_url: &str) -> ImageHost {
        ImageHost { base_url: base_url.to_owned(), ..ImageHost::default() }
    }

    fn urls(images: &Images, group: RouteGroup, uri: &'static str) -> Vec<String> {
        images.urls(group, &uri.into()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_uri_gets_a_base_and_a_size() {
        for base in ["https://img.example", "https://img.example/", "http://127.0.0.1:9000"] {
            let images = Images::new(ImageSettings { default: host(base), ..ImageSettings::default() });
            let base = base.trim_end_matches('/');
            let due = [format!("{base}/a/b~300x300.webp"), format!("{base}/a/b~1080x1080.webp")];
            assert_eq!(urls(&images, RouteGroup::Us, "/a/b"), due);
            assert_eq!(urls(&images, RouteGroup::Us, "a/b.svg"), [format!("{base}/a/b.svg")]);
        }
    }

    #[test]
    fn a_route_group_may_have_a_server_and_sizes_of_its_own() {
        let eu = ImageHost { base_url: "https://eu.example".to_owned(), thumb: 200, large: 900 };
        let groups = BTreeMap::from([(RouteGroup::Eu, eu)]);
        let images = Images::new(ImageSettings { default: host("https://img.example"), groups, ..Default::default() });
        let due = ["https://eu.example/a~200x200.webp", "https://eu.example/a~900x900.webp"];
        assert_eq!(urls(&images, RouteGroup::Eu, "a"), due);
        let due = ["https://img.example/a~300x300.webp", "https://img.example/a~1080x1080.webp"];
        assert_eq!(urls(&images, RouteGroup::Jp, "a"), due);
    }

    #[test]
    fn no_url_is_returned_that_a_client_cannot_load() {
        for (base, uri, expected) in [
            ("", "a/b", vec![]),
            ("", "img/p/1.svg", vec![]),
            ("", "https://y/z", vec!["https://y/z"]),
            ("https://x", "https://y/z", vec!["https://y/z"]),
            ("https://x", "", vec![]),
        ] {
            let images = Images::new(ImageSettings { default: host(base), ..ImageSettings::default() });
            assert_eq!(urls(&images, RouteGroup::Us, uri), expected, "{base:?} {uri:?}");
        }
    }

    #[test]
    fn every_kind_of_picture_has_a_size_that_the_settings_may_override() {
        let sizes = BTreeMap::from([(PictureKind::Banner, (640, 200))]);
        let images = Images::new(ImageSettings { sizes, ..ImageSettings::default() });
        for picture in PictureKind::ALL {
            let expected = if picture == PictureKind::Banner { (640, 200) } else { picture.default_size() };
            assert_eq!(images.size(picture), expected, "{}", picture.name());
            assert!(expected.0 > 0 && expected.1 > 0);
        }
    }
}
