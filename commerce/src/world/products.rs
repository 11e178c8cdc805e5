//! One product: status, model, price, detail and promotions, generated together so that they are consistent.

use live_pack_idl::{
    product_detail::{DeliveryOption, ProductDetail},
    product_model::{AgeClass, Picture, ProductLite, ProductModel, ProductStatus, Sku},
    product_price::ProductPrice,
};
use pilota::FastStr;

use super::{
    cycle::Cycle,
    dice::{Dice, Topic},
    number::{length, narrow, whole},
    prices,
    promotions::{FlashChoice, Promotions, Subject},
    region::{Region, SALE_REGIONS},
    words::CATEGORIES,
};

/// Reasons why a product is not sold to everyone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    None,
    Status(ProductStatus),
    /// Sold everywhere except in the region of its room.
    NotSoldHere,
    Adult,
    AppVersion(i32),
    /// Listed with a status, but without a model.
    NoModel,
}

/// The stock of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StockChoice {
    /// Drawn from the distribution.
    Drawn,
    Normal,
    Low,
    Out,
}

/// Requirements of a room for one of its products; everything else is random.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Traits {
    pub(crate) flaw: Flaw,
    pub(crate) stock: StockChoice,
    pub(crate) flash: FlashChoice,
    pub(crate) flash_sale_only: bool,
    /// Units that a logged-in viewer may still buy; `None`: random.
    pub(crate) limit_left: Option<i32>,
}

/// A product, with its answers ready to be cloned.
#[derive(Debug)]
pub(crate) struct Product {
    pub(crate) region: Region,
    pub(crate) seller_id: i64,
    pub(crate) category: usize,
    status: ProductStatus,
    sold_here: bool,
    stock: i32,
    age_class: AgeClass,
    min_app_version: i32,
    flash_sale_only: bool,
    /// Always listed this many days ago; `None`: long ago.
    new_days: Option<i64>,
    pub(crate) title: FastStr,
    pub(crate) pictures: i64,
    has_model: bool,
    model: ProductModel,
    pub(crate) price: ProductPrice,
    pub(crate) detail: ProductDetail,
    pub(crate) promotions: Promotions,
    pub(crate) cod: bool,
    pub(crate) limit_left: i32,
}

/// The uri of a picture of a product.
pub(crate) fn picture_uri(product_id: i64, number: i64) -> FastStr {
    FastStr::from_string(format!("img/p/{product_id}/{number}.svg"))
}

impl Product {
    pub(crate) fn draw(seed: u64, id: i64, region: Region, seller_id: i64, traits: Traits) -> Self {
        let mut dice = Dice::of(seed, Topic::Product, id);
        let dice = &mut dice;
        let category = usize::try_from(dice.range(0, length(CATEGORIES) - 1)).unwrap_or_default();
        let title = FastStr::from_string(region.words().title(category, dice));
        let stock = stock(traits.stock, dice);
        let skus = skus(id, region, stock, dice);
        let retail = prices::retail(region, length(skus.len()), dice);
        let retail: Vec<_> = skus.iter().map(|sku| sku.sku_id).zip(retail).collect();
        let has_gift = dice.chance(0.04);
        let free_shipping = dice.chance(0.4);
        let cod = dice.chance(0.7) && region.has_cod();
        let subject =
            Subject { product_id: id, region, retail: &retail, flash: traits.flash, stock, has_gift, free_shipping };
        let promotions = Promotions::draw(&subject, dice);
        let pictures = dice.range(2, 5);
        let model = ProductModel {
            title: title.clone(),
            cover: picture(id, 0),
            images: (0..pictures).map(|number| picture(id, number)).collect(),
            category_id: 100 + length(category),
            seller_id,
            default_sku_id: skus.first().map(|sku| sku.sku_id).unwrap_or_default(),
            skus,
            pre_sale: dice.chance(0.03),
            cod,
            has_gift,
        };
        Self {
            region,
            seller_id,
            category,
            status: match traits.flaw {
                Flaw::Status(status) => status,
                _ => ProductStatus::ACTIVATE,
            },
            sold_here: traits.flaw != Flaw::NotSoldHere,
            stock,
            age_class: match traits.flaw {
                Flaw::Adult => AgeClass::ADULT,
                _ => AgeClass::GENERAL,
            },
            min_app_version: match traits.flaw {
                Flaw::AppVersion(version) => version,
                _ => 0,
            },
            flash_sale_only: traits.flash_sale_only,
            new_days: dice.chance(0.08).then(|| dice.range(0, 6)),
            title,
            pictures,
            has_model: traits.flaw != Flaw::NoModel,
            price: prices::wire(region, &retail, promotions.lasting_percent, dice),
            detail: detail(region, free_shipping, dice),
            promotions,
            limit_left: traits.limit_left.unwrap_or_else(|| limit(seed, id)),
            model,
            cod,
        }
    }

