//! What a teacher asks on each page, and what usually goes wrong there.

/// Markdown; a heading `# NN` begins a page, by its number.
const NOTES: &str = include_str!("notes.md");

/// The notes for the page called `name`; empty for a page that has none.
pub fn of(name: &str) -> &'static str {
    let mut pages = NOTES.split("\n# ").filter_map(|page| page.split_once('\n'));
    pages
        .find(|(number, _)| name.split_once('-').is_some_and(|(own, _)| own == *number))
        .map_or("", |(_, notes)| notes.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::Checkout;
    use crate::run;

    #[test]
    fn every_page_says_what_to_ask_and_what_goes_wrong() {
        let course = run::plan(&Checkout::find().unwrap(), &[], &[]).unwrap();
        for notebook in &course {
            let notes = of(notebook.name());
            let (ask, wrong) = notes.split_once("\n\n**Goes wrong.**").unwrap_or_default();
            let whole = ask.starts_with("**Ask.** ") && ask.contains('?') && wrong.len() > 40;
            assert!(whole, "{} has no notes: add them to lab/src/class/notes.md", notebook.name());
        }
        assert_eq!(NOTES.matches("\n# ").count(), course.len(), "notes for a page that is no more");
        assert_eq!(of("99-none"), "");
    }
}
