//! How a workload crosses into a freshly spawned process, which shares no memory with this one.

use serde::{Serialize, de::DeserializeOwned};

use crate::error::Error;
use crate::process::codec;

/// Plain data as bytes.
pub(crate) fn pack<T: Serialize + 'static>(value: &T) -> Result<Vec<u8>, Error> {
    Ok(codec::to_bytes(value)?)
}

/// Plain data from the bytes of [`pack`].
pub(crate) fn unpack<T: DeserializeOwned + 'static>(bytes: &[u8]) -> Result<T, Error> {
    Ok(codec::from_bytes(bytes)?)
}
