//! Sentences made from results.
