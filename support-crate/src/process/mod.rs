//! Real processes for notebook code, shaped like `std::thread`: `spawn` a plain function, `fork` any closure.
