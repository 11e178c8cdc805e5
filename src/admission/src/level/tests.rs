//! Tests of the order of refusal, and of the share that is admitted.

use super::*;

const RULES: OverloadRules =
    OverloadRules { enabled: true, queue: Duration::from_millis(5), window: Duration::from_millis(100) };
/// Barely too long: the share admitted at once is nearly everything.
const LONG: Duration = Duration::from_micros(5_001);

fn thread(wait: Duration) -> Waits {
    Waits { thread: wait, ..Waits::default() }
}

/// One window in which each class sends 640 requests of evenly spread viewers.
fn window(levels: &Levels, number: u32, queue: Duration) -> Window {
    for class in Class::ALL {
        for place in 0..640 {
            levels.admits(Level(class.index() * CLASS + place * CLASS / 640), thread(queue), RULES.queue);
        }
    }
    levels.end_window(RULES.window * number, queue, &RULES).unwrap_or(Window { arrived: 0, refused: 0, open: true })
}

#[test]
fn no_class_is_shed_while_a_less_important_one_is_admitted() {
    let levels = Levels::default();
    for number in 0..200 {
        window(&levels, number, LONG);
        let cut = levels.cut.load(Relaxed);
        for (class, next) in Class::ALL.into_iter().zip(Class::ALL.into_iter().skip(1)) {
            let worst = Level::of(class, 7, 7, Duration::ZERO).0 / CLASS * CLASS + CLASS - 1;
            let best = next.index() * CLASS;
            assert!(worst < cut || best >= cut, "{class:?} {next:?} {cut}");
        }
    }
    assert!(levels.cut.load(Relaxed) < CLASS, "critical alone can be too much");
}

#[test]
fn a_window_with_waiting_reduces_admissions_by_a_twentieth() {
    let levels = Levels::default();
    assert_eq!(window(&levels, 1, LONG).refused, 0);
    assert_eq!(window(&levels, 2, LONG).refused, 128);
    assert_eq!(window(&levels, 3, LONG).refused, 128 + 121);
}

#[test]
fn a_shrinking_queue_does_not_reduce_admissions() {
    let levels = Levels::default();
    window(&levels, 1, LONG * 2);
    let cut = levels.cut.load(Relaxed);
    window(&levels, 2, LONG);
    assert_eq!(levels.cut.load(Relaxed), cut);
}

#[test]
fn all_requests_are_admitted_after_two_seconds_without_waiting() {
    type Traffic = fn(&Levels, u32);
    let cases: [(&str, Traffic); 4] = [
        ("with the traffic that was", |levels, number| {
            window(levels, number, Duration::ZERO);
        }),
        ("without any, windows being ended", |levels, number| {
            levels.end_window(RULES.window * number, Duration::ZERO, &RULES);
        }),
        ("without any, and nobody looks until the end", |levels, number| {
            if number == 1_020 {
                levels.end_window(RULES.window * number, Duration::ZERO, &RULES);
            }
        }),
        ("one request a window, of the least important", |levels, number| {
            levels.admits(Level(ALL - 1), Waits::default(), RULES.queue);
            levels.end_window(RULES.window * number, Duration::ZERO, &RULES);
        }),
    ];
    for (name, traffic) in cases {
        let levels = Levels::default();
        for number in 0..1_000 {
            window(&levels, number, LONG);
        }
        let share = levels.share(Waits::default(), RULES.queue);
        assert!(share < 10, "{name}: {share}");
        for number in 1_001..=1_020 {
            traffic(&levels, number);
        }
        assert!(levels.is_open(), "{name}: {}", levels.share(Waits::default(), RULES.queue));
    }
}

#[test]
fn the_current_queue_sheds_the_least_important_at_once() {
    let ms = Duration::from_millis;
    for (queue, admitted) in [(ms(5), 4), (ms(7), 3), (ms(8), 2), (ms(10), 1), (ms(9_000), 1)] {
        let levels = Levels::default();
        let admits = |class: &Class| levels.admits(Level::of(*class, 1, 1, Duration::ZERO), thread(queue), RULES.queue);
        assert_eq!(Class::ALL.iter().filter(|class| admits(class)).count(), admitted, "{queue:?}");
    }
}

#[test]
fn requests_in_flight_leave_room_for_the_most_important_first() {
    let ms = Duration::from_millis;
    for (wait, share) in [(0, 1_000), (100, 1_000), (125, 625), (150, 250), (9_000, 250)] {
        assert_eq!(with_room(ms(wait), ms(100), 1_000) * 1_000 / ALL, share, "{wait}");
    }
    for (wait, share) in [(0, 1_000), (12, 1_000), (18, 625), (24, 250), (9_000, 250)] {
        assert_eq!(with_room(ms(wait), ms(100), 200) * 1_000 / ALL, share, "{wait}, most are refused");
    }
    assert_eq!(with_room(ms(99), ms(100), SHEDDING) * 1_000 / ALL, 1_000, "one in ten is refused by chance");
}

#[test]
fn an_early_refusal_is_counted_once_and_other_requests_on_admission() {
    let levels = Levels::default();
    levels.hold_critical();
    let turns_away = |class| levels.turns_away(Level::of(class, 1, 1, Duration::ZERO), Waits::default(), RULES.queue);
    assert_eq!(Class::ALL.map(turns_away), [false, true, true, true]);
    assert!(levels.admits(Level::of(Class::Critical, 1, 1, Duration::ZERO), Waits::default(), RULES.queue));
    levels.ends.store(0, Relaxed);
    let window = levels.end_window(RULES.window, Duration::ZERO, &RULES);
    assert_eq!(window.map(|window| (window.arrived, window.refused)), Some((4, 3)));
    assert_eq!(levels.let_in(), 250);
}

#[test]
fn viewers_keep_their_position_for_a_while_and_have_had_every_one_after_a_turn() {
    let at = |seconds| Level::of(Class::Normal, 42, 1, Duration::from_secs(seconds)).0 - 2 * CLASS;
    assert!(at(0).abs_diff(at(1)) <= BUCKET);
    assert!((0..10).any(|minute| at(minute * 60) < CLASS / 10));
    assert!((0..10).any(|minute| at(minute * 60) >= CLASS / 10 * 9));
    assert_eq!(at(0), at(600));
    let first = (0..6_400).filter(|viewer| Level::of(Class::Critical, *viewer, 1, Duration::ZERO).0 < CLASS / 4);
    assert!((1_500..1_700).contains(&first.count()));
}

#[test]
fn requests_that_all_name_one_viewer_are_admitted_in_part() {
    let levels = Levels::default();
    let mut refused = 0;
    for window in 1..=10 {
        for number in 0..1_000 {
            levels.admits(Level::of(Class::Normal, 101, number, Duration::ZERO), thread(LONG), RULES.queue);
        }
        let ended = levels.end_window(RULES.window * window, LONG, &RULES).map_or(0, |window| window.refused);
        assert!(ended <= refused + 80, "{ended} after {refused}");
        refused = ended;
    }
    assert!((300..600).contains(&refused), "{refused}");
}
