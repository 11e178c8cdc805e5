//! Lists of products.

use live_pack_shop::{
    Refusal, UseCaseError,
    catalog::{Filter, ListProducts, ProductListView, ReadProduct, StockState},
    order::TradeRequest,
    seed::{Seed, SkuStock, write},
};
use live_pack_shop_store::catalog::{ProductRow, SkuRow};

use crate::kit::{Kit, SCARCE, shops};

/// Adds products 11 to 15 with different titles, categories and sellers; 15 is off the shelf.
async fn add(kit: &Kit) {
    let titles = ["Red Lamp", "lamp 50% off", "LAMP_shade", "ÄPFEL", "red lamp, off the shelf"];
    let mut seed = Seed::default();
    for (number, title) in (11..).zip(titles) {
        seed.products.push(ProductRow {
            product_id: number,
            seller_id: if number == 12 { 20 } else { 10 },
            category_id: 200 + number % 2,
            title: title.into(),
            title_lower: title.to_lowercase(),
            brand: "B".into(),
            tags: "[]".into(),
            description: String::new(),
            images: r#"["img/1.svg"]"#.into(),
            currency: "USD".into(),
            sale_regions: "*".into(),
            buyer_limit: None,
            tax_class: 0,
            on_shelf: i64::from(number != 15),
        });
        for (sku_id, price) in [(number * 100, 500), (number * 100 + 1, 300)] {
            let seller_id = if number == 12 { 20 } else { 10 };
            seed.skus.push(SkuRow { sku_id, product_id: number, seller_id, attributes: "{}".into(), price });
            seed.stock.push(SkuStock { seller_id, sku_id, on_hand: if number == 13 { 0 } else { 6 } });
        }
    }
    write(&kit.shop, &seed).await.unwrap();
}

async fn list(kit: &Kit, filter: Filter, after: Option<i64>, page_size: i64) -> ProductListView {
    kit.shop.run(ListProducts { filter, after, page_size }).await.unwrap()
}

fn ids(page: &ProductListView) -> Vec<i64> {
    page.items.iter().map(|item| item.product_id.parse().unwrap()).collect()
}

fn search(query: &str, category_id: Option<i64>, seller_id: Option<i64>) -> Filter {
    Filter::Search { query: query.into(), category_id, seller_id }
}

#[tokio::test]
async fn products_are_chosen_by_title_category_seller_or_ids() {
    for kit in shops().await {
        add(&kit).await;
        for (filter, expected) in [
            (search("", None, None), vec![1, 2, 3, 4, 11, 12, 13, 14]),
            (search("LaMp", None, None), vec![11, 12, 13]),
            (search("0% o", None, None), vec![12]),
            (search("p_s", None, None), vec![13]),
            (search("äpf", None, None), vec![14]),
            (search("nothing", None, None), vec![]),
            (search("lamp", Some(201), None), vec![11, 13]),
            (search("", Some(200), None), vec![12, 14]),
            (search("", None, Some(20)), vec![2, 3, 4, 12]),
            (search("lamp", Some(200), Some(20)), vec![12]),
            (Filter::Ids([14, 999, 1, 15].into()), vec![1, 14]),
        ] {
            assert_eq!(ids(&list(&kit, filter.clone(), None, 100).await), expected, "{filter:?}");
        }
    }
}

#[tokio::test]
async fn pages_of_every_filter_have_no_gaps() {
    for kit in shops().await {
        add(&kit).await;
        for filter in [
            search("", None, None),
            search("", Some(201), None),
            search("", None, Some(10)),
            Filter::Ids([1, 2, 3, 11, 12].into()),
        ] {
            let all = ids(&list(&kit, filter.clone(), None, 100).await);
            let (mut found, mut after) = (Vec::new(), None);
            loop {
                let page = list(&kit, filter.clone(), after, 2).await;
                assert!(page.items.len() <= 2);
                found.extend(ids(&page));
                let Some(token) = page.next_page_token else { break };
                after = Some(token.parse().unwrap());
            }
            assert_eq!(found, all, "{filter:?}");
        }
    }
}

#[tokio::test]
async fn an_item_has_the_lowest_price_the_seller_and_the_current_stock() {
    for kit in shops().await {
        add(&kit).await;
        let page = list(&kit, Filter::Ids([1, 12, 13].into()), None, 100).await;
        let item = &page.items[1];
        assert_eq!((item.price.amount.as_str(), item.seller_name.as_str()), ("3.00", "Seller 20"));
        assert_eq!(item.images, ["img/1.svg"]);
        let states: Vec<_> = page.items.iter().map(|item| item.stock_state).collect();
        assert_eq!(states, [StockState::InStock, StockState::InStock, StockState::SoldOut]);
        assert_eq!(scarce(&kit).await, 5);
        let orders = kit.order(1, &[(SCARCE, 5)]).await;
        assert_eq!(scarce(&kit).await, 0, "stock is never cached");
        kit.commit(TradeRequest::Settle { order_id: orders[0] }).await;
        assert_eq!(scarce(&kit).await, 0);
        let off = kit.shop.run(ReadProduct { product_id: 15 }).await;
        assert!(matches!(off, Err(UseCaseError::Refused(Refusal::NotFound("product")))), "{off:?}");
    }
}

/// Units of the scarce SKU shown for product 1.
async fn scarce(kit: &Kit) -> i64 {
    let product = kit.shop.run(ReadProduct { product_id: 1 }).await.unwrap();
    product.skus.iter().find(|sku| sku.sku_id == SCARCE.to_string()).unwrap().available
}
