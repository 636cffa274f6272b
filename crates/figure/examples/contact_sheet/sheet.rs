//! Draws figures at three widths and puts them side by side, to be looked at in `target/contact-sheet/`.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Instant;

use figure::Figure;

use super::faults::layout_faults;

const WIDTHS: [u32; 3] = [380, 800, 1200];

/// Draws the figures whose name contains the first argument; all of them without one.
pub fn draw(figures: Vec<(String, Figure)>) -> io::Result<()> {
    let folder = Path::new("target/contact-sheet");
    fs::create_dir_all(folder)?;
    let only = std::env::args().nth(1).unwrap_or_default();
    let mut times = Vec::new();
    for (name, figure) in figures.into_iter().filter(|(name, _)| name.contains(&only)) {
        let mut row = Vec::new();
        for width in WIDTHS {
            let figure = figure.clone().width(width);
            let start = Instant::now();
            let Some(svg) = figure.svg() else { continue };
            let svg_took = start.elapsed();
            let png = figure.png().unwrap_or_default();
            times.push((start.elapsed(), svg_took, format!("{name} at {width}: {} KiB", png.len() / 1024)));
            fs::write(folder.join(format!("{name}-{width}.svg")), svg)?;
            fs::write(folder.join(format!("{name}-{width}.png")), &png)?;
            row.push(decoded(&png)?);
            for fault in layout_faults(&figure) {
                println!("{name} at {width}: {fault}");
            }
        }
        sheet(&folder.join(format!("{name}.png")), &row)?;
    }
    times.sort();
    println!("{} pictures in {}; those that took longest:", times.len(), folder.display());
    for (both, svg, name) in times.iter().rev().take(12) {
        println!("{both:>10.1?}, of which SVG {svg:>8.1?}  {name}");
    }
    Ok(())
}

struct Picture {
    width: usize,
    rgb: Vec<u8>,
}

fn decoded(file: &[u8]) -> io::Result<Picture> {
    let mut decoder = png::Decoder::new(io::Cursor::new(file));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info()?;
    let mut rgb = vec![0; reader.output_buffer_size().unwrap_or(0)];
    let frame = reader.next_frame(&mut rgb)?;
    rgb.truncate(frame.buffer_size());
    Ok(Picture { width: frame.width as usize, rgb })
}

/// The pictures side by side at half their size, on a dark ground as in a dark theme.
fn sheet(path: &Path, row: &[Picture]) -> io::Result<()> {
    let gap = 20;
    let width = row.iter().map(|picture| picture.width / 2 + gap).sum::<usize>() + gap;
    let tallest = row.iter().map(|picture| picture.rgb.len() / 3 / picture.width / 2).max().unwrap_or(0);
    let height = tallest + 2 * gap;
    let mut rgb = [17, 17, 17].repeat(width * height);
    let mut left = gap;
    for picture in row {
        for y in 0..picture.rgb.len() / 3 / picture.width / 2 {
            for x in 0..picture.width / 2 {
                for channel in 0..3 {
                    let at = |dx: usize, dy: usize| {
                        u32::from(picture.rgb[3 * ((2 * y + dy) * picture.width + 2 * x + dx) + channel])
                    };
                    let mean = (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 4;
                    rgb[3 * ((y + gap) * width + left + x) + channel] = mean as u8;
                }
            }
        }
        left += picture.width / 2 + gap;
    }
    let mut encoder = png::Encoder::new(fs::File::create(path)?, width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header()?.write_image_data(&rgb)?;
    Ok(())
}