    /// The lightweight form at an instant.
    pub(crate) fn lite(&self, now_ms: i64) -> ProductLite {
        let day = now_ms.div_euclid(Cycle::DAY);
        // The offset is determined by the seller, whose shop opened on some day of 2025.
        let listed_day = self.new_days.map_or(20_089 + self.seller_id % 180, |days| day - days);
        ProductLite {
            status: self.status,
            sale_regions: SALE_REGIONS
                .into_iter()
                .filter(|code| self.is_sold_in(code))
                .map(FastStr::from_static_str)
                .collect(),
            stock: self.stock,
            age_class: self.age_class,
            seller_id: self.seller_id,
            min_app_version: self.min_app_version,
            flash_sale_only: self.flash_sale_only,
            listed_ms: listed_day * Cycle::DAY,
        }
    }

    /// The full form; `None` if the model is missing.
    pub(crate) fn model(&self) -> Option<&ProductModel> {
        self.has_model.then_some(&self.model)
    }

    /// The full form, even if the answers leave it out.
    pub(crate) fn drawn_model(&self) -> &ProductModel {
        &self.model
    }

    pub(crate) fn is_on_shelf(&self) -> bool {
        self.status == ProductStatus::ACTIVATE
    }

    pub(crate) fn age_class(&self) -> AgeClass {
        self.age_class
    }

    /// The oldest client version that can show it; 0: any.
    pub(crate) fn min_app_version(&self) -> i32 {
        self.min_app_version
    }

    /// Whether a region is among the product's sale regions.
    pub(crate) fn is_on_sale_in(&self, region: &str) -> bool {
        SALE_REGIONS.contains(&region) && self.is_sold_in(region)
    }

    pub(crate) fn is_in_stock(&self) -> bool {
        self.stock > 0
    }

    /// Whether it is sold in the region with this code.
    pub(crate) fn is_sold_in(&self, code: &str) -> bool {
        self.sold_here || code != self.region.code()
    }
}

fn stock(choice: StockChoice, dice: &mut Dice) -> i32 {
    let normal = narrow(whole(dice.log_normal(180.0, 0.9)).clamp(11, 20_000));
    let low = narrow(dice.range(1, 10));
    match (choice, dice.range(0, 99)) {
        (StockChoice::Out, _) | (StockChoice::Drawn, 0..=3) => 0,
        (StockChoice::Low, _) | (StockChoice::Drawn, 4..=11) => low,
        _ => normal,
    }
}

fn skus(product_id: i64, region: Region, stock: i32, dice: &mut Dice) -> Vec<Sku> {
    let count = match dice.range(0, 99) {
        0..=44 => 1,
        45..=84 => dice.range(2, 5),
        _ => dice.range(6, 20),
    };
    let colours = region.words().colours;
    let share = i64::from(stock) / count;
    (1..=count)
        .zip(colours.iter().cycle())
        .map(|(number, colour)| Sku {
            sku_id: product_id * 100 + number,
            name: if count > 5 {
                FastStr::from_string(format!("{colour} / {}", size(number)))
            } else {
                FastStr::from_static_str(colour)
            },
            // The first takes the remainder, so that the sum is the stock.
            stock: narrow(if number == 1 { i64::from(stock) - share * (count - 1) } else { share }),
        })
        .collect()
}

fn size(number: i64) -> &'static str {
    match (number - 1) / 5 {
        0 => "S",
        1 => "M",
        2 => "L",
        _ => "XL",
    }
}

fn picture(product_id: i64, number: i64) -> Picture {
    Picture { uri: picture_uri(product_id, number), width: 800, height: 800 }
}

fn detail(region: Region, free: bool, dice: &mut Dice) -> ProductDetail {
    // Zipf-like: the inverse of a uniform draw has the long tail of sales.
    let sold_count = if dice.chance(0.2) { 0 } else { whole(20.0 / (dice.unit() + 0.000_1)).clamp(1, 200_000) };
    // The best of three uniform draws is skewed towards five, as ratings are: the mean is near 4.6.
    let best = dice.unit().max(dice.unit()).max(dice.unit());
    let rating = (10.0 * (3.4 + 1.6 * best)).round() / 10.0;
    let review_count = sold_count / dice.range(3, 12);
    let [standard, express] = region.words().delivery;
    let mut delivery = vec![DeliveryOption {
        id: 1,
        name: FastStr::from_static_str(standard),
        free,
        min_days: 3,
        max_days: narrow(dice.range(5, 9)),
    }];
    if dice.chance(0.5) {
        delivery.push(DeliveryOption {
            id: 2,
            name: FastStr::from_static_str(express),
            free: false,
            min_days: 1,
            max_days: 2,
        });
    }
    ProductDetail { rating: if review_count == 0 { 0.0 } else { rating }, review_count, sold_count, delivery }
}

/// Most products have no limit; a few may not be bought again, some only a few times.
fn limit(seed: u64, product_id: i64) -> i32 {
    let mut dice = Dice::of(seed, Topic::Limit, product_id);
    match dice.range(0, 99) {
        0..=1 => 0,
        2..=9 => narrow(dice.range(1, 5)),
        _ => -1,
    }
}
