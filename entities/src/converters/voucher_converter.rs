//! The vouchers of a room as they are answered, and the banner that speaks of them.

use live_pack_dal::{
    FastStr,
    config::Feature,
    model::Voucher,
    texts::{Arg, Text},
};
use live_pack_engine::{Context, Reads, Stage, Strength, SyncTask, TaskResult};
use live_pack_idl::live_pack::{self as wire, Banner};

use super::{
    price_converter::numbers,
    wire::{voucher_offer, wire_voucher},
};
use crate::{
    loaders::CardTexts,
    providers::{RoomInfo, RoomVouchers},
    rules::voucher::VoucherState,
    scene::VoucherScene,
};

/// The vouchers, and the banner that speaks of them.
#[derive(Debug, Default)]
pub struct PromotionBanners {
    /// One, or none.
    pub banners: Vec<Banner>,
    /// All that may be shown to the viewer, in order.
    pub vouchers: Vec<wire::Voucher>,
}

/// Draws the vouchers; the banner names the first of them that the viewer can still spend, and how many more there are.
#[derive(Debug)]
pub struct VoucherConverter;

impl SyncTask<VoucherScene> for VoucherConverter {
    type Output = PromotionBanners;
    const STAGE: Stage = Stage::Converters;

    fn reads(&self) -> Reads {
        Reads::none().page().need::<RoomInfo>().maybe::<RoomVouchers>().maybe::<CardTexts>()
    }

    fn strength(&self, _cx: &Context<VoucherScene>) -> Strength {
        Strength::Strong
    }

    fn run(&self, cx: &Context<VoucherScene>) -> TaskResult<VoucherScene, PromotionBanners> {
        let request = cx.request();
        let Some(known) = cx.maybe::<RoomVouchers>().done() else { return Ok(PromotionBanners::default()) };
        let (language, numbers) = (CardTexts::language(cx), numbers(request, &cx.need::<RoomInfo>()?.0));
        let vouchers: Vec<&Voucher> = cx.list().page().collect();
        let state = |voucher: &Voucher| known.state(voucher, request.now_ms);
        let best = vouchers.iter().find(|voucher| state(voucher).is_spendable());
        let best = best.filter(|_| request.conf.degrade.is_on(Feature::Banner));
        let draw = |voucher: &Voucher| wire_voucher(voucher, known, request, language, numbers.as_ref());
        let banner = |best: &&Voucher| {
            let texts = &request.resident.texts;
            let more = vouchers.len().saturating_sub(1);
            let count = FastStr::from_string(more.to_string());
            let number = i64::try_from(more).unwrap_or(i64::MAX);
            Banner {
                banner_id: best.voucher_id,
                kind: FastStr::from_static_str("promotion"),
                title: voucher_offer(best, request, language, numbers.as_ref()),
                sub_title: match more {
                    0 => best.title.clone(),
                    _ => texts.format(language, Text::VoucherMore, number, &[(Arg::Count, &count)]),
                },
                schema: FastStr::from_string(format!("livepack://vouchers/{}", request.room_id)),
                start_ms: best.claim_start_ms,
                end_ms: best.claim_end_ms,
                countdown_end_ms: if state(best) == VoucherState::Claimed { 0 } else { best.claim_end_ms },
                vouchers: vec![draw(best)],
                ..Banner::default()
            }
        };
        let banners = best.iter().copied().map(banner).collect();
        Ok(PromotionBanners { banners, vouchers: vouchers.iter().map(|voucher| draw(voucher)).collect() })
    }
}
