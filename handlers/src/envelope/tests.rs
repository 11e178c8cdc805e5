//! Tests of the common fields, for answers with all of them and with none.
#![allow(clippy::indexing_slicing, reason = "tests")]

use live_pack_idl::{
    live_pack::{GetLiveBagDataResponse, GetLiveBagTabResponse, MGetRoomLiteDataResponse},
    status_code,
};

use super::*;
use crate::{degraded::Losses, with_losses::Failure};

const NOW: i64 = 1_700_000_000_000;
const LIVE: Option<RoomStatus> = Some(RoomStatus::LIVE);

fn lost() -> Losses {
    Losses::of("A", status_code::TASK_TIMEOUT, "took too long")
}

fn failed<R>() -> WithLosses<R> {
    WithLosses { outcome: Err(Failure::stopped(Status::new(status_code::LIVE_CLOSE, "over"))), losses: lost() }
}

#[test]
fn an_answer_keeps_its_content_and_gets_losses_room_and_time() {
    let answer = GetLiveBagDataResponse { total: 7, ..GetLiveBagDataResponse::default() };
    let answer = filled(WithLosses { outcome: Ok(answer), losses: lost() }, LIVE, NOW);
    assert_eq!((answer.total, answer.base_resp.status_code), (7, status_code::OK));
    assert_eq!((answer.degraded.len(), answer.degraded[0].task.as_str()), (1, "A"));
    assert_eq!((answer.room_status, answer.server_now_ms), (LIVE, NOW));
}

#[test]
fn a_failure_is_an_answer_with_its_status() {
    let answer: GetLiveBagDataResponse = filled(failed(), LIVE, NOW);
    let status = (answer.base_resp.status_code, answer.base_resp.status_message.as_str());
    assert_eq!(status, (status_code::LIVE_CLOSE, "over"));
    assert_eq!((answer.degraded.len(), answer.room_status, answer.server_now_ms), (1, LIVE, NOW));
}

#[test]
fn an_answer_without_a_common_field_is_left_as_it_is() {
    let tab: GetLiveBagTabResponse = filled(failed(), LIVE, NOW);
    assert_eq!((tab.room_status, tab.degraded.len()), (LIVE, 1));
    let rooms: MGetRoomLiteDataResponse = filled(failed(), LIVE, NOW);
    assert_eq!((rooms.base_resp.status_code, rooms.degraded.len()), (status_code::LIVE_CLOSE, 1));
}

#[test]
fn a_refused_request_has_only_a_status_and_the_time() {
    let status = || Status::new(status_code::PARAM_INVALID, "room.room_id must be above 0, found 0");
    let answer: GetLiveBagDataResponse = refused(status(), NOW);
    let expected = GetLiveBagDataResponse {
        base_resp: status().into_base_resp(),
        server_now_ms: NOW,
        ..GetLiveBagDataResponse::default()
    };
    assert_eq!(answer, expected);
    let rooms: MGetRoomLiteDataResponse = refused(status(), NOW);
    assert_eq!(rooms.base_resp, status().into_base_resp());
}
