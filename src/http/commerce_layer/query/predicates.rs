//! Ransack's predicates: a table, and the taking apart of `reference_or_id_not_eq_all`.

use crate::domain::commerce_layer::listing::{Column, Fold, Op};

/// How a predicate's value is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// As it is; with `_any` and `_all` a list.
    Value,
    /// Always a list.
    List,
    /// `true` or `false`; false turns the test round.
    Flag(Op),
    /// Part of a text: `%` before and behind.
    Pattern(&'static str, &'static str),
    /// A pattern of the client's own.
    OwnPattern,
    /// A JSON object.
    Object,
    /// `true` or `false` as the value.
    Boolean,
}

/// A predicate.
#[derive(Debug)]
pub struct Predicate {
    name: &'static str,
    /// The test.
    pub op: Op,
    /// Its value.
    pub reads: Reads,
    /// Whether NULL passes.
    pub or_null: bool,
}

const fn row(name: &'static str, op: Op, reads: Reads) -> Predicate {
    Predicate { name, op, reads, or_null: false }
}

const fn or_null(name: &'static str, op: Op, reads: Reads) -> Predicate {
    Predicate { name, op, reads, or_null: true }
}

/// Longer names first: `_not_eq` ends in `_eq`.
static PREDICATES: &[Predicate] = &[
    or_null("not_eq_or_null", Op::NotEq, Reads::Value),
    or_null("not_in_or_null", Op::NotEq, Reads::List),
    row("does_not_match", Op::NotLike, Reads::OwnPattern),
    or_null("eq_or_null", Op::Eq, Reads::Value),
    row("not_start", Op::NotLike, Reads::Pattern("", "%")),
    row("not_cont", Op::NotLike, Reads::Pattern("%", "%")),
    row("not_null", Op::NotNull, Reads::Flag(Op::Null)),
    row("not_end", Op::NotLike, Reads::Pattern("%", "")),
    row("matches", Op::Like, Reads::OwnPattern),
    row("present", Op::Present, Reads::Flag(Op::Blank)),
    row("not_eq", Op::NotEq, Reads::Value),
    row("not_in", Op::NotEq, Reads::List),
    row("start", Op::Like, Reads::Pattern("", "%")),
    row("blank", Op::Blank, Reads::Flag(Op::Present)),
    row("jcont", Op::Contains, Reads::Object),
    row("false", Op::NotEq, Reads::Boolean),
    row("lteq", Op::LtEq, Reads::Value),
    row("gteq", Op::GtEq, Reads::Value),
    row("cont", Op::Like, Reads::Pattern("%", "%")),
    row("null", Op::Null, Reads::Flag(Op::NotNull)),
    row("true", Op::Eq, Reads::Boolean),
    row("end", Op::Like, Reads::Pattern("%", "")),
    row("eq", Op::Eq, Reads::Value),
    row("lt", Op::Lt, Reads::Value),
    row("gt", Op::Gt, Reads::Value),
    row("in", Op::Eq, Reads::List),
];

/// What a filter's name says.
#[derive(Debug)]
pub struct Name {
    /// Joined by `_or_`.
    pub columns: Vec<Column>,
    /// The test.
    pub predicate: &'static Predicate,
    /// `_any` or `_all`; `_in` and `_not_in` bring theirs along. None for a single value.
    pub fold: Option<Fold>,
}

/// Takes a name apart; `None` when an attribute or the predicate does not exist.
pub fn parse(name: &str, column: fn(&str) -> Option<Column>) -> Option<Name> {
    let folds = [("_any", Some(Fold::Any)), ("_all", Some(Fold::All)), ("", None)];
    let candidates = folds.iter().filter_map(|(suffix, fold)| Some((name.strip_suffix(suffix)?, *fold)));
    candidates.flat_map(|(name, fold)| PREDICATES.iter().map(move |one| (name, fold, one))).find_map(
        |(name, fold, predicate)| {
            let attributes = name.strip_suffix(predicate.name)?.strip_suffix('_')?;
            let columns = attributes.split("_or_").map(column).collect::<Option<Vec<_>>>()?;
            let fold = predicate.fold(fold)?;
            Some(Name { columns, predicate, fold })
        },
    )
}

impl Predicate {
    /// What `_any` and `_all` mean here; `None` where they cannot stand.
    #[expect(clippy::option_option, reason = "no answer, or the answer that there is a single value")]
    fn fold(&self, given: Option<Fold>) -> Option<Option<Fold>> {
        match (self.reads, given) {
            (Reads::List, None) => Some(Some(if self.op == Op::NotEq { Fold::All } else { Fold::Any })),
            (Reads::Value | Reads::Pattern(..) | Reads::OwnPattern, given) => Some(given),
            (_, None) => Some(None),
            (_, Some(_)) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::listable::RESETS;
    use super::*;

    fn parse(name: &str) -> Option<Name> {
        super::parse(name, RESETS.column)
    }

    #[test]
    fn names() {
        let name = parse("reference_or_reference_origin_not_eq_or_null").unwrap();
        assert_eq!(name.columns, [Column::Reference, Column::ReferenceOrigin]);
        assert!(name.predicate.or_null && name.predicate.op == Op::NotEq && name.fold.is_none());
        let name = parse("customer_email_cont_any").unwrap();
        assert_eq!((&name.columns[..], name.fold), (&[Column::Email][..], Some(Fold::Any)));
        assert_eq!(parse("id_not_in").unwrap().fold, Some(Fold::All));
        assert_eq!(parse("reset_password_at_null").unwrap().predicate.op, Op::Null);
        assert_eq!(parse("reset_password_at_not_null").unwrap().predicate.op, Op::NotNull);
    }

    #[test]
    fn every_documented_name_is_known() {
        let folded = "eq not_eq eq_or_null not_eq_or_null matches does_not_match lt lteq gt gteq start not_start end \
                      not_end cont not_cont";
        let single = "present blank null not_null in not_in not_in_or_null true false jcont";
        for name in folded.split_whitespace() {
            for suffix in ["", "_any", "_all"] {
                assert!(parse(&format!("reference_{name}{suffix}")).is_some(), "{name}{suffix}");
            }
        }
        for name in single.split_whitespace() {
            assert!(parse(&format!("reference_{name}")).is_some(), "{name}");
        }
    }

    #[test]
    fn strangers() {
        for name in
            ["", "eq", "_eq", "nosuch_eq", "reference", "reference_like", "reference_or_nosuch_eq", "id_null_any"]
        {
            assert!(parse(name).is_none(), "{name}");
        }
    }
}
