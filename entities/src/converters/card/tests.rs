//! Remembered cards compared with fresh ones: random viewers, instants and changes, and every edge.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use live_pack_dal::{
    Memories,
    config::FlashSaleRules,
    model::{Activity, ActivityKind, ClaimState, Claims, Picture, Sku, SkuPrice, VoucherFunder},
};
use live_pack_idl::live_pack::CardFields;
use prometheus::Registry;

use super::*;
use crate::rules::{
    button::{Button, ButtonKind, ButtonState, DisabledReason},
    fixtures::{activity, dec, region, sku, sku_price, voucher},
};

/// The last instant of the cases; activities and vouchers begin and end before it.
const END: i64 = 10_000;

/// A linear congruential generator, so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn instant(&mut self) -> i64 {
        i64::try_from(self.below(usize::try_from(END).unwrap())).unwrap()
    }
}

/// The values that each input may have.
struct World {
    texts: Same<Texts>,
    images: Same<Images>,
    confs: Vec<Same<Conf>>,
    numbers: Vec<Option<NumberFormat>>,
    vouchers: Vec<Option<RoomVouchers>>,
    models: Vec<Same<ProductModel>>,
    prices: Vec<Option<Same<ProductPrice>>>,
    details: Vec<Option<Same<ProductDetail>>>,
    promotions: Vec<Option<Same<ProductPromotions>>>,
    sellers: Vec<Option<Same<Seller>>>,
    buttons: Vec<Buttons>,
}

/// One value of each input, by its index in the world.
#[derive(Debug, Clone, Copy, Default)]
struct Case([usize; INPUTS]);

const INPUTS: usize = 20;

fn same<T>(value: T) -> Same<T> {
    Same(Arc::new(value))
}

fn during(kind: ActivityKind, id: i64, start_ms: i64, end_ms: i64, price: &str, left: Option<i32>) -> Activity {
    let limit = left.map(|_| 10);
    Activity { start_ms, end_ms, stock_left: left, stock_total: limit, ..activity(id, kind, &[(1, price), (2, price)]) }
}

fn promotions(activities: Vec<Activity>) -> Option<Same<ProductPromotions>> {
    Some(same(ProductPromotions { activities, free_shipping: false, has_gift: true }))
}

