//! Requests, and accessors for answers.

use live_pack_idl::live_pack::{
    BagTab, Button, ButtonState, ButtonType, GetLiveBagDataRequest, GetLiveBagDataResponse, Page, ProductCard, RoomRef,
    UserContext,
};

/// A request under construction: a guest in the US requests the first page.
#[derive(Clone)]
pub(crate) struct Ask(pub(crate) GetLiveBagDataRequest);

/// The first page of a room for a guest in the US.
pub(crate) fn room(room_id: i64) -> Ask {
    Ask(GetLiveBagDataRequest {
        room: RoomRef { room_id, ..RoomRef::default() },
        user: UserContext {
            device_id: "a device".into(),
            region: "US".into(),
            language: "en".into(),
            app_version: 350_000,
            ..UserContext::default()
        },
        page: Some(Page { cursor: 0, count: 20 }),
        tab: BagTab::ALL,
        ..GetLiveBagDataRequest::default()
    })
}

impl Ask {
    pub(crate) fn by(mut self, user_id: i64) -> Self {
        self.0.user.user_id = user_id;
        self
    }

    pub(crate) fn from(mut self, region: &str, language: &str) -> Self {
        (self.0.user.region, self.0.user.language) = (region.to_owned().into(), language.to_owned().into());
        self
    }

    pub(crate) fn page(mut self, cursor: i64, count: i32) -> Self {
        self.0.page = Some(Page { cursor, count });
        self
    }

    pub(crate) fn tab(mut self, tab: BagTab) -> Self {
        self.0.tab = tab;
        self
    }

    pub(crate) fn without(mut self, ids: &[i64]) -> Self {
        self.0.exclude_ids = ids.to_vec();
        self
    }
}

/// The products in their order.
pub(crate) fn ids(answer: &GetLiveBagDataResponse) -> Vec<i64> {
    answer.products.iter().map(|card| card.product_id).collect()
}

/// The status and the status of the room.
pub(crate) fn code(answer: &GetLiveBagDataResponse) -> i32 {
    answer.base_resp.status_code
}

/// The degraded tasks.
pub(crate) fn degraded(answer: &GetLiveBagDataResponse) -> Vec<&str> {
    answer.degraded.iter().map(|lost| lost.task.as_str()).collect()
}

/// The buttons of a card for buying or viewing, without reminders.
pub(crate) fn selling(card: &ProductCard) -> impl Iterator<Item = &Button> {
    card.buttons.iter().filter(|button| button.kind != ButtonType::REMIND_ME)
}

/// Whether the card can be bought.
pub(crate) fn offers(card: &ProductCard, kind: ButtonType) -> bool {
    card.buttons.iter().any(|button| button.kind == kind && button.state == ButtonState::ENABLED)
}

/// The count of a tab; `None` if the tab is not listed.
pub(crate) fn tab_count(answer: &GetLiveBagDataResponse, tab: BagTab) -> Option<i32> {
    answer.tabs.iter().find(|item| item.tab == tab).map(|item| item.count)
}
