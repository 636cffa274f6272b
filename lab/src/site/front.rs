//! The front page: what the README opens with, a film, and the map of the course.

use super::page::{self, Page};
use crate::paths::Checkout;
use crate::run::notebook::{Notebook, text};
use anyhow::{Context, Result};
use std::fmt::Write as _;
use std::fs;

/// The parts of the course, and the number of the first page of each.
const PARTS: [(&str, &str); 4] =
    [("Begin here", "00"), ("The ideas", "01"), ("One program, four ways", "07"), ("In practice", "11")];

/// The page.
pub fn page(checkout: &Checkout, notebooks: &[Notebook]) -> Result<Page> {
    let readme = fs::read_to_string(checkout.root.join("README.md")).context("README.md cannot be read")?;
    let mut sections = readme.split("\n## ");
    let opening = sections.next().unwrap_or_default();
    let (title, lead) = opening.split_once("\n\n").unwrap_or_default();
    let lead = lead.split("\n\n").next().unwrap_or_default();
    let commands = opening.split_once("```console").map_or("", |(_, rest)| rest);
    let film = notebooks.iter().find_map(film).unwrap_or_default();
    let mut page = format!(
        "{title}\n\n{lead}\n\n{}\n\n{}\n\n## Run it on your own cores\n\n\
         What these pages show was measured once, on the machine named in each figure. Yours will differ. In the folder of the \
         course:\n\n\
         ```console{commands}\n\n",
        page::raw(&format!(
            "<p><a class=\"begin\" href=\"{}.html\">Begin to read</a> \
             <a class=\"begin other\" href=\"#run-it-on-your-own-cores\">Run it yourself</a></p>",
            notebooks.first().map_or("index", Notebook::name)
        )),
        film.markdown,
    );
    let shown: Vec<(&str, &str)> = readme.lines().filter_map(row).collect();
    page += "## The course\n\n";
    let (mut map, mut contents) = (String::new(), String::new());
    for notebook in notebooks {
        let name = notebook.name();
        if let Some((part, _)) = PARTS.iter().find(|(_, number)| name.starts_with(number)) {
            let _ = write!(map, "</ul><p class=\"part\">{part}</p><ul class=\"map\">");
            let _ = write!(contents, "```\n\n```{{toctree}}\n:hidden:\n:caption: {part}\n\n");
        }
        let shows = shown.iter().find(|(link, _)| link.contains(name)).map_or("", |(_, shows)| shows);
        let title = text(&notebook.cells()[0]["source"]);
        let title = title.lines().next().unwrap_or(name).trim_start_matches(['#', ' ']).to_owned();
        let _ = write!(map, "<li><a href=\"{name}.html\">{title}</a><span>{shows}</span></li>");
        let _ = writeln!(contents, "{name}");
    }
    page += &page::raw(&format!("{}</ul>", map.trim_start_matches("</ul>")));
    for section in sections.filter(|section| {
        ["What the two commands do", "Requirements"].iter().any(|wanted| section.starts_with(wanted))
    }) {
        let _ = write!(page, "\n\n## {section}");
    }
    let _ = write!(page, "\n\n{}```\n", contents.trim_start_matches("```\n\n"));
    Ok(Page { markdown: page, files: film.files })
}

/// A line of the README's table of notebooks: its link, and what the page shows.
fn row(line: &str) -> Option<(&str, &str)> {
    let (link, shows) = line.strip_prefix("| [")?.split_once(" | ")?;
    Some((link, shows.trim_end_matches(" |")))
}

/// The first film of the notebook that films every model.
fn film(notebook: &Notebook) -> Option<Page> {
    if !notebook.name().starts_with("02") {
        return None;
    }
    let outputs = notebook.cells().iter().filter_map(|cell| cell["outputs"].as_array()).flatten();
    let film = outputs.into_iter().find(|output| page::alt(output).starts_with("Timeline"))?;
    let (picture, file) = page::picture(film, "pictures/film.png");
    let from = format!("The same waits under five models, from [page 2]({}.md).", notebook.name());
    Some(Page { markdown: picture + &from, files: file.into_iter().collect() })
}
