//! A blocking database client: real queries on a real SQLite file.

use std::path::PathBuf;

use rusqlite::{Connection, OpenFlags};
use serde::{Deserialize, Serialize};

use super::{Workload, check, descriptors, erased_here, scratch, words};
use crate::error::Error;

/// How many sensors the table has readings of; a query asks for one of them.
const SENSORS: u64 = 100;
/// Bytes of the file that are read through memory: all that [`Workload::validate`] lets a table grow to.
const MAPPED: i64 = 1 << 30;

/// Queries of a real SQLite file by a client that only knows how to block; a query reads the whole table.
///
/// A task opens a connection of its own (one may not be used by several threads at once), asks for the readings of one
/// sensor in a table without an index, and closes it. In [`Async`](crate::model::Model::Async) every query
/// holds the one thread, as the same mistake does in a program of one's own; the fix is
/// [`off_thread`](super::Workload::off_thread). SQLite runs inside the asking process, and a table of this size stays in the page
/// cache: the query computes rather than waits.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let queries = Queries { queries: 4, rows: 1_000 };
/// let found = values(queries, Threads(2)).unwrap();
/// assert_eq!(values(queries.off_thread(), Async).unwrap(), found);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Queries {
    /// How many queries.
    pub queries: usize,
    /// Rows in the table: what one query costs.
    pub rows: usize,
}

/// What a query found out about the readings of a sensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Readings {
    /// How many there are.
    pub number: u64,
    /// Their sum.
    pub sum: u64,
    /// The greatest of them; 0 if there are none.
    pub greatest: u64,
}

impl Queries {
    fn path(&self) -> Result<PathBuf, Error> {
        Ok(scratch::folder()?.join(format!("readings {}.sqlite", self.rows)))
    }

    fn write(&self, path: &PathBuf) -> rusqlite::Result<()> {
        let mut connection = Connection::open(path)?;
        // Written once and thrown away with the notebook: a crash in between costs nothing.
        connection.pragma_update(None, "journal_mode", "OFF")?;
        connection.pragma_update(None, "synchronous", "OFF")?;
        let transaction = connection.transaction()?;
        transaction.execute("CREATE TABLE readings (sensor INTEGER NOT NULL, value INTEGER NOT NULL)", [])?;
        {
            let mut insert = transaction.prepare("INSERT INTO readings VALUES (?1, ?2)")?;
            let mut noise = fastrand::Rng::with_seed(self.rows as u64);
            for _ in 0..self.rows {
                let number = noise.u64(..);
                insert.execute(((number % SENSORS) as i64, (number >> 48) as i64))?;
            }
        }
        transaction.commit()
    }

    fn ask(&self, index: usize) -> rusqlite::Result<Readings> {
        let path = self.path().map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        // Read through a mapping of the file. SQLite's own cache of pages has one lock for all connections of a process
        // in this build, and threads would wait for it instead of for one another's queries.
        connection.pragma_update(None, "mmap_size", MAPPED)?;
        let sensor = (index as u64 % SENSORS) as i64;
        connection.query_row(
            "SELECT count(*), total(value), coalesce(max(value), 0) FROM readings WHERE sensor = ?1",
            [sensor],
            |row| {
                let number = |column| row.get::<_, i64>(column).map(|n| n as u64);
                Ok(Readings { number: number(0)?, sum: row.get::<_, f64>(1)? as u64, greatest: number(2)? })
            },
        )
    }
}

impl Workload for Queries {
    type Output = Readings;

    fn title(&self) -> String {
        let queries = words::counted(self.queries, "query", "queries");
        format!("{queries} of a SQLite table with {}", words::counted(self.rows, "row", "rows"))
    }

    fn tasks(&self) -> usize {
        self.queries
    }

    fn validate(&self) -> Result<(), Error> {
        check::tasks("queries", self.queries)?;
        check::number("rows", self.rows, 1..=10_000_000)
    }

    fn prepare(&self) -> Result<(), Error> {
        let path = self.path()?;
        if path.exists() {
            return Ok(());
        }
        // Under another name until it is whole: an interrupted write must not pass for a table.
        let unfinished = path.with_extension(format!("{}.unfinished", std::process::id()));
        let _ = std::fs::remove_file(&unfinished);
        let rename = |()| std::fs::rename(&unfinished, &path).map_err(|error| error.to_string());
        self.write(&unfinished).map_err(|error| error.to_string()).and_then(rename).map_err(|error| {
            let rows = words::counted(self.rows, "row", "rows");
            Error::unavailable(format!(
                "a table of {rows} cannot be written ({error}); free some space or ask for less"
            ))
        })
    }

    fn task(&self, index: usize) -> Result<Readings, Error> {
        self.ask(index).map_err(|error| {
            Error::failed(format!("the database cannot be asked ({error}); {}", descriptors::advice(&error)))
        })
    }

    erased_here!(plain data);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_seed() {
        let queries = Queries { queries: 3, rows: 5_000 };
        queries.prepare().unwrap();
        let mut noise = fastrand::Rng::with_seed(5_000);
        let rows: Vec<_> = (0..5_000).map(|_| noise.u64(..)).map(|n| (n % SENSORS, n >> 48)).collect();
        for sensor in 0..3 {
            let values: Vec<u64> = rows.iter().filter(|row| row.0 == sensor).map(|row| row.1).collect();
            let expected = Readings {
                number: values.len() as u64,
                sum: values.iter().sum(),
                greatest: *values.iter().max().unwrap(),
            };
            assert_eq!(queries.task(sensor as usize).unwrap(), expected);
        }
    }
}
