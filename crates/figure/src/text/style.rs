//! Making text fit: cleaned of what breaks a picture, cut with an ellipsis, wrapped, shrunk.

use plotters::style::{Color as _, FontStyle, IntoFont};

use super::font::{self, Weight};
use crate::theme::{Colour, INK};

/// Size, weight and colour of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextStyle {
    /// Height of an em in pixels.
    pub size: f64,
    /// Regular or semi-bold.
    pub weight: Weight,
    /// Colour of the letters.
    pub colour: Colour,
}

impl TextStyle {
    /// Regular text of a size in pixels, in the theme's ink.
    pub const fn new(size: f64) -> Self {
        Self { size, weight: Weight::Regular, colour: INK }
    }

    /// The same in semi-bold.
    pub const fn bold(self) -> Self {
        Self { weight: Weight::Bold, ..self }
    }

    /// The same in another colour.
    pub const fn colour(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    /// The same as plotters knows it, `scale` units of a backend for each pixel.
    pub(crate) fn font(&self, scale: f64) -> plotters::style::TextStyle<'static> {
        font::register();
        let style = if self.weight == Weight::Bold { FontStyle::Bold } else { FontStyle::Normal };
        let font = (font::FAMILY, self.size * scale * font::PLOTTERS_SIZE, style).into_font();
        let mut style = plotters::style::TextStyle::from(font);
        style.color = self.colour.to_backend_color();
        style
    }

    /// Width of a text in this style.
    pub fn width(&self, text: &str) -> f64 {
        font::width(text, self.size, self.weight)
    }

    /// Width of the widest of several texts; 0 without one.
    pub fn widest(&self, texts: impl IntoIterator<Item = impl AsRef<str>>) -> f64 {
        texts.into_iter().map(|text| self.width(text.as_ref())).fold(0.0, f64::max)
    }

    /// From one baseline to the next.
    pub fn line_height(&self) -> f64 {
        (self.size * 1.35).round()
    }

    /// `text` if it is at most `width` wide, otherwise as much of its beginning as fits, and "…".
    ///
    /// ```
    /// use figure::TextStyle;
    /// let style = TextStyle::new(12.0);
    /// assert_eq!(style.ellipsize("short", 100.0), "short");
    /// let cut = style.ellipsize("a name far too long for this place", 100.0);
    /// assert!(cut.ends_with('…') && style.width(&cut) <= 100.0);
    /// ```
    pub fn ellipsize(&self, text: &str, width: f64) -> String {
        cut(text, width, |character| self.width(character.encode_utf8(&mut [0; 4])))
    }

    /// The first of `texts` that is at most `width` wide, or else the last of them, cut.
    pub fn first_that_fits(&self, texts: &[&str], width: f64) -> String {
        let fits = texts.iter().find(|text| self.width(text) <= width);
        self.ellipsize(fits.or(texts.last()).copied().unwrap_or_default(), width)
    }

    /// `text` in at most `most` lines of at most `width`; the last is cut with "…" if more would be needed.
    pub fn wrap(&self, text: &str, width: f64, most: usize) -> Vec<String> {
        let text = clean(text);
        let mut lines: Vec<String> = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() && lines.len() + 1 < most {
            let end = self.line_end(rest, width);
            lines.push(rest[..end].trim_end().to_string());
            rest = rest[end..].trim_start();
        }
        if !rest.is_empty() && most > 0 {
            lines.push(self.ellipsize(rest, width));
        }
        lines
    }

    /// Where the first line of `text` ends: after the last word that fits, or within a word that is longer than a line.
    fn line_end(&self, text: &str, width: f64) -> usize {
        let mut wide = 0.0;
        let mut after_space = 0;
        for (index, character) in text.char_indices() {
            wide += self.width(character.encode_utf8(&mut [0; 4]));
            if wide > width && character != ' ' {
                let first = text.chars().next().map_or(0, char::len_utf8);
                return if after_space > 0 { after_space } else { index.max(first) };
            }
            if character == ' ' || character == '-' || font::is_wide(character) {
                after_space = index + character.len_utf8();
            }
        }
        text.len()
    }

    /// This style made smaller, down to `least` pixels, until `text` is at most `width` wide, and the text cut if even that is too wide.
    pub fn fit(&self, text: &str, width: f64, least: f64) -> (Self, String) {
        let mut style = *self;
        while style.size > least && style.width(text) > width {
            style.size = (style.size - 0.5).max(least);
        }
        (style, style.ellipsize(text, width))
    }
}

/// `text`, cleaned, if it fits into the room; otherwise as much of its beginning as fits, and "…".
pub(crate) fn cut(text: &str, room: f64, width: impl Fn(char) -> f64) -> String {
    let text = clean(text);
    // Room that was made for this very text may be the smaller by a rounding.
    if text.chars().map(&width).sum::<f64>() <= room + 1e-9 {
        return text;
    }
    let mut left = room - width('…');
    if left < 0.0 {
        return String::new();
    }
    let fits = |character: &char| {
        left -= width(*character);
        left >= 0.0
    };
    let kept: String = text.chars().take_while(fits).collect();
    format!("{}…", kept.trim_end())
}

/// `text` without what breaks a line, an XML file or the order of the letters around it.
pub fn clean(text: &str) -> String {
    text.chars()
        .filter_map(|character| match character {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
            c if c.is_control() => None,
            // Direction marks would turn the labels after them; zero-width ones hide characters.
            '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' => None,
            '\u{FFFE}' | '\u{FFFF}' => None,
            c => Some(c),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STYLE: TextStyle = TextStyle::new(12.0);

    #[test]
    fn a_word_longer_than_a_line_is_broken() {
        let lines = STYLE.wrap(&"x".repeat(200), 100.0, 5);
        assert_eq!(lines.len(), 5);
        assert!(lines.iter().all(|line| STYLE.width(line) <= 100.0));
        assert!(lines[4].ends_with('…'));
    }

    #[test]
    fn words_stay_whole() {
        assert_eq!(STYLE.wrap("threads and processes", 60.0, 3), ["threads", "and", "processes"]);
        assert_eq!(STYLE.wrap("", 60.0, 3), Vec::<String>::new());
    }

    #[test]
    fn text_shrinks_before_it_is_cut() {
        let (style, text) = STYLE.fit("processes (16)", 75.0, 9.0);
        assert_eq!(text, "processes (16)");
        assert!(style.size < 12.0 && style.width(&text) <= 75.0);
    }

    #[test]
    fn what_breaks_a_picture_is_removed() {
        assert_eq!(clean("a\nb\0\u{1b}[31m\u{202e}c\u{FEFF}"), "a b[31mc");
    }

    proptest! {
        #[test]
        fn whatever_the_text_it_fits(text in "\\PC{0,60}", width in 0.0f64..300.0, most in 1usize..5) {
            prop_assert!(STYLE.width(&STYLE.ellipsize(&text, width)) <= width);
            let lines = STYLE.wrap(&text, width.max(20.0), most);
            prop_assert!(lines.len() <= most);
            prop_assert!(lines.iter().all(|line| STYLE.width(line) <= width.max(20.0) + 1e-9), "{lines:?}");
        }
    }
}
