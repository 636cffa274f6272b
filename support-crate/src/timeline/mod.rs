//! The measured timeline: what ran when, on which core, thread and process.
