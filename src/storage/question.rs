//! What can be put for several callers in one statement.

use diesel::QueryResult;

use super::connection::Db;
use super::errors::{Verdict, judge};

/// A lookup, or a change, that several callers may want at the same moment.
pub trait Question: Send + Sized + 'static {
    /// What one caller is answered.
    type Answer: Send + 'static;

    /// Answers all of them, in their order. A change may be put again that was made before, in part or whole and
    /// with the same or other company: it then answers what it answered, or would have.
    ///
    /// # Errors
    /// The database's.
    fn answer(db: &mut Db, questions: &[Self]) -> QueryResult<Vec<Self::Answer>>;
}

pub(super) type Answers<Q> = Vec<<Q as Question>::Answer>;

/// None where what is wrong may be wrong with one of several only.
pub(super) fn together<Q: Question>(db: &mut Db, questions: &[Q]) -> QueryResult<Option<Answers<Q>>> {
    match Q::answer(db, questions) {
        Err(error) if questions.len() > 1 && judge(&error) != Verdict::Lost => Ok(None),
        answers => answers.map(Some),
    }
}

/// Sorts rows that say by number whose they are to the questions.
pub(super) fn by_question<R>(rows: Vec<R>, questions: usize, number: impl Fn(&R) -> i32) -> Vec<Vec<R>> {
    let mut sorted: Vec<Vec<R>> = (0..questions).map(|_| Vec::new()).collect();
    for row in rows {
        if let Some(theirs) = usize::try_from(number(&row)).ok().and_then(|index| sorted.get_mut(index)) {
            theirs.push(row);
        }
    }
    sorted
}
