//! A Gaussian blur in two passes: along the rows, then along the columns.

use super::picture::Picture;

/// Rows `from..to` of `picture`, blurred; beyond the picture's edges its last pixel goes on.
pub(super) fn blur(picture: &Picture, from: usize, to: usize, radius: usize) -> Vec<u8> {
    let weights = kernel(radius);
    let row = 3 * picture.width;
    // The second pass needs `radius` rows above and below, blurred along the row.
    let first = from.saturating_sub(radius);
    let last = (to + radius).min(picture.height);
    let mut along = vec![0.0_f32; row * (last - first)];
    for (y, blurred) in (first..last).zip(along.chunks_exact_mut(row)) {
        blur_row(&picture.rgb[y * row..][..row], blurred, &weights);
    }
    let mut rgb = Vec::with_capacity(row * (to - from));
    let mut sums = vec![0.0_f32; row];
    for y in from..to {
        sums.fill(0.0);
        for (step, weight) in weights.iter().enumerate() {
            let source = (y + step).saturating_sub(radius).clamp(first, last - 1) - first;
            for (sum, value) in sums.iter_mut().zip(&along[source * row..][..row]) {
                *sum += weight * value;
            }
        }
        rgb.extend(sums.iter().map(|sum| sum.round() as u8));
    }
    rgb
}

fn blur_row(pixels: &[u8], blurred: &mut [f32], weights: &[f32]) {
    let radius = weights.len() / 2;
    let width = pixels.len() / 3;
    for x in 0..width {
        let mut sums = [0.0_f32; 3];
        for (step, weight) in weights.iter().enumerate() {
            let source = (x + step).saturating_sub(radius).min(width - 1);
            for (sum, value) in sums.iter_mut().zip(&pixels[3 * source..][..3]) {
                *sum += weight * f32::from(*value);
            }
        }
        blurred[3 * x..][..3].copy_from_slice(&sums);
    }
}

/// Weights exp(−d² / 2σ²) for d from −radius to radius with σ = radius / 2, scaled to a sum of 1.
fn kernel(radius: usize) -> Vec<f32> {
    let sigma = radius as f32 / 2.0;
    let weight = |step: usize| (-(step.abs_diff(radius) as f32).powi(2) / (2.0 * sigma * sigma)).exp();
    let weights: Vec<f32> = (0..=2 * radius).map(weight).collect();
    let sum: f32 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(width: usize, height: usize, value: impl Fn(usize, usize) -> u8) -> Picture {
        let rgb = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .flat_map(|(x, y)| [value(x, y); 3])
            .collect();
        Picture { width, height, rgb }
    }

    #[test]
    fn an_even_picture_stays_as_it_is() {
        let picture = grey(9, 7, |_, _| 200);
        assert_eq!(blur(&picture, 0, 7, 3), picture.rgb);
    }

    #[test]
    fn a_dot_spreads_alike_in_all_directions() {
        let blurred = blur(&grey(11, 11, |x, y| if (x, y) == (5, 5) { 255 } else { 0 }), 0, 11, 4);
        let at = |x: usize, y: usize| blurred[3 * (y * 11 + x)];
        assert!(at(5, 5) > at(6, 5) && at(6, 5) > at(7, 5));
        assert_eq!([at(3, 5), at(7, 5), at(5, 3)], [at(5, 7); 3]);
    }

    #[test]
    fn strips_make_up_the_same_picture_however_it_is_cut() {
        let picture = super::super::picture::drawn(40, 30);
        let whole = blur(&picture, 0, 30, 5);
        let strips: Vec<u8> =
            [(0, 1), (1, 13), (13, 30)].iter().flat_map(|&(from, to)| blur(&picture, from, to, 5)).collect();
        assert_eq!(strips, whole);
    }
}