impl World {
    fn new() -> Self {
        use ActivityKind::{Campaign, FlashSale, LiveFlashSale, ProductDiscount};
        let conf =
            Conf { flash_sale: FlashSaleRules { preheat_ms: 700, ..Conf::default().flash_sale }, ..Conf::default() };
        let other =
            Conf { flash_sale: FlashSaleRules { preheat_ms: 1_500, ..conf.flash_sale.clone() }, ..conf.clone() };
        let model = |title: &'static str, cod, skus: Vec<Sku>| ProductModel {
            title: title.into(),
            cover: Picture { uri: "a/cover".into(), width: 0, height: 10 },
            category_id: 1,
            seller_id: 7,
            skus,
            default_sku_id: 1,
            pre_sale: false,
            cod,
            has_gift: false,
        };
        let price = |retail: &str, reference: Option<&str>| {
            let sku =
                |id| SkuPrice { reference: reference.map(dec), lowest_30d: Some(dec("15")), ..sku_price(id, retail) };
            Some(same(ProductPrice { currency: "USD".into(), skus: vec![sku(1), sku(2)] }))
        };
        let detail =
            |sold_count| Some(same(ProductDetail { rating: 4.5, review_count: 1, sold_count, delivery: vec![] }));
        let seller = |official| {
            Some(same(Seller {
                seller_id: 7,
                name: "A shop".into(),
                logo_uri: "".into(),
                rating: 4.0,
                official,
                owner_user_id: 0,
            }))
        };
        let issued = Arc::new(vec![
            voucher(1),
            Voucher { claim_start_ms: 3_000, claim_end_ms: 6_000, reduction: Some(dec("7")), ..voucher(2) },
            Voucher { use_end_ms: Some(4_500), funder: VoucherFunder::Platform, claim_end_ms: 9_000, ..voucher(3) },
        ]);
        let claims = |states: &[(i64, ClaimState)]| {
            Some(Arc::new(Claims { states: states.iter().copied().collect(), ..Claims::default() }))
        };
        let known = |claims| Some(RoomVouchers { vouchers: Arc::clone(&issued), claims });
        let button = |kind, state, reason| Button { kind, state, reason };
        let us = conf.regions.get(region("US")).unwrap().clone();
        Self {
            texts: same(Texts::new(&Registry::new()).unwrap()),
            images: same(Images::default()),
            numbers: vec![Some(NumberFormat::of("en-US", &us)), Some(NumberFormat::of("de-DE", &us)), None],
            confs: vec![same(conf), same(other)],
            vouchers: vec![None, known(None), known(claims(&[(1, ClaimState::Used), (2, ClaimState::Claimed)]))],
            models: vec![
                same(model("Mug", false, vec![sku(1, 3), sku(2, 0)])),
                same(model("Mug", true, vec![sku(1, 0), sku(2, 0)])),
                // equal, but another value
                same(model("Mug", true, vec![sku(1, 0), sku(2, 0)])),
            ],
            prices: vec![None, price("20", None), price("20", Some("25")), price("16.666", Some("30"))],
            details: vec![None, detail(0), detail(12_345)],
            promotions: vec![
                None,
                promotions(vec![]),
                promotions(vec![during(LiveFlashSale, 5, 2_000, 4_000, "9", Some(4))]),
                promotions(vec![
                    during(ProductDiscount, 6, 1_000, 5_000, "12", None),
                    during(FlashSale, 5, 3_000, 7_000, "15", Some(1)),
                ]),
                promotions(vec![
                    during(Campaign, 8, 2_500, 8_000, "8", None),
                    during(LiveFlashSale, 5, 6_000, 9_000, "14", Some(9)),
                ]),
            ],
            sellers: vec![None, seller(false), seller(true)],
            buttons: vec![
                [].into_iter().collect(),
                [button(ButtonKind::BuyNow, ButtonState::Enabled, DisabledReason::None)].into_iter().collect(),
                [button(ButtonKind::BuyNow, ButtonState::Disabled, DisabledReason::SoldOut)].into_iter().collect(),
            ],
        }
    }

    /// The inputs of a case; the states of the vouchers follow from the instant, as in a request.
    fn inputs(&self, Case(at): Case, now_ms: i64) -> CardInputs {
        fn of<T: Clone>(values: &[T], index: usize) -> T {
            values[index % values.len()].clone()
        }
        let viewer = region("US");
        let vouchers = of(&self.vouchers, at[0]).map(|known| CardVouchers {
            all: Same::of(&known.vouchers),
            shown: known.shown_at(viewer, now_ms).collect(),
        });
        let class = CardClass {
            texts: self.texts.clone(),
            images: self.images.clone(),
            conf: of(&self.confs, at[1]),
            room_id: of(&[1001, 1002], at[2]),
            region: viewer,
            route_group: RouteGroup::Us,
            language: of(&[Language::English, Language::ALL[3]], at[3]),
            numbers: of(&self.numbers, at[4]),
            atmosphere_places: 1 + at[5] % 2,
            price_range_style: at[6] % 2 == 1,
            place: of(&[CardPlace::Bag, CardPlace::Pin, CardPlace::Screen, CardPlace::Shop], at[7]),
            urls: at[8] % 2 == 0,
            vouchers,
        };
        let facts = [AtmosphereFact::BestSeller, AtmosphereFact::Lowest30d, AtmosphereFact::LowStock];
        CardInputs {
            product: CardProduct {
                product_id: of(&[1, 2], at[9]),
                item_no: 3,
                is_pinned: at[10] % 2 == 1,
                is_top: at[11] % 2 == 1,
                stock: of(&[None, Some(0), Some(3), Some(500)], at[12]),
            },
            class: SharedClass::of(class),
            model: of(&self.models, at[13]),
            price: of(&self.prices, at[14]),
            detail: of(&self.details, at[15]),
            promotions: of(&self.promotions, at[16]),
            seller: of(&self.sellers, at[17]),
            live: of(&[&[][..], &[(5, 0)], &[(5, 2)], &[(6, 0), (5, 7)]], at[18]).into(),
            buttons: of(&self.buttons, at[19]),
            atmosphere: facts.into_iter().take(at[19] % 4).collect(),
            free_delivery: at[19] % 2 == 1,
            may_pay_on_delivery: at[18] % 2 == 1,
        }
    }
}

