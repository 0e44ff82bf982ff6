//! Parses the texts of a row into the values of a user.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use uuid::Uuid;

use super::column::{Column, Texts};
use crate::accounts::ImportUser;

/// A number from here on is in milliseconds: as seconds, it would be in the year 5138.
const MAX_SECONDS: i64 = 100_000_000_000;

/// Parses the texts of a user. An empty text is treated as absent, and so is an id that is not a UUID.
pub(super) fn user(texts: Texts) -> Result<ImportUser, String> {
    let [id, email, username, password_hash, display_name, created_at, disabled, is_active, email_verified] =
        texts.map(|text| text.filter(|text| !text.trim().is_empty()));
    let disabled = parse(Column::Disabled, disabled, boolean)?;
    let is_active = parse(Column::IsActive, is_active, boolean)?;
    Ok(ImportUser {
        id: id.and_then(|id| Uuid::try_parse(id.trim()).ok()),
        email,
        username,
        display_name,
        password_hash: password_hash.map(Into::into),
        created_at: parse(Column::CreatedAt, created_at, time)?,
        email_verified: parse(Column::EmailVerified, email_verified, boolean)? == Some(true),
        disabled: disabled == Some(true) || is_active == Some(false),
    })
}

fn parse<T>(column: Column, text: Option<String>, parse_text: fn(&str) -> Option<T>) -> Result<Option<T>, String> {
    let value = text.map(|text| parse_text(text.trim()).ok_or_else(|| format!("{column} is not valid")));
    value.transpose()
}

fn boolean(text: &str) -> Option<bool> {
    match &*text.to_ascii_lowercase() {
        "true" | "t" | "yes" | "y" | "1" => Some(true),
        "false" | "f" | "no" | "n" | "0" => Some(false),
        _ => None,
    }
}

/// Parses a time in the formats of databases, JSON and Python, in UTC if it has no time zone, or as seconds or
/// milliseconds since 1970.
fn time(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(number) = text.parse::<i64>() {
        let seconds = (-MAX_SECONDS..MAX_SECONDS).contains(&number);
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
    fn a_time_is_parsed_in_several_formats() {
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
