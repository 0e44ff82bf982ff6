//! Finds a hash among sorted lines by halving what is left of them: 36 short reads for 40 GB, no index, and no memory.

use std::io::{self, Read, Seek, SeekFrom};

use super::{entry::Entry, fingerprint::DIGITS, hash_list::HashListError};

/// How many bytes a line has at the most: a hash, a colon, a count of 64 bits, CR and LF.
const LONGEST: usize = DIGITS + 1 + 20 + 2;

/// What is read at a time: the end of a line in the middle of which it begins, and the whole next one.
const WINDOW: usize = 1 + 2 * LONGEST;

/// How many lines are looked at to see whether they are what they should be.
const SAMPLES: u64 = 100;

/// Lines with a hash each, the smallest first.
pub(super) struct SortedLines<L> {
    list: L,
    length: u64,
}

/// One of them.
struct Line {
    hash: String,
    counts: bool,
    start: u64,
    end: u64,
}

impl<L: Read + Seek> SortedLines<L> {
    pub(super) fn new(mut list: L) -> io::Result<Self> {
        let length = list.seek(SeekFrom::End(0))?;
        Ok(Self { list, length })
    }

    /// Looks at some of the lines, the first and the last among them.
    pub(super) fn check(&mut self) -> Result<(), HashListError> {
        let mut last = self.line_at(0)?.ok_or(HashListError::Empty)?;
        let length = self.length;
        let near_the_end = length.saturating_sub(LONGEST as u64);
        let places = (1..SAMPLES).map(|n| length * n / SAMPLES).filter(|place| *place < near_the_end);
        for place in places.chain([near_the_end]) {
            if let Some(line) = self.line_at(place)? {
                last = line.after(&last)?;
            }
        }
        while let Some(line) = self.line_at(last.end)? {
            last = line.after(&last)?;
        }
        Ok(())
    }

    /// Whether this hash, in upper case, stands in one of them.
    pub(super) fn contains(&mut self, wanted: &str) -> Result<bool, HashListError> {
        if self.length == 0 {
            // Somebody is still writing it.
            return Err(HashListError::Empty);
        }
        // The line that is looked for begins within these, if there is one.
        let (mut from, mut to) = (0, self.length);
        while from < to {
            let middle = from + (to - from) / 2;
            match self.line_at(middle)?.filter(|line| line.start < to) {
                Some(line) if line.hash == wanted => return Ok(line.counts),
                Some(line) if *line.hash < *wanted => from = line.end,
                Some(_) | None => to = middle,
            }
        }
        Ok(false)
    }

    /// The first line that begins here or later; none behind the last one.
    fn line_at(&mut self, place: u64) -> Result<Option<Line>, HashListError> {
        // With the byte before: where that is the end of a line, one begins right here.
        let from = place.saturating_sub(1);
        let mut window = Vec::with_capacity(WINDOW);
        self.list.seek(SeekFrom::Start(from))?;
        self.list.by_ref().take(WINDOW as u64).read_to_end(&mut window)?;
        // A full window has room for the line that begins in it, and its end.
        let nothing_follows = window.len() < WINDOW;
        let after_line = |text: &[u8]| text.iter().position(|byte| *byte == b'\n').map(|end| end + 1);

        let start = if place == 0 { Some(0) } else { after_line(&window) };
        let Some(start) = start.or(nothing_follows.then_some(window.len())) else {
            return Err(HashListError::NoHashes);
        };
        let rest = &window[start..];
        if rest.is_empty() && nothing_follows {
            return Ok(None);
        }
        let end = after_line(rest).or(nothing_follows.then_some(rest.len())).filter(|end| *end <= LONGEST);
        let entry = end.and_then(|end| Entry::parse(&rest[..end], DIGITS));
        let (Some(end), Some(entry)) = (end, entry) else { return Err(HashListError::NoHashes) };
        let start = from + start as u64;
        Ok(Some(Line { hash: entry.digits(), counts: entry.counts, start, end: start + end as u64 }))
    }
}

impl Line {
    /// This line, if it may stand behind that one.
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

    /// A hash of which only the last digits differ, so that there are neighbours.
    fn hash(n: u64) -> String {
        format!("{n:040X}")
    }

    proptest! {
        #[test]
        fn whatever_stands_in_a_list_is_found_and_its_neighbours_are_not(
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
                let counts = seen.get(&n).is_some_and(|count| *count != Some(0));
                prop_assert_eq!(list.contains(&hash(n)).unwrap(), counts, "{} in {}", n, text);
            }
        }

        #[test]
        fn whatever_a_file_holds_a_search_comes_to_an_end(
            text in prop_oneof![vec(any::<u8>(), 0..500), vec(prop_oneof![Just(b'0'), Just(b'\n'), Just(b':')], 0..500)],
        ) {
            let mut list = lines(&text);
            let _ = list.check();
            let _ = list.contains(&hash(7));
        }
    }

    #[test]
    fn a_file_that_is_no_sorted_list_is_found_out() {
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
            assert!(matches!(lines(text.as_bytes()).check(), Err(HashListError::NoHashes)), "{text:?}");
        }
    }
}
