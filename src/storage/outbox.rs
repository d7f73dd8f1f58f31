//! Queries on `rekey_mail`, the outbox.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::connection::Db;
use super::schema::rekey_mail as m;
use super::update::update;

/// A mail to be sent.
#[derive(Clone, Debug)]
pub struct NewMail {
    /// What it is about, for people who look at the queue.
    pub kind: String,
    /// The letter as JSON, sealed with the crypt key: a stolen dump holds no link.
    pub sealed: String,
    /// UTC, whole seconds.
    pub now: NaiveDateTime,
}

/// Puts a mail into the outbox; called inside the transaction of what it is about, so that there is
/// never the one without the other.
///
/// # Errors
/// The database's.
pub fn insert(db: &mut Db, mail: &NewMail) -> QueryResult<()> {
    diesel::insert_into(m::table)
        .values((
            m::kind.eq(&mail.kind),
            m::sealed.eq(&mail.sealed),
            m::created_at.eq(mail.now),
            m::due_at.eq(mail.now),
            m::attempts.eq(0),
        ))
        .execute(db)?;
    Ok(())
}

/// A mail in the outbox.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = m)]
pub struct Mail {
    /// Grows with every mail.
    pub id: i64,
    /// What it is about.
    pub kind: String,
    /// The letter.
    pub sealed: String,
    /// UTC.
    pub created_at: NaiveDateTime,
    /// When it may be taken next, UTC; none when it was given up.
    pub due_at: Option<NaiveDateTime>,
    /// How often sending it failed.
    pub attempts: i32,
    /// Why sending failed last.
    pub last_error: Option<String>,
    /// When it was given up, UTC.
    pub given_up_at: Option<NaiveDateTime>,
}

/// Takes at most `limit` mails that are due, for as long as `until`.
///
/// Each is taken by an UPDATE whose WHERE no longer holds after it: of any number of couriers on any
/// number of processes one counts the row. Nobody holds a lock while a mail is under way, and what a
/// killed process had taken is due again when its lease is over.
///
/// # Errors
/// The database's.
pub fn claim(db: &mut Db, claim: &str, now: NaiveDateTime, until: NaiveDateTime, limit: i64) -> QueryResult<Vec<Mail>> {
    let due: Vec<i64> =
        m::table.filter(m::due_at.le(now)).order((m::due_at, m::id)).limit(limit).select(m::id).load(db)?;
    let mut taken = Vec::new();
    for id in due {
        let counted = update(m::table.find(id).filter(m::due_at.le(now)))
            .set((m::due_at.eq(until), m::claimed_by.eq(claim)))
            .execute(db)?;
        if counted == 1 {
            taken.extend(m::table.find(id).select(Mail::as_select()).first(db).optional()?);
        }
    }
    Ok(taken)
}

/// Forgets a mail that was sent.
///
/// # Errors
/// The database's.
pub fn sent(db: &mut Db, id: i64) -> QueryResult<()> {
    diesel::delete(m::table.find(id)).execute(db).map(|_| ())
}

/// What became of a mail that could not be sent.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Which mail.
    pub id: i64,
    /// Whose claim; another's is left alone.
    pub claim: String,
    /// Without secrets, at most 255 characters.
    pub error: String,
    /// When to try again; none to give up.
    pub again_at: Option<NaiveDateTime>,
    /// UTC, whole seconds.
    pub now: NaiveDateTime,
}

/// Notes that a mail could not be sent, and when it is tried again.
///
/// # Errors
/// The database's.
pub fn failed(db: &mut Db, failure: &Failure) -> QueryResult<()> {
    let given_up_at = failure.again_at.is_none().then_some(failure.now);
    update(m::table.find(failure.id).filter(m::claimed_by.eq(&failure.claim)))
        .set((
            m::attempts.eq(m::attempts + 1),
            m::claimed_by.eq(None::<String>),
            m::last_error.eq(&failure.error),
            m::due_at.eq(failure.again_at),
            m::given_up_at.eq(given_up_at),
        ))
        .execute(db)
        .map(|_| ())
}

/// When the next mail is due, whoever has taken it.
///
/// # Errors
/// The database's.
pub fn next_due(db: &mut Db) -> QueryResult<Option<NaiveDateTime>> {
    m::table
        .filter(m::due_at.is_not_null())
        .order(m::due_at)
        .select(m::due_at)
        .first(db)
        .optional()
        .map(Option::flatten)
}

/// The queue in the order of arrival, given up ones included, at most `limit` after the id `after`.
///
/// # Errors
/// The database's.
pub fn list(db: &mut Db, limit: i64, after: i64) -> QueryResult<Vec<Mail>> {
    m::table.filter(m::id.gt(after)).order(m::id).limit(limit).select(Mail::as_select()).load(db)
}

/// Makes mails due at once, one or (`None`) all that nobody has in hand; the given up ones begin
/// anew. Answers how many.
///
/// # Errors
/// The database's.
pub fn retry(db: &mut Db, id: Option<i64>, now: NaiveDateTime) -> QueryResult<usize> {
    // Its age counts from now, too: after `mail.give_up_after` it would be given up again at once.
    let anew = (m::created_at.eq(now), m::attempts.eq(0), m::given_up_at.eq(None::<NaiveDateTime>));
    let given_up = m::table.filter(m::given_up_at.is_not_null());
    // Taking away a mail that a courier has in hand would send it twice.
    let free = m::table.filter(m::claimed_by.is_null());
    if let Some(id) = id {
        update(given_up.filter(m::id.eq(id))).set(anew).execute(db)?;
        return update(free.filter(m::id.eq(id))).set(m::due_at.eq(now)).execute(db);
    }
    update(given_up).set(anew).execute(db)?;
    update(free).set(m::due_at.eq(now)).execute(db)
}
