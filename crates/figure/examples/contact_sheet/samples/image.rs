use figure::{Caption, Figure, ImageSeries, Pixels, Table};

use super::common::{caption, hard_caption, hard_names};

fn picture(width: u32, height: u32, shade: impl Fn(f64, f64) -> [f64; 3]) -> Pixels {
    let all = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let rgb = all.flat_map(|(x, y)| {
        shade(f64::from(x) / f64::from(width), f64::from(y) / f64::from(height))
            .map(|v| (v.clamp(0.0, 1.0) * 255.0) as u8)
    });
    Pixels::new(width, height, rgb.collect()).expect("the size fits")
}

fn rings(x: f64, y: f64) -> [f64; 3] {
    let r = (x - 0.5).hypot(y - 0.5);
    [0.5 + 0.5 * (40.0 * r).sin(), 0.5 + 0.5 * (9.0 * x + 5.0 * y).cos(), 1.0 - r]
}

fn soft(x: f64, y: f64) -> [f64; 3] {
    rings(x, y).map(|v| 0.4 + 0.3 * v)
}

pub fn all() -> Vec<(String, Figure)> {
    let title = || caption("Blur of 640 x 400 pixels, radius 6, 32 chunks of rows");
    let hard = hard_names().into_iter().map(|name| (name, picture(64, 48, rings))).collect();
    let mut table = Table::default().words(["claim", "here"]).numbers(["times"]);
    for name in hard_names() {
        table.push([name, "holds".into(), "1.96x".into()]);
    }
    vec![
        (
            "image-before-after".into(),
            Figure::new(ImageSeries::before_after(
                title(),
                picture(640, 400, rings),
                picture(640, 400, soft),
            )),
        ),
        (
            "image-tall".into(),
            Figure::new(ImageSeries {
                caption: title(),
                pictures: vec![
                    ("tall".into(), picture(40, 900, rings)),
                    ("wide".into(), picture(900, 40, rings)),
                ],
            }),
        ),
        (
            "image-one-pixel".into(),
            Figure::new(ImageSeries {
                caption: title(),
                pictures: vec![("one".into(), picture(1, 1, soft))],
            }),
        ),
        ("image-hard-names".into(), Figure::new(ImageSeries { caption: hard_caption(), pictures: hard })),
        ("image-empty".into(), Figure::new(ImageSeries { caption: Caption::default(), pictures: vec![] })),
        ("table-only".into(), Figure::table("The ledger of claims", table).with_prose("a sentence above")),
        (
            "note-problem".into(),
            Figure::problem("0 tasks: a workload needs at least 1; set `tasks` to 1 or more"),
        ),
    ]
}
