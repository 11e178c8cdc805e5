//! Highlights behind a hidden entrance.

use live_pack_engine::{Context, Filter, Maybe, Rejections, TaskResult};

use crate::{
    item::BagItem,
    providers::CreatorInfo,
    request::LiveRequest,
    rules::shop::{EntryFacts, NoEntry, no_entry},
    scene::BagScene,
};

/// Rejects all highlights if the entrance to the creator's shop is hidden.
#[derive(Debug)]
pub struct ShopEntryFilter;

impl ShopEntryFilter {
    /// The reason that the entrance is hidden; `None`: it is shown.
    #[must_use]
    pub fn reason(request: &LiveRequest, creator: &CreatorInfo) -> Option<NoEntry> {
        let known = creator.0.as_deref();
        no_entry(&EntryFacts {
            switched_on: request.conf.degrade.is_on(live_pack_dal::config::Feature::CreatorShop),
            permission: creator.permission(),
            shop: known.and_then(|creator| creator.shop.as_ref()),
            showcase_count: known.map_or(0, |creator| creator.showcase_count),
            region: request.viewer.region,
            app_version: request.viewer.app_version,
            gate: &request.conf.entry.creator_shop,
        })
    }
}

impl Filter<BagScene> for ShopEntryFilter {
    type Input<'a> = Maybe<'a, CreatorInfo>;

    async fn judge_all(
        &self,
        cx: &Context<BagScene>,
        creator: Maybe<'_, CreatorInfo>,
        items: &[BagItem],
    ) -> TaskResult<BagScene, Rejections> {
        let mut rejections = Rejections::default();
        let unknown = CreatorInfo(None);
        if let Some(reason) = Self::reason(cx.request(), creator.done().unwrap_or(&unknown)) {
            items.iter().enumerate().for_each(|(index, _)| rejections.push(index, reason.code()));
        }
        Ok(rejections)
    }
}
