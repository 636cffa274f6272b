//! PNG files.

use png::{BitDepth, ColorType, Compression, Encoder, Filter};

/// An RGB buffer as a PNG file. The same buffer always gives the same bytes.
pub(crate) fn encode(width: u32, height: u32, rgb: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    encoder.set_filter(Filter::Up);
    // Twice the dots of a screen: 192 to the inch.
    let density = 7_559;
    let unit = png::Unit::Meter;
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: density, yppu: density, unit }));
    let mut writer = encoder.write_header().expect("a Vec can always be written to");
    writer.write_image_data(rgb).expect("the buffer has the size of the picture");
    writer.finish().expect("a Vec can always be written to");
    file
}
