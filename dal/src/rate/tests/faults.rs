//! Faults of Redis never cost a request more than a short wait.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use crate::testing::{closed, listen};

fn rates() -> RateConf {
    conf(&[rate(RateLevel::Service, 1_000, Duration::from_secs(3_600))])
}

/// Asks this many times, and expects this instance to decide each time.
async fn decides_alone(what: &str, limiter: &RateLimiter, requests: u64) {
    let before = made_alone(limiter);
    for _ in 0..requests {
        assert_eq!(limiter.ask(&asked(1), soon()).await, Ok(Admitted::Local), "{what}");
    }
    assert_eq!(made_alone(limiter) - before, requests, "{what}");
}

/// The URL of a Redis that answers every command so.
async fn talking(answer: &'static str) -> String {
    let address = listen(move |mut stream| async move {
        let mut read = [0; 4096];
        while let Ok(count @ 1..) = stream.read(&mut read).await {
            let lines = read[..count].split(|byte| *byte == b'\n');
            let commands = lines.filter(|line| line.first() == Some(&b'*') && line.len() <= 4).count();
            drop(stream.write_all(answer.repeat(commands).as_bytes()).await);
        }
    })
    .await;
    format!("redis://{address}")
}

#[tokio::test]
async fn without_a_reachable_redis_the_share_applies() {
    let limiter = waiting(LONGEST_WAIT, &format!("redis://{}", closed().await), &rates());
    decides_alone("refuses", &limiter, 20).await;
}

#[tokio::test]
async fn with_invalid_answers_of_redis_the_share_applies() {
    let answers: [(&str, &str); 9] = [
        ("a word", "+OK\r\n"),
        ("an error", "-LOADING Redis is loading the dataset in memory\r\n"),
        ("nothing", "$-1\r\n"),
        ("too few", "*1\r\n:0\r\n"),
        ("a rate that was not asked for", "*3\r\n:9\r\n:0\r\n:0\r\n"),
        ("text for numbers", "*3\r\n+one\r\n+two\r\n+three\r\n"),
        ("a negative rate", "*3\r\n:-1\r\n:5\r\n:0\r\n"),
        ("a negative time", "*3\r\n:0\r\n:5\r\n:-1\r\n"),
        ("a negative wait", "*3\r\n:1\r\n:-5\r\n:0\r\n"),
    ];
    for (what, answer) in answers {
        let url = talking(answer).await;
        let limiter = waiting(LONGEST_WAIT, &url, &rates());
        decides_alone(what, &limiter, 20).await;
    }
}

#[tokio::test]
async fn an_endless_wait_is_cut_to_a_possible_one() {
    let url = talking("*3\r\n:1\r\n:9223372036854775807\r\n:0\r\n").await;
    let limiter = member(&url, &rates());
    for _ in 0..2 {
        let refused = limiter.admit(&asked(1), soon()).await.unwrap_err();
        assert!(refused.retry_after <= refused.period * 2, "{refused:?}");
    }
}

#[tokio::test]
async fn with_a_full_redis_the_share_applies_and_reads_still_work() {
    let server = RedisServer::start().await;
    let mut full = server.raw().await.unwrap();
    redis::cmd("CONFIG").arg("SET").arg("maxmemory").arg(1).exec_async(&mut full).await.unwrap();
    let limiter = member(&server.url, &rates());
    let redis = &limiter.shared.fleet.as_ref().unwrap().redis;
    for _ in 0..10 {
        decides_alone("full", &limiter, 1).await;
        assert_eq!(redis.mget(&["key".to_owned()], soon()).await.unwrap(), [None]);
        // longer than the pause after each useless answer
        tokio::time::sleep(millis(20)).await;
    }
    redis::cmd("CONFIG").arg("SET").arg("maxmemory").arg(0).exec_async(&mut full).await.unwrap();
    until(&limiter, by_fleet).await;
}

#[tokio::test]
async fn a_hanging_redis_is_waited_for_a_few_times_and_used_again_later() {
    let server = RedisServer::start().await;
    let limiter = waiting(LONGEST_WAIT, &server.url, &rates());
    until(&limiter, by_fleet).await;
    let mut redis = server.raw().await.unwrap();
    redis::cmd("CLIENT").arg("PAUSE").arg(1_000).arg("ALL").exec_async(&mut redis).await.unwrap();
    let mut requests = 0;
    while !limiter.shared.fleet.as_ref().unwrap().redis.is_away() {
        decides_alone("hangs", &limiter, 1).await;
        requests += 1;
        tokio::time::sleep(millis(5)).await;
    }
    assert!(requests >= 3, "one slow answer is no reason: {requests}");
    until(&limiter, by_fleet).await;
}

#[tokio::test]
async fn without_time_redis_is_not_asked() {
    let server = RedisServer::start().await;
    let limiter = member(&server.url, &rates());
    until(&limiter, by_fleet).await;
    let before = made_alone(&limiter);
    assert_eq!(limiter.ask(&asked(1), Instant::now()).await, Ok(Admitted::Local));
    assert_eq!(made_alone(&limiter) - before, 1);
    assert!(by_fleet(limiter.ask(&asked(1), soon()).await), "which proves nothing about Redis");
}

#[tokio::test]
async fn a_caller_far_over_its_limit_costs_no_round_trips() {
    let server = RedisServer::start().await;
    let limiter = member(&server.url, &conf(&[rate(RateLevel::User, 10, Duration::from_secs(3_600))]));
    assert_eq!(admitted(&limiter, asked(7), 11).await, 10);
    let mut redis = server.raw().await.unwrap();
    let calls = async |redis: &mut redis::aio::MultiplexedConnection| {
        let stats: String = redis::cmd("INFO").arg("commandstats").query_async(redis).await.unwrap();
        let of = stats.lines().find_map(|line| line.strip_prefix("cmdstat_evalsha:calls=")).unwrap();
        of.split(',').next().unwrap().parse::<u64>().unwrap()
    };
    let before = calls(&mut redis).await;
    assert_eq!(admitted(&limiter, asked(7), 1_000).await, 0);
    let cost = calls(&mut redis).await - before;
    println!("1,000 refusals cost {cost} round trips, heartbeats included");
    assert!(cost < 20, "{cost}");
    let refused = limiter.admit(&asked(7), soon()).await.unwrap_err();
    assert!(refused.retry_after > Duration::from_secs(3_000), "what is remembered says the same: {refused:?}");
    assert_eq!(admitted(&limiter, asked(8), 10).await, 10, "others are not refused with him");
}
