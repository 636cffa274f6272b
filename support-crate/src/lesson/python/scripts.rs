//! The scripts: each is a file of its own in this folder, stands alone and prints one line of JSON.

/// A script that ships with the crate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Script {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

/// The script in the file of this name.
macro_rules! script {
    ($file:literal) => {
        $crate::lesson::python::Script {
            name: $file,
            text: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/lesson/python/", $file)),
        }
    };
}
pub(crate) use script;
