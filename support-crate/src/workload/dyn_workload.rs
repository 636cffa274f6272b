//! A workload with its types forgotten: what runs and measures workloads is compiled once, in this crate, and not
//! again in every notebook cell.

use std::any::Any;
use std::pin::Pin;
use std::sync::Arc;

use super::nature::Nature;
use crate::error::Error;

/// The value of one task, its type forgotten.
pub type BoxedOutput = Box<dyn Any + Send>;
/// One task's async form, its type forgotten.
pub type BoxedFuture = Pin<Box<dyn Future<Output = Result<BoxedOutput, Error>> + Send>>;
/// The value of every task, in task order; or the first task, by number, that was seen to fail.
pub type Values = Result<Vec<BoxedOutput>, Error>;
/// Makes a workload of a certain type from its bytes again.
pub type Decode = fn(Vec<u8>) -> Result<Arc<dyn DynWorkload>, Error>;

/// A `Workload` of any type. Every workload is one; only the values need their type again, which `typed` gives back.
///
/// What is here is all that a cell has to compile for a workload of its own: keep it small.
pub trait DynWorkload: Send + Sync + 'static {
    /// `Workload::title`.
    fn title(&self) -> String;
    /// `Workload::tasks`.
    fn tasks(&self) -> usize;
    /// `Workload::nature`.
    fn nature(&self) -> Nature;
    /// `Workload::HAS_ASYNC_FORM`.
    fn has_async_form(&self) -> bool;
    /// `Workload::validate`.
    ///
    /// # Errors
    /// Those of the workload.
    fn validate(&self) -> Result<(), Error>;
    /// `Workload::prepare`.
    ///
    /// # Errors
    /// Those of the workload.
    fn prepare(&self) -> Result<(), Error>;
    /// `Workload::task`.
    ///
    /// # Errors
    /// Those of the workload.
    fn task(&self, index: usize) -> Result<BoxedOutput, Error>;
    /// `Workload::task_async`.
    fn task_async(self: Arc<Self>, index: usize) -> BoxedFuture;
    /// Whether two values of this workload are equal.
    fn equal(&self, one: &BoxedOutput, other: &BoxedOutput) -> bool;
    /// A value of this workload as text for programmers.
    fn show(&self, value: &BoxedOutput) -> String;
    /// A value of this workload as bytes.
    ///
    /// # Errors
    /// When serde cannot write it.
    fn write(&self, value: &BoxedOutput) -> Result<Vec<u8>, Error>;
    /// A value of this workload from the bytes of [`DynWorkload::write`].
    ///
    /// # Errors
    /// When the bytes are no such value.
    fn read(&self, bytes: &[u8]) -> Result<BoxedOutput, Error>;
    /// `Workload::to_bytes`.
    ///
    /// # Errors
    /// Those of the workload.
    fn to_bytes(&self) -> Result<Vec<u8>, Error>;
    /// `Workload::from_bytes` of this type.
    fn decoder(&self) -> Decode;
}
