//! A viewer's impressions of a banner today, for the frequency caps of banners.
//!
//! Counted in Redis under `lp:banner:{viewer}:{banner}:{yyyymmdd}`: the viewer is `u` and the user id, or `d` and the
//! device id of a guest; the day is that of UTC, so that it does not depend on where a viewer travels. A counter expires
//! 25 hours after the last view it counted: its day is then over by the clock of every instance. Counters are never cached
//! in the process, because the next view may be counted by another one.

use std::time::Duration;

use jiff::{Timestamp, tz::TimeZone};

use super::Dal;
use crate::{
    Call, Error, ErrorKind, Origin,
    model::{BucketKey, Viewer},
    redis::{Change, Write},
};

/// A day, and an hour for clocks that disagree.
const KEPT: Duration = Duration::from_secs(25 * 3_600);

/// Longest accepted device id, in bytes: it is stored once per banner and day.
const LONGEST_DEVICE_ID: usize = 128;

impl Dal {
    /// The viewer's impressions of each of these banners on the UTC day of `now_ms` (Unix milliseconds), aligned with
    /// the ids. Zeros without a Redis, and for a viewer with neither account nor device id.
    ///
    /// # Errors
    ///
    /// There is a Redis, and it did not answer or a value is not a number. The cap is then not applied.
    pub async fn banner_views(&self, call: &Call, banner_ids: &[i64], now_ms: i64) -> Result<Vec<u32>, Error> {
        let none = || vec![0; banner_ids.len()];
        let (Some(redis), Some(keys)) = (&self.redis, Keys::of(&call.viewer, now_ms)) else { return Ok(none()) };
        if banner_ids.is_empty() {
            return Ok(none());
        }
        let names: Vec<String> = banner_ids.iter().map(|id| keys.name(*id)).collect();
        let counters = redis.mget(&names, call.deadline).await?;
        if let Some(recording) = &call.recording {
            recording.redis(&names, &counters);
        }
        if counters.len() != banner_ids.len() {
            return Err(bad("as many counters as keys were expected"));
        }
        counters.iter().map(|bytes| bytes.as_deref().map_or(Ok(0), views)).collect()
    }

    /// Counts one view of each of these banners by the viewer, on the UTC day of `now_ms` (Unix milliseconds). Returns
    /// at once: the counters are written in the background, and dropped and counted if the queue is full.
    pub fn count_banner_views(&self, call: &Call, banner_ids: &[i64], now_ms: i64) {
        let (Some(redis), Some(keys)) = (&self.redis, Keys::of(&call.viewer, now_ms)) else { return };
        let count = |id: &i64| Write { key: keys.name(*id), change: Change::Count, ttl: KEPT };
        let counts: Vec<Write> = banner_ids.iter().map(count).collect();
        redis.write(counts.len(), move || counts);
    }
}

/// The names of a viewer's counters for one day.
struct Keys {
    viewer: String,
    day: String,
}

impl Keys {
    /// `None`: the viewer has neither account nor usable device id.
    fn of(viewer: &Viewer, now_ms: i64) -> Option<Self> {
        let viewer = match viewer.bucket_key() {
            BucketKey::User(id) => format!("u{id}"),
            BucketKey::Device(id) if (1..=LONGEST_DEVICE_ID).contains(&id.len()) => format!("d{id}"),
            BucketKey::Device(_) => return None,
        };
        let date = TimeZone::UTC.to_datetime(Timestamp::from_millisecond(now_ms).unwrap_or_default()).date();
        Some(Self { viewer, day: format!("{:04}{:02}{:02}", date.year(), date.month(), date.day()) })
    }

    fn name(&self, banner_id: i64) -> String {
        format!("lp:banner:{}:{banner_id}:{}", self.viewer, self.day)
    }
}

/// Parses a counter.
fn views(bytes: &[u8]) -> Result<u32, Error> {
    let number = std::str::from_utf8(bytes).ok().and_then(|text| text.parse::<i64>().ok());
    number.map(|number| u32::try_from(number.max(0)).unwrap_or(u32::MAX)).ok_or_else(|| bad("a counter is malformed"))
}

