//! Draws every figure at three widths, with ordinary data and with everything that could break a layout, and puts
//! them on one sheet to be looked at: `cargo run -p figure --example contact_sheet`, then open `target/contact-sheet/`.

mod faults;
mod samples;
mod sheet;

fn main() -> std::io::Result<()> {
    sheet::draw(samples::all())
}
