//! Random bytes from the operating system.

use aws_lc_rs::rand;

/// The operating system cannot provide random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system cannot provide random bytes")]
pub struct RandomnessError;

/// Unpredictable random bytes.
pub(in crate::secrets) fn random_bytes<const N: usize>() -> Result<[u8; N], RandomnessError> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| RandomnessError)?;
    Ok(bytes)
}
