//! Helpers for the end-to-end tests of the course: see the `tests` folder beside this one.

pub mod circles;
pub mod kernel;
pub mod lab;
pub mod markdown;
pub mod modules;
pub mod notebook;
pub mod numbers;
pub mod rules;
pub mod system;
