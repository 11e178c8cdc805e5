//! The products of a bag that a viewer sees.

use std::collections::BTreeSet;

use live_pack_idl::{
    product_model::AgeClass as ProductAgeClass,
    product_relation::{AgeClass, MGetBagSummaryRequest, PinKind},
};

use super::{Product, Room, World};

/// The properties of a viewer that the bag depends on. Unknown properties exclude no product.
#[derive(Debug, Clone, Default)]
pub(crate) struct View {
    region: Option<String>,
    general_only: bool,
    /// 0: unknown.
    app_version: i32,
    hide_sold_out: bool,
}

impl View {
    /// The viewer of a request.
    pub(crate) fn of(req: &MGetBagSummaryRequest) -> Self {
        Self {
            region: req.region.as_ref().map(ToString::to_string),
            general_only: req.age_class == Some(AgeClass::GENERAL),
            app_version: req.app_version.unwrap_or(0),
            hide_sold_out: req.hide_sold_out.unwrap_or(false),
        }
    }

    /// The products of a room's bag that the viewer sees, without repetitions, in the host's order.
    pub(crate) fn products<'a>(&self, world: &'a World, room: &Room, now_ms: i64) -> Vec<&'a Product> {
        let pinned = room.pin(now_ms).filter(|pin| pin.kind == PinKind::PRODUCT).map(|pin| pin.target_id);
        let mut seen = BTreeSet::new();
        room.product_ids()
            .filter(|id| seen.insert(*id))
            .filter_map(|id| Some((id, world.product(id)?)))
            .filter(|(id, product)| self.sees(product, pinned == Some(*id)))
            .map(|(_, product)| product)
            .collect()
    }

    fn sees(&self, product: &Product, is_pinned: bool) -> bool {
        product.is_on_shelf()
            && self.region.as_ref().is_none_or(|region| product.is_on_sale_in(region))
            && !(self.general_only && product.age_class() == ProductAgeClass::ADULT)
            && (self.app_version == 0 || self.app_version >= product.min_app_version())
            && (!self.hide_sold_out || is_pinned || product.is_in_stock())
    }
}
