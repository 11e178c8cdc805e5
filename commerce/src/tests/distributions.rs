//! The crowd has the intended distributions.

use std::{collections::BTreeSet, sync::Arc};

use live_pack_idl::{live_data::RoomState, product_model::ProductStatus};

use super::clients::NOW;
use crate::world::{Product, Region, World};

fn crowd(world: &World) -> Vec<(i64, &Product)> {
    let ids: BTreeSet<i64> = (2001..=2012).chain(3001..=3100).flat_map(|room_id| world.product_ids(room_id)).collect();
    ids.into_iter().map(|id| (id, world.product(id).unwrap())).collect()
}

fn share(of: &[(i64, &Product)], test: impl Fn(i64, &Product) -> bool) -> f64 {
    let count = of.iter().filter(|(id, product)| test(*id, product)).count();
    100.0 * count as f64 / of.len() as f64
}

fn close(what: &str, found: f64, wanted: f64, tolerance: f64) {
    assert!((found - wanted).abs() <= tolerance, "{what}: {found:.1} % instead of {wanted} %");
}

#[test]
fn products_have_the_intended_distribution() {
    let world = World::of(1);
    let all = crowd(&world);
    assert!(all.len() > 3_000, "{}", all.len());
    let lite = |product: &Product| product.lite(NOW);
    let skus = |product: &Product| product.price.skus.len();
    let render = |product: &Product| product.promotions.render(NOW);
    close("one SKU", share(&all, |_, it| skus(it) == 1), 45.0, 3.0);
    close("2 to 5 SKUs", share(&all, |_, it| (2..=5).contains(&skus(it))), 40.0, 3.0);
    close("sold out", share(&all, |_, it| !it.is_in_stock()), 4.0, 1.5);
    let low = |_: i64, it: &Product| (1..=10).contains(&lite(it).stock);
    close("low stock", share(&all, low), 8.0, 2.0);
    close("on the shelf", share(&all, |_, it| it.is_on_shelf()), 97.3, 1.5);
    let blocked = |_: i64, it: &Product| lite(it).sale_regions.len() == 15;
    close("not sold at home", share(&all, blocked), 2.7, 1.0);
    close("free shipping", share(&all, |_, it| render(it).free_shipping), 40.0, 3.0);
    close("gift", share(&all, |_, it| render(it).has_gift), 4.0, 1.5);
    let pre_sale = |_: i64, it: &Product| it.model().is_some_and(|model| model.pre_sale);
    close("pre-sale", share(&all, pre_sale), 3.0, 1.5);
    let discounted = |_: i64, it: &Product| it.promotions.lasting_percent > 0;
    close("discounted", share(&all, discounted), 60.0, 4.0);
    let kind = |it: &Product, kinds: &[i32]| {
        let activities = render(it).activities;
        activities.iter().any(|it| kinds.contains(&it.kind.inner()) && it.start_ms <= NOW && NOW < it.end_ms)
    };
    close("campaign", share(&all, |_, it| kind(it, &[3])), 10.0, 2.0);
    close("live flash sale", share(&all, |_, it| kind(it, &[4, 5])), 8.0, 2.0);
    let validated = |_: i64, it: &Product| it.price.skus.iter().all(|sku| sku.reference_validated);
    close("validated", share(&all, validated), 75.0, 3.0);
    close("never sold", share(&all, |_, it| it.detail.sold_count == 0), 20.0, 3.0);
    let cod: Vec<_> = all.iter().copied().filter(|(_, it)| it.region.has_cod()).collect();
    close("cash on delivery", share(&cod, |_, it| it.cod), 70.0, 5.0);
    assert!(all.iter().all(|(_, it)| !it.cod || it.region.has_cod()));
}

#[test]
fn multi_sku_prices_differ_in_a_third_and_ratings_are_good() {
    let world = World::of(1);
    let all = crowd(&world);
    let multi: Vec<_> = all.iter().copied().filter(|(_, it)| it.price.skus.len() > 1).collect();
    let differs = |_: i64, it: &Product| {
        let prices: BTreeSet<_> = it.price.skus.iter().map(|sku| &sku.retail).collect();
        prices.len() > 1
    };
    close("prices differ", share(&multi, differs), 30.0, 6.0);
    let rated: Vec<_> = all.iter().map(|(_, it)| it.detail.rating).filter(|it| *it > 0.0).collect();
    let mean = rated.iter().sum::<f64>() / rated.len() as f64;
    assert!((4.5..=4.7).contains(&mean), "{mean}");
    assert!(rated.iter().all(|it| (3.0..=5.0).contains(it)));
}

