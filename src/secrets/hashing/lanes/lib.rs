//! Several bcrypt hashes in lockstep on one thread.
//!
//! One bcrypt is a single chain of loads, each of which needs the one before: most of a core waits. The next round of
//! another hash needs none of them, so a few hashes that take turns, round by round, fill the core, and each takes hardly
//! longer than alone. The algorithm is Provos and Mazières' ("A Future-Adaptable Password Scheme", 1999); what comes out
//! is what the bcrypt crate computes, which the tests hold it to.

mod pi;
#[cfg(test)]
mod tests;

use zeroize::Zeroize;

/// How many bytes of a password are read, its closing zero included.
const LONGEST: usize = 72;

/// What is encrypted at the end: `OrpheanBeholderScryDoubt`.
const MAGIC: [u32; 6] = [0x4f72_7068, 0x6561_6e42, 0x6568_6f6c, 0x6465_7253, 0x6372_7944, 0x6f75_6274];

/// How many words of state there are: the round keys and the boxes.
const WORDS: usize = 18 + 1024;

/// The most hashes that [`advance`] takes in lockstep.
pub const MAX_LANES: usize = 6;

/// One hash that is being computed.
pub struct Lane {
    boxes: [u32; 1024],
    keys: [u32; 18],
    /// The password, repeated, as it is mixed into the round keys.
    password: [u32; 18],
    /// The salt, the same way.
    salt: [u32; 18],
    /// How many times both are still to be mixed in.
    left: u32,
}

impl Lane {
    /// Begins a hash of this password, of which 72 bytes are read, its closing zero among them.
    #[must_use]
    pub fn new(password: &[u8], salt: &[u8; 16], cost: u32) -> Self {
        let mut bytes = [0; LONGEST];
        let length = password.len().min(LONGEST);
        bytes[..length].copy_from_slice(&password[..length]);
        // A password that fills the space has no closing zero.
        let read = (length + 1).min(LONGEST);

        let (password, salted) = (words(&bytes[..read]), words(salt));
        bytes.zeroize();
        let mut lane = Self { boxes: pi::S, keys: pi::P, password, salt: salted, left: 1 << cost };
        lane.mix_in_both();
        lane
    }

    /// How many steps are left; each mixes in the password and the salt once more.
    #[must_use]
    pub fn left(&self) -> u32 {
        self.left
    }

    /// The hash, once no step is left.
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

    /// The first step, in which the salt is mixed into what is encrypted instead of into the keys.
    fn mix_in_both(&mut self) {
        for (key, word) in self.keys.iter_mut().zip(self.password) {
            *key ^= word;
        }
        let mut block = [0; 2];
        for place in 0..WORDS / 2 {
            // The salt is four words long.
            let word = 2 * place % 4;
            block = encrypt_one(self, [block[0] ^ self.salt[word], block[1] ^ self.salt[word + 1]]);
            self.put(place, block);
        }
    }

    fn put(&mut self, place: usize, block: [u32; 2]) {
        match 2 * place {
            place @ 0..18 => self.keys[place..place + 2].copy_from_slice(&block),
            place => self.boxes[place - 18..place - 16].copy_from_slice(&block),
        }
    }
}

/// Takes steps with as many hashes as there are, up to [`MAX_LANES`] in lockstep; none may have fewer left.
///
/// They lie side by side: one address and fixed distances leave the registers to what is computed.
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

/// With a number that the compiler knows, it keeps the blocks of all lanes in registers.
fn together<const N: usize>(lanes: &mut [Lane], steps: u32) {
    let lanes: &mut [Lane; N] = lanes.try_into().expect("as many as were counted");
    for _ in 0..steps {
        expand(lanes, |lane| lane.password);
        expand(lanes, |lane| lane.salt);
    }
    for lane in lanes {
        lane.left -= steps;
    }
}

/// Mixes words into the round keys, and encrypts all of the state anew, each block on the one before.
fn expand<const N: usize>(lanes: &mut [Lane; N], words: impl Fn(&Lane) -> [u32; 18]) {
    for lane in lanes.iter_mut() {
        let words = words(lane);
        for (key, word) in lane.keys.iter_mut().zip(words) {
            *key ^= word;
        }
    }
    let mut blocks = Blocks { left: [0; N], right: [0; N] };
    for place in 0..9 {
        blocks = encrypt(lanes, blocks);
        for (n, lane) in lanes.iter_mut().enumerate() {
            (lane.keys[2 * place], lane.keys[2 * place + 1]) = (blocks.left[n], blocks.right[n]);
        }
    }
    for place in 0..512 {
        blocks = encrypt(lanes, blocks);
        for (n, lane) in lanes.iter_mut().enumerate() {
            (lane.boxes[2 * place], lane.boxes[2 * place + 1]) = (blocks.left[n], blocks.right[n]);
        }
    }
}

/// A block of each lane, in halves: as pairs, the compiler packs each into one register and out again.
#[derive(Clone, Copy)]
struct Blocks<const N: usize> {
    left: [u32; N],
    right: [u32; N],
}

/// Blowfish on a block of each lane: every round of all before the next round of any.
#[expect(clippy::inline_always, reason = "measured: called, it takes the blocks out of their registers")]
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

/// The same on one block.
fn encrypt_one(lane: &Lane, [left, right]: [u32; 2]) -> [u32; 2] {
    let Blocks { left: [left], right: [right] } =
        encrypt(std::array::from_ref(lane), Blocks { left: [left], right: [right] });
    [left, right]
}

#[expect(clippy::inline_always, reason = "measured: called, it takes the blocks out of their registers")]
#[inline(always)]
fn substitute(boxes: &[u32; 1024], word: u32) -> u32 {
    let byte = |place: u32| (word >> place & 0xff) as usize;
    let sum = boxes[byte(24)].wrapping_add(boxes[256 + byte(16)]);
    (sum ^ boxes[512 + byte(8)]).wrapping_add(boxes[768 + byte(0)])
}

/// As many words as there are round keys, of bytes that repeat themselves.
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
