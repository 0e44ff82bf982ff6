//! From texts, as other systems write them, to the values of a user.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use uuid::Uuid;

use super::column::{Column, Texts};
use crate::accounts::ImportUser;

/// Beyond this, a number of seconds would be in the year 5138, so it is one of milliseconds.
const SECONDS: i64 = 100_000_000_000;

/// The user whom these texts are of. An empty text is none. What is no UUID in the place of an id is not kept.
pub(super) fn user(texts: Texts) -> Result<ImportUser, String> {
    let [id, email, username, password_hash, display_name, created_at, disabled, is_active, email_verified] =
        texts.map(|text| text.filter(|text| !text.trim().is_empty()));
    let disabled = read(Column::Disabled, disabled, yes_or_no)?;
    let is_active = read(Column::IsActive, is_active, yes_or_no)?;
    Ok(ImportUser {
        id: id.and_then(|id| Uuid::try_parse(id.trim()).ok()),
        email,
        username,
        display_name,
        password_hash: password_hash.map(Into::into),
        created_at: read(Column::CreatedAt, created_at, time)?,
        email_verified: read(Column::EmailVerified, email_verified, yes_or_no)? == Some(true),
        disabled: disabled == Some(true) || is_active == Some(false),
    })
}

fn read<T>(column: Column, text: Option<String>, parse: fn(&str) -> Option<T>) -> Result<Option<T>, String> {
    let parsed = text.map(|text| parse(text.trim()).ok_or_else(|| format!("{column} cannot be read")));
    parsed.transpose()
}

fn yes_or_no(text: &str) -> Option<bool> {
    match &*text.to_ascii_lowercase() {
        "true" | "t" | "yes" | "y" | "1" => Some(true),
        "false" | "f" | "no" | "n" | "0" => Some(false),
        _ => None,
    }
}

/// A time as databases, JSON and Python write it, in UTC where no zone is written; seconds or milliseconds since 1970.
fn time(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(number) = text.parse::<i64>() {
        let seconds = (-SECONDS..SECONDS).contains(&number);
        return if seconds { DateTime::from_timestamp(number, 0) } else { DateTime::from_timestamp_millis(number) };
    }
    let text = text.replacen('T', " ", 1);
    let zoned = |format| DateTime::parse_from_str(&text, format).map(|time| time.to_utc());
    let bare = |format| NaiveDateTime::parse_from_str(&text, format).map(|time| time.and_utc());
    zoned("%Y-%m-%d %H:%M:%S%.f%#z")
        .or_else(|_| bare("%Y-%m-%d %H:%M:%S%.fZ"))
        .or_else(|_| bare("%Y-%m-%d %H:%M:%S%.f"))
        .or_else(|_| NaiveDate::parse_from_str(&text, "%Y-%m-%d").map(|day| day.and_time(NaiveTime::MIN).and_utc()))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_it_is_written_in_many_places() {
        for text in [
            "2024-02-03T04:05:06Z",
            "2024-02-03T04:05:06+00:00",
            "2024-02-03 06:05:06.000000+02",
            "2024-02-03 06:05:06+0200",
            "2024-02-03 04:05:06",
            "2024-02-03T04:05:06.000",
            "1706933106",
            "1706933106000",
        ] {
            assert_eq!(time(text).expect(text).to_rfc3339(), "2024-02-03T04:05:06+00:00", "{text}");
        }
        assert_eq!(time("2024-02-03").unwrap().to_rfc3339(), "2024-02-03T00:00:00+00:00");
        for text in ["", "yesterday", "2024-13-03", "03.02.2024", "1.5e9"] {
            assert_eq!(time(text), None, "{text}");
        }
    }
}
