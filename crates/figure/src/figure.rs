//! What a cell shows: a chart, a table or a sentence, as HTML, PNG and text at once.

use std::fmt;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::caption::Caption;
use crate::chart::Chart;
use crate::escape::escape;
use crate::format;
use crate::mime::MimeBundle;
use crate::page::Page;
use crate::table::Table;
use crate::text::clean;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

#[derive(Clone)]
enum Content {
    Chart(Arc<dyn Chart>),
    Table { caption: String, table: Table },
    Nothing,
}

/// Size of the text on a Jupyter page, in pixels: pictures grow with it, as in JupyterLab's presentation mode.
const TEXT: f64 = 14.0;
/// On a dark page of JupyterLab a drawing has light and dark exchanged, and keeps its hues.
const DARK: &str =
    "<style>[data-jp-theme-light=\"false\"] img.drawing {filter: invert(0.9) hue-rotate(180deg)}</style>";

/// What a cell shows. End a cell with one, or call its methods.
///
/// ```
/// use figure::{Figure, Table};
/// let mut table = Table::default().words(["model"]).numbers(["time"]);
/// table.push(["async".into(), "25.0 ms".into()]);
/// let figure = Figure::table("40 waits", table).with_prose("async took one wait");
/// assert!(figure.text().starts_with("Async took one wait\n"));
/// ```
#[derive(Clone)]
pub struct Figure {
    prose: Vec<String>,
    emphatic: bool,
    content: Content,
    width: u32,
}

impl Figure {
    fn of(content: Content) -> Self {
        Self { prose: Vec::new(), emphatic: false, content, width: 800 }
    }

    /// A picture.
    pub fn new(chart: impl Chart + 'static) -> Self {
        Self::of(Content::Chart(Arc::new(chart)))
    }

    /// A table alone, with a caption above it.
    pub fn table(caption: impl Into<String>, table: Table) -> Self {
        Self::of(Content::Table { caption: caption.into(), table })
    }

    /// Words alone; every line becomes a paragraph.
    pub fn note(text: impl AsRef<str>) -> Self {
        Self::of(Content::Nothing).with_prose(text)
    }

    /// A reader's mistake or a failure: one sentence, set off.
    pub fn problem(sentence: impl fmt::Display) -> Self {
        Self { emphatic: true, ..Self::note(sentence.to_string()) }
    }

    /// Adds words above the picture; every line becomes a paragraph.
    pub fn with_prose(mut self, text: impl AsRef<str>) -> Self {
        self.prose.extend(text.as_ref().lines().map(|line| said(line.trim_end())));
        self
    }

    /// The same figure, `pixels` wide (320 to 2,400; 800 unless told).
    pub fn width(mut self, pixels: u32) -> Self {
        let allowed = pixels.clamp(320, 2_400);
        if allowed != pixels {
            let refused = format!("A width of {pixels} pixels cannot be drawn; this one is {allowed}");
            self.prose.push(refused + ": choose 320 to 2400");
        }
        self.width = allowed;
        self
    }

    fn page(&self) -> Option<Page<'_>> {
        let Content::Chart(chart) = &self.content else { return None };
        Some(Page::of(chart.as_ref(), f64::from(self.width)))
    }

    /// The picture as SVG, fonts embedded; `None` if the figure is words or a table alone.
    pub fn svg(&self) -> Option<String> {
        self.page().map(|page| page.svg(&self.alt()))
    }

    /// The picture as a PNG file, two dots for each pixel; `None` if the figure is words or a table alone.
    pub fn png(&self) -> Option<Vec<u8>> {
        self.page().map(|page| page.png(2))
    }

    /// Width and height of the picture in pixels.
    pub fn size(&self) -> (f64, f64) {
        self.page().map_or((0.0, 0.0), |page| page.size)
    }

    /// What the picture shows, in words.
    pub fn alt(&self) -> String {
        match &self.content {
            Content::Chart(chart) => said(&chart.alt()),
            Content::Table { caption, .. } => said(caption),
            Content::Nothing => self.prose.join(" "),
        }
    }

    /// Words and numbers, without the picture.
    pub fn text(&self) -> String {
        let mut parts = vec![self.prose.join("\n")];
        match &self.content {
            Content::Chart(chart) => {
                let Caption { title, subtitle, notes } = chart.caption();
                let notes: Vec<String> = notes.iter().map(|note| said(note)).collect();
                let head = format!("{}\n{}", said(&title), clean(&subtitle));
                parts.extend([head, chart.table().text(), notes.join("\n")]);
            }
            Content::Table { caption, table } => parts.extend([said(caption), table.text()]),
            Content::Nothing => {}
        }
        let parts: Vec<&str> =
            parts.iter().map(|part| part.trim_end()).filter(|part| !part.is_empty()).collect();
        parts.join("\n\n") + "\n"
    }

    /// An HTML fragment that untrusted notebooks show too: words, and the picture as an `<img>`.
    pub fn html(&self) -> String {
        let mut html = String::new();
        for line in self.prose.iter().filter(|line| !line.is_empty()) {
            let line = escape(line);
            let _ = match self.emphatic {
                true => writeln!(html, "<p><strong>{line}</strong></p>"),
                false => writeln!(html, "<p>{line}</p>"),
            };
        }
        match &self.content {
            Content::Chart(chart) => {
                let picture = BASE64.encode(self.svg().unwrap_or_default());
                let alt = escape(&self.alt());
                let _ = writeln!(
                    html,
                    "<img alt=\"{alt}\" width=\"{}\" style=\"width:{:.1}em;max-width:100%;height:auto\" \
                     class=\"{}\" src=\"data:image/svg+xml;base64,{picture}\">{DARK}",
                    self.width,
                    f64::from(self.width) / TEXT,
                    if chart.is_photograph() { "photograph" } else { "drawing" },
                );
            }
            Content::Table { caption, table } => {
                if !caption.is_empty() {
                    let _ = writeln!(html, "<p>{}</p>", escape(&said(caption)));
                }
                html.push_str(&table.html());
            }
            Content::Nothing => {}
        }
        html
    }

    /// All forms of this figure together.
    pub fn bundle(&self) -> MimeBundle {
        let picture = self.png().map(|file| ("image/png", BASE64.encode(file)));
        let html = [("text/html", self.html())].into_iter().chain(picture);
        MimeBundle(html.chain([("text/plain", self.text())]).collect())
    }

    /// Shows it under the cell; the kernel calls this on a cell's last value.
    pub fn evcxr_display(&self) {
        self.bundle().show();
    }
}

/// A text as it is said here: one line, which begins with a capital letter.
fn said(text: &str) -> String {
    format::sentence(&clean(text))
}

impl fmt::Display for Figure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text())
    }
}

// A figure inside an Option or a Vec falls back to Debug in a notebook: the words and numbers serve there.
impl fmt::Debug for Figure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text())
    }
}
