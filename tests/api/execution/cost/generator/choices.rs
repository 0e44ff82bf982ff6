//! The random decisions of a generator.

/// A list of decisions. At its end, every further decision is the first choice.
pub struct Choices<'c> {
    rest: std::slice::Iter<'c, u32>,
}

impl<'c> Choices<'c> {
    pub fn new(choices: &'c [u32]) -> Self {
        Self { rest: choices.iter() }
    }

    pub fn below(&mut self, most: usize) -> usize {
        self.rest.next().map_or(0, |choice| *choice as usize) % most.max(1)
    }

    pub fn one_of<'t, T>(&mut self, choices: &'t [T]) -> &'t T {
        &choices[self.below(choices.len())]
    }

    /// Decides whether something happens that happens once in `times` times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 1
    }
}
