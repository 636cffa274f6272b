//! What the measurements of a claim say to it: one judge a claim, the same for both languages.

mod behaviour;
mod speed;

pub(crate) use behaviour::*;
pub(crate) use speed::*;
