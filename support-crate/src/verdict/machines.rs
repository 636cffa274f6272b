//! What several machines differ in, in a sentence.

use crate::format;
use crate::measure::{Comparison, Machines};

/// Counts that follow from the cores which a process may use.
const DERIVED: [&str; 2] = ["cores online", "workers that models use"];
/// What differs too where a run was kept on some of the cores.
const GIVEN: &str = "cores that the run was given";
/// More names than this are counted.
const NAMED: usize = 4;

impl Machines {
    /// What was run how often, and whose machine or settings differ in what, as far as it was saved.
    pub(crate) fn sentence(&self) -> String {
        let title = &self.results[0].1.workload.title;
        let all: Vec<&str> = self.results.iter().map(|(name, _)| name.as_str()).collect();
        let mut traits: Vec<Vec<(&str, String)>> =
            self.results.iter().map(|(_, result)| traits(result)).collect();
        // Where nobody asked for fewer, it is how many there are.
        if self.results.iter().all(|(_, result)| result.settings.cores.is_empty()) {
            traits.iter_mut().for_each(|own| own.retain(|(name, _)| *name != GIVEN));
        }
        let differing = (0..traits[0].len()).filter_map(|place| {
            let values: Vec<&str> = traits.iter().map(|own| own[place].1.as_str()).collect();
            differ(&all, &values).map(|who| format!("{} ({who})", traits[0][place].0))
        });
        let differing: Vec<String> = differing.collect();
        let disturbed = self.results.iter().filter(|(_, result)| result.is_mostly_disturbed());
        let disturbed: Vec<&str> = disturbed.map(|(name, _)| name.as_str()).collect();
        let mind = match disturbed.is_empty() {
            true => String::new(),
            false => format!("\nMind: other work disturbed most rounds of {}.", names(&disturbed)),
        };
        let saved: Vec<&str> = traits[0].iter().map(|(name, _)| *name).collect();
        let told = match all[..] {
            [one] => format!("Only {one} holds {title}: there is nothing to put it beside."),
            _ if differing.is_empty() => {
                let saved = format::list(&saved).replace(" and ", " or ");
                format!("{} saved results of {title}; they do not differ in {saved}.", all.len())
            }
            _ => format!(
                "{} saved results of {title}; they differ in {}.",
                all.len(),
                format::list(&differing)
            ),
        };
        told + &mind
    }
}

/// What is known of the machine, and of how much of it the run was given.
fn traits(result: &Comparison) -> Vec<(&'static str, String)> {
    let given = match result.settings.cores.len() {
        0 => result.machine.cores.allowed,
        cores => cores,
    };
    let mut traits = result.machine.rows().to_vec();
    traits.retain(|(name, _)| !DERIVED.contains(name));
    traits.push((GIVEN, given.to_string()));
    traits
}

/// Which names go with which value, where there is more than one: "ada: 1; bea and carl: 2".
fn differ(all: &[&str], values: &[&str]) -> Option<String> {
    let mut distinct = values.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let group = |value: &&str| {
        let own = all.iter().zip(values).filter(|(_, own)| *own == value);
        format!("{}: {value}", names(&own.map(|(name, _)| *name).collect::<Vec<_>>()))
    };
    (distinct.len() > 1).then(|| distinct.iter().map(group).collect::<Vec<_>>().join("; "))
}

fn names(names: &[&str]) -> String {
    if names.len() > NAMED { format!("{} of them", names.len()) } else { format::list(names) }
}
