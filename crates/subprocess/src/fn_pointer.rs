//! Function pointers as addresses, and back.

use std::mem::transmute;

/// A pointer to a plain function, which can be found again in another process.
pub(crate) trait FnPointer: Copy {
    /// Where the function is in this process.
    fn address(self) -> *const ();

    /// The function at an address.
    ///
    /// # Safety
    /// A function of this very type lies there.
    unsafe fn at(address: *const ()) -> Self;
}

impl<T> FnPointer for fn() -> T {
    fn address(self) -> *const () {
        self as *const ()
    }

    unsafe fn at(address: *const ()) -> Self {
        // SAFETY: by the contract of this function.
        unsafe { transmute::<*const (), fn() -> T>(address) }
    }
}

impl<A, T> FnPointer for fn(A) -> T {
    fn address(self) -> *const () {
        self as *const ()
    }

    unsafe fn at(address: *const ()) -> Self {
        // SAFETY: by the contract of this function.
        unsafe { transmute::<*const (), fn(A) -> T>(address) }
    }
}
