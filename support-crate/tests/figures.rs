//! Every figure of the contact sheet: nothing overlaps or is cut, and fixed data gives the same bytes on every machine.
//!
//! After a change that is meant, look at the contact sheet (`cargo run --release --example contact_sheet`) and accept with
//! `INSTA_UPDATE=always cargo test -p concurrency-lab --test figures`.

#[path = "../examples/contact_sheet/samples/mod.rs"]
mod samples;

use concurrency_lab::chart::{Figure, layout_faults};

/// The figures of ordinary data: one of each kind.
const USUAL: [&str; 10] = [
    "comparison-computing",
    "comparison-waiting",
    "growth-async-threads",
    "heartbeat-models",
    "image-before-after",
    "latency-models",
    "map-models",
    "memory-units",
    "scaling-all-models",
    "slices-threads",
];

#[test]
fn no_label_overlaps_another_or_is_cut_at_any_width() {
    let mut faults = Vec::new();
    for (name, figure) in samples::all() {
        for width in [480, 800, 1_200] {
            let found = layout_faults(&figure.clone().width(width));
            faults.extend(found.into_iter().map(|fault| format!("{name} at {width}: {fault}")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn words_tables_and_pictures_of_fixed_data_do_not_change() {
    let all = samples::of_fixed_data();
    for name in USUAL {
        let (_, figure) = all.iter().find(|(known, _)| known == name).expect("the sample is there");
        insta::assert_snapshot!(format!("{name}.words"), words(figure));
        insta::assert_snapshot!(format!("{name}.svg"), outline(&figure.svg()));
    }
}

#[test]
fn a_picture_drawn_again_elsewhere_is_the_same_to_the_byte() {
    for (name, figure) in samples::of_fixed_data() {
        let here = (figure.svg(), figure.png());
        let there = std::thread::spawn(move || (figure.svg(), figure.png())).join().expect("it draws");
        assert!(here == there, "{name}");
    }
}

/// What is read instead of the picture.
fn words(figure: &Figure) -> String {
    let checksum = crc32fast::hash(&figure.png());
    format!("{}\n\n{}\nPNG: checksum {checksum:08x}", figure.alt(), figure.text())
}

/// The font and the pixels of pictures as checksums: they would hide the drawing.
fn outline(svg: &str) -> String {
    let mut parts = svg.split("base64,");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find([')', '"']).expect("embedded data ends");
        text += &format!("base64,{:08x}{}", crc32fast::hash(&part.as_bytes()[..end]), &part[end..]);
    }
    text
}
