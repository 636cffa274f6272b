//! Faults of a layout that can be found without looking: labels that cover one another, or are cut by the card's edge.

use figure::{Figure, Rect};

/// Every pair of labels that overlap and every label that reaches beyond the picture, in words; empty is good.
pub fn layout_faults(figure: &Figure) -> Vec<String> {
    let (labels, (width, height)) = (figure.labels(), figure.size());
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
