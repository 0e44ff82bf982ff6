//! Chooses a language by `Accept-Language` (RFC 9110 §12.5.4), with the lookup of RFC 4647 §3.4.

/// The number of entries of a header that are considered.
const MAX_RANGES: usize = 32;

/// Returns the language that the header prefers; of equally preferred ones, the first in the header.
pub(super) fn choose<'l>(languages: &[&'l str], header: &str) -> Option<&'l str> {
    let mut ranges: Vec<(&str, f32)> = header.split(',').take(MAX_RANGES).filter_map(range).collect();
    ranges.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    ranges.into_iter().find_map(|(range, _)| look_up(languages, range))
}

/// Parses an entry of the header into its language range and quality. Ignores `*` and entries with quality 0.
fn range(entry: &str) -> Option<(&str, f32)> {
    let mut parts = entry.split(';').map(str::trim);
    let tag = parts.next().filter(|tag| !tag.is_empty() && *tag != "*")?;
    let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    let quality: f32 = quality.map_or(Ok(1.0), str::parse).ok()?;
    (quality > 0.0 && quality <= 1.0).then_some((tag, quality))
}

/// Looks up a range and then its prefixes: `de-Latn-x-old` also matches `de-Latn` and `de`.
fn look_up<'l>(languages: &[&'l str], range: &str) -> Option<&'l str> {
    let mut tag = range;
    loop {
        if let Some(found) = languages.iter().find(|language| language.eq_ignore_ascii_case(tag)) {
            return Some(found);
        }
        tag = tag.rsplit_once('-')?.0;
        // A single-letter subtag introduces the next one and is removed with it.
        if let Some((rest, subtag)) = tag.rsplit_once('-')
            && subtag.len() == 1
        {
            tag = rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_available_language_with_the_highest_quality_is_chosen() {
        for (header, chosen) in [
            ("de", Some("de")),
            ("de-AT", Some("de")),
            ("DE-ch-1996;q=0.9, en;q=0.8", Some("de")),
            ("de-x-old", Some("de")),
            ("fr, de;q=0.5, en;q=0.7", Some("en")),
            ("fr;q=1.0,it", None),
            ("en;q=0, de;q=0.1", Some("de")),
            ("pt-BR", Some("pt-BR")),
            ("pt-br-x-a", Some("pt-BR")),
            ("pt", None),
            ("de;q=high, en;q=0.1", Some("en")),
            ("de;q=2, en;q=0.1", Some("en")),
            ("de;q=NaN, en;q=0.1", Some("en")),
            ("*", None),
            ("*;q=0.9, de;q=0.1", Some("de")),
            ("", None),
            (",;=,-,", None),
        ] {
            assert_eq!(choose(&["de", "en", "pt-BR"], header), chosen, "{header:?}");
        }
    }
}
