//! Whether the entrance to a creator's shop is shown.

use live_pack_dal::{
    config::Gate,
    model::{Permission, Region, Shop},
};

/// The facts that decide about the entrance.
#[derive(Debug, Clone, Copy)]
pub struct EntryFacts<'a> {
    /// Whether the feature is on.
    pub switched_on: bool,
    /// The creator's permission to sell.
    pub permission: Permission,
    /// The shop that is bound to the creator's account.
    pub shop: Option<&'a Shop>,
    /// Products on the creator's profile.
    pub showcase_count: i32,
    /// The viewer's region.
    pub region: Region,
    /// The viewer's client version; 0: not stated.
    pub app_version: i32,
    /// The configured condition for the entrance.
    pub gate: &'a Gate,
}

/// Reasons why there is no entrance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoEntry {
    /// Switched off by hand.
    SwitchedOff,
    /// The permission is not NORMAL.
    Permission,
    /// There is neither a bound and approved shop nor a product on the profile.
    NothingBehind,
    /// The shop does not sell in the viewer's region.
    Region,
    /// The configuration closes it for this region or client.
    Gate,
}

impl NoEntry {
    /// The reason in records and metrics.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SwitchedOff => "switched_off_by_hand",
            Self::Permission => "permission",
            Self::NothingBehind => "nothing_behind",
            Self::Region => "region",
            Self::Gate => "gate",
        }
    }
}

/// The shop if its binding was approved; an unapproved one is ignored, including its regions.
#[must_use]
pub fn approved(shop: Option<&Shop>) -> Option<&Shop> {
    shop.filter(|shop| shop.approved)
}

/// The first reason not to show the entrance; `None`: it is shown. An approved shop sells in the regions that it names, and
/// nowhere if it names none. A profile without such a shop names no regions and counts in every served region.
#[must_use]
pub fn no_entry(facts: &EntryFacts<'_>) -> Option<NoEntry> {
    let shop = approved(facts.shop);
    [
        (!facts.switched_on, NoEntry::SwitchedOff),
        (facts.permission != Permission::Normal, NoEntry::Permission),
        (shop.is_none() && facts.showcase_count <= 0, NoEntry::NothingBehind),
        (shop.is_some_and(|shop| !shop.sale_regions.contains(&facts.region)), NoEntry::Region),
        (!facts.gate.lets_in(facts.region, facts.app_version), NoEntry::Gate),
    ]
    .into_iter()
    .find_map(|(holds, reason)| holds.then_some(reason))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::fixtures::region;
    use NoEntry as N;

    /// Changes of a case from an approved shop in the US with products and everything allowed.
    #[derive(Clone)]
    struct Given {
        switched_on: bool,
        permission: Permission,
        shop: Option<Shop>,
        showcase_count: i32,
        app_version: i32,
        gate: Gate,
    }

    fn good() -> Given {
        Given {
            switched_on: true,
            permission: Permission::Normal,
            shop: Some(shop()),
            showcase_count: 5,
            app_version: 340_000,
            gate: Gate::default(),
        }
    }

    fn shop() -> Shop {
        Shop {
            shop_id: 1,
            name: "shop".into(),
            approved: true,
            seller_id: 7,
            official: false,
            sale_regions: vec![Region::US, region("GB")],
        }
    }

    fn cases() -> Vec<(&'static str, Given, Option<NoEntry>)> {
        let unapproved = || Some(Shop { approved: false, sale_regions: Vec::new(), ..shop() });
        let selling_in = |regions| Some(Shop { sale_regions: regions, ..shop() });
        let gate = |gate| Given { gate, ..good() };
        vec![
            ("all is well", good(), None),
            ("a shop without products", Given { showcase_count: 0, ..good() }, None),
            ("products without a shop", Given { shop: None, ..good() }, None),
            ("products, and a shop that waits for approval", Given { shop: unapproved(), ..good() }, None),
            ("switched off", Given { switched_on: false, ..good() }, Some(N::SwitchedOff)),
            ("no permission", Given { permission: Permission::None, ..good() }, Some(N::Permission)),
            ("limited", Given { permission: Permission::Limited, ..good() }, Some(N::Permission)),
            ("banned", Given { permission: Permission::Banned, ..good() }, Some(N::Permission)),
            ("neither shop nor products", Given { shop: None, showcase_count: 0, ..good() }, Some(N::NothingBehind)),
            (
                "only a shop that waits for approval",
                Given { shop: unapproved(), showcase_count: 0, ..good() },
                Some(N::NothingBehind),
            ),
            ("sells elsewhere", Given { shop: selling_in(vec![region("GB")]), ..good() }, Some(N::Region)),
            ("sells nowhere", Given { shop: selling_in(Vec::new()), ..good() }, Some(N::Region)),
            ("the gate is shut", gate(Gate { enabled: false, ..Gate::default() }), Some(N::Gate)),
            ("the gate is elsewhere", gate(Gate { regions: vec![region("GB")], ..Gate::default() }), Some(N::Gate)),
            ("the gate is here", gate(Gate { regions: vec![Region::US], ..Gate::default() }), None),
            ("an old client", gate(Gate { min_app_version: 340_001, ..Gate::default() }), Some(N::Gate)),
            (
                "a client that does not say",
                Given { app_version: 0, ..gate(Gate { min_app_version: 340_001, ..Gate::default() }) },
                None,
            ),
            (
                "permission before the region",
                Given { permission: Permission::None, shop: selling_in(Vec::new()), ..good() },
                Some(N::Permission),
            ),
        ]
    }

    #[test]
    fn the_entrance_is_shown_unless_there_is_a_reason_against_it() {
        for (name, given, expected) in cases() {
            let facts = EntryFacts {
                switched_on: given.switched_on,
                permission: given.permission,
                shop: given.shop.as_ref(),
                showcase_count: given.showcase_count,
                region: Region::US,
                app_version: given.app_version,
                gate: &given.gate,
            };
            assert_eq!(no_entry(&facts), expected, "{name}");
        }
    }

    #[test]
    fn every_reason_has_a_case_and_a_name() {
        for (reason, code) in [
            (N::SwitchedOff, "switched_off_by_hand"),
            (N::Permission, "permission"),
            (N::NothingBehind, "nothing_behind"),
            (N::Region, "region"),
            (N::Gate, "gate"),
        ] {
            assert_eq!(reason.code(), code);
            assert!(cases().iter().any(|case| case.2 == Some(reason)), "no case for {code}");
        }
    }
}
