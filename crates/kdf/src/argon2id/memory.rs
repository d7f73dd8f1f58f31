//! Memory that stays allocated from hash to hash, and is wiped after each.
//!
//! Memory that stays allocated must not stay filled, so each call wipes what it used. A plain fill
//! does that in about 2 ms, half the time of one volatile write per word and little enough to do
//! after every hash rather than when the worker goes idle.

use memmap2::{MmapMut, MmapOptions};

use super::{Error, QUADS};

/// A kibibyte: 128 words, four at a time.
pub(super) type Block = [[u64; 4]; QUADS];

/// Blocks come in four slices of one length, which are computed one after the other.
pub(super) const SLICES: usize = 4;

/// Working memory for one thread. It grows to the largest cost seen and shrinks only when dropped.
#[derive(Default)]
pub struct Memory(Option<MmapMut>);

impl Memory {
    /// No memory yet; the first hash allocates it.
    #[must_use]
    pub const fn new() -> Self {
        Self(None)
    }

    /// Hands out as many blocks as the cost asks for and wipes them afterwards.
    pub(super) fn with_blocks(&mut self, kibibytes: u32, use_them: impl FnOnce(&mut [Block])) -> Result<(), Error> {
        let blocks = usize::try_from(kibibytes).map_err(|_| Error::OutOfMemory)? / SLICES * SLICES;
        let bytes = blocks.checked_mul(size_of::<Block>()).ok_or(Error::OutOfMemory)?;
        if self.blocks().len() < blocks {
            // Given back first: both at once would be twice the memory.
            self.0 = None;
            self.0 = Some(map(bytes)?);
        }
        let used = &mut self.blocks()[..blocks];
        use_them(used);
        wipe(used);
        Ok(())
    }

    /// All that there are.
    pub(super) fn blocks(&mut self) -> &mut [Block] {
        self.0.as_mut().map_or(&mut [], |memory| bytemuck::cast_slice_mut(memory))
    }
}

impl Drop for Memory {
    /// Covers a panic in the middle of a hash.
    fn drop(&mut self) {
        wipe(self.blocks());
    }
}

fn map(bytes: usize) -> Result<MmapMut, Error> {
    let memory = MmapOptions::new().len(bytes).map_anon().map_err(|_| Error::OutOfMemory)?;
    // A kernel without large pages refuses; then it goes on with small ones.
    #[cfg(target_os = "linux")]
    let _ = memory.advise(memmap2::Advice::HugePage);
    Ok(memory)
}

/// The barrier keeps the compiler from dropping a fill that nothing reads.
fn wipe(blocks: &mut [Block]) {
    blocks.fill([[0; 4]; QUADS]);
    zeroize::optimization_barrier(blocks);
}
