//! The name of a device in a mail: its browser and its system.

/// The browsers, by the part of the `User-Agent` that names each. The first that is found is the right one: most
/// browsers also name those after them.
const BROWSERS: [(&str, &str); 6] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: [(&str, &str); 6] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// A name made of known words alone: a `User-Agent` is a text of the client, and must not reach another person's mailbox.
pub(super) fn device(user_agent: &str) -> Option<String> {
    let find = |names: [(&str, &'static str); 6]| {
        names.into_iter().find_map(|(part, name)| user_agent.contains(part).then_some(name))
    };
    match (find(BROWSERS), find(SYSTEMS)) {
        (Some(browser), Some(system)) => Some(format!("{browser}, {system}")),
        (Some(name), None) | (None, Some(name)) => Some(name.to_owned()),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_has_the_name_of_its_browser_and_system() {
        for (user_agent, name) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 \
                 Safari/537.36 Edg/142.0.0.0",
                Some("Edge, Windows"),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/26.0 Mobile/15E148 Safari/604.1",
                Some("Safari, iPhone"),
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", Some("Firefox, Linux")),
            ("curl/8.14.1", None),
            ("visit https://evil.example", None),
            ("visit https://evil.example Linux", Some("Linux")),
        ] {
            assert_eq!(device(user_agent).as_deref(), name, "{user_agent}");
        }
    }
}
