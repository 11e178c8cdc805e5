//! Four instances on one real Redis, at several times the limit.

use futures_util::future::join_all;

use super::{alone::most_in, *};

const LIMIT: u32 = 400;
const PERIOD: Duration = Duration::from_millis(500);

/// Each of the four asks from eight sides, without end.
async fn hammer(four: &[RateLimiter], note: impl Fn(Admitted)) {
    let sides = four.iter().flat_map(|limiter| [limiter; 8]).map(|limiter| async {
        loop {
            if let Ok(admitted) = limiter.ask(&asked(0), soon()).await {
                note(admitted);
            }
            tokio::time::sleep(millis(1)).await;
        }
    });
    join_all(sides).await;
}

/// The requests that four instances admit in this time.
async fn in_a_time(four: &[RateLimiter], time: Duration) -> Vec<Admitted> {
    let log = std::sync::Mutex::new(Vec::new());
    drop(tokio::time::timeout(time, hammer(four, |admitted| log.lock().unwrap().push(admitted))).await);
    log.into_inner().unwrap()
}

#[tokio::test]
async fn four_instances_admit_the_limit_with_redis_and_nearly_so_without() {
    let mut server = RedisServer::start().await;
    let conf = conf(&[rate(RateLevel::Service, LIMIT, PERIOD)]);
    let four = [(); 4].map(|()| member(&server.url, &conf));
    for limiter in &four {
        until(limiter, |_| limiter.shared.fleet.as_ref().unwrap().instances() == Some(4)).await;
    }

    // with Redis: by its own time, exactly
    let log = in_a_time(&four, PERIOD * 6).await;
    let of_redis = |admitted: &Admitted| match admitted {
        Admitted::Fleet(at) => Some(*at),
        Admitted::Local | Admitted::Unlimited => None,
    };
    let mut times: Vec<u64> = log.iter().filter_map(of_redis).collect();
    assert_eq!((times.len(), made_alone(&four[0])), (log.len(), 0), "Redis decided all");
    times.sort_unstable();
    let period = PERIOD.as_micros() as u64;
    let most = most_in(&times, period);
    let (first, periods) = (times[0], 5);
    let admitted = times.iter().filter(|at| **at < first + periods * period).count();
    let share = admitted as f64 / (f64::from(LIMIT) * periods as f64);
    let lap = (times[4 * LIMIT as usize] - first) as f64 / 4.0 / period as f64;
    println!("fleet of four: at most {most} of {LIMIT} in any window, {share:.4} of the limit in {periods} periods");
    println!("fleet of four: the first place of a period is free again after {lap:.4} periods");
    assert!(most <= LIMIT as usize, "{most}");
    assert!(share >= 0.99, "{share}");

    // Redis dies: each knows its share
    server.kill();
    for limiter in &four {
        until(limiter, by_itself).await;
    }
    let began = Instant::now();
    let log = in_a_time(&four, PERIOD * 4).await;
    let periods = began.elapsed().as_secs_f64() / PERIOD.as_secs_f64();
    let share = log.len() as f64 / (f64::from(LIMIT) * periods);
    println!("four without Redis: {share:.4} of the limit in {periods:.2} periods");
    assert!(log.iter().all(|admitted| *admitted == Admitted::Local));
    assert!((0.9..=1.1).contains(&share), "{share}");

    // and comes back
    server.restart().await;
    for limiter in &four {
        until(limiter, by_fleet).await;
    }
    let before = made_alone(&four[0]);
    let log = in_a_time(&four, PERIOD).await;
    assert!(log.iter().all(|admitted| by_fleet(Ok(*admitted))), "{log:?}");
    assert_eq!(made_alone(&four[0]), before);
}

#[tokio::test]
async fn a_request_that_one_rate_refuses_is_counted_by_none() {
    let server = RedisServer::start().await;
    let hour = Duration::from_secs(3_600);
    let conf = conf(&[rate(RateLevel::Service, 5, hour), rate(RateLevel::User, 1, hour)]);
    // each has forgotten what the others were refused
    let mut places = 0;
    for _ in 0..4 {
        places += admitted(&member(&server.url, &conf), asked(7), 1).await;
    }
    assert_eq!(places, 1);
    let limiter = member(&server.url, &conf);
    for user in [8, 9, 10, 11] {
        assert_eq!(admitted(&limiter, asked(user), 1).await, 1, "{user}");
    }
    let refused = limiter.admit(&asked(12), soon()).await.unwrap_err();
    assert_eq!((refused.level, refused.limit), (RateLevel::Service, 5));
    assert!(refused.retry_after > hour / 2, "{refused:?}");
    // the viewer that the service refused has a place left once the service has one
    let narrow = Rate { caller: Some("other".into()), ..rate(RateLevel::Service, 5, hour) };
    limiter.configure(&super::conf(&[narrow, rate(RateLevel::User, 1, hour)]));
    assert_eq!(admitted(&limiter, asked(12), 2).await, 1);
}

#[tokio::test]
async fn counters_continue_when_rates_change_and_instances_come_and_go() {
    let server = RedisServer::start().await;
    let hour = Duration::from_secs(3_600);
    let (service, user) = (rate(RateLevel::Service, 5, hour), rate(RateLevel::User, 100, hour));
    let first = member(&server.url, &conf(std::slice::from_ref(&service)));
    assert_eq!(admitted(&first, asked(1), 3).await, 3);
    first.configure(&conf(&[user, service.clone()]));
    assert_eq!(admitted(&first, asked(1), 3).await, 2);
    let second = member(&server.url, &conf(std::slice::from_ref(&service)));
    assert_eq!(admitted(&second, asked(1), 1).await, 0);
    second.configure(&conf(&[Rate { limit: 7, ..service }]));
    assert_eq!(admitted(&second, asked(1), 9).await, 2, "a higher limit has places at once");
}

#[tokio::test]
async fn keys_share_a_node_and_expire() {
    let server = RedisServer::start().await;
    let rates = [RateLevel::Service, RateLevel::Interface, RateLevel::User].map(|level| rate(level, 500, millis(100)));
    let limiter = member(&server.url, &conf(&rates));
    assert_eq!(admitted(&limiter, asked(7), 1).await, 1);
    let mut redis = server.raw().await.unwrap();
    let keys = async |redis: &mut redis::aio::MultiplexedConnection| {
        let mut keys: Vec<String> = redis::cmd("KEYS").arg("*").query_async(redis).await.unwrap();
        keys.sort();
        keys
    };
    let counters = [
        "{lp:rate}:interface:100:500:*GetLiveBagData:0:*gateway",
        "{lp:rate}:service:100:500:*:0:*gateway",
        "{lp:rate}:user:100:500:*:7:*",
    ];
    let found = keys(&mut redis).await;
    assert!(counters.iter().all(|key| found.iter().any(|found| found == key)), "{found:?}");
    assert!(found.iter().all(|key| key.starts_with("{lp:rate}:")), "{found:?}");
    for key in found {
        let left: i64 = redis::cmd("PTTL").arg(&key).query_async(&mut redis).await.unwrap();
        assert!(left > 0, "{key}");
    }
}
