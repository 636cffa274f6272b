use figure::Mark::{self, *};
use figure::{Caption, ClaimsSeries, Figure};

use super::common::{caption, hard_caption, hard_names};

fn figure(caption: Caption, columns: &[String], rows: &[(&str, &[Mark])]) -> Figure {
    let rows = rows.iter().map(|(claim, marks)| ((*claim).to_owned(), marks.to_vec())).collect();
    Figure::new(ClaimsSeries { caption, columns: columns.into(), rows })
}

pub fn all() -> Vec<(String, Figure)> {
    let languages = ["CPython".to_owned(), "Rust".to_owned()];
    let usual: [(_, &[Mark]); 8] = [
        ("Page 02: ways to achieve concurrency", &[]),
        ("1. threads share one processor and run one instruction at a time", &[Holds, DoesNotHold]),
        ("2. async tasks share one processor", &[Holds, Depends]),
        ("3. processes use several processors at the same time", &[Holds, Holds]),
        ("Page 11: when to use what", &[]),
        (
            "4. async suits thousands of waiting tasks, for which threads are too heavy",
            &[DoesNotHold, DoesNotHold],
        ),
        ("5. threads suit fetching from several sources at once", &[NotDecided, Holds]),
        ("6. work can be split", &[NotDecided, NotDecided]),
    ];
    let names = hard_names();
    let marks: [&[Mark]; 4] = [&[], &[NotDecided; 9], &[DoesNotHold; 9], &[Depends, Holds, Depends]];
    let hard: Vec<_> = names.iter().map(String::as_str).zip(marks.into_iter().cycle()).collect();
    [
        (
            "claims-two-languages",
            figure(caption("Of 6 claims, 3 held in CPython and 2 in Rust"), &languages, &usual),
        ),
        ("claims-one-language", figure(caption("Of 6 claims, 3 held"), &languages[..1], &usual)),
        ("claims-hard", figure(hard_caption(), &names, &hard)),
        ("claims-none", figure(caption("Of 0 claims"), &[], &[])),
    ]
    .map(|(name, figure)| (name.into(), figure))
    .into()
}
