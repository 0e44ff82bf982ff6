//! Lanes compute what the bcrypt crate computes, and begin with pi.

use proptest::{collection::vec, prelude::*};

use super::*;

/// What the crate makes of it, which wants the closing zero.
fn reference((password, salt, cost): &Given) -> [u8; 24] {
    let mut closed = password.clone();
    closed.push(0);
    closed.truncate(LONGEST);
    bcrypt::bcrypt(*cost, *salt, &closed)
}

type Given = (Vec<u8>, [u8; 16], u32);

/// All of them at once, in up to so many lanes, however different their costs.
fn in_lanes(given: &[Given], most: usize) -> Vec<[u8; 24]> {
    let mut done = Vec::new();
    for group in given.chunks(most) {
        let mut lanes: Vec<Lane> =
            group.iter().map(|(password, salt, cost)| Lane::new(password, salt, *cost)).collect();
        let mut places: Vec<usize> = (0..lanes.len()).collect();
        let mut hashes = vec![[0; 24]; lanes.len()];
        while let Some(steps) = lanes.iter().map(Lane::left).min() {
            // Not all at once: lanes are joined and left in the middle.
            advance(&mut lanes, steps.div_ceil(2));
            while let Some(over) = lanes.iter().position(|lane| lane.left() == 0) {
                hashes[places.swap_remove(over)] = lanes.swap_remove(over).finish();
            }
        }
        done.extend(hashes);
    }
    done
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lanes_compute_what_the_crate_computes(
        given in vec((vec(any::<u8>(), 0..=72), any::<[u8; 16]>(), 4..=6_u32), 1..8),
        most in 1..=MAX_LANES,
    ) {
        let expected: Vec<_> = given.iter().map(reference).collect();
        prop_assert_eq!(in_lanes(&given, most), expected);
    }
}

#[test]
fn every_length_every_byte_and_every_cost_agree_with_the_crate() {
    let every_byte = |byte: u8| (vec![byte; 3], [byte; 16], 4);
    let every_length = |length: u8| ((0..length).map(|n| n.wrapping_mul(37)).collect(), [length; 16], 4);
    let every_cost = |cost: u32| (b"correct horse battery".to_vec(), *b"sixteen bytes of", cost);
    let given: Vec<Given> =
        (0..=255).map(every_byte).chain((0..=72).map(every_length)).chain((4..=8).map(every_cost)).collect();
    let expected: Vec<_> = given.iter().map(reference).collect();
    for most in [1, 4, MAX_LANES] {
        assert!(in_lanes(&given, most) == expected, "{most} lanes");
    }
}

/// The words are those of pi: Machin's formula, with as many bits as it takes.
#[test]
fn the_first_state_is_the_fraction_of_pi() {
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

/// A whole part and a fraction in words, with a few more at the end for what is rounded away.
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
