//! Which usernames are refused, and which names of living scripts are accepted.

use std::{io::Write, process::Stdio};

use serde_json::json;
use unicode_normalization::UnicodeNormalization;

use crate::support::{PASSWORD, SECRET_KEY, TestApp, at, on_both_databases, program::latchkey};

on_both_databases![
    a_name_that_deceives_readers_is_refused,
    a_name_of_a_living_script_is_accepted_in_every_normal_form,
    users_cannot_choose_a_reserved_name_and_operators_can,
    a_name_that_looks_like_another_is_taken_in_every_operation,
];

async fn a_name_that_deceives_readers_is_refused(app: &TestApp) {
    for name in ["ada_l", "paypal", "coco", "mark", "Bob", "jose"] {
        assert_eq!(app.register_name(name).await, json!(null), "{name}");
    }
    for (name, reason) in [
        // Look-alikes of an existing name.
        ("\u{430}da_l", "CHARACTERS"), // Cyrillic а among Latin letters
        ("ad\u{430}_l", "CHARACTERS"), // the same elsewhere
        ("p\u{430}yp\u{430}l", "CHARACTERS"),
        ("\u{441}\u{43e}\u{441}\u{43e}", "USERNAME_TAKEN"), // Cyrillic letters alone
        ("\u{421}\u{41e}\u{421}\u{41e}", "USERNAME_TAKEN"), // the same in upper case
        ("paypaI", "USERNAME_TAKEN"),                       // upper-case i
        ("paypa1", "USERNAME_TAKEN"),                       // one
        ("rnark", "USERNAME_TAKEN"),                        // r and n
        ("B0B", "USERNAME_TAKEN"),                          // zero
        ("jos\u{435}", "CHARACTERS"),                       // Cyrillic е
        ("j\u{3bf}se", "CHARACTERS"),                       // Greek ο
        ("\u{ff50}\u{ff41}ypal", "USERNAME_TAKEN"),         // full-width letters
        ("\u{1d429}aypal", "USERNAME_TAKEN"),               // mathematical letters
        // Mixed scripts.
        ("ada\u{5d3}\u{5d5}\u{5d3}", "CHARACTERS"), // Latin and Hebrew
        ("\u{3b1}\u{434}\u{3b1}", "CHARACTERS"),    // Greek and Cyrillic
        ("\u{10d0}\u{56f}\u{10d0}", "CHARACTERS"),  // Georgian and Armenian
        // Invisible characters.
        ("ada\u{1160}", "CHARACTERS"), // Hangul filler
        ("ad\u{115f}a", "CHARACTERS"),
        ("ada\u{3164}", "CHARACTERS"),
        ("a\u{200d}da", "CHARACTERS"),  // joiner
        ("a\u{ad}da", "CHARACTERS"),    // soft hyphen
        ("ada\u{2800}", "CHARACTERS"),  // blank Braille pattern
        ("a\u{202e}da", "CHARACTERS"),  // direction
        ("a\u{fe0f}da", "CHARACTERS"),  // variation selector
        ("a\u{e0061}da", "CHARACTERS"), // tag
        // No letters.
        ("a da", "CHARACTERS"),              // space
        ("ada@x", "CHARACTERS"),             // an address
        ("ada\u{1f600}", "CHARACTERS"),      // emoji
        ("a\u{e000}da", "CHARACTERS"),       // private use
        ("a\u{378}da", "CHARACTERS"),        // unassigned
        ("ada\u{203f}b", "CHARACTERS"),      // another kind of underscore
        ("ada\u{b7}b", "CHARACTERS"),        // another kind of dot
        ("a\u{301}\u{301}da", "CHARACTERS"), // one mark hides the other
        ("\u{301}ada", "CHARACTERS"),        // a mark without its letter
        ("_ada", "FORMAT"),
        ("ada.", "FORMAT"),
        // Directions that change the order.
        ("1\u{5d3}\u{5d5}\u{5d3}", "CHARACTERS"),
    ] {
        assert_eq!(app.register_name(name).await, reason, "{name:?}");
    }
}

