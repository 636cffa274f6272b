//! Where the labels of steps go: beside their ticks, without touching one another, in a staircase where it is tight.

/// Where a label stands: its left end, and its line below the bar, 0 being the nearest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Placed {
    pub left: f64,
    pub level: usize,
}

/// Between two texts, and between a text and another label's leader.
const GAP: f64 = 6.0;
/// From a leader to its own text.
const BESIDE: f64 = 3.0;

/// A label wanted: where its tick is, and how wide the text is.
type Wanted = (f64, f64);

/// Places labels between `left` and `right` on at most `levels` lines; `None` where there is no room. From a tick a
/// leader goes down to its label's line, so later labels, which are placed first, stand higher than earlier ones.
pub(super) fn place(wanted: &[Wanted], left: f64, right: f64, levels: usize) -> Vec<Option<Placed>> {
    let mut placed: Vec<Option<Placed>> = vec![None; wanted.len()];
    for index in (0..wanted.len()).rev() {
        let (x, width) = wanted[index];
        // To the right of its tick; only where the picture ends, to the left.
        let at_end = x + BESIDE + width > right;
        // Letters reach a little beyond the width they are measured by.
        let place = if at_end { x - 2.0 * BESIDE - width } else { x + BESIDE };
        placed[index] = (0..levels)
            .map(|level| Placed { left: place, level })
            .filter(|place| place.left >= left)
            .find(|place| {
                let others = wanted.iter().zip(&placed).skip(index + 1);
                others
                    .filter_map(|(other, at)| Some((other, (*at)?)))
                    .all(|(other, at)| apart((x, width), place, *other, &at))
            });
    }
    placed
}

/// Whether neither text touches the other, nor the other's leader.
fn apart((a, a_wide): Wanted, at: &Placed, (b, b_wide): Wanted, bt: &Placed) -> bool {
    let texts =
        at.level != bt.level || at.left + a_wide + GAP <= bt.left || bt.left + b_wide + GAP <= at.left;
    let free = |leader: f64, depth: usize, wide: f64, place: &Placed| {
        depth < place.level || leader + GAP / 2.0 <= place.left || place.left + wide + GAP / 2.0 <= leader
    };
    texts && free(a, at.level, b_wide, bt) && free(b, bt.level, a_wide, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn with_room_every_label_is_on_the_first_line() {
        let placed = place(&[(0.0, 40.0), (100.0, 40.0)], 0.0, 200.0, 3);
        assert!(placed.iter().all(|place| place.unwrap().level == 0));
    }

    #[test]
    fn a_tight_group_goes_down_like_stairs() {
        let placed = place(&[(0.0, 40.0), (10.0, 40.0), (20.0, 40.0)], 0.0, 200.0, 3);
        assert_eq!(placed.iter().map(|place| place.unwrap().level).collect::<Vec<_>>(), [2, 1, 0]);
    }

    #[test]
    fn at_the_right_end_a_label_stands_to_the_left_of_its_tick() {
        let placed = place(&[(195.0, 40.0)], 0.0, 200.0, 1)[0].unwrap();
        assert!(placed.left + 40.0 <= 195.0);
    }

    #[test]
    fn what_does_not_fit_is_left_out() {
        assert_eq!(place(&[(10.0, 500.0)], 0.0, 200.0, 3), [None]);
        assert_eq!(place(&[(10.0, 50.0)], 0.0, 200.0, 0), [None]);
    }

    proptest! {
        #[test]
        fn nothing_touches(mut xs in prop::collection::vec((0.0f64..300.0, 1.0f64..120.0), 0..14), levels in 1usize..5) {
            xs.sort_by(|a, b| a.0.total_cmp(&b.0));
            let placed = place(&xs, 0.0, 300.0, levels);
            let all: Vec<_> = xs.iter().zip(&placed).filter_map(|(w, p)| Some((*w, (*p)?))).collect();
            for (i, (a, at)) in all.iter().enumerate() {
                prop_assert!(at.left >= 0.0 && at.left + a.1 <= 300.0 && at.level < levels);
                for (b, bt) in &all[i + 1..] {
                    prop_assert!(apart(*a, at, *b, bt));
                }
            }
        }
    }
}
