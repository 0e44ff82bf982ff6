//! Which of our two media types a client wants: `Accept`, as RFC 9110 §12.5.1 reads it.

use axum::http::{HeaderMap, HeaderValue, header::ACCEPT};

/// How an answer is written. The two differ in what the status code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MediaType {
    /// `application/graphql-response+json`: the status code tells whether the operation was begun.
    GraphqlResponse,
    /// `application/json`: every GraphQL response is a 200, for clients from before there was the other one.
    Json,
}

impl MediaType {
    pub(super) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        })
    }
}

/// The better of the two for this client; none where it takes neither. Who does not say gets plain JSON.
pub(super) fn negotiate(headers: &HeaderMap) -> Option<MediaType> {
    let mut ranges = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).peekable();
    if ranges.peek().is_none() {
        return Some(MediaType::Json);
    }
    let ranges: Vec<Range<'_>> = ranges.flat_map(|value| value.split(',')).map(Range::parse).collect();
    let json = quality(&ranges, "json");
    let graphql = quality(&ranges, "graphql-response+json");

    if json.is_none() && graphql.is_none() {
        None
    } else if graphql > json {
        Some(MediaType::GraphqlResponse)
    } else {
        Some(MediaType::Json)
    }
}

/// One entry of `Accept`: a type and how much it is liked, from 0 to 1000.
struct Range<'a> {
    kind: &'a str,
    subtype: &'a str,
    quality: u16,
}

impl<'a> Range<'a> {
    fn parse(text: &'a str) -> Self {
        let mut parts = text.split(';').map(str::trim);
        let (kind, subtype) = parts.next().unwrap_or_default().split_once('/').unwrap_or_default();
        let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        Self { kind, subtype, quality: quality.map_or(1000, thousandths) }
    }

    /// How closely the range names `application/subtype`; nothing where it does not.
    fn closeness(&self, subtype: &str) -> Option<u8> {
        match (self.kind, self.subtype) {
            ("*", "*") => Some(0),
            (kind, "*") if kind.eq_ignore_ascii_case("application") => Some(1),
            (kind, other) if kind.eq_ignore_ascii_case("application") && other.eq_ignore_ascii_case(subtype) => Some(2),
            _ => None,
        }
    }
}

/// What the closest range says of `application/subtype`; nothing where none does, or it says zero.
fn quality(ranges: &[Range<'_>], subtype: &str) -> Option<u16> {
    let matching = ranges.iter().filter_map(|range| Some((range.closeness(subtype)?, range.quality)));
    matching.max_by_key(|(closeness, _)| *closeness).map(|(_, quality)| quality).filter(|quality| *quality > 0)
}

/// `0.8` is 800; what makes no sense is 0.
fn thousandths(text: &str) -> u16 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = format!("{fraction:0<3}");
    match (whole, fraction.parse::<u16>()) {
        ("1", _) => 1000,
        ("0", Ok(thousandths)) if thousandths < 1000 => thousandths,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn negotiated(accept: &str) -> Option<MediaType> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, accept.parse().unwrap());
        negotiate(&headers)
    }

    #[test]
    fn the_closest_and_best_liked_range_wins() {
        use MediaType::{GraphqlResponse, Json};
        for (accept, wanted) in [
            ("*/*", Some(Json)),
            ("application/*", Some(Json)),
            ("application/json", Some(Json)),
            ("application/graphql-response+json", Some(GraphqlResponse)),
            (
                "application/graphql-response+json; charset=utf-8, application/json; charset=utf-8;q=0.9",
                Some(GraphqlResponse),
            ),
            ("application/graphql-response+json;q=0.8, application/json;q=0.9", Some(Json)),
            ("application/json;q=0, */*", Some(GraphqlResponse)),
            ("text/html", None),
            ("application/json;q=0", None),
            ("", None),
        ] {
            assert_eq!(negotiated(accept), wanted, "{accept:?}");
        }
        assert_eq!(negotiate(&HeaderMap::new()), Some(Json));
    }
}
