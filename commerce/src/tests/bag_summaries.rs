//! Compares bag summaries with the lightweight forms of their products.

use std::collections::BTreeSet;

use live_pack_idl::{
    product_model::{AgeClass as ProductAgeClass, ProductLite, ProductStatus},
    product_relation::{AgeClass, BagSummary, MGetBagSummaryRequest, ProductRelationService as _},
};

use super::clients::{NOW, backend};

async fn summary(room_id: i64, request: &MGetBagSummaryRequest) -> BagSummary {
    let request = MGetBagSummaryRequest { room_ids: vec![room_id], ..request.clone() };
    backend(NOW).m_get_bag_summary(request).await.unwrap().summaries.remove(&room_id).unwrap()
}

/// Number of distinct products of a room whose lightweight form passes.
fn count(room_id: i64, passes: impl Fn(i64, &ProductLite) -> bool) -> i32 {
    let world = backend(NOW).world;
    let ids: BTreeSet<i64> = world.room(room_id).unwrap().product_ids().collect();
    let lites = ids.into_iter().map(|id| (id, world.product(id).unwrap().lite(NOW)));
    let on_sale = |lite: &ProductLite| lite.status == ProductStatus::ACTIVATE;
    i32::try_from(lites.filter(|(id, lite)| on_sale(lite) && passes(*id, lite)).count()).unwrap()
}

fn pinned(room_id: i64) -> i64 {
    backend(NOW).world.room(room_id).unwrap().pin(NOW).map_or(0, |pin| pin.target_id)
}

#[tokio::test]
async fn each_field_of_a_viewer_excludes_its_products_in_every_room() {
    let all = MGetBagSummaryRequest::default();
    let mut less = [0; 5];
    let room_ids: Vec<i64> = backend(NOW).world.room_ids().collect();
    for room_id in room_ids {
        let on_sale = summary(room_id, &all).await.count;
        assert_eq!(on_sale, count(room_id, |_, _| true), "room {room_id}");
        let pin = pinned(room_id);
        let cases = [
            (
                MGetBagSummaryRequest { region: Some("US".into()), ..all.clone() },
                count(room_id, |_, lite| lite.sale_regions.iter().any(|code| code == "US")),
            ),
            (MGetBagSummaryRequest { region: Some("ZZ".into()), ..all.clone() }, 0),
            (
                MGetBagSummaryRequest { age_class: Some(AgeClass::GENERAL), ..all.clone() },
                count(room_id, |_, lite| lite.age_class == ProductAgeClass::GENERAL),
            ),
            (
                MGetBagSummaryRequest { app_version: Some(100), ..all.clone() },
                count(room_id, |_, lite| lite.min_app_version <= 100),
            ),
            (
                MGetBagSummaryRequest { hide_sold_out: Some(true), ..all.clone() },
                count(room_id, |id, lite| lite.stock > 0 || id == pin),
            ),
        ];
        for (at, (request, due)) in cases.iter().enumerate() {
            let found = summary(room_id, request).await.count;
            assert_eq!(found, *due, "room {room_id}: {request:?}");
            less[at] += usize::from(found < on_sale);
        }
        let open = MGetBagSummaryRequest {
            age_class: Some(AgeClass::ADULT),
            app_version: Some(0),
            hide_sold_out: Some(false),
            ..all.clone()
        };
        assert_eq!(summary(room_id, &open).await.count, on_sale, "room {room_id}: nobody is left out");
    }
    assert!(less.iter().all(|rooms| *rooms > 0), "each field leaves something out somewhere: {less:?}");
}

#[tokio::test]
async fn a_flash_sale_counts_only_for_viewers_of_its_product() {
    let all = MGetBagSummaryRequest::default();
    assert!(summary(1009, &all).await.has_flash_sale);
    assert!(!summary(1009, &MGetBagSummaryRequest { region: Some("ZZ".into()), ..all }).await.has_flash_sale);
}
