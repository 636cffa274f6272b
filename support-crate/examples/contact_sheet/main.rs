//! As the contact sheet of the crate `figure`, for what this crate draws itself: slices and timelines. `cargo run -p concurrency-lab
//! --example contact_sheet`, then open `target/contact-sheet/`.

#[path = "../../../crates/figure/examples/contact_sheet/faults.rs"]
mod faults;
mod samples;
#[path = "../../../crates/figure/examples/contact_sheet/sheet.rs"]
mod sheet;

fn main() -> std::io::Result<()> {
    sheet::draw(samples::all())
}
