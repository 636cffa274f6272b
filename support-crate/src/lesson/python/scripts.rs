//! The scripts: each is a file of its own in this folder, stands alone and prints one line of JSON.

/// A script that ships with the crate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Script {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

macro_rules! scripts {
    ($($constant:ident = $file:literal;)*) => {
        $(pub(crate) const $constant: Script = Script { name: $file, text: include_str!($file) };)*
        #[cfg(test)]
        pub(crate) const ALL: &[Script] = &[$($constant),*];
    };
}

scripts! {
    ABOUT = "about.py";
    CACHE = "cache.py";
    COMPUTE = "compute.py";
    CRASH = "crash.py";
    DOWNLOADS = "downloads.py";
    GIVES_WAY = "gives_way.py";
    HEARTBEAT = "heartbeat.py";
    IMAGE = "image.py";
    ISOLATION = "isolation.py";
    MANY = "many.py";
    PROCESSES = "processes.py";
    RACE = "race.py";
    SERVER = "server.py";
    SQLITE = "sqlite.py";
    SWITCHES = "switches.py";
    THREAD_SAFETY = "thread_safety.py";
    WAITS = "waits.py";
}
