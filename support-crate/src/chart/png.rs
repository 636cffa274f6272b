//! PNG files: a palette where the colours are few or nearly so, else full colour.

use std::collections::HashMap;

use png::{BitDepth, ColorType, Compression, Encoder, Filter};

/// Smoothed edges have thousands of shades; merging those that differ by no more than this cannot be seen.
const COARSEST: i32 = 20;
/// Dots above which a chart is packed more quickly than tightly, so that it is there in a tenth of a second.
const LARGE: usize = 3_000_000;
/// The level of compression for it, of 1 to 9.
const QUICKER: u8 = 2;
/// With more colours than this it is a photograph, and a palette would show.
const PHOTOGRAPH: usize = 8_000;

/// An RGB buffer as a PNG file. The same buffer always gives the same bytes.
pub(super) fn encode(width: u32, height: u32, rgb: &[u8]) -> Vec<u8> {
    match palette(rgb, width as usize) {
        Some(palette) => {
            let table: Vec<u8> = palette.colours.iter().flatten().copied().collect();
            write(
                width,
                height,
                (ColorType::Indexed, Compression::Balanced, Filter::NoFilter),
                Some(table),
                &palette.indices,
            )
        }
        None => write(width, height, (ColorType::Rgb, Compression::Fast, Filter::Paeth), None, rgb),
    }
}

type Coding = (ColorType, Compression, Filter);

fn write(
    w: u32,
    h: u32,
    (kind, compression, filter): Coding,
    palette: Option<Vec<u8>>,
    data: &[u8],
) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, w, h);
    encoder.set_color(kind);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(compression);
    encoder.set_filter(filter);
    if let Some(palette) = palette {
        encoder.set_palette(palette);
        if data.len() > LARGE {
            encoder.set_deflate_compression(png::DeflateCompression::Level(QUICKER));
        }
    }
    // Twice the dots of a screen: 192 to the inch.
    let density = 7_559;
    let unit = png::Unit::Meter;
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: density, yppu: density, unit }));
    let mut writer = encoder.write_header().expect("a Vec can always be written to");
    writer.write_image_data(data).expect("the buffer has the size of the picture");
    writer.finish().expect("a Vec can always be written to");
    file
}

struct Palette {
    colours: Vec<[u8; 3]>,
    indices: Vec<u8>,
}

/// At most 256 colours for the picture, the frequent ones exact; `None` for a photograph.
fn palette(rgb: &[u8], width: usize) -> Option<Palette> {
    let mut frequency: HashMap<[u8; 3], usize> = HashMap::new();
    for (row, times) in rows(rgb, width) {
        for (colour, length) in runs(row) {
            *frequency.entry(colour).or_default() += length * times;
            if frequency.len() > PHOTOGRAPH {
                return None;
            }
        }
    }
    let mut by_frequency: Vec<([u8; 3], usize)> = frequency.into_iter().collect();
    by_frequency.sort_by_key(|(colour, number)| (std::cmp::Reverse(*number), *colour));
    let mut tolerance = if by_frequency.len() <= 256 { 0 } else { 4 };
    let (colours, place) = loop {
        match merged(&by_frequency, tolerance) {
            Some(found) => break found,
            None if tolerance >= COARSEST => return None,
            None => tolerance += 4,
        }
    };
    let mut indices = Vec::with_capacity(rgb.len() / 3);
    for (row, times) in rows(rgb, width) {
        let start = indices.len();
        for (colour, length) in runs(row) {
            indices.extend(std::iter::repeat_n(place[&colour], length));
        }
        for _ in 1..times {
            indices.extend_from_within(start..start + width);
        }
    }
    Some(Palette { colours, indices })
}

type Merged = (Vec<[u8; 3]>, HashMap<[u8; 3], u8>);

/// Takes each colour in turn, or the nearest one already taken if it is within the tolerance.
fn merged(by_frequency: &[([u8; 3], usize)], tolerance: i32) -> Option<Merged> {
    let mut colours: Vec<[u8; 3]> = Vec::new();
    let mut place = HashMap::new();
    for (colour, _) in by_frequency {
        let distance = |other: &[u8; 3]| {
            (0..3).map(|i| (i32::from(colour[i]) - i32::from(other[i])).abs()).max().unwrap_or(0)
        };
        let nearest = colours.iter().enumerate().map(|(index, other)| (distance(other), index)).min();
        let index = match nearest {
            Some((far, index)) if far <= tolerance => index,
            _ if colours.len() == 256 => return None,
            _ => {
                colours.push(*colour);
                colours.len() - 1
            }
        };
        place.insert(*colour, index as u8);
    }
    Some((colours, place))
}

/// Rows that are equal and follow one another, as most do in a chart: one of them, and how many there are.
fn rows(rgb: &[u8], width: usize) -> impl Iterator<Item = (&[u8], usize)> {
    let mut rest = rgb.chunks_exact(3 * width.max(1)).peekable();
    std::iter::from_fn(move || {
        let row = rest.next()?;
        let mut times = 1;
        while rest.next_if(|next| *next == row).is_some() {
            times += 1;
        }
        Some((row, times))
    })
}

/// Equal neighbours counted together.
fn runs(rgb: &[u8]) -> impl Iterator<Item = ([u8; 3], usize)> + '_ {
    rgb.as_chunks::<3>().0.chunk_by(|a, b| a == b).map(|run| (run[0], run.len()))
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
        assert!(rgb.iter().zip(&back).all(|(a, b)| a.abs_diff(*b) as i32 <= COARSEST));
    }

    #[test]
    fn a_photograph_keeps_all_its_colours() {
        let rgb: Vec<u8> =
            (0..30_000u32).flat_map(|i| [(i * 7) as u8, (i * 31 / 8) as u8, (i / 117) as u8]).collect();
        assert_eq!(decode(&encode(300, 100, &rgb)), (ColorType::Rgb, rgb));
    }
}
