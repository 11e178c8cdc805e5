//! The trait of an interface: the differences between the methods. `answer.rs` has their common steps.

use std::{future::Future, sync::Arc};

use live_pack_idl::methods::MethodRequest;

use crate::{active_call::ActiveCall, check::Check, params::Params, plans::Group, with_losses::WithLosses};

/// A method of the public interface as served by the handlers.
pub(crate) trait Interface: Sized {
    type Request: MethodRequest;

    /// The engines that it runs. The time limits of the first one apply to shared calls.
    type Plans: Group;

    /// Checks the request, and returns its parameters, which are used only if no fault was found.
    fn params(req: &Self::Request, check: &mut Check) -> Params;

    /// Runs the engines and combines their answers.
    fn answer(plans: &Self::Plans, call: &Arc<ActiveCall>) -> impl Future<Output = WithLosses<Response<Self>>> + Send;

    /// Called after a successful answer. It is not awaited, so it must not block.
    fn answered(_call: &ActiveCall, _response: &Response<Self>) {}
}

/// The answer of an interface.
pub(crate) type Response<I> = <<I as Interface>::Request as MethodRequest>::Response;
