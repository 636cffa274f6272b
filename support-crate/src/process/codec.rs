//! Values as bytes.

use serde::Serialize;
use serde::de::DeserializeOwned;

pub(super) fn to_bytes<T: Serialize + 'static>(value: &T) -> Result<Vec<u8>, rmp_serde::encode::Error> {
    rmp_serde::to_vec_named(value)
}

pub(super) fn from_bytes<T: DeserializeOwned + 'static>(
    bytes: Vec<u8>,
) -> Result<T, rmp_serde::decode::Error> {
    rmp_serde::from_slice(&bytes)
}
