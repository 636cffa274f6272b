use super::*;
use proptest::prelude::*;

#[test]
fn durations_take_the_unit_that_suits_them() {
    for (seconds, text) in [
        (0.0, "0 s"),
        (2.5e-10, "0.250 ns"),
        (3.21e-9, "3.21 ns"),
        (999.6e-9, "1.00 µs"),
        (1e-6, "1.00 µs"),
        (0.0009999, "1.00 ms"),
        (0.025, "25.0 ms"),
        (0.99951, "1.00 s"),
        (99.96, "100 s"),
        (119.4, "119 s"),
        (119.6, "2 min 0 s"),
        (3_725.0, "1 h 2 min"),
        (1e9, "277,777 h 46 min"),
        (-0.0012, "−1.20 ms"),
        (f64::NAN, "–"),
        (f64::INFINITY, "∞"),
        (f64::NEG_INFINITY, "−∞"),
    ] {
        assert_eq!(duration(seconds), text, "{seconds}");
    }
}

#[test]
fn bytes_use_binary_units() {
    for (value, text) in [
        (0.0, "0 B"),
        (1.0, "1 B"),
        (1023.0, "1023 B"),
        (1024.0, "1 KiB"),
        (1536.0, "1.5 KiB"),
        (1_048_575.0, "1 MiB"),
        (1.63e9, "1.52 GiB"),
        (-2048.0, "−2 KiB"),
        (f64::NAN, "–"),
    ] {
        assert_eq!(bytes(value), text, "{value}");
    }
}

#[test]
fn ratios_keep_one_precision() {
    assert_eq!(ratio(1.963, Some((1.93, 1.994))), "1.96x [1.93, 1.99]");
    assert_eq!(ratio(39.7, Some((38.91, 40.26))), "39.7x [38.9, 40.3]");
    assert_eq!(ratio(1234.0, Some((1200.4, 1301.0))), "1,234x [1,200, 1,301]");
    assert_eq!(ratio(0.0123, Some((0.01, 0.02))), "1/81.3 [1/100.0, 1/50.0]");
    assert_eq!(ratio(0.24, Some((0.0, 0.6))), "1/4.17 [0, 1/1.67]");
    assert_eq!(ratio(0.002_21, Some((0.001_95, f64::INFINITY))), "1/452 [1/513, ∞]");
    assert_eq!(ratio(0.512, Some((0.5, f64::INFINITY))), "0.51x [0.50, ∞]");
    assert_eq!(times(f64::NAN), "–");
}

#[test]
fn whole_numbers_and_shares() {
    assert_eq!(count(0), "0");
    assert_eq!(count(999), "999");
    assert_eq!(count(1000), "1,000");
    assert_eq!(count(u64::MAX), "18,446,744,073,709,551,615");
    assert_eq!(percent(0.0), "0%");
    assert_eq!(percent(0.9996), "100%");
    assert_eq!(percent(0.00123), "0.123%");
    assert_eq!(plural(0, "beat"), "0 beats");
    assert_eq!(plural(2, "switch"), "2 switches");
}

#[test]
fn a_rounded_zero_has_no_sign() {
    assert_eq!(fixed(-0.001, 2), "0.00");
}

#[test]
fn log_ticks_are_decades_or_one_two_five() {
    assert_eq!(log_ticks(10.0, 100_000.0, 5), [10.0, 100.0, 1_000.0, 10_000.0, 100_000.0]);
    assert_eq!(log_ticks(1.0, 40.0, 8), [1.0, 2.0, 5.0, 10.0, 20.0]);
    assert_eq!(log_ticks(1e-9, 1e9, 6), [1e-9, 1e-5, 1e-1, 1e3, 1e7]);
    assert_eq!(log_ticks(f64::NAN, 1.0, 6), [1.0]);
    assert!(!log_ticks(3.1, 3.4, 5).is_empty());
}

proptest! {
    #[test]
    fn ticks_are_few_inside_and_rising(low in -1e12f64..1e12, span in 1e-6f64..1e12, most in 2usize..12) {
        let ticks = ticks(low, low + span, most);
        prop_assert!(!ticks.is_empty() && ticks.len() <= most);
        prop_assert!(ticks.windows(2).all(|pair| pair[0] < pair[1]));
        let slack = span * 1e-6 + low.abs() * 1e-12;
        prop_assert!(ticks.iter().all(|t| *t >= low - slack && *t <= low + span + slack));
    }

    #[test]
    fn every_number_has_a_text(value in proptest::num::f64::ANY) {
        for text in [duration(value), bytes(value), times(value), percent(value), significant(value, 3), fixed(value, 2)] {
            prop_assert!(!text.is_empty() && !text.contains("NaN") && !text.contains("inf"), "{text}");
        }
        prop_assert!(ticks(value, value + 1.0, 5).len() <= 5);
        prop_assert!(!log_ticks(value, value * 2.0, 5).is_empty());
    }
}

#[test]
fn lists_end_with_and() {
    assert_eq!(list::<u8>(&[]), "");
    assert_eq!(list(&[1]), "1");
    assert_eq!(list(&[1, 2, 3]), "1, 2 and 3");
}