async fn a_name_of_a_living_script_is_accepted_in_every_normal_form(app: &TestApp) {
    for name in [
        "Zoë.Müller",       // Latin with marks
        "Nguyễn_Văn_A",     // Latin with two marks on a letter
        "Łukasz-Żak",       // Latin with letters that do not decompose
        "Işıl",             // Turkish, with both kinds of i
        "strauß",           // a letter that folds to two
        "Kaʻiulani",        // Hawaiian, with its apostrophe
        "Gal·la",           // Catalan, with its middle dot
        "Νίκος.Παππάς",     // Greek, with final sigma
        "Наталія",          // Cyrillic
        "Ђорђе",            // Serbian
        "Անահիտ",           // Armenian
        "ნინო",             // Georgian
        "מרים",             // Hebrew
        "ג׳ורג׳",           // Hebrew, with its apostrophe
        "محمد",             // Arabic
        "فاطمه_۲",          // Persian, with its digits
        "ܡܪܝܡ",             // Syriac
        "ޢާއިޝާ",              // Thaana, with its vowels
        "ߡߊߡߊߘߎ",           // N'Ko
        "प्रिया",            // Devanagari, with a virama
        "দীপ্তি",            // Bengali
        "ਗੁਰਪ੍ਰੀਤ",           // Gurmukhi
        "પ્રિયા",            // Gujarati
        "தமிழ்",             // Tamil
        "శ్రీనివాస్",            // Telugu
        "ಪ್ರಿಯಾ",             // Kannada
        "പ്രിയ",             // Malayalam
        "සුනිල්",              // Sinhala
        "น้ำฝน",             // Thai, with a tone mark and sara am
        "ສົມໄຊ",             // Lao
        "བསྟན་འཛིན",          // Tibetan, with the sign between syllables
        "အောင်ဆန်း",          // Burmese
        "សុខា",              // Khmer
        "ᠮᠥᠩᠬᠡ",            // Mongolian
        "ሰላማዊት",            // Ethiopic
        "ᏔᎵᏆ",              // Cherokee
        "ⵜⵉⵏⵀⵉⵏⴰⵏ",         // Tifinagh
        "𞤀𞤣𞤢𞤥",             // Adlam
        "李明",             // Chinese, two characters
        "李小龙_Bruce",     // Chinese with Latin
        "さくら",           // Hiragana
        "タロウ太郎",       // Katakana and Han
        "ハンス・ミュラー", // Katakana, with the dot between names
        "김민준",           // Hangul
        "ㄌㄧˇㄇㄧㄥˊ",     // Bopomofo, with tones
        "ꦱꦿꦶ",               // Javanese
        "ᮃᮞᮦᮕ",             // Sundanese
    ] {
        let decomposed: String = name.nfd().collect();
        assert_eq!(app.register_name(&decomposed).await, json!(null), "{name}");
        let typed: [String; 5] = [
            name.to_owned(),
            name.nfc().collect(),
            name.nfkd().collect(),
            name.nfkc().collect::<String>().to_uppercase(),
            name.to_lowercase(),
        ];
        let written: String = name.nfkc().collect();
        for typed in typed {
            assert_eq!(app.name_behind(&typed).await, written, "{name} as {typed}");
            assert_eq!(app.register_name(&typed).await, "USERNAME_TAKEN", "{name} as {typed}");
        }
    }
}

async fn users_cannot_choose_a_reserved_name_and_operators_can(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    for name in ["admin", "ROOT", "Support", "latchkey", "postmaster", "ad.min", "r\u{ff4f}ot", "supp0rt"] {
        assert_eq!(app.register_name(name).await, "RESERVED", "{name}");
        let answer = ada.change_username(name, PASSWORD).await;
        assert_eq!(at(&answer, "data.changeUsername.violations.0.rule"), "RESERVED", "{name}: {answer}");
    }
    assert_eq!(app.register_name("administrators").await, json!(null), "only whole names are reserved");

    let mut command = latchkey(app.database.folder.path(), &["user", "create", "--username", "Support"]);
    command.env("DATABASE_URL", &app.database.url).env("SECRET_KEY", SECRET_KEY).env("HASH_LANES", "1");
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await.unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let support = app.logged_in("support", PASSWORD).await;
    let answer = support.change_username("SUPPORT", PASSWORD).await;
    assert_eq!(at(&answer, "data.changeUsername.user.username"), "SUPPORT", "a spelling of the own name: {answer}");
}

async fn a_name_that_looks_like_another_is_taken_in_every_operation(app: &TestApp) {
    app.register_name("paypal").await;
    let bob = app.registered("bob@example.com").await;
    for (name, result) in [
        ("paypaI", "UsernameTaken"),
        ("PAYPAI", "UsernameTaken"),
        ("p\u{430}yp\u{430}l", "ValidationFailed"),
        ("paypai", "ChangeUsernameSuccess"),
        // A spelling of the user's own name.
        ("PayPai", "ChangeUsernameSuccess"),
        // It may not become one that looks like another user's.
        ("PayPaI", "UsernameTaken"),
    ] {
        let answer = bob.change_username(name, PASSWORD).await;
        assert_eq!(at(&answer, "data.changeUsername.__typename"), result, "{name}: {answer}");
    }
    app.logged_in("paypai", PASSWORD).await;
}
