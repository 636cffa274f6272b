//! PNG files: a palette where the colours are few or nearly so, which halves a chart; else full colour.

use std::cmp::Reverse;
use std::collections::HashMap;

use png::{BitDepth, ColorType, Compression, Encoder, Filter};

/// Smoothed edges have thousands of shades; merging those that differ by no more than these cannot be seen.
const TOLERANCES: [u8; 5] = [0, 4, 8, 12, 16];
/// A colour that so many dots have, as a share of all, is a ground or a shape: it is never merged.
const GROUND: f64 = 0.0005;
/// With more colours than this it is a photograph, and a palette would show.
const PHOTOGRAPH: usize = 8_000;

type Rgb = [u8; 3];

/// An RGB buffer as a PNG file. The same buffer always gives the same bytes.
pub(crate) fn encode(width: u32, height: u32, rgb: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::High);
    // Twice the dots of a screen: 192 to the inch.
    let (density, unit) = (7_559, png::Unit::Meter);
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: density, yppu: density, unit }));
    let palette = palette(rgb);
    let data = match &palette {
        Some((colours, indices)) => {
            encoder.set_color(ColorType::Indexed);
            encoder.set_filter(Filter::NoFilter);
            encoder.set_palette(colours.as_flattened().to_vec());
            indices
        }
        None => {
            encoder.set_color(ColorType::Rgb);
            encoder.set_filter(Filter::Paeth);
            rgb
        }
    };
    let mut writer = encoder.write_header().expect("a Vec can always be written to");
    writer.write_image_data(data).expect("the buffer has the size of the picture");
    writer.finish().expect("a Vec can always be written to");
    file
}

/// At most 256 colours for the picture, the frequent ones exact, and the number of each dot's; `None` for a photograph.
fn palette(rgb: &[u8]) -> Option<(Vec<Rgb>, Vec<u8>)> {
    // Equal neighbours are counted together: most of a chart is ground.
    let runs = || rgb.as_chunks::<3>().0.chunk_by(|a, b| a == b).map(|run| (run[0], run.len()));
    let mut frequency: HashMap<Rgb, usize> = HashMap::new();
    for (colour, length) in runs() {
        *frequency.entry(colour).or_default() += length;
        if frequency.len() > PHOTOGRAPH {
            return None;
        }
    }
    let mut colours: Vec<(Rgb, usize)> = frequency.into_iter().collect();
    colours.sort_by_key(|(colour, number)| (Reverse(*number), *colour));
    let ground = (rgb.len() as f64 / 3.0 * GROUND) as usize;
    let (chosen, place) = TOLERANCES.into_iter().find_map(|tolerance| merged(&colours, tolerance, ground))?;
    let mut indices = Vec::with_capacity(rgb.len() / 3);
    for (colour, length) in runs() {
        indices.extend(std::iter::repeat_n(place[&colour], length));
    }
    Some((chosen, indices))
}

/// Takes each colour in turn, or the nearest one already taken if it is within the tolerance and itself not that of a ground.
fn merged(colours: &[(Rgb, usize)], tolerance: u8, ground: usize) -> Option<(Vec<Rgb>, HashMap<Rgb, u8>)> {
    let mut chosen: Vec<Rgb> = Vec::new();
    let mut place = HashMap::new();
    let apart = |a: &Rgb, b: &Rgb| (0..3).map(|channel| a[channel].abs_diff(b[channel])).max().unwrap_or(0);
    for (colour, number) in colours {
        let tolerance = if *number > ground { 0 } else { tolerance };
        let nearest = chosen.iter().enumerate().map(|(index, other)| (apart(colour, other), index)).min();
        let index = nearest.filter(|(apart, _)| *apart <= tolerance).map_or(chosen.len(), |(_, index)| index);
        if index == chosen.len() {
            chosen.push(*colour);
        }
        place.insert(*colour, u8::try_from(index).ok()?);
    }
    Some((chosen, place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(file: &[u8]) -> (ColorType, Vec<u8>) {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
        let kind = decoder.read_header_info().unwrap().color_type;
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        (kind, pixels)
    }

    #[test]
    fn few_colours_come_back_exactly() {
        let rgb: Vec<u8> = (0..60u8).flat_map(|i| [i, 255 - i, 7]).collect();
        assert_eq!(decode(&encode(10, 6, &rgb)), (ColorType::Indexed, rgb));
    }

    #[test]
    fn many_shades_are_merged_within_the_tolerance() {
        let rgb: Vec<u8> =
            (0..2000u32).flat_map(|i| [(i % 250) as u8, (i % 250) as u8, (i / 250 * 3) as u8]).collect();
        let (kind, back) = decode(&encode(50, 40, &rgb));
        assert_eq!(kind, ColorType::Indexed);
        assert!(rgb.iter().zip(&back).all(|(a, b)| a.abs_diff(*b) <= TOLERANCES[4]));
    }

    #[test]
    fn a_photograph_keeps_all_its_colours() {
        let rgb: Vec<u8> =
            (0..30_000u32).flat_map(|i| [(i * 7) as u8, (i * 31 / 8) as u8, (i / 117) as u8]).collect();
        assert_eq!(decode(&encode(300, 100, &rgb)), (ColorType::Rgb, rgb));
    }
}
