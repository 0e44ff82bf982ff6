//! Lanes compute the same hashes as the bcrypt crate, and begin with pi.

use proptest::{collection::vec, prelude::*};

use super::*;

/// The hash that the bcrypt crate computes. It expects the zero byte at the end of the password.
fn reference((password, salt, cost): &Input) -> [u8; 24] {
    let mut bytes = password.clone();
    bytes.push(0);
    bytes.truncate(MAX_BYTES);
    bcrypt::bcrypt(*cost, *salt, &bytes)
}

type Input = (Vec<u8>, [u8; 16], u32);

/// Computes all hashes, in up to `max_lanes` lanes, whatever their costs.
fn in_lanes(inputs: &[Input], max_lanes: usize) -> Vec<[u8; 24]> {
    let mut all = Vec::new();
    for group in inputs.chunks(max_lanes) {
        let mut lanes: Vec<Lane> =
            group.iter().map(|(password, salt, cost)| Lane::new(password, salt, *cost)).collect();
        let mut indices: Vec<usize> = (0..lanes.len()).collect();
        let mut hashes = vec![[0; 24]; lanes.len()];
        while let Some(steps) = lanes.iter().map(Lane::left).min() {
            // In two halves, so that lanes end while others continue.
            advance(&mut lanes, steps.div_ceil(2));
            while let Some(done) = lanes.iter().position(|lane| lane.left() == 0) {
                hashes[indices.swap_remove(done)] = lanes.swap_remove(done).finish();
            }
        }
        all.extend(hashes);
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lanes_compute_the_same_as_the_crate(
        inputs in vec((vec(any::<u8>(), 0..=72), any::<[u8; 16]>(), 4..=6_u32), 1..8),
        max_lanes in 1..=MAX_LANES,
    ) {
        let expected: Vec<_> = inputs.iter().map(reference).collect();
        prop_assert_eq!(in_lanes(&inputs, max_lanes), expected);
    }
}

#[test]
fn every_length_every_byte_and_every_cost_agree_with_the_crate() {
    let every_byte = |byte: u8| (vec![byte; 3], [byte; 16], 4);
    let every_length = |length: u8| ((0..length).map(|n| n.wrapping_mul(37)).collect(), [length; 16], 4);
    let every_cost = |cost: u32| (b"correct horse battery".to_vec(), *b"sixteen bytes of", cost);
    let inputs: Vec<Input> =
        (0..=255).map(every_byte).chain((0..=72).map(every_length)).chain((4..=8).map(every_cost)).collect();
    let expected: Vec<_> = inputs.iter().map(reference).collect();
    for max_lanes in [1, 4, MAX_LANES] {
        assert!(in_lanes(&inputs, max_lanes) == expected, "{max_lanes} lanes");
    }
}

/// Computes pi with Machin's formula and the necessary precision.
#[test]
fn the_initial_state_is_the_fraction_of_pi() {
    let (fifth, small) = (arctan_of_one_over(5), arctan_of_one_over(239));
    let mut pi = Number::zero();
    for _ in 0..16 {
        pi.add(&fifth);
    }
    for _ in 0..4 {
        pi.subtract(&small);
    }
    let words: Vec<u32> = pi::P.into_iter().chain(pi::S).collect();
    assert_eq!(pi.0[0], 3);
    assert_eq!(pi.0[1..=words.len()], words);
}

fn arctan_of_one_over(x: u32) -> Number {
    let mut power = Number::one();
    power.divide(x);
    let mut sum = Number::zero();
    for n in (1..).step_by(2) {
        let mut term = power.clone();
        term.divide(n);
        if term.is_zero() {
            break;
        }
        if n % 4 == 1 {
            sum.add(&term);
        } else {
            sum.subtract(&term);
        }
        power.divide(x * x);
    }
    sum
}

/// A fixed-point number: a whole part and a fraction in words, with a few more words for rounding errors.
#[derive(Clone)]
struct Number(Vec<u32>);

impl Number {
    fn zero() -> Self {
        Self(vec![0; 1 + 18 + 1024 + 3])
    }

    fn one() -> Self {
        let mut one = Self::zero();
        one.0[0] = 1;
        one
    }

    fn is_zero(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    fn divide(&mut self, by: u32) {
        let mut rest = 0;
        for word in &mut self.0 {
            let value = (rest << 32) | u64::from(*word);
            *word = u32::try_from(value / u64::from(by)).unwrap();
            rest = value % u64::from(by);
        }
    }

    fn add(&mut self, other: &Self) {
        let mut carry = false;
        for (word, other) in self.0.iter_mut().zip(&other.0).rev() {
            let (sum, first) = word.overflowing_add(*other);
            let (sum, second) = sum.overflowing_add(u32::from(carry));
            (*word, carry) = (sum, first || second);
        }
    }

    fn subtract(&mut self, other: &Self) {
        let mut borrow = false;
        for (word, other) in self.0.iter_mut().zip(&other.0).rev() {
            let (difference, first) = word.overflowing_sub(*other);
            let (difference, second) = difference.overflowing_sub(u32::from(borrow));
            (*word, borrow) = (difference, first || second);
        }
    }
}
