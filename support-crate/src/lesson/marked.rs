//! Checks that give marks: where a program grades, an exercise that is not right has to fail its cell.

use crate::lesson::check::{Grade, Reply};

impl Reply {
    /// The reply, if the exercise is right. The pages that `cargo lab class` writes for nbgrader end their checks in it.
    ///
    /// ```
    /// use concurrency_lab::lesson::check;
    /// check::chunks(|items, workers| {
    ///     (0..workers).map(|i| i * items / workers..(i + 1) * items / workers).collect()
    /// })
    /// .must_pass();
    /// ```
    ///
    /// # Panics
    /// With the reply's sentence, if it is not done or not right: the cell fails, and gives no mark.
    #[track_caller]
    pub fn must_pass(self) -> Self {
        assert!(self.grade == Grade::Right, "{self}");
        self
    }
}

#[cfg(test)]
mod tests {
    use crate::lesson::check;
    use crate::process::panics;

    #[test]
    fn a_cell_fails_with_the_sentence_of_an_exercise_that_is_not_right() {
        let marked = |ranges: fn(usize, usize) -> Vec<std::ops::Range<usize>>| {
            panics::catch(|| check::chunks(ranges).must_pass().grade).map_err(|panic| panic.message)
        };
        assert!(
            marked(|_, _| todo!()).unwrap_err().starts_with("Not done yet (your function): put your code")
        );
        let wrong = marked(|_, _| Vec::new()).unwrap_err();
        assert!(wrong.starts_with("Not right yet (your function): ") && wrong.contains("ranges"), "{wrong}");
    }
}
