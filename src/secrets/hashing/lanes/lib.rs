//! Computes several bcrypt hashes in lockstep on one thread.
//!
//! One bcrypt hash is a single chain of loads, each of which depends on the one before, so that most of the core waits. The
//! rounds of other hashes do not depend on them. A few hashes that take turns, round by round, use the whole core, and each
//! takes hardly longer than alone.
//!
//! The algorithm is Provos and Mazières' ("A Future-Adaptable Password Scheme", 1999). The tests compare the results with
//! those of the bcrypt crate.
//!
//! ```
//! use latchkey_hash_lanes::{Lane, advance};
//!
//! let lane = |password: &[u8]| Lane::new(password, &[7; 16], 4);
//! let mut lanes = [lane(b"correct horse"), lane(b"battery staple")];
//! advance(&mut lanes, 1 << 4);
//! let [first, second] = lanes.map(Lane::finish);
//! assert_ne!(first, second);
//! ```

mod pi;
#[cfg(test)]
mod tests;

use zeroize::Zeroize;

/// How many bytes of a password are read, including the zero byte at its end.
const MAX_BYTES: usize = 72;

/// The text that is encrypted at the end: `OrpheanBeholderScryDoubt`.
const MAGIC: [u32; 6] = [0x4f72_7068, 0x6561_6e42, 0x6568_6f6c, 0x6465_7253, 0x6372_7944, 0x6f75_6274];

/// The size of the state in words: the round keys and the boxes.
const WORDS: usize = 18 + 1024;

/// The highest number of hashes that [`advance`] computes in lockstep.
pub const MAX_LANES: usize = 6;

/// One hash in progress.
pub struct Lane {
    boxes: [u32; 1024],
    keys: [u32; 18],
    /// The password, repeated to the length of the round keys.
    password: [u32; 18],
    /// The salt, repeated in the same way.
    salt: [u32; 18],
    /// The number of steps that are left.
    left: u32,
}

impl Lane {
    /// Begins a hash. Up to 72 bytes of the password are read, including a zero byte at its end.
    #[must_use]
    pub fn new(password: &[u8], salt: &[u8; 16], cost: u32) -> Self {
        let mut bytes = [0; MAX_BYTES];
        let length = password.len().min(MAX_BYTES);
        bytes[..length].copy_from_slice(&password[..length]);
        // A password of 72 bytes or more has no zero byte.
        let read = (length + 1).min(MAX_BYTES);

        let (password, salted) = (words(&bytes[..read]), words(salt));
        bytes.zeroize();
        let mut lane = Self { boxes: pi::S, keys: pi::P, password, salt: salted, left: 1 << cost };
        lane.mix_in_both();
        lane
    }

    /// The number of steps that are left. Each mixes the password and the salt into the state once more.
    #[must_use]
    pub fn left(&self) -> u32 {
        self.left
    }

    /// Returns the hash. Call it when no step is left.
    #[must_use]
    pub fn finish(self) -> [u8; 24] {
        let mut text = MAGIC;
        for pair in text.chunks_exact_mut(2) {
            for _ in 0..64 {
                pair.copy_from_slice(&encrypt_one(&self, [pair[0], pair[1]]));
            }
        }
        let mut hash = [0; 24];
        for (bytes, word) in hash.chunks_exact_mut(4).zip(text) {
            bytes.copy_from_slice(&word.to_be_bytes());
        }
        hash
    }

    /// The first step, which mixes the salt into the encrypted blocks instead of the keys.
    fn mix_in_both(&mut self) {
        for (key, word) in self.keys.iter_mut().zip(self.password) {
            *key ^= word;
        }
        let mut block = [0; 2];
        for index in 0..WORDS / 2 {
            // The salt is four words long.
            let word = 2 * index % 4;
            block = encrypt_one(self, [block[0] ^ self.salt[word], block[1] ^ self.salt[word + 1]]);
            self.put(index, block);
        }
    }

    fn put(&mut self, index: usize, block: [u32; 2]) {
        match 2 * index {
            word @ 0..18 => self.keys[word..word + 2].copy_from_slice(&block),
            word => self.boxes[word - 18..word - 16].copy_from_slice(&block),
        }
    }
}

