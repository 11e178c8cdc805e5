//! Remembered bags compared with fresh ones, around every edge and after every change.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use live_pack_dal::{
    Memories,
    config::FlashSaleRules,
    model::{AgeClass, BagEntry, ProductStatus},
};
use prometheus::Registry;

use super::*;
use crate::rules::fixtures::{region, window};

fn entry(product_id: i64, item_no: i32, top_rank: i32) -> BagEntry {
    BagEntry { product_id, item_no, top_rank }
}

fn lite(status: ProductStatus, stock: i32, age_class: AgeClass) -> Lookup<ProductLite> {
    Lookup::Found(ProductLite {
        status,
        sale_regions: vec![region("US")],
        stock,
        age_class,
        seller_id: 7,
        min_app_version: 5,
        flash_sale_only: false,
        listed_ms: 0,
    })
}

fn bags() -> Vec<BagLines> {
    let bag = |entries| Same(Arc::new(Bag { room_id: 1, version: 1, entries, ..Bag::default() }));
    let statuses = Same(Arc::new(vec![
        lite(ProductStatus::Activate, 3, AgeClass::General),
        lite(ProductStatus::Activate, 0, AgeClass::Adult),
        Lookup::Missing,
        lite(ProductStatus::Freeze, 1, AgeClass::General),
    ]));
    let sales = |windows: Vec<FlashWindow>| {
        let [one, other] = [0, 1].map(|part| windows.iter().skip(part).step_by(2).copied().collect());
        Some(Same(Arc::new(vec![Lookup::Found(one), Lookup::Missing, Lookup::Failed, Lookup::Found(other)])))
    };
    let first = BagLines {
        bag: bag(vec![entry(1, 1, 0), entry(2, 2, 1), entry(1, 3, 0), entry(4, 4, 2)]),
        statuses,
        windows: sales(vec![window(3_000, 5_000), window(4_000, 6_000), window(5_500, 8_000)]),
        pinned: None,
        region: region("US"),
        conf: Same(Arc::new(Conf {
            flash_sale: FlashSaleRules { preheat_ms: 700, ..FlashSaleRules::default() },
            ..Conf::default()
        })),
    };
    vec![
        BagLines { windows: None, ..first.clone() },
        BagLines { windows: sales(vec![window(3_500, 4_500)]), ..first.clone() },
        BagLines { pinned: Some(4), ..first.clone() },
        BagLines { region: region("VN"), ..first.clone() },
        BagLines { bag: bag(vec![entry(4, 1, 0), entry(2, 2, 1)]), ..first.clone() },
        first,
    ]
}

#[test]
fn remembered_lines_equal_the_fresh_ones_around_every_edge() {
    let (memories, bags) = (Memories::new(&Registry::new()).unwrap(), bags());
    for edge in [2_300, 2_800, 3_000, 3_300, 3_500, 4_000, 4_500, 4_800, 5_000, 5_500, 6_000, 8_000] {
        for now_ms in [edge - 1, edge, edge + 1, edge - 1] {
            for lines in &bags {
                let fresh = lines.compute(now_ms).value;
                assert_eq!(memories.get(lines.clone(), now_ms), fresh, "{now_ms}");
            }
        }
    }
    let one = |now_ms| memories.get(bags[0].clone(), now_ms);
    assert!(Arc::ptr_eq(&one(1), &one(2)), "without windows there is no edge");
}

#[test]
fn remembered_verdicts_and_keys_equal_those_of_the_rules() {
    let memories = Memories::new(&Registry::new()).unwrap();
    let stock = |policy, sold_out_sink| Rule::Stock { policy, sold_out_sink };
    let rules = [
        Rule::Duplicate,
        Rule::Banned,
        Rule::Offline,
        Rule::Region,
        Rule::ForAdults,
        Rule::AppVersion(4),
        Rule::AppVersion(5),
        stock(StockPolicy::Hide, true),
        stock(StockPolicy::Hide, false),
        stock(StockPolicy::Sink, true),
    ];
    let orders = [
        Order::Top,
        Order::FlashSale,
        Order::SoldOut(StockPolicy::Sink),
        Order::SoldOut(StockPolicy::Keep),
        Order::ItemNo,
        Order::ProductId,
    ];
    let mut rejected = 0;
    for items in bags().into_iter().map(|lines| Same(memories.get(lines, 4_200))) {
        for turn in 0..2 {
            for rule in rules {
                let found = memories.get(Verdicts { items: items.clone(), rule }, turn);
                assert_eq!(format!("{found:?}"), format!("{:?}", rule.rejections(&items)), "{rule:?}");
                rejected += found.len();
            }
            for order in orders {
                let found = memories.get(Keys { items: items.clone(), order }, turn);
                assert_eq!(*found, items.iter().map(|item| order.key(item)).collect::<Vec<_>>(), "{order:?}");
            }
        }
    }
    assert!(rejected > 20, "{rejected}");
}
