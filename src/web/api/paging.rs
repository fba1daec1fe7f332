//! Pages of lists that the store gives whole because they are short: clusters, signals, actions. The
//! cursor is the id of the last row, so that rows that arrive meanwhile shift nothing.

use std::str::FromStr;

use super::parameters::Parameters;
use crate::domain::complaint::FieldError;
use crate::web::problem::ApiError;

/// Rows of a page when none are asked for.
pub(super) const DEFAULT_PAGE_SIZE: usize = 100;
/// Most rows of a page.
pub(super) const MAX_PAGE_SIZE: usize = 500;

/// Which rows of a list.
#[derive(Debug)]
pub(super) struct ListPage<Id> {
    limit: usize,
    after: Option<Id>,
}

impl<Id: FromStr + PartialEq + Copy> ListPage<Id> {
    /// Reads `limit` and `after`.
    pub(super) fn read(parameters: &mut Parameters) -> Self {
        Self {
            limit: parameters.number("limit", DEFAULT_PAGE_SIZE, 1..=MAX_PAGE_SIZE),
            after: parameters.parsed("after", "send `next` of the page before", |text| text.parse().ok()),
        }
    }

    /// The rows of the page, and the id after which the next one starts.
    ///
    /// # Errors
    /// When the cursor is none of the rows.
    pub(super) fn cut<T>(
        &self,
        rows: Vec<T>,
        id_of: impl Fn(&T) -> Id,
    ) -> Result<(Vec<T>, Option<Id>), ApiError> {
        let start = match self.after {
            None => 0,
            Some(after) => match rows.iter().position(|row| id_of(row) == after) {
                Some(index) => index + 1,
                None => {
                    let reason = "belongs to another question";
                    let error = FieldError::new("after", "foreign_cursor", reason, "start again without it");
                    return Err(ApiError::InvalidParameters { errors: vec![error] });
                }
            },
        };
        let is_last = rows.len() - start <= self.limit;
        let page: Vec<T> = rows.into_iter().skip(start).take(self.limit).collect();
        let next = page.last().map(id_of).filter(|_| !is_last);
        Ok((page, next))
    }
}
