//! A workload with its types forgotten: what runs and measures workloads is compiled once, in this crate, and not
//! again in every notebook cell.

use std::any::Any;
use std::pin::Pin;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Nature, Workload};
use crate::error::Error;
use crate::process::{FunctionRef, codec};

/// The value of one task, its type forgotten.
pub type Value = Box<dyn Any + Send>;
/// One task's async form, its type forgotten.
pub type Later = Pin<Box<dyn Future<Output = Result<Value, Error>> + Send>>;
/// Makes a workload of a certain type from its bytes again.
pub type Revive = fn(Vec<u8>) -> Result<Arc<dyn Job>, Error>;

/// A [`Workload`] of any type. Every workload is one; only the values need their type again, which `typed` gives back.
///
/// What is here is all that a cell has to compile for a workload of its own: keep it small.
pub trait Job: Send + Sync + 'static {
    /// [`Workload::title`].
    fn title(&self) -> String;
    /// [`Workload::tasks`].
    fn tasks(&self) -> usize;
    /// [`Workload::nature`].
    fn nature(&self) -> Nature;
    /// [`Workload::HAS_ASYNC_FORM`].
    fn has_async_form(&self) -> bool;
    /// [`Workload::validate`].
    ///
    /// # Errors
    /// Those of the workload.
    fn validate(&self) -> Result<(), Error>;
    /// [`Workload::prepare`].
    ///
    /// # Errors
    /// Those of the workload.
    fn prepare(&mut self) -> Result<(), Error>;
    /// [`Workload::task`].
    ///
    /// # Errors
    /// Those of the workload.
    fn task(&self, index: usize) -> Result<Value, Error>;
    /// [`Workload::task_async`].
    fn task_async(self: Arc<Self>, index: usize) -> Later;
    /// Whether two values of this workload are equal.
    fn equal(&self, one: &Value, other: &Value) -> bool;
    /// A value of this workload as text for programmers.
    fn show(&self, value: &Value) -> String;
    /// A value of this workload as bytes.
    ///
    /// # Errors
    /// When serde cannot write it.
    fn write(&self, value: &Value) -> Result<Vec<u8>, Error>;
    /// A value of this workload from the bytes of [`Job::write`].
    ///
    /// # Errors
    /// When the bytes are no such value.
    fn read(&self, bytes: &[u8]) -> Result<Value, Error>;
    /// [`Workload::to_bytes`].
    ///
    /// # Errors
    /// Those of the workload.
    fn to_bytes(&self) -> Result<Vec<u8>, Error>;
    /// [`Workload::from_bytes`] of this type.
    fn revive(&self) -> Revive;
}

impl<W: Workload> Job for W {
    fn title(&self) -> String {
        Workload::title(self)
    }

    fn tasks(&self) -> usize {
        Workload::tasks(self)
    }

    fn nature(&self) -> Nature {
        Workload::nature(self)
    }

    fn has_async_form(&self) -> bool {
        W::HAS_ASYNC_FORM
    }

    fn validate(&self) -> Result<(), Error> {
        Workload::validate(self)
    }

    fn prepare(&mut self) -> Result<(), Error> {
        Workload::prepare(self)
    }

    fn task(&self, index: usize) -> Result<Value, Error> {
        Ok(Box::new(Workload::task(self, index)?))
    }

    fn task_async(self: Arc<Self>, index: usize) -> Later {
        Box::pin(async move {
            let value = Workload::task_async(&*self, index).await?;
            Ok(Box::new(value) as Value)
        })
    }

    fn equal(&self, one: &Value, other: &Value) -> bool {
        output::<W>(one) == output::<W>(other)
    }

    fn show(&self, value: &Value) -> String {
        format!("{:?}", output::<W>(value))
    }

    fn write(&self, value: &Value) -> Result<Vec<u8>, Error> {
        Ok(codec::to_bytes(output::<W>(value))?)
    }

    fn read(&self, bytes: &[u8]) -> Result<Value, Error> {
        Ok(Box::new(codec::from_bytes::<W::Output>(bytes)?))
    }

    fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        Workload::to_bytes(self)
    }

    fn revive(&self) -> Revive {
        |bytes| Ok(Arc::new(W::from_bytes(&bytes)?).erased())
    }
}

const OWN: &str = "a workload is handed its own values alone";

fn output<W: Workload>(value: &Value) -> &W::Output {
    value.downcast_ref().expect(OWN)
}

/// Values with their type again.
pub(crate) fn typed<W: Workload>(values: Vec<Value>) -> Vec<W::Output> {
    values.into_iter().map(typed_one::<W>).collect()
}

/// A value with its type again.
pub(crate) fn typed_one<W: Workload>(value: Value) -> W::Output {
    *value.downcast().expect(OWN)
}

/// Makes ready what the tasks need, of a job that is not shared yet.
pub(crate) fn prepare(job: &mut Arc<dyn Job>) -> Result<(), Error> {
    Arc::get_mut(job).map_or(Ok(()), Job::prepare)
}

/// A job on its way into a freshly spawned process.
#[derive(Serialize, Deserialize)]
pub(crate) struct SerializedWorkload {
    revive: FunctionRef,
    bytes: Vec<u8>,
}

impl SerializedWorkload {
    pub(crate) fn of(job: &dyn Job) -> Result<Self, Error> {
        let bytes = job.to_bytes()?;
        Ok(Self { revive: FunctionRef::of(&job.revive())?, bytes })
    }

    pub(crate) fn open(self) -> Result<Arc<dyn Job>, Error> {
        self.revive.resolve::<_, _, Revive>()?(self.bytes)
    }
}

/// In a workload of this crate: what [`Job`] needs of it is compiled here, once, instead of in the cells that use it.
/// One that is `plain data` travels as it is, and the folder of temporary files is told with it.
macro_rules! erased_here {
    (plain data) => {
        fn to_bytes(&self) -> Result<Vec<u8>, Error> {
            Ok($crate::process::codec::to_bytes(&(*self, $crate::workload::scratch::known()))?)
        }

        fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
            let (workload, folder) = $crate::process::codec::from_bytes(bytes)?;
            $crate::workload::scratch::adopt(folder);
            Ok(workload)
        }

        $crate::workload::erased_here!();
    };
    () => {
        #[doc(hidden)]
        fn erased(self: std::sync::Arc<Self>) -> std::sync::Arc<dyn $crate::workload::Job> {
            self
        }
    };
}
pub(crate) use erased_here;
