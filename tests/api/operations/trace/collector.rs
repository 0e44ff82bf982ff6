//! A collector of traces, and a reader of the OTLP messages that it receives.

use std::{
    ops::Range,
    sync::{Arc, Mutex},
};

use axum::{Router, body::Bytes, http::HeaderMap, routing::post};
use tokio::net::TcpListener;

/// A collector that stores everything it receives.
pub struct Collector {
    pub url: String,
    pub bodies: Arc<Mutex<Vec<Bytes>>>,
}

impl Collector {
    pub async fn start() -> Self {
        let bodies = Arc::<Mutex<Vec<Bytes>>>::default();
        let keep = Arc::clone(&bodies);
        let take = async move |headers: HeaderMap, body: Bytes| {
            assert_eq!(headers["content-type"], "application/x-protobuf");
            keep.lock().unwrap().push(body);
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async { axum::serve(listener, Router::new().route("/v1/traces", post(take))).await });
        Self { url, bodies }
    }

    /// All received spans. Each body is an `ExportTraceServiceRequest`.
    pub fn spans(&self) -> Vec<Span> {
        let bodies = self.bodies.lock().unwrap();
        let resources = bodies.iter().flat_map(|body| fields(body, 1));
        let scopes = resources.flat_map(|resource| fields(&resource, 2));
        scopes.flat_map(|scope| fields(&scope, 2)).map(Span::read).collect()
    }
}

/// The fields of a span that the tests check.
#[derive(Debug)]
pub struct Span {
    pub trace: Vec<u8>,
    pub id: Vec<u8>,
    pub parent: Vec<u8>,
    pub name: String,
    pub kind: Vec<u8>,
    pub time: Range<u64>,
    pub raw: Vec<u8>,
}

/// The kind of a server span, in OTLP.
pub const SERVER: [u8; 1] = [2];

impl Span {
    fn read(raw: Vec<u8>) -> Self {
        let field = |number| fields(&raw, number).into_iter().next().unwrap_or_default();
        let time = |number| u64::from_le_bytes(field(number).try_into().expect("a time"));
        Self {
            trace: field(1),
            id: field(2),
            parent: field(4),
            name: String::from_utf8(field(5)).unwrap(),
            kind: field(6),
            time: time(7)..time(8),
            raw,
        }
    }
}

/// The only span with this name and this parent.
pub fn only<'s>(spans: &'s [Span], name: &str, parent: &Span) -> &'s Span {
    let below = |span: &&Span| span.name == name && span.parent == parent.id && span.trace == parent.trace;
    let found: Vec<_> = spans.iter().filter(below).collect();
    assert_eq!(found.len(), 1, "{name} in {spans:?}");
    found[0]
}

/// The values of the field with this number in a protobuf message.
fn fields(mut message: &[u8], number: u64) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    while !message.is_empty() {
        let tag = varint(&mut message);
        let length = match tag & 7 {
            0 => message.iter().position(|byte| *byte < 0x80).unwrap() + 1,
            1 => 8,
            2 => usize::try_from(varint(&mut message)).unwrap(),
            5 => 4,
            kind => panic!("unknown wire type {kind}"),
        };
        let (value, rest) = message.split_at(length);
        if tag >> 3 == number {
            found.push(value.to_vec());
        }
        message = rest;
    }
    found
}

fn varint(message: &mut &[u8]) -> u64 {
    let length = message.iter().position(|byte| *byte < 0x80).unwrap() + 1;
    let (bytes, rest) = message.split_at(length);
    *message = rest;
    bytes.iter().rev().fold(0, |value, byte| value << 7 | u64::from(byte & 0x7f))
}

pub fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

pub fn contains(text: &[u8], part: &[u8]) -> bool {
    let (text, part) = (text.to_ascii_lowercase(), part.to_ascii_lowercase());
    text.windows(part.len()).any(|window| window == part)
}
