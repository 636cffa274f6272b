//! Pictures as every viewer shows them: those that clean HTML (GitHub, an untrusted notebook, nbconvert's own filter) throw away
//! pictures inside it, and show a PNG. What was drawn as lines and letters goes along, packed, for pages that can show it
//! (`cargo lab site`): a twentieth of the PNG, and what its places stand for is in it.

use super::notebook::{Notebook, text};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use serde_json::{Value, json};
use std::io::{Read, Write};

/// A drawing that takes more than this many bytes when packed is a photograph, or as good as one: its PNG is enough.
const LARGEST: usize = 24_000;

/// Leaves each picture as PNG and text, with its alternative text, its width and its packed drawing; the words above it, and those
/// below it, become an output of their own.
pub fn pictures(notebook: &mut Notebook) {
    for cell in notebook.cells_mut() {
        if let Some(outputs) = cell.get_mut("outputs").and_then(Value::as_array_mut) {
            *outputs = std::mem::take(outputs).into_iter().flat_map(split).collect();
        }
    }
}

fn split(mut output: Value) -> Vec<Value> {
    let html = text(&output["data"]["text/html"]);
    let Some((words, picture)) = html.split_once("<img ").filter(|_| output["data"]["image/png"].is_string())
    else {
        return vec![output];
    };
    let attribute =
        |name: &str| Some(picture.split_once(&format!("{name}=\""))?.1.split('"').next()?.to_owned());
    let width = attribute("width").and_then(|width| width.parse::<u32>().ok());
    output["metadata"]["image/png"] =
        json!({ "alt": attribute("alt").map(|alt| plain(&alt)), "width": width });
    if let Some(drawing) = attribute("src").and_then(|source| packed(&source)) {
        output["metadata"]["image/png"]["svg"] = drawing.into();
        // What JupyterLab knows a picture by whose ground must not be taken for the page's.
        output["metadata"]["needs_background"] = "light".into();
    }
    if let Some(data) = output["data"].as_object_mut() {
        data.remove("text/html");
    }
    // A figure ends with its style.
    let below = picture.split_once("</style>").map_or("", |(_, below)| below);
    own(words).into_iter().chain([output]).chain(own(below)).collect()
}

/// Words as an output of their own, if there are any.
fn own(words: &str) -> Option<Value> {
    let words = words.trim();
    let data = json!({ "text/html": lines(words), "text/plain": lines(&plain(words)) });
    (!words.is_empty()).then(|| json!({ "output_type": "display_data", "data": data, "metadata": {} }))
}

/// The drawing of an `<img>` without its fonts, packed as text.
fn packed(source: &str) -> Option<String> {
    let svg = BASE64.decode(source.strip_prefix("data:image/svg+xml;base64,")?).ok()?;
    let svg = String::from_utf8(svg).ok()?;
    let (head, rest) = svg.split_once("<style>")?;
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all((head.to_owned() + rest.split_once("</style>\n")?.1).as_bytes()).ok()?;
    Some(BASE64.encode(packer.finish().ok()?)).filter(|packed| packed.len() <= LARGEST)
}

/// The drawing that [`pictures`] left with an output, if it did.
pub fn drawing(output: &Value) -> Option<String> {
    let packed = BASE64.decode(output["metadata"]["image/png"]["svg"].as_str()?).ok()?;
    let mut svg = String::new();
    GzDecoder::new(&packed[..]).read_to_string(&mut svg).ok()?;
    Some(svg)
}

/// Text as notebooks store it: a list of lines.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// HTML as text: without its tags.
fn plain(html: &str) -> String {
    let mut text = String::new();
    for (number, part) in html.split('<').enumerate() {
        text += if number == 0 { part } else { part.split_once('>').map_or("", |(_, after)| after) };
    }
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text, |text, (name, sign)| text.replace(name, sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_alternative_text_and_the_words_around_it_are_outputs_of_their_own() {
        let picture = "<img alt=\"Bars: a &amp; b\" width=\"800\" src=\"data:x\"><style>img {}</style>";
        let html = format!("<p>Two &lt; three.</p>\n{picture}\n<details>more</details>\n");
        let data = json!({ "image/png": "iVBO", "text/html": [html], "text/plain": ["a 1"] });
        let split = split(json!({ "output_type": "execute_result", "data": data, "metadata": {} }));
        assert_eq!(split[0]["data"]["text/plain"], json!(["Two < three."]));
        assert_eq!(split[1]["data"], json!({ "image/png": "iVBO", "text/plain": ["a 1"] }));
        assert_eq!(split[2]["data"]["text/html"], json!(["<details>more</details>"]));
        assert_eq!(split[1]["metadata"]["image/png"], json!({ "alt": "Bars: a & b", "width": 800 }));
    }

    #[test]
    fn the_drawing_goes_along_without_its_fonts() {
        let svg = BASE64.encode("<svg>\n<title>T</title>\n<style>\nfonts\n</style>\n<text>a</text></svg>\n");
        let html = format!("<img alt=\"A\" width=\"800\" src=\"data:image/svg+xml;base64,{svg}\">");
        let data = json!({ "image/png": "iVBO", "text/html": html, "text/plain": "a" });
        let split = split(json!({ "output_type": "execute_result", "data": data, "metadata": {} }));
        assert_eq!(split[0]["metadata"]["needs_background"], "light");
        assert_eq!(drawing(&split[0]).unwrap(), "<svg>\n<title>T</title>\n<text>a</text></svg>\n");
        assert_eq!(drawing(&json!({ "metadata": {} })), None);
    }

    #[test]
    fn everything_else_stays_as_it_is() {
        let document = json!({ "cells": [{ "cell_type": "markdown", "source": "words" }] });
        let mut notebook = Notebook { path: "a.ipynb".into(), document: document.clone() };
        pictures(&mut notebook);
        assert_eq!(notebook.document, document);
        let table = json!({ "output_type": "execute_result", "data": { "text/html": ["<table></table>"], "text/plain": [""] } });
        assert_eq!(split(table.clone()), [table]);
    }
}
