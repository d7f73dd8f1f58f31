//! Clauses of a [`Listing`](crate::domain::commerce_layer::listing::Listing) as boxed conditions: one
//! function for each type of column. Which column a clause means is said beside the table
//! (`reset_list`, `event_list`, `customer_list`).
//!
//! Each test stands once for both databases. A value is always bound, never spliced into SQL.

use diesel::expression::BoxableExpression;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamp};

use super::connection::MultiBackend;
use crate::domain::commerce_layer::listing::{Clause, Filter, Fold, Op, Operand};
use crate::domain::commerce_layer::metadata;

diesel::define_sql_function! {
    /// Lower case; ASCII only on SQLite.
    fn lower(text: Nullable<Text>) -> Nullable<Text>;
}

diesel::define_sql_function! {
    /// MySQL's own; on SQLite it is registered with each connection.
    fn json_contains(whole: Nullable<Text>, part: Nullable<Text>) -> Nullable<Bool>;
}

pub(super) type Boxed<T, S> = Box<dyn BoxableExpression<T, MultiBackend, SqlType = S>>;
pub(super) type Condition<T> = Boxed<T, Nullable<Bool>>;

/// The escape character of LIKE patterns.
const ESCAPE: char = '\\';

/// Any of the clauses.
pub(super) fn any<T: Table + 'static>(filter: &Filter, clause: impl Fn(&Clause) -> Condition<T>) -> Condition<T> {
    fold(filter.iter().map(clause).collect(), Fold::Any)
}

/// A column that a resource shows and no table has: always NULL.
pub(super) fn null<T: Table + 'static>() -> Boxed<T, Nullable<Text>> {
    Box::new(None::<String>.into_sql::<Nullable<Text>>())
}

/// A text.
pub(super) fn text<T: Table + 'static>(clause: &Clause, column: impl Fn() -> Boxed<T, Nullable<Text>>) -> Condition<T> {
    match clause.op {
        Op::Null => return Box::new(column().is_null().nullable()),
        Op::NotNull => return Box::new(column().is_not_null().nullable()),
        Op::Blank => return Box::new(column().is_null().nullable().or(column().eq(String::new()))),
        Op::Present => return Box::new(column().ne(String::new())),
        _ => {}
    }
    let tests = clause.values.iter().map(|value| {
        let Operand::Text(value) = value else { return never(&column) };
        let value = value.clone();
        match clause.op {
            Op::Eq => Box::new(column().eq(value)) as Condition<T>,
            Op::NotEq => Box::new(column().ne(value)),
            Op::Lt => Box::new(column().lt(value)),
            Op::LtEq => Box::new(column().le(value)),
            Op::Gt => Box::new(column().gt(value)),
            Op::GtEq => Box::new(column().ge(value)),
            Op::Like => Box::new(lower(column()).like(lower(value)).escape(ESCAPE)),
            Op::NotLike => Box::new(lower(column()).not_like(lower(value)).escape(ESCAPE)),
            Op::Null | Op::NotNull | Op::Blank | Op::Present | Op::Contains => never(&column),
        }
    });
    or_null(clause, fold(tests.collect(), clause.fold), column)
}

/// A time.
pub(super) fn time<T: Table + 'static>(
    clause: &Clause,
    column: impl Fn() -> Boxed<T, Nullable<Timestamp>>,
) -> Condition<T> {
    let tests = clause.values.iter().map(|value| {
        let Operand::Time(value) = value else { return never(&column) };
        let value = *value;
        match clause.op {
            Op::Eq => Box::new(column().eq(value)) as Condition<T>,
            Op::NotEq => Box::new(column().ne(value)),
            Op::Lt => Box::new(column().lt(value)),
            Op::LtEq => Box::new(column().le(value)),
            Op::Gt => Box::new(column().gt(value)),
            Op::GtEq => Box::new(column().ge(value)),
            _ => never(&column),
        }
    });
    match clause.op {
        Op::Null | Op::Blank => Box::new(column().is_null().nullable()),
        Op::NotNull | Op::Present => Box::new(column().is_not_null().nullable()),
        _ => {
            let folded = fold(tests.collect(), clause.fold);
            or_null(clause, folded, column)
        }
    }
}

/// Row ids, in the place of the public ids that were asked for.
pub(super) fn number<T: Table + 'static>(
    clause: &Clause,
    column: impl Fn() -> Boxed<T, Nullable<BigInt>>,
) -> Condition<T> {
    let tests = clause.values.iter().map(|value| {
        let Operand::Number(value) = value else { return never(&column) };
        match clause.op {
            Op::Eq => Box::new(column().eq(*value)) as Condition<T>,
            Op::NotEq => Box::new(column().ne(*value)),
            _ => never(&column),
        }
    });
    match clause.op {
        Op::Null | Op::Blank => never(&column),
        Op::NotNull | Op::Present => Box::new(column().is_not_null().nullable()),
        _ => fold(tests.collect(), clause.fold),
    }
}

/// A JSON object in a text; `{}` is blank.
pub(super) fn json<T: Table + 'static>(clause: &Clause, column: impl Fn() -> Boxed<T, Nullable<Text>>) -> Condition<T> {
    let tests = clause.values.iter().map(|value| {
        let Operand::Json(value) = value else { return never(&column) };
        let bound = || Box::new(Some(value.clone()).into_sql::<Nullable<Text>>()) as Boxed<T, Nullable<Text>>;
        let contains = json_contains(column(), bound());
        match clause.op {
            Op::Contains => Box::new(contains) as Condition<T>,
            Op::Eq => Box::new(contains.and(json_contains(bound(), column()))),
            Op::NotEq => Box::new(diesel::dsl::not(contains.and(json_contains(bound(), column())))),
            _ => never(&column),
        }
    });
    match clause.op {
        Op::Null => Box::new(column().is_null().nullable()),
        Op::NotNull => Box::new(column().is_not_null().nullable()),
        Op::Blank => Box::new(column().eq("{}".to_owned())),
        Op::Present => Box::new(column().ne("{}".to_owned())),
        _ => fold(tests.collect(), clause.fold),
    }
}

fn or_null<T: Table + 'static, S: diesel::sql_types::SingleValue + 'static>(
    clause: &Clause,
    condition: Condition<T>,
    column: impl Fn() -> Boxed<T, S>,
) -> Condition<T> {
    if clause.or_null { Box::new(condition.or(column().is_null().nullable())) } else { condition }
}

/// True for nobody: a column cannot be NULL and not NULL.
fn never<T: Table + 'static, S: diesel::sql_types::SingleValue + 'static>(
    column: &impl Fn() -> Boxed<T, S>,
) -> Condition<T> {
    Box::new(column().is_null().and(column().is_not_null()).nullable())
}

/// No test at all holds for everybody under [`Fold::All`], for nobody under [`Fold::Any`].
fn fold<T: Table + 'static>(tests: Vec<Condition<T>>, fold: Fold) -> Condition<T> {
    let joined = tests.into_iter().reduce(|left, right| match fold {
        Fold::Any => Box::new(left.or(right)),
        Fold::All => Box::new(left.and(right)),
    });
    joined.unwrap_or_else(|| Box::new(Some(fold == Fold::All).into_sql::<Nullable<Bool>>()))
}

/// Gives an SQLite connection what MySQL brings along.
pub(super) fn register(db: &mut SqliteConnection) -> QueryResult<()> {
    json_contains_utils::register_impl(db, |whole: Option<String>, part: Option<String>| {
        let parse = |text: Option<String>| serde_json::from_str::<serde_json::Value>(&text?).ok();
        Some(metadata::contains(&parse(whole)?, &parse(part)?))
    })
}
