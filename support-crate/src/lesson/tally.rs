//! How many predictions were called right and how many exercises were done: on this page, and in the whole course where the
//! reader keeps a file of it.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::show;
use crate::format;
use crate::measure::store;

/// The file beside the notebooks, for whoever wants one.
const FILE: &str = "tally.json";
/// What it says that it is.
const KIND: &str = "tally";

/// How a prediction came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Call {
    /// Nobody guessed.
    NotMade,
    /// The run did not decide.
    Open,
    Wrong,
    Right,
}

impl Call {
    pub(super) fn of(made: bool, agrees: Option<bool>) -> Self {
        match agrees {
            _ if !made => Self::NotMade,
            None => Self::Open,
            Some(false) => Self::Wrong,
            Some(true) => Self::Right,
        }
    }
}

/// What a reader did on one page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Page {
    /// By the question.
    predictions: BTreeMap<String, Call>,
    /// By the name of the check: whether it has found a function of the reader's right.
    exercises: BTreeMap<String, bool>,
}

impl Page {
    /// The first guess that was decided stands: whoever has seen the answer no longer guesses.
    fn called(&mut self, question: &str, call: Call) {
        let stands = self.predictions.entry(question.to_owned()).or_insert(call);
        if matches!(stands, Call::NotMade | Call::Open) && call != Call::NotMade {
            *stands = call;
        }
    }

    /// What was done stays done.
    fn tried(&mut self, exercise: &str, done: bool) {
        *self.exercises.entry(exercise.to_owned()).or_insert(false) |= done;
    }

    fn add(&mut self, other: &Self) {
        other.predictions.iter().for_each(|(question, call)| self.called(question, *call));
        other.exercises.iter().for_each(|(exercise, done)| self.tried(exercise, *done));
    }
}

/// Pages by their number.
type Pages = BTreeMap<String, Page>;

/// What this kernel has seen so far: one notebook.
static HERE: Mutex<Page> = Mutex::new(Page { predictions: BTreeMap::new(), exercises: BTreeMap::new() });

fn here<T>(change: impl FnOnce(&mut Page) -> T) -> T {
    change(&mut HERE.lock().unwrap_or_else(PoisonError::into_inner))
}

/// A guess was held against its result.
pub(super) fn called(question: &str, call: Call) {
    here(|page| page.called(question, call));
}

/// A check has looked at an exercise. A solution that the page brings along, by its name, is nobody's.
pub(super) fn tried(exercise: &str, function: &str, done: bool) {
    if !function.ends_with("_solved") {
        here(|page| page.tried(exercise, done));
    }
}

/// What was called and done on this page. Where [`Tally::keep`] has made its file, that of the other pages is counted too.
///
/// ```
/// use concurrency_lab::prelude::*;
/// predict("Is one less than two?", true).against(&(1 < 2));
/// assert!(tally(4).to_string().starts_with("Page 4: you called 1 of 1 prediction"));
/// ```
pub fn tally(page: impl ToString) -> Tally {
    let path = Path::new(FILE);
    Tally::new(&page.to_string(), here(|page| page.clone()), path, path.exists())
}

/// What was called and done; made by [`tally`].
#[derive(Clone, Debug, PartialEq)]
pub struct Tally {
    page: String,
    here: Page,
    /// All pages from the file, this one among them; why there is none, if one is kept.
    course: Option<Result<Pages, String>>,
}

impl Tally {
    fn new(name: &str, mut here: Page, path: &Path, kept: bool) -> Self {
        let course = kept.then(|| keep(name, &here, path));
        if let Some(Ok(pages)) = &course {
            here.clone_from(&pages[name]);
        }
        Self { page: name.to_owned(), here, course }
    }

    /// Keeps it from now on, for all pages, in the file `tally.json` beside the notebook. Delete the file to end that.
    pub fn keep(self) -> Self {
        Self::new(&self.page, self.here, Path::new(FILE), true)
    }

    /// Shows it under the cell.
    pub fn evcxr_display(&self) {
        let kept = match &self.course {
            Some(Ok(_)) => format!("Kept in {FILE}, beside this notebook"),
            Some(Err(why)) => format!("Not kept: {why}"),
            None => "Not kept: add .keep() to keep it in a file".into(),
        };
        let words = self.to_string();
        show::answer(show::NOTED, &kept, &words, &format!("{words} {}.", format::sentence(&kept)));
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Page {}: {}.", self.page, told([&self.here].into_iter()))?;
        match &self.course {
            Some(Ok(pages)) if pages.len() > 1 => {
                write!(out, " On {} pages so far: {}.", pages.len(), told(pages.values()))
            }
            _ => Ok(()),
        }
    }
}

/// "you called 1 of 2 predictions (1 not decided); 1 of 3 exercises done".
fn told<'a>(pages: impl Iterator<Item = &'a Page> + Clone) -> String {
    let calls: Vec<Call> = pages.clone().flat_map(|page| page.predictions.values().copied()).collect();
    let number = |which| calls.iter().filter(|call| **call == which).count();
    let open = match number(Call::Open) {
        0 => String::new(),
        open => format!(" ({open} not decided)"),
    };
    let called = match format::plural(calls.len() as u64, "prediction") {
        _ if calls.is_empty() => String::new(),
        _ if number(Call::NotMade) == calls.len() => "no guess was made; ".to_owned(),
        all => format!("you called {} of {all}{open}; ", number(Call::Right)),
    };
    let exercises: Vec<bool> = pages.flat_map(|page| page.exercises.values().copied()).collect();
    let done = exercises.iter().filter(|done| **done).count();
    format!("{called}{done} of {} done", format::plural(exercises.len() as u64, "exercise"))
}

