//! The best language that there is for somebody: `Accept-Language` of RFC 9110 §12.5.4, looked up as RFC 4647 §3.4 says.

/// How many languages of a header are looked at.
const MOST: usize = 32;

/// The one of these languages that the header likes best, in its order where it likes several as well.
pub(super) fn choose<'l>(languages: &[&'l str], header: &str) -> Option<&'l str> {
    let mut ranges: Vec<(&str, f32)> = header.split(',').take(MOST).filter_map(range).collect();
    ranges.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    ranges.into_iter().find_map(|(range, _)| look_up(languages, range))
}

/// An entry of the header and how much it is liked. One that is not wanted is none, and `*` says nothing.
fn range(entry: &str) -> Option<(&str, f32)> {
    let mut parts = entry.split(';').map(str::trim);
    let tag = parts.next().filter(|tag| !tag.is_empty() && *tag != "*")?;
    let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    let quality: f32 = quality.map_or(Ok(1.0), str::parse).ok()?;
    (quality > 0.0 && quality <= 1.0).then_some((tag, quality))
}

/// `de-Latn-x-old` is also found as `de-Latn` and as `de`.
fn look_up<'l>(languages: &[&'l str], range: &str) -> Option<&'l str> {
    let mut tag = range;
    loop {
        if let Some(found) = languages.iter().find(|language| language.eq_ignore_ascii_case(tag)) {
            return Some(found);
        }
        tag = tag.rsplit_once('-')?.0;
        // What introduces something else does not stand alone.
        if let Some((rest, introduction)) = tag.rsplit_once('-')
            && introduction.len() == 1
        {
            tag = rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_liked_language_that_there_is_wins() {
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