#[test]
fn a_sale_price_is_never_above_the_retail_price() {
    let world = World::of(1);
    for (id, product) in crowd(&world) {
        for activity in product.promotions.render(NOW).activities {
            assert!(activity.stock_total <= product.lite(NOW).stock);
            assert_eq!(activity.prices.len(), product.price.skus.len());
            for (sale, sku) in activity.prices.iter().zip(&product.price.skus) {
                assert_eq!(sale.sku_id, sku.sku_id);
                let (sale, retail): (f64, f64) = (sale.price.parse().unwrap(), sku.retail.parse().unwrap());
                assert!(0.0 < sale && sale < retail, "{id}: {sale} {retail}");
            }
        }
        for sku in &product.price.skus {
            let retail: f64 = sku.retail.parse().unwrap();
            assert!(sku.reference.as_ref().is_none_or(|it| it.parse::<f64>().unwrap() >= retail));
        }
    }
}

#[test]
fn the_crowd_is_mostly_live_and_its_bags_are_of_medium_size() {
    let world = World::of(1);
    let rooms: Vec<_> = (3001..=3100).map(|id| world.room(id).unwrap()).collect();
    let live = rooms.iter().filter(|it| it.info(NOW).state == RoomState::LIVE).count();
    assert!((75..=92).contains(&live), "{live}");
    let mut sizes: Vec<_> = rooms.iter().map(|room| room.bag_size()).collect();
    sizes.sort_unstable();
    assert!((30..=52).contains(&sizes[50]), "{}", sizes[50]);
    assert!(sizes[99] <= 200);
    let regions: BTreeSet<_> = rooms.iter().map(|room| room.region.code()).collect();
    assert!(regions.len() >= 10);
    assert_eq!(world.room_ids().count(), 123);
}

#[test]
fn titles_are_in_the_language_of_the_region_and_statuses_are_known() {
    let world = World::of(1);
    let titled = |room_id: i64, test: &dyn Fn(char) -> bool| {
        world.product_ids(room_id).into_iter().all(|id| {
            let title = &world.product(id).unwrap().title;
            title.chars().any(test)
        })
    };
    assert!(titled(2005, &|letter| ('\u{0e00}'..'\u{0e7f}').contains(&letter)));
    assert!(titled(2009, &|letter| ('\u{3040}'..'\u{9fff}').contains(&letter)));
    assert!(titled(2001, &|letter| letter.is_ascii_alphabetic()));
    for (_, product) in crowd(&world) {
        assert_ne!(product.lite(NOW).status, ProductStatus::UNKNOWN);
    }
}

#[test]
fn worlds_of_one_seed_are_shared_while_one_exists() {
    let first = World::of(77);
    assert!(Arc::ptr_eq(&first, &World::of(77)));
    assert!(!Arc::ptr_eq(&first, &World::of(78)));
}

#[test]
fn the_median_price_of_each_region_is_near_the_intended_one() {
    let world = World::of(1);
    let all = crowd(&world);
    for region in Region::ALL {
        let here = all.iter().filter(|(_, it)| it.region == region);
        let mut prices: Vec<f64> = here.map(|(_, it)| it.price.skus[0].retail.parse().unwrap()).collect();
        prices.sort_by(f64::total_cmp);
        let median = prices[prices.len() / 2];
        let ratio = median / region.median();
        assert!((0.7..1.4).contains(&ratio), "{region:?}: {median} among {}", prices.len());
    }
}

#[test]
fn vouchers_on_offer_reach_a_third_of_the_products_of_the_crowd() {
    let world = World::of(1);
    let (mut reached, mut total) = (0, 0);
    for room_id in (2001..=2012).chain(3001..=3100) {
        let room = world.room(room_id).unwrap();
        let ids: BTreeSet<i64> = room.vouchers.iter().flat_map(|plan| plan.at(NOW).product_ids).collect();
        assert!(room.vouchers.iter().all(|plan| !plan.at(NOW).product_ids.is_empty()));
        if !room.vouchers.is_empty() {
            reached += ids.len();
            total += room.bag_size();
        }
    }
    let share = 100 * reached / total;
    assert!((24..=40).contains(&share), "{share} %");
}

#[test]
fn other_seeds_also_keep_the_contract() {
    for seed in [0, 2, 42, u64::MAX] {
        let world = World::draw(seed);
        let room = world.room(1001).unwrap();
        let pinned = world.product(room.pin(NOW).unwrap().target_id).unwrap();
        assert!(pinned.is_in_stock() && pinned.limit_left != 0);
        assert_eq!((room.bag_size(), room.vouchers.len(), room.anchor_id), (200, 10, 104));
        assert!(world.room(1006).unwrap().auctions.iter().any(|it| it.surprise_set_id() == 5001));
        assert_eq!(world.room_ids().count(), 123);
    }
}
