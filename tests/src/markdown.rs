//! Just enough Markdown: the sentences of a cell, the comments hidden in it and where its links lead.

/// Fences that hold code; any other fenced block is read as prose, typed results among it.
const LANGUAGES: [&str; 9] = ["rust", "python", "toml", "yaml", "console", "sh", "bash", "json", "diff"];

/// Units that may stand inside code beside a number without making it code: `` `25 ms` `` is prose.
const NOT_CODE: [&str; 18] = [
    "ms", "us", "µs", "ns", "s", "min", "x", "kb", "mb", "gb", "kib", "mib", "gib", "hz", "times", "seconds",
    "minutes", "percent",
];

/// The bodies of the HTML comments in `text`, which a reader does not see.
pub fn comments(text: &str) -> Vec<&str> {
    text.split("<!--")
        .skip(1)
        .filter_map(|rest| rest.split_once("-->"))
        .map(|(body, _)| body.trim())
        .collect()
}

/// Targets of the links and pictures in `text`, code left out.
pub fn links(text: &str) -> Vec<String> {
    let text = between(&without_fences(text), "`", "`", |_| String::new());
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    let quoted = ["href=\"", "src=\""].into_iter().flat_map(|name| text.split(name).skip(1));
    let quoted = quoted.filter_map(|rest| rest.split_once('"'));
    targets.chain(quoted).map(|(target, _)| target.trim().to_owned()).collect()
}

/// The levels of the headings in `text`, in order.
pub fn headings(text: &str) -> Vec<usize> {
    let text = without_fences(text);
    let marks = text.lines().filter_map(|line| line.split_once(' ')).map(|(marks, _)| marks);
    marks.filter(|marks| !marks.is_empty() && marks.bytes().all(|mark| mark == b'#')).map(str::len).collect()
}

/// What the links and pictures in `text` are called, code left out.
pub fn link_names(text: &str) -> Vec<String> {
    let text = without_fences(text);
    let before: Vec<&str> = text.split("](").collect();
    let name = |before: &&str| before.rsplit_once('[').map(|(_, name)| name.to_owned());
    before[..before.len() - 1].iter().filter_map(name).collect()
}

/// The sentences of `text` with everything cut out that is no prose: comments, code, formulas, addresses.
pub fn sentences(text: &str) -> Vec<String> {
    let text = between(&without_fences(text), "<!--", "-->", |_| String::new());
    let text = between(&text, "$$", "$$", |_| String::new());
    let text = between(&text, "`", "`", |code| if is_code(code) { "`code`".into() } else { code.into() });
    let text = without_links(&text);
    let text = between(&text, "$", "$", |_| String::new());
    let text = between(&text, "<", ">", |_| String::new());
    let mut found = Vec::new();
    for block in blocks(&text) {
        let words: Vec<&str> = block.split_whitespace().filter(|word| !word.contains("://")).collect();
        let mut sentence = Vec::new();
        for (at, word) in words.iter().enumerate() {
            sentence.push(*word);
            let bare = word.trim_end_matches(['*', '_', '"', ')', ']']);
            if bare.ends_with(['.', '?', '!']) && at > 0 || at + 1 == words.len() {
                found.push(sentence.join(" "));
                sentence.clear();
            }
        }
    }
    found
}

/// True for inline code that names or calls something; a number in back quotes alone is prose.
fn is_code(code: &str) -> bool {
    let calls = code.split_once('(').is_some_and(|(name, _)| name.ends_with(char::is_alphabetic));
    let mut words = code.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    calls
        || words.any(|word| {
            word.starts_with(char::is_alphabetic) && !NOT_CODE.contains(&word.to_lowercase().as_str())
        })
}

