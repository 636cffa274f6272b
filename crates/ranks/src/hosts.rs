//! Which machines the ranks are to run on.

use std::ffi::OsString;
use std::path::PathBuf;

use subprocess::{Error, ErrorKind};

/// Most ranks of one host.
const MOST: usize = 100_000;

/// Machines for ranks: this one alone, some by name, or those of a file.
///
/// ```
/// use ranks::Hosts;
/// let hosts = Hosts::from(["alpha", "beta:4"]);
/// assert_eq!(hosts.to_string(), "alpha, beta:4");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Hosts {
    /// This machine.
    #[default]
    Here,
    /// Each a name or address, and how many ranks it takes where that is not one: `"alpha"`, `"beta:4"`.
    Named(Vec<String>),
    /// A file with one of these a line, as `mpiexec -f` reads it.
    File(PathBuf),
}

impl<S: Into<String>, const N: usize> From<[S; N]> for Hosts {
    fn from(names: [S; N]) -> Self {
        Self::Named(names.map(Into::into).to_vec())
    }
}

impl From<Vec<String>> for Hosts {
    fn from(names: Vec<String>) -> Self {
        Self::Named(names)
    }
}

/// A file with a host a line.
impl From<&str> for Hosts {
    fn from(path: &str) -> Self {
        Self::File(path.into())
    }
}

impl std::fmt::Display for Hosts {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Here => out.write_str("this machine"),
            Self::Named(names) => out.write_str(&names.join(", ")),
            Self::File(path) => write!(out, "the hosts in {}", path.display()),
        }
    }
}

impl Hosts {
    /// What tells mpiexec of them, for so many ranks. The coordinator, rank 0, stays here.
    ///
    /// # Errors
    /// No host, one that is no name, a file that cannot be read.
    pub(crate) fn arguments(&self, ranks: usize) -> Result<Vec<OsString>, Error> {
        let names = match self {
            Self::Here => return Ok(Vec::new()),
            Self::Named(names) => names.clone(),
            Self::File(path) => {
                let text = std::fs::read_to_string(path).map_err(|error| {
                    bad(format!("the file of hosts {} cannot be read: {error}", path.display()))
                })?;
                let lines = text.lines().map(|line| line.split('#').next().unwrap_or("").trim());
                lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
            }
        };
        if names.is_empty() {
            return Err(bad(format!(
                "{self}: no host is named; name one or more, as in .hosts([\"alpha\", \"beta:4\"])"
            )));
        }
        let parsed = names.iter().map(|name| {
            parse(name).ok_or_else(|| {
                bad(format!(
                    "{name:?} is no host: give a name or an address, and the number of its ranks after a colon, as in \
                     \"beta:4\""
                ))
            })
        });
        let hosts = parsed.collect::<Result<Vec<_>, _>>()?;
        // Where they are asked for more than they take, each takes as many times more: mpiexec would begin again with this machine.
        let times = ranks.div_ceil(hosts.iter().map(|(_, ranks)| ranks).sum());
        let named = hosts.iter().map(|(host, ranks)| format!("{host}:{}", ranks * times));
        let all: Vec<String> = std::iter::once("localhost:1".to_owned()).chain(named).collect();
        Ok(["-hosts".into(), all.join(",").into()].into())
    }
}

fn bad(sentence: String) -> Error {
    Error::new(ErrorKind::BadInput, sentence)
}

/// `alpha`, `10.0.0.2` or either with `:4` behind.
fn parse(name: &str) -> Option<(&str, usize)> {
    let (host, ranks) = name.split_once(':').unwrap_or((name, "1"));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let ranks = ranks.parse().ok().filter(|ranks| (1..=MOST).contains(ranks))?;
    (!host.is_empty() && !host.starts_with('-') && host.bytes().all(plain)).then_some((host, ranks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_come_after_this_machine() {
        let told = |hosts: Hosts| hosts.arguments(5).map_err(|error| error.to_string());
        assert_eq!(told(Hosts::Here).unwrap(), [""; 0]);
        assert_eq!(told(["a", "10.0.0.2:4"].into()).unwrap(), ["-hosts", "localhost:1,a:1,10.0.0.2:4"]);
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "# ours\nalpha\n\nbeta:2 # large\n").unwrap();
        let path = file.path().to_str().unwrap();
        assert_eq!(told(path.into()).unwrap(), ["-hosts", "localhost:1,alpha:2,beta:4"]);
    }

    #[test]
    fn what_is_no_host_is_refused_before_anything_starts() {
        let refusal = |hosts: Hosts| hosts.arguments(1).unwrap_err().to_string();
        for name in ["", "-x", "a b", "a:0", "a:many", "a,b"] {
            assert!(refusal([name].into()).contains("is no host"), "{name}");
        }
        assert!(refusal(Hosts::Named(Vec::new())).contains("no host is named"));
        assert!(refusal("/there/is/none".into()).contains("cannot be read"));
    }
}
