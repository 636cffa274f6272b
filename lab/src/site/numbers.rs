//! The table in a figure's text, for programs that read tables.

/// The columns under the line of dashes, separated by commas; `None` where there is no table.
pub fn csv(text: &str) -> Option<String> {
    let lines: Vec<Vec<char>> = text.lines().map(|line| line.chars().collect()).collect();
    let dashes = |line: &Vec<char>| line.starts_with(&['-', '-']) && line.iter().all(|c| "- ".contains(*c));
    let rule = lines.iter().position(dashes).filter(|rule| *rule > 0)?;
    let starts = |at: &usize| lines[rule][*at] == '-' && (*at == 0 || lines[rule][*at - 1] == ' ');
    let starts: Vec<usize> = (0..lines[rule].len()).filter(starts).collect();
    let cells = |line: &Vec<char>| {
        let ends = starts[1..].iter().copied().chain([line.len()]);
        let cell = |(from, to): (&usize, usize)| {
            let (from, to) = ((*from).min(line.len()), to.min(line.len()));
            let text: String = line[from..to.max(from)].iter().collect();
            format!("\"{}\"", text.trim().replace('"', "\"\""))
        };
        starts.iter().zip(ends).map(cell).collect::<Vec<_>>().join(",")
    };
    let rows = lines[rule + 1..].iter().take_while(|line| !line.is_empty());
    Some([&lines[rule - 1]].into_iter().chain(rows).map(cells).collect::<Vec<_>>().join("\r\n") + "\r\n")
}

#[cfg(test)]
mod tests {
    use super::csv;

    #[test]
    fn columns_lie_where_the_dashes_do() {
        let text = "Title\n\nmodel        time\n-------  --------\nasync    25.0 ms\na \"b\"      1 s\n\nnote, not a row\n";
        assert_eq!(
            csv(text).unwrap(),
            "\"model\",\"time\"\r\n\"async\",\"25.0 ms\"\r\n\"a \"\"b\"\"\",\"1 s\"\r\n"
        );
        assert_eq!(csv("words\nalone"), None);
    }
}
