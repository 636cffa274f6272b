//! Every workload with its type forgotten, its values with their type again, and its way into a fresh process.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::definition::Workload;
use super::dyn_workload::{BoxedFuture, BoxedOutput, Decode, DynWorkload};
use super::nature::Nature;
use crate::error::Error;
use crate::process::{FunctionRef, codec};

impl<W: Workload> DynWorkload for W {
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

    fn prepare(&self) -> Result<(), Error> {
        Workload::prepare(self)
    }

    fn task(&self, index: usize) -> Result<BoxedOutput, Error> {
        Ok(Box::new(Workload::task(self, index)?))
    }

    fn task_async(self: Arc<Self>, index: usize) -> BoxedFuture {
        Box::pin(async move {
            let value = Workload::task_async(&*self, index).await?;
            Ok(Box::new(value) as BoxedOutput)
        })
    }

    fn equal(&self, one: &BoxedOutput, other: &BoxedOutput) -> bool {
        output::<W>(one) == output::<W>(other)
    }

    fn show(&self, value: &BoxedOutput) -> String {
        format!("{:?}", output::<W>(value))
    }

    fn write(&self, value: &BoxedOutput) -> Result<Vec<u8>, Error> {
        Ok(codec::to_bytes(output::<W>(value))?)
    }

    fn read(&self, bytes: &[u8]) -> Result<BoxedOutput, Error> {
        Ok(Box::new(codec::from_bytes::<W::Output>(bytes)?))
    }

    fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        Workload::to_bytes(self)
    }

    fn decoder(&self) -> Decode {
        |bytes| Ok(Arc::new(W::from_bytes(&bytes)?).erased())
    }
}

const OWN: &str = "a workload is handed its own values alone";

fn output<W: Workload>(value: &BoxedOutput) -> &W::Output {
    value.downcast_ref().expect(OWN)
}

/// Values with their type again.
pub(crate) fn typed<W: Workload>(values: Vec<BoxedOutput>) -> Vec<W::Output> {
    values.into_iter().map(typed_one::<W>).collect()
}

/// A value with its type again.
pub(crate) fn typed_one<W: Workload>(value: BoxedOutput) -> W::Output {
    *value.downcast().expect(OWN)
}

/// A job on its way into a freshly spawned process.
#[derive(Serialize, Deserialize)]
pub(crate) struct SerializedWorkload {
    decoder: FunctionRef,
    bytes: Vec<u8>,
}

impl SerializedWorkload {
    pub(crate) fn of(job: &dyn DynWorkload) -> Result<Self, Error> {
        let bytes = job.to_bytes()?;
        Ok(Self { decoder: FunctionRef::of(&job.decoder())?, bytes })
    }

    pub(crate) fn open(self) -> Result<Arc<dyn DynWorkload>, Error> {
        let job = self.decoder.resolve::<_, _, Decode>()?(self.bytes)?;
        job.prepare()?;
        Ok(job)
    }
}

/// In a workload of this crate: what [`DynWorkload`] needs of it is compiled here, once, instead of in the cells that use it.
/// It is plain data and travels as it is, and what it may need that its parent has made is told with it.
macro_rules! erased_here {
    (plain data) => {
        fn to_bytes(&self) -> Result<Vec<u8>, Error> {
            let made = ($crate::workload::scratch::known(), $crate::workload::downloads::port());
            Ok($crate::process::codec::to_bytes(&(*self, made))?)
        }

        fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
            let (workload, (folder, port)) = $crate::process::codec::from_bytes(bytes)?;
            $crate::workload::scratch::adopt(folder);
            $crate::workload::downloads::adopt(port);
            Ok(workload)
        }

        #[doc(hidden)]
        fn erased(self: std::sync::Arc<Self>) -> std::sync::Arc<dyn $crate::workload::DynWorkload> {
            self
        }
    };
}
pub(crate) use erased_here;
