//! The common parts of all wire answers: a status, and for batches the keys that failed.

use live_pack_idl::base::BaseResp;
use pilota::thrift::Message;

/// An answer of a downstream method. Its default is the empty answer.
pub(crate) trait Answer: Default + Send + Message {
    /// The status of the call.
    fn base_resp(&self) -> &BaseResp;

    /// Marks keys as failed; false if the method does not answer by key.
    fn fail(&mut self, keys: &[i64]) -> bool;

    /// Whether the answer names all of `keys` as failed; false if the method does not answer by key.
    fn has_failed_all(&self, keys: &[i64]) -> bool;
}

/// Answers that name the keys that failed.
macro_rules! by_key {
    ($($answer:path),* $(,)?) => {$(
        impl $crate::rpc::answer::Answer for $answer {
            fn base_resp(&self) -> &live_pack_idl::base::BaseResp {
                &self.base_resp
            }

            fn fail(&mut self, keys: &[i64]) -> bool {
                self.failed.extend_from_slice(keys);
                true
            }

            fn has_failed_all(&self, keys: &[i64]) -> bool {
                !self.failed.is_empty() && keys.iter().all(|key| self.failed.contains(key))
            }
        }
    )*};
}

/// Answers that fail as a whole.
macro_rules! as_a_whole {
    ($($answer:path),* $(,)?) => {$(
        impl $crate::rpc::answer::Answer for $answer {
            fn base_resp(&self) -> &live_pack_idl::base::BaseResp {
                &self.base_resp
            }

            fn fail(&mut self, _: &[i64]) -> bool {
                false
            }

            fn has_failed_all(&self, _: &[i64]) -> bool {
                false
            }
        }
    )*};
}

pub(super) use as_a_whole;
pub(super) use by_key;
