//! Faults of a layout that can be found without looking: labels that cover one another, or are cut by the card's edge.

use figure::font::{CAP_HEIGHT, Weight, width};
use figure::{Figure, Rect, UNITS};

/// A text of a figure, and where it stands: in pixels, from the height of its capitals to just below its baseline.
struct Label {
    text: String,
    place: Rect,
}

/// The texts of a picture as its SVG sets them.
fn labels(svg: &str) -> Vec<Label> {
    let texts = svg.split("<text ").skip(1).filter_map(|element| element.split_once(">\n"));
    texts.map(|(attributes, rest)| label(attributes, rest.split('\n').next().unwrap_or_default())).collect()
}

fn label(attributes: &str, text: &str) -> Label {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    let text = text.replace("&#39;", "'").replace("&amp;", "&");
    let attribute = |name: &str| {
        let (_, rest) = attributes.split_once(&format!("{name}=\"")).unwrap_or_default();
        rest.split('"').next().unwrap_or_default()
    };
    let number = |name: &str| attribute(name).parse::<f64>().expect("a number") / UNITS;
    let size = number("font-size");
    let weight = if attribute("font-weight") == "bold" { Weight::Bold } else { Weight::Regular };
    let wide = width(&text, size, weight);
    let left = match attribute("text-anchor") {
        "start" => 0.0,
        "middle" => wide / 2.0,
        _ => wide,
    };
    // Height of a small letter.
    let ex = 0.546 * size;
    let down = match attribute("dy") {
        "0.76em" => 0.76 * size,
        "0.5ex" => 0.5 * ex,
        _ => -0.5 * ex,
    };
    let (x, baseline) = (number("x") - left, number("y") + down);
    let place = Rect::new(x, baseline - CAP_HEIGHT * size, wide, (CAP_HEIGHT + 0.12) * size);
    Label { text, place }
}

/// Every pair of labels that overlap and every label that reaches beyond the picture, in words; empty is good.
pub fn layout_faults(figure: &Figure) -> Vec<String> {
    let (svg, (width, height)) = (figure.svg().unwrap_or_default(), figure.size());
    let labels = labels(&svg);
    assert!(svg.is_empty() || !labels.is_empty(), "no text was found in the picture");
    let mut faults = Vec::new();
    for (index, label) in labels.iter().enumerate() {
        if !inside(&label.place, width, height) {
            faults.push(format!("“{}” is cut: {:?} of {width} x {height}", label.text, label.place));
        }
        for other in &labels[index + 1..] {
            if overlap(&label.place, &other.place) {
                faults.push(format!("“{}” and “{}” overlap", label.text, other.text));
            }
        }
    }
    faults
}

fn inside(place: &Rect, width: f64, height: f64) -> bool {
    let slack = 0.5;
    place.x >= -slack
        && place.y >= -slack
        && place.right() <= width + slack
        && place.bottom() <= height + slack
}

fn overlap(a: &Rect, b: &Rect) -> bool {
    let across = a.right().min(b.right()) - a.x.max(b.x);
    let down = a.bottom().min(b.bottom()) - a.y.max(b.y);
    across > 0.75 && down > 0.75
}
