//! From the URI of a picture to URLs that a client can load.

use pilota::FastStr;

/// The sizes a client asks for, as the picture server spells them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImageSize {
    /// A card in a list.
    Thumb,
    /// A whole screen.
    Large,
}

impl ImageSize {
    /// The part of the URL that names it.
    #[must_use]
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Thumb => "~300x300.webp",
            Self::Large => "~1080x1080.webp",
        }
    }
}

/// Where pictures are.
#[derive(Debug, Clone, Default)]
pub struct Images {
    /// Ends with a slash; empty: none is configured.
    base: FastStr,
}

impl Images {
    /// Pictures under `base_url` (`https://…`, or `http://…` of the demo world); `None` or empty: raw URIs.
    #[must_use]
    pub fn new(base_url: Option<&str>) -> Self {
        match base_url.map(|url| url.trim_end_matches('/')) {
            None | Some("") => Self::default(),
            Some(url) => Self { base: FastStr::from_string(format!("{url}/")) },
        }
    }

    /// The URL of a picture in a size. A URI that is a URL already, an empty one, and any without a base stay as they are;
    /// a vector drawing (`.svg`) is one file for every size. One allocation otherwise.
    #[must_use]
    pub fn url(&self, uri: &FastStr, size: ImageSize) -> FastStr {
        if uri.is_empty() || self.base.is_empty() || uri.starts_with("https://") || uri.starts_with("http://") {
            return uri.clone();
        }
        let name = uri.trim_start_matches('/');
        let suffix = if name.ends_with(".svg") { "" } else { size.suffix() };
        let mut url = String::with_capacity(self.base.len() + name.len() + suffix.len());
        url.push_str(&self.base);
        url.push_str(name);
        url.push_str(suffix);
        FastStr::from_string(url)
    }

    /// The URLs of a picture, small one first.
    #[must_use]
    pub fn urls(&self, uri: &FastStr) -> [FastStr; 2] {
        [self.url(uri, ImageSize::Thumb), self.url(uri, ImageSize::Large)]
    }

    /// The same without repetition: a picture that is one file for every size has one URL.
    #[must_use]
    pub fn distinct_urls(&self, uri: &FastStr) -> Vec<FastStr> {
        let [thumb, large] = self.urls(uri);
        if thumb == large { vec![thumb] } else { vec![thumb, large] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_gets_a_base_and_a_size() {
        for base in ["https://img.example", "https://img.example/", "http://127.0.0.1:9000"] {
            let [thumb, large] = Images::new(Some(base)).urls(&"/a/b".into());
            let base = base.trim_end_matches('/');
            assert_eq!(thumb, format!("{base}/a/b~300x300.webp"));
            assert_eq!(large, format!("{base}/a/b~1080x1080.webp"));
        }
    }

    #[test]
    fn what_needs_no_url_stays() {
        for (base, uri) in
            [(None, "a/b"), (Some(""), "a/b"), (Some("https://x"), "https://y/z"), (Some("https://x"), "")]
        {
            assert_eq!(Images::new(base).url(&uri.into(), ImageSize::Large), uri);
        }
    }
}
