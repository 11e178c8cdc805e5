//! Tests without Redis: the rates that apply to a request, and the size of a share. The clock is paused.

use super::*;

const LONG: Duration = Duration::from_secs(3_600);

#[tokio::test(start_paused = true)]
async fn a_rate_counts_requests_together_by_its_level() {
    use RateLevel::{Interface, Service, User};
    // caller, method and viewer, and whether the request is admitted
    type Request = ((&'static str, &'static str, i64), bool);
    let named = |caller: Option<&'static str>, method: Option<&'static str>, rate: Rate| Rate {
        caller: caller.map(Into::into),
        method: method.map(Into::into),
        ..rate
    };
    let one = |level| rate(level, 1, LONG);
    const BAG: &str = "GetLiveBagData";
    const TAB: &str = "GetLiveBagTab";
    let rows: [(&str, Rate, &[Request]); 9] = [
        ("service: each caller", one(Service), &[(("a", BAG, 1), true), (("a", TAB, 2), false), (("b", BAG, 1), true)]),
        (
            "service: one caller",
            named(Some("a"), None, one(Service)),
            &[(("b", BAG, 1), true), (("b", BAG, 1), true), (("a", BAG, 1), true), (("a", TAB, 2), false)],
        ),
        (
            "interface: each caller and method",
            one(Interface),
            &[
                (("a", BAG, 1), true),
                (("a", TAB, 1), true),
                (("b", BAG, 1), true),
                (("a", BAG, 2), false),
                (("b", BAG, 2), false),
            ],
        ),
        (
            "interface: one method",
            named(None, Some(BAG), one(Interface)),
            &[
                (("a", BAG, 1), true),
                (("b", BAG, 1), true),
                (("b", BAG, 2), false),
                (("b", TAB, 1), true),
                (("b", TAB, 1), true),
            ],
        ),
        (
            "interface: one method of one caller",
            named(Some("a"), Some(BAG), one(Interface)),
            &[
                (("a", BAG, 1), true),
                (("a", BAG, 1), false),
                (("b", BAG, 1), true),
                (("b", BAG, 1), true),
                (("a", TAB, 1), true),
            ],
        ),
        (
            "user: whoever calls for what",
            one(User),
            &[
                (("a", BAG, 1), true),
                (("b", TAB, 1), false),
                (("a", BAG, 2), true),
                (("a", BAG, -1), true),
                (("a", BAG, -1), false),
            ],
        ),
        ("user: guests are not counted", one(User), &[(("a", BAG, 0), true), (("a", BAG, 0), true)]),
        (
            "user: one method",
            named(None, Some(BAG), one(User)),
            &[(("a", BAG, 1), true), (("a", TAB, 1), true), (("b", BAG, 1), false)],
        ),
        (
            "user: one caller",
            named(Some("a"), None, one(User)),
            &[(("a", BAG, 1), true), (("b", BAG, 1), true), (("a", TAB, 1), false)],
        ),
    ];
    for (what, rate, requests) in rows {
        let limiter = alone(&conf(&[rate]));
        for (index, ((caller, method, user), want)) in requests.iter().enumerate() {
            let asked = Asked { caller, method, user: *user };
            assert_eq!(limiter.admit(&asked, soon()).await.is_ok(), *want, "{what}: {index}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_names_the_rate_and_the_time_to_retry() {
    let rate = rate(RateLevel::User, 4, Duration::from_secs(8));
    let limiter = alone(&conf(std::slice::from_ref(&rate)));
    assert_eq!(admitted(&limiter, asked(7), 4).await, 4);
    let refused = limiter.admit(&asked(7), soon()).await.unwrap_err();
    assert_eq!((refused.level, refused.limit, refused.period), (rate.level, rate.limit, rate.period));
    assert_eq!(refused.retry_after, Duration::from_secs(2));
    assert_eq!(refused.to_string(), "more than 4 requests in 8s (user rate)");
    tokio::time::advance(refused.retry_after).await;
    assert_eq!(admitted(&limiter, asked(7), 2).await, 1);
    let [service, interface, user] = limiter.shared.metrics.refused_so_far();
    assert_eq!((service, interface, user), (0, 0, 2));
    assert_eq!(made_alone(&limiter), 0, "there is no Redis to do without");
}

#[tokio::test(start_paused = true)]
async fn a_narrow_rate_refuses_before_a_wide_one_counts() {
    let rates = [rate(RateLevel::Service, 5, LONG), rate(RateLevel::User, 1, LONG)];
    let limiter = alone(&conf(&rates));
    assert_eq!(admitted(&limiter, asked(1), 10).await, 1);
    assert_eq!(admitted(&limiter, asked(0), 10).await, 4, "nine refusals took no place of the service");
}

#[tokio::test(start_paused = true)]
async fn counters_of_unchanged_rates_continue() {
    let (service, user) = (rate(RateLevel::Service, 5, LONG), rate(RateLevel::User, 5, LONG));
    let limiter = alone(&conf(std::slice::from_ref(&service)));
    assert_eq!(admitted(&limiter, asked(1), 3).await, 3);
    limiter.configure(&conf(&[user, service.clone()]));
    assert_eq!(admitted(&limiter, asked(1), 5).await, 2);
    limiter.configure(&conf(&[]));
    assert_eq!(admitted(&limiter, asked(1), 100).await, 100);
    limiter.configure(&conf(&[Rate { limit: 4, ..service }]));
    assert_eq!(admitted(&limiter, asked(1), 100).await, 4, "a rate that is new begins anew");
}

#[tokio::test(start_paused = true)]
async fn four_instances_alone_admit_the_limit_within_a_tenth() {
    // at three times the limit, evenly, for ten periods
    for (limit, period, step) in [
        (2_000, 1_000, Duration::from_micros(667)),
        (101, 100, Duration::from_micros(1_320)),
        (400, 60_000, millis(200)),
    ] {
        let period = millis(period);
        let conf = RateConf { rates: vec![rate(RateLevel::Service, limit, period)], instances: 4 };
        let four = [(); 4].map(|()| alone(&conf));
        let (began, mut log) = (Instant::now(), Vec::new());
        while began.elapsed() < period * 10 {
            for limiter in &four {
                if limiter.admit(&asked(0), soon()).await.is_ok() {
                    log.push(began.elapsed());
                }
            }
            tokio::time::advance(step).await;
        }
        let share = log.len() as f64 / (f64::from(limit) * 10.0);
        let most = most_in(&log, period);
        println!("alone: {limit} in {period:?} by four: {share:.3} of it in ten periods, at most {most} in any period");
        assert!((0.9..=1.1).contains(&share), "{limit}: {share}");
        assert!(most as f64 <= f64::from(limit) * 1.1 + 4.0 * 5.0, "{limit}: {most}");
    }
}

/// The most of a rising log in any window of that length.
pub(super) fn most_in<T: Copy + PartialOrd + std::ops::Add<Output = T>>(log: &[T], period: T) -> usize {
    let mut end = 0;
    let count = |(begin, first): (usize, &T)| {
        while log.get(end).is_some_and(|at| *at <= *first + period) {
            end += 1;
        }
        end - begin
    };
    log.iter().enumerate().map(count).max().unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn counters_of_idle_viewers_are_dropped() {
    let limiter = alone(&conf(&[rate(RateLevel::User, 10, Duration::from_secs(1))]));
    for user in 1..=5_000 {
        limiter.admit(&asked(user), soon()).await.unwrap();
    }
    let held = || limiter.shared.rules.load().counters().map(|counter| counter.local.len()).sum::<usize>();
    assert_eq!(held(), 5_000);
    tokio::time::sleep(UPKEEP * 3).await;
    assert_eq!(held(), 0);
}
