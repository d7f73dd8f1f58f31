//! Filters of a [`Listing`](crate::domain::commerce_layer::listing::Listing) as boxed conditions.
//!
//! Each test stands once for both databases. A value is always bound, never spliced into SQL.

use diesel::expression::BoxableExpression;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamp};

use super::connection::MultiBackend;
use super::schema::rekey_reset_resource as r;
use crate::domain::commerce_layer::listing::{Clause, Column, Fold, Op, Operand};
use crate::domain::commerce_layer::metadata;

diesel::define_sql_function! {
    /// Lower case; ASCII only on SQLite.
    fn lower(text: Nullable<Text>) -> Nullable<Text>;
}

diesel::define_sql_function! {
    /// MySQL's own; on SQLite it is registered with each connection.
    fn json_contains(whole: Text, part: Text) -> Bool;
}

type Boxed<T, S> = Box<dyn BoxableExpression<T, MultiBackend, SqlType = S>>;
type Condition<T> = Boxed<T, Nullable<Bool>>;

/// The escape character of LIKE patterns.
const ESCAPE: char = '\\';

/// Any of the clauses.
pub(super) fn build(clauses: &[Clause]) -> Condition<r::table> {
    fold(clauses.iter().map(clause).collect(), Fold::Any)
}

fn clause(clause: &Clause) -> Condition<r::table> {
    match clause.column {
        Column::Id => text(clause, || Box::new(r::public_id.nullable())),
        Column::Token => text(clause, || Box::new(r::token_digest.nullable())),
        Column::Reference => text(clause, || Box::new(r::reference)),
        Column::ReferenceOrigin => text(clause, || Box::new(r::reference_origin)),
        // Emails count regardless of case; the values are in lower case already.
        Column::CustomerEmail => text(clause, || Box::new(lower(r::customer_email.nullable()))),
        Column::ResetPasswordAt => time(clause, || Box::new(r::reset_password_at)),
        Column::CreatedAt => time(clause, || Box::new(r::created_at.nullable())),
        Column::UpdatedAt => time(clause, || Box::new(r::updated_at.nullable())),
        Column::CustomerId => number(clause, || Box::new(r::customer_id.nullable())),
        Column::EventId => number(clause, || Box::new(r::id.nullable())),
        Column::Metadata => metadata_test(clause),
    }
}

fn text<T: diesel::Table + 'static>(clause: &Clause, column: impl Fn() -> Boxed<T, Nullable<Text>>) -> Condition<T> {
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

fn time(clause: &Clause, column: impl Fn() -> Boxed<r::table, Nullable<Timestamp>>) -> Condition<r::table> {
    let tests = clause.values.iter().map(|value| {
        let Operand::Time(value) = value else { return never(&column) };
        let value = *value;
        match clause.op {
            Op::Eq => Box::new(column().eq(value)) as Condition<r::table>,
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
fn number(clause: &Clause, column: impl Fn() -> Boxed<r::table, Nullable<BigInt>>) -> Condition<r::table> {
    let tests = clause.values.iter().map(|value| {
        let Operand::Number(value) = value else { return never(&column) };
        match clause.op {
            Op::Eq => Box::new(column().eq(*value)) as Condition<r::table>,
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

/// `metadata` is never NULL; `{}` is blank.
fn metadata_test(clause: &Clause) -> Condition<r::table> {
    let column = || Box::new(r::metadata.nullable()) as Boxed<r::table, Nullable<Text>>;
    let tests = clause.values.iter().map(|value| {
        let Operand::Json(value) = value else { return never(&column) };
        let (part, whole) = (value.clone(), value.clone());
        let contains = json_contains(r::metadata, part);
        let equal = json_contains(r::metadata, value.clone()).and(json_contains(whole, r::metadata));
        match clause.op {
            Op::Contains => Box::new(contains.nullable()) as Condition<r::table>,
            Op::Eq => Box::new(equal.nullable()),
            Op::NotEq => Box::new(diesel::dsl::not(equal).nullable()),
            _ => never(&column),
        }
    });
    match clause.op {
        Op::Null => never(&column),
        Op::NotNull => Box::new(column().is_not_null().nullable()),
        Op::Blank => Box::new(r::metadata.eq("{}".to_owned()).nullable()),
        Op::Present => Box::new(r::metadata.ne("{}".to_owned()).nullable()),
        _ => fold(tests.collect(), clause.fold),
    }
}

fn or_null<T: diesel::Table + 'static, S: diesel::sql_types::SingleValue + 'static>(
    clause: &Clause,
    condition: Condition<T>,
    column: impl Fn() -> Boxed<T, S>,
) -> Condition<T> {
    if clause.or_null { Box::new(condition.or(column().is_null().nullable())) } else { condition }
}

/// True for nobody: a column cannot be NULL and not NULL.
fn never<T: diesel::Table + 'static, S: diesel::sql_types::SingleValue + 'static>(
    column: &impl Fn() -> Boxed<T, S>,
) -> Condition<T> {
    Box::new(column().is_null().and(column().is_not_null()).nullable())
}

/// No test at all holds for everybody under [`Fold::All`], for nobody under [`Fold::Any`].
fn fold<T: diesel::Table + 'static>(tests: Vec<Condition<T>>, fold: Fold) -> Condition<T> {
    let joined = tests.into_iter().reduce(|left, right| match fold {
        Fold::Any => Box::new(left.or(right)),
        Fold::All => Box::new(left.and(right)),
    });
    joined.unwrap_or_else(|| Box::new(Some(fold == Fold::All).into_sql::<Nullable<Bool>>()))
}

/// Gives an SQLite connection what MySQL brings along.
pub(super) fn register(db: &mut SqliteConnection) -> QueryResult<()> {
    json_contains_utils::register_impl(db, |whole: String, part: String| {
        let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text);
        parse(&whole).is_ok_and(|whole| parse(&part).is_ok_and(|part| metadata::contains(&whole, &part)))
    })
}
