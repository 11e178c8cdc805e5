//! Overload and calm in the simulated service.

use super::*;

#[test]
fn admitted_requests_fill_the_service_at_any_load_and_all_are_admitted_after_two_seconds() {
    for (capacity, passes, downstream) in [(4_000, 1, 0), (2_000, 8, 2_000), (1_500, 4, 5_000)] {
        for ((name, mix), tenths) in MIXES.into_iter().flat_map(|mix| [10, 20, 100].map(|tenths| (mix, tenths))) {
            let figures =
                Figures::of(&Scene { capacity, passes, downstream, mix, load: burst(8, tenths), ..Scene::default() });
            let case = format!("{capacity} a second, {passes} passes, {name:<23} {:>2}×", tenths / 10);
            println!("{case}: {figures}");
            assert!(figures.are_good(), "{case}: {figures}");
        }
    }
}

#[test]
fn goodput_lasts_through_a_minute_at_ten_times_the_capacity() {
    let scene = Scene {
        capacity: 2_000,
        passes: 6,
        downstream: 2_000,
        mix: MIXES[1].1,
        load: burst(60, 100),
        seed: 2,
        ..Scene::default()
    };
    let figures = Figures::of(&scene);
    println!("{figures}");
    assert!(figures.are_good(), "{figures}");
}

#[test]
fn a_burst_ends_the_same_way_for_every_seed() {
    for seed in 0..24 {
        let mix = MIXES[usize::try_from(seed % 3).unwrap()].1;
        let viewers = if seed % 4 == 0 { 1 } else { MANY };
        let passes = 1 + seed % 8;
        let scene = Scene { passes, mix, viewers, load: burst(2, 100), seed, ..Scene::default() };
        let figures = Figures::of(&scene);
        // One second is too short to judge goodput by more than roughly.
        let good = figures.goodput >= 0.7 && figures.critical >= 0.999 && figures.recovery <= 2.0;
        assert!(good, "{seed}: {figures}");
    }
}

#[test]
fn a_process_that_has_a_third_of_its_processor_still_fills_it() {
    for (tenths, passes) in [2, 3, 10, 30].into_iter().flat_map(|tenths| [1, 4, 8].map(|passes| (tenths, passes))) {
        let load = vec![(1, 2), (8, tenths), (2, 1)];
        let scene = Scene { passes, load, others: Others::TWO_THIRDS, seed: 3, ..Scene::default() };
        let could = (tenths * 300).min(1_000) as f64;
        let goodput = run(&scene).seconds[2..9].iter().sum::<u64>() as f64 / 7.0 / could;
        println!("{passes} passes, {tenths} tenths of the whole processor: goodput {goodput:.3}");
        assert!(goodput >= 0.85, "{passes} passes at {tenths}: {goodput}");
    }
}

#[test]
fn without_control_twice_the_capacity_is_an_outage() {
    // Or the rest of this file would prove nothing.
    let scene = Scene { capacity: 1_000, passes: 4, downstream: 2_000, load: burst(8, 20), ..Scene::default() };
    let (with, without) =
        (run(&scene), simulate(&scene, &OverloadRules { enabled: false, ..OverloadRules::default() }));
    let last_seconds = |outcome: &Outcome| outcome.seconds[5..10].iter().sum::<u64>();
    assert_eq!(last_seconds(&without), 0);
    assert!(last_seconds(&with) > 4_500);
}

#[test]
fn no_request_is_refused_while_waits_are_short() {
    let others = [
        ("nobody else", Others::NONE),
        ("a neighbour has half", Others::ms(4, 8)),
        ("neighbours have two thirds", Others::TWO_THIRDS),
        ("and for longer", Others::ms(20, 30)),
        ("pauses of 5 ms", Others::ms(5, 500)),
        ("pauses of 20 ms", Others::ms(20, 500)),
        ("pauses of 50 ms", Others::ms(50, 500)),
        ("pauses of 200 ms", Others::ms(200, 1_000)),
    ];
    // A warm page passes the queue once; 64 callers of it wait for 21 ms.
    for (capacity, passes, downstream) in [(3_000, 1, 0), (3_000, 4, 300), (3_000, 6, 2_000), (6_000, 2, 100)] {
        for ((name, others), callers) in others.into_iter().flat_map(|others| [8, 32, 64].map(|many| (others, many))) {
            // At once, and all together after three quiet seconds.
            for (load, begin) in [(vec![(3, 0)], 0), (vec![(3, 1), (3, 0)], 3 * SECOND + SECOND / 4)] {
                let scene =
                    Scene { capacity, passes, downstream, load, callers, begin, others, seed: 5, ..Scene::default() };
                let outcome = run(&scene);
                let (refused, answered) = (outcome.refused, outcome.seconds.iter().sum::<u64>());
                let case = format!("{callers} callers from {begin} us, {capacity}/s, {passes} passes, {name}");
                assert!(answered > 500, "{case}: {answered} answered");
                assert_eq!(refused, 0, "{case}: {answered} answered");
            }
        }
    }
}
