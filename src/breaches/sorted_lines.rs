//! Binary search in a file of sorted lines: 36 short reads for 40 GB, without an index and without loading the file.

use std::io::{self, Read, Seek, SeekFrom};

use super::{entry::Entry, fingerprint::DIGITS, hash_list::HashListError};

/// The longest line, in bytes: a hash, a colon, a count of 64 bits, CR and LF.
const MAX_LINE: usize = DIGITS + 1 + 20 + 2;

/// How many bytes are read at once: the rest of the line in which they begin, and the whole next line.
const WINDOW: usize = 1 + 2 * MAX_LINE;

/// How many lines are checked when a list is opened.
const SAMPLES: u64 = 100;

/// Lines with one hash each, in ascending order.
pub(super) struct SortedLines<L> {
    file: L,
    length: u64,
}

/// One line.
struct Line {
    hash: String,
    has_leaked: bool,
    start: u64,
    end: u64,
}

impl<L: Read + Seek> SortedLines<L> {
    pub(super) fn new(mut file: L) -> io::Result<Self> {
        let length = file.seek(SeekFrom::End(0))?;
        Ok(Self { file, length })
    }

    /// Checks the format and the order of a sample of the lines, which includes the first and the last.
    pub(super) fn check(&mut self) -> Result<(), HashListError> {
        let mut last = self.line_at(0)?.ok_or(HashListError::Empty)?;
        let length = self.length;
        let near_the_end = length.saturating_sub(MAX_LINE as u64);
        let positions = (1..SAMPLES).map(|n| length * n / SAMPLES).filter(|position| *position < near_the_end);
        for position in positions.chain([near_the_end]) {
            if let Some(line) = self.line_at(position)? {
                last = line.after(&last)?;
            }
        }
        while let Some(line) = self.line_at(last.end)? {
            last = line.after(&last)?;
        }
        Ok(())
    }

    /// Whether a line has this hash, in upper case, and a count other than 0.
    pub(super) fn contains(&mut self, wanted: &str) -> Result<bool, HashListError> {
        if self.length == 0 {
            // Another program may be writing the file.
            return Err(HashListError::Empty);
        }
        // If the hash is in the file, its line begins within this range.
        let (mut from, mut to) = (0, self.length);
        while from < to {
            let middle = from + (to - from) / 2;
            match self.line_at(middle)?.filter(|line| line.start < to) {
                Some(line) if line.hash == wanted => return Ok(line.has_leaked),
                Some(line) if *line.hash < *wanted => from = line.end,
                Some(_) | None => to = middle,
            }
        }
        Ok(false)
    }

    /// The first line that begins at this position or later. `None` after the last line.
    fn line_at(&mut self, position: u64) -> Result<Option<Line>, HashListError> {
        // The byte before is read, too: if it is a line break, a line begins at this position.
        let from = position.saturating_sub(1);
        let mut window = Vec::with_capacity(WINDOW);
        self.file.seek(SeekFrom::Start(from))?;
        self.file.by_ref().take(WINDOW as u64).read_to_end(&mut window)?;
        // A full window contains the whole line that begins in it.
        let is_end = window.len() < WINDOW;
        let after_line = |text: &[u8]| text.iter().position(|byte| *byte == b'\n').map(|end| end + 1);

        let start = if position == 0 { Some(0) } else { after_line(&window) };
        let Some(start) = start.or(is_end.then_some(window.len())) else {
            return Err(HashListError::NotHashes);
        };
        let rest = &window[start..];
        if rest.is_empty() && is_end {
            return Ok(None);
        }
        let end = after_line(rest).or(is_end.then_some(rest.len())).filter(|end| *end <= MAX_LINE);
        let entry = end.and_then(|end| Entry::parse(&rest[..end], DIGITS));
        let (Some(end), Some(entry)) = (end, entry) else { return Err(HashListError::NotHashes) };
        let start = from + start as u64;
        Ok(Some(Line { hash: entry.digits(), has_leaked: entry.has_leaked, start, end: start + end as u64 }))
    }
}

impl Line {
    /// This line, if it may follow that one.
    fn after(self, before: &Self) -> Result<Self, HashListError> {
        if self.hash < before.hash { Err(HashListError::Unsorted) } else { Ok(self) }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, io::Cursor};

    use proptest::{
        collection::{btree_map, vec},
        prelude::*,
    };

    use super::*;

    fn lines(text: &[u8]) -> SortedLines<Cursor<&[u8]>> {
        SortedLines::new(Cursor::new(text)).unwrap()
    }

    /// Hashes that differ only in the last digits, so that some are neighbours.
    fn hash(n: u64) -> String {
        format!("{n:040X}")
    }

    proptest! {
        #[test]
        fn a_hash_in_the_list_is_found_and_its_neighbours_are_not(
            seen in btree_map(0..5_000_u64, any::<Option<u64>>(), 1..300),
            end in prop_oneof![Just("\n"), Just("\r\n")],
            last_line_ends in any::<bool>(),
            lower_case in any::<bool>(),
            others in vec(0..5_010_u64, 50),
        ) {
            let seen: BTreeMap<u64, Option<u64>> = seen;
            let line = |(n, count): (&u64, &Option<u64>)| {
                let hash = if lower_case { hash(*n).to_lowercase() } else { hash(*n) };
                format!("{hash}{}", count.map(|count| format!(":{count}")).unwrap_or_default())
            };
            let mut text = seen.iter().map(line).collect::<Vec<_>>().join(end);
            if last_line_ends {
                text.push_str(end);
            }
            let mut list = lines(text.as_bytes());
            list.check().unwrap();
            let near = seen.keys().flat_map(|n| [n.saturating_sub(1), *n, n + 1]);
            for n in near.chain(others) {
                let has_leaked = seen.get(&n).is_some_and(|count| *count != Some(0));
                prop_assert_eq!(list.contains(&hash(n)).unwrap(), has_leaked, "{} in {}", n, text);
            }
        }

        #[test]
        fn a_search_ends_whatever_the_file_contains(
            text in prop_oneof![vec(any::<u8>(), 0..500), vec(prop_oneof![Just(b'0'), Just(b'\n'), Just(b':')], 0..500)],
        ) {
            let mut list = lines(&text);
            let _ = list.check();
            let _ = list.contains(&hash(7));
        }
    }

    #[test]
    fn a_file_that_is_not_a_sorted_list_is_refused() {
        let list = |hashes: &[u64]| hashes.iter().map(|n| hash(*n) + "\n").collect::<String>();
        let sorted = list(&[1, 2, 3]);
        for text in [list(&[1]), sorted.clone(), sorted.trim_end().to_owned(), list(&[2, 2])] {
            assert!(lines(text.as_bytes()).check().is_ok(), "{text:?}");
        }
        for text in [list(&[2, 1]), list(&[1, 3, 2]), list(&(0..10_000).rev().collect::<Vec<_>>())] {
            assert!(matches!(lines(text.as_bytes()).check(), Err(HashListError::Unsorted)), "{text:?}");
        }
        assert!(matches!(lines(b"").check(), Err(HashListError::Empty)));
        for text in [
            format!("{sorted}\n"),
            format!("{sorted}password"),
            format!("\u{feff}{sorted}"),
            format!("# a comment\n{sorted}"),
            format!("{sorted}{:032X}\n", 4),
            format!("{sorted}{:064X}\n", 4),
            format!("{sorted}{:040X}:99999999999999999999999\n", 4),
            "A".repeat(1000),
            "password\ndragon\n".to_owned(),
        ] {
            assert!(matches!(lines(text.as_bytes()).check(), Err(HashListError::NotHashes)), "{text:?}");
        }
    }
}
