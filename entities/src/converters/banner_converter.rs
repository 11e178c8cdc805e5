//! The banners above the bag in the answer.

use live_pack_dal::{
    FastStr, PictureKind,
    model::{BannerKind, BannerMaterial, Voucher},
    money::NumberFormat,
    texts::{Language, Text},
};
use live_pack_engine::{Context, Inputs, Maybe, Page, Stage, Task, TaskResult};
use live_pack_idl::live_pack::{self as wire, Banner};

use super::{price_converter::numbers, voucher_drawing::offered_voucher, wire::wire_picture};
use crate::{
    loaders::{Bidder, PageVouchers, PictureUrls, Texts},
    providers::RoomInfo,
    request::LiveRequest,
    rules::banner::{Caveat, caveat, is_valid_link},
    scene::BannerScene,
};

/// The banners, in order.
#[derive(Debug)]
pub struct TopBanners(pub Vec<Banner>);

/// Draws the banners.
#[derive(Debug)]
pub struct BannerConverter;

/// Inputs of [`BannerConverter`].
#[derive(Debug, Clone, Copy, Inputs)]
pub struct BannerInputs<'a> {
    page: Page<'a, BannerScene>,
    room: &'a RoomInfo,
    bidder: Maybe<'a, Bidder>,
    vouchers: Maybe<'a, PageVouchers>,
    pictures: PictureUrls<'a>,
    texts: Texts<'a>,
}

impl Task<BannerScene> for BannerConverter {
    type Output = TopBanners;
    type Input<'a> = BannerInputs<'a>;
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(&self, cx: &Context<BannerScene>, input: BannerInputs<'_>) -> TaskResult<BannerScene, TopBanners> {
        let request = cx.request();
        let (language, numbers) = (input.texts.language(request), numbers(request, &input.room.0));
        let drawing = Drawing { request, input, language, numbers };
        Ok(TopBanners(input.page.items().map(|banner| drawing.banner(banner)).collect()))
    }
}

struct Drawing<'a> {
    request: &'a LiveRequest,
    input: BannerInputs<'a>,
    language: Language,
    numbers: Option<NumberFormat>,
}

impl Drawing<'_> {
    fn banner(&self, banner: &BannerMaterial) -> Banner {
        Banner {
            banner_id: banner.banner_id,
            kind: FastStr::from_static_str(kind(banner.kind)),
            title: banner.title.clone(),
            sub_title: self.caveat(banner.kind).unwrap_or_else(|| banner.sub_title.clone()),
            image: wire_picture(self.request, self.input.pictures, PictureKind::Banner, &banner.image_uri),
            schema: if is_valid_link(&banner.schema) { banner.schema.clone() } else { FastStr::empty() },
            start_ms: banner.start_ms,
            end_ms: banner.end_ms,
            priority: banner.priority,
            vouchers: self.vouchers(&banner.voucher_ids),
            countdown_end_ms: banner.countdown_end_ms,
        }
    }

    /// Second line of an auction banner: the reason that the viewer may not bid, if there is one.
    fn caveat(&self, kind: BannerKind) -> Option<FastStr> {
        let request = self.request;
        let bidder = self.input.bidder.done().map(|bidder| &bidder.0);
        let text = match caveat(kind, request.viewer.claims_minor, bidder)? {
            Caveat::AgeRestricted => Text::AgeRestricted,
            Caveat::NotQualified => Text::AuctionNotQualified,
        };
        Some(request.resident.texts.get(self.language, text))
    }

    /// The named vouchers that may be shown to the viewer, in the order of the banner.
    fn vouchers(&self, ids: &[i64]) -> Vec<wire::Voucher> {
        let request = self.request;
        let Some(PageVouchers(vouchers)) = self.input.vouchers.done() else { return Vec::new() };
        let shown: Vec<&Voucher> = vouchers.shown(request).map(|(voucher, _)| voucher).collect();
        let named = ids.iter().filter_map(|id| shown.iter().find(|voucher| voucher.voucher_id == *id));
        named.map(|voucher| offered_voucher(voucher, vouchers, request, self.language, self.numbers.as_ref())).collect()
    }
}

/// The kind on the wire.
const fn kind(kind: BannerKind) -> &'static str {
    match kind {
        BannerKind::Campaign => "campaign",
        BannerKind::Voucher => "voucher",
        BannerKind::Auction => "auction",
        BannerKind::CreatorShop => "creator_shop",
        BannerKind::Unknown => "",
    }
}
