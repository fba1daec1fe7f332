//! Rows of small numbers kept in one byte each: a quarter of the memory of f32, and so about a quarter
//! of the memory traffic, which is what scoring a text costs. Each row has its own scale, so a number
//! is off by at most 1/254 of the largest in its row.

use super::bytes::{Corrupt, Reader, Writer};

/// One row per feature, one column per label or dimension.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct QuantisedRows {
    columns: usize,
    scales: Vec<f32>,
    bytes: Vec<i8>,
}

impl QuantisedRows {
    /// Rounds `rows` (row after row, `columns` numbers each).
    pub(super) fn new(rows: &[f32], columns: usize) -> Self {
        let row = |index: usize| &rows[index * columns..][..columns];
        Self::of_rows(rows.len() / columns.max(1), columns, |index, out| out.copy_from_slice(row(index)))
    }

    /// Rounds `rows` rows of `columns` numbers each; `fill` is asked for one row after another.
    pub(super) fn of_rows(rows: usize, columns: usize, fill: impl Fn(usize, &mut [f32])) -> Self {
        let mut scales = Vec::with_capacity(rows);
        let mut bytes = Vec::with_capacity(rows * columns);
        let mut row = vec![0.0; columns];
        for index in 0..rows {
            fill(index, &mut row);
            let largest = row.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
            let scale = largest / f32::from(i8::MAX);
            let inverse = if scale > 0.0 { scale.recip() } else { 0.0 };
            scales.push(scale);
            // The quotient lies in -127..=127 by the choice of the scale.
            bytes.extend(row.iter().map(|value| (value * inverse).round() as i8));
        }
        Self { columns, scales, bytes }
    }

    /// Numbers per row.
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// Number of rows.
    pub(super) fn rows(&self) -> usize {
        self.scales.len()
    }

    /// Adds `factor` times one row to `sum`.
    #[inline]
    pub(super) fn add_row(&self, row: u32, factor: f32, sum: &mut [f32]) {
        let start = row as usize * self.columns;
        let factor = factor * self.scales[row as usize];
        let row = &self.bytes[start..start + self.columns];
        for (total, &byte) in sum.iter_mut().zip(row) {
            *total += factor * f32::from(byte);
        }
    }

    /// Writes columns, scales and bytes.
    pub(super) fn write(&self, to: &mut Writer) {
        to.length(self.columns);
        to.f32s(&self.scales);
        to.i8s(&self.bytes);
    }

    /// Reads what [`Self::write`] wrote.
    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let columns = from.count()?;
        let scales = from.f32s()?;
        let bytes = from.i8s()?;
        if scales.len().checked_mul(columns) != Some(bytes.len()) {
            return Err(Corrupt("weights of the wrong size"));
        }
        Ok(Self { columns, scales, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_off_by_at_most_half_a_step() {
        let rows: Vec<f32> = (0..40_u8).map(|i| (f32::from(i) * 0.7).sin() * f32::from(i)).collect();
        let kept = QuantisedRows::new(&rows, 8);
        for (index, row) in rows.chunks(8).enumerate() {
            let mut sum = vec![0.0; 8];
            kept.add_row(index as u32, 1.0, &mut sum);
            let largest = row.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
            for (got, want) in sum.iter().zip(row) {
                assert!((got - want).abs() <= largest / 253.0, "{got} for {want}");
            }
        }
    }

    #[test]
    fn a_row_of_zeros_stays_zero() {
        let mut sum = vec![1.0; 3];
        QuantisedRows::new(&[0.0; 3], 3).add_row(0, 2.0, &mut sum);
        assert_eq!(sum, [1.0; 3]);
    }
}