/// Adds a page to what the file holds; a file that cannot be read or is none of ours is left as it is.
fn keep(name: &str, here: &Page, path: &Path) -> Result<Pages, String> {
    // One notebook after the other, by a lock on the folder, which every file system has or does without.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let _locked = File::open(folder).and_then(|folder| folder.lock().map(|()| folder));
    let kept = match path.exists() {
        false => Ok(Kept { pages: Pages::default() }),
        // Not a pipe: that would be waited for.
        true if !path.is_file() => Err(format!("{FILE} is no file")),
        true => store::read(KIND, path).map_err(|why| why.to_string()),
    };
    let mut pages =
        kept.map_err(|why| format!("{why} (it was left as it is; move it away to begin anew)"))?.pages;
    pages.entry(name.to_owned()).or_default().add(here);
    let kept = Kept { pages };
    store::write(&kept, None, KIND, path).map_err(|why| why.to_string())?;
    Ok(kept.pages)
}

/// What the file holds.
#[derive(Serialize, Deserialize)]
struct Kept {
    pages: Pages,
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn page(calls: &[(&str, Call)], exercises: &[(&str, bool)]) -> Page {
        let mut page = Page::default();
        calls.iter().for_each(|(question, call)| page.called(question, *call));
        exercises.iter().for_each(|(exercise, done)| page.tried(exercise, *done));
        page
    }

    fn one(page: Page) -> String {
        Tally { page: "4".into(), here: page, course: None }.to_string()
    }

    #[test]
    fn a_page_is_told_in_one_line() {
        let done = [("give_way", true), ("fetch_all", false)];
        assert_eq!(
            one(page(&[("?", Call::Right)], &done)),
            "Page 4: you called 1 of 1 prediction; 1 of 2 exercises done."
        );
        assert_eq!(
            one(page(&[("?", Call::NotMade)], &done[1..])),
            "Page 4: no guess was made; 0 of 1 exercise done."
        );
        let calls = [("?", Call::Wrong), ("??", Call::Open), ("???", Call::NotMade)];
        assert_eq!(
            one(page(&calls, &[])),
            "Page 4: you called 0 of 3 predictions (1 not decided); 0 of 0 exercises done."
        );
        assert_eq!(one(Page::default()), "Page 4: 0 of 0 exercises done.");
    }

    #[test]
    fn the_first_guess_stands_and_what_was_done_stays_done() {
        let calls = [
            ("?", Call::NotMade),
            ("?", Call::Open),
            ("?", Call::Wrong),
            ("?", Call::Right),
            ("?", Call::NotMade),
        ];
        let both = page(&calls, &[("f", true), ("f", false)]);
        assert_eq!((both.predictions["?"], both.exercises["f"]), (Call::Wrong, true));
    }

    #[test]
    fn the_file_adds_up_the_pages_and_is_never_worse_for_another_run() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let right = page(&[("?", Call::Right)], &[("f", true)]);
        let first = Tally::new("4", right, &path, true);
        assert_eq!(first.to_string(), "Page 4: you called 1 of 1 prediction; 1 of 1 exercise done.");
        // Run again by nobody, and another page.
        let again = Tally::new("4", page(&[("?", Call::NotMade)], &[("f", false)]), &path, true);
        assert_eq!(again.to_string(), first.to_string());
        let next = Tally::new("5", page(&[("??", Call::Wrong)], &[("g", false), ("h", true)]), &path, true);
        assert_eq!(
            next.to_string(),
            "Page 5: you called 0 of 1 prediction; 1 of 2 exercises done. On 2 pages so far: you called 1 of 2 \
             predictions; 2 of 3 exercises done."
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn no_file_breaks_a_page() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let told = |path: &Path| {
            let tally = Tally::new("4", page(&[("?", Call::Right)], &[]), path, true);
            assert!(tally.to_string().contains("you called 1 of 1"), "{tally}");
            tally.course.unwrap().unwrap_err()
        };
        for (bytes, why) in [
            (&b"{ damaged"[..], "no valid JSON in line 1"),
            (b"", "no valid JSON"),
            (b"\xff\xfe\x00", "no valid JSON"),
            (b"{\"concurrency-lab\": \"comparison\"}", "is a saved comparison"),
            (b"{\"mine\": 1}", "is not a saved tally"),
            (b"{\"concurrency-lab\": \"tally\", \"format\": 1, \"pages\": {\"x\": 1}}", "is damaged"),
        ] {
            fs::write(&path, bytes).unwrap();
            let said = told(&path);
            assert!(said.contains(why) && said.contains("it was left as it is"), "{said}");
            assert_eq!(fs::read(&path).unwrap(), bytes);
        }
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert!(told(&path).contains("is no file"));
        // Nobody can write here, root included.
        let said = told(Path::new("/proc/self/tally.json"));
        assert!(said.starts_with("cannot write"), "{said}");
    }
}