/// Advances all hashes by this number of steps, up to [`MAX_LANES`] of them in lockstep.
///
/// The hashes are adjacent in memory: with one address and fixed offsets, the registers are free for the computation.
///
/// # Panics
///
/// May panic if a hash has fewer steps left.
pub fn advance(lanes: &mut [Lane], steps: u32) {
    for group in lanes.chunks_mut(MAX_LANES) {
        match group.len() {
            1 => together::<1>(group, steps),
            2 => together::<2>(group, steps),
            3 => together::<3>(group, steps),
            4 => together::<4>(group, steps),
            5 => together::<5>(group, steps),
            _ => together::<6>(group, steps),
        }
    }
}

/// Advances `N` hashes. Because the compiler knows the number, it keeps the blocks of all lanes in registers.
fn together<const N: usize>(lanes: &mut [Lane], steps: u32) {
    let lanes: &mut [Lane; N] = lanes.try_into().expect("the length was matched");
    for _ in 0..steps {
        expand(lanes, |lane| lane.password);
        expand(lanes, |lane| lane.salt);
    }
    for lane in lanes {
        lane.left -= steps;
    }
}

/// Mixes words into the round keys and replaces the whole state: each block is the encryption of the one before.
fn expand<const N: usize>(lanes: &mut [Lane; N], words: impl Fn(&Lane) -> [u32; 18]) {
    for lane in lanes.iter_mut() {
        let words = words(lane);
        for (key, word) in lane.keys.iter_mut().zip(words) {
            *key ^= word;
        }
    }
    let mut blocks = Blocks { left: [0; N], right: [0; N] };
    for index in 0..9 {
        blocks = encrypt(lanes, blocks);
        for (n, lane) in lanes.iter_mut().enumerate() {
            (lane.keys[2 * index], lane.keys[2 * index + 1]) = (blocks.left[n], blocks.right[n]);
        }
    }
    for index in 0..512 {
        blocks = encrypt(lanes, blocks);
        for (n, lane) in lanes.iter_mut().enumerate() {
            (lane.boxes[2 * index], lane.boxes[2 * index + 1]) = (blocks.left[n], blocks.right[n]);
        }
    }
}

/// A block of each lane, in separate halves. The compiler would pack pairs into one register and unpack them again.
#[derive(Clone, Copy)]
struct Blocks<const N: usize> {
    left: [u32; N],
    right: [u32; N],
}

/// Encrypts a block of each lane with Blowfish, one round of all lanes after the other.
#[expect(clippy::inline_always, reason = "measured: a call moves the blocks out of their registers")]
#[inline(always)]
fn encrypt<const N: usize>(lanes: &[Lane; N], Blocks { mut left, mut right }: Blocks<N>) -> Blocks<N> {
    for round in 0..8 {
        for (n, lane) in lanes.iter().enumerate() {
            left[n] ^= lane.keys[2 * round];
            right[n] ^= substitute(&lane.boxes, left[n]);
        }
        for (n, lane) in lanes.iter().enumerate() {
            right[n] ^= lane.keys[2 * round + 1];
            left[n] ^= substitute(&lane.boxes, right[n]);
        }
    }
    for (n, lane) in lanes.iter().enumerate() {
        left[n] ^= lane.keys[16];
        right[n] ^= lane.keys[17];
    }
    Blocks { left: right, right: left }
}

/// Encrypts one block.
fn encrypt_one(lane: &Lane, [left, right]: [u32; 2]) -> [u32; 2] {
    let Blocks { left: [left], right: [right] } =
        encrypt(std::array::from_ref(lane), Blocks { left: [left], right: [right] });
    [left, right]
}

#[expect(clippy::inline_always, reason = "measured: a call moves the blocks out of their registers")]
#[inline(always)]
fn substitute(boxes: &[u32; 1024], word: u32) -> u32 {
    let byte = |shift: u32| (word >> shift & 0xff) as usize;
    let sum = boxes[byte(24)].wrapping_add(boxes[256 + byte(16)]);
    (sum ^ boxes[512 + byte(8)]).wrapping_add(boxes[768 + byte(0)])
}

/// Repeats the bytes to the length of the round keys.
fn words(bytes: &[u8]) -> [u32; 18] {
    let mut endless = bytes.iter().copied().cycle();
    let mut byte = || endless.next().unwrap_or_default();
    std::array::from_fn(|_| u32::from_be_bytes([byte(), byte(), byte(), byte()]))
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.boxes.zeroize();
        self.keys.zeroize();
        self.password.zeroize();
        self.salt.zeroize();
    }
}
