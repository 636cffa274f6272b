//! The attributes of a notebook's cells: `#[task_value]` stands for the derives that a task's value needs, `#[replayed]` puts a
//! module under the scheduler.

use proc_macro::{Delimiter, Group, TokenStream, TokenTree};

/// Makes a struct or enum a value that tasks of every model can hand back, also from another process: it can be shown,
/// compared, copied and sent.
/// The example stands at `concurrency_lab::workload::Compute`, whose tasks hand it back.
#[proc_macro_attribute]
pub fn task_value(_: TokenStream, item: TokenStream) -> TokenStream {
    // Cells have no crate `serde` of their own.
    let derives = "#[derive(Clone, Debug, PartialEq, ::concurrency_lab::serde::Serialize, ::concurrency_lab::serde::Deserialize)] \
                   #[serde(crate = \"::concurrency_lab::serde\")]";
    let derives: TokenStream = derives.parse().expect("attributes are tokens");
    derives.into_iter().chain(item).collect()
}

/// What runs on threads that no scheduler of ours controls, as [`code`] writes it.
const UNCONTROLLED: [&str; 9] = [
    " rayon::",
    " crossbeam::",
    " parking_lot::",
    " tokio:: runtime",
    "#[ tokio:: main]",
    ":: std:: thread",
    ":: std:: sync",
    ":: tokio::",
    " process::",
];

/// The tokens without texts, comments and attributes with a value, each word after a space.
fn code(tokens: TokenStream) -> String {
    let one = |token| match token {
        TokenTree::Ident(word) => format!(" {word}"),
        TokenTree::Punct(sign) => sign.to_string(),
        TokenTree::Literal(_) => " _".to_owned(),
        TokenTree::Group(group) => {
            let [open, close] = match group.delimiter() {
                Delimiter::Parenthesis => ["(", ")"],
                Delimiter::Brace => ["{", "}"],
                Delimiter::Bracket => ["[", "]"],
                Delimiter::None => [""; 2],
            };
            [open, &code(group.stream()), close].concat()
        }
    };
    tokens.into_iter().map(one).collect()
}

/// Puts a module with a `main` under the scheduler: `schedule::replayed!` as an attribute, for a kernel keeps an item with a name
/// from one cell to the next, and no call of a macro.
/// The example stands at `concurrency_lab::lesson::scheduler::explore`.
/// Code that would run on threads of its own is refused here: of a crate that a cell does not have, rustc would say only that.
#[proc_macro_attribute]
pub fn replayed(_: TokenStream, item: TokenStream) -> TokenStream {
    let source = code(item.clone());
    if let Some(used) = UNCONTROLLED.into_iter().find(|used| source.contains(used)) {
        let used = used.replace(' ', "");
        let used = used.trim_end_matches("::").trim_matches(['#', '[', ']']);
        let refused = format!(
            "compile_error!(\"it uses `{used}`, whose threads cannot be put in order: use std::thread, std::sync or tokio::spawn, without a \
             leading `::`, and tokio::block_on instead of a runtime\");"
        );
        return refused.parse().expect("a call is tokens");
    }
    let name: TokenStream = "::concurrency_lab::schedule::replayed!".parse().expect("a path is tokens");
    let body = TokenTree::Group(Group::new(Delimiter::Brace, item));
    name.into_iter().chain([body]).collect()
}
