//! Names: processor, system, notebook kernel; and the memory there is.

use std::env;
use std::sync::LazyLock;

use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

use super::cgroup;

/// Processor model as the system names it.
pub(super) fn cpu() -> String {
    static NAME: LazyLock<String> = LazyLock::new(|| {
        let kind = RefreshKind::nothing().with_cpu(CpuRefreshKind::nothing());
        let system = System::new_with_specifics(kind);
        let brand = system.cpus().first().map_or("", |cpu| cpu.brand());
        let words: Vec<&str> = brand.split_whitespace().collect();
        if words.is_empty() { System::cpu_arch() } else { words.join(" ") }
    });
    NAME.clone()
}

/// Memory in bytes: the machine's, or the control group's limit if that is less.
pub(super) fn memory() -> u64 {
    let total = ram().total_memory();
    cgroup::Group::here().memory_limit().map_or(total, |limit| limit.min(total))
}

/// Memory in bytes that can still be had without swapping.
pub(crate) fn memory_available() -> u64 {
    ram().available_memory()
}

fn ram() -> System {
    let kind = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    System::new_with_specifics(kind)
}

/// Operating system and its version.
pub(super) fn system() -> String {
    let name = System::long_os_version().unwrap_or_else(|| env::consts::OS.to_owned());
    match System::kernel_version() {
        Some(kernel) => format!("{} (kernel {kernel})", name.trim()),
        None => name.trim().to_owned(),
    }
}

/// Which kernel runs the cells.
pub(super) fn kernel() -> String {
    let kernel = match env::var_os("EVCXR_IS_RUNTIME") {
        _ if env::var("CONCURRENCY_LAB_KERNEL").is_ok_and(|kernel| kernel == "lab") => "lab",
        Some(_) => "stock evcxr",
        None => "none",
    };
    kernel.to_owned()
}
