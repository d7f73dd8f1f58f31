//! `filter[q][attribute_predicate]=…`, and the plain `filter[name]=…`.

use super::super::errors::{self, Problem};
use super::listable::Listable;
use super::predicates::{self, Name, Reads};
use super::{split, values};
use crate::domain::commerce_layer::listing::{Clause, Column, Filter, Fold, Kind, Op, Operand};

/// Most values in all filters together: the database walks their expression recursively.
const MAX_TESTS: usize = 500;

/// Parses every filter; all must hold.
pub(super) fn parse(pairs: &[(String, String)], of: &Listable) -> Result<Vec<Filter>, Problem> {
    let filters = pairs.iter().filter(|(name, _)| split(name).0 == "filter");
    let parsed = filters.map(|(name, value)| match split(name).1[..] {
        [] if name == "filter" && value.is_empty() => Ok(Vec::new()),
        [] => Err(errors::invalid_filters_syntax(value)),
        ["q", name] => ransack(name, value, of).map(|filter| vec![filter]),
        ["q"] if value.is_empty() => Ok(Vec::new()),
        ["q"] => Err(errors::invalid_filter_value(value, "q")),
        [name] => plain(name, value, of).map(|clause| vec![vec![clause]]),
        _ => Err(errors::filter_not_allowed(name)),
    });
    let filters: Vec<Filter> = parsed.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    let tests: usize = filters.iter().flatten().map(|clause| clause.values.len() + 1).sum();
    if tests > MAX_TESTS { Err(errors::invalid_filters_syntax("This many conditions")) } else { Ok(filters) }
}

fn ransack(name: &str, value: &str, of: &Listable) -> Result<Filter, Problem> {
    let parsed = predicates::parse(name, of.column).ok_or_else(|| errors::filter_not_allowed(name))?;
    parsed.columns.iter().map(|column| clause(*column, &parsed, name, value)).collect()
}

fn clause(column: Column, parsed: &Name, name: &str, value: &str) -> Result<Clause, Problem> {
    let Name { predicate, fold, .. } = parsed;
    let wrong = || errors::invalid_filter_value(value, name);
    let mut op = predicate.op;
    let parts: Vec<&str> = if fold.is_some() { value.split(',').collect() } else { vec![value] };
    let values = match predicate.reads {
        Reads::Flag(opposite) => {
            if !values::flag(value).ok_or_else(wrong)? {
                op = opposite;
            }
            Vec::new()
        }
        Reads::Boolean => {
            // No attribute is a boolean; of texts, the one that says `true`.
            if !values::flag(value).ok_or_else(wrong)? {
                op = if op == Op::Eq { Op::NotEq } else { Op::Eq };
            }
            vec![values::operand(column, "true").ok_or_else(|| errors::filter_not_allowed(name))?]
        }
        Reads::Pattern(before, behind) => {
            let pattern = |part: &&str| Operand::Text(format!("{before}{}{behind}", values::escaped(part)));
            parts.iter().map(pattern).collect()
        }
        Reads::OwnPattern => parts.iter().map(|part| Operand::Text((*part).to_owned())).collect(),
        Reads::Object => vec![values::object(value).map(Operand::Json).ok_or_else(wrong)?],
        Reads::Value | Reads::List if column.kind() == Kind::Json => {
            vec![values::operand(column, value).ok_or_else(wrong)?]
        }
        Reads::Value | Reads::List => {
            parts.iter().map(|part| values::operand(column, part).ok_or_else(wrong)).collect::<Result<_, _>>()?
        }
    };
    if !values::fits(column, op) {
        return Err(errors::filter_not_allowed(name));
    }
    let fold = fold.unwrap_or(if op == Op::NotEq { Fold::All } else { Fold::Any });
    Ok(Clause { column, op, values, fold, or_null: predicate.or_null })
}

/// One of the listed values; `_from` and `_to` are inclusive.
fn plain(name: &str, value: &str, of: &Listable) -> Result<Clause, Problem> {
    let (base, op) = match name.strip_suffix("_from").map(|base| (base, Op::GtEq)) {
        Some(range) => range,
        None => name.strip_suffix("_to").map_or((name, Op::Eq), |base| (base, Op::LtEq)),
    };
    let column = match base {
        "ids" => (of.column)("id"),
        // Reads as a relationship's attribute under `q` only.
        "customer_email" => None,
        base => (of.column)(base),
    };
    let column = column.filter(|column| op == Op::Eq || column.kind() == Kind::Time);
    let column = column.ok_or_else(|| errors::filter_not_allowed(name))?;
    let parts: Vec<&str> = if column.kind() == Kind::Json { vec![value] } else { value.split(',').collect() };
    let operands = parts.iter().map(|part| values::operand(column, part)).collect::<Option<Vec<_>>>();
    let values = operands.ok_or_else(|| errors::invalid_filter_value(value, name))?;
    Ok(Clause { column, op, values, fold: Fold::Any, or_null: false })
}

#[cfg(test)]
mod tests {
    use super::super::listable::RESETS;
    use super::*;

    fn one(name: &str, value: &str) -> Result<Clause, String> {
        let pairs = [(name.to_owned(), value.to_owned())];
        let code = |problem: Problem| problem.render()["code"].as_str().unwrap().to_owned();
        parse(&pairs, &RESETS).map(|mut filters| filters.remove(0).remove(0)).map_err(code)
    }

    #[test]
    fn values_are_taken_apart() {
        let clause = one("filter[q][reference_in]", "a,b").unwrap();
        assert_eq!(clause.values, [Operand::Text("a".into()), Operand::Text("b".into())]);
        let clause = one("filter[q][reference_cont]", "a,b%").unwrap();
        assert_eq!(clause.values, [Operand::Text(r"%a,b\%%".into())]);
        let clause = one("filter[q][reset_password_at_null]", "false").unwrap();
        assert_eq!((clause.op, clause.values.len()), (Op::NotNull, 0));
        assert_eq!(one("filter[created_at_from]", "2018-01-01").unwrap().op, Op::GtEq);
        assert_eq!(one("filter[ids]", "a,b").unwrap().values.len(), 2);
    }

    #[test]
    fn mistakes() {
        let cases = [
            ("filter", "x", "INVALID_FILTERS_SYNTAX"),
            ("filter[q]", "x", "INVALID_FILTER_VALUE"),
            ("filter[nosuch]", "x", "FILTER_NOT_ALLOWED"),
            ("filter[customer_email]", "x", "FILTER_NOT_ALLOWED"),
            ("filter[reference_from]", "x", "FILTER_NOT_ALLOWED"),
            ("filter[created_at]", "x", "INVALID_FILTER_VALUE"),
            ("filter[q][nosuch_eq]", "x", "FILTER_NOT_ALLOWED"),
            ("filter[q][reference_nosuch]", "x", "FILTER_NOT_ALLOWED"),
            ("filter[q][created_at_lt]", "x", "INVALID_FILTER_VALUE"),
            ("filter[q][created_at_cont]", "x", "FILTER_NOT_ALLOWED"),
            ("filter[q][reset_password_token_cont]", "x", "FILTER_NOT_ALLOWED"),
            ("filter[q][metadata_jcont]", "[1]", "INVALID_FILTER_VALUE"),
            ("filter[q][reference_jcont]", "{}", "FILTER_NOT_ALLOWED"),
            ("filter[q][reference_null]", "maybe", "INVALID_FILTER_VALUE"),
            ("filter[q][a][b]", "x", "FILTER_NOT_ALLOWED"),
        ];
        for (name, value, expected) in cases {
            assert_eq!(one(name, value).unwrap_err(), expected, "{name}");
        }
    }
}
