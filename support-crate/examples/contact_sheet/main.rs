//! Draws every figure at three widths, with ordinary data and with everything that could break a layout, and puts
//! them on one sheet to be looked at: `cargo run --example contact_sheet`, then open `target/contact-sheet/`.

mod samples;

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use concurrency_lab::chart::Figure;

const WIDTHS: [u32; 3] = [480, 800, 1200];

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/contact-sheet");
    fs::create_dir_all(&folder)?;
    let only = std::env::args().nth(1).unwrap_or_default();
    let mut times = Vec::new();
    for (name, figure) in samples::all().into_iter().filter(|(name, _)| name.contains(&only)) {
        let mut row = Vec::new();
        for width in WIDTHS {
            let figure = figure.clone().width(width);
            let start = processor_time();
            let svg = figure.svg();
            let svg_took = processor_time() - start;
            let png = figure.png();
            times.push((processor_time() - start, svg_took, format!("{name} at {width}")));
            fs::write(folder.join(format!("{name}-{width}.svg")), svg)?;
            fs::write(folder.join(format!("{name}-{width}.png")), &png)?;
            row.push(decoded(&png)?);
        }
        complaints(&name, &figure);
        sheet(&folder.join(format!("{name}.png")), &row)?;
    }
    times.sort();
    println!("{} pictures in target/contact-sheet; those that took most processor time:", times.len());
    for (both, svg, name) in times.iter().rev().take(12) {
        println!("{both:>10.1?}, of which SVG {svg:>8.1?}  {name}");
    }
    Ok(())
}

/// Of this thread: what else the machine does makes no difference.
fn processor_time() -> Duration {
    nix::time::clock_gettime(nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID)
        .map_or(Duration::ZERO, Duration::from)
}

/// What can be found without eyes: labels that overlap one another or reach beyond the card.
fn complaints(name: &str, figure: &Figure) {
    for width in WIDTHS {
        for complaint in concurrency_lab::chart::layout_faults(&figure.clone().width(width)) {
            println!("{name} at {width}: {complaint}");
        }
    }
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
