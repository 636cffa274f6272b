//! A bar figure from plain data, saved as SVG and PNG: `cargo run -p figure --example bars`.

use figure::{Caption, ComparisonRow, ComparisonSeries, Figure};

fn main() -> std::io::Result<()> {
    let rows = [("one after the other", 0.412), ("all at once", 0.0531), ("in four groups", 0.1042)];
    let bars = ComparisonSeries {
        caption: Caption::new("40 waits of 10 ms", "2 cores"),
        measure: "time of one run".into(),
        statistic: "median".into(),
        baseline: "one after the other".into(),
        rows: rows.map(|(name, seconds)| ComparisonRow::new(name, seconds)).into(),
        ..ComparisonSeries::default()
    };
    let figure = Figure::new(bars);
    let pictures = [("waits.svg", figure.svg().map(String::into_bytes)), ("waits.png", figure.png())];
    for (name, picture) in pictures {
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, picture.unwrap_or_default())?;
        println!("{}", path.display());
    }
    println!("{figure}");
    Ok(())
}
