//! A sparse matrix in compressed rows: one row per text, one column per feature, f32 values.

/// Rows of (column, value) pairs. Columns within a row are distinct and below `columns`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct SparseRows {
    starts: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f32>,
    columns: usize,
}

impl SparseRows {
    /// An empty matrix of `columns` columns.
    pub(super) fn new(columns: usize) -> Self {
        Self { starts: vec![0], indices: Vec::new(), values: Vec::new(), columns }
    }

    /// Appends a row.
    pub(super) fn push(&mut self, row: &[(u32, f32)]) {
        debug_assert!(row.iter().all(|&(column, _)| (column as usize) < self.columns));
        self.indices.extend(row.iter().map(|&(column, _)| column));
        self.values.extend(row.iter().map(|&(_, value)| value));
        self.starts.push(self.indices.len());
    }

    /// Appends every row of `other`, which has the same columns.
    pub(super) fn append(&mut self, other: &Self) {
        debug_assert_eq!(self.columns, other.columns);
        let shift = self.indices.len();
        self.indices.extend_from_slice(&other.indices);
        self.values.extend_from_slice(&other.values);
        self.starts.extend(other.starts[1..].iter().map(|start| start + shift));
    }

    /// Number of rows.
    pub(super) fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of columns.
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// The columns and values of one row.
    pub(super) fn row(&self, row: usize) -> (&[u32], &[f32]) {
        let range = self.starts[row]..self.starts[row + 1];
        (&self.indices[range.clone()], &self.values[range])
    }
}

impl SparseRows {
    /// Hands the columns of every row to `change`, with its values to be changed.
    pub(super) fn each_row(&mut self, mut change: impl FnMut(&[u32], &mut [f32])) {
        for (start, end) in self.starts.iter().zip(&self.starts[1..]) {
            change(&self.indices[*start..*end], &mut self.values[*start..*end]);
        }
    }

    /// Within each row, columns rise.
    pub(super) fn sort(&mut self) {
        let mut row: Vec<(u32, f32)> = Vec::new();
        for (start, end) in self.starts.iter().zip(&self.starts[1..]) {
            let range = *start..*end;
            row.clear();
            row.extend(
                self.indices[range.clone()].iter().copied().zip(self.values[range.clone()].iter().copied()),
            );
            row.sort_unstable_by_key(|&(column, _)| column);
            for (at, &(column, value)) in range.zip(&row) {
                (self.indices[at], self.values[at]) = (column, value);
            }
        }
    }

    /// Rows become columns. Within a row, columns rise.
    pub(super) fn transposed(&self) -> Self {
        let mut starts = vec![0; self.columns + 1];
        self.indices.iter().for_each(|&column| starts[column as usize + 1] += 1);
        for column in 0..self.columns {
            starts[column + 1] += starts[column];
        }
        let mut next = starts.clone();
        let mut indices = vec![0; self.indices.len()];
        let mut values = vec![0.0; self.values.len()];
        for row in 0..self.rows() {
            let (columns, row_values) = self.row(row);
            for (&column, &value) in columns.iter().zip(row_values) {
                let at = &mut next[column as usize];
                (indices[*at], values[*at]) = (row as u32, value);
                *at += 1;
            }
        }
        Self { starts, indices, values, columns: self.rows() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn appended_rows_read_back() {
        let mut first = SparseRows::new(4);
        first.push(&[(0, 1.0), (3, 2.0)]);
        first.push(&[]);
        let mut second = SparseRows::new(4);
        second.push(&[(2, 5.0)]);
        first.append(&second);
        assert_eq!((first.rows(), first.columns()), (3, 4));
        assert_eq!(first.row(0), (&[0, 3][..], &[1.0, 2.0][..]));
        assert_eq!(first.row(1), (&[][..], &[][..]));
        assert_eq!(first.row(2), (&[2][..], &[5.0][..]));
        let turned = first.transposed();
        assert_eq!((turned.rows(), turned.columns()), (4, 3));
        assert_eq!(turned.row(1), (&[][..], &[][..]));
        assert_eq!(turned.row(2), (&[2][..], &[5.0][..]));
        assert_eq!(turned.row(3), (&[0][..], &[2.0][..]));
    }
}
