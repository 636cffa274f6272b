//! A notebook as a page of Markdown, and the files that go beside it: itself, its pictures, its tables.

use super::numbers;
use crate::run::notebook::{Notebook, is_code, text};
use crate::run::portable;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use console::strip_ansi_codes;
use serde_json::Value;

/// What a notebook becomes.
#[derive(Default)]
pub struct Page {
    /// The page, as MyST Markdown.
    pub markdown: String,
    /// Names and contents of the files beside it.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Longer than any fence within a cell.
const FENCE: &str = "``````";

/// The page of a notebook.
pub fn of(notebook: &Notebook) -> Page {
    let name = notebook.name();
    let file = format!("notebooks/{name}.ipynb");
    let download =
        raw(&format!("<p class=\"download\"><a href=\"{file}\" download>This page as a notebook</a></p>"));
    let mut page =
        Page { markdown: String::new(), files: vec![(file, notebook.document.to_string().into())] };
    for (place, cell) in notebook.cells().iter().enumerate() {
        let source = text(&cell["source"]);
        if !is_code(cell) {
            // The links between notebooks become those between pages.
            page.markdown += &format!("{}\n\n", source.replace(".ipynb)", ".md)"));
        } else {
            let folded = cell["metadata"]["jupyter"]["source_hidden"] == true;
            let around = |html: &str| if folded { raw(html) } else { String::new() };
            page.markdown += &around("<details class=\"solution\"><summary>A solution</summary>");
            page.markdown += &format!("{FENCE}rust\n{source}\n{FENCE}\n\n");
            page.outputs(name, cell["outputs"].as_array().map_or(&[], Vec::as_slice));
            page.markdown += &around("</details>");
        }
        if place == 0 {
            page.markdown += &download;
        }
    }
    page
}

impl Page {
    fn outputs(&mut self, name: &str, outputs: &[Value]) {
        // Lines that were printed one after the other belong together.
        let mut printed = String::new();
        for output in outputs {
            printed += &text(&output["text"]);
            let error: Vec<String> = output["traceback"].as_array().into_iter().flatten().map(text).collect();
            printed += &strip_ansi_codes(&error.join("\n"));
            if output["data"].is_object() {
                self.printed(&mut printed);
                self.shown(name, output);
            }
        }
        self.printed(&mut printed);
    }

    fn printed(&mut self, text: &mut String) {
        if !text.trim().is_empty() {
            let text = text.trim_end();
            self.markdown += &format!("{FENCE}{{code-block}} text\n:class: output\n\n{text}\n{FENCE}\n\n");
        }
        text.clear();
    }

    fn shown(&mut self, name: &str, output: &Value) {
        let (data, number) = (&output["data"], self.files.len());
        let (html, mut plain) = (text(&data["text/html"]), text(&data["text/plain"]));
        if !data["image/png"].is_null() {
            let (picture, png) = picture(output, &format!("pictures/{name}-{number}.png"));
            let mut caption = String::new();
            if let Some(table) = numbers::csv(&plain) {
                let file = format!("numbers/{name}-{number}.csv");
                caption = format!(
                    "<details><summary>The numbers</summary><pre tabindex=\"0\">{}</pre>\
                     <a href=\"{file}\" download>as a table (CSV)</a></details>",
                    escape(&plain)
                );
                self.files.push((file, table.into_bytes()));
            }
            self.files.extend(png);
            self.markdown +=
                &picture.replace("</figure>", &format!("<figcaption>{caption}</figcaption></figure>"));
        } else if !html.is_empty() {
            let html = html.replace(".ipynb\"", ".html\"");
            self.markdown += &raw(&format!("<div class=\"shown\">{html}</div>"));
        } else {
            self.printed(&mut plain);
        }
    }
}

/// What a picture shows, in words.
pub fn alt(output: &Value) -> &str {
    output["metadata"]["image/png"]["alt"].as_str().unwrap_or_default()
}

/// A picture as HTML: drawn on the page where its drawing was kept, else as a file of the name given, which comes second.
pub fn picture(output: &Value, file: &str) -> (String, Option<(String, Vec<u8>)>) {
    let alt = escape(alt(output));
    let (html, file) = match portable::drawing(output).and_then(|svg| on_the_page(&svg, &alt)) {
        Some(svg) => (svg, None),
        None => {
            let width = output["metadata"]["image/png"]["width"].as_u64().unwrap_or(800);
            let png = BASE64.decode(text(&output["data"]["image/png"]).replace('\n', "")).unwrap_or_default();
            let image = format!("<img src=\"{file}\" alt=\"{alt}\" width=\"{width}\" loading=\"lazy\">");
            (image, Some((file.to_owned(), png)))
        }
    };
    (raw(&format!("<figure class=\"lab\"><div class=\"picture\">{html}</div></figure>")), file)
}

/// A drawing with its alternative text as a label: as a title it would hang over everything that is pointed at.
fn on_the_page(svg: &str, alt: &str) -> Option<String> {
    let (head, rest) = svg.split_once("<title>")?;
    let (_, rest) = rest.split_once("</title>")?;
    Some(head.replacen("<svg ", &format!("<svg aria-label=\"{alt}\" "), 1) + rest)
}

/// HTML within Markdown.
pub fn raw(html: &str) -> String {
    format!("{FENCE}{{raw}} html\n{html}\n{FENCE}\n\n")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
