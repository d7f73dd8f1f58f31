//! One INSERT of many rows with the values written into it, for a server.
//!
//! Bound values would be the usual way, but a statement of thousands of them is prepared anew each
//! time, and the server describes every single one in its answer: that took longer than storing the
//! rows. Text is written in hexadecimal, so there is nothing to escape whatever a text holds.

use std::fmt::{Display, Write};

use chrono::NaiveDateTime;

use super::customers::Customer;

const INSERT: &str = "INSERT INTO customer_entity (entity_id, website_id, email, group_id, increment_id, store_id, \
    created_at, updated_at, is_active, disable_auto_group_change, created_in, prefix, firstname, middlename, lastname, \
    suffix, dob, password_hash, rp_token, rp_token_created_at, default_billing, default_shipping, taxvat, confirmation, \
    gender, failures_num, first_failure, lock_expires) VALUES ";

/// The whole statement.
pub(super) fn insert(rows: &[&Customer]) -> String {
    let mut sql = String::with_capacity(INSERT.len() + rows.len() * 1024);
    sql.push_str(INSERT);
    for (number, row) in rows.iter().enumerate() {
        sql.push_str(if number == 0 { "(" } else { ", (" });
        values(&mut sql, row);
        sql.push(')');
    }
    sql
}

fn values(sql: &mut String, row: &Customer) {
    plain(sql, row.entity_id);
    next(sql, |sql| plain(sql, row.website_id));
    next(sql, |sql| text(sql, row.email.as_deref()));
    next(sql, |sql| plain(sql, Some(row.group_id)));
    next(sql, |sql| text(sql, row.increment_id.as_deref()));
    next(sql, |sql| plain(sql, row.store_id));
    next(sql, |sql| moment(sql, Some(row.created_at)));
    next(sql, |sql| moment(sql, Some(row.updated_at)));
    next(sql, |sql| plain(sql, Some(row.is_active)));
    next(sql, |sql| plain(sql, Some(row.disable_auto_group_change)));
    for value in [&row.created_in, &row.prefix, &row.firstname, &row.middlename, &row.lastname, &row.suffix] {
        next(sql, |sql| text(sql, value.as_deref()));
    }
    next(sql, |sql| text(sql, row.dob.map(|day| day.to_string()).as_deref()));
    next(sql, |sql| text(sql, row.password_hash.as_deref()));
    next(sql, |sql| text(sql, row.rp_token.as_deref()));
    next(sql, |sql| moment(sql, row.rp_token_created_at));
    next(sql, |sql| plain(sql, row.default_billing));
    next(sql, |sql| plain(sql, row.default_shipping));
    next(sql, |sql| text(sql, row.taxvat.as_deref()));
    next(sql, |sql| text(sql, row.confirmation.as_deref()));
    next(sql, |sql| plain(sql, row.gender));
    next(sql, |sql| plain(sql, row.failures_num));
    next(sql, |sql| moment(sql, row.first_failure));
    next(sql, |sql| moment(sql, row.lock_expires));
}

fn next(sql: &mut String, value: impl FnOnce(&mut String)) {
    sql.push(',');
    value(sql);
}

/// A number.
fn plain<T: Display + Copy + Into<i64>>(sql: &mut String, value: Option<T>) {
    match value {
        // Writing into a String cannot fail.
        Some(value) => drop(write!(sql, "{value}")),
        None => sql.push_str("NULL"),
    }
}

fn text(sql: &mut String, value: Option<&str>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let Some(value) = value else { return sql.push_str("NULL") };
    sql.push_str("_utf8mb4 X'");
    for byte in value.bytes() {
        sql.push(char::from(DIGITS[usize::from(byte >> 4)]));
        sql.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    sql.push('\'');
}

fn moment(sql: &mut String, value: Option<NaiveDateTime>) {
    match value {
        Some(moment) => drop(write!(sql, "'{}'", moment.format("%Y-%m-%d %H:%M:%S"))),
        None => sql.push_str("NULL"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_can_end_it() {
        let mut sql = String::new();
        text(&mut sql, Some("a'\\ü"));
        assert_eq!(sql, "_utf8mb4 X'61275cc3bc'");
        sql.clear();
        text(&mut sql, Some(""));
        next(&mut sql, |sql| text(sql, None));
        next(&mut sql, |sql| plain(sql, Some(-5)));
        next(&mut sql, |sql| moment(sql, Some(chrono::DateTime::UNIX_EPOCH.naive_utc())));
        assert_eq!(sql, "_utf8mb4 X'',NULL,-5,'1970-01-01 00:00:00'");
    }
}
