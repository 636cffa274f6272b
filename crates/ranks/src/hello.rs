//! What a rank tells of the machine that it is on, and what has to be as it is here.

use std::fs;

use serde::{Deserialize, Serialize};
use subprocess::hosted;

/// What a rank says first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Builds that speak the same language have the same.
    language: u64,
    /// Process number.
    pub pid: u32,
    /// Name of the machine.
    pub host: String,
    /// Names the running system: the same for all processes that share a machine and its clock.
    pub boot: String,
    cpu: String,
    /// What the processor can, of what code may be compiled for.
    features: Vec<String>,
    glibc: String,
}

const LANGUAGE: u64 =
    hosted::LANGUAGE ^ hosted::language(&[include_bytes!("hello.rs"), include_bytes!("wire.rs")]);

/// What code may be compiled for: whether this processor has it, and whether this code uses it.
macro_rules! features {
    ($detected:ident: $($name:tt),*) => {
        vec![$(($name, std::arch::$detected!($name), cfg!(target_feature = $name))),*]
    };
}

fn features() -> Vec<(&'static str, bool, bool)> {
    #[cfg(target_arch = "x86_64")]
    return features!(is_x86_feature_detected: "sse3", "ssse3", "sse4.1", "sse4.2", "popcnt", "avx", "avx2", "fma", "bmi1",
        "bmi2", "avx512f");
    #[cfg(target_arch = "aarch64")]
    return features!(is_aarch64_feature_detected: "neon", "lse", "sve", "dotprod");
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    Vec::new()
}

impl Hello {
    /// Of this process.
    pub fn here() -> Self {
        let of_system = |name: &str| {
            let text = fs::read_to_string(format!("/proc/sys/kernel/{name}")).unwrap_or_default();
            text.trim().to_owned()
        };
        let can = features().into_iter().filter(|(_, can, _)| *can).map(|(name, ..)| name.to_owned());
        Self {
            language: LANGUAGE,
            pid: std::process::id(),
            host: of_system("hostname"),
            boot: of_system("random/boot_id"),
            cpu: std::env::consts::ARCH.to_owned(),
            features: can.collect(),
            glibc: subprocess::glibc(),
        }
    }

    /// Whether it was built from the same sources as this.
    pub fn speaks(&self) -> bool {
        self.language == LANGUAGE
    }

    /// Finds why code that was compiled here cannot run there: the rest of a sentence.
    pub fn unfit(&self, here: &Self) -> Option<String> {
        let lacks = features()
            .into_iter()
            .find(|(name, _, used)| *used && !self.features.iter().any(|feature| feature == name));
        if self.cpu != here.cpu {
            Some(format!("has another processor ({}, and here {})", self.cpu, here.cpu))
        } else if let Some((name, ..)) = lacks {
            Some(format!("has a processor without {name}, which the code here is compiled for"))
        } else if version(&self.glibc) < version(&here.glibc) {
            Some(format!(
                "has glibc {}, older than the {} that the code here is linked with",
                self.glibc, here.glibc
            ))
        } else {
            None
        }
    }
}

fn version(text: &str) -> Vec<u32> {
    text.split('.').map_while(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_processor_or_c_library_is_told_before_anything_runs() {
        let here = Hello { glibc: "2.36".into(), ..Hello::here() };
        assert_eq!(here.unfit(&here), None);
        let told = |other: Hello| other.unfit(&here).unwrap();
        assert!(here.speaks() && !Hello { language: 0, ..here.clone() }.speaks());
        assert!(told(Hello { cpu: "riscv64".into(), ..here.clone() }).contains("another processor (riscv64"));
        assert!(
            told(Hello { glibc: "2.9".into(), ..here.clone() }).contains("glibc 2.9, older than the 2.36")
        );
        assert_eq!(Hello { glibc: "2.40".into(), ..here.clone() }.unfit(&here), None);
        if features().iter().any(|(.., used)| *used) {
            assert!(told(Hello { features: Vec::new(), ..here.clone() }).contains("compiled for"));
        }
    }
}
