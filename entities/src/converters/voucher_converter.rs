//! The vouchers of a room in the answer, and the banner about them.

use live_pack_dal::{
    FastStr,
    config::Feature,
    model::Voucher,
    texts::{Arg, Language, Text},
};
use live_pack_engine::{Context, Inputs, Maybe, Page, Stage, Task, TaskResult};
use live_pack_idl::live_pack::{self as wire, Banner};

use super::{
    price_converter::numbers,
    voucher_drawing::{offered_voucher, voucher_offer},
};
use crate::{
    loaders::Texts,
    providers::{RoomInfo, RoomVouchers},
    request::LiveRequest,
    rules::voucher::{VoucherState, headline},
    scene::VoucherScene,
};

/// The vouchers, and the banner about them.
#[derive(Debug, Default)]
pub struct PromotionBanners {
    /// One, or none.
    pub banners: Vec<Banner>,
    /// All that may be shown to the viewer, in order.
    pub vouchers: Vec<wire::Voucher>,
}

/// Draws the vouchers; the banner names the first one that the viewer can still spend, and the number of others.
#[derive(Debug)]
pub struct VoucherConverter;

/// Inputs of [`VoucherConverter`].
#[derive(Debug, Inputs)]
pub struct VoucherInputs<'a> {
    page: Page<'a, VoucherScene>,
    room: &'a RoomInfo,
    vouchers: Maybe<'a, RoomVouchers>,
    texts: Texts<'a>,
}

impl Task<VoucherScene> for VoucherConverter {
    type Output = PromotionBanners;
    type Input<'a> = VoucherInputs<'a>;
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(
        &self,
        cx: &Context<VoucherScene>,
        input: VoucherInputs<'_>,
    ) -> TaskResult<VoucherScene, PromotionBanners> {
        let request = cx.request();
        let Some(known) = input.vouchers.done() else { return Ok(PromotionBanners::default()) };
        let (language, numbers) = (input.texts.language(request), numbers(request, &input.room.0));
        let page: Vec<&Voucher> = input.page.items().collect();
        let draw = |voucher: &&Voucher| offered_voucher(voucher, known, request, language, numbers.as_ref());
        let vouchers: Vec<wire::Voucher> = page.iter().map(draw).collect();
        let states: Vec<VoucherState> = page.iter().map(|voucher| known.state(voucher, request.now_ms)).collect();
        let spoken_of = headline(&states).filter(|_| request.conf.degrade.is_on(Feature::Banner));
        let banner = spoken_of.and_then(|(index, more)| {
            let (voucher, drawn) = (page.get(index)?, vouchers.get(index)?.clone());
            let title = voucher_offer(voucher, request, language, numbers.as_ref());
            Some(Banner { title, sub_title: others(request, language, voucher, more), ..about(request, drawn) })
        });
        Ok(PromotionBanners { banners: banner.into_iter().collect(), vouchers })
    }
}

/// A banner about a voucher, without its text. It counts down to the end of the claim period, unless no claims are
/// left.
fn about(request: &LiveRequest, voucher: wire::Voucher) -> Banner {
    let claimed = voucher.state == wire::VoucherState::CLAIMED;
    Banner {
        banner_id: voucher.voucher_id,
        kind: FastStr::from_static_str("promotion"),
        schema: FastStr::from_string(format!("livepack://vouchers/{}", request.room_id)),
        start_ms: voucher.claim_start_ms,
        end_ms: voucher.claim_end_ms,
        countdown_end_ms: if claimed { 0 } else { voucher.claim_end_ms },
        vouchers: vec![voucher],
        ..Banner::default()
    }
}

/// The number of other vouchers, or the name of the voucher if it is the only one.
fn others(request: &LiveRequest, language: Language, voucher: &Voucher, more: usize) -> FastStr {
    if more == 0 {
        return voucher.title.clone();
    }
    let count = FastStr::from_string(more.to_string());
    let number = i64::try_from(more).unwrap_or(i64::MAX);
    request.resident.texts.format(language, Text::VoucherMore, number, &[(Arg::Count, &count)])
}
