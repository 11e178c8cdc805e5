//! Banners of a room: valid ones, and ones that a filter must remove.

use live_pack_idl::promotion_delivery::{BannerKind, BannerMaterial};
use pilota::FastStr;

use super::{
    cycle::Cycle,
    dice::{Dice, Topic},
    number::narrow,
    scenarios::{self, Blueprint},
    vouchers::VoucherPlan,
};

const SEASON: Cycle = Cycle { period_ms: Cycle::DAY, open_ms: Cycle::DAY, phase_ms: 0 };

/// A banner whose times are filled in on request.
#[derive(Debug, Clone)]
pub(crate) struct BannerPlan {
    banner: BannerMaterial,
    /// Days by which the window is shifted: 0 is open, other values are past or upcoming.
    shift_days: i64,
    counts_down: bool,
}

impl BannerPlan {
    /// The banner at an instant.
    pub(crate) fn at(&self, now_ms: i64) -> BannerMaterial {
        let turn = SEASON.turn(now_ms);
        let shift = self.shift_days * Cycle::DAY;
        BannerMaterial {
            start_ms: turn.start_ms + shift,
            end_ms: turn.end_ms + shift,
            countdown_end_ms: if self.counts_down { turn.end_ms + shift } else { 0 },
            ..self.banner.clone()
        }
    }

    pub(crate) fn id(&self) -> i64 {
        self.banner.banner_id
    }
}

fn plan(room: Blueprint, number: i32, kind: BannerKind, schema: &str) -> BannerPlan {
    let words = room.region.words();
    let banner_id = room.room_id * 10 + i64::from(number);
    let [evening, fresh, unboxing, _] = words.rooms;
    let (title, sub_title) = match kind {
        BannerKind::VOUCHER => (words.voucher, words.discount),
        BannerKind::AUCTION => (words.surprise_set, unboxing),
        BannerKind::CREATOR_SHOP => (words.creator_shop, fresh),
        _ => {
            let place = usize::try_from(number - 1).unwrap_or_default() % words.campaigns.len();
            (words.campaigns.get(place).copied().unwrap_or_default(), evening)
        }
    };
    BannerPlan {
        banner: BannerMaterial {
            banner_id,
            kind,
            title: FastStr::from_static_str(title),
            sub_title: FastStr::from_static_str(sub_title),
            image_uri: FastStr::from_string(format!("img/b/{banner_id}.svg")),
            schema: FastStr::new(schema),
            priority: 100 - 10 * number,
            ..BannerMaterial::default()
        },
        shift_days: 0,
        counts_down: false,
    }
}

/// The banners of a room.
pub(crate) fn draw(seed: u64, room: Blueprint, vouchers: &[VoucherPlan], has_auctions: bool) -> Vec<BannerPlan> {
    let mut dice = Dice::of(seed, Topic::Banner, room.room_id);
    let claim = vouchers.iter().take(2).map(VoucherPlan::id).collect::<Vec<_>>();
    let link = |path: &str| format!("livepack://{path}/{}", room.room_id);
    match room.room_id {
        scenarios::FULL => full(room, claim),
        scenarios::FLAWED => flawed(room),
        1002..=1005 | 1011 => Vec::new(),
        _ => {
            let mut banners = Vec::new();
            if room.room_id < 3001 || dice.chance(0.5) {
                banners.push(plan(room, 1, BannerKind::CAMPAIGN, &link("campaign")));
            }
            if has_auctions {
                banners.push(plan(room, 2, BannerKind::AUCTION, &link("auctions")));
            }
            if !claim.is_empty() && dice.chance(0.5) {
                let mut banner = plan(room, 3, BannerKind::VOUCHER, &link("vouchers"));
                banner.banner.voucher_ids = claim;
                banners.push(banner);
            }
            if room.room_id >= 3001 && dice.chance(0.3) {
                let mut capped = plan(room, 4, BannerKind::CREATOR_SHOP, &link("shop"));
                capped.banner.daily_cap = narrow(dice.range(1, 3));
                banners.push(capped);
            }
            banners
        }
    }
}

/// One visible banner, once per day and without a link, then others that are early, late, or for other viewers.
fn flawed(room: Blueprint) -> Vec<BannerPlan> {
    let other = |number: i32| plan(room, number, BannerKind::CAMPAIGN, "livepack://campaign/1010");
    let mut unlinked = plan(room, 1, BannerKind::CAMPAIGN, "");
    unlinked.banner.daily_cap = 1;
    let (mut coming, mut over, mut on_android, mut elsewhere) = (other(2), other(3), other(4), other(5));
    (coming.shift_days, over.shift_days) = (1, -1);
    on_android.banner.platforms = vec![2];
    elsewhere.banner.regions = ["GB", "ID"].map(FastStr::from_static_str).into();
    vec![unlinked, coming, over, on_android, elsewhere]
}

/// Four visible banners, one of them without a working link, then one for every reason to leave a banner out.
fn full(room: Blueprint, voucher_ids: Vec<i64>) -> Vec<BannerPlan> {
    let mut campaign = plan(room, 1, BannerKind::CAMPAIGN, "livepack://campaign/1001");
    campaign.counts_down = true;
    let mut voucher = plan(room, 2, BannerKind::VOUCHER, "livepack://vouchers/1001");
    voucher.banner.voucher_ids = voucher_ids;
    let shop = plan(room, 3, BannerKind::CREATOR_SHOP, "livepack://shop/104");
    let unlinked = plan(room, 4, BannerKind::CAMPAIGN, "not a link");
    let mut capped = plan(room, 5, BannerKind::CAMPAIGN, "livepack://campaign/1002");
    capped.banner.daily_cap = 2;
    let mut over = plan(room, 6, BannerKind::CAMPAIGN, "livepack://campaign/1003");
    over.shift_days = -2;
    let mut elsewhere = plan(room, 7, BannerKind::CAMPAIGN, "livepack://campaign/1004");
    elsewhere.banner.regions = vec![FastStr::from_static_str("GB")];
    let mut on_ios = plan(room, 8, BannerKind::CAMPAIGN, "livepack://campaign/1005");
    on_ios.banner.platforms = vec![1];
    let mut newer = plan(room, 9, BannerKind::CAMPAIGN, "livepack://campaign/1006");
    newer.banner.min_app_version = 990_000;
    vec![campaign, voucher, shop, unlinked, capped, over, elsewhere, on_ios, newer]
}
