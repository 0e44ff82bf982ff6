//! Parses the `Accept` header into media ranges with weights (RFC 9110 §12.5.1).

use axum::http::{HeaderMap, header::ACCEPT};

use super::quoted::split_outside_quotes;

/// The weight of a range without `q`, in thousandths.
const MAX_QUALITY: u16 = 1000;

/// The media types that a client accepts.
pub(in crate::http) struct Accept(Vec<Range>);

/// One media range of the header.
struct Range {
    kind: String,
    subtype: String,
    /// The weight in thousandths, from 0 to [`MAX_QUALITY`].
    quality: u16,
}

impl Accept {
    /// Parses all `Accept` headers. Returns `None` if there are none, or only empty ones.
    pub(in crate::http) fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let mut ranges: Vec<Range> = Vec::new();
        for value in headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()) {
            for element in split_outside_quotes(value, ',').map(str::trim).filter(|element| !element.is_empty()) {
                match ranges.last_mut() {
                    // Some locales write `q=0,5`, which is split here. An invalid weight counts as 1.
                    Some(last) if element.bytes().all(|byte| byte.is_ascii_digit()) => last.quality = MAX_QUALITY,
                    _ => ranges.push(Range::parse(element)),
                }
            }
        }
        (!ranges.is_empty()).then_some(Self(ranges))
    }

    /// The weight of a media type, from 1 to 1000, by the most specific range that matches it. Returns `None` if the
    /// client does not accept the type.
    pub(in crate::http) fn quality(&self, kind: &str, subtype: &str) -> Option<u16> {
        let matching = self.0.iter().filter_map(|range| Some((range.specificity(kind, subtype)?, range.quality)));
        matching.max().map(|(_, quality)| quality).filter(|quality| *quality > 0)
    }
}

impl Range {
    fn parse(text: &str) -> Self {
        let mut parts = split_outside_quotes(text, ';').map(str::trim);
        let range = parts.next().unwrap_or_default();
        // Java before JDK 19 sends `*` instead of `*/*`.
        let (kind, subtype) = if range == "*" { ("*", "*") } else { range.split_once('/').unwrap_or_default() };
        let [kind, subtype] = [kind, subtype].map(|name| name.trim().to_ascii_lowercase());
        let weight =
            parts.filter_map(|part| part.split_once('=')).find(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
        let quality = weight.map_or(MAX_QUALITY, |(_, text)| parse_quality(text.trim().trim_matches('"')));
        Self { kind, subtype, quality }
    }

    /// How specifically this range matches a type, or `None` if it does not match.
    fn specificity(&self, kind: &str, subtype: &str) -> Option<u8> {
        match (&*self.kind, &*self.subtype) {
            ("*", "*") => Some(0),
            (of_kind, "*") if of_kind == kind => Some(1),
            // `application/*+json`, which Spring's clients send.
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

/// Parses a weight into thousandths: `0.8` is 800. Is more lenient than the standard: digits may be missing on one side
/// of the point, further digits are ignored, and an invalid weight counts as 1.
fn parse_quality(text: &str) -> u16 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number =
        (whole.len() + fraction.len() > 0) && whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit());
    if !is_number || whole.bytes().any(|digit| digit != b'0') {
        return MAX_QUALITY;
    }
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(3);
    digits.fold(0, |number, digit| number * 10 + u16::from(digit - b'0'))
}
