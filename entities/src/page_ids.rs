//! The products of the page, for the engine of the pinned card in the same request: the pinned product is usually on the
//! page, and is then not requested a second time.

use std::sync::{Arc, OnceLock};

use tokio::sync::SetOnce;

/// The products requested by the page of a request.
#[derive(Debug, Clone, Default)]
pub struct PageIds {
    /// Empty: no engine of this request has a page.
    page: OnceLock<Arc<SetOnce<Arc<[i64]>>>>,
}

impl PageIds {
    /// Declares that an engine of this request has a page: requests for single products wait until the page is chosen.
    pub fn expect(&self) {
        self.page.get_or_init(Arc::default);
    }

    /// Sets the products of the page; the first call wins.
    pub(crate) fn announce(&self, ids: &Arc<[i64]>) {
        if let Some(page) = self.page.get() {
            // several tasks announce the same products
            let _ = page.set(Arc::clone(ids));
        }
    }

    /// Declares that no products will be announced.
    pub fn close(&self) {
        self.announce(&Arc::default());
    }

    /// The products to request for an answer about `id`: those of the page if `id` is among them, else only `id`.
    pub(crate) async fn with(&self, id: i64) -> Arc<[i64]> {
        if let Some(page) = self.page.get() {
            let ids = page.wait().await;
            if ids.contains(&id) {
                return Arc::clone(ids);
            }
        }
        Arc::from([id])
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn a_product_of_the_page_is_requested_with_the_page() {
        let page: Arc<[i64]> = Arc::from([3, 5, 7]);
        let alone = PageIds::default();
        alone.announce(&page);
        assert_eq!(*alone.with(5).await, [5], "there is no page in this request");

        let expected = PageIds::default();
        expected.expect();
        let mut waiting = std::pin::pin!(expected.with(5));
        assert!(timeout(Duration::ZERO, waiting.as_mut()).await.is_err(), "the page is not chosen yet");
        expected.announce(&page);
        expected.close();
        assert_eq!(waiting.await, page);
        assert_eq!(*expected.with(6).await, [6], "it is not on the page");
    }

    #[tokio::test]
    async fn a_product_is_requested_alone_if_no_page_is_chosen() {
        let ids = PageIds::default();
        ids.expect();
        ids.close();
        assert_eq!(*ids.with(5).await, [5]);
    }
}
