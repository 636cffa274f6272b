//! Where machine code lies, in a form that another process of the same program can use: object file and offset.

use std::ffi::{CStr, CString, OsString, c_void};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::ptr;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// A place in the program, or in an object that it has loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CodeAddress {
    /// File of the shared object; empty for the program itself.
    pub object: PathBuf,
    /// Distance from where the object was loaded.
    offset: usize,
}

impl CodeAddress {
    /// Finds which loaded object a function belongs to.
    ///
    /// # Errors
    /// It belongs to none that a file is known of.
    pub fn of(function: *const ()) -> Result<Self, Error> {
        let find = || {
            let address = function.addr();
            let (base, name) = object_at(address)?;
            let object = if Some(base) == program() {
                PathBuf::new()
            } else {
                Path::new(&name).canonicalize().ok()?
            };
            Some(Self { object, offset: address - base })
        };
        find().ok_or_else(|| {
            Error::unavailable("the function's machine code cannot be found: use a fork instead")
        })
    }

    /// The same place in this process; the object is loaded unless it is loaded already.
    ///
    /// # Safety
    /// [`CodeAddress::of`] gave this address, in a process of this same program: loading an object runs its
    /// initialisers, and what is called at the address has to be what the other process saw there.
    pub unsafe fn resolve(&self) -> Result<*const (), Error> {
        let base = if self.object.as_os_str().is_empty() {
            program()
        } else {
            // SAFETY: the caller vouches for the object, whose initialisers are those of compiled Rust code.
            unsafe { load(&self.object)? }
        };
        let base =
            base.ok_or_else(|| Error::unavailable("the object of a function cannot be found in memory"))?;
        Ok(ptr::with_exposed_provenance(base + self.offset))
    }
}

/// Loads an object and tells where it begins.
///
/// # Safety
/// The initialisers of the object may run in this process.
unsafe fn load(object: &Path) -> Result<Option<usize>, Error> {
    let name = CString::new(object.as_os_str().as_encoded_bytes()).unwrap_or_default();
    // SAFETY: the name is NUL-terminated, and the caller vouches for what it names. The handle is never closed, so the
    // object stays for the life of the process.
    let handle = unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_NOW) };
    let mut map: *const LinkMap = ptr::null();
    // SAFETY: if the handle is not null it is open, and for this request the call stores one pointer into `map`.
    if handle.is_null() || unsafe { libc::dlinfo(handle, libc::RTLD_DI_LINKMAP, (&raw mut map).cast()) } != 0
    {
        // SAFETY: one of the two calls has just failed, so this gives a NUL-terminated string, which is valid until this
        // thread's next loader call.
        let reason = unsafe { CStr::from_ptr(libc::dlerror()) }.to_string_lossy();
        return Err(Error::unavailable(format!("the code of a function cannot be loaded: {reason}")));
    }
    // SAFETY: the loader keeps the map as long as the object is loaded; `LinkMap` repeats the documented head of
    // glibc's `struct link_map`.
    let inside = unsafe { (*map).dynamic_section };
    Ok(object_at(inside.addr()).map(|(base, _)| base))
}

/// The documented head of the loader's `struct link_map`.
#[repr(C)]
struct LinkMap {
    load_bias: usize,
    name: *const libc::c_char,
    dynamic_section: *const c_void,
}

/// Base address and file name of the object that an address lies in.
fn object_at(address: usize) -> Option<(usize, OsString)> {
    // SAFETY: all-zero bytes are a valid `Dl_info`, a struct of pointers.
    let mut info: libc::Dl_info = unsafe { std::mem::zeroed() };
    // SAFETY: dladdr only compares the address with those of loaded objects, and fills the live `info`.
    let found = unsafe { libc::dladdr(ptr::without_provenance(address), &mut info) };
    if found == 0 || info.dli_fname.is_null() {
        return None;
    }
    // SAFETY: dladdr succeeded, so the name is a NUL-terminated string that lives as long as the object, and no
    // object with code of ours is ever unloaded.
    let name = unsafe { CStr::from_ptr(info.dli_fname) };
    Some((info.dli_fbase.expose_provenance(), OsString::from_vec(name.to_bytes().to_vec())))
}

/// Base address of the program itself.
fn program() -> Option<usize> {
    // SAFETY: getauxval reads a table that the system made at the start; unknown keys give 0.
    let headers = unsafe { libc::getauxval(libc::AT_PHDR) };
    object_at(headers as usize).map(|(base, _)| base)
}

/// Whether the program had a symbol from its start, as opposed to having loaded it later.
pub(crate) fn is_part_of_program(symbol: &CStr, address: *const ()) -> bool {
    // Not RTLD_DEFAULT: that also searches what was loaded together with the caller.
    // SAFETY: null names the program itself, which is open anyway; nothing is initialised by this call.
    let program = unsafe { libc::dlopen(ptr::null(), libc::RTLD_LAZY) };
    // SAFETY: the handle is that of the program; the name is NUL-terminated.
    !program.is_null() && unsafe { libc::dlsym(program, symbol.as_ptr()) }.addr() == address.addr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_found_again() {
        let function = program as fn() -> Option<usize> as *const ();
        let address = CodeAddress::of(function).unwrap();
        // SAFETY: the address was made just above, by this program.
        assert_eq!(unsafe { address.resolve() }.unwrap(), function);
    }

    #[test]
    fn what_is_no_code_has_no_address() {
        let data = Box::new(1u8);
        assert!(CodeAddress::of(ptr::from_ref(&*data).cast()).is_err());
    }
}
