//! Products.

use live_pack_shop::catalog::{Filter, ListProducts, ReadProduct};

use crate::{
    app::App,
    endpoint::Answer,
    input::{Input, LARGEST_PAGE},
    problem::Problem,
};

/// Maximum number of ids in a list.
pub(crate) const MOST_IDS: usize = 100;
/// Maximum length of a title query, in characters.
pub(crate) const LONGEST_QUERY: usize = 100;

/// `GET /v1/products`
pub(crate) async fn list(app: App, input: Input) -> Result<Answer, Problem> {
    let mut query = input.query();
    let ids = query.ids("ids", MOST_IDS);
    // All products of an id list fit on one page.
    let page = if ids.is_some() { query.page_of(LARGEST_PAGE) } else { query.page() };
    let text = query.text("query", LONGEST_QUERY);
    let (category_id, seller_id) = (query.id("category_id"), query.id("seller_id"));
    if ids.is_some() && (text.is_some() || category_id.is_some() || seller_id.is_some()) {
        query.fault("ids", "either ids, or query, category_id and seller_id", "both");
    }
    let filter = match ids {
        Some(ids) => Filter::Ids(ids.into_iter().collect()),
        None => Filter::Search { query: text.unwrap_or_default(), category_id, seller_id },
    };
    let list = query.finish(ListProducts { filter, after: page.token, page_size: page.size })?;
    Answer::json(&app.shop().run(list).await?)
}

/// `GET /v1/products/{id}`
pub(crate) async fn read(app: App, input: Input) -> Result<Answer, Problem> {
    Answer::json(&app.shop().run(ReadProduct { product_id: input.id("product")? }).await?)
}