/// The card drawn without a memory, with the live values set.
fn fresh(inputs: &CardInputs, now_ms: i64, in_cart_count: i32, texts: &Texts) -> CardFields {
    let fields = drawing::draw(inputs, now_ms);
    let sale = fields.flash_sale.as_ref();
    let countdown_text = sale.map(|sale| countdown(sale, now_ms, texts, inputs.class.class.language));
    Live { server_now_ms: now_ms, countdown_text: countdown_text.unwrap_or_default(), in_cart_count }.onto(&fields)
}

fn compare(world: &World, memories: &Memories, case: Case, now_ms: i64) {
    let inputs = world.inputs(case, now_ms);
    let language = inputs.class.class.language;
    let in_cart = i32::try_from(now_ms % 3).unwrap();
    let expected = fresh(&inputs, now_ms, in_cart, &world.texts);
    let found = memories.get(inputs, now_ms).at(now_ms, in_cart, &world.texts, language);
    assert!(found.into_fields() == expected, "{case:?} at {now_ms}: {expected:?}");
}

fn hits(registry: &Registry) -> f64 {
    let families = registry.gather();
    let lookups = families.iter().find(|family| family.name() == "live_pack_memory_lookups_total").unwrap();
    let hit = |metric: &&prometheus::proto::Metric| metric.get_label().iter().any(|label| label.value() == "hit");
    lookups.get_metric().iter().find(hit).unwrap().get_counter().get_value()
}

#[test]
fn a_remembered_card_equals_the_fresh_one_whatever_changes() {
    const CASES: u32 = 100_000;
    let (world, registry, mut random) = (World::new(), Registry::new(), Random(1));
    let memories = Memories::new(&registry).unwrap();
    let mut case = Case::default();
    for _ in 0..CASES {
        if random.below(4) == 0 {
            case = Case::default();
        }
        case.0[random.below(INPUTS)] = random.below(12);
        compare(&world, &memories, case, random.instant());
    }
    // otherwise the cases would compare fresh cards with fresh ones
    assert!(hits(&registry) > f64::from(CASES) / 10.0, "{}", hits(&registry));
}

#[test]
fn a_remembered_card_changes_at_every_edge() {
    let world = World::new();
    let edges = |conf: &Conf| {
        let activities = world.promotions.iter().flatten().flat_map(|it| &it.activities);
        let of_activity = activities.flat_map(|it| [it.start_ms - conf.flash_sale.preheat_ms, it.start_ms, it.end_ms]);
        let vouchers = world.vouchers.iter().flatten().flat_map(|it| it.vouchers.iter());
        let of_voucher = vouchers.flat_map(|it| [Some(it.claim_start_ms), Some(it.claim_end_ms), it.use_end_ms]);
        of_activity.chain(of_voucher.flatten()).collect::<Vec<_>>()
    };
    for (conf, vouchers, promotions, live) in (0..2).flat_map(|conf| {
        (0..3).flat_map(move |vouchers| (0..5).flat_map(move |it| (0..4).map(move |live| (conf, vouchers, it, live))))
    }) {
        let mut case = Case::default();
        (case.0[0], case.0[1], case.0[14], case.0[16], case.0[18]) = (vouchers, conf, 2, promotions, live);
        let memories = Memories::new(&Registry::new()).unwrap();
        for edge in edges(&world.confs[conf]) {
            // over the edge and back: an entry drawn on one side must not be used on the other
            for now_ms in [edge - 1, edge, edge + 1, edge, edge - 1] {
                compare(&world, &memories, case, now_ms);
            }
        }
    }
}

#[test]
fn viewers_of_one_class_share_a_card() {
    let (world, registry) = (World::new(), Registry::new());
    let memories = Memories::new(&registry).unwrap();
    let card = |cart| {
        let card: Arc<Card> = memories.get(world.inputs(Case::default(), 5), 5);
        card.at(5, cart, &world.texts, Language::English).in_cart_count
    };
    assert_eq!([card(0), card(4)], [0, 4]);
    assert!((hits(&registry) - 1.0).abs() < f64::EPSILON);
}
