//! The banners above the bag as they are answered.

use live_pack_dal::{
    FastStr, PictureKind,
    model::{BannerKind, BannerMaterial, Voucher},
    money::NumberFormat,
    texts::{Language, Text},
};
use live_pack_engine::{Context, Reads, Stage, Strength, SyncTask, TaskResult};
use live_pack_idl::live_pack::{self as wire, Banner};

use super::{price_converter::numbers, voucher_drawing::offered_voucher, wire::wire_picture};
use crate::{
    loaders::{Bidder, CardTexts, PageVouchers, Pictures},
    providers::RoomInfo,
    rules::banner::{Caveat, caveat, is_valid_link},
    scene::BannerScene,
};

/// The banners, in order.
#[derive(Debug)]
pub struct TopBanners(pub Vec<Banner>);

/// Draws the banners.
#[derive(Debug)]
pub struct BannerConverter;

impl SyncTask<BannerScene> for BannerConverter {
    type Output = TopBanners;
    const STAGE: Stage = Stage::Converters;

    fn reads(&self) -> Reads {
        Reads::none()
            .page()
            .need::<RoomInfo>()
            .maybe::<Bidder>()
            .maybe::<PageVouchers>()
            .maybe::<Pictures>()
            .maybe::<CardTexts>()
    }

    fn strength(&self, _cx: &Context<BannerScene>) -> Strength {
        Strength::Strong
    }

    fn run(&self, cx: &Context<BannerScene>) -> TaskResult<BannerScene, TopBanners> {
        let drawing = Drawing {
            cx,
            language: CardTexts::language(cx),
            numbers: numbers(cx.request(), &cx.need::<RoomInfo>()?.0),
        };
        Ok(TopBanners(cx.list().page().map(|banner| drawing.banner(banner)).collect()))
    }
}

struct Drawing<'a> {
    cx: &'a Context<BannerScene>,
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
            image: wire_picture(self.cx, PictureKind::Banner, &banner.image_uri),
            schema: if is_valid_link(&banner.schema) { banner.schema.clone() } else { FastStr::empty() },
            start_ms: banner.start_ms,
            end_ms: banner.end_ms,
            priority: banner.priority,
            vouchers: self.vouchers(&banner.voucher_ids),
            countdown_end_ms: banner.countdown_end_ms,
        }
    }

    /// What stands between the viewer and an auction is told in the second line.
    fn caveat(&self, kind: BannerKind) -> Option<FastStr> {
        let request = self.cx.request();
        let bidder = self.cx.maybe::<Bidder>().done().map(|bidder| &bidder.0);
        let text = match caveat(kind, request.viewer.claims_minor, bidder)? {
            Caveat::AgeRestricted => Text::AgeRestricted,
            Caveat::NotQualified => Text::AuctionNotQualified,
        };
        Some(request.resident.texts.get(self.language, text))
    }

    /// Those of the named vouchers that may be shown to the viewer, in the order of the banner.
    fn vouchers(&self, ids: &[i64]) -> Vec<wire::Voucher> {
        let request = self.cx.request();
        let Some(PageVouchers(vouchers)) = self.cx.maybe::<PageVouchers>().done() else { return Vec::new() };
        let shown: Vec<&Voucher> = vouchers.shown(request).map(|(voucher, _)| voucher).collect();
        let named = ids.iter().filter_map(|id| shown.iter().find(|voucher| voucher.voucher_id == *id));
        named.map(|voucher| offered_voucher(voucher, vouchers, request, self.language, self.numbers.as_ref())).collect()
    }
}

/// The kind as clients know it.
const fn kind(kind: BannerKind) -> &'static str {
    match kind {
        BannerKind::Campaign => "campaign",
        BannerKind::Voucher => "voucher",
        BannerKind::Auction => "auction",
        BannerKind::CreatorShop => "creator_shop",
        BannerKind::Unknown => "",
    }
}
