//! Helpers for the end-to-end tests of the course: see the `tests` folder beside this one.
