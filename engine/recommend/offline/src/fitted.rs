//! Trained models: four forms that score every item for a user.

use crate::training::Rows;

/// Weights from one position to others, row by row.
#[derive(Debug, Clone, PartialEq)]
pub enum Weights {
    /// Listed entries only; columns ascend within a row.
    Sparse(Vec<Vec<(u32, f64)>>),
    /// Every entry of a square matrix, row by row.
    Dense {
        /// Number of rows and columns.
        size: usize,
        /// Values, row by row.
        values: Vec<f64>,
    },
}

impl Weights {
    /// Adds `factor` times one row to `into`.
    pub fn add_row(&self, row: usize, factor: f64, into: &mut [f64]) {
        match self {
            Self::Sparse(rows) => {
                for (column, weight) in rows.get(row).map(Vec::as_slice).unwrap_or_default() {
                    if let Some(sum) = into.get_mut(*column as usize) {
                        *sum += factor * weight;
                    }
                }
            }
            Self::Dense { size, values } => {
                let values = values.get(row * size..(row + 1) * size).unwrap_or_default();
                for (sum, weight) in into.iter_mut().zip(values) {
                    *sum += factor * weight;
                }
            }
        }
    }

    /// Entries of one row other than 0, columns ascending.
    pub fn row(&self, row: usize) -> impl Iterator<Item = (u32, f64)> {
        let (listed, all) = match self {
            Self::Sparse(rows) => (rows.get(row).map(Vec::as_slice).unwrap_or_default(), &[][..]),
            Self::Dense { size, values } => (&[][..], values.get(row * size..(row + 1) * size).unwrap_or_default()),
        };
        let all = (0_u32..).zip(all.iter().copied());
        listed.iter().copied().chain(all).filter(|(_, weight)| weight.abs() > 0.0)
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Sparse(rows) => rows.len(),
            Self::Dense { size, .. } => *size,
        }
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// One vector per position.
#[derive(Debug, Clone, PartialEq)]
pub struct Factors {
    /// Length of each vector, at least 1.
    pub dim: usize,
    /// Vectors, stored one after the other.
    pub values: Vec<f64>,
}

impl Factors {
    /// The vector at a position; empty beyond the last.
    #[must_use]
    pub fn row(&self, row: usize) -> &[f64] {
        self.values.get(row * self.dim..(row + 1) * self.dim).unwrap_or_default()
    }
}

/// A trained model. Positions are those of the training log.
#[derive(Debug, Clone, PartialEq)]
pub enum Fitted {
    /// The same score for every user.
    Scores(Vec<f64>),
    /// Score = Σ of the weights from each item of the history, divided by (history length)^`power`.
    Items {
        /// Rows are history items, columns are candidates.
        weights: Weights,
        /// Power of the history's length; it never changes the order of one user's items.
        power: f64,
    },
    /// Score = Σ of the weights of the neighbours whose history contains the item.
    Users {
        /// Rows are users, columns are their neighbours.
        neighbours: Weights,
        /// Items of each user.
        histories: Rows,
    },
    /// Score = dot product of the user's and the item's vector.
    Factors {
        /// Vectors of users.
        users: Factors,
        /// Vectors of items.
        items: Factors,
    },
}

impl Fitted {
    /// Writes the score of every item for one user into `scores`, whose length is the number of items.
    pub fn score(&self, user: usize, history: &[u32], scores: &mut [f64]) {
        scores.fill(0.0);
        match self {
            Self::Scores(all) => {
                for (score, value) in scores.iter_mut().zip(all) {
                    *score = *value;
                }
            }
            Self::Items { weights, power } => {
                let factor = (history.len() as f64).powf(-power);
                for item in history {
                    weights.add_row(*item as usize, factor, scores);
                }
            }
            Self::Users { neighbours, histories } => {
                for (neighbour, weight) in neighbours.row(user) {
                    for item in histories.row(neighbour as usize) {
                        if let Some(score) = scores.get_mut(*item as usize) {
                            *score += weight;
                        }
                    }
                }
            }
            Self::Factors { users, items } => {
                let user = users.row(user);
                for (item, score) in scores.iter_mut().enumerate() {
                    *score = dot(user, items.row(item));
                }
            }
        }
    }
}

/// Dot product, summed in order.
pub(crate) fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}