/// Paragraphs, headings, list items and table cells: what belongs together in one sentence.
fn blocks(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    for line in text.lines() {
        let line = line.trim().trim_start_matches('>').trim_start();
        let bullet = line.starts_with(['-', '*', '#', '|']) || list_number(line).is_some();
        if line.is_empty() || bullet {
            found.push(String::new());
        }
        for (at, part) in line.split('|').enumerate() {
            if at > 0 {
                found.push(String::new());
            }
            let block = found.last_mut().expect("never empty");
            block.push(' ');
            block.push_str(part.trim_start_matches(['#', '-', ' ']));
        }
        if line.starts_with('#') {
            found.push(String::new());
        }
    }
    found.retain(|block| !block.trim().is_empty());
    found
}

/// The number of a numbered list's item: `2` of `2. Run the cell`.
pub fn list_number(line: &str) -> Option<&str> {
    let digits = line.find(|c: char| !c.is_ascii_digit())?;
    let (number, rest) = line.split_at(digits);
    (!number.is_empty() && (rest.starts_with(". ") || rest.starts_with(") "))).then_some(number)
}

fn without_fences(text: &str) -> String {
    let mut kept = String::new();
    let mut fence: Option<bool> = None; // inside a fence: is it code?
    for line in text.lines() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            let name = language.split([',', ' ']).next().unwrap_or_default();
            fence = if fence.is_some() { None } else { Some(LANGUAGES.contains(&name)) };
            kept.push('\n');
        } else if fence != Some(true) {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// Puts `link` in place of a link: its text is a name, as its address is.
fn without_links(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once("](") {
        let start = before.rfind('[').unwrap_or(before.len());
        kept.push_str(before[..start].trim_end_matches('!'));
        kept.push_str("link");
        rest = tail.split_once(')').map_or("", |(_, after)| after);
    }
    kept + rest
}

/// Replaces everything between `open` and `close`, both included, by what `put` makes of its inside.
fn between(text: &str, open: &str, close: &str, put: impl Fn(&str) -> String) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, inside, after)) =
        rest.split_once(open).and_then(|(before, tail)| tail.split_once(close).map(|(i, a)| (before, i, a)))
    {
        kept.push_str(before);
        kept.push_str(&put(inside));
        rest = after;
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_prose_alone() {
        let text = "# Title\nRun `Threads(4)` now. Is it\nfaster?\n\n```rust\nlet a = 5;\n```\n- one <!-- x -->\n- $1/n$ two";
        assert_eq!(sentences(text), ["Title", "Run `code` now.", "Is it faster?", "one", "two"]);
    }

    #[test]
    fn a_number_in_back_quotes_is_still_prose() {
        assert_eq!(sentences("It took `1.96x` and `25 ms`."), ["It took 1.96x and 25 ms."]);
        assert_eq!(sentences("Set `files = 400` or `ms(9)`."), ["Set `code` or `code`."]);
    }

    #[test]
    fn a_fence_without_a_language_is_prose() {
        assert_eq!(sentences("```text\nthreads 1.96x\n```"), ["threads 1.96x"]);
    }

    #[test]
    fn a_links_text_is_a_name() {
        assert_eq!(sentences("See [1. What](01.ipynb), then ![2](a.png)."), ["See link, then link."]);
    }

    #[test]
    fn table_cells_are_apart() {
        assert_eq!(sentences("| a 1 | b 2 |\n| --- | --- |"), ["a 1", "b 2"]);
    }

    #[test]
    fn links_lead_where_they_say() {
        let text = "[next](01-what.ipynb) `[no](code)` <img src=\"a.png\"> [out](https://x.org/a)";
        assert_eq!(links(text), ["01-what.ipynb", "https://x.org/a", "a.png"]);
    }

    #[test]
    fn headings_and_names_of_links_are_read() {
        let text = "# One\n```sh\n# no\n```\n## Two\n#no\nSee [what](a.png) and ![](b.png).";
        assert_eq!((headings(text), link_names(text)), (vec![1, 2], vec!["what".into(), String::new()]));
    }

    #[test]
    fn comments_are_found() {
        assert_eq!(comments("a <!-- fixed: 1; why --> b"), ["fixed: 1; why"]);
    }
}
