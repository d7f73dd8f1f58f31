//! What a list may be asked for: filters, order, page. Parsed by the door, answered by the storage.

use chrono::NaiveDateTime;

/// A list as it was asked for.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// All must hold.
    pub filters: Vec<Filter>,
    /// First key first; the row id decides ties.
    pub order: Vec<Sort>,
    /// Which part.
    pub page: Page,
}

/// One of the clauses must hold (`a_or_b_eq`).
pub type Filter = Vec<Clause>;

/// A test of one attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// What is tested.
    pub column: Column,
    /// How.
    pub op: Op,
    /// Against what.
    pub values: Vec<Operand>,
    /// Whether one value that holds is enough (`_any`, `_in`) or all must (`_all`, `_not_in`).
    pub fold: Fold,
    /// Whether NULL passes, too (`_or_null`).
    pub or_null: bool,
}

/// How the results for several values are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// One is enough.
    Any,
    /// Each must hold.
    All,
}

/// A test. NULL passes none but [`Op::Null`] and [`Op::Blank`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Op {
    Eq,
    NotEq,
    Lt,
    LtEq,
    Gt,
    GtEq,
    /// The value is a LIKE pattern with `\` as escape, ASCII letters regardless of case.
    Like,
    NotLike,
    Null,
    NotNull,
    /// NULL or empty.
    Blank,
    Present,
    /// The value is a JSON object that must be in the column's.
    Contains,
}

/// A value to test against, in the type of its column.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Operand {
    Text(String),
    Time(NaiveDateTime),
    Number(i64),
    Json(String),
}

/// What can be tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Column {
    Id,
    /// Only for equality: the token is found by its digest.
    Token,
    ResetPasswordAt,
    CreatedAt,
    UpdatedAt,
    Reference,
    ReferenceOrigin,
    Metadata,
    /// The customer's.
    Email,
    CustomerId,
    EventId,
    /// An event's.
    Name,
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Kind {
    Text,
    /// Text of which only equality is known.
    Opaque,
    Time,
    Json,
}

impl Column {
    /// Its type, as a client sees it.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::Token | Self::CustomerId | Self::EventId => Kind::Opaque,
            Self::ResetPasswordAt | Self::CreatedAt | Self::UpdatedAt => Kind::Time,
            Self::Metadata => Kind::Json,
            Self::Id | Self::Reference | Self::ReferenceOrigin | Self::Email | Self::Name => Kind::Text,
        }
    }
}

/// A key of the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub key: SortKey,
    /// Greatest first.
    pub descending: bool,
}

/// What can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum SortKey {
    /// The order of creation: Commerce Layer's ids are encoded row numbers.
    Id,
    CreatedAt,
    UpdatedAt,
    Reference,
    ReferenceOrigin,
    Customer,
    Email,
    Name,
}

/// Part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// From 1.
    pub number: i64,
    /// At most [`Page::MAX`].
    pub size: i64,
}

impl Page {
    /// The largest page.
    pub const MAX: i64 = 25;

    /// Rows before this page.
    #[must_use]
    pub fn offset(self) -> i64 {
        (self.number - 1).saturating_mul(self.size)
    }
}

impl Default for Page {
    fn default() -> Self {
        Self { number: 1, size: 10 }
    }
}
