//! Faults of a layout that can be found without looking: labels that cover one another, or are cut by the card's edge.

use super::figure::Figure;
use super::geometry::Rect;

/// Every pair of labels that overlap and every label that reaches beyond the picture, in words; empty is good.
pub fn layout_faults(figure: &Figure) -> Vec<String> {
    let (labels, (width, height)) = (figure.labels(), figure.size());
    let card = Rect::new(0.0, 0.0, width, height);
    let mut faults = Vec::new();
    for (index, label) in labels.iter().enumerate() {
        if !card.contains(&label.place, 0.5) {
            faults.push(format!("“{}” is cut: {:?} of {width} x {height}", label.text, label.place));
        }
        for other in &labels[index + 1..] {
            if label.place.overlaps(&other.place, 0.75) {
                faults.push(format!("“{}” and “{}” overlap", label.text, other.text));
            }
        }
    }
    faults
}
