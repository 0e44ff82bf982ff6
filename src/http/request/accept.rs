//! Which of our two media types a client wants: `Accept`, as RFC 9110 §12.5.1 reads it.

use axum::http::{HeaderMap, HeaderValue, header::ACCEPT};

/// How an answer is written. The two differ in what the status code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum MediaType {
    /// `application/graphql-response+json`: the status code tells whether the operation was begun.
    GraphqlResponse,
    /// `application/json`: every GraphQL response is a 200, for clients from before there was the other one.
    Json,
}

impl MediaType {
    pub(in crate::http) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        })
    }
}

/// The better of the two for this client; `None` where it accepts neither. A client that does not say gets plain JSON.
pub(in crate::http) fn negotiate(headers: &HeaderMap) -> Option<MediaType> {
    let Some(accepted) = Accepted::by(headers) else { return Some(MediaType::Json) };
    let json = accepted.quality("application", "json");
    let graphql = accepted.quality("application", "graphql-response+json");

    if json.is_none() && graphql.is_none() {
        None
    } else if graphql > json {
        Some(MediaType::GraphqlResponse)
    } else {
        Some(MediaType::Json)
    }
}

/// The media types that a client accepts.
pub(in crate::http) struct Accepted(Vec<Range>);

impl Accepted {
    /// What the headers say; `None` where there is no such header, or none with anything in it.
    pub(in crate::http) fn by(headers: &HeaderMap) -> Option<Self> {
        let mut ranges: Vec<Range> = Vec::new();
        for value in headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()) {
            for element in outside_quotes(value, ',').map(str::trim).filter(|element| !element.is_empty()) {
                match ranges.last_mut() {
                    // `q=0,5`, as some languages write numbers: the weight before it made no sense.
                    Some(before) if element.bytes().all(|byte| byte.is_ascii_digit()) => before.quality = MOST,
                    _ => ranges.push(Range::parse(element)),
                }
            }
        }
        (!ranges.is_empty()).then_some(Self(ranges))
    }

    /// How much the client likes a type, from 1 to 1000, by the range that names it most closely; `None` if it does not
    /// accept the type.
    pub(in crate::http) fn quality(&self, kind: &str, subtype: &str) -> Option<u16> {
        let named = self.0.iter().filter_map(|range| Some((range.closeness(kind, subtype)?, range.quality)));
        named.max().map(|(_, quality)| quality).filter(|quality| *quality > 0)
    }
}

/// The weight of a range without one, in thousandths.
const MOST: u16 = 1000;

/// One entry of `Accept`: a range of types and its weight, from 0 to 1000.
struct Range {
    kind: String,
    subtype: String,
    quality: u16,
}

impl Range {
    fn parse(text: &str) -> Self {
        let mut parts = outside_quotes(text, ';').map(str::trim);
        let range = parts.next().unwrap_or_default();
        // Java before JDK 19 writes `*` for `*/*`.
        let (kind, subtype) = if range == "*" { ("*", "*") } else { range.split_once('/').unwrap_or_default() };
        let [kind, subtype] = [kind, subtype].map(|name| name.trim().to_ascii_lowercase());
        let weight =
            parts.filter_map(|part| part.split_once('=')).find(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
        Self { kind, subtype, quality: weight.map_or(MOST, |(_, text)| thousandths(text.trim().trim_matches('"'))) }
    }

    /// How closely the range names a type; `None` where it does not.
    fn closeness(&self, kind: &str, subtype: &str) -> Option<u8> {
        match (&*self.kind, &*self.subtype) {
            ("*", "*") => Some(0),
            (of_kind, "*") if of_kind == kind => Some(1),
            // `application/*+json`, as Spring's clients write it.
            (of_kind, suffix)
                if of_kind == kind && suffix.strip_prefix('*').is_some_and(|end| subtype.ends_with(end)) =>
            {
                Some(2)
            }
            (of_kind, of_subtype) if of_kind == kind && of_subtype == subtype => Some(3),
            _ => None,
        }
    }
}

/// `0.8` is 800. Digits may be missing on either side of the point, and there may be more than three: the rest is cut.
/// A weight that makes no sense counts as 1, as if there were none.
fn thousandths(text: &str) -> u16 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number =
        (whole.len() + fraction.len() > 0) && whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit());
    if !is_number || whole.bytes().any(|digit| digit != b'0') {
        return MOST;
    }
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(3);
    digits.fold(0, |number, digit| number * 10 + u16::from(digit - b'0'))
}

/// The parts of a header between separators, which do not count inside quoted strings.
pub(in crate::http) fn outside_quotes(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut in_quotes, mut is_escaped) = (false, false);
    text.split(move |c| {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = in_quotes,
            '"' => in_quotes = !in_quotes,
            _ => return c == separator && !in_quotes,
        }
        false
    })
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
            ("text/html, image/png;q=0.9, text/*", None),
            ("application/json;q=0", None),
            ("*/*;q=0", None),
            ("application/json;q=0.0000", None),
            ("application/json;q=.0", None),
            ("", Some(Json)),
            (" , ,", Some(Json)),
            ("*", Some(Json)),
            ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", Some(Json)),
            ("application/json, application/*+json", Some(Json)),
            ("application/*+json", Some(GraphqlResponse)),
            ("application/json;q=.5, application/graphql-response+json;q=.6", Some(GraphqlResponse)),
            ("application/json;q=1., application/graphql-response+json;q=0.9", Some(Json)),
            ("application/json;q=0.8999, application/graphql-response+json;q=0.9", Some(GraphqlResponse)),
            ("application/json;q=0.12345, application/graphql-response+json;q=0.1239", Some(Json)),
            ("application/json;q=0.5, application/graphql-response+json;q=high", Some(GraphqlResponse)),
            ("application/json;q=-1", Some(Json)),
            ("application/json;q=", Some(Json)),
            ("application/json;q=.", Some(Json)),
            ("application/json;q=0,5", Some(Json)),
            ("application/json ; Q = 0.5, application/graphql-response+json ; q = \"0.6\"", Some(GraphqlResponse)),
            ("application/json; profile=\"a, b; q=0\"", Some(Json)),
            ("APPLICATION/JSON", Some(Json)),
            ("application/json;q=0, application/json", Some(Json)),
        ] {
            assert_eq!(negotiated(accept), wanted, "{accept:?}");
        }
        assert_eq!(negotiate(&HeaderMap::new()), Some(Json));
    }
}
