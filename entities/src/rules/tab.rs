//! The tabs of a bag: the list, the number of entries of each, and the default.

use smallvec::SmallVec;

/// A tab of the bag. The RECOMMEND tab has no rule yet, so it is not offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tab {
    /// All products.
    All,
    /// Products whose flash sale runs or preheats.
    FlashSale,
    /// Auctions.
    Auction,
    /// Products that a claimable voucher applies to.
    Voucher,
}

/// Entries per tab, over the same filtered bag as the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TabCounts {
    /// Products.
    pub all: i32,
    /// Products whose flash sale runs or preheats.
    pub flash_sale: i32,
    /// Auctions the viewer may see; 0 outside the experiment.
    pub auction: i32,
    /// Products that a claimable voucher applies to.
    pub voucher: i32,
}

/// A tab of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TabEntry {
    /// The tab.
    pub tab: Tab,
    /// Number of its entries.
    pub count: i32,
    /// Whether it opens first.
    pub is_default: bool,
}

/// The tabs of a bag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tabs {
    /// In order; empty if only one would be left.
    pub entries: SmallVec<[TabEntry; 4]>,
    /// The one that opens first, listed or not.
    pub default: Tab,
}

/// ALL first, the others only if they have entries; a single tab is not a choice and gives an empty list. ALL opens first, or
/// AUCTION if the room has only auctions.
#[must_use]
pub fn tabs(counts: TabCounts) -> Tabs {
    let default = if counts.all <= 0 && counts.auction > 0 { Tab::Auction } else { Tab::All };
    let mut entries: SmallVec<[TabEntry; 4]> = [
        (Tab::All, counts.all),
        (Tab::FlashSale, counts.flash_sale),
        (Tab::Auction, counts.auction),
        (Tab::Voucher, counts.voucher),
    ]
    .into_iter()
    .filter(|(tab, count)| *tab == Tab::All || *count > 0)
    .map(|(tab, count)| TabEntry { tab, count, is_default: tab == default })
    .collect();
    if entries.len() == 1 {
        entries.clear();
    }
    Tabs { entries, default }
}

#[cfg(test)]
mod tests {
    use super::{Tab, TabCounts, tabs};
    use Tab::{All, Auction, FlashSale, Voucher};

    /// name, (all, flash sale, auction, voucher), listed, default
    type Case = (&'static str, (i32, i32, i32, i32), &'static [(Tab, i32)], Tab);

    const CASES: &[Case] = &[
        ("everything", (40, 3, 2, 9), &[(All, 40), (FlashSale, 3), (Auction, 2), (Voucher, 9)], All),
        ("products only: no choice", (40, 0, 0, 0), &[], All),
        ("an empty bag", (0, 0, 0, 0), &[], All),
        ("auctions only", (0, 0, 4, 0), &[(All, 0), (Auction, 4)], Auction),
        ("one product beside auctions", (1, 0, 4, 0), &[(All, 1), (Auction, 4)], All),
        ("a flash sale", (5, 5, 0, 0), &[(All, 5), (FlashSale, 5)], All),
        ("vouchers", (5, 0, 0, 1), &[(All, 5), (Voucher, 1)], All),
        ("flash sale and vouchers", (8, 2, 0, 3), &[(All, 8), (FlashSale, 2), (Voucher, 3)], All),
        ("auction before voucher", (8, 0, 1, 3), &[(All, 8), (Auction, 1), (Voucher, 3)], All),
    ];

    #[test]
    fn tabs_without_entries_are_left_out_and_a_single_tab_is_not_listed() {
        for (name, (all, flash_sale, auction, voucher), expected, default) in CASES {
            let counts = TabCounts { all: *all, flash_sale: *flash_sale, auction: *auction, voucher: *voucher };
            let got = tabs(counts);
            let listed: Vec<_> = got.entries.iter().map(|entry| (entry.tab, entry.count)).collect();
            assert_eq!(listed, *expected, "{name}");
            assert_eq!(got.default, *default, "{name}");
            let marked: Vec<_> = got.entries.iter().filter(|entry| entry.is_default).map(|entry| entry.tab).collect();
            assert_eq!(marked, if expected.is_empty() { vec![] } else { vec![*default] }, "{name}");
        }
    }

    #[test]
    fn every_tab_is_listed_and_each_default_has_a_case() {
        for tab in [All, FlashSale, Auction, Voucher] {
            assert!(CASES.iter().any(|case| case.2.iter().any(|listed| listed.0 == tab)), "{tab:?}");
        }
        for default in [All, Auction] {
            assert!(CASES.iter().any(|case| case.3 == default), "{default:?}");
        }
    }
}
