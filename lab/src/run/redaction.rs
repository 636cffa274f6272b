//! Takes the machine's own folders out of outputs: an executed notebook is shared, and a reader's home is nobody's business.

use crate::paths::{Cache, Checkout};
use anyhow::Result;

/// `outputs` without the folders of this checkout and of this user's kernels.
///
/// # Errors
/// When there is no cache folder.
pub fn without_folders(outputs: &str, checkout: &Checkout) -> Result<String> {
    let kernels = format!("{}/", Cache::find()?.kernels().display());
    Ok(without(outputs, &kernels, &format!("{}/", checkout.root.display())))
}

/// Below `kernels`, a number and `build/ctx/` come before what a reader knows as the cell's own files.
fn without(outputs: &str, kernels: &str, root: &str) -> String {
    let mut parts = outputs.split(kernels);
    let mut short = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        short += part.split_once("/build/ctx/").map_or(part, |(_, rest)| rest);
    }
    short.replace(root, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_left_out_of_texts() {
        let outputs = r#"at /home/ada/.cache/lab/kernels/41/build/ctx/src/lib.rs:3\nin "/home/ada/course/support-crate/src/x.rs""#;
        let short = without(outputs, "/home/ada/.cache/lab/kernels/", "/home/ada/course/");
        assert_eq!(short, r#"at src/lib.rs:3\nin "support-crate/src/x.rs""#);
    }
}
