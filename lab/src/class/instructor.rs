//! The edition for who teaches: everything open, with times and notes.

use super::exercise::is_solution;
use super::student::anywhere;
use crate::run::notebook::{is_code, text};
use serde_json::{Value, json};

/// What an exercise takes besides reading: nobody has measured it.
const EXERCISE: &str =
    "Allow ten minutes for each exercise; who is done sooner tries the boxes *Change this, watch that*.";

/// Words of text and programs that are read in a minute, for a page that does not say how long it takes.
const PACE: f64 = 120.0;

/// The page with its outputs, solutions unfolded; below the title what to ask and what goes wrong, below each heading how long it takes.
pub fn edition(document: &Value, notes: &str) -> Value {
    let mut document = document.clone();
    let seconds = document["metadata"]["concurrency_lab"]["seconds"].as_array().cloned();
    let mut seconds = seconds.into_iter().flatten();
    let mut cells = document["cells"].as_array().cloned().unwrap_or_default();
    let title = cells.first().map(|cell| text(&cell["source"])).unwrap_or_default();
    let words = |cell: &Value| text(&cell["source"]).split_whitespace().count() as f64;
    let all: f64 = cells.iter().filter(|cell| !is_solution(cell)).map(words).sum();
    let mut sections: Vec<Section> = Vec::new();
    for (place, cell) in cells.iter_mut().enumerate() {
        if text(&cell["source"]).starts_with("## ") {
            sections.push(Section { heading: place, words: 0.0, seconds: 0.0 });
        }
        let run = if is_code(cell) { seconds.next().and_then(|seconds| seconds.as_f64()) } else { None };
        if let Some(section) = sections.last_mut() {
            section.words += if is_solution(cell) { 0.0 } else { words(cell) };
            section.seconds += run.unwrap_or(0.0);
        }
        if is_code(cell) {
            cell["source"] = anywhere(&text(&cell["source"])).into();
        }
        if is_solution(cell) {
            cell["metadata"] = json!({ "tags": ["solution"] });
        }
    }
    for section in sections {
        let heading = &mut cells[section.heading];
        let source = text(&heading["source"]);
        let (first, rest) = source.split_once('\n').unwrap_or((&source, ""));
        heading["source"] =
            format!("{first}\n\n*{}*\n{rest}", section.takes(minutes(&title).unwrap_or(all / PACE), all))
                .into();
    }
    let about = format!("> **For the teacher.** {EXERCISE}\n>\n> {}", notes.replace('\n', "\n> "));
    let about = json!({ "cell_type": "markdown", "id": "for-the-teacher", "metadata": {}, "source": about });
    cells.insert(1.min(cells.len()), about);
    document["cells"] = cells.into();
    document
}

/// A part of a page under a heading of its own.
struct Section {
    /// Place of its first cell.
    heading: usize,
    /// Words to read, of text and programs.
    words: f64,
    /// How long its cells took when they were last executed; 0 where nobody recorded it.
    seconds: f64,
}

impl Section {
    /// How long it takes, of a page that takes `minutes` to read and has so many words in `all`.
    fn takes(&self, minutes: f64, all: f64) -> String {
        let read = (minutes * self.words / all).ceil();
        let plural = if read == 1.0 { "" } else { "s" };
        match self.seconds.ceil() {
            0.0 => format!("{read} minute{plural}"),
            run => format!("{read} minute{plural} to read, {run} s to run"),
        }
    }
}

/// How long a page says that it takes to read; `None` where it does not.
fn minutes(opening: &str) -> Option<f64> {
    const NUMBERS: [&str; 6] = ["five", "ten", "fifteen", "twenty", "twenty-five", "thirty"];
    let (before, _) = opening.split_once(" minutes to read")?;
    let word = before.rsplit(' ').next()?;
    let place = NUMBERS.iter().position(|number| *number == word);
    word.parse().ok().or(place.map(|place| 5.0 * (place + 1) as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(recorded: &[f64]) -> Value {
        let code =
            |source: &str| json!({ "cell_type": "code", "source": source, "metadata": {}, "outputs": [1] });
        let text = |source: &str| json!({ "cell_type": "markdown", "source": source, "metadata": {} });
        let mut solution = code("fn f_solved() {}");
        solution["metadata"] =
            json!({ "jupyter": { "source_hidden": true }, "tags": ["hide-input", "solution"] });
        let cells = [
            text("# Page\n\n**Takes** a minute to run, ten minutes to read."),
            text("## One\n\nwords words words words"),
            code("run()"),
            text("## Two"),
            code("run()"),
            solution,
        ];
        json!({ "cells": cells, "metadata": { "concurrency_lab": { "seconds": recorded } } })
    }

    #[test]
    fn notes_stand_below_the_title_and_times_below_headings() {
        let edition = edition(&page(&[1.2, 0.3, 2.0]), "**Ask.** Why?\n\n**Goes wrong.** This.");
        let source = |place: usize| text(&edition["cells"][place]["source"]);
        assert!(source(1).ends_with("> **Ask.** Why?\n> \n> **Goes wrong.** This."), "{}", source(1));
        assert!(source(2).starts_with("## One\n\n*4 minutes to read, 2 s to run*\n\nwords"), "{}", source(2));
        assert_eq!(source(4), "## Two\n\n*2 minutes to read, 3 s to run*\n");
        let solution = &edition["cells"][6];
        assert!(solution["metadata"]["jupyter"].is_null() && solution["outputs"] == json!([1]));
    }

    #[test]
    fn without_a_record_there_is_no_time_to_run() {
        assert_eq!(text(&edition(&page(&[]), "")["cells"][4]["source"]), "## Two\n\n*2 minutes*\n");
        assert_eq!((minutes("in 12 minutes to read."), minutes("soon")), (Some(12.0), None));
    }
}
