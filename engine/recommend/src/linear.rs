//! Inner products and vector normalisation, in `f64`.

/// A vector computation; see [`vectorised`].
pub(crate) trait Vectorised {
    type Output;

    /// Runs the computation. Mark it and the functions it calls `#[inline(always)]`: only inlined code is compiled for wider
    /// instructions. This is a trait because a closure cannot be marked.
    fn run(self) -> Self::Output;
}

/// Runs a computation that is also compiled for wider vector instructions, on machines that have them. The result is the
/// same on every machine: the lanes of a sum are fixed, and multiplications are never fused with additions.
pub(crate) fn vectorised<W: Vectorised>(work: W) -> W::Output {
    pulp::Arch::new().dispatch(Operation(work))
}

struct Operation<W>(W);

impl<W: Vectorised> pulp::NullaryFnOnce for Operation<W> {
    type Output = W::Output;

    #[inline(always)]
    fn call(self) -> W::Output {
        self.0.run()
    }
}

/// Inner product of two vectors of equal length, summed in eight lanes.
#[must_use]
#[inline(always)]
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; 8];
    let (a_chunks, b_chunks) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f64 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a_chunks.zip(b_chunks) {
        for ((lane, x), y) in lanes.iter_mut().zip(x).zip(y) {
            *lane += x * y;
        }
    }
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (c + g)) + ((b + f) + (d + h)) + rest
}

/// Normalises a vector to unit length; `false` if its length is zero.
pub(crate) fn normalise(row: &mut [f64]) -> bool {
    // Scaling by the largest value first prevents overflow and underflow of the squares.
    let largest = row.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    if largest <= 0.0 || !largest.is_finite() {
        return false;
    }
    row.iter_mut().for_each(|value| *value /= largest);
    let length = dot(row, row).sqrt();
    row.iter_mut().for_each(|value| *value /= length);
    true
}

/// Adds `factor` · `b` to `a`.
#[inline(always)]
pub(crate) fn add_scaled(a: &mut [f64], factor: f64, b: &[f64]) {
    for (x, y) in a.iter_mut().zip(b) {
        *x += factor * y;
    }
}
