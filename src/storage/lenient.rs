//! Dates that are none: MySQL lets `0000-00-00` and `2024-00-01` into a Magento's rows where it is not
//! strict. They are read as NULL; a token of such a time is expired.

use chrono::{DateTime, NaiveDateTime};
use diesel::backend::Backend;
use diesel::deserialize::{FromSql, FromSqlRow, Result};
use diesel::sql_types::is_nullable::NotNull;
use diesel::sql_types::{Nullable, SqlType, Timestamp};

/// A date or time, or none where the database holds what is no date.
#[derive(FromSqlRow)]
pub struct Lenient<T>(Option<T>);

impl<T, ST, DB> FromSql<Nullable<ST>, DB> for Lenient<T>
where
    DB: Backend,
    ST: SqlType<IsNull = NotNull>,
    T: FromSql<ST, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> Result<Self> {
        Ok(Self(T::from_sql(bytes).ok()))
    }

    fn from_nullable_sql(bytes: Option<DB::RawValue<'_>>) -> Result<Self> {
        bytes.map_or(Ok(Self(None)), <Self as FromSql<Nullable<ST>, DB>>::from_sql)
    }
}

impl<DB: Backend> FromSql<Timestamp, DB> for Lenient<NaiveDateTime>
where
    NaiveDateTime: FromSql<Timestamp, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> Result<Self> {
        Ok(Self(NaiveDateTime::from_sql(bytes).ok()))
    }
}

impl<T> From<Lenient<T>> for Option<T> {
    fn from(lenient: Lenient<T>) -> Self {
        lenient.0
    }
}

/// Where there must be a time: the earliest that Magento's columns can hold.
impl From<Lenient<Self>> for NaiveDateTime {
    fn from(lenient: Lenient<Self>) -> Self {
        lenient.0.unwrap_or_else(|| DateTime::UNIX_EPOCH.naive_utc() + chrono::TimeDelta::seconds(1))
    }
}
