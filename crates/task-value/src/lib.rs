//! The attribute `#[task_value]`, which stands for the derives that a task's value needs.

use proc_macro::TokenStream;

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
