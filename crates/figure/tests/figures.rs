//! Every figure of the contact sheet: nothing overlaps or is cut, and fixed data gives the same picture on every machine.
//!
//! After a change that is meant, look at the contact sheet (`cargo run -p figure --example contact_sheet`) and accept with
//! `INSTA_UPDATE=always cargo test -p figure --test figures`.

#[path = "../examples/contact_sheet/faults.rs"]
mod faults;
#[path = "../examples/contact_sheet/samples/mod.rs"]
mod samples;

/// The figures of ordinary data: one of each kind.
const USUAL: [&str; 9] = [
    "claims-two-languages",
    "comparison-computing",
    "comparison-waiting",
    "growth-async-threads",
    "heartbeat-models",
    "image-before-after",
    "map-models",
    "memory-units",
    "scaling-all-models",
];

#[test]
fn no_label_overlaps_another_or_is_cut_at_any_width() {
    let mut faults = Vec::new();
    for (name, figure) in samples::all() {
        for width in [380, 800, 1_200] {
            let found = faults::layout_faults(&figure.clone().width(width));
            faults.extend(found.into_iter().map(|fault| format!("{name} at {width}: {fault}")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn words_tables_and_pictures_of_fixed_data_do_not_change() {
    let all = samples::all();
    for name in USUAL {
        let (_, figure) = all.iter().find(|(known, _)| known == name).expect("the sample is there");
        insta::assert_snapshot!(format!("{name}.words"), format!("{}\n\n{}", figure.alt(), figure.text()));
        insta::assert_snapshot!(format!("{name}.svg"), outline(&figure.svg().unwrap_or_default()));
    }
}

#[test]
fn a_picture_drawn_again_elsewhere_is_the_same_to_the_byte() {
    for (name, figure) in samples::all().into_iter().filter(|(name, _)| USUAL.contains(&name.as_str())) {
        let here = (figure.svg(), figure.png());
        let there = std::thread::spawn(move || (figure.svg(), figure.png())).join().expect("it draws");
        assert!(here == there, "{name}");
    }
}

/// Both kinds of picture are drawn by the same calls; the dots are looked at where shapes are known.
#[test]
fn dots_are_where_the_svg_says() {
    let all = samples::all();
    let (_, figure) = all.iter().find(|(name, _)| name == "comparison-computing").expect("it is there");
    let svg = figure.svg().expect("a picture");
    let (width, dots) = decoded(&figure.png().expect("a picture"));
    let mut bars = 0;
    for line in svg.lines().filter(|line| line.starts_with("<rect") && line.contains("fill=\"#2E8BC0\"")) {
        let number = |name: &str| -> f64 {
            let (_, rest) = line.split_once(&format!(" {name}=\"")).expect("it has a place");
            rest.split('"').next().and_then(|text| text.parse().ok()).expect("it is a number")
        };
        // Near the left end of the bar, where no run or interval covers it: two dots to a pixel, ten units.
        let x = ((number("x") + 20.0) / 5.0) as usize;
        let y = ((number("y") + number("height") / 2.0) / 5.0) as usize;
        let at = 3 * (y * width + x);
        let wanted = [0x2E, 0x8B, 0xC0];
        assert!((0..3).all(|i| dots[at + i].abs_diff(wanted[i]) <= 16), "{:?}", &dots[at..at + 3]);
        bars += 1;
    }
    assert_eq!(bars, 1);
}

fn decoded(file: &[u8]) -> (usize, Vec<u8>) {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().expect("a PNG file");
    let mut rgb = vec![0; reader.output_buffer_size().expect("it fits")];
    let frame = reader.next_frame(&mut rgb).expect("a whole picture");
    rgb.truncate(frame.buffer_size());
    (frame.width as usize, rgb)
}

/// The embedded fonts and pixels left out: they would hide the drawing.
fn outline(svg: &str) -> String {
    let mut parts = svg.split("base64,");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find([')', '"']).expect("embedded data ends");
        text += &format!("base64,…{}", &part[end..]);
    }
    text
}
