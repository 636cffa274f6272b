//! A schedule as a short word.
//!
//! `1c41f-0b2a` is version 1, the program whose source has the number `c41f`, and its choices: leave 0 as they are, take the second
//! other thread (`b`), leave 2, take the first other one (`a`); after that whoever runs goes on. Each `z` before a letter stands
//! for 25 threads more.

use crate::program::Program;
use crate::refused::Refused;

/// Changes whenever the same word would stand for another schedule.
const VERSION: &str = "1";

/// Threads that a `z` stands for.
const MORE: usize = 25;

/// The word for these choices.
pub(crate) fn write(program: Program, taken: &[usize]) -> String {
    let mut word = format!("{VERSION}{:04x}-", program.identity());
    let mut left = 0;
    for option in taken {
        match option {
            0 => left += 1,
            option => {
                let (more, last) = ((option - 1) / MORE, (option - 1) % MORE);
                word += &format!("{left}{}{}", "z".repeat(more), char::from(b'a' + last as u8));
                left = 0;
            }
        }
    }
    if word.ends_with('-') { word + "0" } else { word }
}

/// The choices that a word stands for.
pub(crate) fn read(program: Program, word: &str) -> Result<Vec<usize>, Refused> {
    let damaged = || {
        Refused::new(format!("{word:?} is no word for a schedule: copy all of it from what `explore` shows"))
    };
    let (head, choices) = word.split_once('-').ok_or_else(damaged)?;
    let source = head.strip_prefix(VERSION).filter(|source| source.len() == 4);
    let Some(source) = source else {
        let other = head.len() == 5 && head.chars().all(|letter| letter.is_ascii_hexdigit());
        return Err(match other {
            true => Refused::new(format!(
                "{word:?} was written by version {} of the explorer and this is version {VERSION}: explore again for a new word",
                &head[..1]
            )),
            false => damaged(),
        });
    };
    let own = format!("{:04x}", program.identity());
    if source != own {
        return Err(Refused::new(format!(
            "{word:?} belongs to another program, or to `{}` before it was changed (its words begin with \"{VERSION}{own}-\"): \
             explore again for a new word",
            program.name()
        )));
    }
    if choices == "0" {
        return Ok(Vec::new());
    }
    let (mut taken, mut digits, mut more) = (Vec::new(), String::new(), 0);
    for letter in choices.chars() {
        match letter {
            '0'..='9' if more == 0 => digits.push(letter),
            'z' if !digits.is_empty() && more < 1_000 * MORE => more += MORE,
            'a'..='y' => {
                let left: usize = digits.parse().ok().filter(|left| *left <= 100_000).ok_or_else(damaged)?;
                taken.extend(std::iter::repeat_n(0, left));
                taken.push(more + letter as usize - 'a' as usize + 1);
                digits.clear();
                more = 0;
            }
            _ => return Err(damaged()),
        }
    }
    if digits.is_empty() && !taken.is_empty() { Ok(taken) } else { Err(damaged()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stands_for_its_choices_alone_however_many_threads_there_are() {
        let program = Program::new("none", "", String::new);
        let all = [vec![], vec![1], vec![0, 2, 0, 0, 1], vec![25, 26, 27], vec![0, 51, 60]];
        for taken in &all {
            assert_eq!(read(program, &write(program, taken)).unwrap(), *taken);
        }
        let word = write(program, &all[3]);
        assert!(read(program, &word[..word.len() - 1]).is_err(), "a part of {word} is none");
    }
}