fn bad(detail: &'static str) -> Error {
    Error { origin: Origin::Redis("MGET"), kind: ErrorKind::BadResponse, detail: detail.into() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use std::sync::Arc;

    use super::*;
    use crate::{
        fetch::tests::dal,
        testing::{RedisServer, call, closed, millis, user},
    };

    /// 2026-03-01T00:00:00Z.
    const MARCH: i64 = 1_772_323_200_000;

    fn device(id: &str) -> Call {
        let mut call = call(millis(2_000));
        Arc::make_mut(&mut call.viewer).device_id = pilota::FastStr::from_string(id.to_owned());
        call
    }

    /// The views of banners 1 and 2 once they are `due`, or at the time limit.
    async fn settled(dal: &Dal, call: &Call, now_ms: i64, due: [u32; 2]) -> Vec<u32> {
        let mut found = Vec::new();
        for _ in 0..200 {
            let call = Call { deadline: tokio::time::Instant::now() + millis(2_000), ..call.clone() };
            found = dal.banner_views(&call, &[1, 2], now_ms).await.unwrap_or_default();
            if found == due {
                break;
            }
            tokio::time::sleep(millis(5)).await;
        }
        found
    }

    #[tokio::test]
    async fn views_are_counted_by_viewer_banner_and_utc_day_across_processes() {
        let redis = RedisServer::start().await;
        let address = closed().await;
        let (one, other) = (dal(address, Some(&redis.url)), dal(address, Some(&redis.url)));
        let (member, guest) = (user(millis(2_000), 101), device("101"));
        one.count_banner_views(&member, &[1, 2], MARCH);
        other.count_banner_views(&member, &[1], MARCH + 1);
        one.count_banner_views(&guest, &[2], MARCH);
        one.count_banner_views(&member, &[1], MARCH - 1);
        for (name, call, now_ms, due) in [
            ("two processes count together", &member, MARCH, [2, 1]),
            ("a guest's device is not the account of that number", &guest, MARCH, [0, 1]),
            ("the day before", &member, MARCH - 1, [1, 0]),
            ("the last instant of the day", &member, MARCH + 86_399_999, [2, 1]),
            ("the day after", &member, MARCH + 86_400_000, [0, 0]),
            ("somebody else", &user(millis(2_000), 102), MARCH, [0, 0]),
        ] {
            assert_eq!(settled(&other, call, now_ms, due).await, due, "{name}");
        }
        let mut raw = redis.raw().await.unwrap();
        for key in ["lp:banner:u101:1:20260301", "lp:banner:u101:1:20260228", "lp:banner:d101:2:20260301"] {
            let left: i64 = redis::cmd("TTL").arg(key).query_async(&mut raw).await.unwrap();
            assert!((1..=90_000).contains(&left), "{key} lapses in {left}");
        }
    }

    #[tokio::test]
    async fn without_counters_there_are_zeros_and_no_calls() {
        let long = "x".repeat(LONGEST_DEVICE_ID + 1);
        let hung = Some("redis://127.0.0.1:1");
        for (name, url, call) in [
            ("no redis", None, user(millis(500), 101)),
            ("neither account nor device", hung, device("")),
            ("a device id without end", hung, device(&long)),
        ] {
            let dal = dal(closed().await, url);
            dal.count_banner_views(&call, &[1, 2], MARCH);
            assert_eq!(dal.banner_views(&call, &[1, 2], MARCH).await.unwrap(), [0, 0], "{name}");
        }
        let dal = dal(closed().await, hung);
        assert!(dal.banner_views(&device("d"), &[], MARCH).await.unwrap().is_empty(), "no banner, no question");
    }

    #[tokio::test]
    async fn a_lost_redis_and_a_malformed_counter_are_errors() {
        let mut redis = RedisServer::start().await;
        let dal = dal(closed().await, Some(&redis.url));
        let call = user(millis(2_000), 101);
        assert_eq!(settled(&dal, &call, MARCH, [0, 0]).await, [0, 0]);
        let mut raw = redis.raw().await.unwrap();
        let key = "lp:banner:u101:1:20260301";
        redis::cmd("SET").arg(key).arg("often").query_async::<()>(&mut raw).await.unwrap();
        assert_eq!(dal.banner_views(&call, &[1], MARCH).await.unwrap_err().kind, ErrorKind::BadResponse);
        redis.kill();
        for _ in 0..5 {
            let error = dal.banner_views(&user(millis(500), 101), &[1], MARCH).await.unwrap_err();
            assert!(error.origin.is_redis(), "{error}");
            dal.count_banner_views(&call, &[1], MARCH);
        }
    }

    #[tokio::test]
    async fn counts_that_find_the_queue_full_are_dropped_and_counted() {
        let registry = prometheus::Registry::new();
        let settings = crate::RedisSettings {
            url: Some("redis://127.0.0.1:1".parse().unwrap()),
            write_queue: 1,
            ..crate::RedisSettings::default()
        };
        let redis = crate::Redis::connect(&settings, &registry).unwrap();
        let dal = Dal::new(crate::testing::rpc_at(closed().await), redis, &registry).unwrap();
        // Nothing is awaited, so the writer does not run: the queue holds one batch and the rest find it full.
        for _ in 0..3 {
            dal.count_banner_views(&user(millis(500), 101), &[1, 2], MARCH);
        }
        let families = registry.gather();
        let writes = families.iter().find(|family| family.name() == "live_pack_redis_writes_total").unwrap();
        let dropped = writes.get_metric().iter().find(|metric| metric.get_label()[0].value() == "dropped").unwrap();
        assert!((dropped.get_counter().get_value() - 4.0).abs() < f64::EPSILON);
    }

    #[test]
    fn the_first_and_the_last_day_have_names() {
        let viewer = user(millis(1), 7).viewer;
        for (now_ms, day) in [(0, "19700101"), (MARCH - 1, "20260228"), (i64::MAX, "19700101")] {
            assert_eq!(Keys::of(&viewer, now_ms).unwrap().name(3), format!("lp:banner:u7:3:{day}"));
        }
    }
}
