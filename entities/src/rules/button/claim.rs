//! The button of a voucher: CLAIM, or the reason against it.

use live_pack_dal::model::ClaimTask;

use super::{Button, ButtonKind, DisabledReason};
use crate::rules::voucher::VoucherState;

/// CLAIM. Enabled if one tap claims the voucher, including the task to follow the host, which is also one tap; a guest
/// logs in first. Otherwise disabled: with the reason SOLD_OUT, NOT_STARTED or ENDED, or with NONE if the state of
/// the voucher says enough (claimed, used, not watched long enough).
#[must_use]
pub const fn claim_button(state: VoucherState, task: ClaimTask, guest: bool) -> Button {
    let reason = match (state, task) {
        (VoucherState::Claimable, _) | (VoucherState::TaskRequired, ClaimTask::FollowHost | ClaimTask::NoTask) => {
            let soft = if guest { DisabledReason::NeedLogin } else { DisabledReason::None };
            return Button::enabled(ButtonKind::Claim, soft);
        }
        (VoucherState::SoldOut, _) => DisabledReason::SoldOut,
        (VoucherState::NotStarted, _) => DisabledReason::NotStarted,
        (VoucherState::Expired, _) => DisabledReason::Ended,
        (VoucherState::Claimed | VoucherState::Used, _) | (VoucherState::TaskRequired, ClaimTask::WatchLive) => {
            DisabledReason::None
        }
    };
    Button::disabled(ButtonKind::Claim, reason)
}

#[cfg(test)]
mod tests {
    use ClaimTask::{FollowHost, NoTask, WatchLive};
    use DisabledReason as R;
    use VoucherState as S;

    use super::{super::ButtonState, ClaimTask, DisabledReason, VoucherState, claim_button};

    #[test]
    fn claim_is_enabled_if_one_tap_claims_and_a_guest_logs_in_first() {
        for (state, task, works, reason) in [
            (S::Claimable, NoTask, true, R::None),
            (S::Claimable, FollowHost, true, R::None),
            (S::TaskRequired, FollowHost, true, R::None),
            (S::TaskRequired, WatchLive, false, R::None),
            (S::Claimed, NoTask, false, R::None),
            (S::Used, NoTask, false, R::None),
            (S::SoldOut, NoTask, false, R::SoldOut),
            (S::NotStarted, NoTask, false, R::NotStarted),
            (S::Expired, NoTask, false, R::Ended),
        ] {
            let due = if works { ButtonState::Enabled } else { ButtonState::Disabled };
            let button = claim_button(state, task, false);
            assert_eq!((button.state, button.reason), (due, reason), "{state:?} {task:?}");
            let button = claim_button(state, task, true);
            let reason = if works { R::NeedLogin } else { reason };
            assert_eq!((button.state, button.reason), (due, reason), "{state:?} {task:?} for a guest");
        }
    }
}
